"""Checks that need no rule: what the variables, the keys and the design say of themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lfs_migration.catalog import Computable
from lfs_migration.errors import LfsMigrationError
from lfs_migration.expr import parse
from lfs_migration.frames import Records, numbered, to_pandas
from lfs_migration.model.codebook import Codebook, Variable
from lfs_migration.model.country import Edition
from lfs_migration.model.design import Design
from lfs_migration.model.rules import Rule, Severity
from lfs_migration.validate.judged import Judged, Rows, Verdict
from lfs_migration.validate.routing import Routing
from lfs_migration.validate.schema import quiet, schema

MESSAGES = {
    "codes": "Not a code of the list",
    "range": "Outside the allowed range",
    "pattern": "Not written as it must be",
}
"""What the checks of a variable by itself say."""


def columns(records: Records, codebook: Codebook) -> Iterator[Verdict]:
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
            label, remedy = f"{MESSAGES[check]}: {name}", "Check the answer in the questionnaire"
            yield _verdict(check, record, (name,), failed.get((name, check), []), len(frame), label, remedy)


def keys(records: Records, codebook: Codebook) -> Iterator[Verdict]:
    """Find rows without a key, with another's key, or without a parent."""
    for record, frame in records.frames.items():
        key = codebook.records[record].key
        number = numbered(frame, key)
        blank = np.flatnonzero(number < 0)
        twice = np.flatnonzero((number >= 0) & (np.bincount(number + 1)[number + 1] > 1))
        yield _verdict("missing_key", record, key, blank, len(frame), "The key is not complete", "Fill the identifiers")
        yield _verdict(
            "duplicate_key", record, key, twice, len(frame), "Several rows have the same key", "Keep the right one"
        )
        if records.parent(record) is not None:
            orphans = np.flatnonzero(records.link(record) < 0)
            yield _verdict(
                "orphan", record, key[:1], orphans, len(frame),
                f"No {records.parent(record)} has this key; the row is in no estimate",
                f"Correct the identifier, or add the {records.parent(record)}",
            )  # fmt: skip


def design(records: Records, chosen: Design) -> Iterator[Verdict]:
    """Find weights that are missing, negative or zero, and strata and units that are missing."""
    home = records.record_of(chosen.weight)
    weights = {home: chosen.weight, **chosen.record_weights}
    for record, name in weights.items():
        weight, mend = records.floats(name, record), "Mend it: nothing can be estimated"
        bad, zero = np.flatnonzero(~(weight >= 0)), np.flatnonzero(weight == 0)
        yield _verdict("weight", record, (name,), bad, len(weight), "The weight is missing or negative", mend)
        label, check = "The weight is zero: the row counts for nothing", "Check that this is meant"
        yield _verdict("zero_weight", record, (name,), zero, len(weight), label, check, "warning")
    for name in filter(None, (chosen.stratum, *chosen.units)):
        blank = np.flatnonzero(numbered(records.frames[home], [name]) < 0)
        label, mend = f"{name} is missing", "Mend it: nothing can be estimated"
        yield _verdict("design", home, (name,), blank, len(records.frames[home]), label, mend)


def routing(records: Records, codebook: Codebook, edition: Edition) -> Iterator[Verdict]:
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


def _routing(records: Records, variable: Variable, asked: NDArray[np.int8]) -> Iterator[Verdict]:
    record, name = variable.record, variable.name
    blank = records.truth(f"blank({name})", record) == 1
    universe = variable.universe or "everyone"
    for rule, judged, wrong, label, remedy in (
        ("routing_answered", asked == 0, ~blank, f"{name} is answered, but the question is only for: {universe}",
         "Check the answers that lead to the question"),
        ("routing_blank", asked == 1, blank, f"{name} is empty, but the question is for: {universe}",
         "Enter the answer, or the code for an absent one"),
    ):  # fmt: skip
        rows = np.flatnonzero(judged & wrong)
        unknown = int((asked < 0).sum())
        yield _verdict(rule, record, (name,), rows, int(judged.sum()), label, remedy, unknown=unknown)


def _verdict(  # noqa: PLR0913, PLR0917
    rule: str, record: str, variables: tuple[str, ...], rows: Any, judged: int, label: str, remedy: str,
    severity: Severity = "error", unknown: int = 0,
) -> Verdict:  # fmt: skip
    about = Rule(kind=rule, id=rule, record=record, severity=severity, label={"en": label}, variables=variables,
                 remedy={"en": remedy}, reference="")  # fmt: skip
    failed = np.array(rows, dtype=np.int64)
    return about, Judged(failed, judged - len(failed), unknown)
