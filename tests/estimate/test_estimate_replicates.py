"""Variances by replicates, through the verb."""

import numpy as np
import pandas as pd
import pytest

import lfs_migration as lfm
from lfs_migration.errors import DesignError

RNG = np.random.default_rng(3)
FRAME = pd.DataFrame(
    {
        "w": RNG.uniform(1, 3, 240),
        "h": np.repeat(np.arange(6), 40),
        "c": np.repeat(np.arange(24), 10),
        "g": RNG.choice(list("xyz"), 240),
        "y": np.exp(RNG.normal(0, 1, 240)),
        "x": RNG.uniform(1, 2, 240),
    }
)
SURVEY = lfm.dataset(FRAME, lfm.Design("w", stratum="h", psu="c"))


def test_the_jackknife_of_totals_is_the_linearised_variance():
    for statistic in (lfm.Total("y"), lfm.Count("data")):
        ours = lfm.estimate(lfm.replicate(SURVEY, "jackknife"), statistic, by="g")
        np.testing.assert_allclose(ours.vcov, lfm.estimate(SURVEY, statistic, by="g").vcov, rtol=1e-9, atol=1e-9)


def test_each_replicate_is_the_estimate_with_other_weights():
    left = FRAME.assign(w=np.where(FRAME.c == 0, 0, np.where(FRAME.h == 0, FRAME.w * 4 / 3, FRAME.w)))
    again = lfm.estimate(lfm.dataset(left, lfm.Design("w", stratum="h", psu="c")), lfm.Ratio("y", "x")).estimate
    squares = []
    for unit in range(24):
        stratum = unit // 4
        weight = np.where(FRAME.c == unit, 0, np.where(FRAME.h == stratum, FRAME.w * 4 / 3, FRAME.w))
        squares.append(((weight * FRAME.y).sum() / (weight * FRAME.x).sum()) ** 1)
    assert again[0] == pytest.approx(squares[0])
    full = (FRAME.w * FRAME.y).sum() / (FRAME.w * FRAME.x).sum()
    expected = np.sqrt(3 / 4 * ((np.array(squares) - full) ** 2).sum())
    assert lfm.estimate(lfm.replicate(SURVEY, "jackknife"), lfm.Ratio("y", "x")).se[0] == pytest.approx(expected)


@pytest.mark.parametrize("statistic", [lfm.Mean("y"), lfm.Proportion("g"), lfm.Ratio("y", "x"), lfm.Quantile("y")])
def test_the_bootstrap_comes_near_to_linearisation(statistic):
    survey = lfm.replicate(SURVEY, "bootstrap", replicates=4000, seed=2)
    ours, linear = lfm.estimate(survey, statistic), lfm.estimate(SURVEY, statistic)
    np.testing.assert_allclose(ours.estimate, linear.estimate)
    np.testing.assert_allclose(ours.se, linear.se, rtol=0.1)


def test_a_seed_gives_the_same_replicates():
    first, second, other = (
        lfm.estimate(lfm.replicate(SURVEY, "bootstrap", replicates=50, seed=seed), lfm.Mean("y")).se[0]
        for seed in (1, 1, 2)
    )
    assert first == second != other


def test_the_step_is_logged():
    assert lfm.replicate(SURVEY, "fay", fay=0.3).log[-1].counts["method"] == "fay"


def test_an_unknown_method_is_explained():
    with pytest.raises(DesignError, match="Did you mean 'bootstrap'"):
        lfm.replicate(SURVEY, "bootstrp")


def test_half_samples_need_two_units_a_stratum():
    with pytest.raises(DesignError, match="Balanced half-samples need two"):
        lfm.estimate(lfm.replicate(SURVEY, "brr"), lfm.Mean("y"))
