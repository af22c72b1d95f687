"""The sampling units of a whole file, their strata, and their shares of the population."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from lfs_migration.engine.calibrated import Calibrated
from lfs_migration.engine.totals import Floats, Ints
from lfs_migration.model.design import Pps, Singletons


@dataclass(frozen=True)
class Stage:
    """The units of a stage after the first.

    Parameters
    ----------
    parent : integer array of shape (units,)
        Unit of the stage before, which is the stratum of this one.
    fraction : float array of shape (units,)
        Share of the parent's units that is in the sample; 0 for an infinite population.
    """

    parent: Ints
    fraction: Floats


@dataclass(frozen=True)
class Psus:
    """All primary sampling units, whether or not a table has a row in them.

    Parameters
    ----------
    stratum : integer array of shape (psus,)
        Stratum of each unit, from 0; strata are numbered in the order of their values.
    singletons : str
        Policy for a stratum of one unit; see :class:`lfs_migration.model.design.Design`.
    name : callable
        Gives the stratum and number of a unit as they are in the data, for messages.
    fraction : float array of shape (psus,)
        Share of the stratum's units that is in the sample (f_h), or the unit's inclusion probability; 0 when units
        count as drawn with replacement.
    pps : str, optional
        Approximation for unequal probabilities without replacement.
    later : tuple of Stage
        Further stages, when finite populations make them count. Sums are then over units of the last one.
    calibrated : Calibrated, optional
        Of calibrated weights. Sums are then over the parts of units that it tells apart.
    """

    stratum: Ints
    singletons: Singletons
    name: Callable[[int], tuple[str, str]]
    fraction: Floats
    pps: Pps | None = None
    later: tuple[Stage, ...] = ()
    calibrated: Calibrated | None = None

    def __len__(self) -> int:
        return len(self.stratum)

    @cached_property
    def size(self) -> Ints:
        """Units in each stratum (n_h), of shape (strata,)."""
        return np.bincount(self.stratum)

    @property
    def single(self) -> NDArray[np.bool_]:
        """Whether each stratum holds one unit and more in the population, of shape (strata,)."""
        complete = np.zeros(len(self.size), dtype=bool)
        complete[self.stratum] = self.fraction >= 1
        return np.asarray((self.size == 1) & ~complete)
