"""The workbook, read back with openpyxl."""

from dataclasses import replace

import openpyxl
import pytest
from publish_nouns import COVERAGE, DESTINATION, STOCK, cell, reasons_by_sex, table

from lfs_migration.publish import About, write_workbook
from lfs_migration.publish.sheets import sheet_names


@pytest.fixture
def book(tables, tmp_path):
    about = About(notes=("A note.",), coverage=COVERAGE)
    return openpyxl.load_workbook(
        write_workbook(tables, tmp_path / "tables.xlsx", about=about, findings_counts={"R1": 2})
    )


def rows_of(sheet):
    """The one Excel table of a sheet, as dicts."""
    (found,) = sheet.tables.values()
    header, *rows = sheet[found.ref]
    names = [entry.value for entry in header]
    return [dict(zip(names, row, strict=True)) for row in rows]


def test_sheets(book):
    assert book.sheetnames == ["Cover", "Contents", "E03 sex", "E02", "E14", "E17 sex"]


def test_one_table_a_sheet_without_merged_or_blank_rows(book, tables):
    for name, source in zip(book.sheetnames[2:], tables, strict=True):
        sheet = book[name]
        assert not sheet.merged_cells.ranges
        rows = rows_of(sheet)
        assert len(rows) == len(source.cells)
        assert all(any(entry.value is not None for entry in row.values()) for row in rows)


def test_headers_and_labels(book):
    first = rows_of(book["E17 sex"])[0]
    assert list(first) == [
        "Sex", "Main reason", "Statistic", "Unit", "Estimate", "Standard error", "CV", "Lower limit 95%",
        "Upper limit 95%", "Sample n", "Sample households", "Degrees of freedom", "Flag",
    ]  # fmt: skip
    assert [first[name].value for name in ("Sex", "Main reason", "Statistic")] == ["Total", "Total", "Share"]


def test_numbers_are_numbers_with_the_format_of_their_unit(book):
    persons, share = rows_of(book["E03 sex"])[1]["Estimate"], rows_of(book["E17 sex"])[1]["Estimate"]
    assert (persons.value, persons.number_format, persons.data_type) == (93400.3, "#,##0", "n")
    assert (share.value, share.number_format) == (88.2, "#,##0.0")


def test_suppressed_and_missing_figures_are_empty_cells(book):
    rows = rows_of(book["E14"])
    names = ("Estimate", "Standard error", "CV", "Lower limit 95%", "Upper limit 95%")
    few = [row for row in rows if row["Flag"].value == "suppress"]
    none = [row for row in rows if row["Sample n"].value == 0]
    assert len(few) == 2 and len(none) == 1
    assert all(row[name].value is None for row in [*few, *none] for name in names)
    assert few[0]["Sample n"].value == 8


def test_codes_without_a_label_stay_text(tmp_path):
    codes = ("NA", "NO", "004", "010150", "1E5", "TRUE", "_T", "_U", "_O")
    cells = [cell({"destination": code}, "total", "persons", 50.0, 1.0, 60) for code in codes]
    path = write_workbook([table(STOCK, ("destination",), cells, labels={})], tmp_path / "tables.xlsx")
    column = [row["Country of destination"] for row in rows_of(openpyxl.load_workbook(path)["E03 destination"])]
    assert [entry.value for entry in column] == [*codes[:6], "Total", "Not known", "Other"]
    assert {entry.data_type for entry in column} == {"s"}


def test_formulas_and_markup_stay_text(hostile, tmp_path):
    path = write_workbook(hostile, tmp_path / "tables.xlsx", about=About(notes=("=3+3",)))
    book = openpyxl.load_workbook(path)
    values = [entry for sheet in book for row in sheet.iter_rows() for entry in row if entry.value is not None]
    assert "f" not in {entry.data_type for entry in values}
    texts = [entry.value for entry in values]
    assert {"=1+1", "=2+2", "=3+3", "@SUM(A1)", "007", "=Sex & <i>"} <= set(texts)
    assert "</script><script>alert(1)</script>" in texts
    assert "bell\ufffd and\ufffd nothing" in texts and "\ufffd half a sign" in texts
    links = [entry.hyperlink for entry in values if entry.hyperlink]
    assert all(link.target is None for link in links)


