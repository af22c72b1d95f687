"""Text files of fixed columns, read by a dictionary that says which columns stand where.

Every column is text as it stands, but for blanks at its ends: ``004`` is not 4, and ``NA`` is Namibia. A column that
is all blank is null. Decimals that a dictionary implies are put into the text, digit by digit. All lines must be as
long as the dictionary says: a line that is shorter was cut off, and a longer one holds what nobody has described.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from lfs_migration.errors import ReadError
from lfs_migration.model.country import File
from lfs_migration.model.dataset import Source
from lfs_migration.readers.dictionaries import layouts
from lfs_migration.readers.dictionaries.items import Dictionary, Record
from lfs_migration.readers.text.lines import Lines, read_lines

_BLANK = 32
_FAR = 1000
"""Blanks behind the last column that are looked through."""
_AGAIN = "Copy or export it again"


def read_fixed(path: Path, spec: File, languages: Sequence[str] = ()) -> tuple[pa.Table, Source]:
    """Read a file of fixed columns.

    Parameters
    ----------
    path : Path
    spec : File
        With its ``dictionary``: a .dcf of CSPro with one record, a .dct of Stata, SPSS syntax (.sps) with DATA LIST,
        or a .csv with the header ``name,start,length,label,decimals``. Places count characters.
    languages : sequence of str
        Of its text, as for delimited text.

    Returns
    -------
    table : pyarrow.Table
        All columns text.
    source : Source

    Raises
    ------
    ReadError
        When the file or its dictionary is absent, empty or damaged, when the text is in another encoding, or when a
        line is not as long as the dictionary says.
    """
    dictionary = layouts.dictionary_of(path, spec)
    record = _only(dictionary)
    lines = read_lines(path, spec.encoding, languages)
    items = dictionary.columns(record)
    reach = max(item.end for item in items)
    _require_lengths(lines, reach, max(reach, dictionary.length), dictionary)
    _require_code(lines, record, dictionary)
    found = layouts.columns_of(lines, items)
    return found.table, Source(
        "",
        str(path),
        lines.stamp.sha256,
        len(lines),
        encoding=lines.encoding,
        labels=found.labels,
        value_labels=found.value_labels,
        user_missing=found.missing,
        title=dictionary.label,
        doubts=layouts.undone(dictionary),
    )


def _only(dictionary: Dictionary) -> Record:
    own = [record for record in dictionary.records if record.items]
    if len(own) > 1:
        names = ", ".join(record.name for record in own)
        hint = "Declare format: cspro, and as record: the one whose lines are the rows"
        raise ReadError("Has several records", where=str(dictionary.path), detail=names, hint=hint)
    lost = next((item for item in dictionary.columns(own[0]) if item.start < 1), None)
    if lost is not None:
        raise ReadError(f"{lost.name} has no place", where=f"{dictionary.path}:{lost.line}", hint="Give its Start")
    return own[0]


def _require_lengths(lines: Lines, reach: int, width: int, dictionary: Dictionary) -> None:
    """Check that each line reaches to the end of the last column, and not further."""
    short = np.flatnonzero(lines.lengths < reach)
    if len(short):
        raise _short(lines, short.tolist(), reach, dictionary)
    for line in np.flatnonzero(lines.lengths > width).tolist():
        beyond = int(lines.lengths[line]) - width
        if beyond > _FAR or (lines.block(width + 1, beyond, line, line + 1) != _BLANK).any():
            detail = f"It has {width + beyond:,} characters, and the last column ends at {width:,}"
            hint = f"Is {dictionary.path.name} its dictionary? Add to it the columns that are missing"
            raise ReadError("A line is longer than the dictionary", where=lines.where(line), detail=detail, hint=hint)


def _short(lines: Lines, short: list[int], reach: int, dictionary: Dictionary) -> ReadError:
    first, others = short[0], len(short) - 1
    detail = f"It has {lines.lengths[first]:,} characters, and the last column ends at {reach:,}"
    detail += f"; {others:,} other line{'s' * (others > 1)} too" if others else ""
    hint = f"Is {dictionary.path.name} its dictionary? If an editor took blanks off the lines, export it again"
    if others == 0 and first == len(lines) - 1:
        hint = f"It is the last line: the file was cut off. {_AGAIN}"
    elif _in_bytes(lines, first) == reach:
        hint = "In bytes it is long enough: its places count bytes, so save it in a code page of one byte a character"
    return ReadError("A line is shorter than the dictionary", where=lines.where(first), detail=detail, hint=hint)


def _in_bytes(lines: Lines, line: int) -> int:
    """Return the bytes of a line in UTF-8."""
    if lines.codes.dtype == np.uint8:
        return int(lines.lengths[line])
    return len("".join(map(chr, lines.block(1, int(lines.lengths[line]), line, line + 1)[0])).encode())


def _require_code(lines: Lines, record: Record, dictionary: Dictionary) -> None:
    """Check that each line is of the one record that there is."""
    if not dictionary.code_length or not record.code:
        return
    code = record.code.ljust(dictionary.code_length)
    odd = (lines.block(dictionary.code_start, dictionary.code_length) != [ord(char) for char in code]).any(axis=1)
    if odd.any():
        detail = f"At place {dictionary.code_start} it has no {record.code!r}, the code of {record.name}"
        hint = f"Seen {int(odd.sum()):,} times. Give the dictionary that has all records, with format: cspro"
        where = lines.where(int(np.argmax(odd)))
        raise ReadError("A line is of another record", where=where, detail=detail, hint=hint)
