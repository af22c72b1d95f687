"""Rules that say beyond which weights are trimmed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import isnan
from numbers import Real

import numpy as np
from numpy.typing import NDArray

from lfs_migration.errors import DesignError, NotFound, near

Floats = NDArray[np.float64]


def _interquartile(weight: Floats, times: float) -> float:
    low, middle, high = np.quantile(weight, [0.25, 0.5, 0.75])
    return float(middle + times * (high - low))


RULES: Mapping[str, Callable[[Floats, float], float]] = {
    "limits": lambda weight, limit: limit,
    "median": lambda weight, times: times * float(np.median(weight)),
    "mean": lambda weight, times: times * float(weight.mean()),
    "median_iqr": _interquartile,
}
"""Each gives a limit for the weights that are above 0; ``median_iqr`` takes the lower limit's times as below it."""


def limits(weight: Floats, rule: str, low: float | None, high: float | None) -> tuple[float, float]:
    """Return the limits that a rule gives some weights.

    ``median_iqr`` is ``median + k (Q3 - Q1)`` (Valliant, Dever and Kreuter 2013, section 14.4), quantiles as R's type
    7; ``median`` and ``mean`` are k times them.

    Raises
    ------
    NotFound
        With near matches, for an unknown rule.
    DesignError
        For a limit that is not a number.

    Examples
    --------
    >>> limits(np.array([1.0, 2, 3, 4, 20]), "median_iqr", None, 3)
    (0.0, 9.0)
    """
    if rule not in RULES:
        raise NotFound(f"No rule of trimming {rule!r}", hint=near(rule, RULES))
    for limit in (low, high):
        if limit is not None and (not isinstance(limit, Real) or isnan(limit)):
            raise DesignError(f"The limit {limit!r} is not a number", hint="Give low and high as numbers: high=6")
    used, of = weight[weight > 0], RULES[rule]
    if not len(used):
        return 0.0, np.inf
    below = -1.0 if rule == "median_iqr" else 1.0
    least = 0.0 if low is None else max(of(used, below * low), 0.0)
    return least, np.inf if high is None else of(used, high)
