"""End-of-service pay by the national rules: each case was computed by hand.

A basic wage of 3,000 a month is 100 a day, so that the benefit is a hundred times the days of pay, up to the limit.
"""

from __future__ import annotations

import shutil

import pyarrow as pa
import pytest

from lfs_migration import catalog, frames
from lfs_migration.catalog import code_lists
from lfs_migration.errors import CatalogError
from lfs_migration.harmonise import derive
from lfs_migration.harmonise.mapping import Target
from lfs_migration.model.dataset import Dataset
from lfs_migration.model.rates import Rates, Ruling

DISMISSED, RESIGNED, NOT_STATED = 3, 2, 99
JOB = {"worker_id": "1", "gcc_prev_job": 1, "gcc_last_basic": 3000.0, "gcc_end": DISMISSED}


def derived(answers, **parameters):
    """The derived variables of one worker, in the codebook's own variables and codes."""
    edition = catalog.plain_edition(catalog.load_codebook("worker"), "w_worker", "stratum", "psu")
    edition = edition.model_copy(update={"parameters": parameters})
    book = catalog.load_codebook("worker", edition)
    own = {**JOB, **answers}
    columns = {v.name: pa.array([own.get(v.name)], type=Target.of(book, v.name).type)
               for v in book.variables_of("worker") if not v.derived}  # fmt: skip
    done = derive(Dataset({"worker": frames.frame(columns)}, book, edition)).records["worker"]
    return {name: frames.values(done, name)[0] for name in done.columns if name.startswith("gcc_esb_")}


@pytest.mark.parametrize(
    ("country", "years", "end", "due"),
    [
        # 21 days a year, 30 after the fifth; at most two years' pay; nothing under a year.
        ("ARE", 0.5, DISMISSED, 0),
        ("ARE", 1, DISMISSED, 2_100),
        ("ARE", 3, RESIGNED, 6_300),
        ("ARE", 5, DISMISSED, 10_500),
        ("ARE", 8, DISMISSED, 19_500),  # 5 x 21 + 3 x 30 = 195 days
        ("ARE", 25, DISMISSED, 70_500),  # 5 x 21 + 20 x 30 = 705 days
        ("ARE", 40, DISMISSED, 72_000),  # 1,155 days would be 115,500
        # 15 and 30 days; whoever resigns gets a third from 2 years, two thirds from 5, all from 10.
        ("SAU", 1.5, DISMISSED, 0),
        ("SAU", 1.5, RESIGNED, 0),
        ("SAU", 2, RESIGNED, 1_000),
        ("SAU", 4, DISMISSED, 6_000),
        ("SAU", 4, RESIGNED, 2_000),
        ("SAU", 5, RESIGNED, 5_000),
        ("SAU", 8, DISMISSED, 16_500),  # 5 x 15 + 3 x 30 = 165 days
        ("SAU", 8, RESIGNED, 11_000),
        ("SAU", 9.5, RESIGNED, 14_000),  # 75 + 135 = 210 days, of which two thirds
        ("SAU", 10, RESIGNED, 22_500),
        ("SAU", 30, DISMISSED, 82_500),  # no limit
        # 21 days throughout.
        ("QAT", 0.9, DISMISSED, 0),
        ("QAT", 3, DISMISSED, 6_300),
        ("QAT", 10, RESIGNED, 21_000),
        # 15 and 30 days; at most a year and a half's pay; nothing under 3 years.
        ("KWT", 2.5, DISMISSED, 0),
        ("KWT", 3, DISMISSED, 4_500),
        ("KWT", 10, RESIGNED, 22_500),
        ("KWT", 30, DISMISSED, 54_000),  # 825 days would be 82,500
        # 15 and 30 days.
        ("OMN", 4, DISMISSED, 6_000),
        ("OMN", 7, RESIGNED, 13_500),  # 75 + 60 = 135 days
        ("BHR", 0.5, RESIGNED, 0),
        ("BHR", 6.5, DISMISSED, 12_000),  # 75 + 45 = 120 days
    ],
)
def test_a_case(country, years, end, due):
    found = derived({"gcc_country": country, "gcc_service_years": float(years), "gcc_end": end})
    assert found["gcc_esb_due"] == pytest.approx(due, abs=1e-8)


@pytest.mark.parametrize(
    ("changes", "due"),
    [
        ({"gcc_last_basic": 999999998.0}, None),
        ({"gcc_service_years": 997.0}, None),
        ({"gcc_country": "ZZ8"}, None),
        ({"gcc_prev_job": 2, "gcc_service_years": None, "gcc_last_basic": None, "gcc_end": None}, None),
        ({"gcc_last_basic": 0.0}, 0),
        # How the job ended matters only where that could change the benefit.
        ({"gcc_end": NOT_STATED}, None),
        ({"gcc_end": NOT_STATED, "gcc_service_years": 1.0}, 0),
        ({"gcc_end": NOT_STATED, "gcc_service_years": 12.0}, 28_500),
        ({"gcc_end": NOT_STATED, "gcc_country": "QAT"}, 8_400),
    ],
)
def test_what_is_not_known_stays_so(changes, due):
    found = derived({"gcc_country": "SAU", "gcc_service_years": 4.0, **changes})["gcc_esb_due"]
    assert found == (None if due is None else pytest.approx(due))


def test_a_year_without_a_rule_has_no_benefit_and_not_zero():
    job = {"gcc_country": "ARE", "gcc_service_years": 8.0}
    assert derived(job, law_year=2008)["gcc_esb_due"] is None
    assert derived(job, law_year=2026)["gcc_esb_due"] == pytest.approx(19_500)


