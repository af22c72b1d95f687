"""Shifts of cells that leave all that is shown as it is: the proof that a hidden cell could have another value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lfs_migration.protect.programs import SLIVER, cheapest
from lfs_migration.protect.system import Floats, Ints, Mask, Part, System, loose

EXACT = 1e-7
"""How far a shift may be from satisfying the equations, relative to its largest amount."""
NEARBY = (300, 1000, None)
"""How many cells the programs look at, one after the other; at last all that are in reach."""
ENOUGH = 20.0
"""The price of a shift with which no cheaper one is looked for further away; 1 is that of a typical cell."""
LITTLE = 0.01
"""The least share of a shift by which the price of a cell is divided."""


@dataclass(frozen=True)
class Shift:
    """Amounts by which cells can move together.

    Parameters
    ----------
    cells : ndarray of int, shape (n,)
        The cells that move, by their numbers in the system (or positions in a part, with the part's values).
    amounts : ndarray, shape (n,)
        By how much, in the unit of the system; none is zero.
    """

    cells: Ints
    amounts: Floats

    def reach(self, values: Floats) -> tuple[Floats, Floats]:
        """Return how far each of its cells goes up, and down, when the shift or its reverse is taken to its end.

        The end is where the first cell is zero. A shift that only raises cells has none: its reach is infinite.

        Parameters
        ----------
        values : ndarray, shape (cells,)
            The true values of all cells of the system.

        Returns
        -------
        tuple of ndarray, each of shape (n,)
            Upward and downward reach of ``cells``, none negative.
        """
        room = values[self.cells] / np.abs(self.amounts)
        rises = self.amounts > 0
        ahead, back = room[~rises].min(initial=np.inf), room[rises].min(initial=np.inf)
        size = np.abs(self.amounts)
        return size * np.where(rises, ahead, back), size * np.where(rises, back, ahead)


def shift_of(system: System, cells: Ints, amounts: Floats) -> Shift | None:
    """Return the shift of the cells that move, or None when it misses an equation by more than ``EXACT``."""
    moved = np.flatnonzero(amounts)
    if not len(moved):
        return None
    missed = np.abs(system.by_cell[:, cells[moved]] @ amounts[moved]).max(initial=0.0)
    return Shift(cells[moved], amounts[moved]) if missed <= EXACT * np.abs(amounts).max() else None


def surroundings(system: System, cell: int, allowed: Mask, limit: int | None = None) -> tuple[Part, bool]:
    """Return the allowed cells around a cell that can move with it, and whether these are all within reach.

    Equations are followed outwards until ``limit`` cells are found. A cell that is alone in an equation cannot move
    and is dropped, and so on; the part is without the cell itself when that befalls the cell.
    """
    inside = np.zeros(len(system), dtype=bool)
    inside[cell] = True
    edge, complete, count = np.array([cell]), False, 1
    while not complete and (limit is None or count < limit):
        rows = np.unique(_indices(system.by_cell, edge))
        reached = np.unique(_indices(system.equations, rows))
        edge = reached[allowed[reached] & ~inside[reached]]
        inside[edge] = True
        count += len(edge)
        complete = not len(edge)
    cells = np.flatnonzero(inside)
    columns = system.by_cell[:, cells].tocsr()
    rows = np.flatnonzero(np.diff(columns.indptr))
    columns = columns[rows]
    keep = np.flatnonzero(loose(abs(columns), np.ones(len(cells), dtype=bool)))
    columns = columns[:, keep]
    return Part(cells[keep], system.room[cells[keep]], columns[np.flatnonzero(np.diff(columns.indptr))]), complete


def find(
    system: System,
    cell: int,
    need: tuple[float, float],
    allowed: Mask,
    price: Callable[[Ints], Floats],
    limits: Sequence[int | None] = NEARBY,
) -> Shift | None:
    """Return a cheap shift that moves a cell as far as it needs, or None when the allowed cells have none.

    A program over the cells nearby is tried first. Where it finds none, or a dear one, more are tried, and at last all
    that is in reach: a near shift hides little, and the program is small. Where one exists at all, the last finds it.

    Parameters
    ----------
    system : System
        The publication.
    cell : int
        The cell to move.
    need : tuple of float
        How far up and down, in the unit of the system. With both, one shift is sought whose reverse serves too.
    allowed : ndarray of bool, shape (cells,)
        The cells that may move.
    price : callable
        From numbers of cells to the price of each, above zero.
    limits : sequence of int or None
        How many cells each program may look at, ascending; None for all.
    """
    tried, best = 0, None
    for limit in limits:
        part, complete = surroundings(system, cell, allowed, limit)
        if len(part.cells) > tried and cell in part.cells:
            tried = len(part.cells)
            prices = price(part.cells)
            shift = _cheap(system, part, cell, need, prices, last=complete)
            if shift is not None:
                paid = dict(zip(part.cells.tolist(), prices.tolist(), strict=True))
                best = min(filter(None, (best, shift)), key=lambda one: sum(paid[c] for c in one.cells.tolist()))
                if sum(paid[c] for c in best.cells.tolist()) < ENOUGH:
                    return best
        if complete:
            break
    return best


def _cheap(
    system: System, part: Part, cell: int, need: tuple[float, float], price: Floats, *, last: bool
) -> Shift | None:
    """Solve, and solve again with the price per unit moved made the price of each cell that moves.

    The second program leaves out cells that moved little and cost as much as the others.
    """
    at = int(np.searchsorted(part.cells, cell))
    amounts = cheapest(part, at, price, need)
    if amounts is None and last and ((part.values > 0) & (part.values < SLIVER * max(need))).any():
        amounts = cheapest(part, at, price, need, slivers=True)
    if amounts is None:
        return None
    share = np.abs(amounts) / np.abs(amounts[at])
    if not np.isclose(share[amounts != 0], 1).all():
        again = cheapest(part, at, price / np.maximum(share, LITTLE), need)
        if again is not None and price[again != 0].sum() < price[amounts != 0].sum():
            amounts = again
    return shift_of(system, part.cells, amounts)


def _indices(matrix: Any, which: Ints) -> Ints:
    """Return the stored indices of some rows of a CSR (columns of a CSC) matrix, one after the other."""
    start, stop = matrix.indptr[which], matrix.indptr[which + 1]
    size = stop - start
    steps = np.arange(size.sum()) - np.repeat(np.cumsum(size) - size, size)
    found: Ints = matrix.indices[np.repeat(start, size) + steps]
    return found
