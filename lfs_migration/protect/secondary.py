"""Secondary suppression: which more cells to hide so that no sensitive one can be worked out, at the least loss.

A cell is protected when the publication leaves it a wide enough range. What proves it is a shift: amounts by which
hidden cells can move together so that every equation holds, no shown cell changes and none falls below zero. For each
sensitive cell in turn, the largest need first, a linear program finds the shift whose cells lose the least when hidden;
they are hidden, and every other cell that the same shift protects is done too. Shifts stay valid, for cells are only
added. At the end cells are shown again where the rest suffices. Equal cells have prices a little apart, so that every
release of the solver, on every machine, finds the same pattern of those that lose the same.

The program pays by the unit moved (Kelly, Golden and Assad 1992, "Cell suppression: disclosure protection for sensitive
tabular data", Networks 22; Castro 2012, "Recent advances in optimization techniques for statistical tabular data
protection", European Journal of Operational Research 216). The least loss itself is an integer program (Fischetti and
Salazar-Gonzalez 2000, "Models and algorithms for optimizing cell suppression in tabular data with linear constraints",
Journal of the American Statistical Association 95), out of reach for a whole publication; its model of the attacker,
who knows the shown cells, the equations and that nothing is negative, is the one used here.

All values in proportion are a shift of every publication, so that a cell above zero can always be protected if every
cell may be hidden. What a contributor who knows its own part may learn is not covered: let the limits allow for it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from lfs_migration.protect.limits import checked_limits, checked_mask, checked_numbers
from lfs_migration.protect.proofs import Proofs, largest_first, prove
from lfs_migration.protect.shifts import NEARBY
from lfs_migration.protect.system import Floats, Ints, Mask, System

HIDDEN, SPARE, SHOWN = 1e-6, 1e-5, 1e-3
"""Prices beside the cost, which is 1 for a typical cell: of what is hidden anyway, what may be, and what is not."""
APART = 1 / 16
"""The share by which prices of equal cells lie apart: of the patterns that lose the same, every solver finds one."""
GOLDEN = (5**0.5 - 1) / 2
"""Its multiples without their whole parts lie apart evenly, however many they are."""
EFFORT = 3000
"""How many programs the search for cells to show again may solve."""


@dataclass(frozen=True, eq=False)
class Suppression:
    """Which cells are hidden, and what for. Masks have shape (cells,).

    Parameters
    ----------
    primary : ndarray of bool
        The sensitive cells, as given.
    secondary : ndarray of bool
        Cells hidden to protect them that would have been shown.
    served : ndarray of bool
        Cells hidden for another reason that the protection needs: they must not be shown later.
    unprotected : ndarray of int
        Sensitive cells that no choice of cells protects; none in a publication whose cells may all be hidden.
    lost : float
        The cost of the secondary cells, in its unit.
    """

    primary: Mask
    secondary: Mask
    served: Mask
    unprotected: Ints
    lost: float

    @property
    def suppressed(self) -> Mask:
        """All cells that must stay hidden, of shape (cells,)."""
        return self.primary | self.secondary | self.served


def suppress(
    system: System, primary: Mask, low: ArrayLike, high: ArrayLike, cost: ArrayLike, hidden: Mask
) -> Suppression:
    """Choose cells to hide so that each sensitive one keeps its range, from ``values - low`` to ``values + high``.

    Parameters
    ----------
    system : System
        The publication.
    primary : ndarray of bool, shape (cells,)
        The sensitive cells.
    low, high : array_like, shape (cells,)
        How far below and above its value an attacker must still think each sensitive cell possible, in the unit of the
        system. ``low`` stops at zero. Other cells' limits are not read.
    cost : array_like, shape (cells,)
        What is lost when a cell is hidden, zero or more, in any unit; infinite where a cell must be shown.
    hidden : ndarray of bool, shape (cells,)
        Cells hidden for another reason, such as poor quality. They serve at no cost; only those that serve are counted
        as suppressed, so the others may be shown later without harm.

    Returns
    -------
    Suppression
        The same for the same input.

    Raises
    ------
    DataError
        A shape does not fit; a limit is negative, infinite or missing; a cost is negative or missing.

    Examples
    --------
    >>> cells = [5, 20, 25, 30, 40, 70, 35, 60, 95]  # two rows and two columns with their totals
    >>> rows = [(2, [0, 1]), (5, [3, 4]), (8, [6, 7])]
    >>> columns = [(6, [0, 3]), (7, [1, 4]), (8, [2, 5])]
    >>> system, none = System.of(cells, rows + columns), np.zeros(9, dtype=bool)
    >>> first = np.arange(9) == 0
    >>> suppress(system, first, [5] * 9, [5] * 9, cells, none).secondary.nonzero()[0]
    array([1, 3, 4])
    """
    checked_mask("hidden", hidden, system)
    down, up = checked_limits(system, primary, low, high)
    price = checked_numbers("cost", cost, np.ones(len(system), dtype=bool), system)
    spare = hidden & ~primary
    search = _Search(Proofs(system, up, down), primary, price, spare, primary.copy())
    unprotected = search.protect()
    search.release()
    added = search.used & ~primary
    secondary = added & ~spare
    return Suppression(primary.copy(), secondary, added & spare, unprotected, float(price[secondary].sum()))


@dataclass
class _Search:
    """The pattern as it grows: ``used`` are the cells hidden so far, ``spare`` those that may be at no cost."""

    proofs: Proofs
    primary: Mask
    cost: Floats
    spare: Mask
    used: Mask

    def protect(self) -> Ints:
        """Hide what each sensitive cell needs; return those that nothing protects, which then need no more."""
        allowed = self.primary | self.spare | np.isfinite(self.cost)
        failed = []
        for cell in self.proofs.open().tolist():
            known = len(self.proofs.shifts)
            if not prove(self.proofs, cell, allowed, self._price):
                failed.append(cell)
                up, down = self.proofs.need(cell)
                self.proofs.up[cell] -= up
                self.proofs.down[cell] -= down
            for shift in self.proofs.shifts[known:]:
                self.used[shift.cells] = True
        return np.array(failed, dtype=np.int64)

    def release(self) -> None:
        """Show cells again that the rest can do without, the dearest first; ``EFFORT`` bounds the trials."""
        effort = EFFORT
        added = np.flatnonzero(self.used & ~self.primary & ~self.spare)
        for cell in added[largest_first(self.cost[added])].tolist():
            if self.used[cell] and effort > 0:
                effort -= self._released(cell)

    def _released(self, cell: int) -> int:
        """Show a cell, and those that are known with it, when every proof can be replaced; return the trials made."""
        allowed = self.used | self.spare
        allowed[cell] = False
        allowed &= ~self.proofs.system.determined(allowed)
        left = self.proofs.without(self.used & ~allowed)
        lost, trials = [one for one in left.open().tolist() if not any(self.proofs.need(one))], 0
        if not allowed[lost].all():
            return 0
        for sensitive in lost:
            trials += any(left.need(sensitive))
            if not prove(left, sensitive, allowed, self._price, NEARBY[:1]):
                return trials
        self.proofs = left
        self.used = self.primary | left.moving()
        return trials

    def _price(self, cells: Ints) -> Floats:
        """Return the price of each cell: its cost relative to a typical one nearby, or next to nothing, and apart."""
        free = self.used[cells] | self.spare[cells]
        cost = np.where(free, 0.0, self.cost[cells])
        paid = cost[cost > 0]
        price = SHOWN + (cost / np.median(paid) if len(paid) else cost)
        price[free] = np.where(self.used[cells[free]], HIDDEN, SPARE)
        return price * (1 + APART * (cells * GOLDEN % 1))
