"""Delimited text, written the same to the byte each time."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa

from lfs_migration.errors import DataError
from lfs_migration.files import atomic
from lfs_migration.readers.text import encodings
from lfs_migration.readers.writing.columns import plain


def write_csv(
    table: pa.Table, path: Path, *, encoding: str = "utf-8", delimiter: str = ",", newline: str = "\n"
) -> None:
    r"""Write delimited text: a null is an empty field, and quotes stand only where they must.

    Parameters
    ----------
    table : pyarrow.Table
    path : Path
    encoding, delimiter : str
    newline : str
        ``"\n"`` or ``"\r\n"``.

    Raises
    ------
    DataError
        When a text holds what the encoding cannot write, or a number is not a number.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "person.csv")
    ...     write_csv(pa.table({"id": ["001", None], "age": [34, 5]}), path)
    ...     path.read_text()
    'id,age\n001,34\n,5\n'
    """
    lines = _Lines(newline)
    writer = csv.writer(lines, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(table.column_names)
    columns = [plain(table.column(name), path, name).to_pylist() for name in table.column_names]
    writer.writerows(zip(*columns, strict=True))
    try:
        data = encodings.encode("".join(lines), encoding)
    except UnicodeEncodeError as error:
        raise _unwritable(table, path, encoding, error.object[error.start]) from None
    except LookupError:
        raise DataError(f"No encoding is called {encoding!r}", where=str(path)) from None
    with atomic(path, private=True) as part:
        part.write_bytes(data)


class _Lines(list[str]):
    """Lines of text that end as wanted; the writer itself ends them in both ways, so that it quotes both."""

    def __init__(self, newline: str) -> None:
        super().__init__()
        self._newline = newline

    def write(self, line: str) -> None:
        self.append(line.removesuffix("\r\n") + self._newline)


def _unwritable(table: pa.Table, path: Path, encoding: str, letter: str) -> DataError:
    """Return the error for a letter that an encoding does not have, with the first place where it stands."""
    place = next((f"column {name!r}, row {row}" for name, row in _places(table, letter)), "the header")
    detail = f"{letter!r} (U+{ord(letter):04X}, {unicodedata.name(letter, 'unnamed')}) stands in {place}"
    return DataError(f"{encoding} cannot write all of the text", where=str(path), detail=detail, hint="Use utf-8")


def _places(table: pa.Table, letter: str) -> Iterable[tuple[str, int]]:
    for name in table.column_names:
        if pa.types.is_string(table.column(name).type):
            for row, value in enumerate(table.column(name).to_pylist(), start=1):
                if value is not None and letter in value:
                    yield name, row
