"""The sheets of the workbook's tables: a title, what is said of the table, and one Excel table."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lfs_migration.model.results import CONFIDENTIAL, Cell, Table
from lfs_migration.publish.figures import decimals, publishable, show, stable
from lfs_migration.publish.titles import breakdowns, code_of, full_title, heading, label
from lfs_migration.publish.words import statistic_name, unit_name
from lfs_migration.publish.workbook.columns import Column, write_table
from lfs_migration.publish.workbook.notes import HIDDEN, Notes, bracketed, letters, why_no_number
from lfs_migration.publish.workbook.sheets import LONGEST_NAME, Book, allowed, unique, write_head
from lfs_migration.text import pick

ROWS = 1_048_000
"""Figures of a sheet at most: Excel has 1,048,576 rows, some of them for the words above the table."""


@dataclass(frozen=True)
class Leaf:
    """A table, or as much of it as a sheet takes.

    Parameters
    ----------
    table : Table
    cells : tuple of Cell
        As they are published.
    sheet, name : str
        Names of the sheet, and of the Excel table in it.
    part, parts : int
        Which part of the table it is, and of how many.
    """

    table: Table
    cells: tuple[Cell, ...]
    sheet: str
    name: str
    part: int = 1
    parts: int = 1

    @property
    def hidden(self) -> int:
        """How many of its figures are not published."""
        return sum(cell.flag == "suppress" for cell in self.cells)


def leaves(tables: Sequence[Table], reserved: Sequence[str]) -> list[Leaf]:
    """Return the sheets of some tables, beside those whose names are taken."""
    parts = [(table, part) for table in tables for part in range(max(1, -(-len(table.cells) // ROWS)))]
    named = [table for table, _ in parts]
    return [
        Leaf(
            table, tuple(map(publishable, table.cells[part * ROWS : (part + 1) * ROWS])), sheet, name,
            part + 1, max(1, -(-len(table.cells) // ROWS)),
        )
        for (table, part), sheet, name in zip(parts, sheet_names(named, reserved), _names(named), strict=True)
    ]  # fmt: skip


def sheet_names(tables: Sequence[Table], reserved: Sequence[str] = ()) -> list[str]:
    """Return a name for each table's sheet: the indicator's code and the breakdown, at most 31 characters."""
    told = [table.dimensions if len(table.indicator.of) > 1 else breakdowns(table) for table in tables]
    return allowed((f"{t.indicator.code} {'-'.join(parts)}" for t, parts in zip(tables, told, strict=True)), reserved)


def _names(tables: Sequence[Table]) -> list[str]:
    words = ("_".join(("table", table.indicator.code, *table.dimensions)) for table in tables)
    return unique((re.sub(r"\W", "_", one, flags=re.ASCII) for one in words), LONGEST_NAME, "_{}")


def table_sheet(book: Book, leaf: Leaf, notes: Notes, contents: str, explained: str) -> None:
    """Write a table into a sheet of its own.

    Parameters
    ----------
    book : Book
    leaf : Leaf
    notes : Notes
    contents, explained : str
        Names of the sheets of contents and of notes.
    """
    links = [(contents, book.say("back"))]
    if notes.all(leaf.table) or letters(leaf.cells):
        links.insert(0, (explained, book.say("book_to_notes", sheet=explained)))
    head = write_head(book, book.sheet(leaf.sheet, landscape=True), [*_lines(book, leaf, notes)], links)
    if leaf.cells:
        write_table(book, head, leaf.name, _columns(book, leaf), title=full_title(leaf.table, book.language))


def _lines(book: Book, leaf: Leaf, notes: Notes) -> Iterator[tuple[str, Any]]:
    table, body = leaf.table, book.words()
    title = " ".join([full_title(table, book.language), *map(notes.marker, notes.own(table))])
    if leaf.parts > 1:
        title += f", {book.say('book_part', part=str(leaf.part), parts=str(leaf.parts))}"
    yield title, book.heading()
    yield from alarms(book, synthetic=table.synthetic, unprotected=not table.protection)
    if not leaf.cells:
        yield book.say("empty"), body
    else:
        said = {"count": len(leaf.cells), "hidden": leaf.hidden}
        yield book.say("book_one", **{name: show(n, 0, book.language) for name, n in said.items()}), body
    about = notes.all(table)
    if about:
        yield book.say("book_notes_here", notes=" ".join(map(notes.marker, about))), body
    short = [f"{bracketed(letter)} {book.say(f'book_{letter}_short')}" for letter in letters(leaf.cells)]
    if short:
        yield book.say("book_shorthand_here", list=book.say("between").join(short)), body
    yield book.say("named", name=book.say("source"), what=pick(table.survey_title, book.language)), body


def alarms(book: Book, *, synthetic: bool, unprotected: bool, **properties: Any) -> Iterator[tuple[str, Any]]:
    """Yield what has to be known before any figure is read."""
    style = book.words(bold=True, font_color="#9C0006", **properties)
    if synthetic:
        yield book.say("synthetic_notice"), style
    if unprotected:
        yield book.say("unprotected_notice"), style


def _columns(book: Book, leaf: Leaf) -> list[Column]:
    table, cells, language = leaf.table, leaf.cells, book.language
    units: dict[str, list[float]] = {}
    for cell in cells:
        units.setdefault(cell.unit, []).append(cell.estimate)
    shapes = {unit: book.number(decimals(unit, sizes)) for unit, sizes in units.items()}
    fitting, whole, share = [shapes[cell.unit] for cell in cells], book.number(0), book.number(1, "%")

    def numbers(name: str, take: Callable[[Cell], float | None], formats: Sequence[Any]) -> Column:
        return Column(book.say(name), [_number(take(cell), why_no_number(cell)) for cell in cells], formats)

    def sample(name: str, take: Callable[[Cell], int | None]) -> Column:
        return Column(book.say(name), [_number(take(cell), HIDDEN) for cell in cells], [whole] * len(cells))

    return [
        *(Column(heading(table, d, language), [label(table, d, code_of(cell, d), language) for cell in cells])
          for d in table.dimensions),
        Column(book.say("statistic"), [statistic_name(cell.statistic, language) for cell in cells]),
        Column(book.say("unit"), [unit_name(cell.unit, language) for cell in cells]),
        numbers("estimate", lambda cell: cell.estimate, fitting),
        numbers("se", lambda cell: cell.se, fitting),
        numbers("cv_long", lambda cell: cell.cv, [share] * len(cells)),
        numbers("low", lambda cell: cell.ci_low, fitting),
        numbers("high", lambda cell: cell.ci_high, fitting),
        sample("n", lambda cell: cell.n),
        sample("households", lambda cell: cell.households),
        numbers("df", lambda cell: cell.df, [whole] * len(cells)),
        Column(book.say("flag"), [flag_word(book, cell) for cell in cells]),
    ]  # fmt: skip


def _number(value: float | None, otherwise: str) -> float | str:
    settled = stable(value)
    return bracketed(otherwise) if settled is None else settled


def flag_word(book: Book, cell: Cell) -> str:
    """Return a figure's flag in words."""
    if cell.flag == "suppress":
        return book.say("confidential" if CONFIDENTIAL in cell.why.split("; ") else "withheld")
    if stable(cell.estimate) is None:
        return book.say("book_x_short")
    return book.say("caution" if cell.flag == "caution" else "book_usable")
