"""The tables by ``lfs_migration``."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
from tables import SETS, Row, Table

import lfs_migration as lfm
from lfs_migration.frames import Engine

DESIGN = lfm.Design("w", stratum="stratum", psu="psu")
AWAY = "abroad == 1"
EVERYONE = lfm.Part(record="data")


def statistic(
    table: Table,
) -> lfm.Count | lfm.Total | lfm.Mean | lfm.Share | lfm.Proportion | lfm.Quantile:
    """Return a table's statistic."""
    match table.kind:
        case "count":
            return lfm.Count()
        case "total":
            return lfm.Total(table.variable)
        case "mean":
            return lfm.Mean(table.variable)
        case "share":
            return lfm.Share(lfm.Part(record="data", where=f"{table.variable} == 1"), EVERYONE)
        case "proportion":
            return lfm.Proportion(table.variable)
        case "median":
            return lfm.Quantile(table.variable)


class Tables:
    """All columns: estimate, se, cv, interval, design effect, df, n and households."""

    def __init__(self, file: str, chosen: str) -> None:
        self._survey = lfm.dataset(pd.read_parquet(file), DESIGN)
        self._tables = SETS[chosen]
        self._frames: list[pd.DataFrame] = []

    def turn(self) -> None:
        """Make the tables."""
        self._frames = self._made(self._survey)

    def _made(self, survey: lfm.Dataset) -> list[pd.DataFrame]:
        return [
            lfm.estimate(survey, statistic(t), by=t.by, where="" if t.everyone else AWAY).to_frame()
            for t in self._tables
        ]

    def rows(self) -> Iterator[Row]:
        """Give the last results."""
        for table, frame in zip(self._tables, self._frames, strict=True):
            cells = frame[list(table.columns)].astype(str).agg("|".join, axis=1)
            for cell, estimate, se in zip(cells, frame["estimate"], frame["se"], strict=True):
                yield table.name, cell, estimate, se


class Replicated(Tables):
    """The same with 200 bootstrap replicates, which each turn makes anew."""

    def turn(self) -> None:
        """Make the replicates and the tables."""
        self._frames = self._made(lfm.replicate(self._survey, "bootstrap", replicates=200, seed=1))


class File(Tables):
    """The same of a Parquet file that is never loaded, with a gigabyte of memory."""

    def __init__(self, file: str, chosen: str) -> None:
        self._survey = lfm.dataset(file, DESIGN, engine=Engine("duckdb", memory=10**9))
        self._tables = SETS[chosen]
        self._frames = []
