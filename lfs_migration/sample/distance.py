"""Calibration equations, and Newton's way to solve them on cells.

Weights ``w = d F(x'l)`` are the nearest to ``d``, by a distance that F belongs to, whose totals of the auxiliaries x
are known totals t: ``sum of d F(x'l) x = t`` (Deville and Saerndal 1992, section 2). All rows with the same x have the
same ``g = F(x'l)``, so that sums of d over cells of equal x are all that is needed. The solution l is the minimum of
the convex function ``sum of d P(x'l) - t'l``, P the integral of F, and a step is taken if it lowers that.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lfs_migration.engine.totals import Floats, Ints
from lfs_migration.sample.slopes import independent, weighted_gram

ENOUGH = 1e-10
"""Largest relative distance from a total at which it is met."""
_STEPS, _HALVINGS, _FINEST, _DONE, _LEAST = 100, 30, 1e-13, 1e-13, 1e-9

Function = Callable[[Floats], Floats]


@dataclass(frozen=True)
class Distance:
    """The function F of a distance, its slope and its integral.

    Parameters
    ----------
    value, slope, integral : callables
        Of arrays of shape (cells,).
    """

    value: Function
    slope: Function
    integral: Function


def _linear() -> Distance:
    return Distance(lambda u: 1 + u, np.ones_like, lambda u: u + u**2 / 2)


def _raking() -> Distance:
    return Distance(np.exp, np.exp, np.exp)


def _logit(low: float, high: float) -> Distance:
    """Return the case 6 of Deville and Saerndal (1992): F stays strictly between its bounds."""
    a = (high - low) / ((1 - low) * (high - 1))

    def share(u: Floats) -> Floats:
        small = np.exp(-a * np.abs(u))
        up, down = (1 - low) / (1 - low + (high - 1) * small), (1 - low) * small / ((1 - low) * small + high - 1)
        out: Floats = np.where(u > 0, up, down)
        return out

    def integral(u: Floats) -> Floats:
        out: Floats = low * u + (high - low) / a * np.logaddexp(np.log(high - 1), np.log(1 - low) + a * u)
        return out

    return Distance(
        lambda u: low + (high - low) * share(u), lambda u: (high - low) * a * share(u) * (1 - share(u)), integral
    )  # fmt: skip


def _within(distance: Distance, inverse: Function, low: float, high: float) -> Distance:
    """Return a distance whose F is cut at bounds; a bound of 0 is just above it, so that no weight is lost."""
    ends = np.array([max(low, _LEAST), high])
    first, last = inverse(ends)

    def slope(u: Floats) -> Floats:
        return np.where((u > first) & (u < last), distance.slope(np.clip(u, first, last)), 0.0)

    def integral(u: Floats) -> Floats:
        inside = np.clip(u, first, last)
        return distance.integral(inside) + distance.value(inside) * (u - inside)

    return Distance(lambda u: np.clip(distance.value(np.clip(u, first, last)), *ends), slope, integral)


def distance(method: str, low: float = -np.inf, high: float = np.inf) -> Distance:
    """Return the distance of a method, with g-weights between bounds.

    ============ ================== ====================================================
    method       F(u)               case in Deville and Saerndal (1992)
    ============ ================== ====================================================
    linear       1 + u              1; cut at bounds 7, also called truncated
    raking       exp(u)             2; cut at bounds as in R's ``survey``
    logit        between bounds     6
    ============ ================== ====================================================

    Examples
    --------
    >>> distance("raking").value(np.array([0.0, np.log(2)]))
    array([1., 2.])
    """
    if method == "logit":
        return _logit(low, high)
    if method == "raking":
        return _raking() if low <= 0 and high == np.inf else _within(_raking(), np.log, low, high)
    linear = _linear()
    return linear if (low, high) == (-np.inf, np.inf) else _within(linear, lambda g: g - 1, low, high)


@dataclass(frozen=True)
class Solution:
    """What Newton's steps came to.

    Parameters
    ----------
    multiplier : float array of shape (auxiliaries,)
        l; 0 where an auxiliary is a combination of others.
    g : float array of shape (cells,)
    total : float array of shape (auxiliaries,)
        Weighted totals that were reached.
    met : bool
        Whether they are the known ones, but for the slack.
    """

    multiplier: Floats
    g: Floats
    total: Floats
    met: bool


@dataclass(frozen=True)
class Equations:
    """Calibration equations on cells.

    Parameters
    ----------
    x : float array of shape (cells, auxiliaries)
    totals : float array of shape (auxiliaries,)
    distance : Distance
    slack : float array of shape (auxiliaries,)
        Of ridge calibration (Bardsley and Chambers 1984): what is not met is slack times the weighted sum of squares of
        the auxiliary times l.
    """

    x: Floats
    totals: Floats
    distance: Distance
    slack: Floats

    def solve(self, weight: Floats, start: Floats | None = None) -> Solution:
        """Return the solution for sums of weights before calibration.

        Parameters
        ----------
        weight : float array of shape (cells,)
        start : float array of shape (auxiliaries,), optional
            A multiplier that is near.
        """
        gram = weighted_gram(self.x, weight)
        squares = np.diag(gram)
        size = np.sqrt(squares / max(float(weight.sum()), np.finfo(float).tiny))
        size[size == 0] = 1.0
        unit, kept = near_to(self.totals, self.x, weight), independent(gram, self.slack)
        descent = _Descent(weight, self, size[kept], kept, self.slack[kept] * weight.sum(), (unit / size)[kept])
        with np.errstate(all="ignore"):
            point = descent.lowest(np.zeros(len(kept)) if start is None else (start * size)[kept])
            g, multiplier = self.distance.value(point.u), descent.whole(point.multiplier)
            total = (weight * g) @ self.x
            missed = np.abs(total + self.slack * squares * multiplier - self.totals)
        return Solution(multiplier, g, total, bool((missed <= ENOUGH * unit).all()))


def near_to(totals: Floats, x: Floats, weight: Floats) -> Floats:
    """Return what a distance from each total is small or large to: itself, or of 0 the sum of weighted sizes."""
    out = np.abs(totals)
    nothing = np.flatnonzero(out == 0)
    whole = weight @ np.abs(x[:, nothing])
    out[nothing] = np.where(whole > 0, whole, 1.0)
    return out


@dataclass(frozen=True)
class _Point:
    """Where Newton's steps are: multiplier, x'l, what is missing to the totals, the convex function, largest miss."""

    multiplier: Floats
    u: Floats
    rest: Floats
    height: float
    miss: float


@dataclass(frozen=True)
class _Descent:
    """Newton's steps down the convex function, with auxiliaries of one size: weighted mean squares of 1.

    Parameters
    ----------
    weight : float array of shape (cells,)
    equations : Equations
    size : float array of shape (kept,)
        By which each auxiliary is divided.
    kept : integer array of shape (kept,)
        Auxiliaries that are no combination of others.
    stiff, unit : float arrays of shape (kept,)
        What the slack adds to the slope; what a distance from the total is small to.
    """

    weight: Floats
    equations: Equations
    size: Floats
    kept: Ints
    stiff: Floats
    unit: Floats

    def lowest(self, start: Floats) -> _Point:
        """Return the point at which the equations hold, or from which no step leads down."""
        point, damping, whole = self._point(start), _FINEST, float(self.weight.sum())
        for _ in range(_STEPS):
            slope = weighted_gram(self.equations.x, self.weight * self.equations.distance.slope(point.u))
            slope = slope[np.ix_(self.kept, self.kept)] / np.outer(self.size, self.size)
            slope[np.diag_indices_from(slope)] += damping * whole + self.stiff
            nearer = self._nearer(point, _solved(slope, point.rest))
            if nearer is None:
                if point.miss <= ENOUGH or damping > 1:
                    break
                damping *= 1e3
                continue
            finished = nearer.miss <= _DONE or (point.miss <= ENOUGH and nearer.miss > point.miss / 4)
            point, damping = nearer, max(damping / 10, _FINEST)
            if finished:
                break
        return point

    def whole(self, multiplier: Floats) -> Floats:
        """Return the multiplier of all auxiliaries as they are, of shape (auxiliaries,)."""
        out = np.zeros(self.equations.x.shape[1])
        out[self.kept] = multiplier / self.size
        return out

    def _point(self, multiplier: Floats) -> _Point:
        equations = self.equations
        u = equations.x @ self.whole(multiplier)
        totals = equations.totals[self.kept] / self.size
        reached = ((self.weight * equations.distance.value(u)) @ equations.x)[self.kept] / self.size
        rest = totals - reached - self.stiff * multiplier
        height = self.weight @ equations.distance.integral(u) + self.stiff @ multiplier**2 / 2 - totals @ multiplier
        return _Point(multiplier, u, rest, float(height), float(np.max(np.abs(rest) / self.unit, initial=0)))

    def _nearer(self, point: _Point, step: Floats) -> _Point | None:
        """Return a point along the step that is nearer to the solution, or none."""
        down = float(step @ point.rest)
        share = 1.0
        for _ in range(_HALVINGS if np.isfinite(down) else 0):
            new = self._point(point.multiplier + share * step)
            lower = new.height < point.height - 1e-4 * share * down
            if np.isfinite(new.miss) and (lower or new.miss < 0.9 * point.miss):
                return new
            share /= 2
        return None


def _solved(matrix: Floats, right: Floats) -> Floats:
    try:
        return np.asarray(np.linalg.solve(matrix, right))
    except np.linalg.LinAlgError:
        return np.full(len(right), np.nan)
