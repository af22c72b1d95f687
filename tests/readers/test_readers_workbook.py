"""Workbooks: each cell as the text of a .csv, what is said of what nobody sees, and what is not opened at all."""

from __future__ import annotations

import datetime as dt
import tracemalloc
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from lfs_migration.errors import ReadError
from lfs_migration.model.country import File
from lfs_migration.readers import read_any, read_file

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
CODES = {
    "country": ["NA", "NO", "NA", "NULL", "nan"],
    "place": ["004", "010150", "0", "00", "1e5"],
    "answer": ["TRUE", "yes", " x ", "-", "=1+1"],
}


def spec(sheet: str = "") -> File:
    return File(path="survey.xlsx", format="xlsx", sheet=sheet)


def refused(path: Path, sheet: str = "") -> ReadError:
    with pytest.raises(ReadError) as caught:
        read_file(path, spec(sheet))
    return caught.value


def package(folder: Path, rows: str, *, before: str = "", after: str = "", parts: dict[str, str] | None = None) -> Path:
    """Write a workbook by hand: rows of one sheet, and parts that take the place of others."""
    held = {
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" Type="{OFFICE}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="Data" sheetId="1" '
        'r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" '
        f'Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}'
        "</worksheet>",
    }
    path = folder / "survey.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in {**held, **(parts or {})}.items():
            archive.writestr(zipfile.ZipInfo(name), text, zipfile.ZIP_DEFLATED)
    return path


def inline(reference: str, text: str) -> str:
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'


HEADER = f'<row r="1">{inline("A1", "a")}{inline("B1", "b")}</row>'


def written(folder: Path, columns: dict[str, list[object]]) -> Path:
    path = folder / "survey.xlsx"
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_numbers": False}) as book:
        sheet = book.add_worksheet("Data")
        for number, (name, values) in enumerate(columns.items()):
            sheet.write_string(0, number, name)
            for row, value in enumerate(values, 1):
                sheet.write(row, number, value)
    return path


def test_a_code_stays_the_code_that_it_is(tmp_path):
    table, source = read_any(written(tmp_path, CODES))
    assert table.to_pydict() == CODES
    assert (source.rows, source.doubts) == (5, ())


def test_numbers_have_no_more_digits_than_they_need(tmp_path):
    values = [1, 2.0, 0.1, 0.1 + 0.2, 1e20, 1e-7, -5, 123456789012345, 12345.678]
    texts = ["1", "2", "0.1", "0.30000000000000004", "1" + "0" * 20, "0.0000001", "-5", "123456789012345", "12345.678"]
    rows = "".join(f"<row><c><v>{value!r}</v></c></row>" for value in values)
    table = read_any(package(tmp_path, f"<row>{inline('A1', 'n')}</row>{rows}"))[0]
    assert table.to_pydict() == {"n": texts}
    assert [float(text) for text in texts] == values


@pytest.mark.parametrize("epoch", ["1900", "1904"])
def test_dates_times_and_truths(tmp_path, epoch):
    path = tmp_path / "survey.xlsx"
    book = openpyxl.Workbook()
    if epoch == "1904":
        book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    rows = [("d", "t", "m", "b", "e"), (dt.date(2020, 2, 29), dt.time(7, 5), dt.datetime(1960, 1, 2, 3, 4, 5), True,
                                       dt.timedelta(hours=30, minutes=5))]  # fmt: skip
    for row in rows:
        book.active.append(row)
    book.save(path)
    table = read_any(path)[0].to_pydict()
    assert table == {
        "d": ["2020-02-29"],
        "t": table["t"],
        "m": ["1960-01-02T03:04:05"],
        "b": ["TRUE"],
        "e": ["30:05:00"],
    }
    if epoch == "1900":
        assert table["t"] == ["07:05:00"]


