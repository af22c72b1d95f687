"""How a published figure was made: from the answers, codes, rules and weights to its value."""

from lfs_migration.explain.explain import explain
from lfs_migration.explain.nouns import Explanation

__all__ = ["Explanation", "explain"]
