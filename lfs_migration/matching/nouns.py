"""What is known of an office's files, and what is proposed for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from lfs_migration.model.calendars import Calendar
from lfs_migration.model.codelist import Reason
from lfs_migration.model.country import File
from lfs_migration.model.noun import Value

Whole = NDArray[np.int64]
Real = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Column:
    """A column of a file: its words and its values.

    Parameters
    ----------
    values : tuple
        Distinct values, those of text in their order, numbers from the smallest.
    numbers : array of float, one a distinct value
        The value as a number; NaN where it is none.
    rows : array of int, one a row
        Position of its value among the distinct ones, -1 where it is blank. Empty for a dictionary without data.
    absent : mapping of value to (reason, why)
        Values of an absent answer.
    """

    name: str
    position: int
    label: str = ""
    value_labels: Mapping[Value, str] = field(default_factory=dict)
    user_missing: tuple[object, ...] = ()
    values: tuple[Value, ...] = ()
    numbers: Real = field(default_factory=lambda: np.empty(0))
    rows: Whole = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    absent: Mapping[Value, tuple[Reason, str]] = field(default_factory=dict)
    nature: str = ""

    @cached_property
    def counts(self) -> Whole:
        """How often each distinct value occurs."""
        return np.bincount(self.rows[self.rows >= 0], minlength=len(self.values))

    @cached_property
    def blank(self) -> float:
        """Share of the rows without a value."""
        return float(np.mean(self.rows < 0)) if self.rows.size else 0.0

    @cached_property
    def answered(self) -> NDArray[np.bool_]:
        """Which distinct values are answers, and no codes of absent ones."""
        return np.array([value not in self.absent for value in self.values], dtype=bool)

    @cached_property
    def answers(self) -> tuple[Value, ...]:
        """The distinct answers; of a dictionary those that have a label."""
        if not self.rows.size:
            return tuple(value for value in self.value_labels if value not in self.absent)
        return tuple(value for value, is_one in zip(self.values, self.answered, strict=True) if is_one)

    @cached_property
    def amounts(self) -> Real:
        """The distinct answers as numbers; NaN for text."""
        return self.numbers[self.answered] if self.values else np.empty(0)

    @cached_property
    def weights(self) -> Real:
        """Share of each answer among all answers."""
        counts = self.counts[self.answered].astype(float) if self.values else np.empty(0)
        return counts / counts.sum() if counts.sum() else counts

    @cached_property
    def numeric(self) -> bool:
        """Whether nearly all answers are numbers."""
        return bool(self.amounts.size) and float(self.weights[np.isfinite(self.amounts)].sum()) > 0.98

    @cached_property
    def whole(self) -> bool:
        """Whether nearly all answers are whole numbers."""
        known = self.amounts[np.isfinite(self.amounts)]
        share = self.weights[np.isfinite(self.amounts)]
        return self.numeric and float(share[known == np.rint(known)].sum()) > 0.98

    @cached_property
    def number(self) -> Real:
        """The answer of each row as a number; NaN where there is none."""
        table = np.append(np.where(self.answered, self.numbers, np.nan), np.nan) if self.values else np.array([np.nan])
        return table[self.rows]


@dataclass(frozen=True, eq=False)
class Table:
    """A file, or a record of a dictionary.

    Parameters
    ----------
    name : str
        Key under ``files``.
    spec : File
        How to read it.
    rows : int
        None of a dictionary.
    label : str
        Of a dictionary's record.
    repeats : bool
        Of a dictionary: whether a questionnaire holds several of the record.
    notes : tuple of str
        What reading it had to guess.
    """

    name: str
    spec: File
    rows: int
    columns: tuple[Column, ...]
    label: str = ""
    repeats: bool = False
    notes: tuple[str, ...] = ()

    @cached_property
    def by_name(self) -> dict[str, Column]:
        """The columns by name."""
        return {column.name: column for column in self.columns}


@dataclass(frozen=True)
class Evidence:
    """What one kind of evidence says: from 0, against, over 0.5, nothing, to 1, for."""

    kind: str
    value: float
    why: str


@dataclass(frozen=True)
class CodeMatch:
    """A native code, the code suggested for it (None: open), and the label evidence."""

    native: Value
    label: str
    code: Value | None
    score: float
    why: str = ""


@dataclass(frozen=True)
class Candidate:
    """A variable that a column may be."""

    column: str
    variable: str
    score: float
    evidence: tuple[Evidence, ...] = ()

    def reasons(self, limit: int = 4, leave: str = "") -> str:
        """Return the strongest evidence in words; one kind may be left out."""
        told = sorted((one for one in self.evidence if one.kind != leave), key=lambda one: -abs(one.value - 0.5))
        return "; ".join(f"{one.kind} {one.value:.2f} {one.why}".rstrip() for one in told[:limit])


@dataclass(frozen=True)
class Match:
    """A suggestion: a variable and where it comes from.

    Parameters
    ----------
    columns : tuple of str
        One, or several that are joined.
    widths : tuple of int
        Of the joined ones.
    fixed : value, optional
        The same for all rows; there is no column then.
    codes : tuple of CodeMatch
    missing : mapping of native code to (reason, why)
    others : tuple of Candidate
        What else the column may be.
    """

    record: str
    variable: str
    columns: tuple[str, ...]
    score: float
    evidence: tuple[Evidence, ...] = ()
    widths: tuple[int, ...] = ()
    fixed: Value | None = None
    codes: tuple[CodeMatch, ...] = ()
    missing: Mapping[Value, tuple[Reason, str]] = field(default_factory=dict)
    calendar: Calendar = "gregorian"
    others: tuple[Candidate, ...] = ()
    note: str = ""

    def reasons(self, limit: int = 4, leave: str = "") -> str:
        """Return the strongest evidence in words; one kind may be left out."""
        return Candidate("", "", self.score, self.evidence).reasons(limit, leave)


@dataclass(frozen=True)
class RecordMatch:
    """Which file a record is in.

    Parameters
    ----------
    distinct : bool
        Whether the record's facts are repeated on the rows of another record's file.
    key : tuple of str
        Columns that identify a household.
    why : str
    """

    record: str
    file: str
    distinct: bool
    key: tuple[str, ...]
    why: str


@dataclass(frozen=True)
class Open:
    """What an analyst has still to settle.

    Parameters
    ----------
    where : str
        A record and variable, or a file and column.
    what : str
    """

    where: str
    what: str
