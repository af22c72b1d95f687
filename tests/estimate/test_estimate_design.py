"""Weights, strata and units that cannot be used say whose they are."""

import numpy as np
import pandas as pd
import pytest
from small_survey import HOUSEHOLDS, ROWS, households, survey

from lfs_migration.errors import DesignError
from lfs_migration.estimate import Count, Mean, Total, dataset, estimate
from lfs_migration.model.design import Design
from lfs_migration.sample import Sample


def changed(name, value):
    """The household table with one value of household B-1 changed."""
    values = list(HOUSEHOLDS[name])
    values[2] = value
    return households(household={name: values})


@pytest.mark.parametrize(("value", "found"), [(None, "missing"), (-2.5, "-2.5"), (float("inf"), "inf")])
def test_a_weight_that_cannot_be_used_names_the_household(value, found):
    with pytest.raises(DesignError, match=rf"household B-1: w is missing, negative.*1 of 4.*It is {found} there"):
        estimate(changed("w", value), Count("emigrant"))


@pytest.mark.parametrize("name", ["h", "c"])
def test_a_missing_stratum_or_unit_names_the_household(name):
    with pytest.raises(DesignError, match=f"household B-1: {name} is missing in 1 rows"):
        estimate(changed(name, None), Count("household"))


def test_without_a_codebook_the_row_is_named():
    with pytest.raises(DesignError, match="row 3: w is missing"):
        estimate(survey(w=[1.0, 2.0, None, 4.0, 5.0]), Count())


def test_a_records_own_weight_names_the_household_or_that_there_is_none():
    design = Design("w", "h", "c", record_weights={"emigrant": "we"})
    with pytest.raises(DesignError, match="household B-1: we is missing"):
        estimate(households(design, emigrant={"we": [1.0, None, 1.0, 1.0]}), Count("emigrant"))
    with pytest.raises(DesignError, match="row 4 of the emigrant record, which has no household: we is missing"):
        estimate(households(design, emigrant={"we": [1.0, 1.0, 1.0, None]}), Count("emigrant"))


def test_data_need_a_design():
    with pytest.raises(DesignError, match="no sampling design"):
        estimate(survey().after("test", design=None), Count())


def test_a_policy_is_known():
    with pytest.raises(DesignError, match=r"No policy 'adjusted'.*'adjust'"):
        Design("w", singletons="adjusted")


def test_a_weight_of_zero_is_a_weight():
    result = estimate(survey(w=[0.0, 2.0, 3.0, 4.0, 5.0]), [Count(), Mean("x")])
    assert result.estimate.tolist() == [14, pytest.approx((4 + 9 + 16 + 25) / 14)]


def test_without_units_each_row_is_one():
    result = estimate(survey(Design("w")), Total("x"))
    u = np.array([1.0, 4, 9, 16, 25])
    assert result.se[0] == pytest.approx(np.sqrt(5 / 4 * ((u - u.mean()) ** 2).sum()))
    assert result.df.tolist() == [4]


def test_fail_names_the_stratum_and_the_unit():
    with pytest.raises(DesignError, match="Stratum 'z' has only one primary sampling unit, '1'"):
        estimate(survey(h=["z", "a", "a", "b", "b"], c=[1, 1, 2, 1, 2]), Count())


def test_strata_are_neighbours_in_the_order_of_their_numbers():
    # 9 comes before 10, though not as text: the lonely unit of 10 joins 9, and 2 stays as it is
    data = survey(Design("w", "h", "c", singletons="collapse"), h=[2, 2, 9, 9, 10], c=[1, 2, 1, 2, 1])
    assert [list(np.flatnonzero(Sample(data).units.stratum == h)) for h in range(2)] == [[0, 1], [2, 3, 4]]


@pytest.mark.parametrize("kind", ["str", "Int64", "float64", "category"])
def test_strata_of_any_type(kind):
    frame = pd.DataFrame({**ROWS, "h": pd.Series([1, 1, 2, 2, 2]).astype(kind)})
    result = estimate(dataset(frame, Design("w", "h", "c")), Total("y"))
    assert result.se[0] == pytest.approx(np.hypot(30, 410))


def test_policies_of_a_survey_with_a_lonely_stratum():
    # unit totals of x w: 1, 4 in a; 9, 16 in b; 25 alone in z; their mean is 11
    def se(policy):
        data = survey(Design("w", "h", "c", singletons=policy), h=["a", "a", "b", "b", "z"], c=[1, 2, 1, 2, 1])
        return estimate(data, Total("x")).se[0] ** 2

    assert se("certainty") == pytest.approx(3**2 + 7**2)
    assert se("adjust") == pytest.approx(3**2 + 7**2 + 14**2)
    assert se("average") == pytest.approx((3**2 + 7**2) * 3 / 2)
    u = np.array([9, 16, 25])
    assert se("collapse") == pytest.approx(3**2 + 3 / 2 * ((u - u.mean()) ** 2).sum())


def test_a_unit_in_two_strata_is_two_units_where_numbers_nest_and_else_an_error():
    frame = pd.DataFrame({"w": 1.0, "h": [1, 1, 2, 2], "c": [1, 2, 2, 3]})
    assert len(Sample.of(dataset(frame, Design("w", "h", "c"))).units) == 4
    with pytest.raises(DesignError, match=r"unit 2 is in two strata, 1 and 2.*So are 0 others.*nest=True"):
        estimate(dataset(frame, Design("w", "h", "c", nest=False)), Count())
    apart = frame.assign(c=[1, 2, 3, 4])
    assert len(Sample.of(dataset(apart, Design("w", "h", "c", nest=False))).units) == 4
