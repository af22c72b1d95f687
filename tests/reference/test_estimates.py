"""Our estimates, standard errors and limits are those of R's survey package.

The numbers in ``estimates.csv`` were made by ``scripts/reference/estimates.R``; no R is needed here. What each request
is called there is its key in the tables below.
"""

import re

import pytest
from against_r import DIGITS, Expected, table
from villages_survey import villages

from lfs_migration.errors import DesignError
from lfs_migration.estimate import Count, Mean, Proportion, Ratio, Share, Total, dataset, estimate
from lfs_migration.model.design import Design
from lfs_migration.model.indicator import Part

EXPECTED = Expected("estimates")
agree = EXPECTED.agree

EMIGRANTS, RESIDENTS = Part(record="emigrant"), Part(record="person")
RATE = Ratio(EMIGRANTS, RESIDENTS)
WORK = Share(Part(record="emigrant", where="reason == 1"), EMIGRANTS)
PIPED = Share(Part(record="household", where="piped == 1"), Part(record="household"))

VILLAGES = {
    "total_amount": (Total("amount"), {}),
    "mean_amount": (Mean("amount"), {}),
    "mean_amount_domain": (Mean("amount"), {"where": "age >= 30 and country == 'RUS'"}),
    "count": (Count("emigrant"), {}),
    "mean_size": (Mean("size"), {}),
    "total_amount_by_sex": (Total("amount"), {"by": ["sex"]}),
    "mean_amount_by_sex": (Mean("amount"), {"by": ["sex"]}),
    "count_by_country_sex": (Count("emigrant"), {"by": ["country", "sex"]}),
    "mean_size_by_region": (Mean("size"), {"by": ["region"]}),
    "share_reason": (Proportion("reason"), {}),
    "share_reason_all": (Proportion("reason", over="all", unknown=True), {}),
    "share_reason_by_sex": (Proportion("reason"), {"by": ["sex"]}),
    "share_piped_by_region": (PIPED, {"by": ["region"]}),
    "ratio": (Ratio("amount", "months"), {}),
    "ratio_by_sex": (Ratio("amount", "months"), {"by": ["sex"]}),
    "rate": (RATE, {}),
    "rate_by_region": (RATE, {"by": ["region"]}),
    "rate_by_sex": (RATE, {"by": ["sex"]}),
}
OWN_WEIGHT = {
    "own_weight_mean_age": (Mean("age"), {"by": ["sex"]}),
    "own_weight_rate": (RATE, {}),
}
LONELY = {
    "total_amount": (Total("amount"), {}),
    "total_amount_women": (Total("amount"), {"where": "sex == 2"}),
    "mean_amount": (Mean("amount"), {}),
    "mean_amount_women": (Mean("amount"), {"where": "sex == 2"}),
    "share_work": (WORK, {}),
    "rate": (RATE, {}),
}
API = {
    "total": (Total("enroll"), {}),
    "mean": (Mean("api00"), {}),
    "mean_known": (Mean("target"), {}),
    "mean_domain": (Mean("api00"), {"where": "enroll > 500"}),
    "ratio": (Ratio("api_stu", "enroll"), {}),
    "share": (Proportion("awards"), {}),
    "mean_by": (Mean("api00"), {"by": ["stype", "sch_wide"]}),
    "total_by": (Total("enroll"), {"by": ["awards"]}),
    "ratio_by": (Ratio("api_stu", "enroll"), {"by": ["stype"]}),
}


@pytest.mark.parametrize("name", VILLAGES)
def test_villages(name):
    statistic, options = VILLAGES[name]
    agree(estimate(villages(), statistic, **options), "villages", name)


@pytest.mark.parametrize("name", OWN_WEIGHT)
def test_weights_of_their_own(name):
    statistic, options = OWN_WEIGHT[name]
    agree(estimate(villages(own_weights=True), statistic, **options), "villages", name)


@pytest.mark.parametrize("policy", ["certainty", "adjust", "average"])
@pytest.mark.parametrize("name", LONELY)
def test_strata_of_one_unit(name, policy):
    statistic, options = LONELY[name]
    agree(estimate(villages(policy), statistic, **options), f"villages_{policy}", name)


def test_strata_of_one_unit_are_refused_unless_a_policy_is_named():
    homes = dataset(table("villages_households"), Design("w", "stratum", "unit"))
    with pytest.raises(DesignError, match=re.escape("Stratum 'K' has only one primary sampling unit, '1' and 1 more")):
        estimate(homes, Count())


def test_contrast_uses_the_covariance_of_cells():
    countries = estimate(villages(), Mean("amount"), by=["country"])
    value, se = countries.contrast([1, -2, 0.5, 0.5])
    row = EXPECTED("villages", "contrast").iloc[0]
    assert (value, se) == pytest.approx((row.estimate, row.se), rel=DIGITS)


@pytest.mark.parametrize("name", API)
@pytest.mark.parametrize("sample", ["strat", "clus1"])
def test_api(sample, name):
    frame = table("api")
    design = Design("pw", stratum="stype") if sample == "strat" else Design("pw", psu="dnum")
    statistic, options = API[name]
    data = dataset(frame[frame["sample"] == sample], design)
    agree(estimate(data, statistic, **options), f"api_{sample}", name)


def test_every_number_of_r_is_compared():
    asked = {("villages", name) for name in [*VILLAGES, *OWN_WEIGHT, "contrast"]}
    asked |= {(f"villages_{policy}", name) for policy in ("certainty", "adjust", "average") for name in LONELY}
    asked |= {(f"api_{sample}", name) for sample in ("strat", "clus1") for name in API}
    assert asked == EXPECTED.names
