"""Writes the files of an edition in their own formats, and beside them the list of what is wrong in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from lfs_migration import readers
from lfs_migration.errors import CatalogError, near
from lfs_migration.files import atomic, csv_line, write_lines
from lfs_migration.frames import from_native, write_parquet
from lfs_migration.model.country import Edition, File, Recode, Rename
from lfs_migration.synth.layout import Label
from lfs_migration.synth.pages import Cells, Page, together
from lfs_migration.synth.plan import Planted

PLANTED = "planted.csv"


def write_files(edition: Edition, pages: Mapping[str, Page], labels: Mapping[str, Label], out: Path) -> None:
    """Write every file of an edition into the folder ``out``, its columns in the order of the labels.

    Raises
    ------
    CatalogError
        With file and line, for a file that no record is made from, or a label of no column.
    """
    out.mkdir(parents=True, exist_ok=True)
    places = {column: place for place, column in enumerate(labels)}
    written = {column for page in pages.values() for column in page.sheet}
    for column in labels:
        if column not in written:
            where = edition.line("synthetic", "parameters", "labels", column)
            raise CatalogError(f"There is no column {column!r}", where=where, hint=near(column, written))
    for name, file in edition.files.items():
        records = [record for record, mapped in edition.records.items() if mapped.file == name]
        if not records:
            raise CatalogError(f"No record is made from the file {name}", where=edition.line("files", name))
        sheet = together(edition, {record: pages[record] for record in records})
        order = sorted(sheet, key=lambda column: places.get(column, len(places)))
        table = pa.table({column: _array(sheet[column]) for column in order})
        _write(edition, file, table, _missing(edition, records), labels, out / file.path)


def write_planted(planted: Sequence[Planted], out: Path) -> None:
    """Write the list of planted errors, in the order of their rules."""
    head = ("rule", "severity", "record", "household", "line", "variable", "interviewer")
    write_lines(
        out / PLANTED, (csv_line(row) for row in [head, *([getattr(p, name) for name in head] for p in planted)])
    )


def _array(cells: Cells) -> pa.Array:
    """Return a column as text when any cell is text, else as whole numbers or floats."""
    kinds = {type(cell) for cell in cells if cell is not None}
    if str in kinds:
        return pa.array([None if cell is None else str(cell) for cell in cells], pa.string())
    return pa.array(cells, pa.float64() if float in kinds else pa.int64())


def _missing(edition: Edition, records: Sequence[str]) -> dict[str, list[Any]]:
    """Return the native codes of absent answers, by column."""
    out: dict[str, list[Any]] = {}
    for record in records:
        for mapping in edition.records[record].variables.values():
            if isinstance(mapping, Recode | Rename) and mapping.missing:
                out[mapping.column] = list(mapping.missing)
    return out


def _write(
    edition: Edition, file: File, table: pa.Table, missing: Mapping[str, list[Any]], labels: Mapping[str, Label],
    path: Path,
) -> None:  # fmt: skip
    own = {column: labels[column] for column in table.column_names if column in labels}
    words: dict[str, Any] = {
        "labels": {column: label.label for column, label in own.items()},
        "value_labels": {column: _fitting(table, column, label.values) for column, label in own.items()},
        "file_label": f"SYNTHETIC data, generated and not collected: {edition.id}",
    }
    match file.format:
        case "sav" | "zsav":
            codes = {column: _fitting(table, column, dict.fromkeys(many, "")) for column, many in missing.items()}
            readers.write_sav(table, path, missing={c: list(many) for c, many in codes.items() if many}, **words)
        case "dta":
            readers.write_dta(table, path, **words)
        case "csv":
            text = _decimal(table, file.decimal)
            readers.write_csv(text, path, encoding=file.encoding or "utf-8", delimiter=file.delimiter)
        case "parquet":
            with atomic(path) as part:
                write_parquet(from_native(table), part, {"title": words["file_label"]})
        case _:
            hint = "Declare a format that is written: sav, zsav, dta, csv or parquet"
            raise CatalogError(f"No file of format {file.format} is written", where=edition.line("files"), hint=hint)


def _fitting(table: pa.Table, column: str, values: Mapping[Any, str]) -> dict[Any, str]:
    """Return the labels of codes that are of the column's kind: numbers for numbers, texts for texts."""
    text = pa.types.is_string(table.schema.field(column).type)
    return {code: label for code, label in values.items() if isinstance(code, str) == text}


def _decimal(table: pa.Table, mark: str) -> pa.Table:
    """Return a table whose floats are text with the file's decimal mark."""
    columns = {}
    for name in table.column_names:
        column = table.column(name)
        if pa.types.is_floating(column.type):
            column = pa.array([None if v is None else _shown(v).replace(".", mark) for v in column.to_pylist()])
        columns[name] = column
    return pa.table(columns)


def _shown(value: float) -> str:
    return str(int(value)) if value.is_integer() else repr(value)
