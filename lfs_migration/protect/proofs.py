"""Which shift proves which sensitive cell protected, upwards and downwards."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from lfs_migration.protect.shifts import NEARBY, Shift, find
from lfs_migration.protect.system import Floats, Ints, Mask, System

REACHED = 1 - 1e-9
"""The share of a need that counts as all of it: the last digits of sums."""
NONE = -1


@dataclass
class Proofs:
    """What each cell needs, and the shift that gives it.

    Parameters
    ----------
    system : System
        The publication.
    up, down : ndarray, shape (cells,)
        How far each cell must be able to go, in the unit of the system; zero where it need not.
    shifts : list of Shift
        All that were found; they are kept when the proofs that use them are given up.
    """

    system: System
    up: Floats
    down: Floats
    shifts: list[Shift] = field(default_factory=list)
    _ahead: Ints = field(init=False, repr=False)
    _back: Ints = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._ahead = np.full(len(self.system), NONE)
        self._back = np.full(len(self.system), NONE)

    def need(self, cell: int) -> tuple[float, float]:
        """Return how far a cell must yet be proved to go up, and down; zero where it is proved."""
        up = float(self.up[cell]) if self._ahead[cell] == NONE else 0.0
        down = float(self.down[cell]) if self._back[cell] == NONE else 0.0
        return up, down

    def open(self) -> Ints:
        """Return the cells with a need that no shift proves, largest need first."""
        lacks = ((self.up > 0) & (self._ahead == NONE)) | ((self.down > 0) & (self._back == NONE))
        cells = np.flatnonzero(lacks)
        return cells[largest_first((self.up + self.down)[cells])]

    def add(self, shift: Shift) -> None:
        """Take a shift in, for every cell whose need it, or its reverse, meets."""
        up, down = shift.reach(self.system.room)
        cells, number = shift.cells, len(self.shifts)
        self.shifts.append(shift)
        for reach, need, proof in ((up, self.up, self._ahead), (down, self.down, self._back)):
            proof[cells[(reach >= need[cells] * REACHED) & (proof[cells] == NONE)]] = number

    def without(self, shown: Mask) -> Proofs:
        """Return the proofs that hold when some cells, of shape (cells,), are shown again."""
        cells, numbers = self._moves()
        lost = np.unique(numbers[shown[cells]])
        out = replace(self, shifts=list(self.shifts))
        out._ahead = np.where(np.isin(self._ahead, lost), NONE, self._ahead)
        out._back = np.where(np.isin(self._back, lost), NONE, self._back)
        return out

    def moving(self) -> Mask:
        """Return the cells, of shape (cells,), that the proofs move: what must be hidden."""
        out = np.zeros(len(self.system), dtype=bool)
        cells, numbers = self._moves()
        used = np.concatenate([self._ahead[self.up > 0], self._back[self.down > 0]])
        out[cells[np.isin(numbers, used)]] = True
        return out

    def _moves(self) -> tuple[Ints, Ints]:
        """Return, for all shifts one after the other, the cells that move and the number of the shift."""
        cells = [np.empty(0, dtype=np.int64), *(shift.cells for shift in self.shifts)]
        return np.concatenate(cells), np.repeat(np.arange(len(self.shifts)), [len(c) for c in cells[1:]])


def prove(
    proofs: Proofs,
    cell: int,
    allowed: Mask,
    price: Callable[[Ints], Floats],
    limits: Sequence[int | None] = NEARBY,
) -> bool:
    """Find shifts that give a cell what it needs, and add them; return whether all of it is proved.

    One shift for both directions is looked for first, as it hides less than two, then one for each.
    """
    up, down = proofs.need(cell)
    both, single = (up, down), [need for need in ((up, 0.0), (0.0, down)) if any(need)]
    for need in dict.fromkeys([both, *single]):
        if not any(need) or not any(proofs.need(cell)):
            return True
        shift = find(proofs.system, cell, need, allowed, price, limits)
        if shift is not None:
            proofs.add(shift)
        elif need != both or len(single) == 1:
            return False
    return True


def largest_first(values: Floats) -> Ints:
    """Return the order of numbers of shape (n,), the largest first; those that agree to nine digits keep their places.

    Their last digits differ between machines and versions of libraries.
    """
    part, power = np.frexp(values)
    order: Ints = np.argsort(-np.ldexp(np.round(part, 9), power), kind="stable")
    return order
