"""What the four pilots must be: the same on every run, sound in structure, and wrong only where it is said."""

from __future__ import annotations

import csv
import math
from collections import Counter

import numpy as np
import pyreadstat
import pytest
from synth_surveys import NAMES, generated, harmonised, in_file_order, pilot, script

from lfs_migration import catalog
from lfs_migration.frames import Records, column, floats, values
from lfs_migration.synth.draw import Draws
from lfs_migration.synth.errors import plant
from lfs_migration.synth.generate import survey
from lfs_migration.synth.parameters import read_parameters
from lfs_migration.validate import validate

RULES = {
    "orphan", "listed_number", "listed_without_screening", "departure_after_interview", "age_against_departure",
    "unmatched_code", "range", "duplicate_key", "routing_answered", "routing_blank", "remittance_without_sender",
    "one_head", "parent_of_the_head", "member_lines", "emigrant_lines", "education_by_age", "screening_answered",
    "emigrant_reported_twice", "emigrants_alike", "remittance_far_from_others",
}  # fmt: skip
ALSO = {"emigrant_lines", "emigrant_listed_twice", "emigrants_alike"}
"""Rules that find a line which stands twice."""
TOGETHER = {"interviews_of_a_day", "ages_heaped_by_interviewer", "members_unknown_by_interviewer"}
"""Rules that find what the rows of one interviewer show together."""
ABOUT_THE_DESIGN = {"single_psu"}
"""Checks of the sample and of no record; Egypt's small governorates have strata with one unit."""
RETURNS = {"armenia", "thailand"}
"""Pilots that ask about returns."""

each_pilot = pytest.mark.parametrize("name", NAMES)


@each_pilot
def test_two_runs_give_the_same_bytes(tmp_path, name):
    edition, folder, planted = pilot(name).edition, pilot(name).folder, pilot(name).planted
    again = generated(edition, tmp_path)
    assert again == planted
    assert {f.name: f.read_bytes() for f in tmp_path.iterdir()} == {f.name: f.read_bytes() for f in folder.iterdir()}


def test_committed_pilots_are_what_this_version_makes():
    committed = script().PILOTS
    if not committed.is_dir():
        pytest.skip("the pilots are not in this copy")
    fresh = {pilot(name).folder.parent for name in NAMES}
    assert list(script().differences(fresh.pop(), committed)) == [], "run python scripts/make_pilots.py"


@each_pilot
def test_findings_are_the_planted_errors_and_no_other(name):
    planted = pilot(name).planted
    found = {
        (f.rule, f.severity, f.record, f.household, f.line, f.variable, "" if f.household else f.interviewer)
        for f in validate(harmonised(name))
        if f.rule not in ABOUT_THE_DESIGN
    }
    assert found == {(p.rule, p.severity, p.record, p.household, p.line, p.variable, p.interviewer) for p in planted}


@each_pilot
def test_every_kind_is_planted_twice_in_households_of_their_own(name):
    planted = pilot(name).planted
    wanted = RULES | ({"return_before_departure"} if name in RETURNS else set())
    twice = {p.household for p in planted if p.rule == "duplicate_key"}
    own = [p for p in planted if p.household and not (p.household in twice and p.rule in ALSO)]
    assert Counter(p.rule for p in own) == dict.fromkeys(wanted, 2)
    assert len({p.household for p in own}) == len(own)
    further = Counter(p.rule for p in planted if p.household in twice and p.rule in ALSO)
    assert further == dict.fromkeys(ALSO, 2)


@each_pilot
def test_what_one_interviewer_shows_is_planted_once_and_names_the_interviewer(name):
    household = harmonised(name).records["household"]
    together = [p for p in pilot(name).planted if not p.household]
    assert Counter(p.rule for p in together) == dict.fromkeys(TOGETHER, 1)
    assert {p.interviewer for p in together} <= set(values(household, "interviewer"))


