"""SPSS and Stata files: every value, code and label arrives as it stands in the file."""

from __future__ import annotations

import datetime as dt
import struct
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyreadstat
import pytest

from lfs_migration.errors import ReadError
from lfs_migration.model.country import File
from lfs_migration.model.dataset import Source
from lfs_migration.readers import notes, read_any, read_file

CODES = ["NA", "NO", "004", "010150", ""]
"""Namibia, Norway, a code with zeros in front, a place code, and nothing."""


def read(path: Path, encoding: str | None = None) -> tuple[pa.Table, Source]:
    return read_file(path, File(path=path.name, format=path.suffix[1:], encoding=encoding))


@pytest.fixture(params=["sav", "zsav", "dta"])
def write(request, tmp_path):
    """Write a frame in each of the formats."""

    def save(frame, **more):
        path = tmp_path / f"person.{request.param}"
        if request.param == "dta":
            pyreadstat.write_dta(frame, path, **more)
        else:
            pyreadstat.write_sav(frame, path, compress=request.param == "zsav", **more)
        return path

    return save


def test_text_codes_survive_and_an_empty_string_is_null(write):
    table, _ = read(write(pd.DataFrame({"country": CODES})))
    assert table.column("country").to_pylist() == ["NA", "NO", "004", "010150", None]


def test_text_is_kept_in_every_script_with_its_leading_blanks(write):
    texts = ["Երևան", "Москва", "القاهرة", "กรุงเทพ", "  two", "=1+1", "</script>", "a\nb", "x" * 1500]
    table, _ = read(write(pd.DataFrame({"place": texts})))
    assert table.column("place").to_pylist() == texts


def test_whole_numbers_become_integers_and_a_system_missing_number_is_null(write):
    frame = pd.DataFrame({"age": [34.0, None, 0.0], "weight": [1.5, None, 2.0], "big": [1e300, 1.0, None]})
    table, source = read(write(frame))
    assert table.schema.types == [pa.int64(), pa.float64(), pa.float64()]
    assert table.to_pydict() == {"age": [34, None, 0], "weight": [1.5, None, 2.0], "big": [1e300, 1.0, None]}
    assert source.rows == 3


def test_labels_come_with_their_values(write):
    frame = pd.DataFrame({"sex": [1.0, 2.0], "age": [34.0, 5.0]})
    labels = {1: "Արական", 2: "Իգական"}
    path = write(frame, column_labels={"sex": "Սեռ"}, variable_value_labels={"sex": labels})
    _, source = read(path)
    assert source.labels == {"sex": "Սեռ"}
    assert source.value_labels == {"sex": labels}
    assert all(isinstance(value, int) for value in source.value_labels["sex"])
    assert (source.name, source.path, source.encoding) == ("", str(path), "utf-8")
    assert len(source.sha256) == 64


def test_dates_times_and_time_stamps(write):
    frame = pd.DataFrame(
        {
            "day": pd.Series([dt.date(1923, 5, 6), None], dtype=object),
            "moment": pd.to_datetime(["2023-05-06 10:11:12", None]),
            "hour": pd.Series([dt.time(10, 11, 12), None], dtype=object),
        }
    )
    table, _ = read(write(frame))
    assert table.to_pydict() == {
        "day": [dt.date(1923, 5, 6), None],
        "moment": [dt.datetime(2023, 5, 6, 10, 11, 12), None],
        "hour": [dt.time(10, 11, 12), None],
    }
    assert not notes(table)


def test_a_moment_beyond_the_calendar_stays_a_number_with_a_reason(tmp_path):
    path = tmp_path / "far.sav"
    pyreadstat.write_sav(pd.DataFrame({"seen": [6.3e15, 1.0]}), path, variable_format={"seen": "DATETIME20"})
    table, _ = read(path)
    assert table.column("seen").to_pylist() == [6_300_000_000_000_000, 1]
    assert "1 value is outside the years 1 to 9999" in notes(table)["seen"]


def test_spss_user_missing_codes_stay_and_are_declared(tmp_path):
    path = tmp_path / "missing.sav"
    frame = pd.DataFrame({"a": [1.0, 97.0, 99.0], "b": [-5.0, 3.0, 99.0], "c": ["x", "ZZ", "NA"], "d": [1.0, 2.0, 3.0]})
    missing = {"a": [97, 98, 99], "b": [{"lo": -9, "hi": -1}, 99], "c": ["ZZ", "NA"]}
    pyreadstat.write_sav(frame, path, missing_ranges=missing)
    table, source = read(path)
    assert table.to_pydict() == {"a": [1, 97, 99], "b": [-5, 3, 99], "c": ["x", "ZZ", "NA"], "d": [1, 2, 3]}
    assert source.user_missing == {"a": (97, 98, 99), "b": ((-9, -1), 99), "c": ("ZZ", "NA")}


def test_a_date_with_missing_codes_stays_a_number(tmp_path):
    path = tmp_path / "date.sav"
    frame = pd.DataFrame({"left": [13_744_944_000.0, 99.0]})
    pyreadstat.write_sav(frame, path, missing_ranges={"left": [99]}, variable_format={"left": "DATE11"})
    table, source = read(path)
    assert table.column("left").to_pylist() == [13_744_944_000, 99]
    assert source.user_missing == {"left": (99,)}
    assert "missing codes are declared" in notes(table)["left"]


