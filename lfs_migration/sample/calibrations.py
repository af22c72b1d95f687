"""The calibrations of a sample: which cells its rows are in, what the variance needs of them, and doing them again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lfs_migration.engine import (
    CHUNK,
    Calibrated,
    Replicates,
    Sums,
    factors,
    numbered,
    summed,
)
from lfs_migration.errors import DesignError
from lfs_migration.frames import is_lazy
from lfs_migration.model.calibration import Calibration
from lfs_migration.model.design import Reference
from lfs_migration.sample.auxiliaries import Auxiliaries, auxiliaries, shown
from lfs_migration.sample.distance import Equations, Solution, distance
from lfs_migration.sample.facts import Weighted
from lfs_migration.sample.sample import Sample
from lfs_migration.sample.slopes import IteratedStep, Step, chained

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def weight_of(sample: Sample, name: str, record: str) -> Floats:
    """Return a weight of a record's rows, 0 for a row without a household."""
    weight = np.nan_to_num(sample.records.floats(name, record))
    return weight if record == sample.home else np.where(sample.records.link(record) >= 0, weight, 0.0)


def equations(calibration: Calibration, found: Auxiliaries) -> Equations:
    """Return the equations that a calibration solves."""
    slack = np.array(calibration.slack or [0.0] * len(calibration.margins))[found.margin]
    return Equations(found.x, found.totals, distance(calibration.method, *calibration.bounds), slack)


@dataclass(frozen=True)
class Chain:
    """Calibrations of one record's weights, one after the other.

    Parameters
    ----------
    calibrations : tuple of Calibration
    found : tuple of Auxiliaries
        One a calibration.
    weights : tuple of float arrays of shape (rows,)
        Before the first calibration, and after each.
    cell : integer array of shape (rows,)
        Common cell: where rows are in the same cell of each calibration.
    own : tuple of integer arrays of shape (cells,)
        Cell of each calibration that a common cell is in.
    """

    calibrations: tuple[Calibration, ...]
    found: tuple[Auxiliaries, ...]
    weights: tuple[Floats, ...]
    cell: Ints
    own: tuple[Ints, ...]

    @classmethod
    def of(cls, sample: Sample, record: str, calibrations: tuple[Calibration, ...]) -> Chain:
        """Return the chain of a record's weights."""
        names = (calibrations[0].base, *(calibration.weight for calibration in calibrations))
        weights = [weight_of(sample, name, record) for name in names]
        found = tuple(auxiliaries(sample, record, weights[0], c.margins) for c in calibrations)
        parts = [(one.cell, len(one.x)) for one in found]
        for calibration, weight in zip(calibrations, weights, strict=False):
            if calibration.residuals == "iterated":  # takes unweighted means: cells are of one weight
                distinct, code = np.unique(weight, return_inverse=True)
                parts.append((code, len(distinct)))
        cell, size = parts[0]
        for code, levels in parts[1:]:
            occurring, cell = numbered(cell * levels + code, size * levels)
            size = len(occurring)
        own = []
        for one in found:
            place = np.zeros(size, dtype=np.int64)
            place[cell] = one.cell
            own.append(place)
        return cls(calibrations, found, tuple(weights), cell, tuple(own))

    @property
    def cells(self) -> int:
        """Number of common cells."""
        return len(self.own[0])

    @property
    def g(self) -> Floats:
        """Weights after all calibrations over those before, by common cell."""
        out: Floats = np.divide(self.sums[-1], self.sums[0], out=np.ones(self.cells), where=self.sums[0] > 0)
        return out

    @cached_property
    def sums(self) -> tuple[Floats, ...]:
        """Sums of the weights by common cell, before and after each calibration."""
        return tuple(summed(self.cell, weight, self.cells) for weight in self.weights)

    def steps(self) -> Iterator[Step | IteratedStep]:
        """Return the calibrations as their residuals need them."""
        for i, (calibration, found, own) in enumerate(zip(self.calibrations, self.found, self.own, strict=True)):
            x, before, after = found.x[own], self.sums[i], self.sums[i + 1]
            if calibration.residuals == "iterated":
                rows = np.bincount(self.cell[self.weights[0] > 0], minlength=self.cells).astype(float)
                yield IteratedStep(x, before, after, rows, found.margin)
            else:
                yield Step(x, before, after, equations(calibration, found).slack)

    def totals(self, unit: Ints, units: int) -> Floats:
        """Return the weighted totals of all auxiliaries by sampling unit, of shape (units, auxiliaries)."""
        inside = unit >= 0
        place = unit[inside], self.cell[inside]
        return np.concatenate(
            [_sparse(weight[inside], place, (units, self.cells)) @ found.x[own]
             for weight, found, own in zip(self.weights[1:], self.found, self.own, strict=True)], axis=1,
        )  # fmt: skip

    @cached_property
    def solved(self) -> tuple[Solution, ...]:
        """The calibrations of the whole sample, from which those of replicates start."""
        return tuple(
            equations(c, found).solve(summed(found.cell, weight, len(found.x)))
            for c, found, weight in zip(self.calibrations, self.found, self.weights, strict=False)
        )

    def again(self, weight: Floats, name: str) -> Floats:
        """Calibrate other weights: return their g by common cell.

        Parameters
        ----------
        weight : float array of shape (cells,)
        name : str
            What they are, for messages.
        """
        g = np.ones(self.cells)
        for calibration, found, own, full in zip(self.calibrations, self.found, self.own, self.solved, strict=True):
            sums = summed(own, weight * g, len(found.x))
            solution = equations(calibration, found).solve(sums, full.multiplier)
            if not solution.met:
                raise _unmet(calibration, found, sums, name)
            g = g * solution.g[own]
        return g


