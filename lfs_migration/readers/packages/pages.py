"""Code pages that the library for SPSS and Stata does not decode, or not rightly: decoded here from the bytes.

Hebrew and Vietnamese code pages hold points and tones as characters of their own. The system's converter waits at the
end of each text for one to come, and gives the last letter to the next text. ARMSCII-8 is not on every system.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
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
    own = _Page(path, page)
    names = [own.text(name, name) for name in table.column_names]
    arrays = [own.values(column, name) for column, name in zip(table.columns, names, strict=True)]
    parts = {
        part: own.keyed(report.get(part, {})) for part in ("labels", *_PAIRS, "sets", "formats", "tags", "measures")
    }
    return pa.table(arrays, names=names), {
        **report,
        **parts,
        "labels": {name: own.text(label, name) for name, label in parts["labels"].items()},
        **{part: {name: own.pairs(held, name) for name, held in parts[part].items()} for part in _PAIRS},
        "sets": {name: own.answers(held, name) for name, held in parts["sets"].items()},
        "title": own.text(report.get("title", ""), "the label of the file"),
        "documents": [own.text(line, "the notes of the file") for line in report.get("documents", ())],
    }


_PAIRS = ("value_labels", "ranges")
"""Parts of a report that hold pairs of values, or of a value and its label."""
_PLAIN = ("formats", "tags", "measures")
"""Parts that hold no text of the file but the names of columns."""


@dataclass(frozen=True)
class _Page:
    """Decodes what was read as bytes."""

    path: Path
    page: str

    def text(self, value: Any, column: str) -> Any:
        if not isinstance(value, str) or value.isascii():
            return value
        try:
            return encodings.decode(value.encode(BYTES), self.page)
        except UnicodeError as error:
            detail = f"Column {column!r} holds what that encoding does not have: {error}"
            hint = "Declare the encoding that it is in"
            raise ReadError(f"Is not {self.page} text", where=str(self.path), detail=detail, hint=hint) from None

    def values(self, column: pa.ChunkedArray, name: str) -> pa.ChunkedArray:
        if not pa.types.is_string(column.type):
            return column
        coded = column.combine_chunks().dictionary_encode()
        levels = pa.array([self.text(value, name) for value in coded.dictionary.to_pylist()], pa.string())
        return pa.chunked_array([levels.take(coded.indices)])

    def keyed(self, part: Mapping[str, Any]) -> dict[str, Any]:
        return {self.text(name, name): held for name, held in part.items()}

    def pairs(self, held: Iterable[tuple[Any, Any]], name: str) -> list[tuple[Any, Any]]:
        return [(self.text(one, name), self.text(other, name)) for one, other in held]

    def answers(self, held: Mapping[str, Any], name: str) -> dict[str, Any]:
        """Return a set of answers to one question."""
        return {
            **held,
            "label": self.text(held["label"], name),
            "counted_value": self.text(held["counted_value"], name),
            "variable_list": [self.text(column, name) for column in held["variable_list"]],
        }
