"""Names of tables, breakdowns and categories."""

from __future__ import annotations

from collections.abc import Iterable

from lfs_migration.model.results import OTHER, TOTAL, UNKNOWN, Cell, Table
from lfs_migration.publish.about import marked
from lfs_migration.publish.words import joined, phrase
from lfs_migration.text import closed, message, pick

SPECIAL = {TOTAL: "total", UNKNOWN: "unknown", OTHER: "other"}
"""Codes that every breakdown may have, and their names in :data:`lfs_migration.text.MESSAGES`."""


def by_name(tables: Iterable[Table]) -> dict[tuple[str, tuple[str, ...]], Table]:
    """Return tables by indicator and dimensions."""
    return {(table.indicator.code, table.dimensions): table for table in tables}


def code_of(cell: Cell, dimension: str) -> str:
    """Return the cell's code in a dimension; a cell that does not name it is over all of it."""
    return str(cell.keys.get(dimension, TOTAL))


def figure_id(table: Table, cell: Cell) -> str:
    """Return which row of ``tables.csv`` a figure is: indicator, dimension of the shares, statistic and codes.

    Codes of totals are left out: ``E14/destination/share/sex=1&destination=RUS``.
    """
    codes = "&".join(f"{d}={code_of(cell, d)}" for d in table.dimensions if code_of(cell, d) != TOTAL)
    return f"{table.indicator.code}/{distributed(table)}/{cell.statistic}/{codes}"


def label(table: Table, dimension: str, code: str, language: str = "en") -> str:
    """Return the words for a code: the table's own, those of a total, unknown or other, or the code itself."""
    words = table.labels.get(dimension, {}).get(code)
    if words is not None:
        return pick(words, language)
    return message(SPECIAL[code], language) if code in SPECIAL else code


def heading(table: Table, dimension: str, language: str = "en") -> str:
    """Return the name of a dimension."""
    words = table.dimension_labels.get(dimension)
    return dimension if words is None else pick(words, language)


def distributed(table: Table) -> str:
    """Return the dimension whose categories a distribution counts; empty for other kinds of table."""
    return table.dimensions[-1] if table.indicator.kind == "distribution" and table.dimensions else ""


def breakdowns(table: Table) -> tuple[str, ...]:
    """Return the dimensions that a table is broken down by, without the distributed one."""
    return table.dimensions[:-1] if distributed(table) else table.dimensions


def breakdown(table: Table, language: str = "en") -> str:
    """Return "by sex and region"; empty for a table that is not broken down."""
    names = [_inside(heading(table, dimension, language)) for dimension in breakdowns(table)]
    if not names:
        return ""
    first = joined(names[:-1], language)
    listed = phrase("and", language, first=first, last=names[-1]) if first else names[-1]
    return phrase("by", language, what=listed)


def part_name(table: Table, language: str = "en") -> str:
    """Return what tells a table from the others of its indicator: "by sex", or "Main destination, by sex"."""
    one_of_several = len(table.indicator.of) > 1 and distributed(table)
    parts = (heading(table, distributed(table), language) if one_of_several else "", breakdown(table, language))
    return joined(parts, language)


def title(table: Table, language: str = "en") -> str:
    """Return the title of a table without its survey.

    "Emigrants by sex, by region"; an indicator that distributes several dimensions names the one of this table:
    "Emigrants by destination (main destination), by region".
    """
    name = closed(pick(table.indicator.title, language))
    if len(table.indicator.of) > 1 and distributed(table):
        name = f"{name} ({_inside(heading(table, distributed(table), language))})"
    return joined((name, breakdown(table, language)), language)


def full_title(table: Table, language: str = "en") -> str:
    """Return the title of a table with its survey, which says so when the data are synthetic."""
    words = f"{title(table, language)}. {pick(table.survey_title, language)}"
    return marked(words, table.synthetic, language, unprotected=not table.protection)


def _inside(name: str) -> str:
    # "Sex" becomes "sex" inside a title; an abbreviation such as "ISCO group" stays.
    name = name[:1].lower() + name[1:] if name[1:2].islower() or name[1:2].isspace() else name
    return closed(name)
