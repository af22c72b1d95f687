"""Accepted exceptions: what stands, what is counted, and what no longer holds."""

from __future__ import annotations

import pytest
from validate_rows import clean, dataset

import lfs_migration as lfm
from lfs_migration.errors import CatalogError
from lfs_migration.model.findings import Finding, Findings, Outcome

CHILD = {"em_age_dep": 11, "em_age": 14, "em_act_before": None}
SEEN = {"rule": "child_worker", "household": "h1", "reason": "seen by the supervisor", "decided_by": "A. Office"}
STALE = "stale_exception"


def seen(**changes):
    return lfm.Accepted(**{**SEEN, **changes})


@pytest.fixture
def data():
    """A clean survey with one young worker."""
    rows = clean()
    rows["emigrant"][0].update(CHILD)
    return dataset(rows)


def outcome(findings, rule):
    return next(one for one in findings.outcomes if one.rule == rule)


def test_an_accepted_finding_stays_in_the_list_and_is_no_longer_counted(data):
    before = lfm.validate(data)
    after = lfm.validate(data, accepted=[seen(record="emigrant", line=1, date="2026-11-22")])
    assert before.counts()["child_worker"] == 1 and "child_worker" not in after.counts()
    (found,) = (one for one in after if one.rule == "child_worker")
    assert found.accepted == "seen by the supervisor (A. Office, 2026-11-22)"
    assert (outcome(after, "child_worker").failed, outcome(after, "child_worker").accepted) == (1, 1)
    assert sum(outcome(before, "child_worker").regions.values()) == 1
    assert outcome(after, "child_worker").regions == {} == outcome(after, "child_worker").interviewers
    assert (outcome(after, STALE).passed, outcome(after, STALE).failed) == (1, 0)
    assert after.total == before.total - 1


def test_an_accepted_error_is_no_error():
    rows = clean()
    rows["emigrant"][0]["em_sex"] = 3
    accepted = seen(rule="codes", variable="em_sex", value=3)
    assert (lfm.validate(dataset(rows)).errors, lfm.validate(dataset(rows), accepted=[accepted]).errors) == (1, 0)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"value": "12, 2"}, "value is '11, 2', not '12, 2'"),
        ({"line": 2}, "line is '1', not '2'"),
        ({"record": "person"}, "record is 'emigrant', not 'person'"),
        ({"household": "h2"}, "the rule finds nothing in household h2"),
        ({"rule": "child_workers"}, "no check 'child_workers' was made. Did you mean 'child_worker'"),
    ],
)
def test_what_no_longer_holds_is_a_finding_of_its_own(data, changes, why):
    after = lfm.validate(data, accepted=[seen(**changes)])
    assert after.counts()["child_worker"] == 1
    (stale,) = (one for one in after if one.rule == STALE)
    assert (stale.severity, stale.household) == ("warning", changes.get("household", "h1"))
    assert why in stale.message and "take the exception out" in stale.remedy
    assert (outcome(after, STALE).passed, outcome(after, STALE).failed) == (0, 1)


def test_an_exception_ends_when_the_data_change(data):
    found = next(one for one in lfm.validate(data) if one.rule == "child_worker")
    exception = seen(record=found.record, line=found.line, variable=found.variable, value=found.value)
    assert "child_worker" not in lfm.validate(data, accepted=[exception]).counts()
    edit = lfm.Correction(household="h1", line=1, variable="em_age_dep", old=11, new=10, reason="misread")
    after = lfm.validate(lfm.correct(data, [edit]), accepted=[exception])
    assert {"child_worker", STALE} <= set(after.counts())


@pytest.mark.parametrize("limit", [0, 1])
def test_what_is_beyond_the_bounded_list_is_accepted_too(limit):
    rows = clean()
    for row in rows["emigrant"]:
        row["em_sex"] = 3
    place = {"rule": "codes", "variable": "em_sex", "household": "h2"}
    after = lfm.validate(dataset(rows), limit=limit, accepted=[seen(**place)])
    codes = next(one for one in after.outcomes if one.rule == "codes" and one.failed)
    assert (codes.failed, codes.accepted, codes.listed) == (3, 1, limit + 1)
    assert after.counts()["codes"] == 2
    assert [one.household for one in after if one.accepted] == ["h2"]
    assert STALE not in after.counts()


def test_one_exception_may_be_about_several_findings_and_several_about_one(data):
    rows = clean()
    rows["emigrant"][0].update(CHILD)
    rows["emigrant"][1].update(em_age_dep=11, em_age=14)
    both = lfm.validate(dataset(rows), accepted=[seen(), seen(line=1)])
    accepted = [one for one in both if one.rule == "child_worker" and one.accepted]
    assert outcome(both, "child_worker").accepted == len(accepted) >= 1
    assert outcome(both, STALE).passed == 2


