"""Laws of calibrated weights, and of the variances with them."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from plain_survey import frame, surveys, variance

import lfs_migration as lfm
from lfs_migration.engine import summed
from lfs_migration.errors import DesignError
from lfs_migration.sample.distance import Equations, distance

CLOSE = {"rtol": 1e-8, "atol": 1e-8}
METHODS = {"raking": None, "linear": None, "logit": (0.001, 50.0), "truncated": (0.01, 20.0)}
FACTORS = st.lists(st.integers(5, 20).map(lambda tenth: tenth / 10), min_size=48, max_size=48)

few = settings(max_examples=25, deadline=None)
methods = pytest.mark.parametrize("method", METHODS)


def filled(rows):
    """The rows with an answer to everything."""
    return [{**row, "g": row["g"] or "none", "y": row["y"] or 0} for row in rows]


def margins_of(rows, factors):
    """Totals that can be met: those of the rows with other weights."""
    moved = [row["w"] * factor for row, factor in zip(rows, factors, strict=False)]
    margins = {}
    for name in ("g", "d"):
        margins[name] = {}
        for row, weight in zip(rows, moved, strict=True):
            margins[name][row[name]] = margins[name].get(row[name], 0.0) + weight
    margins["x"] = sum(row["x"] * weight for row, weight in zip(rows, moved, strict=True))
    return margins


def calibrated(rows, margins, method):
    """The survey, or no example where the method has no solution with these bounds or signs."""
    data = lfm.dataset(frame(rows), lfm.Design("w", "h", "c"))
    try:
        return lfm.calibrate(data, margins, method, METHODS[method])
    except DesignError as error:
        assume(not ("negative" in str(error) or "bounds" in str(error)))
        raise


def auxiliaries(rows, margins):
    """The auxiliaries of each row, one column a category and one for the number."""
    columns = [[float(row[name] == code) for row in rows] for name in ("g", "d") for code in margins[name]]
    totals = [total for name in ("g", "d") for total in margins[name].values()]
    return np.array([*columns, [row["x"] for row in rows]]).T, np.array([*totals, margins["x"]])


@methods
@few
@given(surveys(), FACTORS)
def test_margins_are_met_and_their_variance_is_nothing(method, rows, factors):
    rows = filled(rows)
    margins = margins_of(rows, factors)
    data = calibrated(rows, margins, method)
    plain = lfm.dataset(frame(rows), lfm.Design("w", "h", "c"))
    for name in ("g", "d"):
        result = lfm.estimate(data, lfm.Count("data"), by=name)
        before = lfm.estimate(plain, lfm.Count("data"), by=name)
        wanted = [margins[name][code] for code in result.by[name]]
        np.testing.assert_allclose(result.estimate, wanted, rtol=1e-9)
        assert (result.se**2 <= 1e-10 * (before.se**2 + result.estimate**2)).all()
    total = lfm.estimate(data, lfm.Total("x"))
    assert total.estimate[0] == pytest.approx(margins["x"], rel=1e-9)
    assert total.se[0] <= 1e-6 * total.estimate[0]


@methods
@few
@given(surveys(), FACTORS)
def test_collapsed_cells_give_what_rows_give(method, rows, factors):
    rows = filled(rows)
    margins = margins_of(rows, factors)
    data = calibrated(rows, margins, method)
    x, totals = auxiliaries(rows, margins)
    weight = np.array([row["w"] for row in rows])
    low, high = METHODS[method] or (-np.inf, np.inf)
    alone = Equations(x, totals, distance(method, low, high), np.zeros(len(totals))).solve(weight)
    np.testing.assert_allclose(data.weights, weight * alone.g, **CLOSE)


@methods
@few
@given(surveys(), FACTORS)
def test_variances_are_those_of_residuals_of_rows(method, rows, factors):
    rows = filled(rows)
    margins = margins_of(rows, factors)
    data = calibrated(rows, margins, method)
    x, _ = auxiliaries(rows, margins)
    weight, y = np.array([row["w"] for row in rows]), np.array([float(row["y"]) for row in rows])
    root = np.sqrt(weight)
    mean = float(data.weights @ y / data.weights.sum())
    for statistic, u in ((lfm.Total("y"), y), (lfm.Mean("y"), (y - mean) / data.weights.sum())):
        slope = np.linalg.lstsq(x * root[:, None], u * root, rcond=1e-10)[0]
        expected = variance(rows, data.weights * (u - x @ slope))
        scale = variance(rows, data.weights * u) + np.sum((data.weights * u) ** 2)
        digits = np.finfo(float).eps ** 2 * np.sum((data.weights * y) ** 2)  # all that is left where answers are equal
        found = lfm.estimate(data, statistic).se[0] ** 2
        assert found == pytest.approx(expected, rel=1e-7, abs=1e-12 * scale + digits)


@pytest.mark.parametrize("method", ["raking", "linear"])
@few
@given(surveys(), FACTORS, st.sampled_from([0.01, 3.0, 1e4]))
def test_the_scale_of_the_weights_before_is_nothing(method, rows, factors, scale):
    rows = filled(rows)
    margins = margins_of(rows, factors)
    one = calibrated(rows, margins, method)
    two = calibrated([{**row, "w": row["w"] * scale} for row in rows], margins, method)
    np.testing.assert_allclose(one.weights, two.weights, rtol=1e-7, atol=1e-9 * one.weights.max())


@few
@given(surveys(), FACTORS, st.randoms(use_true_random=False))
def test_the_order_of_rows_is_nothing(rows, factors, random):
    rows = [{**row, "number": i} for i, row in enumerate(filled(rows))]
    margins = margins_of(rows, factors)
    order = random.sample(range(len(rows)), len(rows))
    one = calibrated(rows, margins, "raking")
    two = calibrated([rows[i] for i in order], margins, "raking")
    np.testing.assert_allclose(one.weights[order], two.weights, **CLOSE)
    for statistic in (lfm.Total("y"), lfm.Mean("y")):
        np.testing.assert_allclose(lfm.estimate(one, statistic).se, lfm.estimate(two, statistic).se, **CLOSE)


@few
@given(surveys(), FACTORS)
def test_post_stratification_is_raking_and_regression_on_one_margin(rows, factors):
    rows = filled(rows)
    margins = {"g": margins_of(rows, factors)["g"]}
    ways = [calibrated(rows, margins, "raking"), calibrated(rows, margins, "linear")]
    ways.append(lfm.calibrate(lfm.dataset(frame(rows), lfm.Design("w", "h", "c")), margins, "poststratify"))
    for way in ways[1:]:
        np.testing.assert_allclose(ways[0].weights, way.weights, rtol=1e-9)
        se = [lfm.estimate(data, lfm.Mean("y"), by="d").se for data in (ways[0], way)]
        np.testing.assert_allclose(*se, rtol=1e-8, atol=1e-9)


@few
@given(surveys(), FACTORS)
def test_raking_is_the_limit_of_iterative_proportional_fitting(rows, factors):
    rows = filled(rows)
    margins = {name: margins_of(rows, factors)[name] for name in ("g", "d")}
    weight, change = np.array([row["w"] for row in rows]), 1.0
    for _ in range(500):
        before = weight
        for name, totals in margins.items():
            codes = [*totals]
            place = np.array([codes.index(row[name]) for row in rows])
            weight = weight * (np.array([*totals.values()]) / summed(place, weight, len(codes)))[place]
        change = np.max(np.abs(weight / before - 1))
    assume(change < 1e-12)  # where cells are few, it may take its time
    np.testing.assert_allclose(calibrated(rows, margins, "raking").weights, weight, rtol=1e-6)
