"""Variance and covariance of linearised totals, by Taylor linearisation over ultimate clusters."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lfs_migration.engine.psu import Psus
from lfs_migration.engine.totals import Sums, summed

Floats = NDArray[np.float64]


def variance(units: Psus, sums: Sums) -> Floats:
    """Return the variance of the total of each cell, of shape (cells,).

    The formula is in :mod:`lfs_migration.engine`. Deviations are taken from the stratum's mean before they are squared,
    and the units without a row in the cell add the square of that mean: no difference of large sums is formed.

    A stratum of one unit follows the policy of ``units``:

    - ``certainty``: it was drawn with certainty and adds nothing;
    - ``adjust``: it adds the squared distance of its total from the mean of all units' totals, as the option
      ``centered`` of Stata and R's ``survey`` from 4.5 do (R's ``survey`` 4.1 takes the distance from zero, which is
      the same for means, ratios and proportions, whose linearised totals sum to zero);
    - ``average``: it adds the mean contribution of the other strata, as in R's ``survey``; undefined without any.

    Parameters
    ----------
    units : Psus
    sums : Sums
        Linearised totals.
    """
    cells, strata = sums.cells, len(units.size)
    stratum = units.stratum[sums.psu]
    pair, position = np.unique(stratum * max(cells, 1) + sums.cell, return_inverse=True)
    h, cell = pair // max(cells, 1), pair % max(cells, 1)
    n = units.size[h]
    mean = summed(position, sums.value, len(pair)) / n
    present = np.bincount(position, minlength=len(pair))
    squares = summed(position, (sums.value - mean[position]) ** 2, len(pair))
    squares += (n - present) * mean**2
    several = n > 1
    scaled = np.where(several, squares * n / np.where(several, n - 1, 1), 0.0)
    out = summed(cell, scaled, cells)
    lonely = int(units.single.sum())
    if lonely and units.singletons == "adjust":
        out += _lonely_squares(units, sums)
    if lonely and units.singletons == "average":
        out = out * strata / (strata - lonely) if strata > lonely else np.full(cells, np.nan)
    return out


def _lonely_squares(units: Psus, sums: Sums) -> Floats:
    """Return the squared distances of lonely units' totals from the mean of all units, those without a row included."""
    grand = sums.total / len(units)
    lonely = units.single[units.stratum[sums.psu]]
    cell = sums.cell[lonely]
    apart = summed(cell, (sums.value[lonely] - grand[cell]) ** 2, sums.cells)
    absent = units.single.sum() - np.bincount(cell, minlength=sums.cells)
    out: Floats = apart + absent * grand**2
    return out


def covariance(units: Psus, sums: Sums) -> Floats:
    """Return the joint covariance of the totals of all cells, of shape (cells, cells).

    The same formula and policies as :func:`variance`, which is its diagonal. It holds a dense matrix of units by cells.
    """
    u = np.zeros((len(units), sums.cells))
    u[sums.psu, sums.cell] = sums.value
    mean = np.zeros((len(units.size), sums.cells))
    np.add.at(mean, units.stratum, u)
    mean /= units.size[:, None]
    n = units.size[units.stratum]
    scale = np.where(n > 1, n / np.where(n > 1, n - 1, 1), 0.0)
    centred = (u - mean[units.stratum]) * np.sqrt(scale)[:, None]
    out: Floats = centred.T @ centred
    lonely, strata = int(units.single.sum()), len(units.size)
    if lonely and units.singletons == "adjust":
        apart = u[units.single[units.stratum]] - u.mean(axis=0)
        out = out + apart.T @ apart
    if lonely and units.singletons == "average":
        out = out * strata / (strata - lonely) if strata > lonely else np.full_like(out, np.nan)
    return out


def degrees_of_freedom(units: Psus, sums: Sums) -> Floats:
    """Return the design degrees of freedom of each cell, of shape (cells,).

    Units less strata, over the strata in which the cell has a row: a stratum where the domain cannot be found says
    nothing of its variance (Korn and Graubard 1999, section 5.2; West, Berglund and Heeringa 2008; Stata's ``subpop``).
    R's ``survey`` counts only the units that hold a row of the domain, which is fewer.
    """
    strata = np.unique(units.stratum[sums.psu] * max(sums.cells, 1) + sums.cell)
    h, cell = strata // max(sums.cells, 1), strata % max(sums.cells, 1)
    return summed(cell, units.size[h] - 1, sums.cells)
