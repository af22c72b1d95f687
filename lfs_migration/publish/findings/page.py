"""The page of findings: one HTML file that opens anywhere, without scripts and without the network."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files

from lfs_migration.model.findings import Finding, Findings
from lfs_migration.pages import template
from lfs_migration.publish.figures import show
from lfs_migration.publish.findings.counts import Interviews, RuleCount, added, by_rule
from lfs_migration.publish.findings.heat_map import CELL, HEAD, ROW, askers, heat_map
from lfs_migration.publish.manifest import version
from lfs_migration.publish.words import page_language, phrase
from lfs_migration.text import RIGHT_TO_LEFT

SHOWN = 100
"""Findings of a rule that the page lists; the other files have all that are listed."""
WIDTH = 120
"""Length of the longest bar beside a rule, in units of the picture."""


@dataclass(frozen=True)
class Line:
    """A finding in words."""

    record: str
    household: str
    line: str
    variable: str
    value: str
    message: str
    region: str
    interviewer: str
    accepted: str


@dataclass(frozen=True)
class Entry:
    """A rule in words: its counts, the length of its bar, its first findings, and what unfolds them."""

    id: str
    rule: str
    severity: str
    name: str
    label: str
    remedy: str
    reference: str
    counts: Mapping[str, str]
    length: float
    lines: tuple[Line, ...]
    unfold: str
    shown: tuple[str, ...]


def findings_page(findings: Findings, interviews: Interviews, language: str = "en") -> str:
    """Return the page.

    Text from the data cannot become markup: everything is escaped, and the page's own policy forbids scripts, the
    network and any style but its own.

    Parameters
    ----------
    findings : Findings
    interviews : Interviews
    language : str
    """
    from markupsafe import Markup

    rules = by_rule(findings, language)
    style = files("lfs_migration.publish").joinpath("templates/findings.css").read_text(encoding="utf-8")
    page = template(
        "lfs_migration.publish", "findings.html.j2",
        language=page_language(language), rtl=page_language(language) in RIGHT_TO_LEFT, cell=(CELL, ROW), head=HEAD,
        say=lambda name, /, **values: phrase(name, language, **values),
        style=Markup(style),  # noqa: S704 - the package's own file
        style_hash=b64encode(sha256(style.encode()).digest()).decode(),
    )  # fmt: skip
    text: str = page.render(
        title=findings.title,
        version=version("lfs-migration"),
        totals=tuple(_totals(findings, rules, language)),
        entries=tuple(_entries(rules, interviews, language)),
        map=heat_map(rules, interviews, language),
        regions=_regions(rules, interviews, language),
        askers=askers(rules, interviews, language),
        accepted=[(rule.rule, _line(one, interviews, rule, language))
                  for rule in rules for one in rule.findings if one.accepted][: SHOWN * 5],
        broken=[(rule.rule, rule.record, why) for rule in rules for why in rule.broken],
        skipped=findings.skipped,
        home=interviews.home or phrase("home", language),
        some=any(rule.open for rule in rules),
    )  # fmt: skip
    return text


def _totals(findings: Findings, rules: Sequence[RuleCount], language: str) -> Iterator[tuple[str, str]]:
    """Yield what is counted, and the number."""
    counts = {
        "errors": findings.errors,
        "warnings": findings.total - findings.errors,
        "accepted": sum(rule.accepted for rule in rules),
    }
    yield from ((phrase(name, language), show(count, 0, language)) for name, count in counts.items())
    failing, whole = sum(rule.open > 0 for rule in rules), len(rules)
    count, of = show(failing, 0, language), show(whole, 0, language)
    yield phrase("rules_failing", language), phrase("of_all", language, count=count, whole=of)


def _entries(rules: Sequence[RuleCount], interviews: Interviews, language: str) -> Iterator[Entry]:
    """Yield the rules that found something."""
    most = max((rule.open for rule in rules), default=0)
    for number, rule in enumerate((rule for rule in rules if rule.open), start=1):
        lines = tuple(_line(one, interviews, rule, language) for one in rule.left[:SHOWN])
        counts = {
            name: show(value, 0, language)
            for name, value in (("open", rule.open), ("checked", rule.passed + rule.failed),
                                ("unknown", rule.unknown), ("accepted", rule.accepted))
        }  # fmt: skip
        listed, whole = show(len(lines), 0, language), counts["open"]
        few = len(lines) < rule.open
        unfold = (
            phrase("unfold_first", language, listed=listed, count=whole)
            if few
            else phrase("unfold_findings", language, count=listed)
        )
        yield Entry(
            id=f"r{number}-{re.sub(r'[^A-Za-z0-9_]+', '-', rule.rule).strip('-')}",
            rule=rule.rule,
            severity=rule.severity,
            name=phrase(rule.severity, language),
            label=rule.label,
            remedy=rule.remedy,
            reference=rule.reference,
            counts=counts,
            length=max(round(WIDTH * rule.open / most, 1), 1.0),
            lines=lines,
            unfold=unfold,
            shown=tuple(name for name in OPTIONAL if any(getattr(line, name) for line in lines)),
        )


OPTIONAL = ("line", "variable", "value", "message", "region", "interviewer")
"""Columns that a list of findings has only where some finding fills them."""


def _line(finding: Finding, interviews: Interviews, rule: RuleCount, language: str) -> Line:
    return Line(
        record=interviews.records.get(finding.record, finding.record),
        household=finding.household,
        line=finding.line,
        variable=finding.variable,
        value=finding.value,
        # What all findings of a rule say stands above them.
        message="" if finding.message in rule.messages else finding.message,
        region=interviews.region(finding.region, language) if finding.region else "",
        interviewer=finding.interviewer,
        accepted=finding.accepted,
    )


def _regions(rules: Sequence[RuleCount], interviews: Interviews, language: str) -> list[tuple[str, ...]]:
    """Return the numbers behind the picture: region, interviews, findings, and findings for each hundred."""
    counts = added(rule.regions for rule in rules)
    out: list[tuple[str, ...]] = []
    for code in added([interviews.regions, counts]):
        found, asked = counts.get(code, 0), interviews.regions.get(code, 0)
        rate = show(100 * found / asked, 1, language) if asked else ""
        shown = show(asked, 0, language) if interviews.regions else ""
        out.append((interviews.region(code, language), shown, show(found, 0, language), rate))
    return out if any(counts.values()) else []
