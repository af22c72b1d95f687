"""One sheet of a workbook, row by row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lfs_migration.errors import ReadError, near
from lfs_migration.readers import extent
from lfs_migration.readers.workbooks import cells
from lfs_migration.readers.workbooks.cells import Look
from lfs_migration.readers.workbooks.package import Package, opened

Row = Callable[[int, dict[int, str]], None]
"""Takes the number of a row, from 1, and its texts by column, from 0; rows without any are left out."""
_ROOT = "xl/workbook.xml"


@dataclass
class Sheet:
    """What is known of a sheet beside its cells, after it was read.

    Parameters
    ----------
    name : str
    others : tuple of str
        Names of the other sheets that can be seen.
    hidden : bool
    formulas : int
        Cells whose value is the stored result of a formula.
    hidden_rows : int
        Among the rows with a value.
    hidden_columns : list of (first, last)
    merged : list of str
        Ranges of merged cells.
    """

    name: str
    others: tuple[str, ...] = ()
    hidden: bool = False
    formulas: int = 0
    hidden_rows: int = 0
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)


def read_sheet(path: Path, wanted: str, take: Row) -> Sheet:
    """Read a sheet.

    Parameters
    ----------
    path : Path
    wanted : str
        Name of the sheet; the first that can be seen without one.
    take : callable
        Gets each row that holds something, from the top.

    Raises
    ------
    ReadError
        When the file is absent, no workbook, damaged, dangerous, or has no such sheet; naming the cell where one holds
        an error or a formula without a result.
    """
    with opened(path) as package:
        book = _book(package)
        sheet, part = _chosen(path, book, wanted)
        reader = _Sheet(path, sheet, book, _shared(package, book), _looks(package, book), take)
        package.parse(part, reader)
        if not reader.found:
            raise ReadError(
                f"The sheet {sheet.name!r} has no cells", where=str(path), hint="Declare the sheet: with the data"
            )
    return sheet


@dataclass
class _Book:
    """The parts of a workbook."""

    sheets: list[tuple[str, str, str]] = field(default_factory=list)
    from_1904: bool = False
    targets: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)


class _Silent:
    """Takes no notice of anything."""

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        """Begin an element."""

    def end(self, name: str) -> None:
        """End an element."""

    def text(self, text: str) -> None:
        """Take text inside an element."""


class _Relations(_Silent):
    def __init__(self, package: Package, part: str, book: _Book) -> None:
        self._package, self._part, self._book = package, part, book

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            target = self._package.target(self._part, attributes.get("Target", ""))
            self._book.targets[attributes.get("Id", "")] = target
            self._book.kinds.setdefault(attributes.get("Type", "").rpartition("/")[2], target)


class _Names(_Silent):
    def __init__(self, book: _Book) -> None:
        self._book = book

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            key = next((value for at, value in attributes.items() if at.endswith(":id")), "")
            self._book.sheets.append((attributes.get("name", ""), key, attributes.get("state", "visible")))
        elif name == "workbookPr":
            self._book.from_1904 = attributes.get("date1904", "0") in ("1", "true")


def _book(package: Package) -> _Book:
    """Return the sheets of a workbook and where they are."""
    names = package.names
    root = _Book()
    if "_rels/.rels" in names:
        package.parse("_rels/.rels", _Relations(package, "", root))
    main = root.kinds.get("officeDocument", _ROOT)
    if main not in names or main.endswith(".bin"):
        binary = any(name.endswith("workbook.bin") for name in names)
        detail = "It is a binary workbook (.xlsb)" if binary else "It is a zip file"
        raise ReadError("Is no .xlsx workbook", where=str(package.path), detail=detail,
                        hint="Save it in Excel as .xlsx" if binary or "mimetype" in names else "Unpack it")  # fmt: skip
    book = _Book()
    folder, _, own = main.rpartition("/")
    relations = f"{folder}/_rels/{own}.rels".lstrip("/")
    if relations in names:
        package.parse(relations, _Relations(package, main, book))
    package.parse(main, _Names(book))
    return book


def _chosen(path: Path, book: _Book, wanted: str) -> tuple[Sheet, str]:
    seen = [name for name, _, state in book.sheets if state == "visible"]
    names = [name for name, _, _ in book.sheets]
    if not names:
        raise ReadError("Has no sheets", where=str(path), hint="Export it again")
    if wanted and wanted not in names:
        raise ReadError(f"Has no sheet {wanted!r}", where=str(path), hint=near(wanted, names))
    name = wanted or (seen or names)[0]
    _, key, state = book.sheets[names.index(name)]
    if key not in book.targets:
        raise extent.damaged(path, f"The sheet {name!r} is in no part of it")
    return Sheet(name, tuple(one for one in seen if one != name), state != "visible"), book.targets[key]


class _Strings(_Silent):
    """Texts that cells share; how they are pronounced is no part of them."""

    def __init__(self) -> None:
        self.strings: list[str] = []
        self._parts: list[str] = []
        self._inside = self._aside = False

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        if name == "si":
            self._parts = []
        elif name == "t":
            self._inside = not self._aside
        elif name == "rPh":
            self._aside = True

    def end(self, name: str) -> None:
        if name == "si":
            self.strings.append(cells.plain("".join(self._parts)))
        elif name == "t":
            self._inside = False
        elif name == "rPh":
            self._aside = False

    def text(self, text: str) -> None:
        if self._inside:
            self._parts.append(text)


def _shared(package: Package, book: _Book) -> list[str]:
    part = book.kinds.get("sharedStrings", "")
    strings = _Strings()
    if part:
        package.parse(part, strings)
    return strings.strings


class _Styles(_Silent):
    def __init__(self) -> None:
        self.looks: list[Look] = []
        self._codes: dict[int, str] = {}
        self._inside = False

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        if name == "numFmt":
            self._codes[int(attributes.get("numFmtId", "0"))] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            self._inside = True
        elif name == "xf" and self._inside:
            number = int(attributes.get("numFmtId", "0"))
            self.looks.append(cells.look(number, self._codes.get(number)))

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self._inside = False


def _looks(package: Package, book: _Book) -> list[Look]:
    part = book.kinds.get("styles", "")
    styles = _Styles()
    if part:
        try:
            package.parse(part, styles)
        except ValueError as error:
            raise extent.damaged(package.path, f"{part}: {error}") from None
    return styles.looks


class _Sheet:
    """Reads the cells of a sheet, trusting nothing that it says about its size."""

    def __init__(self, path: Path, sheet: Sheet, book: _Book, strings: list[str], looks: list[Look], take: Row) -> None:
        self.found = False
        self._path, self._sheet, self._strings, self._looks, self._take = path, sheet, strings, looks, take
        self._from_1904 = book.from_1904
        self._row, self._column, self._hidden = 0, -1, False
        self._cells: dict[int, str] = {}
        self._attributes: Mapping[str, str] = {}
        self._parts: list[str] = []
        self._inside = self._aside = self._formula = self._valued = False
        self._columns: dict[str, int] = {}

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        """Begin a row, a cell, or a part of one."""
        if name == "c":
            self._attributes, self._parts, self._formula, self._valued = attributes, [], False, False
        elif name in ("v", "t"):
            self._inside = not self._aside
            self._valued |= name == "v"
        elif name == "row":
            self._begin_row(attributes)
        elif name == "f":
            self._formula = True
        elif name == "rPh":
            self._aside = True
        elif name in ("col", "mergeCell", "sheetData"):
            self._note(name, attributes)

    def end(self, name: str) -> None:
        """End a row, a cell, or a part of one."""
        if name in ("v", "t"):
            self._inside = False
        elif name == "c":
            self._end_cell()
        elif name == "row" and self._cells:
            self._sheet.hidden_rows += self._hidden
            self._take(self._row, self._cells)
        elif name == "rPh":
            self._aside = False

    def text(self, text: str) -> None:
        """Take the text of a value."""
        if self._inside:
            self._parts.append(text)

    def _begin_row(self, attributes: Mapping[str, str]) -> None:
        told = attributes.get("r")
        row = int(told) if told and told.isdecimal() and len(told) < 8 else self._row + 1
        if not self._row < row <= 1 << 20:
            raise extent.damaged(self._path, f"The sheet {self._sheet.name!r} has a row {told} behind row {self._row}")
        self._row, self._column, self._cells = row, -1, {}
        self._hidden = attributes.get("hidden", "0") in ("1", "true")

    def _note(self, name: str, attributes: Mapping[str, str]) -> None:
        self.found |= name == "sheetData"
        if name == "mergeCell":
            self._sheet.merged.append(attributes.get("ref", ""))
        elif name == "col" and attributes.get("hidden", "0") in ("1", "true"):
            ends = (attributes.get("min", "1"), attributes.get("max", "1"))
            if all(end.isdecimal() for end in ends):
                self._sheet.hidden_columns.append((int(ends[0]) - 1, int(ends[1]) - 1))

    def _end_cell(self) -> None:
        reference = self._attributes.get("r")
        self._column = self._place(reference) if reference else self._column + 1
        text = "".join(self._parts)
        kind = self._attributes.get("t", "n")
        if self._formula:
            if not text and not (kind == "str" and self._valued):
                hint = "Open it in Excel, let it calculate, and save it again"
                raise ReadError("A formula has no result", where=self._where(), hint=hint)
            self._sheet.formulas += 1
        if text:
            value = self._value(kind, text)
            if value:
                self._cells[self._column] = value

    def _place(self, reference: str) -> int:
        head = reference.rstrip("0123456789")
        column = self._columns.get(head)
        if column is None:
            try:
                column = self._columns[head] = cells.letters(head)
            except ValueError:
                raise extent.damaged(self._path, f"It has a cell {reference!r}") from None
        return column

    def _value(self, kind: str, text: str) -> str:
        """Return the text of a value by its kind."""
        try:
            if kind == "s":
                return self._strings[int(text)]
            if kind == "n":
                shown = self._looks[int(self._attributes.get("s", "0"))] if self._looks else ""
                return cells.moment(text, shown, from_1904=self._from_1904) if shown else cells.number(text)
            if kind == "b":
                return {"1": "TRUE", "0": "FALSE"}[text]
        except (ValueError, IndexError, KeyError, OverflowError):
            raise extent.damaged(self._path, f"The cell {self._where()} holds {text[:40]!r}") from None
        if kind == "e":
            hint = "Mend the cell, or empty it"
            raise ReadError(f"A cell holds the error {text}", where=self._where(), hint=hint)
        return cells.plain(text)

    def _where(self) -> str:
        return f"{self._path}, sheet {self._sheet.name!r}, cell {cells.cell(self._row, self._column)}"
