"""Whether two files hold the same: values, labels, missing codes and all that a source knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from lfs_migration.model.dataset import Source
from lfs_migration.readers.packages.columns import whole_numbers

_PARTS = {
    "labels": "label",
    "value_labels": "labels of values",
    "user_missing": "missing codes",
    "measures": "level of measurement",
}


def normal(table: pa.Table) -> pa.Table:
    """Return a table in the kinds that every format has: text, whole numbers, floats, dates, time stamps, times.

    Formats differ in the widths of numbers, and a package has one kind of number; what is whole is whole.

    Examples
    --------
    >>> str(normal(pa.table({"a": pa.array([1, 2], pa.int8())})).schema.field("a").type)
    'int64'
    """
    return pa.table({name: _normal(table.column(name)) for name in table.column_names})


def _normal(column: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _normal(column.cast(kind.value_type))
    if pa.types.is_boolean(kind):
        column, kind = column.cast(pa.int8()), pa.int8()
    if pa.types.is_null(kind) or (pa.types.is_integer(kind) and kind != pa.uint64()):
        return column.cast(pa.int64())
    if pa.types.is_floating(kind):
        return whole_numbers(column.cast(pa.float64()))
    if pa.types.is_large_string(kind):
        return column.cast(pa.string())
    if pa.types.is_date(kind):
        return column.cast(pa.date32())
    if pa.types.is_timestamp(kind):
        return column.cast(pa.timestamp("us", kind.tz))
    return column.cast(pa.time64("us")) if pa.types.is_time(kind) else column


def differences(before: pa.Table, was: Source, after: pa.Table, now: Source) -> list[str]:
    """Return what differs between two tables and their sources, none when they are equal.

    Path, hash and encoding play no part, nor does the order of missing codes.

    Examples
    --------
    >>> table, source = pa.table({"a": [1, None]}), Source("", "", "", 2, labels={"a": "A"})
    >>> differences(table, source, pa.table({"a": [1, 2]}), Source("", "", "", 2))
    ["column 'a': row 2 was None and is 2", "column 'a': label was 'A' and is None"]
    """
    found = list(_values(normal(before), normal(after)))
    for part, words in _PARTS.items():
        found += _words(words, getattr(was, part), getattr(now, part))
    for part in ("title", "documents"):
        if getattr(was, part) != getattr(now, part):
            found.append(f"the {part} were {getattr(was, part)!r} and are {getattr(now, part)!r}")
    if set(was.multiple) != set(now.multiple):
        found.append(f"the multiple-response sets were {was.multiple} and are {now.multiple}")
    return found


def _values(before: pa.Table, after: pa.Table) -> Iterator[str]:
    if before.column_names != after.column_names:
        yield f"the columns were {', '.join(before.column_names)} and are {', '.join(after.column_names)}"
        return
    if before.num_rows != after.num_rows:
        yield f"it had {before.num_rows:,} rows and has {after.num_rows:,}"
        return
    for name in before.column_names:
        was, now = before.column(name), after.column(name)
        if was.type != now.type:
            yield f"column {name!r}: was of kind {was.type} and is of kind {now.type}"
        elif (row := _first(was, now)) is not None:
            yield f"column {name!r}: row {row + 1:,} was {was[row].as_py()!r} and is {now[row].as_py()!r}"


def _first(was: pa.ChunkedArray, now: pa.ChunkedArray) -> int | None:
    """Return the first row in which two columns differ; not a number is the same as itself."""
    if was.equals(now):
        return None
    differ = pc.fill_null(pc.not_equal(was, now), pc.xor(pc.is_null(was), pc.is_null(now)))
    if pa.types.is_floating(was.type):
        differ = pc.and_(differ, pc.invert(pc.fill_null(pc.and_(pc.is_nan(was), pc.is_nan(now)), False)))
    row = pc.index(differ, True).as_py()
    return None if row < 0 else int(row)


def _words(words: str, was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    for name in {**was, **now}:
        one, other = (_unordered(words, part.get(name)) for part in (was, now))
        if one != other:
            yield f"column {name!r}: {words} was {was.get(name)!r} and is {now.get(name)!r}"


def _unordered(words: str, held: Any) -> Any:
    return frozenset(held or ()) if words == "missing codes" else held or None
