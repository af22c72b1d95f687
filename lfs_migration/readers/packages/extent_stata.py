"""The walk through a .dta, from Stata 1 to today, to its last byte.

Files of Stata 13 and later (releases 117 to 119) have marks and a map of where each part begins; earlier ones
(releases 102 to 115) have neither, nor any checksum. So what can contradict itself is compared: the types and names of
the columns, the length of the rows, the sets of value labels, the end of the file. A float whose bits are no number
that Stata writes is damage too: the C library would give it as a missing value.

The layouts are those of ``help dta`` in Stata; for releases before 113, what pandas and ReadStat read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any

import numpy as np

from lfs_migration.readers.extent import Cursor, DamageError, EndError, Extent, cut, require_budget

OLD = (102, 103, 104, 105, 108, 110, 111, 113, 114, 115)
"""Releases without marks; 106, 107, 109, 112 and 116 were never given out."""
_NEW = (b"117", b"118", b"119")
_LETTER_TYPES = {98: "i1", 105: "i2", 108: "i4", 102: "f4", 100: "f8"}
_CODE_TYPES = {251: "i1", 252: "i2", 253: "i4", 254: "f4", 255: "f8"}
_NEW_TYPES = {65530: "i1", 65529: "i2", 65528: "i4", 65527: "f4", 65526: "f8", 32768: "V8"}
_LONGEST = 2045
_PARTS = (
    "stata_dta", "map", "variable_types", "varnames", "sortlist", "formats", "value_label_names", "variable_labels",
    "characteristics", "data", "strls", "value_labels", "/stata_dta",
)  # fmt: skip
_ROWS_AT_ONCE = 1 << 18


@dataclass(frozen=True)
class Old:
    """The head of a file without marks.

    Parameters
    ----------
    release : int
    rows : int
    names, formats, sets, labels : tuple of bytes
        For each column: its name, display format, set of value labels, and label.
    row : numpy.dtype
        A row, in the byte order of the file.
    data : int
        Where the rows begin.
    """

    release: int
    rows: int
    names: tuple[bytes, ...]
    formats: tuple[bytes, ...]
    sets: tuple[bytes, ...]
    labels: tuple[bytes, ...]
    title: bytes
    row: np.dtype[Any]
    data: int


def measure(file: Cursor, path: Path, allowed: int) -> Extent:
    """Return the rows of a .dta.

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
    if file.take(1) == b"<":
        return _measure_new(file, path, allowed)
    file.jump(0)
    head = old_head(file)
    require_budget(path, head.rows * head.row.itemsize, allowed, f"The {head.rows:,} rows that its header declares")
    _require_rows(path, head.rows, head.row.itemsize, file.left)
    file.skip(head.rows * head.row.itemsize)
    try:
        old_sets(file, head.release)
    except EndError:
        raise cut(path, "It ends inside its value labels") from None
    _require_numbers(path, head.row, head.rows, head.data)
    return Extent(head.rows, head.row.itemsize)


def old_head(file: Cursor) -> Old:
    """Return the head of a file without marks, and leave the cursor at its rows."""
    release, order, kind, _ = file.take(4)
    if release not in OLD:
        raise DamageError(f"Its header names the release {release}, which Stata never gave out")
    file.order = ">" if order == 1 else "<"
    columns, rows = file.unpack("HH" if release == 102 else "Hi")
    if kind != 1 or rows < 0 or not columns:
        raise DamageError(f"Its header declares {rows:,} rows and {columns:,} columns")
    short, early = release <= 108, release <= 105
    title = _text(file.take(32 if early else 81))
    file.skip(0 if release <= 104 else 18)
    types = [_old_type(code, release) for code in file.take(columns)]
    names = _texts(file, columns, 9 if short else 33)
    _require_names(names)
    # Up to the first zero these are columns; what stands behind it is left over from elsewhere.
    sorted_by = takewhile(bool, file.unpack(f"{columns + 1}H"))
    if (last := max(sorted_by, default=0)) > columns:
        raise DamageError(f"It is sorted by column {last:,}, and has {columns:,}")
    formats = _texts(file, columns, 7 if release <= 104 else 12 if release <= 113 else 49)
    if wrong := [name for name, form in zip(names, formats, strict=True) if not form.startswith(b"%")]:
        raise DamageError(f"Column {wrong[0].decode('latin-1')} has no display format")
    sets = _texts(file, columns, 9 if short else 33)
    labels = _texts(file, columns, 32 if early else 81)
    _skip_characteristics(file, release)
    row = np.dtype([(str(i), file.order + form) for i, form in enumerate(types)])
    return Old(release, rows, names, formats, sets, labels, title, row, file.place)


