"""Auxiliaries of a calibration, collapsed: the different rows of them, and which of these each sampled row has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from math import isnan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lfs_migration.engine import numbered, summed
from lfs_migration.errors import DesignError, NotFound, near
from lfs_migration.model.calibration import Margin
from lfs_migration.model.noun import Value
from lfs_migration.sample.sample import Sample

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
_ROOM = 2**62


@dataclass(frozen=True)
class Auxiliaries:
    """The auxiliaries of the rows whose weights are calibrated.

    Margins of a record below, residents of households say, are added up: all of a household then get one weight
    (integrated weighting; Lemaitre and Dufour 1987, who take means and count each person, where here totals are taken
    and each household counts once).

    Parameters
    ----------
    cell : integer array of shape (rows,)
        Which of the different rows of auxiliaries it has.
    x : float array of shape (cells, auxiliaries)
    totals : float array of shape (auxiliaries,)
    margin : integer array of shape (auxiliaries,)
        Position of the margin that each is of.
    codes : tuple of tuples
        Category of each; empty for a number.
    """

    cell: Ints
    x: Floats
    totals: Floats
    margin: Ints
    codes: tuple[tuple[Value, ...], ...]


@dataclass(frozen=True)
class _Block:
    """The auxiliaries of one margin: columns, made for some rows; and codes by which rows are told apart."""

    codes: tuple[tuple[Value, ...], ...]
    apart: tuple[tuple[Ints, int], ...]
    columns: NDArray[Any]
    category: bool

    def of(self, rows: Ints) -> Floats:
        chosen = self.columns[rows]
        return (chosen[:, None] == np.arange(len(self.codes))).astype(float) if self.category else chosen.astype(float)


def auxiliaries(sample: Sample, record: str, weight: Floats, margins: Sequence[Margin]) -> Auxiliaries:
    """Return the auxiliaries of a record's rows.

    Parameters
    ----------
    sample : Sample
    record : str
        Whose weights are calibrated.
    weight : float array of shape (rows,)
        A row without a weight is in no margin.
    margins : sequence of Margin
        Of the record, or of one below it.

    Raises
    ------
    DesignError, NotFound
        Where an auxiliary is missing, a category of the sample has no total, or a code is not in the sample.
    """
    inside = weight > 0
    key = ("auxiliaries", record, tuple(map(_question, margins)))
    made = partial(_collapsed, sample, record, inside, margins)
    cell, x, columns, present = sample.lately(key, made) if inside.all() else made()
    totals = np.array([margins[i].totals[code] for i, code in columns])
    kept = np.flatnonzero(present | (totals != 0))
    margin = np.array([columns[column][0] for column in kept], dtype=np.int64)
    chosen = x if len(kept) == len(columns) else x[:, kept]
    return Auxiliaries(cell, chosen, totals[kept], margin, tuple(columns[column][1] for column in kept))


def _question(margin: Margin) -> tuple[Any, ...]:
    """Return what a margin asks of the rows, whatever its totals are."""
    codes = tuple((code, isnan(total)) for code, total in margin.totals.items())
    return margin.record, margin.variables, margin.value, margin.where, codes


def _collapsed(
    sample: Sample, record: str, inside: Mask, margins: Sequence[Margin]
) -> tuple[Ints, Floats, list[tuple[int, tuple[Value, ...]]], Mask]:
    """Return the cell of each row, the auxiliaries of each cell, their margins and codes, and which are not all 0."""
    blocks = [_block(sample, record, inside, margin) for margin in margins]
    cell, first = _packed([codes for block in blocks for codes in block.apart], len(inside))
    x = np.concatenate([block.of(first) for block in blocks], axis=1)
    columns = [(i, code) for i, block in enumerate(blocks) for code in block.codes]
    return cell, x, columns, (x != 0).any(axis=0)


def _packed(columns: Sequence[tuple[Ints, int]], rows: int) -> tuple[Ints, Ints]:
    """Return the number of each row's combination of codes, and for each combination a row that has it."""
    key, space = np.zeros(rows, dtype=np.int64), 1
    for codes, size in columns:
        if space * size > _ROOM:
            distinct, key = np.unique(key, return_inverse=True)
            space = len(distinct)
        key, space = key * size + codes, space * size
    distinct, cell = numbered(key, space)
    first = np.zeros(len(distinct), dtype=np.int64)
    first[cell[::-1]] = np.arange(rows - 1, -1, -1)
    return cell, first


