"""Checks that need no rule: what the variables, the keys and the design say of themselves, household by household."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from lfs_migration.expr import parse
from lfs_migration.frames import Records, numbered
from lfs_migration.frames.keys import repeated
from lfs_migration.model.codebook import Codebook, Variable
from lfs_migration.model.country import Edition
from lfs_migration.model.design import Design
from lfs_migration.model.rules import Rule
from lfs_migration.validate.judged import Context, Judged, Pattern, Verdict
from lfs_migration.validate.running import across
from lfs_migration.validate.schema import failures
from lfs_migration.validate.words import SAID, said


def columns(records: Records, codebook: Codebook) -> Iterator[Verdict]:
    """Check codes, ranges and patterns, by the record's pandera schema; of a blank nothing is known."""
    for record in records.frames:
        for (name, check), rows in failures(records, record, codebook).items():
            blank = records.column(name, record).null_count
            yield verdict(check, record, (name,), rows, records.size(record) - blank, blank, name=name)


def keys(records: Records, codebook: Codebook) -> Iterator[Verdict]:
    """Find rows without a key, with another's key, or without a parent."""
    for record, frame in records.frames.items():
        key, size, parent = codebook.records[record].key, len(frame), records.parent(record)
        blank, twice = repeated(frame, key)
        yield verdict("missing_key", record, key, blank, size)
        yield verdict("duplicate_key", record, key, twice, size - len(blank), len(blank))
        if parent is not None:
            orphans = np.flatnonzero(records.link(record) < 0)
            yield verdict("orphan", record, key[:1], orphans, size, parent=parent)


def residents(records: Records, codebook: Codebook, edition: Edition, weight: str) -> Iterator[Verdict]:
    """Find households without any resident, where the residents of all households are in the data.

    Judged are the households with a weight above zero: one that was not interviewed has none, and no resident either.
    """
    child = codebook.residents
    if child not in records.frames or edition.records[child].covers != "all" or not codebook.records[child].parent:
        return
    home = records.parent(child)
    if home is None or weight not in records.frames[home].columns:
        return
    weights, link = records.floats(weight, home), records.link(child)
    rows = np.bincount(link[link >= 0], minlength=len(weights))
    counted, unknown = weights > 0, int(np.isnan(weights).sum())
    lost = np.flatnonzero(counted & (rows == 0))
    yield verdict("no_rows", home, codebook.records[home].key, lost, int(counted.sum()), unknown, child=child)


def design(records: Records, codebook: Codebook, chosen: Design) -> Iterator[Verdict]:
    """Find weights that are missing, negative or zero, or differ where they must not, and absent strata and units."""
    home = records.record_of(chosen.weight)
    weights = {home: chosen.weight, **chosen.record_weights}
    for record, name in weights.items():
        weight = records.floats(name, record)
        known = weight >= 0
        yield verdict("weight", record, (name,), np.flatnonzero(~known), len(weight))
        zero, unknown = np.flatnonzero(weight == 0), int((~known).sum())
        yield verdict("zero_weight", record, (name,), zero, len(weight) - unknown, unknown)
    yield from _differing(records, codebook, home, chosen.weight)
    for name in filter(None, (chosen.stratum, *chosen.units)):
        blank = np.flatnonzero(records.truth(f"blank({name})", home) == 1)
        yield verdict("design", home, (name,), blank, records.size(home), name=name)


def _differing(records: Records, codebook: Codebook, record: str, weight: str) -> Iterator[Verdict]:
    """Find rows of one household whose weights differ, where the codebook says that the weight is the household's."""
    variable = codebook.variables.get(weight)
    owner = record if variable is None else variable.record
    if codebook.records[owner].parent is not None:
        return
    key, weights = codebook.records[owner].key, records.floats(weight, record)
    blank, twice = repeated(records.frames[record], key)
    unknown = np.isnan(weights)
    unknown[blank] = True
    number = np.full(len(weights), -1) if not len(twice) else numbered(records.frames[record], key)
    known = (number >= 0) & ~unknown
    size = int(number.max(initial=-1)) + 1
    low, high = np.full(size, np.inf), np.full(size, -np.inf)
    np.minimum.at(low, number[known], weights[known])
    np.maximum.at(high, number[known], weights[known])
    rows = np.flatnonzero(known & (low < high)[number]) if size else np.zeros(0, dtype=np.int64)
    doubtful = int(unknown.sum())
    shown = (*key, weight)
    yield verdict("weight_differs", record, shown, rows, len(weights) - doubtful, doubtful, home=owner)


