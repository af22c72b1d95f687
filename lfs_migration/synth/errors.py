"""Errors planted in a clean survey, to show that validation finds them: each fails one check and no other.

Which there are is knowledge of the module, and stands in its ``planted.yaml``: which rows can carry an error and which
answers it changes, both in the rule language. Each stands in a household (or whatever was sampled) of its own with
nothing else wrong in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from lfs_migration.catalog import Computable, load_planted
from lfs_migration.frames import floats, frame
from lfs_migration.model.codebook import Codebook
from lfs_migration.model.country import Fixed, Recode
from lfs_migration.model.noun import Value
from lfs_migration.model.planted import ErrorKind
from lfs_migration.model.rules import Severity
from lfs_migration.synth.answers import Column, Survey
from lfs_migration.synth.draw import Draws, Rows
from lfs_migration.synth.native import named
from lfs_migration.synth.pages import Sheet

EACH = 2
"""Errors of each kind."""


@dataclass(frozen=True)
class Planted:
    """An error that was planted, as the finding about it names it.

    Parameters
    ----------
    rule, severity, record : str
    household : str
        Identifier of the household after harmonisation.
    line : str
        Line number of a person or emigrant; empty for a household.
    variable : str
        Several are joined with commas.
    """

    rule: str
    severity: Severity
    record: str
    household: str
    line: str
    variable: str


@dataclass(frozen=True)
class Mark:
    """Where an error stands: rule, record, household as the generator numbers it, line and variable."""

    rule: str
    record: str
    home: str
    line: float
    variable: str


@dataclass(frozen=True)
class Plan:
    """A survey with errors planted so far.

    Parameters
    ----------
    survey : Survey
    draws : Draws
    marks : tuple of Mark
    codes : tuple of Mark
        Those of native codes, which :func:`plant_codes` puts into the native columns.
    gone : frozenset of str
        Households that are left out of all records but those whose rows stay behind.
    """

    survey: Survey
    draws: Draws
    marks: tuple[Mark, ...] = ()
    codes: tuple[Mark, ...] = ()
    gone: frozenset[str] = frozenset()

    def used(self) -> set[str]:
        """Return the households that carry an error."""
        return {mark.home for mark in (*self.marks, *self.codes)}

    def rules(self) -> set[str]:
        """Return the rules that find an error."""
        return {mark.rule for mark in (*self.marks, *self.codes)}


def plant(survey: Survey, draws: Draws) -> Plan:
    """Return the survey with :data:`EACH` errors of every kind that the edition's answers and files allow."""
    plan = Plan(survey, draws)
    for kind in load_planted(survey.codebook):
        if kind.rule in plan.rules() or not _possible(survey, kind):
            continue
        match kind.way:
            case "orphan":
                plan = _orphaned(plan, kind)
            case "repeat":
                plan = _repeated(plan, kind)
            case "unnamed_code":
                plan = _uncoded(plan, kind)
            case _:
                plan = _changed(plan, kind)
    return plan


def plant_codes(plan: Plan, record: str, sheet: Sheet) -> Sheet:
    """Return the native columns of a record with codes that no map names."""
    columns = plan.survey.records[record]
    out = dict(sheet)
    for mark in plan.codes:
        if mark.record == record:
            mapping = plan.survey.edition.records[record].variables[mark.variable]
            assert isinstance(mapping, Recode)
            here = columns[_home_key(plan.survey.codebook)] == mark.home
            if record != plan.survey.codebook.home:
                here &= columns[_line(plan.survey, record)] == mark.line
            cells = list(out[mapping.column])
            cells[int(np.flatnonzero(here)[0])] = _unnamed(plan.survey, mark.variable, mapping)
            out[mapping.column] = cells
    return out


def listing(plan: Plan, households: Mapping[str, str]) -> list[Planted]:
    """Return the planted errors as findings name them.

    Parameters
    ----------
    plan : Plan
    households : mapping
        From the generator's household number to the identifier after harmonisation.
    """
    rules = plan.survey.codebook.rules
    out = []
    for mark in (*plan.marks, *plan.codes):
        severity: Severity = rules[mark.rule].severity if mark.rule in rules else "error"
        line = "" if mark.record == plan.survey.codebook.home else str(int(mark.line))
        out.append(Planted(mark.rule, severity, mark.record, households[mark.home], line, mark.variable))
    return sorted(out, key=lambda p: (p.rule, p.record, p.household, p.line))


