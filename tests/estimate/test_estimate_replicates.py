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


def with_columns():
    """The jackknife of the survey, as the replicate weights that an office would deliver."""
    columns = {}
    for unit in range(24):
        same = unit // 4
        columns[f"r{unit}"] = np.where(FRAME.c == unit, 0, np.where(FRAME.h == same, FRAME.w * 4 / 3, FRAME.w))
    plan = lfm.Replicates.from_columns(list(columns), scale=1, rscales=[3 / 4] * 24)
    return lfm.dataset(FRAME.assign(**columns), lfm.Design("w", stratum="h", psu="c", replicates=plan))


@pytest.mark.parametrize(
    "statistic",
    [lfm.Count("data"), lfm.Total("y"), lfm.Mean("y"), lfm.Proportion("g", unknown=True), lfm.Ratio("y", "x")],
)
@pytest.mark.parametrize("by", [(), ("g",)])
def test_delivered_weights_are_those_that_they_were_made_of(statistic, by):
    by = () if isinstance(statistic, lfm.Proportion) else by
    ours = lfm.estimate(with_columns(), statistic, by=by, where="x > 1.1")
    made = lfm.estimate(lfm.replicate(SURVEY, "jackknife"), statistic, by=by, where="x > 1.1")
    np.testing.assert_allclose(ours.vcov, made.vcov, rtol=1e-9, atol=1e-12)


def test_a_quantile_under_delivered_weights():
    ours = lfm.estimate(with_columns(), lfm.Quantile("y", [0.3, 0.5]))
    made = lfm.estimate(lfm.replicate(SURVEY, "jackknife"), lfm.Quantile("y", [0.3, 0.5]))
    np.testing.assert_allclose(ours.se, made.se, rtol=1e-9)


def test_delivered_weights_that_are_not_there_are_named():
    plan = lfm.Replicates.from_columns(["rep1", "rep2"])
    with pytest.raises(lfm.LfsMigrationError, match="No column 'rep1', 'rep2'"):
        lfm.dataset(FRAME, lfm.Design("w", replicates=plan))


def test_scales_are_one_for_each_column():
    with pytest.raises(DesignError, match="1 rscales for 2 columns"):
        lfm.Replicates.from_columns(["a", "b"], rscales=[1.0])


def test_a_sample_in_use_gives_the_same_replicates_as_a_fresh_one():
    statistics, plans = [lfm.Mean("y"), lfm.Quantile("y")], [("bootstrap", 1), ("bootstrap", 2), ("jackknife", 1)]
    used = lfm.dataset(FRAME, lfm.Design("w", stratum="h", psu="c"))
    before = lfm.estimate(used, statistics, by="g").se
    for method, seed in plans:
        fresh = lfm.dataset(FRAME, lfm.Design("w", stratum="h", psu="c"))
        ours, theirs = (lfm.replicate(data, method, replicates=30, seed=seed) for data in (used, fresh))
        np.testing.assert_array_equal(
            lfm.estimate(ours, statistics, by="g").se, lfm.estimate(theirs, statistics, by="g").se
        )
    twice = lfm.replicate(lfm.replicate(used, "bootstrap", replicates=30, seed=1), "jackknife")
    np.testing.assert_array_equal(
        lfm.estimate(twice, statistics, by="g").se,
        lfm.estimate(lfm.replicate(used, "jackknife"), statistics, by="g").se,
    )
    np.testing.assert_array_equal(lfm.estimate(used, statistics, by="g").se, before)


def test_degrees_of_freedom_are_no_more_than_those_of_delivered_replicates():
    columns = {f"r{r}": FRAME.w * (1 + 0.1 * RNG.normal(size=240)) for r in range(8)}
    frame = FRAME.assign(**columns)
    alone = lfm.dataset(frame, lfm.Design("w", replicates=lfm.Replicates.from_columns(list(columns), scale=1 / 8)))
    with_units = lfm.Design("w", stratum="h", psu="c", replicates=lfm.Replicates.from_columns(list(columns)))
    assert lfm.estimate(alone, lfm.Mean("y"), by="g").df.tolist() == [7, 7, 7]
    assert lfm.estimate(alone, lfm.Mean("y"), where="h == 0 and c == 1").df.tolist() == [7]
    assert lfm.estimate(lfm.dataset(frame, with_units), lfm.Mean("y"), where="h == 0").df.tolist() == [3]
    groups = lfm.replicate(SURVEY, "random_groups", replicates=4)
    assert lfm.estimate(groups, lfm.Mean("y")).df.tolist() == [3]
