"""Models of data with replicates: each replicate fits the model again."""

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import lfs_migration as lfm
from lfs_migration.errors import DesignError, EstimationError

RNG = np.random.default_rng(17)
SIZE = 600
X = RNG.normal(0, 1, SIZE)
FRAME = pd.DataFrame(
    {
        "w": RNG.uniform(1, 3, SIZE),
        "h": np.repeat(np.arange(6), 100),
        "c": np.repeat(np.arange(30), 20),
        "g": RNG.choice(list("pqr"), SIZE),
        "x": X,
        "y": 1 + 2 * X + RNG.normal(0, 1, SIZE),
        "won": (X + RNG.logistic(0, 1, SIZE) > 0).astype(int),
        "n": RNG.poisson(np.exp(0.3 * X)),
    }
)
DESIGN = lfm.Design("w", stratum="h", psu="c")
SURVEY = lfm.dataset(FRAME, DESIGN)
FORMULAS = {"gaussian": "y ~ x + g", "binomial": "won ~ x", "poisson": "n ~ x + g"}
COLUMNS = [f"r{unit}" for unit in range(30)]


def left_out():
    """The frame with the jackknife's weights as columns."""
    same = FRAME.h.to_numpy() == np.arange(30)[:, None] // 5
    weights = np.where(FRAME.c.to_numpy() == np.arange(30)[:, None], 0, np.where(same, 5 / 4, 1)) * FRAME.w.to_numpy()
    return FRAME.assign(**dict(zip(COLUMNS, weights, strict=True)))


DELIVERED = lfm.Design(
    "w", stratum="h", psu="c", replicates=lfm.Replicates.from_columns(COLUMNS, scale=1, rscales=[4 / 5] * 30)
)


@pytest.mark.parametrize("family", FORMULAS)
def test_each_replicate_is_a_fit_with_its_weights(family):
    table = left_out()
    model = lfm.glm(lfm.dataset(table, DELIVERED), FORMULAS[family], family=family)
    for column in ("r0", "r7", "r29"):
        alone = lfm.glm(lfm.dataset(table, lfm.Design(column)), FORMULAS[family], family=family)
        np.testing.assert_allclose(model.refits[COLUMNS.index(column)], alone.coefficients, rtol=1e-9)
    away = model.refits - model.coefficients
    np.testing.assert_allclose(model.vcov, 4 / 5 * away.T @ away)


@pytest.mark.parametrize("family", FORMULAS)
def test_delivered_weights_are_those_that_they_were_made_of(family):
    given = lfm.glm(lfm.dataset(left_out(), DELIVERED), FORMULAS[family], family=family)
    made = lfm.glm(lfm.replicate(SURVEY, "jackknife"), FORMULAS[family], family=family)
    np.testing.assert_allclose(given.vcov, made.vcov, rtol=1e-8)
    assert (given.df, given.n) == (made.df, made.n)


@pytest.mark.parametrize("family", FORMULAS)
def test_the_jackknife_comes_near_to_linearisation(family):
    linear, left = (lfm.glm(s, FORMULAS[family], family=family) for s in (SURVEY, lfm.replicate(SURVEY, "jackknife")))
    np.testing.assert_array_equal(left.coefficients, linear.coefficients)
    np.testing.assert_allclose(left.se, linear.se, rtol=0.1)
    assert left.df == linear.df


def test_a_constant_alone_is_the_mean():
    survey = lfm.replicate(SURVEY, "bootstrap", replicates=40, seed=3)
    mean = lfm.estimate(survey, lfm.Mean("y"), where="x > 0")
    model = lfm.glm(survey, "y ~ 1", where="x > 0")
    assert (model.coefficients[0], model.se[0]) == pytest.approx((mean.estimate[0], mean.se[0]), rel=1e-9)


def test_tests_and_contrasts_use_the_covariance_of_replicates():
    model = lfm.glm(lfm.replicate(SURVEY, "jackknife"), "y ~ x + g")
    q = model.coefficients[2:]
    own = {"rtol": 1e-9}
    np.testing.assert_allclose(model.wald("g").statistic, q @ np.linalg.solve(model.vcov[2:, 2:], q) / 2, **own)
    np.testing.assert_allclose(model.contrast([0, 0, 1, -1])[1] ** 2, np.array([1, -1]) @ model.vcov[2:, 2:] @ [1, -1])


@pytest.mark.parametrize("joint", [False, True])
def test_margins_come_near_to_linearisation(joint):
    results = []
    for survey in (SURVEY, lfm.replicate(SURVEY, "jackknife")):
        model = lfm.glm(survey, "won ~ x + g", family="binomial")
        results.append(lfm.margins(model, survey, "g", joint=joint))
    np.testing.assert_allclose(results[1].estimate, results[0].estimate)
    np.testing.assert_allclose(results[1].se, results[0].se, rtol=0.1)


def test_margins_without_other_variables_are_the_means_of_categories():
    survey = lfm.replicate(SURVEY, "jackknife")
    margins = lfm.margins(lfm.glm(survey, "y ~ g"), survey, "g", joint=True)
    means = lfm.estimate(survey, lfm.Mean("y"), by="g")
    np.testing.assert_allclose(margins.vcov, means.vcov, rtol=1e-8, atol=1e-12)


@pytest.mark.parametrize("delivered", [False, True])
def test_an_engine_gives_the_same(delivered):
    table = left_out()
    relation = duckdb.connect().from_arrow(pa.Table.from_pandas(table))
    found = []
    for frame in (table, relation):
        survey = lfm.dataset(frame, DELIVERED if delivered else DESIGN)
        survey = survey if delivered else lfm.replicate(survey, "jackknife")
        model = lfm.glm(survey, "won ~ x + g", family="binomial", where="h < 4")
        found.append((model.vcov, lfm.margins(model, survey, "g", joint=True).vcov))
    for ours, theirs in zip(*found, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-8)


def test_a_replicate_that_cannot_be_fitted_is_named():
    lonely = FRAME.assign(g=np.where(FRAME.c == 4, "only", "p"))
    with pytest.raises(EstimationError, match="The fit of replicate 5 does not converge"):
        lfm.glm(lfm.replicate(lfm.dataset(lonely, DESIGN), "jackknife"), "won ~ g", family="binomial")


def test_a_replicate_weight_that_is_missing_is_named():
    table = left_out()
    table.loc[3, "r2"] = np.nan
    with pytest.raises(DesignError, match="The replicate weight r2 is missing"):
        lfm.glm(lfm.dataset(table, DELIVERED), "y ~ x")
