"""Statistics made of statistics: differences between categories, and ratios of two."""

import numpy as np
import pandas as pd
import pytest
from small_survey import households

import lfs_migration as lfm
from lfs_migration.errors import EstimationError, NotFound
from lfs_migration.estimate import (
    Count,
    Difference,
    Mean,
    MultipleResponse,
    Proportion,
    Quantile,
    Ratio,
    Share,
    Total,
    compare,
    delta,
    estimate,
)  # fmt: skip
from lfs_migration.model.indicator import Part
from lfs_migration.sample import By

RNG = np.random.default_rng(11)
SIZE = 400
FRAME = pd.DataFrame(
    {
        "w": RNG.uniform(1, 3, SIZE),
        "h": np.repeat(np.arange(8), 50),
        "c": np.repeat(np.arange(40), 10),
        "sex": RNG.choice([1.0, 2, np.nan], SIZE, p=[0.5, 0.4, 0.1]),
        "region": np.repeat(["n", "s"], 200),
        "k": RNG.choice(["x", "y", "z", None], SIZE, p=[0.5, 0.3, 0.1, 0.1]),
        "y": np.where(RNG.random(SIZE) < 0.1, np.nan, RNG.normal(10, 2, SIZE)),
        "z": RNG.uniform(1, 2, SIZE),
        "a": RNG.choice([1, 2], SIZE),
        "b": RNG.choice([1, 2], SIZE),
    }
)
SURVEY = lfm.dataset(FRAME, lfm.Design("w", stratum="h", psu="c"))
WORK = Share(Part(record="data", where="k == 'x'"), Part(record="data"))


@pytest.mark.parametrize("statistic", [Count("data"), Total("y"), Mean("y"), Ratio("y", "z"), WORK, Quantile("y", 0.4)])
def test_a_difference_is_the_contrast_of_two_cells(statistic):
    ours, cells = estimate(SURVEY, Difference(statistic, "sex", 1, 2)), estimate(SURVEY, statistic, by="sex")
    pair = compare(cells)
    assert ours.estimate[0] == pair.difference[0]
    assert (ours.se[0], ours.df[0]) == (pytest.approx(pair.se[0]), pair.df[0])
    assert (ours.ci_low[0], ours.ci_high[0]) == pytest.approx((pair.ci_low[0], pair.ci_high[0]))
    assert (ours.n[0], ours.households[0]) == (cells.n.min(), cells.households.min())
    assert ours.left_out[0] == cells.left_out[0] > 0


@pytest.mark.parametrize("statistic", [Mean("y"), Proportion("k"), MultipleResponse(["b", "a"]), Quantile("y", [0.2])])
def test_differences_by_breakdown_and_category(statistic):
    ours = estimate(SURVEY, Difference(statistic, "sex", 2, 1), by="region")
    cells = estimate(SURVEY, statistic, by=["region", "sex"])
    assert list(ours.by) == [name for name in cells.by if name != "sex"]
    for row in range(len(ours)):
        here = np.all([cells.by[name] == ours.by[name][row] for name in ours.by], axis=0)
        here &= np.array([ours.statistic[row].startswith(name) for name in cells.statistic])
        sign = np.where(cells.by["sex"] == 2, 1.0, -1.0)
        assert (ours.estimate[row], ours.se[row]) == pytest.approx(cells.contrast(here * sign))


def test_options_keep_their_order():
    ours = estimate(SURVEY, Difference(MultipleResponse(["b", "a"]), "sex", 2, 1), by="region")
    assert ours.by["option"].tolist() == ["b", "a", "b", "a"]


def test_differences_have_a_covariance_with_other_rows():
    rows = estimate(SURVEY, [Mean("y"), Difference(Mean("y"), "sex", 1, 2)])
    both = estimate(SURVEY, [Mean("y"), Count("data")], by="sex")
    alone = estimate(SURVEY, [Mean("y"), Difference(Mean("y"), "sex", 1, 2), Total("z")])
    np.testing.assert_allclose(alone.vcov[:2, :2], rows.vcov)
    assert rows.vcov[1, 1] == pytest.approx(both.contrast([1, -1, 0, 0])[1] ** 2)


def test_the_difference_of_a_difference():
    change = Difference(Difference(Mean("y"), "sex", 1, 2), "region", "n", "s")
    result, cells = estimate(SURVEY, change), estimate(SURVEY, Mean("y"), by=["region", "sex"])
    assert result.statistic[0] == "mean of y, sex 1 less 2, region n less s"
    assert (result.estimate[0], result.se[0]) == pytest.approx(cells.contrast([1, -1, -1, 1]))


