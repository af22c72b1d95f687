"""Portable files of SPSS (.por), read in plain Python.

The C library loses what matters here: it gives answers with user-missing codes as missing, without the codes, and it
takes a file whose end is cut off. So this module reads them itself. It runs in the child process, beside
:mod:`lfs_migration.readers.packages.child`, and so imports nothing of this package.

A portable file is text in lines of 80 letters, filled with the letter Z at the end. Numbers stand in base 30, with
the digits 0 to 9 and A to T, and end with a slash; ``*.`` is the system-missing value; a text follows its length. The
layout is that of *Portable File Format* in the PSPP developer's guide.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

_LINE = 80
_TABLE, _SIGNATURE = 200, 456
_LETTERS = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz "
_NUMBER = re.compile(r" *(-?)([0-9A-T]*)(?:\.([0-9A-T]*))?(?:([+-])([0-9A-T]{1,2}))?\Z")
_LONGEST_NUMBER = 120
_FORMATS = {
    1: "A", 2: "AHEX", 3: "COMMA", 4: "DOLLAR", 5: "F", 6: "IB", 7: "PIBHEX", 8: "P", 9: "PIB", 10: "PK", 11: "RB",
    12: "RBHEX", 15: "Z", 16: "N", 17: "E", 20: "DATE", 21: "TIME", 22: "DATETIME", 23: "ADATE", 24: "JDATE",
    25: "DTIME", 26: "WKDAY", 27: "MONTH", 28: "MOYR", 29: "QYR", 30: "WKYR", 31: "PCT", 32: "DOT", 33: "CCA",
    34: "CCB", 35: "CCC", 36: "CCD", 37: "CCE", 38: "EDATE", 39: "SDATE", 40: "MTIME", 41: "YMDHMS",
}  # fmt: skip
_AHEAD = 82
"""SPSS itself writes the formats of moments under numbers that are so much higher."""
_INFINITE = float("inf")

Code = float | str


class CutError(Exception):
    """The file ends too early."""


class DamageError(Exception):
    """The file contradicts its format."""


@dataclass
class Variable:
    """A variable of the dictionary; a width of 0 is a number."""

    name: str
    width: int
    form: str
    label: str = ""
    missing: list[tuple[Code, Code]] = field(default_factory=list)


@dataclass
class Portable:
    """What a portable file holds: a list of texts, or an array of numbers with NaN for missing, for each variable."""

    variables: dict[str, Variable] = field(default_factory=dict)
    value_labels: dict[str, list[tuple[Code, str]]] = field(default_factory=dict)
    documents: list[str] = field(default_factory=list)
    columns: dict[str, list[str] | array[float]] = field(default_factory=dict)


def read(data: bytes, encoding: str) -> Portable:
    """Return what a portable file holds.

    Raises
    ------
    CutError, DamageError
    UnicodeError
        When its text is in another encoding.
    """
    return _Reader(_joined(data), encoding).read()


def _joined(data: bytes) -> str:
    """Return the file as one text without line ends; each letter is a byte."""
    if b"\n" in data:
        lines = data.replace(b"\r\n", b"\n").split(b"\n")
        if lines.pop() or len(lines[-1]) != _LINE:
            raise CutError("Its last line is not whole")
        if longer := next((place for place, line in enumerate(lines, 1) if len(line) > _LINE), 0):
            raise DamageError(f"Line {longer:,} has more than {_LINE} letters")
        data = b"".join(line.ljust(_LINE) for line in lines)
    if len(data) % _LINE or len(data) < _SIGNATURE + 8:
        raise CutError("Its last line is not whole")
    if not data.endswith(b"Z"):
        raise CutError("The letters Z, which end a portable file, are missing")
    if data[_SIGNATURE : _SIGNATURE + 8] != b"SPSSPORT":
        raise DamageError("Its header does not say SPSSPORT")
    if data[_TABLE + 64 : _TABLE + 64 + len(_LETTERS)] != _LETTERS:
        raise DamageError("Its letters are those of another kind of computer")
    return data[_SIGNATURE + 8 :].decode("latin-1")


@lru_cache(maxsize=1 << 16)
def number(text: str) -> float:
    """Return a number in base 30, rounded once.

    Examples
    --------
    >>> number("37"), number("1.3"), number("-13A.9"), number("CQCMC+2")
    (97.0, 1.1, -1000.3, 9390124800.0)
    """
    found = _NUMBER.match(text)
    if found is None or not (found[2] or found[3]):
        raise DamageError(f"A text of {len(text):,} letters stands where a number should")
    digits = int((found[2] or "") + (found[3] or ""), 30)
    power = int((found[4] or "") + (found[5] or "0"), 30) - len(found[3] or "")
    try:
        value = float(digits * 30**power) if power >= 0 else digits / 30**-power
    except OverflowError:
        raise DamageError(f"A number of {len(text):,} signs is too large") from None
    return -value if found[1] else value


class _Reader:
    """A place in the text of a portable file."""

    def __init__(self, text: str, encoding: str) -> None:
        self.text = text
        self.encoding = encoding
        self.place = 0
        self.found = Portable()
        self._last: Variable | None = None
        self._declared: int | None = None
        self._decode = lru_cache(maxsize=1 << 16)(lambda raw: raw.encode("latin-1").decode(encoding).rstrip(" "))

    def read(self) -> Portable:
        """Read the header, the records of the dictionary up to the tag F, and the rows."""
        if self.take(1) != "A":
            raise DamageError("Its version is not A")
        for _ in range(2):  # The day and the time of writing.
            self.words()
        while (tag := self.take(1)) != "F":
            if tag not in _RECORDS:
                raise DamageError(f"Its dictionary holds a record {tag!r}, which there is not")
            _RECORDS[tag](self)
        held = len(self.found.variables)
        if not held:
            raise DamageError("It declares no variables")
        if self._declared not in (None, held):
            raise DamageError(f"It declares {self._declared:,} variables, and has {held:,}")
        self.rows()
        return self.found

    def take(self, length: int) -> str:
        """Return the next letters."""
        start, self.place = self.place, self.place + length
        if self.place > len(self.text):
            raise CutError("It ends inside a value")
        return self.text[start : self.place]

    def value(self) -> float:
        """Return the next number, NaN when it is missing."""
        if self.text.startswith("*.", self.place):
            self.place += 2
            return float("nan")
        end = self.text.find("/", self.place, self.place + _LONGEST_NUMBER)
        if end < 0:
            raise DamageError(f"What begins with letter {self.place + 1:,} is no number")
        start, self.place = self.place, end + 1
        return number(self.text[start:end])

    def count(self) -> int:
        """Return the next number, which must be whole and not below zero."""
        value = self.value()
        if not 0 <= value < 1 << 31 or value != int(value):
            raise DamageError(f"{value:,} stands where a count should")
        return int(value)

    def words(self) -> str:
        """Return the next text, without the blanks that fill it."""
        return str(self._decode(self.take(self.count())))

    def declared(self) -> None:
        """Read the record 4, how many variables there are."""
        self._declared = self.count()

    def variable(self) -> None:
        """Read the record 7."""
        width, name = self.count(), self.words()
        form, wide, decimals = (self.count() for _ in range(3))
        for _ in range(3):  # The same for writing.
            self.count()
        if width > 255 or not name or name in self.found.variables:
            raise DamageError(f"It has a variable {name!r} of width {width:,}, or has it twice")
        kind = _FORMATS.get(form) or _FORMATS.get(form - _AHEAD, "")
        tail = f"{wide}.{decimals}" if decimals or kind == "F" else str(wide)
        self._last = self.found.variables[name] = Variable(name, width, kind and kind + tail)

    def last(self) -> Variable:
        """Return the variable that a record belongs to."""
        if self._last is None:
            raise DamageError("Its dictionary begins without a variable")
        return self._last

    def code(self, variable: Variable) -> Code:
        """Return a value of a variable's type."""
        return self.words() if variable.width else self.value()

    def missing(self, low: bool, high: bool) -> None:
        """Read a range of missing values; what is not given is LOWEST or HIGHEST."""
        variable = self.last()
        first = self.code(variable) if low else -_INFINITE
        last = self.code(variable) if high else _INFINITE
        variable.missing.append((first, last))

    def single(self) -> None:
        """Read the record 8, one missing value."""
        code = self.code(self.last())
        self.last().missing.append((code, code))

    def label(self) -> None:
        """Read the record C."""
        self.last().label = self.words()

    def labels(self) -> None:
        """Read the record D, the value labels of some variables."""
        names = [self.words() for _ in range(self.count())]
        if not names or any(name not in self.found.variables for name in names):
            raise DamageError(f"It has value labels of a variable that it does not have: {', '.join(names)[:60]}")
        first = self.found.variables[names[0]]
        pairs = [(self.code(first), self.words()) for _ in range(self.count())]
        self.found.value_labels.update(dict.fromkeys(names, pairs))

    def documents(self) -> None:
        """Read the record E."""
        self.found.documents += [self.words() for _ in range(self.count())]

    def rows(self) -> None:
        """Read the rows, to the letters Z."""
        columns: dict[str, Any] = {name: [] if one.width else array("d") for name, one in self.found.variables.items()}
        steps: list[tuple[Callable[[Any], None], Callable[[], Any]]] = [
            (columns[name].append, self.words if one.width else self.value)
            for name, one in self.found.variables.items()
        ]
        while not self.text.startswith("Z", self.place):
            for add, give in steps:
                add(give())
        if self.text[self.place :].strip("Z"):
            raise DamageError("Text follows the letters Z that end its rows")
        self.found.columns = columns


_RECORDS: dict[str, Callable[[_Reader], object]] = {
    "1": _Reader.words, "2": _Reader.words, "3": _Reader.words, "4": _Reader.declared, "5": _Reader.value,
    "6": _Reader.words, "7": _Reader.variable, "8": _Reader.single, "C": _Reader.label, "D": _Reader.labels,
    "9": lambda reader: reader.missing(low=False, high=True), "A": lambda reader: reader.missing(low=True, high=False),
    "B": lambda reader: reader.missing(low=True, high=True), "E": _Reader.documents,
}  # fmt: skip
