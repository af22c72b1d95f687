"""Records on disk, in parts of whole households, and how rows find their part."""

from __future__ import annotations

import shutil
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from lfs_migration.errors import LfsMigrationError
from lfs_migration.frames.columns import Frame, arrow, from_native

Key = Callable[[Frame], pa.Array]
"""Gives the household key of each row."""


@dataclass(frozen=True)
class Parts:
    """A folder of records in parts, each with all the rows of its households.

    A part is one file, ``household/part-00007.parquet``, or the files of a folder, ``household/part=7/``, where it
    came piece by piece.

    Parameters
    ----------
    folder : Path
    number : int
    """

    folder: Path
    number: int

    def files(self, record: str, part: int) -> list[Path]:
        """Return the files of one part of a record."""
        whole = self.path(record, part)
        return [whole] if whole.is_file() else sorted((self.folder / record / f"part={part}").glob("*.parquet"))

    def path(self, record: str, part: int) -> Path:
        """Return the file of a part that was written at once."""
        return self.folder / record / f"part-{part:05}.parquet"

    def read(self, record: str, part: int, columns: Sequence[str] | None = None) -> Frame:
        """Return one part of a record, or some of its columns."""
        found = self.files(record, part) or [self._pattern(record)]
        names = None if columns is None else list(columns)
        table: Frame = from_native(pa.concat_tables(pq.ParquetFile(file).read(names) for file in found))
        return table

    def write(self, record: str, part: int, data: Frame) -> None:
        """Write one part of a record, whole or not at all.

        Raises
        ------
        LfsMigrationError
            When the disk does not take it.
        """
        _write(arrow(data), self.path(record, part))

    def split(self, record: str, batches: Iterable[pa.Table], key: Key, *, memory: int, piece: int = 0) -> None:
        """Give each row of a native table to its part, by its household.

        Parameters
        ----------
        record : str
        batches : iterable of pyarrow.Table
            Of the same columns; one at least, if without rows.
        key : callable
        memory : int
            Bytes that are held before they are written.
        piece : int
            Number of this piece of the table, where several are split at the same time.
        """
        held: list[tuple[pa.Table, NDArray[np.int64]]] = []
        written = size = 0
        for batch in batches:
            native = from_native(batch)
            if not written and not held:
                _write(arrow(native).slice(0, 0), self._pattern(record, piece))
            held.append((arrow(native), part_of(key(native), self.number)))
            size += held[-1][0].nbytes
            if size >= memory:
                self._flush(record, held, f"{piece:05}-{written:05}")
                held, size, written = [], 0, written + 1
        self._flush(record, held, f"{piece:05}-{written:05}")

    def _flush(self, record: str, held: list[tuple[pa.Table, NDArray[np.int64]]], name: str) -> None:
        if not held:
            return
        part = np.concatenate([part for _, part in held])
        order = np.argsort(part, kind="stable")
        table = pa.concat_tables(table for table, _ in held).take(pa.array(order))
        limits = np.searchsorted(part[order], np.arange(self.number + 1))
        for number, (start, end) in enumerate(zip(limits[:-1].tolist(), limits[1:].tolist(), strict=True)):
            if end > start:
                rows = table.slice(start, end - start)
                _write(rows, self.folder / record / f"part={number}" / f"{name}.parquet")

    def _pattern(self, record: str, piece: int = 0) -> Path:
        """Return the file without rows that tells the columns, for a part without any."""
        return self.folder / record / f"pattern-{piece:05}.parquet"

    def drop(self, record: str) -> None:
        """Take a record away."""
        shutil.rmtree(self.folder / record, ignore_errors=True)


def part_of(keys: pa.Array | pa.ChunkedArray, number: int) -> NDArray[np.int64]:
    """Return the part that each key belongs to: the same on every machine; a row without a key is in the first.

    Examples
    --------
    >>> part_of(pa.array(["06-0017", None, "06-0017", "06-0018"]), 5).tolist()
    [4, 0, 4, 3]
    """
    array = keys.combine_chunks() if isinstance(keys, pa.ChunkedArray) else keys
    encoded = pc.dictionary_encode(array)
    parts = [zlib.crc32(str(value).encode()) % number for value in encoded.dictionary.to_pylist()]
    codes = encoded.indices.fill_null(len(parts)).to_numpy(zero_copy_only=False)
    found: NDArray[np.int64] = np.array([*parts, 0], dtype=np.int64)[codes]
    return found


def _write(table: pa.Table, path: Path) -> None:
    # Written under another name first: a reader never sees half of it, and a task that is done again does no harm.
    unfinished = path.with_suffix(".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(table, unfinished, compression="lz4", version="2.6")
        unfinished.replace(path)
    except OSError as error:
        raise LfsMigrationError(
            "The work folder does not take a file", where=str(path), detail=str(error.strerror or error),
            hint="Check that its disk has room, or choose another one with TMPDIR or --out",
        ) from None  # fmt: skip
