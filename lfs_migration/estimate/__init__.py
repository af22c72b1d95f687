"""Estimates with design-based standard errors: statistics declare sums, the engine makes them, the rest is algebra."""

from lfs_migration.estimate.contrasts import compare, delta
from lfs_migration.estimate.dataset import dataset
from lfs_migration.estimate.estimate import estimate
from lfs_migration.estimate.independence import Independence, Test, independence
from lfs_migration.estimate.margins import Model, margins
from lfs_migration.estimate.parts import asked
from lfs_migration.estimate.regression import glm
from lfs_migration.estimate.statistics import (
    Concentration,
    Count,
    Difference,
    Mean,
    MultipleResponse,
    Proportion,
    Quantile,
    Ratio,
    Share,
    Statistic,
    Total,
)  # fmt: skip

__all__ = [
    "Concentration",
    "Count",
    "Difference",
    "Independence",
    "Mean",
    "Model",
    "MultipleResponse",
    "Proportion",
    "Quantile",
    "Ratio",
    "Share",
    "Statistic",
    "Test",
    "Total",
    "asked",
    "compare",
    "dataset",
    "delta",
    "estimate",
    "glm",
    "independence",
    "margins",
]
