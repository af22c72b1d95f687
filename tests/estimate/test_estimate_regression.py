"""Models: what they must equal by hand, what they must not depend on, and what they refuse."""

import pickle
import re
from importlib import import_module

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from small_survey import households, survey

from lfs_migration.errors import DesignError, EstimationError, NotFound
from lfs_migration.estimate import Mean, dataset, estimate
from lfs_migration.estimate.margins import margins
from lfs_migration.estimate.regression import glm
from lfs_migration.model.design import Design

DESIGN = Design("w", "h", "c")


def frame(rows=240):
    """Twelve units in three strata; the unit is a part of what is measured."""
    rng = np.random.default_rng(5)
    unit = rng.integers(0, 12, rows)
    x, sex, place = rng.normal(size=rows), rng.integers(1, 3, rows), rng.choice(["ESP", "NA", "NO"], rows)
    eta = 0.4 * x - 0.5 * (sex == 2) + 0.3 * (place == "NO") + 0.4 * rng.normal(size=12)[unit]
    return pd.DataFrame({
        "h": unit // 4, "c": unit % 4, "w": rng.gamma(4.0, 20.0, rows), "x": x, "sex": sex, "place": place,
        "y": 3 + eta + rng.normal(size=rows), "gone": (rng.random(rows) < 1 / (1 + np.exp(-eta))).astype(int),
        "number": rng.poisson(np.exp(eta)), "months": rng.integers(1, 60, rows), "amount": rng.gamma(2.0, np.exp(eta)),
    })  # fmt: skip


def people(changes=None, design=DESIGN):
    return dataset(frame().assign(**(changes or {})), design)


# ------------------------------------------------------------------------------------------------------- what it equals


def test_a_model_without_covariates_is_the_mean():
    model, mean = glm(people(), "y ~ 1"), estimate(people(), Mean("y"))
    assert model.coefficients == pytest.approx(mean.estimate, rel=1e-12)
    assert model.se == pytest.approx(mean.se, rel=1e-12)
    assert model.df == mean.df[0] == 9


@pytest.mark.parametrize(("family", "link", "value"), [("gaussian", "identity", 3.0), ("gaussian", "identity", 0.0),
                                                       ("gamma", "log", 3.0), ("poisson", "log", 3.0)])  # fmt: skip
def test_a_left_side_that_is_the_same_everywhere_is_fitted(family, link, value):
    model = glm(people({"y": value}), "y ~ 0 + place + x", family=family, link=link)
    eta = np.log(value) if link == "log" else value
    assert model.coefficients == pytest.approx([eta, eta, eta, 0.0], abs=1e-10)
    assert model.se == pytest.approx(0.0, abs=1e-10)


def test_a_model_of_categories_is_the_means_of_domains():
    model, means = glm(people(), "y ~ 0 + place"), estimate(people(), Mean("y"), by="place")
    assert model.coefficients == pytest.approx(means.estimate, rel=1e-12)
    assert model.vcov == pytest.approx(means.vcov, rel=1e-9)


def test_the_sandwich_by_hand():
    rows = frame()
    x, w = np.column_stack([np.ones(len(rows)), rows.x, rows.sex == 2]).astype(float), rows.w.to_numpy()
    bread = np.linalg.inv((x * w[:, None]).T @ x)
    b = bread @ (x * w[:, None]).T @ rows.y.to_numpy()
    scores = pd.DataFrame(x * (w * (rows.y.to_numpy() - x @ b))[:, None] @ bread).groupby([rows.h, rows.c]).sum()
    meat = sum(4 / 3 * (u - u.mean()).T @ (u - u.mean()) for _, u in scores.groupby(level=0))
    model = glm(people(), "y ~ x + C(sex)")
    assert model.coefficients == pytest.approx(b, rel=1e-10)
    assert model.vcov == pytest.approx(meat.to_numpy(), rel=1e-9)
    assert model.df == 9 + 1 - 3


@pytest.mark.parametrize(
    ("formula", "family", "link", "mean"),
    [
        ("gone ~ x + C(sex)", "binomial", None, lambda eta: 1 / (1 + np.exp(-eta))),
        ("number ~ x + place", "poisson", None, np.exp),
        ("amount ~ x", "gamma", "log", np.exp),
        ("amount ~ place", "gamma", None, lambda eta: 1 / eta),
        ("gone ~ x", "binomial", "cauchit", lambda eta: 0.5 + np.arctan(eta) / np.pi),
        ("number ~ place", "poisson", "sqrt", np.square),
    ],
)
def test_the_scores_of_a_fit_add_up_to_zero(formula, family, link, mean):
    model = glm(people(), formula, family=family, link=link)
    rows = model.rows(_sample(people()))
    mu = mean(rows.x @ model.coefficients)
    slope = (mean(rows.x @ model.coefficients + 1e-6) - mean(rows.x @ model.coefficients - 1e-6)) / 2e-6
    spread = {"binomial": mu * (1 - mu), "poisson": mu, "gamma": mu**2}[family]
    score = rows.x.T @ (rows.weight * (rows.y - mu) * slope / spread)
    assert np.abs(score).max() < 1e-7 * len(rows.y)


