"""The walk through a .sav or .zsav: every row is counted before the C library sees the file.

Rows follow the dictionary in one of three ways: uncompressed; compressed by bytes, where each byte of a block of 8
announces one piece of 8 bytes (0 nothing, 252 the end, 253 a piece that follows the block, others a piece that is told
by the byte itself); or the same again in blocks of zlib, with a trailer that lists the blocks. Some programs write a
.sav row by row and never fill in the count; such a file is refused when it ends inside a row, and a cut exactly behind
a row cannot be known.

The layout is that of *System File Format* in the PSPP developer's guide.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lfs_migration.readers.extent import Cursor, DamageError, Extent, cut, damaged, require_budget

_PIECE = 8
_AT_ONCE = 1 << 23
_NOTHING, _END, _FOLLOWS = 0, 252, 253
_BLOCK = 24


@dataclass(frozen=True)
class _Header:
    """What the dictionary says: compression 0 none, 1 by bytes, 2 zlib; a row takes ``width`` pieces."""

    compression: int
    rows: int | None
    width: int


def measure(file: Cursor, path: Path, allowed: int) -> Extent:
    """Return the rows that a .sav or .zsav holds.

    Parameters
    ----------
    file : Cursor
        At the start.
    path : Path
    allowed : int
        Bytes that the rows may take.

    Raises
    ------
    ReadError
        When it is cut off or damaged, or its rows take more than the budget.
    """
    head = header(file)
    width = _PIECE * head.width
    if not width:
        raise damaged(path, "Its header declares no variables")
    if head.rows is not None:
        require_budget(path, head.rows * width, allowed, f"The {head.rows:,} rows that its header declares")
    held = _plain(file, path, head, width) if head.compression == 0 else _packed(file, path, head, allowed)
    if head.rows is not None and held < head.rows:
        raise cut(path, f"Its header declares {head.rows:,} rows, and it holds {held:,}")
    if head.rows is not None and held > head.rows:
        raise damaged(path, f"Its header declares {head.rows:,} rows, and it holds {held:,}")
    require_budget(path, held * width, allowed, f"Its {held:,} rows")
    return Extent(held, width)


def header(file: Cursor) -> _Header:
    """Return what the dictionary says, and leave the cursor behind its last record."""
    start = file.take(176)
    file.order = "<" if start[64:68] in (b"\x02\0\0\0", b"\x03\0\0\0") else ">"
    compression, _, rows = struct.unpack(f"{file.order}3i", start[72:84])
    if compression not in (0, 1, 2):
        raise DamageError(f"Its header names a compression {compression:,}, and there are 0, 1 and 2")
    width = 0
    while (record := file.integer()) != 999:
        if record not in _RECORDS:
            raise DamageError(f"Its dictionary holds a record of a kind {record:,}, which there is not")
        width += record == 2
        again = _RECORDS[record](file)
        rows = again if rows < 0 and again is not None else rows
    file.skip(4)
    return _Header(compression, rows if rows >= 0 else None, width)


def _variable(file: Cursor) -> None:
    _, labelled, missing = file.unpack("3i")
    file.skip(16)
    if labelled:
        file.skip(-(-file.integer() // 4) * 4)
    file.skip(_PIECE * abs(missing))


def _value_labels(file: Cursor) -> None:
    for _ in range(file.integer()):
        length = file.take(9)[8]
        file.skip(-(-(length + 1) // 8) * 8 - 1)


def _extension(file: Cursor) -> int | None:
    """Return the count of rows that extension record 16 holds, for files too long for the header's own."""
    subtype, size, count = file.unpack("3i")
    if (subtype, size, count) != (16, 8, 2):
        file.skip(size * count)
        return None
    return file.unpack("2q")[1]


_RECORDS: dict[int, Callable[[Cursor], int | None]] = {
    2: _variable,
    3: _value_labels,
    4: lambda file: file.skip(4 * file.integer()),
    6: lambda file: file.skip(80 * file.integer()),
    7: _extension,
}


def _plain(file: Cursor, path: Path, head: _Header, width: int) -> int:
    held, odd = divmod(file.left, width)
    if head.rows is None and odd:
        raise cut(path, f"Its last row has {odd} of {width} bytes")
    return held


