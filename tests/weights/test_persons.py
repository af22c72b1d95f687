"""Weights of the office, of residents and of emigrants whom several households could report."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import lfs_migration as lfm
from lfs_migration.errors import DesignError, NotFound
from lfs_migration.frames import with_columns


def put(data, record, **columns):
    return replace(data, records={**data.records, record: with_columns(data.records[record], columns)})


def test_the_offices_weight_is_taken_as_it_is(families):
    done = lfm.given_weights(families, "w")
    np.testing.assert_array_equal(done.weights, families.weights)
    assert done.design.weight == "w_given"


def test_rounds_that_are_pooled_share_the_population(families):
    data = put(families, "household", quarter=np.arange(40) % 4)
    np.testing.assert_allclose(lfm.given_weights(data, "w", rounds="quarter").weights, families.weights / 4)


def test_a_factor_that_was_left_out_is_found(families):
    total = families.weights.sum()
    lfm.given_weights(families, "w", households=total * 1.05, within=0.1)
    with pytest.raises(DesignError, match=r"add up to .*, not to about .*\. That is 3.9 times as many households"):
        lfm.given_weights(families, "w * 3.9", households=total)


def test_persons_start_with_their_households_weight(families):
    done = lfm.person_weights(families)
    assert done.design.record_weights == {"person": "w_own"}
    home = families.weights[done.records["person"]["hh"].to_numpy()]
    np.testing.assert_array_equal(done.records["person"]["w_own"].to_numpy(), home)


def test_the_household_has_the_weight_of_its_reference_person(families):
    data = lfm.person_weights(families)
    done = lfm.calibrate(data, {"sex": {1: 100, 2: 130}}, "poststratify")
    line = done.records["person"].to_pandas().groupby("hh").cumcount().to_numpy()
    done = lfm.reference_person(put(done, "person", line=line), "line == 0")
    person = done.records["person"].to_pandas()
    head = person[person["line"] == 0].set_index("hh")["w_own_calibrated"]
    np.testing.assert_array_equal(done.weights, head.loc[done.records["household"]["hh"].to_numpy()].to_numpy())
    emigrant = done.records["emigrant"]["hh"].to_numpy()
    total = lfm.estimate(done, lfm.Count("emigrant")).estimate[0]
    assert total == pytest.approx(head.loc[emigrant].sum())


def test_a_reference_person_needs_weights_of_persons(families):
    with pytest.raises(DesignError, match="The person record has no weight of its own"):
        lfm.reference_person(families, "sex == 1")


SEXES = {"sex": {1: 100, 2: 130}}
PLANS = {
    "linear": lambda data: data,
    "jackknife": lambda data: lfm.replicate(data, "jackknife"),
    "columns": lambda data: lfm.replicate_weights(lfm.replicate(data, "jackknife")),
}


@pytest.fixture
def homes(families):
    """The families, with the line of each person and how many emigrants the household of the first one lists."""
    person = families.records["person"].to_pandas()
    listed = person["hh"].isin(families.records["emigrant"]["hh"].to_numpy()).astype(int)
    line = person.groupby("hh").cumcount()
    return put(families, "person", line=line.to_numpy(), listed=(listed * (line == 0)).to_numpy())


@pytest.mark.parametrize("plan", PLANS)
def test_the_variance_of_a_household_is_that_of_its_reference_person(homes, plan):
    data = lfm.calibrate(lfm.person_weights(PLANS[plan](homes)), SEXES)
    done = lfm.reference_person(data, "line == 0")
    of_person = lfm.estimate(data, lfm.Total("listed"))
    emigrants = lfm.estimate(done, lfm.Count("emigrant"))
    assert emigrants.estimate == pytest.approx(of_person.estimate, rel=1e-12)
    assert emigrants.se == pytest.approx(of_person.se, rel=1e-9)
    assert of_person.se[0] > 0
    assert lfm.estimate(done, lfm.Total("listed")).se == pytest.approx(of_person.se, rel=1e-9)


def test_columns_of_replicates_are_those_of_residents_too(homes):
    one, other = (lfm.calibrate(lfm.person_weights(PLANS[plan](homes)), SEXES) for plan in ("jackknife", "columns"))
    met = lfm.estimate(other, lfm.Count("person"), by="sex")
    assert met.estimate.tolist() == pytest.approx([100, 130])
    assert met.se == pytest.approx([0, 0], abs=1e-9)
    for statistic in (lfm.Mean("listed"), lfm.Total("listed"), lfm.Count("emigrant"), lfm.Ratio("listed", "rooms")):
        ours, theirs = lfm.estimate(other, statistic), lfm.estimate(one, statistic)
        assert ours.se == pytest.approx(theirs.se, rel=1e-9)


def test_residents_with_a_weight_of_the_office_have_it_in_each_replicate(families):
    design = replace(families.design, record_weights={"person": "wp"})
    one = lfm.replicate(replace(families, design=design), "jackknife")
    other = lfm.replicate_weights(one)
    statistics = [lfm.Count("person"), lfm.Count("emigrant")]
    assert lfm.estimate(other, statistics).se == pytest.approx(lfm.estimate(one, statistics).se, rel=1e-9)


def test_a_household_has_the_weight_of_one_member(homes):
    done = lfm.reference_person(lfm.person_weights(homes), "line == 0")
    with pytest.raises(DesignError, match="The households have the weight of a member already"):
        lfm.reference_person(done, "line == 1")


def test_of_several_reference_persons_the_first_counts_and_without_one_the_weight_stays(homes):
    data = lfm.calibrate(lfm.person_weights(homes), SEXES)
    done = lfm.reference_person(data, "line >= 1")
    person = done.records["person"].to_pandas()
    second = person[person["line"] == 1].set_index("hh")["w_own_calibrated"]
    home = done.records["household"].to_pandas().set_index("hh")
    alone = ~home.index.isin(second.index)
    assert done.log[-1].counts["without"] == alone.sum() > 0
    assert (home.loc[alone, "w_reference"] == home.loc[alone, "w"]).all()
    assert (home.loc[second.index, "w_reference"] == second).all()
    assert (done.records["person"]["person_of_reference"].to_numpy() == (person["line"] == 1)).all()


@pytest.mark.parametrize("record", ["household", "person"])
def test_a_record_has_weights_of_its_own_once(families, record):
    with pytest.raises(DesignError, match=f"The {record} record has a weight of its own already"):
        lfm.person_weights(lfm.person_weights(families), record=record)


def test_a_weight_of_its_own_is_not_divided_twice_by_multiplicity(families):
    data = lfm.multiplicity(put(families, "emigrant", could=np.full(26, 2)), "could", record="emigrant")
    before = lfm.estimate(data, lfm.Count("emigrant"))
    after = lfm.estimate(lfm.person_weights(data, record="emigrant"), lfm.Count("emigrant"))
    assert after.estimate[0] == before.estimate[0]


def test_a_given_weight_begins_anew(homes):
    data = lfm.calibrate(PLANS["columns"](homes), SEXES)
    done = lfm.given_weights(data, "w")
    assert (done.design.calibrations, done.design.replicates, done.design.record_weights) == ((), None, {})
    plain = lfm.estimate(homes, lfm.Count("person"))
    assert lfm.estimate(done, lfm.Count("person")).se == pytest.approx(plain.se)


def test_a_missing_round_names_the_household(families):
    quarter = ["1", None, *"12" * 19]
    with pytest.raises(DesignError, match=r"household 1: The round quarter is missing in 1 of 40 rows"):
        lfm.given_weights(put(families, "household", quarter=quarter), "w", rounds="quarter")


def test_weights_cannot_add_up_to_no_household(families):
    with pytest.raises(DesignError, match="Weights cannot add up to 0 households"):
        lfm.given_weights(families, "w", households=0)


@pytest.mark.parametrize("value", [-1.0, np.nan, np.inf])
def test_a_given_weight_that_cannot_be_names_the_household(families, value):
    weight = np.where(np.arange(40) == 7, value, 1.0)
    with pytest.raises(DesignError, match=r"household 7: The weight mine is missing, negative or infinite in 1 of 40"):
        lfm.given_weights(put(families, "household", mine=weight), "mine")


def test_an_emigrant_whom_several_households_could_report_counts_once(families):
    number = 1 + np.arange(len(families.records["emigrant"])) % 3
    data = put(families, "emigrant", could=number)
    done = lfm.multiplicity(data, "could")
    own = families.weights[families.records["emigrant"]["hh"].to_numpy()]
    result = lfm.estimate(done, lfm.Count("emigrant"))
    assert result.estimate[0] == pytest.approx((own / number).sum())
    assert lfm.estimate(done, lfm.Count("household")).estimate[0] == pytest.approx(families.weights.sum())
    assert done.log[-1].counts["shared"] == int((number > 1).sum())


def test_the_variance_with_multiplicity_is_that_of_a_value_divided_by_it(families):
    number = 1 + np.arange(len(families.records["emigrant"])) % 3
    data = put(families, "emigrant", could=number, share=1 / number)
    plain = lfm.calibrate(data, {"rooms": {1: 20, 2: 15, 3: 18, 4: 15, 5: 20}})
    shared = lfm.multiplicity(plain, "could")
    for one, two in ((plain, shared), (lfm.replicate(plain, "jackknife"), lfm.replicate(shared, "jackknife"))):
        expected, found = lfm.estimate(one, lfm.Total("share")), lfm.estimate(two, lfm.Count("emigrant"))
        assert found.estimate[0] == pytest.approx(expected.estimate[0])
        assert found.se[0] == pytest.approx(expected.se[0], rel=1e-10)


@pytest.mark.parametrize("value", [0.5, 0.0, None, np.inf])
def test_a_number_of_households_below_one_names_the_household(families, value):
    size = len(families.records["emigrant"])
    data = put(families, "emigrant", could=[1.0] * (size - 1) + [value])
    with pytest.raises(DesignError, match=rf"could is missing or below 1 in 1 of {size} emigrant rows"):
        lfm.multiplicity(data, "could")


def test_multiplicity_is_of_a_record_under_the_household(families):
    with pytest.raises(NotFound, match=r"No record 'emigrants' under household\. Did you mean 'emigrant'"):
        lfm.multiplicity(families, "1", record="emigrants")
