"""The XLSForm: what its sheets hold, and that the engine of Open Data Kit asks what the routes ask, in their order."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
from pathlib import Path

import pytest
from by_route import interview
from openpyxl import load_workbook
from random_answers import drawn
from small_form import codes, item, section, small_codebook, small_questionnaire, variable

from lfs_migration import catalog
from lfs_migration.errors import CatalogError, LfsMigrationError
from lfs_migration.expr import parse
from lfs_migration.forms.xlsform import counted, write_xlsform

ENGINE = Path(__file__).with_name("odk_engine.py")
ROWS = 4


def sheet(path, name):
    """Rows of a sheet by the names of its columns; of a survey, also by the names of its rows."""
    head, *rows = load_workbook(path)[name].iter_rows(values_only=True)
    return [{column: value for column, value in zip(head, row, strict=True) if value is not None} for row in rows]


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return write_xlsform(small_codebook(), small_questionnaire(), tmp_path_factory.mktemp("form") / "small.xlsx")


@pytest.fixture(scope="module")
def survey(small):
    return sheet(small, "survey")


@pytest.fixture(scope="module")
def rows(survey):
    return {row["name"]: row for row in survey if not row["type"].startswith("end")}


def test_sections_are_groups_and_blocks_of_child_records_repeats(survey):
    opened = [(row["type"], row["name"]) for row in survey if row["type"].split()[0] in ("begin", "end")]
    inside = [("begin group", "section_p"), ("end group", "section_p")]
    assert opened[2:6] == [("begin repeat", "person"), *inside, ("end repeat", "person")]
    assert [name for kind, name in opened if kind == "begin repeat"] == ["person", "emigrant", "person_2"]


def test_a_repeat_is_asked_as_often_as_was_counted(rows):
    assert "repeat_count" not in rows["person"]
    assert rows["emigrant"]["repeat_count"].startswith("if(${n_abroad} != ''")
    assert rows["person_2"]["repeat_count"] == "count(${person})"
    assert counted(small_codebook(), "person") == ""


def test_every_text_stands_in_every_language(survey, small):
    for row in survey:
        for text in ("label", "hint", "constraint_message"):
            assert (f"{text}::English (en)" in row) == (f"{text}::Français (fr)" in row)
    assert all({"label::English (en)", "label::Français (fr)"} <= set(row) for row in sheet(small, "choices"))


def test_types_follow_the_variables(rows):
    kinds = {name: rows[name]["type"] for name in ("hh_id", "int_year", "money", "dest", "steps", "per_no", "region")}
    assert kinds == {"hh_id": "text", "int_year": "integer", "money": "decimal", "dest": "select_one COUNTRY",
                     "steps": "select_multiple STEPS", "per_no": "calculate", "region": "text"}  # fmt: skip


def test_a_filter_is_no_question_but_its_condition_is_in_the_question(rows):
    assert "A4" not in {row.get("label::English (en)", "").split(".")[0] for row in rows.values()}
    assert rows["plan"]["relevant"].startswith("${person_2_adult} = 1 and ${int_year} > 2000")
    assert rows["person_2_adult"]["calculation"] == "indexed-repeat(${adult}, ${person}, ${person_2_row})"


def test_a_range_admits_the_codes_of_absent_answers_and_says_so(rows):
    assert rows["age"]["constraint"] == "(. >= 0 and . <= 120) or . = 997 or . = 998"
    assert rows["age"]["constraint_message::Français (fr)"] == "De 0 à 120. Ne sait pas : 997. Refus : 998"
    assert rows["age"]["hint::English (en)"] == "Do not know: 997. Refused: 998"
    assert rows["money"]["constraint"] == "(. >= 0) or . = 999999997"
    assert rows["currency"]["constraint"] == "regex(., '^([A-Z]{3})$')"


def test_the_number_that_says_how_many_are_asked_about_must_be_one(rows):
    assert rows["n_abroad"]["constraint"] == ". >= 1 and . <= 20"
    assert "can be listed" in rows["n_abroad"]["hint::English (en)"]


def test_answers_that_exclude_the_others_stand_alone(rows):
    assert rows["steps"]["constraint"] == (
        "not((selected(., '6') or selected(., '97') or selected(., '98')) and count-selected(.) > 1)"
    )
    assert rows["steps"]["constraint_message::English (en)"].endswith("None, Do not know, Refused")


def test_each_answer_of_several_is_a_variable_of_the_codebook(rows):
    assert [name for name in rows if name.startswith("steps__")] == ["steps__1", "steps__2", "steps__3", "steps__6"]


def test_lists_hold_the_absent_answers_that_can_be_given(small):
    lists = {}
    for row in sheet(small, "choices"):
        lists.setdefault(row["list_name"], []).append(row["name"])
    assert lists["REASON"] == ["1", "2", "3", "96", "97", "98"]
    assert (lists["YESNO"], lists["YESNO_2"]) == (["1", "2", "97", "98"], ["1", "2"])
    assert lists["COUNTRY"][-2:] == ["ZZ7", "ZZ8"]


def test_a_label_that_starts_like_a_formula_stays_text(small):
    assert "=Study" in {row["label::English (en)"] for row in sheet(small, "choices")}


def test_a_person_is_called_by_a_name_that_is_no_variable(rows):
    assert rows["age"]["label::Français (fr)"] == "A2. Quel âge a ${emigrant_called} ?"
    assert rows["plan"]["label::English (en)"] == "R2. Does ${person_2_called} plan to go?"
    assert rows["emigrant_name"]["type"] == "text" and "required" not in rows["emigrant_name"]
    assert "deleted before the data leave" in rows["emigrant_name"]["hint::English (en)"]
    assert not {"emigrant_name", "emigrant_called"} & set(small_codebook().variables)


def test_an_introduction_shows_only_with_one_of_its_questions(rows):
    assert "relevant" not in rows["introduction_a"]
    assert rows["introduction_r"]["relevant"].startswith("(${person_2_adult} = 1 and ")


def test_the_settings_name_module_version_and_household(small):
    (settings,) = sheet(small, "settings")
    assert settings["form_id"] == "small" and settings["version"] == "1"
    assert settings["default_language"] == "English (en)" and settings["instance_name"] == "${hh_id}"


def test_the_same_questionnaire_gives_the_same_bytes(small, tmp_path):
    again = write_xlsform(small_codebook(), small_questionnaire(), tmp_path / "again.xlsx")
    assert again.read_bytes() == small.read_bytes()


def test_an_edition_brings_its_national_list(tmp_path):
    edition = catalog.load_country("armenia")
    edition = edition.model_copy(update={"codelists": {"REGION": codes({"01": "North", "02": "South"})}})
    path = write_xlsform(small_codebook(), small_questionnaire(), tmp_path / "form.xlsx", edition)
    region = next(row for row in sheet(path, "survey") if row["name"] == "region")
    assert region["type"] == "select_one REGION"
    assert [row["name"] for row in sheet(path, "choices") if row["list_name"] == "REGION"] == ["01", "02", "ZZ7", "ZZ8"]
    assert sheet(path, "settings")[0]["form_id"] == "small-armenia-2007"


def test_without_an_edition_a_national_list_is_a_text_with_a_note(rows):
    assert rows["region"]["hint::English (en)"].startswith("Code of the national list")


def test_a_long_list_is_searched(tmp_path):
    many = codes({f"C{n:02}": f"Country {n}" for n in range(30)})
    book = small_codebook(REGION=many)
    path = write_xlsform(book, small_questionnaire(), tmp_path / "form.xlsx")
    assert next(row for row in sheet(path, "survey") if row["name"] == "region")["appearance"] == "autocomplete"


def changed(name, **update):
    book = small_codebook()
    variables = book.variables | {name: book.variables[name].model_copy(update=update)}
    book = book.model_copy(update={"variables": variables})
    book._lines[name] = f"person.yaml:{len(name)}"
    return book


@pytest.mark.parametrize(
    ("name", "universe", "said_"),
    [
        ("permit", "unasked == 1", "permit: a form cannot ask 'unasked == 1'. No variable 'unasked'"),
        ("permit", "paid > 0", "paid is of the rows of person. Use any(), count() or total()"),
        ("plan", "any(emigrant, age > 15)", "The form has no rows of emigrant here"),
        ("plan", "per_age", "per_age is not a condition"),
        ("plan", "stratum == 'x'", "The questionnaire does not ask stratum. Add an item, or derive it"),
    ],
)
def test_a_condition_that_a_form_cannot_ask_is_an_error_with_its_place(name, universe, said_, tmp_path):
    book = changed(name, universe=universe)
    book = book.model_copy(update={"variables": book.variables | {"stratum": variable("stratum", "household", "str")}})
    book._lines[name] = "person.yaml:7"
    with pytest.raises(CatalogError) as error:
        write_xlsform(book, small_questionnaire(), tmp_path / "form.xlsx")
    assert str(error.value).startswith(f"person.yaml:7: {name}: a form cannot ask {universe!r}")
    assert said_ in str(error.value)
    assert list(tmp_path.iterdir()) == []


def test_a_derived_variable_that_cannot_be_computed_is_named_itself(tmp_path):
    book = changed("adult", value="dest == 'DEU'")
    with pytest.raises(CatalogError, match=r"person.yaml:5: adult: a form cannot ask"):
        write_xlsform(book, small_questionnaire(), tmp_path / "form.xlsx")


def test_a_questionnaire_of_native_columns_is_refused(tmp_path):
    native = small_questionnaire(sections=(section("H", "household", 1, item("H1", "q712")),))
    with pytest.raises(CatalogError, match=r"H1: the codebook small has no variable 'q712'. A form is made from the"):
        write_xlsform(small_codebook(), native, tmp_path / "form.xlsx")


def test_a_record_that_no_codebook_has_is_refused(tmp_path):
    other = small_questionnaire(sections=(section("H", "village", 1, item("H1", "hh_id")),))
    with pytest.raises(CatalogError, match=r"Section H: no record 'village'"):
        write_xlsform(small_codebook(), other, tmp_path / "form.xlsx")


def test_a_question_for_a_truth_value_is_refused(tmp_path):
    book = changed("plan", type="bool", codelist=None)
    with pytest.raises(CatalogError, match=r"plan: a form cannot ask for a bool. Give it a code list"):
        write_xlsform(book, small_questionnaire(), tmp_path / "form.xlsx")


def test_a_folder_that_takes_no_file_is_said(tmp_path):
    (tmp_path / "file").write_text("here")
    with pytest.raises(LfsMigrationError, match="This file could not be written"):
        write_xlsform(small_codebook(), small_questionnaire(), tmp_path / "file" / "form.xlsx")


MODULES = [name for name in catalog.questionnaires() if not catalog.load_questionnaire(name).edition]


def module(name):
    questionnaire = catalog.load_questionnaire(name)
    return questionnaire, catalog.load_codebook(questionnaire.module)


@pytest.mark.parametrize("name", MODULES)
def test_the_form_of_a_module_asks_each_question_once(name, tmp_path):
    questionnaire, codebook = module(name)
    found = sheet(write_xlsform(codebook, questionnaire, tmp_path / "form.xlsx"), "survey")
    asked = [row["name"] for row in found if row["type"] in ("integer", "decimal", "text") or "select" in row["type"]]
    keys = {record.key[-1] for record in codebook.records.values() if record.parent}
    wanted = [one.name for one in questionnaire.items if one.name and one.name not in keys]
    assert [one for one in asked if not re.fullmatch(r"[a-z]+_name", one)] == wanted


# With pyxform and ODK's own engine, in an environment of its own.


@pytest.fixture(scope="module")
def engine():
    python = os.environ.get("LFS_FORMS_PYTHON", "")
    if not python:
        pytest.skip("LFS_FORMS_PYTHON names no Python that has pyxform and JPype1")

    def run(path, interviews=()):
        job = json.dumps({"form": str(path), "interviews": list(interviews)})
        done = subprocess.run([python, str(ENGINE)], input=job, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-2000:]
        return json.loads(done.stdout)

    return run


def held(engine, path, questionnaire, codebook, number, *, seed=1, absent=0.1):
    """Hold random interviews by the routes and by the engine; return both, question after question."""
    given = [drawn(random.Random(seed * 1000 + n), questionnaire, codebook, ROWS, absent) for n in range(number)]
    named = {f"{record}_name": [None] * ROWS for record in codebook.records}
    open_rows = {record: n % 3 for n, record in enumerate(codebook.records)}
    for n, answers in enumerate(given):
        for record in codebook.records:
            if (count := counted(codebook, record)) in answers:
                answers[count] = [1 + n % ROWS]
    result = engine(path, [{**answers, **named, "rows": open_rows} for answers in given])
    assert result["warnings"] == []
    found = result["interviews"]
    keys = {record.key[-1] for record in codebook.records.values() if record.parent}

    def rows_of(record, root):
        count = counted(codebook, record)
        if "count(" in count:
            return sum(row.value(argument.text) is True for _, child, argument in parse(count).aggregates
                       for row in root.children.get(child, []))  # fmt: skip
        return root.answers.get(count) or 0 if count else open_rows[record]

    pairs = []
    for answers, done in zip(given, found, strict=True):
        asked, root = interview(questionnaire, codebook, answers, rows_of)
        by_route = [[name, row] for name, row in asked if name not in keys]
        by_form = [one for one in done["asked"] if one[0] not in named]
        pairs.append((by_route, by_form, done, root))
    return pairs


@pytest.mark.forms
def test_pyxform_and_odk_validate_take_the_small_form_without_a_warning(engine, small):
    assert engine(small)["warnings"] == []


@pytest.mark.forms
def test_the_engine_asks_the_small_form_as_the_routes_do(engine, small):
    questionnaire, codebook = small_questionnaire(), small_codebook()
    pairs = held(engine, small, questionnaire, codebook, 60)
    assert [(number, route, form) for number, (route, form, *_) in enumerate(pairs) if route != form] == []
    assert {name for route, *_ in pairs for name, _ in route} == {
        one.name for one in questionnaire.items if one.name and one.name not in ("per_no", "em_no")
    }
    assert [done["refused"] for _, _, done, _ in pairs if done["refused"]] == []


@pytest.mark.forms
def test_the_engine_computes_what_the_codebook_derives(engine, small):
    codebook = small_codebook()
    pairs = held(engine, small, small_questionnaire(), codebook, 80, seed=2, absent=0.3)
    seen = set()
    for *_, done, root in pairs:
        rows = {"household": [root], "emigrant": [], **root.children}
        for name in ("adult", "kind", "has_any", "steps__2"):
            wanted = [row.raw(name) for row in rows[codebook.variables[name].record]]
            # A repeat that is asked for nobody keeps one empty row in the engine.
            assert done["computed"][name][: len(wanted)] == [
                None if value is None else str(int(value)) for value in wanted
            ]
            seen |= {(name, value) for value in wanted}
    assert {
        ("adult", True),
        ("adult", False),
        ("adult", None),
        ("kind", 2),
        ("has_any", None),
        ("steps__2", 97),
    } <= seen


@pytest.mark.forms
@pytest.mark.parametrize(
    ("name", "wrong"), [("per_age", 121), ("currency", "usd"), ("steps", ["6", "1"]), ("left", 1900)]
)
def test_the_engine_refuses_an_answer_outside_its_limits(engine, small, name, wrong):
    questionnaire, codebook = small_questionnaire(), small_codebook()
    answers = drawn(random.Random(4), questionnaire, codebook, ROWS, absent=0)
    answers |= {"int_year": [2010], "any_abroad": [1], "n_abroad": [2], "per_age": [40] * ROWS, "plan": [1] * ROWS,
                "age": [40] * ROWS, "dest": ["DEU"] * ROWS, "reason": [1] * ROWS, name: [wrong] * ROWS}  # fmt: skip
    job = {**answers, "person_name": [None] * ROWS, "emigrant_name": ["Ani"] * ROWS, "rows": {"person": 1}}
    (done,) = engine(small, [job])["interviews"]
    assert {refused[0] for refused in done["refused"]} == {name}
    assert done["computed"]["emigrant_called"] == ["Ani", "Ani"]


@pytest.mark.forms
@pytest.mark.parametrize("name", MODULES)
def test_the_engine_asks_a_module_as_its_routes_do(engine, name, tmp_path):
    questionnaire, codebook = module(name)
    path = write_xlsform(codebook, questionnaire, tmp_path / "form.xlsx")
    pairs = held(engine, path, questionnaire, codebook, 25)
    assert [(number, route, form) for number, (route, form, *_) in enumerate(pairs) if route != form] == []
    assert [done["refused"] for _, _, done, _ in pairs if done["refused"]] == []
