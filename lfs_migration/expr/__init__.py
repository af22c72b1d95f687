"""The rule language of the YAML files: a small, checked part of Python's expressions.

An expression is parsed once with :mod:`ast`, refused if it holds anything outside the list below, and then built
for whatever holds the data through a :class:`Scope`. Nothing is ever evaluated as Python code.

Allowed: names, numbers, strings, ``True``, ``False``, ``None`` (unknown), ``+ - * / //``, comparisons (chained too),
``in`` and ``not in`` a list, ``and``, ``or``, ``not``, ``a if condition else b``, and the functions named in
:data:`FUNCTIONS`, :data:`ABOUT` and :data:`AGGREGATES`.

A rule that compares two rows calls the answers of the second one ``other.per_age``, and those of the same row in the
round before ``before.per_age``.

Missing is its own truth value: a comparison with an unknown value is unknown, and ``and``, ``or`` and ``not`` follow
Kleene's strong logic (Kleene 1952, section 64): ``unknown and False`` is ``False``, ``unknown or True`` is ``True``.
"""

from lfs_migration.expr.language import Expression, Scope, parse
from lfs_migration.expr.values import evaluate
from lfs_migration.expr.words import ABOUT, AGGREGATES, FUNCTIONS, MAX_DEPTH, MAX_LENGTH, SIDES

__all__ = [
    "ABOUT",
    "AGGREGATES",
    "FUNCTIONS",
    "MAX_DEPTH",
    "MAX_LENGTH",
    "SIDES",
    "Expression",
    "Scope",
    "evaluate",
    "parse",
]
