"""An explanation as lines of text: aligned, in short sentences."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence

from lfs_migration.explain.counted import Checked, Funnel
from lfs_migration.explain.judged import Comparison, Judgement
from lfs_migration.explain.nouns import Definition, Explanation, Figure
from lfs_migration.explain.numbers import amount, exactly, percent, plainly
from lfs_migration.explain.tree import tree
from lfs_migration.explain.weights_told import spread_lines, value_lines, weight_lines
from lfs_migration.publish.lines import width
from lfs_migration.text import clean

WIDTH, WORDS = 116, 18
"""Columns of a line, and of the words in front of its facts."""
CLOSED = "the figure is {why}. --unprotected tells it; what is then said is confidential"


def lines_of(told: Explanation) -> Iterator[str]:
    """Yield an explanation as lines: the figure, what it is, its variables, rows, weights and checks."""
    figure = told.figure
    parts: tuple[tuple[str, Iterable[str]], ...] = (
        ("1. The figure", _figure(figure)),
        ("2. What it is", _definition(told.definition)),
        ("3. Variables", tree(told.variables)),
        ("4. Rows", _rows(told.funnels, figure)),
        ("5. Weights, value, standard error and flag", _weights(told)),
        ("6. Validation", _checked(told.checked, figure)),
    )
    yield clean(figure.title)
    if figure.confidential:
        yield "CONFIDENTIAL: not protected against disclosure, and not for publication."
    for heading, lines in parts:
        yield from ("", heading)
        yield from map(clean, lines)


def entry(word: str, text: str) -> Iterator[str]:
    """Yield a fact with a word in front, wrapped under itself; nothing for an empty fact.

    Examples
    --------
    >>> list(entry("flag", "publish"))
    ['  flag              publish']
    """
    if text:
        first, rest = f"  {word}{' ' * max(WORDS - width(word), 1)}", " " * (2 + WORDS)
        yield from textwrap.wrap(text, WIDTH, initial_indent=first, subsequent_indent=rest, break_long_words=False)


def _figure(one: Figure) -> Iterator[str]:
    yield from entry("indicator", f"{one.indicator}, {one.statistic}")
    for place in one.cell:
        yield from entry("cell", f"{place.heading}: {place.label} ({place.dimension}={place.code})")
        yield from entry("", f"holds {'; '.join(place.folded)}" if place.folded else "")
    if not one.cell:
        yield from entry("cell", "the total")
    if one.hidden:
        yield from entry("hidden", f"by the rules of {one.hidden}: {'; '.join(one.reasons)}")
    if one.estimate is not None:
        yield from entry("estimate", f"{amount(one.estimate)} {one.unit}")
        yield from entry("standard error", f"{plainly(one.se)} (cv {percent(one.cv)})")
        if one.ci_low is not None and one.ci_high is not None:
            yield from entry("95% interval", f"{amount(one.ci_low)} to {amount(one.ci_high)}")
        else:
            yield from entry("95% interval", "undefined")
    elif not one.hidden or one.confidential:
        yield from entry("estimate", "undefined")
    if one.n is not None and one.households is not None:
        yield from entry("sample", f"{one.n:,} rows, of {one.households:,} {one.units}")
    why = f": {'; '.join(one.reasons)}" if one.reasons and not one.hidden else ""
    yield from entry("flag", f"{one.flag}{why}")
    changed = f"; the figure is {one.changed}" if one.changed else ""
    yield from entry("protection", f"{one.protection}{changed}" if one.protection else "none was applied")


def _definition(one: Definition) -> Iterator[str]:
    yield from entry("statistic", f"{one.statement}, with {one.weights}")
    for part in one.parts:
        what = f"{part.value} of the {part.record} record" if part.value else f"rows of the {part.record} record"
        where = f" where {part.where}" if part.where else ""
        yield from entry(part.role, f"{what} ({part.label}){where}")
        yield from entry("", f"in words: {part.words}" if part.words else "")
    for record, words in one.universe.items():
        yield from entry("universe", f"the module is about rows of {record} where {words}")
    for words in one.choices:
        yield from entry("country chose", words)
    for words in one.notes:
        yield from entry("note", words)
    for words in one.coverage:
        yield from entry("not covered", words)
    yield from entry("reference", one.reference)


def _closed(figure: Figure) -> str:
    return CLOSED.format(why=f"hidden by the rules of {figure.hidden}" if figure.hidden else figure.changed)


def _rows(funnels: Sequence[Funnel], figure: Figure) -> Iterator[str]:
    if not funnels:
        yield from entry("not told", _closed(figure))
    for funnel in funnels:
        named = [(words, rows) for words, rows in _steps(funnel) if rows is not None]
        yield from _counts(named)


def _steps(one: Funnel) -> Iterator[tuple[str, int | None]]:
    """Yield the steps of a funnel with their rows; None where a step says nothing."""
    told = not one.merged
    yield f"  rows of {one.file}", one.in_file
    yield f"  rows of the {one.record} record", one.in_record
    yield "- without a household", one.orphans or None
    yield "- outside the universe of the module", one.beyond or None
    yield "= in the universe", one.in_record - one.orphans - one.beyond if told else None
    yield "- the condition is false", one.outside if told else None
    yield "- in another category of the breakdown", one.elsewhere or None
    yield "- category of the breakdown not known", one.unplaced or None
    for lost in one.unknown:
        yield f"- not known: {' '.join(filter(None, [lost.variable, lost.reason]))}", lost.rows
    yield "- left out, for reasons some of which are of few rows", one.merged or None
    yield "= counted" if one.role.endswith("counted") else f"= counted ({one.role})", one.counted
    yield "    of these in the numerator", one.numerator
    yield "    their units of the sample", one.households


def _counts(held: Sequence[tuple[str, int]]) -> Iterator[str]:
    """Yield numbers under each other."""
    most, digits = max(width(words) for words, _ in held), max(len(f"{rows:,}") for _, rows in held)
    for words, rows in held:
        yield f"  {words}{' ' * (most - width(words))}  {f'{rows:,}':>{digits}}"


def _weights(told: Explanation) -> Iterator[str]:
    yield from (line for word, text in weight_lines(told.weighting) for line in entry(word, text))
    if told.value is None:
        yield from entry("value", f"not told: {_closed(told.figure)}")
    else:
        yield from (line for word, text in value_lines(told.value) for line in entry(word, text))
    yield from (line for word, text in spread_lines(told.spread) for line in entry(word, text))
    yield from _judged(told.judgement)


def _judged(one: Judgement) -> Iterator[str]:
    since = f", in force from {one.valid_from}" if one.valid_from else ""
    yield from entry("quality rules", f"{one.profile}: {one.title}{since} ({one.reference})")
    for rule in one.rules:
        yield from entry(rule.flag, _compared(rule))
    yield from entry("flag", f"{one.flag} by quality" if one.flag else "")


def _compared(rule: Comparison) -> str:
    facts = ", ".join(f"{name} is {_fact(value)}" for name, value in rule.facts.items())
    holds = "not told" if rule.holds is None and not rule.facts else {True: "holds", False: "does not hold"}.get(
        rule.holds, "a fact is not known, so it does not hold"  # type: ignore[arg-type]
    )  # fmt: skip
    return f"{rule.rule}: {holds}" + (f" ({facts})" if facts else "")


def _fact(value: float | bool | None) -> str:
    return "not known" if value is None else str(value).lower() if isinstance(value, bool) else exactly(value)


def _checked(one: Checked | None, figure: Figure) -> Iterator[str]:
    if one is None:
        yield from entry("not told", _closed(figure))
        return
    yield from entry("rows counted", f"{one.rows:,}" if one.rows is not None else "")
    number = sum(one.errors.values())
    listed = "; ".join(f"{rule} {rows:,}" for rule, rows in one.errors.items())
    yield from entry("errors", f"{number:,} findings of severity error concern them{f': {listed}' if listed else ''}")
    if not one.complete:
        yield from entry("", "The list of findings is cut, so there may be more.")
    yield from entry("accepted", f"{one.accepted:,} findings stand as accepted exceptions" if one.accepted else "")
    entering = f", {one.entering:,} of them of a variable that enters" if one.corrected else ""
    yield from entry("corrections", f"{one.corrected:,} answers in them were corrected{entering}")
