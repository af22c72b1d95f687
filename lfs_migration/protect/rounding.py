"""Cells rounded to a base: each to the nearest multiple, each at random, or all together so that totals add up.

Whatever the way, a number within :data:`~lfs_migration.protect.multiples.CLOSE` of a multiple of the base is one: sums
taken in another order differ in their last digits, and a rounded figure must not. Multiples are the floating-point
numbers nearest to their decimals: three times 0.1 is 0.3.

References
----------
Causey, B. D., Cox, L. H. & Ernst, L. R. (1985). Applications of transportation theory to statistical problems.
Journal of the American Statistical Association 80, 903-909.

Cox, L. H. (1987). A constructive procedure for unbiased controlled rounding. Journal of the American Statistical
Association 82, 520-524.

Fischetti, M. & Salazar-González, J. J. (1998). Computational experience with the controlled rounding problem in
statistical disclosure control. Journal of Official Statistics 14, 553-565.

Salazar-González, J. J. (2006). Controlled rounding and cell perturbation: statistical disclosure limitation methods for
tabular data. Mathematical Programming 105, 583-603.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from time import monotonic

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, milp
from scipy.sparse.csgraph import connected_components

from lfs_migration.errors import DataError, EstimationError
from lfs_migration.protect.multiples import EXACT, decimal, finite, steps, times

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

ADDS = 1e-9
"""Cells add up when what is left over is a smaller part of them."""


@dataclass(frozen=True)
class Limits:
    """How long, how far and how well controlled rounding may go.

    Parameters
    ----------
    seconds : float
        For all the cells together.
    farther : int
        How many bases beyond its two neighbouring multiples a cell may go, where there is no rounding without that
        (K of K-restricted rounding). 0 for zero-restricted rounding or none.
    gap : float
        Part of the sum of distances by which the rounding may miss the least one; 0 for the least one itself.
    """

    seconds: float = 60.0
    farther: int = 1
    gap: float = 0.0

    def __post_init__(self) -> None:
        if not (self.seconds > 0 and self.farther >= 0 and 0 <= self.gap < 1):
            raise DataError(
                f"Controlled rounding cannot take {self}",
                hint="seconds is above 0, farther is 0 or more, gap is from 0 to below 1",
            )


@dataclass(frozen=True)
class Rounded:
    """Cells that were rounded together.

    Parameters
    ----------
    values : float array of shape (cells,)
        In the unit of the cells.
    multiples : integer array of shape (cells,)
        The same in bases: ``equations @ multiples`` is exactly zero.
    farther : integer array of shape (cells,)
        How many bases each cell lies beyond its two neighbouring multiples; 0 where the rounding is zero-restricted.
    distance : float
        Sum of the absolute distances from the cells before, in their unit.
    """

    values: Floats
    multiples: Ints
    farther: Ints
    distance: float


@dataclass(frozen=True)
class _Cells:
    """Cells in bases: the multiple below, and what is left over, from 0 to below 1."""

    below: Ints
    part: Floats

    def __getitem__(self, chosen: Ints) -> _Cells:
        return _Cells(self.below[chosen], self.part[chosen])

    @property
    def above(self) -> Ints:
        """The neighbouring multiple above; a multiple is its own neighbour."""
        return self.below + (self.part > 0)

    def room(self, farther: int) -> tuple[Ints, Ints]:
        """Bases that each may go below its lower and above its upper neighbour, without a change of sign."""
        down = np.where(self.below >= 0, np.minimum(self.below, farther), farther)
        up = np.where(self.above <= 0, np.minimum(-self.above, farther), farther)
        return down, up


def nearest(values: ArrayLike, base: float) -> Floats:
    """Return the nearest multiple of the base to each value; halves go away from zero.

    Parameters
    ----------
    values : array of any shape
        Values that are not a number stay so.
    base : float
        In the unit of the values: 5, 1000, 0.5.

    Returns
    -------
    float array of the same shape

    Raises
    ------
    DataError
        For a base that is not above zero, an infinite value, or one whose multiples are too large to be exact.

    Examples
    --------
    >>> nearest([2.4, 2.5, -2.5, 0.1 + 0.2, float("nan")], 5).tolist(), nearest([0.15, 0.1 + 0.2], 0.1).tolist()
    ([0.0, 5.0, -5.0, 0.0, nan], [0.2, 0.3])
    """
    unit, given = decimal(base), finite(values)
    whole, part = steps(np.abs(given), unit)
    return times(np.sign(given) * (whole + (part >= 0.5)), unit)


def randomly(values: ArrayLike, base: float, keys: ArrayLike) -> Floats:
    """Return each value at the multiple of the base below or above it, drawn by the cell's own key, without bias.

    A value goes up with the probability of its remainder over the base, so that its expectation is itself, and a
    multiple stays. The draw is the key and nothing else: a cell is rounded alike in every table and every run, and
    asking again tells nothing more. Cells are rounded one by one, and their sums are not their totals.

    Parameters
    ----------
    values : array of any shape
        Values that are not a number stay so.
    base : float
        In the unit of the values.
    keys : array of unsigned 64-bit integers of the same shape
        Uniform, one a cell: see :func:`lfs_migration.protect.cellkeys.name_keys`.

    Returns
    -------
    float array of the same shape

    Raises
    ------
    DataError
        As :func:`nearest`; and for keys of another shape or type.

    Examples
    --------
    >>> from lfs_migration.protect.cellkeys import name_keys
    >>> keys = name_keys(["women", "men", "total"], seed=2024)
    >>> randomly([7, 12, 20], 5, keys).tolist()
    [5.0, 15.0, 20.0]
    """
    unit, given, draws = decimal(base), finite(values), np.asarray(keys)
    if draws.dtype != np.uint64:
        raise DataError(
            f"The keys of the cells are {draws.dtype}, and not 64-bit unsigned integers",
            hint="Small or running numbers are no draws: make keys from names with name_keys",
        )
    if draws.shape != given.shape:
        raise DataError(f"There are keys of shape {draws.shape} for values of shape {given.shape}")
    whole, part = steps(given, unit)
    # A float holds 53 bits: the upper ones of the key, as a number from 0 to below 1.
    uniform = (draws >> np.uint64(11)).astype(np.float64) / EXACT
    return times(whole + (uniform < part), unit)


def controlled(values: ArrayLike, equations: sparse.csr_matrix, base: float, limits: Limits | None = None) -> Rounded:
    """Return the cells at multiples of the base that add up as the cells do, as near to them as can be.

    Each cell goes to one of its two neighbouring multiples, and a multiple stays (zero-restricted: Cox 1987); among
    such roundings one with the least sum of absolute distances is taken, by integer programming (Fischetti &
    Salazar-González 1998). In tables of three dimensions or linked ones there may be none (Causey, Cox & Ernst 1985);
    cells may then go a base farther (Salazar-González 2006), but zero stays zero and no cell changes its sign. That is
    done for each set of cells that equations connect, for that set alone.

    Of several roundings with the same sum of distances the solver takes one by the order of the cells: the same input
    gives the same output; bring cells in the order of their names. The rounding is not random, and so has a bias.

    Parameters
    ----------
    values : float array of shape (cells,)
        They add up: ``equations @ values`` is zero.
    equations : sparse matrix of shape (equations, cells)
        Of whole numbers: -1 for a total, 1 for each of its parts.
    base : float
        In the unit of the cells.
    limits : Limits, optional

    Returns
    -------
    Rounded

    Raises
    ------
    DataError
        For a base that is not above zero, values that are no finite numbers or do not add up, or other shapes.
    EstimationError
        When no rounding within the limits adds up, or none was proved the nearest in time.

    Examples
    --------
    >>> total = sparse.csr_matrix([[1, 1, 1, -1]])
    >>> rounded = controlled([2, 1, 2, 5], total, 5)
    >>> sorted(rounded.values.tolist()), rounded.distance
    ([0.0, 0.0, 5.0, 5.0], 6.0)
    """
    unit, given, limits = decimal(base), finite(values), limits or Limits()
    matrix = _checked(given, equations)
    whole, part = steps(given, unit)
    cells, end = _Cells(whole.astype(np.int64), part), monotonic() + limits.seconds
    # A cell rounded by itself is as near as can be; a set of cells is solved only where that does not add up.
    multiples = np.rint(nearest(given, base) / float(unit)).astype(np.int64)
    for rows, own in _connected(matrix, matrix @ multiples != 0, given != 0):
        multiples[own] = _together(cells[own], matrix[rows][:, own], limits, end)
    if (matrix @ multiples).any():
        raise EstimationError("The solver gave a rounding that does not add up", hint="Take a larger base")
    farther = np.maximum(np.maximum(cells.below - multiples, multiples - cells.above), 0)
    rounded = times(multiples.astype(np.float64), unit)
    return Rounded(rounded, multiples, farther, math.fsum(np.abs(rounded - given)))


def _together(cells: _Cells, equations: sparse.csr_matrix, limits: Limits, end: float) -> Ints:
    """Return the multiples of connected cells, farther from the cells only where there is no other way."""
    for farther in range(limits.farther + 1):
        done = _solve(cells, equations, farther, limits.gap, end - monotonic())
        if done.status == 0:
            own: Ints = _moves(done.x, len(cells.part)) + cells.below
            return own
        if done.status != 2:
            raise _unfinished(done, len(cells.part), limits)
    raise EstimationError(
        f"No rounding of {len(cells.part):,} connected cells adds up",
        detail=f"Tried up to {limits.farther} bases beyond the neighbouring multiples",
        hint=f"Allow more, Limits(farther={limits.farther + 1}), or round each cell by itself with nearest: totals "
        "then differ from the sums of their parts",
    )


def _solve(cells: _Cells, equations: sparse.csr_matrix, farther: int, gap: float, seconds: float) -> OptimizeResult:
    """Solve for (up to the upper neighbour, bases below the lower one, bases above the upper one, 1).

    The three moves cost 1 - 2 part, 1 and 1 bases: the distance is convex in their sum, so that the linear relaxation
    is as tight as can be. The last column is one: the distance with no move, from which a gap is a part of something.
    """
    if seconds <= 0:
        return OptimizeResult(status=1, x=None, message="")
    n, (down, up) = len(cells.part), cells.room(farther)
    cost = np.concatenate([1 - 2 * cells.part, np.ones(2 * n), [cells.part.sum()]])
    most = np.concatenate([cells.above - cells.below, down, up, [1]])
    least = np.concatenate([np.zeros(3 * n), [1]])
    start = sparse.csr_matrix((equations @ cells.below)[:, None])
    rows = sparse.hstack([equations, -equations, equations, start], format="csr")
    return milp(
        cost,
        integrality=np.ones(len(cost)),
        bounds=Bounds(least, most),
        constraints=LinearConstraint(rows, 0, 0),
        options={"time_limit": seconds, "mip_rel_gap": gap},
    )


def _moves(found: Floats, n: int) -> Ints:
    to_upper, down, up = np.rint(found[:-1]).astype(np.int64).reshape(3, n)
    moves: Ints = to_upper - down + up
    return moves


def _unfinished(done: OptimizeResult, n: int, limits: Limits) -> EstimationError:
    """Return the error of a solver that stopped before the end, with the best way on."""
    if done.status != 1:
        return EstimationError(f"The rounding of {n:,} connected cells failed", detail=str(done.message))
    title = f"The rounding of {n:,} connected cells was not done in {limits.seconds:g} seconds"
    if done.x is not None and 0 < done.mip_gap < 1:
        percent = math.ceil(done.mip_gap * 100)
        return EstimationError(
            title,
            detail=f"One was found whose sum of distances is at most {percent} % from the least",
            hint=f"Accept it, Limits(gap={min(percent, 99) / 100:g}), or give more seconds",
        )
    return EstimationError(
        title,
        detail="None was found",
        hint="Give more seconds, or round each cell by itself with nearest: totals then differ from their parts' sums",
    )


def _connected(matrix: sparse.csr_matrix, broken: Mask, alive: Mask) -> Iterator[tuple[Ints, Ints]]:
    """Give the equations and cells of each connected set in which an equation is broken; zeros connect nothing."""
    if not broken.any():
        return
    own = np.flatnonzero(alive)
    table = abs(matrix[:, own])
    graph = sparse.bmat([[None, table], [table.T, None]], format="csr")
    labels = connected_components(graph, directed=False)[1]
    of_row, of_cell = labels[: len(broken)], labels[len(broken) :]
    for label in np.unique(of_row[broken]):
        yield np.flatnonzero(of_row == label), own[of_cell == label]


def _checked(values: Floats, equations: sparse.csr_matrix) -> sparse.csr_matrix:
    """Return the equations as whole numbers, when they are of these values and hold."""
    matrix = sparse.csr_matrix(equations)
    if values.ndim != 1 or matrix.shape[1] != len(values):
        raise DataError(
            f"Equations of shape {matrix.shape} are not of values of shape {values.shape}",
            hint="Give one value a column of the equations",
        )
    if np.isnan(values).any():
        raise DataError(
            f"{int(np.isnan(values).sum()):,} of {len(values):,} cells are not a number",
            where=f"cell {int(np.argmax(np.isnan(values)))}",
            hint="A cell that is unknown cannot add up: leave it and its equations out",
        )
    if (matrix.data != np.rint(matrix.data)).any():
        raise DataError("The equations have coefficients that are no whole numbers", hint="Use 1 and -1")
    over = np.abs(matrix @ values) - ADDS * (abs(matrix) @ np.abs(values))
    if (over > 0).any():
        row = int(np.argmax(over > 0))
        raise DataError(
            f"{int((over > 0).sum()):,} of {len(over):,} equations do not hold before rounding",
            where=f"equation {row}",
            detail=f"{(matrix[row] @ values).item():,.6g} is left over",
            hint="Round totals that are the sums of their parts",
        )
    return matrix.astype(np.int64)
