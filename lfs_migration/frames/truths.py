"""Conditions over many rows: worked out on the levels of their variables, and spread over the rows.

A condition is taken apart at ``and``, ``or`` and ``not``. What is left depends on one variable, as a rule, and so on
its few levels: it is computed for these, by the code that computes it for rows (:mod:`lfs_migration.frames.scope`), and
looked up for each row. What depends on several is computed on the combinations of their levels where these are few,
and on every row otherwise. The parts are put together by Kleene's logic, in which false, unknown and true are 0, 1 and
2, so that *and* is the least, *or* the greatest, and *not* the distance from 2 (S. C. Kleene, Introduction to
Metamathematics, 1952, section 64).
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache, reduce
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lfs_migration.expr import Expression
from lfs_migration.frames import columns
from lfs_migration.frames.codes import Coded, combined, joint, looked_up
from lfs_migration.frames.columns import Frame
from lfs_migration.frames.levels import FEW, TRUE, UNKNOWN, Kleene, simple
from lfs_migration.frames.recent import Recent
from lfs_migration.frames.scope import FrameScope, evaluate
from lfs_migration.model.noun import Value


class NotCovered(Exception):
    """A condition has a part that must be computed with the whole, on every row."""


class Held(Protocol):
    """What conditions are evaluated on."""

    def size(self, record: str) -> int:
        """Return the number of rows."""

    def coded(self, name: str, record: str) -> Coded | None:
        """Return a variable as positions in its levels."""

    def missing(self, name: str) -> Mapping[Value, str]:
        """Return the codes of an absent answer."""

    def scope(self, frame: Frame, names: Iterable[str]) -> FrameScope:
        """Return the scope that builds expressions without aggregates on a frame."""

    def each_row(self, expression: Expression, record: str) -> pa.ChunkedArray:
        """Return the value of an expression, computed for every row."""


@dataclass(frozen=True)
class _Part:
    """A part of a condition: the text that it is known by, its variables, and whether it counts child rows."""

    node: ast.expr
    text: str
    names: tuple[str, ...]
    counts: bool

    @classmethod
    def of(cls, node: ast.expr) -> _Part:
        expression = Expression("", node)
        return cls(node, ast.unparse(node), tuple(sorted(expression.names)), bool(expression.aggregates))

    @property
    def alone(self) -> bool:
        """Whether it depends on one variable."""
        return len(self.names) == 1 and not self.counts

    @property
    def expression(self) -> Expression:
        return Expression(self.text, self.node)

    @cached_property
    def parts(self) -> tuple[_Part, ...]:
        """What it joins or denies."""
        match self.node:
            case ast.BoolOp(values=values):
                return tuple(_Part.of(value) for value in values)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return (_Part.of(operand),)
        return ()


@lru_cache(maxsize=4096)
def _taken(expression: Expression) -> _Part:
    """Return an expression as a part; it is taken apart once, as it is parsed once."""
    return _Part.of(expression.tree)


class Truths:
    """Conditions over the rows of records.

    Parameters
    ----------
    held : Held
        The records.
    """

    def __init__(self, held: Held) -> None:
        self._held = held
        self._rows = Recent()
        self._tables: dict[tuple[str, str], Kleene] = {}

    def clear(self) -> None:
        """Forget what was computed."""
        self._rows.clear()
        self._tables.clear()

    def of(self, expression: Expression, record: str) -> NDArray[np.int8]:
        """Return 1 where a condition is true, 0 where it is false, -1 where that is unknown.

        Raises
        ------
        NotCovered
            When a part of it is no condition by itself.
        """
        part = _taken(expression)
        coded = self._held.coded(part.names[0], record) if part.alone else None
        if coded is not None:
            return coded.spread(_signed(self._table(part, record, coded)))
        return _signed(self._of(part, record))

    def numbers(self, expression: Expression, record: str) -> NDArray[np.float64]:
        """Return the value of an expression that depends on one variable as floats, not-a-number where unknown.

        Raises
        ------
        NotCovered
            When it depends on several, or on one of too many levels.
        """
        part = _taken(expression)
        coded = self._held.coded(part.names[0], record) if part.alone else None
        if coded is None:
            raise NotCovered
        frame = columns.frame({part.names[0]: coded.levels})
        found = evaluate(frame, part.expression, self._held.scope(frame, part.names))
        return coded.spread(columns.floats(columns.frame({part.text: found}), part.text))

    def _of(self, part: _Part, record: str) -> Kleene:
        coded = self._held.coded(part.names[0], record) if part.alone else None
        if coded is not None:  # spread as quickly as it would be found again
            return coded.spread(self._table(part, record, coded))
        key = (part.text, record)
        found = self._rows.get(key) or self._rows.put(key, self._computed(part, record))
        return found[0]

    def _computed(self, part: _Part, record: str) -> Kleene:
        match part.node:
            case ast.BoolOp(op=op):
                return self._joined(op, part.parts, record)
            case ast.UnaryOp(op=ast.Not()):
                return TRUE - self._of(part.parts[0], record)
        return self._atom(part, record)

    def _joined(self, op: ast.boolop, parts: Sequence[_Part], record: str) -> Kleene:
        """Join parts by *and* or *or*; those of one variable are joined on its levels, which is one look-up less."""
        join: Any = np.minimum if isinstance(op, ast.And) else np.maximum
        arrays, alone = [], dict[str, list[_Part]]()
        for part in parts:
            if part.alone and self._held.coded(part.names[0], record) is not None:
                alone.setdefault(part.names[0], []).append(part)
            else:
                arrays.append(self._of(part, record))
        for name, own in alone.items():
            coded = self._held.coded(name, record)
            assert coded is not None
            arrays.append(coded.spread(reduce(join, (self._table(part, record, coded) for part in own))))
        out: Kleene = reduce(join, arrays)
        return out

    def _table(self, part: _Part, record: str, coded: Coded) -> Kleene:
        """Return what a part that depends on one variable is for each of its levels."""
        key = (part.text, record)
        if key not in self._tables:
            self._tables[key] = self._tabled(part, record, coded)
        return self._tables[key]

    def _tabled(self, part: _Part, record: str, coded: Coded) -> Kleene:
        match part.node:
            case ast.BoolOp(op=op):
                join: Any = np.minimum if isinstance(op, ast.And) else np.maximum
                if all(one.alone for one in part.parts):
                    out: Kleene = reduce(join, (self._table(one, record, coded) for one in part.parts))
                    return out
            case ast.UnaryOp(op=ast.Not()):
                return TRUE - self._table(part.parts[0], record, coded)
        found = simple(part.node, coded, self._held.missing(part.names[0]))
        if found is not None:
            return found
        return self._on(columns.frame({part.names[0]: coded.levels}), part)

    def _atom(self, part: _Part, record: str) -> Kleene:
        """Return a part that cannot be taken apart: on combinations of levels, or on every row."""
        held = [] if part.counts else [self._held.coded(name, record) for name in part.names]
        known = [one for one in held if one is not None]
        if known and len(known) == len(held):
            found = joint(known, max(FEW, min(self._held.size(record) // 4, 1 << 20)))
            if found is not None:
                places, used = found
                frame = columns.frame(dict(zip(part.names, combined(used), strict=True)))
                return looked_up(self._on(frame, part), places)
        if not part.names and not part.counts:
            only = self._on(columns.frame({"_row": pa.array([0])}), part)
            return np.full(self._held.size(record), only[0], dtype=np.uint8)
        return _kleene(self._held.each_row(part.expression, record))

    def _on(self, frame: Frame, part: _Part) -> Kleene:
        return _kleene(evaluate(frame, part.expression, self._held.scope(frame, part.names)))


def _signed(found: Kleene) -> NDArray[np.int8]:
    """Return 1 for what is true, 0 for what is false and -1 for what is unknown."""
    out: NDArray[np.int8] = (found == TRUE).view(np.int8) - (found == UNKNOWN).view(np.int8)
    return out


def _kleene(array: pa.ChunkedArray) -> Kleene:
    if not pa.types.is_boolean(array.type):
        raise NotCovered
    out: Kleene = array.cast(pa.uint8()).fill_null(UNKNOWN).to_numpy()
    # False and true are 0 and 1 so far, and unknown is 1 as true is: the empty ones stay, the others are doubled.
    return np.where(array.is_null().to_numpy(), UNKNOWN, 2 * out).astype(np.uint8)
