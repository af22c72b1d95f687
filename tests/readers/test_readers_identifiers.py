"""Codes that programs take for something else survive every reader."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lfs_migration.model.country import File
from lfs_migration.readers import read_any, read_file, write_csv, write_dta, write_sav

CODES = {
    "country": ["NA", "NO", "NA", "NULL", "nan", "ND"],
    "place": ["004", "010150", "0", "00", "1e5", "1E3"],
    "answer": ["TRUE", "yes", "Y", "-", "#N/A", "inf"],
    "dwelling": ["1-2", "3/4", "2020-01-01", "+5", "0x1F", "1_000"],
}
"""Namibia and Norway, codes with zeros in front, and what looks like numbers, dates, truths and missing values."""


def in_parquet(table: pa.Table, path: Path) -> None:
    pq.write_table(table, path)


def in_categories(table: pa.Table, path: Path) -> None:
    pq.write_table(pa.table({name: table.column(name).dictionary_encode() for name in table.column_names}), path)


def in_utf_16(table: pa.Table, path: Path) -> None:
    write_csv(table, path, encoding="utf-16", delimiter="\t")


WRITERS = {
    "sav": write_sav, "zsav": write_sav, "dta": write_dta, "csv": write_csv, "tsv": in_utf_16, "parquet": in_parquet,
    "categories.parquet": in_categories,
}  # fmt: skip


@pytest.mark.parametrize("ending", list(WRITERS))
@pytest.mark.parametrize("column", list(CODES))
def test_a_code_stays_the_code_that_it_is(tmp_path, ending, column):
    path = tmp_path / f"data.{ending}"
    WRITERS[ending](pa.table({column: CODES[column]}), path)
    assert read_any(path)[0].to_pydict() == {column: CODES[column]}


@pytest.mark.parametrize("ending", ["sav", "dta"])
def test_a_code_stays_in_its_label_and_its_missing_codes(tmp_path, ending):
    path = tmp_path / f"data.{ending}"
    table = pa.table({"n": [4, 10150]})
    write = WRITERS[ending]
    write(table, path, labels={"n": "NA"}, value_labels={"n": {4: "NO", 10150: "004"}})
    source = read_file(path, File(path=path.name, format=ending))[1]
    assert (source.labels, source.value_labels) == ({"n": "NA"}, {"n": {4: "NO", 10150: "004"}})
