"""Estimates with design-based standard errors: statistics declare sums, the engine makes them, the rest is algebra."""

from lfs_migration.estimate.cells import By
from lfs_migration.estimate.contrasts import compare, delta
from lfs_migration.estimate.dataset import dataset
from lfs_migration.estimate.estimate import estimate
from lfs_migration.estimate.replicates import replicate
from lfs_migration.estimate.sample import Sample
from lfs_migration.estimate.statistics import Count, Mean, Proportion, Quantile, Ratio, Share, Statistic, Total

__all__ = [
    "By",
    "Count",
    "Mean",
    "Proportion",
    "Quantile",
    "Ratio",
    "Sample",
    "Share",
    "Statistic",
    "Total",
    "compare",
    "dataset",
    "delta",
    "estimate",
    "replicate",
]
