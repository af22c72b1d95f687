"""The inverse of a country's maps: from the codebook's variables and codes to the office's columns and codes.

A column is filled, in this order of precedence, by an expression (``native.compute``) or a pattern of text
(``native.texts``), by a table of answers (``native.tables``), or by turning round the maps that read it. Several maps
may read one column (a purpose that tells the reason and the scope): the native code is then one that gives all of
their codes at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from lfs_migration.errors import CatalogError, LfsMigrationError, near
from lfs_migration.expr import parse
from lfs_migration.frames import Records
from lfs_migration.model.calendars import year_in
from lfs_migration.model.codebook import Variable
from lfs_migration.model.country import Derive, Fixed, Join, Map, Recode, Rename
from lfs_migration.model.noun import Value
from lfs_migration.synth.answers import Column, Survey, empty
from lfs_migration.synth.draw import Draws, Floats, pick
from lfs_migration.synth.layout import Name, Native, Table
from lfs_migration.synth.pages import Cell, Cells, Sheet, plain

K = TypeVar("K")

_FIELD = re.compile(r"\{([^{}:]+)(?::(\d+))?\}")


@dataclass(frozen=True)
class Inverse:
    """What the inversion of a record needs.

    Parameters
    ----------
    survey : Survey
    view : Records
        Its records, for expressions.
    record : str
    native : Native
        The country's entries for the record.
    draws : Draws
    """

    survey: Survey
    view: Records
    record: str
    native: Native
    draws: Draws

    @property
    def maps(self) -> Mapping[str, Map]:
        """The maps of the record, by variable."""
        return self.survey.edition.records[self.record].variables

    @property
    def rows(self) -> int:
        """How many rows the record has."""
        return len(next(iter(self.survey.records[self.record].values())))

    def where(self, *path: str) -> str:
        """Return ``file:line`` of an entry of the record's map, or with no path of its native parameters."""
        line = self.survey.edition.line
        if path:
            return line("records", self.record, *path)
        return line("synthetic", "parameters", "native", self.record)

    def uniform(self, name: str, rows: int) -> Floats:
        """Return uniform numbers of a stream of the record's own."""
        return self.draws.uniform(f"native {self.record} {name}", rows)


def to_native(survey: Survey, record: str, native: Native, draws: Draws) -> Sheet:
    """Return the native columns of a record, in the order in which the maps name them.

    Raises
    ------
    CatalogError
        With file and line, for a value that no native code stands for, or a column that nothing fills.
    """
    inverse = Inverse(survey, survey.view(), record, native, draws)
    sheet: Sheet = {column: _computed(inverse, column) for column in native.compute}
    covered = _tables(inverse, sheet)
    readers = _readers(inverse.maps)
    for column in native.split:
        if column not in readers:
            line = survey.edition.line("synthetic", "parameters", "native", record, "split", column)
            raise CatalogError(f"No map recodes a column {column!r}", where=line, hint=near(column, readers))
    for column, variables in readers.items():
        if column not in native.compute and column not in native.texts:
            sheet[column] = _turned(inverse, column, variables, covered.get(column, {}))
    for column, pattern in native.texts.items():
        sheet[column] = _written(inverse, sheet, pattern)
    for column, name in native.names.items():
        sheet[column] = _names(inverse, name)
    for variable, mapping in inverse.maps.items():
        if isinstance(mapping, Fixed):
            _check_fixed(inverse, variable, mapping.value)
    return _ordered(inverse, sheet)


def named(mapping: Recode, variable: Variable) -> list[tuple[Value, Value | None]]:
    """Return each native code of a recode with what it becomes."""
    codes: list[tuple[Value, Value | None]] = list(mapping.codes.items())
    codes += [(code, variable.missing_code(reason)) for code, reason in mapping.missing.items()]
    return codes + [(code, None) for code in mapping.skip]


def _cells(column: Column) -> Cells:
    return [plain(value) for value in column.tolist()]


def _computed(inverse: Inverse, column: str) -> Cells:
    return _values(inverse, inverse.native.compute[column])


def _values(inverse: Inverse, text: str) -> Cells:
    try:
        values = inverse.view.values(text, inverse.record)
    except LfsMigrationError as error:
        raise CatalogError(f"{text}: {error.title}", where=inverse.where(), hint=error.hint) from None
    return [plain(value) for value in values.to_pylist()]


