"""The emigration module's derived variables, on answers that are known, not known, refused and not asked.

Each case is a household of its own, so that one run of `derive` computes all of them. An answer that a case does not
give is empty: it was not asked.
"""

from __future__ import annotations

from functools import lru_cache

import pyarrow as pa
import pytest

import lfs_migration as lfm
from lfs_migration import catalog, frames
from lfs_migration.harmonise.mapping import Target
from lfs_migration.model.dataset import Dataset
from lfs_migration.pipeline import microdata

PARAMETERS = {"working_age": 15, "working_age_to": 64, "ret_min_months": 6, "ret_lookback_years": 5, "usd_rate": 400}
HOUSEHOLD = {"int_year": 2007, "int_month": 6, "mod_selected": 1}
DONT_KNOW, REFUSED = 97, 98
AMOUNT = 999999998
ITEMS = {f"rc_c{number:02}": 0.0 for number in range(1, 18)}


def emigrant(**answers):
    return {"em_scope": 1, "em_status": 1, "em_age": 30, "em_age_dep": 28, "em_dep_year": 2005, "em_dep_month": 6,
            **answers}  # fmt: skip


def sender(**answers):
    return emigrant(em_rem_any=1, em_rem_cash=1000.0, **answers)


def worker(**answers):
    return {"rc_source": 1, "rc_line": 1, "rc_elig": 1, "rc_moved": 1, **ITEMS, "rc_c01": 300.0, "rc_c13": 200.0,
            "rc_reimb": 100.0, "rc_deduct": 50.0, "rc_cur": "USD", "rc_earn1": 250.0, "rc_earn1_tax": 25.0,
            "rc_earn_cur": "USD", **answers}  # fmt: skip


def returned(**answers):
    return {"per_age": 35, "ret_ever": 1, "ret_year": 2005, "ret_month": 3, "ret_dep_year": 2003, "ret_dep_month": 4,
            "ret_worked": 1, "ret_work_months": 12, **answers}  # fmt: skip


