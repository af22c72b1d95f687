"""One sheet of the workbook: a title, notes, and one Excel table."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from lfs_migration.model.results import Cell, Table
from lfs_migration.publish.about import About
from lfs_migration.publish.figures import decimals, publishable, stable
from lfs_migration.publish.titles import breakdowns, code_of, full_title, heading, label
from lfs_migration.publish.words import statistic_name, unit_name
from lfs_migration.text import clean, pick

LONGEST_TEXT = 32_767
"""Characters that a cell of Excel takes."""
LONGEST_SHEET = 31
"""Characters that the name of a sheet takes."""
WIDEST = 48
"""Width of a column, in characters, beyond which text is cut on the screen."""


@dataclass(frozen=True)
class Book:
    """A workbook that is being written.

    Parameters
    ----------
    file : xlsxwriter.Workbook
    about : About
    """

    file: Any
    about: About
    _formats: dict[tuple[tuple[str, Any], ...], Any] = field(default_factory=dict, repr=False)

    @property
    def language(self) -> str:
        """Language of the workbook."""
        return self.about.language

    def format(self, **properties: Any) -> Any:
        """Return a cell format, made once."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self.file.add_format(properties)
        return self._formats[key]

    def number(self, places: int, suffix: str = "") -> Any:
        """Return the format of a number with some decimals and a thousands separator."""
        return self.format(num_format="#,##0" + ("." + "0" * places if places else "") + suffix)

    def say(self, name: str) -> str:
        """Return a phrase in the workbook's language."""
        return self.about.say(name)


@dataclass(frozen=True)
class Column:
    """A column of an Excel table: its header, and for each row a value and its format."""

    header: str
    values: Sequence[str | float | None]
    formats: Sequence[Any] = ()

    @property
    def width(self) -> int:
        """Characters that the column needs; the filter button takes three."""
        texts = [len(value) for value in self.values if isinstance(value, str)]
        return min(max([12, len(self.header) + 3, *texts]), WIDEST)


def text(value: str) -> str:
    """Return text that a cell can hold."""
    return clean(value)[:LONGEST_TEXT]


def unique(names: Iterable[str], longest: int) -> list[str]:
    """Return the names, numbered where two are the same to Excel, which does not tell capitals.

    Examples
    --------
    >>> unique(["E14 sex", "e14 SEX"], 31)
    ['E14 sex', 'e14 SEX (2)']
    """
    taken: set[str] = set()
    out = []
    for name in names:
        chosen, number = name[:longest].rstrip(), 1
        while chosen.lower() in taken:
            number += 1
            mark = f" ({number})"
            chosen = name[: longest - len(mark)].rstrip() + mark
        taken.add(chosen.lower())
        out.append(chosen)
    return out


def sheet_names(tables: Sequence[Table], reserved: Sequence[str] = ()) -> list[str]:
    """Return a name for each table's sheet: the indicator's code and the breakdown, at most 31 characters."""
    told = [table.dimensions if len(table.indicator.of) > 1 else breakdowns(table) for table in tables]
    names = [f"{table.indicator.code} {'-'.join(parts)}" for table, parts in zip(tables, told, strict=True)]
    allowed = [re.sub(r"[\[\]:*?/\\]", "_", clean(name)).strip("' ") or "_" for name in names]
    # Excel keeps the name History for itself.
    return unique([*reserved, "History", *allowed], LONGEST_SHEET)[len(reserved) + 1 :]


def write_lines(sheet: Any, lines: Iterable[tuple[str, Any]]) -> int:
    """Write lines of text into the first column, and return the row after them."""
    row = 0
    for words, style in lines:
        sheet.write_string(row, 0, text(words), style)
        row += 1
    return row


