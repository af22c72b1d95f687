"""Encodings declared, told by the file, found by the letters of its languages, or refused."""

from __future__ import annotations

import re
import struct
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyreadstat
import pytest

from lfs_migration.errors import DataError, ReadError
from lfs_migration.model.country import File
from lfs_migration.readers import read_any, read_file, write_csv
from lfs_migration.readers.text import armscii, encodings
from lfs_migration.readers.text.alphabets import letters_of

PLACES = {
    "hy": ["Երևան", "Գյումրի", "Վանաձոր", "Հրազդան", "Աբովյան"],
    "ru": ["Москва", "Санкт-Петербург", "Ростов-на-Дону", "Екатеринбург", "Нижний Новгород"],
    "uk": ["Київ", "Львів", "Чернівці", "Запоріжжя", "Вінниця"],
    "ar": ["القاهرة", "الإسكندرية", "أسيوط", "المنصورة", "بورسعيد"],
    "th": ["กรุงเทพมหานคร", "เชียงใหม่", "ขอนแก่น", "อุดรธานี"],
    "el": ["Αθήνα", "Θεσσαλονίκη", "Άργος", "Ηράκλειο"],
    "he": ["ירושלים", "חיפה", "באר שבע"],
    "tr": ["İstanbul", "Diyarbakır", "Eskişehir", "Muğla"],
    "pl": ["Łódź", "Białystok", "Świnoujście", "Zielona Góra", "Częstochowa"],
    "lt": ["Šiauliai", "Panevėžys", "Mažeikiai", "Kėdainiai", "Utenos rajonų"],
    "vi": ["Đà Lạt"],
    "es": ["México", "Querétaro", "Nuevo León", "Ñuñoa", "Mérida"],
}
PAGES = [
    ("windows-1250", "pl"), ("windows-1251", "ru"), ("windows-1252", "es"), ("windows-1253", "el"),
    ("windows-1254", "tr"), ("windows-1255", "he"), ("windows-1256", "ar"), ("windows-1257", "lt"), ("cp874", "th"),
    ("koi8-r", "ru"), ("armscii-8", "hy"), ("iso8859-2", "pl"), ("iso8859-5", "ru"), ("iso8859-6", "ar"),
    ("iso8859-7", "el"), ("iso8859-8", "he"), ("iso8859-9", "tr"), ("iso8859-13", "lt"),
]  # fmt: skip
DECLARED = [*PAGES, ("tis-620", "th"), ("windows-1258", "es"), ("ARMSCII_8", "hy"), ("utf-8", "vi"),
            ("utf-8-sig", "hy"), ("utf-16", "th"), ("utf-16-le", "ar"), ("utf-16-be", "hy")]  # fmt: skip


def table(places: list[str]) -> pa.Table:
    return pa.table({"id": [f"{i:03}" for i in range(len(places))], "place": places})


def spec(**more) -> File:
    return File(path="data.csv", format="csv", **more)


def csv(tmp_path: Path, places: list[str], encoding: str) -> Path:
    path = tmp_path / "data.csv"
    write_csv(table(places), path, encoding=encoding)
    return path


@pytest.mark.parametrize(("encoding", "language"), DECLARED)
def test_a_declared_encoding_is_read_and_written(tmp_path, encoding, language):
    path = csv(tmp_path, PLACES[language], encoding)
    found, source = read_file(path, spec(encoding=encoding), [language])
    assert found.column("place").to_pylist() == PLACES[language]
    assert (source.encoding, source.doubts) == (encoding, ())


@pytest.mark.parametrize(("encoding", "language"), PAGES)
def test_an_encoding_that_nobody_declared_is_found_by_the_letters_and_told(tmp_path, encoding, language):
    path = csv(tmp_path, PLACES[language], encoding)
    found, source = read_file(path, spec(), [language, "en"])
    assert found.column("place").to_pylist() == PLACES[language]
    (doubt,) = source.doubts
    assert re.search(rf"is not UTF-8.* {source.encoding}, .*{language}, en.*Declare encoding: ", str(doubt))


