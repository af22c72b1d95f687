"""Finding and loading countries, codebooks, indicators and quality rules."""

from __future__ import annotations

import pytest
from catalog_changes import Books, Mexico, line

from lfs_migration import catalog
from lfs_migration.errors import CatalogError, NotFound


@pytest.fixture
def mexico(tmp_path):
    return Mexico(tmp_path)


@pytest.fixture
def books(tmp_path, monkeypatch):
    copy = Books(tmp_path)
    monkeypatch.setattr("lfs_migration.catalog.places.PACKAGE", tmp_path / "lfs_migration")
    return copy


def test_an_unknown_country_gets_near_matches():
    with pytest.raises(NotFound, match=r"No country 'mexcio'. Did you mean 'mexico'"):
        catalog.load_country("mexcio")


def test_an_unknown_edition_gets_those_that_there_are():
    with pytest.raises(NotFound, match=r"No edition '2019' of mexico.*2023"):
        catalog.load_country("mexico", "2019")


def test_an_edition_given_as_a_number_is_found():
    assert catalog.load_country("mexico", 2023).edition == "2023"


def test_a_country_is_found_in_any_case():
    assert catalog.load_country("Mexico").name == "mexico"


def test_an_unknown_module_gets_near_matches():
    with pytest.raises(NotFound, match=r"No module 'emigratoin'. Did you mean 'emigration'"):
        catalog.load_codebook("emigratoin")


def test_an_unknown_quality_profile_gets_near_matches():
    with pytest.raises(NotFound, match=r"No quality profile 'statscan'. Did you mean 'statcan'"):
        catalog.load_profile("statscan")


def test_an_unknown_variable_gets_near_matches():
    with pytest.raises(NotFound, match=r"No variable 'em_sx' in the codebook emigration. Did you mean 'em_sex'"):
        catalog.load_codebook().variable("em_sx")


def test_a_file_that_is_not_there_is_said_so(tmp_path):
    with pytest.raises(NotFound, match=r"nowhere.yaml: No such country file"):
        catalog.load_country(tmp_path / "nowhere.yaml")


def test_a_file_of_ones_own_is_loaded(mexico):
    assert catalog.load_country(mexico("look_back_years: 5", "look_back_years: 3")).parameters["look_back_years"] == 3


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("layout: office", "layuot: office", "Unknown key 'layuot'. Did you mean 'layout'"),
        ("layout: office", "layout: office\nlayuot: x", "Unknown key 'layuot'. Did you mean 'layout'"),
        ("layout: office", "layout: mine", "layout: Input should be 'office' or 'ours'"),
        ('edition: "2023"\nmodule', "edition: 2023\nmodule", "edition: Input should be a valid string"),
        ("  singletons: adjust", "  singletons: adjusted", "design.singletons: Input should be"),
        ("  en: Mexico, ENADID 2023\n", "", "title: a text needs its English wording"),
        ("      stratum: {column: est_dis}", "      stratum: {colum: est_dis}", "stratum does not say where it comes"),
        ("      stratum: {column: est_dis}", "      stratum: est_dis", "stratum does not say where it comes from"),
        (
            "      stratum: {column: est_dis}",
            "      stratum: {column: est_dis, calender: buddhist}",
            "Unknown key 'calender'. Did you mean 'calendar'",
        ),
        ("missing: {'999': not_stated}", "missing: {'999': not_satted}", "Input should be 'dont_know', 'refused'"),
        ("missing: {'999': not_stated}", "missing: {999: {a: b}}", "em_age_dep.missing.999"),
        ("    distinct: true", "    distinct: 1", "distinct: Input should be a valid boolean"),
        ("    covers: reporting", "    covers: some", "covers: Input should be 'all', 'selected' or 'reporting'"),
        (
            "      '32': {en: Zacatecas, es: Zacatecas}",
            "      32: {en: Zacatecas}",
            "codes must be all integers or all",
        ),
        ("      '32': {en: Zacatecas, es: Zacatecas}", "      '32': Zacatecas", "Input should be a valid dictionary"),
    ],
)
def test_a_wrong_line_of_a_country_file_is_named(mexico, old, new, message):
    path = mexico(old, new)
    with pytest.raises(CatalogError) as error:
        catalog.load_country(path)
    assert error.value.where.startswith("mexico-2023.yaml:")
    assert message in str(error.value)


def test_a_missing_key_of_a_country_file_is_named(mexico):
    with pytest.raises(CatalogError, match=r"mexico-2023.yaml:\d+: layout is missing. Add it"):
        catalog.load_country(mexico("layout: office\n", ""))


