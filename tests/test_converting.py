"""A file of one format becomes one of another: what is kept is proved, what is not is said."""

from __future__ import annotations

import os

import pyarrow as pa
import pytest

from lfs_migration import converting, readers
from lfs_migration.cli import CANNOT, OK, main
from lfs_migration.errors import LfsMigrationError
from lfs_migration.model.dataset import Source
from lfs_migration.readers import differences, read_any, write_file

TABLE = pa.table({"country": ["NA", "NO", "004"], "age": [34, 99, None]})
SOURCE = Source(
    "", "", "", 3, labels={"age": "Age"}, value_labels={"age": {99: "unknown"}}, user_missing={"age": (99,)},
)  # fmt: skip


@pytest.fixture
def file(tmp_path):
    write_file(TABLE, SOURCE, tmp_path / "person.sav")
    return tmp_path / "person.sav"


def run(*words: object) -> int:
    with pytest.raises(SystemExit) as caught:
        main([str(word) for word in words])
    return caught.value.code


def test_there_and_back(file, tmp_path, capsys):
    for before, after in (("person.sav", "p.csv"), ("p.csv", "p.parquet"), ("p.parquet", "sub/p.zsav")):
        assert run("convert", tmp_path / before, tmp_path / after) == OK
        said = capsys.readouterr()
        assert said.out == f"{tmp_path / after}\n"
        assert "3 rows, 2 columns, read again and equal" in said.err
        assert "missing codes and ranges          1          1" in said.err
    assert differences(TABLE, SOURCE, *read_any(tmp_path / "sub/p.zsav")) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "p.csv", "p.csv.datapackage.json", "p.parquet", "person.sav", "sub",
    ]  # fmt: skip


def test_what_cannot_be_kept_is_refused(file, tmp_path, capsys):
    assert run("convert", file, tmp_path / "p.dta") == CANNOT
    said = capsys.readouterr().err
    assert f"{tmp_path / 'p.dta'}: .dta cannot hold all of it. column 'age': 99 no longer declared missing" in said
    assert [path.name for path in tmp_path.iterdir()] == ["person.sav"]


def test_what_may_be_lost_is_listed(file, tmp_path, capsys):
    assert run("convert", file, tmp_path / "p.dta", "--lossy") == OK
    assert "not kept: column 'age': 99 no longer declared missing: Stata declares none" in capsys.readouterr().err
    assert run("convert", file, tmp_path / "p.dta", "--tags") == OK
    assert "changed: column 'age': its missing codes become Stata's: 99 is .a" in capsys.readouterr().err
    assert read_any(tmp_path / "p.dta")[0]["age"].to_pylist() == ["34", ".a", None]


def test_a_file_in_a_code_page(tmp_path):
    (tmp_path / "p.csv").write_bytes("land\nЧехия\n".encode("cp1251"))
    assert run("convert", tmp_path / "p.csv", tmp_path / "p.sav", "--encoding", "cp1251") == OK
    assert read_any(tmp_path / "p.sav")[0].to_pydict() == {"land": ["Чехия"]}


def test_a_file_does_not_take_its_own_place(file, capsys):
    before = file.read_bytes()
    assert run("convert", file, file) == CANNOT
    assert "would take its own place" in capsys.readouterr().err
    assert file.read_bytes() == before


def test_a_link_that_leads_to_itself_is_no_file(tmp_path, capsys):
    (tmp_path / "p.sav").symlink_to("p.sav")
    assert run("convert", tmp_path / "p.sav", tmp_path / "p.csv") == CANNOT
    assert "of symbolic links" in capsys.readouterr().err


def test_a_name_of_other_bytes_is_refused(file, tmp_path):
    with pytest.raises(LfsMigrationError, match="Its name is not in UTF-8"):
        list(converting.convert(file, tmp_path / os.fsdecode(b"enqu\xeate.parquet")))
    assert [path.name for path in tmp_path.iterdir()] == ["person.sav"]


def test_an_earlier_file_stays_when_the_new_one_reads_otherwise(file, tmp_path, monkeypatch, capsys):
    (tmp_path / "p.parquet").write_text("earlier")
    monkeypatch.setattr(readers, "differences", lambda *_: ["column 'age': row 1 was 34 and is 35"])
    assert run("convert", file, tmp_path / "p.parquet") == CANNOT
    assert "Reads otherwise than it was written. column 'age': row 1" in capsys.readouterr().err
    assert (tmp_path / "p.parquet").read_text() == "earlier"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["p.parquet", "person.sav"]


def test_the_lines_name_both_files(file, tmp_path):
    first = next(converting.convert(file, tmp_path / "p.parquet"))
    assert first == "person.sav -> p.parquet: 3 rows, 2 columns, read again and equal"
