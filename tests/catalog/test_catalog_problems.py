"""What is wrong in a codebook or an edition is found before any data are read."""

from __future__ import annotations

import pytest
from catalog_changes import Books, Mexico, line

from lfs_migration import catalog
from lfs_migration.catalog import derivation_order, problems

SEX = "      em_sex:\n        column: p4_6\n        codes: {'1': 1, '2': 2}\n"


@pytest.fixture
def mexico(tmp_path):
    return Mexico(tmp_path)


@pytest.fixture
def books(tmp_path, monkeypatch):
    copy = Books(tmp_path)
    monkeypatch.setattr("lfs_migration.catalog.places.PACKAGE", tmp_path / "lfs_migration")
    return copy


def found(path="mexico"):
    edition = catalog.load_country(path)
    return problems(catalog.load_codebook(edition=edition), edition)


def only(path):
    (problem,) = found(path)
    return problem


@pytest.mark.parametrize(("name", "edition"), catalog.countries())
def test_a_shipped_country_has_no_problems(name, edition):
    chosen = catalog.load_country(name, edition)
    assert problems(catalog.load_codebook(edition=chosen), chosen) == []


@pytest.mark.parametrize(
    ("old", "new", "marker", "message"),
    [
        (SEX, SEX.replace("'2': 2", "'2': 3"), "em_sex:", "em_sex: 3 is not a code of SEX"),
        ("'402': DEU", "'402': GER", "em_dest:", "em_dest: 'GER' is not a code of COUNTRY"),
        ("em_scope: {value: 1,", "em_scope: {value: 9,", "em_scope:", "em_scope: 9 is not a code of EMSCOPE"),
        (
            "      em_no: {column: n_ren}",
            "      em_no: {column: n_ren}\n      em_num: {column: n_ren}",
            "em_num:",
            "'em_num' is not a variable of emigrant",
        ),
        (
            "      em_no: {column: n_ren}",
            "      em_no: {column: n_ren}\n      per_sex: {value: 1}",
            "per_sex:",
            "'per_sex' is not a variable of emigrant",
        ),
        (
            "      em_no: {column: n_ren}",
            '      em_no: {column: n_ren}\n      em_abroad: {compute: "True"}',
            "em_abroad:",
            "em_abroad is derived and cannot be mapped",
        ),
        (
            "    file: migrants\n    distinct",
            "    file: migrant # x\n    distinct",
            "file: migrant # x",
            "No file 'migrant'",
        ),
        (
            "      hh_id: {column: llave_hog}\n      stratum",
            "      hh_id: {column: llave_hog, missing: {'9': refused}}\n      stratum",
            "{column: llave_hog, missing",
            "hh_id has no code for 'refused'",
        ),
        ("  psu: psu\n", "  psu: psi\n", "  psu: psi", "The design's psu 'psi' is not mapped"),
        (
            "  singletons: adjust",
            "  singletons: adjust\n  record_weights: {emigrant: w_em}",
            "record_weights",
            "The design's emigrant 'w_em' is not mapped",
        ),
        (
            "main_destinations: [USA,",
            "main_destinations: [UNITED,",
            "main_destinations:",
            "'UNITED' is not a code or attribute of em_dest",
        ),
        (
            "eu_group: EU27_2007",
            "eu_group: EU27_2077",
            "eu_group:",
            "'EU27_2077' is not a code or attribute of em_dest",
        ),
        ("look_back_years: 5", "look_back_years: five", "look_back_years:", "look_back_years must be of the type of 5"),
        (
            "      em_dep_year: {column: p4_10_2,",
            "      em_dep_year: {columns: [p4_10_2, a], widths: [4]} # {",
            "em_dep_year:",
            "em_dep_year has 2 columns and 1 widths",
        ),
        (
            "      int_year: {value: 2023,",
            "      int_year: {value: '2023',",
            "int_year:",
            "int_year: '2023' is not of the type year",
        ),
        (
            SEX,
            SEX.replace("'2': 2}", "'2': 2}\n        missing: {'1': not_stated}"),
            "em_sex:",
            "em_sex: native code 1 stands twice",
        ),
        (SEX, SEX.replace("'2': 2}", "'2': 2, 1: 1}"), "em_sex:", "em_sex: native code 1 stands twice"),
        (
            "    covers: reporting",
            "    covers: reporting\n    where: fac_hog >",
            "where: fac_hog",
            "Cannot read 'fac_hog >'",
        ),
    ],
)
def test_a_wrong_line_of_an_edition_is_found(mexico, old, new, marker, message):
    path = mexico(old, new)
    problem = only(path)
    assert message in str(problem)
    assert problem.where == line(path, marker)


def test_a_computation_outside_the_rule_language_is_found(mexico):
    path = mexico("em_no: {column: n_ren}", "em_no: {compute: n_ren ** 2}")
    problem = only(path)
    assert "Operator Pow" in str(problem)
    assert problem.where == line(path, "n_ren ** 2")


