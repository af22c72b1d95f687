"""The sample behind a data set: its units, the weight of each row, the cells of a table, the rows behind a figure."""

from lfs_migration.sample.cells import By, Cells, cells
from lfs_migration.sample.facts import Weighted
from lfs_migration.sample.ordered import Ordered
from lfs_migration.sample.rows import Rows
from lfs_migration.sample.sample import Sample
from lfs_migration.sample.units import psus, settled

__all__ = ["By", "Cells", "Ordered", "Rows", "Sample", "Weighted", "cells", "psus", "settled"]
