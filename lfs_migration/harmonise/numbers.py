"""Numbers and codes as people type them, in the digits of any script.

What marks the decimals and the thousands is declared with the file, never guessed: ``1.234`` is one thousand in one
office and one and a quarter in the next. A number that holds the mark which is not declared, where thousands would
stand, is an error: all numbers of the file are then in doubt.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import numpy as np

from lfs_migration.errors import DataError
from lfs_migration.model.country import File

MARKS = dict.fromkeys([0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF])
"""Characters without a width that say in which direction text runs."""
BLANKS = " \u00a0\u2007\u2009\u202f"
ARABIC_DECIMAL, ARABIC_THOUSANDS = "٫", "٬"
"""Marks that have no other meaning in any script; the second must be declared all the same."""

_MINUS = {0x2212: "-"}
_SEPARATORS = ".,'’" + ARABIC_THOUSANDS + BLANKS
_GROUPED = re.compile(rf"[+-]?\d{{1,3}}(?P<mark>[{_SEPARATORS}])\d{{3}}((?P=mark)\d{{3}})*([.,{ARABIC_DECIMAL}]\d+)?")


def plain(text: str) -> str:
    r"""Return a code without marks of direction.

    Examples
    --------
    >>> plain("\u200f004\u200e")
    '004'
    """
    return text if text.isascii() else text.translate(MARKS)


def in_ascii(text: str) -> str:
    """Return a code with its digits as those of ASCII.

    Examples
    --------
    >>> in_ascii("٠١"), in_ascii("๙"), in_ascii("B१")
    ('01', '9', 'B1')
    """
    if text.isascii():
        return text
    return "".join(str(int(char)) if char.isdecimal() else char for char in text)


def number(value: Any, file: File, *, whole: bool) -> int | float | None:
    """Return a number, or nothing when the value is not one.

    Parameters
    ----------
    value : number or str
        Text in the digits of any script.
    file : File
        For its marks of decimals and thousands.
    whole : bool
        Whether only whole numbers are.

    Examples
    --------
    >>> file = File(path="x.csv", format="csv", decimal=",", thousands=".")
    >>> [number(text, file, whole=False) for text in ("1.234,5", "١٢٫٥", "−3", "1.5", "1,2,3")]
    [1234.5, 12.5, -3.0, None, None]
    """
    text = _without_marks(value, file) if isinstance(value, str) else str(value)
    if text is None or "_" in text:
        return None
    try:
        found = float(text)
    except ValueError:
        return None
    if not np.isfinite(found) or (whole and not found.is_integer()):
        return None
    return int(found) if whole else found


def _without_marks(value: str, file: File) -> str | None:
    """Return a text as ``float`` reads it, nothing where its marks are not those of the file."""
    text = value.translate(MARKS).translate(_MINUS).strip().replace(ARABIC_DECIMAL, file.decimal)
    if file.thousands:
        text = _joined(text, file) or text
    if file.decimal != ".":
        return None if "." in text else text.replace(file.decimal, ".")
    return text


def _joined(text: str, file: File) -> str | None:
    """Return a number without its thousands marks, where each stands before three digits."""
    marks = BLANKS if file.thousands in BLANKS else file.thousands
    whole, _, _ = text.partition(file.decimal)
    if not any(mark in whole for mark in marks):
        return None
    if not re.fullmatch(rf"[+-]?\d{{1,3}}([{re.escape(marks)}]\d{{3}})+", whole):
        return None
    return re.sub(rf"[{re.escape(marks)}]", "", whole) + text[len(whole) :]


def refuse_grouped(unplaced: Iterable[tuple[str, int]], file: File, column: str) -> None:
    """Check that no text that is not a number is one with thousands marks that the file does not declare.

    Parameters
    ----------
    unplaced : iterable of (text, row)
        Rows from 1.
    file : File
    column : str

    Raises
    ------
    DataError
        Naming the column, the row, the text and what to declare.
    """
    for text, row in sorted(unplaced, key=lambda one: one[1]):
        match = _GROUPED.fullmatch(text.translate(MARKS).translate(_MINUS).strip())
        if match is None:
            continue
        mark = match["mark"]
        detail = f"Column {column} holds {text!r}, first in row {row:,} of its record, and declares {_declared(file)}"
        hint = f"Declare thousands: {mark!r} for the file if it marks thousands; mend the value if it does not"
        if mark in ".," and mark != file.decimal and match[3] is None and file.decimal == ".":
            hint = f"Declare thousands: {mark!r} for the file, or decimal: {mark!r}, whichever it is"
        raise DataError("A number has a mark that is not declared", where=file.path, detail=detail, hint=hint)


def _declared(file: File) -> str:
    thousands = f"thousands: {file.thousands!r}" if file.thousands else "no thousands mark"
    return f"decimal: {file.decimal!r} and {thousands}"
