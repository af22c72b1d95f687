"""The ways in which an error is planted: each takes a plan and a kind of error, and returns the plan with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import numpy as np

from lfs_migration.catalog import Computable
from lfs_migration.expr import parse
from lfs_migration.frames import Records, floats, frame
from lfs_migration.model.codebook import Codebook
from lfs_migration.model.planted import ErrorKind
from lfs_migration.model.rules import Digits, Heaping, Nonresponse
from lfs_migration.synth.answers import Column, Survey
from lfs_migration.synth.draw import Mask, Rows
from lfs_migration.synth.plan import Mark, Plan

EACH = 2
"""Errors of each kind."""


def changed(plan: Plan, kind: ErrorKind) -> Plan:
    """Let answers of some rows become others."""
    rows = _drawn(plan, kind)
    survey = plan.survey.put(kind.record, _altered(plan.survey, kind.record, kind.changes, rows))
    return _marked(replace(plan, survey=survey), kind, rows)


def orphaned(plan: Plan, kind: ErrorKind) -> Plan:
    """Mark households that are not to be written, so that these rows stay behind."""
    rows = _drawn(plan, kind)
    key = home_key(plan.survey.codebook)
    gone = frozenset(plan.survey.records[kind.record][key][rows])
    return _marked(replace(plan, gone=gone), kind, rows)


def repeated(plan: Plan, kind: ErrorKind) -> Plan:
    """Let a row stand twice; the answers of the row that it belongs to agree with that."""
    rows = _drawn(plan, kind)
    survey, codebook = plan.survey, plan.survey.codebook
    columns, above = survey.records[kind.record], codebook.records[kind.record].parent
    marked = _marked(plan, kind, rows)
    if above is not None:
        key = codebook.records[above].key[0]
        homes = np.flatnonzero(np.isin(survey.records[above][key], columns[key][rows]))
        survey = survey.put(above, _altered(survey, above, kind.above, homes))
    size = len(columns[codebook.records[kind.record].key[0]])
    order = np.sort(np.concatenate([np.arange(size), rows]), kind="stable")
    return replace(marked, survey=survey.take(kind.record, order))


def uncoded(plan: Plan, kind: ErrorKind) -> Plan:
    """Mark answers whose native code is to become one that no map names."""
    marked = _marked(plan, kind, _drawn(plan, kind))
    return replace(marked, marks=plan.marks, codes=(*plan.codes, *marked.marks[len(plan.marks) :]))


def copied(plan: Plan, kind: ErrorKind) -> Plan:
    """Let answers of a row become those of a row of another household; where there is no such pair, plant nothing."""
    pair = _pair(plan, kind)
    if pair is None:
        return plan
    one, other = pair
    columns, key = plan.survey.records[kind.record], plan.survey.codebook.records[kind.record].key
    # Beside the answers a record holds numbers of the frame, which belong to the place and are not told.
    known = [name for name in columns if name in plan.survey.codebook.variables and name not in key]
    taken = {}
    for name in kind.copied or known:
        if name in columns:
            taken[name] = columns[name].copy()
            taken[name][other] = columns[name][one]
    survey = plan.survey.put(kind.record, taken)
    last = np.array([other], dtype=np.int64)
    survey = survey.put(kind.record, _altered(survey, kind.record, kind.changes, last))
    return _marked(replace(plan, survey=survey), kind, np.array(sorted(pair), dtype=np.int64))


def grouped(plan: Plan, kind: ErrorKind) -> Plan:
    """Let answers of the largest group's rows become others, apart from households that carry an error."""
    groups: dict[tuple[object, ...], list[int]] = {}
    for row, code in _places(plan, kind, kind.by):
        groups.setdefault(code, []).append(row)
    if not groups:
        return plan
    code = max(groups, key=lambda one: len(groups[one]))
    rows = np.array(sorted(groups[code]), dtype=np.int64)
    survey = plan.survey.put(kind.record, _altered(plan.survey, kind.record, kind.changes, rows))
    named = dict(zip(kind.by, code, strict=True))
    who = str(named.get(plan.survey.codebook.fieldwork.interviewer, ""))
    mark = Mark(kind.rule, kind.record, "", 0.0, _of_the_group(plan.survey.codebook, kind), who)
    return replace(plan, survey=survey, marks=(*plan.marks, mark))


WAYS: dict[str, Callable[[Plan, ErrorKind], Plan]] = {
    "change": changed, "orphan": orphaned, "repeat": repeated, "unnamed_code": uncoded, "copy": copied,
    "group": grouped,
}  # fmt: skip
"""How each way is gone."""


def home_key(codebook: Codebook) -> str:
    """Return the variable that identifies the households, in every record."""
    return codebook.records[codebook.home].key[0]


def line_of(codebook: Codebook, record: str) -> str:
    """Return the variable that numbers the rows of a household."""
    return codebook.records[record].key[-1]


