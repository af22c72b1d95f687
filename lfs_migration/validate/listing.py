"""Verdicts as findings and outcomes: the first failures of each check, and how many there are in all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lfs_migration.frames import Records
from lfs_migration.frames.columns import column
from lfs_migration.model.codebook import Codebook
from lfs_migration.model.findings import Finding, Outcome
from lfs_migration.model.rules import Rule
from lfs_migration.validate.judged import Judged, Pattern, Rows, Verdict

Check = tuple[str, str, str]
"""What tells one check from others: rule, record, English label."""


@dataclass(frozen=True)
class Listed:
    """What was found in some households, or in all: outcomes, and the first findings of each."""

    findings: tuple[Finding, ...] = ()
    outcomes: tuple[Outcome, ...] = ()


@dataclass(frozen=True)
class Listing:
    """Makes findings of verdicts.

    Parameters
    ----------
    codebook : Codebook
    limit : int
        Findings of one check: the first in the order of household and line.
    kept : mapping of rule to households
        Whose failures are listed beyond that.
    """

    codebook: Codebook
    limit: int
    kept: Mapping[str, frozenset[str]]

    def of(self, verdicts: Iterable[Verdict], records: Records) -> Listed:
        """Return the findings and outcomes of records."""
        findings: list[Finding] = []
        outcomes = []
        for rule, judged in verdicts:
            findings += self._rows(rule, judged, records)
            findings += (self._pattern(rule, pattern) for pattern in judged.patterns)
            outcomes.append(self._outcome(rule, judged, records))
        return Listed(tuple(findings), tuple(outcomes))

    def cut(self, listed: Iterable[Listed]) -> Listed:
        """Return what was found in several parts together: outcomes added up, and again the first findings of each."""
        parts = list(listed)
        outcomes = _together(outcome for part in parts for outcome in part.outcomes)
        by_check: dict[tuple[str, str, str], list[Finding]] = {}
        for finding in (finding for part in parts for finding in part.findings):
            by_check.setdefault(_check_of(finding), []).append(finding)
        broken = {(one.rule, one.record) for one in outcomes if one.broken}
        kept = [f for found in by_check.values() for f in self._first(found) if (f.rule, f.record) not in broken]
        numbers = Counter((f.rule, f.record, f.message) for f in kept)
        return Listed(tuple(kept), tuple(replace(one, listed=numbers[_key(one)]) for one in outcomes))

    def _first(self, found: list[Finding]) -> Iterator[Finding]:
        ordered = sorted(found, key=order)
        yield from ordered[: self.limit]
        yield from (finding for finding in ordered[self.limit :] if self._keeps(finding))

    def _keeps(self, finding: Finding) -> bool:
        return finding.household in self.kept.get(finding.rule, ())

    def _outcome(self, rule: Rule, judged: Judged, records: Records) -> Outcome:
        failed = len(judged.failed) + len(judged.patterns)
        work = self.codebook.fieldwork
        regions, interviewers = (_counts(rule, judged, name, records) for name in (work.region, work.interviewer))
        return Outcome(
            rule.id, rule.severity, rule.record, rule.label, rule.remedy, judged.passed, failed, judged.unknown,
            regions=regions, interviewers=interviewers, reference=rule.reference,
        )  # fmt: skip

    def _rows(self, rule: Rule, judged: Judged, records: Records) -> Iterator[Finding]:
        if not len(judged.failed):
            return
        places = self._chosen(rule, judged.failed, records)
        rows = judged.failed[places]
        key, work = self.codebook.records[rule.record].key, self.codebook.fieldwork
        household, *line = (records.at(name, rule.record, rows) for name in key[:2])
        region, interviewer = (
            records.at(name, rule.record, rows) if has(records, name, rule.record) else [None] * len(rows)
            for name in (work.region, work.interviewer)
        )
        if judged.values is None:
            shown = [records.at(name, rule.record, rows) for name in rule.variables]
            values = [", ".join(text(column[i]) for column in shown) for i in range(len(rows))]
        else:
            values = [judged.values[int(place)] for place in places]
        for i in range(len(rows)):
            yield Finding(
                rule=rule.id, severity=rule.severity, record=rule.record, household=text(household[i]),
                line=text(line[0][i]) if line else "", variable=", ".join(rule.variables), value=values[i],
                message=rule.label["en"], remedy=rule.remedy["en"], region=text(region[i]),
                interviewer=text(interviewer[i]),
            )  # fmt: skip

    def _chosen(self, rule: Rule, failed: Rows, records: Records) -> Rows:
        """Return positions among the rows that fail: of the first households, and of those whose failures are kept."""
        if len(failed) <= self.limit:
            return np.arange(len(failed))
        key = self.codebook.records[rule.record].key[0]
        home = _texts(column(records.frames[rule.record], key).take(pa.array(failed)))
        table = pa.table({"home": home})
        last = pc.select_k_unstable(table, self.limit, [("home", "ascending")]) if self.limit else pa.array([])
        out = np.zeros(len(failed), dtype=np.bool_)
        if len(last):
            limit = pc.max(home.take(last))
            out = pc.less_equal(home, limit).to_numpy(zero_copy_only=False)
        kept = pa.array(sorted(self.kept.get(rule.id, ())), pa.string())
        out = out | pc.is_in(home, value_set=kept).to_numpy(zero_copy_only=False)
        return np.flatnonzero(out)

    def _pattern(self, rule: Rule, pattern: Pattern) -> Finding:
        work = self.codebook.fieldwork
        rest = {n: code for n, code in pattern.group.items() if n not in (work.region, work.interviewer)}
        variables = [pattern.variable or ", ".join(rule.variables), *rest]
        return Finding(
            rule=rule.id, severity=rule.severity, record=rule.record, household="", line="",
            variable=", ".join(filter(None, variables)), value=", ".join(filter(None, [pattern.value, *rest.values()])),
            message=rule.label["en"], remedy=rule.remedy["en"], region=pattern.group.get(work.region, ""),
            interviewer=pattern.group.get(work.interviewer, ""),
        )  # fmt: skip


def has(records: Records, name: str, record: str) -> bool:
    """Return whether the data have a variable in a record or its parent."""
    parent = records.parent(record)
    own = records.frames[record].columns
    return bool(name) and (name in own or (parent is not None and name in records.frames[parent].columns))


def text(value: object) -> str:
    """Return a value as findings show it."""
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def order(finding: Finding) -> tuple[object, ...]:
    """Return what findings are sorted by: errors first, then record, household and line."""
    line = finding.line.zfill(4)
    place = (finding.severity != "error", finding.record, finding.household, line)
    more = (finding.rule, finding.variable, finding.value, finding.message, finding.region, finding.interviewer)
    return (*place, *more)


def _counts(rule: Rule, judged: Judged, name: str, records: Records) -> dict[str, int]:
    """Return how many failures there are by the code of a variable, in the order of the codes; nothing without it."""
    if not name or not (len(judged.failed) or judged.patterns):
        return {}
    found: Counter[str] = Counter(pattern.group.get(name, "") for pattern in judged.patterns)
    if judged.patterns and not any(name in pattern.group for pattern in judged.patterns):
        found.clear()
    if len(judged.failed) and has(records, name, rule.record):
        coded = records.coded(name, rule.record)
        if coded is None:
            found.update(map(text, records.at(name, rule.record, judged.failed)))
        else:
            numbers = np.bincount(coded.codes[judged.failed], minlength=len(coded.levels))
            for place in np.flatnonzero(numbers):
                found[text(coded.levels[int(place)].as_py())] += int(numbers[place])
    return dict(sorted(found.items()))


def _texts(array: pa.ChunkedArray) -> pa.Array:
    whole = array.combine_chunks()
    whole = whole.combine_chunks() if isinstance(whole, pa.ChunkedArray) else whole
    if pa.types.is_floating(whole.type):
        return pa.array([text(value) for value in whole.to_pylist()], pa.string())
    return whole.cast(pa.string()).fill_null("")


def _check_of(finding: Finding) -> Check:
    return finding.rule, finding.record, finding.message


def _key(outcome: Outcome) -> Check:
    return outcome.rule, outcome.record, outcome.label["en"]


def _together(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """Return the outcomes of parts of the data, those of one check added up; what broke in one part judged nothing."""
    out: dict[Check, Outcome] = {}
    for one in outcomes:
        held = out.get(_key(one))
        out[_key(one)] = one if held is None else _added(held, one)
    return list(out.values())


def _added(one: Outcome, other: Outcome) -> Outcome:
    if one.broken or other.broken:
        broken = min(filter(None, (one.broken, other.broken)))
        return replace(one, passed=0, failed=0, unknown=0, regions={}, interviewers={}, broken=broken)
    regions, interviewers = (
        dict(sorted((Counter(a) + Counter(b)).items()))
        for a, b in ((one.regions, other.regions), (one.interviewers, other.interviewers))
    )
    return replace(
        one, passed=one.passed + other.passed, failed=one.failed + other.failed, unknown=one.unknown + other.unknown,
        regions=regions, interviewers=interviewers,
    )  # fmt: skip
