"""The one door to the YAML files: finds, loads, checks and cross-checks them."""

from lfs_migration.catalog.codebooks import (
    choices,
    countries,
    files_of,
    folder,
    load_codebook,
    load_country,
    load_indicators,
    load_profile,
)
from lfs_migration.catalog.computable import Computable, derivation_order, problems

__all__ = [
    "Computable",
    "choices",
    "countries",
    "derivation_order",
    "files_of",
    "folder",
    "load_codebook",
    "load_country",
    "load_indicators",
    "load_profile",
    "problems",
]