def test_the_line_of_a_wrong_entry_is_its_own(mexico):
    path = mexico("layout: office", "layout: office\nlayuot: x")
    with pytest.raises(CatalogError) as error:
        catalog.load_country(path)
    assert error.value.where == line(path, "layuot")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "records:\n  household:\n    file: migrants\n    distinct",
            "records: []\nx:\n  household:\n    distinct",
            "records must hold entries",
        ),
        ("codelists:\n  REGION:", "codelists: [1]\nx:\n  REGION:", "codelists must hold entries"),
        (
            "    codes:\n      '01': {en: Aguascalientes",
            "    kodes:\n      '01': {en: Aguascalientes",
            "codelists.REGION has no codes",
        ),
        (
            "    variables:\n      country: {value: MEX}",
            "    variables: 3\n    x:\n      country: {value: MEX}",
            "records.household.variables must hold entries",
        ),
    ],
)
def test_a_list_where_entries_should_be_is_named(mexico, old, new, message):
    with pytest.raises(CatalogError) as error:
        catalog.load_country(mexico(old, new))
    assert message in str(error.value)


def test_a_country_file_that_is_a_list_is_refused(tmp_path):
    (tmp_path / "x-1.yaml").write_text("- a\n- b\n")
    with pytest.raises(CatalogError, match=r"The file must hold entries"):
        catalog.load_country(tmp_path / "x-1.yaml")


def test_a_country_file_is_named_after_its_content(mexico):
    path = mexico("look_back_years: 5", "look_back_years: 4")
    other = path.rename(path.with_name("mexico-2018.yaml"))
    with pytest.raises(CatalogError, match=r"mexico-2018.yaml:\d+: The file holds mexico-2023. Name it after its"):
        catalog.load_country(other)


def test_an_unknown_parameter_gets_its_line_and_near_matches(mexico):
    path = mexico("look_back_years: 5", "look_bak_years: 5")
    with pytest.raises(CatalogError) as error:
        catalog.load_codebook(edition=catalog.load_country(path))
    assert error.value.where == line(path, "look_bak_years")
    assert "Unknown parameter 'look_bak_years'. Did you mean 'look_back_years'" in str(error.value)


def test_an_editions_parameters_are_in_the_expressions():
    edition = catalog.load_country("ecuador", "2007")
    assert catalog.load_codebook(edition=edition).variable("per_lfstat").universe == "per_age >= 10"
    assert "em_age >= 10" in catalog.load_indicators(edition=edition)["E36"].denominator.where


def test_a_parameter_inside_quotes_stays_text(books):
    books(
        "emigration/person.yaml",
        "value: group(per_isced)",
        "value: \"'working_age' if per_age >= working_age else 'x'\"",
    )
    assert catalog.load_codebook().variable("per_isced_grp").value == "'working_age' if per_age >= 15 else 'x'"


def test_a_variable_that_stands_twice_is_refused(books):
    books("emigration/person.yaml", "- name: per_age_grp", "- name: per_age")
    with pytest.raises(CatalogError) as error:
        catalog.load_codebook()
    assert "Variable 'per_age' stands twice" in str(error.value)
    assert error.value.where.startswith("person.yaml:")


def test_an_unknown_convention_of_missing_codes_gets_near_matches(books):
    books("emigration/person.yaml", "  unit: years\n  missing: three", "  unit: years\n  missing: threee")
    with pytest.raises(
        CatalogError, match=r"person.yaml:\d+: No missing-code convention 'threee'. Did you mean 'three'"
    ):
        catalog.load_codebook()


def test_a_wrong_key_of_a_variable_is_named(books):
    books("emigration/person.yaml", "  range: [1, 99]", "  rnage: [1, 99]")
    with pytest.raises(CatalogError) as error:
        catalog.load_codebook()
    assert error.value.where == line(books.folder / "emigration/person.yaml", "rnage")


def test_a_code_in_two_groups_is_refused(books):
    books("emigration/codelists.yaml", "codes: [7, 8]}", "codes: [7, 8, 5]}")
    with pytest.raises(
        CatalogError, match=r"codelists.yaml:\d+: REASON_EMIG: code 5 is in the groups study and forced"
    ):
        catalog.load_codebook()


def test_a_group_of_a_code_that_is_not_in_the_list_is_refused(books):
    books("emigration/codelists.yaml", "codes: [7, 8]}", "codes: [7, 88]}")
    with pytest.raises(CatalogError, match=r"group forced: code 88 is not in the list"):
        catalog.load_codebook()


def test_a_wrong_kind_of_indicator_is_named(books):
    books("emigration/indicators.yaml", "  kind: relative", "  kind: relativ")
    with pytest.raises(CatalogError, match=r"indicators.yaml:\d+: E24.kind: Input should be 'total', 'mean', 'median'"):
        catalog.load_indicators()


def test_the_files_an_edition_depends_on_are_all_there():
    files = catalog.files_of(catalog.load_country("mexico"))
    assert {"mexico-2023.yaml", "module.yaml", "areas.csv", "quality.yaml", "indicators.yaml"} <= {
        f.name for f in files
    }
    assert all(file.is_file() for file in files)


def test_codes_of_states_keep_their_zeros():
    regions = catalog.load_country("mexico").codelists["REGION"].codes
    assert next(iter(regions)) == "01"
    assert all(isinstance(code, str) and len(code) == 2 for code in regions)
