"""Files that are written: whole, the same to the byte, and read back as they were."""

from __future__ import annotations

import datetime as dt
import time
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyreadstat
import pytest

from lfs_migration.errors import DataError, LfsMigrationError
from lfs_migration.model.country import File
from lfs_migration.readers import read_any, read_file, write_csv, write_dta, write_sav

TABLE = pa.table(
    {
        "age": [34, None, 99],
        "weight": [1.5, 0.1, None],
        "country": ["NA", None, "004"],
        "place": ["Երևան", "القاهرة", "กรุงเทพ"],
        "born": [dt.date(1923, 5, 6), None, dt.date(2020, 2, 29)],
        "seen": [dt.datetime(2023, 5, 6, 10, 11, 12), None, None],
        "hour": [None, dt.time(1, 2, 3), None],
        "none": pa.nulls(3, pa.date32()),
    }
)
LABELS = {"age": "Возраст", "place": "Վայր"}
VALUE_LABELS = {"age": {34: "ใช่", 99: "لا"}, "country": {"NA": "Namibia"}}


@pytest.mark.parametrize("name", ["data.sav", "data.zsav", "data.dta"])
def test_what_is_written_is_read(tmp_path, name):
    path = tmp_path / name
    labels = VALUE_LABELS if name != "data.dta" else {"age": VALUE_LABELS["age"]}
    (write_dta if name == "data.dta" else write_sav)(TABLE, path, labels=LABELS, value_labels=labels, file_label="Ֆայլ")
    table, source = read_any(path)
    assert table.to_pydict() == TABLE.to_pydict()
    assert source.labels == LABELS
    assert source.value_labels == labels


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the time zone cannot be changed here")
@pytest.mark.parametrize("name", ["data.sav", "data.zsav", "data.dta"])
@pytest.mark.parametrize("file_label", ["", "a label with <timestamp> in it"])
def test_the_same_bytes_each_time(tmp_path, monkeypatch, name, file_label):
    write = write_dta if name == "data.dta" else write_sav
    first, second = tmp_path / name, tmp_path / f"again{Path(name).suffix}"
    for path, zone in ((first, "UTC-0"), (second, "XYZ-13:59")):
        # Another zone gives another hour, which stands for another day of writing.
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        write(TABLE, path, labels=LABELS, file_label=file_label)
    monkeypatch.undo()
    time.tzset()
    assert first.read_bytes() == second.read_bytes()
    _, meta = (pyreadstat.read_dta if name == "data.dta" else pyreadstat.read_sav)(first)
    assert meta.creation_time == dt.datetime(2000, 1, 1)
    assert (meta.file_label or "") == file_label
    assert meta.number_rows == 3


def test_pandas_reads_a_stata_file_too(tmp_path):
    path = tmp_path / "data.dta"
    write_dta(TABLE, path, value_labels={"age": VALUE_LABELS["age"]}, file_label="x")
    assert pd.read_stata(path, convert_categoricals=False)["place"].tolist() == TABLE.column("place").to_pylist()
    with pd.read_stata(path, iterator=True) as reader:
        assert reader.time_stamp == "01 Jan 2000 00:00"
        assert reader.data_label == "x"


def test_missing_codes_of_spss(tmp_path):
    path = tmp_path / "data.sav"
    missing = {"age": (97, 98, 99), "weight": ((float("-inf"), 0.0), 9.5), "country": ("NA",)}
    write_sav(TABLE, path, missing=missing)
    assert read_any(path)[1].user_missing == {
        "age": (97, 98, 99),
        "weight": ((float("-inf"), 0), 9.5),
        "country": ("NA",),
    }


def test_missing_codes_of_stata(tmp_path):
    path = tmp_path / "data.dta"
    table = pa.table({"answer": ["1", ".a", None, "2.5"]})
    write_dta(table, path, missing={"answer": (".a",)}, value_labels={"answer": {"1": "yes", ".a": "refused"}})
    back, source = read_any(path)
    assert back.to_pydict() == table.to_pydict()
    assert source.value_labels == {"answer": {"1": "yes", ".a": "refused"}}
    assert pd.read_stata(path, convert_categoricals=False)["answer"].isna().tolist() == [False, True, True, False]


def test_booleans_and_categories(tmp_path):
    table = pa.table({"yes": [True, None], "sex": pa.array(["m", None]).dictionary_encode()})
    write_sav(table, tmp_path / "data.sav")
    assert read_any(tmp_path / "data.sav")[0].to_pydict() == {"yes": [1, None], "sex": ["m", None]}


