"""Questions with several answers, shares of a total, and how concentrated a distribution is."""

import numpy as np
import pandas as pd
import pytest

import lfs_migration as lfm
from lfs_migration.errors import EstimationError
from lfs_migration.estimate import Concentration, Count, Mean, MultipleResponse, Proportion, Share, Total, estimate
from lfs_migration.model.indicator import Part

FRAME = pd.DataFrame(
    {
        "w": [1.0, 2, 3, 4, 5, 6],
        "g": ["a", "a", "a", "b", "b", None],
        "food": [1, 1, 2, 1, None, 1],
        "home": [1, 2, 2, None, 1, 1],
        "sent": [1, 1, 1, 1, 1, 2],
        "to": ["ES", "IT", "ES", "IT", None, "FR"],
        "y": [10.0, 20, None, 40, 50, 60],
    }
)
SURVEY = lfm.dataset(FRAME, lfm.Design("w"))
SENT = Part(record="data", where="sent == 1")
USES = MultipleResponse(["food", "home"], base=SENT)


def rows(result, *names):
    return list(zip(*(getattr(result, name).tolist() for name in names), strict=True))


# ------------------------------------------------------------------------------------------------- several answers


def test_shares_of_cases_are_over_the_rows_that_answer_the_option():
    result = estimate(SURVEY, USES)
    assert list(result.by["option"]) == ["food", "home"]
    assert result.estimate.tolist() == pytest.approx([(1 + 2 + 4) / (1 + 2 + 3 + 4), (1 + 5) / (1 + 2 + 3 + 5)])
    assert rows(result, "n", "n_numerator", "n_denominator", "n_unknown") == [(4, 3, 4, 1), (4, 2, 4, 1)]
    assert result.unknown.tolist() == pytest.approx([5 / 15, 4 / 15])


def test_each_share_of_cases_is_a_share():
    result = estimate(SURVEY, USES, by="g")
    for option in ("food", "home"):
        alone = estimate(SURVEY, Share(Part(record="data", where=f"{option} == 1"), SENT), by="g")
        own = result.by["option"] == option
        for name in ("estimate", "se", "ci_low", "deff", "unknown"):
            np.testing.assert_allclose(getattr(result, name)[own], getattr(alone, name), rtol=1e-14)
        for name in ("df", "n", "n_unknown", "left_out"):
            np.testing.assert_array_equal(getattr(result, name)[own], getattr(alone, name))


def test_shares_of_responses_are_over_all_that_is_ticked():
    result = estimate(SURVEY, MultipleResponse(["food", "home"], of="responses", base=SENT))
    # every option is known of rows 1 to 3; row 3 ticks nothing
    assert result.estimate.tolist() == pytest.approx([(1 + 2) / (1 + 2 + 1), 1 / 4])
    assert result.contrast([1, 1]) == pytest.approx((1, 0), abs=1e-7)
    assert rows(result, "n", "n_numerator", "n_unknown") == [(2, 2, 2), (2, 1, 2)]
    assert result.unknown.tolist() == pytest.approx([9 / 15] * 2)


def test_options_stand_inside_the_breakdown():
    result = estimate(SURVEY, USES, by="g")
    assert list(zip(result.by["g"], result.by["option"], strict=True)) == [
        ("a", "food"), ("a", "home"), ("b", "food"), ("b", "home")
    ]  # fmt: skip
    assert result.left_out.tolist() == [0, 0, 0, 0]
    everyone = estimate(SURVEY, MultipleResponse(["food", "home"]), by="g")
    assert everyone.left_out.tolist() == [1, 1, 1, 1]


def test_options_may_be_conditions_with_other_names():
    named = MultipleResponse({"eats": "food == 1", "builds": "home == 1"}, base=SENT, question="use")
    result = estimate(SURVEY, named)
    assert list(result.by["use"]) == ["eats", "builds"]
    np.testing.assert_array_equal(result.estimate, estimate(SURVEY, USES).estimate)


@pytest.mark.parametrize(("yes", "no"), [(True, False), ("yes", "no"), (1.0, 2.0)])
def test_a_tick_may_be_any_code(yes, no):
    answers = pd.Series([yes, yes, no, yes, None, yes], dtype="object").convert_dtypes()
    data = lfm.dataset(FRAME.assign(food=answers, home=answers), lfm.Design("w"))
    result = estimate(data, MultipleResponse(["food", "home"], base=SENT, yes=yes))
    assert result.estimate.tolist() == pytest.approx([7 / 10] * 2)


@pytest.mark.parametrize("of", ["cases", "responses"])
def test_nobody_to_ask_leaves_the_shares_undefined(of):
    result = estimate(SURVEY, MultipleResponse(["food", "home"], of=of, base=SENT), where="y > 99")
    assert np.isnan(result.estimate).all()
    assert result.n.tolist() == [0, 0]


def test_wrong_questions_are_explained():
    with pytest.raises(EstimationError, match=r"No shares of 'case'.*'cases'"):
        MultipleResponse(["food"], of="case")
    with pytest.raises(EstimationError, match="A question has several options"):
        MultipleResponse("food")
    with pytest.raises(EstimationError, match="'g' is a breakdown already"):
        estimate(SURVEY, MultipleResponse(["food"], question="g"), by="g")


# ------------------------------------------------------------------------------------------------ shares of a total


