"""Real files with unusual content, written in their own format and in others: equal, or said what is not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from lfs_migration.errors import DataError
from lfs_migration.readers import differences, read_any, typed, write_file

FOLDER = Path(os.environ.get("LFS_REAL_DATA", "none"), "odd_files")
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not FOLDER.is_dir(), reason="LFS_REAL_DATA names no folder with odd_files"),
]
NO_ROWS = {"tiamo_spss/test.sav"}
FILES = sorted(
    name
    for path in FOLDER.rglob("*")
    if path.is_file() and (name := path.relative_to(FOLDER).as_posix()) not in NO_ROWS
)
# What a .dta cannot hold of the files of SPSS; the others go into one without a loss.
NAMES, LEVELS, MISSING = "its name becomes", "the level of measurement", "no longer declared missing"
LABELS, SETS = "of values left out", "multiple-response"
LOST = {
    "haven/datetime.sav": {NAMES},
    "haven/iris.sav": {NAMES, LEVELS},
    "haven/labelled-num-na.sav": {MISSING},
    "haven/labelled-str.sav": {LABELS, LEVELS},
    "haven/variable-label.sav": {LEVELS},
    "pyreadstat/hebrews.sav": {LEVELS},
    "pyreadstat/missing_char.sav": {MISSING, LABELS, LEVELS},
    "pyreadstat/missing_test.sav": {MISSING},
    "pyreadstat/ordered_category.sav": {LEVELS},
    "pyreadstat/sample.sav": {LEVELS},
    "pyreadstat/sample.zsav": {LEVELS},
    "pyreadstat/sample_missing.sav": {MISSING, LEVELS},
    "pyreadstat/simple_alltypes.sav": {MISSING, LABELS, LEVELS, SETS},
    "pyreadstat/tegulu.sav": {LEVELS},
    "pyreadstat/test_width.sav": {LEVELS},
    "readstattables_jl/string_labeled_value.sav": {LABELS, LEVELS},
    "tiamo_spss/data.sav": {LABELS, LEVELS},
    "tiamo_spss/hotel.sav": {LABELS, LEVELS},
}


def own(name: str) -> str:
    """The format of a file; a portable one is written as the file of SPSS that it is read as."""
    return Path(name).suffix.replace(".por", ".sav")


@pytest.mark.parametrize("name", FILES)
def test_an_odd_file_is_written_in_its_own_format(tmp_path, name):
    table, source = read_any(FOLDER / name)
    path = tmp_path / f"data{own(name)}"
    assert write_file(table, source, path).losses == ()
    assert differences(table, source, *read_any(path)) == []


@pytest.mark.parametrize("ending", [".sav", ".csv", ".parquet"])
@pytest.mark.parametrize("name", FILES)
def test_an_odd_file_is_written_in_another_format(tmp_path, name, ending):
    table, source = read_any(FOLDER / name)
    path = tmp_path / f"data{ending}"
    assert write_file(table, source, path).losses == ()
    assert differences(table, source, *typed(*read_any(path))) == []


@pytest.mark.parametrize("name", FILES)
def test_what_stata_cannot_hold_of_an_odd_file(tmp_path, name):
    table, source = read_any(FOLDER / name)
    path = tmp_path / "data.dta"
    if name in LOST:
        with pytest.raises(DataError, match="cannot hold all of it"):
            write_file(table, source, path)
    written = write_file(table, source, path, lossy=name in LOST)
    parts = (NAMES, LEVELS, MISSING, LABELS, SETS)
    found = {next(part for part in parts if part in str(loss)) for loss in written.losses}
    assert found == LOST.get(name, set())
    assert differences(written.table, written.source, *read_any(path)) == []
