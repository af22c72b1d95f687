"""Indicators to labelled tables, each figure with its standard error, sample size and quality flag."""

from lfs_migration.tabulate.ad_hoc import table, tabulate_indicators
from lfs_migration.tabulate.tabulate import tabulate

__all__ = ["table", "tabulate", "tabulate_indicators"]