def write_table(sheet: Any, row: int, name: str, columns: Sequence[Column]) -> None:
    """Write columns as an Excel table whose header stands in ``row``."""
    # Excel wants headers on one line, none empty, all different.
    headers = unique((" ".join(text(column.header).split())[:200] or "-" for column in columns), 255)
    rows = len(columns[0].values)
    options = {"name": name, "columns": [{"header": header} for header in headers], "style": "Table Style Light 9"}
    sheet.add_table(row, 0, row + rows, len(columns) - 1, options)
    for position, column in enumerate(columns):
        sheet.set_column(position, position, column.width)
        for offset, value in enumerate(column.values, start=1):
            style = column.formats[offset - 1] if column.formats else None
            if isinstance(value, str):
                sheet.write_string(row + offset, position, text(value), style)
            elif value is not None:
                sheet.write_number(row + offset, position, value, style)


def table_sheet(book: Book, sheet: Any, table: Table, number: int, back: str) -> None:
    """Write one table into its sheet.

    Parameters
    ----------
    book : Book
    sheet : xlsxwriter worksheet
    table : Table
    number : int
        Of the table in the workbook, for its name inside Excel.
    back : str
        Name of the sheet of contents.
    """
    row = write_lines(sheet, _lines(book, table))
    sheet.write_url(row, 0, f"internal:'{back}'!A1", string=book.say("back"))
    row += 1
    cells = [publishable(cell) for cell in table.cells]
    if cells:
        code = re.sub(r"\W", "_", table.indicator.code, flags=re.ASCII)
        write_table(sheet, row, f"table_{number}_{code}", _columns(book, table, cells))
        sheet.freeze_panes(row + 1, 0)
        sheet.repeat_rows(row)
    else:
        sheet.write_string(row, 0, book.say("empty"))
    _page(sheet, table, book.language)


def _lines(book: Book, table: Table) -> Iterable[tuple[str, Any]]:
    body = book.format()
    yield full_title(table, book.language), book.format(bold=True, font_size=14)
    notices = (table.synthetic, "synthetic_notice"), (not table.protection, "unprotected_notice")
    yield from ((book.say(notice), book.format(bold=True, font_color="#9C0006")) for holds, notice in notices if holds)
    notes = [pick(table.indicator.note, book.language)] if table.indicator.note else []
    for note in (*notes, *book.about.statements(table.indicator.coverage), *table.notes):
        yield note, body


def _columns(book: Book, table: Table, cells: Sequence[Cell]) -> list[Column]:
    language = book.language
    names = [heading(table, dimension, language) for dimension in table.dimensions]
    labels = [[label(table, d, code_of(cell, d), language) for cell in cells] for d in table.dimensions]
    places = {c.unit: decimals(c.unit, [x.estimate for x in cells if x.unit == c.unit]) for c in cells}
    fitting = [book.number(places[cell.unit]) for cell in cells]
    cv, whole = [book.number(1, "%")] * len(cells), [book.number(0)] * len(cells)

    def figures(name: str, take: Callable[[Cell], float | None], formats: Sequence[Any]) -> Column:
        return Column(book.say(name), [stable(take(cell)) for cell in cells], formats)

    return [
        *map(Column, names, labels),
        Column(book.say("statistic"), [statistic_name(cell.statistic, language) for cell in cells]),
        Column(book.say("unit"), [unit_name(cell.unit, language) for cell in cells]),
        figures("estimate", lambda cell: cell.estimate, fitting),
        figures("se", lambda cell: cell.se, fitting),
        figures("cv", lambda cell: cell.cv, cv),
        figures("low", lambda cell: cell.ci_low, fitting),
        figures("high", lambda cell: cell.ci_high, fitting),
        figures("n", lambda cell: cell.n, whole),
        figures("households", lambda cell: cell.households, whole),
        figures("df", lambda cell: cell.df, whole),
        Column(book.say("flag"), [cell.flag for cell in cells]),
    ]


def _page(sheet: Any, table: Table, language: str) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    # An ampersand starts a command in headers; Excel takes 255 characters of them.
    name = text(full_title(table, language))[:110].replace("&", "&&")
    sheet.set_header(f"&L{name}")
    sheet.set_footer("&R&P / &N")
