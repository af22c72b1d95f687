"""Checks harmonised records against the codebook. The result is a table of findings, never an exception half-way."""

from lfs_migration.validate.accepted import accept
from lfs_migration.validate.schema import schema
from lfs_migration.validate.validate import validate

__all__ = ["accept", "schema", "validate"]
