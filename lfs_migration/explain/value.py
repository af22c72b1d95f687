"""Computes a figure again from its weighted sums, and says how."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lfs_migration.explain.counted import Term, Value
from lfs_migration.explain.plan import Leaf, Plan
from lfs_migration.explain.rows import Sum, Tally
from lfs_migration.model.results import UNKNOWN

NEXT_TO = 1 - 1e-14
"""A sum of weights reaches a share of itself where it does but for the last digit, which is of the computer."""


def value_of(plan: Plan, tallies: Sequence[Tally], per: int, estimate: float) -> Value:
    """Return a figure as its rows give it, with the sums that it is made of.

    Parameters
    ----------
    plan : Plan
    tallies : sequence of Tally
        One a side of the plan.
    per : int
    estimate : float
        What the tables hold.
    """
    left, found = list(tallies), list[tuple[float, str, list[Term]]]()
    for leaf in plan.leaves:
        own, left = left[: len(leaf.sides)], left[len(leaf.sides) :]
        value, formula, terms = _leaf(leaf, own)
        named = [Term(f"{leaf.name}: {t.role}", t.rows, t.weights, t.total) for t in terms] if leaf.name else terms
        found.append((value, formula, named))
    value, formula = found[0][:2]
    if plan.joined:
        (first, formula, _), (second, *_) = found
        value = first - second if plan.joined == "difference" else _over(first, second)
        names = [leaf.name for leaf in plan.leaves]
        sign = "less" if plan.joined == "difference" else "over"
        formula = f"{names[0]} {sign} {names[1]}, each {formula}"
    times = f", times {per:,}" if per != 1 else ""
    every = tuple(term for _, _, own in found for term in own)
    return Value(f"{formula}{times}", every, per, _known(value * per), _known(estimate))


def _known(number: float) -> float | None:
    return None if np.isnan(number) else float(number)


def _over(top: float, base: float) -> float:
    return top / base if base else float("nan")


def _leaf(leaf: Leaf, tallies: Sequence[Tally]) -> tuple[float, str, list[Term]]:
    side, first = leaf.sides[0], tallies[0]
    match leaf.kind:
        case "sum":
            formula = "sum(w * value)" if side.base.value else "sum(w)"
            return first.base.total, formula, [_term("counted", first.base)]
        case "quantile":
            return _quantile(leaf, first)
        case "shares":
            return _share(leaf, first)
        case "index":
            return _index(leaf, first)
    if side.top is not None:
        top, base = first.top, first.base
        terms = [_term("numerator", top), _term("denominator", base)]
        return _over(top.total, base.total), _ratio(bool(side.top.value), bool(side.base.value)), terms
    bases = [tally.base for tally in tallies]
    terms = [_term(one.role, base) for one, base in zip(leaf.sides, bases, strict=True)]
    formula = _ratio(bool(side.base.value), bool(leaf.sides[1].base.value))
    formula += " with what stands beside the denominator added to it" if len(bases) > 2 else ""
    return _over(bases[0].total, sum(base.total for base in bases[1:])), formula, terms


def _ratio(top: bool, base: bool) -> str:
    words = ["sum(w * value)" if valued else "sum(w)" for valued in (top, base)]
    return f"{words[0]} of the numerator over {words[1]} of the denominator"


def _term(role: str, own: Sum) -> Term:
    return Term(role, own.rows, own.weights, own.total)


def _whole(leaf: Leaf, tally: Tally) -> Sum:
    """Return what the shares of a distribution are of."""
    side = leaf.sides[0]
    everyone = side.over == "all" or side.code == UNKNOWN
    parts = (own for code, own in tally.categories.items() if everyone or code != UNKNOWN)
    return sum(parts, Sum())


def _share(leaf: Leaf, tally: Tally) -> tuple[float, str, list[Term]]:
    side = leaf.sides[0]
    top, base = tally.categories.get(side.code, Sum()), _whole(leaf, tally)
    valued = bool(side.base.value)
    return _over(top.total, base.total), _ratio(valued, valued), [_term("numerator", top), _term("denominator", base)]


def _index(leaf: Leaf, tally: Tally) -> tuple[float, str, list[Term]]:
    base = _whole(leaf, tally)
    known = {code: own for code, own in tally.categories.items() if code != UNKNOWN}
    shares = np.array([own.total for own in known.values()]) / (base.total or np.nan)
    terms = [_term("denominator", base)]
    if leaf.largest:
        order = np.argsort(-shares, kind="stable")[: leaf.largest]
        codes = list(known)
        terms = [*(_term(f"category {codes[i]}", known[codes[i]]) for i in order.tolist()), *terms]
        return float(shares[order].sum()), f"sum of the {leaf.largest} largest shares", terms
    return float((shares**2).sum()), f"sum of the squared shares of {len(known)} categories", terms


def _quantile(leaf: Leaf, tally: Tally) -> tuple[float, str, list[Term]]:
    inside = tally.weights > 0
    value, weight = tally.values[inside], tally.weights[inside]
    formula = (
        f"the smallest value at which the sum of w over the rows up to it reaches {leaf.probability:g} of the whole; "
        "no value is put between two"
    )
    terms = [_term("counted", tally.base)]
    if not len(value):
        return float("nan"), formula, terms
    order = np.argsort(value, kind="stable")
    reached = np.cumsum(weight[order])
    at = min(int(np.searchsorted(reached, leaf.probability * reached[-1] * NEXT_TO)), len(value) - 1)
    found = float(value[order][at])
    below = value <= found
    mass = float(weight[below].sum())
    terms.append(Term("up to the value", int(below.sum()), mass, mass))
    return found, formula, terms
