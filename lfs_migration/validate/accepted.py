"""Findings that stand: somebody looked, and decided that the answer is right although the rule fails."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from lfs_migration import catalog
from lfs_migration.errors import near
from lfs_migration.model.decisions import Accepted
from lfs_migration.model.findings import Finding, Findings, Outcome
from lfs_migration.text import texts

STALE = "stale_exception"
"""Id of the check of the exceptions themselves."""
LABEL = texts("checks")["accepted.label"]
REMEDY = texts("checks")["accepted.remedy"]

Check = tuple[str, str, str]
"""Rule, record and English label of an outcome."""


def accept(findings: Findings, exceptions: Path | str | Sequence[Accepted], *, complete: bool = False) -> Findings:
    """Mark the findings that somebody accepted.

    Parameters
    ----------
    findings : Findings
    exceptions : path or sequence of Accepted
        A YAML or CSV file, or what :func:`lfs_migration.load_accepted` made of one.
    complete : bool
        Whether all failures of the households that the exceptions name are among the findings, as they are when
        validation was given the exceptions. Where they may not be, because the list of a rule is bounded, an exception
        that meets no finding is unknown and not stale.

    Returns
    -------
    Findings
        Accepted ones say why, and by whom, and are no errors any more: the outcomes count them apart. An exception that
        meets no finding, as when another value stands in the data now, is a finding of its own, ``stale_exception``.

    Raises
    ------
    CatalogError
        With file and line, for a file that cannot be read.

    Examples
    --------
    >>> found = Finding("child_worker", "warning", "emigrant", "017", "1", "em_age_dep", "11", "Young", "Ask")
    >>> outcome = Outcome("child_worker", "warning", "emigrant", {"en": "Young"}, {"en": "Ask"}, failed=1, listed=1)
    >>> seen = Accepted(rule="child_worker", household="017", line=1, reason="a young shepherd", decided_by="A. B.")
    >>> done = accept(Findings((found,), (outcome,)), [seen])
    >>> done[0].accepted, done.total
    ('a young shepherd (A. B.)', 0)
    """
    if isinstance(exceptions, str | Path):
        exceptions = catalog.load_accepted(exceptions)
    if not exceptions:
        return findings
    matched = _Matched(findings.outcomes)
    rows = _marked(findings.rows, exceptions, matched)
    outcomes = tuple(_less(one, matched) for one in findings.outcomes)
    left = [exception for number, exception in enumerate(exceptions) if number not in matched.used]
    doubtful = [one for one in left if not _settled(one, outcomes, complete)]
    stale = tuple(_stale(one, findings, outcomes) for one in left if one not in doubtful)
    check = Outcome(
        STALE, "warning", "", LABEL, REMEDY, passed=len(matched.used), failed=len(stale), unknown=len(doubtful),
        listed=len(stale),
    )  # fmt: skip
    return replace(findings, rows=(*rows, *stale), outcomes=(*outcomes, check))


def wanted(exceptions: Iterable[Accepted]) -> Mapping[str, frozenset[str]]:
    """Return the households that exceptions name, by rule: their failures must be found, however long the list.

    Examples
    --------
    >>> wanted([Accepted(rule="orphan", household=17, reason="moved", decided_by="A. B.")])
    {'orphan': frozenset({'17'})}
    """
    out: dict[str, set[str]] = {}
    for one in exceptions:
        out.setdefault(one.rule, set()).add(one.household)
    return {rule: frozenset(households) for rule, households in out.items()}


@dataclass
class _Matched:
    """What the exceptions met: how often each check, by region and by interviewer, and which exceptions."""

    outcomes: Sequence[Outcome]
    used: set[int] = field(default_factory=set)
    checks: Counter[Check] = field(default_factory=Counter)
    regions: Counter[tuple[Check, str]] = field(default_factory=Counter)
    interviewers: Counter[tuple[Check, str]] = field(default_factory=Counter)

    def add(self, finding: Finding) -> None:
        """Count a finding that is accepted."""
        check = self._check(finding)
        self.checks[check] += 1
        self.regions[check, finding.region] += 1
        self.interviewers[check, finding.interviewer] += 1

    def _check(self, finding: Finding) -> Check:
        """Return the check that a finding is of: several may share a rule, as the codes of each variable."""
        same = [key(one) for one in self.outcomes if (one.rule, one.record) == (finding.rule, finding.record)]
        said = [check for check in same if check[2] and check[2] in finding.message]
        return max(said or same, key=lambda check: len(check[2]), default=(finding.rule, finding.record, ""))


def key(outcome: Outcome) -> Check:
    """Return what tells the outcome of one check from others."""
    return outcome.rule, outcome.record, outcome.label["en"]


def _marked(rows: Sequence[Finding], exceptions: Sequence[Accepted], matched: _Matched) -> list[Finding]:
    by_place: dict[tuple[str, str], list[tuple[int, Accepted]]] = {}
    for number, one in enumerate(exceptions):
        by_place.setdefault((one.rule, one.household), []).append((number, one))
    out: list[Finding] = []
    for finding in rows:
        held = [(n, one) for n, one in by_place.get((finding.rule, finding.household), ()) if not one.against(finding)]
        matched.used.update(number for number, _ in held)
        if held and not finding.accepted:
            matched.add(finding)
            finding = replace(finding, accepted=held[0][1].said)  # noqa: PLW2901
        out.append(finding)
    return out


def _less(outcome: Outcome, matched: _Matched) -> Outcome:
    """Return an outcome whose accepted failures are counted apart."""
    check = key(outcome)
    if not matched.checks[check]:
        return outcome
    regions = {code: count - matched.regions[check, code] for code, count in outcome.regions.items()}
    interviewers = {code: count - matched.interviewers[check, code] for code, count in outcome.interviewers.items()}
    return replace(
        outcome,
        accepted=outcome.accepted + matched.checks[check],
        regions={code: count for code, count in regions.items() if count},
        interviewers={code: count for code, count in interviewers.items() if count},
    )


def _settled(exception: Accepted, outcomes: Sequence[Outcome], complete: bool) -> bool:
    """Return whether it is certain that nothing is found that an exception is about."""
    own = [one for one in outcomes if one.rule == exception.rule and exception.record in (None, one.record)]
    return not any(one.broken or (one.failed > one.listed and not complete) for one in own)


def _stale(exception: Accepted, findings: Findings, outcomes: Sequence[Outcome]) -> Finding:
    """Return the finding that an exception is about nothing, and what is found in its place."""
    rules = sorted({one.rule for one in outcomes})
    beside = [one for one in findings if (one.rule, one.household) == (exception.rule, exception.household)]
    if exception.rule not in rules:
        why = f"no check {exception.rule!r} was made. {near(exception.rule, rules)}"
    elif beside:
        differs = min((exception.against(one) for one in beside), key=len)
        why = "; ".join(f"{name} is {found!r}, not {exception.asked[name]!r}" for name, found in differs.items())
    else:
        why = f"the rule finds nothing in household {exception.household}" if exception.household else "nothing found"
    where = f"{exception.where}: " if exception.where else ""
    return Finding(
        rule=STALE, severity="warning", record=exception.record or "", household=exception.household,
        line=exception.line or "", variable=exception.variable or "", value=exception.value or "",
        message=f"{where}accepted exception of {exception.rule}: {why}", remedy=REMEDY["en"],
    )  # fmt: skip
