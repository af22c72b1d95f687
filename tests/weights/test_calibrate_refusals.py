"""What cannot be calibrated is refused, with the margin, the reason and what to do."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import lfs_migration as lfm
from lfs_migration.errors import DataError, DesignError, NotFound

ROWS = pd.DataFrame(
    {
        "w": [1.0, 2, 3, 4, 5, 6],
        "sex": [1, 2, 1, 2, 1, 2],
        "age": ["young", "young", "old", "old", "young", "old"],
        "y": [3.0, 1, 4, 1, 5, 9],
    }
)
SEX = {1: 10, 2: 14}
AGE = {"young": 9, "old": 15}


def survey(**columns):
    return lfm.dataset(ROWS.assign(**columns), lfm.Design("w"))


def refused(margins, method="raking", bounds=None, error=DesignError, data=None, **options):
    with pytest.raises(error) as caught:
        lfm.calibrate(data or survey(), margins, method, bounds, **options)
    return str(caught.value)


def test_a_category_that_no_row_is_in():
    assert refused({"sex": {**SEX, 3: 7}}) == (
        "The margin sex cannot be met: the sample has no row in 3. Its total is 7. "
        "Join it with another category, and their totals."
    )


def test_a_cell_of_a_cross_classification_that_no_row_is_in():
    rows = {"age": ["young", "old", "young", "old", "young", "old"]}
    both = {(1, "young"): 5, (2, "young"): 4, (1, "old"): 5, (2, "old"): 10}
    message = refused({("sex", "age"): both}, data=survey(**rows))
    assert "The margin sex x age cannot be met: the sample has no row in 2 x 'young'." in message
    assert "Its total is 4, and 1 more categories." in message


def test_a_category_of_the_sample_without_a_total():
    assert refused({"age": {"young": 9}}) == (
        "The margin age has no total for 'old'. 3 rows of the data record are in it. "
        "Give its total, or None to let it go where the other margins take it."
    )


def test_a_code_that_is_a_slip_of_the_pen():
    message = refused({"age": {"yung": 9, "old": 15}}, error=NotFound)
    assert message == "The margin age has the code 'yung', which is not in age. Did you mean 'young'?"


def test_a_code_of_the_other_kind():
    message = refused({"sex": {"1": 10, "2": 14}}, error=NotFound)
    assert message == "The margin sex has the code '1', which is not in sex. The data have 1, a number."


def test_a_variable_that_is_not_there():
    assert "Did you mean 'sex'?" in refused({"sx": SEX}, error=NotFound)


def test_totals_that_add_up_to_different_sums():
    assert refused({"sex": SEX, "age": {"young": 9, "old": 16}}) == (
        "The margins sex and age contradict each other. Their totals add up to 24 and 25. "
        "Scale one to the other (scale_to in a recipe), or allow a tolerance with method='ridge'."
    )


def test_totals_that_contradict_over_what_two_margins_share():
    both = {(1, "young"): 5, (2, "young"): 4, (1, "old"): 6, (2, "old"): 9}
    message = refused({"sex": SEX, ("sex", "age"): both})
    assert "The margins sex and sex x age contradict each other. Their totals for " in message


def test_a_number_that_contradicts_what_it_is_made_of():
    message = refused({"sex": SEX, "sex == 1": 11})
    assert "The margins sex == 1 and sex contradict each other." in message
    assert "sex == 1 has the total 11, and with the others it would be 10." in message


def test_bounds_that_are_too_tight():
    assert refused({"sex": SEX}, "logit", (0.95, 1.05)) == (
        "The bounds 0.95 and 1.05 are too tight for the margin sex. 2 has the total 14; the closest that can be "
        "reached is 12.6. Widen the bounds, join categories, or allow a tolerance with method='ridge'."
    )


def test_bounds_that_are_too_tight_for_margins_together():
    margins = {"sex": {1: 10, 2: 11}, "age": {"young": 10, "old": 11}}
    message = refused(margins, "truncated", (0.95, 1.2))
    assert "The bounds 0.95 and 1.2 are too tight for the margin" in message
    assert "the closest that can be reached is" in message


def test_margins_that_cannot_be_met_together():
    rows = {"age": ["young", "old", "young", "old", "young", "old"]}
    message = refused({"sex": SEX, "y": 500.0}, data=survey(y=[1.0] * 6, **rows))
    assert "The margins y and sex contradict each other" in message
    message = refused({"sex": SEX, "y": 500.0}, data=survey(y=[1.0, 2, 3, 4, 5, 6]))
    assert "The margin y cannot be met together with the others." in message
    assert "y has the total 500; the closest that can be reached is 1" in message


def test_a_total_of_nothing_of_a_category_with_rows():
    message = refused({"age": {"young": 0, "old": 24}})
    assert "The margin age cannot be met: the total of 'young' is 0. The sample has rows there" in message


@pytest.mark.parametrize("total", [-1, float("inf")])
def test_a_total_that_cannot_be(total):
    assert f"The margin sex has the total {total:g}. For 1." in refused({"sex": {1: total, 2: 14}})


def test_weights_below_zero():
    message = refused({"sex": SEX, "y": 40.0}, "linear")
    assert "row 6: Calibration with the method 'linear' makes 1 of 6 weights negative. The lowest is " in message
    assert "Use method='raking', or 'truncated' or 'logit' with bounds." in message


def test_a_missing_auxiliary():
    message = refused({"sex": SEX}, data=survey(sex=[1, 2, None, None, 1, 2]))
    assert message == (
        "row 3: sex is missing in 2 of the rows that its margin counts. "
        "Impute it, or make the missing ones a category of their own whose total is None."
    )


def test_a_missing_number():
    message = refused({"y": 100.0}, data=survey(y=[3.0, 1, np.nan, 1, 5, 9]))
    assert "row 3: y is missing in 1 of the rows that its margin counts" in message


def test_a_missing_auxiliary_of_a_person_names_the_household(families):
    person = families.records["person"]
    sex = person["sex"].to_list()
    sex[5] = None
    from lfs_migration.frames import with_columns

    records = {**families.records, "person": with_columns(person, {"sex": sex})}
    message = refused({"sex": {1: 70, 2: 60}}, data=replace(families, records=records))
    assert f"household {person['hh'][5]}: sex is missing in 1 of the rows" in message


def test_margins_of_weights_that_differ(families):
    data = replace(families, design=replace(families.design, record_weights={"person": "wp"}))
    message = refused({"sex": {1: 70, 2: 60}, "rooms": 300.0}, data=data)
    why = "The person record has a weight of its own. Calibrate twice."
    assert message == f"The margins sex and rooms are of different weights. {why}"


def test_margins_of_two_records_below_in_one(families):
    from lfs_migration.errors import EstimationError

    assert "different records" in refused({("sex", "reason"): {}}, data=with_reason(families), error=EstimationError)


def with_reason(families):
    from lfs_migration.frames import with_columns

    emigrant = families.records["emigrant"]
    return replace(
        families, records={**families.records, "emigrant": with_columns(emigrant, {"reason": [1] * len(emigrant)})}
    )


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"method": "rake"}, "No method 'rake'. Did you mean 'raking'"),
        ({"residuals": "none"}, "No convention 'none'"),
        ({"method": "logit"}, "The method 'logit' needs two bounds"),
        ({"method": "logit", "bounds": (0.5, float("inf"))}, "The method 'logit' needs two bounds"),
        ({"method": "truncated"}, "The method 'truncated' needs two bounds"),
        ({"bounds": 0.5}, "The bounds 0.5 are not two numbers. Such as bounds=(0.5, 2)"),
        ({"bounds": (0.5,)}, "The bounds (0.5,) are not two numbers"),
        ({"bounds": (0.5, None)}, "The bounds (0.5, None) are not two numbers"),
        ({"bounds": (float("nan"), 2)}, "The method 'raking' cannot have the bounds nan and 2"),
        ({"bounds": (1.1, 2)}, "The method 'raking' cannot have the bounds 1.1 and 2. They are around 1"),
        ({"method": "ridge"}, "The method 'ridge' with the tolerance None"),
        ({"tolerance": 0.1}, "The method 'raking' with the tolerance 0.1"),
        ({"method": "ridge", "tolerance": {"sx": 0.1}}, "A tolerance is for 'sx', which is no margin"),
        ({"method": "ridge", "tolerance": -0.1}, "The tolerance -0.1 is not a number from 0 up"),
        ({"method": "ridge", "tolerance": float("nan")}, "The tolerance nan is not a number from 0 up"),
        ({"method": "ridge", "tolerance": float("inf")}, "The tolerance inf is not a number from 0 up"),
        ({"method": "ridge", "tolerance": "much"}, "The tolerance 'much' is not a number from 0 up"),
        ({"method": "ridge", "tolerance": {"sex": None}}, "The tolerance None is not a number from 0 up"),
        ({"method": "poststratify"}, "Post-stratification is to one margin of categories"),
    ],
)
def test_choices_that_do_not_go_together(options, words):
    assert words in refused({"sex": SEX, "age": AGE}, error=(DesignError, NotFound), **options)


def test_means_of_categories_are_not_for_numbers():
    assert "Means of categories can be iterated for such margins only" in refused({"y": 100.0}, residuals="iterated")


@pytest.mark.parametrize(
    ("margins", "words"),
    [
        ({}, "There is no margin to calibrate to"),
        ({("sex", "age"): 24}, "The margin sex x age needs a total for each category. Not 24."),
        ({("sex", "age"): {1: 10, 2: 14}}, "The margin sex x age has a category that is 1 codes for 2 variables"),
        ({"sex": pd.Series([5, 5, 14], index=[1, 1, 2])}, "The margin sex has a category that stands twice. It is 1."),
        ({"sex": pd.DataFrame({"sex": [1, 2], "a": [1, 2], "b": [1, 2]})}, "needs those columns and one of totals"),
    ],
)
def test_margins_that_are_not_given_as_they_should(margins, words):
    assert words in refused(margins, error=(DesignError, DataError))


def test_a_replicate_that_cannot_be_calibrated():
    data = lfm.replicate(lfm.dataset(ROWS.assign(age=["young", *["old"] * 5]), lfm.Design("w")), "jackknife")
    done = lfm.calibrate(data, {"age": {"young": 2, "old": 22}})
    with pytest.raises(DesignError) as caught:
        lfm.estimate(done, lfm.Total("y"))
    assert str(caught.value) == (
        "Replicate 1 cannot be calibrated. It leaves no row of 'young' in the margin age. "
        "Join small categories, widen the bounds, or take another method of replication."
    )


def test_data_without_a_design():
    with pytest.raises(DesignError, match="The data have no sampling design"):
        lfm.calibrate(replace(survey(), design=None), {"sex": SEX})


def test_records_that_stay_on_their_engine():
    polars = pytest.importorskip("polars")
    data = lfm.dataset(polars.from_pandas(ROWS).lazy(), lfm.Design("w", psu="y"))
    message = refused({"sex": SEX}, data=data)
    assert message == "The records stay on their engine. Weigh in memory, and give the weights as a column."


def test_records_in_parts_on_an_engine():
    assert "The records stay on their engine" in refused({"sex": SEX}, data=replace(survey(), store="somewhere"))


def test_a_calibrated_design_of_records_that_stay_on_their_engine():
    rows = ROWS.assign(unit=range(6))
    done = lfm.calibrate(lfm.dataset(rows, lfm.Design("w", psu="unit")), {"sex": SEX})
    away = pytest.importorskip("polars").from_pandas(rows.assign(w_calibrated=done.weights)).lazy()
    with pytest.raises(DesignError, match="The variance of calibrated weights needs the records in memory"):
        lfm.estimate(lfm.dataset(away, done.design), lfm.Total("y"))


def test_margins_of_rows_that_count_in_part(families):
    from lfs_migration.frames import with_columns

    person = with_columns(families.records["person"], {"could": [2] * len(families.records["person"])})
    data = lfm.multiplicity(replace(families, records={**families.records, "person": person}), "could", record="person")
    with pytest.raises(DesignError, match=r"are divided by the households .* Take the step of multiplicity after"):
        lfm.calibrate(data, {"sex": {1: 100, 2: 130}})


def test_households_that_have_the_weight_of_a_member(families):
    data = lfm.reference_person(lfm.person_weights(families), "sex == 1")
    with pytest.raises(DesignError, match=r"have the weight of a member\. Calibrate before reference_person"):
        lfm.calibrate(data, {"rooms": dict.fromkeys(range(1, 6), 20)})
