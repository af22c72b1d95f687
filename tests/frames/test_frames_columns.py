"""Frames and their columns: what goes in comes out, and empty is never zero."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from lfs_migration import frames
from lfs_migration.errors import DataError


def test_missing_values_of_pandas_become_empty():
    native = pd.DataFrame({"a": [1.0, float("nan")], "t": ["x", None], "i": pd.array([1, pd.NA], dtype="Int64")})
    data = frames.from_native(native)
    assert [frames.values(data, name)[1] for name in ("a", "t", "i")] == [None, None, None]


def test_not_a_number_in_arrow_data_becomes_empty():
    data = frames.from_native(pa.table({"a": [1.0, float("nan")]}))
    assert frames.values(data, "a") == [1.0, None]


def test_what_is_not_a_frame_is_refused():
    with pytest.raises(DataError, match=r"list is not a data frame. Give pandas, polars or Arrow data"):
        frames.from_native([1, 2])


def test_integers_with_an_empty_value_stay_integers_in_pandas():
    out = frames.to_pandas(frames.frame({"a": [1, None]}))
    assert str(out["a"].dtype) == "int64[pyarrow]"


def test_an_absent_column_is_named_with_its_place_and_near_matches():
    with pytest.raises(DataError, match=r"^file.csv: No column 'p4_06'. Did you mean 'p4_6'"):
        frames.require(frames.frame({"p4_6": [1]}), ["p4_06"], "file.csv")


def test_all_absent_columns_are_named():
    with pytest.raises(DataError, match=r"No column 'b', 'c'"):
        frames.require(frames.frame({"a": [1]}), ["a", "b", "c"], "x")


def test_floats_are_not_a_number_where_empty():
    values = frames.floats(frames.frame({"a": [1, None, 3]}), "a")
    assert values[[0, 2]].tolist() == [1, 3]
    assert np.isnan(values[1])


def test_truth_values_are_zero_and_one_as_floats():
    assert frames.floats(frames.frame({"a": [True, False]}), "a").tolist() == [1, 0]


def test_a_factor_numbers_sorted_values_and_marks_the_empty():
    codes, levels = frames.factor(frames.frame({"a": ["b", None, "a", "b"]}), "a")
    assert (codes.tolist(), levels) == ([1, -1, 0, 1], ["a", "b"])


def test_a_factor_of_an_empty_column_has_no_levels():
    codes, levels = frames.factor(frames.frame({"a": pa.array([None, None], pa.string())}), "a")
    assert (codes.tolist(), levels) == ([-1, -1], [])


def test_a_link_finds_the_parent_of_each_child():
    parent = frames.frame({"id": ["a", "b"]})
    child = frames.frame({"id": ["b", "a", "z", None, "b"]})
    assert frames.link(child, parent, "id").tolist() == [1, 0, -1, -1, 1]


def test_an_empty_key_never_links():
    parent = frames.frame({"id": pa.array(["a", None])})
    child = frames.frame({"id": pa.array([None], pa.string())})
    assert frames.link(child, parent, "id").tolist() == [-1]


def test_taking_a_negative_row_gives_an_empty_one():
    assert frames.values(frames.take(frames.frame({"a": [1, 2]}), np.array([1, -1])), "a") == [2, None]


def test_with_columns_adds_and_replaces_and_leaves_the_frame_as_it_was():
    data = frames.frame({"a": [1, 2]})
    out = frames.with_columns(data, {"a": [3, 4], "b": np.array([5, 6])})
    assert (frames.values(out, "a"), frames.values(out, "b"), frames.values(data, "a")) == ([3, 4], [5, 6], [1, 2])


def test_parquet_keeps_types_texts_and_empties(tmp_path):
    data = frames.frame({"a": pa.array([1, None], pa.int64()), "t": ["NA", "010150"]})
    frames.write_parquet(data, tmp_path / "x.parquet", {"title": "x"})
    back = frames.read_parquet(tmp_path / "x.parquet")
    assert frames.values(back, "a") == [1, None]
    assert frames.values(back, "t") == ["NA", "010150"]


@pytest.mark.parametrize(
    ("column", "answer"), [(["x"], True), (pa.array(["x"], pa.large_string()), True), ([1], False)]
)
def test_text_is_known_from_its_type(column, answer):
    assert frames.is_text(frames.frame({"a": column}), "a") is answer


def test_selecting_keeps_the_order_asked_for():
    assert frames.select(frames.frame({"a": [1], "b": [2]}), ["b", "a"]).columns == ["b", "a"]


def test_text_that_is_no_number_is_an_error_with_the_columns_name():
    with pytest.raises(DataError, match=r"w is not a number. Failed to parse string: code x"):
        frames.floats(frames.frame({"w": ["1", "x"]}), "w")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (pd.DataFrame([[1, 2]], columns=["y", "y"]), "cannot be used"),
        (pd.DataFrame({5: [1], "y": [2]}), "column name 5 is not text"),
        (pd.DataFrame({"y": [1, "a"]}), "values of one kind"),
    ],
    ids=["two columns of one name", "a number as name", "values of two kinds"],
)
def test_a_frame_that_arrow_cannot_hold_is_refused(data, words):
    with pytest.raises(DataError, match=words):
        frames.from_native(data)
