"""The rows behind a part of a statistic: which they are, in which cell, and with what value."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from lfs_migration import engine
from lfs_migration.engine import Pairs, Sums
from lfs_migration.errors import EstimationError
from lfs_migration.model.indicator import Part
from lfs_migration.sample.cells import By, Cells
from lfs_migration.sample.facts import Weighted
from lfs_migration.sample.sample import Sample

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Rows:
    """The rows of one part, and no others: what is outside a domain has weight zero and need not be carried along.

    Parameters
    ----------
    sample : Sample
    record : str
    text : str
        Expression of the value; empty where rows are counted.
    index : integer array of shape (rows inside,), or slice
        Row numbers in the record; a slice of everything when no row is outside.
    value : float array of shape (rows inside,)
    known : boolean array of shape (all rows,)
        False where it cannot be said whether the row is in the part, or with what value.
    cell : integer array of shape (rows inside,)
        -1 for none.
    cells : int
    by : tuple of By
        Breakdowns that the cells are made of.
    """

    sample: Sample
    record: str
    text: str
    index: Ints | slice
    value: Floats
    known: Mask
    cell: Ints
    cells: int = 1
    by: tuple[By, ...] = ()

    @classmethod
    def of(cls, sample: Sample, part: Part, where: str) -> Rows:
        """Return the rows of a part; one whose condition or value is unknown, or that has no household, is outside.

        Those of the last few parts are kept for the next statistics.
        """
        found: Rows = sample.lately((part, where), lambda: cls._of(sample, part, where))
        return found

    @classmethod
    def _of(cls, sample: Sample, part: Part, where: str) -> Rows:
        sample.require(part.record)
        truth, psu = sample.records.truth, sample.rows(part.record).psu
        answer = truth(part.where, part.record)
        known, inside = answer >= 0, (answer == 1) & (psu >= 0)
        if where:
            inside &= truth(where, part.record) == 1
        value = np.broadcast_to(1.0, len(psu))
        if part.value:
            value = sample.records.floats(part.value, part.record)
            present = ~np.isnan(value)
            known &= present | (answer == 0)
            inside &= present
        index = slice(None) if inside.all() else np.flatnonzero(inside)
        own = value[index]
        _finite(sample, part, index, own)
        return cls(sample, part.record, part.value, index, own, known, np.zeros(len(own), dtype=np.int64))

    @property
    def counted(self) -> bool:
        """Whether every value is 1."""
        return not self.text

    @cached_property
    def certain(self) -> bool:
        """Whether it is known of every row of the record whether it is in the part, and with what value."""
        return bool(self.known.all())

    def silent(self, where: str, other: Rows | None = None) -> Rows:
        """Return the rows of the domain of which it cannot be said whether they are in the part, or with what value.

        Parameters
        ----------
        where : str
            The domain.
        other : Rows, optional
            Rows of a denominator in the same record: those outside it are not asked.
        """
        index = self._doubtful(where) if other is None else other._doubtful(where)
        if other is not None and not self.certain:
            unsure = other.numbers[~self.known[other.index]]
            index = np.union1d(index, unsure) if len(index) else unsure
        return replace(self, text="", index=index, value=np.broadcast_to(1.0, len(index)), cell=np.zeros_like(index))

    def _doubtful(self, where: str) -> Ints:
        """Return the numbers of the rows of the domain that may be in the part."""
        if self.certain:
            return np.empty(0, dtype=np.int64)
        inside = (self.sample.records.truth(where, self.record) == 1) & (self.sample.rows(self.record).psu >= 0)
        return np.flatnonzero(inside & ~self.known)

    @property
    def numbers(self) -> Ints:
        """Row numbers in the record, of shape (rows inside,)."""
        return np.arange(len(self.known)) if isinstance(self.index, slice) else self.index

    def among(self, keep: Mask) -> Rows:
        """Return those of the rows that are kept."""
        if keep.all():
            return self
        return replace(self, index=self.numbers[keep], value=self.value[keep], cell=self.cell[keep])

    def into(self, found: Cells) -> Rows:
        """Return the rows in other cells."""
        moved = replace(self, cell=found.of[self.record][self.index], cells=found.number, by=found.by)
        moved.__dict__.update(weight=self.weight, psu=self.psu)
        return moved

    def same(self, other: Rows) -> bool:
        """Whether others are the same rows of the record."""
        a, b = self.index, other.index
        if isinstance(a, slice) or isinstance(b, slice):
            return isinstance(a, slice) and isinstance(b, slice)
        return len(a) == len(b) and bool((a == b).all())

    def holding(self, other: Rows) -> Rows:
        """Return these rows with the values of others, which are the same rows."""
        held = replace(self, text=other.text, value=other.value)
        held.__dict__.update(weight=self.weight, psu=self.psu, pairs=self.pairs)
        return held

    def values_at(self, other: Rows) -> Floats:
        """Return the values of other rows of the record in these, 0 for those that are not here."""
        if other.index is self.index:
            return self.value
        everywhere = np.zeros(len(self.known))
        everywhere[self.index] = self.value
        return everywhere[other.index]

    @property
    def present(self) -> Mask:
        """Whether each row of the record is here, of shape (all rows,)."""
        here = np.zeros(len(self.known), dtype=bool)
        here[self.index] = True
        return here

    @cached_property
    def weight(self) -> Floats:
        """Weight of each row, of shape (rows inside,)."""
        return self.sample.rows(self.record).weight[self.index]

    @cached_property
    def psu(self) -> Ints:
        """Sampling unit of each row, of shape (rows inside,)."""
        return self.sample.rows(self.record).psu[self.index]

    @cached_property
    def pairs(self) -> Pairs:
        """The pairs of sampling unit and cell that occur."""
        return engine.pairs(self.psu, self.cell, self.cells, self.sample.last, len(self.known))

    def sums(self, value: Floats | None = None) -> Sums:
        """Return the weighted sums of the value, or of another one, by sampling unit and cell."""
        return self._sums if value is None else self.pairs.sums(self.weight * value)

    @cached_property
    def _sums(self) -> Sums:
        return self.pairs.sums(self.weight if self.counted else self.weight * self.value)

    @cached_property
    def mass(self) -> Floats:
        """Sum of weights in each cell, of shape (cells,)."""
        return self._sums.total if self.counted else self.pairs.sums(self.weight).total

    def moment(self, first: Rows, second: Rows) -> Floats:
        """Return the weighted total in each cell of the product of the values of rows of the record, in these."""
        return self._added(self.sample.products(self, first, second))

    def totals_with(self, weighted: Weighted, factor: Floats | None = None) -> Floats:
        """Return the totals of the value under other weights, of shape (cells,).

        Parameters
        ----------
        weighted : Weighted
        factor : float array of shape (rows inside,), optional
            Takes the place of the value.
        """
        if factor is None:
            return self._added(weighted.values(self.record, self.text)[self.index])
        return self._added(weighted.values(self.record, "")[self.index] * factor)

    def _added(self, weighted: Floats) -> Floats:
        inside = self.cell >= 0
        return engine.summed(self.cell[inside], weighted[inside], self.cells)

    @cached_property
    def n(self) -> Ints:
        """Number of rows of the file in each cell, of shape (cells,)."""
        size, pairs = self.sample.rows(self.record).size, self.pairs
        if size is None:
            return pairs.rows
        return pairs.sums(size[self.index].astype(np.float64)).total.astype(np.int64)

    @property
    def nowhere(self) -> int:
        """Number of rows of the file that are in no cell."""
        size, inside = self.sample.rows(self.record).size, self.pairs.inside
        if inside is None:
            return 0
        return int((~inside).sum() if size is None else size[self.index][~inside].sum())

    @property
    def households(self) -> Ints:
        """Number of households in each cell, of shape (cells,)."""
        return self.n if self.record == self.sample.home else self.sample.households(self)


def _finite(sample: Sample, part: Part, index: Ints | slice, value: Floats) -> None:
    endless = np.isinf(value)
    if endless.any():
        row = int(np.arange(len(sample.rows(part.record).psu))[index][endless][0])
        raise EstimationError(
            f"{part.value} is infinite", where=sample.place(part.record, row),
            hint="Mend the value, or leave such rows out with a condition",
        )  # fmt: skip
