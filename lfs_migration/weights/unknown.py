"""Rows of which a category is not known: their share of known totals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import fsum, isclose, prod

import numpy as np

from lfs_migration.engine import numbered, summed
from lfs_migration.model.calibration import Margin
from lfs_migration.sample import Sample
from lfs_migration.weights.known import Code, over

PASSES, ENOUGH = 1000, 1e-13


def combinations(sample: Sample, margin: Margin) -> dict[Code, tuple[int, float]]:
    """Return the rows of each combination of codes in the sample, and the sum of their weights."""
    factors = [sample.records.factor(name, margin.record) for name in margin.variables]
    shape = [len(levels) + 1 for _, levels in factors]
    weight = sample.rows(margin.record).weight
    key = np.ravel_multi_index(tuple(codes + 1 for codes, _ in factors), shape)[weight > 0]
    distinct, place = numbered(key, prod(shape))
    rows, sums = np.bincount(place, minlength=len(distinct)), summed(place, weight[weight > 0], len(distinct))
    named = [[None, *levels] for _, levels in factors]
    places = zip(*np.unravel_index(distinct, shape), strict=True)
    codes = (tuple(own[i] for own, i in zip(named, at, strict=True)) for at in places)
    return dict(zip(codes, zip(rows.tolist(), sums.tolist(), strict=True), strict=True))


def shared(sample: Sample, margin: Margin) -> Margin:
    """Return a margin in which each combination that is not wholly known has its share.

    Those of which least is known come first; of others, those whose first variables are known.
    """
    weights = {code: weight for code, (_, weight) in combinations(sample, margin).items()}
    totals, shares = dict(margin.totals), dict[Code, float]()
    partly = [code for code in weights if None in code]
    for code in sorted(partly, key=lambda code: (-code.count(None), [value is None for value in code])):
        group = [own for own in totals if _agrees(own, code)]
        if group:
            share = weights[code] / fsum(weight for own, weight in weights.items() if _agrees(own, code))
            shares[code] = share * fsum(totals[own] for own in group)
            totals |= {own: totals[own] * (1 - share) for own in group}
    return replace(margin, totals=totals | shares)


def _agrees(code: Code, partly: Code) -> bool:
    """Whether a combination has all values that are known of another."""
    return all(value is None or own == value for own, value in zip(code, partly, strict=True))


def settled(margins: Sequence[Margin]) -> list[Margin]:
    """Return margins that agree about those who are not known: each is raked to those before it."""
    out: list[Margin] = []
    for margin in margins:
        others = [other for other in out if other.record == margin.record]
        out.append(replace(margin, totals=_raked(margin, others)))
    return out


def _raked(margin: Margin, others: Sequence[Margin]) -> Mapping[Code, float]:
    """Return totals that are those of others over what is shared with them, and stay what they are of everyone known.

    The shares of those of unknown sex differ a little between the totals by age and those by area; iterative
    proportional fitting (Deming and Stephan 1940) makes them one.
    """
    names, totals = margin.variables, dict(margin.totals)
    partly = {name for code in totals for name, value in zip(names, code, strict=True) if value is None}
    shared = [(other, [name for name in names if name in other.variables]) for other in others]
    shared = [(other, some) for other, some in shared if partly & set(some)]
    targets = [(some, over(other.variables, other.totals, some)) for other, some in shared]
    everyone = [name for name in names if name not in partly]
    targets.append((everyone, over(names, totals, everyone)))
    for _ in range(PASSES if shared else 0):
        before = totals
        for some, wanted in targets:
            places, sums = [names.index(name) for name in some], over(names, totals, some)
            factors = {code: wanted.get(code, own) / own if own else 1.0 for code, own in sums.items()}
            totals = {code: total * factors[tuple(code[i] for i in places)] for code, total in totals.items()}
        if all(isclose(total, before[code], rel_tol=ENOUGH) for code, total in totals.items()):
            break
    return totals
