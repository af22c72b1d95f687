"""Lines of a text file whose columns stand at fixed places.

A place counts characters, never bytes: in a file of UTF-8 or of UTF-16 an ``é`` takes one place, as it does in a code
page of one byte a character. Lines are kept as numbers, one a character, and all places of a column are taken at
once: bytes where one byte is one character, else the numbers of Unicode.
"""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lfs_migration.readers import extent, files
from lfs_migration.readers.text import armscii, delimited, encodings

ROWS = 200_000
"""Rows of a column that become text at a time."""
_GATHERED = 20_000
"""Lines of unequal length that are gathered at a time, so that the places of their characters stay in the cache."""
EXPANDED = 4
"""Bytes of memory that a byte of the file takes at most while ASCII is read: itself, its places and its text."""
_BLANK, _LINE, _RETURN, _END = 32, 10, 13, 26
_ESCAPE = b"\x1b"

Codes = NDArray[np.unsignedinteger[Any]]
Places = NDArray[np.int64]


@dataclass(frozen=True)
class Lines:
    """The lines of a file, without the empty ones behind the last.

    Parameters
    ----------
    path : Path
    stamp : files.Stamp
    encoding : str
    codes : numpy.ndarray
        One number a character: bytes of the encoding, or Unicode.
    starts, lengths : numpy.ndarray of shape (lines,)
        Where each begins in ``codes``, and its characters without the line end.
    ended : bool
        Whether the last one has a line end.
    numbers : numpy.ndarray of shape (lines,)
        Of the line in the file, from 1.
    """

    path: Path
    stamp: files.Stamp
    encoding: str
    codes: Codes
    starts: Places
    lengths: Places
    ended: bool
    numbers: Places

    def __len__(self) -> int:
        return len(self.starts)

    def where(self, line: int) -> str:
        """Return ``file:line`` of a line by its position, from 0."""
        return f"{self.path}:{self.numbers[line]}"

    def chosen(self, which: NDArray[np.bool_]) -> Lines:
        """Return some of the lines."""
        return replace(self, starts=self.starts[which], lengths=self.lengths[which], numbers=self.numbers[which])

    def block(self, place: int, width: int, first: int = 0, last: int | None = None) -> Codes:
        """Return the characters at places of lines, blanks where a line is shorter.

        Parameters
        ----------
        place : int
            From 1.
        width : int
        first, last : int
            Lines, from 0; all without them.

        Returns
        -------
        numpy.ndarray of shape (lines, width)
        """
        starts, lengths = self.starts[first:last], self.lengths[first:last]
        reach = place - 1 + width
        stride = self._stride(reach)
        if stride and len(starts):
            held = self.codes[int(starts[0]) + place - 1 :]
            size = self.codes.itemsize
            view: Codes = np.lib.stride_tricks.as_strided(
                held, (len(starts), width), (stride * size, size), writeable=False
            )
            return view
        inside = np.arange(place - 1, reach, dtype=starts.dtype)
        at = starts[:, None] + inside
        found: Codes = self.codes[np.minimum(at, len(self.codes) - 1, out=at)]
        if (lengths < reach).any():
            found[inside >= lengths[:, None]] = _BLANK
        return found

    @cached_property
    def _step(self) -> int:
        """Characters from the beginning of a line to that of the next, 0 where lines differ in that."""
        if len(self) < 2:
            return 1 << 62
        step = int(self.starts[1] - self.starts[0])
        return step if bool((np.diff(self.starts) == step).all()) else 0

    @cached_property
    def _shortest(self) -> int:
        return int(self.lengths.min(initial=1 << 62))

    def _stride(self, reach: int) -> int:
        """Return the characters from line to line where they are a table, of which a column is a view, else 0."""
        step = min(self._step, max(self._shortest, reach)) if len(self) < 2 else self._step
        return step if step >= reach and self._shortest >= reach else 0

    def squared(self, reach: int) -> Lines:
        """Return lines of one length, cut or filled with blanks, so that many columns are taken quickly."""
        if self._stride(reach):
            return self
        codes = np.empty((len(self), reach), self.codes.dtype)
        for first in range(0, len(self), _GATHERED):
            codes[first : first + _GATHERED] = self.block(1, reach, first, first + _GATHERED)
        starts = np.arange(len(self), dtype=np.int64) * reach
        return replace(self, codes=codes.ravel(), starts=starts, lengths=np.full(len(self), reach))

    def column(self, place: int, width: int) -> pa.ChunkedArray:
        """Return the text at places of all lines, without blanks at its ends; null where there is nothing else."""
        chunks = [
            self._text(np.ascontiguousarray(self.block(place, width, first, first + ROWS)))
            for first in range(0, max(len(self), 1), ROWS)
        ]
        return pa.chunked_array(chunks, pa.string())

    def _text(self, block: Codes) -> pa.Array:
        if block.dtype == np.uint8 or not (block > 127).any():
            return trimmed(_texts(block.astype(np.uint8, copy=False), self.encoding))
        width = block.shape[1]
        text = block.astype("<u4", copy=False).view(f"<U{width}").ravel()
        return trimmed(pa.array(text.tolist(), pa.string()))


