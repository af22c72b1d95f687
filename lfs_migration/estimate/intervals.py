"""Confidence intervals, by name.

========== ============================ ====================================================================
name       for                          limits
========== ============================ ====================================================================
t          every statistic              estimate and Student's t times the standard error
log        totals, means and ratios     the same on the log scale: for positive quantities with a long tail
logit      proportions                  the same on the logit scale (Korn and Graubard 1999, section 5.3)
wilson     proportions                  Wilson (1927) with the effective sample size
beta       proportions                  Clopper and Pearson (1934) with the effective sample size (Korn and Graubard
                                        1998), which never leaves 0 to 1 and is cautious for small ones
========== ============================ ====================================================================
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, expit, logit, stdtrit

from lfs_migration.errors import EstimationError, near

Floats = NDArray[np.float64]
Limits = tuple[Floats, Floats]


@dataclass(frozen=True)
class Facts:
    """What an interval is made of.

    Parameters
    ----------
    estimate, se, df : float arrays of shape (rows,)
    n : float array of shape (rows,)
        Sample rows of the denominator.
    level : float
    """

    estimate: Floats
    se: Floats
    df: Floats
    n: Floats
    level: float

    @property
    def t(self) -> Floats:
        """Student's t for two sides; not-a-number without a degree of freedom."""
        return quantile(self.df, self.level)

    @property
    def effective(self) -> Floats:
        """Effective sample size p (1 - p) / se^2, less the cost of few degrees of freedom (Korn and Graubard 1998)."""
        p = self.estimate
        ratio = np.divide(quantile(self.n - 1, self.level), self.t, out=np.zeros_like(p), where=self.t > 0)
        size = np.divide(p * (1 - p), self.se**2, out=np.full_like(p, np.nan), where=self.se > 0)
        out: Floats = size * ratio**2
        return out


def quantile(df: Floats, level: float) -> Floats:
    """Return Student's t for a two-sided interval; not-a-number without a degree of freedom.

    Examples
    --------
    >>> quantile(np.array([10.0]), 0.95).round(3)
    array([2.228])
    """
    usable = df >= 1
    return np.where(usable, stdtrit(np.where(usable, df, 1.0), (1 + level) / 2), np.nan)


def student(facts: Facts) -> Limits:
    """Return limits symmetric about the estimate."""
    half = facts.t * facts.se
    return facts.estimate - half, facts.estimate + half


def logarithmic(facts: Facts) -> Limits:
    """Return limits symmetric on the log scale; undefined for an estimate that is not positive."""
    usable = facts.estimate > 0
    value = np.where(usable, facts.estimate, 1.0)
    half = facts.t * facts.se / value
    return np.where(usable, value * np.exp(-half), np.nan), np.where(usable, value * np.exp(half), np.nan)


def logistic(facts: Facts) -> Limits:
    """Return limits symmetric on the logit scale.

    Undefined for a proportion of exactly 0 or 1, whose estimated standard error is 0.
    """
    inside = (facts.estimate > 0) & (facts.estimate < 1)
    p = np.where(inside, facts.estimate, 0.5)
    half = facts.t * facts.se / (p * (1 - p))
    low, high = expit(logit(p) - half), expit(logit(p) + half)
    return np.where(inside, low, np.nan), np.where(inside, high, np.nan)


def wilson(facts: Facts) -> Limits:
    """Return Wilson's limits with the effective sample size, in which Student's t stands for the normal quantile."""
    p, t = facts.estimate, facts.t
    n = np.divide(p * (1 - p), facts.se**2, out=np.full_like(p, np.nan), where=facts.se > 0)
    centre = (p + t**2 / (2 * n)) / (1 + t**2 / n)
    half = t / (1 + t**2 / n) * np.sqrt(p * (1 - p) / n + t**2 / (4 * n**2))
    return centre - half, centre + half


def beta(facts: Facts) -> Limits:
    """Return the limits of Clopper and Pearson with the effective sample size."""
    p, n, tail = facts.estimate, facts.effective, (1 - facts.level) / 2
    return betaincinv(n * p, n * (1 - p) + 1, tail), betaincinv(n * p + 1, n * (1 - p), 1 - tail)


PROPORTION: dict[str, Callable[[Facts], Limits]] = {"logit": logistic, "wilson": wilson, "beta": beta, "t": student}
"""Intervals of proportions, the usual one first."""
OTHER: dict[str, Callable[[Facts], Limits]] = {"t": student, "log": logarithmic}
"""Intervals of other statistics, the usual one first."""


def check(name: str) -> None:
    """Check the name of an interval.

    Raises
    ------
    EstimationError
        With near matches.
    """
    known = {**PROPORTION, **OTHER}
    if name and name not in known:
        raise EstimationError(f"No interval {name!r}", hint=near(name, known))


def limits(facts: Facts, proportion: NDArray[np.bool_], name: str = "") -> Limits:
    """Return the limits of each row: of the named interval where it has a meaning, of the usual one elsewhere."""
    of_shares = PROPORTION.get(name, logistic)(facts)
    of_others = OTHER.get(name, student)(facts)
    return np.where(proportion, of_shares[0], of_others[0]), np.where(proportion, of_shares[1], of_others[1])
