"""The rows behind a figure, counted and added up: by conditions, cells and weights alone, without the estimator."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lfs_migration.explain.absent import Reason, reasons
from lfs_migration.explain.plan import Side
from lfs_migration.frames import Frame, Records, column
from lfs_migration.model.dataset import Dataset
from lfs_migration.model.design import Design
from lfs_migration.model.indicator import Part
from lfs_migration.model.results import UNKNOWN

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Place = tuple[str, str, str]
"""Record, household and line of a finding or a correction."""


@dataclass(frozen=True)
class Sum:
    """Rows, their sum of weights, and the weighted sum of what is added up."""

    rows: int = 0
    weights: float = 0.0
    total: float = 0.0

    def __add__(self, other: Sum) -> Sum:
        return Sum(self.rows + other.rows, self.weights + other.weights, self.total + other.total)


@dataclass(frozen=True)
class Tally:
    """What some rows of one side add up to; those of parts of a file are added.

    Parameters
    ----------
    record, orphans, beyond, outside, elsewhere, unplaced, counted, households : int
        As in :class:`lfs_migration.explain.nouns.Funnel`.
    unknown : mapping of (variable, reason) to int
    base, top : Sum
        Of the denominator, or of what is counted; of the numerator in the same record.
    categories : mapping of code to Sum
        Of what is distributed; those without a known one under :data:`lfs_migration.model.results.UNKNOWN`.
    values, weights : float arrays of shape (rows counted,)
        Of a quantile.
    units : set of (stratum, psu)
        Sampling units with a row that is counted.
    places : set of int
        Which of the places asked about are rows that are counted.
    """

    record: int = 0
    orphans: int = 0
    beyond: int = 0
    outside: int = 0
    elsewhere: int = 0
    unplaced: int = 0
    counted: int = 0
    households: int = 0
    unknown: Mapping[Reason, int] = field(default_factory=dict)
    base: Sum = Sum()
    top: Sum = Sum()
    categories: Mapping[str, Sum] = field(default_factory=dict)
    values: Floats = field(default_factory=lambda: np.empty(0))
    weights: Floats = field(default_factory=lambda: np.empty(0))
    units: frozenset[tuple[Any, ...]] = frozenset()
    places: frozenset[int] = frozenset()

    def __add__(self, other: Tally) -> Tally:
        counts = ("record", "orphans", "beyond", "outside", "elsewhere", "unplaced", "counted", "households")
        names = (*counts, "base", "top")
        codes = dict.fromkeys((*self.categories, *other.categories))
        return Tally(
            **{name: getattr(self, name) + getattr(other, name) for name in names},
            unknown=dict(Counter(self.unknown) + Counter(other.unknown)),
            categories={c: self.categories.get(c, Sum()) + other.categories.get(c, Sum()) for c in codes},
            values=np.concatenate([self.values, other.values]),
            weights=np.concatenate([self.weights, other.weights]),
            units=self.units | other.units,
            places=self.places | other.places,
        )


@dataclass(frozen=True)
class Weigher:
    """Gives the weight of each row of a record, from the columns of the design.

    Parameters
    ----------
    design : Design
    home : str
        The record that carries it.
    ones : bool
        Whether every row weighs 1.
    """

    design: Design
    home: str
    ones: bool = False

    def __call__(self, records: Records, record: str) -> tuple[Floats, Ints]:
        """Return weights and households, of shape (rows,); -1 for a row without a household."""
        size = records.size(record)
        link = np.arange(size) if record == self.home else records.link(record)
        if self.ones:
            return (link >= 0).astype(np.float64), link
        weight = records.floats(self.design.weight, self.home)[link] if len(link) else np.empty(0)
        own = self.design.record_weights.get(record)
        if own and record != self.home:
            weight = records.floats(own, record)
        number = self.design.multiplicity.get(record) if record != self.home else None
        weight = weight / records.floats(number, record) if number else weight
        return np.where(link >= 0, weight, 0.0), link


def tallies(data: Dataset, weigher: Weigher, sides: Sequence[Side], places: Sequence[Place]) -> tuple[Tally, ...]:
    """Return what the rows of each side add up to, on any engine.

    Parameters
    ----------
    data : Dataset
        Harmonised, with the columns of the design.
    weigher : Weigher
    sides : sequence of Side
    places : sequence of (record, household, line)
        Of which it is asked whether they are counted.
    """
    look = partial(_look, data=replace(data, records={}, store=None), weigher=weigher, sides=sides, places=places)
    parts = [look(data.records)] if data.store is None else data.store.each(look)
    return tuple(sum(same, Tally()) for same in zip(*parts, strict=True))


def _look(
    records: Mapping[str, Frame], data: Dataset, weigher: Weigher, sides: Sequence[Side], places: Sequence[Place]
) -> list[Tally]:
    held = Records(replace(data, records=records))
    return [_Counter(held, data, weigher, side).tally(places) for side in sides]


class _Counter:
    """Counts the rows of a side in the records in memory."""

    def __init__(self, records: Records, data: Dataset, weigher: Weigher, side: Side) -> None:
        self.records, self.data, self.weigher, self.side = records, data, weigher, side
        self.record = side.base.record
        self.weight, self.home = weigher(records, self.record)

    def tally(self, places: Sequence[Place]) -> Tally:
        side, here = self.side, self.home >= 0
        base, base_known, y = self._part(side.base)
        top, known, x = base, base_known, y
        outside = self._false(side.base)
        if side.top is not None:
            top, top_known, x = self._part(side.top)
            known = base_known & top_known
            outside &= True if side.nested else self._false(side.top)
        beyond = outside & self._beyond()
        elsewhere, unplaced = self._cell()
        category, levels = self._category()
        inside = here & ~outside & ~elsewhere & ~unplaced
        counted = inside & known & (base if side.nested or side.top is None else base | top)
        if side.category is not None and side.over == "known" and side.code != UNKNOWN:
            counted &= category >= 0
        silent = inside & ~counted
        lower, upper = counted & base, counted & top
        return Tally(
            record=len(here),
            orphans=int((~here).sum()),
            beyond=int((here & beyond).sum()),
            outside=int((here & outside & ~beyond).sum()),
            elsewhere=int((here & ~outside & elsewhere).sum()),
            unplaced=int((here & ~outside & ~elsewhere & unplaced).sum()),
            counted=int(counted.sum()),
            households=len(np.unique(self.home[counted])),
            unknown=Counter(self._why(np.flatnonzero(silent))),
            base=self._sum(lower, y),
            top=self._sum(upper, x),
            categories=self._by_category(inside & known & base, y, category, levels),
            values=y[lower] if side.values else np.empty(0),
            weights=self.weight[lower] if side.values else np.empty(0),
            units=self._units(counted),
            places=self._places(counted, places),
        )

    def _part(self, part: Part) -> tuple[Mask, Mask, Floats]:
        """Return which rows are in a part, of which that is known, and what is added up."""
        truth = self.records.truth(part.where, self.record)
        value = self.records.floats(part.value, self.record) if part.value else np.ones(len(truth))
        present = ~np.isnan(value)
        return (truth == 1) & present, (truth >= 0) & (present | (truth == 0)), value

    def _false(self, part: Part) -> Mask:
        out: Mask = self.records.truth(part.where, self.record) == 0
        return out

    def _beyond(self) -> Mask:
        """Return which rows are none that the module is about."""
        assert self.data.codebook is not None
        scope = self.data.codebook.records[self.record].scope
        out: Mask = self.records.truth(scope, self.record) == 0
        return out

    def _cell(self) -> tuple[Mask, Mask]:
        """Return which rows are in another cell, and in which the cell of others is not known."""
        elsewhere, unplaced = (np.zeros(len(self.home), dtype=bool) for _ in range(2))
        for by, code in self.side.cell:
            codes, levels = self.records.factor(by.variables[self.record], self.record)
            own = np.array([str(by.category(level)) == code for level in levels] + [code == UNKNOWN])
            elsewhere |= ~own[codes] & (codes >= 0)
            unplaced |= ~own[codes] & (codes < 0)
        return elsewhere, unplaced & ~elsewhere

    def _category(self) -> tuple[Ints, list[str]]:
        if self.side.category is None:
            return np.zeros(len(self.home), dtype=np.int64), []
        codes, levels = self.records.factor(self.side.category.variables[self.record], self.record)
        return codes, [str(self.side.category.category(level)) for level in levels]

    def _by_category(self, rows: Mask, value: Floats, category: Ints, levels: Sequence[str]) -> dict[str, Sum]:
        if self.side.category is None:
            return {}
        out: dict[str, Sum] = {}
        for place, code in enumerate([*levels, UNKNOWN]):
            own = self._sum(rows & (category == (place if place < len(levels) else -1)), value)
            if own.rows:
                out[code] = out.get(code, Sum()) + own
        return out

    def _sum(self, rows: Mask, value: Floats) -> Sum:
        weight = self.weight[rows]
        return Sum(int(rows.sum()), float(weight.sum()), float((weight * value[rows]).sum()))

    def _why(self, rows: Ints) -> list[Reason]:
        assert self.data.codebook is not None
        parts = [part for part in (self.side.base, self.side.top) if part is not None]
        texts = [text for part in parts for text in (part.where, part.value)]
        texts += [self.side.category.variables[self.record]] if self.side.category else []
        return reasons(self.records, self.data.codebook, texts, self.record, rows) if len(rows) else []

    def _units(self, counted: Mask) -> frozenset[tuple[Any, ...]]:
        design, home = self.weigher.design, self.weigher.home
        names = [name for name in (design.stratum, *design.units[:1]) if name]
        rows = np.unique(self.home[counted])
        columns = [self.records.at(name, home, rows) for name in names]
        return frozenset(zip(*columns, strict=True)) if design.units else frozenset()

    def _places(self, counted: Mask, places: Sequence[Place]) -> frozenset[int]:
        """Return which places are rows that are counted, or households of such."""
        assert self.data.codebook is not None
        wanted: dict[tuple[str, ...], list[int]] = {}
        for number, (record, household, line) in enumerate(places):
            if record in (self.record, self.weigher.home):
                alone = record == self.weigher.home
                wanted.setdefault((household,) if alone else (household, line), []).append(number)
        if not wanted:
            return frozenset()
        rows = pa.array(np.flatnonzero(counted))
        key = self.data.codebook.records[self.record].key[:2]
        texts = [
            column(self.records.frames[self.record], name).cast(pa.string()).take(rows).to_pylist() for name in key
        ]
        met = {(household,) for household in texts[0]} | set(zip(*texts, strict=True))
        return frozenset(number for own, numbers in wanted.items() if own in met for number in numbers)
