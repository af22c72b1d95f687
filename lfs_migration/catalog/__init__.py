"""The one door to the YAML files: finds, loads, checks and cross-checks them."""

from lfs_migration.catalog.adhoc import AdHoc, Dimensions, ad_hoc
from lfs_migration.catalog.checks.computable import Computable, Computed, computed, derivation_order
from lfs_migration.catalog.checks.problems import problems
from lfs_migration.catalog.checks.remarks import remarks
from lfs_migration.catalog.checks.routes import questionnaire_remarks
from lfs_migration.catalog.codebooks import (
    files_of,
    load_codebook,
    load_profile,
    load_protection,
    load_standards,
    missing_sets,
)
from lfs_migration.catalog.decisions import load_accepted, load_corrections
from lfs_migration.catalog.editions import countries, edition_of, load_country
from lfs_migration.catalog.export_plans import load_exports
from lfs_migration.catalog.indicators import choices, load_indicators
from lfs_migration.catalog.own_tables import OwnTables, load_tables
from lfs_migration.catalog.places import folder, modules
from lfs_migration.catalog.plain import plain_edition
from lfs_migration.catalog.planted import load_planted
from lfs_migration.catalog.profiles import load_profile_page
from lfs_migration.catalog.projects import find_projects, load_project
from lfs_migration.catalog.questionnaires import load_questionnaire, questionnaires
from lfs_migration.catalog.report_plans import load_report_plan
from lfs_migration.catalog.shapes import load_shapes

__all__ = [
    "AdHoc",
    "Computable",
    "Computed",
    "Dimensions",
    "OwnTables",
    "ad_hoc",
    "choices",
    "computed",
    "countries",
    "derivation_order",
    "edition_of",
    "files_of",
    "find_projects",
    "folder",
    "load_accepted",
    "load_codebook",
    "load_corrections",
    "load_country",
    "load_exports",
    "load_indicators",
    "load_planted",
    "load_profile",
    "load_profile_page",
    "load_project",
    "load_protection",
    "load_questionnaire",
    "load_report_plan",
    "load_shapes",
    "load_standards",
    "load_tables",
    "missing_sets",
    "modules",
    "plain_edition",
    "problems",
    "questionnaire_remarks",
    "questionnaires",
    "remarks",
]
