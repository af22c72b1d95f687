"""Which rows stand together in a household, and which of them has a line number: worked out once for all that ask."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import RLock
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lfs_migration.expr import parse
from lfs_migration.frames import columns
from lfs_migration.frames.codes import Coded
from lfs_migration.frames.levels import TRUE, simple
from lfs_migration.frames.pairs import Groups, common_type, grouped, known, numbered_alike, taken
from lfs_migration.frames.records import Records
from lfs_migration.frames.scope import truth

Numbers = NDArray[np.int32]
T = TypeVar("T")
NOT_KNOWN, NOBODY, SEVERAL = -1, -1, -2
CLOSE = 16
"""Times the number of rows that the lines of all households may take, as a table: four bytes each."""
FEW = 1 << 16
"""Lines that may always be a table."""

MANY = 8
"""Conditions whose rows are kept by household: rules mean the head, or the women, again and again."""


class Together:
    """The households of the rows of records, and their line numbers.

    Parameters
    ----------
    records : Records
        Harmonised; they must stay as they are.
    """

    def __init__(self, records: Records) -> None:
        self._records = records
        self._held: dict[tuple[str, ...], Any] = {}
        self._meant: dict[tuple[str, str], Groups] = {}
        self._lock = RLock()

    def household(self, record: str) -> Numbers:
        """Return a number for the household of each row, -1 where that is not known."""
        return self._once(("numbered", record), lambda: self._numbered(record))

    def households(self, record: str, home: str) -> tuple[Numbers, Numbers]:
        """Return numbers for the households of the rows of two records, the same for the same household."""
        if record == home:
            return self.household(record), self.household(home)
        return self._once(("alike", record, home), lambda: self._alike(record, home))

    def lines(self, record: str, home: str) -> Lines:
        """Return which row of a record has a line number, for rows of another record, or of the same."""
        return self._once(("lines", record, home), lambda: self._lines(record, home))

    def largest(self, record: str) -> int:
        """Return how many rows the largest household has."""
        return self._once(("largest", record), lambda: int(np.bincount(self.household(record) + 1)[1:].max(initial=0)))

    def meant(self, text: str, record: str) -> Groups:
        """Return by household the rows for which a condition is true or not known."""
        household = self.household(record)
        rows = (self._records.truth(text, record) != 0) & (household >= 0)
        with self._lock:
            if (text, record) not in self._meant:
                while len(self._meant) >= MANY:
                    del self._meant[next(iter(self._meant))]
                self._meant[text, record] = Groups(household, np.flatnonzero(rows))
            return self._meant[text, record]

    def _once(self, key: tuple[str, ...], made: Callable[[], T]) -> T:
        with self._lock:  # who comes second waits rather than doing the same
            if key not in self._held:
                self._held[key] = made()
            found: T = self._held[key]
        return found

    def _numbered(self, record: str) -> Numbers:
        link = self._parents(record)
        number = grouped(self._records, self._key(record)[:1], record) if link is None else link
        return number.astype(np.int32)

    def _parents(self, record: str) -> NDArray[np.int64] | None:
        """Return the row of each row's parent, where that is as good as its household: no row is an orphan."""
        parent = self._records.parent(record)
        key = self._key(record)[0]
        if parent is None or self._key(parent)[0] != key or self._records.missing(key):
            return None
        link = self._records.link(record)
        return None if (link < 0).any() else link

    def _alike(self, record: str, home: str) -> tuple[Numbers, Numbers]:
        one, two = (self._parents(each) for each in (record, home))
        if one is None or two is None or self._records.parent(record) != self._records.parent(home):
            first, second = (known(self._records, self._key(each)[:1], each) for each in (record, home))
            one, two = numbered_alike(first, second)
        return one.astype(np.int32), two.astype(np.int32)

    def _lines(self, record: str, home: str) -> Lines:
        own, theirs = self.households(record, home)
        return Lines(own, theirs, Placed.of(self._records, self._key(home)[1], home, there=True))

    def _key(self, record: str) -> tuple[str, ...]:
        assert self._records.codebook is not None
        return self._records.codebook.records[record].key


