"""The one group-by: weighted sums by primary sampling unit and cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache, reduce

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
GRID = 2**21  # pairs up to which all are kept where most occur


def summed(position: Ints, value: Floats, size: int) -> Floats:
    """Return the sum of the values at each position, of shape (size,)."""
    return np.asarray(np.bincount(position, weights=value, minlength=size), dtype=np.float64)


def numbered(key: Ints, space: int) -> tuple[Ints, Ints]:
    """Return the distinct keys in order, and the position of each key among them.

    Counting is quicker than sorting, and is done where the keys are not too thin in their space.

    Parameters
    ----------
    key : integer array
        Each from 0 to ``space`` - 1.
    space : int

    Examples
    --------
    >>> numbered(np.array([7, 2, 7]), 10)
    (array([2, 7]), array([1, 0, 1]))
    """
    if space > 4 * len(key) + 1024:
        distinct_keys, position = np.unique(key, return_inverse=True)
        return distinct_keys, position
    occurs = np.bincount(key, minlength=space) > 0
    return np.flatnonzero(occurs), (np.cumsum(occurs) - 1)[key]


@lru_cache(maxsize=8)
def _every(units: int, cells: int) -> tuple[Ints, Ints]:
    """Return unit and cell of all pairs, always as the same two arrays."""
    return np.repeat(np.arange(units), cells), np.tile(np.arange(cells), units)


@dataclass(frozen=True)
class Sums:
    """Sums by primary sampling unit and cell: of the pairs that occur, or of all where most do, a grid.

    Parameters
    ----------
    psu, cell : integer arrays of shape (pairs,)
        Sorted by unit, then cell.
    value : float array of shape (pairs,)
        z_hic in the notation of :mod:`lfs_migration.engine`.
    cells : int
        Number of cells, those without a row among them.
    here : boolean array of shape (pairs,), optional
        Whether the pair occurs; all do, without it.
    units : int
        Number of units of a grid, which has all pairs; 0 where only those that occur are here.
    """

    psu: Ints
    cell: Ints
    value: Floats
    cells: int
    here: Mask | None = None
    units: int = 0

    @classmethod
    def of(cls, grid: Floats, here: Mask | None = None) -> Sums:
        """Return the sums of a grid and whether its pairs occur, both of shape (units, cells)."""
        units, cells = grid.shape
        return cls(*_every(units, cells), grid.ravel(), cells, None if here is None else here.ravel(), units)

    @property
    def grid(self) -> Floats | None:
        """The values as a matrix of shape (units, cells), if all pairs are here."""
        return self.value.reshape(self.units, self.cells) if self.units else None

    def paired(self, other: Sums) -> bool:
        """Whether others are sums of the same pairs."""
        if self.units or other.units:
            return (self.units, self.cells) == (other.units, other.cells)
        return self.psu is other.psu and self.cell is other.cell

    def dense(self, units: int, start: int = 0, end: int | None = None) -> Floats:
        """Return the values of the cells from ``start`` to before ``end``, of shape (units, cells); zero for others."""
        grid, end = self.grid, self.cells if end is None else min(end, self.cells)
        if grid is not None and len(grid) == units:
            return grid[:, start:end]
        here, width = (self.cell >= start) & (self.cell < end), end - start
        place = self.psu[here] * width + self.cell[here] - start
        return summed(place, self.value[here], units * width).reshape(units, width)

    @property
    def occurring(self) -> Sums:
        """The sums of the pairs that occur."""
        if self.here is None:
            return self
        return Sums(self.psu[self.here], self.cell[self.here], self.value[self.here], self.cells)

    @cached_property
    def total(self) -> Floats:
        """Sum over the units (T_c), of shape (cells,)."""
        grid = self.grid
        return summed(self.cell, self.value, self.cells) if grid is None else np.asarray(grid.sum(axis=0))

    def raised(self, parent: Ints) -> Sums:
        """Return the sums over the parents of the units, of shape (units,)."""
        few = self.occurring
        return collect(parent[few.psu], few.cell, few.value, self.cells)


@dataclass(frozen=True)
class Pairs:
    """Pairs of unit and cell among rows, as in :class:`Sums`: found once, for all that is summed over these rows.

    Parameters
    ----------
    inside : boolean array of shape (rows,), optional
        Rows that are in a cell; all are, without it.
    slot : integer array of shape (rows inside,)
        The pair of each row.
    """

    psu: Ints
    cell: Ints
    count: Ints
    cells: int
    inside: Mask | None
    slot: Ints
    units: int = 0

    def sums(self, value: Floats) -> Sums:
        """Return the sums of a value of each row."""
        own = value if self.inside is None else value[self.inside]
        here = None if self.count.all() else self.count > 0
        return Sums(self.psu, self.cell, summed(self.slot, own, len(self.psu)), self.cells, here, self.units)

    @cached_property
    def rows(self) -> Ints:
        """Number of rows in each cell, of shape (cells,)."""
        count = Sums(self.psu, self.cell, self.count.astype(np.float64), self.cells, units=self.units)
        return count.total.astype(np.int64)


def pairs(psu: Ints, cell: Ints, cells: int, units: int = 0, size: int = 0) -> Pairs:
    """Find the pairs of unit and cell that occur; take all, if their number is known and most do.

    Parameters
    ----------
    psu, cell : integer arrays of shape (rows,)
        A row whose cell is negative is in none.
    units : int
        Number of units, where it is known.
    size : int
        Number of rows that there would be if all answers were known. It decides whether all pairs are taken: if the
        answers of one cell did, the other cells would be added up in another order, and differ in their last bit.
    """
    inside = None if cell.min(initial=0) >= 0 else cell >= 0
    if inside is not None:
        psu, cell = psu[inside], cell[inside]
    base = max(cells, 1)
    key = psu * base
    key += cell
    if 0 < units * cells <= min(4 * size, GRID):
        return Pairs(*_every(units, cells), np.bincount(key, minlength=units * cells), cells, inside, key, units)
    found, slot = numbered(key, (int(psu.max(initial=-1)) + 1) * base)
    unit = found // base
    return Pairs(unit, found - unit * base, np.bincount(slot, minlength=len(found)), cells, inside, slot)


def collect(psu: Ints, cell: Ints, value: Floats, cells: int) -> Sums:
    """Sum the weighted values w_k y_k of rows by unit and cell; a row whose cell is negative is in none.

    The three arrays are of shape (rows,).

    Examples
    --------
    >>> collect(np.array([0, 0, 1]), np.array([0, 1, 0]), np.array([1.0, 2.0, 4.0]), 2).total
    array([5., 2.])
    """
    return pairs(psu, cell, cells).sums(value)


def combine(sums: Sequence[Sums], gradients: Sequence[Floats]) -> Sums:
    """Return the linearised sums u_hic of a statistic, from the totals that it is made of and g_c of shape (cells,)."""
    first, terms = sums[0], [(part, part.grid, g) for part, g in zip(sums, gradients, strict=True)]
    values = [part.value * g[part.cell] if grid is None else (grid * g).ravel() for part, grid, g in terms]
    if all(part.paired(first) for part in sums):
        total = reduce(lambda one, other: np.add(one, other, out=one), values)
        return Sums(first.psu, first.cell, total, first.cells, units=first.units)
    psu, cell = (np.concatenate([getattr(part, name) for part in sums]) for name in ("psu", "cell"))
    return collect(psu, cell, np.concatenate(values), first.cells)
