"""The second module: it is YAML alone, it holds all that the domain has, and a survey of it goes the whole road."""

from __future__ import annotations

import csv

import numpy as np
import pandas as pd
import pytest
from worker_survey import office

from lfs_migration import catalog, cli
from lfs_migration.expr import parse

BOOK = catalog.load_codebook("worker")
SECTIONS = {
    "Person and entry": """gcc_country gcc_nat gcc_sex gcc_age gcc_isced gcc_arr_year gcc_entrydoc gcc_permit
        gcc_channel gcc_sponsor gcc_passport gcc_housing gcc_family""",
    "Conditions of work": """gcc_employer gcc_isco gcc_isic gcc_contract gcc_contract_same gcc_contract_len gcc_hours
        gcc_restday gcc_ot_hours gcc_ot_paid gcc_injury gcc_injury_comp gcc_heat gcc_change gcc_leave""",
    "Wages and benefits": """gcc_wage_basic gcc_wage_total gcc_wage_promised gcc_food gcc_house_free gcc_paymode
        gcc_delay gcc_deduct gcc_remit""",
    "Social protection": "gcc_socprot gcc_health_pay gcc_sick_paid gcc_home_ss",
    "Protection in employment": """gcc_prev_job gcc_end gcc_notice_days gcc_reason_given gcc_service_years
        gcc_last_basic gcc_esb gcc_esb_amt gcc_retrench gcc_retrench_amt gcc_ticket""",
    "Skills": "gcc_train gcc_train_days gcc_cert gcc_skillmatch gcc_recog",
    "Representation": "gcc_repres gcc_meet gcc_complaint gcc_complain_to gcc_solved",
}
"""The 62 questions of the domain's block on workers, by section."""
ADDED = {
    "gcc_outdoor": "who is asked about the midday break was prose",
    "gcc_sick": "who is asked about sick pay was prose",
}
RECODED = {
    "gcc_contract_same": ("PROMISEKEPT", 3), "gcc_ot_paid": ("OVERTIMEPAY", 3), "gcc_injury_comp": ("INJURYCOST", 3),
    "gcc_health_pay": ("HEALTHPAYER", 4), "gcc_solved": ("SOLVED", 5), "gcc_country": ("GCCSTATE", 6),
}  # fmt: skip
"""Integers whose values were told in the wording, and the country as a range, are code lists."""
UNIVERSES = {
    "gcc_sponsor": "gcc_permit == 1", "gcc_contract": "gcc_employer in [1, 2, 3, 4]",
    "gcc_contract_same": "gcc_contract in [1, 2, 3]", "gcc_contract_len": "gcc_contract in [1, 2]",
    "gcc_ot_paid": "gcc_ot_hours > 0", "gcc_injury_comp": "gcc_injury == 1", "gcc_heat": "gcc_outdoor == 1",
    "gcc_wage_basic": "gcc_employer in [1, 2, 3, 4]", "gcc_wage_promised": "gcc_employer in [1, 2, 3, 4]",
    "gcc_sick_paid": "gcc_sick == 1", "gcc_end": "gcc_prev_job == 1", "gcc_notice_days": "gcc_end in [3, 4, 5]",
    "gcc_reason_given": "gcc_end in [3, 4, 5]", "gcc_service_years": "gcc_prev_job == 1",
    "gcc_last_basic": "gcc_prev_job == 1", "gcc_esb": "gcc_prev_job == 1", "gcc_esb_amt": "gcc_esb in [1, 2]",
    "gcc_retrench": "gcc_end == 5", "gcc_retrench_amt": "gcc_retrench == 1", "gcc_ticket": "gcc_prev_job == 1",
    "gcc_train_days": "gcc_train == 1", "gcc_cert": "gcc_train == 1",
    # Level 9, not classified, is above 3 as a number and no diploma: the list is written out.
    "gcc_recog": "gcc_isced in [3, 4, 5, 6, 7, 8]",
    "gcc_meet": "gcc_repres in [1, 2, 3]", "gcc_complain_to": "gcc_complaint == 1", "gcc_solved": "gcc_complaint == 1",
}  # fmt: skip
INDICATORS = {"G01", "G02", "G03", "G04", "G05", "G06", "G07", "G08"}


def questions(section):
    """The questions of a section in their order; one of which several answers may be ticked is one question."""
    own = [v for v in BOOK.variables.values() if v.section == section and not v.derived]
    return list(dict.fromkeys(v.part_of or v.name for v in own))


@pytest.mark.parametrize(("section", "count"), list(zip(SECTIONS, (13, 15, 9, 4, 11, 5, 5), strict=True)))
def test_no_question_of_the_domain_is_lost(section, count):
    wanted = SECTIONS[section].split()
    assert len(wanted) == count
    assert [name for name in questions(section) if name not in ADDED] == wanted