def _texts(block: NDArray[np.uint8], encoding: str) -> pa.StringArray:
    """Return each row of a block as text; where some are beyond ASCII, each different one is decoded once."""
    rows, width = block.shape
    plain = not (block > 127).any()
    ends = pa.py_buffer(np.arange(rows + 1, dtype=np.int32) * np.int32(width))
    held = pa.Array.from_buffers(pa.string() if plain else pa.binary(), rows, [None, ends, pa.py_buffer(block)])
    if plain:
        return held
    coded = held.dictionary_encode()
    texts = pa.array([encodings.decode(one, encoding) for one in coded.dictionary.to_pylist()], pa.string())
    return texts.take(coded.indices)


def trimmed(text: pa.StringArray) -> pa.StringArray:
    """Return text without blanks at its ends, null where nothing is left.

    Examples
    --------
    >>> trimmed(pa.array([" 004", "  ", "a b "])).to_pylist()
    ['004', None, 'a b']
    """
    text = pc.ascii_trim(text, characters=" ")
    empty = pc.equal(text, "")
    return pc.if_else(empty, pa.scalar(None, pa.string()), text) if pc.any(empty).as_py() else text


def read_lines(path: Path, encoding: str | None, languages: Sequence[str] = ()) -> Lines:
    """Read the lines of a text file.

    Parameters
    ----------
    path : Path
    encoding : str, optional
        As for delimited text: without it the file's mark, UTF-8, or the letters of the languages tell.
    languages : sequence of str

    Raises
    ------
    ReadError
        When the file is absent, empty, too large, no text, or in another encoding than declared.
    """
    stamp = files.stamp(path)
    found = files.kind(stamp.head)
    if found not in ("text", "unknown"):
        files.require_kind(path, stamp.head, "text")
    extent.require_budget(path, EXPANDED * stamp.size, extent.budget(), "Its lines")
    data = path.read_bytes()
    codes, name = _codes(path, data, encoding, languages)
    starts, lengths, ended = _bounds(codes)
    numbers = np.arange(1, len(starts) + 1)
    return Lines(path, stamp, name, codes, starts, lengths, ended, numbers)


def _codes(path: Path, data: bytes, declared: str | None, languages: Sequence[str]) -> tuple[Codes, str]:
    """Return one number for each character, and the encoding."""
    if _is_ascii(path, data, declared):
        return np.frombuffer(data, np.uint8), declared or "utf-8"
    text, encoding = delimited.decoded(path, data, declared, "", languages)
    if _a_byte_a_character(encoding):
        return np.frombuffer(data, np.uint8), encoding
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.dtype("<u4")), encoding


def _a_byte_a_character(encoding: str) -> bool:
    """Whether each byte is a character by itself: none waits for a second one.

    Examples
    --------
    >>> _a_byte_a_character("cp1252"), _a_byte_a_character("shift_jis"), _a_byte_a_character("armscii-8")
    (True, False, True)
    """
    name = encodings.codec(encoding)
    if not encodings.one_byte(name) or name == armscii.NAME:
        return name == armscii.NAME
    decoder = codecs.getincrementaldecoder(name)
    return all(decoder("replace").decode(bytes([byte])) for byte in range(256))


def _is_ascii(path: Path, data: bytes, declared: str | None) -> bool:
    """Whether bytes are what they seem to be: some encodings hide other letters behind bytes of ASCII."""
    if not data.isascii() or b"\0" in data or _ESCAPE in data or data.isspace():
        return False
    try:
        return encodings.decode(b"0123+-az", declared or "utf-8") == "0123+-az"
    except LookupError:
        raise encodings.not_called(declared or "", path) from None
    except UnicodeError:
        return False


def _bounds(codes: Codes) -> tuple[Places, Places, bool]:
    """Return where lines begin, how long they are, and whether the last has a line end.

    The mark of the end of a file under DOS is no part of a line, and empty lines at the end are none.
    """
    end = len(codes)
    while end and codes[end - 1] == _END:
        end -= 1
    codes = codes[:end]
    breaks = np.flatnonzero(codes == _LINE)
    if not len(breaks) and (codes == _RETURN).any():
        breaks = np.flatnonzero(codes == _RETURN)
    ended = bool(end) and bool(codes[-1] == _LINE or codes[-1] == _RETURN)
    starts = np.concatenate([[0], breaks + 1])
    ends = np.concatenate([breaks, [end]])
    returned = (ends > starts) & (codes[np.maximum(ends - 1, 0)] == _RETURN)
    lengths = ends - returned - starts
    filled = np.flatnonzero(lengths)
    last = int(filled[-1]) + 1 if len(filled) else 0
    return starts[:last], lengths[:last], ended or last < len(starts)
