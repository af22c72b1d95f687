"""The answer of an engine to a request, in the place of a sample in memory: groups of rows instead of rows.

A statistic needs, of each primary sampling unit and cell, sums of weights and of weighted values. So the engine groups
the rows by their unit and by every answer that the request asks about, and the groups are the rows of this sample:
their weight is the sum of weights, their value the weighted mean. Units times cells come into memory, whatever the
number of rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lfs_migration.errors import NotFound
from lfs_migration.frames import PARENT, Ask, Frame, Ranks, factor, floats, frame
from lfs_migration.sample.facts import Facts, Weighted
from lfs_migration.sample.ordered import Codes, Ordered, on_engine
from lfs_migration.sample.rows import Rows
from lfs_migration.sample.sample import Sample

if TYPE_CHECKING:
    from lfs_migration.sample.remote import RemoteSample

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class Condensed(Sample):
    """The groups of rows that answer a request, in the place of rows.

    Parameters
    ----------
    source : RemoteSample
    asks : mapping of record to Ask
    fetched : tuple of str, optional
        Variables to have for each row; rows are then not put together.
    """

    def __init__(self, source: RemoteSample, asks: Mapping[str, Ask], fetched: tuple[str, ...] | None = None) -> None:
        self.data, self.design, self.source, self.asks = source.data, source.design, source, dict(asks)
        self.cells: dict[Any, Any] = {}
        self._fetched = fetched
        self._answers: dict[str, pa.Table] = {}
        self._facts: dict[str, Facts] = {}
        self.records = Answers(self)

    @property
    def home(self) -> str:
        """The record that carries the design."""
        return self.source.home

    @property
    def plan(self) -> Frame:
        """Rows that hold the design."""
        return self.source.plan

    @property
    def _units(self) -> Any:
        return self.source._units

    def once(self, name: Any, make: Callable[[], Any], *, own: bool = False) -> Any:
        """Return what is made once for the whole sample."""
        return self.source.once(name, make, own=own)

    def whole(self, record: str) -> tuple[float, int]:
        """Return the sum of the weights of a record, and the number of its rows in the file."""
        return self.source.whole(record)

    def place(self, record: str, row: int) -> str:
        """Return the sampling unit of a group, for messages."""
        return self.source.placed(self.answers(record), record, row)

    def focused(self, asks: Callable[[], Mapping[str, Ask]]) -> Sample:
        """Return this sample where it answers a request too, else another one."""
        wanted = asks()
        answered = all(record in self.asks and self.asks[record].answers(ask) for record, ask in wanted.items())
        return self if answered else Condensed(self.source, wanted)

    def answers(self, record: str) -> pa.Table:
        """Return the groups of a record, and a group without rows for each combination that only others have."""
        if record not in self._answers:
            self._answers[record] = self._asked(record) if self._fetched is None else self._rows_fetched(record)
        return self._answers[record]

    def _rows_fetched(self, record: str) -> pa.Table:
        keys = [*self.source.keys_in(record), *((PARENT,) if record != self.home else ())]
        weight, where = self.source.weight_of(record), self.asks[record].where
        return self.source.records.rows_of(record, dict.fromkeys(keys), weight, self._fetched or (), where)

    def _asked(self, record: str) -> pa.Table:
        ask = self.asks.get(record, Ask())
        keys, weights = tuple(self.source.keys_in(record)), tuple(self.weights_in(record))
        groups = self.source.lately(
            ("groups", record, ask, keys, weights),
            lambda: self.source.records.groups_of(record, ask, keys, weights),
        )
        if not ask.codes:
            return groups
        combinations = self.source.once(
            ("combinations", record, ask.codes), lambda: self.source.records.distinct(record, ask.codes)
        )
        ghosts = combinations.drop_columns(["n"])
        ghosts = ghosts.cast(pa.schema([groups.schema.field(name) for name in ghosts.column_names]))
        return pa.concat_tables([groups, ghosts], promote_options="default")

    def length(self, record: str) -> int:
        """Return the number of groups of a record."""
        return len(self.answers(record))

    def rows(self, record: str) -> Facts:
        """Return the design facts of the groups of a record."""
        if record not in self._facts:
            table = self.answers(record)
            weight = self.source.weight_of(record)
            size = pc.fill_null(table["n"], 0).to_numpy().astype(np.int64)
            own = _numbers(table, f"sum {weight}")
            psu = np.where(size > 0, self.source.units_of(table), -1)
            household = np.arange(len(table))
            if f"key {PARENT}" in table.column_names:
                household = pc.fill_null(table[f"key {PARENT}"], -1).to_numpy().astype(np.int64)
            self._facts[record] = Facts(psu, np.where(psu >= 0, own, 0.0), household, size)
        return self._facts[record]

    def sum_of(self, record: str, weight: str, texts: Sequence[str]) -> Floats:
        """Return a weight times the values of expressions, added up in each group."""
        table = self.answers(record)
        exact = [text for text in texts if f"exact {text}" in table.column_names]
        rest = [text for text in texts if text and text not in exact]
        names = [" * ".join((f"sum {weight}", *order)) for order in (rest, rest[::-1])]
        total = _numbers(table, next((name for name in names if name in table.column_names), names[0]))
        for text in exact:
            total = total * _numbers(table, f"exact {text}")
        return total

    def products(self, rows: Rows, first: Rows, second: Rows) -> Floats:
        """Return weight times the values of two parts of a record, in each of some groups of it."""
        weight = self.source.weight_of(rows.record)
        product = self.sum_of(rows.record, weight, (first.text, second.text))[rows.index]
        out: Floats = np.where(first.present[rows.index] & second.present[rows.index], product, 0.0)
        return out

    def weighted(self, variable: str) -> Weighted:
        """Return another weight of the home record."""
        return Weighted(variable, lambda record, text: self.sum_of(record, variable, (text,)))

    def weights_in(self, record: str) -> list[str]:
        """Return the columns of a record's weight and of its replicate weights."""
        plan = self.design.replicates
        others = plan.columns if plan else ()
        for name in others:
            self.source.check(name, record)
        return [self.source.weight_of(record), *others]

    def flags(self, rows: Rows) -> list[dict[str, int]]:
        """Return what the conditions and knowns of a request are in some groups, each combination once."""
        table = self.answers(rows.record)
        names = [name for name in table.column_names if name.startswith(("truth ", "known "))]
        chosen = table.select(names).take(self.numbers(rows))
        if not names:
            return [{}] if rows.cell.size else []
        found: list[dict[str, int]] = chosen.group_by(names).aggregate([]).to_pylist()
        return found

    def numbers(self, rows: Rows) -> Ints:
        """Return the numbers of some groups."""
        return np.arange(self.length(rows.record))[rows.index]

    def places(self, rows: Rows) -> dict[Codes, int]:
        """Return the cell of each combination of codes in some groups."""
        codes = [f"code {breakdown.variables[rows.record]}" for breakdown in rows.by]
        table = self.answers(rows.record).select(codes).take(self.numbers(rows))
        return {code: cell for code, cell in zip(tuples(table, rows.cell.size), rows.cell.tolist(), strict=True)
                if cell >= 0}  # fmt: skip

    def categories(self, rows: Rows) -> dict[Codes, int]:
        """Return the cell of each combination of categories in some groups."""
        return {
            tuple(None if code is None else by.category(code) for by, code in zip(rows.by, codes, strict=True)): cell
            for codes, cell in self.places(rows).items()
        }

    def households(self, rows: Rows) -> Ints:
        """Return the number of different households in each cell of some groups, of shape (cells,)."""
        codes = [(breakdown.variables[rows.record], breakdown.recode) for breakdown in rows.by]
        ask, flags = self.asks[rows.record], self.flags(rows)
        groups = frozenset(frozenset(group.items()) for group in flags)
        # Many figures rest on the same rows, and each count is a pass over all of them.
        found = self.source.once(
            ("households", rows.record, ask.where, groups, tuple((name, *recode.items()) for name, recode in codes)),
            lambda: self.source.records.parents(rows.record, ask, flags, codes),
        )
        place, out = self.categories(rows), np.zeros(rows.cells, dtype=np.int64)
        combinations = tuples(found.select([f"_{i}" for i in range(len(codes))]), len(found))
        for code, count in zip(combinations, found["households"].to_pylist(), strict=True):
            if code in place:
                out[place[code]] += count
        return out

    def ordered(self, rows: Rows) -> Ordered:
        """Return the rows behind some groups in the order of their values."""
        codes = [breakdown.variables[rows.record] for breakdown in rows.by]
        columns = self.source.keys_in(rows.record), self.weights_in(rows.record)
        ask = self.asks[rows.record]
        ranks = Ranks.of(self.source.records, rows.record, ask, self.flags(rows), rows.text, codes, columns)
        table = self.answers(rows.record).take(self.numbers(rows))
        span = pc.min(table[f"least {rows.text}"]).as_py(), pc.max(table[f"most {rows.text}"]).as_py()
        return on_engine(ranks, span, self.places(rows), rows, self.source.units_of)


