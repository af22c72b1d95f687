"""Reads files for matching: words, values and absent answers of each column."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lfs_migration import readers
from lfs_migration.errors import ReadError
from lfs_migration.matching.absent import absent_answers
from lfs_migration.matching.nouns import Column, Real, Table
from lfs_migration.matching.scripts import guess_encoding
from lfs_migration.matching.words import fold
from lfs_migration.model.codelist import CodeList
from lfs_migration.model.country import File
from lfs_migration.model.dataset import Source
from lfs_migration.model.noun import Value
from lfs_migration.readers.dictionaries.cspro import read_dictionary
from lfs_migration.readers.dictionaries.items import Dictionary
from lfs_migration.readers.text import encodings

ROWS = 200_000
"""Rows looked at; what stands in a file shows in its first ones."""
TEXT = (".csv", ".tsv", ".txt")


def describe(paths: Sequence[Path], areas: CodeList) -> tuple[Table, ...]:
    """Read files and dictionaries.

    Parameters
    ----------
    paths : sequence of Path
    areas : CodeList
        Names of countries, by which the encoding of a text file is recognised.

    Raises
    ------
    ReadError
        For the first file that cannot be read; when two have one name.
    """
    tables: list[Table] = []
    for path in paths:
        if path.suffix.lower() == ".dcf":
            tables += _of_dictionary(read_dictionary(path))
        else:
            tables.append(_of_file(path, areas))
    names = [table.name for table in tables]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise ReadError(f"Two files are called {twice!r}", where=", ".join(map(str, paths)), hint="Rename one of them")
    return tuple(tables)


def _of_file(path: Path, areas: CodeList) -> Table:
    encoding: str | None = None
    notes: tuple[str, ...] = ()
    if path.suffix.lower() in TEXT and path.is_file():
        encoding, notes = guess_encoding(path, areas)
    table, source = readers.read_any(path, encoding=encoding)
    head = table.slice(0, ROWS)
    if table.num_rows > ROWS:
        notes = (*notes, f"the first {ROWS:,} of {table.num_rows:,} rows were looked at")
    spec = _spec(path, source, head)
    columns = tuple(_column(head, name, at, source, spec) for at, name in enumerate(head.column_names))
    return Table(_key(path.stem), spec, table.num_rows, columns, notes=notes)


def _key(stem: str) -> str:
    return "_".join(part for part in "".join(c if c.isalnum() else " " for c in stem).split())


def _spec(path: Path, source: Source, table: pa.Table) -> File:
    """Return how a file is to be read, with what its text shows."""
    if path.suffix.lower() not in TEXT:
        return readers.spec_of(path).model_copy(update={"encoding": source.encoding or None})
    delimiter = _delimiter(path, source.encoding, table.column_names)
    return File(path=path.name, format="csv", encoding=source.encoding, delimiter=delimiter, decimal=_decimal(table))


def _delimiter(path: Path, encoding: str, names: list[str]) -> str:
    """Return the delimiter that gives the columns that were read."""
    with path.open("rb") as file:
        head = encodings.decode(file.read(1 << 17), encoding, "ignore").removeprefix("\ufeff")
    for delimiter in (",", ";", "\t", "|"):
        if next(csv.reader(io.StringIO(head, newline=""), delimiter=delimiter), []) == names:
            return delimiter
    return ","


def _decimal(table: pa.Table) -> str:
    """Return the decimal sign: a comma where more columns hold numbers with one than with a point."""
    comma = point = 0
    for column in table.columns:
        values = pc.drop_null(column.slice(0, 5_000))
        if pa.types.is_string(values.type) and len(values):
            comma += pc.all(pc.match_substring_regex(values, r"^-?\d+(,\d+)?$")).as_py() and _some(values, ",")
            point += pc.all(pc.match_substring_regex(values, r"^-?\d+(\.\d+)?$")).as_py() and _some(values, ".")
    return "," if comma > point else "."


def _some(values: pa.ChunkedArray, sign: str) -> bool:
    return bool(pc.any(pc.match_substring(values, sign)).as_py())


def _column(table: pa.Table, name: str, at: int, source: Source, spec: File) -> Column:
    coded = table.column(name).combine_chunks().dictionary_encode()
    coded = coded.combine_chunks() if isinstance(coded, pa.ChunkedArray) else coded
    distinct = coded.dictionary.to_pylist()
    numbers = _numbers(distinct, spec.decimal)
    order = np.argsort(numbers, kind="stable")
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    raw = pc.fill_null(coded.indices, -1).to_numpy(zero_copy_only=False).astype(np.int64)
    values = tuple(_plain(distinct[i]) for i in order)
    column = Column(
        name=name,
        position=at,
        label=source.labels.get(name, ""),
        value_labels=_labels(source.value_labels.get(name, {})),
        user_missing=tuple(source.user_missing.get(name, ())),
        values=values,
        numbers=numbers[order],
        rows=np.where(raw < 0, -1, place[raw]) if len(order) else raw,
        nature="text" if spec.format == "csv" or pa.types.is_string(table.schema.field(name).type) else "number",
    )
    declared = {value for value in (*values, *column.value_labels) if source.declares_missing(name, value)}
    return _with_absent(column, declared)


def _with_absent(column: Column, declared: set[Value]) -> Column:
    return Column(**{**_fields(column), "absent": absent_answers(column, declared)})


def _fields(column: Column) -> dict[str, Any]:
    return {name: getattr(column, name) for name in Column.__dataclass_fields__}


def _plain(value: Any) -> Value:
    return value if isinstance(value, int | float | str) and not isinstance(value, bool) else str(value)


def _labels(labels: Mapping[Any, str]) -> dict[Value, str]:
    return {_whole(_plain(value)): str(label) for value, label in labels.items()}


def _whole(value: Value) -> Value:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _numbers(values: list[Any], decimal: str) -> Real:
    """Return distinct values as numbers; text that is none becomes NaN."""
    out = np.full(len(values), np.nan)
    for i, value in enumerate(values):
        if isinstance(value, str):
            text = fold(value.strip())
            text = text.replace(",", ".") if decimal == "," else text
            if text.replace(".", "", 1).removeprefix("-").isdigit():
                out[i] = float(text)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            out[i] = value
    return out


def _of_dictionary(dictionary: Dictionary) -> list[Table]:
    """Return a table without rows for each record of a dictionary that has items of its own."""
    tables = []
    for record in dictionary.records:
        columns = []
        for at, item in enumerate((*dictionary.ids, *record.items)):
            labels = {_whole(code): label for code, label in item.labels.items()}
            column = Column(name=item.name, position=at, label=item.label, value_labels=labels,
                            nature="number" if item.numeric else "text")  # fmt: skip
            columns.append(_with_absent(column, {one for one in item.missing if not isinstance(one, tuple)}))
        spec = File(path=f"{record.name.lower()}.csv", format="csv", encoding="utf-8")
        note = f"the dictionary {dictionary.path.name} names no data file: {spec.path} is a guess"
        tables.append(Table(_key(record.name.lower()), spec, 0, tuple(columns), label=record.label,
                            repeats=record.occurrences > 1, notes=(note,)))  # fmt: skip
    return tables
