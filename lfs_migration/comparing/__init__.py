"""Figures set beside figures: of countries, of rounds, and of sources outside the survey.

What is not the same is said, never evened out: definitions that differ stand in the notes, a code that one side does
not have stays absent, and a figure that is suppressed takes part in nothing.
"""

from lfs_migration.comparing.countries import Comparison, Line, side_by_side
from lfs_migration.comparing.coverage import Coverage, CoverageRow, coverage
from lfs_migration.comparing.definitions import choices_made, differing
from lfs_migration.comparing.outside import Outside, OutsideFigure, read_outside
from lfs_migration.comparing.overlap import Influence, Overlap, influence
from lfs_migration.comparing.rounds import Change, Changes, changes

__all__ = [
    "Change",
    "Changes",
    "Comparison",
    "Coverage",
    "CoverageRow",
    "Influence",
    "Line",
    "Outside",
    "OutsideFigure",
    "Overlap",
    "changes",
    "choices_made",
    "coverage",
    "differing",
    "influence",
    "read_outside",
    "side_by_side",
]
