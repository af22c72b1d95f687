"""Excel workbooks (.xlsx) as survey data: one sheet, its header in the first row that holds anything.

Each cell becomes the text that it would be in a .csv: see :mod:`lfs_migration.readers.workbooks.cells`. A row without
any value is no row. What a person sees and a program does not, or the other way round, is said: hidden rows and
columns, which are read; formulas, whose stored results are read; merged cells, of which only the first holds a value.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from lfs_migration.errors import ReadError
from lfs_migration.model.country import File
from lfs_migration.model.dataset import Doubt, Source
from lfs_migration.readers import extent, files
from lfs_migration.readers.workbooks import cells
from lfs_migration.readers.workbooks.sheet import Sheet, read_sheet

ROWS = 50_000
"""Rows that are held as Python texts at a time."""
SHOWN = 5


def read_workbook(path: Path, spec: File) -> tuple[pa.Table, Source]:
    """Read a sheet of a workbook.

    Parameters
    ----------
    path : Path
    spec : File
        Its ``sheet`` is the name of the sheet; the first that can be seen without one.

    Returns
    -------
    table : pyarrow.Table
        All columns text.
    source : Source
        With doubts about what is hidden, merged, calculated or left out.

    Raises
    ------
    ReadError
        When the file is absent, protected, damaged or dangerous, has no such sheet, no rows, or columns without a name
        or of the same name; naming the cell that holds an error or a formula without a result.
    """
    rows = _Rows(path)
    sheet = read_sheet(path, spec.sheet, rows.take)
    where = f"{path}, sheet {sheet.name!r}"
    if not rows.header:
        raise ReadError("Has no cells with a value", where=where, hint="Declare the sheet: with the data")
    if not rows.count:
        raise ReadError("Has a header and no rows", where=where, hint="Export it again with its cases")
    _require_unmerged(where, sheet, rows.header_row)
    table = rows.table(where)
    doubts = tuple(_doubts(sheet, rows))
    return table, Source("", str(path), files.stamp(path).sha256, table.num_rows, encoding="utf-8", doubts=doubts)


class _Rows:
    """Gathers rows under the first one that holds anything."""

    def __init__(self, path: Path) -> None:
        self.header: dict[int, str] = {}
        self.header_row = self.count = self.blank = 0
        self._path = path
        self._last = 0
        self._columns: list[list[str | None]] = []
        self._chunks: list[list[pa.Array]] = []
        self._stray: tuple[int, int] | None = None

    def take(self, row: int, found: dict[int, str]) -> None:
        """Take a row; the first is the header."""
        if not self.header:
            self.header, self.header_row, self._last = found, row, row
            width = max(found) + 1
            self._columns, self._chunks = [[] for _ in range(width)], [[] for _ in range(width)]
            return
        strays = found.keys() - self.header.keys()
        if strays and self._stray is None:
            self._stray = (row, min(strays))
        self.blank += row - self._last - 1
        self._last = row
        self.count += 1
        get = found.get
        for number, column in enumerate(self._columns):
            column.append(get(number))
        if not self.count % ROWS:
            self._flush()

    def _flush(self) -> None:
        for column, chunks in zip(self._columns, self._chunks, strict=True):
            try:
                chunks.append(pa.array(column, pa.string()))
            except (pa.ArrowException, UnicodeError) as error:
                raise extent.damaged(self._path, f"It holds text that is none: {error}") from None
            column.clear()

    def table(self, where: str) -> pa.Table:
        """Return all rows as a table."""
        if self._stray is not None:
            row, column = self._stray
            detail = f"{cells.cell(row, column)} holds a value, and {cells.cell(self.header_row, column)} no name"
            hint = "The first row that holds anything is the header: name the column, or delete what stands above it"
            raise ReadError("A column has no name", where=where, detail=detail, hint=hint)
        names: dict[str, int] = {}
        for column, text in sorted(self.header.items()):
            name = text.strip()
            if name in names:
                both = " and ".join(cells.cell(self.header_row, one) for one in (names[name], column))
                detail = f"{both} are both {name!r}"
                raise ReadError("Has columns of the same name", where=where, detail=detail, hint="Rename one of them")
            names[name] = column
        if "" in names:
            raise ReadError("A column has a blank name", where=where, detail=cells.cell(self.header_row, names[""]))
        self._flush()
        return pa.table({name: pa.chunked_array(self._chunks[at], pa.string()) for name, at in names.items()})


def _require_unmerged(where: str, sheet: Sheet, header: int) -> None:
    for reference in sheet.merged:
        top, bottom = _rows_of(reference)
        if top <= header <= bottom:
            hint = "Unmerge them and name each column by itself; delete a title above the header"
            raise ReadError("The header has merged cells", where=where, detail=reference, hint=hint)


def _rows_of(reference: str) -> tuple[int, int]:
    first, _, last = reference.partition(":")
    try:
        return cells.place(first)[0], cells.place(last or first)[0]
    except ValueError:
        return 0, -1


def _doubts(sheet: Sheet, rows: _Rows) -> Iterator[Doubt]:
    """Give what a reader of the sheet should know."""
    below = [one for one in sheet.merged if _rows_of(one)[1] > rows.header_row]
    hidden = [column for column in rows.header if any(first <= column <= last for first, last in sheet.hidden_columns)]
    names = ", ".join(rows.header[column] for column in hidden[:SHOWN])
    others = ", ".join(map(repr, sheet.others[:SHOWN]))
    told = [
        (sheet.formulas, "Cells are formulas: the results that were stored are read", "Save the sheet with its values"),
        (sheet.hidden_rows, "Rows are hidden, perhaps by a filter, and are read", "Delete them if they are no cases"),
        (len(hidden), f"Columns are hidden, and are read: {names}", "Delete them if they are not meant"),
        (len(below), f"Cells are merged ({', '.join(below[:SHOWN])}): only the first has the value",
         "Unmerge them and fill in each cell"),
        (rows.blank, "Rows between others are blank, and are left out", "See that no second table stands below"),
        (int(sheet.hidden), f"The sheet {sheet.name!r} is hidden", "See that it is the right one"),
    ]  # fmt: skip
    yield from (Doubt("", "", "", count, why, hint) for count, why, hint in told if count)
    if sheet.others:
        yield Doubt(
            "", "", "", 1, f"The sheet {sheet.name!r} is read, and there are {others} too", "Declare the sheet:"
        )
