"""CSPro dictionaries: both forms, their encodings, and what is wrong with a file that is cut or another one."""

from __future__ import annotations

import json

import pytest

from lfs_migration.errors import ReadError
from lfs_migration.readers.dictionaries.cspro import read_dictionary

SECTIONS = """\
[Dictionary]
Version=CSPro 7.7
Label=Encuesta de migración
Name=MIG_DICT
RecordTypeStart=1
RecordTypeLen=1
Positions=Relative
ZeroFill=Yes
DecimalChar=Yes

[Languages]
ES=Español
EN=English

[Level]
Label=Cuestionario
Name=CUEST

[IdItems]

[Item]
Label=Número de hogar
Name=HOGAR
Start=2
Len=5

[Record]
Label=Hogar
Name=HOG
RecordTypeValue='1'
RecordLen=40

[Item]
Label=Factor de expansión
Name=FEX
Start=7
Len=9
Decimal=3
DecimalChar=Yes

[ValueSet]
Label=Factor de expansión
Name=FEX_VS1
Value=0.001:99999.999;

[Record]
Label=Personas
Name=PER
RecordTypeValue='2'
MaxRecords=30

[Item]
Label=Sexo|Sex
Name=P02
Start=9
Len=1

[ValueSet]
Label=Sexo
Name=P02_VS1
Value=1;Hombre|Man
Value=2;Mujer|Woman
Value=9;No responde
Special=MISSING

[ValueSet]
Label=Segundo
Name=P02_VS2
Value=7;Otro conjunto

[Item]
Label=País
Name=P03
Start=10
Len=3
DataType=Alpha
Occurrences=2

[ValueSet]
Label=País
Name=P03_VS1
Value='ESP';España
Value='004' 'NO ';Otros
"""


def item(name, kind="numeric", length=2, **more):
    return {"name": name, "labels": [{"text": name.title()}], "contentType": kind, "length": length, **more}


def whole():
    sex = {
        "name": "SEX_VS1",
        "labels": [{"text": "Sex"}],
        "values": [
            {"labels": [{"text": "Hombre"}, {"text": "Man"}], "pairs": [{"value": 1}]},
            {"labels": [{"text": "Mujer"}], "pairs": [{"value": 2}]},
            {"labels": [{"text": "Edad"}], "pairs": [{"range": [10, 97]}]},
            {"labels": [{"text": "Blank"}], "pairs": [{"value": 99}], "special": "MISSING"},
        ],
    }
    people = {
        "name": "PEOPLE",
        "labels": [{"text": "People"}],
        "occurrences": {"required": True, "maximum": 20},
        "items": [
            item("SEX", valueSets=[sex], zeroFill=True),
            item("WEIGHT", length=8, decimals=2),
            item("COUNTRY", "alpha", 3, occurrences={"maximum": 4}),
        ],
    }
    level = {"name": "LEVEL", "labels": [], "ids": {"items": [item("HH", length=6)]}, "records": [people]}
    return {"software": "CSPro", "version": 8.0, "fileType": "dictionary", "name": "D", "labels": [{"text": "Survey"}],
            "levels": [level]}  # fmt: skip


@pytest.fixture
def write(tmp_path):
    def _write(text, encoding="utf-8", name="survey.dcf"):
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return path

    return _write


def test_sections_become_records_and_items(write):
    found = read_dictionary(write(SECTIONS))
    assert (found.name, found.label) == ("MIG_DICT", "Encuesta de migración")
    assert [one.name for one in found.ids] == ["HOGAR"]
    assert [(r.name, r.occurrences, [i.name for i in r.items]) for r in found.records] == [
        ("HOG", 1, ["FEX"]),
        ("PER", 30, ["P02", "P03"]),
    ]


