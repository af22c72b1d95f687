"""The tables by ``svy``: loaded by name, since it lives in an environment of its own."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

from tables import SETS, Row, Table


class Tables:
    """Taylor linearisation."""

    method = "taylor"

    def __init__(self, file: str, chosen: str) -> None:
        svy, polars = import_module("svy"), import_module("polars")
        self._away = svy.col("abroad") == 1
        frame = polars.read_parquet(file).with_columns(one=polars.lit(1.0))
        self._sample = svy.Sample(frame, svy.Design(stratum="stratum", psu="psu", wgt="w"))
        self._tables = SETS[chosen]
        self._frames: list[Any] = []

    def turn(self) -> None:
        """Make the tables."""
        self._frames = self._made(self._sample)

    def _made(self, sample: Any) -> list[Any]:
        return [self._table(sample.estimation, table).to_polars() for table in self._tables]

    def _table(self, estimation: Any, table: Table) -> Any:
        words = {"by": table.by, "method": self.method, "drop_nulls": True}
        if not table.everyone:
            words["where"] = self._away
        verbs = {"count": "total", "proportion": "prop", "share": "mean"}
        return getattr(estimation, verbs.get(table.kind, table.kind))(table.variable or "one", **words)

    def rows(self) -> Iterator[Row]:
        """Give the last results."""
        for table, frame in zip(self._tables, self._frames, strict=True):
            for row in frame.iter_rows(named=True):
                yield table.name, "|".join(str(row[name]) for name in table.columns), row["est"], row["se"]


class Replicated(Tables):
    """Two hundred bootstrap replicates, which each turn makes anew."""

    method = "replication"

    def turn(self) -> None:
        """Make the replicate weights and the tables."""
        self._frames = self._made(self._sample.weighting.create_bs_wgts(n_reps=200, rstate=1))
