"""Parquet files, as other programs write them."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from lfs_migration.errors import ReadError
from lfs_migration.model.country import File
from lfs_migration.model.dataset import Source
from lfs_migration.readers import files


def read_parquet(path: Path, spec: File) -> tuple[pa.Table, Source]:
    """Read a Parquet file; categories become their values.

    Parameters
    ----------
    path : Path
    spec : File

    Returns
    -------
    table : pyarrow.Table
    source : Source

    Raises
    ------
    ReadError
        When the file is absent, empty, damaged, of another kind, or without rows.
    """
    mark = files.stamp(path)
    files.require_kind(path, mark.head, "Parquet")
    try:
        with pq.ParquetFile(path) as file:
            table = file.read()
    except (pa.ArrowException, OSError) as error:
        detail = str(error).splitlines()[0]
        hint = "It was cut off or damaged on its way here: copy or export it again"
        raise ReadError("Is not whole", where=str(path), detail=detail, hint=hint) from None
    twice = sorted({name for name in table.column_names if table.column_names.count(name) > 1})
    if twice:
        raise ReadError("Has columns of the same name", where=str(path), detail=", ".join(map(repr, twice)))
    if not table.num_rows:
        raise ReadError("Has no rows", where=str(path), hint="Export it again with its cases")
    return _decoded(table), Source("", str(path), mark.sha256, table.num_rows)


def _decoded(table: pa.Table) -> pa.Table:
    """Return a table without dictionaries."""
    arrays = [
        column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column
        for column in table.columns
    ]
    return pa.table(dict(zip(table.column_names, arrays, strict=True)))
