"""A valid synthetic survey from a codebook, a country's map and published facts, with a few planted errors."""

from lfs_migration.synth.generate import generate
from lfs_migration.synth.plan import Planted

__all__ = ["Planted", "generate"]
