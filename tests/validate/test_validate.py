"""Each kind of check: what it finds, where, and what it leaves alone."""

from __future__ import annotations

import pytest
from validate_rows import check, clean, dataset

import lfs_migration as lfm
from lfs_migration.model.dataset import Unmatched


@pytest.fixture
def rows():
    return clean()


def test_a_clean_survey_has_no_findings(rows):
    assert check(rows).rows == ()


def test_every_check_says_how_many_rows_it_judged(rows):
    checked = check(rows).checked
    assert checked["missing_key"] == 10
    assert checked["orphan"] == 7
    assert checked["weight"] == 3
    assert checked["departure_after_interview"] == 3
    assert checked["listed_number"] == 2
    assert checked["age_against_departure"] == 1


@pytest.mark.parametrize(
    ("rule", "severity", "place", "changes", "value"),
    [
        ("codes", "error", "emigrant h1 1", {"em_sex": 3}, "3"),
        ("codes", "error", "emigrant h1 1", {"em_dest": "RU"}, "RU"),
        ("codes", "error", "person h3 1", {"per_relation": 11}, "11"),
        ("codes", "error", "household h3", {"region_code": "01"}, "01"),
        ("range", "error", "emigrant h1 1", {"em_dep_month": 13}, "13"),
        ("range", "error", "person h3 1", {"per_age": 121}, "121"),
        ("range", "error", "person h3 1", {"per_age": -1}, "-1"),
        ("range", "error", "emigrant h1 1", {"em_rem_cash": -1.0}, "-1"),
        ("missing_key", "error", "person  1", {"hh_id": None}, ", 1"),
        ("missing_key", "error", "emigrant h1 ", {"em_no": None}, "h1, "),
        ("orphan", "error", "emigrant h9 1", {"hh_id": "h9"}, "h9"),
        ("weight", "error", "household h3", {"w_hh": None}, ""),
        ("weight", "error", "household h3", {"w_hh": -2.5}, "-2.5"),
        ("zero_weight", "warning", "household h3", {"w_hh": 0.0}, "0"),
        ("design", "error", "household h3", {"stratum": None}, ""),
        ("design", "error", "household h3", {"psu": None}, ""),
        ("routing_answered", "error", "household h3", {"hh_em_n": 1}, "1"),
        ("routing_answered", "error", "emigrant h1 2", {"em_act_now": 1}, "1"),
        # Not asked whether he sends money, he was not asked how much.
        ("routing_answered", "error", "emigrant h1 2", {"em_rem_cash": 500.0}, "500"),
        ("routing_blank", "error", "emigrant h1 1", {"em_dest": None}, ""),
        ("routing_blank", "error", "emigrant h1 1", {"em_sex": None}, ""),
        ("routing_blank", "error", "person h3 1", {"per_lfstat": None}, ""),
        ("departure_after_interview", "error", "emigrant h1 1", {"em_dep_year": 2008, "em_age_dep": 30}, "2008, 6"),
        ("departure_after_interview", "error", "emigrant h1 1",
         {"em_dep_year": 2007, "em_dep_month": 7, "em_age_dep": 30}, "2007, 7"),
        ("return_before_departure", "error", "emigrant h1 2", {"em_ret_year": 2003}, "2004, 6, 2003, 3"),
        ("return_before_departure", "error", "emigrant h1 2",
         {"em_ret_year": 2004, "em_ret_month": 5}, "2004, 6, 2004, 5"),
        ("return_after_interview", "error", "emigrant h1 2", {"em_ret_year": 2007, "em_ret_month": 7}, "2007, 7"),
        ("return_after_interview", "error", "emigrant h1 2", {"em_ret_year": 2008}, "2008, 3"),
        ("age_against_departure", "error", "emigrant h1 1", {"em_age": 32}, "32, 27, 2004"),
        ("listed_number", "error", "household h1", {"hh_em_n": 3}, "3"),
        ("listed_without_screening", "error", "household h1", {"hh_em_any": 2, "hh_em_n": None}, "2"),
        ("child_worker", "warning", "emigrant h1 1", {"em_age_dep": 11, "em_age": 14, "em_act_before": None}, "11, 2"),
        ("remittance_without_sender", "warning", "household h1", {"rem_any": 2}, "2"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_found_where_it_is(rows, rule, severity, place, changes, value):
    record, home, *line = place.split(" ")
    # A row without a key is placed by what is left of it: it was one of household 3.
    row = next(r for r in rows[record] if matches(r, home, line, changes))
    row.update(changes)
    findings = [finding for finding in check(rows) if finding.rule == rule]
    assert len(findings) == 1
    found = findings[0]
    assert (found.record, found.household, found.line) == (record, home, line[0] if line else "")
    assert (found.severity, found.value) == (severity, value)
    assert found.message
    assert found.remedy


def matches(row, home, line, changes):
    """Whether a row is the one that the place names before or after its key is changed."""
    number = row.get("per_no", row.get("em_no"))
    home_before = "h3" if "hh_id" in changes and changes["hh_id"] is None else "h1" if home == "h9" else home
    line_before = "" if not line else line[0] or "1"
    return row["hh_id"] == home_before and (not line_before or str(number) == line_before)


@pytest.mark.parametrize(
    ("rule", "record", "index", "changes"),
    [
        ("codes", "emigrant", 0, {"em_sex": 99}), ("codes", "emigrant", 0, {"em_dest": "ZZ9"}),
        ("range", "emigrant", 0, {"em_dep_month": 97}), ("range", "emigrant", 0, {"em_age": 998}),
        ("range", "emigrant", 0, {"em_rem_cash": 999999999.0}), ("range", "person", 0, {"per_age": 0}),
        ("range", "person", 0, {"per_age": 120}), ("zero_weight", "household", 2, {"w_hh": 0.001}),
        ("routing_blank", "emigrant", 0, {"em_dest": "ZZ8"}), ("routing_blank", "emigrant", 0, {"em_rem_cash": 0.0}),
        ("routing_blank", "person", 0, {"per_age": 999, "per_lfstat": None, "per_isced": None}),
        ("routing_answered", "person", 0, {"per_age": 999}),
        ("routing_blank", "person", 0, {"per_age": 14, "per_lfstat": None}),
        ("departure_after_interview", "emigrant", 0, {"em_dep_year": 2007, "em_dep_month": 6}),
        ("departure_after_interview", "emigrant", 0, {"em_dep_year": 2007, "em_dep_month": 99}),
        ("departure_after_interview", "emigrant", 0, {"em_dep_year": 9997}),
        ("departure_after_interview", "household", 0, {"int_year": None}),
        ("return_before_departure", "emigrant", 1, {"em_ret_year": 2004, "em_ret_month": 6}),
        ("return_before_departure", "emigrant", 1, {"em_ret_year": 2004, "em_ret_month": 97}),
        ("return_before_departure", "emigrant", 1, {"em_ret_year": 9999}),
        ("return_before_departure", "emigrant", 1, {"em_dep_month": 99, "em_ret_year": 2004, "em_ret_month": 1}),
        ("return_after_interview", "emigrant", 1, {"em_ret_year": 2007, "em_ret_month": 6}),
        ("return_after_interview", "emigrant", 1, {"em_ret_year": 2007, "em_ret_month": 99}),
        ("age_against_departure", "emigrant", 0, {"em_age": 31}),
        ("age_against_departure", "emigrant", 0, {"em_age": 29}),
        ("age_against_departure", "emigrant", 0, {"em_age": 997}),
        ("age_against_departure", "emigrant", 1, {"em_age": 60}),
        ("listed_number", "household", 0, {"hh_em_n": 99}), ("listed_number", "household", 2, {"hh_em_any": 98}),
        ("listed_without_screening", "household", 0, {"hh_em_any": 97}),
        ("child_worker", "emigrant", 0, {"em_age_dep": 12}),
        ("child_worker", "emigrant", 0, {"em_age_dep": 11, "em_reason": 5}),
        ("child_worker", "emigrant", 0, {"em_age_dep": 999}),
        ("remittance_without_sender", "emigrant", 0, {"em_rem_any": 99}),
        ("remittance_without_sender", "household", 0, {"rem_any": 98}),
    ],
)  # fmt: skip
def test_what_is_right_or_unknown_is_left_alone(rows, rule, record, index, changes):
    rows[record][index].update(changes)
    assert rule not in check(rows).counts()


def test_routing_is_not_judged_on_a_move_that_is_no_emigration(rows):
    rows["emigrant"][2].update(em_dest="RUS", em_reason=2, em_act_before=1)
    assert check(rows).rows == ()


def test_routing_is_not_judged_where_it_is_not_known_whether_the_move_is_emigration(rows):
    rows["emigrant"][2].update(em_scope=99, em_dest="ZZ7")
    assert check(rows).rows == ()


def test_all_rows_of_a_duplicate_key_are_found(rows):
    rows["emigrant"][1]["em_no"] = 1
    found = [f for f in check(rows) if f.rule == "duplicate_key"]
    assert [(f.record, f.household, f.line, f.value) for f in found] == [("emigrant", "h1", "1", "h1, 1")] * 2


def test_two_households_of_one_key_are_found(rows):
    rows["household"].append(dict(rows["household"][2]))
    assert check(rows).counts()["duplicate_key"] == 2


def test_rows_without_a_key_are_no_duplicates_of_each_other(rows):
    rows["person"][2]["hh_id"] = rows["person"][3]["hh_id"] = None
    assert "duplicate_key" not in check(rows).counts()


def test_an_unmatched_code_is_found_with_the_native_code_and_the_place_of_the_map(rows):
    rows["emigrant"][0]["em_dest"] = "ZZ5"
    lost = Unmatched("emigrant", "em_dest", "M9", "18", (("h1", 1),), "armenia-2007.yaml:180")
    (found,) = check(rows, unmatched=(lost,))
    assert (found.rule, found.severity, found.household, found.line, found.value) == (
        "unmatched_code",
        "error",
        "h1",
        "1",
        "18",
    )
    assert found.message == "armenia-2007.yaml:180 M9: code 18 has no target. Seen 1 times"
    assert found.remedy == "Add it under codes, or list it as missing"


def test_a_routing_finding_says_who_is_asked(rows):
    rows["emigrant"][0]["em_rem_any"] = None
    messages = [f.message for f in check(rows) if f.variable == "em_rem_any"]
    assert messages == [
        "em_rem_any is empty, but the question is for: em_scope == 1 and em_status == 1 and em_age >= 15"
    ]


def test_errors_come_before_warnings_and_then_by_household(rows):
    rows["household"][0]["w_hh"] = 0.0
    rows["person"][3]["per_age"] = 130
    rows["person"][2]["per_age"] = 130
    found = [(f.rule, f.household) for f in check(rows)]
    assert found == [("range", "h2"), ("range", "h3"), ("zero_weight", "h1")]


def test_lines_are_in_the_order_of_numbers(rows):
    rows["person"] += [{**rows["person"][3], "per_no": n, "per_sex": 3} for n in (10, 2)]
    assert [f.line for f in check(rows) if f.rule == "codes"] == ["2", "10"]


def test_one_broken_row_does_not_hide_another(rows):
    rows["emigrant"][0].update(em_sex=5, em_dep_month=13, em_dest="XXX")
    assert check(rows).counts() == {"codes": 2, "range": 1}


def test_a_surplus_line_is_found_by_the_number_reported(rows):
    rows["emigrant"].append({**rows["emigrant"][0], "em_no": 3})
    (found,) = [f for f in check(rows) if f.rule == "listed_number"]
    assert (found.household, found.value) == ("h1", "2")


def test_findings_are_a_table_of_text(rows):
    rows["emigrant"][0]["em_sex"] = 3
    frame = check(rows).to_frame()
    assert list(frame.columns)[:5] == ["rule", "severity", "record", "household", "line"]
    assert frame.loc[0, ["rule", "household", "line", "value"]].tolist() == ["codes", "h1", "1", "3"]


def test_no_findings_are_an_empty_table_with_the_same_columns(rows):
    frame = check(rows).to_frame()
    assert len(frame) == 0
    assert "remedy" in frame.columns


def test_the_number_of_errors_leaves_warnings_out(rows):
    rows["household"][0]["w_hh"] = 0.0
    rows["person"][2]["per_age"] = 130
    findings = check(rows)
    assert (findings.errors, len(findings)) == (1, 2)


def test_the_title_says_that_the_data_are_synthetic(rows):
    assert check(rows).title.endswith("(synthetic data)")


def test_validating_changes_nothing(rows):
    data = dataset(rows)
    before = dict(data.records)
    lfm.validate(data)
    assert dict(data.records) == before


def test_no_rows_give_no_findings():
    assert len(check({"household": [], "person": [], "emigrant": []})) == 0


def test_after_a_refusal_it_is_not_known_who_is_asked(rows):
    rows["emigrant"][0].update({"em_rem_any": 98, "em_rem_cash": 500.0})
    assert not [finding for finding in check(rows) if finding.rule.startswith("routing")]


def test_an_empty_leading_answer_is_the_only_error(rows):
    rows["emigrant"][0].update({"em_rem_any": None})
    assert [(f.rule, f.variable) for f in check(rows) if f.rule.startswith("routing")] == [
        ("routing_blank", "em_rem_any")
    ]
