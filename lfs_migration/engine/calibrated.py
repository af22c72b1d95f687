"""The variance of calibrated estimates: linearised totals, less what the auxiliaries explain of them.

The linearised value ``u_k`` of a row is replaced by the residual ``e_k = u_k - x_k'B`` of its regression on the
auxiliaries, weighted with the weights before calibration d: ``B = (sum of d x x')^-1 sum of d x u``. Each residual
counts with the weight after calibration ``w = d g`` (the weighted residual technique of Saerndal, Swensson and Wretman
1989; as R's ``calibrate``. Deville and Saerndal 1992, equation 3.4, have w in B too, which is the same in large
samples). Post-stratification is the special case of means of post-strata.

Here it is algebra on sums. A part is what a sampling unit i has in a calibration cell j, where all rows have the same x
and g. From sums of ``w u`` by part and table cell, which are ``u_ijc``:

    u_ic = sum over j of u_ijc        M_c = sum over i and j of x_j u_ijc / g_j        B_c = (sum of d x x')^-1 M_c
    residual total of the unit = u_ic - X_i'B_c,    X_i = its total of w x

The slopes, which make B of sums by calibration cell, are in :mod:`lfs_migration.sample.slopes`. So each table cell
costs one product of units by auxiliaries, and no row is looked at again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from lfs_migration.engine.replicate import CHUNK, LeaveOneOut, Replicates
from lfs_migration.engine.totals import GRID, Floats, Ints, Sums


@dataclass(frozen=True)
class Calibrated:
    """The parts of sampling units in calibration cells, and the regression on the auxiliaries.

    Parameters
    ----------
    unit, cell : integer arrays of shape (parts,)
        Sampling unit, of the last stage that counts, and calibration cell of each part. Sums are over parts.
    totals : float array of shape (units, auxiliaries)
        X_i, weighted totals of the auxiliaries.
    slopes : float array of shape (auxiliaries, calibration cells)
        Makes B of sums by calibration cell.
    """

    unit: Ints
    cell: Ints
    totals: Floats
    slopes: Floats

    def residuals(self, sums: Sums, width: int | None = None) -> Iterator[Sums]:
        """Return the residual totals of all units, for some table cells at a time: they have no zeros to leave out.

        Parameters
        ----------
        sums : Sums
            Linearised totals, by part.
        width : int, optional
            Table cells in a block.
        """
        units, slopes, whole = len(self.totals), self._moments(sums), sums.raised(self.unit)
        block = width or max(GRID // max(units, 1), 1)
        for start in range(0, max(sums.cells, 1), block):
            dense = whole.dense(units, start, start + block)
            yield Sums.of(dense - self.totals @ slopes[:, start : start + block])

    def _moments(self, sums: Sums) -> Floats:
        """Return B of each table cell, of shape (auxiliaries, table cells)."""
        by_cell = sums.raised(self.cell)
        return np.asarray((_sparse(by_cell.cell, by_cell.psu, by_cell.value, sums.cells, self.slopes.shape[1])
                           @ self.slopes.T).T)  # fmt: skip

    def replicate_totals(self, sums: Sums, replicates: Replicates, change: Floats) -> Floats:
        """Return the totals under recalibrated replicate weights, of shape (R, table cells).

        Parameters
        ----------
        sums : Sums
            By part.
        replicates : Replicates
        change : float array of shape (calibration cells, R)
            g of each replicate over g of the sample.
        """
        matrix = _sparse(sums.cell, sums.psu, sums.value, sums.cells, len(self.unit))
        block, count = max(CHUNK // max(len(self.unit), 1), 1), change.shape[1]
        out = np.empty((count, sums.cells))
        for start in range(0, count, block):
            end = min(start + block, count)
            out[start:end] = (matrix @ (factors(replicates, start, end)[self.unit] * change[self.cell, start:end])).T
        return out


def factors(replicates: Replicates, start: int, end: int) -> Floats:
    """Return the factors of some replicates, of shape (units, end - start)."""
    made = replicates.factors
    if isinstance(made, LeaveOneOut):
        return np.asarray(LeaveOneOut(made.stratum, made.left[start:end]))
    return made[:, start:end]


def _sparse(row: Ints, column: Ints, value: Floats, rows: int, columns: int) -> Any:
    from scipy.sparse import csr_array

    return csr_array((value, (row, column)), shape=(rows, columns))
