"""Rules: what a survey's answers are checked for, beyond what each variable says of itself.

A rule is data: an id, a severity, a label and a remedy in each language, a reference, and what is checked. What is
checked is one of some twenty kinds. Rules of a row (:class:`Condition`, :class:`Bounds` ...) judge each row of their
record: it passes, it fails, or what it would take to judge it is unknown. Rules of a household (:class:`Pair`,
:class:`Pointer` ...) set rows against other rows. Rules of a file (:class:`Heaping`, :class:`Effect` ...) judge what
many rows show together, such as the rows of one interviewer.

In the expressions of rules that set two rows against each other the second row's answers are called ``other.per_age``,
and those of the same row in the round before ``before.per_age``.
"""

from __future__ import annotations

from typing import get_args

from lfs_migration.model.rules.many import Change, Digits, Effect, Heaping, Nonresponse, Outlier, Share, Workload
from lfs_migration.model.rules.others import Constant, Duplicate, Pair, Pointer, Round, Sequence, Similar
from lfs_migration.model.rules.rows import Bounds, Condition, Required, Straight
from lfs_migration.model.rules.rule import Rule, Severity

__all__ = [
    "KINDS",
    "AnyRule",
    "Bounds",
    "Change",
    "Condition",
    "Constant",
    "Digits",
    "Duplicate",
    "Effect",
    "Heaping",
    "Nonresponse",
    "Outlier",
    "Pair",
    "Pointer",
    "Required",
    "Round",
    "Rule",
    "Sequence",
    "Severity",
    "Share",
    "Similar",
    "Straight",
    "Workload",
]

AnyRule = (
    Condition
    | Bounds
    | Required
    | Straight
    | Pair
    | Pointer
    | Sequence
    | Constant
    | Duplicate
    | Similar
    | Outlier
    | Heaping
    | Digits
    | Nonresponse
    | Effect
    | Workload
    | Share
    | Round
    | Change
)
KINDS: dict[str, type[Rule]] = {kind.model_fields["kind"].default: kind for kind in get_args(AnyRule)}
"""The kinds of rules by name; a rule that names none is a ``condition``."""
