"""Files of known totals: workbooks as offices make them, and where their errors are."""

from __future__ import annotations

import pytest
from openpyxl import Workbook

from lfs_migration import catalog
from lfs_migration.errors import CatalogError, DataError, NotFound, ReadError
from lfs_migration.model.weighting import MarginFile
from lfs_migration.readers import read_totals
from lfs_migration.weights import known_totals

BOOK = catalog.load_codebook()
SHEET = MarginFile(path="known.xlsx", format="xlsx", columns={"per_sex": "sex"}, total="n", source="-", date="-")
TEXT = MarginFile(path="known.csv", columns={"per_sex": "sex", "age_10": "age"}, total="n", source="-", date="-")


def workbook(folder, *rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(folder / SHEET.path)
    return read_totals(folder, "known", SHEET)


def totals(folder, text, spec=TEXT):
    (folder / spec.path).write_text(text, encoding="utf-8")
    return known_totals(read_totals(folder, "known", spec)[0], spec, BOOK)


def test_a_column_without_a_name_does_not_move_the_others(tmp_path):
    table, _ = workbook(tmp_path, ("sex", None, "n"), (1, "men", 10), (2, "women", 20))
    assert table.column_names == ["sex", "n"]
    assert known_totals(table, SHEET, BOOK).totals == {(1,): 10.0, (2,): 20.0}


def test_two_columns_of_the_same_name(tmp_path):
    with pytest.raises(ReadError, match=r"known.xlsx: Has columns of the same name\. Twice or more: 'n'\. Rename one"):
        workbook(tmp_path, ("sex", "n", "n"), (1, 10, 11), (2, 20, 21))


def test_a_table_ends_at_a_blank_row(tmp_path):
    table, source = workbook(tmp_path, ("sex", "n"), (1, 10), (2, 20), (" ", None), ("of whom in towns",), (1, 5))
    assert known_totals(table, SHEET, BOOK).totals == {(1,): 10.0, (2,): 20.0}
    assert source.rows == 2


def test_a_row_is_that_of_the_sheet(tmp_path):
    table, _ = workbook(tmp_path, (None,), (None,), ("sex", "n"), (1, 10), (3, 20))
    with pytest.raises(NotFound, match=r"known\.xlsx, row 5: '3' is not a code of per_sex"):
        known_totals(table, SHEET, BOOK)


def test_a_sheet_without_rows(tmp_path):
    for rows in ([], [("sex", "n")], [("sex", "n"), (None, None), (1, 10)]):
        with pytest.raises(ReadError, match="Has a header and no rows"):
            workbook(tmp_path, *rows)


def test_a_row_is_the_line_of_a_text_file(tmp_path):
    with pytest.raises(NotFound, match=r"known\.csv, row 5: '3' is not a code of per_sex"):
        totals(tmp_path, "\nsex,age,n\n1,1,10\n\n3,1,2\n")
    with pytest.raises(DataError, match=r"known\.csv, row 4: A combination of codes stands twice\. It is 1 x 1"):
        totals(tmp_path, 'sex,age,n\n1,1,"5\n"\n1,1,2\n')


@pytest.mark.parametrize("code", ["²", "--5", "1_000", "5-", "١", "1.0"])
def test_a_code_that_is_no_whole_number(tmp_path, code):
    with pytest.raises(NotFound, match=rf"known.csv, row 2: '{code}' is not a code of age_10. Give a whole number"):
        totals(tmp_path, f"sex,age,n\n1,{code},10\n")


@pytest.mark.parametrize("total", ["1_000", "1,000", "nan", "inf", "1e999", "٣", "", "-1"])
def test_a_total_that_is_no_number(tmp_path, total):
    with pytest.raises(DataError, match=r"known\.csv, row 2: .* is no total\. Give a number, 0 or more"):
        totals(tmp_path, f'sex,age,n\n1,1,"{total}"\n')


@pytest.mark.parametrize(("total", "value"), [("1 000", 1000), ("1\u202f000.5", 1000.5), ("1e3", 1000), (".5", 0.5)])
def test_a_total_that_is_a_number(tmp_path, total, value):
    assert totals(tmp_path, f"sex,age,n\n1,1,{total}\n").totals == {(1, 1): value}


def test_totals_of_nobody(tmp_path):
    with pytest.raises(DataError, match=r"known\.csv: The totals of n add up to 0"):
        totals(tmp_path, "sex,age,n\n1,1,0\n2,1,0\n")


def test_a_file_needs_a_column_of_codes(tmp_path):
    from lfs_migration.catalog.documents import build, load

    (tmp_path / "x.yaml").write_text("path: known.csv\ncolumns: {}\ntotal: n\nsource: s\ndate: d\n")
    document = load(tmp_path / "x.yaml")
    with pytest.raises(CatalogError, match=r"x\.yaml:2: columns: .* at least 1 item"):
        build(MarginFile, document.data, document)
