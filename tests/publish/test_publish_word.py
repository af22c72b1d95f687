"""Tables for documents: headings that repeat, captions, notes, language, and the same bytes."""

import re
import sys
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from machines import on_another_machine
from publish_nouns import cell, destinations, indicator, reasons_by_sex, stock_by_sex, table

import lfs_migration as lfm
from lfs_migration.errors import LfsMigrationError
from lfs_migration.text import LANGUAGES

docx = pytest.importorskip("docx")
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
TESTS = Path(__file__).parent
TRAPS = (
    "=cmd|'/c calc'!A1",
    "</w:t><w:p/>",
    "\x00bell\x07",
    "\u202egnp.exe",
    "x\ny\tz",
    "&amp;",
    "L" * 10_000,
    "\ud800",
)


def part(path, name="word/document.xml"):
    with zipfile.ZipFile(path) as package:
        return ElementTree.fromstring(package.read(name))


@pytest.fixture
def written(tmp_path):
    return lfm.write_docx([stock_by_sex(), destinations()], tmp_path / "tables.docx")


def test_the_lines_are_those_of_the_table(written):
    first, second = docx.Document(written).tables
    cells = [[one.text for one in row.cells] for row in first.rows]
    assert cells[0] == ["Sex", "Estimate", "Standard error", "Lower limit 95%", "Upper limit 95%", "Sample n"]
    assert cells[1] == ["Total", "104,211", "4,120", "96,053", "112,368", "1,204"]
    assert cells[3] == ["Women", "10,810a", "2,010", "6,831", "14,790", "114"]
    namibia = next(row for row in second.rows if row.cells[0].text == "Namibia")
    assert [one.text for one in namibia.cells] == ["Namibia", "Share, per cent", "\N{EN DASH}a", "", "", "", "8"]


def test_a_figure_that_is_suppressed_is_nowhere(written):
    with zipfile.ZipFile(written) as package:
        text = "".join(re.findall(r"<w:t[^>]*>([^<]*)<", package.read("word/document.xml").decode()))
    assert not re.search(r"\b918\b|\b459\b|(?<![\d.,])0\.9\b", text)


def test_headings_repeat_and_lines_are_whole(written):
    for made in part(written).iter(f"{W}tbl"):
        rows = list(made.iter(f"{W}tr"))
        assert [row.find(f".//{W}tblHeader") is not None for row in rows] == [True] + [False] * (len(rows) - 1)
        assert all(row.find(f".//{W}cantSplit") is not None for row in rows)


def test_a_table_is_described_for_those_who_cannot_see_it(written):
    first = next(part(written).iter(f"{W}tbl"))
    names = [one.tag.removeprefix(W) for one in first.find(f"{W}tblPr")]
    assert names[-2:] == ["tblCaption", "tblDescription"]
    words = first.find(f".//{W}tblDescription").get(f"{W}val")
    assert words.startswith("Emigrants abroad reported by households, by sex: Number, persons. Labour Migration")


def test_captions_are_numbered_and_notes_stand_under_the_table(written):
    texts = [one.text for one in docx.Document(written).paragraphs]
    assert texts[0] == "Table 1. Emigrants abroad reported by households, by sex: Number, persons"
    assert "Table 2. Emigrants by destination" in texts
    assert texts[1].startswith("a Use with caution") and "CV 16.5% or more" in texts[1]
    assert "Source: Labour Migration Survey 2007, Armenia (synthetic data)." in texts


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_document_has_its_language_and_direction(language, tmp_path):
    path = lfm.write_docx(reasons_by_sex(), tmp_path / "t.docx", language=language)
    said = part(path, "word/styles.xml").find(f".//{W}rPrDefault//{W}lang")
    assert said.get(f"{W}val").split("-")[0] == said.get(f"{W}bidi").split("-")[0] == language
    mirrored = language == "ar"
    body = part(path)
    assert (body.find(f".//{W}tblPr/{W}bidiVisual") is not None) is mirrored
    held = [one for one in body.iter(f"{W}p") if one.find(f"{W}r") is not None]
    assert all((one.find(f"{W}pPr/{W}bidi") is not None) is mirrored for one in held)
    assert docx.Document(path).core_properties.language.split("-")[0] == language


def test_what_is_written_is_in_the_order_that_the_format_wants(tmp_path):
    order = ["tblStyle", "bidiVisual", "tblW", "jc", "tblLayout", "tblLook", "tblCaption", "tblDescription"]
    body = part(lfm.write_docx(reasons_by_sex(), tmp_path / "t.docx", language="ar"))
    names = [one.tag.removeprefix(W) for one in body.find(f".//{W}tblPr")]
    assert names == sorted(names, key=order.index)
    for one in body.iter(f"{W}pPr"):
        names = [inner.tag.removeprefix(W) for inner in one]
        assert names == sorted(names, key=["pStyle", "keepNext", "bidi", "spacing", "jc", "rPr"].index)


def test_the_same_tables_are_the_same_bytes(written, tmp_path):
    code = (
        "import sys, lfs_migration as lfm; from publish_nouns import destinations, stock_by_sex\n"
        "lfm.write_docx([stock_by_sex(), destinations()], sys.argv[1])"
    )
    again = tmp_path / "again.docx"
    on_another_machine("-c", code, again, PYTHONHASHSEED="7", TZ="Asia/Bangkok", LC_ALL="C")
    assert again.read_bytes() == written.read_bytes()
    with zipfile.ZipFile(written) as package:
        assert {one.date_time for one in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    core = docx.Document(written).core_properties
    assert (core.created.year, core.author, core.title) == (
        2000, "lfs_migration", "Emigrants abroad reported by households, by sex; Emigrants by destination"
    )  # fmt: skip


def test_no_label_is_markup(tmp_path):
    labels = {"sex": {str(n): {"en": trap} for n, trap in enumerate(TRAPS)}}
    cells = [cell({"sex": str(n)}, "total", "persons", 50.0 + n, 2.0, 60) for n in range(len(TRAPS))]
    ind = indicator("E03", {"en": "T" * 5000 + "\x0b"}, "total", "persons")
    made = table(ind, ("sex",), cells, labels=labels, names={"sex": {"en": "<w:br/>"}}, notes=("\x01 note",))
    (shown,) = docx.Document(lfm.write_docx(made, tmp_path / "t.docx")).tables
    words = [row.cells[0].text for row in shown.rows]
    assert words == [
        "<w:br/>",
        TRAPS[0],
        TRAPS[1],
        "\ufffdbell\ufffd",
        "\ufffdgnp.exe",
        "x y z",
        "&amp;",
        TRAPS[6],
        "\ufffd",
    ]


def test_without_the_extra_the_error_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "docx", None)
    with pytest.raises(LfsMigrationError, match=re.escape('pip install "lfs-migration[word]"')):
        lfm.write_docx(stock_by_sex(), tmp_path / "t.docx")
    assert not list(tmp_path.iterdir())
