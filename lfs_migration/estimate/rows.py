"""The rows behind a part of a statistic: which cell each is in, and with what value."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lfs_migration import engine
from lfs_migration.engine import Sums
from lfs_migration.errors import EstimationError
from lfs_migration.estimate.cells import Cells
from lfs_migration.estimate.sample import Sample
from lfs_migration.model.indicator import Part

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Rows:
    """Rows of one part.

    Parameters
    ----------
    sample : Sample
    record : str
    cell : integer array of shape (rows,)
        -1 for a row outside the part.
    cells : int
    value : float array of shape (rows,)
        0 for a row outside the part.
    known : boolean array of shape (rows,)
        False where it cannot be said whether the row is in the part, or with what value.
    """

    sample: Sample
    record: str
    cell: Ints
    cells: int
    value: Floats
    known: NDArray[np.bool_]

    @classmethod
    def of(cls, sample: Sample, part: Part, numbered: Cells, where: str) -> Rows:
        """Return the rows of a part; one whose condition or value is unknown, or that has no household, is outside."""
        truth, psu = sample.records.truth, sample.rows(part.record).psu
        answer = truth(part.where, part.record)
        value = sample.records.floats(part.value, part.record) if part.value else np.ones(len(psu))
        absent = np.isnan(value)
        keep = (answer == 1) & (truth(where, part.record) == 1) & (psu >= 0) & ~absent
        if np.isinf(value[keep]).any():
            row = int(np.flatnonzero(keep & np.isinf(value))[0])
            raise EstimationError(
                f"{part.value} is infinite", where=sample.place(part.record, row),
                hint="Mend the value, or leave such rows out with a condition",
            )  # fmt: skip
        known = (answer == 0) | ((answer == 1) & ~absent)
        cell = np.where(keep, numbered.of[part.record], -1)
        return cls(sample, part.record, cell, numbered.number, np.where(keep, value, 0.0), known)

    def among(self, keep: NDArray[np.bool_]) -> Rows:
        """Return the rows without those that are not kept."""
        return replace(self, cell=np.where(keep, self.cell, -1))

    @property
    def weight(self) -> Floats:
        """Weight of each row, of shape (rows,)."""
        return self.sample.rows(self.record).weight

    def sums(self, value: Floats | None = None) -> Sums:
        """Return the weighted sums of the value, or of another one, by sampling unit and cell."""
        own = self.value if value is None else value
        return engine.collect(self.sample.rows(self.record).psu, self.cell, self.weight * own, self.cells)

    def total(self, value: Floats) -> Floats:
        """Return the weighted total of a value in each cell, of shape (cells,)."""
        inside = self.cell >= 0
        return engine.summed(self.cell[inside], (self.weight * value)[inside], self.cells)

    @property
    def sizes(self) -> tuple[Ints, Ints]:
        """Number of rows, and of households, in each cell."""
        n = np.bincount(self.cell[self.cell >= 0], minlength=self.cells)
        if self.record == self.sample.home:
            return n, n
        return n, engine.distinct(self.sample.rows(self.record).household, self.cell, self.cells)
