"""Intervals and approximations that R 4.1-1 does not have, against their formulas."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from scipy.optimize import brentq

import lfs_migration as lfm
from lfs_migration.errors import EstimationError
from lfs_migration.estimate.intervals import PROPORTION, Facts, beta, logarithmic, wilson


def facts(p, n, df=1e9, level=0.95):
    return Facts(np.array([p]), np.array([np.sqrt(p * (1 - p) / n)]), np.array([df]), np.array([float(n)]), level)


@pytest.mark.parametrize(("p", "n"), [(0.1, 50), (0.5, 20), (0.97, 400)])
def test_wilsons_limits_solve_his_equation(p, n):
    z = stats.norm.ppf(0.975)

    def apart(limit):
        return (p - limit) ** 2 - z**2 * limit * (1 - limit) / n

    low, high = wilson(facts(p, n))
    assert low[0] == pytest.approx(brentq(apart, 1e-12, p), rel=1e-6)
    assert high[0] == pytest.approx(brentq(apart, p, 1 - 1e-12), rel=1e-6)


def test_beta_limits_of_a_simple_sample_are_those_of_clopper_and_pearson():
    low, high = beta(facts(0.3, 40, df=39.0))
    assert low[0] == pytest.approx(stats.beta.ppf(0.025, 12, 29))
    assert high[0] == pytest.approx(stats.beta.ppf(0.975, 13, 28))


def test_log_limits_are_symmetric_in_ratios():
    given = Facts(np.array([8.0, -1.0]), np.array([2.0, 1.0]), np.array([12.0, 12.0]), np.array([13.0, 13.0]), 0.9)
    low, high = logarithmic(given)
    assert high[0] / 8 == pytest.approx(8 / low[0])
    assert np.log(high[0] / 8) == pytest.approx(stats.t.ppf(0.95, 12) * 2 / 8)
    assert np.isnan([low[1], high[1]]).all()


def test_an_interval_is_for_the_statistics_it_has_a_meaning_for():
    frame = pd.DataFrame({"w": [1.0] * 8, "y": [1.0, 2, 3, 4, 5, 6, 7, 9], "g": list("aabbabab")})
    survey = lfm.dataset(frame, lfm.Design("w"))
    plain = lfm.estimate(survey, [lfm.Mean("y"), lfm.Proportion("g")])
    log = lfm.estimate(survey, [lfm.Mean("y"), lfm.Proportion("g")], interval="log")
    assert (plain.ci_low != log.ci_low).tolist() == [True, False, False]
    with pytest.raises(EstimationError, match="Did you mean 'wilson'"):
        lfm.estimate(survey, lfm.Mean("y"), interval="wilsn")


def test_hajeks_approximation_is_its_formula():
    rng = np.random.default_rng(4)
    p = rng.uniform(0.1, 0.6, 12)
    frame = pd.DataFrame({"p": p, "w": 1 / p, "h": np.repeat([1, 2], 6), "y": rng.normal(10, 3, 12)})
    ours = lfm.estimate(lfm.dataset(frame, lfm.Design("w", stratum="h", fpc="p", pps="hajek")), lfm.Total("y")).se[0]
    variance = 0.0
    for _, part in frame.groupby("h"):
        c, u = (1 - part.p) * 6 / 5, part.y / part.p
        variance += (c * (u - (c * u).sum() / c.sum()) ** 2).sum()
    assert ours == pytest.approx(np.sqrt(variance), rel=1e-12)


def test_a_finite_population_smaller_than_its_sample_is_named():
    frame = pd.DataFrame({"w": [1.0] * 4, "h": ["a", "a", "b", "b"], "N": [9, 9, 1, 1], "y": [1.0, 2, 3, 4]})
    survey = lfm.dataset(frame, lfm.Design("w", stratum="h", fpc="N"))
    with pytest.raises(lfm.LfsMigrationError, match="The finite population of stratum 'b' cannot be 1"):
        lfm.estimate(survey, lfm.Total("y"))


def test_a_stratum_that_is_wholly_in_the_sample_adds_nothing():
    frame = pd.DataFrame({"w": [1.0, 3, 3], "h": ["a", "b", "b"], "N": [1, 6, 6], "y": [7.0, 2, 4]})
    both = lfm.estimate(lfm.dataset(frame, lfm.Design("w", stratum="h", fpc="N")), lfm.Total("y"))
    one = lfm.estimate(lfm.dataset(frame[1:], lfm.Design("w", stratum="h", fpc="N")), lfm.Total("y"))
    assert both.se[0] == pytest.approx(one.se[0])


def varied(seed):
    """60 rows in which one answer is all there is, with weights whose sums hang on their order."""
    random = np.random.default_rng(seed)
    group = random.integers(1, 4, 60).astype(str)
    units = {"h": np.repeat(list("ab"), 30), "c": np.tile(np.arange(6) // 2, 10)}
    frame = pd.DataFrame({"w": random.uniform(1, 300, 60), **units, "y": 5.1, "g": group})
    return lfm.dataset(frame, lfm.Design("w", stratum="h", psu="c"))


@pytest.mark.parametrize("name", ["", *PROPORTION])
def test_the_last_digits_of_sums_decide_nothing(name):
    asked = [lfm.Mean("y"), lfm.Concentration("g", largest=3)]
    every = [lfm.estimate(varied(seed), asked, by="h", interval=name) for seed in range(20)]
    for found in every:
        assert found.estimate[2:].tolist() == [1.0, 1.0]
        assert found.se.tolist() == [0.0] * 4
        assert not found.vcov.any()
        compared = lfm.compare(found)
        same = [one["statistic"] == two["statistic"] for one, two in zip(compared.first, compared.second, strict=True)]
        assert sum(same) == 2
        assert np.isnan(compared.p[same]).all()
    limits = [(found.ci_low[2:], found.ci_high[2:]) for found in every]
    np.testing.assert_equal(limits, [limits[0]] * 20)
    if name in ("", "logit"):
        assert np.isnan(limits).all()


def test_a_share_that_is_nearly_all_varies():
    frame = pd.DataFrame({"w": [1e9, 1e9, 1e9, 1.0], "g": list("aaab")})
    found = lfm.estimate(lfm.dataset(frame, lfm.Design("w")), lfm.Proportion("g"))
    assert (found.se > 0).all()
    assert (found.ci_low < found.estimate).all()
    assert (found.estimate < found.ci_high).all()
