"""Errors planted in a clean survey, to show that validation finds them: each fails one check and no other.

Which there are is knowledge of the module, and stands in its ``planted.yaml``: which rows can carry an error and which
answers it changes, both in the rule language, and which further rules find it. Each stands in a household (or whatever
was sampled) of its own with nothing else wrong in it; an error that the rows of an interviewer show together stands in
households that have no other.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping

import numpy as np

from lfs_migration.catalog import Computable, load_planted
from lfs_migration.expr import parse
from lfs_migration.model.codebook import Variable
from lfs_migration.model.country import Fixed, Recode, Rename
from lfs_migration.model.noun import Value
from lfs_migration.model.planted import ErrorKind
from lfs_migration.model.rules import Severity
from lfs_migration.synth.answers import Survey
from lfs_migration.synth.draw import Draws
from lfs_migration.synth.native import named
from lfs_migration.synth.pages import Sheet
from lfs_migration.synth.plan import Mark, Plan, Planted
from lfs_migration.synth.ways import WAYS, home_key, line_of


def plant(survey: Survey, draws: Draws) -> Plan:
    """Return the survey with errors of every kind that the edition's answers and files allow."""
    plan, done = Plan(survey, draws), set[str]()
    for kind in load_planted(survey.codebook):
        if kind.rule not in done and _possible(survey, kind):
            before, plan = plan, WAYS[kind.way](plan, kind)
            done |= {kind.rule} if plan.places() > before.places() else set()
    return plan


def plant_codes(plan: Plan, record: str, sheet: Sheet) -> Sheet:
    """Return the native columns of a record with codes that no map names."""
    codebook, columns = plan.survey.codebook, plan.survey.records[record]
    out = dict(sheet)
    for mark in plan.codes:
        if mark.record == record:
            mapping = plan.survey.edition.records[record].variables[mark.variable]
            assert isinstance(mapping, Recode)
            here = columns[home_key(codebook)] == mark.home
            if record != codebook.home:
                here &= columns[line_of(codebook, record)] == mark.line
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
    out = [_listed(plan, mark, households) for mark in (*plan.marks, *plan.codes)]
    return sorted(out, key=lambda p: (p.rule, p.record, p.household, p.line))


def _listed(plan: Plan, mark: Mark, households: Mapping[str, str]) -> Planted:
    rules, home = plan.survey.codebook.rules, plan.survey.codebook.home
    severity: Severity = rules[mark.rule].severity if mark.rule in rules else "error"
    line = "" if mark.record == home or not mark.home else str(int(mark.line))
    household = households[mark.home] if mark.home else ""
    return Planted(mark.rule, severity, mark.record, household, line, mark.variable, mark.interviewer)


def _possible(survey: Survey, kind: ErrorKind) -> bool:
    """Whether the edition asks for all that a kind needs, and its files can hold the error."""
    edition, codebook = survey.edition, survey.codebook
    mapped, above = edition.records.get(kind.record), codebook.records[kind.record].parent
    if mapped is None:
        return False
    if any(name not in mapped.variables or isinstance(mapped.variables[name], Fixed) for name in kind.changes):
        return False
    if not all(_writable(mapped.variables[name], codebook.variable(name), text) for name, text in kind.changes.items()):
        return False
    if kind.way == "unnamed_code" and not isinstance(mapped.variables.get(kind.variable), Recode):
        return False
    if kind.way == "orphan" and (above not in edition.records or edition.records[above].file == mapped.file):
        return False
    computable = Computable(codebook, edition)
    rule = codebook.rules.get(kind.rule)
    needed = any(computable.why_not(name) for name in (*kind.within, *kind.by))
    if needed or computable.expression(kind.where, kind.record):
        return False
    return rule is None or not computable.rule(rule)


def _writable(mapping: object, variable: Variable, text: str) -> bool:
    """Whether the files have a code for what an answer becomes, where that is one code."""
    tree = parse(text).tree
    if not isinstance(tree, ast.Constant) or tree.value is None:
        return True
    if isinstance(mapping, Recode):
        return tree.value in [code for _, code in named(mapping, variable)]
    reason = variable.missing.get(tree.value) if isinstance(tree.value, int | float | str) else None
    return reason is None or not isinstance(mapping, Rename) or reason in mapping.missing.values()


def _unnamed(survey: Survey, variable: str, mapping: Recode) -> Value:
    """Return the smallest whole number from 1 that is no code of a map, of the same kind as its codes."""
    codes = {str(code) for code, _ in named(mapping, survey.codebook.variable(variable))}
    free = next(number for number in range(1, 1000) if str(number) not in codes)
    return str(free) if isinstance(next(iter(mapping.codes)), str) else free