def _sample(data):
    from lfs_migration.sample import Sample

    return Sample(data)


def test_a_share_may_be_modelled():
    model = glm(people({"share": lambda t: t.gone * 0.8 + 0.1}), "share ~ 1", family="binomial")
    mean = estimate(people({"share": lambda t: t.gone * 0.8 + 0.1}), Mean("share")).estimate[0]
    assert 1 / (1 + np.exp(-model.coefficients[0])) == pytest.approx(mean, rel=1e-10)


def test_an_offset_is_not_estimated():
    rate = glm(people(), "number ~ 1", family="poisson", offset="log(months)")
    rows = frame()
    expected = np.log((rows.w * rows.number).sum() / (rows.w * rows.months).sum())
    assert rate.coefficients[0] == pytest.approx(expected, rel=1e-10)
    assert rate.names == ("Intercept",)
    assert "offset log(months)" in rate.summary()


def test_the_left_side_may_be_a_condition():
    a, b = glm(people(), "sex == 2 ~ x", family="binomial"), glm(people(), "I(sex - 1) ~ x", family="binomial")
    assert a.coefficients == pytest.approx(b.coefficients, rel=1e-12)


# ------------------------------------------------------------------------------------------- what it does not depend on


@pytest.mark.parametrize("family", ["gaussian", "binomial", "poisson"])
def test_weights_rescaled_change_nothing(family):
    once = glm(people(), "gone ~ x + C(sex)", family=family)
    more = glm(people({"w": lambda t: t.w * 1e4}), "gone ~ x + C(sex)", family=family)
    np.testing.assert_allclose(once.to_frame().iloc[:, 1:], more.to_frame().iloc[:, 1:], rtol=1e-9)
    assert (once.deviance, once.dispersion) == pytest.approx((more.deviance, more.dispersion))


def test_the_order_of_rows_changes_nothing():
    mixed = dataset(frame().sample(frac=1, random_state=3), DESIGN)
    a, b = glm(people(), "y ~ x * place"), glm(mixed, "y ~ x * place")
    np.testing.assert_allclose(a.vcov, b.vcov, rtol=1e-9)


def test_rows_outside_the_domain_stay_in_the_design():
    part = frame()
    part["inside"] = part.c > 0  # no row of the first unit of each stratum
    inside = glm(dataset(part, DESIGN), "y ~ x", where="inside")
    with_zeros = glm(dataset(part.assign(w=part.w * part.inside), DESIGN), "y ~ x")
    dropped = glm(dataset(part[part.inside], DESIGN), "y ~ x")
    assert inside.se == pytest.approx(with_zeros.se, rel=1e-12)
    assert inside.n == with_zeros.n == dropped.n == part.inside.sum()
    assert (inside.df, dropped.df) == (8, 5)
    assert inside.se != pytest.approx(dropped.se, rel=1e-3)


def test_a_missing_value_leaves_a_row_out_and_is_counted():
    holes = frame()
    holes.loc[:9, "x"] = np.nan
    holes.loc[5:14, "place"] = None
    model = glm(dataset(holes, DESIGN), "y ~ x + place")
    known = glm(
        dataset(holes.assign(known=~(holes.x.isna() | holes.place.isna())), DESIGN), "y ~ x + place", where="known"
    )
    assert (model.left_out, model.n, known.left_out, known.n) == (15, 225, 0, 225)
    assert model.se == pytest.approx(known.se, rel=1e-12)
    assert glm(dataset(holes, DESIGN), "y ~ x", where="sex == 1").left_out == (holes.x.isna() & (holes.sex == 1)).sum()


def test_a_missing_code_is_no_value_and_an_emigrant_of_no_household_is_in_no_unit():
    model = glm(households(), "reason ~ 1", record="emigrant")
    assert (model.n, model.left_out, model.record) == (2, 1, "emigrant")
    assert model.coefficients[0] == pytest.approx((1 * 1 + 3 * 2) / 4)


