"""CSPro data: each record of a questionnaire as a table, and the line of whatever is wrong."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from lfs_migration.errors import ReadError
from lfs_migration.model.country import Edition, EditionDesign, File
from lfs_migration.readers import read_any, read_file, read_folder

SECTIONS = """\
[Dictionary]
Version=CSPro 7.7
Label=Migration survey
Name=MIG_DICT
RecordTypeStart=1
RecordTypeLen=1
Positions=Absolute
ZeroFill=No
DecimalChar=No

[Level]
Label=Questionnaire
Name=QUEST

[IdItems]

[Item]
Label=Household
Name=HH
Start=2
Len=4
ZeroFill=Yes

[Record]
Label=Housing
Name=HOUSE
RecordTypeValue='1'
RecordLen=20

[Item]
Label=Place
Name=PLACE
Start=6
Len=6
DataType=Alpha

[Item]
Label=Weight
Name=W
Start=12
Len=6
Decimal=2

[Item]
Label=Area
Name=AREA
Start=18
Len=5
Decimal=1
DecimalChar=Yes

[Record]
Label=Persons
Name=PERSON
RecordTypeValue='2'
Required=No
MaxRecords=3

[Item]
Label=Sex
Name=SEX
Start=6
Len=2
ZeroFill=Yes

[ValueSet]
Label=Sex
Name=SEX_VS1
Value=1;Man
Value=2;Woman
Value=98;Refused
Special=REFUSED
Value=99;Missing
Special=MISSING
Value=' ';Not applicable
Special=NOTAPPL

[Item]
Label=Born
Name=BORN
Start=8
Len=6

[Item]
Label=Year
Name=YEAR
Start=8
Len=4
ItemType=SubItem

[Item]
Label=Country
Name=COUNTRY
Start=14
Len=3
DataType=Alpha
Occurrences=2

