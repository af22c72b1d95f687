"""What every workbook is made of: text that stays text, formats, names and lines.

The form follows the checklist for accessible spreadsheets of the United Kingdom's Government Analysis Function ("Making
spreadsheets accessible: a brief checklist of the basics", 2021): everything starts in column A, one marked table a
sheet with one header row, no merged cell, no fill, no page header, a sans serif of 12 points.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal

from lfs_migration.publish.about import About
from lfs_migration.publish.workbook.file import HEADINGS
from lfs_migration.publish.workbook.heights import BOLD, extent, height, wrapped
from lfs_migration.text import RIGHT_TO_LEFT, clean

LONGEST_TEXT = 32_767
"""Characters that a cell of Excel takes, in UTF-16 as all of Excel's limits."""
LONGEST_SHEET = 31
"""Characters that the name of a sheet takes."""
LONGEST_NAME = 255
"""Characters that the name of a table or a header takes."""
A4 = 9
"""Excel's number for the size of paper."""
SIZE = 12
"""Of letters, in points."""
ROW = 15.75
"""Height of a row that is given none, in points, or so little more that it does not matter."""

OPTIONS: dict[str, Any] = {
    "in_memory": True,
    # Text from a codebook or a file must stay text, whatever it starts with.
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "default_format_properties": {"font_name": "Arial", "font_size": SIZE, "font_family": 2, "font_scheme": False},
    # What Arial of 12 points needs, in pixels.
    "default_row_height": 20,
    "default_column_width": 80,
}
"""How XlsxWriter makes workbooks."""

ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
"""The start of what Excel reads as a character, as it does ``_x0041_``."""


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

    @property
    def mirrored(self) -> bool:
        """Whether its first column is the one on the right."""
        return self.language in RIGHT_TO_LEFT

    def sheet(self, name: str, *, landscape: bool = False) -> Any:
        """Return a new sheet, as wide as a page of A4 when it is printed."""
        sheet = self.file.add_worksheet(name)
        if self.mirrored:
            sheet.right_to_left()
        if landscape:
            sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        return sheet

    def format(self, **properties: Any) -> Any:
        """Return a cell format, made once."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self.file.add_format(properties)
        return self._formats[key]

    def words(self, **properties: Any) -> Any:
        """Return the format of text: it starts on the side where the language's lines start."""
        side = {"align": "right", "reading_order": 2} if self.mirrored else {"align": "left"}
        kept = {name: value for name, value in properties.items() if name != "indent" or value}
        return self.format(**side, valign="top", **kept)

    def heading(self, level: Literal[1, 2] = 1, **properties: Any) -> Any:
        """Return the format of a heading, which Excel lists among the headings."""
        style = self.words(bold=True, font_size={1: 16, 2: 14}[level], **properties)
        if level > 1:
            style.set_align("bottom")
        style.xf_id = HEADINGS[level - 1].mark
        return style

    def link(self) -> Any:
        """Return the format of a link."""
        return self.words(hyperlink=True)

    def header(self, *, numbers: bool, indent: int = 0) -> Any:
        """Return the format of a column's header: above numbers it stands on their side."""
        line = {"bold": True, "text_wrap": True, "bottom": 1}
        return self.format(align="right", valign="top", **line) if numbers else self.words(**line, indent=indent)

    def rise(self, sheet: Any, row: int, lines: float, size: float = SIZE) -> None:
        """Make a row as high as its lines need, where the height of a row without any is not enough."""
        needed = height(lines, size, self.language)
        if needed > ROW:
            sheet.set_row(row, needed)

    def number(self, places: int, suffix: str = "") -> Any:
        """Return the format of a number with some decimals and a thousands separator."""
        shape = "#,##0" + ("." + "0" * places if places else "") + suffix
        return self.format(num_format=shape, align="right", valign="top")

    def say(self, name: str, /, **values: str) -> str:
        """Return a phrase in the workbook's language."""
        return self.about.say(name, **values)


@lru_cache(maxsize=16_384)
def text(value: str, longest: int = LONGEST_TEXT) -> str:
    r"""Return text that a cell can hold.

    Examples
    --------
    >>> text("=1+1\r\n\x00"), len(text("\N{GLOBE WITH MERIDIANS}" * 40_000))
    ('=1+1\n\ufffd', 16383)
    """
    # Of the line's ends that Excel and XML know, only one comes back as it went.
    return _cut(clean(value).replace("\r\n", "\n").replace("\r", "\n"), longest)


