"""The public names with their types, for editors and type checkers.

At run time :mod:`lfs_migration` imports each name from its folder when it is first used; this module says the same to
tools that do not run code. A test compares the two lists.
"""

from lfs_migration.catalog import load_accepted, load_codebook, load_corrections, load_country, load_indicators
from lfs_migration.comparison import compare_countries, compare_rounds, compare_with
from lfs_migration.errors import LfsMigrationError
from lfs_migration.estimate import (
    Concentration,
    Count,
    Difference,
    Mean,
    MultipleResponse,
    Proportion,
    Quantile,
    Ratio,
    Share,
    Total,
    compare,
    dataset,
    delta,
    estimate,
    glm,
    independence,
    margins,
)
from lfs_migration.explain import explain
from lfs_migration.frames import Engine
from lfs_migration.harmonise import correct, derive, harmonise, read
from lfs_migration.model.dataset import Dataset
from lfs_migration.model.decisions import Accepted, Correction
from lfs_migration.model.design import Design, Replicates
from lfs_migration.model.indicator import Part
from lfs_migration.model.protection import ProtectionRules
from lfs_migration.model.response import Cells, Outcomes, Propensity, ToSample
from lfs_migration.protect import protect
from lfs_migration.publish import publish, write_findings
from lfs_migration.publish.papers.charts import plot, save_chart
from lfs_migration.publish.papers.latex import to_latex, write_latex
from lfs_migration.publish.papers.notebook import to_html
from lfs_migration.publish.papers.word import write_docx
from lfs_migration.tabulate import table, tabulate
from lfs_migration.validate import accept, schema, validate
from lfs_migration.verification import reproduce, verify
from lfs_migration.weights import (
    adjust_nonresponse,
    base_weights,
    calibrate,
    diagnose,
    given_weights,
    multiplicity,
    person_weights,
    reference_person,
    replicate,
    replicate_weights,
    trim,
    weigh,
)

__all__ = [
    "Accepted",
    "Cells",
    "Concentration",
    "Correction",
    "Count",
    "Dataset",
    "Design",
    "Difference",
    "Engine",
    "LfsMigrationError",
    "Mean",
    "MultipleResponse",
    "Outcomes",
    "Part",
    "Propensity",
    "Proportion",
    "ProtectionRules",
    "Quantile",
    "Ratio",
    "Replicates",
    "Share",
    "ToSample",
    "Total",
    "accept",
    "adjust_nonresponse",
    "base_weights",
    "calibrate",
    "compare",
    "compare_countries",
    "compare_rounds",
    "compare_with",
    "correct",
    "dataset",
    "delta",
    "derive",
    "diagnose",
    "estimate",
    "explain",
    "given_weights",
    "glm",
    "harmonise",
    "independence",
    "load_accepted",
    "load_codebook",
    "load_corrections",
    "load_country",
    "load_indicators",
    "margins",
    "multiplicity",
    "person_weights",
    "plot",
    "protect",
    "publish",
    "read",
    "reference_person",
    "replicate",
    "replicate_weights",
    "reproduce",
    "save_chart",
    "schema",
    "table",
    "tabulate",
    "to_html",
    "to_latex",
    "trim",
    "validate",
    "verify",
    "weigh",
    "write_docx",
    "write_findings",
    "write_latex",
]
