"""Replicate variances: each replicate multiplies the weights of whole primary sampling units.

Factors ``a_ir`` of unit i in replicate r turn PSU totals into replicate totals ``T_rc = sum of a_ir z_hic``, a matrix
product; the spread of a statistic over replicates is its variance (Wolter 2007, chapters 2 to 5).

Strata of one unit: ``certainty`` never changes its weight; ``average`` neither, and the variance grows by strata over
strata of several units (R's ``survey``: by units); ``adjust``, for the jackknife alone, has a replicate where the mean
of all units stands in for it. Totals then have the variance of :func:`lfs_migration.engine.variance`. In a finite
population 1 - f_h multiplies the jackknife's ``rscales``, as in R, and its root other factors' distances from 1 (Rao
and Wu 1988).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from lfs_migration.engine.totals import Floats, Ints, Sums, summed
from lfs_migration.errors import DesignError

CHUNK = 2**24  # numbers in a dense block of units by cells: 128 MB


@dataclass(frozen=True)
class LeaveOneOut:
    """Factors of the jackknife as a rule: ``numpy.asarray`` gives their matrix, which has the square of the units.

    Replicate r gives unit ``left[r]`` the factor 0, and the others of its ``stratum`` the factor ``n_h / (n_h - 1)``.
    """

    stratum: Ints
    left: Ints

    def totals(self, sums: Sums) -> Floats:
        """Return ``T - n_h / (n_h - 1) (z_i - mean of z in h)``, of shape (R, cells)."""
        size, own = np.bincount(self.stratum), self.stratum[self.left]
        place = self.stratum[sums.psu] * sums.cells + sums.cell
        mean = (summed(place, sums.value, len(size) * sums.cells).reshape(len(size), sums.cells) / size[:, None])[own]
        mean[size[own] == 1] = sums.total / max(len(self.stratum), 1)
        raised = np.where(size[own] > 1, size[own] / np.maximum(size[own] - 1, 1), 1.0)
        out: Floats = sums.total + raised[:, None] * mean
        replicate = np.full(len(self.stratum), -1)
        replicate[self.left] = np.arange(len(self.left))
        here = replicate[sums.psu] >= 0
        r = replicate[sums.psu[here]]
        np.subtract.at(out, (r, sums.cell[here]), raised[r] * sums.value[here])
        return out

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Floats:
        unit = np.arange(len(self.stratum))
        return np.asarray(self.totals(Sums(unit, unit, np.ones(len(unit)), len(unit))).T, dtype=dtype)


@dataclass(frozen=True)
class Replicates:
    """Factors of the units' weights, and how the spread of replicate estimates becomes a variance.

    Parameters
    ----------
    factors : float array of shape (psus, R), or LeaveOneOut
        Without rows where the replicate weights are columns of the data.
    scale : float
    rscales : float array of shape (R,)
    mse : bool
        Deviations from the full sample's estimate, as in Wolter (2007) and SAS; else from the replicates' mean, the
        default of R's ``survey`` and of Stata.
    method : str
    degrees_of_freedom : int
        Of the constructors: units less strata, or replicates less one where they are fewer.
    """

    factors: Floats | LeaveOneOut
    scale: float
    rscales: Floats
    mse: bool
    method: str
    degrees_of_freedom: int

    @classmethod
    def from_columns(cls, scale: float, rscales: Floats, mse: bool = True, df: int | None = None) -> Replicates:
        """Describe replicate weights that are columns of the data; df: columns less one."""
        if not (scale >= 0 and np.ndim(rscales) == 1 and np.all(np.asarray(rscales) >= 0)):
            raise DesignError("Replicates need a scale, and one of rscales for each column, that are not negative")
        size = len(rscales)
        return cls(np.empty((0, size)), scale, rscales, mse, "columns", max(size - 1, 0) if df is None else df)

    def _deviations(self, estimates: Floats, full: Floats) -> Floats:
        known = np.where(np.isfinite(estimates) & np.isfinite(full), estimates, np.nan)
        used = self.rscales > 0
        centre = full if self.mse or not used.any() else known[used].mean(axis=0)
        return np.asarray(np.sqrt(self.rscales)[:, None] * (known - centre))

    def variance(self, estimates: Floats, full: Floats) -> Floats:
        """Return ``scale * sum over r of rscales_r (estimate_r - centre)^2``, of shape (cells,).

        The estimates are of shape (R, cells), the full sample's of shape (cells,). An undefined replicate (a ratio
        without a denominator) makes the variance undefined; R's ``survey`` leaves the replicate out with a warning, and
        the variance is then too small.
        """
        return np.asarray(self.scale * (self._deviations(estimates, full) ** 2).sum(axis=0))

    def covariance(self, estimates: Floats, full: Floats) -> Floats:
        """Return the joint covariance, of shape (cells, cells), by the formula of :meth:`variance`, its diagonal."""
        deviations = self._deviations(estimates, full)
        return np.asarray(self.scale * (deviations.T @ deviations))


def replicate_totals(sums: Sums, replicates: Replicates) -> Floats:
    """Return the totals T_rc, of shape (R, cells), from sums over units of the first stage."""
    factors = replicates.factors
    if isinstance(factors, LeaveOneOut):
        return factors.totals(sums)
    if len(sums.psu) and not len(factors):
        raise DesignError("The replicate weights are columns of the data, not factors of units")
    width, out = max(CHUNK // max(len(factors), 1), 1), np.empty((factors.shape[1], sums.cells))
    for start in range(0, sums.cells, width):
        out[:, start : start + width] = factors.T @ sums.dense(len(factors), start, start + width)
    return out
