"""The audit of a suppression: what an attacker can work out about each hidden cell, from all that is shown.

The attacker knows the shown cells, the equations, and that no cell is negative. The smallest and largest value that fit
are two linear programs a cell (Fischetti and Salazar-Gonzalez 2000, "Models and algorithms for optimizing cell
suppression in tabular data with linear constraints", Journal of the American Statistical Association 95, section 2).
What the choice of cells believed to have proved is not taken over: every proof here is found anew.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from lfs_migration.protect.limits import checked_limits, checked_mask
from lfs_migration.protect.programs import largest
from lfs_migration.protect.shifts import Shift, surroundings
from lfs_migration.protect.system import Floats, Ints, Mask, Part, System

ENOUGH = 1 - 1e-6
"""The share of a need that passes as all of it: the tolerance of the programs."""
STRICT = 1e-6
"""How far a shift may be from the equations, relative to the need that it is to prove."""
USEFUL = 0.1
"""The share of the open cells that a program for many must settle for another one to be worth while."""
LITTLE = 1e-4
"""A fall so small that all cells that can fall at all can do so together."""
NEAR = 300
"""How many cells are looked at before all that are tied to a cell."""


@dataclass(frozen=True)
class Exposed:
    """A sensitive cell that an attacker can place more narrowly than it may be; all in the unit of the system.

    Parameters
    ----------
    cell : int
        Its number.
    name : str
        Its name.
    value : float
        Its true value.
    smallest, largest : float
        What an attacker works out; both the value itself when the cell is shown.
    low, high : float
        Where the range had to begin and end at least.
    """

    cell: int
    name: str
    value: float
    smallest: float
    largest: float
    low: float
    high: float

    def __str__(self) -> str:
        found = f"is known to lie in [{self.smallest:g}, {self.largest:g}]"
        return f"{self.name} {found}, which must hold [{self.low:g}, {self.high:g}]"


def ranges(system: System, hidden: Mask, cells: ArrayLike | None = None) -> tuple[Floats, Floats]:
    """Return the smallest and largest value that an attacker must think possible, for each asked cell.

    Parameters
    ----------
    system : System
        The publication.
    hidden : ndarray of bool, shape (cells,)
        The cells that are not shown.
    cells : array_like of int, shape (k,), optional
        The cells to look at, hidden or not; all hidden ones, ascending, by default.

    Returns
    -------
    tuple of ndarray, each of shape (k,)
        Smallest and largest values, in the unit of the system. The largest is infinite where nothing bounds it. A shown
        cell has its value twice.

    Raises
    ------
    DataError
        The mask does not fit.

    Examples
    --------
    >>> system = System.of([3, 4, 7], [(2, [0, 1])])
    >>> ranges(system, np.array([True, True, False]))
    (array([0., 0.]), array([7., 7.]))
    """
    checked_mask("hidden", hidden, system)
    asked = np.flatnonzero(hidden) if cells is None else np.asarray(cells, dtype=np.int64)
    smallest, greatest = system.values.copy(), system.values.copy()
    for part in system.parts(hidden):
        for at in np.flatnonzero(np.isin(part.cells, asked)).tolist():
            cell = part.cells[at]
            smallest[cell], greatest[cell] = _range(part, at, float(system.values[cell]))
    return smallest[asked], greatest[asked]


def audit(system: System, primary: Mask, low: ArrayLike, high: ArrayLike, hidden: Mask) -> tuple[Exposed, ...]:
    """Return the sensitive cells whose range is too narrow; none when the publication protects all of them.

    Programs that move many cells at once settle most of them; each that is left gets programs of its own.

    Parameters
    ----------
    system : System
        The publication.
    primary : ndarray of bool, shape (cells,)
        The sensitive cells.
    low, high : array_like, shape (cells,)
        How far below and above its value the range of each must reach, in the unit of the system; ``low`` stops at
        zero. Other cells' limits are not read.
    hidden : ndarray of bool, shape (cells,)
        All cells that are not shown. A sensitive cell that is shown is exposed.

    Returns
    -------
    tuple of Exposed
        By number of the cell.

    Raises
    ------
    DataError
        A shape does not fit, or a limit is negative, infinite or missing.

    Examples
    --------
    >>> system = System.of([3, 4, 7], [(2, [0, 1])])
    >>> first = np.array([True, False, False])
    >>> print(*audit(system, first, [3] * 3, [3] * 3, first))
    cell 0 is known to lie in [3, 3], which must hold [0, 6]
    """
    checked_mask("hidden", hidden, system)
    down, up = checked_limits(system, primary, low, high)
    found = [_exposed(system, int(cell), down, up) for cell in np.flatnonzero(primary & ~hidden)]
    for part in system.parts(hidden):
        task = _Task(part, up[part.cells].copy(), down[part.cells].copy())
        task.settle_many()
        task.settle_near(system, hidden)
        for at in task.open().tolist():
            cell = int(part.cells[at])
            one = _exposed(system, cell, down, up, _range(part, at, float(system.values[cell])))
            margin = (1 - ENOUGH) * np.array([down[one.cell], up[one.cell]])
            if one.smallest > one.low + margin[0] or one.largest < one.high - margin[1]:
                found.append(one)
    return tuple(sorted(found, key=lambda one: one.cell))


def falling(system: System, asked: Mask) -> Mask:
    """Return which cells could be smaller if no cell at all were shown, of shape (cells,).

    The others are what their parts are at least, for all that anybody can hide. What each cell can fall by itself, all
    can fall together if it is little, so that one program tells.

    Parameters
    ----------
    system : System
    asked : ndarray of bool, shape (cells,)
        The cells to look at.

    Examples
    --------
    >>> counts = System.of([1, 1, 2], [(2, [0, 1])]).other([1, 1, 2], least=[1, 1, 0])
    >>> falling(counts, np.array([False, False, True]))
    array([False, False, False])
    """
    out = np.zeros(len(system), dtype=bool)
    for part in system.parts(np.ones(len(system), dtype=bool)):
        own = asked[part.cells] & (part.values > 0)
        if own.any():
            little = Part(part.cells, np.where(own, LITTLE, part.values), part.equations)
            shift = largest(little, np.where(own, -1.0, 0.0), np.full(len(own), np.inf), LITTLE)
            if shift is not None:
                out[part.cells] = own & (shift < -LITTLE / 2)
    return out


@dataclass
class _Task:
    """What the cells of a part must yet be proved to reach, of shape (n,): zero where it is settled."""

    part: Part
    up: Floats
    down: Floats

    def open(self) -> Ints:
        """Return the positions that are not settled."""
        return np.flatnonzero((self.up > 0) | (self.down > 0))

    def settle_many(self) -> None:
        """Move as many as possible, up and down in turn, for as long as that settles a good share."""
        gain, before = 1.0, len(self.open())
        while before and gain >= USEFUL:
            for sign, need in ((1.0, self.up), (-1.0, self.down)):
                if (need > 0).any():
                    self.accept(_together(self.part, sign, need))
            left = len(self.open())
            gain, before = (before - left) / before, left

    def settle_near(self, system: System, hidden: Mask) -> None:
        """Move each open cell with those around it, if these are fewer than the part."""
        if len(self.part.cells) <= NEAR:
            return
        for at in self.open().tolist():
            near, _ = surroundings(system, int(self.part.cells[at]), hidden, NEAR)
            for sign, need in ((1.0, self.up), (-1.0, self.down)):
                there = near.cells == self.part.cells[at]
                if need[at] > 0 and there.any():
                    self.accept(_together(near, sign, np.where(there, need[at], 0.0)), near)

    def accept(self, shift: Floats | None, within: Part | None = None) -> None:
        """Settle what a shift of the cells of a part, or its reverse, proves."""
        part = within or self.part
        if shift is None or not shift.any():
            return
        moved = np.flatnonzero(shift)
        missed = np.abs(part.equations @ shift).max(initial=0.0)
        above, below = Shift(moved, shift[moved]).reach(part.values)
        place = np.searchsorted(self.part.cells, part.cells[moved])
        for reach, need in ((above, self.up), (below, self.down)):
            proved = (reach >= need[place] * ENOUGH) & (missed <= STRICT * need[place])
            need[place[proved]] = 0.0


def _together(part: Part, sign: float, need: Floats) -> Floats | None:
    """Return the shift with the largest sum of shares of needs reached, in one direction."""
    asked = need > 0
    weight = np.divide(sign, need, out=np.zeros(len(need)), where=asked)
    most = np.where(asked & (sign > 0), need, np.inf)
    unit = max(float(need[asked].min()), 1e-9 * float(part.values.max()))
    return largest(part, weight * unit, most, unit)


def _range(part: Part, at: int, value: float) -> tuple[float, float]:
    """Return the smallest and largest value of one cell of a part."""
    weight, free = np.zeros(len(part.cells)), np.full(len(part.cells), np.inf)
    unit = float(part.values[part.values > 0].min(initial=np.inf))
    unit = unit if np.isfinite(unit) else 1.0
    ends = []
    for sign in (-1.0, 1.0):
        weight[at] = sign
        shift = largest(part, weight, free, unit)
        ends.append(sign * np.inf if shift is None else float(value + shift[at]))
    return max(ends[0], value - float(part.values[at])), ends[1]


def _exposed(system: System, cell: int, down: Floats, up: Floats, found: tuple[float, float] | None = None) -> Exposed:
    value = float(system.values[cell])
    smallest, greatest = found or (value, value)
    return Exposed(
        cell, system.name(cell), value, smallest, greatest, value - float(down[cell]), value + float(up[cell])
    )
