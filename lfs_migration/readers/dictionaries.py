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
        Values that the dictionary calls missing, not applicable or refused.
    line : int
        In the file.
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
    missing: tuple[Value, ...] = ()
    line: int = 0


@dataclass(frozen=True)
class Record:
    """A kind of line of the data file; ``occurrences`` is the largest number of them in a questionnaire."""

    name: str
    label: str
    occurrences: int
    items: tuple[Item, ...]
    line: int = 0


@dataclass(frozen=True)
class Dictionary:
    """A dictionary: items that identify a questionnaire, and records."""

    path: Path
    name: str
    label: str
    ids: tuple[Item, ...]
    records: tuple[Record, ...]


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
