"""The workbook: a cover, the contents, the notes, and one sheet a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

from lfs_migration.files import write_bytes
from lfs_migration.model.results import Table
from lfs_migration.publish.about import About, Survey, survey_of
from lfs_migration.publish.figures import show
from lfs_migration.publish.reasons import in_words
from lfs_migration.publish.titles import part_name
from lfs_migration.publish.workbook.columns import Column, write_table
from lfs_migration.publish.workbook.file import finished
from lfs_migration.publish.workbook.notes import Notes, bracketed, letters, notes_sheet
from lfs_migration.publish.workbook.sheets import OPTIONS, Book, Head, lead, one_line, write_head, write_lines
from lfs_migration.publish.workbook.tables import Leaf, alarms, leaves, table_sheet
from lfs_migration.text import pick

CREATED = datetime(2000, 1, 1)
"""Stands in every workbook, so that the same tables give the same bytes; the manifest has the true time."""
LINE = 76
"""Width of the cover, in digits: that of a page."""


def write_workbook(
    tables: Sequence[Table],
    path: Path | str,
    *,
    about: About | None = None,
    findings_counts: Mapping[str, int] | None = None,
) -> Path:
    """Write all tables as an Excel workbook.

    Each table's sheet has its title in A1, under it what is said of the table with the numbers of its notes, and one
    Excel table with one header row: the labels of the categories, statistic, unit, estimate and the rest. Numbers are
    numbers. No cell of a table is empty: where a figure must not be published, or is none, a letter in square brackets
    says why, and the sheet of notes explains it. The same tables give the same bytes.

    Parameters
    ----------
    tables : sequence of Table
    path : path
    about : About, optional
        Language, notes, quality rules and coverage statements.
    findings_counts : mapping of rule to int, optional
        Given a sheet; where there are none, the cover says so.

    Returns
    -------
    Path
    """
    from xlsxwriter import Workbook

    about, survey = about or About(), survey_of(tables)
    buffer = BytesIO()
    with Workbook(buffer, OPTIONS) as file:
        book = Book(file, about)
        _properties(file, survey, about)
        _sheets(book, survey, tables, findings_counts)
    return write_bytes(path, finished(buffer.getvalue(), about.language))


def _properties(file: Any, survey: Survey, about: About) -> None:
    subject, title = one_line(about.say("subject")), one_line(survey.named(about.language))
    file.set_properties({"title": title, "subject": subject, "comments": "lfs_migration", "created": CREATED})
    file.set_custom_property("Language", about.language)
    file.set_custom_property("Synthetic", survey.synthetic)


def _sheets(book: Book, survey: Survey, tables: Sequence[Table], counts: Mapping[str, int] | None) -> None:
    cover, contents, explained, checks = (book.say(name) for name in ("cover", "contents", "notes", "checks"))
    pages = leaves(tables, (cover, contents, explained, checks))
    notes = Notes.of(tables, book.about)
    places = _places(pages, notes)
    fixed = [contents, *([explained] if len(places) > 1 else []), *([checks] if counts else [])]
    _cover(book, cover, survey, tables, fixed, none_found=counts == {})
    head = partial(_head, book, survey)
    _contents(book, head(contents, book.say("book_contents_text" if pages else "book_none")), contents, pages)
    if explained in fixed:
        notes_sheet(book, head(explained, book.say("book_notes_text")), notes, places)
    if counts:
        _checks(book, head(checks, book.say("book_one_table")), checks, counts)
    for leaf in pages:
        table_sheet(book, leaf, notes, contents, explained)


def _places(pages: Sequence[Leaf], notes: Notes) -> dict[str, list[tuple[str, str]]]:
    """Return where each marker is used, by indicator and sheet; the empty marker stands for all sheets."""
    places: dict[str, list[tuple[str, str]]] = {"": []}
    for leaf in pages:
        markers = [*map(notes.marker, notes.all(leaf.table)), *map(bracketed, letters(leaf.cells))]
        for marker in ("", *markers):
            places.setdefault(marker, []).append((leaf.table.indicator.code, leaf.sheet))
    return places


def _head(book: Book, survey: Survey, name: str, said: str) -> Head:
    """Make a sheet that has a title and some words."""
    warned = alarms(book, synthetic=survey.synthetic, unprotected=survey.unprotected)
    return write_head(book, book.sheet(name, landscape=True), [(name, book.heading()), *warned, (said, book.words())])


def _cover(
    book: Book, name: str, survey: Survey, tables: Sequence[Table], links: Sequence[str], *, none_found: bool
) -> None:  # fmt: skip
    sheet = book.sheet(name)
    sheet.set_column(0, 0, LINE)
    body, section = book.words(text_wrap=True), book.heading(2, text_wrap=True)
    head = [(survey.named(book.language), book.heading(text_wrap=True))]
    head += alarms(book, synthetic=survey.synthetic, unprotected=survey.unprotected, text_wrap=True)
    row = write_lines(book, sheet, [*head, *((words, body) for words in _what(book, survey, tables))], wide=LINE)
    for offset, target in enumerate(links):
        lead(book, sheet, row + offset, 0, target, target)
    parts = [*_explained(book, tables)]
    if none_found:
        parts.append((book.say("checks"), [book.say("checks_none")]))
    lines = [line for title, said in parts for line in ((title, section), *((words, body) for words in said))]
    write_lines(book, sheet, lines, row + len(links), wide=LINE)


def _what(book: Book, survey: Survey, tables: Sequence[Table]) -> Iterator[str]:
    """Yield what the workbook is."""
    yield book.say("subject")
    if survey.id:
        yield book.say("named", name=book.say("survey"), what=survey.id)
    sizes = {"tables": len(tables), "indicators": len({table.indicator.code for table in tables})}
    yield book.say("book_text", **{name: show(size, 0, book.language) for name, size in sizes.items()})


def _explained(book: Book, tables: Sequence[Table]) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield the headings of the cover, and what stands under each."""
    if not tables:
        return
    say = book.say
    yield (
        say("book_reading"),
        [say("book_rows"), say("book_markers", note=say("book_note", number="1"), shorthand="[c]")],
    )
    yield say("flags"), [say("named", name=say(word), what=" ".join(said)) for word, said in _flags(book, tables)]
    yield say("method"), [say("method_text")]
    if book.about.protection is not None:
        yield say("protection"), book.about.protection_words()