def _old_type(code: int, release: int) -> str:
    if release >= 111:
        form = _CODE_TYPES.get(code) or (f"S{code}" if 0 < code <= 244 else "")
    else:
        form = _LETTER_TYPES.get(code) or (f"S{code - 127}" if code > 127 else "")
    if not form:
        raise DamageError(f"A column is of type {code}, which release {release} does not have")
    return form


def _texts(file: Cursor, count: int, length: int) -> tuple[bytes, ...]:
    block = file.take(count * length)
    return tuple(_text(block[start : start + length]) for start in range(0, len(block), length))


def _text(field: bytes) -> bytes:
    return field.split(b"\0", 1)[0]


def _require_names(names: tuple[bytes, ...]) -> None:
    for place, name in enumerate(names, 1):
        if not name or re.search(rb"[\x00-\x20\x7f]", name):
            raise DamageError(f"The name of column {place:,} is {name.decode('latin-1')!r}")
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1).decode("latin-1")
        raise DamageError(f"It has two columns {twice}")


def _skip_characteristics(file: Cursor, release: int) -> None:
    if release <= 104:
        return
    while True:
        kind, length = file.unpack("bh" if release <= 108 else "bi")
        if not kind and not length:
            return
        if kind != 1:
            raise DamageError(f"A characteristic is of kind {kind}, and there is kind 1")
        file.skip(length)


def old_sets(file: Cursor, release: int) -> dict[bytes, list[tuple[int, bytes]]]:
    """Return the sets of value labels that follow the rows, to the end of the file."""
    sets: dict[bytes, list[tuple[int, bytes]]] = {}
    while file.left:
        name, pairs = _early_set(file) if release <= 105 else _later_set(file, release)
        if name in sets:
            raise DamageError(f"It has two sets of value labels {name.decode('latin-1')}")
        sets[name] = pairs
    return sets


def _early_set(file: Cursor) -> tuple[bytes, list[tuple[int, bytes]]]:
    (count,) = file.unpack("H")
    name = _text(file.take(9))
    file.skip(1)
    codes = file.unpack(f"{count}h")
    return name, list(zip(codes, _texts(file, count, 8), strict=True))


def _later_set(file: Cursor, release: int) -> tuple[bytes, list[tuple[int, bytes]]]:
    length = file.integer()
    name = _text(file.take(9 if release == 108 else 33 if release <= 117 else 129))
    file.skip(3)
    count, letters = file.unpack("2i")
    said = f"The set of value labels {name.decode('latin-1')} has {count:,} labels in {letters:,} bytes"
    if count < 0 or letters < 0 or 8 + 8 * count + letters > length:
        raise DamageError(f"{said}, and says that it takes {length:,}")
    starts, codes = file.unpack(f"{count}i"), file.unpack(f"{count}i")
    text = file.take(letters)
    file.skip(length - 8 - 8 * count - letters)
    if any(not 0 <= start < letters for start in starts):
        raise DamageError(f"{said}, and one of them begins outside of these")
    return name, [(code, _text(text[start:])) for start, code in zip(starts, codes, strict=True)]


def _require_rows(path: Path, declared: int, width: int, left: int) -> None:
    if declared * width > left:
        raise cut(path, f"Its header declares {declared:,} rows, and there is room for {left // width:,}")


