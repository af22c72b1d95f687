"""Errors planted in a clean survey, to show that validation finds them: each fails one check and no other.

Most are data: which rows can carry the error, and which answers it changes, both in the rule language. Each stands in
a household of its own with nothing else wrong in it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from lfs_migration.catalog import Computable
from lfs_migration.frames import floats, frame
from lfs_migration.model.codebook import Severity
from lfs_migration.model.country import Fixed, Recode
from lfs_migration.model.noun import Value
from lfs_migration.synth.answers import Survey
from lfs_migration.synth.draw import Draws, Rows
from lfs_migration.synth.native import named
from lfs_migration.synth.pages import Sheet

EACH = 2
"""Errors of each kind."""

_ALONE = "hh_em_any == 1 and hh_em_n == 1"
_ABROAD = f"{_ALONE} and em_scope == 1 and em_status == 1"
_DATED = "answered(em_dep_year) and answered(em_dep_month)"


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
class Kind:
    """A kind of error that changes answers.

    Parameters
    ----------
    rule : str
        Id of the rule that finds it.
    record : str
    where : str
        Condition: the rows that can carry it.
    changes : mapping of variable to expression
    """

    rule: str
    record: str
    where: str
    changes: Mapping[str, str]


KINDS = (
    Kind("listed_number", "household", _ALONE, {"hh_em_n": "2"}),
    Kind("listed_without_screening", "household", _ALONE, {"hh_em_any": "2", "hh_em_n": "None"}),
    Kind("departure_after_interview", "emigrant", f"{_ABROAD} and {_DATED}", {"em_dep_year": "int_year + 1"}),
    Kind(
        "age_against_departure",
        "emigrant",
        f"{_ABROAD} and {_DATED} and answered(em_age) and 16 <= em_age_dep <= 70",
        {"em_age_dep": "em_age_dep + 10"},
    ),
    Kind("range", "person", "20 <= per_age <= 60", {"per_age": "130"}),
    Kind("routing_answered", "emigrant", f"{_ABROAD} and em_rem_any == 2", {"em_rem_cash": "1000"}),
    Kind("routing_answered", "household", "hh_em_any == 2", {"hh_em_n": "1"}),
    Kind("routing_blank", "emigrant", f"{_ABROAD} and answered(em_act_before)", {"em_act_before": "None"}),
    Kind("routing_blank", "person", "answered(per_lfstat)", {"per_lfstat": "None"}),
    Kind(
        "return_before_departure",
        "emigrant",
        f"{_ALONE} and em_scope == 1 and em_status == 2 and {_DATED} and answered(em_ret_year)",
        {"em_ret_year": "em_dep_year - 1"},
    ),
    Kind(
        "remittance_without_sender",
        "household",
        f"{_ALONE} and rem_any == 1 and any(emigrant, em_rem_any == 1)",
        {"rem_any": "2"},
    ),
)
"""Of several kinds of one rule the first is planted whose answers the edition asks for."""


@dataclass(frozen=True)
class Mark:
    """Where an error stands: rule, record, household as the generator numbers it, line and variable."""

    rule: str
    record: str
    hh_id: str
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
        Households that are left out of all records but the emigrants'.
    """

    survey: Survey
    draws: Draws
    marks: tuple[Mark, ...] = ()
    codes: tuple[Mark, ...] = ()
    gone: frozenset[str] = frozenset()

    def used(self) -> set[str]:
        """Return the households that carry an error."""
        return {mark.hh_id for mark in (*self.marks, *self.codes)}


def plant(survey: Survey, draws: Draws) -> Plan:
    """Return the survey with :data:`EACH` errors of every kind that the edition's answers and files allow."""
    plan = Plan(survey, draws)
    structural: tuple[Callable[[Plan], Plan], ...] = (_orphans, _duplicates, _unmatched)
    for make in structural:
        plan = make(plan)
    for kind in KINDS:
        if kind.rule not in {mark.rule for mark in plan.marks} and _possible(survey, kind):
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
            here = (columns["hh_id"] == mark.hh_id) & (columns[_line(plan.survey, record)] == mark.line)
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
        line = "" if mark.record == "household" else str(int(mark.line))
        out.append(Planted(mark.rule, severity, mark.record, households[mark.hh_id], line, mark.variable))
    return sorted(out, key=lambda p: (p.rule, p.record, p.household, p.line))