def test_a_power_of_a_small_integer_does_not_overflow():
    small = frame().assign(age=np.arange(240, dtype=np.int8) % 100)
    model = glm(dataset(small, DESIGN), "y ~ I(age ** 2)")
    whole = glm(dataset(small.assign(age=small.age.astype(float)), DESIGN), "y ~ I(age ** 2)")
    assert model.coefficients == pytest.approx(whole.coefficients, rel=1e-12)


def test_without_a_degree_of_freedom_there_is_no_limit():
    table = glm(survey(), "x ~ w + I(w ** 2)").to_frame()
    assert table["se"].notna().all()
    assert table[["p", "ci_low", "ci_high"]].isna().all(axis=None)


# -------------------------------------------------------------------------------------------------------- what it tells


def test_the_table():
    model = glm(people(), "y ~ x + C(sex)")
    table = model.to_frame(level=0.9)
    assert list(table) == ["term", "estimate", "se", "t", "p", "ci_low", "ci_high"]
    assert list(table["term"]) == ["Intercept", "x", "C(sex)[T.2]"]
    assert table["p"].to_numpy() == pytest.approx(2 * stats.t.sf(np.abs(table["t"]), 7))
    assert table["ci_high"].to_numpy() == pytest.approx(table["estimate"] + stats.t.ppf(0.95, 7) * table["se"])


def test_the_dispersion_is_the_weighted_pearson_statistic():
    rows, model = frame(), glm(people(), "number ~ 1", family="poisson")
    mu = np.average(rows.number, weights=rows.w)
    assert model.dispersion == pytest.approx(np.average((rows.number - mu) ** 2 / mu, weights=rows.w))


def test_the_printed_model():
    text = str(glm(people(), "gone ~ x + place", family="binomial", where="sex == 1"))
    assert text.startswith("gone ~ x + place, where sex == 1\nbinomial family, logit link\n")
    assert re.search(r"\n\d+ rows, 0 left out for a missing value\n6 degrees of freedom, dispersion", text)
    assert re.search(r"place\[T\.NO\] +-?\d", text)


def test_a_notebook_shows_text_as_text():
    html = glm(people({"place": lambda t: t.place.replace("NO", "X</td><script>")}), "y ~ place")._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_a_model_can_be_stored():
    model = glm(people(), "y ~ x")
    assert pickle.loads(pickle.dumps(model)).coefficients == pytest.approx(model.coefficients)


def test_a_test_of_one_coefficient_is_its_t_squared():
    model = glm(people(), "y ~ x + place")
    test, row = model.wald("x"), model.to_frame().iloc[1]
    assert (test.statistic, test.df, test.ddf, test.p) == pytest.approx((row.t**2, 1, 6, row.p))
    assert model.wald(["place[T.NA]", "place[T.NO]"]).statistic == model.wald("place").statistic
    assert "Wald test of x\nF = " in str(test)


def test_a_contrast_is_of_all_coefficients():
    model = glm(people(), "y ~ x + place")
    i, j = model.names.index("place[T.NO]"), model.names.index("place[T.NA]")
    weights = np.zeros(4)
    weights[i], weights[j] = 1, -1
    value, se = model.contrast(weights)
    assert value == pytest.approx(model.coefficients[i] - model.coefficients[j])
    assert se**2 == pytest.approx(model.vcov[i, i] + model.vcov[j, j] - 2 * model.vcov[i, j])
    with pytest.raises(EstimationError, match=r"4 coefficients need 4 weights. 2 were given"):
        model.contrast([1, -1])


def test_terms_that_cannot_be_tested():
    model = glm(people(), "y ~ x + place")
    with pytest.raises(NotFound, match=r"No term 'plaice' in y ~ x \+ place. Did you mean 'place'"):
        model.wald("plaice")
    with pytest.raises(EstimationError, match="No term was named"):
        model.wald([])
    unit = glm(people({"unit": lambda t: t.h * 4 + t.c}), "y ~ C(unit)")
    with pytest.raises(EstimationError, match="11 numbers cannot be tested together"):
        unit.wald("C(unit)")