def test_shares_of_a_total_by_hand():
    result = estimate(SURVEY, Proportion("to", value="y"))
    whole = 10 + 40 + 160 + 360
    assert list(result.by["to"]) == ["ES", "FR", "IT"]
    assert result.estimate.tolist() == pytest.approx([10 / whole, 360 / whole, 200 / whole])
    assert rows(result, "n", "n_denominator", "n_unknown") == [(1, 4, 2), (1, 4, 2), (2, 4, 2)]
    assert result.unknown.tolist() == pytest.approx([(3 + 5) / 21] * 3)
    assert set(result.statistic) == {"share of y"}


def test_shares_of_a_total_over_all_have_a_place_for_those_without_a_category():
    result = estimate(SURVEY, Proportion("to", value="y", over="all", unknown=True))
    assert result.estimate.tolist() == pytest.approx(np.array([10, 360, 200, 250]) / 820)
    assert result.contrast(np.ones(4)) == pytest.approx((1, 0), abs=1e-7)


def test_a_value_of_one_is_the_distribution_of_rows():
    ones, counted = (estimate(SURVEY, Proportion("to", base=SENT, value=value), by="g") for value in ("1", ""))
    for name in ("estimate", "se", "deff", "df", "n", "unknown", "ci_low"):
        np.testing.assert_allclose(getattr(ones, name), getattr(counted, name))


def test_a_base_may_hold_the_value():
    base = Part(record="data", where="sent == 1", value="y")
    direct = estimate(SURVEY, Proportion("to", Part(record="data", where="sent == 1"), value="y"))
    np.testing.assert_array_equal(estimate(SURVEY, Proportion("to", base)).estimate, direct.estimate)


def test_a_total_with_negative_values_has_plain_limits():
    data = lfm.dataset(FRAME.assign(y=[10.0, -20, 5, 5, 50, 60]), lfm.Design("w"))
    result = estimate(data, Proportion("to", value="y"))
    assert result.estimate[2] < 0
    np.testing.assert_allclose(result.ci_high - result.estimate, result.estimate - result.ci_low)


# ---------------------------------------------------------------------------------------------------- concentration


def test_the_index_is_the_sum_of_squared_shares():
    shares = estimate(SURVEY, Proportion("to"))
    index = estimate(SURVEY, Concentration("to"))
    assert index.estimate[0] == pytest.approx((shares.estimate**2).sum())
    slope = 2 * shares.estimate
    assert index.se[0] == pytest.approx(np.sqrt(slope @ shares.vcov @ slope))
    assert (index.n[0], index.n_unknown[0], index.households[0]) == (5, 1, 5)


def test_the_largest_are_those_of_the_sample_in_each_cell():
    data = lfm.dataset(FRAME, lfm.Design("w"))
    result = estimate(data, Concentration("to", largest=1), by="sent")
    assert result.estimate.tolist() == pytest.approx([6 / 10, 1])
    assert result.n_numerator.tolist() == [2, 1]
    everything = estimate(data, Concentration("to", largest=9))
    assert (everything.estimate[0], everything.se[0]) == pytest.approx((1, 0), abs=1e-12)


def test_one_category_is_all_the_concentration_there_is():
    data = lfm.dataset(FRAME.assign(to="ES"), lfm.Design("w"))
    result = estimate(data, Concentration("to"))
    assert (result.estimate[0], result.se[0]) == (1, 0)


def test_a_design_effect_of_a_simple_sample_is_one():
    simple = lfm.dataset(FRAME.assign(w=2.0), lfm.Design("w"))
    shares = [Proportion("to"), Proportion("to", value="y"), USES, MultipleResponse(["food", "home"], of="responses")]
    result = estimate(simple, [*shares, Concentration("to"), Concentration("to", largest=2)])
    # with replacement from infinite populations, se^2 is n / (n - 1) times that of n rows of the domain
    usable = result.se > 0
    effect = result.deff[usable] * 5 / 6 * (result.n_denominator[usable]) / (result.n_denominator[usable] - 1)
    np.testing.assert_allclose(effect, 1)


def test_concentration_of_nothing():
    nothing = lfm.dataset(FRAME.assign(to=pd.Series([None] * 6, dtype="str")), lfm.Design("w"))
    assert len(estimate(nothing, Concentration("to"))) == 0
    assert np.isnan(estimate(SURVEY, Concentration("to"), where="y > 99").estimate).all()
    with pytest.raises(EstimationError, match="no -1 largest"):
        Concentration("to", largest=-1)


# ------------------------------------------------------------------------------------------------------- replicates


@pytest.mark.parametrize(
    "statistic",
    [USES, MultipleResponse(["food", "home"], of="responses"), Proportion("to", value="y"), Concentration("to"),
     Concentration("to", largest=1)],
)  # fmt: skip
def test_replicates_are_near_to_linearisation(statistic):
    rng = np.random.default_rng(1)
    frame = FRAME.loc[rng.integers(0, 6, 3000)].reset_index(drop=True).assign(w=rng.uniform(1, 3, 3000))
    data = lfm.dataset(frame, lfm.Design("w"))
    linear, left = estimate(data, statistic), estimate(lfm.replicate(data, "jackknife"), statistic)
    np.testing.assert_array_equal(left.estimate, linear.estimate)
    np.testing.assert_allclose(left.vcov, linear.vcov, rtol=0.02, atol=1e-7)


def test_statistics_stand_together():
    result = estimate(SURVEY, [Count(), USES, Total("y"), Concentration("to"), Mean("y")])
    assert list(result.by) == ["option"]
    assert result.by["option"].tolist() == ["", "food", "home", "", "", ""]
    np.testing.assert_allclose(np.diag(result.vcov), result.se**2)
