"""Designs that a sample cannot have while its records stay on their engine."""

import polars as pl
import pytest

import lfs_migration as lfm
from lfs_migration.errors import DesignError

FRAME = pl.LazyFrame({"w": [1.0, 2.0], "c": [1, 2], "r": [2.0, 1.0]})


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"multiplicity": {"data": "c"}}, "Multiplicity needs the records in memory"),
        (
            {"record_weights": {"other": "w"}, "replicates": lfm.Replicates.from_columns(["r"])},
            "Columns of replicates, and records with a weight of their own, need the records in memory",
        ),
    ],
)
def test_what_needs_the_records_in_memory(words, message):
    survey = lfm.dataset(FRAME, lfm.Design("w", psu="c", **words))
    with pytest.raises(DesignError, match=message):
        lfm.estimate(survey, lfm.Count("data"))
