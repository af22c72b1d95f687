"""Nothing of the subject's plan is lost: its variables by section, its code lists and its derived variables.

The plan of the emigration module is the table below. What the codebook changed on purpose stands beside it, with the
reason.
"""

from __future__ import annotations

import pytest
from catalog_changes import Books

from lfs_migration import catalog
from lfs_migration.catalog.places import modules

CODEBOOK = catalog.load_codebook()

SECTIONS = {
    "H": """
        country round_id hh_id stratum psu hh_visit_no region_code urban hh_result int_year int_month int_day
        hh_size_dejure hh_size_present w_design w_nr w_hh w_mod mod_selected hh_em_any hh_em_n hh_em_ref hh_em_proxy
    """,
    "P": """
        per_no per_sex per_age per_birth_year per_relation per_marital per_isced per_citizen per_birth_ctry
        per_resid_status per_lfstat per_icse per_isco per_isic per_hours per_earn w_per
    """,
    "A": """
        em_no em_sex em_age em_age_dep em_relation em_marital em_lang_dep em_predep em_spouse_here em_child_here
        em_isced_dep em_isced_abroad em_birth_ctry em_citizen
    """,
    "B": """
        em_origin_region em_dep_year em_dep_month em_reason em_dest_first em_dest em_trips em_stay_plan em_return_plan
        em_alone em_contact em_proxy
    """,
    "C": """
        em_entrydoc em_permit_now em_channel em_contract
    """,
    "D": """
        em_act_before em_icse_before em_isco_before em_isic_before em_act_now em_icse_now em_isco_now em_isic_now
        em_hours_now em_earn_now em_earn_cur em_skillmatch em_socprot
    """,
    "E": """
        em_rem_any em_rem_freq em_rem_cash em_rem_cur em_rem_kind em_rem_chan em_rem_fee em_rem_last em_rem_dir
    """,
    "R": """
        ret_ever ret_year ret_month ret_ctry ret_dep_year ret_dep_month ret_reason_dep ret_worked ret_work_months
        ret_icse ret_isco ret_isic ret_socprot ret_reason ret_skill ret_savings ret_savings_amt ret_act_after
        ret_difficulty ret_portab
    """,
    "I": """
        int_plan int_reason int_dest int_steps int_stay
    """,
    "Q": """
        rem_any rem_senders rem_nonmember rem_total rem_month rem_use rem_use_main rem_share hh_income rem_decider
    """,
    "S": """
        rc_elig rc_start_year rc_start_month rc_total rc_cur rc_reimb rc_deduct rc_earn1 rc_earn1_tax rc_earn_cur
        rc_finance rc_loan rc_loan_rate rc_search_weeks rc_contract rc_c01 rc_c02 rc_c03 rc_c04 rc_c05 rc_c06 rc_c07
        rc_c08 rc_c09 rc_c10 rc_c11 rc_c12 rc_c13 rc_c14 rc_c15 rc_c16 rc_c17
    """,
}
"""Questions by section: H identification, design and screening; P roster and labour force core; A who is abroad; B
leaving; C documents and job channel; D work and social protection; E remittances of an emigrant; R return; I intention;
Q remittances of the household; S recruitment cost."""

COUNTS = {"H": 23, "P": 17, "A": 14, "B": 12, "C": 4, "D": 13, "E": 9, "R": 20, "I": 5, "Q": 10, "S": 32}
MULTIPLE = {"em_socprot", "ret_socprot", "int_steps", "rem_use", "rc_finance"}

LISTS = {
    "URBAN": "urban",
    "HHSTATUS": "hh_result",
    "YESNO": """
        mod_selected hh_em_any em_predep em_spouse_here em_rem_any em_rem_dir ret_ever ret_worked ret_skill
        ret_savings ret_portab rem_any rc_elig
    """,
    "RESPTYPE": "hh_em_proxy em_proxy",
    "SEX": "per_sex em_sex",
    "RELATION": "per_relation em_relation",
    "MARITAL": "per_marital em_marital",
    "ISCED11": "per_isced em_isced_dep em_isced_abroad",
    "LFSTAT": "per_lfstat",
    "ICSE93": "per_icse em_icse_before em_icse_now ret_icse",
    "REASON_EMIG": "em_reason ret_reason_dep int_reason",
    "STAYPLAN": "em_stay_plan int_stay",
    "RETURNPLAN": "em_return_plan",
    "CONTACT": "em_contact",
    "ENTRYDOC": "em_entrydoc",
    "PERMIT": "em_permit_now",
    "CHANNEL_JOB": "em_channel",
    "CONTRACT": "em_contract rc_contract",
    "ACTIV": "em_act_before em_act_now ret_act_after",
    "SKILLMATCH": "em_skillmatch",
    "SOCPROT": "em_socprot ret_socprot",
    "REMIT_FREQ": "em_rem_freq",
    "REMIT_CHAN": "em_rem_chan",
    "RET_REASON": "ret_reason",
    "RET_HELP": "ret_difficulty",
    "INTENT": "int_plan",
    "INT_STEP": "int_steps",
    "REMIT_USE": "rem_use rem_use_main",
    "FINANCE": "rc_finance",
}
"""Code lists, and the questions that have each."""

