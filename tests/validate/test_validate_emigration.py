"""The emigration module's rules, on rows that break them, keep them, and leave them unknown.

Each case is a household of its own; one run of `validate` judges all of them.
"""

from __future__ import annotations

from functools import lru_cache

import pyarrow as pa
import pytest

import lfs_migration as lfm
from lfs_migration import catalog, frames
from lfs_migration.expr import parse
from lfs_migration.harmonise.mapping import Target
from lfs_migration.model.dataset import Dataset

HOUSEHOLD = {"country": "ARM", "int_year": 2007, "int_month": 6, "mod_selected": 1}
REFUSED, AMOUNT = 98, 999999998
ITEMS = {f"rc_c{number:02}": 0.0 for number in range(1, 18)}
LATE = {"ret_year": 2005, "ret_month": 2, "ret_dep_year": 2005, "ret_dep_month": 3}
SHORT = {"ret_year": 2005, "ret_month": 3, "ret_dep_year": 2005, "ret_dep_month": 2}


def emigrant(**answers):
    return {"em_scope": 1, "em_status": 1, "em_age": 30, "em_age_dep": 28, "em_dep_year": 2005, "em_dep_month": 6,
            **answers}  # fmt: skip


def home(**answers):
    return (answers, {})


def members(*rows, **answers):
    return (answers, {"person": list(rows)})


def left(*rows, **answers):
    return (answers, {"emigrant": list(rows)})


def recruited(**answers):
    row = {"rc_elig": 1, "rc_start_year": 2006, "rc_start_month": 3, "rc_dep_year": 2006, "rc_dep_month": 2, **ITEMS}
    return ({}, {"recruitment": [{**row, **answers}]})


def listed(rows, *, emigrants=(), persons=()):
    return ({}, {"recruitment": [{}] * rows, "emigrant": list(emigrants), "person": list(persons)})


def person(relation, **answers):
    return {"per_relation": relation, "per_age": 30, **answers}


def alike(name, last, *more):
    """The same answer to each part of a question."""
    return {f"{name}__{number}": 1 for number in (*range(1, last + 1), *more)}


FACTS = {"per_sex": 1, "per_birth_year": 1977, "per_marital": 1, "per_isced": 3, "per_lfstat": 1}
MOVE = {"em_sex": 1, "em_relation": 3, "em_dest": "RUS", "em_reason": 1}
WORK, STUDY, SECRET = emigrant(em_reason=1), emigrant(em_reason=5), emigrant(em_reason=REFUSED)
BACK = {"ret_ever": 1, "ret_reason_dep": 2}
NEVER = {"ret_ever": 2}

