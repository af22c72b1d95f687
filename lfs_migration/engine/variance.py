"""Variance and covariance of linearised totals, by Taylor linearisation, stage by stage."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lfs_migration.engine.psu import Psus
from lfs_migration.engine.totals import Floats, Ints, Sums, numbered, summed


@dataclass(frozen=True)
class _Stage:
    """One stage as the formula sees it: each unit's stratum, factor n (1 - f) / (n - 1), and share in the mean."""

    sums: Sums
    stratum: Ints
    factor: Floats
    share: Floats


def variance(units: Psus, sums: Sums) -> Floats:
    """Return the variance of the total of each cell, of shape (cells,).

    The formula is in :mod:`lfs_migration.engine`. Deviations are taken from the stratum's mean before they are squared,
    and the units without a row in the cell add the square of that mean: no difference of large sums is formed.

    A stratum of one unit follows the policy of ``units``:

    - ``certainty``: it was drawn with certainty and adds nothing;
    - ``adjust``: it adds the squared distance of its total from the mean of all units' totals, as the option
      ``centered`` of Stata and R's ``survey`` from 4.5 do (R's ``survey`` 4.1 takes the distance from zero, which is
      the same for means, ratios and proportions, whose linearised totals sum to zero);
    - ``average``: it adds the mean contribution of the other strata, as in R's ``survey``; undefined where none is.

    The sums are linearised totals over units of the last stage, or, of calibrated weights, over their parts.
    """
    if units.calibrated is not None:
        plain = replace(units, calibrated=None)
        return np.concatenate([variance(plain, block) for block in units.calibrated.residuals(sums)])
    return _over_stages(units, sums, _within, lambda apart: np.asarray((apart**2).sum(axis=0)))


def covariance(units: Psus, sums: Sums) -> Floats:
    """Return the joint covariance of the totals of all cells, of shape (cells, cells).

    The same formula and policies as :func:`variance`, which is its diagonal. It holds a dense matrix of units by cells.
    """
    if units.calibrated is not None:
        (residuals,) = units.calibrated.residuals(sums, max(sums.cells, 1))
        return covariance(replace(units, calibrated=None), residuals)

    def within(stage: _Stage) -> Floats:
        centred = _centred(stage, stage.sums.dense(len(stage.stratum))) * np.sqrt(stage.factor)[:, None]
        return np.asarray(centred.T @ centred)

    return _over_stages(units, sums, within, lambda apart: np.asarray(apart.T @ apart))


def _over_stages(
    units: Psus, sums: Sums, within: Callable[[_Stage], Floats], squares: Callable[[Floats], Floats]
) -> Floats:
    """Add up what the stages contribute, and what the strata of one unit do by their policy."""
    first, *later = _stages(units, sums)
    out = within(first)
    lonely, strata = int(units.single.sum()), len(units.size)
    if lonely and units.singletons == "adjust":
        out = out + squares(_apart(units, first.sums))
    if lonely and units.singletons == "average":
        out = out * strata / (strata - lonely) if strata > lonely else np.full_like(out, np.nan)
    return sum((within(stage) for stage in later), out)


def _stages(units: Psus, sums: Sums) -> list[_Stage]:
    """Return the stages from the first on, each with its sums.

    A later stage counts with the product of the sampling fractions before it (Saerndal, Swensson and Wretman 1992,
    result 4.3.1, with each stage's variance estimated within the units of the one before).
    """
    levels = [sums]
    for stage in reversed(units.later):
        levels.append(levels[-1].raised(stage.parent))
    levels.reverse()
    count = units.size[units.stratum]
    factor = _factor(count, units.fraction)
    share = factor if units.pps == "hajek" else np.ones(len(units))
    out = [_Stage(levels[0], units.stratum, factor, share)]
    before = units.fraction
    for stage, level in zip(units.later, levels[1:], strict=True):
        size = np.bincount(stage.parent)[stage.parent]
        before = before[stage.parent]
        factor = before * _factor(size, stage.fraction)
        out.append(_Stage(level, stage.parent, factor, np.ones(len(size))))
        before = before * stage.fraction
    return out


