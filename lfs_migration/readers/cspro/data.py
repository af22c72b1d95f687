"""CSPro data in text (.dat), read by its dictionary (.dcf): one record of the questionnaires, a line each.

The lines of a questionnaire follow one another. Each begins with the code of its record and with the items that
identify the questionnaire. A line ends where its last answer does, because CSPro takes blanks off its end. A line that
begins with a tilde was erased, and an empty one means nothing.

Columns are text as it stands, as in :mod:`~lfs_migration.readers.text.fixed`; each occurrence of an item is a column,
``NAME_1`` and so on. Codes that the dictionary calls missing, not applicable or refused stay, and are declared so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lfs_migration.errors import ReadError
from lfs_migration.model.country import File
from lfs_migration.model.dataset import Doubt, Source
from lfs_migration.readers.cspro.database import read_database
from lfs_migration.readers.dictionaries import layouts
from lfs_migration.readers.dictionaries.items import Dictionary, Item, Record
from lfs_migration.readers.text.lines import Lines, read_lines

SHOWN = 5
"""Lines that a doubt names."""
_ERASED = ord("~")
_NEW_LINE = 0x2424
"""What CSPro writes in the place of a line end inside a text."""
_AGAIN = "Copy it again, or export it again with CSPro"

Kinds = NDArray[np.int64]


def read_cspro(path: Path, spec: File, languages: Sequence[str] = ()) -> tuple[pa.Table, Source]:
    """Read one record of CSPro data.

    Parameters
    ----------
    path : Path
        A text file, or a .csdb of CSPro 7 and later.
    spec : File
        With its ``dictionary`` (a .dcf; a .csdb holds its own) and the name of its ``record``, which may be left out
        where there is only one.
    languages : sequence of str
        Of its text, as for delimited text.

    Returns
    -------
    table : pyarrow.Table
        The identifying items and those of the record, all text; one row for each line of the record.
    source : Source
        With doubts about questionnaires that lack a record which is required, have more of one than is allowed, or
        stand twice, and about erased lines.

    Raises
    ------
    ReadError
        When the file or its dictionary is absent, empty or damaged, in another encoding, has no such record, or when
        a line was cut off or is of a record that the dictionary does not have.
    """
    if path.suffix.lower() == ".csdb":
        return read_database(path, spec)
    if not spec.dictionary:
        hint = "Declare dictionary: the .dcf, or put it beside the data under the same name"
        raise ReadError("CSPro data need their dictionary", where=str(path), hint=hint)
    dictionary = layouts.dictionary_of(path, spec)
    record = layouts.chosen(dictionary, spec.record)
    lines = read_lines(path, spec.encoding, languages)
    kept, erased = _kept(lines)
    kinds = _kinds(kept, dictionary)
    own = kept.chosen(kinds == dictionary.records.index(record))
    if not len(own):
        detail = f"It has {len(kept):,} lines of other records"
        raise ReadError(f"Has no line of {record.name}", where=str(path), detail=detail, hint=_AGAIN)
    items = dictionary.columns(record)
    _require_end(kept, dictionary.columns(dictionary.records[kinds[-1]]))
    _require_whole(own, items, dictionary)
    found = layouts.columns_of(own, items)
    return _with_line_ends(found.table, own), Source(
        "",
        str(path),
        lines.stamp.sha256,
        len(own),
        encoding=lines.encoding,
        labels=found.labels,
        value_labels=found.value_labels,
        user_missing=found.missing,
        title=" / ".join(filter(None, (dictionary.label, record.label))),
        doubts=(*_erased(lines, erased), *_about_questionnaires(kept, kinds, dictionary)),
    )


def _kept(lines: Lines) -> tuple[Lines, Kinds]:
    """Return the lines that hold something, and the positions of those that were erased."""
    first = lines.block(1, 1)[:, 0]
    erased = (first == _ERASED) & (lines.lengths > 0)
    kept = lines.chosen((lines.lengths > 0) & ~erased)
    if not len(kept):
        raise ReadError("Has no lines", where=str(lines.path), detail="All are empty or erased", hint=_AGAIN)
    return kept, np.flatnonzero(erased)


def _kinds(lines: Lines, dictionary: Dictionary) -> Kinds:
    """Return the position of the record of each line."""
    width = dictionary.code_length
    if not width:
        if len(dictionary.records) > 1:
            raise ReadError("Has several records, and no code that tells them", where=str(dictionary.path))
        return np.zeros(len(lines), dtype=np.int64)
    codes = lines.block(dictionary.code_start, width)
    kinds = np.full(len(lines), -1)
    for number, record in enumerate(dictionary.records):
        wanted = [ord(char) for char in record.code.ljust(width)[:width]]
        kinds[(codes == wanted).all(axis=1)] = number
    if (kinds < 0).any():
        raise _unknown(lines, kinds, dictionary)
    return kinds


def _unknown(lines: Lines, kinds: Kinds, dictionary: Dictionary) -> ReadError:
    at = int(np.argmax(kinds < 0))
    code = "".join(map(chr, lines.block(dictionary.code_start, dictionary.code_length, at, at + 1)[0]))
    known = ", ".join(f"{record.code!r} is {record.name}" for record in dictionary.records)
    detail = f"At place {dictionary.code_start} it has {code!r}; {known}. Seen {int((kinds < 0).sum()):,} times"
    hint = f"Is {dictionary.path.name} its dictionary? If so, the file is damaged. {_AGAIN}"
    return ReadError("A line is of no record", where=lines.where(at), detail=detail, hint=hint)


def _require_end(kept: Lines, items: Sequence[Item]) -> None:
    """Check that the last line is whole, whatever its record: CSPro ends each with a line end."""
    if not kept.ended and kept.lengths[-1] < max(item.end for item in items):
        raise _cut(kept, len(kept) - 1, "It is the last line, and has no line end")


def _require_whole(own: Lines, items: Sequence[Item], dictionary: Dictionary) -> None:
    """Check that no line was cut off.

    CSPro takes blanks off the end of a line, but a number stands at the right end of its places: a line that ends
    within one was cut off.
    """
    for item in items:
        if item.start < 1:
            raise ReadError(f"{item.name} has no place", where=f"{dictionary.path}:{item.line}", hint="Give its Start")
    need = max((item.end for item in dictionary.ids if item in items), default=dictionary.code_length)
    short = own.lengths < need
    if short.any():
        raise _cut(own, int(np.argmax(short)), f"The items that identify a questionnaire end at {need}")
    for item in items:
        for name, place in item.places.items() if item.numeric else ():
            within = (own.lengths >= place) & (own.lengths < place + item.length - 1)
            for at in np.flatnonzero(within).tolist():
                if own.block(int(own.lengths[at]), 1, at, at + 1)[0, 0] != ord(" "):
                    raise _cut(own, at, f"It ends inside {name}, a number")


def _cut(lines: Lines, at: int, why: str) -> ReadError:
    detail = f"{why}. It has {lines.lengths[at]:,} characters"
    return ReadError("A line was cut off", where=lines.where(at), detail=detail, hint=_AGAIN)


def _with_line_ends(table: pa.Table, lines: Lines) -> pa.Table:
    if lines.codes.dtype == np.uint8 or not (lines.codes == _NEW_LINE).any():
        return table
    columns = [pc.replace_substring(column, chr(_NEW_LINE), "\n") for column in table.columns]
    return pa.table(columns, names=table.column_names)


def _erased(lines: Lines, erased: Kinds) -> Iterator[Doubt]:
    if len(erased):
        why = f"{_lines(lines.numbers[erased])} begin with a tilde: they were erased and are left out"
        yield Doubt("", "", "", len(erased), why, "See that nobody needs them")


def _about_questionnaires(lines: Lines, kinds: Kinds, dictionary: Dictionary) -> Iterator[Doubt]:
    """Give the doubts about questionnaires whose records are not what the dictionary says."""
    ids = [item for item in dictionary.ids if item.level == 1]
    if not ids:
        return
    blocks = [lines.block(item.start, item.length) for item in ids]
    changes = np.ones(len(lines), dtype=np.bool_)
    changes[1:] = np.any([(block[1:] != block[:-1]).any(axis=1) for block in blocks], axis=0)
    begins = np.flatnonzero(changes)
    questionnaire = np.cumsum(changes) - 1
    for number, record in enumerate(dictionary.records):
        if record.level == 1:
            counts = np.bincount(questionnaire[kinds == number], minlength=len(begins))
            yield from _counted(record, counts, lines.numbers[begins])
    keys = np.ascontiguousarray(np.concatenate([block[begins] for block in blocks], axis=1))
    texts = keys.view(np.dtype((np.void, keys.dtype.itemsize * keys.shape[1]))).ravel()
    _, first = np.unique(texts, return_index=True)
    if len(first) < len(begins):
        again = np.setdiff1d(np.arange(len(begins)), first)
        why = f"The questionnaires of {_lines(lines.numbers[begins][again])} have identifiers that stood before"
        yield Doubt("", "", "", len(again), why, "Two interviews have one number, or one was saved twice")


def _counted(record: Record, counts: Kinds, numbers: Kinds) -> Iterator[Doubt]:
    if record.required and (counts == 0).any():
        lost = numbers[counts == 0]
        why = f"The questionnaires that begin in {_lines(lost)} have no {record.name}, which is required"
        yield Doubt("", "", "", len(lost), why, "They were left unfinished, or the file lost lines")
    if (counts > record.occurrences).any():
        many = numbers[counts > record.occurrences]
        why = f"The questionnaires that begin in {_lines(many)} have more {record.name} than {record.occurrences}"
        yield Doubt("", "", "", len(many), why, "Two questionnaires may have one number; the dictionary may be older")


def _lines(numbers: Kinds) -> str:
    """Return some lines as words."""
    shown = ", ".join(map(str, numbers[:SHOWN]))
    more = f" and {len(numbers) - SHOWN:,} more" if len(numbers) > SHOWN else ""
    return f"line{'s' * (len(numbers) > 1)} {shown}{more}"
