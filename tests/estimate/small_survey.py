"""A survey small enough to check by hand.

Two strata of two units each, one row a unit but the last, which has two:

    h  c  w   y     g     x
    a  1  1   10    NO    1
    a  2  2   20    NA    2
    b  1  3   none  NA    3
    b  2  4   40    none  4
    b  2  5   50    NO    5
"""

from __future__ import annotations

import pandas as pd

from lfs_migration.estimate import dataset
from lfs_migration.model.codebook import Codebook, Record, Variable
from lfs_migration.model.dataset import Dataset
from lfs_migration.model.design import Design

DESIGN = Design("w", "h", "c")
ROWS = {
    "h": ["a", "a", "b", "b", "b"],
    "c": [1, 2, 1, 2, 2],
    "w": [1.0, 2.0, 3.0, 4.0, 5.0],
    "y": [10.0, 20.0, None, 40.0, 50.0],
    "g": ["NO", "NA", "NA", None, "NO"],
    "x": [1, 2, 3, 4, 5],
}


def survey(design: Design = DESIGN, **columns: object) -> Dataset:
    """Return the survey with columns added or replaced."""
    return dataset(pd.DataFrame({**ROWS, **columns}), design)


HOUSEHOLDS = {
    "hh": ["A-1", "A-2", "B-1", "B-2"],
    "h": ["a", "a", "b", "b"],
    "c": [1, 2, 1, 2],
    "w": [1.0, 2.0, 3.0, 4.0],
}
PERSONS = {"hh": ["A-1", "A-1", "A-2", "B-1", "B-2"], "sex": [1, 2, 1, 2, 1], "age": [30, 8, 40, 50, 60]}
EMIGRANTS = {
    "hh": ["A-1", "B-1", "B-1", "Z-9"],
    "sex": [1, 1, 2, 1],
    "reason": [1, 2, 97, 1],
    "age_dep": [20, 30, None, 20],
}


def households(design: Design = DESIGN, **changes: dict[str, list[object]]) -> Dataset:
    """Return four households, five residents and four emigrants, the last of whom is of no household.

    Parameters
    ----------
    changes : columns by record
    """
    tables = {"household": HOUSEHOLDS, "person": PERSONS, "emigrant": EMIGRANTS}
    frames = {
        record: dataset(pd.DataFrame({**table, **changes.get(record, {})}), Design("hh")).records["data"]
        for record, table in tables.items()
    }
    return Dataset(records=frames, codebook=_codebook(), design=design)


def _codebook() -> Codebook:
    word = {"en": "-"}
    records = {
        "household": Record(label=word, key=("hh",)),
        "person": Record(label=word, key=("hh",), parent="household"),
        "emigrant": Record(label=word, key=("hh",), parent="household"),
    }
    reason = Variable(
        name="reason", record="emigrant", type="int", label=word, missing={97: "dont_know"}, reference="-"
    )
    return Codebook(
        name="small", version="1", title=word, reference="-", records=records, variables={"reason": reason},
        codelists={}, rules={}, dimensions={}, parameters={},
    )  # fmt: skip