def test_labels_that_would_be_cut_are_refused(tmp_path):
    long = "ก" * 50
    with pytest.raises(DataError, match=r"label of value 1 of column 'age' is too long.*150 bytes, and .sav holds 120"):
        write_sav(TABLE, tmp_path / "data.sav", value_labels={"age": {1: long}})
    with pytest.raises(DataError, match=r"label of the file.*holds 64"):
        write_sav(TABLE, tmp_path / "data.sav", file_label=long)
    with pytest.raises(DataError, match=r"label of column 'age'.*100 characters, and .dta holds 80"):
        write_dta(TABLE, tmp_path / "data.dta", labels={"age": long * 2})
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("column", "message"),
    [
        ({"no good": [1]}, "Cannot be written as .sav.*space"),
        ({"id": [2**60]}, "whole numbers too long"),
        ({"w": [float("nan")]}, "values that are not numbers"),
    ],
)
def test_what_spss_cannot_hold(tmp_path, column, message):
    with pytest.raises(DataError, match=message):
        write_sav(pa.table(column), tmp_path / "data.sav")
    assert not list(tmp_path.iterdir())


def test_missing_codes_too_long_for_spss(tmp_path):
    with pytest.raises(DataError, match="longer than 8 bytes"):
        write_sav(TABLE, tmp_path / "data.sav", missing={"place": ("Երևան",)})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_delimited_text(tmp_path, encoding, newline, delimiter):
    path = tmp_path / "data.csv"
    table = pa.table({"a": ["NA", None, "x,;\t y", '"q"', "one\ntwo", "a\rb"], "ն": ["1", "2", None, "4", "=5", "ก"]})
    write_csv(table, path, encoding=encoding, newline=newline, delimiter=delimiter)
    spec = File(path="data.csv", format="csv", encoding=encoding, delimiter=delimiter)
    assert read_file(path, spec)[0].to_pydict() == table.to_pydict()


def test_numbers_and_dates_in_delimited_text(tmp_path):
    path = tmp_path / "data.csv"
    write_csv(TABLE.select(["age", "weight", "born", "seen"]), path)
    assert path.read_bytes().decode() == (
        "age,weight,born,seen\n34,1.5,1923-05-06,2023-05-06 10:11:12\n,0.1,,\n99,,2020-02-29,\n"
    )


def test_one_column_with_nulls_keeps_its_rows(tmp_path):
    write_csv(pa.table({"a": ["1", None, "3"]}), tmp_path / "data.csv")
    assert read_any(tmp_path / "data.csv")[0].to_pydict() == {"a": ["1", None, "3"]}


def test_a_letter_that_the_encoding_does_not_have(tmp_path):
    message = r"windows-1256 cannot write all of the text. 'Ե' \(U\+0535, ARMENIAN.*column 'place', row 1"
    with pytest.raises(DataError, match=message):
        write_csv(TABLE, tmp_path / "data.csv", encoding="windows-1256")
    with pytest.raises(DataError, match="stands in the header"):
        write_csv(pa.table({"ն": [1]}), tmp_path / "data.csv", encoding="cp1252")
    with pytest.raises(DataError, match="No encoding is called"):
        write_csv(TABLE, tmp_path / "data.csv", encoding="klingon")
    assert not list(tmp_path.iterdir())


def test_a_failure_leaves_the_old_file(tmp_path):
    path = tmp_path / "data.sav"
    path.write_text("old")
    with pytest.raises(DataError):
        write_sav(pa.table({"no good": [1]}), path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["data.sav"]
    assert path.read_text() == "old"


def test_a_folder_that_is_not_there_is_made(tmp_path):
    write_csv(TABLE, tmp_path / "absent" / "data.csv")
    write_sav(TABLE, tmp_path / "absent" / "data.sav")
    assert sorted(entry.name for entry in (tmp_path / "absent").iterdir()) == ["data.csv", "data.sav"]


def test_a_file_where_the_folder_should_be(tmp_path):
    (tmp_path / "absent").write_text("")
    with pytest.raises(LfsMigrationError, match="could not be written"):
        write_csv(TABLE, tmp_path / "absent" / "data.csv")


@pytest.mark.parametrize("name", ["data.sav", "data.dta"])
def test_a_table_without_rows(tmp_path, name):
    path = tmp_path / name
    (write_dta if name == "data.dta" else write_sav)(TABLE.slice(0, 0), path)
    _, meta = (pyreadstat.read_dta if name == "data.dta" else pyreadstat.read_sav)(path)
    assert meta.column_names == TABLE.column_names
