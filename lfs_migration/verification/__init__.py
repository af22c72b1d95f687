"""Proof of a publication: that its files are those that were published, and that the same survey gives them again."""

from lfs_migration.verification.publications import Problem, Publication, Verification, verify
from lfs_migration.verification.reproduction import Compared, Reproduction, reproduce

__all__ = ["Compared", "Problem", "Publication", "Reproduction", "Verification", "reproduce", "verify"]
