"""The tables by hand in DuckDB and polars: one group-by each, and the variance of its sums in numpy.

They give estimates and standard errors, and none of the other columns.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import import_module
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit
from tables import SETS, Row, Table

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Columns = dict[str, NDArray[Any]]


class Tables:
    """What both share: the algebra after the group-by. Codes are numbered from 0 while loading.

    A subclass sets ``stratum``, the stratum of each unit, and ``levels``, the values of each code, and says how rows
    are grouped, and fetched for a median.
    """

    stratum: Ints
    levels: dict[str, list[Any]]

    def __init__(self, chosen: str) -> None:
        self._tables = SETS[chosen]
        self._names = sorted({name for table in self._tables for name in table.columns})
        self._made: list[tuple[Ints, Floats, Floats]] = []

    def grouped(self, table: Table) -> Columns:
        """Return ``psu``, the columns of the table's cells, and the weighted sums ``y`` (value) and ``x`` (one)."""
        raise NotImplementedError

    def fetched(self, table: Table) -> Columns:
        """Return ``psu``, ``w``, the variable and the breakdowns, sorted by breakdown and variable."""
        raise NotImplementedError

    def turn(self) -> None:
        """Make the tables."""
        self._made = [self._median(t) if t.kind == "median" else self._smooth(t) for t in self._tables]

    def rows(self) -> Iterator[Row]:
        """Give the last results, of the cells that occur."""
        for table, (occurring, estimate, se) in zip(self._tables, self._made, strict=True):
            cells = list(product(*(self.levels[name] for name in table.columns)))
            for cell in np.flatnonzero(occurring):
                yield table.name, "|".join(map(str, cells[cell])), estimate[cell], se[cell]

    def _numbered(self, columns: Columns, names: Sequence[str]) -> tuple[Ints, int]:
        """Return the cell of each row, and how many cells there are."""
        cell, size = np.zeros(len(columns["psu"]), dtype=np.int64), 1
        for name in names:
            levels = len(self.levels[name])
            cell, size = cell * levels + columns[name], size * levels
        return cell, size

    def _smooth(self, table: Table) -> tuple[Ints, Floats, Floats]:
        sums = self.grouped(table)
        cell, cells = self._numbered(sums, table.columns)
        psu, y, x = sums["psu"], sums["y"], sums["x"]
        occurring, top = np.bincount(cell, minlength=cells), _summed(cell, y, cells)
        if table.kind in ("count", "total"):
            return occurring, top, self._se(psu, cell, y, cells)
        if table.kind != "proportion":
            base = _summed(cell, x, cells)
            return occurring, top / base, self._se(psu, cell, (y - (top / base)[cell] * x) / base[cell], cells)
        units, categories = len(self.stratum), len(self.levels[table.variable])
        dense = _summed(psu * cells + cell, y, units * cells).reshape(units, cells)
        whole = np.repeat(dense.reshape(units, -1, categories).sum(axis=2), categories, axis=1)
        base = whole.sum(axis=0)
        linear, place = (dense - top / base * whole) / base, np.arange(units * cells)
        return occurring, top / base, self._se(place // cells, place % cells, linear.ravel(), cells)

    def _median(self, table: Table) -> tuple[Ints, Floats, Floats]:
        """Take Woodruff's limits of the share below the median back through the distribution."""
        rows = self.fetched(table)
        cell, cells = self._numbered(rows, table.by)
        found = np.full((2, cells), np.nan)
        for number in range(cells):
            inside = cell == number
            value, weight, psu = rows[table.variable][inside], rows["w"][inside], rows["psu"][inside]
            share = np.cumsum(weight) / weight.sum()
            median = value[np.searchsorted(share, 0.5)]
            below = value <= median
            p = weight[below].sum() / weight.sum()
            linear = _summed(psu, weight * (below - p), len(self.stratum)) / weight.sum()
            units, t = np.arange(len(self.stratum)), self._t(psu)
            half = t * self._se(units, np.zeros_like(units), linear, 1)[0]
            low, high = value[np.searchsorted(share, [p - half, p + half])]
            found[:, number] = median, (high - low) / (2 * t)
        return np.bincount(cell, minlength=cells), found[0], found[1]

    def _t(self, psu: Ints) -> float:
        """Return Student's t for 95 %, with the degrees of freedom of the units in a domain."""
        units = np.unique(psu)
        return float(stdtrit(len(units) - len(np.unique(self.stratum[units])), 0.975))

    def _se(self, psu: Ints, cell: Ints, value: Floats, cells: int) -> Floats:
        """Return the standard errors of totals: n / (n - 1) (sum of squares - square of sum / n), over the strata."""
        n = np.bincount(self.stratum)
        place, size = self.stratum[psu] * cells + cell, len(n) * cells
        total = _summed(place, value, size).reshape(len(n), cells)
        squares = _summed(place, value**2, size).reshape(len(n), cells)
        within = (n / (n - 1))[:, None] * (squares - total**2 / n[:, None])
        return np.asarray(np.sqrt(within.sum(axis=0)))


def _summed(place: Ints, value: Floats, size: int) -> Floats:
    return np.asarray(np.bincount(place, weights=value, minlength=size), dtype=np.float64)


class Polars(Tables):
    """The group-by in polars."""

    def __init__(self, file: str, chosen: str) -> None:
        super().__init__(chosen)
        self._polars = import_module("polars")
        frame, col = self._polars.read_parquet(file), self._polars.col
        self.levels = {name: frame[name].unique().sort().to_list() for name in self._names}
        self._frame = frame.with_columns(col(name).rank("dense").cast(self._polars.Int64) - 1 for name in self._names)
        self.stratum = self._frame.group_by("psu").first().sort("psu")["stratum"].to_numpy()

    def _inside(self, table: Table) -> Any:
        col = self._polars.col
        rows = self._frame.lazy() if table.everyone else self._frame.lazy().filter(col("abroad") == 1)
        return rows.filter(col(table.variable).is_not_null()) if table.variable else rows

    def grouped(self, table: Table) -> Columns:
        """Group rows by unit and cell."""
        weight, counted = self._polars.col("w"), table.kind in ("count", "proportion")
        y = weight if counted else weight * self._polars.col(table.variable)
        sums = self._inside(table).group_by("psu", *table.columns).agg(y=y.sum(), x=weight.sum()).collect()
        return {name: sums[name].to_numpy() for name in sums.columns}

    def fetched(self, table: Table) -> Columns:
        """Sort rows."""
        rows = self._inside(table).select("psu", "w", table.variable, *table.by).sort(*table.by, table.variable)
        made = rows.collect()
        return {name: made[name].to_numpy() for name in made.columns}


class DuckDB(Tables):
    """The group-by in DuckDB."""

    def __init__(self, file: str, chosen: str) -> None:
        super().__init__(chosen)
        self._base = import_module("duckdb").connect()
        self._base.execute(f"CREATE VIEW file AS SELECT * FROM read_parquet('{file}')")
        self.levels = {name: sorted(self._fetch(f"SELECT DISTINCT {name} AS v FROM file")["v"]) for name in self._names}
        codes = ", ".join(f"list_position({self._list(name)}, {name}) - 1 AS {name}" for name in self._names)
        self._base.execute(f"CREATE TABLE people AS SELECT * REPLACE ({codes}) FROM file")
        self.stratum = self._fetch("SELECT psu, any_value(stratum) AS h FROM people GROUP BY psu ORDER BY psu")["h"]

    def _list(self, name: str) -> str:
        return f"[{', '.join(map(repr, np.array(self.levels[name]).tolist()))}]"

    def _fetch(self, sql: str) -> Columns:
        fetched: Columns = self._base.execute(sql).fetchnumpy()
        return fetched

    @staticmethod
    def _inside(table: Table) -> str:
        known = f"{table.variable} IS NOT NULL" if table.variable else "TRUE"
        return known if table.everyone else f"abroad = 1 AND {known}"

    def grouped(self, table: Table) -> Columns:
        """Group rows by unit and cell."""
        y = "w" if table.kind in ("count", "proportion") else f"w * {table.variable}"
        names = ", ".join(["psu", *table.columns])
        where = self._inside(table)
        return self._fetch(f"SELECT {names}, sum({y}) AS y, sum(w) AS x FROM people WHERE {where} GROUP BY {names}")

    def fetched(self, table: Table) -> Columns:
        """Sort rows."""
        by, where = ", ".join(table.by), self._inside(table)
        return self._fetch(
            f"SELECT psu, w, {table.variable}, {by} FROM people WHERE {where} ORDER BY {by}, {table.variable}"
        )


class File(DuckDB):
    """The group-by in DuckDB over a Parquet file that is never loaded, with a gigabyte of memory."""

    def __init__(self, file: str, chosen: str) -> None:
        Tables.__init__(self, chosen)
        self._base = import_module("duckdb").connect(config={"memory_limit": "1GB", "preserve_insertion_order": False})
        self._base.execute(f"CREATE VIEW people AS SELECT * FROM read_parquet('{file}')")
        self.levels = {n: sorted(self._fetch(f"SELECT DISTINCT {n} AS v FROM people")["v"]) for n in self._names}
        self.stratum = self._fetch("SELECT psu, any_value(stratum) AS h FROM people GROUP BY psu ORDER BY psu")["h"]

    def grouped(self, table: Table) -> Columns:
        """Group rows by unit and cell, then number the codes of the groups."""
        return self._coded(super().grouped(table))

    def fetched(self, table: Table) -> Columns:
        """Sort rows, then number the codes."""
        return self._coded(super().fetched(table))

    def _coded(self, columns: Columns) -> Columns:
        coded = {n: np.searchsorted(self.levels[n], column) for n, column in columns.items() if n in self.levels}
        return columns | coded