def _possible(survey: Survey, kind: ErrorKind) -> bool:
    """Whether the edition asks for all that a kind needs, and its files can hold the error."""
    edition, codebook = survey.edition, survey.codebook
    mapped, above = edition.records.get(kind.record), codebook.records[kind.record].parent
    if mapped is None:
        return False
    if any(name not in mapped.variables or isinstance(mapped.variables[name], Fixed) for name in kind.changes):
        return False
    if kind.way == "unnamed_code" and not isinstance(mapped.variables.get(kind.variable), Recode):
        return False
    if kind.way == "orphan" and (above not in edition.records or edition.records[above].file == mapped.file):
        return False
    computable = Computable(codebook, edition)
    rule = codebook.rules.get(kind.rule)
    return not computable.expression(kind.where, kind.record) and (rule is None or not computable.rule(rule))


def _changed(plan: Plan, kind: ErrorKind) -> Plan:
    rows = _candidates(plan, kind)
    survey = plan.survey.put(kind.record, _altered(plan.survey, kind.record, kind.changes, rows))
    rule = plan.survey.codebook.rules.get(kind.rule)
    shown = ", ".join(rule.variables) if rule else next(iter(kind.changes))
    return _marked(replace(plan, survey=survey), kind, rows, shown)


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


def _orphaned(plan: Plan, kind: ErrorKind) -> Plan:
    """Mark households that are not to be written, so that these rows stay behind."""
    rows = _candidates(plan, kind)
    key = _home_key(plan.survey.codebook)
    gone = frozenset(plan.survey.records[kind.record][key][rows])
    return _marked(replace(plan, gone=gone), kind, rows, key)


def _repeated(plan: Plan, kind: ErrorKind) -> Plan:
    """Let a row stand twice; the answers of the row that it belongs to agree with that."""
    rows = _candidates(plan, kind)
    survey, codebook = plan.survey, plan.survey.codebook
    columns, above = survey.records[kind.record], codebook.records[kind.record].parent
    marked = _marked(plan, kind, rows, ", ".join(codebook.records[kind.record].key))
    if above is not None:
        key = codebook.records[above].key[0]
        homes = np.flatnonzero(np.isin(survey.records[above][key], columns[key][rows]))
        survey = survey.put(above, _altered(survey, above, kind.above, homes))
    size = len(columns[codebook.records[kind.record].key[0]])
    order = np.sort(np.concatenate([np.arange(size), rows]), kind="stable")
    return replace(marked, survey=survey.take(kind.record, order))


def _uncoded(plan: Plan, kind: ErrorKind) -> Plan:
    """Mark answers whose native code is to become one that no map names."""
    marked = _marked(plan, kind, _candidates(plan, kind), kind.variable)
    return replace(marked, marks=plan.marks, codes=(*plan.codes, *marked.marks[len(plan.marks) :]))


def _candidates(plan: Plan, kind: ErrorKind) -> Rows:
    """Return rows that can carry an error, of households that carry none, drawn at random."""
    fit = plan.survey.view().truth(kind.where, kind.record) == 1
    homes = plan.survey.records[kind.record][_home_key(plan.survey.codebook)]
    order = np.argsort(plan.draws.uniform(f"plant {kind.rule}", len(fit)), kind="stable")
    chosen: dict[str, int] = {}
    for row in order[fit[order]].tolist():
        if homes[row] not in plan.used() and homes[row] not in chosen:
            chosen[homes[row]] = row
        if len(chosen) == EACH:
            break
    return np.array(sorted(chosen.values()), dtype=np.int64)


def _marked(plan: Plan, kind: ErrorKind, rows: Rows, variable: str) -> Plan:
    codebook, columns = plan.survey.codebook, plan.survey.records[kind.record]
    homes = columns[_home_key(codebook)]
    lines = None if kind.record == codebook.home else columns[_line(plan.survey, kind.record)]
    marks = [
        Mark(kind.rule, kind.record, homes[row], 0.0 if lines is None else lines[row], variable)
        for row in rows.tolist()
    ]
    return replace(plan, marks=(*plan.marks, *marks))


def _home_key(codebook: Codebook) -> str:
    """Return the variable that identifies the households, in every record."""
    return codebook.records[codebook.home].key[0]


def _line(survey: Survey, record: str) -> str:
    """Return the variable that numbers the rows of a household."""
    return survey.codebook.records[record].key[-1]


def _unnamed(survey: Survey, variable: str, mapping: Recode) -> Value:
    """Return the smallest whole number from 1 that is no code of a map, of the same kind as its codes."""
    codes = {str(code) for code, _ in named(mapping, survey.codebook.variable(variable))}
    free = next(number for number in range(1, 1000) if str(number) not in codes)
    return str(free) if isinstance(next(iter(mapping.codes)), str) else free
