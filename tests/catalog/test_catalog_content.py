"""What the shipped codebooks hold: labels, areas, and what each country can compute."""

from __future__ import annotations

from collections import Counter

import pytest

from lfs_migration import catalog
from lfs_migration.expr import parse
from lfs_migration.model.indicator import FACTS

CODEBOOK = catalog.load_codebook()
AREAS = CODEBOOK.codelists["COUNTRY"]
THREE = ("en", "fr", "es")


def reasons(name, edition):
    chosen = catalog.load_country(name, edition)
    computable = catalog.Computable(catalog.load_codebook(edition=chosen), chosen)
    found = {code: computable.indicator(i) for code, i in catalog.load_indicators(edition=chosen).items()}
    return computable, {code: reason for code, reason in found.items() if reason}


DEPARTURES = "E03 E08 E10 E11a E11b E13a E13b E14 E15a E15b E15c E15d E17 E18 E19 E20a E20b E49a E49b E53"
"""What a list of departures is enough for: sex, age at departure, dates, destination and reason."""

PILOTS = f"{DEPARTURES} E01 E02 E04 E05 E06 E07 E08b E09 E12 E21 E22 E23 E24 E26 E27 E28 E35 E36 E37k E37l"
"""What needs households, residents, education, activity and money sent as well."""


def computable_of(name, edition):
    return set(catalog.load_indicators()) - set(reasons(name, edition)[1])


def test_mexico_computes_what_a_list_of_departures_is_enough_for_and_says_why_not_the_rest():
    assert computable_of("mexico", "2023") == set(DEPARTURES.split())
    found = reasons("mexico", "2023")[1]
    assert {code: found[code] for code in ("E02", "E05", "E12", "E36", "E46a", "E48a")} == {
        "E02": "the household record holds reporting households only",
        "E05": "there is no person record",
        "E12": "em_age was not asked",
        "E36": "em_rem_any was not asked",
        "E46a": "there is no recruitment record",
        "E48a": "the household record holds reporting households only",
    }


@pytest.mark.parametrize(("name", "edition"), [c for c in catalog.countries() if c[0] != "mexico"])
def test_a_pilot_computes_every_indicator_of_what_it_asked(name, edition):
    assert computable_of(name, edition) == set(PILOTS.split())


@pytest.mark.parametrize("code", ["E48a", "E48b", "E48c", "E48d"])
def test_the_outcomes_of_visits_are_not_computed_from_interviewed_households_alone(code):
    # Armenia's file has the outcome, which is 1 or 2 of all its records: a share abroad of 0 would be false.
    found = reasons("armenia", "2007")
    assert found[0].why_not("hh_result") == ""
    assert found[1][code] == "the household record does not hold every selected household"


def test_the_outcomes_of_visits_are_computed_from_every_selected_address():
    edition = catalog.load_country("armenia", "2007")
    record = edition.records["household"].model_copy(update={"covers": "selected"})
    edition = edition.model_copy(update={"records": {**edition.records, "household": record}})
    computable = catalog.Computable(catalog.load_codebook(edition=edition), edition)
    indicators = catalog.load_indicators(edition=edition)
    assert [computable.indicator(indicators[code]) for code in ("E48a", "E48d", "E02")] == ["", "", ""]


def test_every_indicator_of_the_subject_is_there():
    numbers = {code.rstrip("abcdefghijkl") for code in catalog.load_indicators()}
    assert numbers == {f"E{number:02}" for number in range(1, 54)}


def test_indicators_stand_in_the_order_of_their_codes():
    for module in ("emigration", "worker"):
        assert list(catalog.load_indicators(module)) == sorted(catalog.load_indicators(module))


def test_every_topic_has_indicators():
    for module in ("emigration", "worker"):
        used = {indicator.topic for indicator in catalog.load_indicators(module).values()}
        assert used == set(catalog.load_codebook(module).topics)


def test_a_breakdown_that_was_not_asked_says_why():
    computable, _ = reasons("mexico", "2023")
    indicators = catalog.load_indicators()
    assert computable.breakdown(indicators["E14"], ("sex",)) == ""
    assert computable.breakdown(indicators["E14"], ("education",)) == "em_isced_dep was not asked"
    assert (
        computable.dimension("age_at_departure", "person") == "age_at_departure is not a breakdown of the person record"
    )


def test_a_derived_variable_is_left_out_for_the_answer_it_lacks():
    computable, _ = reasons("mexico", "2023")
    assert computable.why_not("em_age_grp") == "em_age was not asked"
    assert computable.why_not("hh_size_grp") == "there is no person record"
    assert computable.why_not("em_dest_m49") == ""


