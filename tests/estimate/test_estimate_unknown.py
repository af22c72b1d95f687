"""How much of a domain is silent: rows whose answer is not known."""

import numpy as np
import pandas as pd
import pytest

import lfs_migration as lfm
from lfs_migration.estimate import Count, Mean, Proportion, Quantile, Ratio, Share, Total, estimate
from lfs_migration.model.indicator import Part

FRAME = pd.DataFrame(
    {
        "w": [10.0, 20, 30, 40, 50],
        "g": ["a", "a", "b", "b", "b"],
        "y": [1.0, None, 3, 4, 5],
        "x": [1.0, 2, None, 4, 5],
        "k": ["p", "p", None, "q", "q"],
    }
)
SURVEY = lfm.dataset(FRAME, lfm.Design("w"))


@pytest.mark.parametrize(
    ("statistic", "lost"),
    [
        (Count("data"), 0),
        (Count("data", where="y > 2"), 20 / 140),  # 120 are over 2, 20 may be
        (Total("y"), 20 / 150),
        (Mean("y"), 20 / 150),
        (Quantile("y"), 20 / 150),
        (Ratio("y", "x"), 50 / 150),
        (Share(Part(record="data", where="y > 2"), Part(record="data", where="x > 1")), 50 / 140),
        (Share(Part(record="data", where="y > 2"), Part(record="data", where="answered(x)")), 20 / 120),
    ],
)
def test_the_share_of_the_unknown(statistic, lost):
    assert estimate(SURVEY, statistic).unknown == pytest.approx([lost])


def test_it_is_of_each_cell():
    np.testing.assert_allclose(estimate(SURVEY, Mean("y"), by="g").unknown, [20 / 30, 0])


def test_it_is_of_the_domain_only():
    assert estimate(SURVEY, Mean("y"), where="g == 'b'").unknown == 0


@pytest.mark.parametrize("over", ["known", "all"])
def test_a_distribution_loses_those_without_a_category(over):
    result = estimate(SURVEY, Proportion("k", over=over, unknown=True))
    np.testing.assert_allclose(result.unknown, [30 / 150] * 3)