[ValueSet]
Label=Country
Name=COUNTRY_VS1
Value='NA ';Namibia
Value='NO ';Norway
"""
DATA = (
    "10001010150001234 12.5\n"
    "2000101198001NA NO\n"
    "2000102      004\n"
    "10002004      -55\n"
    "2000298199912NO\n"
    "10003010150000123  0.5\n"
)
HOUSES = {
    "HH": ["0001", "0002", "0003"],
    "PLACE": ["010150", "004", "010150"],
    "W": ["0012.34", "-0.55", "0001.23"],
    "AREA": ["12.5", None, "0.5"],
}
PERSONS = {
    "HH": ["0001", "0001", "0002"],
    "SEX": ["01", "02", "98"],
    "BORN": ["198001", None, "199912"],
    "YEAR": ["1980", None, "1999"],
    "COUNTRY_1": ["NA", "004", "NO"],
    "COUNTRY_2": ["NO", None, None],
}


def put(folder: Path, data: str | bytes = DATA, dictionary: str = SECTIONS) -> Path:
    (folder / "survey.dcf").write_text(dictionary, "utf-8")
    path = folder / "survey.dat"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def spec(record: str = "PERSON", **more: str) -> File:
    return File(path="survey.dat", format="cspro", dictionary="survey.dcf", record=record, **more)


def refused(path: Path, file: File | None = None) -> ReadError:
    with pytest.raises(ReadError) as caught:
        read_file(path, file or spec())
    return caught.value


def in_json() -> str:
    """The dictionary as version 8 writes it: places are relative, and a part tells how far behind it begins."""

    def item(name, length, kind="numeric", **more):
        return {"name": name, "labels": [{"text": name.title()}], "contentType": kind, "length": length, **more}

    specials = [("1", "Man", None), ("2", "Woman", None), ("98", "Refused", "REFUSED"), ("99", "Missing", "MISSING")]
    sexes = [
        {"labels": [{"text": label}], "pairs": [{"value": code}], **({"special": special} if special else {})}
        for code, label, special in specials
    ]
    countries = [{"labels": [{"text": "Namibia"}], "pairs": [{"value": "NA"}]}]
    house = [item("PLACE", 6, "alpha"), item("PHOTO", 1, "image"), item("W", 6, decimals=2, decimalMark=False)]
    house.append(item("AREA", 5, decimals=1, decimalMark=True))
    person = [
        item("SEX", 2, zeroFill=True, valueSets=[{"name": "V", "labels": [], "values": sexes}]),
        item("BORN", 6),
        item("YEAR", 4, subitem=True, subitemOffset=0),
        item("COUNTRY", 3, "alpha", occurrences={"maximum": 2},
             valueSets=[{"name": "C", "labels": [], "values": countries}]),
    ]  # fmt: skip
    del house[1]["length"]
    records = [
        {
            "name": name,
            "labels": [],
            "recordType": code,
            "occurrences": {"required": must, "maximum": most},
            "items": own,
        }
        for name, code, must, most, own in (("HOUSE", "1", True, 1, house), ("PERSON", "2", False, 3, person))
    ]
    ids = {"items": [item("HH", 4, start=2, zeroFill=True)]}
    level = {"name": "QUEST", "labels": [], "ids": ids, "records": records}
    return json.dumps(
        {"software": "CSPro", "version": 8.1, "fileType": "dictionary", "name": "D", "labels": [{"text": "Survey"}],
         "recordType": {"start": 1, "length": 1}, "relativePositions": True, "levels": [level]}, indent=1,
    )  # fmt: skip


@pytest.mark.parametrize("dictionary", [SECTIONS, in_json()])
@pytest.mark.parametrize(("record", "rows"), [("HOUSE", HOUSES), ("PERSON", PERSONS)])
def test_each_record_is_a_table(tmp_path, dictionary, record, rows):
    table, source = read_file(put(tmp_path, DATA, dictionary), spec(record))
    assert table.to_pydict() == rows
    assert source.rows == len(rows["HH"])
    assert source.doubts == ()


def test_the_rows_of_all_records_are_the_lines_of_the_file(tmp_path):
    path = put(tmp_path)
    assert sum(read_file(path, spec(record))[1].rows for record in ("HOUSE", "PERSON")) == DATA.count("\n")


def test_labels_and_missing_codes_stand_under_the_texts_of_the_file(tmp_path):
    source = read_file(put(tmp_path, DATA.replace("2000102", "20001 2")), spec())[1]
    assert source.labels["COUNTRY_2"] == "Country"
    assert source.value_labels["SEX"] == {"01": "Man", "2": "Woman", "98": "Refused", "99": "Missing"}
    assert source.user_missing == {"SEX": ("98", "99")}
    assert source.value_labels["COUNTRY_1"] == {"NA": "Namibia", "NO": "Norway"}
    assert source.title == "Migration survey / Persons"


def test_one_file_is_several_files_of_an_edition_and_its_dictionary_may_stand_beside_the_yaml(tmp_path):
    (tmp_path / "data").mkdir()
    put(tmp_path).rename(tmp_path / "data" / "survey.dat")
    (tmp_path / "survey.dcf").rename(tmp_path / "own.dcf")
    files = {key: replace_dictionary(record) for key, record in (("hh", "HOUSE"), ("pp", "PERSON"))}
    edition = Edition(
        country="NAM", name="namibia", edition="2020", module="emigration", title={"en": "Namibia"}, reference="none",
        layout="ours", languages=("en",), files=files, records={},
        design=EditionDesign(weight="w", stratum="h", psu="c", singletons="fail"),
    )  # fmt: skip
    edition._path = str(tmp_path / "namibia-2020.yaml")
    tables, sources = read_folder(tmp_path / "data", edition)
    assert {key: table.to_pydict() for key, table in tables.items()} == {"hh": HOUSES, "pp": PERSONS}
    assert [source.name for source in sources] == ["hh", "pp"]
    (tmp_path / "own.dcf").unlink()
    with pytest.raises(ReadError, match="No such file"):
        read_folder(tmp_path / "data", edition)


def replace_dictionary(record: str) -> File:
    return File(path="survey.dat", format="cspro", dictionary="own.dcf", record=record)


def test_a_dictionary_outside_the_folders_is_refused(tmp_path):
    path = put(tmp_path)
    edition = Edition(
        country="NAM", name="n", edition="1", module="emigration", title={"en": "N"}, reference="none", layout="ours",
        languages=("en",), files={"a": replace_dictionary("HOUSE").model_copy(update={"dictionary": "../x.dcf"})},
        records={}, design=EditionDesign(weight="w", stratum="h", psu="c", singletons="fail"),
    )  # fmt: skip
    with pytest.raises(ReadError, match="leads out of the data folder"):
        read_folder(path.parent, edition)


@pytest.mark.parametrize(("mark", "encoding", "declared"), [
    ("\ufeff", "utf-8", None), ("", "utf-8", None), ("", "cp1252", "cp1252"), ("\ufeff", "utf-16-le", None),
])  # fmt: skip
def test_encodings_of_all_versions(tmp_path, mark, encoding, declared):
    text = mark + DATA.replace("010150", "Ávila ").replace("\n", "\r\n")
    path = put(tmp_path, text.encode(encoding))
    table = read_file(path, spec("HOUSE", **({"encoding": declared} if declared else {})))[0]
    assert table["PLACE"].to_pylist() == ["Ávila", "004", "Ávila"]


def test_text_of_several_lines_gets_its_line_ends_back(tmp_path):
    path = put(tmp_path, DATA.replace("010150", "a\u2424b   "))
    assert read_file(path, spec("HOUSE"))[0]["PLACE"].to_pylist() == ["a\nb", "004", "a\nb"]


def test_empty_and_erased_lines_are_no_rows_and_the_erased_are_told(tmp_path):
    path = put(tmp_path, DATA.replace("2000298", "\n~000298"))
    table, source = read_file(path, spec())
    assert table["HH"].to_pylist() == ["0001", "0001"]
    assert [(doubt.count, doubt.why.split(" begin")[0]) for doubt in source.doubts] == [(1, "line 6")]


def test_a_line_of_no_record_is_refused(tmp_path):
    error = refused(put(tmp_path, DATA.replace("2000298", "7000298")))
    assert (error.title, error.where.rsplit(":", 1)[1]) == ("A line is of no record", "5")
    assert "'7'" in error.detail
    assert "'2' is PERSON" in error.detail


def test_a_questionnaire_without_a_required_record_is_told_with_its_line(tmp_path):
    source = read_file(put(tmp_path, DATA.replace("10002004      -55\n", "")), spec())[1]
    assert [(doubt.count, doubt.why) for doubt in source.doubts] == [
        (1, "The questionnaires that begin in line 4 have no HOUSE, which is required")
    ]


def test_more_records_than_the_dictionary_allows_are_told_with_their_line(tmp_path):
    text = DATA.replace("2000298199912NO\n", "2000298199912NO\n" * 4)
    source = read_file(put(tmp_path, text), spec())[1]
    assert [doubt.why for doubt in source.doubts] == ["The questionnaires that begin in line 4 have more PERSON than 3"]
    assert source.rows == 6


def test_a_questionnaire_that_stands_twice_is_told_with_its_line(tmp_path):
    doubts = read_file(put(tmp_path, DATA + DATA[: DATA.index("10002")]), spec())[1].doubts
    assert [(doubt.count, doubt.why) for doubt in doubts] == [
        (1, "The questionnaires of line 7 have identifiers that stood before")
    ]


@pytest.mark.parametrize("share", [0.3, 0.5, 0.9, 0.98])
def test_a_file_that_was_cut_off_is_refused_at_its_last_line(tmp_path, share):
    kept = (DATA * 21)[: int(len(DATA) * 21 * share)]
    assert not kept.endswith("\n")
    for record in ("HOUSE", "PERSON"):
        error = refused(put(tmp_path, kept), spec(record))
        assert error.title == "A line was cut off"
        assert error.where.endswith(f":{kept.count(chr(10)) + 1}")


def test_a_line_that_ends_inside_a_number_or_its_identifiers_was_cut_off(tmp_path):
    inside = refused(put(tmp_path, DATA.replace("2000101198001NA NO\n", "20001011980\n")))
    assert (inside.where.rsplit(":", 1)[1], inside.detail.split(",")[0]) == ("2", "It ends inside BORN")
    before = refused(put(tmp_path, DATA.replace("2000298199912NO\n", "2000\n")))
    assert (before.where.rsplit(":", 1)[1], "identify" in before.detail) == ("5", True)


@pytest.mark.parametrize(("record", "title"), [("PERSONS", "Has no record 'PERSONS'"), ("", "Has several records")])
def test_a_record_that_there_is_not_or_none_is_refused(tmp_path, record, title):
    error = refused(put(tmp_path), spec(record))
    assert error.title == title
    assert "PERSON" in error.hint


def test_a_record_without_lines_is_refused(tmp_path):
    error = refused(put(tmp_path, "".join(line for line in DATA.splitlines(True) if line[0] == "1")))
    assert error.title == "Has no line of PERSON"


@pytest.mark.parametrize("data", [b"", b"\n\r\n", b"~0001\n"])
def test_an_empty_file_is_refused(tmp_path, data):
    assert refused(put(tmp_path, data)).title in ("Is empty", "Has no lines")


def test_a_dictionary_that_is_absent_or_wrong_is_named(tmp_path):
    path = put(tmp_path)
    (tmp_path / "survey.dcf").write_text(SECTIONS.replace("Len=4", "Len=four"), "utf-8")
    assert refused(path).where.startswith(str(tmp_path / "survey.dcf"))
    (tmp_path / "survey.dcf").unlink()
    assert refused(path).title == "No such file"


def test_a_wrong_encoding_is_refused(tmp_path):
    path = put(tmp_path, DATA.replace("010150", "Ávila ").encode("cp1252"))
    assert refused(path, spec("HOUSE", encoding="utf-8")).title == "Is not utf-8 text"


def test_a_file_is_read_by_the_dictionary_of_its_name(tmp_path):
    assert read_any(put(tmp_path), part="HOUSE")[0].to_pydict() == HOUSES


def test_a_dictionary_of_one_record_describes_fixed_columns(tmp_path):
    start, end = SECTIONS.index("[Record]\nLabel=Housing"), SECTIONS.index("[Record]\nLabel=Persons")
    lines = [line.ljust(19) for line in DATA.splitlines() if line[0] == "2"]
    path = put(tmp_path, "\n".join(lines) + "\n", SECTIONS[:start] + SECTIONS[end:])
    file = File(path="survey.dat", format="fixed", dictionary="survey.dcf")
    assert read_file(path, file)[0].to_pydict() == PERSONS
    path.write_text("\n".join([*lines, "1" + lines[0][1:]]), "utf-8")
    error = refused(path, file)
    assert (error.title, error.where.rsplit(":", 1)[1]) == ("A line is of another record", "4")
    assert refused(put(tmp_path), file).title == "Has several records"


def test_levels_below_have_their_own_identifiers(tmp_path):
    second = "\n[Level]\nName=CHILD\n\n[IdItems]\n\n[Item]\nName=LINE\nStart=6\nLen=2\n\n[Record]\nName=KID\n"
    second += "RecordTypeValue='3'\n\n[Item]\nName=AGE\nStart=8\nLen=2\n"
    path = put(tmp_path, DATA + "3000301 7\n300030212\n", SECTIONS + second)
    assert read_file(path, spec("KID"))[0].to_pydict() == {
        "HH": ["0003", "0003"], "LINE": ["01", "02"], "AGE": ["7", "12"],
    }  # fmt: skip
    assert list(read_file(path, spec("HOUSE"))[0].column_names) == list(HOUSES)


def database(path: Path, version: int = 3) -> Path:
    """A data base as CSPro lays it out, with the columns that are read and one questionnaire that was deleted."""
    statements = f"""
        CREATE TABLE meta (schema_version INTEGER NOT NULL, dictionary TEXT NOT NULL);
        CREATE TABLE cases (id TEXT NOT NULL, key TEXT, deleted INTEGER NOT NULL DEFAULT 0, file_order REAL UNIQUE,
                            partial_save_mode TEXT NULL);
        CREATE TABLE "level-1" ("level-1-id" INTEGER PRIMARY KEY, "case-id" TEXT NOT NULL, hh INTEGER);
        CREATE TABLE house ("house-id" INTEGER PRIMARY KEY, "level-1-id" INTEGER NOT NULL, place TEXT, w INTEGER,
                            area INTEGER);
        CREATE TABLE person ("person-id" INTEGER PRIMARY KEY, "level-1-id" INTEGER NOT NULL, occ INTEGER, sex INTEGER,
                             born INTEGER, year INTEGER, "country(1)" TEXT, "country(2)" TEXT);
        INSERT INTO cases VALUES ('b', '0002', 0, 2.0, NULL), ('a', '0001', 0, 1.0, NULL), ('c', '0009', 1, 3.0, NULL),
                                 ('d', '0003', 0, 4.0, 'modify');
        INSERT INTO "level-1" VALUES (1, 'b', 2), (2, 'a', 1), (3, 'c', 9), (4, 'd', 3);
        INSERT INTO house VALUES (1, 2, '010150', 12.34, 12.5), (2, 1, '004', -0.55, NULL), (3, 4, '010150', 1.23, 0.5),
                                 (4, 3, 'gone', 1, 1);
        INSERT INTO person VALUES (1, 2, 1, 1, 198001, 1980, 'NA ', 'NO '), (2, 2, 2, 2, NULL, NULL, '004', ''),
                                  (3, 1, 1, 98, 199912, 1999, 'NO', NULL);
        INSERT INTO meta VALUES ({version}, '{in_json().replace("'", "''")}');
    """
    with closing(sqlite3.connect(path)) as base:
        base.executescript(statements)
    return path


def test_a_data_base_gives_the_same_tables(tmp_path):
    path = database(tmp_path / "survey.csdb")
    table, source = read_any(path, part="PERSON")
    assert table.to_pydict() == PERSONS
    assert source.user_missing == {"SEX": ("98", "99")}
    houses, source = read_file(path, File(path=path.name, format="cspro", record="HOUSE"))
    assert houses.to_pydict() == {**HOUSES, "W": ["12.34", "-0.55", "1.23"]}
    assert [(doubt.count, doubt.why.split(" and")[0]) for doubt in source.doubts] == [
        (1, "Questionnaires were deleted"), (1, "Questionnaires were saved before their end"),
    ]  # fmt: skip


def test_a_data_base_that_is_damaged_or_of_an_older_layout_is_refused(tmp_path):
    path = database(tmp_path / "survey.csdb")
    with closing(sqlite3.connect(path)) as base, base:
        base.execute('DELETE FROM "level-1" WHERE hh = 2')
    with pytest.raises(ReadError, match="belong to no questionnaire"):
        read_any(path, part="PERSON")
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * 0.9)])
    with pytest.raises(ReadError):
        read_any(path, part="PERSON")
    with pytest.raises(ReadError, match="Export it with CSPro"):
        read_any(database(tmp_path / "old.csdb", version=2), part="PERSON")
    (tmp_path / "no.csdb").write_text("text", "utf-8")
    with pytest.raises(ReadError, match="Is not an SQLite file"):
        read_any(tmp_path / "no.csdb", part="PERSON")


def test_the_dictionary_noun_keeps_places_of_parts_and_occurrences(tmp_path):
    from lfs_migration.readers.dictionaries.cspro import read_dictionary

    put(tmp_path)
    year, country = read_dictionary(tmp_path / "survey.dcf").records[1].items[2:4]
    assert (year.within, year.places) == ((6, 1), {"YEAR": 8})
    assert country.places == {"COUNTRY_1": 14, "COUNTRY_2": 17}
    assert replace(year, within=(6, 2)).places == {"YEAR_1": 8, "YEAR_2": 14}


@pytest.mark.parametrize(
    ("declared", "why"),
    [
        ({"format": "fixed"}, "format: fixed needs dictionary"),
        ({"format": "cspro"}, "format: cspro needs dictionary"),
        ({"format": "csv", "dictionary": "x.dcf"}, "dictionary belongs to format: fixed or cspro, not to csv"),
        ({"format": "fixed", "dictionary": "x.dcf", "record": "A"}, "record belongs to format: cspro"),
        ({"format": "csv", "sheet": "A"}, "sheet belongs to format: xlsx"),
    ],
)
def test_a_declaration_that_does_not_fit_its_format_is_refused(declared, why):
    with pytest.raises(ValueError, match=why):
        File.model_validate({"path": "x.dat", **declared})
