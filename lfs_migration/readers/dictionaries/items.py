"""What a dictionary of a questionnaire knows: items, labels and value sets, whatever file it was read from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path

from lfs_migration.model.noun import Value

AGAIN = "The file was cut off or changed by hand. Copy or export it again"
ENDLESS = 1000
"""Codes that a range may stand for; a longer one says only what numbers are possible."""


@dataclass(frozen=True)
class Item:
    """A question of a dictionary.

    Parameters
    ----------
    name, label : str
    start, length : int
        In the line of the data file; ``start`` counts from 1, and is 0 where it is not told.
    numeric : bool
    decimals, occurrences : int
    zero_fill : bool
    labels : mapping of value to label
        Of its first value set, which is the one that CSPro uses.
    range : (low, high), optional
        Numbers that are possible, where the value set gives a range of them.
    missing : tuple
        Values that the dictionary calls missing, not applicable or refused, and ``(low, high)`` ranges of them.
    line : int
        In the file.
    point : bool
        Whether a number with decimals has its decimal point in the line; without it the point is implied.
    level : int
        Of the questionnaire; an identifier stands in the lines of its level and of those below.
    within : (length, occurrences), optional
        Of the item that this one is a part of.
    """

    name: str
    label: str
    start: int
    length: int
    numeric: bool = True
    decimals: int = 0
    occurrences: int = 1
    zero_fill: bool = False
    labels: Mapping[Value, str] = field(default_factory=dict)
    range: tuple[float, float] | None = None
    missing: tuple[Value | tuple[float, float], ...] = ()
    line: int = 0
    point: bool = False
    level: int = 1
    within: tuple[int, int] = (0, 1)

    @property
    def places(self) -> dict[str, int]:
        """Where each occurrence begins, from 1, by the name of its column: ``NAME``, or ``NAME_1`` and so on.

        Examples
        --------
        >>> Item("P03", "", start=10, length=3, occurrences=2).places
        {'P03_1': 10, 'P03_2': 13}
        """
        length, times = self.within
        starts = [self.start + outer * length + own * self.length
                  for outer in range(times) for own in range(self.occurrences)]  # fmt: skip
        if len(starts) == 1:
            return {self.name: self.start}
        return {f"{self.name}_{number}": start for number, start in enumerate(starts, 1)}

    @property
    def end(self) -> int:
        """The last place of its last occurrence."""
        return max(self.places.values()) + self.length - 1


@dataclass(frozen=True)
class Record:
    """A kind of line of the data file.

    Parameters
    ----------
    name, label : str
    occurrences : int
        The largest number of them in a questionnaire.
    items : tuple of Item
    line : int
        In the dictionary.
    code : str
        By which its lines are known; empty where all lines are of one kind.
    required : bool
        Whether each questionnaire has one.
    level : int
        Of the questionnaire, from 1.
    """

    name: str
    label: str
    occurrences: int
    items: tuple[Item, ...]
    line: int = 0
    code: str = ""
    required: bool = False
    level: int = 1


@dataclass(frozen=True)
class Dictionary:
    """A dictionary: items that identify a questionnaire, and records.

    Parameters
    ----------
    path : Path
    name, label : str
    ids : tuple of Item
        Of all levels.
    records : tuple of Record
    code_start, code_length : int
        Where the code of a record stands in each line, from 1; a length of 0 is none.
    length : int
        Characters of a line, where the dictionary says so and the items need not reach its end.
    undone : tuple of str
        What the dictionary asks for beside columns and labels, which is not done.
    """

    path: Path
    name: str
    label: str
    ids: tuple[Item, ...]
    records: tuple[Record, ...]
    code_start: int = 1
    code_length: int = 0
    length: int = 0
    undone: tuple[str, ...] = ()

    def columns(self, record: Record) -> tuple[Item, ...]:
        """Return the items of the lines of a record: the identifiers of its level and of those above, and its own."""
        return (*(item for item in self.ids if item.level <= record.level), *record.items)


Pair = tuple[str, str, str]
"""A value or ``low:high``, its label, and what is special about it."""


def read_values(
    pairs: Sequence[Pair], *, numeric: bool
) -> tuple[dict[Value, str], tuple[float, float] | None, tuple[Value, ...]]:
    """Return labels by value, the range of numbers, and the values that are missing ones."""
    labels: dict[Value, str] = {}
    span: tuple[float, float] | None = None
    missing: list[Value] = []
    for code, label, special in pairs:
        low, colon, high = code.partition(":")
        if numeric and colon:
            ends = (value_of(low), value_of(high))
            if all(isinstance(end, int | float) for end in ends):
                bottom, top = float(ends[0]), float(ends[1])
                span = (min(bottom, span[0]), max(top, span[1])) if span else (bottom, top)
                if special and top - bottom < ENDLESS:
                    missing += range(int(bottom), int(top) + 1)
            continue
        value: Value = value_of(code) if numeric else code
        if str(value).strip():
            labels[value] = label_of(label)
            missing += [value] * bool(special)
    return labels, span, tuple(missing)


def value_of(text: str) -> Value:
    """Return a code as a number where it is one.

    Examples
    --------
    >>> value_of("007"), value_of("1.5"), value_of("A")
    (7, 1.5, 'A')
    """
    for kind in (int, float):
        try:
            number = kind(text)
        except ValueError:
            continue
        return number if isfinite(number) else text
    return text


def label_of(text: str) -> str:
    """Return a label with its languages between strokes, as other files write them."""
    return " / ".join(part.strip() for part in text.split("|") if part.strip())
