"""Survey weights. The office's own are taken as they are given, and checked."""

from lfs_migration.weights.given import weigh

__all__ = ["weigh"]