@pytest.mark.parametrize("form", [str.lower, str.upper])
@pytest.mark.parametrize("encoding", ["windows-1251", "koi8-r", "iso8859-5"])
def test_pages_of_the_same_letters_in_another_order_are_told_apart(tmp_path, encoding, form):
    names = [form(name) for name in PLACES["ru"]]
    found, source = read_file(csv(tmp_path, names, encoding), spec(), ["hy", "ru", "en"])
    assert (found.column("place").to_pylist(), source.encoding) == (names, encoding)


@pytest.mark.parametrize(
    ("encoding", "told"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("utf-16", "utf-16"), ("utf-16-le", "utf-16-le"), ("utf-16-be",) * 2],
)
def test_unicode_tells_itself_without_a_doubt(tmp_path, encoding, told):
    found, source = read_file(csv(tmp_path, PLACES["hy"], encoding), spec(), ["hy"])
    assert found.column("place").to_pylist() == PLACES["hy"]
    assert (source.encoding, source.doubts) == (told, ())


def test_a_page_that_nothing_decides_is_refused_with_the_choices(tmp_path):
    path = csv(tmp_path, ["Ø"], "cp1252")
    with pytest.raises(ReadError, match=r"unknown encoding.*letters of pl|no code page.*in pl") as caught:
        read_file(path, spec(), ["pl"])
    assert "declare encoding" in caught.value.hint


def test_without_languages_no_page_is_guessed(tmp_path):
    path = csv(tmp_path, PLACES["ru"], "koi8-r")
    with pytest.raises(ReadError, match="Is not utf-8 text"):
        read_file(path, spec())
    with pytest.raises(ReadError, match="Is not utf-8 text"):
        read_file(path, spec(), ["xx"])
    assert read_any(path, languages=["ru"])[0].column("place").to_pylist() == PLACES["ru"]


@pytest.mark.parametrize(
    ("encoding", "declared", "language"),
    [("windows-1251", "cp1252", "ru"), ("koi8-r", "windows-1251", "ru"), ("armscii-8", "latin-1", "hy"),
     ("windows-1256", "windows-1251", "ar"), ("tis-620", "cp1252", "th")],
)  # fmt: skip
def test_a_wrong_declaration_is_found(tmp_path, encoding, declared, language):
    path = csv(tmp_path, PLACES[language], encoding)
    right = "cp874" if encoding == "tis-620" else encoding
    with pytest.raises(ReadError, match=rf"data.csv.*Is not {declared} text") as caught:
        read_file(path, spec(encoding=declared), [language, "en"])
    assert right in caught.value.hint


def test_what_is_right_in_the_declared_page_is_left_alone(tmp_path):
    path = csv(tmp_path, [*PLACES["ru"], "café", "№ 7", "«Ромашка»"][:5], "windows-1251")
    assert read_file(path, spec(encoding="windows-1251"), ["ru", "en"])[1].doubts == ()


@pytest.mark.parametrize("form", ["sav", "dta"])
@pytest.mark.parametrize(("encoding", "language"), [*PAGES, ("tis-620", "th")])
def test_spss_and_stata_in_every_page(tmp_path, form, encoding, language):
    path = in_page(tmp_path / f"data.{form}", PLACES[language], encoding)
    found, source = read_file(path, File(path="x", format=form, encoding=encoding), [language])
    assert found.column("place").to_pylist() == PLACES[language]
    assert source.value_labels["sex"] == {1: PLACES[language][0]}
    assert (source.encoding, source.doubts) == (encoding, ())


@pytest.mark.parametrize("encoding", ["windows-1255", "windows-1258", "armscii-8"])
def test_a_byte_that_a_page_does_not_have_is_refused_in_spss(tmp_path, encoding):
    path = in_page(tmp_path / "data.sav", ["###########"], "cp1252")
    path.write_bytes(path.read_bytes().replace(b"#####", b"\x90\x8d\x9d\xff\x8f"))
    with pytest.raises(ReadError, match=rf"Is not {encodings.codec(encoding)} text.*'place'"):
        read_file(path, File(path="x", format="sav", encoding=encoding))


