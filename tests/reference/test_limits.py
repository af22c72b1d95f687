"""Intervals of shares, and quantiles with Woodruff's limits, against R's ``survey``."""

import numpy as np
import pandas as pd
import pytest
from against_r import HERE
from test_designs import DATA, DESIGNS

import lfs_migration as lfm

ROWS = pd.read_csv(HERE / "limits.csv")
NAMES = {"mean": "t", "beta": "beta", "xlogit": "logit"}


CASES = [pytest.param(row, id=f"{row.survey}-{row.id}-{row.method}-{row.p}") for row in ROWS.itertuples()]


@pytest.mark.parametrize("row", CASES)
def test_as_r(row):
    survey = lfm.dataset(DATA[DATA["sample"] == row.survey], DESIGNS[row.survey])
    method = NAMES[row.method]
    if row.id == "quantile":
        ours = lfm.estimate(survey, lfm.Quantile("api00", row.p, interval=method))
    else:
        part = lfm.Part(record="data", where="awards == 'Yes'")
        ours = lfm.estimate(survey, lfm.Share(part, lfm.Part(record="data")), interval=method)
    assert ours.df[0] == row.df
    figures = (ours.estimate[0], ours.se[0], ours.ci_low[0], ours.ci_high[0])
    np.testing.assert_allclose(figures, (row.estimate, row.se, row.low, row.high), rtol=1e-9)
