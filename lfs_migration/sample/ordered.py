"""The rows of each cell in the order of their values: sorted in memory, or binned on the engine that holds them.

Rows on an engine that are few come into memory all the same: a question more takes an engine longer than to send them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lfs_migration import engine
from lfs_migration.engine import Sums
from lfs_migration.frames import Ranks
from lfs_migration.sample.facts import Weighted
from lfs_migration.sample.rows import Rows

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Codes = tuple[Any, ...]

BINS, PAIRS = 2**14, 2**22
"""Most bins of a value, and of values and cells together."""
MANY = 2**17
"""Rows above which they stay on their engine."""
REACH = 30.0
"""How many standard errors of simple sampling about a quantile are fetched with it, for its limits."""


@dataclass(frozen=True)
class Below:
    """The rows at or below a value of their cell: their sums by sampling unit and cell, and totals by other weights."""

    sums: Sums
    totals_with: Callable[[Weighted], Floats]


class Ordered(Protocol):
    """The rows of each cell in the order of their values."""

    def at(self, share: Floats) -> Floats:
        """Return the smallest value of each cell whose share of weight at or below it reaches ``share``.

        The inverse of the distribution function (Hyndman and Fan 1996, definition 1; ``math`` in R's ``survey``).
        """

    def below(self, value: Floats) -> Below:
        """Return the rows at or below a value of each cell."""


class Sorted:
    """Rows in memory, sorted.

    Parameters
    ----------
    rows : Rows
    """

    def __init__(self, rows: Rows) -> None:
        inside = np.flatnonzero((rows.cell >= 0) & (rows.weight > 0))
        order = inside[np.argsort(rows.value[inside])]
        narrow = np.int16 if rows.cells < 2**15 else np.int64  # which numpy sorts by counting
        order = order[np.argsort(rows.cell[order].astype(narrow), kind="stable")]
        self._rows = rows
        self._steps = Steps(rows.cell[order], rows.value[order], rows.weight[order], rows.cells)

    def at(self, share: Floats) -> Floats:
        """Return the quantiles; see :class:`Ordered`."""
        return self._steps.at(np.clip(share, 0.0, 1.0) * self._steps.whole)

    def below(self, value: Floats) -> Below:
        """Return the rows at or below a value of each cell."""
        rows = self._rows
        inside = (rows.value <= np.append(value, np.nan)[rows.cell]).astype(np.float64)
        return Below(rows.sums(inside), lambda weighted: rows.totals_with(weighted, inside))


class Steps:
    """The weights of values, sorted by cell, then value."""

    def __init__(self, cell: Ints, value: Floats, weight: Floats, cells: int) -> None:
        self._value = value
        self._last = np.cumsum(np.bincount(cell, minlength=cells))
        self._first = np.concatenate([[0], self._last[:-1]])
        self._weight = np.concatenate([[0.0], np.cumsum(weight)])

    @property
    def whole(self) -> Floats:
        """Sum of weights in each cell, of shape (cells,)."""
        return np.asarray(self._weight[self._last] - self._weight[self._first])

    def at(self, weight: Floats) -> Floats:
        """Return the smallest value of each cell at which the sum of weights reaches ``weight``."""
        if not len(self._value):
            return np.full(len(weight), np.nan)
        wanted = self._weight[self._first] + weight * (1 - 1e-14)
        row = np.clip(np.searchsorted(self._weight, wanted) - 1, self._first, self._last - 1)
        known = (self._last > self._first) & ~np.isnan(weight)
        return np.where(known, self._value[np.where(known, row, 0)], np.nan)


@dataclass(frozen=True)
class Few:
    """Rows of an engine that have come into memory, those of one value, unit and cell as one.

    Parameters
    ----------
    table : table
        What :meth:`Ranks.each` gives.
    psu, cell : integer arrays of shape (rows,)
    rows : Rows
        Groups of the rows.
    weight : str
        The sample's own.
    """

    table: pa.Table
    psu: Ints
    cell: Ints
    rows: Rows
    weight: str

    @cached_property
    def _value(self) -> Floats:
        return np.asarray(self.table["_v"].to_numpy(), dtype=np.float64)

    @cached_property
    def _steps(self) -> Steps:
        order = np.lexsort((self._value, self.cell))
        order = order[self.cell[order] >= 0]
        return Steps(self.cell[order], self._value[order], self._weights(self.weight)[order], self.rows.cells)

    def at(self, share: Floats) -> Floats:
        """Return the quantiles; see :class:`Ordered`."""
        return self._steps.at(np.clip(share, 0.0, 1.0) * self._steps.whole)

    def below(self, value: Floats) -> Below:
        """Return the rows at or below a value of each cell."""
        inside = (self.cell >= 0) & (self._value <= value[self.cell])
        psu, cell = self.psu[inside], self.cell[inside]

        def totals(weighted: Weighted) -> Floats:
            return engine.summed(cell, self._weights(weighted.variable)[inside], self.rows.cells)

        return Below(engine.collect(psu, cell, self._weights(self.weight)[inside], self.rows.cells), totals)

    def _weights(self, name: str) -> Floats:
        return np.asarray(self.table[name].to_numpy(), dtype=np.float64)


def on_engine(
    ranks: Ranks, span: tuple[float, float], places: Mapping[Codes, int], rows: Rows,
    units_of: Callable[[pa.Table], Ints],
) -> Ordered:  # fmt: skip
    """Return rows on their engine in the order of their values; the parameters are those of :class:`Binned`."""
    if rows.n.sum() > MANY:
        return Binned(ranks, span, places, rows, units_of)
    table = ranks.each()
    return Few(table, units_of(table), _cells(table, ranks, places), rows, ranks.weights[0])


def _cells(table: pa.Table, ranks: Ranks, places: Mapping[Codes, int]) -> Ints:
    """Return the cell of each row of an answer, -1 where it is in none."""
    codes = [table[f"_c{i}"].to_pylist() for i in range(ranks.codes)]
    combinations = zip(*codes, strict=True) if codes else [()] * len(table)
    return np.array([places.get(code, -1) for code in combinations], dtype=np.int64)


class Binned:
    """Rows on their engine: weights by bin tell which few bins a quantile and its limits are in; those are fetched.

    Parameters
    ----------
    ranks : Ranks
    span : (least, greatest) value
    places : mapping of codes to cell
    rows : Rows
        Groups of the rows.
    units_of : callable
        Gives the sampling unit of each row of a table.
    """

    def __init__(
        self, ranks: Ranks, span: tuple[float, float], places: Mapping[Codes, int], rows: Rows,
        units_of: Callable[[pa.Table], Ints],
    ) -> None:  # fmt: skip
        self._places, self._rows, self._units_of = places, rows, units_of
        self._bins = int(np.clip(PAIRS // max(rows.cells, 1), 2**8, BINS))
        self._ranks = ranks.binned(span, self._bins)
        self._fetched = np.full((2, rows.cells), -1)
        self._window: tuple[Ints, Steps]

    @cached_property
    def _histogram(self) -> tuple[Floats, Floats]:
        """Return the weight of each cell's bins below and with it, of shape (cells, bins + 1)."""
        table = self._ranks.histogram()
        cell = _cells(table, self._ranks, self._places)
        here, weights = cell >= 0, np.zeros((self._rows.cells, self._bins + 1))
        # A cell may be of several codes, so that it has a bin more than once.
        np.add.at(weights, (cell[here], table["_bin"].to_numpy()[here]), table["w"].to_numpy()[here])
        through = np.cumsum(weights, axis=1)
        return through - weights, through

    def at(self, share: Floats) -> Floats:
        """Return the quantiles; see :class:`Ordered`."""
        below, through = self._histogram
        whole = through[:, -1]
        share = np.where(whole > 0, np.clip(share, 0.0, 1.0), np.nan)
        if not self._inside(self._bin_of(share)):
            spread = REACH * np.sqrt(share * (1 - share) / np.maximum(self._rows.n, 1))
            self._fetch(self._bin_of(share - spread), self._bin_of(share + spread))
        start, steps = self._window
        before = below[np.arange(len(share)), start]
        return steps.at(share * whole - before)

    def below(self, value: Floats) -> Below:
        """Return the rows at or below a value of each cell."""
        rows = self._rows
        limits = {code: (value[cell],) for code, cell in self._places.items() if not np.isnan(value[cell])}
        table = self._ranks.below(limits)
        cell, psu = _cells(table, self._ranks, self._places), self._units_of(table)

        def totals(weight: str) -> Floats:
            inside = cell >= 0
            return engine.summed(cell[inside], table[weight].to_numpy()[inside], rows.cells)

        own = table[self._ranks.weights[0]].to_numpy()
        return Below(engine.collect(psu, cell, own, rows.cells), lambda weighted: totals(weighted.variable))

    def _bin_of(self, share: Floats) -> Ints:
        """Return the bin of each cell in which the sum of weights reaches a share of all."""
        through = self._histogram[1]
        wanted = np.nan_to_num(np.clip(share, 0.0, 1.0)) * through[:, -1] * (1 - 1e-14)
        place: Ints = np.minimum((through < wanted[:, None]).sum(axis=1), self._bins)
        return place

    def _inside(self, place: Ints) -> bool:
        """Whether the bins of all cells were fetched."""
        first, last = self._fetched
        return bool(((place >= first) & (place <= last)).all())

    def _fetch(self, first: Ints, last: Ints) -> None:
        """Fetch the weight of each value in a range of bins of each cell."""
        whole = self._histogram[1][:, -1]
        bins = {code: (first[cell], last[cell]) for code, cell in self._places.items() if whole[cell] > 0}
        table = self._ranks.window(bins)
        cell, value = _cells(table, self._ranks, self._places), table["_v"].to_numpy()
        order = np.lexsort((value, cell))
        order = order[cell[order] >= 0]
        steps = Steps(cell[order], value[order], table["w"].to_numpy()[order], self._rows.cells)
        self._window, self._fetched = (first, steps), np.stack([first, last])
