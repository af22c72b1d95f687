"""Delimited text (.csv), read as text exactly as it stands.

Every column is text: ``004`` is not 4, ``NA`` is Namibia, and a decimal comma stays a comma until the variable's
type is known. An empty field is null, between quotes as well. Blank lines are no rows. Fields may hold the
delimiter, quotes (doubled) and line ends between quotes.

Arrow does the reading. It takes a cut-off file without a word, though, and its messages name no line. So a mark is
put behind the last row: when it does not come back as a row of its own, a quote was left open. On any doubt the file
is read again, slowly, to find the line.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pyarrow as pa
import pyarrow.csv as pacsv

from lfs_migration.errors import ReadError, near
from lfs_migration.model.country import File
from lfs_migration.model.dataset import Source
from lfs_migration.readers import files

DELIMITERS = (",", ";", "\t", "|")
"""What offices put between fields, and what a wrong declaration is compared with."""
ENCODINGS = ("utf-8", "cp1252", "windows-1256", "windows-1251", "cp874")
"""What is tried, for a hint, when a file is not in the encoding that was declared."""

_MARK = "\0"
"""Behind the last row; no text that is read holds it."""
_BLOCK = 1 << 24
"""What Arrow reads at a time, in bytes, and the longest header, in characters."""
_WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_AGAIN = "Copy or export it again"


def read_csv(path: Path, spec: File) -> tuple[pa.Table, Source]:
    """Read a delimited file.

    Parameters
    ----------
    path : Path
    spec : File
        Its ``encoding`` is UTF-8 when not given, or UTF-16 for a file that begins with its mark. ``decimal`` plays
        no part here: numbers are made from the text later.

    Returns
    -------
    table : pyarrow.Table
        All columns text.
    source : Source

    Raises
    ------
    ReadError
        When the file is absent, empty, cut off, in another encoding or with another delimiter than declared, or
        when rows differ in their number of fields.
    """
    mark = files.stamp(path)
    found = files.kind(mark.head)
    if found not in ("text", "unknown"):
        files.require_kind(path, mark.head, "text")
    encoding = spec.encoding or ("utf-16" if mark.head.startswith(_WIDE_MARKS) else "utf-8")
    text = _decode(path, path.read_bytes(), encoding)
    names = _header(path, text, spec.delimiter)
    table = _table(path, text, names, spec.delimiter)
    if not table.num_rows:
        raise ReadError("Has a header and no rows", where=str(path), hint="Export it again with its cases")
    return table, Source("", str(path), mark.sha256, table.num_rows, encoding=encoding)


def _decode(path: Path, data: bytes, encoding: str) -> str:
    """Return the text of a file, or say where and why it is not what was declared."""
    try:
        codec = codecs.lookup(encoding).name
        text = data.decode(codec)
    except LookupError:
        hint = near(encoding, (*ENCODINGS, "utf-16", "tis-620", "latin-1"))
        raise ReadError(f"No encoding is called {encoding!r}", where=str(path), hint=hint) from None
    except UnicodeError as error:
        raise _undecodable(path, data, encoding, getattr(error, "start", 0)) from None
    if _single_byte(codec) and not data.isascii() and _decodes(data, "utf-8"):
        detail = f"It was declared {encoding}, and all its characters beyond ASCII are UTF-8"
        raise ReadError("Is UTF-8 text", where=str(path), detail=detail, hint="Declare encoding: utf-8")
    text = text.removeprefix("\ufeff")
    if _MARK in text:
        line = text.count("\n", 0, text.index(_MARK)) + 1
        hint = "Declare encoding: utf-16" if _half_empty(data) else _AGAIN
        raise ReadError("Holds NUL bytes, which no text has", where=f"{path}:{line}", hint=hint)
    if not text or text.isspace():
        raise ReadError("Is empty", where=str(path), detail="It holds blank lines only", hint=_AGAIN)
    return text


def _undecodable(path: Path, data: bytes, encoding: str, offset: int) -> ReadError:
    before = data[:offset].decode(encoding, "ignore") if "16" in encoding else data[:offset].decode("latin-1")
    where = f"{path}:{before.count(chr(10)) + 1}"
    byte = f"0x{data[offset]:02X}" if offset < len(data) else "the end of the file"
    others = [name for name in ENCODINGS if name != encoding.lower() and _decodes(data, name)]
    if "utf-8" in others or _half_empty(data):
        others = ["utf-16" if _half_empty(data) else "utf-8"]
    hint = f"It decodes as {' or '.join(others)}: declare the right one as its encoding" if others else _AGAIN
    detail = f"At byte {offset:,} it holds {byte}, which that encoding does not have there"
    return ReadError(f"Is not {encoding} text", where=where, detail=detail, hint=hint)


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeError:
        return False
    return True


def _single_byte(codec: str) -> bool:
    """Whether each byte is one character, so that almost any bytes decode."""
    return len(bytes(range(128, 256)).decode(codec, "ignore")) > 64


def _half_empty(data: bytes) -> bool:
    """Whether a file looks like UTF-16: its mark at the start, or every other byte zero."""
    sample = data[:4096]
    return sample.startswith(_WIDE_MARKS) or sample.count(0) * 3 > len(sample)


def _header(path: Path, text: str, delimiter: str) -> list[str]:
    """Return the names of the columns."""
    if len(delimiter) != 1 or delimiter in '"\r\n':
        raise ReadError(f"{delimiter!r} cannot be a delimiter", where=str(path), hint="Use one character")
    _, names = next(_records(text[:_BLOCK], delimiter))
    where = f"{path}:1"
    if names[-1] == _MARK:
        raise _open_quote(path, 1)
    others = guess_delimiter(names[0]) if len(names) == 1 else None
    if others:
        detail = f"Between {delimiter!r} its header has one column only"
        hint = f"It seems to be delimited by {others!r}: declare delimiter: {others!r}"
        raise ReadError("Has another delimiter", where=where, detail=detail, hint=hint)
    twice = [name for name, count in Counter(names).items() if count > 1 and name]
    if twice:
        detail = f"Twice or more: {', '.join(map(repr, twice))}"
        raise ReadError("Has columns of the same name", where=where, detail=detail, hint="Rename one of them")
    if "" in names:
        hint = "Name it, or delete the delimiter that stands for it in every line"
        raise ReadError(f"Column {names.index('') + 1} has no name", where=where, hint=hint)
    return names


def guess_delimiter(line: str) -> str | None:
    """Return the delimiter that a line holds most often, None where it holds none.

    Examples
    --------
    >>> guess_delimiter("hh;person;age")
    ';'
    """
    best = max(DELIMITERS, key=line.count)
    return best if best in line else None


def _table(path: Path, text: str, names: list[str], delimiter: str) -> pa.Table:
    mark = "\n" + _MARK + delimiter * (len(names) - 1) + "\n"
    data = text.encode() + mark.encode()
    try:
        table = pacsv.read_csv(
            pa.BufferReader(data),
            read_options=pacsv.ReadOptions(block_size=_BLOCK),
            parse_options=pacsv.ParseOptions(delimiter=delimiter, newlines_in_values='"' in text),
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
            ),
        )
    except pa.ArrowInvalid as error:
        _explain(path, text, delimiter, len(names), str(error))
    if table.column_names != names or not table.num_rows or table.column(0)[-1].as_py() != _MARK:
        _explain(path, text, delimiter, len(names), "a quote is left open")
    return table.slice(0, table.num_rows - 1).combine_chunks()


def _explain(path: Path, text: str, delimiter: str, width: int, message: str) -> NoReturn:
    """Raise the error for the first line that is wrong."""
    for line, fields in _records(text + "\n" + _MARK, delimiter):
        if fields == [_MARK]:
            break
        if fields[-1].endswith(_MARK):
            raise _open_quote(path, line)
        if len(fields) != width:
            raise _ragged(path, line, len(fields), width, delimiter)
    raise ReadError("Cannot be read", where=str(path), detail=message, hint=_AGAIN)


def _open_quote(path: Path, line: int) -> ReadError:
    hint = f"The file was cut off, or a quote is missing or not doubled. {_AGAIN}"
    return ReadError("A quote is left open", where=f"{path}:{line}", hint=hint)


def _ragged(path: Path, line: int, found: int, width: int, delimiter: str) -> ReadError:
    detail = f"It has {found} field{'s' * (found != 1)} where the header has {width}"
    hint = f"Put quotes around text that holds {delimiter!r}; if it is the last line, the file was cut off"
    return ReadError("A row is not as long as the header", where=f"{path}:{line}", detail=detail, hint=hint)


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Give each record with the line on which it begins; blank lines are none.

    A field that goes on and on is a quote left open; such a record ends with the mark, as an open last one does.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    line = 1
    while True:
        try:
            fields = next(reader, None)
        except csv.Error:
            fields = ["", _MARK]
        if fields is None:
            return
        if fields:
            yield line, fields
        line = reader.line_num + 1
