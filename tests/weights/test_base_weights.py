"""Base weights are inverse probabilities, or are refused with the household and the stage."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

import lfs_migration as lfm
from lfs_migration.errors import DesignError, NotFound


def survey(**columns):
    return lfm.dataset(pd.DataFrame(columns), lfm.Design(weight="p1"))


def test_stages_multiply():
    data = survey(p1=[0.1, 0.2, 1.0], p2=[0.5, 0.25, 1.0], n=[1, 2, 4])
    done = lfm.base_weights(data, ["p1", "p2", "1 / n"])
    assert done.weights.tolist() == pytest.approx([20.0, 40.0, 4.0])
    assert done.design.weight == "w_base"
    assert done.log[-1].counts["stages"] == ["p1", "p2", "1 / n"]


def test_the_module_subsample_multiplies_by_the_inverse_rate_of_the_stratum():
    data = survey(p1=[0.1, 0.1, 0.1], rate=[0.5, 0.25, 1.0])
    assert lfm.base_weights(data, "p1", subsample="rate").weights.tolist() == pytest.approx([20.0, 40.0, 10.0])


@pytest.mark.parametrize(
    ("value", "shown"), [(0.0, "0"), (1.2, "1.2"), (-0.1, "-0.1"), (None, "missing"), (float("inf"), "inf")]
)
def test_a_probability_outside_names_household_and_stage(value, shown):
    with pytest.raises(DesignError, match=rf"row 2: The selection probability p2 of stage 2 .* It is {shown} there"):
        lfm.base_weights(survey(p1=[0.1, 0.2], p2=[0.5, value]), ["p1", "p2"])


def test_a_subsampling_rate_outside_is_refused_as_such():
    with pytest.raises(DesignError, match="subsampling rate rate of the module is not above 0"):
        lfm.base_weights(survey(p1=[0.1], rate=[50.0]), "p1", subsample="rate")


def test_an_unknown_column_has_near_matches():
    with pytest.raises(NotFound, match="Did you mean 'p1'"):
        lfm.base_weights(survey(p1=[0.1], p2=[0.5]), ["p_1", "p2"])


@pytest.mark.parametrize("stages", [[], None, 0.5, [0.5], ["p1", None]])
def test_no_stage_is_no_weight(stages):
    with pytest.raises(DesignError, match=r"Base weights need a selection probability\. Not .*\. Give a column"):
        lfm.base_weights(survey(p1=[0.1]), stages)


def test_a_subsampling_rate_is_a_text_too():
    with pytest.raises(DesignError, match=r"The subsampling rate is 0\.5\. Give a column or an expression, as text"):
        lfm.base_weights(survey(p1=[0.1]), "p1", subsample=0.5)


def test_a_product_that_is_too_small_names_the_household():
    data = survey(p1=[0.1, 1e-200, 1e-160], p2=[0.5, 1e-200, 1e-160])
    with pytest.raises(DesignError, match=r"row 2: The product of the selection probabilities .* in 2 of 3 rows"):
        lfm.base_weights(data, ["p1", "p2"])


def test_weights_of_a_record_are_made_anew_and_shared_persons_stay_shared(families):
    design = replace(families.design, record_weights={"person": "wp"}, multiplicity={"emigrant": "hh"})
    done = lfm.base_weights(replace(families, design=design), "1 / (1 + rooms)")
    assert (done.design.record_weights, done.design.multiplicity) == ({}, {"emigrant": "hh"})
    homes = dict(zip(done.records["household"]["hh"].to_list(), done.weights, strict=True))
    persons = sum(homes[hh] for hh in done.records["person"]["hh"].to_list())
    assert lfm.estimate(done, lfm.Count("person")).estimate[0] == pytest.approx(persons)
