"""Laws between methods: models and means, replicates and linearisation, domains and the strata of others, engines."""

import duckdb
import numpy as np
import pyarrow as pa
from hypothesis import assume, given, settings
from plain_survey import frame, survey, surveys

from lfs_migration.estimate import (
    Count,
    Mean,
    Proportion,
    Quantile,
    Ratio,
    Total,
    dataset,
    estimate,
    glm,
)
from lfs_migration.model.design import Design
from lfs_migration.weights import replicate

CLOSE = {"rtol": 1e-8, "atol": 1e-8}

few = settings(max_examples=15, deadline=None)


@few
@given(surveys())
def test_a_regression_on_a_constant_is_the_mean(rows):
    known = [row for row in rows if row["y"] is not None and row["d"]]
    assume(len({row["y"] for row in known}) > 1)
    data = survey(rows)
    mean, model = estimate(data, Mean("y"), where="d"), glm(data, "y ~ 1", where="d")
    np.testing.assert_allclose(model.coefficients, mean.estimate, **CLOSE)
    np.testing.assert_allclose(model.se, mean.se, **CLOSE)
    assert model.df == mean.df[0]


@few
@given(surveys())
def test_a_regression_on_categories_is_the_means_of_domains(rows):
    groups = {row["g"] for row in rows if row["g"] is not None and row["y"] is not None}
    assume(len(groups) > 1)
    data = survey(rows)
    means, model = estimate(data, Mean("y"), by="g", where="y > -100"), glm(data, "y ~ 0 + g")
    here = np.isin(means.by["g"], sorted(groups))
    np.testing.assert_allclose(model.coefficients, means.estimate[here], **CLOSE)
    np.testing.assert_allclose(model.se, means.se[here], **CLOSE)


@few
@given(surveys())
def test_the_jackknife_of_totals_is_linearisation(rows):
    data = survey(rows)
    statistics = [Count(), Total("y"), Total("x")]
    taylor, jackknife = (estimate(d, statistics, by="g") for d in (data, replicate(data, "jackknife")))
    np.testing.assert_allclose(jackknife.se, taylor.se, **CLOSE)


@few
@given(surveys(), surveys())
def test_a_domain_does_not_change_the_degrees_of_freedom_of_others(rows, other):
    marked = [{**row, "g": "here"} for row in rows]
    moved = [{**row, "h": row["h"] + "x", "g": "there"} for row in other]
    alone, together = (estimate(survey(r), [Count(), Mean("y")], by="g") for r in (marked, marked + moved))
    here = together.by["g"] == "here"
    np.testing.assert_array_equal(together.df[here], alone.df)
    np.testing.assert_allclose(together.se[here], alone.se, **CLOSE)


@few
@given(surveys())
def test_an_engine_that_gives_groups_gives_the_same_figures(rows):
    statistics = [Count(), Total("y"), Mean("y"), Ratio("y", "x"), Proportion("g", unknown=True)]
    if any(row["y"] is not None and row["d"] for row in rows):
        statistics.append(Quantile("y", [0.3, 0.5]))
    relation = duckdb.connect().from_arrow(pa.Table.from_pandas(frame(rows)))
    there, here = (
        estimate(data, statistics, where="d") for data in (dataset(relation, Design("w", "h", "c")), survey(rows))
    )
    for name in ("estimate", "se", "ci_low", "ci_high", "deff", "df", "n", "households", "n_numerator", "unknown"):
        np.testing.assert_allclose(getattr(there, name), getattr(here, name), err_msg=name, **CLOSE)
