"""Who judges a rule of which kind."""

from __future__ import annotations

from lfs_migration.model.rules import (
    Bounds,
    Change,
    Condition,
    Constant,
    Digits,
    Duplicate,
    Effect,
    Heaping,
    Nonresponse,
    Outlier,
    Pair,
    Pointer,
    Required,
    Round,
    Rule,
    Sequence,
    Share,
    Similar,
    Straight,
    Workload,
)
from lfs_migration.validate import digits, duplicates, groups, households, likeness, outliers, rounds, rows
from lfs_migration.validate.judged import Judge

JUDGES: dict[type[Rule], Judge] = {
    Condition: rows.condition,
    Bounds: rows.bounds,
    Required: rows.required,
    Straight: rows.straight,
    Outlier: outliers.outlier,
    Heaping: digits.heaping,
    Digits: digits.digits,
    Nonresponse: groups.nonresponse,
    Effect: groups.effect,
    Workload: groups.workload,
    Share: groups.share,
    Pair: households.pair,
    Pointer: households.pointer,
    Sequence: households.sequence,
    Constant: households.constant,
    Duplicate: duplicates.duplicate,
    Similar: likeness.similar,
    Round: rounds.between,
    Change: rounds.change,
}
