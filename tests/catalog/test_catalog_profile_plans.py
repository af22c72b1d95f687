"""What a module's profile and exports show: what is wrong in their files is told with its line, by `check` too."""

from __future__ import annotations

import pytest
from catalog_changes import Books, line

from lfs_migration import catalog
from lfs_migration.catalog import module_files
from lfs_migration.catalog.tables_named import tables_of
from lfs_migration.checking import check_module
from lfs_migration.errors import CatalogError, NotFound
from lfs_migration.model.profile_page import Shown

PROFILE, EXPORTS = "emigration/profile.yaml", "emigration/exports.yaml"


@pytest.fixture
def books(tmp_path, monkeypatch):
    copy = Books(tmp_path)
    monkeypatch.setattr(module_files, "folder", lambda: copy.folder)
    return copy


@pytest.mark.parametrize("module", catalog.modules())
def test_every_module_has_a_profile_of_indicators_that_it_has(module):
    page = catalog.load_profile_page(module)
    assert page.module == module
    known, book = catalog.load_indicators(module), catalog.load_codebook(module)
    assert all(one.by in tables_of(known[one.indicator], book) for one in page.shown)
    assert {one.form for one in page.shown} >= {"figure", "bars"}


def test_the_profile_goes_from_the_population_to_the_quality_of_the_figures():
    page = catalog.load_profile_page()
    assert list(page.sections) == ["population", "emigration", "skills", "work", "remittances", "return", "quality"]
    assert [one.by[0] for one in page.shown if one.form == "pyramid"] == ["sex"]


def test_a_module_may_have_neither(books):
    (books.folder / PROFILE).unlink()
    (books.folder / EXPORTS).unlink()
    assert catalog.load_profile_page() is None
    assert catalog.load_exports() == {}
    assert catalog.problems(catalog.load_codebook()) == []
    for load in (catalog.load_profile_page, catalog.load_exports):
        with pytest.raises(NotFound, match=r"No module 'emigratoin'\. Did you mean 'emigration'"):
            load("emigratoin")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("{indicator: E11a}", "{indicator: E11}", "No indicator 'E11'. Did you mean "),
        ("by: [reason_group]", "by: [reason_grp]", "E17 has no table by reason_grp. It has no figure of all. Did you"),
        ("{indicator: E08}", "{indicator: E14}", "E14 has no table by nothing. It has no figure of all"),
        ("by: [urban], form: bars", "by: [sex], form: bars", "E02 has no table by sex. It has a figure of all"),
        ("by: [duration], form: bars", "by: [duration], form: bar", "form: Input should be"),
        ("by: [duration], form: bars", "by: [duration]", "the form `figure` shows a table of 0 dimensions"),
        ("form: pyramid}", "form: pyramid, most: 3}", "most belongs to the form `bars`"),
        ("by: [sex, age_group]", "by: [destination_main, age_group]", "destination_main has not two categories"),
        ("{indicator: E11a}", "{indicators: E11a}", "Unknown key 'indicators'. Did you mean 'indicator'"),
        ("label: {en: Skills, fr: Compétences, es: Competencias, ar: المهارات, hy: Հմտություններ, ru: Навыки, th: ทักษะ}", "label: {fr: Compétences}", "English wording"),  # noqa: E501
    ],
)  # fmt: skip
def test_a_mistake_in_a_profile_is_told_with_its_line(books, old, new, message):
    books(PROFILE, old, new)
    with pytest.raises(CatalogError) as error:
        catalog.load_profile_page()
    assert error.value.where == line(books.folder / PROFILE, new)
    assert message in str(error.value)
    assert [str(problem) for problem in catalog.problems(catalog.load_codebook())] == [str(error.value)]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("indicator: E08\n", "indicator: E008\n", "No indicator 'E008'. Did you mean 'E08'"),
        ("indicator: E03\n      tables: [[education]]\n", "indicator: E03\n      tables: [[educations]]\n",
         "columns names each dimension of the tables"),
        ("tables: [[destination]]\n      columns: {destination: destination}",
         "tables: [[remits]]\n      columns: {remits: destination}", "E03 has no table by remits"),
        ("[[education]]\n      columns: {education: education}\n      statistic: number\n      codes:\n        "
         "education: {less_than_basic: EDU_AGGREGATE_LTB, basic: EDU_AGGREGATE_BAS, intermediate: EDU_AGGREGATE_INT, "
         "advanced: EDU_AGGREGATE_ADV, _U: EDU_AGGREGATE_X, _T: EDU_AGGREGATE_TOTAL}\n      reference: ILO, stock",
         "[[education]]\n      columns: {education: value}\n      statistic: number\n      "
         "reference: ILO, stock", "every file has a column 'value' of its"),
        ("codes:\n        education: {less_than_basic: EDU_AGGREGATE_LTB, basic: EDU_AGGREGATE_BAS, intermediate: "
         "EDU_AGGREGATE_INT, advanced: EDU_AGGREGATE_ADV, _U: EDU_AGGREGATE_X, _T: EDU_AGGREGATE_TOTAL}\n      "
         "reference: ILO, stock of nationals abroad\n    nationals_labour",
         "codes:\n        education: {less_than_basics: EDU_AGGREGATE_LTB}\n      "
         "reference: ILO, stock of nationals abroad\n    nationals_labour",
         "education has no category 'less_than_basics'. Did you mean 'less_than_basic'"),
        ("    outflow:\n", "    out/flow:\n", "'out/flow' names a file. Write small letters"),
    ],
)  # fmt: skip
def test_a_mistake_in_an_export_is_told_with_its_line(books, old, new, message):
    books(EXPORTS, old, new)
    with pytest.raises(CatalogError) as error:
        catalog.load_exports()
    assert error.value.where.startswith("exports.yaml:")
    assert message in str(error.value)
    assert [str(problem) for problem in catalog.problems(catalog.load_codebook())] == [str(error.value)]


def test_check_sees_every_wrong_entry(books):
    books(PROFILE, "{indicator: E11a}", "{indicator: E11}")
    books(PROFILE, "{indicator: E28}", "{indicator: E28z}")
    found = check_module("emigration").problems
    assert len(found) == 2 and all(one.startswith("profile.yaml:") for one in found)


def test_files_that_are_no_mappings(books):
    (books.folder / PROFILE).write_text("- x\n", encoding="utf-8")
    with pytest.raises(CatalogError, match=r"profile.yaml:1: The file must hold entries"):
        catalog.load_profile_page()
    (books.folder / PROFILE).write_text("title: {en: X}\nsections:\n  a:\n    label: {en: A}\n    show: E02\n", "utf-8")
    with pytest.raises(CatalogError, match=r"profile.yaml:5: sections.a.show must be a list"):
        catalog.load_profile_page()


def test_what_a_form_shows():
    assert Shown(indicator="x", by=("sex", "age"), form="pyramid").by == ("sex", "age")
    with pytest.raises(ValueError, match="the form `pyramid` shows a table of 2 dimensions"):
        Shown(indicator="x", by=("sex",), form="pyramid")


def test_the_codes_of_a_database_tell_categories_apart():
    mapped = [codes for plan in catalog.load_exports().values() for file in plan.files.values()
              for codes in file.codes.values()]  # fmt: skip
    assert len(mapped) > 8
    assert all(len(set(codes.values())) == len(codes) for codes in mapped)