def _unmet(calibration: Calibration, found: Auxiliaries, sums: Floats, name: str) -> DesignError:
    empty = np.flatnonzero((sums @ np.abs(found.x) == 0) & (found.totals != 0))
    why = "No weights within the bounds meet all its margins" if np.isfinite(calibration.bounds).any() else ""
    if len(empty):
        margin = calibration.margins[found.margin[empty[0]]]
        why = f"It leaves no row of {shown(found.codes[empty[0]]) or margin.name} in the margin {margin.name}"
    return DesignError(
        f"{name} cannot be calibrated", detail=why or "Its margins cannot all be met",
        hint="Join small categories, widen the bounds, or take another method of replication",
    )  # fmt: skip


class Calibrations:
    """All calibrations of a sample.

    Cells are numbered through the chains of records, from 1; 0 is for rows whose weight was never calibrated.

    Parameters
    ----------
    sample : Sample
    position : integer array of shape (rows of the home record,)
        Their sampling units, of the last stage that counts.

    Raises
    ------
    DesignError
        When the records stay on their engine.
    """

    def __init__(self, sample: Sample, position: Ints) -> None:
        if any(map(is_lazy, sample.records.frames.values())):
            raise DesignError(
                "The variance of calibrated weights needs the records in memory",
                hint="Read them first, or give the weights of replicates, calibrated each, as columns",
            )
        self._sample, self._position = sample, position
        done = sample.design.calibrations
        self.chains = {
            record: Chain.of(sample, record, tuple(c for c in done if c.record == record))
            for record in dict.fromkeys(c.record for c in done)
        }
        sizes = [chain.cells for chain in self.chains.values()]
        self._first = dict(zip(self.chains, (1 + np.cumsum([0, *sizes])).tolist(), strict=False))
        self.cells = 1 + sum(sizes)

    def cell(self, record: str) -> Ints:
        """Return the calibration cell of each row of a record: its own, or that of the record whose weight it has."""
        sample = self._sample
        own = record if record in (sample.home, *sample.design.record_weights) else sample.home
        size = len(sample.records.frames[record])
        if own == sample.home and sample.design.reference is not None:
            cell = self._of_reference(sample.design.reference)
        elif own in self.chains:
            cell = self.chains[own].cell + self._first[own]
        else:
            return np.zeros(size, dtype=np.int64)
        if own == record:
            return cell
        link = sample.records.link(record)
        return np.where(link >= 0, cell[link], 0)

    def _of_reference(self, reference: Reference) -> Ints:
        """Return the cell of each household: that of the member whose weight it has."""
        link = self._sample.records.link(reference.record)
        cell = np.zeros(len(self._position), dtype=np.int64)
        rows = np.flatnonzero((self._sample.records.floats(reference.column, reference.record) == 1) & (link >= 0))
        cell[link[rows]] = self.cell(reference.record)[rows]
        return cell

    def _unit(self, record: str) -> Ints:
        if record == self._sample.home:
            return self._position
        link = self._sample.records.link(record)
        return np.where(link >= 0, self._position[link], -1)

    @cached_property
    def _parts(self) -> tuple[Ints, dict[str, Ints]]:
        """The parts of units that occur, as numbers, and the part of each row of each record."""
        records = list(self._sample.records.frames)
        unit = {record: self._unit(record) for record in records}
        key = [np.where(unit[record] >= 0, unit[record] * self.cells + self.cell(record), 0) for record in records]
        parts, position = numbered(np.concatenate(key), self._units * self.cells)
        ends = np.cumsum([len(numbers) for numbers in key])[:-1]
        return parts, {
            record: np.where(unit[record] >= 0, place, -1)
            for record, place in zip(records, np.split(position, ends), strict=True)
        }

    @property
    def _units(self) -> int:
        return int(self._position.max(initial=-1)) + 1

    def part(self, record: str) -> Ints:
        """Return the part of a sampling unit that each row of a record is in, -1 for none."""
        return self._parts[1][record]

    @cached_property
    def calibrated(self) -> Calibrated:
        """What the variance needs."""
        slopes = [chained(list(chain.steps())) for chain in self.chains.values()]
        placed, row = np.zeros((sum(map(len, slopes)), self.cells)), 0
        for first, own in zip(self._first.values(), slopes, strict=True):
            placed[row : row + len(own), first : first + own.shape[1]] = own
            row += len(own)
        totals = [chain.totals(self._unit(record), self._units) for record, chain in self.chains.items()]
        unit, cell = np.divmod(self._parts[0], self.cells)
        return Calibrated(unit, cell, np.concatenate(totals, axis=1), placed)

    def recalibrated(self, replicates: Replicates) -> Floats:
        """Calibrate each replicate: return its g over that of the sample, of shape (cells, R)."""
        count = len(replicates.rscales)
        out = np.ones((self.cells, count))
        for record, chain in self.chains.items():
            unit, first = self._unit(record), self._first[record]
            inside = unit >= 0
            place = chain.cell[inside], unit[inside]
            sums = _sparse(chain.weights[0][inside], place, (chain.cells, self._units))
            width = max(CHUNK // max(self._units, chain.cells), 1)
            for start in range(0, count, width):
                weight = sums @ factors(replicates, start, min(start + width, count))
                for r, column in enumerate(weight.T, start):
                    out[first : first + chain.cells, r] = chain.again(column, f"Replicate {r + 1}") / chain.g
        return out

    def replicate_totals(self, sums: Sums, replicates: Replicates) -> Floats:
        """Return the totals under replicate weights that are calibrated anew, of shape (R, table cells)."""
        change = self._sample.once("recalibrated", lambda: self.recalibrated(replicates))
        return self.calibrated.replicate_totals(sums, replicates, change)

    def weighted(self, column: str) -> Weighted:
        """Return a replicate weight that is a column of the home record, calibrated anew."""
        change: Floats = self._sample.once(("recalibrated", column), lambda: self._again(column))
        records = self._sample.records

        @cache
        def weight(record: str) -> Floats:
            shared = self._sample.households_of(record)
            return self._before(column, record) * change[self.cell(record)] / shared

        return Weighted(column, lambda r, text: weight(r) * records.floats(text, r) if text else weight(r))

    def _again(self, column: str) -> Floats:
        """Return the g of each cell when a replicate weight is calibrated, of shape (cells,)."""
        change = np.ones(self.cells)
        for record, chain in self.chains.items():
            sums, first = summed(chain.cell, self._before(column, record), chain.cells), self._first[record]
            change[first : first + chain.cells] = chain.again(sums, f"The replicate weight {column}")
        return change

    def _before(self, column: str, record: str) -> Floats:
        """Return the weights of a record in a replicate before any calibration."""
        return self._sample.replicated_weight(
            column, record, {r: c.calibrations[0].base for r, c in self.chains.items()}
        )


def _sparse(value: Floats, place: tuple[Ints, Ints], shape: tuple[int, int]) -> Any:
    from scipy.sparse import csr_array

    return csr_array((value, place), shape=shape)