def _possible(survey: Survey, kind: Kind) -> bool:
    """Whether the edition asks for all that a kind needs."""
    edition, codebook = survey.edition, survey.codebook
    maps = edition.records[kind.record].variables if kind.record in edition.records else {}
    if any(name not in maps or isinstance(maps[name], Fixed) for name in kind.changes):
        return False
    computable = Computable(codebook, edition)
    texts = [kind.where]
    if kind.rule in codebook.rules:
        texts += [codebook.rules[kind.rule].when, codebook.rules[kind.rule].check]
    return all(not computable.expression(text, kind.record) for text in texts if text)


def _changed(plan: Plan, kind: Kind) -> Plan:
    rows = _candidates(plan, kind.rule, kind.record, kind.where)
    view, columns = plan.survey.view(), plan.survey.records[kind.record]
    altered = {}
    for name, text in kind.changes.items():
        column = columns[name].copy()
        column[rows] = floats(frame({"value": view.values(text, kind.record)}), "value")[rows]
        altered[name] = column
    rule = plan.survey.codebook.rules.get(kind.rule)
    shown = ", ".join(rule.variables) if rule else next(iter(kind.changes))
    return _marked(replace(plan, survey=plan.survey.put(kind.record, altered)), kind.rule, kind.record, rows, shown)


def _orphans(plan: Plan) -> Plan:
    """Mark households that are not to be written, so that their emigrants stay behind."""
    records = plan.survey.edition.records
    if records["emigrant"].file == records["household"].file:
        return plan
    rows = _candidates(plan, "orphan", "emigrant", _ABROAD)
    gone = frozenset(plan.survey.records["emigrant"]["hh_id"][rows])
    return _marked(replace(plan, gone=gone), "orphan", "emigrant", rows, "hh_id")


def _duplicates(plan: Plan) -> Plan:
    """Put a line into the list twice; the household's number agrees with the list."""
    rows = _candidates(plan, "duplicate_key", "emigrant", _ABROAD)
    survey = plan.survey
    columns = survey.records["emigrant"]
    homes = np.isin(survey.records["household"]["hh_id"], columns["hh_id"][rows])
    key = ", ".join(survey.codebook.records["emigrant"].key)
    marked = _marked(plan, "duplicate_key", "emigrant", rows, key)
    number = np.where(homes, 2.0, survey.records["household"]["hh_em_n"])
    order = np.sort(np.concatenate([np.arange(len(columns["hh_id"])), rows]), kind="stable")
    return replace(marked, survey=survey.put("household", {"hh_em_n": number}).take("emigrant", order))


def _unmatched(plan: Plan) -> Plan:
    """Mark answers whose native code is to become one that no map names."""
    for name, record, where in (("em_sex", "emigrant", _ABROAD), ("per_sex", "person", "per_age >= 20")):
        mapped = plan.survey.edition.records.get(record)
        if mapped and isinstance(mapped.variables.get(name), Recode):
            rows = _candidates(plan, "unmatched_code", record, f"{where} and answered({name})")
            marked = _marked(plan, "unmatched_code", record, rows, name)
            return replace(marked, marks=plan.marks, codes=marked.marks[len(plan.marks) :])
    return plan


def _candidates(plan: Plan, rule: str, record: str, where: str) -> Rows:
    """Return rows that can carry an error, of households that carry none, drawn at random."""
    fit = plan.survey.view().truth(where, record) == 1
    homes = plan.survey.records[record]["hh_id"]
    order = np.argsort(plan.draws.uniform(f"plant {rule}", len(fit)), kind="stable")
    chosen: dict[str, int] = {}
    for row in order[fit[order]].tolist():
        if homes[row] not in plan.used() and homes[row] not in chosen:
            chosen[homes[row]] = row
        if len(chosen) == EACH:
            break
    return np.array(sorted(chosen.values()), dtype=np.int64)


def _marked(plan: Plan, rule: str, record: str, rows: Rows, variable: str) -> Plan:
    columns = plan.survey.records[record]
    lines = columns[_line(plan.survey, record)]
    marks = [
        Mark(rule, record, columns["hh_id"][row], 0.0 if record == "household" else lines[row], variable)
        for row in rows.tolist()
    ]
    return replace(plan, marks=(*plan.marks, *marks))


def _line(survey: Survey, record: str) -> str:
    """Return the variable that numbers the rows of a household."""
    return survey.codebook.records[record].key[-1]


def _unnamed(survey: Survey, variable: str, mapping: Recode) -> Value:
    """Return the smallest whole number from 1 that is no code of a map, of the same kind as its codes."""
    codes = {str(code) for code, _ in named(mapping, survey.codebook.variable(variable))}
    free = next(number for number in range(1, 1000) if str(number) not in codes)
    return str(free) if isinstance(next(iter(mapping.codes)), str) else free