def _factor(count: Ints, fraction: Floats) -> Floats:
    several = count > 1
    return np.where(several, count * (1 - fraction) / np.where(several, count - 1, 1), 0.0)


def _within(stage: _Stage) -> Floats:
    """Return the sum over strata of the weighted squares about their means, of shape (cells,)."""
    sums, base, grid = stage.sums, max(stage.sums.cells, 1), stage.sums.grid
    if grid is not None and len(grid) == len(stage.stratum):
        centred = _centred(stage, grid)
        return np.asarray(np.einsum("i,ic,ic->c", stage.factor, centred, centred))
    strata = int(stage.stratum.max(initial=0)) + 1
    pair, position = numbered(stage.stratum[sums.psu] * base + sums.cell, strata * base)
    h, cell = pair // base, pair % base
    own, weight = stage.share[sums.psu], stage.factor[sums.psu]
    whole = np.bincount(stage.stratum, weights=stage.share, minlength=strata)[h]
    mean = np.divide(summed(position, own * sums.value, len(pair)), whole, out=np.zeros(len(pair)), where=whole > 0)
    squares = summed(position, weight * (sums.value - mean[position]) ** 2, len(pair))
    absent = np.bincount(stage.stratum, weights=stage.factor, minlength=strata)[h] - summed(position, weight, len(pair))
    return summed(cell, squares + np.maximum(absent, 0.0) * mean**2, sums.cells)


def _centred(stage: _Stage, dense: Floats) -> Floats:
    """Return the distances of all units from the mean of their stratum, of shape (units, cells)."""
    whole = np.bincount(stage.stratum, weights=stage.share)[:, None]
    mean = _by_stratum(stage.stratum, dense if (stage.share == 1).all() else dense * stage.share[:, None])
    apart = np.divide(mean, whole, out=np.zeros_like(mean), where=whole > 0)[stage.stratum]
    return np.asarray(np.subtract(dense, apart, out=apart))


def _by_stratum(stratum: Ints, dense: NDArray[Any]) -> NDArray[Any]:
    """Return the sums over the units of each stratum, of shape (strata, cells); no stratum is empty."""
    order = np.argsort(stratum, kind="stable")
    if (order[1:] < order[:-1]).any():
        dense, stratum = dense[order], stratum[order]
    first = np.flatnonzero(np.diff(stratum, prepend=-1))
    return np.add.reduceat(dense, first, axis=0) if len(first) else dense


def _apart(units: Psus, sums: Sums) -> Floats:
    """Return the distances of lonely units' totals from the mean of all units, of shape (lonely units, cells)."""
    lonely = units.single[units.stratum]
    here, place = lonely[sums.psu], np.cumsum(lonely) - 1
    own = Sums(place[sums.psu[here]], sums.cell[here], sums.value[here], sums.cells).dense(int(lonely.sum()))
    return np.asarray((own - sums.total / len(units)) * np.sqrt(1 - units.fraction[lonely])[:, None])


def degrees_of_freedom(units: Psus, sums: Sums) -> Floats:
    """Return the design degrees of freedom of each cell, of shape (cells,).

    Units less strata, over the strata in which the cell has a row: a stratum where the domain cannot be found says
    nothing of its variance (Korn and Graubard 1999, section 5.2; West, Berglund and Heeringa 2008; Stata's ``subpop``).
    R's ``survey`` counts only the units that hold a row of the domain, which is fewer.
    """
    if units.calibrated is not None:
        sums = sums.raised(units.calibrated.unit)
    for stage in reversed(units.later):
        sums = sums.raised(stage.parent)
    base, grid = max(sums.cells, 1), sums.grid
    if grid is not None and len(grid) == len(units):
        here = np.ones_like(grid, dtype=bool) if sums.here is None else sums.here.reshape(grid.shape)
        return np.asarray((units.size - 1.0) @ (_by_stratum(units.stratum, here) > 0))
    sums = sums.occurring
    strata, _ = numbered(units.stratum[sums.psu] * base + sums.cell, len(units.size) * base)
    return summed(strata % base, (units.size[strata // base] - 1).astype(np.float64), sums.cells)
