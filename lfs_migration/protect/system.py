"""A publication as an attacker sees it: non-negative cells, tied by equations ``whole = sum of parts``.

Rows, columns, hierarchies (country, sub-region, region) and linked tables are all the same thing here. A cell that
stands in two tables is one variable. Percentages and means are functions of cells and are shown only when all their
cells are, so they add no equation.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import coo_array, csc_array, csr_array
from scipy.sparse.csgraph import connected_components

from lfs_migration.errors import DataError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

TOLERANCE = 1e-8
"""How far parts may be from their whole, relative to the sum of the absolute values in the equation."""


@dataclass(frozen=True)
class Part:
    """Hidden cells that are tied to each other, and to no other hidden cell; the shown ones are constants and gone.

    Parameters
    ----------
    cells : ndarray of int, shape (n,)
        Their numbers in the whole system, ascending.
    values : ndarray, shape (n,)
        How far each may fall, in the unit of the system: its true value, or what that is more than its least.
    equations : csr_array, shape (m, n)
        What ties their shifts: ``equations @ shift = 0`` for every publication that looks the same.
    """

    cells: Ints
    values: Floats
    equations: Any


@dataclass(frozen=True, eq=False)
class System:
    """The cells of a publication and the equations between them.

    Parameters
    ----------
    values : ndarray, shape (cells,)
        Finite values, none negative: weighted counts, totals, or sample counts.
    equations : scipy.sparse matrix, shape (equations, cells)
        +1 for the whole and -1 for each part, or the reverse, so that ``equations @ values`` is zero.
    names : sequence of str, optional
        What messages call each cell; its number otherwise.
    least : ndarray, shape (cells,), optional
        What an attacker knows each cell to be at least: zero without it. A row that is printed tells that there is
        somebody.

    Raises
    ------
    DataError
        A value is negative, infinite or missing; shapes do not fit; a coefficient is none of +1 and -1; an equation
        does not hold within ``TOLERANCE``.

    Examples
    --------
    >>> system = System.of([3, 4, 7], [(2, [0, 1])])
    >>> system.equations.toarray()
    array([[-1., -1.,  1.]])
    >>> System.of([3, 4, 8], [(2, [0, 1])], names=["men", "women", "all"])
    Traceback (most recent call last):
    lfs_migration.errors.DataError: equation 0: The cells do not add up. all = 8, men + women = 7. ...
    """

    values: Floats
    equations: Any
    names: Sequence[str] = field(default=(), repr=False)
    least: Floats | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", np.array(self.values, dtype=float))
        object.__setattr__(self, "equations", _tidy(self.equations))
        self._check_values()
        self._check_equations()

    @classmethod
    def of(cls, values: ArrayLike, wholes: Iterable[tuple[int, Sequence[int]]], names: Sequence[str] = ()) -> System:
        """Return the system of pairs of a whole and its parts, by cell number.

        Raises
        ------
        DataError
            As for the class; or a whole has no part, is its own part, or names a part twice.
        """
        numbers = np.array(values, dtype=float)
        rows, columns, signs = [], [], []
        for row, (whole, parts) in enumerate(wholes):
            cells = [whole, *parts]
            if len(cells) < 2 or len(set(cells)) < len(cells) or not 0 <= min(cells) <= max(cells) < len(numbers):
                raise DataError(
                    "A whole needs parts that are other cells, each once",
                    where=f"equation {row}",
                    detail=f"Whole {whole}, parts {list(parts)[:12]}, of {len(numbers)} cells",
                )
            rows += [row] * len(cells)
            columns += cells
            signs += [1.0] + [-1.0] * len(parts)
        shape = (max(rows, default=-1) + 1, len(numbers))
        return cls(numbers, coo_array((signs, (rows, columns)), shape=shape), names)

    def __len__(self) -> int:
        return len(self.values)

    def other(self, values: ArrayLike, least: ArrayLike | None = None) -> System:
        """Return the same cells and equations with other values, such as sample counts beside weighted ones."""
        bound = None if least is None else np.array(least, dtype=float)
        return replace(self, values=np.array(values, dtype=float), least=bound)

    @cached_property
    def room(self) -> Floats:
        """How far each cell may be below its value for all that an attacker knows of it alone, of shape (cells,)."""
        return self.values if self.least is None else np.maximum(self.values - self.least, 0.0)

    def name(self, cell: int) -> str:
        """Return what messages call a cell."""
        return self.names[cell] if len(self.names) else f"cell {cell}"

    @cached_property
    def by_cell(self) -> csc_array:
        """The equations, stored by cell."""
        return self.equations.tocsc()

    @cached_property
    def incidence(self) -> Any:
        """1 where a cell stands in an equation."""
        return abs(self.equations)

    def parts(self, hidden: Mask) -> list[Part]:
        """Split the hidden cells into parts that know nothing of each other.

        The shown cells are substituted out. A hidden cell that stands in no equation is a part of its own.

        Parameters
        ----------
        hidden : ndarray of bool, shape (cells,)
            The cells that are not shown.

        Returns
        -------
        list of Part
            In the order of their first cells.
        """
        cells = np.flatnonzero(hidden)
        tied = _without_empty(self.by_cell[:, cells].tocsr())
        links = abs(tied).T @ abs(tied) if tied.shape[0] else csr_array((len(cells), len(cells)))
        count, label = connected_components(links, directed=False)
        order = np.argsort(label, kind="stable")
        groups = np.split(order, np.cumsum(np.bincount(label, minlength=count))[:-1]) if count else []
        groups.sort(key=lambda group: int(group[0]))
        columns = tied.tocsc()
        return [
            Part(cells[g], self.room[cells[g]], _without_empty(columns[:, g].tocsr())) for g in map(np.sort, groups)
        ]

    def determined(self, hidden: Mask) -> Mask:
        """Return the hidden cells that plain subtraction gives back: the only unknown of an equation, and so on.

        No cell that this returns is protected; one that it does not may still be known, or nearly so.
        """
        keep = loose(self.incidence, hidden)
        return hidden & ~keep

    def _check_values(self) -> None:
        if self.values.ndim != 1 or self.equations.shape[1] != len(self.values):
            raise DataError(
                "Each cell needs one value and one column of the equations",
                detail=f"Values of shape {self.values.shape}, equations of shape {self.equations.shape}",
            )
        if len(self.names) not in (0, len(self.values)):
            raise DataError("Each cell needs a name, or none has", detail=f"{len(self.names)} for {len(self.values)}")
        wrong = np.flatnonzero(~(np.isfinite(self.values) & (self.values >= 0)))
        if len(wrong):
            raise DataError(
                "A cell to protect is a finite number, zero or more",
                where=self.name(wrong[0]),
                detail=f"It is {self.values[wrong[0]]:g}. Seen in {len(wrong)} cells",
            )

    def _check_equations(self) -> None:
        if not np.isin(self.equations.data, (-1, 1)).all():
            raise DataError("An equation adds and subtracts whole cells", detail="A coefficient is not +1 or -1")
        apart = np.abs(self.equations @ self.values)
        wrong = np.flatnonzero(apart > TOLERANCE * (self.incidence @ self.values))
        if len(wrong):
            worst = wrong[np.argmax(apart[wrong])]
            raise DataError(
                "The cells do not add up",
                where=f"equation {worst}",
                detail=self._told(int(worst)),
                hint=f"{len(wrong)} of {len(apart)} equations fail. Sum the parts as they are, before any rounding.",
            )

    def _told(self, row: int) -> str:
        """Return an equation in words and numbers."""
        start, stop = self.equations.indptr[row : row + 2]
        cells, signs = self.equations.indices[start:stop], self.equations.data[start:stop]
        sides = []
        for side in sorted((cells[signs > 0], cells[signs < 0]), key=len):
            shown = " + ".join(self.name(cell) for cell in side[:6]) + (" + ..." if len(side) > 6 else "")
            sides.append(f"{shown or 'nothing'} = {self.values[side].sum():.12g}")
        return ", ".join(sides)


def loose(incidence: Any, hidden: Mask) -> Mask:
    """Return the hidden cells without those that are, one after the other, alone in an equation."""
    keep = hidden.copy()
    while True:
        alone = incidence @ keep.astype(float) == 1
        fixed = keep & (incidence.T @ alone.astype(float) > 0) if alone.any() else np.zeros_like(keep)
        if not fixed.any():
            return keep
        keep &= ~fixed


def _tidy(equations: Any) -> Any:
    """Return the equations as float CSR with sorted columns and no stored zero."""
    tidy = csr_array(equations, dtype=float)
    tidy.sum_duplicates()
    tidy.eliminate_zeros()
    return tidy


def _without_empty(equations: Any) -> Any:
    """Return the rows that hold a cell."""
    return equations[np.flatnonzero(np.diff(equations.indptr))]
