"""Sums of several totals, brought to the same cells and the same pairs of unit and cell."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lfs_migration import engine
from lfs_migration.engine import GRID, Sums

Ints = NDArray[np.int64]


def on(sums: Sums, other: Sums) -> Sums:
    """Return sums for the pairs of others, among which are all that occur of their own; zero for the rest."""
    if sums.paired(other):
        return sums
    base, few = max(sums.cells, 1), sums.occurring
    key, own = (each.psu * base + each.cell for each in (other, few))
    if len(key) and key[-1] <= 4 * len(key) + 1024:
        value = engine.summed(own, few.value, int(key[-1]) + 1)[key]
    else:
        value = np.zeros(len(key))
        value[np.searchsorted(key, own)] = few.value
    return Sums(other.psu, other.cell, value, sums.cells, units=other.units if sums.cells == other.cells else 0)


def repeated(sums: Sums, cell: Ints) -> Sums:
    """Return the sums of cell ``cell[j]`` as those of cell j, for each j: a denominator may serve several cells."""
    grid = sums.grid
    if grid is not None and len(grid) * len(cell) <= GRID:
        here = None if sums.here is None else sums.here.reshape(grid.shape).take(cell, axis=1)
        return Sums.of(grid.take(cell, axis=1), here)
    few = sums.occurring
    order, sizes = np.argsort(cell, kind="stable"), np.bincount(cell, minlength=sums.cells)
    count = sizes[few.cell]
    ends = np.cumsum(count)
    first = (np.cumsum(sizes) - sizes)[few.cell] - (ends - count)
    new = order[np.repeat(first, count) + np.arange(ends[-1] if len(ends) else 0)]
    psu, value = np.repeat(few.psu, count), np.repeat(few.value, count)
    if (np.diff(cell) >= 0).all():
        return Sums(psu, new, value, len(cell))
    return engine.collect(psu, new, value, len(cell))


def gathered(sums: Sums, to: Ints, size: int) -> Sums:
    """Return the sums of each cell added to those of another one; of none where it is negative."""
    grid, rises = sums.grid, len(to) > 0 and to[0] == 0 and to[-1] == size - 1 and np.isin(np.diff(to), (0, 1)).all()
    if grid is None or not rises:
        few = sums.occurring
        return engine.collect(few.psu, to[few.cell], few.value, size)
    first = np.searchsorted(to, np.arange(size))
    here = None if sums.here is None else np.logical_or.reduceat(sums.here.reshape(grid.shape), first, axis=1)
    return Sums.of(np.add.reduceat(grid, first, axis=1), here)


def stacked(sums: Sequence[Sums]) -> Sums:
    """Return several sums as one, the cells of each after those of the one before."""
    if len(sums) == 1:
        return sums[0]
    sums = [part.occurring for part in sums]
    offsets = np.cumsum([0, *(part.cells for part in sums)])
    return Sums(
        np.concatenate([part.psu for part in sums]),
        np.concatenate([part.cell + offset for part, offset in zip(sums, offsets, strict=False)]),
        np.concatenate([part.value for part in sums]),
        int(offsets[-1]),
    )
