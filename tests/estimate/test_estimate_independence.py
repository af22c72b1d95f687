"""Tests of independence: what they must equal by hand, what they must not depend on, and what they refuse."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from small_survey import households, survey

from lfs_migration.errors import EstimationError, NotFound
from lfs_migration.estimate import Count, dataset, estimate
from lfs_migration.estimate.independence import independence
from lfs_migration.model.design import Design

DESIGN = Design("w", "h", "c")
STATISTICS = ["F", "Chisq", "Wald", "adjWald"]


def frame(rows=300):
    """Sixteen units in four strata; the unit is a part of who goes where."""
    rng = np.random.default_rng(11)
    unit = rng.integers(0, 16, rows)
    sex = rng.integers(1, 3, rows)
    place = np.where(rng.random(rows) < 0.2 + 0.2 * (sex == 2) + 0.02 * unit, "ESP", rng.choice(["NA", "NO"], rows))
    return pd.DataFrame({"h": unit // 4, "c": unit % 4, "w": rng.gamma(4.0, 20.0, rows), "sex": sex, "place": place})


def people(changes=None, design=DESIGN):
    return dataset(frame().assign(**(changes or {})), design)


def test_a_simple_sample_gives_pearsons_statistic():
    simple = people({"w": 3.0}, Design("w"))
    ours = independence(simple, "sex", "place", statistic="Chisq")
    theirs = stats.chi2_contingency(pd.crosstab(frame().sex, frame().place), correction=False)
    assert (ours.statistic, ours.df) == pytest.approx((theirs.statistic, 2))
    # the generalised design effect of a simple sample is 1 under independence, but for n / (n - 1)
    assert ours.design_effect == pytest.approx(1, abs=0.05)
    assert ours.p == pytest.approx(stats.chi2.sf(ours.statistic / ours.design_effect, 2))


def test_the_table():
    ours = independence(people(), "sex", "place")
    counts = estimate(people(), Count(), by=["sex", "place"])
    assert (ours.rows, ours.columns) == ((1, 2), ("ESP", "NA", "NO"))
    assert ours.observed.ravel() == pytest.approx(counts.estimate)
    for axis in (0, 1):
        assert ours.expected.sum(axis=axis) == pytest.approx(ours.observed.sum(axis=axis))
    assert np.linalg.matrix_rank(ours.expected) == 1
    table = ours.to_frame()
    assert list(table) == ["sex", "place", "observed", "expected"]
    assert table.loc[(table.sex == 2) & (table.place == "NA"), "observed"].item() == pytest.approx(ours.observed[1, 1])


def test_a_wald_test_of_four_cells_is_t_squared():
    ours = independence(people({"far": lambda t: t.place == "NO"}), "sex", "far", statistic="Wald")
    rows = frame()
    w, a, b = rows.w, rows.sex == 2, rows.place == "NO"
    n, p, q = w.sum(), np.average(a, weights=w), np.average(b, weights=w)
    y = (w * (a & b)).sum() - n * p * q
    u = (w * ((a & b) - q * a - p * b + p * q)).groupby([rows.h, rows.c]).sum()
    variance = sum(4 / 3 * ((s - s.mean()) ** 2).sum() for _, s in u.groupby(level=0))
    assert (ours.statistic, ours.df, ours.ddf) == pytest.approx((y**2 / variance, 1, 12))
    assert ours.p == pytest.approx(2 * stats.t.sf(np.sqrt(ours.statistic), 12))


def test_the_degrees_of_freedom_of_each_statistic():
    f, chisq, wald, adjusted = (independence(people(), "sex", "place", statistic=name) for name in STATISTICS)
    assert 1 < f.df <= 2
    assert f.ddf == pytest.approx(12 * f.df)
    assert f.statistic == pytest.approx(chisq.statistic / (2 * f.design_effect))
    assert (chisq.df, chisq.ddf) == (2, np.inf)
    assert (wald.df, wald.ddf, adjusted.df, adjusted.ddf) == (2, 12, 2, 11)
    assert adjusted.statistic == pytest.approx(wald.statistic * 11 / 12)
    assert np.isnan(wald.design_effect)


@pytest.mark.parametrize("statistic", STATISTICS)
def test_what_changes_nothing(statistic):
    def outcome(data, row="sex", column="place"):
        test = independence(data, row, column, statistic=statistic)
        return test.statistic, test.df, test.ddf, test.p

    once = outcome(people())
    assert outcome(people({"w": lambda t: t.w * 1e5})) == pytest.approx(once)
    assert outcome(people(), "place", "sex") == pytest.approx(once)
    assert outcome(dataset(frame().sample(frac=1, random_state=2), DESIGN)) == pytest.approx(once)
    assert outcome(people({"sex": lambda t: 3 - t.sex})) == pytest.approx(once)
    absent = pd.DataFrame({"h": [0], "c": [0], "w": [0.0], "sex": [9], "place": ["XX"]})
    assert outcome(dataset(pd.concat([frame(), absent]), DESIGN)) == pytest.approx(once)


@pytest.mark.parametrize("statistic", STATISTICS)
def test_rows_outside_the_domain_stay_in_the_design(statistic):
    part = frame().assign(inside=lambda t: t.c > 0)
    inside = independence(dataset(part, DESIGN), "sex", "place", where="inside", statistic=statistic)
    zeros = independence(dataset(part.assign(w=part.w * part.inside), DESIGN), "sex", "place", statistic=statistic)
    dropped = independence(dataset(part[part.inside], DESIGN), "sex", "place", statistic=statistic)
    assert (inside.statistic, inside.ddf, inside.p) == pytest.approx((zeros.statistic, zeros.ddf, zeros.p))
    assert inside.n == dropped.n == part.inside.sum()
    assert inside.p != pytest.approx(dropped.p, rel=1e-6)


def test_rows_that_are_not_known_are_left_out_and_counted():
    holes = frame().assign(sex=lambda t: t.sex.astype(float))
    holes.loc[:9, "sex"] = np.nan
    holes.loc[5:14, "place"] = None
    ours = independence(dataset(holes, DESIGN), "sex", "place")
    assert (ours.n, ours.left_out) == (285, 15)


def test_a_missing_code_is_no_category():
    # of the two emigrants whose reason is known, and who are of a household, both are men
    with pytest.raises(EstimationError, match="sex has only the category 1"):
        independence(households(), "reason", "sex", record="emigrant")


def test_an_empty_cell_is_allowed():
    ours = independence(
        people({"place": lambda t: np.where((t.sex == 1) & (t.place == "NO"), "NA", t.place)}), "sex", "place"
    )
    assert ours.observed[0, 2] == 0
    assert ours.p < 0.001


def test_the_printed_test():
    f, chisq = independence(people(), "sex", "place"), independence(people(), "sex", "place", statistic="Chisq")
    assert str(f).startswith("Independence of sex and place, Rao and Scott's second-order correction\nF = ")
    assert "X2 = " in str(chisq)
    assert str(chisq).endswith(f"with 2 degrees of freedom, p = {chisq.p:.4g}")
    odd = independence(people({"<b>": lambda t: t.place}), "sex", "<b>")._repr_html_()
    assert "&lt;b&gt;" in odd
    assert "<b>" not in odd


@pytest.mark.parametrize(
    ("row", "column", "options", "message"),
    [
        ("sx", "place", {}, r"No variable 'sx' in the data. Did you mean 'sex'"),
        ("sex", "sex", {}, r"two different variables, not of 'sex' and itself"),
        ("sex", "place", {"statistic": "wald"}, r"No statistic 'wald' of independence. Did you mean 'Wald'"),
        ("sex", "place", {"where": "sex == 1"}, r"sex has only the category 1 where sex == 1. A test needs two"),
        ("sex", "place", {"where": "sex == 7"}, r"sex has no known category where sex == 7"),
        ("sex", "place", {"record": "persons"}, r"No record 'persons' in the data"),
    ],
)
def test_what_cannot_be_tested(row, column, options, message):
    with pytest.raises((EstimationError, NotFound), match=message):
        independence(people(), row, column, **options)


def test_more_contrasts_than_degrees_of_freedom():
    wide = people({"a": lambda t: np.arange(len(t)) % 11, "b": lambda t: np.arange(len(t)) % 3})
    with pytest.raises(EstimationError, match=r"20 numbers cannot be tested together.*singular"):
        independence(wide, "a", "b", statistic="Wald")
    assert 0 <= independence(wide, "a", "b").p <= 1


def test_as_many_contrasts_as_degrees_of_freedom():
    few = survey(g=["NO", "NA", "NO", "NA", "NO"], z=[1, 2, 3, 1, 2])
    wald, adjusted = (independence(few, "g", "z", statistic=name) for name in ("Wald", "adjWald"))
    assert (wald.df, wald.ddf, adjusted.ddf) == (2, 2, 1)
    assert adjusted.statistic == pytest.approx(wald.statistic / 2)
    assert wald.p < adjusted.p


def test_a_table_that_is_the_same_in_every_unit():
    same = pd.DataFrame({"w": [1.0] * 8, "c": [1, 1, 1, 1, 2, 2, 2, 2], "a": [1, 1, 2, 2] * 2, "b": [1, 2] * 4})
    with pytest.raises(EstimationError, match="does not vary between primary sampling units"):
        independence(dataset(same, Design("w", None, "c")), "a", "b")


def test_the_variance_may_be_undefined():
    lonely = people({"c": 1}, Design("w", "h", "c", singletons="average"))
    with pytest.raises(EstimationError, match="undefined under the policy for strata of one unit"):
        independence(lonely, "sex", "place")


def test_the_record_is_named_where_several_have_the_variable():
    with pytest.raises(EstimationError, match=r"different records.*say which: record="):
        independence(households(), "reason", "age")