# Rule, the household and its rows, and whether the rule finds something wrong.
CASES = [
    ("present_not_above_residents", home(hh_size_dejure=3, hh_size_present=4), True),
    ("present_not_above_residents", home(hh_size_dejure=3, hh_size_present=3), False),
    ("present_not_above_residents", home(hh_size_dejure=REFUSED, hh_size_present=4), False),
    ("listed_members", members({}, {}, hh_size_dejure=3), True),
    ("listed_members", members({}, {}, hh_size_dejure=2), False),
    ("senders_outside_the_household", home(rem_senders=1, rem_nonmember=2), True),
    ("senders_outside_the_household", home(rem_senders=2, rem_nonmember=2), False),
    ("senders_listed", left(emigrant(em_rem_any=1), emigrant(em_rem_any=1), rem_senders=2, rem_nonmember=1), True),
    ("senders_listed", left(emigrant(em_rem_any=1), emigrant(em_rem_any=2), rem_senders=2, rem_nonmember=1), False),
    ("senders_listed", left(emigrant(em_rem_any=1), emigrant(em_age=5), rem_senders=1, rem_nonmember=0), False),
    ("senders_listed", left(emigrant(em_rem_any=REFUSED), rem_senders=1, rem_nonmember=1), False),
    ("remittance_total_zero", home(rem_month=10.0, rem_total=0.0), True),
    ("remittance_total_zero", home(rem_month=10.0, rem_total=AMOUNT), False),
    ("remittance_month_above_year", home(rem_month=10.0, rem_total=5.0), True),
    ("remittance_month_above_year", home(rem_month=10.0, rem_total=10.0), False),
    ("remittance_gap", left(emigrant(em_rem_any=1, em_rem_cash=130.0), rem_total=100.0, rem_nonmember=0), True),
    ("remittance_gap", left(emigrant(em_rem_any=1, em_rem_cash=70.0), rem_total=100.0, rem_nonmember=0), True),
    ("remittance_gap", left(emigrant(em_rem_any=1, em_rem_cash=70.0), rem_total=100.0, rem_nonmember=1), False),
    ("remittance_gap", left(emigrant(em_rem_any=1, em_rem_cash=90.0), rem_total=100.0, rem_nonmember=0), False),
    ("remittance_gap", left(emigrant(em_rem_any=1, em_rem_cash=AMOUNT), rem_total=1.0, rem_nonmember=0), False),
    ("remittance_above_income", home(rem_total=10.0, hh_income=5.0), True),
    ("remittance_above_income", home(rem_total=5.0, hh_income=5.0), False),
    ("main_use_named", home(rem_use_main=4, rem_use__4=2), True),
    ("main_use_named", home(rem_use_main=96, rem_use__96=2, rem_use__4=1), True),
    ("main_use_named", home(rem_use_main=4, rem_use__4=1, rem_use__5=2), False),
    ("birth_year_against_age", members({"per_age": 30, "per_birth_year": 1970}), True),
    ("birth_year_against_age", members({"per_age": 30, "per_birth_year": 1978}), True),
    ("birth_year_against_age", members({"per_age": 30, "per_birth_year": 1976}), False),
    ("spouse_never_married", members({"per_relation": 2, "per_marital": 1}), True),
    ("spouse_never_married", members({"per_relation": 2, "per_marital": 3}), False),
    ("ret_before_departure", members(LATE), True),
    ("ret_before_departure", members({**LATE, "ret_month": REFUSED}), False),
    ("ret_after_interview", members({"ret_year": 2007, "ret_month": 7}), True),
    ("ret_after_interview", members({"ret_year": 2007, "ret_month": 6}), False),
    ("ret_stay_too_short", members(SHORT), True),
    ("ret_stay_too_short", members({**SHORT, "ret_month": REFUSED}), False),
    ("ret_work_longer_than_stay", members({**SHORT, "ret_work_months": 3}), True),
    ("ret_work_longer_than_stay", members({**SHORT, "ret_work_months": 2}), False),
    ("ret_savings_zero", members({"ret_savings": 1, "ret_savings_amt": 0.0}), True),
    ("ret_savings_zero", members({"ret_savings": 1, "ret_savings_amt": AMOUNT}), False),
    ("int_dest_is_home", members({"int_dest": "ARM"}), True),
    ("int_dest_is_home", members({"int_dest": "RUS"}), False),
    ("ret_ctry_is_home", members({"ret_ctry": "ARM"}), True),
    ("ret_ctry_is_home", members({"ret_ctry": "ZZ7"}), False),
    ("steps_for_a_distant_plan", members({"int_plan": 1, "int_steps__6": 1}), True),
    ("steps_for_a_distant_plan", members({"int_plan": 3, "int_steps__6": 1}), False),
    ("int_steps__6_alone", members({"int_steps__6": 1, "int_steps__2": 1}), True),
    ("int_steps__6_alone", members({"int_steps__6": 1, "int_steps__2": 2}), False),
    ("em_socprot__8_alone", left(emigrant(em_socprot__8=1, em_socprot__1=1)), True),
    ("em_socprot__8_alone", left(emigrant(em_socprot__8=2, em_socprot__1=1)), False),
    ("ret_socprot__8_alone", members({"ret_socprot__8": 1, "ret_socprot__7": 1}), True),
    ("ret_socprot__8_alone", members({"ret_socprot__8": 1, "ret_socprot__7": REFUSED}), False),
    ("em_dest_is_home", left(emigrant(em_dest="ARM")), True),
    ("em_dest_is_home", left(emigrant(em_dest="RUS")), False),
    ("children_of_a_child", left(emigrant(em_age=8, em_child_here=1)), True),
    ("children_of_a_child", left(emigrant(em_age=8, em_child_here=0)), False),
    ("children_listed", ({}, {"emigrant": [emigrant(em_child_here=1)], "person": [{"per_age": 40}]}), True),
    ("children_listed", ({}, {"emigrant": [emigrant(em_child_here=1)], "person": [{"per_age": 9}]}), False),
    ("children_listed", ({}, {"emigrant": [emigrant(em_child_here=0)], "person": [{"per_age": 40}]}), False),
    ("trips_count_the_last", left(emigrant(em_trips=0)), True),
    ("trips_count_the_last", left(emigrant(em_trips=0, em_dep_year=1990)), False),
    ("abroad_below_education_before", left(emigrant(em_isced_dep=6, em_isced_abroad=3)), True),
    ("abroad_below_education_before", left(emigrant(em_isced_dep=9, em_isced_abroad=3)), False),
    ("earnings_zero", left(emigrant(em_act_now=1, em_earn_now=0.0)), True),
    ("earnings_zero", left(emigrant(em_act_now=1, em_earn_now=AMOUNT)), False),
    ("sent_nothing", left(emigrant(em_rem_any=1, em_rem_cash=0.0, em_rem_kind=0.0)), True),
    ("sent_nothing", left(emigrant(em_rem_any=1, em_rem_cash=0.0, em_rem_kind=5.0)), False),
    ("sent_nothing", left(emigrant(em_rem_any=1, em_rem_cash=0.0, em_rem_kind=AMOUNT)), False),
    ("last_transfer_zero", left(emigrant(em_rem_last=0.0)), True),
    ("last_transfer_zero", left(emigrant(em_rem_last=1.0)), False),
    ("last_transfer_above_year", left(emigrant(em_rem_last=2.0, em_rem_cash=1.0)), True),
    ("last_transfer_above_year", left(emigrant(em_rem_last=2.0, em_rem_cash=2.0)), False),
    ("fee_above_transfer", left(emigrant(em_rem_last=10.0, em_rem_fee=3.0)), True),
    ("fee_above_transfer", left(emigrant(em_rem_last=10.0, em_rem_fee=2.5)), False),
    ("recruitment_listed", listed(1, emigrants=[WORK], persons=[BACK]), True),
    ("recruitment_listed", listed(2, emigrants=[WORK, STUDY], persons=[BACK, NEVER]), False),
    ("recruitment_listed", listed(1, emigrants=[STUDY], persons=[NEVER]), True),
    ("recruitment_listed", listed(0, persons=[NEVER, {}]), False),
    # Whether the emigrant with the secret reason should be asked, nobody knows; nor of the returned resident.
    ("recruitment_listed", listed(1, emigrants=[SECRET]), False),
    ("recruitment_listed", listed(0, persons=[{"ret_ever": 1, "ret_reason_dep": REFUSED}]), False),
    ("recruitment_listed", listed(0, emigrants=[{"em_scope": 2}]), False),
    ("recruitment_start_before_departure", recruited(rc_start_month=1), True),
    ("recruitment_start_before_departure", recruited(rc_start_month=2), False),
    ("recruitment_start_before_departure", recruited(rc_start_month=1, rc_dep_month=REFUSED), False),
    ("recruitment_start_after_interview", recruited(rc_start_year=2008), True),
    ("recruitment_start_after_interview", recruited(), False),
    ("recruitment_too_long_ago", recruited(rc_start_year=2004, rc_start_month=5), True),
    ("recruitment_too_long_ago", recruited(rc_start_year=2004, rc_start_month=6), False),
    ("recruitment_reimbursed_above_cost", recruited(rc_c01=10.0, rc_reimb=11.0), True),
    ("recruitment_reimbursed_above_cost", recruited(rc_c01=AMOUNT, rc_total=5.0, rc_reimb=11.0), True),
    ("recruitment_reimbursed_above_cost", recruited(rc_c01=AMOUNT, rc_reimb=11.0), False),
    ("recruitment_total_below_items", recruited(rc_c01=10.0, rc_c02=AMOUNT, rc_total=9.0), True),
    ("recruitment_total_below_items", recruited(rc_c01=10.0, rc_c02=AMOUNT, rc_total=12.0), False),
    ("recruitment_tax_above_earnings", recruited(rc_earn1=10.0, rc_earn1_tax=11.0), True),
    ("recruitment_tax_above_earnings", recruited(rc_earn1=10.0, rc_earn1_tax=AMOUNT), False),
    ("recruitment_currencies_differ", recruited(rc_cur="USD", rc_earn_cur="AED"), True),
    ("recruitment_currencies_differ", recruited(rc_cur="USD", rc_earn_cur="ZZ7"), False),
    ("recruitment_borrowed", recruited(rc_finance__4=1, rc_loan=0.0), True),
    ("recruitment_borrowed", recruited(rc_finance__4=2, rc_loan=0.0), False),
    ("one_head", members(person(1), person(1)), True),
    ("one_head", members(person(1), person(3)), False),
    ("one_head", members(person(1), person(REFUSED)), False),
    ("one_spouse_of_the_head", members(person(1), person(2), person(2)), True),
    ("one_spouse_of_the_head", members(person(1), person(2)), False),
    ("child_of_the_head", members(person(1, per_age=30), person(3, per_age=19)), True),
    ("child_of_the_head", members(person(1, per_age=30), person(3, per_age=18)), False),
    ("parent_of_the_head", members(person(1, per_age=30), person(4, per_age=41)), True),
    ("parent_of_the_head", members(person(1, per_age=30), person(4, per_age=42)), False),
    ("grandchild_of_the_head", members(person(1, per_age=50), person(7, per_age=27)), True),
    ("grandchild_of_the_head", members(person(1, per_age=50), person(7, per_age=26)), False),
    ("spouses_of_one_sex", members(person(1, per_sex=2), person(2, per_sex=2)), True),
    ("spouses_of_one_sex", members(person(1, per_sex=1), person(2, per_sex=2)), False),
    ("spouses_of_one_sex", members(person(1, per_sex=9), person(2, per_sex=2)), False),
    ("spouses_far_apart_in_age", members(person(1, per_age=71), person(2, per_age=40)), True),
    ("spouses_far_apart_in_age", members(person(1, per_age=70), person(2, per_age=40)), False),
    ("spouse_line", members(person(1, per_spouse_no=2), person(2, per_spouse_no=3), person(3)), True),
    ("spouse_line", members(person(1, per_spouse_no=2), person(2, per_spouse_no=1)), False),
    ("mother_line", members(person(1, per_sex=1), person(3, per_mother_no=1)), True),
    ("mother_line", members(person(1, per_sex=2), person(3, per_mother_no=1)), False),
    ("mother_line", members(person(1, per_sex=2), person(3, per_mother_no=0)), False),
    ("father_line", members(person(1, per_sex=1), person(3, per_father_no=9)), True),
    ("father_line", members(person(1, per_sex=1), person(3, per_father_no=1)), False),
    ("mother_age", members(person(1, per_sex=2, per_age=30), person(3, per_age=19, per_mother_no=1)), True),
    ("mother_age", members(person(1, per_sex=2, per_age=30), person(3, per_age=18, per_mother_no=1)), False),
    ("father_age", members(person(1, per_sex=1, per_age=90), person(3, per_age=19, per_father_no=1)), True),
    ("father_age", members(person(1, per_sex=1, per_age=89), person(3, per_age=19, per_father_no=1)), False),
    ("member_lines", members(person(1), person(3, per_no=3)), True),
    ("member_lines", members(person(1), person(3)), False),
    ("emigrant_lines", left(emigrant(em_no=2)), True),
    ("emigrant_lines", left(emigrant()), False),
    ("age_by_relation", members(person(1, per_age=11)), True),
    ("age_by_relation", members(person(1, per_age=12)), False),
    ("education_by_age", members(person(1, per_age=17, per_isced=6)), True),
    ("education_by_age", members(person(1, per_age=18, per_isced=6)), False),
    ("education_by_age", members(person(1, per_age=17, per_isced=9)), False),
    ("education_before_leaving_by_age", left(emigrant(em_age_dep=17, em_isced_dep=6)), True),
    ("education_before_leaving_by_age", left(emigrant(em_age_dep=18, em_isced_dep=6)), False),
    ("reason_by_age", left(emigrant(em_age_dep=71, em_reason=5)), True),
    ("reason_by_age", left(emigrant(em_age_dep=70, em_reason=5)), False),
    ("hours_by_status", members(person(1, per_icse=1, per_hours=99)), True),
    ("hours_by_status", members(person(1, per_icse=2, per_hours=99)), False),
    ("hours_abroad_by_status", left(emigrant(em_icse_now=1, em_hours_now=99)), True),
    ("hours_abroad_by_status", left(emigrant(em_icse_now=2, em_hours_now=99)), False),
    ("screening_answered", home(hh_em_any=REFUSED), True),
    ("screening_answered", home(hh_em_any=2), False),
    ("uses_of_money_all_alike", home(**alike("rem_use", 12, 96)), True),
    ("uses_of_money_all_alike", home(**{**alike("rem_use", 12, 96), "rem_use__1": 2}), False),
    ("protection_abroad_all_alike", left(emigrant(**alike("em_socprot", 8))), True),
    ("protection_abroad_all_alike", left(emigrant(**{**alike("em_socprot", 8), "em_socprot__1": 2})), False),
    ("protection_there_all_alike", members(alike("ret_socprot", 8)), True),
    ("protection_there_all_alike", members({**alike("ret_socprot", 8), "ret_socprot__1": 2}), False),
    ("steps_all_alike", members(alike("int_steps", 6)), True),
    ("steps_all_alike", members({**alike("int_steps", 6), "int_steps__1": 2}), False),
    ("sources_of_money_all_alike", recruited(rc_total=5.0, **alike("rc_finance", 7, 96)), True),
    ("sources_of_money_all_alike", recruited(rc_total=0.0, **alike("rc_finance", 7, 96)), False),
    ("person_listed_twice", members(person(3, **FACTS), person(3, **FACTS)), True),
    ("person_listed_twice", members(person(3, **FACTS), person(3, **FACTS, per_age=31)), False),
    ("emigrant_listed_twice", left(emigrant(**MOVE), emigrant(**MOVE)), True),
    ("emigrant_listed_twice", left(emigrant(**MOVE), emigrant(**{**MOVE, "em_relation": REFUSED})), False),
]
BY_KIND = ("constant", "similar", "outlier", "heaping", "digits", "nonresponse", "effect", "workload", "share", "round",
           "change")  # fmt: skip