def test_a_key_that_is_not_mapped_is_found(mexico):
    path = mexico("      em_no: {column: n_ren}\n", "")
    problem = only(path)
    assert "The key em_no of emigrant is not mapped" in str(problem)
    assert problem.where == line(path, "  emigrant:")


def test_a_record_that_is_not_in_the_codebook_is_found(mexico):
    path = mexico("  emigrant:\n    file: migrants", "  migrant:\n    file: migrants")
    problem = only(path)
    assert "No record 'migrant' in the codebook" in str(problem)
    assert problem.where == line(path, "  migrant:")


def test_an_unknown_quality_profile_is_found_before_any_data_are_read(mexico):
    path = mexico("layout: office", "layout: office\nquality: inecc")
    problem = only(path)
    assert str(problem) == f"{line(path, 'quality: inecc')}: No quality profile 'inecc'. Did you mean 'inec'?"


def test_a_national_list_that_is_absent_is_found(mexico):
    path = mexico("codelists:\n  REGION:\n    label: {en: State,", "codelists:\n  PROVINCE:\n    label: {en: State,")
    assert str(only(path)) == f"{line(path, 'codelists:')}: Code list REGION is missing. Add it."


def test_several_problems_are_all_told(mexico):
    path = mexico(SEX, SEX.replace("'1': 1, '2': 2", "'1': 4, '2': 5"))
    assert [problem.title for problem in found(path)] == [
        "em_sex: 4 is not a code of SEX",
        "em_sex: 5 is not a code of SEX",
    ]


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        (
            "rules.yaml",
            "check: em_age_dep >= 12",
            "check: em_age_depp >= 12",
            "'em_age_depp' is not a variable of emigrant",
        ),
        ("rules.yaml", "check: em_age_dep >= 12", "check: em_age_dep >>= 12", "Cannot read"),
        ("rules.yaml", "check: em_age_dep >= 12", "check: em_sex == 3", "3 is not a code or attribute of em_sex"),
        ("rules.yaml", 'when: em_reason_grp == "work"', 'when: em_reason_grp == "labour"', "'labour' is not a code"),
        (
            "rules.yaml",
            "check: count(emigrant) == 0",
            "check: count(emigrants) == 0",
            "'emigrants' is not a record under",
        ),
        (
            "rules.yaml",
            "check: not any(emigrant, em_rem_any == 1)",
            "check: not any(emigrant, em_rem == 1)",
            "'em_rem' is not a variable of emigrant",
        ),
        ("rules.yaml", "check: em_age_dep >= 12", "check: per_age >= 12", "'per_age' is not a variable of emigrant"),
        (
            "household.yaml",
            "value: cut(hh_members, 3, 5, 7)",
            "value: cut(em_age, 3, 5, 7)",
            "'em_age' is not a variable of household",
        ),
        (
            "household.yaml",
            "universe: hh_em_any == 1\n  unit",
            "universe: hh_em_ani == 1\n  unit",
            "'hh_em_ani' is not a variable of",
        ),
        ("household.yaml", "codelist: HASEM", "codelist: HASSEM", "No code list 'HASSEM'"),
        (
            "emigrant.yaml",
            'value: lookup(em_dest, "subregion")',
            'value: lookup(em_dest, "subregoin")',
            "'subregoin' is not a code or attribute of em_dest. Used in em_dest_m49. Did you mean 'subregion'",
        ),
        (
            "module.yaml",
            "{emigrant: em_dest_main}",
            "{emigrant: em_dest_mian}",
            "Breakdown destination_main needs em_dest_mian",
        ),
    ],
)
def test_a_wrong_line_of_the_codebook_is_found(books, file, old, new, message):
    books(f"emigration/{file}", old, new)
    problem = only("mexico")
    assert message in str(problem)
    assert problem.where.startswith(f"{file}:")


def test_a_rules_line_is_that_of_the_rule(books):
    books("emigration/rules.yaml", "check: em_age_dep >= 12", "check: em_age_depp >= 12")
    assert only("mexico").where == line(books.folder / "emigration/rules.yaml", "child_worker:")


def test_a_circle_of_derivations_is_told_with_its_line(books):
    books("emigration/person.yaml", "value: cut(per_age, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65)",
          "value: 1 if per_isced_grp == 'basic' else 2")  # fmt: skip
    books("emigration/person.yaml", "value: group(per_isced)", "value: \"'basic' if per_age_grp == 1 else 'advanced'\"")
    problem = only("mexico")
    assert "Derived variables need each other. per_" in str(problem)
    assert "One of them must be computed from answers" in str(problem)
    assert problem.where.startswith("person.yaml:")


def test_a_derived_variable_comes_after_what_it_needs():
    order = [variable.name for variable in derivation_order(catalog.load_codebook())]
    assert order.index("em_months_abroad") < order.index("em_un98") < order.index("em_un98_intent")
    assert order.index("em_abroad") < order.index("hh_has_em")


def test_a_parameter_outside_its_allowed_values(mexico):
    problem = only(mexico("roster: look_back", "roster: lookback"))
    assert "roster cannot be 'lookback'. Did you mean 'look_back'?" in str(problem)
