"""Finds text that was read, or written, in another encoding than it is in.

Text of a wrong encoding is text still: no reader fails on it. It shows by what no survey writes: replacement and
control characters, ``Ã©`` where UTF-8 was taken for a code page, letters of a script that no language of the edition
is written in. Names of columns, labels, value labels and values are looked at. Where the bytes make sense in another
code page, the reading is wrong; all else is a doubt that goes with the :class:`~lfs_migration.model.dataset.Source`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lfs_migration.model.dataset import Doubt, Source
from lfs_migration.readers.text import encodings
from lfs_migration.readers.text.alphabets import Letters, script

DISTINCT = 20_000
"""Different values of a column that are looked at and counted."""
SHOWN = 40
"""Characters of a text that are shown."""
NONSENSE, BETTER = 0.7, 0.3
"""The score below which a reading makes no sense, and by how much another must be better."""

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
_TAKEN_FOR = ("windows-1252", "windows-1251", "windows-1256", "windows-1250", "windows-1253", "windows-1254", "cp874")
"""Code pages that UTF-8 is taken for."""
_SCREEN = np.ones(256, dtype=np.bool_)
_SCREEN[[9, 10, 13, *range(32, 127)]] = False
"""Bytes of UTF-8 that are looked at."""

Sign = Callable[[str], str]
"""Says what is wrong with a text, nothing where all is well."""


@dataclass(frozen=True)
class Piece:
    """A text of a file that is not plain ASCII, and in how many rows it stands."""

    column: str
    place: str
    text: str
    count: int = 1


def examined(table: pa.Table, source: Source, letters: Letters | None) -> Source:
    """Return the source with what is doubtful in the text of its table.

    Parameters
    ----------
    table : pyarrow.Table
    source : Source
    letters : Letters, optional
        Of the edition's languages; without them only signs are found that are wrong in any language.

    Notes
    -----
    Of the values of a column, the first 20,000 different ones beyond ASCII are looked at: an encoding is wrong in all
    rows or in none, and letter by letter takes its time.
    """
    found: dict[tuple[str, str, str], Doubt] = {}
    signs = _signs(letters)
    for piece in pieces(table, source):
        for sign, hint in signs.items():
            why = sign(piece.text)
            if not why:
                continue
            key = (piece.column, why, hint)
            known = found.get(key)
            text = piece.text if len(piece.text) <= SHOWN else piece.text[: SHOWN - 1] + "…"
            found[key] = (
                replace(known, count=known.count + piece.count)
                if known
                else Doubt(piece.column, piece.place, text, piece.count, why, hint)
            )
            break
    return replace(source, doubts=(*source.doubts, *found.values())) if found else source


def better(table: pa.Table, source: Source, letters: Letters | None) -> encodings.Guess | None:
    """Return the code page that the text is in, where it makes no sense in the one that it was read in.

    Parameters
    ----------
    table : pyarrow.Table
    source : Source
        Its ``encoding`` is that in which the text was read.
    letters : Letters, optional
    """
    if letters is None or not source.encoding or not encodings.one_byte(source.encoding):
        return None
    text = "\n".join(dict.fromkeys(piece.text for piece in pieces(table, source)))
    try:
        data = encodings.words_of(encodings.encode(text, source.encoding))
    except UnicodeError:
        return None
    sense = encodings.by_letters(letters)
    read = sense(encodings.decode(data, source.encoding, "replace"))
    if not data or read >= NONSENSE:
        return None
    best = encodings.guess(data, sense)
    return best if best.sure and best.score > read + BETTER else None


def pieces(table: pa.Table, source: Source) -> Iterator[Piece]:
    """Yield the texts of a file that are not plain: names, labels, then different values by their first row."""
    for name in table.column_names:
        told = [("name", name), ("label", source.labels.get(name, ""))]
        told += [(f"label of {value}", label) for value, label in source.value_labels.get(name, {}).items()]
        yield from (Piece(name, place, text) for place, text in told if not text.isascii() or _CONTROLS.search(text))
        if pa.types.is_string(table.schema.field(name).type):
            yield from _values(name, table.column(name))


def _values(name: str, column: pa.ChunkedArray) -> Iterator[Piece]:
    if not any(_screened(chunk) for chunk in column.chunks):
        return
    coded = column.dictionary_encode().combine_chunks()
    codes = coded.indices.fill_null(len(coded.dictionary)).to_numpy()
    counts, first = np.bincount(codes, minlength=1), np.zeros(len(coded.dictionary) + 1, dtype=np.int64)
    # Of several rows with one code the last one that is written stays: the first row.
    first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)
    odd = np.flatnonzero(pc.match_substring_regex(coded.dictionary, "[^\\t\\n\\r -~]"))
    for code in odd[:DISTINCT].tolist():
        yield Piece(name, f"row {first[code] + 1:,}", coded.dictionary[code].as_py(), int(counts[code]))


def _screened(chunk: pa.Array) -> bool:
    """Whether text holds anything but plain ASCII; one pass over its bytes, for most columns hold codes alone."""
    _, offsets, data = chunk.buffers()
    if data is None or not len(chunk):
        return False
    ends = np.frombuffer(offsets, dtype=np.int32)[chunk.offset : chunk.offset + len(chunk) + 1]
    held = np.frombuffer(data, dtype=np.uint8)[ends[0] : ends[-1]]
    if not len(held) or (held.min() >= 32 and held.max() <= 126):
        return False
    return bool(_SCREEN[held].any())


def _signs(letters: Letters | None) -> dict[Sign, str]:
    """Return what is looked for, the surest first, each with what to do."""
    again = "Export it again from where it was first written, in UTF-8"
    declare = "If that is wrong, declare its encoding in the country's YAML, or give --encoding to inspect"
    signs: dict[Sign, str] = {
        _lost: f"The letters are lost in this file. {again}",
        _taken(letters): f"It was read as a code page before it was saved. {again}",
        _control: declare,
    }
    if letters is not None:
        signs[_foreign(letters)] = declare
    return signs


def _lost(text: str) -> str:
    return "holds the replacement character U+FFFD" if "\ufffd" in text else ""


def _control(text: str) -> str:
    found = _CONTROLS.search(text)
    return f"holds the control character U+{ord(found.group()):04X}" if found else ""


def _taken(letters: Letters | None) -> Sign:
    pages = {page: _shape(page) for page in (_TAKEN_FOR if letters else _TAKEN_FOR[:1])}

    def sign(text: str) -> str:
        for page, shape in pages.items():
            meant = mended(text, page) if shape.fullmatch(text) else ""
            if meant and (letters is None or any(letters.weight(char) for char in meant if char > "\x7f")):
                return f"is UTF-8 that was read as {page}"
        return ""

    return sign


@lru_cache(maxsize=len(_TAKEN_FOR))
def _shape(page: str) -> re.Pattern[str]:
    """Return what text may look like whose UTF-8 was read as a page: it spares most texts a closer look."""

    def chars(low: int, high: int) -> str:
        held = (encodings.decode(bytes([byte]), page, "ignore") for byte in range(low, high))
        return re.escape("".join(held)) + "".join(chr(byte) for byte in range(max(low, 0x80), min(high, 0xA0)))

    return re.compile(f"(?:[\\0-\x7f]|[{chars(0xC2, 0xF5)}][{chars(0x80, 0xC0)}]+)+", re.DOTALL)


def mended(text: str, page: str) -> str:
    """Return what a text was before its UTF-8 was read as a code page; nothing where it was not.

    Examples
    --------
    >>> mended("MÃ©xico", "windows-1252"), mended("México", "windows-1252")
    ('México', '')
    """
    try:
        # Windows lets the bytes that a page does not have pass as control characters.
        data = b"".join(
            bytes([ord(char)]) if "\x80" <= char < "\xa0" else encodings.encode(char, page) for char in text
        )
        return data.decode("utf-8") if not data.isascii() else ""
    except UnicodeError:
        return ""


def _foreign(letters: Letters) -> Sign:
    spoken = ", ".join(letters.languages)

    @lru_cache(maxsize=4096)
    def strange(char: str) -> bool:
        return char > "\x7f" and char.isalpha() and script(char) not in letters.scripts and not letters.weight(char)

    def sign(text: str) -> str:
        for char in text:
            if strange(char):
                return f"holds {script(char).capitalize()} letters, and the languages are {spoken}"
        return ""

    return sign
