"""The workbook: a cover, the contents, and one sheet a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from lfs_migration.files import write_bytes
from lfs_migration.model.results import Table
from lfs_migration.publish.about import About, Survey, survey_of
from lfs_migration.publish.sheets import Book, Column, sheet_names, table_sheet, text, write_lines, write_table
from lfs_migration.publish.titles import title
from lfs_migration.text import clean

CREATED = datetime(2000, 1, 1)
"""Stands in every workbook, so that the same tables give the same bytes; the manifest has the true time."""

# Text from a codebook or a file must stay text, whatever it starts with.
OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


def write_workbook(
    tables: Sequence[Table],
    path: Path | str,
    *,
    about: About | None = None,
    findings_counts: Mapping[str, int] | None = None,
) -> Path:
    """Write all tables as an Excel workbook.

    Each table's sheet has its title in A1, notes under it, and one Excel table with one header row: the labels of the
    categories, statistic, unit, estimate and the rest. Numbers are numbers; figures that must not be published are
    empty cells with the flag ``suppress``. The same tables give the same bytes.

    Parameters
    ----------
    tables : sequence of Table
    path : path
    about : About, optional
        Language, notes and coverage statements.
    findings_counts : mapping of rule to int, optional
        Shown on the cover.

    Returns
    -------
    Path
    """
    from xlsxwriter import Workbook

    about, survey = about or About(), survey_of(tables)
    buffer = BytesIO()
    with Workbook(buffer, OPTIONS) as file:
        book = Book(file, about)
        _properties(file, survey, about.language)
        fixed = (book.say("cover"), book.say("contents"))
        names = sheet_names(tables, fixed)
        cover, contents = (file.add_worksheet(name) for name in fixed)
        _cover(book, cover, survey, [*_about(tables, book), *_checks(findings_counts, book)])
        _contents(book, contents, tables, names)
        for number, (table, name) in enumerate(zip(tables, names, strict=True), start=1):
            table_sheet(book, file.add_worksheet(name), table, number, fixed[1])
    return write_bytes(path, buffer.getvalue())


def _properties(file: Any, survey: Survey, language: str) -> None:
    named = clean(survey.named(language))
    file.set_properties({"title": named, "subject": named, "comments": "lfs_migration", "created": CREATED})
    file.set_custom_property("Language", language)
    file.set_custom_property("Synthetic", survey.synthetic)


def _cover(book: Book, sheet: Any, survey: Survey, lines: Sequence[tuple[str, Any]]) -> None:
    head = [(survey.named(book.language), book.format(bold=True, font_size=18))]
    alarm = book.format(bold=True, font_color="#9C0006", bg_color="#FFE699", text_wrap=True)
    notices = (survey.synthetic, "synthetic_notice"), (survey.unprotected, "unprotected_notice")
    head += [(book.say(notice), alarm) for holds, notice in notices if holds]
    sheet.set_column(0, 0, 110)
    write_lines(sheet, [*head, *lines])


def _about(tables: Sequence[Table], book: Book) -> Iterator[tuple[str, Any]]:
    section, body = book.format(bold=True, font_size=12, top=1), book.format(text_wrap=True)
    yield book.say("survey"), section
    yield survey_of(tables).id, body
    named = dict.fromkeys(name for table in tables for name in table.indicator.coverage)
    for heading, words in (("coverage", book.about.statements(named)), ("notes", book.about.notes)):
        if words:
            yield book.say(heading), section
            yield from ((sentence, body) for sentence in words)
    yield book.say("flags"), section
    for flag in ("publish", "caution", "suppress"):
        yield f"{flag}: {book.say('flag_' + flag)}", body
    yield book.say("method"), section
    yield book.say("method_text"), body
    if book.about.protection:
        yield book.say("protection"), section
        yield from ((sentence, body) for sentence in book.about.protection_words())


def _checks(counts: Mapping[str, int] | None, book: Book) -> Iterator[tuple[str, Any]]:
    if counts is None:
        return
    yield book.say("checks"), book.format(bold=True, font_size=12, top=1)
    body = book.format(text_wrap=True)
    yield from ((f"{rule}: {count}", body) for rule, count in counts.items())
    if not counts:
        yield book.say("checks_none"), body


def _contents(book: Book, sheet: Any, tables: Sequence[Table], names: Sequence[str]) -> None:
    sheet.write_string(0, 0, book.say("contents"), book.format(bold=True, font_size=14))
    if not tables:
        return
    suppressed = [sum(cell.flag == "suppress" for cell in table.cells) for table in tables]
    columns = [
        Column(book.say("sheet"), names),
        Column(book.say("table"), [title(table, book.language) for table in tables]),
        Column(book.say("figures"), [len(table.cells) for table in tables]),
        Column(book.say("suppressed"), suppressed),
    ]
    write_table(sheet, 1, "contents", columns)
    sheet.set_column(1, 1, 80)
    for row, name in enumerate(names, start=2):
        target = name.replace("'", "''")
        sheet.write_url(row, 0, f"internal:'{target}'!A1", string=text(name))
