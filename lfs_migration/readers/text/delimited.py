"""Delimited text (.csv), read as text exactly as it stands.

Every column is text: ``004`` is not 4, ``NA`` is Namibia, and a decimal comma stays a comma until the variable's
type is known. An empty field is null, between quotes as well. Blank lines are no rows. Fields may hold the
delimiter, quotes (doubled) and line ends between quotes.

Arrow does the reading. It takes a cut-off file without a word, though, and its messages name no line. So a mark is
put behind the last row: when it does not come back as a row of its own, a quote was left open. On any doubt the file
is read again, slowly, to find the line.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn

import pyarrow as pa
import pyarrow.compute as pc

from lfs_migration.errors import ReadError
from lfs_migration.model.country import File
from lfs_migration.model.dataset import Source
from lfs_migration.readers import files, process
from lfs_migration.readers.text import armscii, encodings, sidecar, streaming
from lfs_migration.readers.text.alphabets import letters_of

Languages = Sequence[str]

DELIMITERS = (",", ";", "\t", "|")
"""What offices put between fields, and what a wrong declaration is compared with."""
ENCODINGS = ("utf-8", "cp1252", "windows-1256", "windows-1251", "cp874")
"""What is tried, for a hint, when a file is not in the encoding that was declared."""

_MARK = streaming.MARK
_SWELLS = 5
"""How many times as much memory as its bytes a file takes at most, while all of it is read."""
_BLOCK = streaming.BLOCK
"""The longest header, in characters."""
_AGAIN = "Copy or export it again"


def read_csv(
    path: Path, spec: File, languages: Languages = (), slowly: process.Slowly | None = None
) -> tuple[pa.Table, Source]:
    """Read a delimited file.

    Parameters
    ----------
    path : Path
    spec : File
        Where its ``encoding`` is not given, a file with a mark, UTF-16 and UTF-8 tell themselves, and other text is
        told by the letters of its languages. ``decimal`` and ``thousands`` play no part here: numbers are made from
        the text later.
    languages : sequence of str
        Of its text, as ISO 639 codes. Without them no code page is guessed.
    slowly : Slowly, optional
        How it is read where it is large: block by block, its rows put on disk. What is not UTF-8, or where anything is
        doubtful, is read whole all the same.

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
    large = slowly is not None and _SWELLS * mark.size > slowly.memory
    table, encoding = streaming.read(path, spec, slowly) if large and slowly else None, spec.encoding or "utf-8"
    if table is None:
        data = path.read_bytes()
        table = None if large else streaming.as_it_stands(data, spec)
    if table is None:
        text, encoding = decoded(path, data, spec.encoding, spec.delimiter, languages)
        names = _header(path, text, spec.delimiter)
        table = _together(_table(path, text, names, spec.delimiter), text, spec.delimiter)
    if not table.num_rows:
        raise ReadError("Has a header and no rows", where=str(path), hint="Export it again with its cases")
    return table, sidecar.described(path, table, Source("", str(path), mark.sha256, table.num_rows, encoding=encoding))


def decoded(path: Path, data: bytes, declared: str | None, delimiter: str, languages: Languages) -> tuple[str, str]:
    """Return the text of a file and its encoding.

    Raises
    ------
    ReadError
        Saying where and why it is not what was declared.
    """
    encoding = declared or encodings.told(data) or _guessed(path, data, languages)
    try:
        codec = encodings.codec(encoding)
        twin = codec == armscii.NAME
        text = armscii.decode(data, apart=delimiter) if twin else encodings.decode(data, encoding)
    except LookupError:
        raise encodings.not_called(encoding, path) from None
    except UnicodeError as error:
        start = getattr(error, "start", 0)
        raise encodings.undecodable(path, data, encoding, start, _likely(data, languages)) from None
    if encodings.one_byte(codec) and not data.isascii() and encodings.decodes(data, "utf-8"):
        detail = f"It was declared {encoding}, and all its characters beyond ASCII are UTF-8"
        raise ReadError("Is UTF-8 text", where=str(path), detail=detail, hint="Declare encoding: utf-8")
    text = text.removeprefix("\ufeff")
    if _MARK in text:
        line = text.count("\n", 0, text.index(_MARK)) + 1
        wide = encodings.told(data) or ""
        hint = f"Declare encoding: {wide}" if wide.startswith("utf-16") else _AGAIN
        raise ReadError("Holds NUL bytes, which no text has", where=f"{path}:{line}", hint=hint)
    if not text or text.isspace():
        raise ReadError("Is empty", where=str(path), detail="It holds blank lines only", hint=_AGAIN)
    return text, encoding


def _guessed(path: Path, data: bytes, languages: Languages) -> str:
    """Return the code page whose text is in the languages; UTF-8, which it is not, where none is surely so."""
    letters = letters_of(languages)
    if letters is None:
        return "utf-8"
    guess = encodings.guess(encodings.words_of(data), encodings.by_letters(letters))
    if guess.sure:
        return guess.encoding
    spoken = ", ".join(letters.languages)
    detail = f"It is not UTF-8, and no code page makes text of it that is in {spoken} only"
    if guess.rivals and guess.score > 0:
        pages = " or ".join((guess.encoding, *guess.rivals))
        detail = f"It is not UTF-8. By the letters of {spoken} it may be {pages}"
    hint = f"Ask the office that wrote it, and declare encoding: {guess.encoding}, or whichever it is"
    raise ReadError("Is in an unknown encoding", where=str(path), detail=detail, hint=hint)


def _likely(data: bytes, languages: Languages) -> list[str]:
    """Return encodings that bytes may be in: the one that the letters tell, else all common ones that decode."""
    letters = letters_of(languages)
    if letters is not None:
        guess = encodings.guess(encodings.words_of(data), encodings.by_letters(letters))
        if guess.sure:
            return [guess.encoding]
    return [name for name in ENCODINGS if encodings.decodes(data, name)]


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
    try:
        table = streaming.parsed(text.encode(), names, delimiter, quoted='"' in text)
    except pa.ArrowInvalid as error:
        _explain(path, text, delimiter, len(names), str(error))
    if not streaming.marked(table, names):
        _explain(path, text, delimiter, len(names), "a quote is left open")
    return table.slice(0, table.num_rows - 1).combine_chunks()


def _together(table: pa.Table, text: str, delimiter: str) -> pa.Table:
    """Return a table with the signs that were kept apart from its delimiter."""
    apart = armscii.kept_apart(delimiter)
    if not apart or apart not in text:
        return table
    columns = [pc.replace_substring(column, apart, delimiter) for column in table.columns]
    return pa.table(columns, names=[name.replace(apart, delimiter) for name in table.column_names])


def _explain(path: Path, text: str, delimiter: str, width: int, message: str) -> NoReturn:
    """Raise the error for the first line that is wrong."""
    for line, fields in _records(text + "\n" + _MARK, delimiter):
        if fields == [_MARK]:
            break
        if fields[-1].endswith(_MARK):
            raise _open_quote(path, line)
        if len(fields) != width:
            raise _ragged(path, line, len(fields), width, delimiter)
    # Behind the number of columns Arrow quotes the row.
    detail = re.sub(r"(?<=got )(\d+).*", r"\1", message, flags=re.DOTALL)
    raise ReadError("Cannot be read", where=str(path), detail=detail, hint=_AGAIN)


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
