"""Who judges a rule of which kind."""

from __future__ import annotations

from lfs_migration.model.rules import Condition, Rule
from lfs_migration.validate import rows
from lfs_migration.validate.judged import Judge

JUDGES: dict[type[Rule], Judge] = {
    Condition: rows.condition,
}
