"""Native columns of the records, and the files that they form together."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lfs_migration.model.country import Edition, Join, Rename

Cell = int | float | str | None
Cells = list[Cell]
Sheet = dict[str, Cells]
"""Native columns of one record."""


@dataclass(frozen=True)
class Page:
    """A record as the files take it.

    Parameters
    ----------
    sheet : mapping of native column to cells
    households : list of str
        The household of each row, as the generator numbers it.
    """

    sheet: Sheet
    households: list[str]


def plain(value: Any) -> Any:
    """Return a number without its decimal point when it is whole, and nothing when it is not a number.

    Examples
    --------
    >>> plain(2.0), plain(2.5), plain(float("nan")), plain("02")
    (2, 2.5, None, '02')
    """
    if isinstance(value, float):
        if math.isnan(value):
            return None
        return int(value) if value.is_integer() else value
    return value


def identifiers(edition: Edition, record: str, page: Page) -> list[str]:
    """Return each row's household identifier as the toolkit will see it."""
    mapping = edition.records[record].variables["hh_id"]
    if isinstance(mapping, Join):
        widths = mapping.widths or (0,) * len(mapping.columns)
        parts = [[str(c).zfill(w) for c in page.sheet[name]] for name, w in zip(mapping.columns, widths, strict=True)]
        return ["-".join(row) for row in zip(*parts, strict=True)]
    if isinstance(mapping, Rename):
        return [str(cell) for cell in page.sheet[mapping.column]]
    return list(page.households)


def together(edition: Edition, pages: Mapping[str, Page]) -> Sheet:
    """Return the rows of a file: of its records one below the other, with the facts that are repeated on each row."""
    repeated = {name: page for name, page in pages.items() if edition.records[name].distinct and len(pages) > 1}
    parts = []
    for name, page in pages.items():
        if name not in repeated:
            sheet = dict(page.sheet)
            for facts in repeated.values():
                rows = _rows_of(facts.households, page.households)
                sheet = {**{c: [cells[row] for row in rows] for c, cells in facts.sheet.items()}, **sheet}
            parts.append((sheet, len(page.households)))
    columns = dict.fromkeys(column for sheet, _ in parts for column in sheet)
    return {c: [cell for sheet, size in parts for cell in sheet.get(c, [None] * size)] for c in columns}


def _rows_of(parents: Sequence[str], children: Sequence[str]) -> list[int]:
    position = {identifier: row for row, identifier in enumerate(parents)}
    return [position[identifier] for identifier in children]
