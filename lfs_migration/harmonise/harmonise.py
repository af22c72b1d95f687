"""From native files to the codebook's records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lfs_migration.catalog import Computable
from lfs_migration.errors import DataError, ExpressionError
from lfs_migration.expr import parse
from lfs_migration.frames import Frame, FrameScope, Records, frame, require, take, truth, values
from lfs_migration.harmonise.mapping import Target, apply, columns_of
from lfs_migration.model.country import Edition, RecordMap
from lfs_migration.model.dataset import Dataset, Source, Unmatched

UNFIT = "Mend the value in the file; a column of text needs number(...) in the expression"
"""What to do where an expression and the data do not go together."""


def harmonise(data: Dataset) -> Dataset:
    """Apply a country's maps and compute the derived variables.

    Parameters
    ----------
    data : Dataset
        As :func:`lfs_migration.read` gives it.

    Returns
    -------
    Dataset
        Records with the codebook's variables. An empty value is a question that was not asked; a don't know, a refusal
        and a not stated keep the codebook's code for it; a native code that no map names gets the code for that, and
        is listed in ``unmatched``.

    Raises
    ------
    DataError
        Naming the file, the line of the country's YAML and near matches, for a column that is not in the data.
    """
    if data.country is None or data.codebook is None:
        raise DataError("Nothing to harmonise", detail="The data have no country", hint="Use lfm.read(path, country)")
    records: dict[str, Frame] = {}
    unmatched: list[Unmatched] = []
    for name, mapped in data.country.records.items():
        records[name], lost = _record(data, name, mapped)
        unmatched += lost
    harmonised = Dataset(records, data.codebook, data.country, data.design, data.sources, tuple(unmatched), data.log)
    counts: dict[str, Any] = {name: len(record) for name, record in records.items()}
    counts["unmatched_codes"] = sum(len(lost.rows) for lost in unmatched)
    return derive(harmonised.after("harmonise", counts))


def derive(data: Dataset) -> Dataset:
    """Compute the derived variables that the edition's answers allow, in the order of their dependencies.

    Returns
    -------
    Dataset
        With the derived variables in its records; an unknown result is empty.
    """
    if data.country is None or data.codebook is None:
        raise DataError("Nothing to derive", detail="The data have no codebook")
    records = Records(data)
    computable = Computable(data.codebook, data.country)
    for variable in computable.derived:
        kind = Target.of(data.codebook, variable.name).type
        with _placed(f"{data.codebook.where(variable.name)} {variable.name}"):
            result = records.values(variable.value or "None", variable.record)
            records.add(variable.record, variable.name, result.cast(kind))
    return data.after("derive", {"variables": len(computable.derived)}, records=records.frames)


def _record(data: Dataset, name: str, mapped: RecordMap) -> tuple[Frame, list[Unmatched]]:
    assert data.country is not None and data.codebook is not None
    native, edition = data.records[mapped.file], data.country
    source = next((s for s in data.sources if s.name == mapped.file), Source(mapped.file, "", "", len(native)))
    _require_columns(native, name, mapped, edition)
    file = edition.files[mapped.file]
    if mapped.where:
        scope = FrameScope(native, {}, _no_codes, _no_codes, {})
        with _placed(f"{file.path} ({edition.line('records', name, 'where')})"):
            native = take(native, np.flatnonzero(truth(native, parse(mapped.where), scope) == 1))
    columns: dict[str, pa.Array] = {}
    lost: list[tuple[str, str, NDArray[np.int64]]] = []
    for variable, mapping in mapped.variables.items():
        target = Target.of(data.codebook, variable)
        with _placed(f"{file.path} (for {variable}, {edition.line('records', name, 'variables', variable)})"):
            result = apply(mapping, native, target, file, source)
        columns[variable] = result.values
        lost += [(variable, value, rows) for value, rows in result.unplaced.items()]
    record = frame(columns)
    position = np.arange(len(record))
    if mapped.distinct:
        record, position = _distinct(record)
    return record, [_unmatched(name, mapped, edition, *entry, position) for entry in lost]


@contextmanager
def _placed(where: str) -> Iterator[None]:
    """Say which file and line an expression that the data do not fit comes from."""
    try:
        yield
    except ExpressionError as error:
        raise DataError(error.title, where=where, detail=error.detail, hint=error.hint or UNFIT) from error
    except pa.ArrowInvalid as error:
        raise DataError("A value does not fit", where=where, detail=str(error).splitlines()[0]) from error


def _unmatched(
    record: str, mapped: RecordMap, edition: Edition, variable: str, value: str, rows: NDArray[np.int64],
    position: NDArray[np.int64],
) -> Unmatched:  # fmt: skip
    column = ", ".join(columns_of(mapped.variables[variable]))
    where = edition.line("records", record, "variables", variable)
    return Unmatched(record, variable, column, value, tuple(map(int, np.unique(position[rows]))), where)


def _no_codes(*_: str) -> Mapping[Any, str]:
    return {}


def _require_columns(native: Frame, name: str, mapped: RecordMap, edition: Edition) -> None:
    path = edition.files[mapped.file].path
    for variable, mapping in mapped.variables.items():
        where = edition.line("records", name, "variables", variable)
        require(native, columns_of(mapping), f"{path} (for {variable}, {where})")
    if mapped.where:
        require(native, sorted(parse(mapped.where).names), f"{path} ({edition.line('records', name, 'where')})")


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
