"""The commands on what is known: codebooks, questionnaires, countries."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from lfs_migration import catalog
from lfs_migration.cli import main

PILOTS = Path(__file__).parents[1] / "examples" / "pilots"


@pytest.fixture
def said(capsys):
    """Run a command; return its exit code, what it printed and what it said."""

    def run(*words):
        with pytest.raises(SystemExit) as stop:
            main([str(word) for word in words])
        out = capsys.readouterr()
        return stop.value.code, out.out, out.err

    return run


@pytest.mark.parametrize(
    ("to", "files"),
    [
        ("html", ["emigration.armenia-2007.hy.html"]),
        ("ddi", ["emigration.armenia-2007.ddi.xml"]),
        ("xlsform", ["emigration.armenia-2007.xlsx"]),
        ("csv", ["emigration.armenia-2007.codes.csv", "emigration.armenia-2007.rules.csv",
                 "emigration.armenia-2007.variables.csv"]),
    ],
)  # fmt: skip
def test_the_codebook_of_an_edition_is_exported(said, tmp_path, to, files):
    code, out, _ = said("codebook", "export", "--to", to, "--country", "armenia", "--language", "hy", "--out", tmp_path)
    assert code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == files
    assert sorted(out.split()) == sorted(str(tmp_path / name) for name in files)


def test_label_scripts_are_one_a_record(said, tmp_path):
    assert said("codebook", "export", "--to", "stata", "--module", "worker", "--out", tmp_path)[0] == 0
    assert len(list(tmp_path.glob("*.do"))) == len(catalog.load_codebook("worker").records)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["codebook", "export", "--to", "dddi"], "Did you mean 'ddi'"),
        (["codebook", "export", "--to", "html", "--language", "xx"], "No language 'xx'"),
        (["codebook", "export", "--to", "html", "--module", "emigratoin"], "Did you mean 'emigration'"),
        (["questionnaire", "print", "emigratoin"], "Did you mean 'emigration'"),
        (["codebook", "diff", "armenia-2007", "egpyt-2006"], "Did you mean 'egypt-2006'"),
        (["check", "armenai"], "Did you mean 'armenia'"),
    ],
)  # fmt: skip
def test_a_wrong_word_has_near_matches(said, tmp_path, words, message):
    if "export" in words or "print" in words:
        words = [*words, "--out", tmp_path]
    code, _, err = said(*words)
    assert (code, message in err, list(tmp_path.iterdir())) == (2, True, [])


def test_a_questionnaire_is_printed_from_right_to_left(said, tmp_path):
    code, out, _ = said("questionnaire", "print", "egypt-2006", "--language", "ar", "--out", tmp_path)
    assert (code, out.strip()) == (0, str(tmp_path / "questionnaire.egypt-2006.ar.html"))
    page = (tmp_path / "questionnaire.egypt-2006.ar.html").read_text(encoding="utf-8")
    assert 'dir="rtl"' in page and "هل (الاسم) ذكر أم أنثى؟" in page


def test_the_questionnaires_are_listed_with_their_languages(said):
    lines = said("questionnaire", "list")[1].splitlines()
    assert len(lines) == len(catalog.questionnaires())
    assert any(line.startswith("armenia-2007: ") and line.endswith("(en, hy, ru)") for line in lines)


def test_two_editions_are_compared(said, tmp_path):
    code, out, err = said("codebook", "diff", "armenia-2007", "egypt-2006")
    assert (code, "differences" in err) == (0, True)
    assert "  source: M8 -> q512" in out
    assert said("codebook", "diff", "armenia-2007", "armenia-2007")[1:] == ("", "0 differences\n")
    file = tmp_path / "differences.csv"
    assert said("codebook", "diff", "armenia-2007", "egypt-2006", "--out", file)[0] == 0
    with file.open(encoding="utf-8", newline="") as rows:
        assert len(list(csv.reader(rows))) > 100


def test_schemas_are_written_for_editors(said, tmp_path):
    assert said("codebook", "schemas", "--out", tmp_path)[0] == 0
    assert any("country" in path.name for path in tmp_path.iterdir())


def test_check_says_what_each_country_module_and_questionnaire_can_do(said):
    code, out, err = said("check")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    for name in (*catalog.modules(), *(f"questionnaire {own}" for own in catalog.questionnaires())):
        assert any(line.startswith(f"{name}: ") for line in lines), name
    assert any(line.startswith("armenia-2007: 40 of 101 indicators") for line in lines)
    assert "  indicator E05: not computable, there is no person record" in lines


def test_check_of_one_country_names_the_missing_question_of_every_derivation_and_rule(said):
    out = said("check", "mexico")[1]
    assert "  derivation per_age_grp: not computable, per_age was not asked" in out
    assert "  rule listed_number: not computable" in out


def test_a_new_country_starts_from_its_files_and_check_leads_on(said, tmp_path):
    files = sorted((PILOTS / "armenia-2007").glob("*.sav"))
    code, out, err = said("new", "hayastan", *files, "--edition", "2007", "--out", tmp_path)
    path = tmp_path / "hayastan-2007.yaml"
    assert code == 0 and out.splitlines()[-1] == str(path)
    assert f"lfs-migration check {path}" in err
    mapped = catalog.load_country(path).records["emigrant"].variables
    assert mapped["em_reason"].column == "M8"
    again = said("new", "hayastan", *files, "--edition", "2007", "--out", tmp_path)
    assert again[0] == 2 and "hayastan-2007.yaml" in again[2]
    assert said("check", path)[0] in (0, 2)


def test_a_new_country_needs_a_survey_file(said, tmp_path):
    text = tmp_path / "notes.docx"
    text.write_bytes(b"PK\x03\x04 not a survey")
    assert said("new", "x", text, "--edition", "1", "--out", tmp_path)[0] == 2
    assert said("new", "x", tmp_path / "gone.sav", "--edition", "1", "--out", tmp_path)[0] == 2
    assert [path.name for path in tmp_path.iterdir()] == ["notes.docx"]