EMIGRANTS = [
    ("em_age_dep_calc", emigrant(), True),
    ("em_age_dep_calc", emigrant(em_age_dep=20), False),
    ("em_age_dep_calc", emigrant(em_age=998), None),
    ("em_age_dep_calc", emigrant(em_status=2, em_ret_year=2006, em_ret_month=1), None),
    ("em_wap_dep", emigrant(em_age_dep=15), True),
    ("em_wap_dep", emigrant(em_age_dep=14), False),
    ("em_wap_dep", emigrant(em_age_dep=65), False),
    ("em_wap_dep", emigrant(em_age_dep=997), None),
    ("em_forwork", emigrant(em_reason=4), True),
    ("em_forwork", emigrant(em_reason=5), False),
    ("em_forwork", emigrant(em_reason=1, em_age_dep=10), False),
    ("em_forwork", emigrant(em_reason=REFUSED), None),
    ("em_forwork", emigrant(em_reason=REFUSED, em_age_dep=10), False),
    ("em_forwork", {"em_scope": 3}, False),
    ("em_irmw", emigrant(em_act_now=3), True),
    ("em_irmw", emigrant(em_act_now=5), False),
    ("em_irmw", emigrant(em_act_now=REFUSED), None),
    ("em_irmw", emigrant(em_status=2), False),
    ("em_irmw", emigrant(em_age=10), False),
    ("em_skill_isced", emigrant(em_isced_dep=2), 1),
    ("em_skill_isced", emigrant(em_isced_dep=4), 2),
    ("em_skill_isced", emigrant(em_isced_dep=5), 3),
    ("em_skill_isced", emigrant(em_isced_dep=9), None),
    ("em_skill_isced", emigrant(em_isced_dep=DONT_KNOW), None),
    ("em_isco_grp", emigrant(em_isco_now="2211"), "2"),
    ("em_isco_grp", emigrant(em_isco_now="9"), "9"),
    ("em_isco_grp", emigrant(em_isco_now="0110"), "0"),
    ("em_isco_grp", emigrant(em_isco_now="ZZ7"), None),
    ("em_isco_before_grp", emigrant(em_isco_before="711"), "7"),
    ("em_skill_isco", emigrant(em_isco_now="1"), "skill_3_4"),
    ("em_skill_isco", emigrant(em_isco_now="7111"), "skill_2"),
    ("em_skill_isco", emigrant(em_isco_now="0310"), "armed_forces"),
    ("em_skill_isco", emigrant(em_isco_now="ZZ8"), None),
    ("em_overqual", emigrant(em_isced_dep=6, em_act_now=1, em_isco_now="5120"), True),
    ("em_overqual", emigrant(em_isced_dep=6, em_act_now=1, em_isco_now="3"), False),
    ("em_overqual", emigrant(em_isced_dep=3, em_act_now=1, em_isco_now="9"), False),
    # "not elsewhere classified" has the number 9, above every level: it is no tertiary education.
    ("em_overqual", emigrant(em_isced_dep=9, em_act_now=1, em_isco_now="9"), None),
    ("em_overqual", emigrant(em_isced_dep=6, em_act_now=1, em_isco_now="ZZ8"), None),
    ("em_overqual", emigrant(em_isced_dep=6, em_act_now=5), None),
    ("em_isic_grp", emigrant(em_isic_now="4100"), "F"),
    ("em_isic_grp", emigrant(em_isic_now="T"), "T"),
    ("em_isic_before_grp", emigrant(em_isic_before="01"), "A"),
    ("em_isic_before_grp", emigrant(em_isic_before="ZZ9"), None),
    ("em_channel_grp", emigrant(em_channel=4), "intermediary"),
    ("em_entrydoc_grp", emigrant(em_entrydoc=8), "not_for_work"),
    ("em_circular", emigrant(em_trips=2), True),
    ("em_circular", emigrant(em_trips=1), False),
    ("em_circular", emigrant(em_trips=DONT_KNOW), None),
    ("em_rem_year", sender(), 1000.0),
    ("em_rem_year", emigrant(em_rem_any=2), 0.0),
    ("em_rem_year", emigrant(em_rem_any=REFUSED), None),
    ("em_rem_year", emigrant(em_rem_any=1, em_rem_cash=AMOUNT), None),
    ("em_rem_year", emigrant(em_age=10), 0.0),
    ("em_rem_year", emigrant(em_status=2), 0.0),
    ("em_rem_year", {"em_scope": 2}, 0.0),
    ("em_rem_year", {"em_scope": 99}, None),
    ("em_rem_year_usd", sender(), 2.5),
    ("em_rem_year_usd", emigrant(em_rem_any=1, em_rem_cash=AMOUNT), None),
    ("em_rem_chan_grp", sender(em_rem_chan=5), "formal"),
    ("em_rem_chan_grp", sender(em_rem_chan=8), "informal"),
    ("em_rem_chan_grp", sender(em_rem_chan=REFUSED), None),
    ("rem_fee_pct", sender(em_rem_fee=8.0, em_rem_last=200.0), 4.0),
    ("rem_fee_pct", sender(em_rem_fee=0.0, em_rem_last=200.0), 0.0),
    ("rem_fee_pct", sender(em_rem_fee=8.0, em_rem_last=0.0), None),
    ("rem_fee_pct", sender(em_rem_fee=AMOUNT, em_rem_last=200.0), None),
]
PERSONS = [
    ("ret_months_abroad", returned(), 23),
    ("ret_months_abroad", returned(ret_month=REFUSED), 26),
    ("ret_months_abroad", returned(ret_dep_year=9998), None),
    ("ret_months_abroad", returned(ret_dep_year=2006), None),
    ("ret_months_abroad", returned(ret_dep_year=2005, ret_dep_month=4), None),
    ("ret_months_abroad", returned(ret_dep_year=2005, ret_month=2, ret_dep_month=DONT_KNOW), 0),
    ("ret_months_abroad", {"per_age": 35, "ret_ever": 2}, None),
    ("ret_durclass", returned(), 4),
    ("ret_rimw", returned(), True),
    ("ret_rimw", returned(ret_work_months=5), False),
    ("ret_rimw", returned(ret_work_months=998), None),
    ("ret_rimw", returned(ret_year=2002, ret_month=6), False),
    ("ret_rimw", returned(ret_year=2002, ret_month=7), True),
    ("ret_rimw", returned(ret_worked=2, ret_work_months=None), False),
    ("ret_rimw", returned(ret_worked=REFUSED, ret_work_months=None), None),
    ("ret_rimw", {"per_age": 35, "ret_ever": 2}, False),
    ("ret_rimw", {"per_age": 35, "ret_ever": REFUSED}, None),
    ("ret_rimw", {"per_age": 3}, None),
    ("ret_reason_grp", returned(ret_reason=7), "forced_or_adverse"),
    ("ret_reason_grp", returned(ret_reason=REFUSED), None),
    ("ret_reason_dep_grp", returned(ret_reason_dep=61), "family"),
    ("ret_ctry_m49", returned(ret_ctry="RUS"), "151"),
    ("ret_ctry_m49", returned(ret_ctry="ZZ7"), None),
    ("int_any", {"per_age": 20, "int_plan": 3}, True),
    ("int_any", {"per_age": 20, "int_plan": 4}, False),
    ("int_any", {"per_age": 20, "int_plan": REFUSED}, None),
    ("int_reason_grp", {"per_age": 20, "int_plan": 1, "int_reason": 5}, "study"),
    ("per_isco_grp", {"per_isco": "01"}, "0"),
    ("per_isic_grp", {"per_isic": "8510"}, "P"),
]
RECRUITS = [
    ("rc_items", worker(), 500.0),
    ("rc_items", worker(rc_c05=AMOUNT), None),
    ("rc_cost", worker(), 450.0),
    # One item is not known: the total that was told as a whole, and never the sum of the others.
    ("rc_cost", worker(rc_c05=AMOUNT, rc_total=800.0), 750.0),
    ("rc_cost", worker(rc_c05=AMOUNT, rc_total=AMOUNT), None),
    ("rc_cost", worker(rc_total=800.0), 450.0),
    ("rc_cost", worker(rc_reimb=AMOUNT), None),
    ("rc_cost", worker(rc_deduct=AMOUNT), None),
    ("rc_cost", worker(rc_c01=0.0, rc_c13=0.0, rc_reimb=0.0, rc_deduct=0.0), 0.0),
    ("rc_earn", worker(), 225.0),
    ("rc_earn", worker(rc_earn1_tax=AMOUNT), None),
    ("rci", worker(), 2.0),
    ("rci", worker(rc_c01=0.0, rc_c13=0.0, rc_reimb=0.0, rc_deduct=0.0), 0.0),
    ("rci", worker(rc_elig=2), None),
    ("rci", worker(rc_moved=2), None),
    ("rci", worker(rc_moved=REFUSED), None),
    ("rci", worker(rc_earn1=25.0), None),
    ("rci", worker(rc_earn_cur="AED"), None),
    ("rci", worker(rc_cur="ZZ7"), None),
    ("rci", worker(rc_earn1=AMOUNT), None),
    ("rc_age_grp", worker(rc_age=30), 7),
    ("rc_isced_grp", worker(rc_isced=7), "advanced"),
    ("rc_dest_m49", worker(rc_dest="QAT"), "145"),
]
NOBODY_ELSE = {"rem_any": 1, "rem_senders": 2, "rem_nonmember": 0, "rem_total": AMOUNT}
HOUSEHOLDS = [
    ("hh_rem_listed", {}, [], 0.0),
    ("hh_rem_listed", {}, [sender(), sender(), emigrant(em_rem_any=2)], 2000.0),
    ("hh_rem_listed", {}, [sender(), emigrant(em_rem_any=REFUSED)], None),
    ("hh_rem_year", {"rem_any": 1, "rem_nonmember": 1, "rem_total": 1500.0}, [sender()], 1500.0),
    ("hh_rem_year", {"rem_any": 1, "rem_nonmember": 0, "rem_total": 700.0}, [sender()], 1000.0),
    ("hh_rem_year", {"rem_any": 1, "rem_nonmember": 0, "rem_total": 700.0}, [emigrant(em_rem_any=REFUSED)], 700.0),
    ("hh_rem_year", NOBODY_ELSE, [sender()], 1000.0),
    # Somebody else sent too, and nobody knows how much: the listed emigrants' part is not the whole.
    ("hh_rem_year", {**NOBODY_ELSE, "rem_nonmember": 1}, [sender()], None),
    ("hh_rem_year", {**NOBODY_ELSE, "rem_nonmember": DONT_KNOW}, [sender()], None),
    ("hh_rem_year", {"rem_any": 2}, [], 0.0),
    ("hh_rem_year", {"rem_any": REFUSED}, [], None),
]


