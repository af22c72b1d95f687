"""Sampling variance, as algebra on the totals of primary sampling units. Numbers only: no labels, no files.

Notation, used in every module here:

====== ==================================================================================================
symbol meaning
====== ==================================================================================================
h      stratum of the first stage
i      primary sampling unit (PSU); ``n_h`` of them are in stratum h, ``n`` in all
k      row of the sample (household, resident, emigrant), in one PSU
c      cell of a table: a domain, such as women in Spain
f_h    share of the stratum's PSUs that is in the sample; 0 when they count as drawn with replacement
w_k    weight of the row
y_k    value of the row; 1 where rows are counted
z_hic  total of the weighted values ``w_k y_k`` over the rows of PSU i that are in cell c
T_c    estimated total of the cell: the sum of ``z_hic`` over all h and i
g_c    partial derivative of a statistic with respect to one of the totals that it is made of
====== ==================================================================================================

Every statistic is a smooth function of totals. Its linearised PSU total is ``u_hic = sum over its totals of g_c z_hic``
(Woodruff 1971; Wolter 2007, section 6.5), and its variance is that of a total:

    V_c = sum over h of (1 - f_h) n_h / (n_h - 1) * sum over i of (u_hic - mean over i of u_hic)^2

With finite populations at later stages, ``f_h`` times the variance inside each PSU is added, by the same formula with
the PSU as stratum and its units as PSUs, and so on (Saerndal, Swensson and Wretman 1992, result 4.3.1). Without
replacement and with unequal probabilities, ``f`` is the unit's own inclusion probability. Of calibrated weights, u is
of the residuals of a regression on the auxiliaries: :mod:`lfs_migration.engine.calibrated`.

A PSU without a row in the cell has ``z_hic = 0`` and counts in ``n_h``: a domain is rows of weight zero, never rows
left out. Only the pairs of PSU and cell that occur are stored, or all where most do; others are zeros in the formula.
"""

from lfs_migration.engine.calibrated import Calibrated, factors
from lfs_migration.engine.psu import Psus, Stage
from lfs_migration.engine.replicate import CHUNK, LeaveOneOut, Replicates, replicate_totals
from lfs_migration.engine.totals import GRID, Pairs, Sums, collect, combine, numbered, pairs, summed
from lfs_migration.engine.variance import covariance, degrees_of_freedom, variance

__all__ = [
    "CHUNK", "GRID", "Calibrated", "LeaveOneOut", "Pairs", "Psus", "Replicates", "Stage", "Sums", "collect",
    "combine", "covariance", "degrees_of_freedom", "factors", "numbered", "pairs", "replicate_totals",
    "summed", "variance",
]  # fmt: skip
