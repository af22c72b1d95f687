"""Linear programs over the shifts of cells, solved by HiGHS: the one place that calls the solver."""

from __future__ import annotations

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import hstack

from lfs_migration.errors import EstimationError
from lfs_migration.protect.system import Floats, Part

OPTIMAL, INFEASIBLE, UNBOUNDED, UNCLEAR = 0, 2, 3, 4
TINY = 1e-9
"""A shift below this share of the program's unit is the solver's noise."""
FINE = 1e3
"""Prices are told to the solver as multiples of this: it takes what differs by less than 1e-7 for the same."""
SLIVER = 1e-6
"""Room below this share of the program's unit is not offered: the solver could not tell it from its tolerance."""


def largest(part: Part, weight: Floats, most: Floats, unit: float) -> Floats | None:
    """Return the feasible shifts with the largest weighted sum, or None when that has no bound.

    Parameters
    ----------
    part : Part
        Hidden cells that are tied to each other.
    weight : ndarray, shape (n,)
        What one unit of upward shift of each cell counts; negative to seek downward shifts.
    most : ndarray, shape (n,)
        The largest shift of interest of each cell, in the unit of the system; may be infinite.
    unit : float
        The scale of the program. The solver's tolerance, 1e-7, is a share of it.

    Returns
    -------
    ndarray of shape (n,) or None
        Shifts in the unit of the system.
    """
    low, high = -part.values / unit, most / unit
    if not part.equations.shape[0]:
        best = np.where(weight > 0, high, np.where(weight < 0, low, 0.0))
        return best * unit if np.isfinite(best).all() else None
    status, shift = _solve(-weight, part.equations, low, high, presolve=True)
    if status == INFEASIBLE:
        raise EstimationError("A program that no shift satisfies", detail="No shift at all should always be one")
    return None if status == UNBOUNDED else shift * unit


def cheapest(part: Part, at: int, price: Floats, need: tuple[float, float], *, slivers: bool = False) -> Floats | None:
    """Return the shifts of least price that move one cell as far as it needs, or None where there are none.

    The price of a cell is paid per unit it moves, up or down (Kelly, Golden and Assad 1992; Castro 2012, section 4).
    With both needs, the shift goes up as far as needed, and its reverse, in proportion, down: one pattern then serves
    both directions.

    Parameters
    ----------
    part : Part
        The cells that may move.
    at : int
        The position of the cell in the part.
    price : ndarray, shape (n,)
        What moving a cell by the unit costs.
    need : tuple of float
        How far the cell must be able to go up and down, in the unit of the system; not both zero.
    slivers : bool
        Offer cells whose whole value is less than ``SLIVER`` of the shift, too.

    Returns
    -------
    ndarray of shape (n,) or None
        Shifts in the unit of the system; exactly zero where nothing moves.
    """
    up, down = need
    unit, sign = (up, 1.0) if up else (down, -1.0)
    fall = part.values / unit
    rise = part.values / down if up and down else np.full(len(fall), np.inf)
    if not slivers:
        fall, rise = (np.where(room < SLIVER, 0.0, room) for room in (fall, rise))
    low, high = np.zeros(2 * len(fall)), np.concatenate([rise, fall])
    own, reverse = (at, at + len(fall)) if sign > 0 else (at + len(fall), at)
    low[own] = high[own] = 1.0
    high[reverse] = 0.0
    both = hstack([part.equations, -part.equations], format="csr")
    prices = np.concatenate([price, price]) * FINE
    status, shift = _solve(prices, both, low, high, presolve=False)  # presolve costs more than it saves here
    if status != OPTIMAL:
        return None
    net = shift[: len(fall)] - shift[len(fall) :]
    return np.where(np.abs(net) < TINY, 0.0, net) * unit


def _solve(objective: Floats, equations: object, low: Floats, high: Floats, *, presolve: bool) -> tuple[int, Floats]:
    """Minimise; return HiGHS's status and the point, which is empty unless the status is ``OPTIMAL``."""
    rows, bounds = LinearConstraint(equations, 0, 0), Bounds(low, high)
    found = milp(objective, constraints=rows, bounds=bounds, options={"presolve": presolve})
    if found.status == UNCLEAR and presolve:
        # Presolve says "unbounded or infeasible" without telling which; the simplex method tells.
        found = milp(objective, constraints=rows, bounds=bounds, options={"presolve": False})
    if found.status not in (OPTIMAL, INFEASIBLE, UNBOUNDED):
        raise EstimationError("A linear program of cell suppression was not solved", detail=str(found.message))
    return found.status, found.x if found.status == OPTIMAL else np.empty(0)