def texts():
    for name, variable in CODEBOOK.variables.items():
        yield f"variable {name}", variable.label
    for name, codelist in CODEBOOK.codelists.items():
        yield f"list {name}", codelist.label
        # Of industries' official titles we found the groups and classes in English only.
        most = {c: e for c, e in codelist.codes.items() if name != "ISIC4" or len(str(c)) < 3}
        yield from ((f"{name} {code}", entry.label) for code, entry in most.items())
        yield from ((f"{name} {group}", entry.label) for group, entry in codelist.groups.items())
    for name, rule in CODEBOOK.rules.items():
        yield f"rule {name}", rule.label
        yield f"remedy {name}", rule.remedy
    for code, indicator in catalog.load_indicators().items():
        yield f"indicator {code}", indicator.title
        yield f"note {code}", indicator.note or dict.fromkeys(THREE, "none")
    yield from ((f"breakdown {name}", entry.label) for name, entry in CODEBOOK.dimensions.items())
    yield from ((f"record {name}", entry.label) for name, entry in CODEBOOK.records.items())
    yield from ((f"parameter {name}", entry.label) for name, entry in CODEBOOK.parameters.items())
    yield from ((f"coverage {name}", text) for name, text in CODEBOOK.coverage.items())
    yield from (("title of a country", catalog.load_country(*country).title) for country in catalog.countries())


def test_every_text_exists_in_three_languages():
    assert [
        (what, language) for what, text in texts() for language in THREE if not text.get(language, "").strip()
    ] == []


def test_every_area_has_a_name_in_three_languages():
    assert [
        code for code, entry in AREAS.codes.items() if not all(entry.label.get(language) for language in THREE)
    ] == []


def test_no_two_areas_have_the_same_name():
    for language in THREE:
        names = Counter(entry.label[language] for entry in AREAS.codes.values())
        assert [name for name, count in names.items() if count > 1] == []


def test_iso_codes_are_unique():
    codes = [entry.attributes["iso2"] for entry in AREAS.codes.values() if "iso2" in entry.attributes]
    assert len(codes) == len(set(codes)) == 250


def test_namibia_and_norway_are_not_lost():
    assert [AREAS.codes[code].attributes["iso2"] for code in ("NAM", "NOR")] == ["NA", "NO"]


def test_twenty_two_sub_regions_of_m49_are_used():
    regions = {entry.attributes["subregion"] for entry in AREAS.codes.values() if "subregion" in entry.attributes}
    assert len({region for region in regions if region.isdigit()}) == 22
    assert {region for region in regions if not region.isdigit()} == set(groups())


def groups():
    return [code for code, entry in AREAS.codes.items() if entry.attributes["kind"] == "group"]


def test_every_country_has_a_sub_region_of_three_digits():
    # Antarctica is in no sub-region of M49.
    without = [code for code, entry in AREAS.codes.items() if "subregion" not in entry.attributes]
    assert set(without) <= {"ATA"}


def test_a_group_is_never_a_sub_region_of_m49():
    assert all(AREAS.codes[code].attributes["subregion"] == code for code in groups())


@pytest.mark.parametrize(
    ("code", "subregion"),
    [("MEX", "013"), ("USA", "021"), ("ESP", "039"), ("DEU", "155"), ("RUS", "151"), ("ARM", "145"), ("ARE", "145"),
     ("EGY", "015"), ("ECU", "005"), ("THA", "035"), ("TWN", "030"), ("XKX", "039"), ("CYP", "145"), ("GBR", "154"),
     ("IRN", "034"), ("KAZ", "143"), ("AUS", "053"), ("FJI", "054"), ("XAR", "145")],
)  # fmt: skip
def test_the_sub_region_of_an_area(code, subregion):
    assert AREAS.codes[code].attributes["subregion"] == subregion
    assert subregion in CODEBOOK.codelists["SUBREGION"].codes


MEMBERS = {
    "GCC": {"ARE", "BHR", "KWT", "OMN", "QAT", "SAU"},
    "CIS_2007": {"ARM", "AZE", "BLR", "GEO", "KAZ", "KGZ", "MDA", "RUS", "TJK", "TKM", "UKR", "UZB"},
    "EU15": {"AUT", "BEL", "DEU", "DNK", "ESP", "FIN", "FRA", "GBR", "GRC", "IRL", "ITA", "LUX", "NLD", "PRT", "SWE"},
}
MEMBERS["EU27_2007"] = MEMBERS["EU15"] | {
    "BGR", "CYP", "CZE", "EST", "HUN", "LTU", "LVA", "MLT", "POL", "ROU", "SVK", "SVN"
}  # fmt: skip


