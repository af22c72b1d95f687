"""The one door to the YAML files: finds, loads, checks and cross-checks them."""

from lfs_migration.catalog.codebooks import (
    choices,
    files_of,
    load_codebook,
    load_indicators,
    load_profile,
    load_standards,
    missing_sets,
)
from lfs_migration.catalog.computable import Computable, Computed, computed, derivation_order
from lfs_migration.catalog.editions import countries, load_country
from lfs_migration.catalog.places import folder, modules
from lfs_migration.catalog.plain import plain_edition
from lfs_migration.catalog.planted import load_planted
from lfs_migration.catalog.problems import problems
from lfs_migration.catalog.questionnaires import load_questionnaire, questionnaires
from lfs_migration.catalog.remarks import remarks
from lfs_migration.catalog.routes import questionnaire_remarks

__all__ = [
    "Computable",
    "Computed",
    "choices",
    "computed",
    "countries",
    "derivation_order",
    "files_of",
    "folder",
    "load_codebook",
    "load_country",
    "load_indicators",
    "load_planted",
    "load_profile",
    "load_questionnaire",
    "load_standards",
    "missing_sets",
    "modules",
    "plain_edition",
    "problems",
    "questionnaire_remarks",
    "questionnaires",
    "remarks",
]
