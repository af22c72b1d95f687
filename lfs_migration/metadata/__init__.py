"""What follows from a codebook: pages, metadata, lists, label scripts, forms and paper questionnaires."""

from lfs_migration.metadata.export import WRITERS, export

__all__ = ["WRITERS", "export"]