def test_the_contents_lead_to_the_sheets_and_back(book):
    rows = rows_of(book["Contents"])
    assert [row["Sheet"].value for row in rows] == book.sheetnames[2:]
    assert [row["Sheet"].hyperlink.location for row in rows] == [f"'{name}'!A1" for name in book.sheetnames[2:]]
    assert [row["Not published"].value for row in rows] == [0, 0, 2, 0]
    assert book["E02"]["A4"].hyperlink.location == "'Contents'!A1"


def test_synthetic_is_said_everywhere(book):
    assert "synthetic data" in book.properties.title
    assert "(synthetic data)" in book["Cover"]["A1"].value
    assert "must not be cited" in book["Cover"]["A2"].value
    for name in book.sheetnames[2:]:
        assert book[name]["A1"].value.endswith("(synthetic data)")
        assert "synthetic" in book[name].oddHeader.left.text


def test_real_data_are_not_called_synthetic(tables, tmp_path):
    real = [replace(t, synthetic=False) for t in tables]
    book = openpyxl.load_workbook(write_workbook(real, tmp_path / "tables.xlsx"))
    words = [
        entry.value for sheet in book for row in sheet.iter_rows() for entry in row if isinstance(entry.value, str)
    ]
    assert not any("synthetic" in text.lower() for text in words)


def test_the_cover_explains(book):
    words = [row[0].value for row in book["Cover"].iter_rows()]
    assert {"armenia-2007", COVERAGE["whole_households"]["en"], "A note.", "R1: 2"} <= set(words)
    assert any(text.startswith("suppress: Not published") for text in words)


def test_the_same_tables_give_the_same_bytes(tables, tmp_path):
    first, second = (write_workbook(tables, tmp_path / name).read_bytes() for name in ("a.xlsx", "b.xlsx"))
    assert first == second


def test_language(tables, tmp_path):
    book = openpyxl.load_workbook(write_workbook(tables, tmp_path / "tables.xlsx", about=About(language="fr")))
    assert book.sheetnames[:2] == ["Présentation", "Sommaire"]
    assert rows_of(book["E03 sex"])[1]["Sexe"].value == "Hommes"
    assert book.custom_doc_props["Language"].value == "fr"


def test_no_tables_and_empty_tables(tmp_path):
    assert openpyxl.load_workbook(write_workbook([], tmp_path / "a.xlsx")).sheetnames == ["Cover", "Contents"]
    book = openpyxl.load_workbook(write_workbook([table(STOCK, ("sex",), [])], tmp_path / "b.xlsx"))
    assert "This table has no figures." in [row[0].value for row in book["E03 sex"].iter_rows()]


def test_sheet_names_are_short_allowed_and_unique():
    long = reasons_by_sex()
    several = DESTINATION.model_copy(update={"of": ("destination", "destination_main")})
    odd = STOCK.model_copy(update={"code": "a/b[c]:*?'"})
    tables = [
        replace(long, dimensions=("destination_subregion", "duration_of_the_stay", "reason")),
        replace(long, dimensions=("destination_subregion", "duration_of_the_other", "reason")),
        replace(long, indicator=several, dimensions=("sex", "destination_main")),
        replace(long, indicator=odd, dimensions=()),
        replace(long, indicator=STOCK.model_copy(update={"code": "history"}), dimensions=()),
        replace(long, indicator=STOCK.model_copy(update={"code": "COVER"}), dimensions=()),
    ]
    names = sheet_names(tables, ("Cover", "Contents"))
    assert all(len(name) <= 31 for name in names)
    assert len({name.lower() for name in names}) == len(names)
    assert names[2:] == ["E14 sex-destination_main", "a_b_c____", "history (2)", "COVER (2)"]


def test_two_dimensions_of_one_name_have_two_headers(tmp_path):
    cells = [cell({"sex": "1", "reason": "work"}, "total", "persons", 50.0, 1.0, 60)]
    same = {"sex": {"en": "Unit"}, "reason": {"en": "unit"}}
    book = openpyxl.load_workbook(
        write_workbook([table(STOCK, ("sex", "reason"), cells, names=same)], tmp_path / "tables.xlsx")
    )
    assert list(rows_of(book["E03 sex-reason"])[0])[:4] == ["Unit", "unit (2)", "Statistic", "Unit (3)"]
