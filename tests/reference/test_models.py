"""Our models, margins and tests of independence are those of R's survey package.

The numbers in ``models.csv`` were made by ``scripts/reference/models.R``, which says what its columns hold for a test;
no R is needed here.
"""

import numpy as np
import pytest
from against_r import DIGITS, Expected, table
from villages_survey import villages

from lfs_migration.estimate import dataset
from lfs_migration.estimate.independence import independence
from lfs_migration.estimate.margins import margins
from lfs_migration.estimate.regression import glm
from lfs_migration.model.design import Design

EXPECTED = Expected("models")
FITTED = 1e-8
"""Largest relative difference of what is iterated."""
TAIL = 1e-7
"""That of probabilities, which have fewer digits the farther out they are."""
STATISTICS = ("F", "Chisq", "Wald", "adjWald")

BINOMIAL = {"family": "binomial"}
API = {
    "gaussian": ("api00 ~ enroll + stype + sch_wide", {}),
    "interaction": ("api00 ~ enroll * stype", {}),
    "log_left": ("log(enroll) ~ I(api99 ** 2) + stype", {}),
    "gaussian_log": ("api00 ~ enroll + stype", {"link": "log"}),
    "binomial": ("awards == 'Yes' ~ api99 + stype", BINOMIAL),
    "probit": ("awards == 'Yes' ~ api99 + stype", {**BINOMIAL, "link": "probit"}),
    "cloglog": ("awards == 'Yes' ~ api99 + stype", {**BINOMIAL, "link": "cloglog"}),
    "poisson_offset": ("api_stu ~ api99 + stype", {"family": "poisson", "offset": "log(enroll)"}),
    "gamma": ("enroll ~ api99 + stype", {"family": "gamma", "link": "log"}),
    "gamma_inverse": ("enroll ~ stype", {"family": "gamma"}),
    "gamma_identity": ("enroll ~ stype", {"family": "gamma", "link": "identity"}),
    "domain": ("api00 ~ api99 + sch_wide", {"where": "enroll > 500"}),
    "missing": ("target ~ enroll + stype", {}),
    "no_intercept": ("api00 ~ 0 + stype", {}),
}
FINITE = {
    "gaussian": ("api00 ~ enroll + stype", {}),
    "binomial": ("awards == 'Yes' ~ api99 + stype", BINOMIAL),
    "domain": ("api00 ~ api99", {"where": "stype != 'H'"}),
}
AWAY = {"record": "emigrant"}
OLD = {**AWAY, "where": "age >= 30"}
VILLAGES = {
    "gaussian": ("amount ~ age + C(sex) + region", AWAY),
    "domain": ("amount ~ age + C(sex)", {**AWAY, "where": "region == 'north'"}),
    "binomial": ("sends == 1 ~ age + C(sex) + region", {**AWAY, **BINOMIAL}),
    "poisson": ("months ~ age * C(sex)", {**AWAY, "family": "poisson"}),
    "poisson_offset": ("abroad ~ region", {"family": "poisson", "offset": "log(size)"}),
    "gamma": ("amount ~ age + C(reason)", {**AWAY, "family": "gamma", "link": "log"}),
    "gamma_domain": ("amount ~ months + country", {"family": "gamma", "link": "log", **OLD}),
}
WALD = {
    "wald_stype": ("gaussian", "stype"),
    "wald_two": ("gaussian", ["enroll", "sch_wide"]),
    "wald_interaction": ("interaction", "stype:enroll"),
    "wald_region": ("binomial", "region"),
}
MARGINS = {
    "margins_gaussian": ("api00 ~ enroll + stype", {}, "stype"),
    "margins_binomial": ("awards == 'Yes' ~ api99 + stype", BINOMIAL, "stype"),
    "margins_domain": ("api00 ~ api99 + sch_wide", {"where": "enroll > 500"}, "sch_wide"),
    "margins": ("sends == 1 ~ age + C(sex) + region", {**AWAY, **BINOMIAL}, "region"),
}
TABLES = {
    "stype_awards": {},
    "sch_wide_awards": {},
    "sex_reason": AWAY,
    "region_sends": {},
    "country_sex": OLD,
}
DESIGNS = {
    "api_strat": Design("pw", stratum="stype"),
    "api_clus1": Design("pw", psu="dnum"),
    "finite_strat": Design("pw", stratum="stype", fpc="fpc"),
    "finite_clus1": Design("pw", psu="dnum", fpc="fpc"),
    "finite_clus2": Design("pw", psu=["dnum", "snum"], fpc=["fpc", "fpc2"]),
}
MODELS = {"api": API, "finite": FINITE, "villages": VILLAGES}


