"""A valid synthetic survey from a codebook, a country's map and published facts, with a few planted errors."""

from lfs_migration.synth.errors import Planted
from lfs_migration.synth.generate import generate

__all__ = ["Planted", "generate"]
