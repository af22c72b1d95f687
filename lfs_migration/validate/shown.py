"""What findings show of rows that are set against other rows: the answers of both, and where they stand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from lfs_migration.expr import parse
from lfs_migration.frames import Records
from lfs_migration.validate.judged import Rows

SHOWN = 5
"""Other rows that are shown of those that a row does not go with."""


def about(records: Records, when: str, record: str) -> NDArray[np.bool_]:
    """Return the rows that a rule is about: those for which its condition is true."""
    chosen: NDArray[np.bool_] = records.truth(when, record) == 1
    return chosen


def shown(value: object) -> str:
    """Return an answer as a text, ``empty`` for none."""
    return "empty" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


class Told(Sequence[str]):
    """A text for each of some rows, made when it is read: of a rule that fails often only the first are.

    Parameters
    ----------
    rows : integer array of shape (texts,)
    tell : callable
        Gives the text of a row.

    Examples
    --------
    >>> Told(np.array([3, 5]), lambda row: f"row {row}")[1]
    'row 5'
    """

    def __init__(self, rows: Rows, tell: Callable[[int], str]) -> None:
        self._rows = rows
        self._tell = tell

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...
    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        if isinstance(index, slice):
            return Told(self._rows[index], self._tell)
        return self._tell(int(self._rows[index]))


class Answers:
    """The answers of the rows of a record as texts.

    Parameters
    ----------
    records : Records
    record : str
    """

    def __init__(self, records: Records, record: str) -> None:
        assert records.codebook is not None
        self._records = records
        self._record = record
        self._key = records.codebook.records[record].key
        self._columns: dict[str, Any] = {}

    def text(self, name: str, row: int) -> str:
        """Return an answer, ``empty`` where there is none."""
        if name not in self._columns:
            self._columns[name] = self._records.column(name, self._record)
        return shown(self._columns[name][row].as_py())

    def texts(self, names: Sequence[str], row: int) -> str:
        """Return the answers to some variables with their names."""
        return ", ".join(f"{name} {self.text(name, row)}" for name in names)

    def line(self, row: int) -> str:
        """Return the line number of a row, with the word before it; that of a household has none."""
        return f"line {self.text(self._key[1], row)}" if len(self._key) > 1 else self.household(row)

    def household(self, row: int) -> str:
        """Return the household of a row, with the word before it."""
        return f"household {self.text(self._key[0], row)}"

    def place(self, row: int) -> str:
        """Return household and line of a row."""
        return " ".join(dict.fromkeys((self.household(row), self.line(row))))


class Beside:
    """What is shown of a row and of those of the same household that it does not go with.

    Parameters
    ----------
    own, other : Answers
    names : (own, others)
        Variables that are shown of the row, and of the others.

    Examples
    --------
    ``per_age 20 (line 1), 18 (line 3)``
    """

    def __init__(self, own: Answers, other: Answers, names: tuple[Sequence[str], Sequence[str]]) -> None:
        self._own, self._other = own, other
        self._names = names

    def tell(self, row: int, others: Sequence[int]) -> str:
        """Return the answers of a row and of others, and their lines."""
        return "; ".join(self._of(name, row, others) for name in dict.fromkeys([*self._names[0], *self._names[1]]))

    def _of(self, name: str, row: int, others: Sequence[int]) -> str:
        said = [f"{self._own.text(name, row)} ({self._own.line(row)})"] if name in self._names[0] else []
        if name in self._names[1]:
            said += [f"{self._other.text(name, one)} ({self._other.line(one)})" for one in others[:SHOWN]]
            said += [f"and {len(others) - SHOWN} more"] if len(others) > SHOWN else []
        return f"{name} {', '.join(said)}"


def sides(check: str, variables: Sequence[str], side: str, records: Records, home: str) -> tuple[list[str], list[str]]:
    """Return the variables to show of a row, and of the other: the rule's, or else those of its check.

    Parameters
    ----------
    check : str
    variables : sequence of str
        Of the rule.
    side : str
        The word before the dot in the names of the other row's answers.
    records : Records
        Where the other row stands.
    home : str
        Its record.
    """
    names = sorted(parse(check).names) if check else []
    own = list(variables) or [name for name in names if "." not in name]
    others = [name.removeprefix(f"{side}.") for name in names if name.startswith(f"{side}.")]
    assert records.codebook is not None
    seen = [name for name in variables if records.codebook.visible(name, home)]
    return own, seen or others
