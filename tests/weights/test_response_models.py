"""Propensities of response: far numbers, dates, everybody answering, and predictors that part the answers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import lfs_migration as lfm
from lfs_migration.errors import DesignError
from lfs_migration.weights.propensity import logistic

OUTCOMES = lfm.Outcomes(variable="result", classes={"respondent": [1], "nonrespondent": [3]})


def sample(x, answered, weight=1.0):
    frame = pd.DataFrame({"w": weight, "result": np.where(answered, 1, 3), "x": x, "g": np.arange(len(x)) % 3})
    return lfm.dataset(frame, lfm.Design("w"))


def drawn(seed, size=300, heavy=False):
    """Numbers, answers that depend on them, and weights."""
    draw = np.random.default_rng(seed)
    x = draw.standard_cauchy(size) if heavy else draw.normal(size=size)
    return x, draw.random(size) < 1 / (1 + np.exp(-np.clip(0.5 + x, -30, 30))), draw.uniform(1, 5, size)


def of_statsmodels(x, answered, weight):
    import statsmodels.api as sm

    model = sm.GLM(answered.astype(float), x, family=sm.families.Binomial(), freq_weights=weight)
    return model.fit(tol=1e-14, maxiter=300).predict()


@pytest.mark.filterwarnings("ignore:overflow encountered in exp")  # statsmodels
@pytest.mark.parametrize("heavy", [False, True])
@pytest.mark.parametrize("seed", range(8))
def test_propensities_of_far_numbers(seed, heavy):
    number, answered, weight = drawn(seed, heavy=heavy)
    x = np.column_stack([np.ones(len(number)), number])
    p = logistic(x, answered.astype(float), weight)
    np.testing.assert_allclose(p, of_statsmodels(x, answered, weight), rtol=1e-7, atol=1e-12)
    assert abs(x.T @ (weight * (answered - p))).max() < 1e-8 * abs(weight @ np.abs(x)).max()


@pytest.mark.parametrize(
    "way", [lfm.Propensity(numbers=["x"], classes=0), lfm.Propensity(numbers=["x"]), lfm.ToSample(numbers=["x"])]
)
@pytest.mark.parametrize("zero", [20_071_001.0, -1e9])
def test_the_zero_and_the_unit_of_a_number_are_nothing(way, zero):
    number, answered, weight = drawn(4)
    days = np.round(10 * number)
    one = lfm.adjust_nonresponse(sample(days, answered, weight), OUTCOMES, way).weights
    two = lfm.adjust_nonresponse(sample(zero + days, answered, weight), OUTCOMES, way).weights
    other = lfm.adjust_nonresponse(sample(days / 1e7, answered, weight), OUTCOMES, way).weights
    np.testing.assert_allclose(two, one, rtol=1e-8)
    np.testing.assert_allclose(other, one, rtol=1e-8)
    assert two @ days == pytest.approx(weight @ days) or not isinstance(way, lfm.ToSample)
    rates = lfm.adjust_nonresponse(sample(days, answered, weight), OUTCOMES, lfm.Cells()).weights
    assert not np.allclose(two, rates)


def test_a_number_that_never_changes_is_left_out():
    _, answered, weight = drawn(5)
    for way in (lfm.Propensity(numbers=["x"], classes=0), lfm.ToSample(numbers=["x"])):
        done = lfm.adjust_nonresponse(sample(np.full(len(weight), 7.0), answered, weight), OUTCOMES, way)
        np.testing.assert_allclose(done.weights[answered], (weight * weight.sum() / weight[answered].sum())[answered])


@pytest.mark.parametrize(
    "way",
    [lfm.Propensity(numbers=["x"], classes=0), lfm.Propensity(categories=["g"]), lfm.ToSample(numbers=["x"]),
     lfm.Cells()],
)  # fmt: skip
def test_where_everybody_responds_weights_stay(way):
    number, _, weight = drawn(6)
    done = lfm.adjust_nonresponse(sample(number, np.full(len(number), True), weight), OUTCOMES, way)
    np.testing.assert_allclose(done.weights, weight, rtol=1e-12)


def parted():
    """Numbers and answers of which a combination of ones and the number parts some, or all."""
    x = np.arange(20.0)
    category = np.where(x < 10, 1.0, 0.0)
    some = x % 3 > 0
    return {
        "all": (x, x > 9),
        "on the limit": (np.where(x == 9, 10, x), x > 9),
        "a category answers": (category, (category == 1) | some),
        "a category does not": (category, (category == 0) & some),
        "far away": (np.where(x == 0, 1e6, category), (category == 1) | some),
    }


@pytest.mark.parametrize("case", parted())
def test_predictors_that_part_the_answers(case):
    x, answered = parted()[case]
    with pytest.raises(DesignError, match=r"The model of response does not converge\. The predictors part some"):
        lfm.adjust_nonresponse(sample(x, answered), OUTCOMES, lfm.Propensity(numbers=["x"], classes=0))


def test_one_answer_on_the_other_side_is_enough():
    x = np.arange(20.0)
    done = lfm.adjust_nonresponse(sample(x, (x > 9) | (x == 4)), OUTCOMES, lfm.Propensity(numbers=["x"], classes=0))
    assert done.weights.sum() == pytest.approx(20)


def test_a_propensity_next_to_nothing():
    number, answered, weight = drawn(7)
    number[0], answered[0], weight[0] = -9999, True, 1e-9
    data, way = sample(number, answered, weight), {"numbers": ["x"]}
    with pytest.raises(DesignError, match="The model of response has a respondent with a propensity of 0"):
        lfm.adjust_nonresponse(data, OUTCOMES, lfm.Propensity(**way, classes=0))
    assert np.isfinite(lfm.adjust_nonresponse(data, OUTCOMES, lfm.Propensity(**way)).weights).all()


def test_rows_of_no_weight_have_no_part_in_the_fit():
    number, answered, weight = drawn(8)
    x = np.column_stack([np.ones(len(number)), number])
    weight[:5], x[:5, 1] = 0.0, 1e9
    p = logistic(x, answered.astype(float), weight)
    np.testing.assert_allclose(p[5:], logistic(x[5:], answered[5:].astype(float), weight[5:]), rtol=1e-10)
    with pytest.raises(DesignError, match="No respondent has a weight"):
        logistic(x, answered.astype(float), np.where(answered, 0.0, 1.0))