@each_pilot
def test_interviewers_work_in_one_region_and_visit_whole_units(name):
    household = harmonised(name).records["household"]
    of = {key: values(household, key) for key in ("interviewer", "region_code", "psu", "int_day")}
    visits = set(zip(of["psu"], of["interviewer"], strict=True))
    assert len(visits) == len({psu for psu, _ in visits})
    regions = Counter(region for _, region in set(zip(of["interviewer"], of["region_code"], strict=True)))
    assert min(regions.values()) >= 2
    assert len(set(zip(of["interviewer"], of["region_code"], strict=True))) == len(set(of["interviewer"]))
    assert max(Counter(of["interviewer"]).values()) < 250
    assert min(of["int_day"]) >= 1 and max(of["int_day"]) <= 31


@each_pilot
def test_the_list_of_planted_errors_is_written(name):
    folder, planted = pilot(name).folder, pilot(name).planted
    with (folder / "planted.csv").open(encoding="utf-8", newline="") as file:
        rows = [tuple(row.values()) for row in csv.DictReader(file)]
    assert rows == [(p.rule, p.severity, p.record, p.household, p.line, p.variable, p.interviewer) for p in planted]


@each_pilot
def test_strata_hold_two_units_unless_the_policy_allows_one(name):
    household = harmonised(name).records["household"]
    units = set(zip(values(household, "stratum"), values(household, "psu"), strict=True))
    assert len({psu for _, psu in units}) == len(units), "a unit in two strata"
    fewest = min(Counter(stratum for stratum, _ in units).values())
    assert fewest >= (2 if pilot(name).edition.design.singletons == "fail" else 1)


@pytest.mark.parametrize(("name", "strata"), [("armenia", 48), ("ecuador", 42), ("egypt", 50), ("thailand", 151)])
def test_number_of_strata_is_the_published_one(name, strata):
    assert len(set(values(harmonised(name).records["household"], "stratum"))) == strata


@each_pilot
def test_weights_add_up_to_the_population(name):
    weight = floats(harmonised(name).records["household"], "w_hh")
    assert weight.min() > 0
    population = read_parameters(pilot(name).edition).sample.population
    assert math.fsum(weight) == pytest.approx(population, rel=0.002)


def test_thai_person_weights_differ_and_the_heads_is_the_households():
    person = Records(harmonised("thailand"))
    head = person.truth("per_no == 1", "person") == 1
    own, home = person.floats("w_per", "person"), person.floats("w_hh", "person")
    assert np.array_equal(own[head], home[head])
    assert np.mean(own[~head] != home[~head]) > 0.5


@each_pilot
def test_harmonised_answers_are_those_that_were_drawn(name):
    """The way back through the country's maps: native codes give the codes they were made from."""
    edition, planted = pilot(name).edition, pilot(name).planted
    book = catalog.load_codebook(edition.module, edition)
    clean, _ = survey(edition, book, read_parameters(edition))
    plan = plant(clean, Draws(edition.synthetic.seed))
    moved = {p.household for p in planted if p.rule == "unmatched_code"}
    for record, mapped in edition.records.items():
        drawn = plan.survey
        if record != "emigrant":
            drawn = drawn.take(record, np.flatnonzero(~np.isin(drawn.records[record]["hh_id"], list(plan.gone))))
        seen = in_file_order(name, record)
        apart = np.isin(np.array(values(seen, "hh_id")), list(moved))
        if record == "emigrant":
            apart |= np.array([scope != 1 for scope in values(seen, "em_scope")])
        for variable in mapped.variables:
            if variable in drawn.records[record] and variable not in ("hh_id", "stratum", "psu", "w_hh"):
                made_of = [None if v != v else v for v in drawn.records[record][variable].tolist()]
                same = np.array([a == b for a, b in zip(values(seen, variable), made_of, strict=True)])
                assert same[~apart].all(), variable


