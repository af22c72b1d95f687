"""Base weights are inverse probabilities, or are refused with the household and the stage."""

from __future__ import annotations

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


def test_no_stage_is_no_weight():
    with pytest.raises(DesignError, match="Base weights need a selection probability"):
        lfm.base_weights(survey(p1=[0.1]), [])