class Answers:
    """The answers of groups, in the place of the records of a sample in memory."""

    def __init__(self, sample: Condensed) -> None:
        self._sample, named = sample, sample.source.records
        self.frames, self.codebook = named.frames, named.codebook
        self.record_of, self.parent, self.missing = named.record_of, named.parent, named.missing
        self._truths: dict[tuple[str, str], NDArray[np.int8]] = {}
        self._factors: dict[tuple[str, str], tuple[Ints, list[Any]]] = {}

    def truth(self, text: str, record: str) -> NDArray[np.int8]:
        """Return 1 where a condition is true, 0 where false, -1 where unknown."""
        if not text or text == self._sample.asks[record].where:
            return np.ones(self._sample.length(record), dtype=np.int8)
        if (text, record) not in self._truths:
            column = self._sample.answers(record)[f"truth {text}"]
            self._truths[text, record] = pc.fill_null(column, -1).to_numpy().astype(np.int8)
        return self._truths[text, record]

    def floats(self, text: str, record: str) -> Floats:
        """Return the weighted mean of an expression in each group, not-a-number where it is unknown."""
        table = self._sample.answers(record)
        if f"exact {text}" in table.column_names:
            return floats(frame({text: table[f"exact {text}"]}), text)
        weight = self._sample.rows(record).weight
        total = self._sample.sum_of(record, self._sample.source.weight_of(record), (text,))
        mean = np.divide(total, weight, out=np.zeros(len(weight)), where=weight > 0)
        known = pc.fill_null(table[f"known {text}"], 0).to_numpy() == 1
        return np.where(known, mean, np.nan)

    def factor(self, name: str, record: str) -> tuple[Ints, list[Any]]:
        """Return a variable as positions in its sorted known codes, -1 where empty or missing."""
        if (name, record) not in self._factors:
            self._factors[name, record] = factor(frame({name: self._column(name, record)}), name)
        return self._factors[name, record]

    def values(self, text: str, record: str) -> pa.ChunkedArray:
        """Return the value of an expression for each row."""
        return self._column(text, record)

    def _column(self, name: str, record: str) -> pa.ChunkedArray:
        table = self._sample.answers(record)
        for column in (f"exact {name}", f"code {name}"):
            if column in table.column_names:
                return table[column]
        raise NotFound(f"{name!r} was not asked for")


def _numbers(table: pa.Table, name: str) -> Floats:
    """Return a column of sums; a group without rows has none."""
    out: Floats = pc.fill_null(table[name].cast(pa.float64()), 0.0).to_numpy()
    return out


def tuples(table: pa.Table, rows: int) -> list[tuple[Any, ...]]:
    """Return the rows of a table, which may be without a column."""
    columns = [table[name].to_pylist() for name in table.column_names]
    return list(zip(*columns, strict=True)) if columns else [()] * rows