def test_an_spss_file_that_says_itself_that_it_is_hebrew_loses_no_letter(tmp_path):
    path = in_page(tmp_path / "data.sav", PLACES["he"], "windows-1255")
    path.write_bytes(declaring(path.read_bytes(), b"CP1255"))
    found, source = read_file(path, File(path="x", format="sav"))
    assert found.column("place").to_pylist() == PLACES["he"]
    assert source.encoding == "cp1255"
    assert source.value_labels["sex"] == {1: PLACES["he"][0]}


def declaring(data: bytes, encoding: bytes) -> bytes:
    """Let a .sav of UTF-8 declare another encoding, in its record 7, subtype 20, and in no number of a page."""
    record = struct.pack("<4i", 7, 20, 1, 5) + b"UTF-8"
    assert record in data
    data = data.replace(record, struct.pack("<4i", 7, 20, 1, len(encoding)) + encoding)
    return data.replace(struct.pack("<i", 65001), struct.pack("<i", 1255), 1)


def in_page(path: Path, places: list[str], encoding: str) -> Path:
    """Write a file whose text is in a code page that it does not declare."""
    fill = [f"#{i}" + "~" * (len(encodings.encode(place, encoding)) - 2) for i, place in enumerate(places)]
    frame = pd.DataFrame({"place": fill, "sex": [1.0] * len(places)})
    labels = {"sex": {1: fill[0].replace("#", "@")}}
    if path.suffix == ".dta":
        pyreadstat.write_dta(frame, path, version=12, variable_value_labels=labels)
    else:
        pyreadstat.write_sav(frame, path, variable_value_labels=labels, row_compress=False)
    data = path.read_bytes()
    for text, place in [*zip(fill, places, strict=True), (labels["sex"][1], places[0])]:
        assert text.encode() in data
        data = data.replace(text.encode(), encodings.encode(place, encoding))
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("encoding", "language"), [("windows-1251", "ru"), ("armscii-8", "hy"), ("windows-1256", "ar")]
)
def test_an_old_stata_file_declares_nothing_and_is_read_by_its_letters(tmp_path, encoding, language):
    places = [place for place in PLACES[language] if decodes(place, encoding)]
    path = in_page(tmp_path / "old.dta", places, encoding)
    found, source = read_file(path, File(path="x", format="dta"), [language, "en"])
    assert found.column("place").to_pylist() == places
    assert source.encoding == encoding
    assert "makes no sense as windows-1252" in str(source.doubts[0])
    with pytest.raises(ReadError, match=f"Is not cp1252 text.*{encoding}"):
        read_file(path, File(path="x", format="dta", encoding="cp1252"), [language, "en"])


def decodes(text: str, encoding: str) -> bool:
    """Whether the bytes of a text are all in windows-1252, so that the library reads them as that."""
    return encodings.decodes(encodings.encode(text, encoding), "cp1252")


def test_armscii_is_the_standard():
    assert armscii.decode(bytes(range(128))) == "".join(map(chr, range(128)))
    assert armscii.decode(bytes([0xA2, 0xB2, 0xB3, 0xBA, 0xBB, 0xD0, 0xD1, 0xFC, 0xFD, 0xFE])) == "ևԱաԵեՀհՖֆ՚"
    assert armscii.decode(bytes(range(0xA3, 0xB2))) == "։)(»«—.՝,-֊…՜՛՞"
    text = "".join(chr(i) for i in (*range(0x531, 0x557), *range(0x561, 0x588)))
    assert armscii.decode(armscii.encode(text)) == text
    assert (armscii.encode(",.()-"), armscii.encode("և")) == (b",.()-", b"\xa2")


@pytest.mark.parametrize("byte", [0x80, 0x9F, 0xA1, 0xFF])
def test_what_armscii_does_not_have_is_refused(tmp_path, byte):
    path = tmp_path / "data.csv"
    path.write_bytes(b"a,b\n1," + bytes([byte]) + b"\n")
    with pytest.raises(ReadError, match=rf"data.csv:2: Is not armscii-8 text.*0x{byte:02X}"):
        read_file(path, spec(encoding="armscii-8"))
    with pytest.raises(DataError, match=r"armscii-8 cannot write.*'я'"):
        write_csv(table(["я"]), path, encoding="armscii-8")


