"""The one group-by: weighted sums by primary sampling unit and cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


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


@dataclass(frozen=True)
class Sums:
    """Sums by primary sampling unit and cell; only the pairs that occur are stored, sorted by unit, then cell.

    Parameters
    ----------
    psu, cell : integer arrays of shape (pairs,)
    value : float array of shape (pairs,)
        z_hic in the notation of :mod:`lfs_migration.engine`.
    cells : int
        Number of cells, those without a row among them.
    """

    psu: Ints
    cell: Ints
    value: Floats
    cells: int

    @property
    def total(self) -> Floats:
        """Sum over the units (T_c), of shape (cells,)."""
        return summed(self.cell, self.value, self.cells)

    def on(self, other: Sums) -> Sums:
        """Return the sums for the pairs of others, among which are all of their own; zero for the rest."""
        base = max(self.cells, 1)
        key, own = (sums.psu * base + sums.cell for sums in (other, self))
        if len(key) and key[-1] <= 4 * len(key) + 1024:
            value = summed(own, self.value, int(key[-1]) + 1)[key]
        else:
            value = np.zeros(len(key))
            value[np.searchsorted(key, own)] = self.value
        return Sums(other.psu, other.cell, value, self.cells)

    def raised(self, parent: Ints) -> Sums:
        """Return the sums over the parents of the units, of shape (units,)."""
        return collect(parent[self.psu], self.cell, self.value, self.cells)

    def spread(self, cell: Ints) -> Sums:
        """Return the sums of cell ``cell[j]`` as those of cell j, for each j: a denominator may serve several cells."""
        order, sizes = np.argsort(cell, kind="stable"), np.bincount(cell, minlength=self.cells)
        count = sizes[self.cell]
        ends = np.cumsum(count)
        first = (np.cumsum(sizes) - sizes)[self.cell] - (ends - count)
        new = order[np.repeat(first, count) + np.arange(ends[-1] if len(ends) else 0)]
        psu, value = np.repeat(self.psu, count), np.repeat(self.value, count)
        if (np.diff(cell) >= 0).all():
            return Sums(psu, new, value, len(cell))
        return collect(psu, new, value, len(cell))


@dataclass(frozen=True)
class Pairs:
    """The pairs of unit and cell that occur among rows: found once, for all that is summed over these rows.

    Parameters
    ----------
    psu, cell : integer arrays of shape (pairs,)
        Sorted by unit, then cell.
    count : integer array of shape (pairs,)
        Number of rows.
    cells : int
    inside : boolean array of shape (rows,), optional
        Rows that are in a cell; all are, without it.
    slot : integer array of shape (rows inside,)
        Where each row is counted.
    taken : integer array of shape (pairs,)
        Slot of each pair.
    """

    psu: Ints
    cell: Ints
    count: Ints
    cells: int
    inside: NDArray[np.bool_] | None
    slot: Ints
    taken: Ints

    def sums(self, value: Floats) -> Sums:
        """Return the sums of a value of each row."""
        own = value if self.inside is None else value[self.inside]
        total = summed(self.slot, own, int(self.taken[-1]) + 1 if len(self.taken) else 0)
        return Sums(self.psu, self.cell, total[self.taken], self.cells)


def pairs(psu: Ints, cell: Ints, cells: int) -> Pairs:
    """Find the pairs of unit and cell that occur.

    Parameters
    ----------
    psu, cell : integer arrays of shape (rows,)
        A row whose cell is negative is in none.
    cells : int
    """
    inside = None if cell.min(initial=0) >= 0 else cell >= 0
    if inside is not None:
        psu, cell = psu[inside], cell[inside]
    base = max(cells, 1)
    key, space = psu * base + cell, (int(psu.max(initial=-1)) + 1) * base
    if space > 4 * len(key) + 1024:
        found, slot, count = np.unique(key, return_inverse=True, return_counts=True)
        taken = np.arange(len(found))
    else:
        slot, count = key, np.bincount(key, minlength=space)
        found = taken = np.flatnonzero(count)
        count = count[taken]
    unit = found // base
    return Pairs(unit, found - unit * base, count, cells, inside, slot, taken)


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
    values, first = [part.value * g[part.cell] for part, g in zip(sums, gradients, strict=True)], sums[0]
    if all(part.psu is first.psu and part.cell is first.cell for part in sums):
        return Sums(first.psu, first.cell, np.sum(values, axis=0), first.cells)
    psu, cell = (np.concatenate([getattr(part, name) for part in sums]) for name in ("psu", "cell"))
    return collect(psu, cell, np.concatenate(values), first.cells)