def frame_of(codebook, record, rows):
    """A record with every variable that is asked; what a row does not give is empty."""
    names = {*codebook.records[record].key, *(v.name for v in codebook.variables_of(record) if not v.derived)}
    strange = {name for row in rows for name in row} - names
    assert not strange, strange
    kinds = {name: Target.of(codebook, name).type for name in names}
    return frames.frame({name: pa.array([row.get(name) for row in rows], kinds[name]) for name in sorted(names)})


def edition(**parameters):
    plain = catalog.plain_edition(catalog.load_codebook(), "w_hh", "stratum", "psu")
    return plain.model_copy(update={"parameters": parameters})


def derived(homes, chosen):
    """The derived records of households, each given as its own answers and the rows of its child records."""
    codebook = catalog.load_codebook(edition=chosen)
    rows = {"household": [], "person": [], "emigrant": [], "recruitment": []}
    for number, (answers, children) in enumerate(homes):
        key = f"h{number:03}"
        rows["household"].append({**HOUSEHOLD, **answers, "hh_id": key})
        for record, own in children.items():
            line = codebook.records[record].key[1]
            rows[record] += [{**row, "hh_id": key, line: at} for at, row in enumerate(own, start=1)]
    return lfm.derive(Dataset({r: frame_of(codebook, r, own) for r, own in rows.items()}, codebook, chosen))


