"""Data folders, Parquet, and files known by their name alone."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lfs_migration.errors import ReadError
from lfs_migration.model.country import Edition, EditionDesign, File
from lfs_migration.readers import read_any, read_file, read_folder, write_sav
from lfs_migration.readers.files import kind, stamp


def edition(**paths: str) -> Edition:
    files = {key: File(path=path, format=path.rsplit(".", 1)[1].lower()) for key, path in paths.items()}
    return Edition(
        country="ARM",
        name="armenia",
        edition="2007",
        module="emigration",
        title={"en": "Armenia 2007"},
        reference="none",
        layout="ours",
        languages=("en",),
        files=files,
        design=EditionDesign(weight="w", stratum="h", psu="c", singletons="fail"),
        records={},
    )


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "person.csv").write_text("id,age\n001,34\n", "utf-8")
    write_sav(pa.table({"id": ["001"], "rooms": [3]}), tmp_path / "household.sav")
    return tmp_path


def test_every_file_under_its_key(folder):
    tables, sources = read_folder(folder, edition(hh="household.sav", pp="person.csv"))
    assert {key: table.to_pylist() for key, table in tables.items()} == {
        "hh": [{"id": "001", "rooms": 3}],
        "pp": [{"id": "001", "age": "34"}],
    }
    assert [(source.name, Path(source.path).name, source.rows) for source in sources] == [
        ("hh", "household.sav", 1),
        ("pp", "person.csv", 1),
    ]


def test_files_in_folders_of_the_folder(folder):
    (folder / "in").mkdir()
    (folder / "person.csv").rename(folder / "in" / "person.csv")
    assert read_folder(folder, edition(pp="in/person.csv"))[1][0].rows == 1


def test_a_single_file_in_the_place_of_the_folder(folder):
    renamed = (folder / "person.csv").rename(folder / "my data.csv")
    assert read_folder(renamed, edition(pp="person.csv"))[0]["pp"].column_names == ["id", "age"]
    with pytest.raises(ReadError, match=r"Is one file. armenia 2007 has 2 files: household.sav, person.csv"):
        read_folder(renamed, edition(hh="household.sav", pp="person.csv"))


def test_a_file_that_is_not_there_names_those_that_are(folder):
    with pytest.raises(ReadError) as caught:
        read_folder(folder, edition(pp="persons.csv"))
    assert "Did you mean 'person.csv'?" in caught.value.hint
    assert "holds: household.sav, person.csv." in caught.value.hint


def test_a_name_in_other_capitals_is_told(folder):
    with pytest.raises(ReadError, match=r"There is 'person.csv', which differs in capital letters only"):
        read_folder(folder, edition(pp="PERSON.CSV"))


def test_all_files_are_looked_for_before_any_is_read(folder):
    (folder / "person.csv").write_text("broken")
    with pytest.raises(ReadError, match="No such file"):
        read_folder(folder, edition(pp="person.csv", hh="absent.sav"))


def test_a_folder_that_is_not_there(folder):
    with pytest.raises(ReadError, match=r"data: No such file.*holds: household.sav, person.csv"):
        read_folder(folder / "data", edition(pp="person.csv"))
    with pytest.raises(ReadError, match="There is no folder"):
        read_folder(folder / "data" / "deep", edition(pp="person.csv"))


def test_an_empty_folder(tmp_path):
    with pytest.raises(ReadError, match="is empty"):
        read_folder(tmp_path, edition(pp="person.csv"))


@pytest.mark.parametrize("path", ["../person.csv", "/etc/person.csv"])
def test_paths_stay_in_the_folder(folder, path):
    with pytest.raises(ReadError, match="leads out of the data folder"):
        read_folder(folder, edition(pp=path))


def test_reading_a_folder_or_an_unknown_ending(folder):
    with pytest.raises(ReadError, match="Is a folder, not a file"):
        read_file(folder, File(path="x", format="csv"))
    (folder / "data.ods").write_bytes(b"PK\x03\x04")
    with pytest.raises(ReadError, match=r"'.ods' is not known. Known: .sav"):
        read_any(folder / "data.ods")
    with pytest.raises(ReadError, match="No such file"):
        read_any(folder / "absent.xlsx")
    with pytest.raises(ReadError, match="No such file"):
        read_any(folder / "absent.csv")


def test_parquet_with_categories(tmp_path):
    path = tmp_path / "data.parquet"
    table = pa.table(
        {
            "id": ["004", None],
            "sex": pa.array(["m", "f"]).dictionary_encode(),
            "day": [dt.date(2020, 1, 1), None],
            "n": [1, None],
        }
    )
    pq.write_table(table, path)
    read, source = read_any(path)
    assert read.to_pydict() == table.to_pydict()
    assert read.schema.field("sex").type == pa.string()
    assert source.rows == 2


@pytest.mark.parametrize("share", [0.5, 0.9, 0.999])
def test_parquet_cut_off(tmp_path, share):
    path = tmp_path / "data.parquet"
    pq.write_table(pa.table({"a": range(1000)}), path)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(ReadError, match="Is not whole"):
        read_any(path)


def test_parquet_without_rows_or_with_a_name_twice(tmp_path):
    path = tmp_path / "data.parquet"
    pq.write_table(pa.table({"a": pa.array([], pa.int64())}), path)
    with pytest.raises(ReadError, match="Has no rows"):
        read_any(path)
    pq.write_table(pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["a", "a"]), path)
    with pytest.raises(ReadError, match=r"Has columns of the same name. 'a'"):
        read_any(path)


def test_a_folder_called_as_a_partition_adds_no_column(tmp_path):
    path = tmp_path / "year=2007" / "data.parquet"
    path.parent.mkdir()
    pq.write_table(pa.table({"a": [1]}), path)
    assert read_any(path)[0].column_names == ["a"]


def test_what_files_look_like(tmp_path):
    assert kind(b"\x72\x02\x01\x00") == "Stata"
    assert kind("a;b".encode("utf-16")) == "text"
    assert kind(b"\x1f\x8b\x08") == "gzip"
    path = tmp_path / "a.bin"
    path.write_bytes(b"abc")
    mark = stamp(path)
    assert (mark.size, mark.head) == (3, b"abc")
    assert mark.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
