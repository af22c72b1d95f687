"""Loads what people decided about single answers: accepted exceptions and corrections, as YAML or CSV.

A YAML file is a list of entries. A CSV file has a header and one row an entry; all of it is text, so that ``004`` stays
what it is, and an empty cell is an empty value. Columns are divided by commas, semicolons or tabs.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TypeVar

from lfs_migration.catalog.documents import Document, build, load
from lfs_migration.errors import CatalogError, near
from lfs_migration.model.decisions import Accepted, Correction, Decision, columns
from lfs_migration.model.findings import Finding

D = TypeVar("D", bound=Decision)

DELIMITERS = ",;\t"
OTHERS = (*Finding.__dataclass_fields__, "survey")
"""Columns of a file of findings: it becomes one of exceptions when reasons are written into it."""


def load_accepted(path: Path | str) -> tuple[Accepted, ...]:
    """Return the accepted exceptions of a file.

    Parameters
    ----------
    path : path
        YAML or CSV. A CSV file of findings will do, with the columns ``reason`` and ``decided_by`` more; rows without
        either are findings that nobody accepted.

    Raises
    ------
    CatalogError
        With file and line, for an entry without a rule, a household, a reason or who decided, and for unknown columns.
    """
    return _entries(Path(path), Accepted, OTHERS)


def load_corrections(path: Path | str) -> tuple[Correction, ...]:
    """Return the corrections of a file.

    Parameters
    ----------
    path : path
        YAML or CSV.

    Raises
    ------
    CatalogError
        With file and line, for an entry without a household, a variable, the old or the new value or a reason, and for
        unknown columns.
    """
    return _entries(Path(path), Correction)


def _entries(path: Path, noun: type[D], ignored: Collection[str] = ()) -> tuple[D, ...]:
    ending = path.suffix.lower()
    if ending not in (".yaml", ".yml", ".csv"):
        raise CatalogError("The file is neither YAML nor CSV", where=path.name, hint="Name it .yaml or .csv")
    document = load(path) if ending != ".csv" else _table(path, noun, ignored)
    if not isinstance(document.data, list):
        raise CatalogError("The file must hold a list", where=document.where(), hint="Write each entry after a `- `")
    return tuple(
        build(noun, entry, document, number).placed(document.where(number))
        for number, entry in enumerate(document.data)
    )  # fmt: skip


def _table(path: Path, noun: type[Decision], ignored: Collection[str]) -> Document:
    """Return a CSV file as the document that YAML of the same content would be."""
    text = _text(path)
    lines = text.splitlines() or [""]
    delimiter = max(DELIMITERS, key=lines[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows = _rows(reader, path.name)
    _, header = next(rows, (1, []))
    names = [name.strip() for name in header]
    _check(names, noun, ignored, path.name)
    data: list[dict[str, str]] = []
    places: dict[str, int] = {}
    for line, row in rows:
        if len(row) != len(names):
            raise CatalogError(f"The row has {len(row)} fields, the header {len(names)}", where=f"{path.name}:{line}",
                               hint="Put a text that holds the delimiter between quotes")  # fmt: skip
        entry = {name: value for name, value in zip(names, row, strict=True) if name in columns(noun)}
        if ignored and "message" in names and not (entry["reason"].strip() or entry["decided_by"].strip()):
            continue  # a finding that nobody accepted
        places[str(len(data))] = line
        data.append(entry)
    return Document(path, data, places)


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError:
        raise CatalogError("There is no such file", where=str(path), hint="Add it, or correct the name") from None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise CatalogError("Not UTF-8 text", where=f"{path.name}:{line}", hint="Save it as CSV UTF-8") from None


def _rows(reader: Iterator[list[str]], name: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that are not blank, each with the line where it begins."""
    line = 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield line, row
            line = reader.line_num + 1  # type: ignore[attr-defined]
    except csv.Error as error:
        raise CatalogError("The CSV is damaged", where=f"{name}:{line}", detail=str(error),
                           hint="Close each quote; double those inside a text") from None  # fmt: skip


def _check(names: list[str], noun: type[Decision], ignored: Collection[str], file: str) -> None:
    known = columns(noun)
    where = f"{file}:1"
    absent = [name for name, needed in known.items() if needed and name not in names]
    odd = [name for name in names if name not in known and name not in ignored]
    if odd:
        raise CatalogError(f"Unknown column {odd[0]!r}", where=where, hint=near(odd[0], known))
    if absent:
        raise CatalogError(f"No column {absent[0]!r}", where=where, hint=f"Needed: {', '.join(absent)}")
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise CatalogError(f"Two columns {twice[0]!r}", where=where, hint="Keep one")
