"""Columns of a statistical package made plain: whole numbers, dates, and text without empty strings.

SPSS and Stata know one kind of number. Here a column of numbers becomes ``int64`` when all of them are whole, and a
date, a time stamp or a time of day when its display format says so and every value fits. A column that cannot
become a date stays numbers, and its Arrow field carries a note that says why; :func:`notes` gives all of them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Moment = Literal["date", "datetime", "time"]
Package = Literal["SPSS", "Stata"]

_DAY = 86_400_000
_FIRST, _LAST = -62_135_596_800_000, 253_402_300_799_999
"""Years 1 to 9999, in milliseconds from 1970: what Python and the other formats can hold."""
_EXACT = float(2**53)
"""Above this a float no longer holds every whole number."""


@dataclass(frozen=True)
class Clock:
    """How a package counts time: milliseconds in one unit of a date and of a time, and its zero from 1970."""

    date: int
    time: int
    zero: int
    words: str


_CLOCKS: dict[Package, Clock] = {
    "SPSS": Clock(1000, 1000, -12_219_379_200_000, "seconds since 1582-10-14"),
    "Stata": Clock(_DAY, 1, -315_619_200_000, "days, or milliseconds, since 1960-01-01"),
}
_SPSS_MOMENTS: dict[str, Moment] = {
    **dict.fromkeys(("DATE", "ADATE", "EDATE", "JDATE", "SDATE"), "date"),
    **dict.fromkeys(("DATETIME", "YMDHMS"), "datetime"),
    "TIME": "time",
}


def plain(
    table: pa.Table,
    package: Package,
    formats: Mapping[str, str],
    declared: Collection[str],
    folder: Path | None = None,
) -> pa.Table:
    """Return a table with whole numbers, dates and nulls for what is empty.

    Parameters
    ----------
    table : pyarrow.Table
        Text and numbers as the package holds them.
    formats : mapping of column to display format
    declared : collection of str
        Columns with missing codes declared: they stay numbers even with a format of a date, because a code such
        as 99 is no date.
    folder : Path, optional
        Where each column is put as soon as it is plain, and shown from; without it all are in memory.

    Examples
    --------
    >>> raw = pa.table({"n": [1.0, None], "d": [13744944000.0, None], "s": ["NA", ""]})
    >>> [str(column.type) for column in plain(raw, "SPSS", {"d": "DATE11"}, ()).columns]
    ['int64', 'date32[day]', 'string']
    """
    fields: list[pa.Field] = []
    arrays: list[pa.ChunkedArray | pa.Array] = []
    for field, column in zip(table.schema, table.columns, strict=True):
        form = formats.get(field.name, "")
        if pa.types.is_string(field.type):
            array = pc.if_else(pc.equal(column, ""), pa.scalar(None, pa.string()), column)
            note = f"format {form} left as text: a missing code is no moment" if _moment(package, form) else ""
        else:
            array, note = _number(column, package, form, field.name in declared)
        fields.append(pa.field(field.name, array.type, metadata={"note": note} if note else None))
        arrays.append(array if folder is None else _on_disk(array, folder / f"plain-{len(arrays)}"))
    return pa.table(arrays, schema=pa.schema(fields))


def _on_disk(array: pa.ChunkedArray | pa.Array, path: Path) -> pa.ChunkedArray:
    """Put a column into a file, and return it as the file's own bytes."""
    table = pa.table({"": array})
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    return pa.ipc.open_file(pa.memory_map(str(path))).read_all().column(0)


def notes(table: pa.Table) -> dict[str, str]:
    """Return what a reader has to say about columns: those that it could not make into dates.

    Examples
    --------
    >>> notes(plain(pa.table({"d": [1e18]}), "SPSS", {"d": "DATE11"}, ()))["d"]
    'format DATE11 left as numbers (seconds since 1582-10-14): 1 value is outside the years 1 to 9999'
    """
    return {
        field.name: field.metadata[b"note"].decode()
        for field in table.schema
        if field.metadata and b"note" in field.metadata
    }


def _number(
    column: pa.ChunkedArray, package: Package, form: str, declared: bool
) -> tuple[pa.ChunkedArray | pa.Array, str]:
    moment = _moment(package, form)
    if moment is None:
        return whole_numbers(column), ""
    clock = _CLOCKS[package]
    reason = "missing codes are declared for it" if declared else ""
    if not reason:
        ticks, empty = _ticks(column, moment, clock)
        reason = _outside(ticks[~empty], moment)
        if not reason:
            return _moments(ticks, empty, moment), ""
    return whole_numbers(column), f"format {form} left as numbers ({clock.words}): {reason}"


def _moment(package: Package, form: str) -> Moment | None:
    """Return which kind of moment a display format shows; formats of weeks, months and durations show none."""
    if package == "SPSS":
        name = re.match(r"[A-Z]*", form)
        return _SPSS_MOMENTS.get(name.group()) if name else None
    if re.match(r"%-?t?d", form):
        return "date"
    clock = re.match(r"%-?t[cC](.*)", form)
    if clock is None:
        return None
    return "time" if re.fullmatch(r"[HhMSs:._]+", clock.group(1)) else "datetime"


def _ticks(column: pa.ChunkedArray, moment: Moment, clock: Clock) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return milliseconds, from midnight for a time of day and from 1970 otherwise, and where there are none."""
    values = pc.cast(column, pa.float64()).to_numpy().astype(float, copy=False)
    unit = clock.date if moment == "date" else clock.time
    zero = 0 if moment == "time" else clock.zero
    empty = pc.is_null(column).to_numpy()
    return np.rint(values * unit) + zero, empty


def _outside(ticks: NDArray[np.float64], moment: Moment) -> str:
    low, high = (0, _DAY - 1) if moment == "time" else (_FIRST, _LAST)
    count = int(np.count_nonzero(~((ticks >= low) & (ticks <= high))))
    if not count:
        return ""
    limits = "one day" if moment == "time" else "the years 1 to 9999"
    return f"{count} value{' is' if count == 1 else 's are'} outside {limits}"


def _moments(ticks: NDArray[np.float64], empty: NDArray[np.bool_], moment: Moment) -> pa.Array:
    whole = np.where(empty, 0, ticks).astype(np.int64)
    if moment == "time":
        return pa.array(whole.astype(np.int32), mask=empty).cast(pa.time32("ms"))
    if moment == "date" and not np.any(whole % _DAY):
        return pa.array((whole // _DAY).astype(np.int32), mask=empty).cast(pa.date32())
    # A date that carries a time of day keeps it.
    return pa.array(whole, mask=empty).cast(pa.timestamp("ms"))


def whole_numbers(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return ``int64`` where every number is whole and exact, else the column as it is.

    Examples
    --------
    >>> str(whole_numbers(pa.chunked_array([[1.0, None]])).type)
    'int64'
    >>> str(whole_numbers(pa.chunked_array([[1.5, None]])).type)
    'double'
    """
    if not pa.types.is_floating(column.type):
        return column
    limits = pc.min_max(column).as_py()
    # Where there is no number at all there are no limits; and an infinity, or what is not a number, is not exact.
    if any(limit is not None and not abs(limit) <= _EXACT for limit in limits.values()):
        return column
    try:
        return pc.cast(column, pa.int64())
    except pa.ArrowInvalid:
        return column
