"""Confidence limits, and what an estimate tells of itself."""

import numpy as np
import pytest
from scipy.stats import t
from small_survey import survey

from lfs_migration.errors import EstimationError
from lfs_migration.estimate import Count, Mean, Proportion, Ratio, Total, estimate, intervals
from lfs_migration.model.design import Design


def test_limits_of_a_total_are_students():
    result = estimate(survey(), Total("y"), level=0.9)
    half = t.ppf(0.95, 2) * result.se[0]
    assert (result.ci_low[0], result.ci_high[0]) == pytest.approx((460 - half, 460 + half))
    assert result.level == 0.9


def test_limits_of_a_proportion_are_symmetric_on_the_logit_scale():
    result = estimate(survey(), Proportion("g"))
    p, low, high = result.estimate[0], result.ci_low[0], result.ci_high[0]
    assert 0 < low < p < high < 1
    odds = [value / (1 - value) for value in (low, p, high)]
    assert odds[0] * odds[2] == pytest.approx(odds[1] ** 2)


def test_no_degree_of_freedom_gives_no_limits():
    lonely = survey(Design("w", "h", "c", singletons="certainty"), h=["a", "a", "b", "b", "z"], c=[1, 2, 1, 2, 1])
    result = estimate(lonely, [Mean("x"), Total("x"), Proportion("h")], by=["h"])
    z = np.flatnonzero(result.by["h"] == "z")
    assert result.df[z].tolist() == [0, 0, 0]
    assert result.estimate[z[:2]].tolist() == [5, 25]
    assert np.isnan([*result.ci_low[z], *result.ci_high[z]]).all()


def test_quantiles():
    assert intervals.quantile(np.array([1.0, 10, 1e6]), 0.95) == pytest.approx(t.ppf(0.975, [1, 10, 1e6]))
    assert np.isnan(intervals.quantile(np.array([0.0, np.nan]), 0.95)).all()


@pytest.mark.parametrize("p", [0.0, 1.0, np.nan])
def test_a_proportion_at_its_bound_has_no_limits(p):
    low, high = intervals.logistic(intervals.Facts(*map(np.array, ([p], [0.1], [9.0], [10.0])), 0.95))
    assert np.isnan([low[0], high[0]]).all()


def test_the_coefficient_of_variation_of_zero_is_undefined():
    result = estimate(survey(z=[-1.0, 0.5, 0, 0, 0]), [Total("z"), Total("x"), Total("0 - x")])
    assert np.isnan(result.cv[0])
    assert result.cv[1] == result.cv[2] == result.se[1] / 55


def test_columns_of_the_table():
    table = estimate(survey(), Count(), by=["h"]).to_frame()
    assert list(table) == [
        "h",
        "statistic",
        "estimate",
        "se",
        "cv",
        "ci_low",
        "ci_high",
        "deff",
        "df",
        "n",
        "households",
        "neff",
        "n_unknown",
        "unknown",
    ]
    assert table["statistic"].tolist() == ["count", "count"]


def test_a_contrast_needs_a_weight_for_each_row():
    with pytest.raises(EstimationError, match=r"2 rows need 2 weights. 3 were given"):
        estimate(survey(), Count(), by=["h"]).contrast([1, -1, 0])


def test_a_contrast_of_two_statistics():
    # twice the total of x, less the total of 2 x, is nothing, and known exactly
    value, se = estimate(survey(), [Total("x"), Total("x * 2")]).contrast([2, -1])
    assert (value, se) == (0, pytest.approx(0, abs=1e-9))


def test_a_contrast_may_leave_an_undefined_row_alone():
    rows = estimate(survey(z=[0, 0, 1, 1, 1]), Ratio("x", "z"), by=["h"])
    assert rows.contrast([0, 1]) == (rows.estimate[1], pytest.approx(rows.se[1]))
