"""Numbers and dates made of the text of a delimited file, where its sidecar says that they are."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from lfs_migration.errors import ReadError, told
from lfs_migration.model.dataset import Source
from lfs_migration.readers.text.sidecar import AGAIN, TYPES, code_text, resource_of


def typed(table: pa.Table, source: Source) -> tuple[pa.Table, Source]:
    """Return what was read of a delimited file with the types that its sidecar says.

    Parameters
    ----------
    table : pyarrow.Table
        Of text, as it was read.
    source : Source
        Its path leads to the sidecar.

    Returns
    -------
    table : pyarrow.Table
        Columns without a type, or with one that is not known here, stay text.
    source : Source
        With codes of the columns' types.

    Raises
    ------
    ReadError
        Where a column holds what is not of its type.
    """
    path = Path(source.path)
    resource = resource_of(path)
    if resource is None:
        return table, source
    types = {field["name"]: field.get("type", "any") for field in resource["schema"]["fields"]}
    columns, labels, missing = {}, dict(source.value_labels), dict(source.user_missing)
    for name in table.column_names:
        kind = types.get(name, "any")
        column = table.column(name)
        if kind in TYPES and kind != "string":
            column = _cast(path, name, column, kind)
            labels |= {name: {_typed(code): label for code, label in labels[name].items()}} if name in labels else {}
            missing |= {name: tuple(map(_typed, missing[name]))} if name in missing else {}
        columns[name] = column
    return pa.table(columns), replace(source, value_labels=labels, user_missing=missing)


def _cast(path: Path, name: str, column: pa.ChunkedArray, kind: str) -> pa.ChunkedArray:
    encoded = column.combine_chunks().dictionary_encode()
    made = []
    for value in encoded.dictionary.to_pylist():
        try:
            made.append(_VALUES[kind](value))
        except ValueError:
            row = pc.index(column, value).as_py() + 1
            detail = f"Row {row:,} of column {name!r} holds {told(value)}, and the sidecar says that it is a {kind}"
            where = str(path)
            raise ReadError("Does not hold what its sidecar says", where=where, detail=detail, hint=AGAIN) from None
    return pa.chunked_array([pa.array(made, TYPES[kind]).take(encoded.indices)])


def _date_time(text: str) -> dt.datetime:
    moment = dt.datetime.fromisoformat(text)
    if moment.tzinfo is not None:
        raise ValueError(text)
    return moment


def _integer(text: str) -> int:
    if not re.fullmatch(r"[+-]?\d+", text, re.ASCII):
        raise ValueError(text)
    return int(text)


def _number(text: str) -> float:
    # What Python takes beyond that: lines between digits, blanks, words such as nan.
    if not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", text, re.ASCII):
        raise ValueError(text)
    return float(text)


_VALUES: Mapping[str, Callable[[str], Any]] = {
    "integer": _integer, "number": _number, "date": dt.date.fromisoformat, "datetime": _date_time,
    "time": dt.time.fromisoformat,
}  # fmt: skip


def is_number(code: Any) -> bool:
    """Return whether a code is read as a number in a column that is not text.

    Examples
    --------
    >>> is_number(99), is_number("004"), is_number(".a")
    (True, True, False)
    """
    return not isinstance(_typed(code_text(code)), str)


def _typed(code: Any) -> Any:
    """Return a code of text as a number where it is one."""
    if isinstance(code, tuple):
        return tuple(_whole(limit) for limit in code)
    try:
        return int(code) if re.fullmatch(r"-?\d+", code, re.ASCII) else _whole(_number(code))
    except ValueError:
        return code


def _whole(number: float) -> float:
    return int(number) if number.is_integer() else number
