"""From native files to the codebook's records: read, recode, correct, derive.

What matched nothing is counted, never dropped.
"""

from lfs_migration.harmonise.correcting import correct
from lfs_migration.harmonise.harmonise import derive, harmonise
from lfs_migration.harmonise.reading import read

__all__ = ["correct", "derive", "harmonise", "read"]