def _altered(survey: Survey, record: str, changes: Mapping[str, str], rows: Rows) -> dict[str, Column]:
    """Return the columns of a record that change, with what some of its rows become."""
    view, out = survey.view(), {}
    for name, text in changes.items():
        column = survey.records[record][name].copy()
        values = view.values(text, record)
        if column.dtype == object:
            column[rows] = np.array(values.to_pylist(), dtype=object)[rows]
        else:
            column[rows] = floats(frame({"value": values}), "value")[rows]
        out[name] = column
    return out


def _fit(plan: Plan, kind: ErrorKind) -> tuple[Rows, Mask]:
    """Return the rows of a record in random order, and which of them can carry an error."""
    fit = _seen(plan.survey, kind).truth(kind.where, kind.record) == 1
    return np.argsort(plan.draws.uniform(f"plant {kind.rule}", len(fit)), kind="stable"), fit


def _drawn(plan: Plan, kind: ErrorKind) -> Rows:
    """Return rows that can carry an error, of households that carry none, drawn at random."""
    order, fit = _fit(plan, kind)
    homes = plan.survey.records[kind.record][home_key(plan.survey.codebook)]
    chosen: dict[str, int] = {}
    for row in order[fit[order]].tolist():
        if homes[row] not in plan.used() and homes[row] not in chosen:
            chosen[homes[row]] = row
        if len(chosen) == EACH:
            break
    return np.array(sorted(chosen.values()), dtype=np.int64)


def _places(plan: Plan, kind: ErrorKind, names: tuple[str, ...]) -> Iterator[tuple[int, tuple[object, ...]]]:
    """Yield rows that can carry an error, of households that carry none, in random order, with some of their codes."""
    order, fit = _fit(plan, kind)
    view, used = plan.survey.view(), plan.used()
    homes = plan.survey.records[kind.record][home_key(plan.survey.codebook)]
    codes = list(zip(*(view.values(name, kind.record).to_pylist() for name in names), strict=True))
    yield from ((row, codes[row]) for row in order[fit[order]].tolist() if homes[row] not in used)


def _pair(plan: Plan, kind: ErrorKind) -> tuple[int, int] | None:
    """Return two rows of different households that can carry an error and agree in what they must agree in."""
    homes = plan.survey.records[kind.record][home_key(plan.survey.codebook)]
    first: dict[tuple[object, ...], int] = {}
    for row, code in _places(plan, kind, kind.within):
        one = first.setdefault(code, row)
        if homes[one] != homes[row]:
            return one, row
    return None


def _seen(survey: Survey, kind: ErrorKind) -> Records:
    """Return the records with the derived variables that a kind's condition names."""
    view, wanted = survey.view(), _names(kind.where)
    derived = Computable(survey.codebook, survey.edition).derived
    for variable in reversed(derived):
        if variable.name in wanted:
            wanted |= _names(variable.value or "")
    for variable in derived:
        if variable.name in wanted:
            view.add(variable.record, variable.name, view.values(variable.value or "", variable.record))
    return view


def _names(text: str) -> set[str]:
    expression = parse(text)
    inner = (_names(argument.text) for _, _, argument in expression.aggregates if argument is not None)
    return set(expression.names).union(*inner)


def _marked(plan: Plan, kind: ErrorKind, rows: Rows) -> Plan:
    """Return the plan with a mark at each row for each rule that finds the error there."""
    codebook, columns = plan.survey.codebook, plan.survey.records[kind.record]
    record = kind.found or kind.record
    homes = columns[home_key(codebook)]
    lines = None if record == codebook.home else columns[line_of(codebook, record)]
    able = Computable(codebook, plan.survey.edition)
    also = [name for name in kind.also if not able.rule(codebook.rules[name])]
    marks = [
        Mark(rule, record, homes[row], 0.0 if lines is None else lines[row], _shown(codebook, kind, rule))
        for rule in (kind.rule, *also)
        for row in rows.tolist()
    ]
    return replace(plan, marks=(*plan.marks, *marks))


def _shown(codebook: Codebook, kind: ErrorKind, rule: str) -> str:
    """Return the variables that the finding about a row names."""
    if rule in codebook.rules:
        return ", ".join(codebook.rules[rule].variables)
    match kind.way:
        case "orphan":
            return home_key(codebook)
        case "repeat":
            return ", ".join(codebook.records[kind.record].key)
        case "unnamed_code":
            return kind.variable
    return next(iter(kind.changes))


def _of_the_group(codebook: Codebook, kind: ErrorKind) -> str:
    """Return the variables that the finding about a group names, beside its region and interviewer."""
    rule, work = codebook.rules[kind.rule], codebook.fieldwork
    own = next(iter(kind.changes)) if isinstance(rule, Heaping | Digits | Nonresponse) else ", ".join(rule.variables)
    rest = [name for name in getattr(rule, "by", ()) if name not in (work.region, work.interviewer)]
    return ", ".join(filter(None, [own, *rest]))
