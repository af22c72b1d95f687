"""Evidence from blanks: a question that only some are asked is empty for the others.

The codebook says who is asked (``em_age_dep >= 15``). With the columns that are already recognised this can be checked
row by row; a column that is filled exactly there is very likely the question. The other way round, a column that
decides where others are filled is likely a filter question.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lfs_migration.matching.nouns import Column, Evidence, Real
from lfs_migration.matching.targets import Target

Truth = NDArray[np.bool_]

_COMPARED = {
    ast.Eq: np.equal, ast.NotEq: np.not_equal, ast.Lt: np.less, ast.LtE: np.less_equal,
    ast.Gt: np.greater, ast.GtE: np.greater_equal,
}  # fmt: skip


@dataclass(frozen=True)
class Condition:
    """One comparison of a universe: a variable and the values for which it holds."""

    variable: str
    test: ast.Compare

    def holds(self, number: Real) -> Truth | None:
        """Return where it holds; an absent answer does not. None for a comparison that is not with numbers."""
        operator, right = self.test.ops[0], self.test.comparators[0]
        try:
            value = ast.literal_eval(right)
        except ValueError:
            return None
        if isinstance(operator, ast.In) and isinstance(value, list) and all(isinstance(v, int) for v in value):
            return np.isin(number, value)
        compare = _COMPARED.get(type(operator))
        if compare is None or not isinstance(value, int | float):
            return None
        with np.errstate(invalid="ignore"):
            return np.asarray(compare(number, value)) & np.isfinite(number)


def conditions(universe: str) -> tuple[Condition, ...]:
    """Return the comparisons that a universe joins with `and`; what has another form is left out.

    Examples
    --------
    >>> [one.variable for one in conditions("em_scope == 1 and em_age >= 15")]
    ['em_scope', 'em_age']
    """
    if not universe:
        return ()
    body = ast.parse(universe, mode="eval").body
    parts = body.values if isinstance(body, ast.BoolOp) and isinstance(body.op, ast.And) else [body]
    return tuple(
        Condition(part.left.id, part)
        for part in parts
        if isinstance(part, ast.Compare) and isinstance(part.left, ast.Name) and len(part.ops) == 1
    )


def of_blanks(
    column: Column, target: Target, answers: Mapping[str, Real], asked: Truth, depth: int = 0
) -> Evidence | None:
    """Return what the blanks of a column say of a variable.

    Parameters
    ----------
    answers : mapping of variable to array of float
        The answers of the variables that are already recognised, in the codebook's codes, one a row of the file.
    asked : array of bool
        Rows that the record is about; others say nothing.
    depth : int
        Filter questions, one behind the other, that lead to the variable.
    """
    filled = column.rows >= 0
    if not filled.any() or asked.sum() < 10:
        return None
    expected, used = asked.copy(), []
    for condition in conditions(target.variable.universe):
        number = answers.get(condition.variable)
        holds = condition.holds(number) if number is not None else None
        if holds is not None:
            expected &= holds
            used.append(condition.variable)
    blank = 1 - float(filled[asked].mean())
    if not used or expected[asked].all():
        return _unconditional(target, blank, depth)
    return _compared(filled, expected, asked, used)


def _unconditional(target: Target, blank: float, depth: int) -> Evidence | None:
    """Return what blanks say where the universe is everyone, or asks for what is not recognised."""
    if target.variable.universe:
        if blank < 0.02 and depth > 1:
            return Evidence("blanks", 0.5 - 0.05 * min(depth - 1, 4), f"no blanks, behind {depth} filter questions")
        return None
    if blank > 0.05:
        return Evidence("blanks", 0.2, f"{blank:.0%} are blank, and everyone is asked")
    return Evidence("blanks", 0.55, "no blanks, and everyone is asked")


def _compared(filled: Truth, expected: Truth, asked: Truth, used: list[str]) -> Evidence:
    inside, outside = filled[asked & expected], filled[asked & ~expected]
    if inside.size < 3 or outside.size < 3:
        return Evidence("blanks", 0.5, "too few rows to compare blanks")
    right = min(float(inside.mean()), 1 - float(outside.mean()))
    where = " and ".join(used)
    told = f"filled in {inside.mean():.0%} of the rows where {where} ask it, in {outside.mean():.0%} of others"
    # A column that everyone fills may still be the question, where the office asked everyone.
    value = 0.22 if outside.mean() > 0.95 and inside.mean() > 0.95 else 0.04 + 0.93 * right**3
    return Evidence("blanks", value, told)


def gates(columns: Iterable[Column]) -> dict[str, list[str]]:
    """Return for each column of a few codes the columns that are filled for one of its codes and nowhere else."""
    several = [column for column in columns if column.rows.size]
    found: dict[str, list[str]] = {}
    for gate in several:
        if not 1 < len(gate.values) <= 15:
            continue
        for other in several:
            filled = other.rows >= 0
            if other is gate or not 0.005 < filled.mean() < 0.98:
                continue
            if _decides(gate, filled):
                found.setdefault(gate.name, []).append(other.name)
    return found


def _decides(gate: Column, filled: Truth) -> bool:
    """Whether each code of a column has the other filled nearly always or nearly never, and not all alike."""
    present = gate.rows >= 0
    total = np.bincount(gate.rows[present], minlength=len(gate.values))
    full = np.bincount(gate.rows[present & filled], minlength=len(gate.values))
    enough = total >= max(3, 0.005 * filled.size)
    share = full[enough] / total[enough]
    clear = np.all((share < 0.03) | (share > 0.97))
    return bool(clear and share.size > 1 and share.min() < 0.03 and share.max() > 0.97 and not filled[~present].any())


def of_gate(
    column: Column, target: Target, gated: Mapping[str, list[str]], dependants: Mapping[str, int]
) -> Evidence | None:
    """Return what it says that a column decides, or does not decide, where others are filled.

    Parameters
    ----------
    gated : mapping of column to columns
        See :func:`gates`.
    dependants : mapping of variable to int
        How many variables are asked of some of its codes only.
    """
    if target.variable.type != "code" or not 1 < len(column.values) <= 15:
        return None
    decides = gated.get(column.name, [])
    hangs = dependants.get(target.name, 0)
    if decides and hangs:
        return Evidence(
            "filter", 0.8, f"decides where {', '.join(decides[:3])} {'are' if len(decides) > 1 else 'is'} filled"
        )
    if decides:
        return Evidence("filter", 0.25, f"decides where {decides[0]} is filled, which the variable does not")
    if hangs > 1 and gated:
        return Evidence(
            "filter", max(0.3, 0.48 - 0.02 * hangs), f"decides about no column, and {hangs} variables depend on it"
        )
    return None


def depths(targets: Iterable[Target]) -> dict[str, int]:
    """Return for each variable how many filter questions, one behind the other, lead to it."""
    needs = {target.name: {one.variable for one in conditions(target.variable.universe)} for target in targets}
    found: dict[str, int] = {}

    def depth(name: str, seen: frozenset[str]) -> int:
        if name not in found:
            above = [depth(one, seen | {name}) for one in needs.get(name, set()) - seen - {name} if one in needs]
            found[name] = 1 + max(above, default=0) if needs.get(name) else 0
        return found[name]

    return {name: depth(name, frozenset()) for name in needs}


def dependants(targets: Iterable[Target]) -> dict[str, int]:
    """Return how many variables each variable of codes decides about."""
    found: dict[str, int] = {}
    for target in targets:
        for condition in conditions(target.variable.universe):
            found[condition.variable] = found.get(condition.variable, 0) + 1
    return found
