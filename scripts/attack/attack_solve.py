"""The smallest and the largest value that each cell can have, by linear programs.

Programs are for the cells that are looked at, with those that are tied to them; what is known already is taken out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from attack_limits import SAME, SLACK, Contradiction, Floats, Limits
from attack_system import Equation
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, csr_array, diags_array, vstack
from scipy.sparse.csgraph import connected_components

PERSONS = 100.0
"""The size of a weight, about: what a program counts persons in."""
INFEASIBLE = 2
"""What the solver says when nothing fits."""


@dataclass
class Part:
    """The unknown cells that are tied to each other, and their equations without what is known."""

    cells: NDArray[np.int64]
    matrix: Any
    least: Floats
    most: Floats
    unit: Floats


def parts_of(limits: Limits, wanted: Iterable[int]) -> list[Part]:
    """Return the parts of the unknown that hold a wanted cell."""
    unknown = [cell for cell in range(len(limits.system.cells)) if not limits.known(cell)]
    place = {cell: at for at, cell in enumerate(unknown)}
    open_ = [(equation, own) for equation in limits.system.equations
             if (own := [cell for cell in equation.terms if cell in place])]  # fmt: skip
    rows, columns, factors = [], [], []
    for number, (equation, own) in enumerate(open_):
        rows += [number] * len(own)
        columns += [place[cell] for cell in own]
        factors += [equation.terms[cell] for cell in own]
    matrix = csr_array(coo_array((factors, (rows, columns)), shape=(len(open_), len(unknown))))
    _, label = connected_components(abs(matrix).T @ abs(matrix), directed=False)
    least, most = np.array([_sides(limits, equation) for equation, _ in open_]).reshape(-1, 2).T
    asked = {int(label[place[cell]]) for cell in wanted if cell in place}
    out = []
    for number in sorted(asked):
        at = np.flatnonzero(label == number)
        inside = matrix[:, at]
        there = np.flatnonzero(np.diff(inside.indptr))
        cells = np.array(unknown)[at]
        out.append(Part(cells, inside[there], least[there], most[there], _units(limits, cells, inside[there])))
    return out


def _units(limits: Limits, cells: NDArray[np.int64], matrix: Any) -> Floats:
    """Return in what to count each cell, so that numbers of persons and amounts of money are of one size."""
    if limits.whole:
        return np.ones(len(cells))
    largest = abs(matrix).max(axis=1).toarray().ravel()
    by_cell = abs(matrix).T.tocsr()
    values = [bool(limits.system.cells[cell].value) for cell in cells.tolist()]
    each = [
        largest[by_cell.indices[by_cell.indptr[j] : by_cell.indptr[j + 1]]].max(initial=1.0) for j in range(len(cells))
    ]
    return PERSONS * np.where(values, each, 1.0)


def _sides(limits: Limits, equation: Equation) -> tuple[float, float]:
    """Return the sides of an equation without its known cells, a little further apart than the digits are exact."""
    known = [(limits.low[c] + limits.high[c]) / 2 * f for c, f in equation.terms.items() if limits.known(c)]
    moved = float(np.sum(known)) if known else 0.0
    open_ = [
        f * end for c, f in equation.terms.items() if not limits.known(c) for end in (limits.low[c], limits.high[c])
    ]
    size = float(np.abs([one for one in open_ if np.isfinite(one)]).sum())
    exact = 1e-6 + 3 * SAME * float(np.abs(known).sum() if known else 0.0) + 10 * SLACK * size
    return equation.low - moved - exact, equation.high - moved + exact


@dataclass
class Program:
    """A linear program: the smallest weighted sum of some numbers whose sums, and themselves, are within limits."""

    weight: Floats
    matrix: Any
    least: Floats
    most: Floats
    low: Floats
    high: Floats
    unit: Floats

    def solved(self) -> Floats | None:
        """Return a solution; nothing where it has no limit.

        Raises
        ------
        Contradiction
            When nothing fits.
        """
        matrix = self.matrix @ diags_array(self.unit)
        size = abs(matrix).max(axis=1).toarray().ravel()
        rows = LinearConstraint(diags_array(1 / size) @ matrix, self.least / size, self.most / size)
        low, high = self.low / self.unit, self.high / self.unit
        bounds = Bounds(low - SLACK * (1 + np.abs(low)), high + SLACK * (1 + np.abs(high)))
        weight = self.weight * self.unit
        for options in ({}, {"presolve": False}):  # what is put together before may be too strict
            result = milp(weight / np.abs(weight).max(), constraints=rows, bounds=bounds, options=options)
            if result.status != INFEASIBLE:
                return None if result.x is None else np.asarray(result.x, dtype=float) * self.unit
        raise Contradiction("the equations of a part do not go together")


@dataclass
class Ranges:
    """The range of each cell that was looked at: what was found possible, and what was proved impossible.

    Parameters
    ----------
    limits : Limits
    seen_low, seen_high : float array of shape (cells,)
        The most extreme values that fit everything.
    """

    limits: Limits
    seen_low: Floats
    seen_high: Floats
    programs: int = 0

    @classmethod
    def of(cls, limits: Limits) -> Ranges:
        """Return the ranges before any program."""
        known = np.array([limits.known(cell) for cell in range(len(limits.system.cells))], dtype=bool)
        return cls(limits, np.where(known, limits.low, np.inf), np.where(known, limits.high, -np.inf))

    def look(self, cells: Sequence[int], need_low: Floats, need_high: Floats) -> None:
        """Look how far some cells can be from each other, until each reaches what it needs or its own limit.

        Parameters
        ----------
        cells : sequence of int
        need_low, need_high : float array of shape (cells of the system,)
        """
        for part in parts_of(self.limits, cells):
            inside = [cell for cell in cells if cell in set(part.cells.tolist())]
            for _ in range(4):
                before = len(self._open(inside, need_low, need_high))
                for side in (1, -1):
                    short = [c for c in inside if self._short(c, side, need_low, need_high)]
                    if short:
                        self._push(part, short, side, need_low, need_high)
                left = len(self._open(inside, need_low, need_high))
                if not left or left > 0.8 * before:
                    break
            for cell in self._open(inside, need_low, need_high):
                for side in (1, -1):
                    if self._short(cell, side, need_low, need_high):
                        self.extreme(part, cell, side)

    def _open(self, cells: Sequence[int], low: Floats, high: Floats) -> list[int]:
        return [c for c in cells if self._short(c, 1, low, high) or self._short(c, -1, low, high)]

    def _short(self, cell: int, side: int, low: Floats, high: Floats) -> bool:
        """Return whether a cell is not seen as far as it needs, and could yet be."""
        if side > 0:
            return bool(self.seen_high[cell] < min(high[cell], self.limits.high[cell]) - near(high[cell]))
        return bool(self.seen_low[cell] > max(low[cell], self.limits.low[cell]) + near(low[cell]))

    def _push(self, part: Part, cells: Sequence[int], side: int, low: Floats, high: Floats) -> None:
        """Move many cells in one direction at once, none further than it needs."""
        place = {cell: at for at, cell in enumerate(part.cells.tolist())}
        size, more = len(part.cells), len(cells)
        aim = np.array(
            [min(high[c], self.limits.high[c]) if side > 0 else max(low[c], self.limits.low[c]) for c in cells]
        )
        ones = np.ones(more)
        rows = np.arange(more)
        link = coo_array((np.r_[ones, -ones], (np.r_[rows, rows], np.r_[[place[c] for c in cells], size + rows])),
                         shape=(more, size + more))  # fmt: skip
        weight = -side / np.maximum(np.abs(high[list(cells)] - low[list(cells)]), 1e-3)
        wide = csr_array(
            (part.matrix.data, part.matrix.indices, part.matrix.indptr), shape=(part.matrix.shape[0], size + more)
        )
        aims = (np.full(more, -np.inf), aim) if side > 0 else (aim, np.full(more, np.inf))
        program = Program(
            weight=np.r_[np.zeros(size), weight],
            matrix=vstack([wide, link]).tocsr(),
            least=np.r_[part.least, np.full(more, 0.0 if side > 0 else -np.inf)],
            most=np.r_[part.most, np.full(more, np.inf if side > 0 else 0.0)],
            low=np.r_[self.limits.low[part.cells], aims[0]],
            high=np.r_[self.limits.high[part.cells], aims[1]],
            unit=np.r_[part.unit, part.unit[[place[cell] for cell in cells]]],
        )
        found = self._solve(program)
        if found is not None:
            self._saw(part, found[:size])

    def extreme(self, part: Part, cell: int, side: int) -> None:
        """Find the largest (or smallest) value of one cell."""
        weight = np.zeros(len(part.cells))
        at = int(np.flatnonzero(part.cells == cell)[0])
        weight[at] = -side
        low, high = self.limits.low[part.cells], self.limits.high[part.cells]
        found = self._solve(Program(weight, part.matrix, part.least, part.most, low, high, part.unit))
        if found is None:
            return
        self._saw(part, found)
        if side > 0:
            self.limits.high[cell] = min(self.limits.high[cell], found[at])
        else:
            self.limits.low[cell] = max(self.limits.low[cell], found[at])

    def _solve(self, program: Program) -> Floats | None:
        """Return a solution of a program; nothing where it has no limit."""
        self.programs += 1
        return program.solved()

    def _saw(self, part: Part, values: Floats) -> None:
        self.seen_low[part.cells] = np.minimum(self.seen_low[part.cells], values)
        self.seen_high[part.cells] = np.maximum(self.seen_high[part.cells], values)


def near(value: float) -> float:
    """Return how near a limit passes as the limit."""
    return 1e-5 + 1e-6 * abs(value) if np.isfinite(value) else 1e-5
