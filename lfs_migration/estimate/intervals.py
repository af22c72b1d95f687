"""Confidence intervals."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit, stdtrit

Floats = NDArray[np.float64]


def quantile(df: Floats, level: float) -> Floats:
    """Return Student's t for a two-sided interval; not-a-number without a degree of freedom.

    Examples
    --------
    >>> quantile(np.array([10.0]), 0.95).round(3)
    array([2.228])
    """
    usable = df >= 1
    return np.where(usable, stdtrit(np.where(usable, df, 1.0), (1 + level) / 2), np.nan)


def student(estimate: Floats, se: Floats, df: Floats, level: float) -> tuple[Floats, Floats]:
    """Return limits symmetric about the estimate, for totals, means and ratios."""
    half = quantile(df, level) * se
    return estimate - half, estimate + half


def logistic(estimate: Floats, se: Floats, df: Floats, level: float) -> tuple[Floats, Floats]:
    """Return limits symmetric on the logit scale, for proportions (Korn and Graubard 1999, section 5.3).

    Undefined for a proportion of exactly 0 or 1, whose estimated standard error is 0.
    """
    inside = (estimate > 0) & (estimate < 1)
    p = np.where(inside, estimate, 0.5)
    half = quantile(df, level) * se / (p * (1 - p))
    low, high = expit(logit(p) - half), expit(logit(p) + half)
    return np.where(inside, low, np.nan), np.where(inside, high, np.nan)
