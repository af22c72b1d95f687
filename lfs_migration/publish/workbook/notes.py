"""The markers of the workbook, in square brackets: numbered notes, and what stands in a cell in place of a number."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lfs_migration.model.results import CONFIDENTIAL, Cell, Table
from lfs_migration.publish.about import About
from lfs_migration.publish.figures import show
from lfs_migration.publish.workbook.columns import Column, write_table
from lfs_migration.publish.workbook.sheets import Book, Head, text
from lfs_migration.text import pick

HIDDEN, WEAK, NONE = "c", "u", "x"
"""Letters of the shorthand, as the Government Analysis Function harmonised it ("Using symbols and shorthand", 2022):
confidential, of low reliability, not available. They are the same in every language."""
SHORTHAND = (HIDDEN, WEAK, NONE)


def why_no_number(cell: Cell) -> str:
    """Return the letter that says why a figure has no number.

    Parameters
    ----------
    cell : Cell
        As it is published.
    """
    if cell.flag != "suppress":
        return NONE
    return HIDDEN if CONFIDENTIAL in cell.why.split("; ") else WEAK


def bracketed(letter: str) -> str:
    """Return a letter of the shorthand as cells have it.

    Examples
    --------
    >>> bracketed("c")
    '[c]'
    """
    return f"[{letter}]"


@dataclass(frozen=True)
class Notes:
    """The notes of a publication, each with its number.

    Parameters
    ----------
    about : About
    numbers : mapping of str to int
        Of each text, from 1 on.
    """

    about: About
    numbers: Mapping[str, int]

    @classmethod
    def of(cls, tables: Sequence[Table], about: About) -> Notes:
        """Return the notes, numbered: first the publication's, then statements on coverage, then those of tables."""
        named = dict.fromkeys(name for table in tables for name in table.indicator.coverage)
        own = (words for table in tables for words in _own(table, about))
        kept = dict.fromkeys(filter(None, map(text, (*about.notes, *about.statements(named), *own))))
        return cls(about, {words: number for number, words in enumerate(kept, start=1)})

    def marker(self, number: int) -> str:
        """Return what titles and tables name a note by."""
        return self.about.say("book_note", number=str(number))

    def own(self, table: Table) -> list[int]:
        """Return the numbers of the notes that only its indicator or the table itself has."""
        return self._known(_own(table, self.about))

    def all(self, table: Table) -> list[int]:
        """Return the numbers of all notes about a table."""
        statements = self.about.statements(table.indicator.coverage)
        return self._known((*self.about.notes, *statements, *_own(table, self.about)))

    def _known(self, words: Iterable[str]) -> list[int]:
        return sorted({self.numbers[one] for one in map(text, words) if one})


def _own(table: Table, about: About) -> tuple[str, ...]:
    note = table.indicator.note
    return (*([pick(note, about.language)] if note else []), *table.notes_in(about.language))


def letters(cells: Iterable[Cell]) -> list[str]:
    """Return the letters of the shorthand that the sheet of some published figures has."""
    used = {letter for cell in cells for letter in _used(cell)}
    return [letter for letter in SHORTHAND if letter in used]


def _used(cell: Cell) -> Iterable[str]:
    if not all(map(math.isfinite, (cell.estimate, cell.se, cell.cv, cell.ci_low, cell.ci_high, cell.df))):
        yield why_no_number(cell)
    if cell.n is None or cell.households is None:
        yield HIDDEN


def notes_sheet(book: Book, head: Head, notes: Notes, places: Mapping[str, Sequence[tuple[str, str]]]) -> None:
    """Write the sheet that explains each marker.

    Parameters
    ----------
    book : Book
    head : Head
    notes : Notes
    places : mapping of marker to (indicator, sheet)
        Where each marker is used; the empty marker has all sheets.
    """
    meanings = {
        bracketed(letter): book.say("named", name=book.say(f"book_{letter}_short"), what=book.say(f"book_{letter}"))
        for letter in SHORTHAND
    }
    meanings |= {notes.marker(number): words for words, number in notes.numbers.items()}
    used = {marker: words for marker, words in meanings.items() if places.get(marker)}
    columns = [
        Column(book.say("book_marker"), list(used)),
        Column(book.say("book_meaning"), list(used.values()), widest=80),
        Column(book.say("book_where"), [_where(book, places[marker], places[""]) for marker in used], widest=60),
    ]
    write_table(book, head, "notes", columns, title=book.say("notes"))


def _where(book: Book, some: Sequence[tuple[str, str]], every: Sequence[tuple[str, str]]) -> str:
    """Return the sheets in words: by the indicator's code where they are all of its sheets, or several of them."""
    if len(some) == len(every):
        return book.say("book_all")
    whole, held = Counter(code for code, _ in every), dict[str, list[str]]()
    for code, sheet in some:
        held.setdefault(code, []).append(sheet)
    return ", ".join(_named(book, code, sheets, whole[code]) for code, sheets in held.items())


def _named(book: Book, code: str, sheets: Sequence[str], whole: int) -> str:
    if len(sheets) == whole:
        return code
    counts = {"count": show(len(sheets), 0, book.language), "whole": show(whole, 0, book.language)}
    return sheets[0] if len(sheets) == 1 else f"{code} ({book.say('of_all', **counts)})"