def _written(inverse: Inverse, sheet: Sheet, pattern: str) -> Cells:
    """Return a pattern's text for each row; empty where a part of it is."""
    parts: list[Cells] = []
    rows, end = inverse.rows, 0
    for field in _FIELD.finditer(pattern):
        text, width = field[1].strip(), int(field[2] or 0)
        cells = sheet[text] if text in sheet else _values(inverse, text)
        parts.append([pattern[end : field.start()]] * rows)
        parts.append([None if cell is None else str(cell).zfill(width) for cell in cells])
        end = field.end()
    parts.append([pattern[end:]] * rows)
    return [None if None in row else "".join(map(str, row)) for row in zip(*parts, strict=True)]


def _names(inverse: Inverse, name: Name) -> Cells:
    codelist = inverse.survey.codebook.codelist_of(name.variable)
    if codelist is None:
        raise CatalogError(f"{name.variable} has no code list", where=inverse.where())
    names: dict[Cell, Cell] = {
        code: known.label.get(name.language, known.label["en"]) for code, known in codelist.codes.items()
    }
    return [names.get(code) for code in _cells(inverse.survey.records[inverse.record][name.variable])]


def _tables(inverse: Inverse, sheet: Sheet) -> dict[str, dict[int, Cell]]:
    """Return the cells that tables fill, by column and row; columns that no map reads go into the sheet."""
    covered: dict[str, dict[int, Cell]] = {}
    for table in inverse.native.tables:
        for row, answer in _answers(inverse, table):
            for column, cell in zip(table.columns, answer, strict=False):
                covered.setdefault(column, {})[row] = cell
    read = _readers(inverse.maps)
    rows = inverse.rows
    for column, cells in covered.items():
        if column not in read and column not in inverse.native.compute:
            sheet[column] = [cells.get(row) for row in range(rows)]
    return covered


def _answers(inverse: Inverse, table: Table) -> Iterator[tuple[int, Sequence[Cell]]]:
    """Yield the rows that a table covers with the answer drawn for each."""
    choices = _choices(inverse, table.by)
    u = inverse.uniform(" ".join(table.columns), len(choices))
    for code, rows in _grouped(choices).items():
        if code is not None and code in table.rows:
            answers = table.rows[code]
            shares = {number: float(answer[-1] or 0) for number, answer in enumerate(answers)}
            drawn = pick(shares, u[rows]).tolist()
            yield from ((row, answers[number]) for row, number in zip(rows, drawn, strict=True))


def _choices(inverse: Inverse, by: str) -> Cells:
    columns = inverse.survey.records[inverse.record]
    if by in columns:
        return _cells(columns[by])
    return _values(inverse, by)


def _readers(maps: Mapping[str, Map]) -> dict[str, list[str]]:
    """Return the variables that a recode or a rename makes of each column; recodes alone where there are any."""
    readers: dict[str, list[str]] = {}
    for variable, mapping in maps.items():
        if isinstance(mapping, Recode | Rename):
            readers.setdefault(mapping.column, []).append(variable)
    out = {}
    for column, variables in readers.items():
        recoded = [variable for variable in variables if isinstance(maps[variable], Recode)]
        out[column] = recoded or variables[:1]
    return out


def _turned(inverse: Inverse, column: str, variables: list[str], covered: Mapping[int, Cell]) -> Cells:
    """Return a column whose cells become the drawn codes of all the variables that are read from it."""
    _check_drawn(inverse, column, variables)
    mapping = inverse.maps[variables[0]]
    options = {} if isinstance(mapping, Rename) else _options(inverse, variables)
    rows = list(zip(*(_cells(inverse.survey.records[inverse.record][v]) for v in variables), strict=True))
    u = inverse.uniform(column, len(rows))
    out: Cells = [covered.get(position) for position in range(len(rows))]
    for codes, positions in _grouped(rows).items():
        free = [position for position in positions if position not in covered]
        if not free or all(code is None for code in codes):
            continue
        if isinstance(mapping, Rename):
            natives = [_renamed(inverse, variables[0], mapping, codes[0])] * len(free)
        elif codes in options:
            natives = _chosen(options[codes], inverse.native.split.get(column, {}), u[free])
        else:
            raise _no_code(inverse, column, variables, codes)
        for position, native in zip(free, natives, strict=True):
            out[position] = native
    return out


