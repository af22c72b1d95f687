"""Findings counted: by rule, by region and by interviewer, in the words of a language."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from lfs_migration.frames import Frame, Records
from lfs_migration.model.codebook import Codebook
from lfs_migration.model.dataset import Dataset
from lfs_migration.model.findings import Finding, Findings, Outcome
from lfs_migration.model.rules import Severity
from lfs_migration.publish.words import CHECKS
from lfs_migration.text import message, pick


@dataclass(frozen=True)
class RuleCount:
    """All checks of one rule together: that of codes has one for each variable.

    Parameters
    ----------
    rule, severity, label, remedy, reference : str
    record : str
        Several are joined with commas.
    passed, failed, unknown, accepted, listed : int
        As :class:`~lfs_migration.model.findings.Outcome` counts them.
    broken : tuple of str
        Why it could not be made; empty where it could.
    regions, interviewers : mapping of code to int
        Failures that are not accepted.
    findings : tuple of Finding
        Those that are listed, accepted ones too.
    messages : frozenset of str
        What the checks say of all their findings alike, in English.
    """

    rule: str
    severity: Severity
    label: str
    remedy: str
    reference: str
    record: str
    passed: int
    failed: int
    unknown: int
    accepted: int
    listed: int
    broken: tuple[str, ...]
    regions: Mapping[str, int]
    interviewers: Mapping[str, int]
    findings: tuple[Finding, ...]
    messages: frozenset[str]

    @property
    def open(self) -> int:
        """Failures that nobody accepted."""
        return self.failed - self.accepted

    @property
    def left(self) -> tuple[Finding, ...]:
        """The listed findings that nobody accepted."""
        return tuple(finding for finding in self.findings if not finding.accepted)


@dataclass(frozen=True)
class Interviews:
    """How many interviews there are, and what regions are called; nothing is known where no data are given.

    Parameters
    ----------
    regions, interviewers : mapping of code to int
        Rows of the record that belongs to no other, as households; the empty code is not known.
    labels : mapping of region to label
    records : mapping of record to label
    home : str
        Label of the record that belongs to no other.
    """

    regions: Mapping[str, int] = field(default_factory=dict)
    interviewers: Mapping[str, int] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    records: Mapping[str, str] = field(default_factory=dict)
    home: str = ""

    @classmethod
    def of(cls, data: Dataset | None, language: str = "en") -> Interviews:
        """Count the interviews of a harmonised survey by the variables that its codebook names under ``fieldwork``."""
        if data is None or data.codebook is None:
            return cls()
        book = data.codebook
        names = {name: _counted(data, name) for name in (book.fieldwork.region, book.fieldwork.interviewer) if name}
        records = {name: pick(record.label, language) for name, record in book.records.items()}
        return cls(
            names.get(book.fieldwork.region, {}),
            names.get(book.fieldwork.interviewer, {}),
            _labels(book, language),
            records,
            records[book.home],
        )

    def region(self, code: str, language: str = "en") -> str:
        """Return what a region is called: its label, or its code."""
        return self.labels.get(code, code) or message("unknown", language)


def _labels(book: Codebook, language: str) -> dict[str, str]:
    name = book.fieldwork.region
    codelist = book.codelist_of(name) if name in book.variables else None
    return {} if codelist is None else {str(code): pick(one.label, language) for code, one in codelist.codes.items()}


def _counted(data: Dataset, name: str) -> dict[str, int]:
    """Return the number of sampled units with each code of a variable; nothing where the survey does not have it."""
    book = data.codebook
    assert book is not None
    home = book.home
    held = data.store.content.columns.get(home, ()) if data.store is not None else ()
    if data.store is None and home in data.records:
        held = data.records[home].columns
    if name not in held:
        return {}
    count = partial(_codes, book=book, name=name)
    parts = [count(data.records)] if data.store is None else data.store.each(count)
    return dict(sum(parts, Counter[str]()))


def _codes(records: Mapping[str, Frame], book: Codebook, name: str) -> Counter[str]:
    values = Records(Dataset({book.home: records[book.home]}, book)).column(name, book.home).to_pylist()
    return Counter("" if value is None else _text(value) for value in values)


def _text(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def by_rule(findings: Findings, language: str = "en") -> tuple[RuleCount, ...]:
    """Return the rules, those with most failures first; errors before warnings, and broken ones at the end."""
    grouped: dict[str, list[Outcome]] = {}
    for outcome in findings.outcomes:
        grouped.setdefault(outcome.rule, []).append(outcome)
    listed: dict[str, list[Finding]] = {rule: [] for rule in grouped}
    for finding in findings:
        listed.setdefault(finding.rule, []).append(finding)
    counts = [_rule(rule, grouped.get(rule, ()), rows, language) for rule, rows in listed.items()]
    return tuple(sorted(counts, key=lambda one: (one.open == 0, one.severity != "error", -one.open, one.rule)))


def _rule(rule: str, outcomes: Sequence[Outcome], rows: Sequence[Finding], language: str) -> RuleCount:
    # A finding whose check left no outcome is still one.
    first: Outcome | Finding = outcomes[0] if outcomes else rows[0]
    extra = 0 if outcomes else len(rows)
    accepted = 0 if outcomes else sum(bool(row.accepted) for row in rows)
    records = [*(one.record for one in outcomes), *(row.record for row in rows)]
    return RuleCount(
        rule=rule,
        severity=first.severity,
        label=_label(rule, outcomes, language) or next((row.message for row in rows), ""),
        remedy=pick(outcomes[0].remedy, language) if outcomes else rows[0].remedy,
        reference=next((one.reference for one in outcomes if one.reference), ""),
        record=", ".join(dict.fromkeys(filter(None, records))),
        passed=sum(one.passed for one in outcomes),
        failed=sum(one.failed for one in outcomes) + extra,
        unknown=sum(one.unknown for one in outcomes),
        accepted=sum(one.accepted for one in outcomes) + accepted,
        listed=sum(one.listed for one in outcomes) + extra,
        broken=tuple(dict.fromkeys(one.broken for one in outcomes if one.broken)),
        regions=added(one.regions for one in outcomes),
        interviewers=added(one.interviewers for one in outcomes),
        findings=tuple(rows),
        messages=frozenset(one.label["en"] for one in outcomes),
    )


def added(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """Return the sum of counts by code, in the order of the codes: 9 before 10, and the empty code last.

    Examples
    --------
    >>> added([{"10": 1, "": 1}, {"9": 2, "10": 3}])
    {'9': 2, '10': 4, '': 1}
    """
    out: Counter[str] = Counter()
    for one in counts:
        out.update(one)
    return {code: out[code] for code in sorted(out, key=lambda code: (not code, len(code), code))}


def _label(rule: str, outcomes: Sequence[Outcome], language: str) -> str:
    """Return what a rule checks: the label that all its checks have, or what is said of such checks in general."""
    labels = {one.label["en"]: one.label for one in outcomes}
    if len(labels) != 1 and f"{rule}.label" in CHECKS:
        return pick(CHECKS[f"{rule}.label"], language)
    return next((pick(label, language) for label in labels.values()), "")


def excess(found: int, expected: float) -> float:
    """Return how far a count lies above what was expected, in standard deviations of a count at random.

    Pearson's residual, by which cells of tables are shaded (Friendly, 1994, Mosaic displays for multi-way contingency
    tables, Journal of the American Statistical Association 89, 190-200: from 2 and from 4 on). An expectation below one
    counts as one, so that a single finding never stands out.

    Examples
    --------
    >>> excess(30, 16.0), excess(1, 0.01) < 2
    (3.5, True)
    """
    return (found - expected) / math.sqrt(max(expected, 1.0))
