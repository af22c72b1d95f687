"""What each statistic estimates, and which rows it is about."""

import numpy as np
import pytest
from small_survey import ROWS, households, survey

from lfs_migration.errors import DataError, EstimationError, ExpressionError, NotFound
from lfs_migration.estimate import Count, Mean, Proportion, Ratio, Share, Total, estimate
from lfs_migration.model.indicator import Part
from lfs_migration.sample import By


def figures(result):
    return result.estimate.tolist()


def test_total_and_its_standard_error_by_hand():
    result = estimate(survey(), Total("y"))
    assert figures(result) == [1 * 10 + 2 * 20 + 4 * 40 + 5 * 50]
    # unit totals 10, 40 and 0, 410: of two units the variance is the squared difference
    assert result.se[0] == pytest.approx(np.sqrt(30**2 + 410**2))
    assert (result.df[0], result.n[0]) == (2, 4)


def test_unknown_values_are_not_in_a_mean_nor_in_n():
    result = estimate(survey(), Mean("y"))
    assert figures(result) == [pytest.approx(460 / 12)]
    assert result.n.tolist() == [4]


def test_unknown_values_of_either_variable_are_not_in_a_ratio():
    result = estimate(survey(z=[None, 2.0, 3.0, 4.0, 5.0]), Ratio("y", "z"))
    assert figures(result) == [pytest.approx((2 * 20 + 4 * 40 + 5 * 50) / (2 * 2 + 4 * 4 + 5 * 5))]
    assert result.n.tolist() == [3]


def test_a_ratio_of_two_conditions_is_over_all_rows():
    low, high = Part(record="data", where="x <= 2"), Part(record="data", where="x > 2")
    assert figures(estimate(survey(), Ratio(low, high))) == [pytest.approx((1 + 2) / (3 + 4 + 5))]
    everyone = Part(record="data")
    assert figures(estimate(survey(), Ratio(low, everyone))) == [pytest.approx(3 / 15)]


def test_a_share_leaves_out_rows_of_which_it_is_not_known():
    norway = Share(Part(record="data", where="g == 'NO'"), Part(record="data"))
    result = estimate(survey(), norway)
    assert figures(result) == [pytest.approx((1 + 5) / (1 + 5 + 2 + 3))]
    assert estimate(survey(), Proportion("g")).estimate[1] == pytest.approx(result.estimate[0])


def test_a_share_keeps_its_numerator_inside_its_denominator():
    share = Share(Part(record="data", where="x >= 2"), Part(record="data", where="x <= 4"))
    assert figures(estimate(survey(), share)) == [pytest.approx((2 + 3 + 4) / (1 + 2 + 3 + 4))]


def test_a_share_needs_one_record():
    with pytest.raises(EstimationError, match="A share needs one record"):
        Share(Part(record="emigrant"), Part(record="person"))


def test_proportions_of_known_answers():
    result = estimate(survey(), Proportion("g"))
    assert list(result.by["g"]) == ["NA", "NO"]
    assert figures(result) == pytest.approx([5 / 11, 6 / 11])


def test_proportions_of_all_rows():
    result = estimate(survey(), Proportion("g", over="all"))
    assert figures(result) == pytest.approx([5 / 15, 6 / 15])


@pytest.mark.parametrize(("over", "base"), [("known", 11), ("all", 15)])
def test_the_unknown_line_is_always_of_all_rows(over, base):
    result = estimate(survey(), Proportion("g", over=over, unknown=True))
    assert list(result.by["g"]) == ["NA", "NO", "_U"]
    assert figures(result) == pytest.approx([5 / base, 6 / base, 4 / 15])
    assert result.n.tolist() == [2, 2, 1]


def test_a_share_of_everyone_is_exactly_one():
    weights = [49.0, 0.1, 0.7, 3.3, 1e-3]
    result = estimate(survey(w=weights, g=["NO"] * 5), Proportion("g"), by=["h"])
    assert figures(result) == [1.0, 1.0]
    assert result.se.tolist() == [0.0, 0.0]
    assert np.isnan([*result.ci_low, *result.ci_high]).all()


def test_a_zero_denominator_is_undefined_and_no_error():
    result = estimate(survey(z=[0, 0, 1, 1, 1]), Ratio("x", "z"), by=["h"])
    assert np.isnan(result.estimate[0])
    assert np.isnan([result.se[0], result.cv[0], result.ci_low[0], result.ci_high[0]]).all()
    assert result.estimate[1] == pytest.approx((3 * 3 + 4 * 4 + 5 * 5) / 12)
    assert np.isnan(result.vcov).tolist() == [[True, True], [True, False]]


def test_a_domain_without_a_row():
    result = estimate(survey(), [Count(), Mean("y"), Proportion("g")], where="x > 99")
    assert result.estimate[0] == 0
    assert np.isnan(result.estimate[1:]).all()
    assert result.n.tolist() == result.df.tolist() == [0, 0, 0, 0]


def test_a_condition_that_is_unknown_is_not_met():
    assert estimate(survey(), Count(where="y > 15")).n.tolist() == [3]
    assert estimate(survey(), Count(), where="not y > 15").n.tolist() == [1]