def _flags(book: Book, tables: Sequence[Table]) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield the word of each flag, what it means, and by which rules it is given."""
    profile, say = book.about.profile, book.say
    yield "book_usable", [say("flag_publish")]
    yield "caution", [say("book_caution"), *_given(book, profile.caution if profile else (), tables)]
    yield "withheld", [say("book_u"), *_given(book, profile.suppress if profile else (), tables)]
    if book.about.protection is not None:
        yield "confidential", [say("book_c")]


def _given(book: Book, rules: Sequence[str], tables: Sequence[Table]) -> list[str]:
    units = next((table.units for table in tables if table.units), None)
    reasons = dict.fromkeys(in_words(rule, book.language, units) for rule in rules)
    return [f"{book.say('when')} {book.say('between').join(reasons)}."] if reasons else []


def _contents(book: Book, head: Head, name: str, pages: Sequence[Leaf]) -> None:
    if not pages:
        return
    language, whole = book.language, [book.number(0)] * len(pages)
    topics = [_topic(leaf.table, language) for leaf in pages]
    columns = [
        Column(book.say("sheet"), [leaf.sheet for leaf in pages], sheets=True),
        *([Column(book.say("book_topic"), [topic or "-" for topic in topics])] if any(topics) else []),
        Column(book.say("indicator"), [leaf.table.indicator.code for leaf in pages]),
        Column(book.say("book_title"), [pick(leaf.table.indicator.title, language) for leaf in pages]),
        Column(book.say("book_breakdown"), [part_name(leaf.table, language) or book.say("overall") for leaf in pages]),
        Column(book.say("figures"), [len(leaf.cells) for leaf in pages], whole),
        Column(book.say("suppressed"), [leaf.hidden for leaf in pages], whole),
    ]
    write_table(book, head, "contents", columns, title=name)


def _topic(table: Table, language: str) -> str:
    """Return what an indicator is about, in the words of its codebook."""
    topic = table.indicator.topic
    known = table.codebook.topics if table.codebook is not None else {}
    return pick(known[topic], language) if topic in known else topic


def _checks(book: Book, head: Head, name: str, counts: Mapping[str, int]) -> None:
    found = Column(book.say("found"), list(counts.values()), [book.number(0)] * len(counts))
    write_table(book, head, "checks", [Column(book.say("rule"), list(counts)), found], title=name)
