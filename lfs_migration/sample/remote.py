"""A sample whose records stay on their engine: what is asked of them once, and the answers to requests."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lfs_migration.errors import DesignError
from lfs_migration.frames import PARENT, ROW, Ask, Frame, LazyRecords, arrow, factor, frame
from lfs_migration.model.dataset import Dataset
from lfs_migration.sample.condensed import Condensed
from lfs_migration.sample.sample import Sample, unfit

Ints = NDArray[np.int64]


class RemoteSample(Sample):
    """The sample of a data set whose records stay on their engine."""

    records: LazyRecords

    def __init__(self, data: Dataset) -> None:
        super().__init__(data, LazyRecords(data))
        if self.design.multiplicity:
            raise DesignError("Multiplicity needs the records in memory", hint="Or divide the weight on their engine")
        plan = self.design.replicates
        if self.design.record_weights and plan is not None and plan.columns:
            raise DesignError(
                "Columns of replicates, and records with a weight of their own, need the records in memory",
                hint="Read them first, or leave one of the two out of the design",
            )
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
        table = self.records.combinations(self.home, columns)
        return frame({name: table[f"key {name}"] for name in columns}).sort(*columns)

    def place(self, record: str, row: int) -> str:
        """Return the sampling unit of a row of the plan, for messages."""
        return self.placed(arrow(self.plan), self.home, row)

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
        for name, values in zip(self.keys, levels, strict=True):
            found = table[f"key {PARENT if name == ROW and f'key {ROW}' not in table.column_names else name}"]
            own = pc.index_in(found, value_set=values.cast(found.type), skip_nulls=True).fill_null(-1)
            codes = own.to_numpy().astype(np.int64)
            code, absent = code * max(len(values), 1) + codes, absent | (codes < 0)
        place = np.minimum(np.searchsorted(known, code), max(len(known) - 1, 0))
        return np.where(absent, -1, unit[place])

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
            place = self.placed(first, record)
            raise unfit(weight, record, (bad, rows), np.nan if found is None else float(found), place)
        self._checked.add((weight, record))

    def placed(self, table: pa.Table, record: str, row: int = 0) -> str:
        """Return the household of a row of a table, or its sampling unit where it has none, for messages."""
        household = self.data.codebook.records[self.home].key[0] if self.data.codebook else None
        if household in table.column_names:
            return f"{self.home} {table[household][row].as_py()}"
        named = {name: name if name in table.column_names else f"key {name}" for name in self.keys_in(record)}
        return ", ".join(f"{name} {table[column][row].as_py()}" for name, column in named.items())

    def whole(self, record: str) -> tuple[float, int]:
        """Return the sum of the weights of a record, and the number of its rows in the file."""
        found: tuple[float, int] = self.once(
            ("whole", record), lambda: self.records.whole(record, self.weight_of(record))
        )
        return found

    def together(self, record: str, variables: Sequence[str]) -> list[tuple[Any, ...]]:
        """Return the combinations of codes of some variables that occur in a record, an absent code as nothing."""
        names = tuple(variables)
        table = self.once(("combinations", record, names), lambda: self.records.distinct(record, names))
        columns = [table[f"code {name}"].to_pylist() for name in names]
        return sorted(zip(*columns, strict=True), key=lambda codes: [(code is not None, code) for code in codes])

    def focused(self, asks: Callable[[], Mapping[str, Ask]]) -> Sample:
        """Return the sample as far as a request needs it."""
        return Condensed(self, asks())

    def fetched(self, record: str, names: Iterable[str], where: str) -> Sample:
        """Return a sample in memory of the rows of a domain, with some variables."""
        return Condensed(self, {record: Ask(where=where)}, tuple(names))
