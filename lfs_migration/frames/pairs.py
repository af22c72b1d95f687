"""Rows set against other rows: which stand beside which, and what an expression says of each two."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lfs_migration.errors import LfsMigrationError
from lfs_migration.expr import Expression, parse
from lfs_migration.frames import columns
from lfs_migration.frames.codes import Coded
from lfs_migration.frames.columns import Frame
from lfs_migration.frames.order import numbered
from lfs_migration.frames.records import Records
from lfs_migration.frames.scope import FrameScope, evaluate, truth
from lfs_migration.frames.truths import NotCovered, Truths
from lfs_migration.model.noun import Value

Rows = NDArray[np.int64]
Numbers = NDArray[np.int32] | NDArray[np.int64]
BLOCK = 1 << 21
"""Pairs that are held at a time."""


@dataclass(frozen=True)
class Pairs:
    """Pairs of rows, one of each side, of the same record or of two.

    Parameters
    ----------
    records : Records
    record : str
    rows : integer array of shape (pairs,)
        The row that the plain names of an expression are about.
    side : str
        ``other`` or ``before``: the word before the dot in the names of the second row's answers.
    beside : Records
        Where the second row stands; the same records, or those of another round.
    home : str
        Its record.
    others : integer array of shape (pairs,)
        The second row.
    """

    records: Records
    record: str
    rows: Rows
    side: str
    beside: Records
    home: str
    others: Rows

    def truth(self, text: str) -> NDArray[np.int8]:
        """Return for each pair 1 where a condition is true, 0 where false, -1 where unknown; an empty one is true.

        Codes of an absent answer, groups and attributes of ``other.x`` are those of ``x`` where the second row stands.
        """
        if not text:
            return np.ones(len(self.rows), dtype=np.int8)
        try:
            return Truths(self).of(parse(text), self.record)
        except (NotCovered, LfsMigrationError, pa.ArrowException, TypeError, ValueError):
            return self.truth_by_pairs(text)

    def truth_by_pairs(self, text: str) -> NDArray[np.int8]:
        """Return what :meth:`truth` does, computed for every pair: the plain way, which the quick one must agree with.

        Raises
        ------
        ExpressionError
            When the types of its parts do not go together, or it is no condition.
        """
        return truth(*self._prepared(parse(text)))

    def size(self, record: str) -> int:
        """Return the number of pairs."""
        return len(self.rows)

    def coded(self, name: str, record: str) -> Coded | None:
        """Return the answers of one side as positions in their levels."""
        records, home, rows, own = self._of(name)
        found = records.coded(own, home)
        return None if found is None else Coded(found.codes[rows], found.levels)

    def missing(self, name: str) -> Mapping[Value, str]:
        """Return the codes of an absent answer."""
        records, _, _, own = self._of(name)
        return records.missing(own)

    def scope(self, frame: Frame, names: Iterable[str]) -> FrameScope:
        """Return the scope that builds expressions over some variables, without aggregates, on a frame."""
        return self._scope(frame, names, {})

    def each_row(self, expression: Expression, record: str) -> pa.ChunkedArray:
        """Return the value of an expression for each pair."""
        return evaluate(*self._prepared(expression))

    def _prepared(self, expression: Expression) -> tuple[Frame, Expression, FrameScope]:
        """Return a frame that holds all that an expression needs, and the scope to build it in."""
        held: dict[str, Any] = {}
        for name in sorted(expression.names):
            records, record, rows, own = self._of(name)
            held[name] = records.column(own, record).take(pa.array(rows))
        aggregated: dict[tuple[str, str, str], str] = {}
        for function, child, argument in expression.aggregates:
            key = (function, child, str(argument or ""))
            aggregated[key] = f"_{len(aggregated)}"
            call = f"{function}({', '.join(filter(None, key[1:]))})"
            held[aggregated[key]] = self.records.values(call, self.record).take(pa.array(self.rows))
        data = columns.frame(held or {"_row": np.zeros(len(self.rows), dtype=np.int8)})
        return data, expression, self._scope(data, expression.names, aggregated)

    def _scope(self, frame: Frame, names: Iterable[str], aggregated: Mapping[tuple[str, str, str], str]) -> FrameScope:
        missing = {name: self.missing(name) for name in names}
        return FrameScope(frame, missing, self._groups, self._lookups, aggregated)

    def _of(self, name: str) -> tuple[Records, str, Rows, str]:
        side, _, own = name.rpartition(".")
        if side == self.side:
            return self.beside, self.home, self.others, own
        return self.records, self.record, self.rows, name

    def _groups(self, name: str) -> Mapping[Value, str]:
        records, _, _, own = self._of(name)
        return records.groups(own)

    def _lookups(self, name: str, attribute: str) -> Mapping[Value, str]:
        records, _, _, own = self._of(name)
        return records.lookups(own, attribute)


class Groups:
    """Rows by the number of their group.

    Parameters
    ----------
    number : integer array of shape (rows,)
        From 0; rows with -1 are in no group.
    rows : integer array, optional
        The rows that count, in their order, each in some group; all that are in one without it.

    Examples
    --------
    >>> groups = Groups(np.array([1, 0, -1, 1]))
    >>> groups.rows(1).tolist(), groups.sizes.tolist()
    ([0, 3], [1, 2])
    """

    def __init__(self, number: Numbers, rows: Rows | None = None) -> None:
        self.number = number
        self._order = np.flatnonzero(number >= 0) if rows is None else rows
        own = number[self._order]
        if (own[1:] < own[:-1]).any():  # rows of one household stand together, as a rule
            self._order = self._order[np.argsort(own, kind="stable")]
        self.sizes = np.bincount(own)
        self._starts = np.cumsum(self.sizes) - self.sizes

    def rows(self, group: int) -> Rows:
        """Return the rows of a group, in their order."""
        found: Rows = self._order[self._starts[group] : self._starts[group] + self.sizes[group]]
        return found

    def of_size(self, size: int) -> Rows:
        """Return the rows of each group of a size: an integer array of shape (groups, size)."""
        starts = self._starts[self.sizes == size]
        found: Rows = self._order[starts[:, None] + np.arange(size)]
        return found

    def count(self, groups: Numbers) -> Rows:
        """Return how many rows are in each of some groups, 0 for what is none."""
        return np.append(self.sizes, 0)[self._there(groups)]

    def _there(self, groups: Numbers) -> Numbers:
        """Return the groups, the one after the last for those that are none."""
        none = len(self.sizes)
        if not len(groups) or (groups.min() >= 0 and groups.max() <= none):
            return groups
        return np.where((groups < 0) | (groups > none), none, groups)

    def crossed(self, groups: Numbers) -> Iterator[tuple[Rows, Rows]]:
        """Yield the place of each of some groups with each row of that group, some millions of pairs at a time."""
        there = self._there(groups)
        counts, starts = np.append(self.sizes, 0)[there], np.append(self._starts, 0)[there]
        for places, at in spread(starts, counts):
            yield places, self._order[at]

    def beside(self, rows: Rows, groups: Numbers, among: bool) -> Iterator[tuple[Rows, Rows, Rows]]:
        """Yield some rows with each other row of a group, some millions of pairs at a time.

        Parameters
        ----------
        rows : integer array
        groups : integer array of the same shape
            What each is set beside; -1 for nothing.
        among : bool
            Whether some may be in that group: a row is not beside itself.

        Returns
        -------
        places, one, others : integer arrays of shape (pairs,)
            The place of a row among the given ones, the row, and the other.
        """
        for places, others in self.crossed(groups):
            one = rows[places]
            if not among:
                yield places, one, others
            else:
                apart = np.flatnonzero(one != others)
                yield taken(places, apart), taken(one, apart), taken(others, apart)


def taken(array: NDArray[Any], rows: Rows) -> NDArray[Any]:
    """Return some rows, each once and in their order, of an array; the array itself where they are all."""
    return array if len(rows) == len(array) else array[rows]


def spread(starts: Rows, counts: Rows) -> Iterator[tuple[Rows, Rows]]:
    """Yield each place with the numbers from its start on, as many as its count, some millions at a time.

    Examples
    --------
    >>> [(place.tolist(), at.tolist()) for place, at in spread(np.array([5, 0, 2]), np.array([2, 0, 1]))]
    [([0, 0, 2], [5, 6, 2])]
    """
    ends = np.cumsum(counts)
    first = 0
    while first < len(counts):
        done = int(ends[first] - counts[first])
        last = max(first + 1, int(np.searchsorted(ends, done + BLOCK, side="right")))
        chosen = counts[first:last]
        if chosen.max() <= 1:
            places = np.flatnonzero(chosen) + first
            at = starts[places]
        else:
            places = np.repeat(np.arange(first, last), chosen)
            at = (starts - ends + counts + done)[places]
            at += np.arange(len(places))
        if len(places):
            yield places, at
        first = last


def known(records: Records, names: Sequence[str], record: str) -> list[pa.ChunkedArray]:
    """Return variables as columns that are empty where the answer is missing."""
    return [records.values(name, record) for name in names]


def grouped(records: Records, names: Sequence[str], record: str) -> Rows:
    """Return a number for the known answers of each row to some variables, -1 where one of them is not known."""
    return numbered(columns.frame(dict(zip(names, known(records, names, record), strict=True))), names)


def numbered_alike(one: Sequence[Any], two: Sequence[Any]) -> tuple[Rows, Rows]:
    """Return numbers for the rows of two sets of columns, the same for the same values, -1 where one is empty.

    Examples
    --------
    >>> first, second = numbered_alike([pa.array(["a", "b"]), pa.array([1, 2])], [pa.array(["b"]), pa.array([2.0])])
    >>> first[1] == second[0], first[0] == second[0]
    (np.True_, np.False_)
    """
    joined = {str(i): _joined(*columns) for i, columns in enumerate(zip(one, two, strict=True))}
    number = numbered(columns.frame(joined), list(joined))
    return number[: len(one[0])], number[len(one[0]) :]


def _joined(one: Any, two: Any) -> pa.ChunkedArray:
    """Return one column over the other, in a type that both fit."""
    kind = common_type(one.type, two.type)
    parts = [pc.cast(each, kind, safe=False) for each in (one, two)]
    chunks = [chunk for part in parts for chunk in (part.chunks if isinstance(part, pa.ChunkedArray) else [part])]
    return pa.chunked_array(chunks, type=kind)


def common_type(one: pa.DataType, two: pa.DataType) -> pa.DataType:
    """Return a type in which the values of two can be compared."""
    if one == two:
        return one
    types = pa.types
    if types.is_integer(one) and types.is_integer(two):
        return pa.int64()
    number = all(types.is_integer(each) or types.is_floating(each) for each in (one, two))
    return pa.float64() if number else pa.string()


def matched(wanted: Rows, held: Rows) -> tuple[Rows, Rows]:
    """Find for each wanted number the first row that holds it.

    Parameters
    ----------
    wanted, held : integer arrays
        As :func:`numbered_alike` makes them.

    Returns
    -------
    rows : integer array of the shape of ``wanted``
        -1 where no row holds it.
    times : integer array of the same shape
        How many rows hold it.
    """
    size = 1 + max(int(wanted.max(initial=-1)), int(held.max(initial=-1)))
    first = np.full(size + 1, -1, dtype=np.int64)  # the last place is that of the number -1
    inside = np.flatnonzero(held >= 0)[::-1]
    first[held[inside]] = inside
    times = np.bincount(held[inside], minlength=size + 1)
    return first[wanted], times[wanted]
