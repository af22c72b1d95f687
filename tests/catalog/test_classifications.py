"""Occupations, industries, areas and their groups, and what the classifications before them become."""

from __future__ import annotations

import csv
import re
from collections import Counter

import pytest
from catalog_changes import Mexico, changed, line

from lfs_migration import catalog
from lfs_migration.catalog import classifications
from lfs_migration.catalog.areas import area_lists
from lfs_migration.catalog.classifications import classification_lists, crossed, crossing
from lfs_migration.errors import CatalogError, NotFound

PLACE = catalog.folder() / "classifications"
LISTS = catalog.load_codebook().codelists
ISCO, ISIC, AREAS = LISTS["ISCO08"], LISTS["ISIC4"], LISTS["COUNTRY"]
CROSSINGS = {"isco88": ("isco08", ISCO), "isic3": ("isic4", ISIC), "isic31": ("isic4", ISIC)}
SEX = "        column: p4_6\n        codes: {'1': 1, '2': 2}\n"
COLUMN = "        column: p4_6\n        codes: "


def rows(name):
    with (PLACE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return {row[next(iter(row))]: row for row in csv.DictReader(file)}


def levels(codes):
    return dict(sorted(Counter(map(len, codes)).items()))


@pytest.fixture
def place(tmp_path):
    """A folder of classifications that a test may damage."""
    for path in PLACE.glob("*.csv"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    return tmp_path


def put(place, file, old, new):
    """Put one text in place of another, and return its line."""
    path = place / file
    where = line(path, old)
    path.write_text(changed(path.read_text(encoding="utf-8"), old, new), encoding="utf-8")
    return where


def test_isco_08_has_all_groups_of_each_level():
    assert levels(ISCO.codes) == {1: 10, 2: 43, 3: 130, 4: 436}
    assert [code for code in ISCO.codes if code.startswith("0")] == [
        "0", "01", "011", "0110", "02", "021", "0210", "03", "031", "0310",
    ]  # fmt: skip


def test_isic_4_has_all_groups_of_each_level():
    assert levels(ISIC.codes) == {1: 21, 2: 88, 3: 238, 4: 419}
    assert "".join(code for code in ISIC.codes if len(code) == 1) == "ABCDEFGHIJKLMNOPQRSTU"


@pytest.mark.parametrize(
    ("name", "sizes"),
    [
        ("isco88", {1: 10, 2: 28, 3: 116, 4: 390}),
        ("isic3", {1: 17, 2: 60, 3: 159, 4: 292}),
        ("isic31", {1: 17, 2: 62, 3: 161, 4: 298}),
        ("isced97", {1: 7, 2: 10}),
    ],
)
def test_an_older_classification_has_all_groups_of_each_level(name, sizes):
    assert levels(crossing(name)) == sizes


@pytest.mark.parametrize("codes", [ISCO.codes, crossing("isco88")], ids=["isco08", "isco88"])
def test_every_occupation_has_the_groups_above_it_and_every_group_has_occupations(codes):
    assert [code for code in codes if code[:-1] and code[:-1] not in codes] == []
    above = {code[:-1] for code in codes}
    assert [code for code in codes if len(code) < 4 and code not in above] == []


def test_every_industry_has_the_groups_above_it_and_every_group_has_industries():
    assert [code for code in ISIC.codes if len(code) > 2 and code[:-1] not in ISIC.codes] == []
    above = {code[:-1] for code in ISIC.codes} | set(ISIC.attribute("section").values())
    assert [code for code in ISIC.codes if len(code) < 4 and code not in above] == []


def test_an_occupation_knows_its_groups_and_its_skill_level():
    assert ISCO.codes["2221"].attributes == {"major": "2", "submajor": "22", "minor": "222", "skill": "4"}
    assert ISCO.codes["22"].attributes == {"major": "2", "submajor": "22", "skill": "4"}
    assert ISCO.codes["0"].attributes == {"major": "0"}


@pytest.mark.parametrize(
    ("codes", "skill"),
    [("11 12 13 1112 2 2211 01 0110", "4"), ("14 141 1411 3 3221", "3"), ("02 0210 4 5 6 7 8 8322", "2"),
     ("03 9 9111", "1"), ("0 1", None)],
)  # fmt: skip
def test_skill_levels_of_isco_08(codes, skill):
    assert {code: ISCO.attribute("skill").get(code) for code in codes.split()} == dict.fromkeys(codes.split(), skill)


def test_every_occupation_has_one_skill_level_except_two_major_groups():
    skills = ISCO.attribute("skill")
    assert sorted(set(ISCO.codes) - set(skills)) == ["0", "1"]
    assert (rows("isco08")["0"]["skill"], rows("isco08")["1"]["skill"]) == ("1 2 4", "3 4")
    assert [code for code in skills if code[:-1] in skills and skills[code] != skills[code[:-1]]] == []


def test_an_industry_knows_its_section_and_division():
    assert ISIC.codes["9700"].attributes == {"section": "T", "division": "97"}
    assert ISIC.codes["F"].attributes == {"section": "F"}
    assert Counter(code.attributes["section"] for key, code in ISIC.codes.items() if len(key) == 2)["C"] == 24


@pytest.mark.parametrize(("codelist", "digits"), [(ISCO, 4), (ISIC, 2)])
def test_all_levels_of_occupations_and_the_upper_levels_of_industries_are_named_in_three_languages(codelist, digits):
    assert [code for code, entry in codelist.codes.items() if len(code) <= digits and len(entry.label) < 3] == []


def test_the_residual_occupations_are_the_same_in_three_languages():
    """A title on its neighbour's row would call the wrong group residual."""
    endings = {
        "en": "not elsewhere classified",
        "fr": "non classée?s? ailleurs",
        "es": "no clasificad[oa]s? bajo otros epígrafes",
    }
    residual = {
        language: {code for code, entry in ISCO.codes.items() if re.search(f"{ending}$", entry.label[language])}
        for language, ending in endings.items()
    }
    assert residual["en"] == residual["fr"] == residual["es"]
    assert len(residual["en"]) == 30


def test_two_occupations_of_one_level_never_share_a_title():
    for language in ("en", "fr", "es"):
        titles = Counter((len(code), entry.label[language]) for code, entry in ISCO.codes.items())
        assert [title for title, count in titles.items() if count > 1] == []


@pytest.mark.parametrize("name", ["isco08", "isic4", "isco88", "isic3", "isic31", "isced97"])
def test_names_are_clean(name):
    texts = [row[column] for row in rows(name).values() for column in row if column.startswith("name_")]
    assert [text for text in texts if text != text.strip() or re.search(r"  | ,|,,|,$|’", text)] == []


@pytest.mark.parametrize("name", CROSSINGS)
def test_a_target_is_the_finest_group_of_all_that_the_official_table_gives(name):
    column, codelist = CROSSINGS[name]
    own = rows(name)
    units = {code: row["targets"].split() for code, row in own.items() if len(code) == 4}
    assert {target for found in units.values() for target in found} <= {c for c in codelist.codes if len(c) == 4}
    for code, found in units.items():
        target = own[code][column]
        assert all(part.startswith(target) or ISIC_SECTIONS.get(part) == target for part in found)
        finer = {next(iter(found))[:digits] for digits in range(2, 5) if found} & set(codelist.codes)
        assert not [g for g in finer if len(g) > len(target) and all(part.startswith(g) for part in found)]


ISIC_SECTIONS = ISIC.attribute("section")


@pytest.mark.parametrize("name", CROSSINGS)
def test_a_crossing_is_exact_only_where_both_sides_have_one(name):
    own = {code: row for code, row in rows(name).items() if len(code) == 4}
    sources = Counter(target for row in own.values() for target in row["targets"].split())
    for row in own.values():
        found = row["targets"].split()
        assert (row["exact"] == "1") == (len(found) == 1 and sources[found[0]] == 1)
    assert {row["exact"] for code, row in rows(name).items() if len(code) < 4} == {"0"}


@pytest.mark.parametrize("name", CROSSINGS)
def test_a_target_is_a_code_and_no_finer_than_its_source(name):
    codes = set(CROSSINGS[name][1].codes)
    assert {target for target in crossing(name).values() if target} <= codes
    digits = [(code, target) for code, target in crossing(name).items() if code.isdigit() and target.isdigit()]
    if name == "isco88":
        assert [pair for pair in digits if len(pair[0]) == 1 and len(pair[1]) > 1] == []


@pytest.mark.parametrize(
    ("name", "code", "target"),
    [
        ("isco88", "1110", "1111"), ("isco88", "7124", "7115"), ("isco88", "7136", "7126"), ("isco88", "7137", "7411"),
        ("isco88", "8322", "8322"), ("isco88", "9131", "9111"), ("isco88", "9141", "5153"),
        ("isco88", "2221", "221"), ("isco88", "2131", "25"), ("isco88", "6210", "63"), ("isco88", "0110", "0"),
        ("isco88", "4115", ""), ("isco88", "8263", ""), ("isco88", "3139", ""), ("isco88", "2", ""),
        ("isco88_workers", "4115", ""), ("isco88_workers", "8263", "8153"), ("isco88_workers", "8271", "8160"),
        ("isco88_workers", "4121", "431"), ("isco88_workers", "7111", "8111"), ("isco88_workers", "2221", "221"),
        ("isic3", "0111", "01"), ("isic3", "1810", "C"), ("isic3", "5510", "55"), ("isic3", "9500", "9700"),
        ("isic3", "9900", "9900"), ("isic3", "8030", "8530"), ("isic3", "H", "I"), ("isic3", "9000", ""),
        ("isic31", "9600", "9810"), ("isic31", "9700", "9820"), ("isic31", "1010", ""),
        ("isced97", "5B", "5"), ("isced97", "5A", ""), ("isced97", "5", ""), ("isced97", "6", "8"),
        ("isced97", "3C", "3"),
    ],
)  # fmt: skip
def test_known_crossings(name, code, target):
    assert crossing(name)[code] == target


def test_without_supervisors_a_target_is_as_fine_or_finer():
    plain, workers = crossing("isco88"), crossing("isco88_workers")
    assert [code for code in plain if not workers[code].startswith(plain[code])] == []
    assert [sum(not found[code] for code in found if len(code) == 4) for found in (plain, workers)] == [93, 40]


def test_domestic_workers_of_rev_31_are_those_of_rev_4():
    assert crossing("isic31")["9500"] == "9700"
    assert rows("isic31")["9500"]["exact"] == "1"


def test_an_unknown_crossing_has_near_matches():
    with pytest.raises(NotFound, match=r"No crossing 'isco-88'\. Did you mean 'isco88"):
        crossing("isco-88")


def test_a_crossing_is_read_once_and_cannot_be_changed_by_who_asked():
    crossing("isco88")["1110"] = "9629"
    assert crossing("isco88")["1110"] == "1111"
    before = classifications._crossing.cache_info().misses
    crossing("isco88")
    assert classifications._crossing.cache_info().misses == before
    assert classification_lists(PLACE)["ISCO08"] is classification_lists(PLACE)["ISCO08"]


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("isco88.csv", "1110,1111,1", "1110,1118,1", "1110 crosses to 1118, which is no code. Did you mean '1118'"),
        ("isco88.csv", "1110,1111,1,Legislators,1111,1111", "1110,1111,1,Legislators,1111", "A row of 5 cells"),
        ("isco88.csv", "\n1120,1112,1", "\n1110,1112,1", "1110 stands twice"),
        ("isco88.csv", "\n1120,1112,1", "\n,1112,1", "A row without a code"),
        ("isced97.csv", "6,8,1", "6,9,1", "6 crosses to 9, which is no code"),
    ],
)
def test_a_bad_row_of_a_crossing_is_placed(place, file, old, new, message):
    path = place / file
    text = changed(path.read_text(encoding="utf-8"), old, new)
    path.write_text(text, encoding="utf-8")
    number = text[: text.index(new.strip())].count("\n") + 1
    with pytest.raises(CatalogError) as error:
        crossing(file.removesuffix(".csv"), place)
    assert str(error.value).startswith(f"{file}:{number}: {message.split('. Did')[0]}")


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("isco08.csv", "2211,4,Generalist medical practitioners,", "2281,4,Generalist medical practitioners,",
         "2281 has no group above it. Put 228 before it"),
        ("isco08.csv", "2211,4,Generalist medical practitioners,", "2211,4,,", "2211 has no name. Fill name_en"),
        ("isic4.csv", "97,T,Activities", "97,Z,Activities", "97 has no group above it. Put Z before it"),
    ],
)  # fmt: skip
def test_a_bad_row_of_a_list_is_placed(place, file, old, new, message):
    where = put(place, file, old, new)
    with pytest.raises(CatalogError) as error:
        classification_lists(place)
    assert str(error.value).startswith(f"{where}: {message}")


