"""How estimates vary: by linearisation, or by replicates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from lfs_migration import engine
from lfs_migration.engine import Sums
from lfs_migration.errors import DesignError
from lfs_migration.estimate.aligned import stacked
from lfs_migration.estimate.pieces import Pieces
from lfs_migration.sample import Sample
from lfs_migration.sample.replicates import replicates_of

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Linearised:
    """Taylor linearisation of the rows of some statistics.

    Parameters
    ----------
    sample : Sample
    parts : sequence of Pieces
    """

    def __init__(self, sample: Sample, parts: Sequence[Pieces]) -> None:
        self._units = sample.units
        self._linear = stacked([piece.linear for piece in parts])

    def variance(self) -> Floats:
        """Return the variance of each row, of shape (rows,)."""
        return engine.variance(self._units, self._linear)

    def covariance(self) -> Floats:
        """Return the joint covariance, of shape (rows, rows)."""
        return engine.covariance(self._units, self._linear)


class Replicated:
    """Replicate estimates of the rows of some statistics: each is computed again from its replicate totals.

    A quantile is not computed again: its linearised totals are (Francisco and Fuller 1991).

    Parameters
    ----------
    sample : Sample
    parts : sequence of Pieces
    """

    def __init__(self, sample: Sample, parts: Sequence[Pieces]) -> None:
        replicates = replicates_of(sample)
        assert sample.design.replicates is not None and replicates is not None
        self._sample, self._plan, self._replicates, self._parts = sample, sample.design.replicates, replicates, parts

    @cached_property
    def _estimates(self) -> tuple[Floats, Floats]:
        full = np.concatenate([piece.estimate for piece in self._parts])
        if self._plan.columns:
            return np.stack([self._with(column) for column in self._plan.columns]), full
        replicates = [piece.function(*map(self._totals, piece.totals)) for piece in self._parts]
        return np.concatenate(replicates, axis=1), full

    def _totals(self, sums: Sums) -> Floats:
        calibrations = self._sample.calibrations
        if calibrations is None:
            return engine.replicate_totals(sums, self._replicates)
        return calibrations.replicate_totals(sums, self._replicates)

    def _with(self, column: str) -> Floats:
        """Return the estimates under the replicate weights of one column."""
        calibrations = self._sample.calibrations
        weighted = calibrations.weighted(column) if calibrations else self._sample.weighted(column)
        return np.concatenate([piece.function(*piece.again(weighted)) for piece in self._parts])

    def weights(self, record: str, index: Ints) -> Iterator[Floats]:
        """Yield the weights of some rows of a record in each replicate."""
        facts, calibrations = self._sample.rows(record), self._sample.calibrations
        if not self._plan.columns:
            units, place = np.unique(facts.psu[index], return_inverse=True)
            ones = Sums(units, np.arange(len(units)), np.ones(len(units)), len(units))
            yield from (facts.weight[index] * factor[place] for factor in self._totals(ones))
            return
        for column in self._plan.columns:
            if calibrations:
                weight = calibrations.weighted(column).values(record, "")[index]
            else:
                weight = self._sample.records.floats(column, record)[index]
            if not ((weight >= 0) & (weight < np.inf)).all():
                raise DesignError(f"The replicate weight {column} is missing, negative or infinite in some rows")
            yield weight

    def covariance_of(self, estimates: Floats, full: Floats) -> Floats:
        """Return the covariance of statistics from their replicate estimates, of shape (R, statistics)."""
        return self._replicates.covariance(estimates, full)

    def variance(self) -> Floats:
        """Return the variance of each row, of shape (rows,)."""
        return self._replicates.variance(*self._estimates)

    def covariance(self) -> Floats:
        """Return the joint covariance, of shape (rows, rows)."""
        return self._replicates.covariance(*self._estimates)
