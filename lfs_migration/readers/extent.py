"""Whether an SPSS or Stata file reaches as far as its header says.

A file that was cut off while it was copied often still opens: the C library gives the rows that are left, or all rows
without the labels behind them. The header tells how many rows there should be, so it is read here first, in plain
Python, which no damage can crash. What the header leaves open (a compressed file's length, say) is left to the
comparison of the declared rows with those that were read. Some programs write a .sav row by row and never fill in the
count; such a file is refused when it ends inside a row, and a cut exactly behind a row cannot be known.

The layouts are those of *System File Format* in the PSPP developer's guide, and of ``help dta`` in Stata.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from lfs_migration.errors import ReadError

_ZLIB = 1032
"""The most that zlib can shrink anything."""
_STATA_WIDTHS = {251: 1, 252: 2, 253: 4, 254: 4, 255: 8}
_STATA_FORMAT_BYTES = {113: 12, 114: 49, 115: 49}


class _EndError(Exception):
    """The file has fewer bytes than its header asks for."""


class _Cursor:
    """A place in a file; it never moves behind the end."""

    def __init__(self, handle: BinaryIO, size: int) -> None:
        self._handle = handle
        self.size = size
        self.order = "<"

    @property
    def left(self) -> int:
        return self.size - self._handle.tell()

    def skip(self, length: int) -> None:
        if not 0 <= length <= self.left:
            raise _EndError
        self._handle.seek(length, 1)

    def take(self, length: int) -> bytes:
        if not 0 <= length <= self.left:
            raise _EndError
        return self._handle.read(length)

    def integers(self, count: int) -> tuple[int, ...]:
        return struct.unpack(f"{self.order}{count}i", self.take(4 * count))

    def integer(self) -> int:
        return self.integers(1)[0]


@dataclass(frozen=True)
class _Sav:
    """The header of a .sav: compression 0 none, 1 by bytes, 2 zlib; a row takes ``width`` pieces of 8 bytes."""

    compression: int
    rows: int | None
    width: int


def declared_rows(path: Path, size: int, *, stata: bool) -> int | None:
    """Return how many rows a file should have, None where neither its header nor its length tells.

    Raises
    ------
    ReadError
        When the file is shorter than its header says.
    """
    count = _stata_rows if stata else _spss_rows
    with path.open("rb") as handle:
        try:
            return count(_Cursor(handle, size), path)
        except _EndError:
            raise cut(path, "It ends inside its header") from None


def cut(path: Path, detail: str) -> ReadError:
    """Return the error for a file that ends too early."""
    hint = "It was cut off or damaged on its way here: copy or export it again"
    return ReadError("Is not whole", where=str(path), detail=detail, hint=hint)


def _room(path: Path, declared: int, held: int) -> int:
    if declared > held:
        raise cut(path, f"Its header declares {declared:,} rows, and there is room for {held:,}")
    return declared


def _spss_rows(file: _Cursor, path: Path) -> int | None:
    head = _sav_header(file)
    if head is None or not head.width:
        return None
    if head.compression == 0:
        held, odd = divmod(file.left, head.width * 8)
        if head.rows is None and odd:
            raise cut(path, f"Its last row has {odd} of {head.width * 8} bytes")
        return held if head.rows is None else _room(path, head.rows, held)
    if head.rows is not None:
        return _room(path, head.rows, file.left * (_ZLIB if head.compression == 2 else 1) // head.width)
    return _compressed_rows(file, path, head.width) if head.compression == 1 else None


def _sav_header(file: _Cursor) -> _Sav | None:
    """Return the header of a .sav, None where its dictionary holds a record that is not known here."""
    start = file.take(176)
    file.order = "<" if start[64:68] in (b"\x02\0\0\0", b"\x03\0\0\0") else ">"
    compression, _, rows = struct.unpack(f"{file.order}3i", start[72:84])
    width = 0
    while (record := file.integer()) != 999:
        if record not in _RECORDS:
            return None
        width += record == 2
        many = _RECORDS[record](file)
        rows = many if rows < 0 and many is not None else rows
    file.skip(4)
    return _Sav(compression, rows if rows >= 0 else None, width)


def _variable(file: _Cursor) -> None:
    _, labelled, missing = file.integers(3)
    file.skip(16)
    if labelled:
        file.skip(-(-file.integer() // 4) * 4)
    file.skip(8 * abs(missing))


def _value_labels(file: _Cursor) -> None:
    for _ in range(file.integer()):
        length = file.take(9)[8]
        file.skip(-(-(length + 1) // 8) * 8 - 1)


def _extension(file: _Cursor) -> int | None:
    """Return the count of rows that extension record 16 holds, for files too long for the header's own."""
    subtype, size, count = file.integers(3)
    if (subtype, size, count) != (16, 8, 2):
        file.skip(size * count)
        return None
    return int(struct.unpack(f"{file.order}2q", file.take(16))[1])


_RECORDS: dict[int, Callable[[_Cursor], int | None]] = {
    2: _variable,
    3: _value_labels,
    4: lambda file: file.skip(4 * file.integer()),
    6: lambda file: file.skip(80 * file.integer()),
    7: _extension,
}


def _compressed_rows(file: _Cursor, path: Path, width: int) -> int:
    """Return the rows of a file compressed by bytes: each byte of a block of 8 announces one piece."""
    data = file.take(file.left)
    pieces = position = 0
    while position < len(data):
        block = data[position : position + 8]
        ended = block.find(252)
        block = block if ended < 0 else block[:ended]
        position += 8 + 8 * block.count(253)
        pieces += len(block) - block.count(0)
        if ended >= 0:
            break
    rows, odd = divmod(pieces, width)
    if odd or position > len(data):
        raise cut(path, f"It ends inside row {rows + 1:,}")
    return rows


def _stata_rows(file: _Cursor, path: Path) -> int | None:
    release = file.take(1)[0]
    if release == ord("<"):
        return _new_stata_rows(file, path)
    return _old_stata_rows(file, path, release) if release in _STATA_FORMAT_BYTES else None


def _new_stata_rows(file: _Cursor, path: Path) -> int | None:
    """Look at the marks of a file of Stata 13 and later."""
    head = file.take(min(file.left, 400))
    file.skip(max(file.left - 64, 0))
    if b"</stata_dta>" not in file.take(file.left):
        raise cut(path, "Its closing mark </stata_dta> is missing")
    count = re.search(rb"<N>(.{4}|.{8})</N>", head, re.DOTALL)
    if count is None:
        return None
    rows = int.from_bytes(count.group(1), "big" if b">MSF<" in head else "little")
    return _room(path, rows, file.size)


def _old_stata_rows(file: _Cursor, path: Path, release: int) -> int:
    """Walk a file of Stata 8 to 12, which has no closing mark, to its end."""
    file.order = ">" if file.take(3)[0] == 1 else "<"
    columns, rows = struct.unpack(f"{file.order}hi", file.take(6))
    file.skip(81 + 18)
    row = sum(_STATA_WIDTHS.get(code, code) for code in file.take(columns))
    file.skip(columns * (33 + _STATA_FORMAT_BYTES[release] + 33 + 81) + 2 * (columns + 1))
    while file.take(1) != b"\0":
        file.skip(file.integer())
    file.skip(4)
    _room(path, rows, file.left // max(row, 1))
    file.skip(rows * row)
    try:
        while file.left:
            file.skip(file.integer() + 36)
    except _EndError:
        raise cut(path, "It ends inside its value labels") from None
    return int(rows)
