"""Models and tests of independence take the variables that they need off the engine."""

import pytest
from test_engines import DESIGN, ENGINES, FRAME, KINDS

import lfs_migration as lfm

LAZY = [engine for engine in ENGINES if engine.values[0] in ("duckdb", "polars lazy", "spark")]
MEMORY = lfm.dataset(FRAME, DESIGN)


@pytest.mark.parametrize("kind", LAZY)
def test_a_model_is_the_same(kind, tmp_path):
    survey = lfm.dataset(KINDS[kind](tmp_path), DESIGN)
    fits = [lfm.glm(data, "money ~ age + C(sex)", where="age >= 15") for data in (survey, MEMORY)]
    assert fits[0].coefficients == pytest.approx(fits[1].coefficients, rel=1e-9)
    assert fits[0].se == pytest.approx(fits[1].se, rel=1e-9)
    assert [fits[0].n, fits[0].left_out, fits[0].df] == [fits[1].n, fits[1].left_out, fits[1].df]


@pytest.mark.parametrize("kind", LAZY)
def test_a_test_of_independence_is_the_same(kind, tmp_path):
    survey = lfm.dataset(KINDS[kind](tmp_path), DESIGN)
    found, wanted = (lfm.independence(data, "sex", "away", where="age >= 15") for data in (survey, MEMORY))
    assert found.observed == pytest.approx(wanted.observed, rel=1e-9)
    assert found.design_effect == pytest.approx(wanted.design_effect, rel=1e-9)
    assert [found.n, found.left_out] == [wanted.n, wanted.left_out]