def test_what_was_added_is_said():
    design = {"worker_id", "round_id", "stratum", "psu", "w_worker", "interviewer", "int_year"}
    names = {name for section in SECTIONS.values() for name in section.split()}
    assert len(names) == 62
    own = {v.part_of or v.name for v in BOOK.variables.values() if not v.derived}
    assert own == names | set(ADDED) | design
    assert all(BOOK.variable(name).note and BOOK.variable(name).reference == "ours" for name in ADDED)


def test_values_told_in_the_wording_are_code_lists():
    for name, (codelist, size) in RECODED.items():
        assert (BOOK.variable(name).codelist, len(BOOK.codelists[codelist].codes)) == (codelist, size)


def test_universes_are_exact():
    asked = {v.part_of or v.name: v.universe for v in BOOK.variables.values() if not v.derived and v.universe}
    assert asked == UNIVERSES
    assert [name for name, text in asked.items() if not parse(text).names <= set(BOOK.variables)] == []


def test_everything_has_a_label_in_english_french_spanish_and_arabic():
    own = {variable.codelist for variable in BOOK.variables.values() if variable.codelist}
    # Names of countries and of the international classifications come from Unicode CLDR and their publishers.
    lists = own - {"COUNTRY", "SUBREGION", "ISCO08", "ISIC4"}
    labels = {f"variable {v.name}": v.label for v in BOOK.variables.values()}
    labels |= {f"rule {r.id}": r.label for r in BOOK.rules.values() if not r.id.endswith("_alone")}
    labels |= {f"remedy {r.id}": r.remedy for r in BOOK.rules.values() if not r.id.endswith("_alone")}
    labels |= {f"dimension {name}": d.label for name, d in BOOK.dimensions.items()}
    labels |= {f"parameter {name}": p.label for name, p in BOOK.parameters.items()}
    labels |= {f"coverage {name}": text for name, text in BOOK.coverage.items()}
    labels |= {f"{name} {code}": c.label for name in lists for code, c in BOOK.codelists[name].codes.items()}
    labels |= {f"indicator {code}": i.title for code, i in catalog.load_indicators("worker").items()}
    assert [name for name, label in labels.items() if not {"en", "fr", "es", "ar"} <= set(label)] == []


def test_every_indicator_of_the_domain_has_a_figure():
    assert {code[:3] for code in catalog.load_indicators("worker")} == INDICATORS


def test_the_module_has_no_problem_in_its_own_variables_and_codes():
    assert catalog.problems(BOOK, catalog.plain_edition(BOOK, "w_worker", "stratum", "psu")) == []


def test_what_a_module_says_of_itself_exists():
    for module in catalog.modules():
        book, known = catalog.load_codebook(module), catalog.load_indicators(module)
        assert set(book.headlines) <= set(known), module
        assert book.key_indicator in known, module
        assert book.main in book.records, module
        assert book.design is not None, module
        assert {book.design.weight, book.design.stratum, book.design.psu} <= set(book.variables), module


def test_shared_lists_are_the_same_in_both_modules():
    other = catalog.load_codebook("emigration")
    for name in ("YESNO", "SEX", "ISCED11", "AGEGROUP", "ENTRYDOC", "PERMIT", "CHANNEL_JOB", "CONTRACT", "SOCPROT",
                 "SKILLMATCH"):  # fmt: skip
        assert list(BOOK.codelists[name].codes) == list(other.codelists[name].codes), name
        assert BOOK.codelists[name].label == other.codelists[name].label, name


@pytest.fixture(scope="module")
def dilmun(tmp_path_factory):
    return office(tmp_path_factory.mktemp("dilmun"))


@pytest.fixture(scope="module")
def published(dilmun, tmp_path_factory):
    out = tmp_path_factory.mktemp("out")
    with pytest.raises(SystemExit) as stop:
        cli.main(["run", str(dilmun.yaml), "--data", str(dilmun.folder), "--out", str(out)])
    assert not stop.value.code
    return out / "dilmun-2008"


def rows(path):
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def test_every_planted_error_is_found_and_no_clean_worker_is_accused(dilmun, published):
    found = rows(published.parent / "internal" / "dilmun-2008" / "findings.csv")
    place = ["rule", "severity", "record", "household", "line", "variable"]
    assert set(found[place].itertuples(index=False, name=None)) == {
        (p.rule, p.severity, p.record, p.household, p.line, p.variable) for p in dilmun.planted
    }
    kinds = {kind.rule for kind in catalog.load_planted(dilmun.codebook)}
    assert {p.rule for p in dilmun.planted} == kinds
    assert {"routing_answered", "routing_blank", "duplicate_key", "gcc_socprot__8_alone"} <= kinds


def test_tables_hold_every_indicator(published):
    found = rows(published / "tables.csv")
    assert set(found.indicator) == set(catalog.load_indicators("worker"))
    assert set(found.flag) <= {"publish", "caution", "suppress"}
    assert (found[found.flag != "suppress"].se != "").all()


def total(published, indicator, statistic):
    found = rows(published / "tables.csv")
    names = list(found.columns)
    dimensions = names[names.index("shares_of") + 1 : names.index("statistic")]
    here = found[(found.indicator == indicator) & (found.statistic == statistic)]
    (row,) = here[(here[dimensions] == "_T").all(axis=1)].drop_duplicates("estimate").itertuples()
    return row


