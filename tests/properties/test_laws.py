"""Laws that hold for every survey."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_survey import frame, ratio, survey, surveys, total, within

from lfs_migration import engine
from lfs_migration.estimate import (
    Concentration,
    Count,
    Difference,
    Mean,
    MultipleResponse,
    Proportion,
    Ratio,
    Share,
    Total,
    compare,
    dataset,
    delta,
    estimate,
)  # fmt: skip
from lfs_migration.model.design import Design
from lfs_migration.model.indicator import Part
from lfs_migration.sample import psus, settled

OPTIONS = {"much": "y > 20", "many": "x > 4"}
ALL = [
    Count(), Total("y"), Mean("y"), Ratio("y", "x"), Proportion("g", unknown=True), Proportion("g", value="x"),
    MultipleResponse(OPTIONS), MultipleResponse(OPTIONS, of="responses"), Concentration("g"),
    Ratio(Mean("x"), Mean("y")),
]  # fmt: skip
CLOSE = {"rtol": 1e-9, "atol": 1e-9}
OF = ("cases", "responses")

POLICIES = st.sampled_from(["certainty", "adjust", "average", "collapse"])

few = settings(max_examples=25, deadline=None)


def same(left, right, scale=1.0):
    """Two results agree, cell by cell."""
    np.testing.assert_allclose(left.estimate * scale, right.estimate, **CLOSE)
    np.testing.assert_allclose(left.se * scale, right.se, **CLOSE)
    np.testing.assert_array_equal(left.n, right.n)
    np.testing.assert_array_equal(left.df, right.df)


def by_cell(result, name="g"):
    """Estimate and standard error by the code of a breakdown."""
    return {code: (result.estimate[i], result.se[i]) for i, code in enumerate(result.by[name])}


def codes(rows):
    return sorted({row["g"] for row in rows} - {None})


def one(row):
    return 1.0


def y(row):
    return row["y"]


def x(row):
    return row["x"]


# ------------------------------------------------------------------------------------------- what plain loops give


@few
@given(surveys())
def test_totals_and_means_are_those_of_plain_loops(rows):
    result = estimate(survey(rows), [Count(), Total("y"), Mean("y"), Ratio("y", "x")], by=["g"])
    found = np.c_[result.estimate, result.se].reshape(4, -1, 2)
    for cell, code in enumerate(codes(rows)):
        domain = within(rows, "g", code)
        expected = [total(domain, one), total(domain, y), ratio(domain, y, one), ratio(domain, y, x)]
        np.testing.assert_allclose(found[:, cell], expected, **CLOSE)


@few
@given(surveys())
def test_shares_are_those_of_plain_loops(rows):
    data = survey(rows)
    known, every = by_cell(estimate(data, Proportion("g"))), by_cell(estimate(data, Proportion("g", over="all")))
    for code in codes(rows):
        is_it = [{**row, "y": None if row["g"] is None else float(row["g"] == code)} for row in rows]
        np.testing.assert_allclose(known[code], ratio(is_it, y, one), **CLOSE)
        not_known_is_no = [{**row, "y": row["y"] or 0.0} for row in is_it]
        np.testing.assert_allclose(every[code], ratio(not_known_is_no, y, one), **CLOSE)


@few
@given(surveys())
def test_shares_of_a_total_are_those_of_plain_loops(rows):
    data = survey(rows)
    known, every = (by_cell(estimate(data, Proportion("g", value="x", over=over))) for over in ("known", "all"))
    told = [{**row, "x": None if row["g"] is None else row["x"]} for row in rows]
    for code in codes(rows):
        is_it = [{**row, "y": row["x"] * (row["g"] == code)} for row in rows]
        np.testing.assert_allclose(every[code], ratio(is_it, y, x), **CLOSE)
        here = [{**row, "x": other["x"]} for row, other in zip(is_it, told, strict=True)]
        np.testing.assert_allclose(known[code], ratio(here, y, x), **CLOSE)


@few
@given(surveys())
def test_several_answers_are_those_of_plain_loops(rows):
    ticks = [{"much": None if row["y"] is None else row["y"] > 20, "many": row["x"] > 4} for row in rows]
    cases, responses = (by_cell(estimate(survey(rows), MultipleResponse(OPTIONS, of)), "option") for of in OF)
    for option in OPTIONS:
        own = [{**row, "y": tick[option]} for row, tick in zip(rows, ticks, strict=True)]
        np.testing.assert_allclose(cases[option], ratio(own, y, one), **CLOSE)
        told = [{**row, "x": None if tick["much"] is None else tick["much"] + tick["many"]}
                for row, tick in zip(own, ticks, strict=True)]  # fmt: skip
        np.testing.assert_allclose(responses[option], ratio(told, y, x), **CLOSE)


@few
@given(surveys())
def test_a_domain_keeps_units_that_it_leaves_empty(rows):
    found = estimate(survey(rows), [Count(), Mean("y")], where="d")
    domain = within(rows, "d", True)
    np.testing.assert_allclose(np.c_[found.estimate, found.se], [total(domain, one), ratio(domain, y, one)], **CLOSE)
    kept = [row for row in rows if row["d"]]
    if kept:  # of totals that are not negative, more zeros are more spread
        dropped = estimate(survey(kept, "certainty"), Count())
        assert found.se[0] >= dropped.se[0] - 1e-9


# --------------------------------------------------------------------------------------------------- invariances


@few
@given(surveys(), st.randoms(use_true_random=False))
def test_the_order_of_rows_is_nothing(rows, random):
    shuffled = random.sample(rows, len(rows))
    same(estimate(survey(rows), ALL, by=["d"]), estimate(survey(shuffled), ALL, by=["d"]))


@few
@given(surveys(), st.sampled_from([0.001, 3.0, 1e6]))
def test_the_scale_of_weights_is_in_totals_only(rows, scale):
    scaled = [{**row, "w": row["w"] * scale} for row in rows]
    relative = [Mean("y"), Ratio("y", "x"), Proportion("g")]
    same(estimate(survey(rows), relative, by=["d"]), estimate(survey(scaled), relative, by=["d"]))
    a, b = estimate(survey(rows), Total("y")), estimate(survey(scaled), Total("y"))
    assert (b.estimate[0], b.se[0]) == pytest.approx((a.estimate[0] * scale, a.se[0] * scale), rel=1e-9, abs=1e-9)


@few
@given(surveys())
def test_names_of_strata_and_units_are_nothing(rows):
    renamed = [{**row, "h": row["h"][::-1], "c": 1000 - row["c"]} for row in rows]
    same(estimate(survey(rows), ALL, by=["d"]), estimate(survey(renamed), ALL, by=["d"]))


@few
@given(surveys(), st.integers(-5, 70))
def test_a_cell_does_not_know_the_others(rows, other):
    changed = [{**row, "y": other} if row["g"] == "NO" else row for row in rows]
    a, b = (estimate(survey(r), [Mean("y"), Total("y")], by=["g"]) for r in (rows, changed))
    rest = a.by["g"] != "NO"
    np.testing.assert_array_equal(a.estimate[rest], b.estimate[rest])
    np.testing.assert_array_equal(a.se[rest], b.se[rest])
    np.testing.assert_array_equal(a.df[rest], b.df[rest])


# --------------------------------------------------------------------------------------------------- identities


@few
@given(surveys())
def test_cells_add_up_to_the_total(rows):
    parts, whole = (estimate(survey(rows), Total("y"), by=by) for by in (["d"], []))
    assert parts.contrast(np.ones(len(parts))) == pytest.approx((whole.estimate[0], whole.se[0]), rel=1e-9, abs=1e-6)


@few
@given(surveys())
def test_a_mean_is_a_ratio_to_ones(rows):
    data = survey(rows)
    same(estimate(data, Mean("y"), by=["g"]), estimate(data, Ratio("y", "1"), by=["g"]))


@few
@given(surveys())
def test_a_domain_mean_is_a_ratio_of_masked_variables(rows):
    table = frame(rows)
    known = table["d"] & table["y"].notna()
    table["yd"], table["one"] = table["y"].where(known, 0), known.astype(int)
    data = dataset(table, Design("w", "h", "c"))
    direct, masked = estimate(data, Mean("y"), where="d"), estimate(data, Ratio("yd", "one"))
    np.testing.assert_allclose([direct.estimate[0], direct.se[0]], [masked.estimate[0], masked.se[0]], **CLOSE)


@few
@given(surveys())
def test_a_breakdown_is_a_domain(rows):
    data = survey(rows)
    cells = estimate(data, Mean("y"), by=["g"])
    for row, code in enumerate(cells.by["g"]):
        alone = estimate(data, Mean("y"), where=f"g == '{code}'")
        assert (cells.estimate[row], cells.se[row], cells.df[row], cells.n[row]) == pytest.approx(
            (alone.estimate[0], alone.se[0], alone.df[0], alone.n[0]), nan_ok=True
        )


@few
@given(surveys())
def test_shares_add_up_to_one_and_a_share_is_a_proportion(rows):
    data = survey(rows)
    shares = estimate(data, Proportion("g"))
    if len(shares):
        value, se = shares.contrast(np.ones(len(shares)))
        assert (value, se) == pytest.approx((1.0, 0.0), abs=1e-7)
    for row, code in enumerate(shares.by["g"]):
        alone = estimate(data, Share(Part(record="data", where=f"g == '{code}'"), Part(record="data")))
        assert (alone.estimate[0], alone.se[0]) == pytest.approx((shares.estimate[row], shares.se[row]), abs=1e-9)


@few
@given(surveys())
def test_a_difference_of_cells_is_the_total_of_a_signed_variable(rows):
    signed = frame(rows)
    signed["y"] = signed["y"].where(signed["d"], -signed["y"])
    difference = estimate(dataset(signed, Design("w", "h", "c")), Total("y"))
    cells = estimate(survey(rows), Total("y"), by=["d"])
    sign = np.where(cells.by["d"], 1.0, -1.0)
    expected = (difference.estimate[0], difference.se[0])
    assert cells.contrast(sign) == pytest.approx(expected, rel=1e-9, abs=1e-6)


@few
@given(surveys())
def test_a_difference_is_that_of_two_cells(rows):
    data = survey(rows)
    for statistic in (Mean("y"), Total("y"), Ratio("y", "x")):
        cells = estimate(data, statistic, by=["d"])
        if len(cells) == 2:
            ours, pair = estimate(data, Difference(statistic, "d", True, False)), compare(cells, reference=0)
            found, expected = (ours.estimate[0], ours.se[0], ours.df[0]), (pair.difference[0], pair.se[0], pair.df[0])
            np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-6)


@few
@given(surveys())
def test_concentration_is_a_function_of_shares(rows):
    shares, index = estimate(survey(rows), Proportion("g")), estimate(survey(rows), Concentration("g"))
    if len(shares):
        expected = delta(shares, lambda p: float((p**2).sum()))
        np.testing.assert_allclose((index.estimate[0], index.se[0]), expected, rtol=1e-6, atol=1e-6)


@few
@given(surveys())
def test_standard_errors_are_the_diagonal_of_the_joint_covariance(rows):
    result = estimate(survey(rows), ALL, by=["d"])
    np.testing.assert_allclose(np.diag(result.vcov), result.se**2, rtol=1e-9, atol=1e-7)
    np.testing.assert_array_equal(result.vcov, result.vcov.T)


@few
@given(surveys(), POLICIES)
def test_policies_change_nothing_without_a_lonely_unit(rows, policy):
    same(estimate(survey(rows), ALL, by=["d"]), estimate(survey(rows, policy), ALL, by=["d"]))


# ------------------------------------------------------------------------------------------------------- the engine

PAIRS = st.lists(st.tuples(st.integers(0, 6), st.integers(-1, 4), st.integers(-50, 50)), min_size=1, max_size=60)


def collected(rows):
    psu, cell, value = (np.array(column) for column in zip(*rows, strict=True))
    return engine.collect(psu, cell, value.astype(float), 5)


def matrix(sums):
    out = np.zeros((7, 5))
    np.add.at(out, (sums.psu, sums.cell), sums.value)
    return out


@given(PAIRS, PAIRS)
def test_the_sums_of_chunks_add_up(first, second):
    np.testing.assert_array_equal(
        matrix(collected(first)) + matrix(collected(second)), matrix(collected(first + second))
    )


@given(PAIRS)
def test_no_value_is_lost(rows):
    assert collected(rows).total.sum() == sum(value for _, cell, value in rows if cell >= 0)


@given(
    PAIRS,
    st.sampled_from(["certainty", "adjust", "average", "collapse"]),
    st.lists(st.integers(0, 3), min_size=7, max_size=7),
)
def test_variance_is_the_diagonal_of_covariance(rows, policy, strata):
    if policy == "collapse" and len(set(strata)) == 1:
        strata[0] += 1
    units = settled(psus((np.array(strata), range(5)), (np.arange(7), range(7)), policy)[0])
    order = np.argsort(strata, kind="stable")  # units are numbered by stratum
    sums = collected([(int(np.flatnonzero(order == unit)[0]), cell, value) for unit, cell, value in rows])
    np.testing.assert_allclose(
        engine.variance(units, sums), np.diag(engine.covariance(units, sums)), rtol=1e-9, atol=1e-9
    )