@lru_cache
def computed(record, cases):
    homes = [({}, {record: [dict(row)]}) for _, row, _ in cases]
    data = derived(homes, edition(**PARAMETERS))
    return [frames.values(data.records[record], name)[row] for row, (name, _, _) in enumerate(cases)]


def hashable(cases):
    return tuple((name, tuple(row.items()), expected) for name, row, expected in cases)


def numbered(cases):
    return [pytest.param(number, id=f"{case[0]}-{number}") for number, case in enumerate(cases)]


def same(found, expected):
    return found == expected and (found is None) == (expected is None) and type(found) is type(expected)


@pytest.mark.parametrize("number", numbered(EMIGRANTS))
def test_of_an_emigrant(number):
    found = computed("emigrant", hashable(EMIGRANTS))[number]
    assert same(found, EMIGRANTS[number][2]), found


@pytest.mark.parametrize("number", numbered(PERSONS))
def test_of_a_resident(number):
    found = computed("person", hashable(PERSONS))[number]
    assert same(found, PERSONS[number][2]), found


@pytest.mark.parametrize("number", numbered(RECRUITS))
def test_of_a_recruited_worker(number):
    found = computed("recruitment", hashable(RECRUITS))[number]
    assert same(found, RECRUITS[number][2]), found


@lru_cache
def computed_households():
    homes = [(answers, {"emigrant": emigrants}) for _, answers, emigrants, _ in HOUSEHOLDS]
    data = derived(homes, edition(**PARAMETERS))
    return [frames.values(data.records["household"], case[0])[row] for row, case in enumerate(HOUSEHOLDS)]


@pytest.mark.parametrize("number", numbered(HOUSEHOLDS))
def test_of_a_household(number):
    found = computed_households()[number]
    assert same(found, HOUSEHOLDS[number][3]), found


def test_the_household_is_seen_by_its_returned_members():
    """The look-back of a return is counted from the interview, which stands in the household's record."""
    home = {"int_year": 2010, "int_month": 1}
    data = derived([(home, {"person": [returned(ret_year=2005, ret_month=month) for month in (1, 2)]})], edition())
    assert frames.values(data.records["person"], "ret_rimw") == [False, True]


def test_without_a_rate_there_are_no_dollars_and_none_is_assumed():
    chosen = edition()
    computable = catalog.Computable(catalog.load_codebook(edition=chosen), chosen)
    assert computable.why_not("em_rem_year_usd") == "usd_rate is not given"
    assert computable.expression("em_rem_year_usd > 100", "emigrant") == "usd_rate is not given"
    data = derived([({}, {"emigrant": [sender()]})], chosen)
    assert "em_rem_year_usd" not in data.records["emigrant"].columns
    assert frames.values(data.records["emigrant"], "em_rem_year") == [1000.0]


def test_every_derived_variable_of_the_module_can_be_computed_from_its_questions():
    chosen = edition(**PARAMETERS)
    codebook = catalog.load_codebook(edition=chosen)
    computable = catalog.Computable(codebook, chosen)
    reasons = {v.name: computable.why_not(v.name) for v in codebook.variables.values() if v.derived}
    assert {name: reason for name, reason in reasons.items() if reason} == {}


def test_the_microdata_of_a_run_are_the_emigrants_though_another_record_comes_after_them():
    data = derived([({}, {"emigrant": [sender()], "recruitment": [worker(), worker()]})], edition())
    assert list(data.records)[-1] == "recruitment"
    written = microdata(data)
    assert frames.values(written, "em_no") == [1] and "rc_no" not in written.columns