def _grouped(values: Sequence[K]) -> dict[K, list[int]]:
    """Return the positions of each distinct value, in the order in which the values come."""
    groups: dict[K, list[int]] = {}
    for position, value in enumerate(values):
        groups.setdefault(value, []).append(position)
    return groups


def _check_drawn(inverse: Inverse, column: str, variables: list[str]) -> None:
    for variable in variables:
        if variable not in inverse.survey.records[inverse.record]:
            raise CatalogError(
                f"{variable} is not drawn",
                where=inverse.where("variables", variable),
                hint=f"Give the column {column} under synthetic.parameters.native.{inverse.record}",
            )


def _options(inverse: Inverse, variables: list[str]) -> dict[tuple[Any, ...], list[Value]]:
    """Return the native codes for each combination of what the maps make of them."""
    codebook = inverse.survey.codebook
    tables = []
    for variable in variables:
        mapping = inverse.maps[variable]
        assert isinstance(mapping, Recode)
        tables.append(dict(named(mapping, codebook.variable(variable))))
    out: dict[tuple[Any, ...], list[Value]] = {}
    for code in tables[0]:
        if all(code in table for table in tables):
            out.setdefault(tuple(table[code] for table in tables), []).append(code)
    return out


def _chosen(options: list[Value], split: Mapping[Value, float], u: Floats) -> Cells:
    """Return one of the native codes with the same meaning for each uniform number."""
    shares = {number: split[code] for number, code in enumerate(options) if code in split} or {0: 1.0}
    return [options[number] for number in pick(shares, u).tolist()]


def _renamed(inverse: Inverse, variable: str, mapping: Rename, value: Any) -> Cell:
    absent = inverse.survey.codebook.variable(variable).missing
    if value in absent:
        codes = {reason: code for code, reason in reversed(mapping.missing.items())}
        if absent[value] not in codes:
            raise _no_code(inverse, mapping.column, [variable], (value,))
        return codes[absent[value]]
    if isinstance(value, str):
        return int(value) if value.isascii() and value.isdigit() and str(int(value)) == value else value
    shifted: Cell = value if mapping.calendar == "gregorian" else year_in(int(value), mapping.calendar)
    return shifted


def _check_fixed(inverse: Inverse, variable: str, value: Value) -> None:
    column = inverse.survey.records[inverse.record].get(variable)
    if column is None:
        return
    wrong = int(np.count_nonzero(~empty(column) & (column != value)))
    if wrong:
        raise CatalogError(
            f"{variable} is {value!r} in every row, but {wrong} of the rows drawn differ",
            where=inverse.where("variables", variable),
            hint="Change the shares under synthetic.parameters, or map a column",
        )


def _no_code(inverse: Inverse, column: str, variables: list[str], row: tuple[Any, ...]) -> CatalogError:
    shown = ", ".join(f"{name} {value!r}" for name, value in zip(variables, row, strict=True))
    return CatalogError(
        f"No code of {column} stands for {shown}",
        where=inverse.where("variables", variables[0]),
        hint="Do not draw it under synthetic.parameters, or fill the column under native",
    )


def _ordered(inverse: Inverse, sheet: Sheet) -> Sheet:
    """Return the columns in the order of the maps, further ones last; each that a map needs must be there."""
    order: dict[str, None] = {}
    for variable, mapping in inverse.maps.items():
        for column in _needed(mapping):
            if column not in sheet:
                raise CatalogError(
                    f"Nothing fills the column {column!r} of {variable}",
                    where=inverse.where("variables", variable),
                    hint=f"Give it under synthetic.parameters.native.{inverse.record}: compute, texts or tables",
                )
            order[column] = None
    return {column: sheet[column] for column in [*order, *(c for c in sheet if c not in order)]}


def _needed(mapping: Map) -> tuple[str, ...]:
    match mapping:
        case Fixed():
            return ()
        case Derive(compute=text):
            return tuple(sorted(parse(text).names))
        case Join(columns=columns):
            return columns
        case _:
            return (mapping.column,)
