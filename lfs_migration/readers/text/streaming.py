"""UTF-8 text that Arrow parses as it stands: whole, or block by block where the file is large.

Arrow takes a cut-off file without a word. So a mark is put behind the last row: when it does not come back as a row of
its own, a quote was left open. On the least doubt nothing is returned, and :mod:`~lfs_migration.readers.text.delimited`
reads the file with all its care and says what is wrong with it.
"""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.csv as pacsv

from lfs_migration.model.country import File
from lfs_migration.readers.process import Slowly
from lfs_migration.readers.text import encodings

MARK = "\0"
"""Behind the last row; no text that is read holds it."""
BLOCK = 1 << 24
"""Bytes that Arrow reads at a time."""
_SAMPLE = 1 << 16
"""Bytes that tell UTF-16 from other text, and in which a header ends."""
_NUL, _QUOTE = b"\0", b'"'


def as_it_stands(data: bytes, spec: File) -> pa.Table | None:
    r"""Return the table of UTF-8, nothing where there is the least doubt about it.

    Text that is decoded first, and looked at, takes several times as long; so what is well is not.

    Examples
    --------
    >>> table = as_it_stands(b"id,country\n001,NA\n", File(path="x.csv", format="csv"))
    >>> table.to_pydict()
    {'id': ['001'], 'country': ['NA']}
    >>> as_it_stands(b'id,country\n001,"NA\n', File(path="x.csv", format="csv")) is None
    True
    """
    names = _header(data[:_SAMPLE], spec)
    if names is None or _NUL in data:
        return None
    try:
        table = parsed(data, names, spec.delimiter, quoted=_QUOTE in data)
    except pa.ArrowInvalid:
        return None
    return table.slice(0, table.num_rows - 1).combine_chunks() if marked(table, names) else None


def _header(head: bytes, spec: File) -> list[str] | None:
    """Return the names of a plain header: no quotes, no name that is empty or comes twice."""
    # Arrow looks at every letter itself; this start only tells UTF-16.
    if encodings.told(head) != "utf-8" or (spec.encoding or "utf-8").lower() not in ("utf-8", "utf8"):
        return None
    end = head.find(b"\n")
    line = head[: max(end, 0)].removesuffix(b"\r")
    if not line or _QUOTE in line or b"\r" in line or not (spec.delimiter.isascii() and len(spec.delimiter) == 1):
        return None
    try:
        names = next(csv.reader([line.decode("utf-8")], delimiter=spec.delimiter), [])
    except (UnicodeError, csv.Error, TypeError, ValueError):
        return None
    return names if len(names) > 1 and all(names) and len(set(names)) == len(names) else None


def parsed(data: bytes, names: list[str], delimiter: str, *, quoted: bool) -> pa.Table:
    """Return what Arrow makes of text and the mark behind it, all columns text.

    Raises
    ------
    pyarrow.ArrowInvalid
    """
    source = pa.BufferReader(data + _behind(names, delimiter))
    return pacsv.read_csv(source, **_options(names, delimiter, quoted=quoted))


def _behind(names: list[str], delimiter: str) -> bytes:
    return f"\n{MARK}{delimiter * (len(names) - 1)}\n".encode()


def _options(names: list[str], delimiter: str, *, quoted: bool) -> dict[str, object]:
    return {
        "read_options": pacsv.ReadOptions(block_size=BLOCK),
        "parse_options": pacsv.ParseOptions(delimiter=delimiter, newlines_in_values=quoted),
        "convert_options": pacsv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
        ),
    }


def marked(table: pa.Table, names: list[str]) -> bool:
    """Return whether the columns are those of the header, and the last row is the mark."""
    return bool(table.column_names == names and table.num_rows and table.column(0)[-1].as_py() == MARK)


class _Stream(io.RawIOBase):
    """The bytes of a file and what stands behind them; it tells how far it is, and whether a NUL came by."""

    def __init__(self, handle: BinaryIO, size: int, behind: bytes, slowly: Slowly) -> None:
        self._handle, self._size, self._behind, self._slowly = handle, size, behind, slowly
        self._done = 0
        self.nul = False

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes."""
        data = self._handle.read(size)
        if data:
            self.nul = self.nul or _NUL in data
            self._done += len(data)
            self._slowly.tell(0.9 * self._done / self._size)
            return data
        data, self._behind = self._behind, b""
        return data


def read(path: Path, spec: File, slowly: Slowly) -> pa.Table | None:
    """Return the table of a large file, whose rows are on disk; nothing where there is the least doubt about it."""
    place = Path(tempfile.mkdtemp(dir=slowly.folder), "rows")
    with path.open("rb") as handle:
        names = _header(handle.read(_SAMPLE), spec)
        if names is None:
            return None
        handle.seek(0)
        stream = _Stream(handle, path.stat().st_size, _behind(names, spec.delimiter), slowly)
        try:
            if not _put(place, stream, names, spec.delimiter) or stream.nul:
                return None
        except pa.ArrowInvalid:
            return None
    table = pa.ipc.open_file(pa.memory_map(str(place))).read_all()
    return table.slice(0, table.num_rows - 1) if marked(table, names) else None


def _put(place: Path, stream: _Stream, names: list[str], delimiter: str) -> bool:
    """Put the rows on disk as they come, the mark among them; return whether the columns are those of the header."""
    with pacsv.open_csv(pa.PythonFile(stream, "r"), **_options(names, delimiter, quoted=True)) as reader:
        if reader.schema.names != names:
            return False
        with pa.OSFile(str(place), "wb") as sink, pa.ipc.new_file(sink, reader.schema) as writer:
            for batch in reader:
                writer.write_batch(batch)
    return True
