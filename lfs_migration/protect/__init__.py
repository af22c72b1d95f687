"""Disclosure control: which figures are hidden so that nobody can be recognised, in all tables together."""

from lfs_migration.protect.perturbed import seed_for
from lfs_migration.protect.protect import is_confidential, protect

__all__ = ["is_confidential", "protect", "seed_for"]