def test_a_category_that_is_not_there_is_a_total_of_nothing_and_a_mean_of_none():
    only = np.where(FRAME.region == "s", 1.0, FRAME.sex)
    data = lfm.dataset(FRAME.assign(sex=only), lfm.Design("w", stratum="h", psu="c"))
    result = estimate(data, [Difference(Count("data"), "sex", 1, 2), Difference(Mean("y"), "sex", 1, 2)], by="region")
    assert result.estimate[1] == pytest.approx(FRAME.w[FRAME.region == "s"].sum())
    assert result.se[1] > 0
    assert (result.n[1], result.df[1]) == (0, 0)
    assert np.isnan([result.estimate[3], result.se[3], result.deff[3]]).all()


def test_a_share_of_a_category_that_nobody_has_is_zero():
    k = np.where((FRAME.region == "s") & (FRAME.sex == 2) & (FRAME.k == "z"), "x", FRAME.k)
    data = lfm.dataset(FRAME.assign(k=k), lfm.Design("w", stratum="h", psu="c"))
    result = estimate(data, Difference(Proportion("k"), "sex", 1, 2), by="region")
    shares = estimate(data, Proportion("k"), by=["region", "sex"])
    men = (shares.by["region"] == "s") & (shares.by["sex"] == 1) & (shares.by["k"] == "z")
    assert (result.by["region"][5], result.by["k"][5]) == ("s", "z")
    assert (result.estimate[5], result.se[5]) == (shares.estimate[men][0], pytest.approx(shares.se[men][0]))


def test_a_breakdown_with_a_place_for_the_unknown():
    by = By("sex", {"data": "sex"}, unknown=True)
    result = estimate(SURVEY, Difference(Mean("y"), by, 1, "_U"))
    cells = estimate(SURVEY, Mean("y"), by=by)
    assert (result.estimate[0], result.se[0]) == pytest.approx(cells.contrast([1, 0, -1]))
    assert result.left_out[0] == 0


@pytest.mark.parametrize("method", ["jackknife", "bootstrap"])
def test_replicates_take_the_difference_of_each_replicate(method):
    data = lfm.replicate(SURVEY, method, replicates=60)
    ours = estimate(data, [Difference(Mean("y"), "sex", 1, 2), Difference(Proportion("k"), "sex", 1, 2)], by="region")
    cells = estimate(data, Mean("y"), by=["region", "sex"])
    assert (ours.estimate[1], ours.se[1]) == pytest.approx(cells.contrast([0, 0, 1, -1]))
    shares = estimate(data, Proportion("k"), by=["region", "sex"])
    assert ours.se[2] == pytest.approx(shares.contrast([1, 0, 0, -1, 0, 0, *[0] * 6])[1])


def test_a_ratio_of_two_statistics_is_a_function_of_both():
    statistics = [Mean("y"), Ratio("z", "y")]
    ours, both = estimate(SURVEY, Ratio(*statistics), by="region"), estimate(SURVEY, statistics, by="region")
    for region in range(2):
        expected = delta(both, lambda x, i=region: x[i] / x[i + 2])
        assert (ours.estimate[region], ours.se[region]) == pytest.approx(expected, rel=1e-7)
    assert ours.statistic[0] == "ratio of mean of y to ratio of z to y"
    assert ours.n.tolist() == np.minimum(*both.n.reshape(2, 2)).tolist()


def test_a_ratio_to_nothing_is_undefined():
    result = estimate(SURVEY, Ratio(Mean("y"), Mean("y - y")))
    assert np.isnan([result.estimate[0], result.se[0]]).all()


@pytest.mark.parametrize("replicates", [False, True])
def test_a_cell_that_one_of_two_statistics_has_not_is_undefined(replicates):
    data = households(emigrant={"sex": [None] * 4})
    rate = Ratio(Count("emigrant"), Count("person"))
    result = estimate(lfm.replicate(data, "jackknife") if replicates else data, rate, by=["sex"])
    assert np.isnan([result.estimate, result.se]).all()
    assert len(result) == 2


def test_wrong_requests_are_explained():
    with pytest.raises(NotFound, match="sex has no category 3"):
        estimate(SURVEY, Difference(Mean("y"), "sex", 1, 3))
    with pytest.raises(NotFound, match=r"k has no category 'X'.*'x'"):
        estimate(SURVEY, Difference(Mean("y"), "k", "X", "y"))
    with pytest.raises(EstimationError, match="cannot be by it too"):
        estimate(SURVEY, Difference(Mean("y"), "sex", 1, 2), by="sex")
    with pytest.raises(EstimationError, match="or of its shares"):
        estimate(SURVEY, Difference(Proportion("k"), "k", "x", "y"))
    with pytest.raises(EstimationError, match="of two totals or of two statistics"):
        Ratio(Mean("y"), "z")
