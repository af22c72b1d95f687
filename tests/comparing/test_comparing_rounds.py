"""Two rounds: changes, their standard errors, and what they are not computed from."""

from __future__ import annotations

import math
import shutil

import numpy as np
import pandas as pd
import pytest
from compared_nouns import cell, indicator, table
from scipy import stats

import lfs_migration as lfm
from lfs_migration.comparing import changes
from lfs_migration.errors import EstimationError


def change_of(first, second, correlation=None):
    (one,) = changes([table("a-1", (), [first])], [table("a-2", (), [second])], correlation).changes
    return one


def test_of_independent_rounds_the_variances_add():
    one = change_of(cell({}, 100.0, 3.0, df=30), cell({}, 110.0, 4.0, df=20))
    assert (one.change, one.se, one.df) == (10.0, 5.0, 20.0)
    assert one.p == pytest.approx(2 * stats.t.sf(2.0, 20))
    half = stats.t.ppf(0.975, 20) * 5
    assert (one.ci_low, one.ci_high) == pytest.approx((10 - half, 10 + half))
    assert one.significant is False


def test_with_a_covariance_the_variance_is_smaller():
    one = change_of(cell({}, 100.0, 3.0), cell({}, 110.0, 4.0), lambda *_: 0.5)
    assert one.se == pytest.approx(math.sqrt(9 + 16 - 2 * 0.5 * 3 * 4))
    assert one.significant is True


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        (cell({}, 1.0, flag="suppress"), cell({}, 2.0), "suppressed in the first round"),
        (cell({}, 1.0), cell({}, 2.0, flag="suppress"), "suppressed in the second round"),
        (cell({}, 1.0), cell({}, 2.0, math.nan), "without a standard error in the second round"),
    ],
)
def test_why_a_change_is_not_tested(first, second, why):
    one = change_of(first, second)
    assert (one.why, one.significant) == (why, None)
    assert math.isnan(one.se) and math.isnan(one.p)
    assert math.isnan(one.change) == why.startswith("suppressed")


def test_a_figure_of_one_round_has_no_change():
    rounds = [
        table(survey, ("sex",), [cell({"sex": code}, 5.0) for code in codes])
        for survey, codes in (("a-1", "12"), ("a-2", "1"))
    ]
    one, two = changes([rounds[0]], [rounds[1]]).changes
    assert (one.change, two.second, two.why) == (0.0, None, "in one round only")
    assert math.isnan(two.change)


def test_a_correlation_that_is_not_known_leaves_the_error_open():
    one = change_of(cell({}, 1.0), cell({}, 3.0), lambda *_: None)
    assert one.change == 2.0 and math.isnan(one.se) and "both rounds" in one.why


def test_definitions_that_differ_between_rounds_are_said():
    rounds = [table(s, (), [cell({}, 9.0)], of=indicator(where=w)) for s, w in (("a-1", "x"), ("a-2", "y"))]
    assert "a-1: mover where x; a-2: mover where y" in changes([rounds[0]], [rounds[1]]).notes[0]


def test_two_rounds_of_one_edition_are_told_apart():
    found = changes([table("a-1", (), [cell({}, 1.0)])], [table("a-1", (), [cell({}, 4.0)])])
    assert (found.first, found.second, found.changes[0].change) == ("a-1, first", "a-1, second", 3.0)


def test_a_suppressed_side_is_empty_in_the_frame():
    found = changes([table("a", (), [cell({}, 1.0, flag="suppress")])], [table("b", (), [cell({}, 4.0)])])
    row = found.to_frame().iloc[0]
    assert math.isnan(row["first_estimate"]) and math.isnan(row["change"])
    assert (row["first_n"], row["second_estimate"]) == (100, 4.0)


def harmonised(folder):
    country = lfm.load_country(folder / "atlantis-2020.yaml")
    return lfm.harmonise(lfm.read(folder, country))


@pytest.fixture
def before(survey, tmp_path):
    """Another copy of the small survey's files, for a round before."""
    return shutil.copytree(survey, tmp_path / "before")


def change(path, *pairs):
    text = path.read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


def computed(found):
    frame = found.to_frame()
    assert (frame.why == "").any()
    return frame[frame.why == ""]


