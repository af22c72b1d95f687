"""Our models with replicates are those of R's survey package.

The numbers in ``refits.csv`` were made by ``scripts/reference/refits.R``; no R is needed here.
"""

from functools import cache

import numpy as np
import pytest
from against_r import Expected, table

from lfs_migration.estimate import dataset, glm, margins
from lfs_migration.model.design import Design, Replicates
from lfs_migration.weights import replicate

EXPECTED = Expected("refits")
FITTED = 1e-7
"""Largest relative difference: R ends the fit of a replicate when its deviance stands still, at some eight digits."""
BINOMIAL = {"family": "binomial"}
MODELS = {
    "gaussian": ("api00 ~ enroll + api99", {}),
    "binomial": ("awards == 'Yes' ~ api99 + enroll", BINOMIAL),
    "poisson": ("api_stu ~ api99", {"family": "poisson", "offset": "log(enroll)"}),
    "gamma": ("enroll ~ api99", {"family": "gamma", "link": "log"}),
    "missing": ("target ~ enroll", {}),
    "domain": ("api00 ~ api99", {"where": "enroll > 500"}),
}
SURVEYS = [f"{name}_{about}" for name in ("strat_JKn", "clus1_JK1", "clus1_columns") for about in ("full", "mean")]


@cache
def survey(name):
    sample, method, about = name.split("_")
    rows, mse = table("api"), about == "full"
    rows = rows[rows["sample"] == sample]
    design = Design("pw", stratum="stype") if sample == "strat" else Design("pw", psu="dnum")
    if method != "columns":
        return replicate(dataset(rows, design), "jackknife", mse=mse)
    invented = np.add.outer(7 * np.arange(1, len(rows) + 1), 3 * np.arange(1, 13)) % 5 - 2
    names = [f"r{i}" for i in range(12)]
    rows = rows.assign(**dict(zip(names, (rows["pw"].to_numpy()[:, None] * (1 + invented / 10)).T, strict=True)))
    plan = Replicates.from_columns(names, scale=0.25, rscales=[r / 4 for r in range(12)], mse=mse)
    return dataset(rows, Design("pw", psu="dnum", replicates=plan))


@pytest.mark.parametrize("which", MODELS)
@pytest.mark.parametrize("name", SURVEYS)
def test_model(name, which):
    formula, options = MODELS[which]
    ours, theirs = glm(survey(name), formula, **options), EXPECTED(name, which)
    np.testing.assert_allclose(ours.coefficients, theirs["estimate"], rtol=FITTED)
    np.testing.assert_allclose(ours.se, theirs["se"], rtol=FITTED)
    covariance = EXPECTED(name, f"{which}_vcov")["estimate"].iloc[0]
    assert ours.vcov[0, 1] == pytest.approx(covariance, rel=10 * FITTED)


@pytest.mark.parametrize("name", SURVEYS)
def test_terms_together(name):
    wald = glm(survey(name), MODELS["gaussian"][0]).wald(["enroll", "api99"])
    assert wald.statistic == pytest.approx(EXPECTED(name, "wald")["estimate"].iloc[0], rel=FITTED)


@pytest.mark.parametrize("joint", [False, True])
@pytest.mark.parametrize("name", SURVEYS)
def test_margins(name, joint):
    model = glm(survey(name), "awards == 'Yes' ~ api99 + stype", family="binomial")
    ours, theirs = margins(model, survey(name), "stype", joint=joint), EXPECTED(name, "margins" + "_joint" * joint)
    theirs = theirs.loc[list(ours.by["stype"])]
    np.testing.assert_allclose(ours.estimate, theirs["estimate"], rtol=FITTED)
    np.testing.assert_allclose(ours.se, theirs["se"], rtol=FITTED)


def test_every_number_of_r_is_compared():
    known = {*MODELS, *(f"{which}_vcov" for which in MODELS), "wald", "margins", "margins_joint"}
    assert {(name, which) for name in SURVEYS for which in known} == EXPECTED.names