def test_a_country_names_a_crossing_instead_of_a_table(tmp_path):
    path = Mexico(tmp_path)(SEX, f"{COLUMN}isced97\n        missing: {{'9': not_stated, '6': refused}}\n")
    recode = catalog.load_country(path).records["emigrant"].variables["em_sex"]
    assert recode.codes == {"0": 0, "1": 1, "2": 2, "2A": 2, "2B": 2, "2C": 2, "3": 3, "3A": 3, "3B": 3, "3C": 3,
                            "4": 4, "4A": 4, "4B": 4, "5B": 5}  # fmt: skip
    assert recode.missing == {"5": "uncodable", "5A": "uncodable", "9": "not_stated", "6": "refused"}


@pytest.mark.parametrize(
    ("codes", "message"),
    [
        ("isco89", "No crossing 'isco89'. Did you mean 'isco88'"),
        ("isco88\n        digits: 5", "No code of isco88 has 5 digits. Give one of 1, 2, 3, 4"),
        ("{'1': 1}\n        digits: 4", "'digits'"),
        ("isco88\n        missing: no", "missing"),
    ],
)
def test_a_wrong_name_of_a_crossing_is_placed(tmp_path, codes, message):
    path = Mexico(tmp_path)(SEX, f"{COLUMN}{codes}\n")
    with pytest.raises(CatalogError) as error:
        catalog.load_country(path)
    assert re.match(r"mexico-2023.yaml:\d+: ", str(error.value))
    assert message in str(error.value)


