"""The one door to the YAML files: finds, loads, checks and cross-checks them."""

from lfs_migration.catalog.checks.computable import Computable, Computed, computed, derivation_order
from lfs_migration.catalog.checks.problems import problems
from lfs_migration.catalog.checks.remarks import remarks
from lfs_migration.catalog.checks.routes import questionnaire_remarks
from lfs_migration.catalog.codebooks import (
    choices,
    files_of,
    load_codebook,
    load_indicators,
    load_profile,
    load_standards,
    missing_sets,
)
from lfs_migration.catalog.decisions import load_accepted, load_corrections
from lfs_migration.catalog.editions import countries, edition_of, load_country
from lfs_migration.catalog.places import folder, modules
from lfs_migration.catalog.plain import plain_edition
from lfs_migration.catalog.planted import load_planted
from lfs_migration.catalog.questionnaires import load_questionnaire, questionnaires

__all__ = [
    "Computable",
    "Computed",
    "choices",
    "computed",
    "countries",
    "derivation_order",
    "edition_of",
    "files_of",
    "folder",
    "load_accepted",
    "load_codebook",
    "load_corrections",
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
