"""Rules that judge each row by itself."""

from __future__ import annotations

from lfs_migration.model.rules import Condition
from lfs_migration.validate.judged import Context, Judged


def condition(rule: Condition, context: Context) -> Judged:
    """Judge the rows that a rule is about by its expression; where that is unknown it has no opinion."""
    about = context.records.truth(rule.when, rule.record) == 1
    return Judged.of(context.records.truth(rule.check, rule.record), about)
