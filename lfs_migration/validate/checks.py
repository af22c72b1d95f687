"""The checks: each gives the rows of a record that fail it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lfs_migration.catalog import Computable
from lfs_migration.errors import LfsMigrationError
from lfs_migration.expr import parse
from lfs_migration.frames import Records, numbered, to_pandas
from lfs_migration.model.codebook import Codebook, Severity, Variable
from lfs_migration.model.country import Edition
from lfs_migration.model.design import Design
from lfs_migration.validate.routing import Routing
from lfs_migration.validate.schema import quiet, schema

Rows = NDArray[np.int64]
MESSAGES = {
    "codes": "Not a code of the list",
    "range": "Outside the allowed range",
    "pattern": "Not written as it must be",
}
"""What the checks of a variable by itself say."""


@dataclass(frozen=True)
class Failure:
    """Rows of a record that fail one check.

    Parameters
    ----------
    rule, severity, record : str
    variables : tuple of str
        Shown with their values.
    rows : integer array
    checked : int
        Rows that the check judged.
    message, remedy : str
    """

    rule: str
    severity: Severity
    record: str
    variables: tuple[str, ...]
    rows: Rows
    checked: int
    message: str
    remedy: str


def columns(records: Records, codebook: Codebook) -> Iterator[Failure]:
    """Check codes and ranges, by the record's pandera schema."""
    from pandera.errors import SchemaErrors

    for record, frame in records.frames.items():
        wanted = schema(record, codebook)
        failed: dict[tuple[str, str], Rows] = {}
        try:
            with quiet():
                wanted.validate(to_pandas(frame), lazy=True)
        except SchemaErrors as errors:
            for (name, check), group in errors.failure_cases.groupby(["column", "check"], sort=True):
                if check not in MESSAGES:
                    raise LfsMigrationError(f"{name} cannot be checked", detail=str(check)) from errors
                failed[str(name), str(check)] = np.sort(group["index"].to_numpy(dtype=np.int64))
        judged = [(n, check.error) for n, column in wanted.columns.items() for check in column.checks]
        for name, check in (one for one in judged if one[0] in frame.columns):
            yield _failure(
                check, record, (name,), failed.get((name, check), []), len(frame), f"{MESSAGES[check]}: {name}",
                "Check the answer in the questionnaire",
            )  # fmt: skip


def keys(records: Records, codebook: Codebook) -> Iterator[Failure]:
    """Find rows without a key, with another's key, or without a parent."""
    for record, frame in records.frames.items():
        key = codebook.records[record].key
        number = numbered(frame, key)
        blank = np.flatnonzero(number < 0)
        twice = np.flatnonzero((number >= 0) & (np.bincount(number + 1)[number + 1] > 1))
        yield _failure("missing_key", record, key, blank, len(frame), "The key is not complete", "Fill the identifiers")
        yield _failure(
            "duplicate_key", record, key, twice, len(frame), "Several rows have the same key", "Keep the right one"
        )
        if records.parent(record) is not None:
            orphans = np.flatnonzero(records.link(record) < 0)
            yield _failure(
                "orphan", record, key[:1], orphans, len(frame),
                f"No {records.parent(record)} has this key; the row is in no estimate",
                f"Correct the identifier, or add the {records.parent(record)}",
            )  # fmt: skip


def _failure(
    rule: str, record: str, variables: tuple[str, ...], rows: Any, checked: int, message: str, remedy: str
) -> Failure:
    return Failure(rule, "error", record, variables, np.array(rows, dtype=np.int64), checked, message, remedy)


def design(records: Records, chosen: Design) -> Iterator[Failure]:
    """Find weights that are missing, negative or zero, and strata and units that are missing."""
    home = records.record_of(chosen.weight)
    weights = {home: chosen.weight, **chosen.record_weights}
    for record, name in weights.items():
        weight = records.floats(name, record)
        bad = np.flatnonzero(~(weight >= 0))
        yield Failure("weight", "error", record, (name,), bad, len(weight), "The weight is missing or negative",
                      "Mend it: nothing can be estimated")  # fmt: skip
        yield Failure("zero_weight", "warning", record, (name,), np.flatnonzero(weight == 0), len(weight),
                      "The weight is zero: the row counts for nothing", "Check that this is meant")  # fmt: skip
    for name in filter(None, (chosen.stratum, *chosen.units)):
        blank = np.flatnonzero(numbered(records.frames[home], [name]) < 0)
        yield Failure("design", "error", home, (name,), blank, len(records.frames[home]),
                      f"{name} is missing", "Mend it: nothing can be estimated")  # fmt: skip


def routing(records: Records, codebook: Codebook, edition: Edition) -> Iterator[Failure]:
    """Find questions answered by whom they were not for, and left empty by whom they were for.

    Judged are the rows that the module is about, where it is known who is asked: see :class:`Routing`.
    """
    computable, routes = Computable(codebook, edition), Routing(records, codebook, edition)
    for record, mapped in edition.records.items():
        kind = codebook.records[record]
        about = "" if computable.expression(kind.scope, record) else kind.scope
        for name in mapped.variables:
            if codebook.variables[name].record != record or name in kind.key or not routes.known(name):
                continue
            scope = "" if name in parse(about or "True").names else about
            asked = np.where(records.truth(scope, record) == 1, routes.asked(name), -1)
            yield from _routing(records, codebook.variables[name], asked)


def _routing(records: Records, variable: Variable, asked: NDArray[np.int8]) -> Iterator[Failure]:
    record, name = variable.record, variable.name
    blank = records.truth(f"blank({name})", record) == 1
    universe = variable.universe or "everyone"
    yield Failure(
        "routing_answered", "error", record, (name,), np.flatnonzero((asked == 0) & ~blank), len(asked),
        f"{name} is answered, but the question is only for: {universe}", "Check the answers that lead to the question",
    )  # fmt: skip
    yield Failure(
        "routing_blank", "error", record, (name,), np.flatnonzero((asked == 1) & blank), len(asked),
        f"{name} is empty, but the question is for: {universe}", "Enter the answer, or the code for an absent one",
    )  # fmt: skip


def rules(records: Records, codebook: Codebook, edition: Edition) -> Iterator[Failure]:
    """Apply the codebook's rules between variables; where a rule is unknown it has no opinion."""
    computable = Computable(codebook, edition)
    for rule in codebook.rules.values():
        reason = computable.expression(rule.when, rule.record) or computable.expression(rule.check, rule.record)
        if reason or rule.record not in records.frames:
            continue
        judged = records.truth(rule.when, rule.record) == 1
        failed = judged & (records.truth(rule.check, rule.record) == 0)
        yield Failure(
            rule.id, rule.severity, rule.record, rule.variables, np.flatnonzero(failed), int(judged.sum()),
            rule.label["en"], rule.remedy["en"],
        )  # fmt: skip
