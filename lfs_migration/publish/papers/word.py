"""Tables for documents: Word, with headings that repeat, captions, notes, and a description for those who cannot see.

Needs the extra ``word``. The same tables give the same bytes: no clock, and the files inside in one order.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from lfs_migration.errors import LfsMigrationError
from lfs_migration.files import write_bytes
from lfs_migration.publish.about import About
from lfs_migration.publish.legible import said
from lfs_migration.publish.papers.grid import Figures, Grid, Line, grids_of
from lfs_migration.text import RIGHT_TO_LEFT

MADE = datetime(2000, 1, 1)
"""Stands for the time at which the document was made: the same tables are the same document."""
INSIDE = (1980, 1, 1, 0, 0, 0)
"""Time of the files inside, the first that the format knows."""
NONE = "\N{EN DASH}"
"""Stands where there is no figure."""
LOCALES = {
    "en": "en-GB", "fr": "fr-FR", "es": "es-ES", "ar": "ar-SA", "hy": "hy-AM", "ru": "ru-RU", "th": "th-TH",
}  # fmt: skip
"""As the format names languages."""
FONT, SIZE = "Arial", 10
LONGEST_TITLE, LONGEST = 255, 2000
"""Letters of the document's title, which the format limits, and of a table's description."""


def write_docx(
    figures: Figures | Sequence[Figures], path: Path | str, *, language: str = "en", about: About | None = None
) -> Path:
    """Write a table, or several, as a Word document.

    Each has a caption with its number, a row of headings that repeats on every page, its notes, and a title and
    description for screen readers. A document in Arabic runs from right to left.

    Parameters
    ----------
    figures : Table, Estimates, or sequence of them
    path : path
    language : str
        Of labels and notes: en, fr, es, ar, hy, ru or th.
    about : About, optional
        Language and further notes, in place of ``language``.

    Returns
    -------
    Path

    Raises
    ------
    LfsMigrationError
        When the extra ``word`` is not installed.
    """
    grids = grids_of(figures, about, language)
    page = Page(library(), about.language if about else language)
    page.begin("; ".join(dict.fromkeys(grid.title for grid in grids)))
    for number, grid in enumerate(grids, start=1):
        page.add(grid, number)
    return write_bytes(path, page.content())


def library() -> Any:
    """Return python-docx.

    Raises
    ------
    LfsMigrationError
        Saying how to install it.
    """
    try:
        return import_module("docx")
    except ImportError as error:
        raise LfsMigrationError(
            "Word documents need python-docx", detail=str(error),
            hint='Install it: pip install "lfs-migration[word]"',
        ) from error  # fmt: skip


class Page:
    """A document that is being written.

    Parameters
    ----------
    library : module
        python-docx.
    language : str
    """

    def __init__(self, library: Any, language: str) -> None:
        self.language = language
        self.mirrored = language in RIGHT_TO_LEFT
        self.document = library.Document()
        self._shared = import_module("docx.shared")
        self._named = import_module("docx.oxml.ns").qn
        self._new = import_module("docx.oxml").OxmlElement
        self._sides = import_module("docx.enum.text").WD_ALIGN_PARAGRAPH

    def begin(self, title: str) -> None:
        """Set title, language and time of the document, and the looks of its text."""
        core = self.document.core_properties
        core.title, core.language = title[:LONGEST_TITLE], LOCALES[self.language]
        core.author = core.last_modified_by = "lfs_migration"
        core.comments, core.revision = "", 1
        core.created = core.modified = MADE
        styles = self.document.styles
        for name in ("Normal", "Caption"):
            style = styles[name]
            style.paragraph_format.space_before = self._shared.Pt(6 if name == "Caption" else 0)
            style.paragraph_format.space_after = self._shared.Pt(2)
            font = style.font
            font.name, font.size, font.color.rgb = FONT, self._shared.Pt(SIZE), self._shared.RGBColor(0, 0, 0)
            # Letters that run from the right have a size and a font of their own.
            size = self._new("w:szCs")
            size.set(self._named("w:val"), str(2 * SIZE))
            style.element.rPr.find(self._named("w:sz")).addnext(size)
            style.element.rPr.rFonts.set(self._named("w:cs"), FONT)
        spoken = styles.element.find(f".//{self._named('w:rPrDefault')}//{self._named('w:lang')}")
        for kind in ("w:val", "w:eastAsia", "w:bidi"):
            spoken.set(self._named(kind), LOCALES[self.language])

    def add(self, grid: Grid, number: int) -> None:
        """Write a table: its caption, its lines, and its notes."""
        caption = self._turned(self.document.add_paragraph(style="Caption"))
        caption.paragraph_format.keep_with_next = True
        self._say(caption, said("numbered", self.language, number=str(number), title=grid.caption), bold=True)
        self._table(grid)
        for letter, note in [*grid.marks.items(), *(("", note) for note in grid.notes)]:
            line = self._turned(self.document.add_paragraph())
            self._say(line, letter, raised=True)
            self._say(line, f" {note}" if letter else note)
        self.document.add_paragraph()

    def content(self) -> bytes:
        """Return the document; the files inside have one time, so that the same document is the same bytes."""
        written = io.BytesIO()
        self.document.save(written)
        out = io.BytesIO()
        with zipfile.ZipFile(written) as had, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
            for name in had.namelist():
                inside = zipfile.ZipInfo(name, INSIDE)
                inside.compress_type, inside.create_system = zipfile.ZIP_DEFLATED, 0
                package.writestr(inside, had.read(name))
        return out.getvalue()

    def _table(self, grid: Grid) -> None:
        table = self.document.add_table(rows=1 + len(grid.lines), cols=len(grid.words) + len(grid.columns))
        self._described(table, grid)
        for place, row in enumerate(table.rows):
            line = grid.lines[place - 1] if place else None
            for mark in ("w:cantSplit",) if place else ("w:cantSplit", "w:tblHeader"):
                row._tr.get_or_add_trPr().append(self._new(mark))
            words = _words(line) if line else [*grid.words, *grid.columns]
            for column, (cell, text) in enumerate(zip(row.cells, words, strict=True)):
                paragraph = self._turned(cell.paragraphs[0])
                if column >= len(grid.words):
                    # Units stand under units. Where lines run from the right, the format takes the left for it.
                    paragraph.alignment = self._sides.LEFT if self.mirrored else self._sides.RIGHT
                self._say(paragraph, text, bold=line is None)
                if line and column == len(grid.words):
                    self._say(paragraph, line.mark, raised=True)
                self._ruled(cell, first=place == 0, last=place == len(grid.lines))

    def _described(self, table: Any, grid: Grid) -> None:
        """Give a table its title and description, in the order that the format wants, and its direction."""
        had = table._tbl.tblPr
        if self.mirrored:
            had.find(self._named("w:tblW")).addprevious(self._new("w:bidiVisual"))
        for name, text in (("w:tblCaption", grid.title), ("w:tblDescription", grid.description)):
            element = self._new(name)
            element.set(self._named("w:val"), text[:LONGEST])
            had.append(element)

    def _ruled(self, cell: Any, *, first: bool, last: bool) -> None:
        """Draw the lines over and under the headings, and under the last line."""
        sides = [("w:top", 8)] * first + [("w:bottom", 8 if last else 4)] * (first or last)
        if not sides:
            return
        borders = self._new("w:tcBorders")
        for side, width in sides:
            line = self._new(side)
            for name, value in (("w:val", "single"), ("w:sz", str(width)), ("w:space", "0"), ("w:color", "000000")):
                line.set(self._named(name), value)
            borders.append(line)
        cell._tc.get_or_add_tcPr().append(borders)

    def _turned(self, paragraph: Any) -> Any:
        """Return a paragraph that runs in the direction of the language."""
        if self.mirrored:
            paragraph._p.get_or_add_pPr().append(self._new("w:bidi"))
        return paragraph

    def _say(self, paragraph: Any, text: str, *, bold: bool = False, raised: bool = False) -> None:
        """Write text; nothing where there is none."""
        if not text:
            return
        run = paragraph.add_run(text)
        run.font.bold, run.font.superscript = bold or None, raised or None
        if self.mirrored:
            run.font.rtl, run.font.cs_bold = True, bold or None


def _words(line: Line) -> list[str]:
    estimate, *others = line.numbers
    return [*line.words, estimate or NONE, *others]
