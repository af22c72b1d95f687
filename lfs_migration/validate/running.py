"""Which rules are run, on what, and what becomes of one that cannot be."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TypeVar

from lfs_migration.catalog import Computable
from lfs_migration.errors import LfsMigrationError
from lfs_migration.model.codebook import Codebook
from lfs_migration.model.dataset import Dataset
from lfs_migration.model.findings import Finding, Outcome, Skipped
from lfs_migration.model.rules import Rule
from lfs_migration.validate.judged import Context, Verdict
from lfs_migration.validate.judges import JUDGES
from lfs_migration.validate.words import SAID, said

BROKEN = "broken_rule"
WORKERS = min(4, os.cpu_count() or 1)
"""Rules that are judged at the same time: arrays are computed without holding up each other."""

Judging = tuple[list[Verdict], list[Outcome]]
T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True)
class Plan:
    """The rules of a codebook for some data.

    Parameters
    ----------
    here : tuple of Rule
        Each row, or household, is judged by itself.
    whole : tuple of Rule
        It takes the whole file.
    skipped : tuple of Skipped
    """

    here: tuple[Rule, ...]
    whole: tuple[Rule, ...]
    skipped: tuple[Skipped, ...]

    @classmethod
    def of(cls, data: Dataset, before: Dataset | None) -> Plan:
        """Return what can be run on data, and what not and why."""
        assert data.codebook is not None
        here: list[Rule] = []
        whole: list[Rule] = []
        skipped = []
        able = [None if one is None else _able(one) for one in (data, before)]
        for rule in data.codebook.rules.values():
            reason = _why_not(rule, (data, before), able)
            if reason:
                skipped.append(Skipped(rule.id, rule.record, reason))
            else:
                (whole if rule.whole else here).append(rule)
        return cls(tuple(here), tuple(whole), tuple(skipped))


def _able(data: Dataset) -> Computable | None:
    return None if data.codebook is None or data.country is None else Computable(data.codebook, data.country)


def _why_not(rule: Rule, rounds: tuple[Dataset, Dataset | None], able: Sequence[Computable | None]) -> str:
    """Return why a rule cannot be run on the data and the round before, or nothing when it can."""
    for data, computable, when in zip(rounds, able, ("", "in the round before "), strict=True):
        if data is None or computable is None:
            return "the round before was not given"
        reason = computable.rule(rule) if rule.id in computable.codebook.rules else ""
        if reason:
            return f"{when}{reason}"
        if rule.record not in data.sizes:
            return f"{when}there is no {rule.record} record"
        if not rule.round:
            return ""
    return ""


def judged(rules: Sequence[Rule], context: Context) -> Judging:
    """Return the verdicts of rules, and the outcome of each that broke: it judged nothing, and no other suffers."""
    verdicts, broken = [], []
    for result in across(lambda rule: _one(rule, context), rules):
        if isinstance(result, Outcome):
            broken.append(result)
        else:
            verdicts.append(result)
    return verdicts, broken


def across(function: Callable[[T], R], given: Iterable[T]) -> list[R]:
    """Return the results of a function of each of some things, in their order, some at the same time."""
    things = list(given)
    if WORKERS < 2 or len(things) < 2:
        return [function(one) for one in things]
    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(function, things))


def _one(rule: Rule, context: Context) -> Verdict | Outcome:
    try:
        return rule, JUDGES[type(rule)](rule, context)
    except MemoryError:
        raise
    except Exception as error:  # whatever it is, the other rules are still to be judged
        return broke(rule, error, context.codebook)


def broke(rule: Rule, error: Exception, codebook: Codebook) -> Outcome:
    """Return the outcome of a rule that could not be computed: where it stands, and why."""
    why = str(error) if isinstance(error, LfsMigrationError) else f"{type(error).__name__}: {error}"
    return Outcome(rule.id, rule.severity, rule.record, rule.label, rule.remedy, reference=rule.reference,
                   broken=f"{codebook.where(rule.id)}: {' '.join(why.split())}")  # fmt: skip


def broken(outcomes: Iterable[Outcome], rules: int) -> Iterator[tuple[Outcome, list[Finding]]]:
    """Yield the check of the rules themselves: each that broke is an error, which the data must not hide.

    Parameters
    ----------
    outcomes : iterable of Outcome
    rules : int
        How many were run.
    """
    found = [_finding(one) for one in outcomes if one.broken]
    if found:
        one = SAID[BROKEN]
        yield Outcome(BROKEN, one.severity, "", one.label, one.remedy, rules - len(found), len(found),
                      listed=len(found), reference=one.reference), found  # fmt: skip


def _finding(outcome: Outcome) -> Finding:
    label, remedy = said(BROKEN)
    message = f"{label['en']}: {outcome.broken}"
    return Finding(BROKEN, SAID[BROKEN].severity, "", "", "", outcome.rule, outcome.record, message, remedy["en"])


def without_records(data: Dataset) -> Dataset:
    """Return what is known of data, without their rows."""
    return replace(data, records={}, store=None, sources=(), unmatched=(), log=())