def _block(sample: Sample, record: str, inside: Mask, margin: Margin) -> _Block:
    below = margin.record != record
    home = sample.records.link(margin.record) if below else np.empty(0, dtype=np.int64)
    counted = (home >= 0) & inside[home] if below else inside
    if margin.variables:
        category = _categories(sample, margin, counted)
        known = tuple(code for code, total in margin.totals.items() if not isnan(total))
        if not below:
            return _Block(known, ((category, len(known) + 1),), category, category=True)
        member = counted & (category < len(known))
        place = home[member] * len(known) + category[member]
        counts = np.bincount(place, minlength=len(inside) * len(known)).reshape(len(inside), len(known))
        return _Block(known, tuple((column, int(column.max(initial=0)) + 1) for column in counts.T), counts, False)
    value = _numbers(sample, margin, counted)
    if below:
        value = summed(home[counted], value[counted], len(inside))
    distinct, code = np.unique(value, return_inverse=True)
    return _Block(((),), ((code, len(distinct)),), value[:, None], category=False)


def _numbers(sample: Sample, margin: Margin, counted: Mask) -> Floats:
    """Return the value of a margin of a number in each row, 0 outside of it."""
    truth = sample.records.truth(margin.where, margin.record)
    value = np.ones(len(truth))
    if margin.value:
        value = sample.records.floats(margin.value, margin.record)
    unknown = counted & ((truth < 0) | ((truth == 1) & ~np.isfinite(value)))
    _refuse_missing(sample, margin, margin.name, unknown)
    return np.where(counted & (truth == 1), value, 0.0)


def _categories(sample: Sample, margin: Margin, counted: Mask) -> Ints:
    """Return the position of each row's category among those with a total, their number where it has none."""
    factors = [sample.records.factor(name, margin.record) for name in margin.variables]
    for name, (codes, _) in zip(margin.variables, factors, strict=True):
        _refuse_missing(sample, margin, name, counted & (codes < 0))
    places = [{level: i for i, level in enumerate(levels)} for _, levels in factors]
    shape = [max(len(levels), 1) for _, levels in factors]
    known = [code for code, total in margin.totals.items() if not isnan(total)]
    table = np.full(shape, -1, dtype=np.int64)
    for code in margin.totals:
        where = _place(margin, code, places)
        if where is not None:
            table[where] = known.index(code) if not isnan(margin.totals[code]) else len(known)
    place = factors[0][0]
    for (codes, _), size in zip(factors[1:], shape[1:], strict=True):
        place = place * size + codes
    category = table.ravel().take(place, mode="clip")  # where a code is missing the row is not counted
    left = counted & (category < 0)
    if left.any():
        row = int(np.flatnonzero(left)[0])
        found = tuple(levels[codes[row]] for codes, levels in factors)
        raise DesignError(
            f"The margin {margin.name} has no total for {shown(found)}",
            detail=f"{int((left & _same(factors, row)).sum()):,} rows of the {margin.record} record are in it",
            hint="Give its total, or None to let it go where the other margins take it",
        )
    return category if counted.all() else np.where(counted, category, len(known))


def _same(factors: Sequence[tuple[Ints, list[Any]]], row: int) -> Mask:
    out: Mask = np.logical_and.reduce([codes == codes[row] for codes, _ in factors])
    return out


def _place(margin: Margin, code: tuple[Value, ...], places: Sequence[dict[Any, int]]) -> tuple[int, ...] | None:
    """Return where a combination of codes is in the table of levels; none where the sample has no such code."""
    for name, value, place in zip(margin.variables, code, places, strict=True):
        if value not in place:
            twin = next((level for level in place if str(level) == str(value)), None)
            if twin is not None:
                raise NotFound(
                    f"The margin {margin.name} has the code {value!r}, which is not in {name}",
                    hint=f"The data have {twin!r}, {'a text' if isinstance(twin, str) else 'a number'}",
                )
            hint = near(str(value), map(str, place))
            if hint.startswith("Did"):
                raise NotFound(f"The margin {margin.name} has the code {value!r}, which is not in {name}", hint=hint)
            return None
    return tuple(place[value] for value, place in zip(code, places, strict=True))


def _refuse_missing(sample: Sample, margin: Margin, name: str, missing: Mask) -> None:
    rows = np.flatnonzero(missing)
    if len(rows):
        raise DesignError(
            f"{name} is missing in {len(rows):,} of the rows that its margin counts",
            where=sample.place(margin.record, int(rows[0])),
            hint="Impute it, or make the missing ones a category of their own whose total is None",
        )


def shown(code: tuple[Value, ...]) -> str:
    """Return a category for messages."""
    return " x ".join(map(repr, code))
