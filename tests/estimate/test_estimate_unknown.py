"""How much of a domain is silent: rows whose answer is not known."""

import numpy as np
import pandas as pd
import pytest

import lfs_migration as lfm
from lfs_migration.errors import EstimationError
from lfs_migration.estimate import (
    Concentration,
    Count,
    Difference,
    Mean,
    MultipleResponse,
    Proportion,
    Quantile,
    Ratio,
    Share,
    Total,
    estimate,
)  # fmt: skip
from lfs_migration.model.indicator import Part
from lfs_migration.sample import By

FRAME = pd.DataFrame(
    {
        "w": [10.0, 20, 30, 40, 50],
        "g": ["a", "a", "b", "b", "b"],
        "y": [1.0, None, 3, 4, 5],
        "x": [1.0, 2, None, 4, 5],
        "k": ["p", "p", None, "q", "q"],
    }
)
SURVEY = lfm.dataset(FRAME, lfm.Design("w"))


@pytest.mark.parametrize(
    ("statistic", "lost"),
    [
        (Count("data"), 0),
        (Count("data", where="y > 2"), 20 / 140),  # 120 are over 2, 20 may be
        (Total("y"), 20 / 150),
        (Mean("y"), 20 / 150),
        (Quantile("y"), 20 / 150),
        (Ratio("y", "x"), 50 / 150),
        (Share(Part(record="data", where="y > 2"), Part(record="data", where="x > 1")), 50 / 140),
        (Share(Part(record="data", where="y > 2"), Part(record="data", where="answered(x)")), 20 / 120),
    ],
)
def test_the_share_of_the_unknown(statistic, lost):
    assert estimate(SURVEY, statistic).unknown == pytest.approx([lost])


def test_it_is_of_each_cell():
    np.testing.assert_allclose(estimate(SURVEY, Mean("y"), by="g").unknown, [20 / 30, 0])


def test_it_is_of_the_domain_only():
    assert estimate(SURVEY, Mean("y"), where="g == 'b'").unknown == 0


@pytest.mark.parametrize("over", ["known", "all"])
def test_a_distribution_loses_those_without_a_category(over):
    result = estimate(SURVEY, Proportion("k", over=over, unknown=True))
    np.testing.assert_allclose(result.unknown, [30 / 150] * 3)


# -------------------------------------------------------------------------------------------------- counts of rows


def test_rows_without_an_answer_are_counted():
    result = estimate(SURVEY, [Mean("y"), Count("data", where="y > 2"), Ratio("y", "x"), Proportion("k")], by="g")
    assert result.n_unknown.tolist() == [1, 0, 1, 0, 1, 1, 0, 1]
    table = result.to_frame()
    assert table["n_unknown"].tolist() == result.n_unknown.tolist()
    assert table["unknown"].tolist() == result.unknown.tolist()


def test_rows_that_are_in_no_cell_are_counted():
    broken = lfm.dataset(FRAME.assign(g=["a", None, "b", None, "b"]), lfm.Design("w"))
    for statistic in (Count("data"), Mean("y"), Ratio("y", "x"), Proportion("k"), Quantile("y"), Total("x")):
        by, plain = estimate(broken, statistic, by="g"), estimate(broken, statistic)
        assert by.n.sum() + by.left_out[0] == plain.n.sum() or isinstance(statistic, Proportion)
        assert plain.left_out.tolist() == [0] * len(plain)
    assert estimate(broken, Mean("y"), by="g").left_out.tolist() == [1, 1]  # the other such row has no answer
    assert estimate(broken, Count("data"), by=By("g", {"data": "g"}, unknown=True)).left_out.tolist() == [0, 0, 0]


def test_rows_that_may_be_in_a_distribution_are_unknown_too():
    result = estimate(SURVEY, Proportion("k", Part(record="data", where="x > 1"), unknown=True))
    # the row without x has no k either; it may be outside
    assert result.n_unknown.tolist() == [1, 1, 1]
    np.testing.assert_allclose(result.unknown, [30 / 140] * 3)


# -------------------------------------------------------------------------------------------------------- policies

SILENT = [Mean("y"), Total("y"), Quantile("y"), Ratio("y", "x"), Proportion("k"), Count("data", where="y > 2")]


@pytest.mark.parametrize("statistic", [*SILENT, Concentration("k"), Difference(Mean("y"), "g", "a", "b")])
def test_undefined_is_the_figure_of_a_cell_that_has_one(statistic):
    result = estimate(SURVEY, statistic, missing="undefined")
    assert np.isnan([result.estimate, result.se, result.ci_low, result.ci_high]).all()
    assert np.isnan(result.vcov).all()
    assert (result.n_unknown > 0).all()


def test_undefined_leaves_complete_cells_alone():
    policy, plain = (estimate(SURVEY, Mean("y"), by="g", missing=name) for name in ("undefined", "domain"))
    assert np.isnan(policy.estimate).tolist() == [True, False]
    assert (policy.estimate[1], policy.se[1]) == (plain.estimate[1], plain.se[1])


@pytest.mark.parametrize("policy", ["undefined", "fail"])
def test_an_answer_with_a_place_of_its_own_is_not_missing(policy):
    plain = estimate(SURVEY, Proportion("k", over="all", unknown=True))
    result = estimate(SURVEY, Proportion("k", over="all", unknown=True), missing=policy)
    np.testing.assert_array_equal(result.estimate, plain.estimate)


def test_undefined_has_the_unknown_line():
    result = estimate(SURVEY, Proportion("k", unknown=True), missing="undefined")
    assert np.isnan(result.estimate).tolist() == [True, True, False]


@pytest.mark.parametrize(
    ("statistic", "message"),
    [
        (Mean("y"), "row 2: Answers are missing for the mean of y. y is not known in 1 rows, with 13.33% of the wei"),
        (Quantile("y"), "missing for the quantile 0.5 of y. y is not known in 1 rows"),
        (Ratio("y", "x"), "row 3: .*ratio of y to x. x is not known in 1 rows, with 20.00%"),
        (Ratio("x", "y + x"), "x or y is not known in 2 rows"),
        (Proportion("k"), "row 3: .*for the share. k is not known in 1 rows, with 20.00%"),
        (Share(Part(record="data", where="y > 2"), Part(record="data")), "y is not known in 1 rows"),
        (MultipleResponse({"a": "y > 2"}), "share of cases. y is not known"),
        (Concentration("k"), "Herfindahl index of k. k is not known"),
        (Difference(Mean("y"), "g", "a", "b"), "mean of y, g a less b. y is not known"),
    ],
)
def test_fail_names_statistic_variable_and_rows(statistic, message):
    with pytest.raises(EstimationError, match=message):
        estimate(SURVEY, statistic, missing="fail")


def test_fail_is_about_the_domain_and_its_breakdowns():
    for where in ("g == 'b'", "w > 20"):
        assert estimate(SURVEY, Mean("y"), where=where, missing="fail").n_unknown.tolist() == [0]
    with pytest.raises(EstimationError, match=r"row 3: .*the count. k is not known in 1 rows"):
        estimate(SURVEY, Count("data"), by="k", missing="fail")
    assert len(estimate(SURVEY, Count("data"), by=By("k", {"data": "k"}, unknown=True), missing="fail")) == 3


def test_a_policy_is_known():
    with pytest.raises(EstimationError, match=r"No policy 'domains' for missing answers.*'domain'"):
        estimate(SURVEY, Mean("y"), missing="domains")