def test_the_days_of_a_month_are_a_choice():
    job = {"gcc_country": "QAT", "gcc_service_years": 2.0}
    assert derived(job, days_of_month=28)["gcc_esb_due"] == pytest.approx(42 * 3000 / 28)


@pytest.mark.parametrize(
    ("answers", "got", "gap"),
    [
        ({"gcc_esb": 1, "gcc_esb_amt": 8_400.0}, 8_400, 0),
        ({"gcc_esb": 2, "gcc_esb_amt": 2_100.0}, 2_100, 75),
        ({"gcc_esb": 1, "gcc_esb_amt": 16_800.0}, 16_800, -100),
        ({"gcc_esb": 3}, 0, 100),
        ({"gcc_esb": 4}, 0, 100),
        ({"gcc_esb": 5}, None, None),
        ({"gcc_esb": 2, "gcc_esb_amt": 999999997.0}, None, None),
        ({"gcc_esb": 98}, None, None),
        ({"gcc_esb": 3, "gcc_service_years": 0.5}, 0, None),
    ],
)
def test_the_shortfall(answers, got, gap):
    found = derived({"gcc_country": "QAT", "gcc_service_years": 4.0, **answers})
    assert found["gcc_esb_got"] == got
    assert found["gcc_esb_gap"] == (None if gap is None else pytest.approx(gap))


def test_every_country_has_a_rule_with_a_source_and_a_doubt():
    (rates,) = [rates for rates, _, _ in code_lists.load_rates(catalog.folder() / "worker")]
    codes = set(catalog.load_codebook("worker").codelists["GCCSTATE"].codes)
    assert codes == {"ARE", "BHR", "KWT", "OMN", "QAT", "SAU"} == {rule.code for rule in rates.rules}
    assert all(rule.reference and rule.doubt for rule in rates.rules)
    assert all(rate.unit for rate in rates.rates.values())


def test_tables_say_which_years_rules_were_taken():
    edition = catalog.plain_edition(catalog.load_codebook("worker"), "w_worker", "stratum", "psu")
    said = catalog.choices(
        catalog.load_codebook("worker", edition), edition, catalog.load_indicators("worker", edition)["G07b"]
    )
    assert any("2025" in words["en"] and "end-of-service" in words["en"] for words in said)
    assert any("30 days" in words["en"] for words in said)


def rates(*rules):
    return {"label": {"en": "x"}, "codelist": "L", "year": "y", "rates": {"a": {"label": {"en": "a"}, "unit": "days"}},
            "rules": tuple(Ruling(reference="-", **rule) for rule in rules)}  # fmt: skip


def test_a_rule_holds_from_its_first_year_to_its_last():
    old = {"code": "Q", "valid_from": 2000, "valid_to": 2009, "values": {"a": 1.0}}
    new = {"code": "Q", "valid_from": 2010, "values": {"a": None}}
    made = Rates.model_validate(rates(old, new))
    assert [made.of(year) for year in (1999, 2000, 2009, 2010)] == [{}, {"Q": {"a": 1.0}}, {"Q": {"a": 1.0}}, {"Q": {}}]


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ([{"code": "Q", "valid_from": 2000, "values": {}}], "must give every rate and no other; a is not in both"),
        ([{"code": "Q", "valid_from": 2000, "valid_to": 1999, "values": {"a": 1.0}}], "ends in 1999, before 2000"),
        ([{"code": "Q", "valid_from": y, "values": {"a": 1.0}} for y in (2000, 2005)], "two of Q hold in 2005"),
    ],
)
def test_rules_that_contradict_themselves(rules, message):
    with pytest.raises(ValueError, match=message):
        Rates.model_validate(rates(*rules))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("codelist: GCCSTATE", "codelist: GCCSTATES", "No code list 'GCCSTATES'. Did you mean 'GCCSTATE'"),
        ("year: law_year", "year: law_years", "No parameter 'law_years'. Did you mean 'law_year'"),
        ("code: KWT", "code: KWTT", "'KWTT' is not a code of GCCSTATE"),
        ("esb_resigned_early: 1/3", "esb_resigned_early: a third", "'a third' is not a number. Write 21, 0.5"),
        ("esb_resigned_early: 1/3", "esb_resigned_early: 1/0", "'1/0' is not a number"),
        ("esb_resigned_early: 1/3, ", "", "SAU must give every rate and no other; esb_resigned_early"),
    ],
)
def test_a_mistake_in_the_rates_is_told_with_its_line(tmp_path, old, new, message):
    shutil.copytree(catalog.folder(), tmp_path / "codebooks")
    path = tmp_path / "codebooks" / "worker" / "rates.yaml"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(CatalogError) as error:
        code_lists.module_lists(tmp_path / "codebooks" / "worker", {"law_year": 2025})
    assert str(error.value).startswith("rates.yaml:")
    assert message in str(error.value)


def test_a_list_stands_in_one_file(tmp_path):
    shutil.copytree(catalog.folder(), tmp_path / "codebooks")
    path = tmp_path / "codebooks" / "worker" / "codelists.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("ESB:\n", "SEX:\n"), encoding="utf-8")
    with pytest.raises(CatalogError, match=r"codelists.yaml:\d+: Code list SEX stands twice. All modules have that of"):
        code_lists.module_lists(tmp_path / "codebooks" / "worker", {"law_year": 2025})