def test_blank_rows_are_no_rows_and_the_header_is_the_first_that_is_not(tmp_path):
    rows = f'<row r="3">{inline("B3", "a")}{inline("C3", "b")}</row><row r="4">{inline("B4", "1")}</row><row r="5"/>'
    rows += f'<row r="9">{inline("C9", "2")}<c r="D9"/></row>'
    table, source = read_any(package(tmp_path, rows))
    assert table.to_pydict() == {"a": ["1", None], "b": [None, "2"]}
    assert [(doubt.count, "blank" in doubt.why) for doubt in source.doubts] == [(4, True)]


def test_cells_and_rows_without_a_reference_follow_one_another(tmp_path):
    rows = "<row><c t='inlineStr'><is><t>a</t></is></c><c t='str'><v>b</v></c></row>"
    rows += "<row><c><v>1</v></c><c><v>2</v></c></row>"
    assert read_any(package(tmp_path, rows))[0].to_pydict() == {"a": ["1"], "b": ["2"]}


def test_rich_text_is_text_and_its_pronunciation_is_none(tmp_path):
    rich = "<c r='A2' t='inlineStr'><is><r><t>Na</t></r><r><t>mibia</t></r><rPh><t>x</t></rPh></is></c>"
    control = inline("B2", "a_x000A_b")
    rows = f"{HEADER}<row r='2'>{rich}{control}</row>"
    assert read_any(package(tmp_path, rows))[0].to_pydict() == {"a": ["Namibia"], "b": ["a\nb"]}


def test_a_sheet_by_its_name_and_the_first_without_one(tmp_path):
    path = tmp_path / "survey.xlsx"
    book = openpyxl.Workbook()
    book.active.title = "Notes"
    book.active.sheet_state = "hidden"
    for name, value in (("People", "004"), ("Homes", "NO")):
        sheet = book.create_sheet(name)
        sheet.append(["code"])
        sheet.append([value])
    book.active = 1
    book.save(path)
    table, source = read_file(path, spec())
    assert table.to_pydict() == {"code": ["004"]}
    assert [doubt.why for doubt in source.doubts] == ["The sheet 'People' is read, and there are 'Homes' too"]
    assert read_any(path, part="Homes")[0].to_pydict() == {"code": ["NO"]}
    error = refused(path, "Hommes")
    assert (error.title, "'Homes'" in error.hint) == ("Has no sheet 'Hommes'", True)
    assert "no cells with a value" in refused(path, "Notes").title


def test_what_is_hidden_merged_or_calculated_is_read_and_told(tmp_path):
    path = tmp_path / "survey.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["a", "b", "c"])
        for row in (1, 2, 3):
            sheet.write_row(row, 0, [str(row), "x"])
            sheet.write_formula(row, 2, "=1+1", None, 2)
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_column(1, 1, None, None, {"hidden": True})
        sheet.merge_range("A5:A6", "4")
        sheet.write_string("B6", "y")
    table, source = read_any(path)
    assert table.to_pydict() == {
        "a": ["1", "2", "3", "4", None], "b": ["x", "x", "x", None, "y"], "c": ["2", "2", "2", None, None],
    }  # fmt: skip
    assert [(doubt.count, doubt.why.split(",")[0].split(":")[0]) for doubt in source.doubts] == [
        (3, "Cells are formulas"), (1, "Rows are hidden"), (1, "Columns are hidden"), (1, "Cells are merged (A5"),
    ]  # fmt: skip


def test_a_formula_whose_result_is_no_text_is_empty_and_one_without_a_result_is_refused(tmp_path):
    empty = '<c r="A2" t="str"><f>""</f><v></v></c>'
    table, source = read_any(package(tmp_path, f'{HEADER}<row r="2">{empty}{inline("B2", "x")}</row>'))
    assert (table.to_pydict(), source.doubts[0].count) == ({"a": [None], "b": ["x"]}, 1)
    error = refused(package(tmp_path, f'{HEADER}<row r="2"><c r="B2"><f>SUM(1)</f><v/></c></row>'))
    assert error.title == "A formula has no result"
    assert error.where.endswith("survey.xlsx, sheet 'Data', cell B2")


