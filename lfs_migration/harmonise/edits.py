"""Corrections as the codebook understands them: whose answer, of which type, and whether it may be so."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from lfs_migration.errors import DataError, LfsMigrationError, NotFound, near
from lfs_migration.harmonise.mapping import Target
from lfs_migration.model.codebook import Codebook
from lfs_migration.model.dataset import Dataset
from lfs_migration.model.decisions import Correction

NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?", re.ASCII)

Problem = tuple[Correction, LfsMigrationError]
"""A correction, and why it cannot be made."""


@dataclass(frozen=True)
class Edit:
    """A correction whose values have their types.

    Parameters
    ----------
    correction : Correction
    record, household, line, variable : str
    old, new : optional
        ``None`` is no answer.
    """

    correction: Correction
    record: str
    household: str
    line: str
    variable: str
    old: Any
    new: Any

    def stands(self, value: Any) -> bool:
        """Return whether the data hold the old value; a number may be as short as findings show it.

        Examples
        --------
        >>> told = Correction(household="1", variable="w_hh", old="1234.57", new="1", reason="a typing error")
        >>> edit = Edit(told, "household", "1", "", "w_hh", 1234.57, 1.0)
        >>> edit.stands(1234.5678), edit.stands(1234.6)
        (True, False)
        """
        if isinstance(value, float) and self.old is not None:
            return value == self.old or text_of(value) == text_of(self.old)
        return bool(value == self.old) and type(value) is type(self.old)


def text_of(value: Any) -> str:
    """Return a value as findings show it.

    Examples
    --------
    >>> text_of(None), text_of("004"), text_of(2.5), text_of(7)
    ('', '004', '2.5', '7')
    """
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def edits_of(corrections: Sequence[Correction], data: Dataset) -> tuple[list[Edit], list[Problem]]:
    """Return the corrections that the codebook allows as edits, and what is wrong with the others."""
    edits: list[Edit] = []
    problems: list[Problem] = []
    seen: dict[tuple[str, str, str], Correction] = {}
    for correction in corrections:
        try:
            edit = _edit(correction, data)
            first = seen.setdefault((edit.household, edit.line, edit.variable), correction)
            if first is not correction:
                before = f"First in {first.where or 'the list'}"
                raise DataError(f"{correction.place} is corrected twice", detail=before, hint="Keep one of them")
        except LfsMigrationError as error:
            problems.append((correction, error))
        else:
            edits.append(edit)
    return edits, problems


def _edit(correction: Correction, data: Dataset) -> Edit:
    book = data.codebook
    assert book is not None
    name, record = correction.variable, _record(correction, data, book)
    target = Target.of(book, name)
    old, new = _typed(correction.old, target, "old"), _typed(correction.new, target, "new")
    if new == old:
        raise DataError("The old and the new value are the same", hint="Take the correction out, or correct it")
    _allowed(new, target)
    line = correction.line.strip()
    if (len(book.records[record].key) > 1) != bool(line):
        wrong = f"{name} is asked of each {record}: the line is missing" if not line else f"{record} rows have no line"
        raise DataError(wrong, hint="Write the line of the person" if not line else "Leave the line empty")
    return Edit(correction, record, correction.household, line, name, old, new)


def _record(correction: Correction, data: Dataset, book: Codebook) -> str:
    """Return the record of a variable that can be corrected."""
    name = correction.variable
    if name not in book.variables:
        raise NotFound(f"No variable {name!r} in the codebook {book.name}", hint=near(name, book.variables))
    variable = book.variables[name]
    if variable.derived:
        raise DataError(
            f"{name} is derived", detail=f"It is {variable.value}", hint="Correct the answers it is made of"
        )
    if any(name in record.key for record in book.records.values()):
        raise DataError(f"{name} identifies rows", detail="Rows are joined by it before any answer is corrected",
                        hint="Mend it in the survey's file")  # fmt: skip
    if correction.record not in ("", variable.record):
        raise NotFound(f"{name} is not asked of {correction.record!r}", hint=f"It is of {variable.record}")
    held = _columns(data, variable.record)
    if name not in held:
        raise DataError(f"The survey has no {name}", detail="The edition does not map it", hint=near(name, held))
    return variable.record


def _columns(data: Dataset, record: str) -> tuple[str, ...]:
    if data.store is not None:
        return tuple(data.store.content.columns.get(record, ()))
    return tuple(data.records[record].columns) if record in data.records else ()


def _typed(text: str, target: Target, which: str) -> Any:
    """Return a value that is written as text; no text is no answer."""
    name = target.variable.name
    if text == "":
        return None
    if pa.types.is_string(target.type):
        return text
    if pa.types.is_boolean(target.type):
        if text.strip().lower() not in ("true", "false"):
            raise DataError(f"The {which} value of {name} is {text!r}", hint="Write true or false")
        return text.strip().lower() == "true"
    number = float(text) if NUMBER.fullmatch(text.strip()) else math.nan
    if pa.types.is_floating(target.type) and math.isfinite(number):
        return number
    if math.isfinite(number) and number.is_integer():
        return int(number)
    kind = "a number, with a point before its decimals" if pa.types.is_floating(target.type) else "a whole number"
    raise DataError(f"The {which} value of {name} is {text!r}", hint=f"Write {kind}")


def _allowed(value: Any, target: Target) -> None:
    """Refuse what is no code of the list, or out of range."""
    variable = target.variable
    if value is None or value in variable.missing:
        return
    if target.codes and value not in target.codes:
        codes = [text_of(code) for code in (*target.codes, *variable.missing)]
        raise DataError(
            f"{variable.name}: {text_of(value)} is not a code of the list", hint=near(text_of(value), codes)
        )
    low, high = variable.range or (None, None)
    if (low is not None and value < low) or (high is not None and value > high):
        limits = f"from {'below' if low is None else low} to {'above' if high is None else high}"
        raise DataError(f"{variable.name}: {text_of(value)} is out of range", detail=f"It may be {limits}",
                        hint="Correct the new value, or write the code of an absent answer")  # fmt: skip
    if variable.pattern and not re.fullmatch(variable.pattern, str(value)):
        raise DataError(f"{variable.name}: {value!r} is not written as it must be", detail=f"As {variable.pattern}",
                        hint="Correct the new value")  # fmt: skip
