"""What the tests of the workbook ask of a file."""

import re
import zipfile

import openpyxl

MARKER = re.compile(r"\[[^\[\]]*\]")
SHORTHAND = ("[c]", "[u]", "[x]")


def table_of(sheet):
    """The one Excel table of a sheet."""
    (found,) = sheet.tables.values()
    return found


def rows_of(sheet):
    """The one Excel table of a sheet, as dicts of cells."""
    header, *rows = sheet[table_of(sheet).ref]
    names = [entry.value for entry in header]
    return [dict(zip(names, row, strict=True)) for row in rows]


def head_of(sheet):
    """The cells of the first column above the table."""
    first = sheet[table_of(sheet).ref][0][0].row if sheet.tables else sheet.max_row + 1
    return [sheet.cell(row, 1) for row in range(1, first)]


def cells_of(book):
    """All cells that are not empty."""
    return [entry for sheet in book for row in sheet.iter_rows() for entry in row if entry.value is not None]


def parts_of(path):
    """The parts of the file, by name."""
    with zipfile.ZipFile(path) as file:
        return {name: file.read(name) for name in file.namelist()}


def reopened(path):
    """The workbook as openpyxl reads it."""
    return openpyxl.load_workbook(path)
