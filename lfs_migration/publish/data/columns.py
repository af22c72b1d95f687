"""What the columns of a publication's CSV files are: name, type and codes, for whoever describes the files."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from lfs_migration.model.noun import Text
from lfs_migration.model.results import Table
from lfs_migration.publish.about import About
from lfs_migration.publish.data.described import WORDS, Described, statistic_names, unit_names
from lfs_migration.publish.titles import code_of, distributed

Type = Literal["string", "number", "integer"]

PHRASES = {
    "survey": "survey", "indicator": "indicator", "statistic": "statistic", "unit": "unit", "estimate": "estimate",
    "se": "se", "cv": "cv_long", "ci_low": "low", "ci_high": "high", "n": "n", "households": "households", "df": "df",
    "flag": "flag",
}  # fmt: skip
"""Phrases that name columns of figures."""
WORDED = ("title", "shares_of")
"""Columns that a word for machines' files names."""
NUMBERS = ("estimate", "value", "se", "cv", "ci_low", "ci_high", "df")
COUNTS = ("n", "households")
FLAGS = ("publish", "caution", "suppress")
KEY = ("survey", "indicator", "shares_of")
"""What, with the breakdowns and the statistic, identifies a figure of ``tables.csv``."""


@dataclass(frozen=True)
class Column:
    """A column of a CSV file.

    Parameters
    ----------
    name : str
        As in its header.
    names : Text
        For readers; empty where none is known.
    type : str
        A number may be empty, a text is never missing: an empty one is a text too.
    codes : mapping of str to Text
        All the values that it has, with their names; empty where they are of no list.
    """

    name: str
    names: Text = field(default_factory=dict)
    type: Type = "string"
    codes: Mapping[str, Text] = field(default_factory=dict)


def header_of(path: Path) -> list[str]:
    """Return the header of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return next(csv.reader(file), [])


def columns_of_tables(tables: Sequence[Table], header: Sequence[str], about: About) -> tuple[Column, ...]:
    """Return the columns of ``tables.csv``.

    Parameters
    ----------
    tables : sequence of Table
        That the file was made of.
    header : sequence of str
        Of the file.
    about : About
        Words of the module.
    """
    described = Described(tables, about)
    codes = _codes(tables, header, described)
    return tuple(
        Column(name, _named(name, described), type_of(name), codes.get(name, {})) for name in header
    )  # fmt: skip


def plain_columns(header: Sequence[str], about: About) -> tuple[Column, ...]:
    """Return the columns of another file of figures, as an export's, of which the codes are not told."""
    described = Described((), about)
    return tuple(Column(name, _named(name, described), type_of(name)) for name in header)


def key_of(path: Path, dimensions: Sequence[str]) -> tuple[str, ...]:
    """Return the columns that together identify a row of ``tables.csv``, in their order.

    There are none where figures of two tables have the same codes, as those of two parts of a survey.
    """
    wanted = {*KEY, *dimensions, "statistic"}
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        header = next(rows, [])
        places = [place for place, name in enumerate(header) if name in wanted]
        keys = [tuple(row[place] for place in places) for row in rows]
    return tuple(header[place] for place in places) if len(set(keys)) == len(keys) else ()


def dimensions_of(tables: Sequence[Table]) -> tuple[str, ...]:
    """Return the breakdowns of any table."""
    return tuple(dict.fromkeys(name for table in tables for name in table.dimensions))


def type_of(name: str) -> Type:
    """Return the type of a column of figures by its name.

    Examples
    --------
    >>> type_of("se"), type_of("n"), type_of("sex")
    ('number', 'integer', 'string')
    """
    return "number" if name in NUMBERS else "integer" if name in COUNTS else "string"


def _named(name: str, described: Described) -> Text:
    if name in WORDED:
        return WORDS[name]
    return described.says(PHRASES[name]) if name in PHRASES else described.breakdown(name)


def _codes(tables: Sequence[Table], header: Sequence[str], described: Described) -> dict[str, dict[str, Text]]:
    """Return the codes of each column that has some."""
    statistics = dict.fromkeys(cell.statistic for table in tables for cell in table.cells)
    units = dict.fromkeys(cell.unit for table in tables for cell in table.cells)
    shares = dict.fromkeys(distributed(table) for table in tables)
    known: dict[str, dict[str, Text]] = {
        "survey": described.surveys(),
        "indicator": described.indicators(),
        "shares_of": {one: described.breakdown(one) if one else WORDS["not_applicable"] for one in shares},
        "statistic": {one: statistic_names(one) for one in statistics},
        "unit": {one: unit_names(one) for one in units},
        "flag": {one: described.says(f"flag_{one}") for one in FLAGS},
    }
    used = {name: dict.fromkeys(_used(tables, name)) for name in dimensions_of(tables)}
    known |= {name: described.codes(name, tuple(codes)) for name, codes in used.items()}
    return {name: known[name] for name in header if name in known}


def _used(tables: Sequence[Table], dimension: str) -> Iterator[str]:
    """Yield the codes that figures have in a breakdown: those of a table without it are over all of it."""
    for table in tables:
        yield from (code_of(cell, dimension) for cell in table.cells)
