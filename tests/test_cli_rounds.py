"""The command line with the files of the round before."""

from __future__ import annotations

import shutil

import pytest

from lfs_migration import cli


def change(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def before(survey, tmp_path):
    """The files of a round before, in which an emigrant of household a1 was a woman."""
    folder = tmp_path / "before"
    shutil.copytree(survey, folder)
    change(folder / "emigrants.csv", "a1,1,1,30", "a1,1,2,30")
    return folder


def validate(survey, *words, capsys):
    with pytest.raises(SystemExit) as stop:
        cli.main(["validate", str(survey / "atlantis-2020.yaml"), "--data", str(survey), *map(str, words)])
    out, err = capsys.readouterr()
    return stop.value.code or 0, out, err


@pytest.mark.parametrize("engine", ["memory", "duckdb"])
def test_the_round_before_is_set_beside_this_one(survey, before, engine, capsys):
    code, out, err = validate(survey, "--before", before, "--engine", engine, capsys=capsys)
    found = [line for line in out.splitlines() if "emigrant_sex_as_before" in line]
    assert (code, len(found), f"read {before}" in err) == (0, 1, True)
    assert 'emigrant,a1,1,em_sex,"em_sex 1, before 2"' in found[0]


def test_without_it_no_rule_is_between_rounds(survey, capsys):
    assert "as_before" not in validate(survey, capsys=capsys)[1]


def test_the_round_before_may_have_an_edition_of_its_own(survey, before, capsys):
    change(before / "atlantis-2020.yaml", "em_sex: {column: sex,", "em_sex: {column: gender,")
    change(before / "emigrants.csv", "hh,line,sex,", "hh,line,gender,")
    code, _, err = validate(survey, "--before", before, capsys=capsys)
    assert (code, "No column 'sex'" in err) == (2, True)
    own = before / "atlantis-2020.yaml"
    code, out, _ = validate(survey, "--before", before, "--before-edition", own, capsys=capsys)
    assert (code, "em_sex 1, before 2" in out) == (0, True)
    code, _, err = validate(survey, "--before", before, "--before-edition", "1999", capsys=capsys)
    assert (code, "1999" in err) == (2, True)


def test_an_edition_of_no_round_is_refused(survey, capsys):
    code, _, err = validate(survey, "--before-edition", "2019", capsys=capsys)
    assert (code, "--before" in err) == (2, True)
