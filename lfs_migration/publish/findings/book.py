"""The workbook of findings: counts by rule, by region and by interviewer, and one sheet for each rule that finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from io import BytesIO
from typing import Any

from lfs_migration.model.findings import Finding, Findings, Outcome, Skipped
from lfs_migration.publish.about import About
from lfs_migration.publish.figures import show
from lfs_migration.publish.findings.counts import Interviews, RuleCount, added, by_rule
from lfs_migration.publish.workbook.columns import Column, write_table
from lfs_migration.publish.workbook.file import finished
from lfs_migration.publish.workbook.sheets import OPTIONS, Book, Head, allowed, one_line, text, write_head
from lfs_migration.publish.workbook.workbook import CREATED
from lfs_migration.text import pick

ROWS = 100_000
"""Findings of a sheet at most; a workbook with more opens slowly."""


def findings_book(findings: Findings, interviews: Interviews, language: str = "en") -> bytes:
    """Return the workbook.

    The first sheet has one row a rule with its true counts, the second one row a check; then come the counts by region
    and by interviewer, and a sheet for each rule with findings. What stands in the data stays text there, also where it
    starts with an equals sign.

    Parameters
    ----------
    findings : Findings
    interviews : Interviews
    language : str

    Returns
    -------
    bytes
        The same for the same findings.
    """
    from xlsxwriter import Workbook

    buffer = BytesIO()
    rules = by_rule(findings, language)
    with Workbook(buffer, OPTIONS) as file:
        book = Book(file, About(language=language))
        title = one_line(findings.title or book.say("findings"))
        file.set_properties({"title": title, "comments": "lfs_migration", "created": CREATED})
        for name, fill in _sheets(book, findings, rules, interviews):
            fill(book.sheet(name, landscape=True))
    return finished(buffer.getvalue(), language)


Fill = Callable[[Any], None]


def _sheets(
    book: Book, findings: Findings, rules: Sequence[RuleCount], interviews: Interviews
) -> Iterator[tuple[str, Fill]]:
    """Yield the name of each sheet, and what fills it."""
    fixed = [book.say(name) for name in ("by_rule", "by_check", "by_region", "by_interviewer", "skipped")]
    listed = [rule for rule in rules if rule.findings]
    names = allowed((rule.rule for rule in listed), fixed)
    yield fixed[0], lambda sheet: _rules(book, sheet, findings, rules)
    yield fixed[1], lambda sheet: _checks(book, sheet, findings.outcomes)
    if findings.skipped:
        yield fixed[4], lambda sheet: _skipped(book, sheet, findings.skipped)
    regions = [rule.regions for rule in rules]
    askers = [rule.interviewers for rule in rules]
    if any(regions):
        named = {code: interviews.region(code, book.language) for code in added([interviews.regions, *regions])}
        yield fixed[2], lambda sheet: _places(book, sheet, "region", rules, regions, interviews.regions, named)
    if any(askers):
        yield fixed[3], lambda sheet: _places(book, sheet, "interviewer", rules, askers, interviews.interviewers, {})
    for number, (rule, name) in enumerate(zip(listed, names, strict=True), start=1):
        yield name, partial(_rule, book, rule, number, interviews)


def _rules(book: Book, sheet: Any, findings: Findings, rules: Sequence[RuleCount]) -> None:
    bold, alarm = book.heading(), book.words(bold=True, font_color="#9C0006")
    warnings = findings.total - findings.errors
    counts = [("errors", findings.errors), ("warnings", warnings), ("accepted", sum(rule.accepted for rule in rules))]
    said = "; ".join(
        book.about.say("named", name=book.say(name), what=show(count, 0, book.language)) for name, count in counts
    )
    plain = book.words()
    lines = [(findings.title, bold), (book.say("findings"), bold), (book.say("findings_own"), alarm), (said, plain)]
    head = write_head(book, sheet, [(line, style) for line, style in lines if line])
    if not rules:
        sheet.write_string(head.row, 0, book.say("findings_none"), plain)
        return
    columns = [
        _texts(book, "rule", [rule.rule for rule in rules]),
        _texts(book, "severity", [book.say(rule.severity) for rule in rules]),
        _texts(book, "record", [rule.record for rule in rules]),
        _texts(book, "check", [rule.label for rule in rules]),
        *(_numbers(book, word, [getattr(rule, name) for rule in rules]) for word, name in COUNTS.items()),
        _texts(book, "remedy", [rule.remedy for rule in rules]),
        _texts(book, "broken", ["; ".join(rule.broken) for rule in rules]),
        _texts(book, "reference", [rule.reference for rule in rules]),
    ]
    _table(book, head, "rules", columns)


COUNTS = {"open": "open", "passed": "passed", "failed": "failed", "not_known": "unknown", "accepted": "accepted",
          "listed": "listed"}  # fmt: skip
"""Columns of counts: the phrase that heads it, and the field."""


def _checks(book: Book, sheet: Any, outcomes: Sequence[Outcome]) -> None:
    head = write_head(book, sheet, [(book.say("by_check"), book.heading())])
    if not outcomes:
        return
    columns = [
        _texts(book, "rule", [one.rule for one in outcomes]),
        _texts(book, "record", [one.record for one in outcomes]),
        _texts(book, "check", [pick(one.label, book.language) for one in outcomes]),
        *(_numbers(book, word, [getattr(one, name) for one in outcomes])
          for word, name in COUNTS.items() if name != "open"),
        _texts(book, "broken", [one.broken for one in outcomes]),
    ]  # fmt: skip
    _table(book, head, "checks", columns)


def _skipped(book: Book, sheet: Any, skipped: Sequence[Skipped]) -> None:
    bold = book.heading()
    head = write_head(book, sheet, [(book.say("skipped"), bold), (book.say("skipped_text"), book.words())])
    columns = [
        _texts(book, "rule", [one.rule for one in skipped]),
        _texts(book, "record", [one.record for one in skipped]),
        _texts(book, "why", [one.reason for one in skipped]),
    ]
    _table(book, head, "skipped", columns)


def _places(
    book: Book, sheet: Any, word: str, rules: Sequence[RuleCount], counts: Sequence[Mapping[str, int]],
    interviews: Mapping[str, int], named: Mapping[str, str],
) -> None:  # fmt: skip
    """Write how often each rule fails in each region, or at each interviewer."""
    head = write_head(book, sheet, [(book.say(f"by_{word}"), book.heading())])
    codes = list(added([interviews, *counts]))
    failing = [(rule.rule, own) for rule, own in zip(rules, counts, strict=True) if any(own.values())]
    columns = [Column(book.say(word), codes)]
    if named:
        columns.append(Column(book.say("called"), [named.get(code, code) for code in codes]))
    if interviews:
        columns.append(_numbers(book, "interviews", [interviews.get(code, 0) for code in codes]))
    columns.append(_numbers(book, "open", [sum(own.get(code, 0) for _, own in failing) for code in codes]))
    whole = book.number(0)
    columns += [Column(rule, [own.get(code, 0) for code in codes], [whole] * len(codes)) for rule, own in failing]
    _table(book, head, word, columns)


def _rule(book: Book, rule: RuleCount, number: int, interviews: Interviews, sheet: Any) -> None:
    plain = book.words()
    rows = rule.findings[:ROWS]
    lines = [(rule.label or rule.rule, book.heading()), (rule.remedy, plain)]
    if len(rows) < rule.failed:
        said = {"listed": show(len(rows), 0, book.language), "count": show(rule.failed, 0, book.language)}
        lines.append((book.about.say("first_of", **said), book.words(bold=True)))
    head = write_head(book, sheet, [(line, style) for line, style in lines if line])
    columns = [
        Column(
            interviews.home if word == "home" and interviews.home else book.say(word),
            [text(take(one, interviews, book.language)) for one in rows],
        )
        for word, take in SHOWN
    ]
    kept = [column for (word, _), column in zip(SHOWN, columns, strict=True) if word in ALWAYS or any(column.values)]
    _table(book, head, f"rule_{number}", kept)


SHOWN: tuple[tuple[str, Callable[[Finding, Interviews, str], str]], ...] = (
    ("severity", lambda one, _, language: About(language=language).say(one.severity)),
    ("record", lambda one, *_: one.record),
    ("home", lambda one, *_: one.household),
    ("line", lambda one, *_: one.line),
    ("variables", lambda one, *_: one.variable),
    ("values", lambda one, *_: one.value),
    ("message", lambda one, *_: one.message),
    ("remedy", lambda one, *_: one.remedy),
    ("region", lambda one, interviews, language: interviews.region(one.region, language) if one.region else ""),
    ("interviewer", lambda one, *_: one.interviewer),
    ("accepted_why", lambda one, *_: one.accepted),
)
"""Columns of a rule's sheet: the phrase that heads it, and what it shows of a finding."""
ALWAYS = ("severity", "record", "home", "line", "variables", "values", "message", "remedy")
"""Columns that are there also where they are empty."""


def _texts(book: Book, word: str, values: Sequence[str]) -> Column:
    return Column(book.say(word), [text(value) for value in values])


def _numbers(book: Book, word: str, values: Sequence[int]) -> Column:
    return Column(book.say(word), list(values), [book.number(0)] * len(values))


def _table(book: Book, head: Head, name: str, columns: Sequence[Column]) -> None:
    write_table(book, head, f"{name}_table", columns, working=True)
    head.sheet.set_footer("&R&P / &N")