def test_stata_tagged_missing_codes_make_a_column_text(tmp_path):
    path = tmp_path / "tagged.dta"
    frame = pd.DataFrame(
        {
            "answer": pd.Series([1.0, "a", None, 2.5, "z"], dtype=object),
            "labelled": pd.Series([1.0, 2.0, None, 1.0, 2.0]),
            "clean": [1.0, 2.0, None, 4.0, 5.0],
        }
    )
    labels = {"answer": {1: "yes", "a": "refused"}, "labelled": {1: "yes", "b": "not known"}}
    tags = {"answer": ["a", "z"], "labelled": ["b"]}
    pyreadstat.write_dta(frame, path, variable_value_labels=labels, missing_user_values=tags)
    table, source = read(path)
    assert table.column("answer").to_pylist() == ["1", ".a", None, "2.5", ".z"]
    assert table.column("labelled").to_pylist() == ["1", "2", None, "1", "2"]
    assert table.column("clean").to_pylist() == [1, 2, None, 4, 5]
    assert source.user_missing == {"answer": (".a", ".z"), "labelled": (".b",)}
    assert source.value_labels == {
        "answer": {"1": "yes", ".a": "refused"},
        "labelled": {"1": "yes", ".b": "not known"},
    }


@pytest.mark.parametrize("version", [8, 10, 12, 13, 14, 15])
def test_every_stata_version(tmp_path, version):
    path = tmp_path / "old.dta"
    pyreadstat.write_dta(pd.DataFrame({"a": [1, 2], "s": ["NA", "004"]}), path, version=version)
    table, source = read(path)
    assert table.to_pydict() == {"a": [1, 2], "s": ["NA", "004"]}
    assert source.encoding == ("utf-8" if version >= 14 else "windows-1252")


def in_cyrillic(path: Path) -> Path:
    """Write a file that says it is UTF-8 and holds windows-1251."""
    pyreadstat.write_sav(pd.DataFrame({"place": ["######", "Riga"]}), path)
    path.write_bytes(path.read_bytes().replace(b"######", "Москва".encode("cp1251")))
    return path


def test_text_that_is_not_in_the_declared_encoding(tmp_path):
    path = in_cyrillic(tmp_path / "place.sav")
    with pytest.raises(ReadError, match=r"another encoding.*Declare the encoding"):
        read(path)
    table, source = read(path, encoding="windows-1251")
    assert table.column("place").to_pylist() == ["Москва", "Riga"]
    assert source.encoding == "windows-1251"


def test_an_unknown_encoding(tmp_path):
    with pytest.raises(ReadError, match="No encoding is called 'klingon'"):
        read(in_cyrillic(tmp_path / "place.sav"), encoding="klingon")


def test_a_wide_file_is_read_some_columns_at_a_time(tmp_path, monkeypatch):
    from lfs_migration.readers.packages import child

    path, out = tmp_path / "wide.dta", tmp_path / "out"
    frame = pd.DataFrame({f"v{i}": pd.Series([i, "a" if i == 3 else None], dtype=object) for i in range(7)})
    pyreadstat.write_dta(frame, path, missing_user_values={f"v{i}": ["a"] for i in range(7)})
    monkeypatch.setattr(child, "VALUES_AT_ONCE", 5)
    monkeypatch.setattr(child, "limit_memory", lambda size: None)
    places = {"table": str(out), "done": str(tmp_path / "done")}
    report = child.read({"path": str(path), "format": "dta", "encoding": None, "rows": 7, **places})
    columns = {}
    for name in report["tables"]:
        with pa.OSFile(name) as source:
            columns.update(pa.ipc.open_file(source).read_all().to_pydict())
    assert len(report["tables"]) == 7
    assert list(columns) == list(frame)
    assert columns["v3"] == ["3", ".a"]
    assert columns["v4"] == [4, None]
    assert report["tags"] == {"v3": [".a"]}


def test_a_file_that_counts_no_rows_is_read_whole(tmp_path):
    path = tmp_path / "stream.sav"
    for packed in (False, True):
        pyreadstat.write_sav(pd.DataFrame({"a": range(300), "s": ["NA"] * 300}), path, row_compress=packed)
        uncount(path)
        table, source = read(path)
        assert table.column("a").to_pylist() == list(range(300))
        assert source.rows == 300


def uncount(path: Path) -> None:
    """Take the number of rows out of a .sav, as programs leave it out that write row by row."""
    data = bytearray(path.read_bytes())
    data[80:84] = struct.pack("<i", -1)
    place = data.index(struct.pack("<4i", 7, 16, 8, 2))
    data[place + 24 : place + 32] = struct.pack("<q", -1)
    path.write_bytes(data)


def test_the_ending_may_be_in_capitals(tmp_path):
    path = tmp_path / "PERSON.SAV"
    pyreadstat.write_sav(pd.DataFrame({"a": [1]}), path)
    assert read_any(path)[1].rows == 1