@dataclass(frozen=True)
class Placed:
    """The known answers to a variable as positions in their levels.

    Parameters
    ----------
    coded : Coded
        The answers as they stand.
    table : integer array
        For each of its levels the position in ``levels``; -1 where the answer is not known.
    levels : pyarrow.Array
        Answers, each once; some may be in no row.
    """

    coded: Coded
    table: Numbers
    levels: pa.Array

    @classmethod
    def of(cls, records: Records, name: str, record: str, *, there: bool = False) -> Placed:
        """Place a variable of a record or its parent; with ``there`` only answers are levels that are in some row."""
        coded = records.coded(name, record)
        if coded is None:
            coded = _every(known(records, [name], record)[0])
            return cls(coded, np.append(np.arange(coded.empty), NOT_KNOWN).astype(np.int32), coded.levels[:-1])
        kept = _answers(coded, records, name)
        if there:
            kept = kept[np.isin(kept, coded.seen)]
        table = np.full(len(coded.levels), NOT_KNOWN, dtype=np.int32)
        table[kept] = np.arange(len(kept))
        return cls(coded, table, coded.levels.take(pa.array(kept)))

    def at(self, rows: NDArray[np.int64]) -> Numbers:
        """Return the positions of the answers of some rows, -1 where one is not known."""
        found: Numbers = self.table[self.coded.codes[rows]]
        return found

    def every(self) -> Numbers:
        """Return the positions of all answers."""
        found: Numbers = self.coded.spread(self.table)
        return found

    def known(self, bit: NDArray[Any]) -> NDArray[Any]:
        """Return a number for each row whose answer is known, and 0 for the others."""
        return self.coded.spread(np.where(self.table >= 0, bit, 0).astype(bit.dtype))


def _answers(coded: Coded, records: Records, name: str) -> NDArray[np.int64]:
    """Return the levels that are answers: neither empty nor the code of an absent one."""
    answered = parse(f"answered({name})")
    table = simple(answered.tree, coded, records.missing(name))
    if table is not None:
        return np.flatnonzero(table == TRUE)
    frame = columns.frame({name: coded.levels})
    return np.flatnonzero(truth(frame, answered, records.scope(frame, [name])) == 1)


def _every(array: pa.ChunkedArray) -> Coded:
    """Code a column of however many values."""
    encoded = pc.dictionary_encode(array).combine_chunks()
    encoded = encoded.chunk(0) if isinstance(encoded, pa.ChunkedArray) else encoded
    codes = encoded.indices.fill_null(len(encoded.dictionary)).to_numpy(zero_copy_only=False)
    return Coded(codes, pa.concat_arrays([encoded.dictionary, pa.nulls(1, type=array.type)]))


class Lines:
    """Which row of a record has a line number of a household.

    Parameters
    ----------
    own : integer array of shape (rows of those that ask,)
        Their households.
    theirs : integer array of shape (rows,)
        The households of the record's rows, numbered alike; -1 where one is not known.
    line : Placed
        Their line numbers.
    """

    def __init__(self, own: Numbers, theirs: Numbers, line: Placed) -> None:
        self.own, self.theirs, self.line = own, theirs, line
        self._wide = len(line.levels) + 1  # one more, for a number that is nobody's
        numbers = line.every()
        there = (theirs >= 0) & (numbers >= 0)
        rows = np.arange(len(theirs)) if there.all() else np.flatnonzero(there)
        cells = self._cell(taken(theirs, rows), taken(numbers, rows))
        size = self._wide * (1 + int(max(theirs.max(initial=-1), own.max(initial=-1))))
        self._cells: NDArray[np.int64] | None = None
        if size > CLOSE * len(theirs) + FEW:
            self._cells, cells = np.unique(cells, return_inverse=True)
            size = len(self._cells)
        self._table = np.full(size, NOBODY, dtype=np.int32)
        self._table[cells] = rows
        again = self._table[cells] != rows
        if again.any():
            self._table[cells[again]] = SEVERAL
        self.nameless = np.flatnonzero((theirs >= 0) & (numbers < 0))

    def _cell(self, household: Numbers, line: Numbers) -> NDArray[np.int64]:
        return household.astype(np.int64) * self._wide + line

    def row(self, household: Numbers, line: Numbers) -> NDArray[np.int64]:
        """Return for known households and lines the row, -1 where none has the line, -2 where several have.

        Parameters
        ----------
        household : integer array
        line : integer array of the same shape
            Positions as :meth:`placed` gives them.
        """
        cells = self._cell(household, line)
        if self._cells is None:
            return self._table[cells].astype(np.int64)
        if not len(self._cells):
            return np.full(len(cells), NOBODY, dtype=np.int64)
        at = np.minimum(np.searchsorted(self._cells, cells), len(self._cells) - 1)
        return np.where(self._cells[at] == cells, self._table[at], NOBODY).astype(np.int64)

    def placed(self, records: Records, name: str, record: str) -> Placed:
        """Return the line numbers that a variable holds, as positions in those of the record.

        One that no row has is at the position after the last.
        """
        given, levels = Placed.of(records, name, record), self.line.levels
        kind = common_type(given.levels.type, levels.type)
        wanted, held = (pc.cast(each, kind, safe=False) for each in (given.levels, levels))
        found = pc.index_in(wanted, value_set=held).fill_null(len(levels)).to_numpy(zero_copy_only=False)
        return Placed(given.coded, np.append(found, NOT_KNOWN).astype(np.int32)[given.table], levels)
