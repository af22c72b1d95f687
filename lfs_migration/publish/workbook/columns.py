"""Excel tables: columns of text and numbers under one header row, as wide and as high as what they hold."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lfs_migration.publish.workbook.heights import BOLD, extent, wrapped
from lfs_migration.publish.workbook.sheets import ESCAPE, LONGEST_NAME, Book, Head, lead, one_line, put, text, unique

NARROWEST, WIDEST = 11, 44
"""Width of a column, in digits; longer text goes on in the next line of its cell."""
LONGEST_LINE = 150
"""Digits of the lines above a table that are printed."""
BUTTON = 3
"""Digits that the button of a filter takes."""


@dataclass(frozen=True)
class Column:
    """A column of an Excel table.

    Parameters
    ----------
    header : str
    values : sequence of str or float
        ``None`` leaves a cell empty.
    formats : sequence of xlsxwriter formats
        Of the values that are numbers; none where all are text.
    sheets : bool
        Whether its values name sheets, to which they lead.
    widest : int
        Its width at most.
    """

    header: str
    values: Sequence[str | float | None]
    formats: Sequence[Any] = ()
    sheets: bool = False
    widest: int = WIDEST

    def width(self, header: str) -> int:
        """Return the digits that the column needs: for its numbers, its text and the longest word of its header."""
        formats = self.formats or [None] * len(self.values)
        shown = {_shown(*pair) for pair in dict.fromkeys(zip(self.values, formats, strict=True))}
        word = max((BOLD * extent(word) for word in header.split()), default=0)
        half = BOLD * extent(header) / 2
        longest = max((extent(line[: 4 * self.widest]) for one in shown for line in one.split("\n")), default=0)
        return min(max(NARROWEST, math.ceil(max(word + 1.5, half + 1.5, longest + 2))), self.widest)


def _shown(value: str | float | None, style: Any) -> str:
    """Return a value about as long as it is shown."""
    if value is None or isinstance(value, str):
        return text(value or "")
    shape = style.num_format if style is not None else ""
    scale = 100 if shape.endswith("%") else 1
    return f"{value * scale:,.{shape.partition('.')[2].count('0')}f}{'%' if scale > 1 else ''}"


def write_table(
    book: Book, head: Head, name: str, columns: Sequence[Column], *, title: str = "", working: bool = False
) -> None:
    """Write columns as an Excel table, whose header stands in the row after its head.

    Parameters
    ----------
    book : Book
    head : Head
    name : str
        Of the table, unique in the workbook: letters, digits and underscores.
    columns : sequence of Column
    title : str
        What the table is, for those who cannot see it.
    working : bool
        A list to work with rather than to read: with filters, stripes, and a header that stays in sight.
    """
    sheet, row, last = head.sheet, head.row, len(columns) - 1
    # Excel wants headers on one line, none empty, all different.
    headers = unique((one_line(column.header) for column in columns), LONGEST_NAME)
    options = {
        "name": name, "columns": [{"header": _in_attribute(header)} for header in headers], "autofilter": working,
        "banded_rows": working, "style": "Table Style Light 9" if working else "Table Style Light 1",
        "description": _in_attribute(one_line(title)) if title else None,
    }  # fmt: skip
    sheet.add_table(row, 0, row + len(columns[0].values), last, options)
    if working:
        sheet.freeze_panes(row + 1, 0)
    # Each page that is printed says what it is, and what has to be known of it.
    sheet.repeat_rows(row if working else 0, row)
    indents = [int(at > 0 and bool(columns[at - 1].formats) and not one.formats) for at, one in enumerate(columns)]
    widths = [one.width(header) + indent for one, header, indent in zip(columns, headers, indents, strict=True)]
    if not working:  # what is printed ends where the table ends
        widths[last] += max(0, math.ceil(min(head.reach, LONGEST_LINE)) - sum(widths))
    for at, (column, header) in enumerate(zip(columns, headers, strict=True)):
        sheet.set_column(at, at, widths[at] + BUTTON * working)
        put(book, sheet, row, at, header, book.header(numbers=bool(column.formats), indent=indents[at]))
        _write_column(book, head, at, column, indents[at])
    for offset, lines in enumerate(_lines(columns, headers, widths)):
        book.rise(sheet, row + offset, lines)


def _write_column(book: Book, head: Head, at: int, column: Column, indent: int) -> None:
    words = book.format(align="right", valign="top") if column.formats else book.words(text_wrap=True, indent=indent)
    for row, value in enumerate(column.values, start=head.row + 1):
        if column.sheets:
            lead(book, head.sheet, row, at, str(value), str(value))
        elif isinstance(value, str):
            put(book, head.sheet, row, at, value, words)
        elif value is not None:
            head.sheet.write_number(row, at, value, column.formats[row - head.row - 1])


def _lines(columns: Sequence[Column], headers: Sequence[str], widths: Sequence[int]) -> list[int]:
    """Return how many lines the header and each row need."""
    tall = [1] * (len(columns[0].values) + 1)
    for column, header, wide in zip(columns, headers, widths, strict=True):
        tall[0] = max(tall[0], wrapped(header, wide, bold=True))
        if not column.formats and not column.sheets:
            shown = (wrapped(text(value), wide) if isinstance(value, str) else 1 for value in column.values)
            tall[1:] = map(max, tall[1:], shown)
    return tall


def _in_attribute(words: str) -> str:
    """Return text as XlsxWriter has to be given it for an attribute, where it does not escape all that Excel reads."""
    escaped = ESCAPE.sub("_x005F_", words)
    return f"_x003C_{escaped[1:]}" if escaped.startswith("<r>") else escaped
