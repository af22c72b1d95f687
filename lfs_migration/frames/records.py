"""Expressions over the records of a data set: a child sees its parent's variables, a parent counts its children."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lfs_migration.errors import ExpressionError, LfsMigrationError, NotFound, near
from lfs_migration.expr import Expression, parse
from lfs_migration.frames import columns
from lfs_migration.frames.codes import Coded, coded
from lfs_migration.frames.columns import Frame
from lfs_migration.frames.keys import linked
from lfs_migration.frames.recent import Recent
from lfs_migration.frames.scope import FrameScope, evaluate, truth
from lfs_migration.frames.truths import NotCovered, Truths
from lfs_migration.model.codebook import Codebook
from lfs_migration.model.dataset import Dataset
from lfs_migration.model.noun import Value


class Named:
    """The records of a data set and the names in them.

    Parameters
    ----------
    data : Dataset
        Harmonised, or a researcher's own frame without a codebook.
    """

    def __init__(self, data: Dataset) -> None:
        self.codebook: Codebook | None = data.codebook
        self.frames: dict[str, Any] = dict(data.records)

    def record_of(self, name: str) -> str:
        """Return the record that a variable stands in.

        Raises
        ------
        NotFound
            With near matches.
        """
        for record, frame in self.frames.items():
            owns = self.codebook is None or self._owner(name) in (record, None)
            if owns and name in frame.columns:
                return record
        known = {name for frame in self.frames.values() for name in frame.columns}
        raise NotFound(f"No variable {name!r} in the data", hint=near(name, known))

    def _owner(self, name: str) -> str | None:
        variable = self.codebook.variables.get(name) if self.codebook else None
        return variable.record if variable else None

    def parent(self, record: str) -> str | None:
        """Return the parent of a record, when the data have it."""
        if self.codebook is None or record not in self.codebook.records:
            return None
        parent = self.codebook.records[record].parent
        return parent if parent in self.frames else None

    def missing(self, name: str) -> Mapping[Value, str]:
        """Return the codes of an absent answer."""
        variable = self.codebook.variables.get(name) if self.codebook else None
        return dict(variable.missing) if variable else {}

    def groups(self, name: str) -> Mapping[Value, str]:
        """Return the group of each code of a variable."""
        codelist = self.codebook.codelist_of(name) if self.codebook else None
        return codelist.group_of() if codelist else {}

    def lookups(self, name: str, attribute: str) -> Mapping[Value, str]:
        """Return an attribute of each code of a variable."""
        codelist = self.codebook.codelist_of(name) if self.codebook else None
        return codelist.attribute(attribute) if codelist else {}


class Records(Named):
    """The records of a data set in memory, for evaluating expressions."""

    def __init__(self, data: Dataset) -> None:
        super().__init__(data)
        self._links: dict[str, NDArray[np.int64]] = {}
        self._floats, self._factors = Recent(), Recent(1 << 27)
        self._coded: dict[tuple[str, str], Coded | None] = {}
        self._held = Recent()
        self._truths = Truths(self)

    def add(self, record: str, name: str, values: Any) -> None:
        """Put a new variable into a record; what was computed from an older one of that name is forgotten."""
        self._floats.clear()
        self._factors.clear()
        self._coded.clear()
        self._held.clear()
        self._truths.clear()
        self.frames[record] = columns.with_columns(self.frames[record], {name: values})

    def size(self, record: str) -> int:
        """Return the number of rows of a record."""
        return len(self.frames[record])

    def link(self, record: str) -> NDArray[np.int64]:
        """Return for each row its row in the parent record, -1 for an orphan."""
        if record not in self._links:
            parent = self.parent(record)
            assert parent is not None and self.codebook is not None
            key = self.codebook.records[parent].key[0]
            self._links[record] = linked(self.frames[record], self.frames[parent], key)
        return self._links[record]

    def column(self, name: str, record: str) -> pa.ChunkedArray:
        """Return a variable's values as they stand, from the record or its parent.

        Raises
        ------
        NotFound
            With near matches.
        """
        frame = self.frames[record]
        if name in frame.columns:
            return columns.column(frame, name)
        parent = self.parent(record)
        if parent is None or name not in self.frames[parent].columns:
            known = set(frame.columns) | (set(self.frames[parent].columns) if parent else set())
            raise NotFound(f"No variable {name!r} in the {record} record", hint=near(name, known))
        rows = self.link(record)
        return columns.column(self.frames[parent], name).take(pa.array(rows, mask=rows < 0))

    def values(self, text: str, record: str) -> pa.ChunkedArray:
        """Return the value of an expression for each row of a record."""
        return self.each_row(parse(text), record)

    def each_row(self, expression: Expression, record: str) -> pa.ChunkedArray:
        """Return the value of an expression that is parsed already for each row of a record."""
        return evaluate(*self._prepared(expression, record))

    def truth(self, text: str, record: str) -> NDArray[np.int8]:
        """Return 1 where a condition is true, 0 where false, -1 where unknown; an empty condition is always true."""
        if not text:
            return np.ones(self.size(record), dtype=np.int8)
        found = self._held.get((text, record)) or self._held.put((text, record), self._truth(text, record))
        return found[0]

    def _truth(self, text: str, record: str) -> NDArray[np.int8]:
        # What the levels of the variables do not settle, or fail to, is settled by the rows, and so are the errors.
        try:
            return self._truths.of(parse(text), record)
        except (NotCovered, LfsMigrationError, pa.ArrowException, TypeError, ValueError):
            return self.truth_by_rows(text, record)

    def truth_by_rows(self, text: str, record: str) -> NDArray[np.int8]:
        """Return what :meth:`truth` does, computed for every row: the plain way, which the quick one must agree with.

        Raises
        ------
        ExpressionError
            When the types of its parts do not go together, or it is no condition.
        """
        frame, expression, scope = self._prepared(parse(text), record)
        return truth(frame, expression, scope)

    def coded(self, name: str, record: str) -> Coded | None:
        """Return a variable of a record or its parent as positions in its levels; nothing where these are too many."""
        key = (name, record)
        if key not in self._coded:
            self._coded[key] = self._code(name, record)
        return self._coded[key]

    def _code(self, name: str, record: str) -> Coded | None:
        parent = self.parent(record)
        if name in self.frames[record].columns or parent is None or name not in self.frames[parent].columns:
            return coded(self.column(name, record))
        above = self.coded(name, parent)
        return None if above is None else above.below(self.link(record))

    def floats(self, text: str, record: str) -> NDArray[np.float64]:
        """Return the value of an expression as floats, not-a-number where unknown."""
        found = self._floats.get((text, record)) or self._floats.put((text, record), self._numbers(text, record))
        return found[0]

    def _numbers(self, text: str, record: str) -> NDArray[np.float64]:
        try:
            return self._truths.numbers(parse(text), record)
        except (NotCovered, LfsMigrationError, pa.ArrowException, TypeError, ValueError):
            return columns.floats(columns.frame({text: self.values(text, record)}), text)

    def at(self, name: str, record: str, rows: NDArray[np.int64]) -> list[Any]:
        """Return a variable's values in some rows, from the record or its parent, as they stand.

        Raises
        ------
        NotFound
            With near matches.
        """
        parent = self.parent(record)
        if name in self.frames[record].columns or parent is None or name not in self.frames[parent].columns:
            return list(self.column(name, record).take(pa.array(rows)).to_pylist())
        above = self.link(record)[rows]
        found = columns.column(self.frames[parent], name).take(pa.array(above, mask=above < 0))
        return list(found.to_pylist())

    def factor(self, name: str, record: str) -> tuple[NDArray[np.int64], list[Any]]:
        """Return a variable as positions in its sorted known codes, -1 where empty or missing."""
        key = (name, record)
        return self._factors.get(key) or self._factors.put(key, *self._factor(name, record))

    def _factor(self, name: str, record: str) -> tuple[NDArray[np.int64], list[Any]]:
        codes, levels = self._sorted(name, record)
        absent = self.missing(name)
        if not any(level in absent for level in levels):
            return codes, levels
        known = [level for level in levels if level not in absent]
        position = {level: i for i, level in enumerate(known)}
        renumber = np.array([*(position.get(level, -1) for level in levels), -1], dtype=np.int64)
        return renumber[codes], known

    def _sorted(self, name: str, record: str) -> tuple[NDArray[np.int64], list[Any]]:
        """Return a variable as positions in its sorted values, -1 where it is empty."""
        known = self.coded(name, record)
        if known is None:
            return columns.factor(columns.frame({name: self.column(name, record)}), name)
        values = known.levels.take(pa.array(known.seen)).to_pylist()
        levels = sorted(value for value in values if value is not None)
        position = {level: i for i, level in enumerate(levels)}
        table = np.full(len(known.levels), -1, dtype=np.int64)
        table[known.seen] = [-1 if value is None else position[value] for value in values]
        return known.spread(table), levels

    def scope(self, frame: Frame, names: Iterable[str]) -> FrameScope:
        """Return the scope that builds expressions over some variables, without aggregates, on a frame."""
        return FrameScope(frame, {name: self.missing(name) for name in names}, self.groups, self.lookups, {})

    def _prepared(self, expression: Expression, record: str) -> tuple[Frame, Expression, FrameScope]:
        """Return a frame that holds all that an expression needs, and the scope to build it in."""
        needed: dict[str, Any] = {name: self.column(name, record) for name in sorted(expression.names)}
        aggregated: dict[tuple[str, str, str], str] = {}
        for function, child, argument in expression.aggregates:
            key = (function, child, str(argument or ""))
            aggregated[key] = f"_{len(aggregated)}"
            needed[aggregated[key]] = self._aggregate(function, child, argument, record)
        rows = {"_row": pa.array(np.zeros(len(self.frames[record]), dtype=np.int8))}
        frame = columns.frame(needed or rows)
        missing = {name: self.missing(name) for name in expression.names}
        return frame, expression, FrameScope(frame, missing, self.groups, self.lookups, aggregated)

    def _aggregate(self, function: str, child: str, argument: Expression | None, record: str) -> pa.Array:
        """Aggregate over the children of each row; a child whose answer is unknown makes the result unknown."""
        if child not in self.frames or self.parent(child) != record:
            raise ExpressionError(f"{child!r} is not a record under {record}", detail=f"Used in {function}()")
        size = len(self.frames[record])
        link = self.link(child)
        inside = link >= 0
        if function == "total":
            assert argument is not None
            value = self.floats(argument.text, child)[inside]
            sums = np.bincount(link[inside], weights=np.nan_to_num(value), minlength=size)
            return pa.array(sums, mask=np.bincount(link[inside], weights=np.isnan(value), minlength=size) > 0)
        answer = self.truth(argument.text if argument else "", child)
        yes = np.bincount(link[inside & (answer == 1)], minlength=size)
        unknown = np.bincount(link[inside & (answer < 0)], minlength=size) > 0
        if function == "any":
            return pa.array(yes > 0, mask=unknown & (yes == 0))
        return pa.array(yes.astype(np.int64), mask=unknown)
