"""What is said of weights when they were changed."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

_PARTS = {"smallest": 0.0, "p5": 0.05, "median": 0.5, "p95": 0.95, "largest": 1.0}


def described(weight: NDArray[np.float64]) -> dict[str, Any]:
    """Return number, sum, extremes and Kish's design effect, n sum w^2 / (sum w)^2 (Kish 1965, section 11.7).

    Parameters
    ----------
    weight : float array of shape (rows,)
        Rows without a weight are not counted.
    """
    positive = weight > 0
    used = weight if positive.all() else weight[positive]
    whole = float(used.sum())
    return {
        "weights": len(used),
        "sum": whole,
        "smallest": float(used.min()) if len(used) else None,
        "largest": float(used.max()) if len(used) else None,
        "kish_design_effect": float(len(used) * (used @ used) / whole**2) if len(used) else None,
    }


def spread_of(factor: NDArray[np.float64]) -> dict[str, float]:
    """Return extremes, quantiles, mean and coefficient of variation of factors.

    Examples
    --------
    >>> spread_of(np.array([1.0, 1.0, 4.0]))["mean"]
    2.0
    """
    known = factor[np.isfinite(factor)]
    if not len(known):
        return {}
    out = {name: float(np.quantile(known, part)) for name, part in _PARTS.items()}
    mean = float(known.mean())
    return {**out, "mean": mean, "cv": float(known.std() / mean) if mean else 0.0}
