"""The tables by ``samplics``: loaded by name, since it lives in an environment of its own.

It is given the rows of a domain only. That is its quickest way, and here it loses nothing of the design, because every
primary sampling unit has emigrants.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from tables import SETS, Row, Table


class Tables:
    """Taylor linearisation."""

    def __init__(self, file: str, chosen: str) -> None:
        warnings.simplefilter("ignore")  # it says on import that it is archived
        self._samplics = import_module("samplics")
        frame = import_module("pandas").read_parquet(file)
        self._tables = SETS[chosen]
        self._columns = [self._prepared(frame, table) for table in self._tables]
        self._estimators: list[Any] = []

    @staticmethod
    def _prepared(frame: Any, table: Table) -> dict[str, Any]:
        """Return the columns of a table's rows, with several breakdowns joined into one."""
        inside = frame if table.everyone else frame[frame["abroad"] == 1]
        if table.variable:
            inside = inside[inside[table.variable].notna()]
        columns = {"psu": "psu", "stratum": "stratum", "samp_weight": "w"}
        arrays = {word: inside[name].to_numpy() for word, name in columns.items()}
        joined = inside[table.by[0]].astype(str)
        for name in table.by[1:]:
            joined = joined + "|" + inside[name].astype(str)
        arrays["y"] = inside[table.variable].to_numpy() if table.variable else (inside["w"] * 0 + 1).to_numpy()
        return {**arrays, "domain": joined.to_numpy(dtype=object).astype(str)}

    def turn(self) -> None:
        """Make the tables."""
        self._estimators = []
        words = {"count": "total", "share": "mean", "proportion": "prop"}
        for table, columns in zip(self._tables, self._columns, strict=True):
            parameter = getattr(self._samplics.PopParam, words.get(table.kind, table.kind))
            estimator = self._samplics.TaylorEstimator(parameter)
            estimator.estimate(**columns)
            self._estimators.append(estimator)

    def rows(self) -> Iterator[Row]:
        """Give the last results."""
        for table, made in zip(self._tables, self._estimators, strict=True):
            for cell, estimate in made.point_est.items():
                if isinstance(estimate, dict):
                    for level, share in estimate.items():
                        yield table.name, f"{cell}|{level}", share, made.stderror[cell][level]
                else:
                    yield table.name, str(cell), estimate, made.stderror[cell]
