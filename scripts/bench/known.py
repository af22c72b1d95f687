"""Known totals for the calibrations of the benchmarks, in words that every contestant can read: numpy alone is needed.

Persons are calibrated by a group of sex and age (1 to 16), region (0 to 9) and urban (1, 2); households by their
persons of each group, their region and urban. The totals are the weighted sums of the file, moved by up to 5 per cent,
with one sum for all margins that is 2 per cent larger.
"""

from __future__ import annotations

from typing import Any

import numpy as np

GROUPS, REGIONS, AREAS = 16, 10, 2
BOUNDS = (0.5, 2.0)
EVERY = 1_000
"""Weights are compared of each row whose number this divides."""


def group(sex: Any, age: Any) -> Any:
    """Return the group of sex and age."""
    return 8 * (sex - 1) + age


def urban(psu: Any) -> Any:
    """Return the kind of area of a primary sampling unit."""
    return 1 + (psu % 3 == 0)


def moved(sums: Any, whole: float) -> Any:
    """Return the totals of a margin, from the weighted sums of its categories and their sum."""
    away = sums * (1 + 0.05 * np.sin(1 + np.arange(len(sums))))
    return 1.02 * whole / away.sum() * away
