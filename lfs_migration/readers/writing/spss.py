"""Files of SPSS, written the same to the byte each time.

The library writes all but sets of columns that answer one question (multiple-response sets). They are put into the
dictionary here, as records of type 7, subtype 7: one line for each set, with its name, ``D`` and the counted value or
``C``, its label, and the short names of its columns. The layout is that of *System File Format* in the PSPP
developer's guide.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from lfs_migration.errors import DataError
from lfs_migration.files import atomic
from lfs_migration.model.dataset import MultipleResponse, Source
from lfs_migration.readers.extent import Cursor
from lfs_migration.readers.packages.extent_spss import header
from lfs_migration.readers.writing.columns import (
    SPSS,
    Labels,
    Missing,
    ValueLabels,
    check_labels,
    frame,
    insert,
    overwrite,
    source_of,
    through_library,
)

_WHEN = (92, b"01 Jan 0000:00:00")
"""Where a .sav holds its date (9 bytes) and time (8 bytes)."""
_EXTENSION, _SETS, _NAMES = 7, 7, 13
"""The type of a record that later versions of SPSS added, and its kinds for sets and for the long names of columns."""
_BLOCK = 24
_HIGHEST = float(np.finfo(float).max)
_LOWEST = float(np.nextafter(-_HIGHEST, 0.0))
"""How SPSS writes LOWEST and HIGHEST; the number below LOWEST is its missing value."""


def write_sav(
    table: pa.Table,
    path: Path,
    *,
    labels: Labels | None = None,
    value_labels: ValueLabels | None = None,
    missing: Missing | None = None,
    file_label: str = "",
) -> None:
    """Write an SPSS file, .zsav when ``path`` ends so.

    Parameters
    ----------
    table : pyarrow.Table
        Numbers, text, dates; an empty text and a null are the same in SPSS.
    path : Path
    labels : mapping of column to label
        At most 255 bytes in UTF-8.
    value_labels : mapping of column to mapping of value to label
        At most 120 bytes each.
    missing : mapping of column to values or (low, high) ranges
        At most three values, or one range and one value.
    file_label : str
        At most 64 bytes.

    Raises
    ------
    DataError
        When SPSS cannot hold a column, a label or a missing code.
    """
    source = source_of(table, path, labels, value_labels, missing, file_label)
    whole = {name: "F8.0" for name in table.column_names if pa.types.is_integer(table.schema.field(name).type)}
    write_spss(table, source, path, whole)


def write_spss(table: pa.Table, source: Source, path: Path, formats: Mapping[str, str]) -> None:
    """Write an SPSS file with all that a source knows.

    Parameters
    ----------
    table : pyarrow.Table
    source : Source
        Its documents have lines of at most 80 bytes.
    path : Path
    formats : mapping of column to display format

    Raises
    ------
    DataError
        As :func:`write_sav`.
    """
    import pyreadstat

    check_labels(path, SPSS, source.title, source.labels, source.value_labels)
    rows = frame(table, path, {})
    with atomic(path, private=True) as part:
        through_library(
            path,
            lambda: pyreadstat.write_sav(
                rows,
                part,
                file_label=source.title,
                column_labels=dict(source.labels),
                compress=path.suffix.lower() == ".zsav",
                row_compress=path.suffix.lower() != ".zsav",
                note=list(source.documents) or None,
                variable_value_labels={name: dict(pairs) for name, pairs in source.value_labels.items()},
                missing_ranges={
                    name: [_range(path, name, one) for one in many] for name, many in source.user_missing.items()
                },
                variable_measure=dict(source.measures),
                variable_format=dict(formats),
            ),
        )
        overwrite(part, *_WHEN)
        if source.multiple:
            _add_sets(part, source.multiple)


def _range(path: Path, name: str, code: Any) -> Any:
    if isinstance(code, tuple | list):
        low, high = (float(np.clip(limit, _LOWEST, _HIGHEST)) for limit in code)
        return {"lo": low, "hi": high}
    if isinstance(code, str) and len(code.encode()) > 8:
        raise DataError(f"The missing code {code!r} of {name!r} is longer than 8 bytes", where=str(path))
    return code


def _add_sets(part: Path, sets: Sequence[MultipleResponse]) -> None:
    """Put the multiple-response sets behind the last record of the dictionary."""
    with part.open("rb") as handle:
        file = Cursor(handle, part.stat().st_size)
        header(file)
        end = file.place - 8
        handle.seek(0)
        short = _short_names(handle.read(end))
    lines = b"".join(_line(one, short) for one in sets)
    record = struct.pack("<4i", _EXTENSION, _SETS, 1, len(lines)) + lines
    insert(part, end, record)
    if _is_packed(part):
        _move_blocks(part, end + 8 + len(record), len(record))


def _line(one: MultipleResponse, short: Mapping[str, str]) -> bytes:
    columns = " ".join(short.get(name, name) for name in one.columns).lower()
    kind = "C" if one.counted is None else f"D{len(one.counted.encode())} {one.counted}"
    return f"${one.name}={kind} {len(one.label.encode())} {one.label} {columns}\n".encode()


def _short_names(dictionary: bytes) -> dict[str, str]:
    """Return the names of at most 8 bytes by the names of columns, as extension record 13 lists them."""
    mark = struct.pack("<3i", _EXTENSION, _NAMES, 1)
    start = dictionary.index(mark) + len(mark)
    (size,) = struct.unpack_from("<i", dictionary, start)
    pairs = dictionary[start + 4 : start + 4 + size].decode().split("\t")
    return {long: short for short, _, long in (pair.partition("=") for pair in pairs)}


def _is_packed(part: Path) -> bool:
    """Return whether the rows of a file are in blocks of zlib."""
    with part.open("rb") as handle:
        return handle.read(4) == b"$FL3"


def _move_blocks(part: Path, start: int, by: int) -> None:
    """Make the places in the head of the compressed rows, and in the list of their blocks, right again."""
    with part.open("rb+") as handle:
        handle.seek(start)
        first, trailer, length = struct.unpack("<3q", handle.read(24))
        handle.seek(start)
        handle.write(struct.pack("<2q", first + by, trailer + by))
        handle.seek(trailer + by)
        blocks = bytearray(handle.read(length))
        for place in range(_BLOCK, length, _BLOCK):
            plain, packed = struct.unpack_from("<2q", blocks, place)
            struct.pack_into("<2q", blocks, place, plain + by, packed + by)
        handle.seek(trailer + by)
        handle.write(blocks)
