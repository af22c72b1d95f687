"""Tables of known totals: small files that other offices publish, as delimited text or in a workbook."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import replace
from itertools import takewhile
from pathlib import Path

import pyarrow as pa

from lfs_migration.errors import ReadError
from lfs_migration.model.country import File
from lfs_migration.model.dataset import Source
from lfs_migration.model.weighting import MarginFile
from lfs_migration.readers import files
from lfs_migration.readers.text import encodings
from lfs_migration.readers.text.delimited import read_csv
from lfs_migration.readers.workbooks.sheet import read_sheet

_ROWS = b"rows"
"""Where a table says which row of its file each of its rows is."""


def read_totals(folder: Path, name: str, spec: MarginFile) -> tuple[pa.Table, Source]:
    """Read a table of known totals.

    Parameters
    ----------
    folder : Path
        Of the survey's files.
    name : str
        Key of the file in the recipe.
    spec : MarginFile

    Returns
    -------
    table : pyarrow.Table
        All columns text, as they stand; :func:`rows_of` gives the rows of the file.
    source : Source

    Raises
    ------
    ReadError
        When the file or its sheet is absent, damaged or empty, or has two columns of the same name; when it is out of
        the folder.
    """
    path = files.inside(folder, spec.path, f"margins of the recipe, {name}")
    if not path.is_file():
        raise files.absent(path)
    if spec.format == "csv":
        file = File(path=spec.path, format="csv", encoding=spec.encoding, delimiter=spec.delimiter)
        table, source = read_csv(path, file)
        return _numbered(table, _lines(path, source.encoding, spec.delimiter)), replace(source, name=name)
    mark = files.stamp(path)
    files.require_kind(path, mark.head, "Excel or zip")
    table = _sheet(path, spec.sheet)
    return table, Source(name, str(path), mark.sha256, table.num_rows)


def rows_of(table: pa.Table) -> list[int]:
    """Return the row of the file, from 1, that each row of a table stands in: in its sheet, or its line."""
    held = (table.schema.metadata or {}).get(_ROWS)
    return list(map(int, held.split())) if held else list(range(2, table.num_rows + 2))


def _numbered(table: pa.Table, rows: list[int]) -> pa.Table:
    return table.replace_schema_metadata({_ROWS: " ".join(map(str, rows))})


def _lines(path: Path, encoding: str, delimiter: str) -> list[int]:
    """Return the line on which each row below the header begins; blank lines are no rows."""
    text = encodings.decode(path.read_bytes(), encoding).removeprefix("\ufeff")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    ends = [(reader.line_num, fields) for fields in reader]
    starts = [1, *(end + 1 for end, _ in ends)]
    return [start for start, (_, fields) in zip(starts, ends, strict=False) if fields][1:]


def _sheet(path: Path, wanted: str) -> pa.Table:
    """Return the first rows of a sheet that form a table: a header, and rows until a blank one.

    A column without a name is left out.
    """
    rows: list[tuple[int, dict[int, str]]] = []

    def take(number: int, found: dict[int, str]) -> None:
        texts = {column: text.strip() for column, text in found.items() if text.strip()}
        if texts:
            rows.append((number, texts))

    read_sheet(path, wanted, take)
    together = takewhile(lambda one: one[1][0] == rows[0][0] + one[0], enumerate(rows))
    (_, header), *body = [row for _, row in together] or [(0, {})]
    if not body:
        raise ReadError("Has a header and no rows", where=str(path), hint="Give one row a combination of codes")
    twice = [name for name, count in Counter(header.values()).items() if count > 1]
    if twice:
        detail = f"Twice or more: {', '.join(map(repr, twice))}"
        raise ReadError("Has columns of the same name", where=str(path), detail=detail, hint="Rename one of them")
    columns = {name: pa.array([row.get(at) for _, row in body], pa.string()) for at, name in sorted(header.items())}
    return _numbered(pa.table(columns), [number for number, _ in body])