def test_zeros_in_front_are_restored_where_one_code_fits():
    found = crossed({"column": "x", "codes": "isco88"}, "")["codes"]
    assert found[110] == found["0110"] == "0"
    assert {key for key in found if isinstance(key, int)} == {110}
    industries = crossed({"column": "x", "codes": "isic3"}, "")["codes"]
    assert 111 not in industries, "111 is a group, and 0111 a class"
    assert crossed({"column": "x", "codes": "isic3", "digits": 4}, "")["codes"][111] == "01"


def test_what_a_country_lists_itself_goes_before_the_crossing():
    found = crossed({"column": "x", "codes": "isco88", "missing": {"0110": "refused"}, "skip": ["1110"]}, "")
    assert "0110" not in found["codes"] and "1110" not in found["codes"]
    assert found["missing"]["0110"] == "refused"


MEMBERS = {"EU15": 15, "EU25": 25, "EU27_2007": 27, "EU28": 28, "EU27_2020": 27, "GCC": 6, "CIS_2007": 12, "ASEAN": 10,
           "ANDEAN": 5, "ARAB_LEAGUE": 22}  # fmt: skip


def members(group):
    return {
        code
        for code, area in AREAS.codes.items()
        if group in area.attributes and area.attributes["kind"] in {"country", "former"}
    }


