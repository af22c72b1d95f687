"""The generator on an edition of the tests' own: maps turned round, wrong parameters, and another layout of files."""

from __future__ import annotations

import re

import numpy as np
import pytest
from synth_surveys import generated, script, small

from lfs_migration import catalog
from lfs_migration.errors import CatalogError
from lfs_migration.frames import Records, values
from lfs_migration.harmonise import harmonise, read
from lfs_migration.synth.draw import Draws
from lfs_migration.synth.generate import survey
from lfs_migration.synth.layout import Native
from lfs_migration.synth.native import to_native
from lfs_migration.synth.parameters import read_parameters
from lfs_migration.validate import validate
from lfs_migration.validate.judged import Context
from lfs_migration.validate.judges import JUDGES


def drawn(edition):
    return survey(edition, catalog.load_codebook(edition.module, edition), read_parameters(edition))[0]


def sheet(edition, record):
    return to_native(drawn(edition), record, read_parameters(edition).native.get(record, Native()), Draws(1))


def test_universes_are_those_of_the_codebook(tmp_path):
    edition = small(tmp_path)
    made = drawn(edition)
    view = made.view()
    for record, columns in made.records.items():
        for variable in made.codebook.variables_of(record):
            if variable.name in columns:
                asked = view.truth(variable.universe, record) == 1
                assert np.array_equal(asked, view.truth(f"blank({variable.name})", record) == 0), variable.name


def test_no_rule_fails_before_errors_are_planted(tmp_path):
    made = drawn(small(tmp_path))
    households = len(made.records["household"]["hh_id"])
    made = made.put("household", {"country": np.full(households, made.edition.country, dtype=object)})
    view = made.view()
    computable = catalog.Computable(made.codebook, made.edition)
    for variable in computable.derived:
        view.add(variable.record, variable.name, view.values(variable.value or "None", variable.record))
    rules = [rule for rule in made.codebook.rules.values() if not rule.round and not computable.rule(rule)]
    assert {"child_worker", "listed_number", "listed_without_screening", "emigrant_lines"} <= {
        rule.id for rule in rules
    }
    context = Context(view, made.codebook, made.edition)
    for rule in rules:
        judged = JUDGES[type(rule)](rule, context)
        assert not len(judged.failed) and not judged.patterns, rule.id


def test_a_column_that_two_maps_read_gives_both_of_their_codes(tmp_path):
    edition = small(tmp_path)
    made, native = drawn(edition), sheet(edition, "emigrant")
    scope, reason = made.records["emigrant"]["em_scope"], made.records["emigrant"]["em_reason"]
    meaning = {"A": (1, 1), "B": (1, 2), "C": (1, 6), "D": (1, 96), "V": (3, None), "W": (3, None)}
    for why, *codes in zip(native["why"], scope.tolist(), reason.tolist(), strict=True):
        assert meaning[why] == (codes[0], None if codes[1] != codes[1] else codes[1])
    assert set(native["why"]) == set(meaning)


def test_codes_of_the_same_meaning_are_split_as_told(tmp_path):
    assert {"U", "u"} < set(sheet(small(tmp_path), "emigrant")["dest"])
    assert "u" not in sheet(small(tmp_path, ("split: {dest: {U: 0.5, u: 0.5}, why", "split: {why")), "emigrant")["dest"]


def test_tables_fill_what_the_maps_pass_over(tmp_path):
    edition = small(tmp_path)
    native, scope = sheet(edition, "emigrant"), drawn(edition).records["emigrant"]["em_scope"]
    assert {cell for cell, code in zip(native["dest"], scope, strict=True) if code == 3} == {"R"}


def test_years_and_absent_answers_are_the_offices(tmp_path):
    edition = small(tmp_path)
    native, made = sheet(edition, "emigrant"), drawn(edition).records["emigrant"]
    years = [2010 - (year - 543) for year in native["left"]]
    assert min(years) >= 0 and max(years) <= 5
    assert [cell == "99" for cell in native["left_month"]] == (made["em_dep_month"] == 99).tolist()
    assert [cell == "X" for cell in native["sex"]] == (made["em_sex"] == 99).tolist()


def test_patterns_write_text_with_zeros(tmp_path):
    edition = small(
        tmp_path,
        ("hh_no: household_in_psu}", 'hh_no: household_in_psu}\n        texts: {code: "{region_code}/{psu_no:3}"}'),
    )
    assert sheet(edition, "household")["code"][0] == "01/001"


