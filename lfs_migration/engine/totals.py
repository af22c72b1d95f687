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
        order = np.argsort(self.cell, kind="stable")
        start = np.searchsorted(self.cell[order], cell)
        count = np.searchsorted(self.cell[order], cell, side="right") - start
        new = np.repeat(np.arange(len(cell)), count)
        within = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        rows = order[np.repeat(start, count) + within]
        return _grouped(self.psu[rows], new, self.value[rows], len(cell))


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
    pairs = np.unique(unit[inside] * cells + cell[inside])
    return np.bincount(pairs % cells, minlength=cells)


def _grouped(psu: Ints, cell: Ints, value: Floats, cells: int) -> Sums:
    key, position = np.unique(psu * max(cells, 1) + cell, return_inverse=True)
    return Sums(key // max(cells, 1), key % max(cells, 1), summed(position, value, len(key)), cells)
