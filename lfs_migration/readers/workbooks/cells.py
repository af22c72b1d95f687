"""What the cells of a workbook become: the text of a .csv that a person would save.

A whole number has no ``.0``, other numbers are the shortest text of the same number, dates are ISO, truths are TRUE and
FALSE. Text stays the text that it is: ``004``, ``NA`` and ``010150`` survive.
"""

from __future__ import annotations

import math
import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

Look = Literal["", "date", "elapsed"]
"""How a number is shown: as itself, as a date or time, as hours that go on behind 24."""

_DAY = 86_400
_WHOLE = re.compile(r"-?[1-9][0-9]{0,14}|0")
_SAID = re.compile(r"\"[^\"]*\"|\\.|_.|\*.")
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_BRACKETS = re.compile(r"\[[^\]]*\]")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_DATES = frozenset([*range(14, 23), *range(27, 37), 45, 47, *range(50, 59), *range(71, 82)])
"""Numbers of built-in formats that show dates or times (ECMA-376 part 1, 18.8.30); 46 is that of elapsed hours."""


def look(number: int, code: str | None) -> Look:
    """Return how a number format shows a number.

    Parameters
    ----------
    number : int
        Of the format.
    code : str, optional
        Of a format that is not built in.

    Examples
    --------
    >>> look(14, None), look(0, None), look(164, "dd/mm/yyyy"), look(165, '0.0 "days"'), look(166, "[h]:mm")
    ('date', '', 'date', '', 'elapsed')
    """
    if code is None:
        return "elapsed" if number == 46 else "date" if number in _DATES else ""
    plain = _SAID.sub("", code.split(";")[0])
    if _ELAPSED.search(plain):
        return "elapsed"
    plain = _BRACKETS.sub("", plain).lower()
    return "date" if plain != "general" and re.search("[ymdhs]", plain) else ""


def number(text: str) -> str:
    """Return a number as a person would write it.

    Raises
    ------
    ValueError
        For what is no number.

    Examples
    --------
    >>> number("7"), number("7.0"), number("0.1"), number("1E-3"), number("1e20")
    ('7', '7', '0.1', '0.001', '100000000000000000000')
    """
    if _WHOLE.fullmatch(text):
        return text
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return str(int(value)) if value.is_integer() else format(Decimal(repr(value)), "f")


def moment(text: str, shown: Look, *, from_1904: bool) -> str:
    """Return a number of days as the date, the time or both that it stands for.

    Parameters
    ----------
    text : str
        Days since the beginning of 1900, or of 1904.
    shown : str
    from_1904 : bool

    Examples
    --------
    >>> moment("43831", "date", from_1904=False), moment("43831.5", "date", from_1904=False)
    ('2020-01-01', '2020-01-01T12:00:00')
    >>> moment("0.75", "date", from_1904=False), moment("1.5", "elapsed", from_1904=False)
    ('18:00:00', '36:00:00')
    """
    value = float(text)
    if not 0 <= value < 2_958_466:
        return number(text)
    days, seconds = divmod(round(value * _DAY), _DAY)
    hours, rest = divmod(seconds, 3600)
    if shown == "elapsed":
        return f"{24 * days + hours}:{rest // 60:02d}:{rest % 60:02d}"
    clock = f"{hours:02d}:{rest // 60:02d}:{rest % 60:02d}"
    if not days and not from_1904:
        return clock if seconds else number(text)
    return _day(days, from_1904=from_1904) + (f"T{clock}" if seconds else "")


def _day(days: int, *, from_1904: bool) -> str:
    """Return a day; Excel has a 29th of February 1900, which there was not."""
    if from_1904:
        return (date(1904, 1, 1) + timedelta(days)).isoformat()
    if days == 60:
        return "1900-02-29"
    return (date(1899, 12, 31 if days < 60 else 30) + timedelta(days)).isoformat()


def plain(text: str) -> str:
    r"""Return a text without the way in which a workbook writes control characters.

    Examples
    --------
    >>> plain("a_x000A_b"), plain("_x005F_x000A_")
    ('a\nb', '_x000A_')
    """
    return _ESCAPED.sub(_char, text) if "_x" in text else text


def _char(match: re.Match[str]) -> str:
    code = int(match[1], 16)
    return match[0] if 0xD800 <= code < 0xE000 or not code else chr(code)


def place(reference: str) -> tuple[int, int]:
    """Return the row, from 1, and the column, from 0, of a cell.

    Raises
    ------
    ValueError
        For what is no cell of a sheet.

    Examples
    --------
    >>> place("A1"), place("$AB$12")
    ((1, 0), (12, 27))
    """
    match = re.fullmatch(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})", reference)
    column = letters(match[1]) if match else -1
    if match is None or not 0 < int(match[2]) <= 1 << 20:
        raise ValueError(reference)
    return int(match[2]), column


def letters(text: str) -> int:
    """Return the number of a column, from 0.

    Raises
    ------
    ValueError
        For a column that no sheet has.
    """
    column = 0
    for letter in text:
        if not "A" <= letter <= "Z":
            raise ValueError(text)
        column = column * 26 + ord(letter) - 64
    if not 0 < column <= 1 << 14:
        raise ValueError(text)
    return column - 1


def cell(row: int, column: int) -> str:
    """Return the name of a cell.

    Examples
    --------
    >>> cell(12, 27)
    'AB12'
    """
    text, rest = "", column + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        text = chr(65 + letter) + text
    return f"{text}{row}"
