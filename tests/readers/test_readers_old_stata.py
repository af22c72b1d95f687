"""Files of Stata from the first version to today's, in both byte orders: read rightly, or refused clearly."""

from __future__ import annotations

import warnings

import made
import pandas as pd
import pyreadstat
import pytest

from lfs_migration.errors import ReadError
from lfs_migration.model.country import File
from lfs_migration.readers import read_any, read_file

OLD = [(release, order) for release in made.OLD_RELEASES for order in "<>" if (release, order) != (102, ">")]
"""The first release does not say its byte order: it was written on small computers only."""


@pytest.mark.parametrize(("release", "order"), OLD)
def test_a_file_without_marks(tmp_path, release, order):
    path = tmp_path / "old.dta"
    path.write_bytes(made.old_stata(release, order))
    table, source = read_any(path)
    assert table.to_pydict() == {
        "b1": [1, 2, None],
        "h2": [300, -5, None],
        "l4": [70_000, -70_000, None],
        "f4": [1.5, -1.5, None],
        "d8": [2.25, 1e10, None],
        "ctry": ["NA", "004", None],
    }
    assert source.labels == {name: f"Column {name}" for name in table.column_names}
    assert source.value_labels == {"b1": {1: "Yes", 2: "No"}}
    assert (source.title, source.encoding) == ("A survey", "windows-1252")


@pytest.mark.parametrize(("release", "order"), OLD)
def test_pandas_reads_the_same(tmp_path, release, order):
    """Another reader, written by others, agrees on the layout of every release."""
    path = tmp_path / "old.dta"
    path.write_bytes(made.old_stata(release, order))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        frame = pd.read_stata(path, convert_categoricals=False)
    ours = read_any(path)[0].to_pandas()
    for name in frame.columns.drop("ctry"):
        assert frame[name].astype(float).equals(ours[name].astype(float)), name


def test_why_the_library_does_not_read_the_earliest(tmp_path):
    path = tmp_path / "old.dta"
    path.write_bytes(made.old_stata(103))
    with pytest.raises(pyreadstat.ReadstatError, match="not supported"):
        pyreadstat.read_dta(path)
    path.write_bytes(made.old_stata(105))
    assert pyreadstat.read_dta(path)[0]["d8"][2] > 1e99


@pytest.mark.parametrize("release", [117, 118, 119])
@pytest.mark.parametrize("order", ["little", "big"])
def test_a_file_with_marks(tmp_path, release, order):
    path = tmp_path / "new.dta"
    made.new_stata(path, release, order)
    table, source = read_any(path)
    assert table.to_pydict() == {
        "b": [1, 2, 100],
        "h": [300, -5, 7],
        "l": [70_000, 1, 2],
        "f": [1.5, None, -1.5],
        "d": [2.25, 1e10, None],
        "s": ["NA", "004", None],
        "words": ["x" * 3000, "010150", None],
        "yn": [1, 0, 1],
    }
    assert source.value_labels == {"yn": {0: "No", 1: "Yes"}}


@pytest.mark.parametrize("release", [106, 107, 109, 112, 116])
def test_a_release_that_was_never_given_out(tmp_path, release):
    path = tmp_path / "old.dta"
    path.write_bytes(bytes([release]) + made.old_stata(115)[1:])
    with pytest.raises(ReadError, match=f"names the release {release}, which Stata never gave out"):
        read_any(path)


def test_an_early_file_in_a_declared_encoding(tmp_path):
    path = tmp_path / "old.dta"
    path.write_bytes(made.old_stata(104).replace(b"004\0\0\0\0\0", "Ереван".encode("cp1251") + b"\0\0"))
    table, source = read_file(path, File(path=path.name, format="dta", encoding="windows-1251"))
    assert table["ctry"].to_pylist() == ["NA", "Ереван", None]
    assert source.encoding == "windows-1251"
    with pytest.raises(ReadError, match=r"another encoding.*Declare the encoding"):
        read_file(path, File(path=path.name, format="dta", encoding="utf-8"))
