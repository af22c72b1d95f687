"""The values of an expression in their order, on the engine that holds them: bins, then the few rows that matter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import copysign, log
from typing import Any

import narwhals.stable.v2 as nw
import pyarrow as pa

from lfs_migration.frames.lazy import Ask, Flags, Lazy, LazyRecords, grouped, number

FINE = 1000.0
"""Bins are of one width up to about the greatest value over this, and grow with the value from there on."""

Codes = tuple[Any, ...]


@dataclass(frozen=True)
class Ranks:
    """Rows of a record with a known value, on their engine.

    Parameters
    ----------
    frame : lazy frame
        With the columns ``_v`` (value) and ``_c0``, ``_c1`` ... (codes of the cell).
    keys, weights : tuples of str
        Columns of the sampling units, and of the weights, the sample's own first.
    codes : int
        How many codes a cell has.
    """

    frame: Lazy
    keys: tuple[str, ...]
    weights: tuple[str, ...]
    codes: int

    @classmethod
    def of(
        cls, records: LazyRecords, record: str, ask: Ask, flags: Flags, text: str, codes: Sequence[str],
        columns: tuple[Sequence[str], Sequence[str]],
    ) -> Ranks:  # fmt: skip
        """Return the rows of some groups of an answer to a request.

        Parameters
        ----------
        flags : list of mappings
            The groups; see :meth:`LazyRecords.inside`.
        text : str
            Expression of the value.
        codes : variables of the cells
        columns : (keys, weights)
        """
        frame, built = records.inside(record, ask, flags)
        keys, weights = (tuple(part) for part in columns)
        chosen = {f"_c{i}": records.code(name) for i, name in enumerate(codes)}
        rows = frame.select(*dict.fromkeys([*keys, *weights]), _v=number(built[text]), **chosen)
        return cls(rows.filter(nw.col(weights[0]) > 0), keys, weights, len(codes))

    @property
    def _by(self) -> dict[str, nw.Expr]:
        return {f"_c{i}": nw.col(f"_c{i}") for i in range(self.codes)}

    def each(self) -> pa.Table:
        """Return the sums of all weights at each value of a unit and cell: ``key K``, codes, ``_v``, weights."""
        return self._summed(self.frame, {"_v": nw.col("_v")})

    def _summed(self, rows: Lazy, more: Mapping[str, nw.Expr]) -> pa.Table:
        by = {**{f"key {name}": nw.col(name) for name in self.keys}, **self._by, **more}
        return grouped(rows, by, {weight: nw.col(weight).cast(nw.Float64) for weight in self.weights})

    def binned(self, span: tuple[float, float], bins: int) -> Ranks:
        """Return the rows with the bin of each, from 0 on, as column ``_bin``: a greater value is in no lower one.

        Parameters
        ----------
        span : (least, greatest) value
        bins : int
        """
        scale = FINE / max(map(abs, span)) if any(span) else 1.0
        low, high = _stretched(span[0], scale), _stretched(span[1], scale)
        value = nw.col("_v")
        bent = (value.abs() * scale + 1).log()
        bent = nw.when(value < 0).then(nw.lit(0.0) - bent).otherwise(bent)
        place = ((bent - low) * (bins / (high - low) if high > low else 0.0)).floor().clip(0, bins).cast(nw.Int64)
        return Ranks(self.frame.with_columns(_bin=place), self.keys, self.weights, self.codes)

    def histogram(self) -> pa.Table:
        """Return the sum of weights of each cell and bin: codes, ``_bin``, ``w``."""
        weight = nw.col(self.weights[0]).cast(nw.Float64)
        return grouped(self.frame, {**self._by, "_bin": nw.col("_bin")}, {"w": weight})

    def window(self, limits: Mapping[Codes, tuple[float, float]]) -> pa.Table:
        """Return the sum of weights of each value in some bins, from a first to a last for each cell."""
        bound = self._with(limits, ("_first", "_last"))
        rows = bound.filter(nw.col("_bin") >= nw.col("_first"), nw.col("_bin") <= nw.col("_last"))
        weight = nw.col(self.weights[0]).cast(nw.Float64)
        return grouped(rows, {**self._by, "_v": nw.col("_v")}, {"w": weight})

    def below(self, limits: Mapping[Codes, tuple[float]]) -> pa.Table:
        """Return sums of all weights over the rows at or below each cell's limit: ``key K``, codes, weights."""
        return self._summed(self._with(limits, ("_limit",)).filter(nw.col("_v") <= nw.col("_limit")), {})

    def _with(self, numbers: Mapping[Codes, tuple[float, ...]], names: Sequence[str]) -> Lazy:
        """Return the rows with numbers of their cell as columns; a cell without numbers is left out."""
        some = [next((cell[i] for cell in numbers if cell[i] is not None), 0) for i in range(self.codes)]
        columns: dict[str, list[Any]] = {"_k": [0] * len(numbers)}
        here = [nw.lit(0).alias("_k")]
        for i, known in enumerate(some):  # an empty code is no key of a join: it gets a known one, and a flag
            columns[f"_n{i}"] = [int(cell[i] is None) for cell in numbers]
            columns[f"_d{i}"] = [known if cell[i] is None else cell[i] for cell in numbers]
            here.append(nw.col(f"_c{i}").is_null().cast(nw.Int64).alias(f"_n{i}"))
            here.append(nw.coalesce(nw.col(f"_c{i}"), nw.lit(known)).alias(f"_d{i}"))
        keys = list(columns)
        columns |= {name: [float(values[j]) for values in numbers.values()] for j, name in enumerate(names)}
        return self.frame.with_columns(*here).join(_table(self.frame, columns), on=keys, how="inner")


def _stretched(value: float, scale: float) -> float:
    return copysign(log(abs(value) * scale + 1), value)


def _table(beside: Lazy, columns: Mapping[str, list[Any]]) -> Lazy:
    """Return a small table on the engine of another frame."""
    native: Any = nw.to_native(beside)
    if beside.implementation.is_duckdb():
        small = pa.table(dict(columns))  # noqa: F841 - the query finds it by this name
        native = native.query("beside", "SELECT * FROM small")
    elif beside.implementation.is_polars():
        native = nw.to_native(nw.from_native(pa.table(dict(columns))).lazy("polars"))
    else:
        rows = list(zip(*columns.values(), strict=True))
        native = native.sparkSession.createDataFrame(rows, list(columns))
    small_one: Lazy = nw.from_native(native)
    return small_one
