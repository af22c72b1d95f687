"""Calibrated weights: what they meet, how margins are given, and what the log and the variance know of them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import lfs_migration as lfm
from lfs_migration.frames import frame

ROWS = pd.DataFrame(
    {
        "w": [1.0, 2, 3, 4, 5, 6],
        "h": ["a", "a", "a", "b", "b", "b"],
        "sex": [1, 2, 1, 2, 1, 2],
        "age": ["young", "young", "old", "old", "young", "old"],
        "y": [3.0, 1, 4, 1, 5, 9],
    }
)
SEX = {1: 10, 2: 14}
AGE = {"young": 10, "old": 14}
BOTH = {(1, "young"): 5, (2, "young"): 5, (1, "old"): 5, (2, "old"): 9}


def survey(rows=ROWS, **design):
    return lfm.dataset(rows, lfm.Design("w", stratum="h", **design))


def counted(data, *by):
    result = lfm.estimate(data, lfm.Count("data"), by=by)
    return dict(zip(zip(*result.by.values(), strict=True), result.estimate, strict=True))


@pytest.mark.parametrize(
    ("method", "bounds"),
    [("raking", None), ("raking", (0.5, 2)), ("linear", None), ("logit", (0.5, 2)), ("truncated", (0.5, 2))],
)
def test_every_method_meets_the_margins(method, bounds):
    done = lfm.calibrate(survey(), {"sex": SEX, "age": AGE, "y": 100.0}, method, bounds)
    assert counted(done, "sex") == pytest.approx({(1,): 10, (2,): 14}, rel=1e-10)
    assert counted(done, "age") == pytest.approx({("young",): 10, ("old",): 14}, rel=1e-10)
    assert lfm.estimate(done, lfm.Total("y")).estimate[0] == pytest.approx(100, rel=1e-10)
    g = done.weights / ROWS["w"].to_numpy()
    low, high = bounds or (-np.inf, np.inf)
    assert (g >= low - 1e-12).all() and (g <= high + 1e-12).all()


def test_post_strata_have_one_factor_each():
    done = lfm.calibrate(survey(), {("sex", "age"): BOTH}, "poststratify")
    np.testing.assert_allclose(done.weights, ROWS["w"] * [5 / 6, 2.5, 5 / 3, 0.9, 5 / 6, 0.9])


def test_raking_a_weight_begins_with_it():
    whole = {1: 9.0, 2: 12.0}
    np.testing.assert_allclose(lfm.calibrate(survey(), {"sex": whole}).weights, ROWS["w"])


@pytest.mark.parametrize("kind", ["mapping", "series", "frame", "polars"])
def test_a_cross_classification_is_a_mapping_a_series_or_a_frame(kind):
    series = pd.Series(list(BOTH.values()), index=pd.MultiIndex.from_tuples(BOTH, names=["sex", "age"]), name="Freq")
    table = series.reset_index()
    other = pytest.importorskip("polars").from_pandas(table)
    given = {"mapping": BOTH, "series": series, "frame": table, "polars": other}
    done = lfm.calibrate(survey(), {("sex", "age"): given[kind]})
    assert counted(done, "sex", "age") == pytest.approx(BOTH)


def test_a_number_is_the_total_of_an_expression_or_of_the_rows_of_a_part():
    old = lfm.Part(record="data", where="age == 'old'")
    done = lfm.calibrate(survey(), {"y * 2": 160, old: 11})
    assert lfm.estimate(done, lfm.Total("y")).estimate[0] == pytest.approx(80)
    assert counted(done, "age")["old",] == pytest.approx(11)


def test_a_category_without_a_known_total_goes_where_the_others_take_it():
    done = lfm.calibrate(survey(), {"age": {"young": 16, "old": None}})
    np.testing.assert_allclose(done.weights, ROWS["w"] * np.where(ROWS["age"] == "young", 2, 1))


def test_a_category_of_nothing_that_the_sample_has_not_is_no_matter():
    done = lfm.calibrate(survey(), {"sex": {**SEX, 3: 0}})
    assert counted(done, "sex") == pytest.approx({(1,): 10, (2,): 14})


def test_a_known_total_of_nothing_alone_changes_nothing():
    done = lfm.calibrate(survey(), {"sex": {1: None, 2: None, 3: 0}})
    np.testing.assert_array_equal(done.weights, ROWS["w"])


def test_rows_of_no_weight_are_in_no_margin():
    rows = ROWS.assign(w=[0.0, 2, 3, 4, 5, 6], sex=[None, 2, 1, 2, 1, 2])
    done = lfm.calibrate(survey(rows), {"sex": SEX})
    assert done.weights[0] == 0
    assert done.weights.sum() == pytest.approx(24)


def test_the_old_weight_stays_and_the_new_one_is_the_designs():
    done = lfm.calibrate(survey(), {"sex": SEX})
    assert done.design.weight == "w_calibrated"
    np.testing.assert_array_equal(done.records["data"]["w"], ROWS["w"])
    again = lfm.calibrate(done, {"age": AGE})
    assert [c.weight for c in again.design.calibrations] == ["w_calibrated", "w_calibrated_2"]
    assert counted(again, "age") == pytest.approx({("young",): 10, ("old",): 14})


def test_the_log_says_how_far_weights_moved():
    counts = lfm.calibrate(survey(), {"sex": {1: 90, 2: 12}}).log[-1].counts
    assert (counts["smallest_g"], counts["largest_g"]) == (pytest.approx(1), pytest.approx(10))
    assert counts["extreme"] == 3
    assert "3 of 6 weights grew or shrank more than 5 times. Bound them: method='logit'" in counts["warning"]


def test_margins_that_repeat_each_other_are_met():
    done = lfm.calibrate(survey(), {"sex": SEX, ("sex", "age"): BOTH, "age": AGE})
    assert counted(done, "sex", "age") == pytest.approx(BOTH)
    assert lfm.estimate(done, lfm.Count("data"), by=["sex", "age"]).se == pytest.approx(np.zeros(4), abs=1e-10)


def test_a_weight_column_may_be_called_weights():
    data = lfm.dataset(ROWS.rename(columns={"w": "weights"}), lfm.Design("weights"))
    assert lfm.calibrate(data, {"sex": SEX}).weights.sum() == pytest.approx(24)


@pytest.mark.parametrize("statistic", [lfm.Mean("y"), lfm.Quantile("y", 0.5), lfm.Ratio("y", "z")])
def test_the_variance_is_of_residuals(statistic):
    number = np.arange(120)
    rows = pd.concat([ROWS] * 20, ignore_index=True).assign(z=1 + number % 5)
    rows["y"] = 5.0 * rows["sex"] + number % 11 + number / 1000
    done = lfm.calibrate(survey(rows), {"sex": {1: 200, 2: 280}})
    kept = survey(rows.assign(w=done.weights))
    ours, blind = lfm.estimate(done, statistic), lfm.estimate(kept, statistic)
    assert ours.estimate == pytest.approx(blind.estimate)
    assert ours.se[0] < 0.999 * blind.se[0]


def test_a_model_knows_of_the_calibration():
    rows = pd.concat([ROWS] * 20, ignore_index=True).assign(x=np.arange(120) % 13)
    rows["y"] = 5.0 * rows["sex"] + np.arange(120) % 11
    done = lfm.calibrate(survey(rows), {"sex": {1: 200, 2: 280}})
    kept = survey(rows.assign(w=done.weights))
    assert lfm.glm(done, "y ~ 1").se == pytest.approx(lfm.estimate(done, lfm.Mean("y")).se)
    assert lfm.glm(done, "y ~ x").se[0] < 0.95 * lfm.glm(kept, "y ~ x").se[0]


def large():
    number = np.arange(120)
    return pd.concat([ROWS] * 20, ignore_index=True).assign(c=number // 3, y=5.0 + number % 11, w=1.0 + number % 4)


def test_the_covariance_has_the_variances_on_its_diagonal():
    done = lfm.calibrate(survey(large(), psu="c"), {"sex": {1: 200, 2: 280}, "age": {"young": 240, "old": 240}})
    result = lfm.estimate(done, [lfm.Total("y"), lfm.Mean("y")], by=["sex", "age"])
    np.testing.assert_allclose(np.sqrt(np.diag(result.vcov)), result.se, rtol=1e-10)


def test_the_number_of_cells_at_a_time_is_nothing(monkeypatch):
    data = survey(large(), psu="c")
    margins = {"sex": {1: 200, 2: 280}}
    statistics = [lfm.Total("y"), lfm.Mean("y")]
    whole = lfm.estimate(lfm.calibrate(data, margins), statistics, by=["sex", "age"])
    replicated = lfm.replicate(data, "jackknife")
    once = lfm.estimate(lfm.calibrate(replicated, margins), statistics, by="age")
    monkeypatch.setattr("lfs_migration.engine.calibrated.CHUNK", 8)
    monkeypatch.setattr("lfs_migration.sample.calibrations.CHUNK", 8)
    np.testing.assert_allclose(
        lfm.estimate(lfm.calibrate(data, margins), statistics, by=["sex", "age"]).se, whole.se, rtol=1e-12
    )
    again = lfm.estimate(lfm.calibrate(replicated, margins), statistics, by="age")
    np.testing.assert_allclose(again.se, once.se, rtol=1e-12)


@pytest.mark.parametrize("policy", ["certainty", "adjust", "average", "collapse"])
def test_a_stratum_of_one_unit_has_its_policy(policy):
    rows = large().assign(h=lambda r: np.where(r["c"] == 0, "alone", r["h"]))
    done = lfm.calibrate(survey(rows, psu="c", singletons=policy), {"sex": {1: 200, 2: 280}})
    assert (lfm.estimate(done, lfm.Count("data"), by="sex").se < 1e-9).all()
    assert lfm.estimate(done, lfm.Count("data"), by="age").se[0] > 1


@pytest.mark.parametrize("residuals", ["regression", "iterated"])
def test_calibrations_that_follow_each_other_are_all_done_again_in_replicates(residuals):
    first = lfm.calibrate(survey(large(), psu="c"), {"sex": {1: 200, 2: 280}}, residuals=residuals)
    done = lfm.calibrate(first, {"age": {"young": 240, "old": 240}}, "linear")
    linear, replicated = (lfm.estimate(data, lfm.Mean("y")) for data in (done, lfm.replicate(done, "jackknife")))
    assert replicated.estimate == pytest.approx(linear.estimate)
    assert replicated.se[0] == pytest.approx(linear.se[0], rel=0.05)
    assert (lfm.estimate(lfm.replicate(done, "jackknife"), lfm.Count("data"), by="age").se < 1e-9).all()


# ------------------------------------------------------------------------------------------------------------- ridge


def missed(data, code):
    return abs(counted(data, "age")[code,] / AGE[code] - 1)


def test_a_ridge_misses_totals_by_no_more_than_its_tolerance():
    exact = lfm.calibrate(survey(), {"sex": SEX, "age": AGE}, "linear")
    done = lfm.calibrate(survey(), {"sex": SEX, "age": AGE}, "ridge", tolerance={"age": 0.02})
    assert counted(done, "sex") == pytest.approx({(1,): 10, (2,): 14}, rel=1e-10)
    assert max(missed(done, "young"), missed(done, "old")) == pytest.approx(0.02, rel=1e-6)
    assert np.ptp(done.weights / ROWS["w"]) < np.ptp(exact.weights / ROWS["w"])


def test_a_ridge_can_take_totals_that_contradict_each_other():
    done = lfm.calibrate(survey(), {"sex": SEX, "age": {"young": 10, "old": 14.5}}, "ridge", tolerance={"age": 0.05})
    assert counted(done, "sex") == pytest.approx({(1,): 10, (2,): 14})


@pytest.mark.parametrize("tolerance", [1e-9, 1e-15, 0.0])
def test_a_ridge_of_next_to_no_tolerance_is_exact(tolerance):
    exact = lfm.calibrate(survey(), {"sex": SEX, "age": AGE}, "linear")
    done = lfm.calibrate(survey(), {"sex": SEX, "age": AGE}, "ridge", tolerance=tolerance)
    np.testing.assert_allclose(done.weights, exact.weights, rtol=1e-8)
    assert counted(done, "age") == pytest.approx({("young",): 10, ("old",): 14}, rel=max(tolerance, 1e-12))


def test_what_a_ridge_misses_has_a_variance():
    done = lfm.calibrate(survey(), {"sex": SEX, "age": AGE}, "ridge", tolerance={"age": 0.02})
    whole = lfm.estimate(survey(), lfm.Count("data"), by="age").se
    assert (lfm.estimate(done, lfm.Count("data"), by="sex").se < 1e-9).all()
    assert (lfm.estimate(done, lfm.Count("data"), by="age").se > 1e-3 * whole).all()


# ------------------------------------------------------------------------------------ records of households and persons


def test_persons_of_a_household_have_one_weight_that_meets_margins_of_persons(families):
    done = lfm.calibrate(families, {"sex": {1: 70, 2: 60}, "rooms": 300.0})
    sex = lfm.estimate(done, lfm.Count("person"), by="sex")
    assert sex.estimate == pytest.approx([70, 60], rel=1e-10)
    assert (sex.se < 1e-9).all()
    assert lfm.estimate(done, lfm.Total("rooms")).estimate[0] == pytest.approx(300)
    assert len(done.weights) == 40


def test_persons_can_be_counted_by_what_is_known_of_their_household(families):
    margins = {"h": {"a": 40, "b": 30, "c": 35, "d": 25}}
    done = lfm.calibrate(families, margins, record="person")
    assert lfm.estimate(done, lfm.Count("person"), by="h").estimate == pytest.approx([40, 30, 35, 25])
    homes = lfm.calibrate(families, margins)
    assert lfm.estimate(homes, lfm.Count("household"), by="h").estimate == pytest.approx([40, 30, 35, 25])


def test_a_record_with_a_weight_of_its_own_is_calibrated_alone(families):
    from dataclasses import replace

    data = replace(families, design=replace(families.design, record_weights={"person": "wp"}))
    done = lfm.calibrate(data, {"sex": {1: 70, 2: 60}})
    assert (done.design.weight, done.design.record_weights) == ("w", {"person": "wp_calibrated"})
    sex = lfm.estimate(done, lfm.Count("person"), by="sex")
    assert (sex.estimate == pytest.approx([70, 60])) and (sex.se < 1e-9).all()
    both = [lfm.Count("household"), lfm.Count("emigrant")]
    np.testing.assert_allclose(lfm.estimate(done, both).se, lfm.estimate(data, both).se, rtol=1e-13)
    homes = lfm.calibrate(done, {"rooms": 300.0})
    assert lfm.estimate(homes, lfm.Count("person"), by="sex").estimate == pytest.approx([70, 60])
    assert lfm.estimate(homes, lfm.Total("rooms")).se[0] < 1e-9


def test_emigrants_carry_the_weight_of_the_household_that_reports_them(families):
    done = lfm.calibrate(families, {"sex": {1: 70, 2: 60}})
    home = done.records["household"]
    weight = dict(zip(home["hh"].to_list(), done.weights, strict=True))
    reported = sum(weight[hh] for hh in done.records["emigrant"]["hh"].to_list())
    assert lfm.estimate(done, lfm.Count("emigrant")).estimate[0] == pytest.approx(reported)


def test_replicates_are_calibrated_each(families):
    data = lfm.replicate(lfm.calibrate(families, {"sex": {1: 70, 2: 60}}), "jackknife")
    first = lfm.calibrate(lfm.replicate(families, "jackknife"), {"sex": {1: 70, 2: 60}})
    for done in (data, first):
        assert (lfm.estimate(done, lfm.Count("person"), by="sex").se < 1e-9).all()
    both = lfm.Ratio(lfm.Part(record="emigrant"), lfm.Part(record="person"))
    np.testing.assert_allclose(lfm.estimate(data, both).se, lfm.estimate(first, both).se)
    linear = lfm.estimate(lfm.calibrate(families, {"sex": {1: 70, 2: 60}}), both)
    assert lfm.estimate(data, both).se[0] == pytest.approx(linear.se[0], rel=0.1)


def test_weights_are_an_array_in_the_order_of_the_rows():
    np.testing.assert_array_equal(survey().weights, ROWS["w"])
    with pytest.raises(lfm.LfsMigrationError, match="The data have no sampling design"):
        _ = lfm.Dataset({"data": frame({"w": [1.0]})}).weights
    lazy = lfm.dataset(pytest.importorskip("polars").from_pandas(ROWS).lazy(), lfm.Design("w", psu="y"))
    with pytest.raises(lfm.LfsMigrationError, match="The weight w is not in memory"):
        _ = lazy.weights
