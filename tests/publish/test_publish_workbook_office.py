"""The workbook in LibreOffice: no figure, title or text changes on the way to a page or to a text file."""

import csv
import re
import shutil
import subprocess
from collections import Counter

import pytest
from hostile_strings import STRINGS
from publish_nouns import COVERAGE, STOCK, cell, destinations, households, reasons_by_sex, stock_by_sex, table
from workbook_checks import SHORTHAND, head_of, reopened, rows_of

from lfs_migration.publish import About, write_workbook
from lfs_migration.publish.figures import show

pytestmark = [
    pytest.mark.slow,
    pytest.mark.office,
    pytest.mark.skipif(
        not shutil.which("soffice") or not shutil.which("pdftotext"), reason="needs LibreOffice, poppler"
    ),
]
ALL_SHEETS = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
"""Commas, quotation marks, UTF-8, as it is shown, every sheet."""


def converted(path, kind, folder):
    """Convert a workbook, with a profile of LibreOffice's own, and return the files."""
    out = folder / "out"
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{folder / 'profile'}", "--headless", "--convert-to", kind,
         "--outdir", str(out), str(path)],
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    return sorted(out.iterdir())


def pages(path, *options):
    """The text of a PDF, without the signs of direction that pdftotext adds."""
    made = subprocess.run(["pdftotext", *options, str(path), "-"], check=True, capture_output=True).stdout.decode()
    return re.sub("[\u200e\u200f\u202a-\u202e]", "", made)


def shown(entry):
    """A number or its shorthand as the workbook's formats show it."""
    if entry.data_type == "s":
        return entry.value
    share = entry.number_format.endswith("%")
    places = len(entry.number_format.rstrip("%").partition(".")[2])
    return show(entry.value * (100 if share else 1), places) + "%" * share


def numbers(row):
    """What stands in the columns of numbers, as it is shown."""
    return [shown(entry) for entry in row.values() if entry.data_type == "n" or entry.value in SHORTHAND]


@pytest.fixture(scope="module", params=["en", "ar"])
def printed(request, tmp_path_factory):
    """A workbook, and the PDF that is made of it."""
    folder, about = tmp_path_factory.mktemp("office"), About(language=request.param, coverage=COVERAGE)
    made = [stock_by_sex(), households(), destinations(), reasons_by_sex()]
    path = write_workbook(made, folder / "tables.xlsx", about=about)
    (pdf,) = converted(path, "pdf", folder)
    return request.param, reopened(path), pdf


def test_each_row_of_figures_is_printed_as_it_is(printed):
    language, book, pdf = printed
    # In Arabic the sign of per cent and brackets stand on the other side.
    lines = [[word.strip("%[]") for word in line.split()] for line in pages(pdf, "-layout").splitlines()]
    for sheet in book.worksheets[3:]:
        for row in rows_of(sheet):
            wanted = [word.strip("%[]") for word in numbers(row)]
            assert len(wanted) == 8
            found = [line for line in lines if not Counter(wanted) - Counter(line)]
            assert found, (sheet.title, wanted)
            if language == "en":
                assert [word for word in found[0] if word in wanted] == wanted


def test_no_number_is_printed_that_the_workbook_does_not_have(printed):
    _, book, pdf = printed
    words = {shown(entry) for sheet in book for row in sheet.iter_rows() for entry in row if entry.value is not None}
    known = {number.rstrip(".,") for one in words for number in re.findall(r"\d[\d,.]*", one)}
    assert {number.rstrip(".,") for number in re.findall(r"\d[\d,.]*", pages(pdf))} <= known


def test_titles_and_notes_are_printed_whole(printed):
    language, book, pdf = printed
    if language != "en":  # of other directions a PDF has the signs, but not in their order
        printed_letters = Counter(letter for letter in pages(pdf) if letter.isalpha())
        wanted = Counter(letter for sheet in book for letter in str(sheet["A1"].value) if letter.isalpha())
        assert sum(printed_letters.values()) > sum(wanted.values())
        return
    said = " ".join(pages(pdf, "-layout").split())
    for sheet in book.worksheets[1:]:
        for entry in head_of(sheet):
            assert " ".join(entry.value.split()) in said, (sheet.title, entry.value)


def test_hostile_labels_are_text_in_an_office_program_too(tmp_path):
    labels = {name: {"en": words} for name, words in STRINGS if len(words) < 1000}
    cells = [cell({"sex": name}, "total", "persons", 50.0 + i, 2.0, 60) for i, name in enumerate(labels)]
    path = write_workbook([table(STOCK, ("sex",), cells, labels={"sex": labels})], tmp_path / "tables.xlsx")
    wanted = [row["Sex"].value for row in rows_of(reopened(path)["E03 sex"])]
    (made,) = [one for one in converted(path, ALL_SHEETS, tmp_path) if one.stem.endswith("E03 sex")]
    with made.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    start = next(at for at, row in enumerate(rows) if row[:2] == ["Sex", "Statistic"])
    read = [row[0] for row in rows[start + 1 :]]
    assert len(read) == len(wanted)
    for name, own, back in zip(labels, wanted, read, strict=True):
        assert " ".join(back.split()) == " ".join((own or "").split()), name