def units(records: Records, chosen: Design, edition: Edition) -> Iterator[Verdict]:
    """Find sampling units that are in two strata, and strata with a single unit: it takes the whole file to say.

    A unit's number may be that of another unit in another stratum, where each stratum numbers its units anew. So it is
    in two strata only where the design says that numbers are not given anew, or where all but one unit in twenty are
    in one stratum: then the numbers are evidently of the whole file. Where the file holds only who has something to
    report, other units of a stratum may have had nothing, and no stratum is known to have a single unit.
    """
    if chosen.stratum is None or not chosen.units:
        return
    home = records.record_of(chosen.weight)
    (h, strata), (i, numbers) = records.factor(chosen.stratum, home), records.factor(chosen.units[0], home)
    known = (h >= 0) & (i >= 0)
    pairs, count = np.unique(h[known] * max(len(numbers), 1) + i[known], return_counts=True)
    stratum, unit = np.divmod(pairs, max(len(numbers), 1))
    yield _astray(home, chosen, (h, i, known), (stratum, unit, count))
    single = np.flatnonzero(np.bincount(stratum, minlength=len(strata)) == 1)
    found = tuple(
        Pattern(str(numbers[unit[stratum == one][0]]), {chosen.stratum: str(strata[one])}, chosen.units[0])
        for one in single
    )
    rule, held = builtin("single_psu", home, (chosen.units[0],)), edition.records.get(home)
    none, several = np.zeros(0, dtype=np.int64), len(np.unique(stratum)) - len(single)
    if held is not None and held.covers == "reporting":
        yield rule, Judged(none, several, len(found))
    else:
        yield rule, Judged(none, several, 0, patterns=found)


def _astray(home: str, chosen: Design, rows: tuple[Any, ...], pairs: tuple[Any, ...]) -> Verdict:
    """Judge whether units are in one stratum each; the rows fail that are not in the stratum of most of their unit."""
    (h, i, known), (stratum, unit, count) = rows, pairs
    most, others = np.zeros(int(unit.max(initial=-1)) + 1, dtype=np.int64), np.bincount(unit)
    np.maximum.at(most, unit, count)
    several = others > 1
    astray = several[unit] & ((count < most[unit]) | (np.bincount(unit, count == most[unit])[unit] > 1))
    evident = not chosen.nest or several.sum() * 20 <= (others > 0).sum()
    assert chosen.stratum is not None
    about = (chosen.stratum, chosen.units[0])
    if not evident:
        return verdict("psu_in_two_strata", home, about, [], 0, len(h))
    base = int(unit.max(initial=0)) + 1
    rows_astray = known & np.isin(h * base + i, stratum[astray] * base + unit[astray])
    return verdict("psu_in_two_strata", home, about, np.flatnonzero(rows_astray), int(known.sum()), int((~known).sum()))


def routing(context: Context) -> Iterator[Verdict]:
    """Find questions answered by whom they were not for, and left empty by whom they were for.

    Judged are the rows that the module is about, where it is known who is asked: see
    :class:`lfs_migration.validate.routing.Routing`.
    """
    codebook, edition, routes = context.codebook, context.edition, context.routes
    for record, mapped in edition.records.items():
        kind = codebook.records[record]
        about = "" if routes.computable.expression(kind.scope, record) else kind.scope
        own = (codebook.variables[name] for name in mapped.variables if name not in kind.key)
        asked = [one for one in own if one.record == record and routes.known(one.name)]
        for found in across(partial(_routing, context, about), asked):
            yield from found


def _routing(context: Context, about: str, variable: Variable) -> list[Verdict]:
    """Judge one question among the rows of a condition, all of them where that is empty or asks the question itself."""
    records, record, name = context.records, variable.record, variable.name
    asked = context.routes.asked(name)
    if about and name not in parse(about).names:
        asked = (asked + 1) * (records.truth(about, record) == 1) - 1
    blank = records.truth(f"blank({name})", record) == 1
    universe, unknown = variable.universe or "everyone", int(np.count_nonzero(asked < 0))
    out = []
    for check, judged, wrong in (("routing_answered", asked == 0, ~blank), ("routing_blank", asked == 1, blank)):
        rows, number = np.flatnonzero(judged & wrong), int(np.count_nonzero(judged))
        out.append(verdict(check, record, (name,), rows, number, unknown, name=name, universe=universe))
    return out


def builtin(check: str, record: str, variables: tuple[str, ...], **names: object) -> Rule:
    """Return a check that no codebook has as a rule, with what it says of some names."""
    label, remedy = said(check, **names)
    return Rule(kind=check, id=check, record=record, severity=SAID[check].severity, label=label, variables=variables,
                remedy=remedy, reference=SAID[check].reference)  # fmt: skip


def verdict(
    check: str, record: str, variables: tuple[str, ...], rows: Any, judged: int, unknown: int = 0, **names: object
) -> Verdict:
    """Return a check and how it ended.

    Parameters
    ----------
    rows : integers
        Those that fail.
    judged, unknown : int
        Rows that pass or fail, and rows that cannot be judged.
    names
        What it says them of.
    """
    failed = np.array(rows, dtype=np.int64)
    return builtin(check, record, variables, **names), Judged(failed, judged - len(failed), unknown)