CODES = {
    "YESNO": 2, "SEX": 2, "RELATION": 10, "MARITAL": 6, "URBAN": 2, "ISCED11": 10, "ISCO08_1": 10, "ISIC4_S": 21,
    "ICSE93": 6, "LFSTAT": 3, "ACTIV": 9, "REASON_EMIG": 11, "DURCLASS": 7, "STAYPLAN": 5, "CONTACT": 5,
    "RETURNPLAN": 5, "ENTRYDOC": 10, "PERMIT": 3, "CHANNEL_JOB": 8, "FINANCE": 8, "CONTRACT": 4, "SOCPROT": 8,
    "REMIT_CHAN": 9, "REMIT_FREQ": 5, "REMIT_USE": 13, "RET_REASON": 13, "RET_HELP": 9, "INTENT": 4, "INT_STEP": 6,
    "HHSTATUS": 10, "RESPTYPE": 6, "SKILLMATCH": 4,
}  # fmt: skip
"""Number of codes of each list of the plan."""

DERIVED = """
    em_months_abroad em_durclass em_un98 em_un98_intent em_age_dep_calc em_wap_dep em_reason_grp em_dest_m49 em_dest_grp
    em_skill_isced em_skill_isco em_overqual em_irmw em_forwork hh_has_em em_rem_year_usd hh_rem_year rem_fee_pct
    ret_rimw ret_months_abroad rc_cost rc_earn rci
"""

LISTED_NUMBERS = {
    "per_resid_status": "PRESENCE", "em_lang_dep": "LANGLEVEL", "em_alone": "COMPANY", "rem_share": "INCSHARE",
    "rem_decider": "DECIDER",
}  # fmt: skip
"""The plan had numbers with their meaning in the question's text; they are code lists here, and have labels."""

CLASSIFIED = {
    "ISCO08": "per_isco em_isco_before em_isco_now ret_isco",
    "ISIC4": "per_isic em_isic_before em_isic_now ret_isic",
    "COUNTRY": """
        per_citizen per_birth_ctry em_birth_ctry em_citizen em_dest_first em_dest ret_ctry int_dest
    """,
    "REGION": "region_code em_origin_region",
}
"""The plan had texts with a pattern; they are codes of classifications here, so that a wrong one is found."""

CURRENCIES = ("em_earn_cur", "em_rem_cur", "rc_cur", "rc_earn_cur")

MORE_CODES = {"REASON_EMIG": 2}
"""Joining the family (61) and marriage (62) are apart where a survey asks them apart."""

IN_HERE = {"H": "household", "P": "person", "A": "emigrant", "B": "emigrant", "C": "emigrant", "D": "emigrant",
           "E": "emigrant", "R": "person", "I": "person", "Q": "household", "S": "recruitment"}  # fmt: skip
"""The plan put recruitment cost on the rows of emigrants or of residents; it is a record of its own here."""

DOUBTFUL = {
    "the guidelines' paragraphs and thresholds for those who return": ("icls20_return_worker", "ret_rimw"),
    "the fourth quintile and the side of the employer's deductions": ("sdg_10_7_1", "rci", "rc_cost"),
    "short-term shares that differ for one survey": ("un_1998_short_term",),
    "the size of Armenia's replacement sample": ("HHSTATUS",),
    "a row of a Moldovan table": ("em_act_before",),
    "the level of some national diplomas": ("isced_advanced",),
    "skill levels that were recalled": ("ISCO08_1", "em_skill_isco"),
}
"""What is doubtful in the plan, and the variables, lists and standards that must say so."""


def names(text):
    return text.split()


@pytest.mark.parametrize("section", SECTIONS)
def test_every_question_of_a_section_is_in_the_record_it_belongs_to(section):
    asked = {**CODEBOOK.variables, **CODEBOOK.multiples}
    listed = names(SECTIONS[section])
    assert len(listed) == len(set(listed)) == COUNTS[section]
    assert [name for name in listed if name not in asked] == []
    assert {asked[name].record for name in listed} == {IN_HERE[section]}
    assert [name for name in listed if getattr(asked[name], "value", None) is not None] == []


def test_there_are_159_questions():
    assert sum(COUNTS.values()) == 159


def test_several_answers_can_be_ticked_where_they_can_be():
    assert set(CODEBOOK.multiples) == MULTIPLE


@pytest.mark.parametrize("codelist", LISTS)
def test_every_list_is_that_of_its_questions(codelist):
    asked = {**CODEBOOK.variables, **CODEBOOK.multiples}
    assert {name: asked[name].codelist for name in names(LISTS[codelist])} == dict.fromkeys(
        names(LISTS[codelist]), codelist
    )


