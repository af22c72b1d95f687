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
    assert done.log[-1].counts["cut"] == 1


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
    with pytest.raises(DesignError, match=r"The weights are calibrated\. Trim first, and bound the g-weights"):
        lfm.trim(done, high=6)


def test_weights_with_columns_of_replicates_are_not_trimmed():
    replicates = lfm.Replicates.from_columns(["g", "w"])
    with pytest.raises(DesignError, match="The weights are in columns of replicates too"):
        lfm.trim(survey(1.0, 2, 9, replicates=replicates), high=6)


@pytest.mark.parametrize(
    ("rule", "low", "high", "limits"),
    [("limits", 1.5, 8, (1.5, 8)), ("median", 0.5, 2, (1.25, 5)), ("mean", None, 2, (0, 8)),
     ("median_iqr", 1, 2, (0.75, 6)), ("median_iqr", None, None, (0, np.inf))],
)  # fmt: skip
def test_rules_give_limits(rule, low, high, limits):
    """Of 1, 2, 3 and 10: median 2.5, mean 4, quartiles 1.75 and 4.75 (R's quantile, type 7)."""
    from lfs_migration.weights.limits import limits as limits_of

    if rule == "median_iqr" and high:
        limits = (0.0, 2.5 + 2 * 3)
    assert limits_of(np.array([0.0, 1, 2, 3, 10]), rule, low, high) == pytest.approx(limits)


def test_weights_are_trimmed_by_a_rule():
    done = lfm.trim(survey(1.0, 2, 3, 10), high=2, rule="median")
    assert done.weights.max() <= 5 * (1 + 1e-12)
    assert done.weights.sum() == pytest.approx(16)
    assert done.log[-1].counts["rule"] == "median"


def test_an_unknown_rule_has_near_matches():
    with pytest.raises(NotFound, match=r"No rule of trimming 'medain'\. Did you mean 'median'"):
        lfm.trim(survey(1.0, 2), high=2, rule="medain")