def test_a_group_of_countries_has_its_members():
    assert {group: len(members(group)) for group in MEMBERS} == MEMBERS
    assert members("EU27_2007") - members("EU27_2020") == {"GBR"}
    assert members("EU27_2020") - members("EU27_2007") == {"HRV"}
    assert members("EU15") < members("EU25") < members("EU27_2007") < members("EU28")
    assert members("EU25") - members("EU15") == {"CYP", "CZE", "EST", "HUN", "LTU", "LVA", "MLT", "POL", "SVK", "SVN"}
    assert members("GCC") == {"ARE", "BHR", "KWT", "OMN", "QAT", "SAU"}


def test_every_group_has_its_dates_and_names():
    own = rows("groups")
    assert set(own) == set(MEMBERS)
    for row in own.values():
        assert re.fullmatch(r"\d{4}(-\d\d-\d\d)?", row["valid_from"])
        assert re.fullmatch(r"(\d{4}-\d\d-\d\d)?", row["valid_to"])
        assert not row["valid_to"] or row["valid_from"] < row["valid_to"]
        assert all(row[column] for column in ("source", "name_en", "name_fr", "name_es"))


def test_the_unions_follow_each_other_without_a_gap():
    unions = [rows("groups")[group] for group in ("EU15", "EU25", "EU27_2007", "EU28", "EU27_2020")]
    assert [row["valid_from"] for row in unions] == ["1995-01-01", "2004-05-01", "2007-01-01", "2013-07-01",
                                                     "2020-02-01"]  # fmt: skip
    assert [row["valid_to"] for row in unions] == ["2004-04-30", "2006-12-31", "2013-06-30", "2020-01-31", ""]


