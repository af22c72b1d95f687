"""What the tables cannot do without, in numpy, and nothing else: no names, no checks of the design, no intervals."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from tables import SETS, Row, Table

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Sums:
    """One ``numpy.bincount`` by unit and cell for each table, and the sum of its squares.

    The codes of cells are made while loading. Only counts are finished into results.
    """

    def __init__(self, file: str, chosen: str) -> None:
        self._frame = pd.read_parquet(file)
        self._tables = SETS[chosen]
        names = {name for table in self._tables for name in table.columns}
        self._codes = {name: np.unique(self._frame[name], return_inverse=True) for name in names}
        self._unit = self._frame["psu"].to_numpy()
        self._units = int(self._unit.max()) + 1
        self._weight = self._frame["w"].to_numpy() * (self._frame["abroad"].to_numpy() == 1)
        self._sums: list[Floats] = []

    def turn(self) -> None:
        """Make the sums."""
        self._sums = []
        for table in self._tables:
            sums = self._by_unit(table, self._weight)
            (sums**2).sum(axis=0)
            self._sums.append(sums)

    def _by_unit(self, table: Table, weight: Floats) -> Floats:
        cell, size = np.zeros(len(self._unit), dtype=np.int64), 1
        for name in table.columns:
            levels, codes = self._codes[name]
            cell, size = cell * len(levels) + codes, size * len(levels)
        sums = np.bincount(self._unit * size + cell, weights=weight, minlength=self._units * size)
        return np.asarray(sums.reshape(self._units, size), dtype=np.float64)

    def rows(self) -> Iterator[Row]:
        """Give totals and standard errors of the counts."""
        for table, sums in zip(self._tables, self._sums, strict=True):
            if table.kind == "count":
                yield from self._named(table, sums.sum(axis=0), self._se(sums))

    def _named(self, table: Table, estimate: Floats, se: Floats) -> Iterator[Row]:
        cells = product(*(self._codes[name][0] for name in table.columns))
        for cell, total, spread in zip(cells, estimate, se, strict=True):
            if total:
                yield table.name, "|".join(map(str, cell)), total, spread

    def _strata(self) -> Ints:
        """Return the stratum of each unit."""
        stratum = np.zeros(self._units, dtype=np.int64)
        stratum[self._unit] = self._frame["stratum"].to_numpy()
        return stratum

    def _se(self, sums: Floats) -> Floats:
        stratum = self._strata()
        variance = np.zeros(sums.shape[1])
        for h in range(int(stratum.max()) + 1):
            own = sums[stratum == h]
            variance += len(own) * own.var(axis=0, ddof=1)
        return np.sqrt(variance)


class Multipliers(Sums):
    """Two hundred bootstraps as multipliers of units, times the totals of units: counts, means and distributions."""

    def turn(self) -> None:
        """Draw the multipliers and make the tables."""
        factors = self._factors(np.random.default_rng(1), 200)
        self._made = [self._replicated(table, factors) for table in self._tables]

    def _factors(self, draw: np.random.Generator, replicates: int) -> Floats:
        """Return ``n_h / (n_h - 1)`` times the number of draws, when n_h - 1 units of a stratum are drawn."""
        stratum = self._strata()
        factors = np.empty((replicates, self._units))
        for h in range(int(stratum.max()) + 1):
            own = np.flatnonzero(stratum == h)
            n = len(own)
            factors[:, own] = n / (n - 1) * draw.multinomial(n - 1, np.full(n, 1 / n), size=replicates)
        return factors

    def _replicated(self, table: Table, factors: Floats) -> tuple[Floats, Floats]:
        weight, value = self._weight, np.ones(len(self._unit))
        if table.kind == "mean":
            money = self._frame[table.variable].to_numpy()
            weight, value = weight * ~np.isnan(money), np.nan_to_num(money)
        top, base = self._by_unit(table, weight * value), None
        if table.kind == "mean":
            base = self._by_unit(table, weight)
        elif table.kind == "proportion":
            categories = len(self._codes[table.variable][0])
            whole = top.reshape(self._units, -1, categories).sum(axis=2)
            base = np.repeat(whole, categories, axis=1)
        full, replicates = top.sum(axis=0), factors @ top
        if base is not None:
            full, replicates = full / base.sum(axis=0), replicates / (factors @ base)
        return full, np.sqrt(((replicates - full) ** 2).mean(axis=0))

    def rows(self) -> Iterator[Row]:
        """Give the last results."""
        for table, (estimate, se) in zip(self._tables, self._made, strict=True):
            yield from self._named(table, estimate, se)
