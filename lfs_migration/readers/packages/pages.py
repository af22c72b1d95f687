"""Code pages that the library for SPSS and Stata does not decode, or not rightly: decoded here from the bytes.

Hebrew and Vietnamese code pages hold points and tones as characters of their own. The system's converter waits at the
end of each text for one to come, and gives the last letter to the next text. ARMSCII-8 is not on every system.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from lfs_migration.errors import ReadError
from lfs_migration.readers.text import armscii, encodings

OURS = frozenset({"cp1255", "cp1258", armscii.NAME})
BYTES = "iso8859-1"
"""The page in which each byte is the character of its number."""


def decoded(path: Path, table: pa.Table, report: Mapping[str, Any], page: str) -> tuple[pa.Table, dict[str, Any]]:
    """Return a table and its report, read as bytes, with the text of a code page.

    Parameters
    ----------
    path : Path
    table : pyarrow.Table
    report : mapping
        As the child process gives it.
    page : str

    Raises
    ------
    ReadError
        Naming the column whose text holds what the page does not have.
    """

    def text(value: Any, column: str) -> Any:
        if not isinstance(value, str) or value.isascii():
            return value
        try:
            return encodings.decode(value.encode(BYTES), page)
        except UnicodeError as error:
            detail = f"Column {column!r} holds what that encoding does not have: {error}"
            hint = "Declare the encoding that it is in"
            raise ReadError(f"Is not {page} text", where=str(path), detail=detail, hint=hint) from None

    def values(column: pa.ChunkedArray, name: str) -> pa.ChunkedArray:
        if not pa.types.is_string(column.type):
            return column
        coded = column.combine_chunks().dictionary_encode()
        levels = pa.array([text(value, name) for value in coded.dictionary.to_pylist()], pa.string())
        return pa.chunked_array([levels.take(coded.indices)])

    def keyed(part: str) -> dict[str, Any]:
        return {text(name, name): held for name, held in report.get(part, {}).items()}

    names = [text(name, name) for name in table.column_names]
    arrays = [values(column, name) for column, name in zip(table.columns, names, strict=True)]
    return pa.table(arrays, names=names), {
        **report,
        "labels": {name: text(label, name) for name, label in keyed("labels").items()},
        "value_labels": {
            name: [(text(value, name), text(label, name)) for value, label in pairs]
            for name, pairs in keyed("value_labels").items()
        },
        "ranges": {
            name: [(text(low, name), text(high, name)) for low, high in ranges]
            for name, ranges in keyed("ranges").items()
        },
        "title": text(report.get("title", ""), "the label of the file"),
        "documents": [text(line, "the notes of the file") for line in report.get("documents", ())],
        "sets": {
            name: {
                **one,
                "label": text(one["label"], name),
                "counted_value": text(one["counted_value"], name),
                "variable_list": [text(column, name) for column in one["variable_list"]],
            }
            for name, one in keyed("sets").items()
        },
        **{part: keyed(part) for part in ("formats", "tags", "measures")},
    }