def test_openpyxl_writes_formulas_without_results(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["a"])
    book.active.append(["=1+1"])
    book.save(tmp_path / "survey.xlsx")
    assert refused(tmp_path / "survey.xlsx").where.endswith("cell A2")


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#DIV/0!"])
def test_an_error_value_is_refused_with_its_cell(tmp_path, error):
    found = refused(package(tmp_path, f'{HEADER}<row r="7"><c r="B7" t="e"><v>{error}</v></c></row>'))
    assert found.title == f"A cell holds the error {error}"
    assert found.where.endswith("sheet 'Data', cell B7")


@pytest.mark.parametrize(
    ("rows", "after", "title", "named"),
    [
        (f'<row r="1">{inline("A1", "a")}{inline("B1", "a ")}</row><row r="2">{inline("A2", "1")}</row>', "",
         "Has columns of the same name", "A1 and B1"),
        (f'{HEADER}<row r="2">{inline("C2", "1")}</row>', "", "A column has no name", "C2"),
        (f'{HEADER}<row r="2">{inline("A2", "1")}</row>', '<mergeCells><mergeCell ref="A1:B1"/></mergeCells>',
         "The header has merged cells", "A1:B1"),
        (HEADER, "", "Has a header and no rows", ""),
        ("", "", "Has no cells with a value", ""),
    ],
)  # fmt: skip
def test_a_table_that_is_none_is_refused(tmp_path, rows, after, title, named):
    error = refused(package(tmp_path, rows, after=after))
    assert error.title == title
    assert named in error.detail


@pytest.mark.parametrize(
    ("cell", "named"),
    [
        ('<c r="A2" t="s"><v>7</v></c>', "7"), ("<c r='A2'><v>12x</v></c>", "12x"),
        ("<c r='A2'><v>1e999</v></c>", "1e999"),
        ("<c r='XFE2'><v>1</v></c>", "XFE2"), ("<c r='A2' t='b'><v>2</v></c>", "2"), ("<c r='2'><v>2</v></c>", "2"),
    ],
)  # fmt: skip
def test_a_cell_that_cannot_be_is_damage(tmp_path, cell, named):
    error = refused(package(tmp_path, f'{HEADER}<row r="2">{cell}</row>'))
    assert error.title == "Is damaged"
    assert repr(named) in error.detail


@pytest.mark.parametrize("number", ["1", "0", "1048577", "99999999999"])
def test_rows_that_go_back_or_too_far_are_damage(tmp_path, number):
    rows = f'{HEADER}<row r="{number}">{inline(f"A{number}", "1")}</row>'
    path = package(tmp_path, rows)
    if number == "99999999999":  # no number of a row: it follows the last
        assert read_any(path)[0].num_rows == 1
    else:
        assert refused(path).title == "Is damaged"


@pytest.mark.parametrize("share", [0.5, 0.9, 0.999])
def test_a_workbook_that_was_cut_off_is_refused(tmp_path, share):
    path = written(tmp_path, CODES)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    assert refused(path).title == "Is not whole"


def test_every_flipped_byte_is_read_rightly_or_refused(tmp_path):
    rows = "".join(f'<row r="{row}">{inline(f"A{row}", "004")}{inline(f"B{row}", "NA")}</row>' for row in range(2, 9))
    path = package(tmp_path, HEADER + rows)
    data = path.read_bytes()
    good = read_any(path)[0]
    read = refusals = 0
    for at in range(0, len(data), 3):
        path.write_bytes(data[:at] + bytes([data[at] ^ 0x41]) + data[at + 1 :])
        try:
            assert read_any(path)[0].equals(good)
            read += 1
        except ReadError:
            refusals += 1
    assert min(read, refusals) > 10


@pytest.mark.parametrize(
    ("head", "title"),
    [
        (b"\xd0\xcf\x11\xe0" + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "Is protected by a password"),
        (b"\xd0\xcf\x11\xe0" + bytes(600) + "Workbook".encode("utf-16-le"), "Is no .xlsx workbook"),
        (b"id,sex\n1,2\n", "Is not an Excel or zip file"),
        (b"", "Is empty"),
        (b"PK\x03\x04 and so on", "Is not whole"),
    ],
)
def test_what_is_no_workbook_is_refused(tmp_path, head, title):
    path = tmp_path / "survey.xlsx"
    path.write_bytes(head)
    assert refused(path).title == title


