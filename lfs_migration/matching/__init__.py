"""Suggests how an office's files become a module's records: a first country file, to be looked over and completed.

:func:`propose` reads data files or CSPro dictionaries and compares their names, labels, codes, values, blanks and
structure with the codebook; :func:`write` writes what it suggests as YAML, each suggestion with its evidence and score,
and what is still open. Nothing is learned and nothing is hidden: :mod:`lfs_migration.matching.scoring` has the formula.
"""

from lfs_migration.matching.draft import draft, write
from lfs_migration.matching.nouns import Candidate, CodeMatch, Evidence, Match, Open, RecordMatch
from lfs_migration.matching.propose import Proposal, propose

__all__ = [
    "Candidate",
    "CodeMatch",
    "Evidence",
    "Match",
    "Open",
    "Proposal",
    "RecordMatch",
    "draft",
    "propose",
    "write",
]