def test_a_round_did_not_change_from_itself(survey):
    data = harmonised(survey)
    found = lfm.compare_rounds(data, data, profile="statcan")
    frame = computed(found)
    assert (frame.first_se > 0).any()
    assert (frame.change == 0).all() and (frame.se == 0).all()
    assert found.notes[0] == "4 primary sampling units are in both rounds, of 4 and 4."


def test_units_of_other_numbers_are_independent_and_so_are_those_that_are_said_to_be(survey, before):
    villages = [(f",{island},{village},", f",{island},{village + 5},") for island in ("01", "02") for village in (1, 2)]
    change(before / "households.csv", *villages)
    one, two = harmonised(before), harmonised(survey)
    apart = lfm.compare_rounds(one, two, profile="statcan")
    told = lfm.compare_rounds(two, two, independent=True, profile="statcan")
    for found in (apart, told):
        frame = computed(found)
        np.testing.assert_allclose(frame.se**2, frame.first_se**2 + frame.second_se**2)
    assert apart.notes[0].startswith("0 primary") and "independent" in told.notes[0]


def test_twice_the_weight_is_twice_the_total_and_the_same_share(survey, before):
    weights = [(f",{w},", f",{2 * w},") for w in (25, 20, 15, 10)]
    change(survey / "households.csv", *weights)
    frame = computed(lfm.compare_rounds(harmonised(before), harmonised(survey), profile="statcan"))
    totals, rest = frame[frame.unit == "persons"], frame[frame.unit == "per cent"]
    assert len(totals) and len(rest)
    np.testing.assert_allclose(totals.change, totals.first_estimate)
    np.testing.assert_allclose(totals.se, totals.first_se)
    np.testing.assert_allclose(rest.change, 0, atol=1e-9)
    np.testing.assert_allclose(rest.se, 0, atol=1e-9)


def test_the_change_is_that_of_a_pooled_file(survey, before):
    """With the same units in both rounds, the covariance is that of both rounds in one file."""
    for folder in (before, survey):
        change(folder / "households.csv", ("20,2,,2", "20,2,,1"), ("20,2,,9", "20,2,,1"), ("25,2,,2", "25,2,,1"))
    change(survey / "households.csv", ("a2,01,1,10,2,,2", "a2,01,1,10,2,,1"), ("b4,02,2,25,1,1,1", "b4,02,2,25,1,1,2"))
    rounds = [harmonised(before), harmonised(survey)]
    national = lfm.compare_rounds(*rounds, ["E35"], profile="statcan").changes[0]
    pooled = lfm.dataset(pooled_rows(rounds), lfm.Design("w", stratum="h", psu="c"))
    there = lfm.compare(lfm.estimate(pooled, lfm.Mean("y == 1"), by="round"))
    assert national.dimensions == () and national.change != 0
    assert national.change == pytest.approx(-100 * there.difference[0])
    assert national.se == pytest.approx(100 * there.se[0])
    assert national.p == pytest.approx(there.p[0])


def pooled_rows(rounds):
    rows = []
    for number, data in enumerate(rounds):
        record = data.records["household"]
        columns = {new: np.asarray(record[old]) for new, old in NAMES.items()}
        rows.append(pd.DataFrame({**columns, "round": number}))
    return pd.concat(rows, ignore_index=True)


NAMES = {"w": "w_hh", "h": "stratum", "c": "psu", "y": "rem_any"}


def test_rounds_are_of_one_country(survey):
    other = lfm.load_country("egypt")
    data = harmonised(survey)
    with pytest.raises(EstimationError, match="ATL and EGY"):
        lfm.compare_rounds(data, data.after("x", country=other))


def test_a_rest_that_holds_other_categories_did_not_change():
    labels = {"destination": {"ESP": {"en": "Spain"}}}
    rounds = [
        table(survey, ("destination",), [cell({"destination": code}, 5.0) for code in ("ESP", "_O")],
              of=indicator(note={"en": f"Other holds {name}"}), labels=labels)
        for survey, name in (("a-1", "Italy"), ("a-2", "Italy and France"))
    ]  # fmt: skip
    spain, other = changes([rounds[0]], [rounds[1]]).changes
    assert (spain.change, spain.why) == (0.0, "")
    assert math.isnan(other.change) and other.why == "it holds other categories in each round"
