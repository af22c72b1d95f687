"""Native rows become the codebook's records: all that can be done household by household."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lfs_migration.errors import DataError, ExpressionError, unquoted
from lfs_migration.expr import parse
from lfs_migration.frames import Frame, FrameScope, frame, ordered, require, select, take, truth, values
from lfs_migration.harmonise.mapping import Mapped, Target, apply, columns_of
from lfs_migration.model.country import Edition, RecordMap
from lfs_migration.model.dataset import Dataset, Source, Unmatched
from lfs_migration.model.noun import Value

UNFIT = "Mend the value in the file; a column of text needs number(...) in the expression"
"""What to do where an expression and the data do not go together."""


def recoded(data: Dataset, natives: Mapping[str, Frame]) -> Dataset:
    """Return the records that an edition's maps make of native rows.

    Parameters
    ----------
    data : Dataset
        With a codebook, a country and sources; its records play no part.
    natives : mapping of record to frame
        The native rows that each record is made from: all of a file, or those of some households.

    Returns
    -------
    Dataset
        Its records are in the order of their keys, and rows of the same key in that of their values: nothing depends
        on the order of the rows in the file.

    Raises
    ------
    DataError
        Naming the file and the line of the country's YAML, where an expression does not fit the data.
    """
    assert data.country is not None
    records: dict[str, Frame] = {}
    lost: list[Unmatched] = []
    for name, mapped in data.country.records.items():
        records[name], unplaced = _record(data, name, mapped, natives[name])
        lost += unplaced
    return replace(data, records=records, unmatched=merged(lost, data.country))


def _record(data: Dataset, name: str, mapped: RecordMap, native: Frame) -> tuple[Frame, list[Unmatched]]:
    assert data.country is not None and data.codebook is not None
    if mapped.where:
        scope = FrameScope(native, {}, _no_codes, _no_codes, {})
        with placed(f"{data.country.files[mapped.file].path} ({data.country.line('records', name, 'where')})"):
            native = take(native, np.flatnonzero(truth(native, parse(mapped.where), scope) == 1))
    columns: dict[str, pa.Array] = {}
    lost: list[tuple[str, str, NDArray[np.int64]]] = []
    for variable in mapped.variables:
        result = one(data, name, variable, native)
        columns[variable] = result.values
        lost += [(variable, value, rows) for value, rows in result.unplaced.items()]
    record = frame(columns)
    position = np.arange(len(record))
    if mapped.distinct:
        record, position = _distinct(record)
    keys = select(record, data.codebook.records[name].key)
    unmatched = [_unmatched(name, data.country, variable, value, take(keys, np.unique(position[rows])))
                 for variable, value, rows in lost]  # fmt: skip
    return ordered(record, keys.columns), unmatched


def one(data: Dataset, record: str, variable: str, native: Frame) -> Mapped:
    """Return one variable of a record, as an edition's map makes it of native rows.

    Raises
    ------
    DataError
        As :func:`recoded`.
    """
    assert data.country is not None and data.codebook is not None
    mapped, edition = data.country.records[record], data.country
    source = next((s for s in data.sources if s.name == mapped.file), Source(mapped.file, "", "", len(native)))
    target, file = Target.of(data.codebook, variable), edition.files[mapped.file]
    with placed(f"{file.path} (for {variable}, {edition.line('records', record, 'variables', variable)})"):
        return apply(mapped.variables[variable], native, target, file, source)


@contextmanager
def placed(where: str) -> Iterator[None]:
    """Say which file and line an expression that the data do not fit comes from."""
    try:
        yield
    except ExpressionError as error:
        raise DataError(error.title, where=where, detail=error.detail, hint=error.hint or UNFIT) from error
    except pa.ArrowInvalid as error:
        raise DataError("A value does not fit", where=where, detail=unquoted(error)) from error


def _no_codes(*_: str) -> Mapping[Any, str]:
    return {}


def _unmatched(record: str, edition: Edition, variable: str, value: str, keys: Frame) -> Unmatched:
    column = ", ".join(columns_of(edition.records[record].variables[variable]))
    where = edition.line("records", record, "variables", variable)
    rows = tuple(zip(*(values(keys, name) for name in keys.columns), strict=True))
    return Unmatched(record, variable, column, value, rows, where)


def merged(lost: Iterable[Unmatched], edition: Edition) -> tuple[Unmatched, ...]:
    """Return unmatched codes, each once, with all the keys where it was seen, in the order of the edition's maps."""
    seen: dict[tuple[int, int, str], list[Unmatched]] = {}
    records = {name: (i, list(mapped.variables)) for i, (name, mapped) in enumerate(edition.records.items())}
    for code in lost:
        number, variables = records[code.record]
        seen.setdefault((number, variables.index(code.variable), code.value), []).append(code)
    return tuple(
        replace(codes[0], keys=tuple(sorted((key for code in codes for key in code.keys), key=_empty_last)))
        for _, codes in sorted(seen.items())
    )


def _empty_last(key: tuple[Value | None, ...]) -> tuple[tuple[bool, Value], ...]:
    return tuple((part is None, "" if part is None else part) for part in key)


def require_columns(edition: Edition, columns: Mapping[str, Iterable[str]]) -> None:
    """Check that the native columns that the maps need are there.

    Parameters
    ----------
    edition : Edition
    columns : mapping of file to names

    Raises
    ------
    DataError
        Naming the file, the line of the country's YAML and near matches.
    """
    for name, mapped in edition.records.items():
        path, held = edition.files[mapped.file].path, list(columns[mapped.file])
        for variable, mapping in mapped.variables.items():
            where = edition.line("records", name, "variables", variable)
            require(held, columns_of(mapping), f"{path} (for {variable}, {where})")
        if mapped.where:
            require(held, sorted(parse(mapped.where).names), f"{path} ({edition.line('records', name, 'where')})")


def _distinct(record: Frame) -> tuple[Frame, NDArray[np.int64]]:
    """Keep the first of rows that are alike in everything; rows that share only the key stay, for validation to find.

    Returns
    -------
    record : Frame
    position : integer array of shape (rows before,)
        Where each row went.
    """
    rows = zip(*(values(record, name) for name in record.columns), strict=True)
    seen: dict[tuple[Any, ...], int] = {}
    position = np.array([seen.setdefault(row, len(seen)) for row in rows], dtype=np.int64)
    _, first = np.unique(position, return_index=True)
    return take(record, first), position
