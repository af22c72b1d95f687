"""Statistics that are made of several are those of R's survey package.

The numbers in ``compound.csv`` were made by ``scripts/reference/compound.R``; no R is needed here.
"""

import numpy as np
import pytest
from against_r import DIGITS, Expected, table
from villages_survey import villages

from lfs_migration.estimate import (
    Concentration,
    Difference,
    Mean,
    MultipleResponse,
    Proportion,
    Ratio,
    Share,
    Total,
    dataset,
    delta,
    estimate,
)  # fmt: skip
from lfs_migration.model.design import Design
from lfs_migration.model.indicator import Part

EXPECTED = Expected("compound")
agree = EXPECTED.agree

USES = ["use_food", "use_school", "use_house"]
ASKED = Part(record="emigrant", where="sends == 1")
CASES, RESPONSES = (MultipleResponse(USES, of, base=ASKED) for of in ("cases", "responses"))
MONEY = Proportion("country", value="amount")
WORK = Share(Part(record="emigrant", where="reason == 1"), Part(record="emigrant", where="answered(reason)"))
RATE = Ratio(Part(record="emigrant"), Part(record="person"))
OF_SEX = [Ratio(*(Part(record=record, where=f"sex == {sex}") for record in ("emigrant", "person"))) for sex in (1, 2)]
RELATIVE = Ratio(OF_SEX[1], OF_SEX[0], "relative rate")

VILLAGES = {
    "cases": (CASES, []),
    "cases_by_sex": (CASES, ["sex"]),
    "responses": (RESPONSES, []),
    "responses_by_sex": (RESPONSES, ["sex"]),
    "value_shares": (MONEY, []),
    "value_shares_by_sex": (MONEY, ["sex"]),
    "mean_difference": (Difference(Mean("amount"), "sex", 1, 2), []),
    "mean_difference_by_country": (Difference(Mean("amount"), "sex", 1, 2), ["country"]),
    "total_difference_by_country": (Difference(Total("amount"), "sex", 1, 2), ["country"]),
    "share_difference_by_country": (Difference(WORK, "sex", 1, 2), ["country"]),
    "rate_difference": (Difference(RATE, "sex", 1, 2), []),
    "rate_ratio": (RELATIVE, []),
    "rate_ratio_by_region": (RELATIVE, ["region"]),
    "mean_ratio": (Ratio(Mean("amount"), Mean("months")), []),
    "herfindahl": (Concentration("country"), []),
    "herfindahl_by_sex": (Concentration("country"), ["sex"]),
    "herfindahl_value": (Concentration(MONEY), []),
    "largest_two": (Concentration("country", largest=2), []),
    "largest_two_by_sex": (Concentration("country", largest=2), ["sex"]),
}
PARTLY = {
    "value_shares_all": Proportion("reason", value="amount", over="all", unknown=True),
    "value_shares_known": Proportion("reason", value="amount"),
}
CONTRASTS = {"responses_contrast": (RESPONSES, [1, -2, 0]), "value_shares_contrast": (MONEY, [0, -2, 0, 1])}
DIFFERENCES = ["mean_difference_by_country", "total_difference_by_country", "share_difference_by_country"]
SCHOOLS = {
    "mean": (Mean("api00"), ""),
    "mean_domain": (Mean("api00"), "enroll > 500"),
    "total": (Total("api00"), ""),
    "share": (Proportion("stype"), ""),
    "ratio": (Ratio("api_stu", "enroll"), ""),
    "value_share": (Proportion("stype", value="enroll"), ""),
}


@pytest.mark.parametrize("name", VILLAGES)
def test_villages(name):
    statistic, by = VILLAGES[name]
    agree(estimate(villages(), statistic, by=by), "villages", name)


@pytest.mark.parametrize("name", PARTLY)
def test_some_of_the_shares(name):
    result, theirs = estimate(villages(), PARTLY[name]), EXPECTED("villages", name)
    rows = [f"reason={code}" for code in result.by["reason"]]
    for key, row in theirs.iterrows():
        i = rows.index(key)
        assert (result.estimate[i], result.se[i]) == pytest.approx((row.estimate, row.se), rel=DIGITS)


@pytest.mark.parametrize("name", CONTRASTS)
def test_contrasts_use_the_covariance(name):
    statistic, weights = CONTRASTS[name]
    row = EXPECTED("villages", name).iloc[0]
    assert estimate(villages(), statistic).contrast(weights) == pytest.approx((row.estimate, row.se), rel=DIGITS)


@pytest.mark.parametrize("name", DIFFERENCES)
def test_differences_have_the_covariance_of_contrasts(name):
    statistic, by = VILLAGES[name]
    result, theirs = estimate(villages(), statistic, by=by), EXPECTED("villages", f"{name}_vcov")
    pairs = [tuple(int(i) - 1 for i in key.split(";")[1:]) for key in theirs.index]
    near = {"rtol": DIGITS, "atol": 1e-12 * result.se.max() ** 2}
    np.testing.assert_allclose([result.vcov[pair] for pair in pairs], theirs["estimate"], **near)

    both = estimate(villages(), statistic.statistic, by=[*by, "sex"])
    codes = sorted(set(both.by[by[0]]))
    matrix = np.array([(both.by[by[0]] == code) * np.where(both.by["sex"] == 1, 1.0, -1.0) for code in codes])
    values, covariance = both.contrast(matrix)
    np.testing.assert_allclose(result.estimate, values, rtol=DIGITS)
    np.testing.assert_allclose(result.vcov, covariance, **near)


@pytest.mark.parametrize("by", [[], ["sex"]])
def test_concentration_is_a_function_of_shares(by):
    ours = estimate(villages(), [Concentration("country"), Concentration("country", largest=2)], by=by)
    shares = estimate(villages(), Proportion("country"), by=by)
    groups = np.unique(shares.by["sex"].astype(int), return_inverse=True)[1] if by else np.zeros(len(shares), dtype=int)
    for group in range(max(groups) + 1):
        inside = groups == group
        index = delta(shares, lambda p, inside=inside: float((p[inside] ** 2).sum()))
        assert (ours.estimate[group], ours.se[group]) == pytest.approx(index, rel=1e-7)


@pytest.mark.parametrize("reference", ["replace", "without"])
@pytest.mark.parametrize("name", SCHOOLS)
@pytest.mark.parametrize("sample", ["api_strat", "api_clus1"])
def test_design_effects(sample, name, reference):
    rows = table("api")
    design = Design("pw", stratum="stype") if sample == "api_strat" else Design("pw", psu="dnum")
    statistic, where = SCHOOLS[name]
    data = dataset(rows[rows["sample"] == sample.removeprefix("api_")], design)
    theirs = EXPECTED(sample, f"deff_{name}_{reference}")["estimate"]
    result = estimate(data, statistic, where=where)
    np.testing.assert_allclose(result.design_effect(reference), theirs, rtol=DIGITS, atol=1e-12)


def test_every_number_of_r_is_compared():
    asked = {("villages", name) for name in [*VILLAGES, *PARTLY, *CONTRASTS, *(f"{name}_vcov" for name in DIFFERENCES)]}
    samples, references = ("api_strat", "api_clus1"), ("replace", "without")
    asked |= {(sample, f"deff_{name}_{ref}") for sample in samples for name in SCHOOLS for ref in references}
    assert asked == EXPECTED.names
