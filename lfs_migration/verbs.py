"""The public names with their types, for editors and type checkers.

At run time :mod:`lfs_migration` imports each name from its folder when it is first used; this module says the same to
tools that do not run code. A test compares the two lists.
"""

from lfs_migration.catalog import load_codebook, load_country, load_indicators
from lfs_migration.errors import LfsMigrationError
from lfs_migration.estimate import (
    Count,
    Mean,
    Proportion,
    Quantile,
    Ratio,
    Share,
    Total,
    compare,
    dataset,
    delta,
    estimate,
    glm,
    independence,
    margins,
    replicate,
)
from lfs_migration.harmonise import derive, harmonise, read
from lfs_migration.model.dataset import Dataset
from lfs_migration.model.design import Design, Replicates
from lfs_migration.model.indicator import Part
from lfs_migration.publish import publish
from lfs_migration.tabulate import tabulate
from lfs_migration.validate import schema, validate
from lfs_migration.weights import weigh

__all__ = [
    "Count",
    "Dataset",
    "Design",
    "LfsMigrationError",
    "Mean",
    "Part",
    "Proportion",
    "Quantile",
    "Ratio",
    "Replicates",
    "Share",
    "Total",
    "compare",
    "dataset",
    "delta",
    "derive",
    "estimate",
    "glm",
    "harmonise",
    "independence",
    "load_codebook",
    "load_country",
    "load_indicators",
    "margins",
    "publish",
    "read",
    "replicate",
    "schema",
    "tabulate",
    "validate",
    "weigh",
]
