"""Rules that judge each row by itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lfs_migration.frames import Records
from lfs_migration.frames.codes import joint, looked_up
from lfs_migration.model.rules import Bounds, Condition, Required, Straight
from lfs_migration.validate.judged import Context, Judged, Truth
from lfs_migration.validate.shown import Told

ABSENT = 0
LEVELS = 1 << 12
"""Combinations of answers that are always few."""


def condition(rule: Condition, context: Context) -> Judged:
    """Judge the rows that a rule is about by its expression; where that is unknown it has no opinion."""
    check = context.records.truth(rule.check, rule.record)
    return Judged.of(check, _about(rule.when, rule.record, context.records))


def bounds(rule: Bounds, context: Context) -> Judged:
    """Judge numbers by limits that another answer chooses; unknown is the number, or which limits it has.

    A number that breaks the widest of all limits is still unknown where the other answer is: it may be one that has no
    limits.
    """
    records, about = context.records, _about(rule.when, rule.record, context.records)
    small = _on_levels(rule, records)
    if small is not None:
        truth, judged = small
    else:
        number = records.floats(rule.variable, rule.record)
        codes, levels = records.factor(rule.by, rule.record) if rule.by else (np.zeros(len(number), np.int64), [None])
        truth, judged = _limited(rule, number, codes, levels)
    return Judged.of(truth, judged if about is None else about & judged)


def _on_levels(rule: Bounds, records: Records) -> tuple[Truth, NDArray[np.bool_]] | None:
    """Return what the limits say, worked out on the combinations of answers where these are few."""
    names = [name for name in (rule.by, rule.variable) if name]
    known = [coded for name in names if (coded := records.coded(name, rule.record)) is not None]
    found = joint(known, max(LEVELS, records.size(rule.record) // 8)) if len(known) == len(names) else None
    if found is None:
        return None
    places, used = found
    values = [one.levels.to_pylist() for one in used]
    absent = records.missing(rule.variable)
    own = [np.nan if value is None or value in absent else float(value) for value in values[-1]]
    others = values[0] if rule.by else [None]
    unknown = {None, *records.missing(rule.by)} if rule.by else set[Any]()
    codes = np.array([-1 if value in unknown else place for place, value in enumerate(others)], dtype=np.int64)
    truth, judged = _limited(rule, np.tile(own, len(others)), np.repeat(codes, len(own)), others)
    return looked_up(truth, places), looked_up(judged, places)


def _limited(
    rule: Bounds, number: NDArray[np.float64], codes: NDArray[np.int64], levels: Sequence[Any]
) -> tuple[Truth, NDArray[np.bool_]]:
    """Return whether numbers are within the limits that the other answer chooses, and which have any.

    Parameters
    ----------
    number : float array
    codes : integer array
        Position of the other answer in ``levels``, -1 where it is not known.
    levels : sequence
    """
    chosen = [rule.limits.get(level, rule.otherwise) if rule.by else rule.otherwise for level in levels]
    low, high = np.array([*map(_limits, chosen), (np.nan, np.nan)]).T.copy()
    judged = np.array([*(limits is not None for limits in chosen), True])
    truth = _between(number, low[codes], high[codes])  # who has no code for `by` has the last entry of each
    truth[codes < 0] = -1
    return truth, judged[codes]


def required(rule: Required, context: Context) -> Judged:
    """Judge whether variables are filled; nothing is unknown about that. What is shown is which of them are not."""
    records = context.records
    filled = "not blank({})" if rule.refusals else "answered({})"
    there = {name: records.truth(filled.format(name), rule.record) for name in rule.of}
    judged = Judged.of(reduce(np.minimum, there.values()), _about(rule.when, rule.record, records))
    empty = Told(judged.failed, lambda row: ", ".join(name for name, truth in there.items() if truth[row] == 0))
    return replace(judged, values=empty)


def straight(rule: Straight, context: Context) -> Judged:
    """Judge whether the answered questions of a block all have one answer; too few answered ones are unknown."""
    least = most = answered = None
    for codes in _alike(rule.of, rule.record, context.records):
        there = codes != ABSENT
        lower = codes - codes.dtype.type(1)  # unsigned: that of no answer is above all others
        if least is None or most is None or answered is None:
            least, most, answered = lower, codes, there.astype(np.int16)
        else:
            least, most = np.minimum(least, lower), np.maximum(most, codes)
            answered += there
    assert least is not None and most is not None and answered is not None
    truth: Truth = (least + least.dtype.type(1) != most).astype(np.int8)
    truth[answered < rule.least] = -1
    return Judged.of(truth, _about(rule.when, rule.record, context.records))


def _about(when: str, record: str, records: Records) -> NDArray[np.bool_] | None:
    """Return the rows that a rule is about; nothing where it is about all."""
    return records.truth(when, record) == 1 if when else None


def _limits(given: tuple[Any, Any] | None) -> tuple[float, float]:
    low, high = given or (None, None)
    return -np.inf if low is None else float(low), np.inf if high is None else float(high)


def _between(number: NDArray[np.float64], low: Any, high: Any) -> Truth:
    out: Truth = ((number >= low) & (number <= high)).astype(np.int8)
    out[np.isnan(number)] = -1
    return out


def _alike(names: Sequence[str], record: str, records: Records) -> Iterator[NDArray[Any]]:
    """Yield the answers to each of some questions as unsigned numbers, the same for the same answer, 0 for none."""
    numbers, tables = dict[Any, int](), []
    for name in names:
        coded, absent = records.coded(name, record), records.missing(name)
        levels = records.factor(name, record)[1] if coded is None else coded.levels.to_pylist()
        known = [None if level in absent else level for level in levels]
        tables.append([ABSENT if level is None else numbers.setdefault(level, len(numbers) + 1) for level in known])
    kind = np.min_scalar_type(len(numbers) + 1)
    for name, table in zip(names, tables, strict=True):
        coded = records.coded(name, record)
        if coded is not None:
            yield coded.spread(np.array(table, dtype=kind))
        else:
            yield np.array([*table, ABSENT], dtype=kind)[records.factor(name, record)[0]]
