"""Tidy text files: every figure one a row.

They are UTF-8 with a line feed at the end of each row. Text with a comma, a quotation mark or a line break is
quoted; a code such as ``NA``, ``NO`` or ``004`` is written as it is, so read code columns as text
(``pandas.read_csv(path, dtype=str, keep_default_na=False)``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from lfs_migration.errors import DataError
from lfs_migration.files import csv_line, write_lines
from lfs_migration.model.results import Cell, Table
from lfs_migration.publish.about import marked
from lfs_migration.publish.figures import plain, publishable, settle
from lfs_migration.publish.titles import code_of, distributed

IDENTITY = ("survey", "indicator", "title", "shares_of")
FIGURES = (
    "statistic",
    "unit",
    "estimate",
    "se",
    "cv",
    "ci_low",
    "ci_high",
    "n",
    "households",
    "df",
    "flag",
)


def write_tables(tables: Sequence[Table], path: Path | str, *, keep_suppressed: bool = False) -> Path:
    """Write all tables as one CSV file, one row a cell; a cell that several tables share is written once.

    Parameters
    ----------
    tables : sequence of Table
    path : path
    keep_suppressed : bool
        Keep the figures of cells that must not be published, for the office's own use.

    Returns
    -------
    Path

    Raises
    ------
    DataError
        When a dimension has the name of another column.

    Notes
    -----
    The columns are ``survey``, ``indicator``, ``title``, ``shares_of``, one for each dimension of any table (``_T`` in
    the rows of a table without it), ``statistic``, ``unit``, ``estimate``, ``se``, ``cv`` (a fraction), ``ci_low``,
    ``ci_high``, ``n``, ``households``, ``df`` and ``flag``. Numbers have up to 12 significant digits.

    ``shares_of`` is the dimension whose categories are distributed: the share of women among the returned, and that of
    these among women, have the same codes. A figure that disclosure control hides has no number of rows either.

    Text is written exactly as it is: all of it comes from the codebooks, none from respondents, so nothing here has to
    be disarmed for spreadsheets.
    """
    dimensions = _dimensions(tables)
    rows = (
        (*_identity(table), *(code_of(cell, d) for d in dimensions), *_figures(cell, keep_suppressed))
        for table in tables
        for cell in table.cells
    )
    # The total of one table is often a row of the next: a dict keeps the first of equal rows, in order.
    return write_lines(path, map(csv_line, [(*IDENTITY, *dimensions, *FIGURES), *dict.fromkeys(rows)]))


def disarm(text: str) -> str:
    """Return ``text`` with an apostrophe before it when a spreadsheet would take it for a formula.

    Examples
    --------
    >>> disarm("=1+1"), disarm("-5.5"), disarm("Yerevan")
    ("'=1+1", '-5.5', 'Yerevan')
    """
    if text[:1] not in tuple("=+-@\t\r") or re.fullmatch(r"[+-]?\d+([.,]\d+)?", text):
        return text
    return f"'{text}"


def _dimensions(tables: Sequence[Table]) -> tuple[str, ...]:
    dimensions = tuple(dict.fromkeys(d for table in tables for d in table.dimensions))
    taken = [d for d in dimensions if d in (*IDENTITY, *FIGURES)]
    if taken:
        raise DataError(
            f"The breakdown {taken[0]!r} has the name of a column of tables.csv",
            hint="Give it another name in the codebook",
        )
    return dimensions


def _identity(table: Table) -> tuple[str, str, str, str]:
    title = f"{table.indicator.title['en']}, {table.survey_title['en']}"
    return (
        table.survey,
        table.indicator.code,
        marked(title, table.synthetic, unprotected=not table.protection),
        distributed(table),
    )


def _figures(cell: Cell, keep_suppressed: bool) -> tuple[str, ...]:
    shown = settle(cell) if keep_suppressed else publishable(cell)
    numbers = (shown.estimate, shown.se, shown.cv, shown.ci_low, shown.ci_high)
    return (
        shown.statistic,
        shown.unit,
        *map(plain, numbers),
        "" if shown.n is None else str(shown.n),
        "" if shown.households is None else str(shown.households),
        plain(shown.df),
        shown.flag,
    )