def test_a_group_that_has_no_dates_is_placed(place):
    where = put(place, "areas.csv", "KWT,KW,414,145,142,GCC ARAB_LEAGUE", "KWT,KW,414,145,142,GCCC ARAB_LEAGUE")
    with pytest.raises(CatalogError) as error:
        area_lists(place / "areas.csv")
    expected = f"{where}: KWT is in the group 'GCCC', which groups.csv does not hold. Did you mean 'GCC'"
    assert str(error.value).startswith(expected)


def test_former_countries_and_territories_apart_are_areas():
    kinds = {code: AREAS.codes[code].attributes["kind"] for code in ("ANT", "SCG", "SUN", "YUG", "XAR", "XKX", "TWN")}
    assert kinds == {"ANT": "former", "SCG": "former", "SUN": "former", "YUG": "former", "XAR": "territory",
                     "XKX": "country", "TWN": "country"}  # fmt: skip


@pytest.mark.parametrize(
    ("code", "subregion"),
    [("ARM", "145"), ("GEO", "145"), ("CYP", "145"), ("NRU", "057"), ("ANT", "029"), ("XAR", "145"), ("MEX", "013"),
     ("IRN", "034"), ("KAZ", "143"), ("EGY", "015"), ("GBR", "154"), ("MOZ", "014"), ("GRL", "021"), ("ATF", "014")],
)  # fmt: skip
def test_sub_regions_of_m49(code, subregion):
    assert AREAS.codes[code].attributes["subregion"] == subregion


def test_areas_are_those_of_iso_3166():
    pycountry = pytest.importorskip("pycountry")
    own = {code: row for code, row in rows("areas").items() if row["kind"] == "country" and code != "XKX"}
    official = {c.alpha_3: (c.alpha_2, c.numeric) for c in pycountry.countries}
    assert {code: (row["iso2"], row["m49"]) for code, row in own.items()} == official
