"""The limits of cells that follow by one equation after the other."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, field

import numpy as np
from attack_system import System
from numpy.typing import NDArray

Floats = NDArray[np.float64]
SLACK = 1e-9
"""How exact the numbers of the file are: they have 12 digits, and are added."""
SAME = 1e-7
"""How near the limits of a cell are to each other, relative to it, when it is known."""
WORTH = 0.2
"""The part of its range that a cell must lose for its other equations to be looked at again."""
MOST_TOLD = 12
"""Cells of an equation that are told."""
STEPS = 400_000
"""Equations that are looked at before the limits are left as they are."""


class Contradiction(Exception):
    """The equations do not fit the file: the attack has misunderstood it."""


@dataclass
class Limits:
    """What is known of each cell.

    Parameters
    ----------
    system : System
    low, high : float array of shape (cells,)
    whole : bool
        Whether the cells are whole numbers.
    by : mapping of (cell, side) to int
        The equation that gave the lower (-1) or upper (1) limit.
    """

    system: System
    low: Floats
    high: Floats
    whole: bool
    by: dict[tuple[int, int], int] = field(default_factory=dict)

    @classmethod
    def of(cls, system: System, least: dict[int, float], whole: bool = False) -> Limits:
        """Return the limits that follow from one equation after the other.

        Parameters
        ----------
        system : System
        least : mapping of cell to float
            Smallest values of some; those of others are 0.
        whole : bool
            Whether the cells are whole numbers.

        Raises
        ------
        Contradiction
            When a cell has no value left.
        """
        low = np.zeros(len(system.cells))
        low[list(system.signed)] = -np.inf
        for cell, value in least.items():
            low[cell] = value
        out = cls(system, low, np.full(len(system.cells), np.inf), whole)
        out.narrow()
        return out

    def known(self, cell: int) -> bool:
        """Return whether a cell has one value."""
        low, high = self.low[cell], self.high[cell]
        return bool(np.isfinite(low) and np.isfinite(high) and high - low <= 1e-6 + SAME * (1 + abs(low)))

    def narrow(self) -> None:
        """Take every equation until none tells more."""
        at: dict[int, list[int]] = defaultdict(list)
        for number, equation in enumerate(self.system.equations):
            for cell in equation.terms:
                at[cell].append(number)
        order = sorted(range(len(self.system.equations)), key=lambda e: len(self.system.equations[e].terms))
        queue, queued, steps = deque(order), set(order), 0
        while queue and steps < STEPS:
            number, steps = queue.popleft(), steps + 1
            queued.discard(number)
            for cell in self._take(number):
                for other in at[cell]:
                    if other not in queued:
                        queue.append(other)
                        queued.add(other)

    def _take(self, number: int) -> list[int]:
        """Narrow the cells of an equation; return those that became much narrower."""
        equation = self.system.equations[number]
        cells = list(equation.terms)
        factors = np.array([equation.terms[cell] for cell in cells])
        ends = np.sort(np.vstack([factors * self.low[cells], factors * self.high[cells]]), axis=0)
        narrower = []
        for at, cell in enumerate(cells):
            least, most = np.delete(ends[0], at), np.delete(ends[1], at)
            lowest, highest = equation.low - most.sum(), equation.high - least.sum()
            exact = SLACK * float(np.abs(np.r_[least[np.isfinite(least)], most[np.isfinite(most)], 0.0]).max())
            one, other = sorted(((lowest - exact) / factors[at], (highest + exact) / factors[at]))
            if self._set(cell, one, other, number):
                narrower.append(cell)
        return narrower

    def told(self, cell: int, depth: int = 3, seen: frozenset[int] = frozenset()) -> list[str]:
        """Return how the limits of a cell follow, one line an equation."""
        numbers = dict.fromkeys(self.by[cell, side] for side in (-1, 1) if (cell, side) in self.by)
        out = []
        for number in numbers:
            if number in seen:
                continue
            equation = self.system.equations[number]
            more = f" and {len(equation.terms) - MOST_TOLD} more" if len(equation.terms) > MOST_TOLD else ""
            terms = " ".join(
                f"{factor:+.6g} {self.system.cells[c]} [{self.low[c]:.8g}, {self.high[c]:.8g}]"
                for c, factor in list(equation.terms.items())[:MOST_TOLD]
            )
            out.append(f"{equation.why}: {equation.low:.8g} <= {terms}{more} <= {equation.high:.8g}")
            if depth > 1:
                for other in equation.terms:
                    if other != cell:
                        out += [f"  {line}" for line in self.told(other, depth - 1, seen | set(numbers))]
        return out

    def _set(self, cell: int, low: float, high: float, number: int) -> bool:
        if self.known(cell):
            margin = 1e-4 * (1 + abs(self.low[cell]))
            if low > self.high[cell] + margin or high < self.low[cell] - margin:
                self._refuse(cell, low, high, number)
            return False
        if self.whole:
            low, high = np.ceil(low - 1e-4), np.floor(high + 1e-4)
        old = self.low[cell], self.high[cell]
        self.by |= {(cell, side): number for side, more in ((-1, low > old[0]), (1, high < old[1])) if more}
        low, high = max(low, old[0]), min(high, old[1])
        if low > high + 1e-4 * (1 + abs(high)):
            self._refuse(cell, low, high, number)
        low, high = min(low, high), max(low, high)
        self.low[cell], self.high[cell] = low, high
        if np.isinf(old[1]) or np.isinf(old[0]):
            return bool((np.isfinite(high) and np.isinf(old[1])) or (np.isfinite(low) and np.isinf(old[0])))
        return bool(old[1] - old[0] - (high - low) > WORTH * (old[1] - old[0]) or self.known(cell))

    def _refuse(self, cell: int, low: float, high: float, number: int) -> None:
        steps = [self.system.equations[number].why, *self.told(cell)]
        told = "\n".join(dict.fromkeys(steps))
        raise Contradiction(f"{self.system.cells[cell]} is at least {low:.12g} and at most {high:.12g}\n{told}")
