"""Differences and functions of estimates, with the joint covariance that they need."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr

from lfs_migration.errors import EstimationError
from lfs_migration.estimate.intervals import Facts, student
from lfs_migration.model.estimates import Estimates

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]

STEP = np.finfo(float).eps ** (1 / 3)
"""Relative step of a central difference, whose error is of the order of its square."""


@dataclass(frozen=True)
class Comparison:
    """Differences between pairs of estimates.

    Parameters
    ----------
    first, second : lists of mappings
        Statistic and cell of each side.
    difference, se, t, df, p, ci_low, ci_high : float arrays of shape (pairs,)
        First less second; Student's t test of no difference.
    """

    first: list[Mapping[str, Any]]
    second: list[Mapping[str, Any]]
    difference: Floats
    se: Floats
    t: Floats
    df: Floats
    p: Floats
    ci_low: Floats
    ci_high: Floats

    def to_frame(self) -> pd.DataFrame:
        """Return one row a pair."""
        import pandas as pd

        sides = [
            {f"{name}_{side}": value for side, rows in (("1", one), ("2", two)) for name, value in rows.items()}
            for one, two in zip(self.first, self.second, strict=True)
        ]
        names = ("difference", "se", "t", "df", "p", "ci_low", "ci_high")
        return pd.DataFrame(sides).assign(**{name: getattr(self, name) for name in names})


def compare(estimates: Estimates, reference: int | None = None) -> Comparison:
    """Test the differences between estimates: domains, statistics, or rounds of a pooled file.

    The covariance of overlapping primary sampling units is in it, so that the change between two rounds of a rotating
    survey has the standard error it should (Kish 1965, section 12.4).

    Parameters
    ----------
    estimates : Estimates
    reference : int, optional
        Row that each other row is compared with; without it, every pair is.

    Returns
    -------
    Comparison
        Degrees of freedom are the smaller of the two rows'. No correction for many comparisons is made.

    Raises
    ------
    EstimationError
        When there is no such row, or fewer than two.

    Examples
    --------
    >>> import lfs_migration as lfm, pandas as pd
    >>> frame = pd.DataFrame({"w": [1.0] * 6, "g": list("aaabbb"), "y": [1.0, 2, 3, 3, 4, 8]})
    >>> result = lfm.estimate(lfm.dataset(frame, lfm.Design(weight="w")), lfm.Mean("y"), by="g")
    >>> compare(result).difference
    array([-3.])
    """
    rows = len(estimates)
    if rows < 2 or (reference is not None and not 0 <= reference < rows):
        raise EstimationError(f"Cannot compare row {reference} of {rows}" if rows > 1 else "One estimate has no pair")
    pairs = list(combinations(range(rows), 2)) if reference is None else [
        (row, reference) for row in range(rows) if row != reference
    ]  # fmt: skip
    one, two = (np.array(side, dtype=np.int64) for side in zip(*pairs, strict=True))
    vcov = estimates.vcov
    difference = estimates.estimate[one] - estimates.estimate[two]
    se = np.sqrt(np.maximum(vcov[one, one] + vcov[two, two] - 2 * vcov[one, two], 0.0))
    df = np.minimum(estimates.df[one], estimates.df[two])
    t = np.divide(difference, se, out=np.full(len(se), np.nan), where=se > 0)
    p = np.where(df >= 1, 2 * stdtr(np.maximum(df, 1.0), -np.abs(t)), np.nan)
    low, high = student(Facts(difference, se, df, df + 1, estimates.level))
    return Comparison([_row(estimates, i) for i in one], [_row(estimates, i) for i in two],
                      difference, se, t, df, p, low, high)  # fmt: skip


def _row(estimates: Estimates, row: int) -> Mapping[str, Any]:
    return {**{name: codes[row] for name, codes in estimates.by.items()}, "statistic": estimates.statistic[row]}


def delta(estimates: Estimates, function: Callable[[Floats], float]) -> tuple[float, float]:
    """Return a smooth function of the estimates and its standard error, by the delta method.

    A ratio of ratios, a concentration index, a gap in logs: whatever the estimates determine. The gradient is taken by
    central differences (Woodruff 1971 for the linearisation).

    Parameters
    ----------
    estimates : Estimates
    function : callable
        Takes the estimates, of shape (rows,), and gives a number.

    Raises
    ------
    EstimationError
        When the function is not a finite number there.

    Examples
    --------
    >>> import lfs_migration as lfm, pandas as pd
    >>> frame = pd.DataFrame({"w": [1.0] * 4, "g": list("aabb")})
    >>> shares = lfm.estimate(lfm.dataset(frame, lfm.Design(weight="w")), lfm.Proportion("g"))
    >>> concentration, se = delta(shares, lambda p: (p**2).sum())
    >>> concentration
    0.5
    """
    point = estimates.estimate
    value = float(function(point))
    steps = STEP * np.maximum(np.abs(point), 1e-8)
    gradient = np.array([_slope(function, point, row, step) for row, step in enumerate(steps)])
    if not (np.isfinite(value) and np.isfinite(gradient).all()):
        raise EstimationError("The function has no finite value or slope at the estimates", detail=f"It is {value:g}")
    return value, float(np.sqrt(max(gradient @ estimates.vcov @ gradient, 0.0)))


def _slope(function: Callable[[Floats], float], point: Floats, row: int, step: float) -> float:
    up, down = point.copy(), point.copy()
    up[row], down[row] = up[row] + step, down[row] - step
    return float((function(up) - function(down)) / (up[row] - down[row]))