"""Kinds of rules that one household does not break: each has tests of its own."""
OLDER = {"departure_after_interview", "return_before_departure", "return_after_interview", "age_against_departure",
         "listed_number", "listed_without_screening", "child_worker", "remittance_without_sender"}  # fmt: skip
ELSEWHERE = {"emigrant_reported_twice", "place_and_date"}
"""A rule between households, and one of a code list that each country brings: planted in the pilots, or of a kind that
has tests of its own."""


def frame_of(codebook, record, rows):
    """A record with every variable that is asked; what a row does not give is empty."""
    names = {*codebook.records[record].key, *(v.name for v in codebook.variables_of(record) if not v.derived)}
    strange = {name for row in rows for name in row} - names
    assert not strange, strange
    kinds = {name: Target.of(codebook, name).type for name in names}
    return frames.frame({name: pa.array([row.get(name) for row in rows], kinds[name]) for name in sorted(names)})


@lru_cache
def found():
    """The rule and household of every finding."""
    edition = catalog.plain_edition(catalog.load_codebook(), "w_hh", "stratum", "psu")
    codebook = catalog.load_codebook(edition=edition)
    rows = {record: [] for record in codebook.records}
    for number, (_, (answers, children), _) in enumerate(CASES):
        key = f"h{number:03}"
        rows["household"].append({**HOUSEHOLD, **answers, "hh_id": key})
        for record, own in children.items():
            line = codebook.records[record].key[1]
            rows[record] += [{line: at, **row, "hh_id": key} for at, row in enumerate(own, start=1)]
    data = Dataset({r: frame_of(codebook, r, own) for r, own in rows.items()}, codebook, edition)
    return {(finding.rule, finding.household) for finding in lfm.validate(lfm.derive(data)).rows}


@pytest.mark.parametrize("number", [pytest.param(n, id=f"{case[0]}-{n}") for n, case in enumerate(CASES)])
def test_a_rule_finds_what_breaks_it_and_nothing_else(number):
    rule, _, wrong = CASES[number]
    assert ((rule, f"h{number:03}") in found()) is wrong


def test_every_rule_has_a_case_that_breaks_it_and_one_that_does_not():
    alone = {rule.id for rule in catalog.load_codebook().rules.values() if rule.kind not in BY_KIND}
    for wrong in (True, False):
        assert alone - {rule for rule, _, result in CASES if result is wrong} == {*OLDER, *ELSEWHERE}


def test_a_finding_shows_variables_that_the_rule_needs():
    """So that a rule that can be judged can also be shown."""
    codebook = catalog.load_codebook()

    def needed(text, record):
        names = set()
        for name in (name.rpartition(".")[2] for name in parse(text or "True").names):
            value = codebook.variables[name].value
            names |= {name} | (needed(value, codebook.variables[name].record) if value else set())
        return names

    for rule in codebook.rules.values():
        known = {*rule.needed, *codebook.records[rule.record].key}
        assert set(rule.variables) <= known.union(*(needed(text, rule.record) for text in rule.texts)), rule.id
