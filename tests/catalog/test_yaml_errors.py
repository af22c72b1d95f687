"""Every error of a YAML file says in which file and line it is, what is wrong, and what to do about it."""

from __future__ import annotations

import re

import pytest
from small_books import FILES, Small
from wrong_entries import CONTENT, COUNTRY, FORM, HOME, MEMBER, MODULE, STRUCTURE

from lfs_migration import catalog
from lfs_migration.errors import LfsMigrationError


@pytest.fixture
def small(tmp_path, monkeypatch):
    monkeypatch.setattr("lfs_migration.catalog.places.PACKAGE", tmp_path / "lfs_migration")
    return Small(tmp_path)


def found():
    """What is wrong, each as place, message and remedy."""
    try:
        edition = catalog.load_country("laputa")
        codebook = catalog.load_codebook(edition.module, edition)
        wrong = catalog.problems(codebook, edition)
        catalog.load_standards()
        catalog.load_protection()
        questionnaire = catalog.load_questionnaire("small")
        module = catalog.load_codebook("small")
        remarks = () if wrong else (*catalog.questionnaire_remarks(questionnaire, module), *catalog.remarks(module))
    except LfsMigrationError as error:
        wrong, remarks = [error], ()
    out = [(error.where, f"{error.title}. {error.detail}", error.hint) for error in wrong]
    return [*out, *((r.where, r.message, r.remedy) for r in remarks if r.severity == "error")]


def seen(path, marker, reason, remedy):
    """Whether the one thing that is wrong stands in the line with a marker (the first without one)."""
    (problem,) = found()
    where, message, hint = problem
    lines = path.read_bytes().decode("utf-8", "replace").splitlines()
    stands = [number for number, text in enumerate(lines, start=1) if marker and marker in text] or [1]
    assert where == f"{path.name}:{stands[-1]}", problem
    assert reason in message, problem
    assert re.search(remedy, hint), problem
    assert hint, problem


def test_the_small_catalog_has_nothing_wrong(small):
    assert found() == []


@pytest.mark.parametrize(("file", "old", "new", "marker", "reason", "remedy"), STRUCTURE)
def test_a_wrong_entry(small, file, old, new, marker, reason, remedy):
    path = small(file, old, new)
    if marker in ("- id: M",):
        path = small(file, "  - id: M\n", "  - id: M # the section\n")
        marker = "# the section"
    seen(path, marker, reason, remedy)


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize(
    ("content", "line", "reason", "remedy"),
    [
        ("", 1, "The file is empty", "Write its entries"),
        ("# nothing\n", 1, "The file is empty", "Write its entries"),
        ("a: 1\nb: caf\xe9\n".encode("latin-1"), 2, "Not UTF-8 text", "as UTF-8"),
        ("a: 1\n b: 2\n", 2, "Not valid YAML", "bracket"),
        ("a: 1\nb: &x 2\n", 2, "Anchors and aliases", "Write the value out"),
    ],
)
def test_a_file_that_cannot_be_read(small, file, content, line, reason, remedy):
    path = small.write(file, content)
    ((where, message, hint),) = found()
    assert (where, reason in message, bool(re.search(remedy, hint))) == (f"{path.name}:{line}", True, True)


@pytest.mark.parametrize("file", FILES)
def test_a_list_in_place_of_entries_and_entries_in_place_of_a_list(small, file):
    wrong = "a: 1\n" if file in (HOME, MEMBER) else "- a\n"
    path = small.write(file, wrong)
    ((where, message, hint),) = found()
    assert where == f"{path.name}:1"
    assert "must hold" in message
    assert "Write each as" in hint


@pytest.mark.parametrize("file", [name for name in FILES if name not in (COUNTRY, FORM, MODULE)])
def test_a_file_that_is_not_there(small, file):
    (small.folder / file).unlink()
    ((where, message, hint),) = found()
    assert where.endswith(file)
    assert message.startswith("There is no such file")
    assert "Add it" in hint


@pytest.mark.parametrize(("file", "old", "new", "marker", "reason", "remedy"), CONTENT)
def test_what_goes_with_nothing_else(small, file, old, new, marker, reason, remedy):
    path = small(file, old, new)
    problems = found()
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    places = [f"{path.name}:{number}" for number, text in enumerate(lines, start=1) if marker in text]
    told = [p for p in problems if p[0] in places and reason in p[1] and re.search(remedy, p[2])]
    assert told, problems
    assert all(re.fullmatch(r"[\w.-]+:\d+", where) and hint for where, _, hint in problems), problems


def test_a_circle_of_derivations_names_its_members(small):
    small(MEMBER, "value: cut(age, 20, 40)", "value: 1 if older else 2")
    ((where, message, _),) = found()
    assert re.fullmatch(r"member.yaml:\d+", where)
    assert "age_class -> older" in message or "older -> age_class" in message


def test_a_parameter_that_is_no_code_is_told_in_the_countrys_file(small):
    small(MEMBER, "value: age_class >= 2", "value: work == grown")
    path = small(COUNTRY, "{grown: 16}", "{grown: 19}")
    small(MODULE, "default: 15", "default: 1")
    ((where, message, _),) = found()
    assert (where.split(":")[0], "19 is not a code" in message) == (path.name, True)


@pytest.mark.parametrize("column", ["home_id", "stratum"])
def test_two_native_codes_of_a_unit_that_become_one(small, column):
    """Units that are merged change the variance, so that it is an error; elsewhere it is a choice."""
    small(HOME, f"- name: {column}\n  type: str", f"- name: {column}\n  type: code\n  codelist: ISLAND")
    old = "      home_id: {column: h}\n      island" if column == "home_id" else "      stratum: {column: i}\n"
    new = old.replace("{column: h}", "{column: h, codes: {5: '1', 6: '1', 7: '2'}}")
    path = small(COUNTRY, old, new.replace("{column: i}", "{column: i, codes: {5: '1', 6: '1', 7: '2'}}"))
    ((where, message, hint),) = found()
    line = path.read_text(encoding="utf-8").splitlines()[int(where.split(":")[1]) - 1]
    assert column in line
    assert "the native codes 5 and 6 both become '1'" in message
    assert "a code of its own" in hint


def test_two_forms_of_one_native_code_are_one(small):
    small(HOME, "- name: stratum\n  type: str", "- name: stratum\n  type: code\n  codelist: ISLAND")
    small(COUNTRY, "stratum: {column: i}", "stratum: {column: i, codes: {'05': '1', '5': '1', '7': '2'}}")
    assert found() == []


@pytest.mark.parametrize("module", catalog.modules())
def test_a_module_without_a_country_has_no_problems(module):
    assert catalog.problems(catalog.load_codebook(module)) == []


def test_a_module_is_checked_without_a_country(small):
    small(MEMBER, "universe: age >= grown", "universe: aeg >= grown")
    (problem,) = catalog.problems(catalog.load_codebook("small"))
    assert "'aeg' is not a variable of member" in problem.title
