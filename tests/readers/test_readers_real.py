"""Real files with unusual content: each opens or says why not, and never anything else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from lfs_migration.errors import ReadError
from lfs_migration.readers import read_any

FOLDER = os.environ.get("LFS_REAL_DATA", "")
FILES = sorted(
    path for path in Path(FOLDER, "odd_files").rglob("*") if FOLDER and path.suffix in {".sav", ".zsav", ".dta"}
)


@pytest.mark.real
@pytest.mark.skipif(not FILES, reason="LFS_REAL_DATA names no folder with odd_files")
@pytest.mark.parametrize("path", FILES or [Path("none")], ids=lambda path: f"{path.parent.name}/{path.name}")
def test_an_odd_file_opens_or_says_why_not(path):
    try:
        table, source = read_any(path)
    except ReadError as error:
        assert str(path) in str(error)
        assert error.hint
    else:
        assert table.num_rows == source.rows > 0
        assert set(source.labels) <= set(table.column_names)
        assert set(source.value_labels) <= set(table.column_names)
        assert set(source.user_missing) <= set(table.column_names)
