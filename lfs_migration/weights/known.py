"""Known totals of files: checked against the codebook, and added up to margins."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum, inf, isfinite
from typing import Any

import pyarrow as pa

from lfs_migration.errors import DataError, NotFound, near
from lfs_migration.model.codebook import Codebook
from lfs_migration.model.noun import Value
from lfs_migration.model.weighting import MarginFile
from lfs_migration.readers.totals import rows_of
from lfs_migration.sample.auxiliaries import shown

Code = tuple[Any, ...]
"""One value a variable; None where it is not known."""
WHOLE, NUMBER = r"-?[0-9]+", r"([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?"


@dataclass(frozen=True)
class Known:
    """The totals of a file, by the codes of its variables.

    Parameters
    ----------
    variables : tuple of str
    totals : mapping of codes to float
    file : MarginFile
    """

    variables: tuple[str, ...]
    totals: Mapping[tuple[Value, ...], float]
    file: MarginFile

    def over(self, variables: Sequence[str]) -> dict[tuple[Value, ...], float]:
        """Return the totals of some of the variables, added up over the others.

        Examples
        --------
        >>> file = MarginFile(path="-", columns={"sex": "s", "age": "a"}, total="n", source="-", date="-")
        >>> Known(("sex", "age"), {(1, 5): 10.0, (1, 6): 20.0, (2, 5): 5.0}, file).over(["sex"])
        {(1,): 30.0, (2,): 5.0}
        """
        return over(self.variables, self.totals, variables)


def over(variables: Sequence[str], totals: Mapping[Code, float], some: Sequence[str]) -> dict[Code, float]:
    """Return totals of some of their variables, added up over the others."""
    places = [variables.index(name) for name in some]
    parts: dict[Code, list[float]] = {}
    for code, total in totals.items():
        parts.setdefault(tuple(code[place] for place in places), []).append(total)
    return {code: fsum(own) for code, own in parts.items()}


def known_totals(table: pa.Table, file: MarginFile, codebook: Codebook) -> Known:
    """Return the totals of a table, whose codes are the codebook's.

    Raises
    ------
    DataError
        For a column that is not there, a total that is no number or stands twice, or totals of 0; with file and row.
    NotFound
        With near matches, for a code that is not in the variable's list.
    """
    for column in (*file.columns.values(), file.total):
        if column not in table.column_names:
            raise DataError(f"No column {column!r}", where=file.path, hint=near(column, table.column_names))
    places = [f"{file.path}, row {row}" for row in rows_of(table)]
    codes = [_codes(table.column(c).to_pylist(), v, places, codebook) for v, c in file.columns.items()]
    totals: dict[tuple[Value, ...], float] = {}
    for where, cell, *code in zip(places, table.column(file.total).to_pylist(), *codes, strict=True):
        if tuple(code) in totals:
            raise DataError("A combination of codes stands twice", where=where, detail=f"It is {shown(tuple(code))}")
        totals[tuple(code)] = _number(cell, where)
    if not any(totals.values()):
        raise DataError(f"The totals of {file.total} add up to 0", where=file.path, hint="Give another column as total")
    return Known(tuple(file.columns), totals, file)


def _codes(cells: Sequence[str | None], variable: str, places: Sequence[str], codebook: Codebook) -> list[Value]:
    codelist = codebook.codelist_of(variable) if variable in codebook.variables else None
    known: dict[str, Value] = {str(code): code for code in codelist.codes} if codelist else {}
    out: list[Value] = []
    for where, cell in zip(places, cells, strict=True):
        text = (cell or "").strip()
        if codelist is None and re.fullmatch(WHOLE, text):
            out.append(int(text))
        elif text in known:
            out.append(known[text])
        else:
            raise NotFound(
                f"{text!r} is not a code of {variable}" if text else f"The code of {variable} is empty",
                where=where, hint=near(text, known) if known else "Give a whole number",
            )  # fmt: skip
    return out


def _number(cell: str | None, where: str) -> float:
    text = "".join((cell or "").split())
    total = float(text) if re.fullmatch(NUMBER, text) else inf
    if not isfinite(total):
        raise DataError(f"{cell!r} is no total", where=where, hint="Give a number, 0 or more, with a decimal point")
    return total