def _packed(file: Cursor, path: Path, head: _Header, allowed: int) -> int:
    pieces = _Pieces()
    for data in _parts(file) if head.compression == 1 else _zlib_parts(file, path, allowed):
        pieces.feed(data)
    rows, odd = divmod(pieces.count, head.width)
    if odd or pieces.owed:
        raise cut(path, f"It ends inside row {rows + bool(odd):,}")
    return rows


def _parts(file: Cursor) -> Iterator[bytes]:
    while file.left:
        yield file.take(min(file.left, _AT_ONCE))


class _Pieces:
    """Counts the pieces that a stream of blocks announces, and those of them that still have to follow."""

    def __init__(self) -> None:
        self.count = 0
        self._follow = 0
        self._ended = False
        self._rest = b""

    @property
    def owed(self) -> bool:
        """Whether the stream ended before all that it announced."""
        return self._follow > 0 or (bool(self._rest) and not self._ended)

    def feed(self, data: bytes) -> None:
        """Count the next bytes of the stream."""
        data = self._rest + data
        whole = len(data) // _PIECE
        self._rest = data[whole * _PIECE :]
        units = np.frombuffer(data, np.uint8, whole * _PIECE).reshape(whole, _PIECE)
        if self._ended:
            self._follow = max(0, self._follow - whole)
            return
        # From a block one goes to the next: behind itself, and behind the pieces that follow it.
        steps = (1 + np.bitwise_count(np.packbits(units == _FOLLOWS))).tolist()
        at, blocks = self._follow, []
        while at < whole:
            blocks.append(at)
            at += steps[at]
        self._follow = at - whole
        self._count(units, blocks)

    def _count(self, units: np.ndarray, blocks: list[int]) -> None:
        codes = units[blocks].ravel()
        ends = np.flatnonzero(codes == _END)
        if len(ends):
            self._ended = True
            block, place = divmod(int(ends[0]), _PIECE)
            follow = int(np.count_nonzero(units[blocks[block]][:place] == _FOLLOWS))
            self._follow = max(0, blocks[block] + 1 + follow - len(units))
            codes = codes[: ends[0]]
        self.count += int(np.count_nonzero(codes != _NOTHING))


def _zlib_parts(file: Cursor, path: Path, allowed: int) -> Iterator[bytes]:
    """Yield the blocks of a .zsav, each not before the trailer says how large it becomes."""
    start = file.place
    first, trailer, length = file.unpack("3q")
    if first != start:
        raise DamageError(f"Its rows begin at byte {start:,}, and say {first:,}")
    if trailer + length > file.size or trailer < 0 or length < 24:
        raise cut(path, f"The list of its blocks ends at byte {trailer + length:,}, and the file at {file.size:,}")
    file.jump(trailer)
    *_, count = file.unpack("2q2i")
    if count < 0 or 24 + count * _BLOCK != length:
        raise DamageError(f"The list of its blocks has {length:,} bytes, and says that it has {count:,} blocks")
    blocks = list(struct.iter_unpack(f"{file.order}2q2i", file.take(length - 24)))
    require_budget(path, sum(max(size, 0) for *_, size, _ in blocks), allowed, "Its compressed rows")
    place = start + 24
    for _, at, size, packed in blocks:
        if at != place or size < 0 or packed < 0 or at + packed > trailer:
            raise DamageError(f"The list of its blocks says that one begins at byte {at:,}, and it begins at {place:,}")
        file.jump(place)
        yield _inflated(file.take(packed), size)
        place += packed
    if place != trailer:
        raise DamageError(f"Its blocks end at byte {place:,}, and their list begins at {trailer:,}")


def _inflated(packed: bytes, size: int) -> bytes:
    inflate = zlib.decompressobj()
    try:
        data = inflate.decompress(packed, size + 1)
    except zlib.error as error:
        raise DamageError(f"A block of its rows cannot be unpacked ({error})") from None
    if len(data) != size or not inflate.eof:
        raise DamageError(f"A block of its rows does not have the {size:,} bytes that the list of its blocks says")
    return data
