"""How validation is run: rules that break or cannot be run, bounded lists, places, and the checks of files."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from pandera.errors import SchemaErrors
from validate_rows import armenia, clean, dataset, emigrant, person

import lfs_migration as lfm
from lfs_migration import catalog
from lfs_migration.frames import Records, frame, take, to_pandas
from lfs_migration.model.dataset import Dataset, Doubt, Source, Unmatched
from lfs_migration.model.findings import Finding, Outcome
from lfs_migration.model.rules import KINDS
from lfs_migration.validate import checks
from lfs_migration.validate.gathering import needed
from lfs_migration.validate.judges import JUDGES
from lfs_migration.validate.listing import Listed, Listing
from lfs_migration.validate.schema import failures
from lfs_migration.validate.words import SAID

TEXT = {"en": "?"}


def rule(kind="condition", **fields):
    base = {"id": "made", "record": "person", "severity": "error", "label": TEXT, "remedy": TEXT, "reference": "ours"}
    return KINDS[kind](**{**base, **fields})


def with_rules(data, *rules, **changes):
    book = data.codebook.model_copy(update={"rules": {one.id: one for one in rules}, **changes})
    return replace(data, codebook=book)


def found(findings, check):
    return [finding for finding in findings if finding.rule == check]


def outcome(findings, check, record=None):
    (one,) = [one for one in findings.outcomes if one.rule == check and record in (None, one.record)]
    return one


def test_every_kind_of_rule_has_a_judge():
    assert set(JUDGES) == set(KINDS.values())


def test_a_rule_that_cannot_be_computed_says_so_and_no_other_suffers():
    rows = clean()
    rows["person"][0]["per_age"] = 130
    data = with_rules(dataset(rows), rule(id="odd", check="per_age == 'x'"), rule(id="old", check="per_age < 100"),
                      rule(id="none", check="per_age + 1"))  # fmt: skip
    findings = lfm.validate(data)
    assert [f.household for f in found(findings, "old")] == ["h1"]
    assert [f.variable for f in found(findings, "broken_rule")] == ["none", "odd"]
    assert "'per_age + 1' is not a condition" in found(findings, "broken_rule")[0].message
    assert {f.severity for f in found(findings, "broken_rule")} == {"error"}
    assert outcome(findings, "odd").broken
    assert outcome(findings, "odd").checked == 0
    assert "odd" not in findings.checked
    check = outcome(findings, "broken_rule")
    assert (check.passed, check.failed) == (1, 2)


def test_a_rule_that_breaks_in_one_part_judged_nothing_in_all():
    _, book = armenia()
    good = Outcome("odd", "error", "person", TEXT, TEXT, passed=3, failed=1, regions={"1": 1})
    bad = Outcome("odd", "error", "person", TEXT, TEXT, broken="rules.yaml:3: why")
    finding = Finding("odd", "error", "person", "h1", "1", "per_age", "3", "?", "?")
    for parts in ([Listed((finding,), (good,)), Listed((), (bad,))], [Listed((), (bad,)), Listed((finding,), (good,))]):
        listed = Listing(book, 10, {}).cut(parts)
        assert listed == Listed((), (bad,))


def test_parts_add_up_and_their_first_findings_are_the_first_of_all():
    _, book = armenia()
    rows = [Finding("odd", "error", "person", f"h{n}", "1", "per_age", "3", "?", "?") for n in range(6)]
    parts = [Listed(tuple(rows[n::2]), (Outcome("odd", "error", "person", TEXT, TEXT, 1, 3, 2, regions={"1": 3}),))
             for n in (1, 0)]  # fmt: skip
    listed = Listing(book, 4, {"odd": frozenset({"h5"})}).cut(parts)
    assert listed.findings == (*rows[:4], rows[5])
    assert listed.outcomes == (Outcome("odd", "error", "person", TEXT, TEXT, 2, 6, 4, listed=5, regions={"1": 6}),)


def test_what_is_not_run_is_named_with_the_reason():
    data = with_rules(
        dataset(clean()), rule(id="asked", check="per_birth_year > 1900"),
        rule("round", id="before", check="before.per_sex == per_sex"), rule(id="fine", check="per_sex > 0"),
    )  # fmt: skip
    findings = lfm.validate(data)
    reasons = {one.rule: (one.record, one.reason) for one in findings.skipped}
    assert reasons == {"asked": ("person", "per_birth_year was not asked"),
                       "before": ("person", "the round before was not given")}  # fmt: skip
    assert not {one.rule for one in findings.outcomes} & {"asked", "before"}


def test_with_the_round_before_its_rules_are_run():
    earlier = clean()
    earlier["person"][0]["per_sex"] = 2
    sure = rule("round", id="before", check="before.per_sex == per_sex")
    data = with_rules(dataset(clean()), sure)
    findings = lfm.validate(data, before=with_rules(dataset(earlier), sure))
    assert findings.skipped == ()
    assert [(f.household, f.line) for f in found(findings, "before")] == [("h1", "1")]


def many(bad=range(40)):
    rows = clean()
    rows["person"] += [person(3, line, per_sex=5 if line in bad else 1) for line in range(2, 60)]
    return rows


def test_a_list_is_bounded_and_its_outcome_has_the_true_number():
    data = with_rules(dataset(many()))
    findings = lfm.validate(data, limit=7)
    assert [f.line for f in found(findings, "codes")] == [str(n) for n in range(2, 9)]
    one = next(one for one in findings.outcomes if one.rule == "codes" and one.failed)
    assert (one.failed, one.listed) == (38, 7)
    assert findings.total == 38
    assert one.regions == {"1": 38}
    assert found(lfm.validate(data, limit=0), "codes") == []


def test_the_first_findings_are_the_same_whatever_the_order_of_rows():
    rows = clean()
    rows["person"] += [person(h, 7, per_sex=5) for h in range(4, 40)]
    data = with_rules(dataset(rows))
    shuffled = np.random.default_rng(1).permutation(len(data.records["person"]))
    other = replace(data, records={**data.records, "person": take(data.records["person"], shuffled)})
    assert lfm.validate(data, limit=5) == lfm.validate(other, limit=5)


def test_a_list_below_zero_is_refused():
    with pytest.raises(lfm.LfsMigrationError, match="limit of 0 or more"):
        lfm.validate(dataset(clean()), limit=-1)


def test_findings_know_region_and_interviewer():
    rows = clean()
    rows["person"][0]["per_sex"] = 5
    rows["household"][0]["region_code"] = "4"
    (finding,) = found(lfm.validate(with_rules(dataset(rows))), "codes")
    assert (finding.region, finding.interviewer) == ("4", "1")


def test_groups_that_fail_are_findings_without_a_household():
    data = with_rules(dataset(many(bad=())), rule("workload", id="work", by=("interviewer", "per_no"), most=2))
    findings = lfm.validate(data)
    (finding,) = found(findings, "work")
    assert (finding.household, finding.line, finding.interviewer) == ("", "", "1")
    assert "per_no" in finding.variable
    assert finding.value.endswith("1")
    assert outcome(findings, "work").interviewers == {"1": 1}


def test_accepted_failures_are_listed_beyond_the_limit():
    from lfs_migration.model.decisions import Accepted

    rows = clean()
    rows["person"] += [person(h, 7, per_sex=5) for h in range(4, 30)]
    seen = [Accepted(rule="codes", household="h9", reason="seen", decided_by="A. B.")]
    findings = lfm.validate(with_rules(dataset(rows)), limit=3, accepted=seen)
    assert [f.household for f in found(findings, "codes") if f.accepted] == ["h9"]
    assert not found(findings, "stale_exception")


def test_a_household_without_residents_is_a_warning():
    rows = clean()
    del rows["person"][-1]
    (finding,) = found(lfm.validate(with_rules(dataset(rows))), "no_rows")
    assert (finding.household, finding.severity) == ("h3", "warning")
    rows["household"][2]["w_hh"] = 0.0  # not interviewed
    assert not found(lfm.validate(with_rules(dataset(rows))), "no_rows")


def test_two_weights_of_one_household_are_found():
    rows = clean()
    rows["household"].append({**rows["household"][2], "w_hh": 50.0})
    findings = found(lfm.validate(with_rules(dataset(rows))), "weight_differs")
    assert [finding.value for finding in findings] == ["h3, 100", "h3, 50"]
    rows["household"][-1]["w_hh"] = 100.0
    assert not found(lfm.validate(with_rules(dataset(rows))), "weight_differs")


def units(strata, numbers, nest=True, covers="all"):
    """Findings of the sampling units of households with a stratum and a unit each."""
    edition, book = armenia()
    own = edition.records["household"].model_copy(update={"covers": covers})
    edition = edition.model_copy(update={"records": {**edition.records, "household": own}})
    keys = [f"u{i:03}" for i in range(len(strata))]
    home = frame({"hh_id": keys, "stratum": strata, "psu": numbers, "w_hh": [1.0] * len(keys)})
    records = Records(Dataset({"household": home}, book))
    design = lfm.Design("w_hh", stratum="stratum", psu="psu", nest=nest)
    return Listing(book, 100, {}).of(checks.units(records, design, edition), records).findings


def test_a_unit_in_two_strata_is_found_where_numbers_are_of_the_whole_file():
    strata = [str(i // 30) for i in range(120)]
    numbers = [f"{i // 3:03}" for i in range(120)]
    assert not found(units(strata, numbers), "psu_in_two_strata")
    strata[0] = "3"
    assert [f.household for f in found(units(strata, numbers), "psu_in_two_strata")] == ["u000"]


def test_units_numbered_anew_in_each_stratum_are_not_accused_unless_the_design_says_otherwise():
    strata = [str(i // 10) for i in range(40)]
    numbers = [str(i % 10 // 2) for i in range(40)]
    assert not found(units(strata, numbers), "psu_in_two_strata")
    assert len(found(units(strata, numbers, nest=False), "psu_in_two_strata")) == 40


def test_a_stratum_with_one_unit_is_a_warning():
    strata, numbers = ["1"] * 4 + ["2"] * 4, ["1", "1", "2", "2", "3", "3", "3", "3"]
    (finding,) = found(units(strata, numbers), "single_psu")
    assert (finding.severity, finding.value, finding.variable) == ("warning", "3, 2", "psu, stratum")
    assert not found(
        units(["1"] * 4 + ["2"] * 4, ["1", "1", "2", "2", "3", "3", "3", "3"], covers="reporting"), "single_psu"
    )


def test_a_code_that_the_file_declares_missing_and_the_map_does_not_is_found():
    edition, _ = armenia()
    mapped = edition.records["emigrant"]
    native = next(m for n, m in mapped.variables.items() if n == "em_sex")
    kept, lost = next(iter(native.codes)), next(iter(native.missing))
    source = Source(mapped.file, "x.sav", "", 3, user_missing={native.column: (kept, lost)})
    findings = lfm.validate(with_rules(dataset(clean(), sources=(source,))))
    (finding,) = found(findings, "declared_missing")
    assert (finding.variable, finding.value, finding.severity) == ("em_sex", str(kept), "warning")
    assert f"{native.column}: the file declares {kept} missing" in finding.message
    assert outcome(findings, "declared_missing").passed == 1


def test_a_computed_variable_is_asked_what_it_makes_of_a_declared_code():
    edition, _ = armenia()
    column = "M9"
    mapped = edition.records["emigrant"]
    for code, wrong in ((97, False), (3, True)):
        source = Source(mapped.file, "x.sav", "", 3, user_missing={column: (code,)})
        data = with_rules(dataset(clean(), sources=(source,)))
        assert ("em_scope" in {f.variable for f in found(lfm.validate(data), "declared_missing")}) is wrong


def test_doubtful_text_of_a_file_is_a_finding():
    doubt = Doubt("A1", "label", "Ã©", 2, "looks like UTF-8 read as Latin-1", "Name the encoding")
    source = Source("households", "x.sav", "", 3, doubts=(doubt,))
    findings = lfm.validate(with_rules(dataset(clean(), sources=(source, replace(source, doubts=())))))
    (finding,) = found(findings, "doubt")
    assert (finding.record, finding.household, finding.variable, finding.severity) == ("", "", "A1", "warning")
    assert "x.sav: column 'A1', label: 'Ã©' looks like UTF-8" in finding.message


def test_where_an_unmatched_code_was_seen_is_known():
    lost = Unmatched("emigrant", "em_dest", "M9", "18", (("h1", 1), ("h2", 1)), "armenia-2007.yaml:180")
    rows = clean()
    rows["household"][1]["region_code"] = "4"
    findings = lfm.validate(with_rules(dataset(rows, unmatched=(lost,))), limit=1)
    assert [(f.household, f.region) for f in found(findings, "unmatched_code")] == [("h1", "1")]
    assert outcome(findings, "unmatched_code").regions == {"1": 1, "4": 1}


def test_blanks_are_neither_right_nor_wrong():
    rows = clean()
    one = next(
        o
        for o in lfm.validate(with_rules(dataset(rows))).outcomes
        if o.rule == "codes" and "per_isced" in o.label["en"]
    )
    assert (one.passed, one.failed, one.unknown) == (3, 0, 1)


@pytest.mark.parametrize("record", ["household", "person", "emigrant"])
def test_levels_fail_as_the_whole_frame_does(record):
    rows = clean()
    rows["emigrant"] += [emigrant(3, n, em_sex=n, em_dest=d, em_dep_month=n * 5, em_age=n * 40)
                         for n, d in ((1, "RUS"), (2, "RU"), (3, None), (4, "ZZ9"))]  # fmt: skip
    rows["person"] += [person(2, n, per_age=n * 50, per_sex=n) for n in range(2, 5)]
    rows["household"][0]["w_hh"] = -1.0
    data = dataset(rows)
    wanted = lfm.schema(record, data.codebook)
    cases = set()
    try:
        wanted.validate(to_pandas(data.records[record]), lazy=True)
    except SchemaErrors as errors:
        table = errors.failure_cases
        cases = set(zip(table["column"], table["check"], table["index"].astype(int), strict=True))
    held = failures(Records(data), record, data.codebook)
    assert {(n, c, int(row)) for (n, c), places in held.items() for row in places} == cases


def test_a_column_of_many_values_is_judged_as_it_is():
    data = dataset(clean())
    size = 70_000
    cash = np.linspace(1, 1e6, size)
    cash[[5, 9]] = -1
    rows = frame({"hh_id": ["h1"] * size, "em_no": np.arange(size), "em_rem_cash": cash})
    held = failures(Records(replace(data, records={"emigrant": rows})), "emigrant", data.codebook)
    assert held["em_rem_cash", "range"].tolist() == [5, 9]


def test_built_in_checks_speak_three_languages_and_have_a_source():
    for check, said in SAID.items():
        for text in (said.label, said.remedy, said.message or said.label):
            assert {"en", "fr", "es"} <= set(text), check
        assert said.reference, check


def test_a_rule_needs_the_columns_of_universes_and_derivations():
    book = catalog.load_codebook()
    columns = needed(rule("nonresponse", of=("per_earn",), by=("interviewer",)), book)
    assert {"hh_id", "per_no", "per_earn", "per_icse", "per_lfstat", "per_age"} <= columns["person"]
    assert {"hh_id", "interviewer"} <= columns["household"]
    counting = needed(rule(record="household", check="count(person, per_sex == 1) > 0"), book)
    assert {"per_sex", "hh_id"} <= counting["person"]
