"""The road of comparisons: from the files of surveys to their figures side by side, in lines and in a CSV file."""

from lfs_migration.comparison.verbs import compare_countries, compare_rounds, compare_with

__all__ = ["compare_countries", "compare_rounds", "compare_with"]
