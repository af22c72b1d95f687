"""The sample behind a data set: its primary sampling units, and the weight and unit of each row of each record."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lfs_migration import engine
from lfs_migration.errors import DesignError
from lfs_migration.frames import Records, column
from lfs_migration.model.dataset import Dataset
from lfs_migration.model.design import Design

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Rows:
    """Design facts of a record's rows.

    Parameters
    ----------
    psu : integer array of shape (rows,)
        Primary sampling unit; -1 for a row without a household.
    weight : float array of shape (rows,)
    household : integer array of shape (rows,)
    """

    psu: Ints
    weight: Floats
    household: Ints


class Sample:
    """What estimation needs of a data set.

    Parameters
    ----------
    data : Dataset

    Raises
    ------
    DesignError
        When the data have no design; when a weight is missing or negative, or a stratum or unit is missing, naming the
        household; when a stratum has one unit and the policy is ``fail``.
    """

    def __init__(self, data: Dataset) -> None:
        if data.design is None:
            raise DesignError("The data have no sampling design", hint="Give one: lfm.Design(weight=...)")
        self.data = data
        self.design: Design = data.design
        self.records = Records(data)
        self._rows: dict[str, Rows] = {}

    @cached_property
    def home(self) -> str:
        """The record that carries the design: the household, or the only one."""
        return self.records.record_of(self.design.weight)

    @cached_property
    def _units(self) -> tuple[engine.Psus, Ints]:
        size = len(self.records.frames[self.home])
        stratum = self._names(self.design.stratum) if self.design.stratum else np.full(size, "")
        psu = self._names(self.design.psu) if self.design.psu else np.arange(size).astype(str)
        return engine.psus(stratum, psu, self.design.singletons)

    @property
    def units(self) -> engine.Psus:
        """The primary sampling units of the whole file."""
        return self._units[0]

    def _names(self, variable: str) -> NDArray[Any]:
        values = column(self.records.frames[self.home], variable).to_pylist()
        absent = [row for row, value in enumerate(values) if value is None]
        if absent:
            raise DesignError(
                f"{variable} is missing in {len(absent)} rows", where=self._household(absent[0]),
                hint="Every row of the design needs a stratum and a primary sampling unit",
            )  # fmt: skip
        return np.array([str(value) for value in values])

    def _household(self, row: int) -> str:
        frame = self.records.frames[self.home]
        key = self.data.codebook.records[self.home].key[0] if self.data.codebook else None
        return f"household {column(frame, key)[row].as_py()}" if key in frame.columns else f"row {row + 1}"

    def _weights(self, variable: str, record: str) -> Floats:
        weight = self.records.floats(variable, record)
        bad = np.flatnonzero(~(weight >= 0))
        if len(bad):
            row = int(bad[0])
            home = row if record == self.home else int(self.records.link(record)[row])
            found = "missing" if np.isnan(weight[row]) else f"{weight[row]:g}"
            raise DesignError(
                f"{variable} is missing or negative in {len(bad)} of {len(weight)} rows of the {record} record",
                where=self._household(home),
                detail=f"It is {found} there",
                hint="Mend the weight, or leave the household out and say so",
            )
        return weight

    def rows(self, record: str) -> Rows:
        """Return the design facts of a record's rows; emigrants and residents carry their household's."""
        if record not in self._rows:
            psu, weight = self._units[1], self._weights(self.design.weight, self.home)
            household = np.arange(len(psu))
            if record != self.home:
                link = self.records.link(record)
                inside = link >= 0
                psu, weight = np.where(inside, psu[link], -1), np.where(inside, weight[link], 0.0)
                household = link
                own = self.design.record_weights.get(record)
                weight = np.where(inside, self._weights(own, record), 0.0) if own else weight
            self._rows[record] = Rows(psu, weight, household)
        return self._rows[record]

    def record_for(self, expression_names: frozenset[str], default: str | None = None) -> str:
        """Return the lowest record that has one of the names, or the default, or the only record."""
        owners = {self.records.record_of(name) for name in expression_names}
        children = [record for record in owners if record != self.home]
        if children:
            return children[0]
        return default or self.home
