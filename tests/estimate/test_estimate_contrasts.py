"""Differences and functions of estimates."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import lfs_migration as lfm
from lfs_migration.errors import EstimationError
from lfs_migration.estimate import compare, delta

RNG = np.random.default_rng(5)
FRAME = pd.DataFrame(
    {
        "w": RNG.uniform(1, 3, 60),
        "c": np.repeat(np.arange(12), 5),
        "g": RNG.choice(list("xyz"), 60),
        "y": RNG.normal(5, 1, 60),
        "round": np.tile([1, 2], 30),
    }
)
SURVEY = lfm.dataset(FRAME, lfm.Design("w", psu="c"))


def test_a_difference_of_domains_is_a_contrast():
    means = lfm.estimate(SURVEY, lfm.Mean("y"), by="g")
    pairs = compare(means)
    assert [(a["g"], b["g"]) for a, b in zip(pairs.first, pairs.second, strict=True)] == [
        ("x", "y"),
        ("x", "z"),
        ("y", "z"),
    ]
    expected = [means.contrast([1, -1, 0]), means.contrast([1, 0, -1]), means.contrast([0, 1, -1])]
    np.testing.assert_allclose(np.c_[pairs.difference, pairs.se], expected)


def test_the_test_is_students():
    pairs = compare(lfm.estimate(SURVEY, lfm.Mean("y"), by="g"), reference=2)
    np.testing.assert_allclose(pairs.p, 2 * stats.t.sf(np.abs(pairs.t), 11))
    np.testing.assert_allclose(pairs.ci_high - pairs.difference, stats.t.ppf(0.975, 11) * pairs.se)
    assert list(pairs.to_frame()["g_2"]) == ["z", "z"]


def test_change_between_rounds_counts_units_in_both():
    change = compare(lfm.estimate(SURVEY, lfm.Total("y"), by="round"))
    signed = lfm.estimate(SURVEY, lfm.Total("y * (3 - 2 * round)"))
    np.testing.assert_allclose((change.difference[0], change.se[0]), (signed.estimate[0], signed.se[0]))


def test_a_ratio_of_ratios_is_linearised():
    ratios = lfm.estimate(SURVEY, lfm.Mean("y"), by="g")
    value, se = delta(ratios, lambda x: x[0] / x[1])
    gradient = np.array([1 / ratios.estimate[1], -ratios.estimate[0] / ratios.estimate[1] ** 2, 0])
    assert value == ratios.estimate[0] / ratios.estimate[1]
    assert se == pytest.approx(np.sqrt(gradient @ ratios.vcov @ gradient), rel=1e-8)


def test_a_linear_function_is_a_contrast():
    means = lfm.estimate(SURVEY, lfm.Mean("y"), by="g")
    np.testing.assert_allclose(delta(means, lambda x: x @ [2.0, -1, 0.5]), means.contrast([2, -1, 0.5]))


def test_several_contrasts_have_a_covariance():
    means = lfm.estimate(SURVEY, lfm.Mean("y"), by="g")
    matrix = [[1.0, -1, 0], [0, 1, -1]]
    values, covariance = means.contrast(matrix)
    each = [means.contrast(row) for row in matrix]
    np.testing.assert_allclose(np.c_[values, np.sqrt(np.diag(covariance))], each)
    np.testing.assert_allclose(covariance, np.array(matrix) @ means.vcov @ np.array(matrix).T)
    (value,), ((variance,),) = means.contrast(np.array(matrix[:1]))
    assert (value, variance) == (each[0][0], pytest.approx(each[0][1] ** 2))


@pytest.mark.parametrize("weights", [[[1.0, -1]], [1.0, -1], np.ones((1, 1, 3)), 1.0])
def test_contrasts_need_a_weight_for_each_row(weights):
    with pytest.raises(EstimationError, match="3 rows need 3 weights"):
        lfm.estimate(SURVEY, lfm.Mean("y"), by="g").contrast(weights)


def test_what_cannot_be_compared_is_said():
    one = lfm.estimate(SURVEY, lfm.Mean("y"))
    with pytest.raises(EstimationError, match="no pair"):
        compare(one)
    with pytest.raises(EstimationError, match="row 7 of 3"):
        compare(lfm.estimate(SURVEY, lfm.Mean("y"), by="g"), reference=7)
    with pytest.raises(EstimationError, match="no finite value"):
        delta(one, lambda x: float("nan") * x[0])