def test_an_item_has_its_place_type_and_first_value_set(write):
    weight, (sex, country) = (read_dictionary(write(SECTIONS)).records[n].items for n in (0, 1))
    assert (weight[0].decimals, weight[0].range, weight[0].labels) == (3, (0.001, 99999.999), {})
    assert (sex.start, sex.length, sex.label) == (9, 1, "Sexo / Sex")
    assert sex.labels == {1: "Hombre / Man", 2: "Mujer / Woman", 9: "No responde"}
    assert sex.missing == (9,)
    assert (country.numeric, country.occurrences) == (False, 2)
    assert country.labels == {"ESP": "España", "004": "Otros", "NO ": "Otros"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_the_encoding_is_found(write, encoding):
    assert read_dictionary(write(SECTIONS, encoding)).label == "Encuesta de migración"


def test_windows_line_ends_and_the_mark_of_dos_are_read(write):
    found = read_dictionary(write(SECTIONS.replace("\n", "\r\n") + "\x1a"))
    assert [record.name for record in found.records] == ["HOG", "PER"]


def test_json_becomes_the_same_nouns(write):
    found = read_dictionary(write(json.dumps(whole(), indent=1)))
    record = found.records[0]
    assert (found.ids[0].name, record.name, record.occurrences) == ("HH", "PEOPLE", 20)
    sex, weight, country = record.items
    assert sex.labels == {1: "Hombre / Man", 2: "Mujer", 99: "Blank"}
    assert (sex.range, sex.missing, sex.zero_fill) == ((10, 97), (99,), True)
    assert (weight.decimals, country.numeric, country.occurrences) == (2, False, 4)


@pytest.mark.parametrize(
    ("old", "new", "at", "why"),
    [
        ("Len=5", "Len=five", "Len=five", "Len is 'five', not a number"),
        ("Name=HOGAR\n", "", "[Item]\nLabel=Número de hogar", "An item has no Name"),
        ("Start=9\nLen=1\n", "Start=9\n", "[Item]\nLabel=Sexo", "P02 has no Len"),
        ("[Record]\nLabel=Personas", "[Recor\nLabel=Personas", "[Recor\n", "No section is called '[Recor'"),
        ("Value=2;Mujer|Woman", "Mujer", "Mujer\n", "'Mujer' is not a line of the form Key=value"),
        ("Name=P03\n", "Name=P02\n", "[Item]\nLabel=País", "Item P02 stands twice"),
        ("Value='ESP'", "Value='ESP", "Value='ESP", "A quote is left open"),
        ("[IdItems]\n\n", "", "[Item]\nLabel=Número de hogar", "An item before any record"),
    ],
)
def test_a_wrong_line_is_named(write, old, new, at, why):
    assert SECTIONS.count(old) == 1
    text = SECTIONS.replace(old, new)
    path = write(text)
    with pytest.raises(ReadError) as caught:
        read_dictionary(path)
    assert caught.value.title == why
    assert caught.value.where == f"{path}:{text[: text.index(at)].count(chr(10)) + 1}"


@pytest.mark.parametrize("keep", [30, 55, 90, 250])
def test_json_that_is_cut_names_its_last_line(write, keep):
    text = json.dumps(whole(), indent=1)[:keep]
    path = write(text)
    with pytest.raises(ReadError, match="Is not whole JSON") as caught:
        read_dictionary(path)
    assert caught.value.where.startswith(f"{path}:")
    assert int(caught.value.where.rsplit(":", 1)[1]) >= text.rstrip().count("\n")


def test_json_with_a_wrong_number_names_the_line_of_its_item(write):
    data = whole()
    data["levels"][0]["records"][0]["items"][1]["length"] = None
    text = json.dumps(data, indent=1)
    path = write(text)
    with pytest.raises(ReadError, match="length of WEIGHT is None") as caught:
        read_dictionary(path)
    line = text[: text.index('"WEIGHT"')].count("\n") + 1
    assert caught.value.where == f"{path}:{line}"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "Is empty"),
        ("id,sex\n1,2\n", "Is not a CSPro dictionary"),
        ("[Application]\nName=X\n", "No section is called"),
        ("[Level]\nName=X\n", "Is not a CSPro dictionary"),
        ('{"fileType": "application", "software": "CSPro"}', "Is not a CSPro dictionary"),
        ("[Dictionary]\nName=X\n[Level]\nName=Y\n", "Has no items"),
    ],
)
def test_what_is_no_dictionary_is_refused(write, text, why):
    with pytest.raises(ReadError, match=why):
        read_dictionary(write(text))


def test_a_file_that_is_not_there_is_said_so(tmp_path):
    with pytest.raises(ReadError, match="No such file"):
        read_dictionary(tmp_path / "none.dcf")


def test_a_file_of_another_kind_is_refused(tmp_path):
    path = tmp_path / "survey.dcf"
    path.write_bytes(b"PK\x03\x04 and so on")
    with pytest.raises(ReadError, match="Excel or zip"):
        read_dictionary(path)