@pytest.mark.parametrize("codelist", CODES)
def test_no_code_of_a_list_is_lost(codelist):
    assert len(CODEBOOK.codelists[codelist].codes) == CODES[codelist] + MORE_CODES.get(codelist, 0)


def test_the_answers_that_stand_alone_are_those_that_say_none():
    alone = {name: own.exclusive for name, own in CODEBOOK.codelists.items() if own.exclusive}
    used = {multiple.codelist for multiple in CODEBOOK.multiples.values()}
    assert {name: codes for name, codes in alone.items() if name in used} == {"SOCPROT": (8,), "INT_STEP": (6,)}


def test_what_was_a_number_or_a_text_has_a_list():
    expected = LISTED_NUMBERS | {name: n for n, text in CLASSIFIED.items() for name in names(text)}
    assert {name: CODEBOOK.variables[name].codelist for name in expected} == expected


def test_a_currency_is_three_letters_and_may_be_unknown():
    for name in CURRENCIES:
        variable = CODEBOOK.variables[name]
        assert (variable.type, variable.pattern) == ("str", "[A-Z]{3}")
        assert set(variable.missing.values()) >= {"dont_know", "refused", "not_stated"}


def test_every_question_can_say_why_an_answer_is_absent():
    kept = {"country", "round_id", "hh_id", "stratum", "psu", "per_no", "em_no"}
    weights = {name for name in CODEBOOK.variables if name.startswith("w_")}
    asked = {name for text in SECTIONS.values() for name in names(text)} - MULTIPLE - kept - weights
    without = [name for name in asked if not set(CODEBOOK.variables[name].missing.values()) >= {"dont_know", "refused"}]
    assert without == []


def test_every_derived_variable_is_computed():
    assert [name for name in names(DERIVED) if name not in CODEBOOK.variables] == []
    assert [name for name in names(DERIVED) if not CODEBOOK.variables[name].derived] == []


@pytest.mark.parametrize("point", DOUBTFUL)
def test_what_is_doubtful_is_marked(point):
    standards = catalog.load_standards()
    places = {**CODEBOOK.variables, **CODEBOOK.codelists, **standards}
    assert [place for place in DOUBTFUL[point] if not places[place].doubt] == []


def test_a_definition_is_followed_by_some_variable_and_one_that_is_followed_is_written_down():
    books = [catalog.load_codebook(module) for module in modules()]
    followed = {name for book in books for variable in book.variables.values() for name in variable.standards}
    assert followed == set(catalog.load_standards())


def followed():
    names = {name for variable in CODEBOOK.variables.values() for name in variable.standards}
    return {name: catalog.load_standards()[name] for name in names}


def test_a_standard_offers_parameters_of_the_module_as_choices():
    choices = {choice for standard in followed().values() for choice in standard.choices}
    assert choices <= set(CODEBOOK.parameters)
    assert {"working_age", "ret_min_months", "ret_lookback_years", "rc_lookback_years"} <= choices


def test_no_standard_that_was_not_read_claims_to_have_been():
    recalled = {name for name, standard in followed().items() if standard.seen == "recalled"}
    assert recalled == {"icls20_for_work", "icls20_return_worker", "isco08_skill_levels", "isced_advanced"}


@pytest.mark.parametrize(
    ("new", "message"),
    [("icls20_for_wrok", "No standard 'icls20_for_wrok'. Did you mean 'icls20_for_work'"),
     ("nonsense", "No standard 'nonsense'")],
)  # fmt: skip
def test_a_standard_that_nobody_wrote_is_told_with_near_matches(tmp_path, monkeypatch, new, message):
    books = Books(tmp_path)
    monkeypatch.setattr("lfs_migration.catalog.places.PACKAGE", tmp_path / "lfs_migration")
    books("emigration/emigrant.yaml", "standards: [icls20_for_work]", f"standards: [{new}]")
    (problem,) = problems_of_mexico()
    assert message in str(problem) and str(problem).startswith("emigrant.yaml:")


def test_a_choice_that_is_no_parameter_is_told_with_near_matches(tmp_path, monkeypatch):
    books = Books(tmp_path)
    monkeypatch.setattr("lfs_migration.catalog.places.PACKAGE", tmp_path / "lfs_migration")
    books("standards.yaml", "choices: [ret_min_months,", "choices: [ret_min_month,")
    (problem,) = problems_of_mexico()
    assert str(problem).startswith("standards.yaml:") and "ret_min_month'" in str(problem)
    assert "Did you mean 'ret_min_months'" in str(problem)


def problems_of_mexico():
    edition = catalog.load_country("mexico")
    return catalog.problems(catalog.load_codebook(edition=edition), edition)


def test_the_module_is_about_emigrants_though_recruitment_comes_last():
    assert list(CODEBOOK.records) == ["household", "person", "emigrant", "recruitment"]
    assert CODEBOOK.main == "emigrant"
