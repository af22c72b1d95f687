"""Files of Stata, written the same to the byte each time.

The library writes no notes. They are put into the file here as characteristics of the data set: ``note0`` says how
many there are, ``note1`` is the first. The layout is that of ``help dta`` in Stata, release 118.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from lfs_migration.files import atomic
from lfs_migration.model.dataset import Source
from lfs_migration.readers.writing.columns import (
    STATA,
    Labels,
    Missing,
    ValueLabels,
    check_labels,
    frame,
    insert,
    overwrite,
    source_of,
    through_library,
    untagged,
)

_WHEN = b"01 Jan 2000 00:00"
_STATA_14 = 14
"""The oldest version that holds UTF-8; the newer layout opens in the largest edition of Stata only."""
_NAME = 129
"""Bytes of a name in a characteristic."""
_MAP, _CHARACTERISTICS = b"<map>", b"<characteristics>"
_PLACE = 8
"""The characteristics among the parts that the map lists; those behind it move when they grow."""


def write_dta(
    table: pa.Table,
    path: Path,
    *,
    labels: Labels | None = None,
    value_labels: ValueLabels | None = None,
    missing: Missing | None = None,
    file_label: str = "",
) -> None:
    """Write a Stata file, which Stata 14 and later open.

    Parameters
    ----------
    table : pyarrow.Table
        As :func:`~lfs_migration.readers.write_sav`.
    path : Path
    labels : mapping of column to label
        At most 80 characters.
    value_labels : mapping of column to mapping of value to label
    missing : mapping of column to codes
        The codes ``".a"`` to ``".z"`` that a column of text holds between its numbers: what reading a Stata file
        gives. The numbers become numbers again.
    file_label : str
        At most 80 characters.

    Raises
    ------
    DataError
        When Stata cannot hold a column or a label.
    """
    source = source_of(table, path, labels, value_labels, missing, file_label)
    write_stata(table, source, path, {})


def write_stata(table: pa.Table, source: Source, path: Path, formats: Mapping[str, str]) -> None:
    """Write a Stata file with the title, labels, missing codes and documents of a source.

    Parameters
    ----------
    table : pyarrow.Table
    source : Source
    path : Path
    formats : mapping of column to display format

    Raises
    ------
    DataError
        As :func:`write_dta`.
    """
    import pyreadstat

    check_labels(path, STATA, source.title, source.labels, source.value_labels)
    tags = {name: [str(code).removeprefix(".") for code in codes] for name, codes in source.user_missing.items()}
    rows = frame(table, path, tags)
    values: dict[str, dict[Any, str]] = {
        name: {untagged(value) if name in tags else value: label for value, label in pairs.items()}
        for name, pairs in source.value_labels.items()
    }
    with atomic(path, private=True) as part:
        through_library(
            path,
            lambda: pyreadstat.write_dta(
                rows,
                part,
                file_label=source.title,
                column_labels=dict(source.labels),
                version=_STATA_14,
                variable_value_labels=values,
                missing_user_values=tags,
                variable_format=dict(formats),
            ),
        )
        overwrite(part, _when(part), _WHEN)
        if source.documents:
            _add_notes(part, source.documents)


def _when(part: Path) -> int:
    """Return where a .dta of Stata 14 holds its time: behind the label of the file, which may be of any length."""
    with part.open("rb") as handle:
        head = handle.read(1024)
    start = head.index(b"<label>") + len(b"<label>")
    mark = start + 2 + int.from_bytes(head[start : start + 2], "little") + len(b"</label>")
    found = head[mark : mark + 12]
    if found != b"<timestamp>" + bytes([len(_WHEN)]):
        raise ValueError(f"no time stamp at byte {mark} of a .dta: {found!r}")
    return mark + len(found)


def _add_notes(part: Path, notes: Sequence[str]) -> None:
    """Put notes into the characteristics, and the places of the parts behind them right again."""
    words = [("note0", str(len(notes))), *((f"note{number}", text) for number, text in enumerate(notes, 1))]
    data = b"".join(_characteristic(name, text) for name, text in words)
    with part.open("rb") as handle:
        head = handle.read(1024)
    start = head.index(_MAP, _when(part)) + len(_MAP)
    places = list(struct.unpack_from("<14q", head, start))
    insert(part, places[_PLACE] + len(_CHARACTERISTICS), data)
    moved = [place + len(data) if number > _PLACE else place for number, place in enumerate(places)]
    overwrite(part, start, struct.pack("<14q", *moved))


def _characteristic(name: str, text: str) -> bytes:
    content = b"_dta".ljust(_NAME, b"\0") + name.encode().ljust(_NAME, b"\0") + text.encode() + b"\0"
    return b"<ch>" + struct.pack("<i", len(content)) + content + b"</ch>"