@each_pilot
def test_facts_that_were_put_in_come_out(name):
    edition = pilot(name).edition
    parameters = read_parameters(edition)
    clean, _ = survey(edition, catalog.load_codebook(edition.module, edition), parameters)
    emigrant = clean.records["emigrant"]
    scope = emigrant["em_scope"] == 1
    male = np.mean(emigrant["em_sex"][emigrant["em_sex"] < 90] == 1)
    assert male == pytest.approx(parameters.emigrants.male, abs=0.05)
    first, share = max(parameters.emigrants.destinations.items(), key=lambda item: item[1])
    assert np.mean(emigrant["em_dest"][scope] == first) == pytest.approx(share, abs=0.06)
    listed = np.mean(clean.records["household"]["hh_em_any"] == 1)
    assert listed == pytest.approx(parameters.emigrants.households, abs=0.015)


@each_pilot
def test_some_answers_are_missing_but_few(name):
    data = harmonised(name)
    frame = data.records["emigrant"]
    reasons = Counter()
    for variable in data.codebook.variables_of("emigrant"):
        if variable.name in frame.columns and variable.missing and not variable.derived:
            counts = Counter(v for v in values(frame, variable.name) if v in variable.missing)
            assert sum(counts.values()) < 0.15 * len(frame), variable.name
            reasons.update({variable.missing[code]: n for code, n in counts.items()})
    assert {"dont_know", "refused", "not_stated"} <= set(reasons)


def test_armenia_has_moves_out_of_scope_and_addresses_visited_in_vain():
    assert {1, 2, 3, 4, 5} <= set(values(harmonised("armenia").records["emigrant"], "em_scope"))
    data, _ = pyreadstat.read_sav(pilot("armenia").folder / "armenia_households.sav", usecols=["A7", "WeightHH"])
    abroad = np.mean(data["A7"] == 5)
    assert abroad == pytest.approx(0.157, abs=0.02)
    assert data.loc[data["A7"] != 1, "WeightHH"].isna().all()


def test_files_say_that_they_are_synthetic():
    for name in ("armenia", "ecuador"):
        edition, folder = pilot(name).edition, pilot(name).folder
        for file in edition.files.values():
            reader = pyreadstat.read_sav if file.format == "sav" else pyreadstat.read_dta
            _, meta = reader(folder / file.path, metadataonly=True)
            assert meta.file_label.startswith("SYNTHETIC")
            assert all(meta.column_labels), "a column without the office's words"


def test_text_is_in_the_declared_encoding():
    for name, word in (("egypt", "القاهرة"), ("thailand", "กรุงเทพมหานคร")):
        edition, folder = pilot(name).edition, pilot(name).folder
        file = edition.files["households"]
        assert word in (folder / file.path).read_bytes().decode(file.encoding or "")


def test_egyptian_weights_are_inflated_in_the_file():
    edition, folder = pilot("egypt").edition, pilot("egypt").folder
    with (folder / edition.files["households"].path).open(encoding="windows-1256", newline="") as file:
        native = [float(row["pweight"]) for row in csv.DictReader(file)]
    assert floats(in_file_order("egypt", "household"), "w_hh") * 3.9 == pytest.approx(native)


def test_ecuadorian_identifiers_keep_their_zeros():
    assert column(harmonised("ecuador").records["household"], "hh_id")[0].as_py().startswith("010150-")


def test_the_page_about_the_pilots_has_the_right_numbers():
    page = script().PILOTS / "README.md"
    if not page.is_file():
        pytest.skip("the pilots are not in this copy")
    text = page.read_text("utf-8")
    for name in NAMES:
        sizes = [len(harmonised(name).records[record]) for record in ("household", "person", "emigrant")]
        line = next(line for line in text.splitlines() if f"`{pilot(name).edition.id}`" in line)
        assert line.endswith("| " + " | ".join(f"{size:,}" for size in sizes) + " |")
    for rule in {p.rule for name in NAMES for p in pilot(name).planted}:
        assert f"| `{rule}` |" in text
