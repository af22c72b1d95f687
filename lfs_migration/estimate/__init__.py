"""Estimates with design-based standard errors: statistics declare sums, the engine makes them, the rest is algebra."""

from lfs_migration.estimate.contrasts import compare, delta
from lfs_migration.estimate.dataset import dataset
from lfs_migration.estimate.estimate import estimate
from lfs_migration.estimate.independence import Independence, Test, independence
from lfs_migration.estimate.margins import Model, margins
from lfs_migration.estimate.regression import glm
from lfs_migration.estimate.replicates import replicate
from lfs_migration.estimate.statistics import Count, Mean, Proportion, Quantile, Ratio, Share, Statistic, Total

__all__ = [
    "Count",
    "Independence",
    "Mean",
    "Model",
    "Proportion",
    "Quantile",
    "Ratio",
    "Share",
    "Statistic",
    "Test",
    "Total",
    "compare",
    "dataset",
    "delta",
    "estimate",
    "glm",
    "independence",
    "margins",
    "replicate",
]