# ------------------------------------------------------------------------------------------------------ what it refuses


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        ("y ~ x + plce", r"No variable 'plce' in the data. Did you mean 'place'"),
        ("yy ~ x", r"No variable 'yy' in the data. Did you mean"),
        ("y ~ C(sx)", r"No variable 'sx' in the data. Did you mean 'sex'"),
        ("y ~ lg(x)", r"No function 'lg' in a formula. Did you mean"),
        ("y ~ __import__('os').system('true')", r"Cannot read|No function"),
        ("y ~ I(__import__('os'))", r"No function '__import__' in a formula"),
        ("y ~ I(np.random.normal(x))", r"No function 'np.random.normal' in a formula"),
        ("y ~ I((lambda: 1)())", r"No function .* in a formula"),
        ("y ~ I(x.__class__)", r"is not for a formula. Attribute is not allowed"),
        ("y ~ I([w for w in x])", r"is not for a formula"),
        ("y", r"'y' has not two sides. Write it as y ~ age"),
        ("~ x", r"has not two sides"),
        ("y ~ x ~ w", r"Cannot read|has more than two sides"),
        ("y ~ x +* w", r"Cannot read"),
        ("y ~ .", r"Cannot read|No variable"),
        ("y ~ I(x +)", r"Cannot read"),
        ("place ~ x", r"place ~ x: a number is needed, not a category. As a condition"),
        ("y ~ log(x)", r"row \d+: log\(x\) is infinite or undefined in \d+ rows"),
        ("log(x) ~ w", r"row \d+: left side is infinite or undefined in \d+ rows"),
        ("y ~ x + I(2 * x)", r"The column I\(2 \* x\) is a combination of those before it"),
        ("y ~ C(sex) + C(sex == 1)", r"is a combination of those before it"),
        ("y ~ bs(x, df=-1)", r"Cannot make the columns of the formula"),
    ],
)
def test_a_formula_that_cannot_be_fitted(formula, message):
    with pytest.raises((NotFound, EstimationError), match=message):
        glm(people(), formula)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"family": "poison"}, r"No family 'poison'. Did you mean 'poisson'"),
        ({"family": "binomial", "link": "logitt"}, r"No link 'logitt' for the binomial family. Did you mean 'logit'"),
        ({"family": "poisson"}, r"row \d+: The poisson family has no value -"),
        ({"where": "sex == 3"}, r"No row to fit y ~ x to. The domain has 0 rows"),
        ({"where": "sx == 1"}, r"No variable 'sx'"),
        ({"offset": "sx"}, r"No variable 'sx'"),
        ({"offset": "log(0 * x)"}, r"offset is infinite or undefined in 240 rows"),
        ({"offset": "place"}, r"place: a number is needed"),
        ({"record": "emigrnt"}, r"No record 'emigrnt'"),
    ],
)
def test_what_cannot_be_asked(options, message):
    with pytest.raises((NotFound, EstimationError), match=message):
        glm(people({"y": lambda t: t.y - 3}), "y ~ x", **options)


def test_values_out_of_the_family():
    with pytest.raises(EstimationError, match="The binomial family has no value 2"):
        glm(people(), "sex ~ x", family="binomial")
    with pytest.raises(EstimationError, match="The gamma family has no value 0"):
        glm(people(), "gone ~ x", family="gamma")
    with pytest.raises(EstimationError, match="The left side is 1 in all 240 rows"):
        glm(people({"gone": 1}), "gone ~ x", family="binomial")


def test_fewer_rows_than_coefficients():
    with pytest.raises(
        EstimationError, match=r"The column x is a combination of those before it. 2 rows are in the fit"
    ):
        glm(dataset(frame().assign(k=range(240)), DESIGN), "y ~ place + x", where="k in [4, 6]")


def test_a_category_alone_in_the_domain():
    with pytest.raises(EstimationError, match=r"C\(sex\) has one category among the rows of the fit"):
        glm(people(), "y ~ C(sex)", where="sex == 1")


@pytest.mark.parametrize(
    ("gone", "formula", "column"),
    [
        (lambda t: (t.x > 0).astype(int), "gone ~ x", "x"),
        (lambda t: (t.x > 0).astype(int), "gone ~ x + C(sex)", "x"),
        (lambda t: np.where(t.place == "NO", 1, t.gone), "gone ~ x + place", "place[T.NO]"),
        (lambda t: np.where(t.place == "NO", 0, t.gone), "gone ~ place * C(sex)", "place[T.NO]"),
    ],
)
@pytest.mark.parametrize("link", ["logit", "probit", "cloglog"])
def test_separated_rows_name_the_column(gone, formula, column, link):
    with pytest.raises(EstimationError, match=re.escape(f"The column {column}") + ".* separates the rows"):
        glm(people({"gone": gone}), formula, family="binomial", link=link)


def test_a_count_that_is_zero_in_a_category():
    none = people({"number": lambda t: np.where(t.place == "NA", 0, t.number)})
    with pytest.raises(EstimationError, match=re.escape("The column place[T.NA] separates the rows")):
        glm(none, "number ~ x + place", family="poisson")


