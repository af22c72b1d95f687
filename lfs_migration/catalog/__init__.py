"""The one door to the YAML files: finds, loads, checks and cross-checks them."""

from lfs_migration.catalog.codebooks import (
    choices,
    files_of,
    load_codebook,
    load_indicators,
    load_profile,
    load_standards,
)
from lfs_migration.catalog.computable import Computable, derivation_order, problems
from lfs_migration.catalog.editions import countries, load_country
from lfs_migration.catalog.places import folder, modules
from lfs_migration.catalog.plain import plain_edition
from lfs_migration.catalog.questionnaires import load_questionnaire, questionnaires

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
    "load_questionnaire",
    "load_standards",
    "modules",
    "plain_edition",
    "problems",
    "questionnaires",
]
