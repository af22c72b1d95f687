"""Surveys side by side."""

from __future__ import annotations

import math

import pytest
from compared_nouns import SEX, cell, indicator, table

import lfs_migration as lfm
from lfs_migration.comparing import choices_made, differing, side_by_side
from lfs_migration.errors import EstimationError


def by_destination(survey, **figures):
    cells = [cell({"destination": code.removeprefix("a")}, value) for code, value in figures.items()]
    return table(survey, ("destination",), cells)


def test_a_code_of_one_survey_is_absent_in_the_other_and_not_zero():
    found = side_by_side([by_destination("one", RUS=10, ESP=5), by_destination("two", RUS=3, a004=2)])
    assert [(line.keys["destination"], sorted(line.cells)) for line in found.lines] == [
        ("RUS", ["one", "two"]),
        ("ESP", ["one"]),
        ("004", ["two"]),
    ]
    frame = found.to_frame().set_index("destination")
    assert math.isnan(frame.loc["ESP", "estimate_two"]) and math.isnan(frame.loc["ESP", "n_two"])
    assert frame.loc["ESP", "flag_two"] is None or frame.loc["ESP", "flag_two"] != frame.loc["ESP", "flag_two"]
    assert (frame.loc["RUS", "estimate_one"], frame.loc["RUS", "se_two"], frame.loc["RUS", "n_one"]) == (10, 1, 100)


def test_a_suppressed_figure_keeps_its_size_and_its_flag_alone():
    hidden = table("two", (), [cell({}, 3.0, n=7, flag="suppress")])
    row = side_by_side([table("one", (), [cell({}, 4.0)]), hidden]).to_frame().iloc[0]
    assert math.isnan(row["estimate_two"]) and math.isnan(row["se_two"])
    assert (row["n_two"], row["flag_two"], row["estimate_one"]) == (7, "suppress", 4.0)


def test_a_total_that_several_tables_have_is_one_line():
    def tables(survey):
        yield table(survey, (), [cell({}, 9.0)])
        yield table(survey, ("sex",), [cell({"sex": "1"}, 5.0), cell({"sex": "2"}, 4.0), cell({"sex": "_T"}, 9.0)])

    found = side_by_side([*tables("one"), *tables("two")])
    assert [dict(line.keys) for line in found.lines] == [{}, {"sex": "1"}, {"sex": "2"}]
    assert list(found.to_frame()["sex"]) == ["_T", "1", "2"]


def test_codes_that_mean_something_else_are_not_compared():
    regions = ({"1": {"en": "North"}}, {"1": {"en": "Coast"}})
    tables = [table(s, (), [cell({}, 9.0)]) for s in ("one", "two")]
    tables += [
        table(survey, ("region",), [cell({"region": "1"}, 9.0)], labels={"region": own})
        for survey, own in zip(("one", "two"), regions, strict=True)
    ]
    found = side_by_side(tables)
    assert [line.dimensions for line in found.lines] == [()]
    assert "region: not compared, its codes are each survey's own." in found.notes


def test_codes_without_one_in_common_are_not_compared():
    tables = [
        table(survey, ("region",), [cell({"region": code}, 9.0)], labels={"region": {code: {"en": code}}})
        for survey, code in (("one", "1"), ("two", "01"))
    ]
    with pytest.raises(EstimationError, match="no table in common"):
        side_by_side(tables)


def test_what_one_survey_alone_has_is_said():
    tables = [table(s, (), [cell({}, 9.0)]) for s in ("one", "two")]
    found = side_by_side([*tables, table("two", ("sex",), [cell({"sex": "1"}, 9.0)])])
    assert found.notes == ("T1: only two, for sex.",)
    assert [line.dimensions for line in found.lines] == [()]


def test_an_indicator_of_the_same_code_and_another_meaning_is_not_compared():
    other = indicator(title="Who came back")
    tables = [table("one", (), [cell({}, 9.0)]), table("two", (), [cell({}, 8.0)], of=other)]
    with pytest.raises(EstimationError, match="another indicator in each of one, two"):
        side_by_side(tables)


def test_definitions_that_differ_are_said():
    tables = [
        table(survey, (), [cell({}, 9.0)], of=indicator(where=f"age >= {age}"), notes=(f"Working age: {age} years.",))
        for survey, age in (("one", 15), ("two", 10), ("three", 15))
    ]
    assert side_by_side(tables).notes == (
        "T1, numerator: one, three: mover where age >= 15; two: mover where age >= 10.",
        "T1: one, three: Working age: 15 years; two: Working age: 10 years.",
    )


def test_choices_that_differ_are_said_once_and_equal_ones_not():
    tables = [table(s, (), [cell({}, 9.0)]) for s in ("one", "two")]
    found = side_by_side(tables, {"one": {"Age": "15", "Years": "5"}, "two": {"Age": "15", "Years": "9"}})
    assert found.notes == ("Years: 5 in one; 9 in two.",)


def test_who_the_roster_holds_is_among_the_choices():
    mexico, armenia = (lfm.load_country(name) for name in ("mexico", "armenia"))
    made = {c.id: choices_made(lfm.load_codebook(c.module, c), c) for c in (mexico, armenia)}
    notes = differing(made)
    assert any(note.startswith("Who the emigrant list holds") and "all in armenia-2007" in note for note in notes)


def test_one_survey_is_no_comparison():
    with pytest.raises(EstimationError, match="two surveys"):
        side_by_side([table("one", ("sex",), [cell({"sex": code}, 1.0) for code in SEX])])