def survey(name):
    if name == "villages":
        return villages()
    kind, sample = name.split("_")
    frame = table("api" if kind == "api" else "designs_data")
    return dataset(frame[frame["sample"] == sample], DESIGNS[name])


def of(names):
    """Survey and id of R's numbers whose id is one of these."""
    return sorted(pair for pair in EXPECTED.names if pair[1] in names)


def fit(name, which):
    formula, options = MODELS[name.split("_")[0]][which]
    return glm(survey(name), formula, **options)


@pytest.mark.parametrize(("name", "which"), of({*API, *FINITE, *VILLAGES}))
def test_model(name, which):
    ours, theirs = fit(name, which), EXPECTED(name, which)
    rows = theirs.drop("deviance")
    frame = ours.to_frame()
    for figure, other in {"estimate": "estimate", "se": "se", "ci_low": "low", "ci_high": "high"}.items():
        np.testing.assert_allclose(frame[figure], rows[other], rtol=FITTED, err_msg=figure)
    assert ours.df == rows["df"].iloc[0]
    assert ours.deviance == pytest.approx(theirs.loc["deviance", "estimate"], rel=FITTED)


@pytest.mark.parametrize(("name", "which"), of(WALD))
def test_terms_together(name, which):
    model, terms = WALD[which]
    agree(fit(name, model).wald(terms), name, which, FITTED)


@pytest.mark.parametrize("name", ["api_strat", "api_clus1"])
def test_contrast(name):
    row = EXPECTED(name, "contrast").iloc[0]
    assert fit(name, "gaussian").contrast([0, 100, 1, -1, 0]) == pytest.approx((row.estimate, row.se), rel=DIGITS)


@pytest.mark.parametrize(("name", "which"), of(MARGINS))
def test_margins(name, which):
    formula, options, variable = MARGINS[which]
    data = survey(name)
    ours, theirs = margins(glm(data, formula, **options), data, variable), EXPECTED(name, which)
    theirs = theirs.loc[list(ours.by[variable])]
    np.testing.assert_allclose(ours.estimate, theirs["estimate"], rtol=FITTED)
    np.testing.assert_allclose(ours.se, theirs["se"], rtol=FITTED)
    assert len(ours) == len(EXPECTED(name, which))


@pytest.mark.parametrize("statistic", STATISTICS)
@pytest.mark.parametrize(("name", "which"), of({f"{variables}_table" for variables in TABLES}))
def test_independence(name, which, statistic):
    variables = which.removesuffix("_table")
    row, column = variables.rsplit("_", maxsplit=1)
    ours = independence(survey(name), row, column, statistic=statistic, **TABLES[variables])
    agree(ours, name, f"{variables}_{statistic}", DIGITS)
    np.testing.assert_allclose(ours.observed.T.ravel(), EXPECTED(name, which)["estimate"], rtol=DIGITS)


def agree(test, name, which, digits):
    row = EXPECTED(name, which).loc["test"]
    assert test.statistic == pytest.approx(row.estimate, rel=digits)
    assert (test.df, test.ddf) == pytest.approx((row.df, row.low), rel=digits)
    assert test.p == pytest.approx(row.se, rel=TAIL)


def test_every_number_of_r_is_compared():
    tests = {f"{variables}_{statistic}" for variables in TABLES for statistic in (*STATISTICS, "table")}
    known = {*API, *FINITE, *VILLAGES, *WALD, *MARGINS, *tests, "contrast"}
    assert {which for _, which in EXPECTED.names} == known
