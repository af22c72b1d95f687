"""Trimmed weights keep their sum and stay within limits, or are refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import lfs_migration as lfm
from lfs_migration.errors import DesignError, NotFound


def survey(*weights, **design):
    return lfm.dataset(pd.DataFrame({"w": weights, "g": np.arange(len(weights)) % 2}), lfm.Design("w", **design))


def test_what_is_cut_off_is_spread_over_the_others():
    done = lfm.trim(survey(1.0, 2, 9), high=6)
    assert done.weights.tolist() == [2.5, 3.5, 6.0]
    assert done.design.weight == "w_trimmed"
    assert (done.log[-1].counts["cut"], done.log[-1].counts["cut_off"]) == (1, 3)


def test_what_is_cut_off_counts_both_sides():
    assert lfm.trim(survey(0.0, 1.0, 2, 3, 9), 1.5, 7).log[-1].counts["cut_off"] == 0.5 + 2


def test_strict_limits_hold_after_the_spreading_too():
    once, strict = (lfm.trim(survey(1.0, 5, 12), high=7, strict=strict).weights for strict in (False, True))
    assert once.tolist() == [3.5, 7.5, 7.0]
    np.testing.assert_allclose(strict, [4, 7, 7])


def test_weights_that_are_all_outside_go_where_there_is_room():
    np.testing.assert_allclose(lfm.trim(survey(1.0, 8), 4, 6).weights, [4, 5])


def test_a_weight_of_zero_stays_so():
    assert lfm.trim(survey(0.0, 1, 3), 1.5, 3).weights.tolist() == [0, 1.5, 2.5]


@pytest.mark.parametrize(("low", "high"), [(0, 3.9), (4.1, 9), (6, 2)])
def test_limits_that_hold_no_such_weights(low, high):
    with pytest.raises(DesignError, match=r"No 3 weights between .* add up to 12\. The mean weight is 4"):
        lfm.trim(survey(1.0, 2, 9), low, high)


def test_calibrated_weights_are_not_trimmed():
    done = lfm.calibrate(survey(1.0, 2, 9), {"g": {0: 10, 1: 2}})
    with pytest.raises(
        DesignError, match=r"The weights are calibrated, and trimming .* Trim first, and bound the g-weights"
    ):
        lfm.trim(done, high=6)


def test_replicates_are_trimmed_where_the_weight_is_not_where_it_is_multiplied():
    frame = pd.DataFrame({"w": [1.0, 2, 9], "twice": [2.0, 0, 18], "none": [2.0, 4, 0], "h": 1})
    plan = lfm.Replicates.from_columns(["twice", "none"])
    done = lfm.trim(lfm.dataset(frame, lfm.Design("w", replicates=plan)), high=6)
    assert done.weights.tolist() == [2.5, 3.5, 6]
    made = done.records["data"].to_pandas()[list(done.design.replicates.columns)]
    assert made.to_numpy().T.tolist() == [[8, 0, 12], [2, 4, 0]]


def test_a_replicate_that_the_limits_cannot_hold():
    frame = pd.DataFrame({"w": [1.0, 2, 9], "alone": [0.0, 0, 36]})
    plan = lfm.Replicates.from_columns(["alone"])
    with pytest.raises(DesignError, match=r"replicate 1 \(alone\): No 1 weights between 0 and 6 add up to 36"):
        lfm.trim(lfm.dataset(frame, lfm.Design("w", replicates=plan)), high=6)


def test_replicates_that_are_factors_of_units_multiply_the_trimmed_weight():
    plain = lfm.dataset(pd.DataFrame({"w": [1.0, 2, 9], "y": [1.0, 5, 2]}), lfm.Design("w"))
    one = lfm.estimate(lfm.replicate(lfm.trim(plain, high=6), "jackknife"), lfm.Total("y")).se
    other = lfm.estimate(lfm.trim(lfm.replicate(plain, "jackknife"), high=6), lfm.Total("y")).se
    assert one[0] == other[0]


@pytest.mark.parametrize(
    ("rule", "low", "high", "limits"),
    [("limits", 1.5, 8, (1.5, 8)), ("median", 0.5, 2, (1.25, 5)), ("mean", None, 2, (0, 8)),
     ("median_iqr", 0.5, 2, (1, 8.5)), ("median_iqr", 1, 2, (0, 8.5)), ("median_iqr", None, None, (0, np.inf))],
)  # fmt: skip
def test_rules_give_limits(rule, low, high, limits):
    """Of 1, 2, 3 and 10: median 2.5, mean 4, quartiles 1.75 and 4.75 (R's quantile, type 7)."""
    from lfs_migration.weights.limits import limits as limits_of

    assert limits_of(np.array([0.0, 1, 2, 3, 10]), rule, low, high) == pytest.approx(limits)


def test_weights_are_trimmed_by_a_rule():
    done = lfm.trim(survey(1.0, 2, 3, 10), high=2, rule="median")
    assert done.weights.max() <= 5 * (1 + 1e-12)
    assert done.weights.sum() == pytest.approx(16)
    assert done.log[-1].counts["rule"] == "median"


def test_an_unknown_rule_has_near_matches():
    with pytest.raises(NotFound, match=r"No rule of trimming 'medain'\. Did you mean 'median'"):
        lfm.trim(survey(1.0, 2), high=2, rule="medain")


def test_one_pass_that_takes_more_than_there_is():
    data = survey(*[0.1] * 9, 4.2, 40)
    with pytest.raises(
        DesignError, match=r"Of 11 weights 1 would be negative.*The lowest would be -13\.35.*strict=True"
    ):
        lfm.trim(data, low=4, strict=False)
    strict = lfm.trim(data, low=4).weights
    np.testing.assert_allclose(strict, [*[4.0] * 10, 5.1])


def test_no_limit_is_no_trimming():
    with pytest.raises(DesignError, match=r"There is no limit to trim at\. Give low, high or both"):
        lfm.trim(survey(1.0, 2))


@pytest.mark.parametrize("high", ["6", float("nan"), [6]])
def test_a_limit_that_is_no_number(high):
    with pytest.raises(DesignError, match=r"The limit .* is not a number\. Give low and high as numbers"):
        lfm.trim(survey(1.0, 2), high=high)