def test_other_packages_are_refused(tmp_path):
    path = tmp_path / "survey.xlsx"
    for name, detail in (("data.csv", "zip file"), ("xl/workbook.bin", ".xlsb")):
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(name, "x")
        error = refused(path)
        assert (error.title, detail in error.detail) == ("Is no .xlsx workbook", True)


@pytest.mark.parametrize("name", ["../evil.xml", "/etc/passwd", "xl\\..\\x.xml"])
def test_names_that_lead_out_are_refused(tmp_path, name):
    path = package(tmp_path, HEADER, parts={name: "<a/>"})
    # The writer of zip files turns strokes around on some systems.
    path.write_bytes(path.read_bytes().replace(name.replace("\\", "/").encode(), name.encode()))
    error = refused(path)
    assert (error.title, "leads out" in error.detail) == ("Is not safe to open", True)


def test_too_many_parts_and_two_of_one_name_are_refused(tmp_path):
    many = package(tmp_path, HEADER, parts={f"x/{number}": "" for number in range(5001)})
    assert "parts" in refused(many).detail
    path = package(tmp_path, HEADER)
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/workbook.xml", "<a/>")
    assert "two parts called" in refused(path).detail


ENTITIES = '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "docProps/core.xml", "xl/sharedStrings.xml"]
)
@pytest.mark.parametrize("behind", [0, 10_000])
def test_entities_are_refused_in_every_part_that_is_read(tmp_path, part, behind):
    text = f"<?xml version='1.0'?><!--{'x' * behind}-->{ENTITIES}<worksheet>&b;</worksheet>"
    path = package(tmp_path, HEADER + '<row r="2"><c r="A2"><v>1</v></c></row>', parts={part: text})
    if behind and not part.endswith(("sheet1.xml", "workbook.xml")):
        assert read_any(path)[0].num_rows == 1  # a part that nobody reads does no harm
    else:
        error = refused(path)
        assert (error.title, "document type" in error.detail) == ("Is not safe to open", True)


def test_a_zip_bomb_is_refused_before_it_expands(tmp_path):
    path = package(tmp_path, HEADER, parts={"xl/media/a.xml": " " * (80 << 20)})
    assert path.stat().st_size < 200_000
    tracemalloc.start()
    error = refused(path)
    assert (error.title, "expand to" in error.detail) == ("Is not safe to open", True)
    assert tracemalloc.get_traced_memory()[1] < 10 << 20
    tracemalloc.stop()


def test_a_workbook_beyond_the_budget_is_refused(tmp_path, monkeypatch):
    path = written(tmp_path, CODES)
    monkeypatch.setenv("LFS_READ_GIGABYTES", "1e-6")
    error = refused(path)
    assert (error.title, "LFS_READ_GIGABYTES" in error.hint) == ("Is too large", True)


def test_a_claim_of_all_cells_costs_nothing(tmp_path):
    rows = (
        f'{HEADER}<row r="2" spans="1:16384">{inline("A2", "1")}</row><row r="1048576">{inline("B1048576", "2")}</row>'
    )
    path = package(tmp_path, rows, before='<dimension ref="A1:XFD1048576"/>')
    tracemalloc.start()
    table = read_any(path)[0]
    assert tracemalloc.get_traced_memory()[1] < 10 << 20
    tracemalloc.stop()
    assert table.to_pydict() == {"a": ["1", None], "b": [None, "2"]}


def test_many_rows_stand_together(tmp_path, monkeypatch):
    from lfs_migration.readers.workbooks import workbook

    monkeypatch.setattr(workbook, "ROWS", 2)
    assert read_any(written(tmp_path, CODES))[0].to_pydict() == CODES