def _measure_new(file: Cursor, path: Path, allowed: int) -> Extent:
    """Look at the marks of a file of Stata 13 and later, at the places that its map names."""
    if not _end(file).endswith(b"</stata_dta>"):
        raise cut(path, "Its closing mark </stata_dta> is missing")
    file.jump(0)
    head = file.take(min(file.left, 800))
    found = re.match(
        rb"<stata_dta><header><release>(...)</release><byteorder>([ML])SF</byteorder><K>(.{2}|.{4})</K><N>(.{4}|.{8})</N>",
        head, re.DOTALL,
    )  # fmt: skip
    if found is None or found[1] not in _NEW:
        raise DamageError("Its header is not that of releases 117 to 119")
    file.order = ">" if found[2] == b"M" else "<"
    order = "big" if found[2] == b"M" else "little"
    columns, rows = (int.from_bytes(found[group], order) for group in (3, 4))  # type: ignore[arg-type]
    places = _map(file, head)
    file.jump(places["variable_types"] + len("<variable_types>"))
    types = [_new_type(code) for code in file.unpack(f"{columns}H")]
    if not 0 < sum(int(form[1:]) for form in types) < 1 << 31:
        raise DamageError("It has no columns, or rows of more than 2 gigabytes")
    row = np.dtype([(str(i), file.order + form) for i, form in enumerate(types)])
    require_budget(path, rows * row.itemsize, allowed, f"The {rows:,} rows that its header declares")
    held = places["strls"] - places["data"] - len("<data></data>")
    if held != rows * row.itemsize:
        raise DamageError(f"Its header declares {rows:,} rows of {row.itemsize:,} bytes, and it holds {held:,} bytes")
    _require_numbers(path, row, rows, places["data"] + len("<data>"))
    _new_sets(file, int(found[1]), places["value_labels"] + len("<value_labels>"))
    return Extent(rows, row.itemsize)


def _new_sets(file: Cursor, release: int, place: int) -> None:
    """Walk the sets of value labels to the mark behind them."""
    file.jump(place)
    names: set[bytes] = set()
    while (mark := file.take(5)) == b"<lbl>":
        name, _ = _later_set(file, release)
        if name in names or file.take(6) != b"</lbl>":
            raise DamageError(f"The set of value labels {name.decode('latin-1')} comes twice, or has another length")
        names.add(name)
    if mark != b"</val":
        raise DamageError("Its value labels do not end with their mark")


def _end(file: Cursor) -> bytes:
    file.jump(max(0, file.size - 64))
    return file.take(file.left)


def _map(file: Cursor, head: bytes) -> dict[str, int]:
    """Return where each part begins, after a look whether it does."""
    start = head.find(b"<map>")
    if start < 0:
        raise DamageError("It has no map of its parts")
    file.jump(start + len("<map>"))
    *numbers, size = file.unpack("14q")
    places = dict(zip(_PARTS, numbers, strict=True))
    if head[28:31] == b"117" and not places["variable_labels"]:
        # Stata 13 itself leaves this one out.
        del places["variable_labels"]
        numbers = list(places.values())
    for part, place in places.items():
        mark = f"<{part}>".encode()
        if not 0 <= place <= file.size - len(mark):
            raise DamageError(f"Its map says that <{part}> is at byte {place:,}, and it has {file.size:,}")
        file.jump(place)
        if file.take(len(mark)) != mark:
            raise DamageError(f"Its map says that <{part}> is at byte {place:,}, and it is not there")
    if numbers != sorted(numbers):
        raise DamageError("Its map has its parts in another order")
    if size != file.size:
        raise DamageError(f"Its map says that it has {size:,} bytes, and it has {file.size:,}")
    return places


def _new_type(code: int) -> str:
    form = _NEW_TYPES.get(code) or (f"S{code}" if 0 < code <= _LONGEST else "")
    if not form:
        raise DamageError(f"A column is of type {code}, which Stata does not have")
    return form


def _require_numbers(path: Path, row: np.dtype[Any], rows: int, start: int) -> None:
    """Check that each float is a number: infinities and NaN are bits that Stata does not write."""
    assert row.fields is not None
    floats = [name for name, (form, *_) in row.fields.items() if form.kind == "f"]
    if not floats or not rows:
        return
    data = np.memmap(path, row, "r", start, (rows,))
    for first in range(0, rows, _ROWS_AT_ONCE):
        part = np.asarray(data[first : first + _ROWS_AT_ONCE])
        for name in floats:
            if not (finite := np.isfinite(part[name])).all():
                at = first + int(np.argmin(finite)) + 1
                raise DamageError(f"Row {at:,} of column {int(name) + 1:,} holds bits that are no number")