def test_a_bounded_list_leaves_it_unknown_whether_an_exception_holds():
    found = Finding("r", "error", "person", "1", "1", "x", "", "Wrong", "Ask")
    many = Findings((found,), (Outcome("r", "error", "person", {"en": "Wrong"}, {"en": "Ask"}, failed=9, listed=1),))
    after = lfm.accept(many, [seen(rule="r", household="5")])
    assert (outcome(after, STALE).failed, outcome(after, STALE).unknown) == (0, 1)
    assert outcome(lfm.accept(many, [seen(rule="r", household="5")], complete=True), STALE).failed == 1


def test_a_rule_that_broke_leaves_it_unknown_too():
    broken = Outcome("r", "error", "person", {"en": "Wrong"}, {"en": "Ask"}, broken="boom")
    after = lfm.accept(Findings((), (broken,)), [seen(rule="r")], complete=True)
    assert (outcome(after, STALE).failed, outcome(after, STALE).unknown) == (0, 1)


def test_the_checks_of_one_rule_are_told_apart():
    texts = [{"en": f"Not a code of the list: {name}"} for name in ("em_sex", "em_sex_now")]
    outcomes = tuple(Outcome("codes", "error", "emigrant", text, text, failed=1, listed=1) for text in texts)
    rows = tuple(
        Finding("codes", "error", "emigrant", "1", str(i), "x", "3", text["en"], "") for i, text in enumerate(texts)
    )
    after = lfm.accept(Findings(rows, outcomes), [seen(rule="codes", household=1, line=1)])
    assert [one.accepted for one in after.outcomes[:2]] == [0, 1]


def test_a_finding_about_many_rows_is_accepted_by_its_interviewer():
    label = {"en": "Heaped"}
    rows = tuple(
        Finding("h", "warning", "person", "", "", "age", f"{i}", "Heaped", "", interviewer=f"{i}") for i in (7, 8)
    )
    found = Findings(
        rows, (Outcome("h", "warning", "person", label, label, failed=2, listed=2, interviewers={"7": 1, "8": 1}),)
    )
    after = lfm.accept(found, [seen(rule="h", household="", interviewer=8)])
    assert [bool(one.accepted) for one in after] == [False, True]
    assert after.outcomes[0].interviewers == {"7": 1}


def test_a_file_of_findings_becomes_one_of_exceptions(data, tmp_path):
    path = lfm.write_findings(lfm.validate(data), tmp_path / "findings.csv")
    header, *lines = path.read_text(encoding="utf-8").splitlines()
    told = [f"{line},{'a shepherd,A. Office' if line.startswith('child_worker') else ','}" for line in lines]
    path.write_text("\n".join([f"{header},reason,decided_by", *told]) + "\n", encoding="utf-8")
    after = lfm.validate(data, accepted=path)
    assert {one.rule for one in after if one.accepted} == {"child_worker"}
    assert STALE not in after.counts()


def test_what_a_spreadsheet_had_to_be_kept_from_running_is_found_again():
    found = Finding("r", "error", "person", "1", "1", "x", "=1+1", "Wrong", "Ask")
    one = Findings((found,), (Outcome("r", "error", "person", {"en": "Wrong"}, {"en": "Ask"}, failed=1, listed=1),))
    assert lfm.accept(one, [seen(rule="r", household=1, value="'=1+1")]).errors == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- rule: r\n  household: 1\n  reason: x\n", r"a\.yaml:1: 0\.decided_by is missing"),
        ("- rule: r\n  household: 1\n  reason: x\n  decided_by: ''\n", r"a\.yaml:4: .*it is empty: say who decided"),
        ("- rule: r\n  reason: x\n  decided_by: y\n", r"a\.yaml:1: 0\.household is missing"),
        ("- rule: r\n  household: 1\n  reson: x\n  decided_by: y\n", r"a\.yaml:3: Unknown key 'reson'"),
    ],
)
def test_a_wrong_file_says_where(tmp_path, text, said):
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(CatalogError, match=said):
        lfm.load_accepted(tmp_path / "a.yaml")


def test_an_exception_of_a_plain_csv_needs_its_reason(tmp_path):
    (tmp_path / "a.csv").write_text("rule,household,reason,decided_by\nr,1,,\n", encoding="utf-8")
    with pytest.raises(CatalogError, match=r"a\.csv:2: 0\.reason: it is empty"):
        lfm.load_accepted(tmp_path / "a.csv")
