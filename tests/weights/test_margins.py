"""Known totals as users give them: in which order, which is unknown, and what is no total."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import lfs_migration as lfm
from lfs_migration.errors import DesignError

ROWS = pd.DataFrame({"w": [1.0, 2, 3, 4], "sex": [1, 2, 1, 2], "area": [1, 1, 2, 2], "y": [3.0, 1, 4, 1]})
BOTH = {(1, 1): 10.0, (2, 1): 20.0, (1, 2): 30.0, (2, 2): 40.0}
"""By sex and area: each row is in one."""


def weights(margins):
    return lfm.calibrate(lfm.dataset(ROWS, lfm.Design("w")), margins).weights


def refused(margins):
    with pytest.raises(DesignError) as caught:
        weights(margins)
    return str(caught.value)


def series(*names):
    """The totals as a series, levels in the order of their names."""
    order = [1, 0] if names[0] == "area" or names[1] == "sex" else [0, 1]
    codes = [tuple(code[i] for i in order) for code in BOTH]
    return pd.Series(list(BOTH.values()), index=pd.MultiIndex.from_tuples(codes, names=names))


@pytest.mark.parametrize(
    "names", [("sex", "area"), ("area", "sex"), (None, None), ("sex", None), (None, "area"), ("area", None)]
)
def test_a_series_is_read_by_the_names_of_its_index(names):
    np.testing.assert_allclose(weights({("sex", "area"): series(*names)}), [10, 20, 30, 40])


@pytest.mark.parametrize("names", [("sex", "region"), ("sex", "sex"), ("area", "age"), (0, 1)])
def test_a_series_of_other_names_is_refused(names):
    assert refused({("sex", "area"): series(*names)}) == (
        f"The margin sex x area is a series whose index has the names {names[0]}, {names[1]}. "
        "Name its levels by the variables, or not at all."
    )


def test_a_series_of_one_variable_has_its_name_or_none():
    for name in ("sex", None):
        np.testing.assert_allclose(weights({"sex": pd.Series({1: 8.0, 2: 12.0}).rename_axis(name)}), [2, 4, 6, 8])
    assert "whose index has the names gender" in refused({"sex": pd.Series({1: 8.0, 2: 12.0}).rename_axis("gender")})


def test_none_has_no_known_total():
    by_hand = weights({"sex": {1: 8.0, 2: None}})
    np.testing.assert_allclose(by_hand, [2, 2, 6, 4])
    np.testing.assert_allclose(weights({"sex": pd.Series([8.0, None], index=[1, 2], dtype=object)}), by_hand)


@pytest.mark.parametrize("absent", [float("nan"), np.nan, pd.NA])
def test_a_total_that_is_missing_is_no_total(absent):
    message = f"The margin sex has the total {absent}. For 2. A total is a number"
    assert message in refused({"sex": {1: 8.0, 2: absent}})
    assert message in refused({"sex": pd.Series([8.0, absent], index=[1, 2], dtype=object)})


@pytest.mark.parametrize("kind", ["pandas", "nullable", "polars", "arrow"])
def test_a_frame_after_a_failed_merge_is_refused(kind):
    table = pd.DataFrame({"sex": [1, 2], "n": [8.0, None]})
    make = {
        "pandas": lambda: table,
        "nullable": table.convert_dtypes,
        "polars": lambda: pytest.importorskip("polars").from_pandas(table),
        "arrow": lambda: pa.Table.from_pandas(table),
    }
    assert "The margin sex has the total nan. For 2." in refused({"sex": make[kind]()})


@pytest.mark.parametrize(
    ("margins", "words"),
    [
        ({"sex": {1: "ten", 2: 12}}, "The margin sex has the total ten. For 1. A total is a number"),
        ({"sex": {1: [8], 2: 12}}, "The margin sex has the total [8]. For 1."),
        ({"y": "ten"}, "The margin y has the total ten. Give a number, or a total for each category"),
        ({"y": pd.NA}, "The margin y has the total <NA>. Give a number"),
        ({"y": None}, "The margin y has the total None. Give a number"),
        ({"y": float("nan")}, "The margin y has the total nan. Give a number"),
        ({"sex": [8, 12]}, "The margin sex has the total [8, 12]. Give a number, or a total for each category"),
        ({lfm.Part(record="data", where="y > 1"): None}, "The margin rows of data where y > 1 has the total None."),
        ({lfm.Part(record="data"): {1: 2}}, "The margin rows of data has the total {1: 2}."),
        ({"sex": {1: None, 2: None}}, "The margin sex has no known total. Give one, or leave the margin out."),
        ({"sex": {}}, "The margin sex has no known total."),
        ({5: {1: 8, 2: 12}}, "5 is no margin. Give a variable, a tuple of variables, an expression or a Part."),
        ({(): {1: 8, 2: 12}}, "() is no margin."),
        ({("sex", 2): BOTH}, "('sex', 2) is no margin."),
        ([("sex", {1: 8})], "There is no margin to calibrate to. Not [('sex', {1: 8})]. Give known totals"),
        (None, "There is no margin to calibrate to. Not None. Give known totals"),
        (pd.Series({"y": 8.0}), "There is no margin to calibrate to. Not y    8.0"),
    ],
)
def test_what_is_no_margin_is_said(margins, words):
    assert words in refused(margins)
