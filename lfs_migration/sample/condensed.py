"""Samples that stay on their engine: each request is answered by groups of rows, which then are the sample.

A statistic needs, of each primary sampling unit and cell, sums of weights and of weighted values. So the engine groups
the rows by their unit and by every answer that the request asks about, and the groups take the place of rows: their
weight is the sum of weights, their value the weighted mean. Units times cells come into memory, whatever the number of
rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lfs_migration.errors import DesignError, NotFound
from lfs_migration.frames import PARENT, ROW, Ask, Frame, LazyRecords, Ranks, arrow, factor, floats, frame
from lfs_migration.model.dataset import Dataset
from lfs_migration.sample.ordered import Binned, Codes, Ordered
from lfs_migration.sample.rows import Rows
from lfs_migration.sample.sample import Facts, Sample, Weighted, unfit

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class RemoteSample(Sample):
    """The sample of a data set whose records stay on their engine."""

    records: LazyRecords

    def __init__(self, data: Dataset) -> None:
        super().__init__(data, LazyRecords(data))
        self._checked: set[tuple[str, str]] = set()

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """Columns that tell the sampling units apart: strata, and the units of each stage that counts."""
        design = self.design
        units = design.units[: max(len(design.populations), 1)]
        if not units:
            if ROW not in self.records.frames[self.home].columns:
                raise DesignError(
                    "No column says which primary sampling unit a row is in",
                    hint="Name one as psu; where each row was drawn by itself, a column that numbers the rows",
                )
            units = (ROW,)
        return (*((design.stratum,) if design.stratum else ()), *units)

    @cached_property
    def plan(self) -> Frame:
        """Different combinations of the design's columns, in the order of their values."""
        columns = list(dict.fromkeys((*self.keys, *self.design.populations)))
        table = self.records.combinations(self.home, columns).select(columns)
        return frame({name: table[name] for name in columns}).sort(*columns)

    def place(self, record: str, row: int) -> str:
        """Return the sampling unit of a row of the plan, for messages."""
        return self._place(arrow(self.plan), self.keys, row)

    @cached_property
    def _positions(self) -> tuple[list[pa.Array], Ints, Ints]:
        """Return the levels of each key, the codes of the combinations that occur, in order, and their units."""
        levels, code = [], np.zeros(len(self.plan), dtype=np.int64)
        for name in self.keys:
            own, values = factor(self.plan, name)
            levels.append(pa.array(values))
            code = code * max(len(values), 1) + own
        distinct, first = np.unique(code, return_index=True)
        return levels, distinct, self._units[1][first]

    def units_of(self, table: pa.Table) -> Ints:
        """Return the sampling unit of each group, -1 for none."""
        levels, known, unit = self._positions
        code, absent = np.zeros(len(table), dtype=np.int64), np.zeros(len(table), dtype=bool)
        for name, values in zip(self._keys_of(table), levels, strict=True):
            own = pc.index_in(table[name], value_set=values.cast(table[name].type), skip_nulls=True).fill_null(-1)
            codes = own.to_numpy().astype(np.int64)
            code, absent = code * max(len(values), 1) + codes, absent | (codes < 0)
        place = np.minimum(np.searchsorted(known, code), max(len(known) - 1, 0))
        return np.where(absent, -1, unit[place])

    def _keys_of(self, table: pa.Table) -> list[str]:
        """Return the names of the keys in the table of a record: a child has its parent's number for the row's."""
        return [PARENT if name == ROW and ROW not in table.column_names else name for name in self.keys]

    def keys_in(self, record: str) -> list[str]:
        """Return the columns of a record that tell its sampling units apart."""
        return [PARENT if name == ROW and record != self.home else name for name in self.keys]

    def weight_of(self, record: str) -> str:
        """Return the column of a record's weight, after a look for weights that cannot be used."""
        name = self.design.record_weights.get(record, self.design.weight)
        self.check(name, record)
        return name

    def check(self, weight: str, record: str) -> None:
        """Check a weight, once.

        Raises
        ------
        DesignError
            When it is missing, negative or infinite somewhere.
        """
        if (weight, record) in self._checked:
            return
        bad, first = self.records.unfit(record, weight)
        if bad:
            rows, found = self.records.whole(record, weight)[1], first[weight][0].as_py()
            place = self._place(first, self.keys_in(record))
            raise unfit(weight, record, (bad, rows), np.nan if found is None else float(found), place)
        self._checked.add((weight, record))

    def _place(self, table: pa.Table, keys: Sequence[str], row: int = 0) -> str:
        """Return the household of a row of a table, or its sampling unit where it has none."""
        household = self.data.codebook.records[self.home].key[0] if self.data.codebook else None
        if household in table.column_names:
            return f"household {table[household][row].as_py()}"
        return ", ".join(f"{name} {table[name][row].as_py()}" for name in keys)

    def whole(self, record: str) -> tuple[float, int]:
        """Return the sum of the weights of a record, and the number of its rows in the file."""
        found: tuple[float, int] = self.once(
            ("whole", record), lambda: self.records.whole(record, self.weight_of(record))
        )
        return found

    def focused(self, asks: Callable[[], Mapping[str, Ask]]) -> Sample:
        """Return the sample as far as a request needs it."""
        return Condensed(self, asks())

    def fetched(self, record: str, names: Iterable[str], where: str) -> Sample:
        """Return a sample in memory of the rows of a domain, with some variables."""
        return Condensed(self, {record: Ask(where=where)}, tuple(names))


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

    def once(self, name: Any, make: Callable[[], Any]) -> Any:
        """Return what is made once for the whole sample."""
        return self.source.once(name, make)

    def whole(self, record: str) -> tuple[float, int]:
        """Return the sum of the weights of a record, and the number of its rows in the file."""
        return self.source.whole(record)

    def place(self, record: str, row: int) -> str:
        """Return the sampling unit of a group, for messages."""
        return self.source._place(self.answers(record), self.source.keys_in(record), row)

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
        keys, weight = self.source.keys_in(record), self.source.weight_of(record)
        columns = dict.fromkeys([*keys, weight, *((PARENT,) if record != self.home else ())])
        table = self.source.records.rows_of(record, columns, self._fetched or (), self.asks[record].where)
        ones = pa.array(np.ones(len(table), dtype=np.int64))
        return table.append_column("n", ones)

    def _asked(self, record: str) -> pa.Table:
        ask = self.asks.get(record, Ask())
        groups = self.source.records.groups_of(record, ask, self.source.keys_in(record), self.weights_in(record))
        if not ask.codes:
            return groups
        combinations = self.source.once(
            ("combinations", record, ask.codes), lambda: self.source.records.distinct(record, ask.codes)
        )
        ghosts = combinations.select(list(ask.codes))
        return pa.concat_tables([groups, ghosts.cast(pa.schema([groups.schema.field(c) for c in ask.codes]))],
                                promote_options="default")  # fmt: skip

    def length(self, record: str) -> int:
        """Return the number of groups of a record."""
        return len(self.answers(record))

    def rows(self, record: str) -> Facts:
        """Return the design facts of the groups of a record."""
        if record not in self._facts:
            table = self.answers(record)
            weight = self.source.weight_of(record)
            size = pc.fill_null(table["n"], 0).to_numpy().astype(np.int64)
            own = _numbers(table, weight)
            psu = np.where(size > 0, self.source.units_of(table), -1)
            household = np.arange(len(table))
            if PARENT in table.column_names:
                household = pc.fill_null(table[PARENT], -1).to_numpy().astype(np.int64)
            self._facts[record] = Facts(psu, np.where(psu >= 0, own, 0.0), household, size)
        return self._facts[record]

    def sum_of(self, record: str, weight: str, texts: Sequence[str]) -> Floats:
        """Return a weight times the values of expressions, added up in each group."""
        table = self.answers(record)
        exact = [text for text in texts if f"exact {text}" in table.column_names]
        rest = [text for text in texts if text and text not in exact]
        names = [" * ".join((weight, *order)) for order in (rest, rest[::-1])]
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
        codes = [breakdown.variables[rows.record] for breakdown in rows.by]
        table = self.answers(rows.record).select(codes).take(self.numbers(rows))
        return {code: cell for code, cell in zip(tuples(table, rows.cell.size), rows.cell.tolist(), strict=True)
                if cell >= 0}  # fmt: skip

    def households(self, rows: Rows) -> Ints:
        """Return the number of different households in each cell of some groups, of shape (cells,)."""
        codes = [breakdown.variables[rows.record] for breakdown in rows.by]
        found = self.source.records.parents(rows.record, self.asks[rows.record], self.flags(rows), codes)
        place, out = self.places(rows), np.zeros(rows.cells, dtype=np.int64)
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
        return Binned(ranks, self.places(rows), rows, self.source.units_of)


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
        for column in (f"exact {name}", name):
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
