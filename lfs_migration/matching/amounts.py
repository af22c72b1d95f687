"""Evidence from values: whether they can be ages, years, months, weights, counts or codes of a list."""

from __future__ import annotations

import numpy as np

from lfs_migration.matching.nouns import Column, Evidence
from lfs_migration.matching.targets import Target
from lfs_migration.model.codelist import CodeList

AHEAD = 543
"""Years by which the Buddhist calendar is ahead."""
FEW = 30
"""Rows below which a distribution says little."""


def of_values(column: Column, target: Target, *, root: bool) -> Evidence | None:
    """Return what the values of a column say of a variable.

    Parameters
    ----------
    root : bool
        Whether the variable is of the record that belongs to no other: its dates are those of the interview.
    """
    if not column.answers or not column.rows.size:
        return None
    match target.variable.type:
        case "year":
            return _year(column, interview=root)
        case "month":
            return _month(column, interview=root)
        case "amount":
            return _amount(column)
        case "float":
            return _float(column, target)
        case "int":
            return _int(column, target)
        case "code":
            return _code(column, target.codelist)
        case "str":
            return _text(column)
    return None


def buddhist(column: Column) -> bool:
    """Whether the years of a column are of the Buddhist calendar."""
    return not _within(column, 1800, 2100) >= 0.9 and _within(column, 1800 + AHEAD, 2100 + AHEAD) >= 0.9


def _within(column: Column, low: float, high: float) -> float:
    """Return the share of answers between two limits."""
    with np.errstate(invalid="ignore"):
        inside = (column.amounts >= low) & (column.amounts <= high)
    return float(column.weights[inside].sum())


def _said(value: float, why: str) -> Evidence:
    return Evidence("values", value, why)


def _distinct(column: Column) -> int:
    """Return the number of distinct answers, without those that are as rare as errors of entry."""
    counts = column.counts[column.answered]
    return int(np.count_nonzero(counts > max(1.0, 0.001 * counts.sum()))) or len(column.answers)


def _span(column: Column) -> str:
    known = column.amounts[np.isfinite(column.amounts)]
    return f"{known.min():g} to {known.max():g}, {len(known)} different" if known.size else "no numbers"


def _year(column: Column, *, interview: bool) -> Evidence:
    if not column.whole or max(_within(column, 1900, 2100), _within(column, 1900 + AHEAD, 2100 + AHEAD)) < 0.97:
        return _said(0.02, f"{_span(column)}: no years")
    few = _distinct(column) <= 2
    calendar = " of the Buddhist calendar" if buddhist(column) else ""
    return _said(0.9 if few == interview else 0.25, f"years{calendar}, {_span(column)}")


def _month(column: Column, *, interview: bool) -> Evidence:
    if not column.whole or _within(column, 1, 12) < 0.99:
        return _said(0.02, f"{_span(column)}: no months")
    distinct = _distinct(column)
    if interview:
        plain = _within(column, 1, 3) > 0.99  # which codes of most lists are as well
        return _said(0.45 if plain else 0.75 if distinct <= 4 or distinct == 12 else 0.4, f"months {_span(column)}")
    share = float(column.counts.sum()) / 12
    return _said(0.88 if distinct >= 11 else 0.6 if distinct >= 7 and share < 8 else 0.25, f"months {_span(column)}")


def _amount(column: Column) -> Evidence:
    if not column.numeric or _within(column, 0, np.inf) < 0.98:
        return _said(0.02, f"{_span(column)}: no amounts")
    typical = float(np.nanmedian(column.amounts))
    many = len(column.answers) >= 15 or len(column.answers) > 0.4 * column.counts.sum()
    if many and typical >= 100:
        years = max(_within(column, 1900, 2100), _within(column, 1900 + AHEAD, 2100 + AHEAD)) > 0.9
        return _said(0.1 if years else 0.85, f"amounts {_span(column)}")
    return _said(0.08, f"{_span(column)}: hardly amounts")


def _float(column: Column, target: Target) -> Evidence:
    if not column.numeric or _within(column, 0, np.inf) < 0.99:
        return _said(0.02, f"{_span(column)}: not positive numbers")
    high = target.variable.range[1] if target.variable.range else None
    fractions = not column.whole
    if high == 1:
        return _said(0.9 if fractions and _within(column, 0, 1) > 0.99 else 0.02, f"shares {_span(column)}")
    if fractions and _within(column, 0, 1) < 0.9 and len(column.answers) >= 10:
        return _said(0.9, f"positive numbers that are not whole, {_span(column)}")
    large = len(column.answers) >= 20 and float(np.nanmax(column.amounts)) >= 50
    return _said(0.55 if large else 0.08, f"whole numbers {_span(column)}")


def _int(column: Column, target: Target) -> Evidence:
    if not column.whole:
        return _said(0.03, f"{_span(column)}: not whole numbers")
    low, high = target.variable.range or (None, None)
    inside = _within(column, -np.inf if low is None else low, np.inf if high is None else high)
    if inside < 0.98:
        return _said(0.03, f"{_span(column)}: outside {low} to {high}")
    if "age" in target.speaks_of and target.variable.unit == "years":
        many = _distinct(column) >= min(25, 0.3 * column.counts.sum())
        return _said(0.9 if many else 0.04, f"{'ages' if many else 'hardly ages,'} {_span(column)}")
    crowd = _distinct(column)
    room = int((high or 100) - (low or 0)) + 1
    if room > 100:
        return _said(0.5 if crowd > 10 else 0.3, f"whole numbers {_span(column)}")
    return _said(0.5 if crowd <= 12 else 0.15, f"counts {_span(column)}")


def _code(column: Column, codelist: CodeList | None) -> Evidence | None:
    if codelist is None:
        between = 3 <= len(column.answers) <= 200
        return _said(0.62 if between else 0.05, f"{len(column.answers)} codes of a national list")
    size, distinct = len(codelist.codes), _distinct(column)
    if size > 60:
        if not column.numeric:
            return None
        if not column.whole or _within(column, 0, 9999) < 0.98:
            return _said(0.03, f"{_span(column)}: no codes")
        return _said(0.45 if distinct >= 10 else 0.2, f"{distinct} codes of a long list")
    if not column.numeric:
        return _said(0.5 if len(column.answers) <= size + 6 else 0.05, f"{len(column.answers)} answers in words")
    if not column.whole or _within(column, 0, 999) < 0.98:
        return _said(0.03, f"{_span(column)}: no codes")
    if size == 2:
        # Two codes, and perhaps slips of the keyboard; a 0 stands for the second.
        most = float(np.sort(column.weights)[-2:].sum())
        two = _within(column, 0, 2) > 0.97 and most > 0.97 and len(column.answers) > 1
        return _said(0.7 if two else 0.04, f"{distinct} codes {_span(column)}, the list has 2")
    if distinct > 2 * size + 4 or distinct == 1:
        return _said(0.05, f"{distinct} codes, the list has {size}")
    length = _length(column)
    off = np.log((length + 0.5) / (size + 0.5))
    near = np.exp(-(2.2 if off > 0 else 1.3) * abs(off))
    return _said(float(0.15 + 0.57 * near), f"codes {_span(column)}, the list has {size}")


def _length(column: Column) -> int:
    """Return how many codes a list seems to have: codes run without gaps, and a file may lack some of them."""
    known = column.amounts[np.isfinite(column.amounts)]
    first, last = int(known.min()), int(known.max())
    return last - min(first, 1) + 1 if last <= 2 * known.size + 8 else known.size


def _text(column: Column) -> Evidence:
    return _said(0.3 if not column.whole and column.numeric else 0.5, "text")
