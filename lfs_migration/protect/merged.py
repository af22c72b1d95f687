"""Cells that are one and the same to an attacker, put together: fewer unknowns for the programs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from lfs_migration.protect.system import Floats, Ints, Mask, System


@dataclass(frozen=True)
class Merged:
    """A system in which cells that an equation sets equal are one.

    Parameters
    ----------
    system : System
        With one cell for each group.
    group : ndarray of int, shape (cells,)
        The group of each cell of the system that was given.
    """

    system: System
    group: Ints

    @classmethod
    def of(cls, system: System) -> Merged:
        """Return a system with equal cells put together.

        Examples
        --------
        >>> merged = Merged.of(System.of([3, 3, 4, 7], [(0, [1]), (3, [0, 2])]))
        >>> merged.group, merged.system.equations.toarray()
        (array([0, 0, 1, 2], dtype=int32), array([[-1., -1.,  1.]]))
        """
        matrix = system.equations
        pairs = matrix[np.flatnonzero(np.diff(matrix.indptr) == 2)]
        opposed = pairs[np.flatnonzero(pairs.sum(axis=1) == 0)].indices.reshape(-1, 2)
        size = len(system)
        links = coo_array((np.ones(len(opposed)), (opposed[:, 0], opposed[:, 1])), shape=(size, size))
        count, group = connected_components(links, directed=False)
        first = np.unique(group, return_index=True)[1]
        rows = matrix.tocoo()
        own = coo_array((rows.data, (rows.row, group[rows.col])), shape=(matrix.shape[0], count)).tocsr()
        own.sum_duplicates()
        own.eliminate_zeros()
        own = own[np.flatnonzero(np.diff(own.indptr))]
        names = [system.name(cell) for cell in first.tolist()]
        least = None if system.least is None else most_of(system.least, group, count)
        return cls(System(system.values[first], own, names, least), group)

    def most(self, values: Floats) -> Floats:
        """Return the largest of some values of each group, of shape (groups,)."""
        return most_of(values, self.group, len(self.system))

    def sum(self, values: Floats) -> Floats:
        """Return the sum of some values of each group, of shape (groups,)."""
        out: Floats = np.bincount(self.group, values, len(self.system)).astype(float)
        return out

    def any(self, mask: Mask) -> Mask:
        """Return the groups of which a cell is in a mask, of shape (groups,)."""
        out: Mask = np.bincount(self.group, mask, len(self.system)) > 0
        return out


def most_of(values: Floats, group: Ints, count: int) -> Floats:
    """Return the largest value of each group; none is below zero."""
    out = np.zeros(count)
    np.maximum.at(out, group, values)
    return out
