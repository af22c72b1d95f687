"""Parquet files, as other programs write them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from lfs_migration.errors import ReadError, unquoted
from lfs_migration.model.country import File
from lfs_migration.model.dataset import Source
from lfs_migration.readers import described, files

BATCH = 1 << 17
"""Rows that are read at a time."""
WIDTH = 8
"""Bytes of a number in memory: a file may hold it in fewer."""


@dataclass(frozen=True)
class ParquetTable:
    """A Parquet file that is not in memory: it is read batch by batch, or taken apart.

    Parameters
    ----------
    path : Path
    columns : tuple of str
    groups : tuple of (number, rows, bytes)
        Its row groups, with their size in memory, about.
    """

    path: Path
    columns: tuple[str, ...]
    groups: tuple[tuple[int, int, int], ...]

    def __len__(self) -> int:
        """Return the number of rows."""
        return sum(rows for _, rows, _ in self.groups)

    @property
    def nbytes(self) -> int:
        """Size in memory, about."""
        return sum(size for _, _, size in self.groups)

    def pieces(self, size: int) -> list[ParquetTable]:
        """Return tables of neighbouring row groups, of a size in bytes or more but for the last."""
        pieces: list[ParquetTable] = []
        held: list[tuple[int, int, int]] = []
        for group in self.groups:
            held.append(group)
            if sum(size for _, _, size in held) >= size:
                pieces.append(replace(self, groups=tuple(held)))
                held = []
        return [*pieces, replace(self, groups=tuple(held))] if held or not pieces else pieces

    def batches(self, columns: Sequence[str]) -> Iterator[pa.Table]:
        """Yield some columns in batches of rows, the first of them without any.

        Raises
        ------
        ReadError
            When the file is damaged.
        """
        with _whole(self.path), pq.ParquetFile(self.path) as file:
            chosen, groups = list(columns), [number for number, _, _ in self.groups]
            yield _decoded(file.read_row_groups([], columns=chosen))
            for batch in file.iter_batches(BATCH, row_groups=groups, columns=chosen):
                yield _decoded(pa.Table.from_batches([batch]))

    def whole(self) -> pa.Table:
        """Return all columns and rows; categories become their values.

        Raises
        ------
        ReadError
            When the file is damaged.
        """
        with _whole(self.path), pq.ParquetFile(self.path) as file:
            return _decoded(file.read_row_groups([number for number, _, _ in self.groups]))


def open_parquet(path: Path, spec: File) -> tuple[ParquetTable, Source]:
    """Open a Parquet file, and read none of its rows yet.

    Parameters
    ----------
    path : Path
    spec : File

    Returns
    -------
    table : ParquetTable
    source : Source

    Raises
    ------
    ReadError
        When the file is absent, empty, cut off, of another kind, or without rows.
    """
    mark = files.stamp(path)
    files.require_kind(path, mark.head, "Parquet")
    with _whole(path), pq.ParquetFile(path) as file:
        names = tuple(file.schema_arrow.names)
        words = (file.schema_arrow.metadata or {}).get(described.KEY)
        groups = [file.metadata.row_group(number) for number in range(file.num_row_groups)]
        sizes = [(group.num_rows, max(group.total_byte_size, group.num_rows * len(names) * WIDTH)) for group in groups]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ReadError("Has columns of the same name", where=str(path), detail=", ".join(map(repr, twice)))
    table = ParquetTable(path, names, tuple((number, *size) for number, size in enumerate(sizes)))
    if not len(table):
        raise ReadError("Has no rows", where=str(path), hint="Export it again with its cases")
    source = Source("", str(path), mark.sha256, len(table))
    return table, source if words is None else described.from_json(words, source)


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
    table, source = open_parquet(path, spec)
    return table.whole(), source


@contextmanager
def _whole(path: Path) -> Iterator[None]:
    try:
        yield
    except UnicodeEncodeError:
        hint = "Rename it, or copy it to another folder"
        raise ReadError("Its name or its folder's is not in UTF-8", where=str(path), hint=hint) from None
    except (pa.ArrowException, OSError) as error:
        detail = unquoted(error)
        hint = "It was cut off or damaged on its way here: copy or export it again"
        raise ReadError("Is not whole", where=str(path), detail=detail, hint=hint) from None


def _decoded(table: pa.Table) -> pa.Table:
    """Return a table without dictionaries."""
    arrays = [
        column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column
        for column in table.columns
    ]
    return pa.table(dict(zip(table.column_names, arrays, strict=True)))
