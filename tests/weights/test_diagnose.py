"""What is said of weights: every step, none of them, and data that are not in memory."""

from __future__ import annotations

import duckdb
import pandas as pd
import pytest

import lfs_migration as lfm
from lfs_migration.errors import DesignError
from lfs_migration.weights import diagnose


def survey(*weights):
    return lfm.dataset(pd.DataFrame({"w": weights}), lfm.Design("w"))


def test_replicates_as_columns_are_a_step():
    data = lfm.replicate_weights(lfm.replicate(survey(1.0, 2.0, 3.0), "jackknife"))
    rows = {(row.step, row.measure): row.value for row in diagnose(data)}
    assert rows["1 replicate", "method"] == "jackknife"
    assert rows["2 replicate_weights", "columns"] == 3


def test_weights_that_are_all_zero():
    rows = [(row.step, row.measure, row.value) for row in diagnose(survey(0.0, 0.0))]
    assert rows == [("final", "weights", 0), ("final", "sum", 0)]


def test_the_largest_weights():
    rows = {row.category: row.value for row in diagnose(survey(1.0, 0.0, 3.0)) if row.measure == "share of the sum"}
    assert rows == {"row 3": 0.75, "row 1": 0.25, "row 2": 0}


def test_weights_that_stay_on_their_engine():
    frame = pd.DataFrame({"w": [1.0, 2.0]})
    data = lfm.dataset(duckdb.from_df(frame), lfm.Design("w"))
    with pytest.raises(DesignError, match=r"The records stay on their engine\. Weigh in memory"):
        diagnose(data)
