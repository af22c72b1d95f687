"""Random small surveys, and estimates of them by plain loops: slow, short, and written from the formulas."""

from __future__ import annotations

from math import nan, sqrt

import pandas as pd
from hypothesis import strategies as st

from lfs_migration.estimate import dataset
from lfs_migration.model.design import Design

WEIGHTS = st.integers(1, 400).map(lambda quarter: quarter / 4)
ROWS = st.fixed_dictionaries({
    "w": WEIGHTS,
    "y": st.none() | st.integers(-20, 60),
    "x": st.integers(1, 9),
    "g": st.none() | st.sampled_from(["NA", "NO", "010"]),
    "d": st.booleans(),
})  # fmt: skip
UNIT = st.lists(ROWS, min_size=1, max_size=4)
STRATUM = st.lists(UNIT, min_size=2, max_size=4)
SURVEY = st.lists(STRATUM, min_size=1, max_size=3)


@st.composite
def surveys(draw):
    """Rows of surveys that have two units or more in each stratum; units are numbered from 1 in each."""
    return [
        {"h": f"h{h}", "c": c, **row}
        for h, stratum in enumerate(draw(SURVEY))
        for c, unit in enumerate(stratum, start=1)
        for row in unit
    ]


def frame(rows):
    """The rows as a data frame, integers with missing values among them."""
    types = {"h": "str", "c": "int64", "w": "float64", "y": "Int64", "x": "int64", "g": "str", "d": "bool"}
    return pd.DataFrame(rows).astype(types)


def survey(rows, singletons="fail"):
    """The rows as a data set."""
    return dataset(frame(rows), Design("w", "h", "c", singletons=singletons))


def within(rows, variable, code):
    """The rows, of which those outside a domain weigh nothing; none is left out."""
    return [{**row, "w": row["w"] if row[variable] == code else 0.0} for row in rows]


def variance(rows, u):
    """Sum over strata of n / (n - 1) times the squares of unit totals about their mean."""
    total = {}
    for row, value in zip(rows, u, strict=True):
        stratum = total.setdefault(row["h"], {})
        stratum[row["c"]] = stratum.get(row["c"], 0.0) + value
    out = 0.0
    for units in total.values():
        n, mean = len(units), sum(units.values()) / len(units)
        out += n / (n - 1) * sum((value - mean) ** 2 for value in units.values())
    return out


def total(rows, value):
    """Estimate and standard error of a total: ``value`` gives a row's value, ``None`` for a row that is not in it."""
    u = [row["w"] * (value(row) or 0.0) for row in rows]
    return sum(u), sqrt(variance(rows, u))


def ratio(rows, top, base):
    """Estimate and standard error of a ratio; a row where one of the two is ``None`` is in neither."""
    pairs = [(None, None) if None in (top(row), base(row)) else (top(row), base(row)) for row in rows]
    y = sum(row["w"] * (a or 0.0) for row, (a, _) in zip(rows, pairs, strict=True))
    x = sum(row["w"] * (b or 0.0) for row, (_, b) in zip(rows, pairs, strict=True))
    if x == 0:
        return nan, nan
    u = [row["w"] * ((a or 0.0) - y / x * (b or 0.0)) / x for row, (a, b) in zip(rows, pairs, strict=True)]
    return y / x, sqrt(variance(rows, u))