def _cut(words: str, longest: int) -> str:
    if 2 * len(words) <= longest:  # so many characters of UTF-16 at most
        return words
    return words.encode("utf-16-le")[: 2 * longest].decode("utf-16-le", "ignore")


def one_line(value: str, longest: int = LONGEST_NAME) -> str:
    r"""Return a name on one line; a hyphen for nothing.

    Examples
    --------
    >>> one_line("Sex\nand  age"), one_line(" ")
    ('Sex and age', '-')
    """
    return _cut(" ".join(clean(value[: 4 * longest]).split()), longest).rstrip() or "-"


def unique(names: Iterable[str], longest: int, mark: str = " ({})") -> list[str]:
    """Return the names, numbered where two are the same to Excel, which does not tell capitals.

    Examples
    --------
    >>> unique(["E14 sex", "e14 SEX"], 31)
    ['E14 sex', 'e14 SEX (2)']
    """
    taken: set[str] = set()
    out = []
    for name in names:
        chosen, number = _cut(name, longest).rstrip(), 1
        while chosen.casefold() in taken:
            number += 1
            end = mark.format(number)
            chosen = _cut(name, longest - len(end)).rstrip() + end
        taken.add(chosen.casefold())
        out.append(chosen)
    return out


def allowed(names: Iterable[str], reserved: Sequence[str] = ()) -> list[str]:
    """Return names that sheets can have, beside those that are taken.

    Examples
    --------
    >>> allowed(["E14 sex", "a/b", "history"], ["Cover"])
    ['E14 sex', 'a_b', 'history (2)']
    """
    # Excel keeps the name History for itself.
    return unique([*reserved, "History", *map(_allowed, names)], LONGEST_SHEET)[len(reserved) + 1 :]


def _allowed(name: str) -> str:
    seen = "".join(sign for sign in one_line(name) if unicodedata.category(sign)[0] != "C")
    plain = re.sub(r"[\[\]:*?/\\]", "_", seen)
    # Cut to its length, a name would perhaps end with an apostrophe, which Excel does not take.
    return ESCAPE.sub("-", plain).strip("' ").replace("'", "\N{RIGHT SINGLE QUOTATION MARK}") or "_"


def put(book: Book, sheet: Any, row: int, column: int, value: str, style: Any = None) -> None:
    """Write text into a cell, whatever it looks like."""
    words = text(value)
    if words.startswith("<r>") and words.endswith("</r>"):  # XlsxWriter would take it for markup of its own
        plain = book.format()
        sheet.write_rich_string(row, column, plain, words[:1], plain, words[1:], style)
    else:
        sheet.write_string(row, column, words, style)


def lead(book: Book, sheet: Any, row: int, column: int, target: str, words: str) -> None:
    """Write a link to the first cell of another sheet."""
    place = target.replace("'", "''")
    sheet.write_url(row, column, f"internal:'{place}'!A1", book.link(), string=text(words))


def write_lines(book: Book, sheet: Any, lines: Iterable[tuple[str, Any]], row: int = 0, *, wide: int = 0) -> int:
    """Write lines of text into the first column, from a row on; return the row after them.

    Parameters
    ----------
    book : Book
    sheet : xlsxwriter worksheet
    lines : iterable of text and format
    row : int
    wide : int
        Width of the column, in digits, where the formats wrap the text; without it, text goes on over the next columns.
    """
    for words, style in lines:
        put(book, sheet, row, 0, words, style)
        several = wrapped(text(words), round(wide * SIZE / style.font_size), bool(style.bold)) if wide else 1
        # Space before a heading is in its own row: an empty one would be read out.
        book.rise(sheet, row, several + 0.8 * (style.xf_id == HEADINGS[1].mark), style.font_size)
        row += 1
    return row


@dataclass(frozen=True)
class Head:
    """A sheet whose words above the table are written.

    Parameters
    ----------
    sheet : xlsxwriter worksheet
    row : int
        The first that is free.
    reach : float
        How far the longest of the lines goes, in digits.
    """

    sheet: Any
    row: int
    reach: float


def write_head(book: Book, sheet: Any, lines: Sequence[tuple[str, Any]], links: Sequence[tuple[str, str]] = ()) -> Head:
    """Write what stands above a table: lines of text, then links, each with the sheet that it leads to."""
    row = write_lines(book, sheet, lines)
    for target, words in links:
        lead(book, sheet, row, 0, target, words)
        row += 1
    sizes = (extent(text(words)) * style.font_size / SIZE * (BOLD if style.bold else 1) for words, style in lines)
    return Head(sheet, row, max(sizes, default=0.0))