def native(dilmun, name):
    """Native values of a variable and the weights, read without the toolkit."""
    column = dilmun.edition.records["worker"].variables[name]
    with (dilmun.folder / "workers.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    return [line[column.column] for line in lines], np.array([float(line["FACTOR"]) for line in lines]), column


def test_the_delay_rate_is_that_of_the_file(dilmun, published):
    answers, weight, mapping = native(dilmun, "gcc_delay")
    codes = np.array([mapping.codes.get(int(answer)) if answer else None for answer in answers], dtype=float)
    known = np.isin(codes, [1, 2, 3, 4])
    wanted = 100 * weight[np.isin(codes, [2, 3, 4])].sum() / weight[known].sum()
    row = total(published, "G03", "share")
    assert float(row.estimate) == pytest.approx(wanted)
    assert (int(row.n), int(row.households)) == (known.sum(), known.sum())


def test_the_median_wage_halves_the_weights(dilmun, published):
    answers, weight, mapping = native(dilmun, "gcc_wage_total")
    wage = np.array([np.nan if not a or int(a) in mapping.missing else float(a) for a in answers])
    known = ~np.isnan(wage)
    row = total(published, "G02b", "median")
    below, above = (weight[known & side].sum() / weight[known].sum() for side in
                    (wage < float(row.estimate) - 1e-9, wage > float(row.estimate) + 1e-9))  # fmt: skip
    assert below <= 0.5 and above <= 0.5
    assert float(row.ci_low) < float(row.estimate) < float(row.ci_high)


def test_the_report_speaks_of_workers(published):
    page = (published / "report.html").read_text(encoding="utf-8")
    assert "Conditions of work of migrant workers, from a survey of workers" in page
    assert "nor workers who left the country and were there for nobody to interview" in page
    assert "the workers of the sample behind a figure" in page
    assert "sampled households" not in page and "emigra" not in page.lower().replace("migrant", "")
    assert "fewer than 10 households" not in page


def test_microdata_are_the_workers(dilmun, published):
    records = pd.read_parquet(published.parent / "internal" / "dilmun-2008" / "microdata.parquet")
    assert {"worker_id", "gcc_esb_due", "gcc_socprot__3"} <= set(records.columns)
    assert records.worker_id.nunique() == len(records) - 2, "two rows stand twice"


def run_command(*words):
    with pytest.raises(SystemExit) as stop:
        cli.main([str(word) for word in words])
    return stop.value.code or 0


def test_check_says_what_can_be_computed(tmp_path, capsys):
    survey = office(tmp_path / "short", without=("gcc_delay", "gcc_last_basic", "gcc_isic"))
    assert run_command("check", survey.yaml) == 0
    said = capsys.readouterr().out
    count = len(catalog.load_indicators("worker"))
    assert f"dilmun-2008: {count - 3} of {count} indicators" in said
    assert "G03: not computable, gcc_delay was not asked" in said
    assert "G07b: not computable, gcc_last_basic was not asked" in said
    assert "G04a by industry: not computable, gcc_isic was not asked" in said


def test_indicators_of_an_edition_are_those_of_its_module(dilmun, capsys):
    assert run_command("indicators", dilmun.yaml) == 0
    said = capsys.readouterr().out
    assert "G06  Jobs that ended in arbitrary dismissal, per cent" in said
    assert "E02" not in said
    assert run_command("indicators", "--module", "worker") == 0
    assert "G08" in capsys.readouterr().out


def test_a_weight_that_cannot_be_used_is_told_with_the_worker(tmp_path, capsys):
    survey = office(tmp_path / "bad")
    path = survey.folder / "workers.csv"
    with path.open(encoding="utf-8", newline="") as file:
        head, first, *others = list(csv.reader(file))
    first[head.index("FACTOR")] = "-3"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head, first, *others])
    assert run_command("run", survey.yaml, "--data", survey.folder, "--out", tmp_path / "out") == 2
    assert "worker 1: w_worker is missing, negative or infinite in 1 of 422 worker rows" in capsys.readouterr().err


def test_another_engine_gives_the_same_tables(dilmun, published, tmp_path):
    words = ("run", dilmun.yaml, "--data", dilmun.folder, "--out", tmp_path, "--engine", "duckdb")
    assert run_command(*words) == 0
    for name in ("dilmun-2008/tables.csv", "internal/dilmun-2008/findings.csv"):
        assert (tmp_path / name).read_bytes() == (published.parent / name).read_bytes()


def test_the_countries_of_employment_are_the_members_of_the_council_under_their_names():
    areas, states = BOOK.codelists["COUNTRY"].codes, BOOK.codelists["GCCSTATE"].codes
    members = {c for c, area in areas.items() if "GCC" in area.attributes and area.attributes["kind"] == "country"}
    assert set(states) == members
    for code, state in states.items():
        assert state.label == {language: areas[code].label[language] for language in state.label}
