"""The one group-by: weighted sums by primary sampling unit and cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

DENSE = 4_000_000
"""Pairs of unit and cell up to which a full table is quicker than sorting the pairs that occur."""


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

    def spread(self, cell: Ints) -> Sums:
        """Return the sums of cell ``cell[j]`` as those of cell j, for each j.

        Parameters
        ----------
        cell : integer array of shape (new cells,)
            A denominator that serves several cells is repeated.
        """
        units = int(self.psu.max(initial=-1)) + 1
        if units * max(len(cell), self.cells) <= DENSE:
            return self._spread_dense(cell, units)
        order = np.argsort(self.cell, kind="stable")
        start = np.searchsorted(self.cell[order], cell)
        count = np.searchsorted(self.cell[order], cell, side="right") - start
        new = np.repeat(np.arange(len(cell)), count)
        within = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        rows = order[np.repeat(start, count) + within]
        return _grouped(self.psu[rows], new, self.value[rows], len(cell))

    def _spread_dense(self, cell: Ints, units: int) -> Sums:
        value, occurs = np.zeros((units, self.cells)), np.zeros((units, self.cells), dtype=bool)
        value[self.psu, self.cell] = self.value
        occurs[self.psu, self.cell] = True
        pairs = np.flatnonzero(occurs[:, cell])
        base = max(len(cell), 1)
        return Sums(pairs // base, pairs % base, value[:, cell].ravel()[pairs], len(cell))


def collect(psu: Ints, cell: Ints, value: Floats, cells: int) -> Sums:
    """Sum the weighted values of rows by unit and cell.

    Parameters
    ----------
    psu, cell : integer arrays of shape (rows,)
        A row whose cell is negative is in none.
    value : float array of shape (rows,)
        w_k y_k.
    cells : int

    Examples
    --------
    >>> collect(np.array([0, 0, 1]), np.array([0, 1, 0]), np.array([1.0, 2.0, 4.0]), 2).total
    array([5., 2.])
    """
    inside = cell >= 0
    return _grouped(psu[inside], cell[inside], value[inside], cells)


def combine(sums: Sequence[Sums], gradients: Sequence[Floats]) -> Sums:
    """Return the linearised sums u_hic of a statistic.

    Parameters
    ----------
    sums : sequence of Sums
        The totals that the statistic is made of, over the same cells.
    gradients : sequence of float arrays of shape (cells,)
        g_c for each.
    """
    psu = np.concatenate([part.psu for part in sums])
    cell = np.concatenate([part.cell for part in sums])
    value = np.concatenate([part.value * g[part.cell] for part, g in zip(sums, gradients, strict=True)])
    return _grouped(psu, cell, value, sums[0].cells)


def distinct(unit: Ints, cell: Ints, cells: int) -> Ints:
    """Return the number of different units (households, say) in each cell, of shape (cells,)."""
    inside = (cell >= 0) & (unit >= 0)
    pairs, _ = numbered(unit[inside] * cells + cell[inside], (int(unit.max(initial=0)) + 1) * cells)
    return np.bincount(pairs % max(cells, 1), minlength=cells)


def _grouped(psu: Ints, cell: Ints, value: Floats, cells: int) -> Sums:
    base = max(cells, 1)
    key, position = numbered(psu * base + cell, (int(psu.max(initial=0)) + 1) * base)
    return Sums(key // base, key % base, summed(position, value, len(key)), cells)
