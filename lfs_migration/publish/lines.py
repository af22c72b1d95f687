"""A table as lines of text, for a terminal: aligned figures, and what has to be said with them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

from lfs_migration.model.results import TOTAL, UNKNOWN, Cell, Table
from lfs_migration.publish.about import About
from lfs_migration.publish.figures import decimals, publishable, show
from lfs_migration.publish.reasons import in_words
from lfs_migration.publish.titles import breakdowns, code_of, distributed, full_title, heading, label
from lfs_migration.publish.words import joined, statistic_name, unit_name
from lfs_migration.text import clean, pick

NONE = "-"
"""Stands where a figure may not be published, or is none."""


def table_lines(table: Table, about: About | None = None) -> Iterator[str]:
    """Yield a table as lines: title, figures, then coverage, notes, what is not known, and why figures have a flag.

    Parameters
    ----------
    table : Table
    about : About, optional
        Language, notes, and the words and statements of the codebook.
    """
    about = about or About()
    kinds = {(cell.statistic, cell.unit) for cell in table.cells}
    yield clean(full_title(table, about.language))
    if len(kinds) == 1:
        yield _named(*next(iter(kinds)), about.language)
    yield ""
    if not table.cells:
        yield about.say("empty")
        return
    yield from _aligned(_rows(table, about, several=len(kinds) > 1), len(table.dimensions) + (len(kinds) > 1))
    said = [clean(line) for line in _said(table, about)]
    yield from ["", *said] if said else []


def _named(statistic: str, unit: str, language: str) -> str:
    return joined([statistic_name(statistic, language), unit_name(unit, language)], language)


def _rows(table: Table, about: About, *, several: bool) -> Iterator[list[str]]:
    """Yield the header, and the words of each figure."""
    language = about.language
    figures = [about.say(name) for name in ("estimate", "se", "cv", "n", "flag")]
    yield [*(heading(table, d, language) for d in table.dimensions), *([about.say("statistic")] * several), *figures]
    sizes: dict[str, list[float]] = {}
    for cell in table.cells:
        sizes.setdefault(cell.unit, []).append(cell.estimate)
    places = {unit: decimals(unit, own) for unit, own in sizes.items()}
    for cell in map(publishable, table.cells):
        own = [_named(cell.statistic, cell.unit, language)] if several else []
        labels = [label(table, d, code_of(cell, d), language) for d in table.dimensions]
        numbers = [show(number, places[cell.unit], language) for number in (cell.estimate, cell.se)]
        cv = show(100 * cell.cv, 1, language)
        n = "" if cell.n is None else show(cell.n, 0, language)
        shown = [*numbers, f"{cv}%" if cv else "", n]
        yield [*map(clean, labels), *own, *(number or NONE for number in shown), cell.flag]


def _aligned(rows: Iterator[list[str]], words: int) -> Iterator[str]:
    """Yield rows as lines: so many columns of words to the left, numbers to the right, the flag to the left."""
    held = list(rows)
    widths = [max(width(row[column]) for row in held) for column in range(len(held[0]))]
    last = len(widths) - 1
    for row in held:
        cells = []
        for column, text in enumerate(row):
            space = " " * (widths[column] - width(text))
            cells.append(text + space if column < words or column == last else space + text)
        yield "  ".join(cells).rstrip()


def width(text: str) -> int:
    r"""Return the columns that a text takes on a terminal: signs over letters take none, wide letters two.

    Examples
    --------
    >>> width("Sex"), width("e\u0301"), width("\u65e5")
    (3, 1, 2)
    """
    return sum(0 if unicodedata.combining(letter) or unicodedata.category(letter) in ("Mn", "Cf")
               else 2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)  # fmt: skip


def _said(table: Table, about: About) -> Iterator[str]:
    """Yield what is said with a table's figures."""
    indicator = table.indicator
    if table.synthetic:
        yield about.say("synthetic_notice")
    if indicator.note:
        yield pick(indicator.note, about.language)
    yield from about.statements(indicator.coverage)
    yield from table.notes_in(about.language)
    yield from (*about.notes, *about.protection_words())
    unknown = max((cell.unknown_share for cell in _overall(table)), default=0.0)
    of = distributed(table)
    if unknown > 0 and not (of and any(code_of(cell, of) == UNKNOWN for cell in table.cells)):
        yield about.say("left_out", share=show(100 * unknown, 1, about.language))
    for flag in ("caution", "suppress"):
        reasons = {in_words(one, about.language, table.units): None
                   for cell in table.cells if cell.flag == flag for one in cell.why.split("; ")}  # fmt: skip
        if reasons:
            yield f"{flag}: {about.say(f'flag_{flag}')} ({'; '.join(filter(None, reasons))})"


def _overall(table: Table) -> Sequence[Cell]:
    """Return the figures that are over all of the breakdowns."""
    names = breakdowns(table)
    return [cell for cell in table.cells if all(code_of(cell, name) == TOTAL for name in names)]
