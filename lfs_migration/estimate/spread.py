"""How estimates vary: by linearisation, or by replicates."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from lfs_migration import engine
from lfs_migration.estimate.pieces import Pieces, stacked
from lfs_migration.estimate.replicates import made
from lfs_migration.sample import Sample

Floats = NDArray[np.float64]


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
        assert sample.design.replicates is not None
        self._sample, self._plan = sample, sample.design.replicates
        self._replicates: engine.Replicates = sample.once("replicates", lambda: made(sample.units, self._plan))
        self._parts = parts

    @cached_property
    def _estimates(self) -> tuple[Floats, Floats]:
        full = np.concatenate([piece.estimate for piece in self._parts])
        if self._plan.columns:
            return np.stack([self._with(column) for column in self._plan.columns]), full
        replicates = [
            piece.function(*(engine.replicate_totals(sums, self._replicates) for sums in piece.totals))
            for piece in self._parts
        ]
        return np.concatenate(replicates, axis=1), full

    def _with(self, column: str) -> Floats:
        """Return the estimates under the replicate weights of one column."""
        weighted = self._sample.weighted(column)
        return np.concatenate([piece.function(*piece.again(weighted)) for piece in self._parts])

    def variance(self) -> Floats:
        """Return the variance of each row, of shape (rows,)."""
        return self._replicates.variance(*self._estimates)

    def covariance(self) -> Floats:
        """Return the joint covariance, of shape (rows, rows)."""
        return self._replicates.covariance(*self._estimates)
