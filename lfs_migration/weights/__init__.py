"""Survey weights: from selection probabilities, by way of non-response, trimming and known totals, to the final weight.

The office's own weights are taken as they are given, and checked. A recipe, in the country's file, names the steps.
"""

from lfs_migration.weights.base import base_weights
from lfs_migration.weights.calibrate import calibrate
from lfs_migration.weights.diagnose import Diagnostic, diagnose
from lfs_migration.weights.given import weigh
from lfs_migration.weights.known import Known, known_totals
from lfs_migration.weights.nonresponse import adjust_nonresponse
from lfs_migration.weights.persons import given_weights, person_weights, reference_person
from lfs_migration.weights.recipe import carried, follow, needs_addresses
from lfs_migration.weights.replicate import replicate, replicate_weights
from lfs_migration.weights.shared import multiplicity
from lfs_migration.weights.trim import trim

__all__ = [
    "Diagnostic",
    "Known",
    "adjust_nonresponse",
    "base_weights",
    "calibrate",
    "carried",
    "diagnose",
    "follow",
    "given_weights",
    "known_totals",
    "multiplicity",
    "needs_addresses",
    "person_weights",
    "reference_person",
    "replicate",
    "replicate_weights",
    "trim",
    "weigh",
]