def test_expressions():
    result = estimate(survey(), [Total("x * 2 + 1"), Mean("1"), Total("g == 'NO'")])
    assert figures(result) == pytest.approx([2 * (1 + 4 + 9 + 16 + 25) + 15, 1.0, 6.0])


def test_infinite_values_are_refused_with_the_row():
    data = survey(z=[1.0, 2.0, float("inf"), 4.0, 5.0])
    with pytest.raises(EstimationError, match="row 3: z is infinite"):
        estimate(data, Mean("z"))
    assert estimate(data, Mean("z"), where="x != 3").n.tolist() == [4]


def test_texts_are_not_numbers():
    with pytest.raises(DataError, match="g is not a number"):
        estimate(survey(), Mean("g"))


def test_wrong_requests_are_explained():
    with pytest.raises(EstimationError, match="No statistic"):
        estimate(survey(), [])
    with pytest.raises(NotFound, match=r"No variable 'yy' in the data.*'y'"):
        estimate(survey(), Total("yy"))
    with pytest.raises(ExpressionError):
        estimate(survey(), Total("y +"))
    with pytest.raises(EstimationError, match="between 0 and 1, not 95"):
        estimate(survey(), Count(), level=95)


# ------------------------------------------------------------------------------------------------------- records


def test_emigrants_and_residents_carry_their_households_weight():
    result = estimate(households(), [Count("household"), Count("person"), Count("emigrant")])
    assert figures(result) == [1 + 2 + 3 + 4, 1 + 1 + 2 + 3 + 4, 1 + 3 + 3]
    assert result.n.tolist() == [4, 5, 3]  # the emigrant of no household is in no sum
    assert result.households.tolist() == [4, 4, 2]


def test_a_rate_takes_its_parts_from_two_records():
    rate = Ratio(Part(record="emigrant"), Part(record="person"))
    result = estimate(households(), rate)
    # unit totals: emigrants 1, 0, 6, 0; residents 2, 2, 3, 4; linearised (y - R x) / X with R = 7 / 11
    ratio = 7 / 11
    u = (np.array([1, 0, 6, 0]) - ratio * np.array([2, 2, 3, 4])) / 11
    assert (result.estimate[0], result.se[0]) == pytest.approx((ratio, np.hypot(u[0] - u[1], u[2] - u[3])))
    by_sex = estimate(households(), rate, by=["sex"])
    assert figures(by_sex) == pytest.approx([4 / 7, 3 / 4])


def test_codes_of_an_absent_answer_are_unknown():
    result = estimate(households(), Proportion("reason", unknown=True))
    assert list(result.by["reason"]) == [1, 2, "_U"]
    assert figures(result) == pytest.approx([1 / 4, 3 / 4, 3 / 7])
    assert estimate(households(), Mean("reason")).n.tolist() == [2]


def test_weights_of_a_record():
    data = households(person={"wp": [2.0, 3.0, 4.0, 5.0, 6.0]})
    design = data.design.__class__("w", "h", "c", record_weights={"person": "wp"})
    result = estimate(data.after("test", design=design), [Count("person"), Count("emigrant")])
    assert figures(result) == [2 + 3 + 4 + 5 + 6, 7]


def test_a_record_without_rows():
    data = households()
    nobody = data.after("test", records={**data.records, "emigrant": data.records["emigrant"].head(0)})
    result = estimate(nobody, [Count("emigrant"), Mean("age_dep")])
    assert result.estimate[0] == 0
    assert np.isnan(result.estimate[1])
    assert len(estimate(nobody, Proportion("reason", unknown=True), by=["sex"])) == 0


def test_records_that_are_not_there_or_do_not_go_together():
    with pytest.raises(NotFound, match=r"No record 'emigrants' in the data.*'emigrant'"):
        estimate(households(), Count("emigrants"))
    with pytest.raises(NotFound, match="No record 'person'"):
        estimate(survey(), Ratio("x", Part(record="person")))
    with pytest.raises(EstimationError, match=r"age, age_dep are in different records.*emigrant and person"):
        estimate(households(), Mean("age - age_dep"))
    with pytest.raises(EstimationError, match="'sex' names no variable of the person record"):
        estimate(households(), Count("person"), by=[By("sex", {"emigrant": "sex"})])


def test_a_figure_does_not_depend_on_those_before():
    data, domains = survey(), ["", *(f"x > {x}" for x in range(12))]
    first = [figures(estimate(data, [Mean("y"), Count(), Ratio("x", "y")], where=where)) for where in domains]
    again = [figures(estimate(data, [Mean("y"), Count(), Ratio("x", "y")], where=where)) for where in domains[::-1]]
    alone = [figures(estimate(survey(), [Mean("y"), Count(), Ratio("x", "y")], where=where)) for where in domains]
    np.testing.assert_array_equal(first, alone)
    np.testing.assert_array_equal(again[::-1], alone)


def test_the_data_are_left_alone():
    data = survey()
    before = data.records["data"].to_dict(as_series=False)
    estimate(data, [Mean("y"), Proportion("g", unknown=True)], by=["h"], where="x > 1")
    assert data.records["data"].to_dict(as_series=False) == before
    assert set(before) == set(ROWS)
