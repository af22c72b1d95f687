"""How figures of two rounds vary together, because primary sampling units are in both.

Each figure has a linearised total u_i in every unit i of its round (:mod:`lfs_migration.engine`). With a_i its distance
from the mean of the stratum's units, times the square root of n_h (1 - f_h) / (n_h - 1), the variance of the figure is
the sum of a_i^2 over the units of the round, and the covariance of two figures of two rounds is the sum of the products
of their distances over the units in both: Kish (1965, section 12.4), with the strata's units sampled as one panel of
which a part stays. The correlation is that sum over the root of the product of the two variances, so it is between -1
and 1, is 1 of a figure with itself, and 0 where no unit is in both.

A unit is in both rounds when its stratum and its number are. Later stages add nothing to the covariance: whether
households or dwellings inside a unit were kept is not known from their numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lfs_migration.engine import Psus, Sums
from lfs_migration.sample import Sample

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
SAME = 1e-12
"""Distance from 1 at which a correlation is 1."""
Figure = tuple[Any, ...]
"""What tells a figure from the others of its round."""


@dataclass(frozen=True)
class Influence:
    """What each primary sampling unit of a round contributes to the variance of some figures.

    Parameters
    ----------
    columns : mapping of figure to position
    distance : float array of shape (units, figures)
        Scaled distances from the stratum's mean: their squares add up to the variance.
    """

    columns: Mapping[Figure, int]
    distance: Floats

    def of(self, figure: Figure) -> Floats | None:
        """Return the distances of one figure, of shape (units,), if it is known."""
        at = self.columns.get(figure)
        return None if at is None else self.distance[:, at]


@dataclass(frozen=True)
class Overlap:
    """The primary sampling units that two rounds have in common.

    Parameters
    ----------
    first, second : integer arrays of shape (units in both,)
        Position of the common units in each round.
    sizes : (int, int)
        Units of each round.
    """

    first: Ints
    second: Ints
    sizes: tuple[int, int]

    @classmethod
    def of(cls, first: Sample, second: Sample) -> Overlap:
        """Return the units of two samples that have the same stratum and number."""
        names = [_names(sample.units) for sample in (first, second)]
        common = [name for name in names[0] if name in names[1]]
        one, two = (np.array([own[name] for name in common], dtype=np.int64) for own in names)
        return cls(one, two, (len(names[0]), len(names[1])))

    def __len__(self) -> int:
        return len(self.first)

    def correlation(self, first: Floats, second: Floats) -> float:
        """Return the correlation of two figures from their distances, of shape (units,) each; 0 where one is fixed."""
        size = float(np.sqrt((first @ first) * (second @ second)))
        if not size > 0:
            return 0.0
        found = float(first[self.first] @ second[self.second]) / size
        # Sums taken in another order differ in the last digits: of a figure with itself it is 1.
        return float(np.sign(found)) if abs(found) > 1 - SAME else found


def _names(units: Psus) -> dict[tuple[str, str], int]:
    return {units.name(unit): unit for unit in range(len(units))}


def influence(sample: Sample, figures: Sequence[Figure], linear: Sums) -> Influence:
    """Return what each primary sampling unit contributes to the variance of some figures.

    Parameters
    ----------
    sample : Sample
    figures : sequence of figures
        One a cell of ``linear``.
    linear : Sums
        Linearised totals, over the units of the last stage, or, of calibrated weights, over their parts.
    """
    units = sample.units
    if units.calibrated is not None:
        (linear,) = units.calibrated.residuals(linear, max(linear.cells, 1))
    for stage in reversed(units.later):
        linear = linear.raised(stage.parent)
    dense = linear.dense(len(units))
    count = units.size
    mean = np.zeros((len(count), dense.shape[1]))
    np.add.at(mean, units.stratum, dense)
    apart = dense - (mean / count[:, None])[units.stratum]
    own = count[units.stratum]
    factor = np.where(own > 1, own * (1 - units.fraction) / np.maximum(own - 1, 1), 0.0)
    return Influence({figure: at for at, figure in enumerate(figures)}, apart * np.sqrt(factor)[:, None])