def test_an_armenian_comma_is_text_and_parts_no_fields(tmp_path):
    path = tmp_path / "data.csv"
    path.write_bytes(b"a,b\xab c\n1,\xb2\xab\xb3\n")
    assert read_file(path, spec(encoding="armscii-8"))[0].to_pydict() == {"a": ["1"], "b, c": ["Ա,ա"]}


def test_no_codec_is_registered():
    with pytest.raises(LookupError):
        "".encode("armscii-8")


@pytest.mark.parametrize(
    ("text", "languages", "why"),
    [
        ("M\ufffdxico", ["es"], "U+FFFD"),
        ("M\ufffdxico", [], "U+FFFD"),
        ("MÃ©xico", ["es"], "UTF-8 that was read as windows-1252"),
        ("MÃ©xico", [], "UTF-8 that was read as windows-1252"),
        ("РњРѕСЃРєРІР°", ["ru"], "UTF-8 that was read as windows-1251"),
        ("ط§ظ„ظ‚ط§ظ‡ط±ط©", ["ar"], "UTF-8 that was read as windows-1256"),
        ("a\x01b", [], "U+0001"),
        ("don\x92t", ["en"], "U+0092"),
        ("Москва", ["es", "fr"], "Cyrillic letters, and the languages are es, fr"),
    ],
)
def test_signs_of_a_wrong_encoding_name_column_row_and_remedy(tmp_path, text, languages, why):
    path = csv(tmp_path, ["Lima", "Quito", text, "Lima", text], "utf-8")
    (doubt,) = read_file(path, spec(encoding="utf-8"), languages)[1].doubts
    assert (doubt.column, doubt.place, doubt.count) == ("place", "row 3", 2)
    assert why in doubt.why
    assert re.search("encoding|Export it again", str(doubt))


@pytest.mark.parametrize(
    ("text", "languages"),
    [("เดช", ["th", "en"]), ("Сёмга", ["ru"]), ("São Tomé", ["pt"]), ("Ãlvaro", ["es"]), ("Zoë", ["hy"]),
     ("a\tb\nc", ["en"]), ("\u200fالقاهرة\u200e", ["ar"]), ("£5 – 10 °C", ["en"]), ("№ 7", ["ru"]), ("Österreich", [])],
)  # fmt: skip
def test_text_that_is_right_raises_no_doubt(tmp_path, text, languages):
    assert read_file(csv(tmp_path, ["Lima", text], "utf-8"), spec(), languages)[1].doubts == ()


@pytest.mark.parametrize("form", ["sav", "dta"])
def test_a_label_in_no_language_of_the_edition_is_told(tmp_path, form):
    path = tmp_path / f"data.{form}"
    write = getattr(pyreadstat, f"write_{form}")
    labels = {"sex": {1: "Արական", 2: "Žena"}}
    write(pd.DataFrame({"sex": [1.0, 2.0]}), path, column_labels={"sex": "SexÃ©"}, variable_value_labels=labels)
    doubts = read_file(path, File(path="x", format=form), ["es"])[1].doubts
    assert [(doubt.place, doubt.found) for doubt in doubts] == [("label", "SexÃ©"), ("label of 1", "Արական")]


def test_doubts_count_rows_and_are_one_a_column_and_reason(tmp_path):
    names = ["Lima", *(f"Б{i}" for i in range(5_000))] * 2
    (doubt,) = read_file(csv(tmp_path, names, "utf-8"), spec(), ["es"])[1].doubts
    assert (doubt.place, doubt.found, doubt.count) == ("row 2", "Б0", 10_000)


def test_letters_of_languages():
    assert letters_of(["es-MX"]).languages == ("es",)
    assert letters_of(["tr"]).weight("İ") == letters_of(["tr"]).weight("ı") == 1.0
    assert letters_of(["es"]).weight("ł") == 0.0
