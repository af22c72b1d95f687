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