def test_decimals_and_identifiers_survive_the_files(tmp_path):
    edition = small(tmp_path)
    planted = generated(edition, tmp_path / "out")
    data = harmonise(read(tmp_path / "out", edition))
    found = {(f.rule, f.record, f.household, f.line, f.variable) for f in validate(data)}
    assert found == {(p.rule, p.record, p.household, p.line, p.variable) for p in planted}
    assert sum(Records(data).floats("w_hh", "household")) == pytest.approx(10_000, rel=0.05)
    assert {"range", "remittance_without_sender", "return_before_departure"}.isdisjoint(p.rule for p in planted)


def test_a_file_of_emigrants_may_hold_the_facts_of_their_households(tmp_path):
    """The layout of Mexico's survey: one file, households that report an emigrant and no other."""
    edition = small(
        tmp_path,
        ("    file: households\n", "    file: lists\n    distinct: true\n    covers: reporting\n"),
        ('  households: {path: hh.csv, format: csv, encoding: utf-8, delimiter: ";", decimal: ","}\n', ""),
        ("hh_em_any: {column: any, codes: {'1': 1, '2': 2}}", "hh_em_any: {value: 1}"),
    )
    planted = generated(edition, tmp_path / "out")
    data = harmonise(read(tmp_path / "out", edition))
    assert set(values(data.records["household"], "hh_id")) == set(values(data.records["emigrant"], "hh_id"))
    assert {f.rule for f in validate(data)} == {p.rule for p in planted}
    assert "orphan" not in {p.rule for p in planted}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("      male: 0.5", "      mail: 0.5", r"small-2010.yaml:\d+: Unknown key 'mail'"),
        ("male: 0.5", "male: half", r":\d+: synthetic.parameters.emigrants.male: Input should be a valid number"),
        ("{USA: 0.7, RUS: 0.3}", "{USA: 0.7, FRA: 0.3}", r"No code of dest stands for em_dest 'FRA'"),
        ("em_sex: {not_stated", "em_sex: {refused", r"small-2010.yaml:\d+: No code of sex stands for em_sex 98"),
        ("em_sex: {not_stated", "em_sx: {not_stated", r"small-2010.yaml:\d+: em_sx is not a variable of the codebook"),
        ("value: 1}\n      em_sex", "value: 2}\n      em_sex", r"em_status is 2 in every row, but \d+ of the rows"),
        ("_no: household_in_psu}\n      emig", "no: household_in_psu}\n      emig", r"fills the column 'hh_no'"),
        ("psu_no: psu_number", "psu_no: psu_numbr", r"psu_numbr: No variable 'psu_numbr'.*Did you mean 'psu_number'"),
        ("'02': {share", "'03': {share", r"small-2010.yaml:\d+: There is no region '03'. Known: 01, 02"),
        ("    native:\n      household", "    native:\n      home", r"small-2010.yaml:\d+: There is no record 'home'"),
        ("take: {1: 5, 2: 10}", "take: {1: 5}", r"take: give the households of an urban"),
        ("age: [0, 30, 60]", "age: [0, 30, 20]", r"small-2010.yaml:\d+:.*quantiles must be two or more"),
        ("rows: {3: [[R, 1]]}", "rows: {3: [[R, 2, 1]]}", r"code 3: an answer needs 2 entries"),
        ("{emigrants.destinations:", "{emigrants.destination:", r"sources: there is no 'emigrants.destination'"),
        ("split: {dest", "split: {dst", r"small-2010.yaml:\d+: No map recodes a column 'dst'. Did you mean 'dest'"),
        ("    sources:", "    labels: {lne: {label: Line}}\n    sources:", r"There is no column 'lne'. Did you mean"),
    ],
)  # fmt: skip
def test_a_wrong_parameter_is_named_with_its_line(tmp_path, old, new, message):
    with pytest.raises(CatalogError) as caught:
        generated(small(tmp_path, (old, new)), tmp_path / "out")
    assert re.search(message, str(caught.value)), str(caught.value)


def test_an_edition_that_was_collected_is_refused(tmp_path):
    with pytest.raises(CatalogError, match="mexico-2023 is not a synthetic edition"):
        generated(catalog.load_country("mexico"), tmp_path)


def test_the_script_tells_what_differs(tmp_path):
    for folder, files in (("made", {"a": b"1", "b": b"1"}), ("there", {"b": b"2", "c": b"1"})):
        for name, data in files.items():
            path = tmp_path / folder / "x-2010" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    found = list(script().differences(tmp_path / "made", tmp_path / "there"))
    assert [line.split(": ") for line in found] == [
        ["x-2010/a", "is not there"],
        ["x-2010/b", "differs"],
        ["x-2010/c", "is not made by this version"],
    ]