@pytest.mark.parametrize(("group", "size"), [("GCC", 6), ("CIS_2007", 12), ("EU15", 15), ("EU27_2007", 27)])
def test_the_members_of_a_user_group(group, size):
    members = {c for c, e in AREAS.codes.items() if group in e.attributes and e.attributes["kind"] == "country"}
    assert members == MEMBERS[group]
    assert len(members) == size


def test_no_area_is_in_two_destination_groups():
    union = catalog.load_country("egypt").parameters["eu_group"]
    for eu in {union, "EU15", "EU27_2007"}:
        twice = [c for c, e in AREAS.codes.items() if sum(g in e.attributes for g in ("GCC", "CIS_2007", eu)) > 1]
        assert twice == []


def test_every_eu_group_that_a_country_chooses_is_a_destination_group():
    chosen = {catalog.load_country(*country).parameters["eu_group"] for country in catalog.countries()}
    assert chosen <= set(CODEBOOK.codelists["DESTGROUP"].codes)


def test_user_missing_codes_are_no_codes_of_the_lists():
    for variable in CODEBOOK.variables.values():
        codelist = CODEBOOK.codelist_of(variable.name)
        assert not codelist or not set(variable.missing) & set(codelist.codes), variable.name


def test_missing_codes_are_outside_every_closed_range():
    for variable in CODEBOOK.variables.values():
        low, high = variable.range or (None, None)
        inside = [code for code in variable.missing if high is not None and low <= code <= high]
        assert inside == [], variable.name


def test_the_convention_is_97_98_99_and_95():
    assert CODEBOOK.variable("em_sex").missing == {97: "dont_know", 98: "refused", 99: "not_stated", 95: "uncodable"}


@pytest.mark.parametrize("name", ["default", "statcan", "inec", "armstat_2018", "nso_thailand_2008"])
def test_a_quality_profile_uses_known_facts_only(name):
    profile = catalog.load_profile(name)
    assert set().union(*(parse(text).names for text in profile.expressions)) <= set(FACTS)


@pytest.mark.parametrize("country", catalog.countries())
def test_the_quality_profile_of_a_country_exists(country):
    assert catalog.load_profile(catalog.load_country(*country).quality).reference


def test_every_indicators_expressions_name_variables_of_their_record():
    for code, indicator in catalog.load_indicators().items():
        for part in filter(None, (indicator.numerator, indicator.denominator)):
            names = set().union(*(parse(text).names for text in (part.where, part.value) if text))
            assert all(CODEBOOK.visible(name, part.record) for name in names), code


def test_every_indicators_breakdowns_and_coverage_statements_exist():
    for code, indicator in catalog.load_indicators().items():
        dimensions = {*indicator.of, *(d for by in indicator.breakdowns for d in by)}
        assert dimensions <= set(CODEBOOK.dimensions), code
        assert set(indicator.coverage) <= set(CODEBOOK.coverage), code


EMIGRANTS = [one for one in catalog.load_indicators().values() if "em_abroad" in str(one.numerator.where)]


@pytest.mark.parametrize("one", EMIGRANTS, ids=lambda one: one.code)
def test_every_table_of_emigrants_says_whom_households_cannot_report(one):
    """Who left with the whole household or lived alone is missing; of the list of a period, who left before it is."""
    said = set(one.coverage)
    about_money = said & {"this_household", "sending_cost"}
    about_answers = said == {"proxies"}
    assert about_answers or about_money or {"whole_households", "single_persons", "double_reports"} <= said
    assert about_answers or about_money or "returned" in said or "period_lists" in said
    assert "returned" in said or "em_months_abroad < 12" not in one.numerator.where, "a flow leaves out who came back"


PERSONS = [one for one in catalog.load_indicators().values() if one.numerator.record != "household"]


@pytest.mark.parametrize("one", PERSONS, ids=lambda one: one.code)
def test_every_table_of_persons_has_a_statement_of_coverage(one):
    assert one.coverage


def test_the_share_of_those_who_left_in_a_period_says_so():
    assert {"look_back", "double_reports"} <= set(catalog.load_indicators()["E53"].coverage)
    assert catalog.load_indicators()["E53"].coverage_without == {"status": "returned"}
