"""Tables of known totals: small files that other offices publish, as delimited text or in a workbook."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from lfs_migration.errors import ReadError, near
from lfs_migration.model.country import File
from lfs_migration.model.dataset import Source
from lfs_migration.model.weighting import MarginFile
from lfs_migration.readers import files
from lfs_migration.readers.delimited import read_csv


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
        All columns text, as they stand.
    source : Source

    Raises
    ------
    ReadError
        When the file or its sheet is absent, damaged or empty.
    """
    path = folder / spec.path
    if not path.is_file():
        raise files.absent(path)
    if spec.format == "csv":
        file = File(path=spec.path, format="csv", encoding=spec.encoding, delimiter=spec.delimiter)
        table, source = read_csv(path, file)
        return table, replace(source, name=name)
    mark = files.stamp(path)
    files.require_kind(path, mark.head, "Excel or zip")
    table = _sheet(path, spec.sheet)
    return table, Source(name, str(path), mark.sha256, table.num_rows)


def _sheet(path: Path, wanted: str) -> pa.Table:
    """Return the first rows of a sheet that form a table: a header, and rows until a blank one."""
    try:
        from openpyxl import load_workbook
    except ImportError:
        hint = "Install the extra: pip install 'lfs-migration[excel]'; or save it as .csv"
        raise ReadError("A workbook needs openpyxl", where=str(path), hint=hint) from None
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except Exception as error:
        raise ReadError("Is not a workbook that can be read", where=str(path), detail=str(error)) from None
    try:
        if wanted and wanted not in book.sheetnames:
            raise ReadError(f"Has no sheet {wanted!r}", where=str(path), hint=near(wanted, book.sheetnames))
        rows = list((book[wanted] if wanted else book.worksheets[0]).iter_rows(values_only=True))
    finally:
        book.close()
    rows = [row for row in rows if any(cell is not None for cell in row)]
    if len(rows) < 2:
        raise ReadError("Has a header and no rows", where=str(path), hint="Give one row a combination of codes")
    names = [str(cell) for cell in rows[0] if cell is not None]
    columns = {name: [_text(row[place]) for row in rows[1:]] for place, name in enumerate(names)}
    return pa.table({name: pa.array(cells, pa.string()) for name, cells in columns.items()})


def _text(cell: Any) -> str | None:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return None if cell is None else str(cell)