def test_a_link_that_predicts_what_cannot_be():
    steep = people({"gone": lambda t: (t.x + 0.3 * t.y > 1).astype(int)})
    with pytest.raises(EstimationError, match=r"identity link the model predicts|The fit does not converge"):
        glm(steep, "gone ~ x", family="binomial", link="identity")


def test_variables_of_two_records_do_not_go_together():
    with pytest.raises(EstimationError, match=r"are in different records.* say which: record="):
        glm(households(), "reason ~ age + sex")


def test_without_statsmodels_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setattr(import_module("lfs_migration.estimate.margins"), "import_module", _absent)
    with pytest.raises(EstimationError, match=r"pip install 'lfs-migration\[models\]'"):
        glm(people(), "y ~ x")


def _absent(name):
    raise ModuleNotFoundError(name)


def test_a_design_is_needed():
    from lfs_migration.model.dataset import Dataset

    with pytest.raises(DesignError):
        glm(Dataset(records={}), "y ~ x")


# -------------------------------------------------------------------------------------------------------------- margins


@pytest.mark.parametrize("joint", [False, True])
def test_margins_of_a_model_of_categories_are_means_of_domains(joint):
    ours = margins(glm(people(), "gone ~ place", family="binomial"), people(), "place", joint=joint)
    means = estimate(people(), Mean("gone"), by="place")
    assert ours.estimate == pytest.approx(means.estimate, rel=1e-9)
    assert ours.se == pytest.approx(means.se, rel=1e-8)
    assert ours.n.tolist() == [240] * 3
    assert ours.n_numerator.tolist() == frame().place.value_counts().sort_index().tolist()


def test_differences_of_linear_margins_are_coefficients():
    model = glm(people(), "y ~ x + C(sex)")
    result = margins(model, people(), "sex")
    assert result.by["sex"].tolist() == [1, 2]
    assert result.contrast([-1, 1]) == pytest.approx((model.coefficients[2], model.se[2]))
    assert result.df.tolist() == [model.df] * 2


def test_the_joint_variance_is_that_of_the_derivative_by_weights():
    table = frame(60)

    def margin(w):
        return margins(glm(dataset(table.assign(w=w), DESIGN), formula, family="poisson"), _of(w), "sex").estimate

    def _of(w):
        return dataset(table.assign(w=w), DESIGN)

    formula, w = "number ~ x + C(sex)", table.w.to_numpy()
    u = np.zeros((60, 2))
    for k in range(60):
        step = np.where(np.arange(60) == k, 1e-3 * w, 0)
        u[k] = (margin(w + step) - margin(w - step)) / 2e-3
    sums = pd.DataFrame(u).groupby([table.h, table.c]).sum()
    sizes = sums.groupby(level=0).size()
    expected = sum(sizes[h] / (sizes[h] - 1) * ((s - s.mean()) ** 2).sum() for h, s in sums.groupby(level=0))
    ours = margins(glm(_of(w), formula, family="poisson"), _of(w), "sex", joint=True)
    assert ours.se == pytest.approx(np.sqrt(expected.to_numpy()), rel=1e-5)


def test_margins_at_values():
    model = glm(people(), "gone ~ x + place", family="binomial")
    ours = margins(model, people(), "x", at=[-1, 0, 1])
    assert ours.by["x"].tolist() == [-1, 0, 1]
    assert (np.diff(ours.estimate) * np.sign(model.coefficients[model.names.index("x")]) > 0).all()


@pytest.mark.parametrize(
    ("variable", "options", "message"),
    [
        ("plac", {}, r"The model has no variable 'plac'. Did you mean 'place'"),
        ("months", {}, r"The model has no variable 'months'"),
        ("x", {}, r"x has 240 values. Name those to set: at="),
        ("place", {"at": ["NOR"]}, r"place has no category 'NOR' in the model. Did you mean 'NO'"),
        ("sex", {"at": [3]}, r"sex has no category 3 in the model. Known: 1, 2"),
    ],
)
def test_margins_that_cannot_be_made(variable, options, message):
    model = glm(people(), "y ~ x + place + C(sex)")
    with pytest.raises(NotFound if "no " in message else EstimationError, match=message):
        margins(model, people(), variable, **options)


def test_margins_need_the_data_of_the_model():
    with pytest.raises(
        EstimationError, match=r"The data are not those that the model was fitted to. They give 100 rows"
    ):
        margins(glm(people(), "y ~ x + C(sex)"), dataset(frame()[:100], DESIGN), "sex")
