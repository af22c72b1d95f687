"""Classes of a shaded map: their limits are round numbers."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lfs_migration.publish.figures import show

MOST = 5
"""Classes at most."""
ROUND = ((1.0, 2.0, 5.0), (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0))
"""First digits of limits; the second row where the first gives too few."""


@dataclass(frozen=True)
class Classes:
    """Limits between classes, from the lowest; a figure that is a limit is in the class above it."""

    limits: tuple[float, ...]

    def of(self, value: float) -> int:
        """Return the class of a figure, 0 for the lowest.

        Examples
        --------
        >>> Classes((100.0, 1000.0)).of(99.0), Classes((100.0, 1000.0)).of(1000.0)
        (0, 2)
        """
        return bisect_right(self.limits, value)

    def shade(self, number: int) -> int:
        """Return the shade of a class, 1 to 5: few classes take shades that are far apart, one the middle."""
        count = len(self.limits)
        return (MOST + 1) // 2 if count == 0 else 1 + round(number * (MOST - 1) / count)

    def words(self, language: str) -> list[str]:
        """Return the limits in words, without those of the lowest and the highest class."""
        return [show(limit, max(0, -math.floor(math.log10(limit) + 1e-9)) if limit < 1 else int(limit % 1 != 0),
                     language) for limit in self.limits]  # fmt: skip


def classes_of(values: Iterable[float]) -> Classes:
    """Return at most five classes for figures that span any size.

    Parameters
    ----------
    values : iterable of float
        Published figures; those that are zero are in the lowest class.

    Returns
    -------
    Classes
        Limits are 1, 2 or 5 and so many zeros; finer where figures are close to each other. No limit is below all
        figures or above them, so that the lowest and the highest class have a figure.

    Examples
    --------
    >>> classes_of([120.0, 900.0, 4_300.0, 110_668.0]).limits
    (500.0, 2000.0, 10000.0, 50000.0)
    >>> classes_of([8.4, 11.2]).limits, classes_of([7.0]).limits
    ((10.0,), ())
    """
    found = sorted(value for value in values if value > 0)
    if not found or found[0] == found[-1]:
        return Classes(())
    for digits in ROUND:
        between = tuple(_round_numbers(found[0], found[-1], digits))
        if len(between) >= min(MOST - 1, len(set(found)) - 1):
            break
    return Classes(_spread(between, MOST - 1))


def _round_numbers(low: float, high: float, digits: tuple[float, ...]) -> Iterator[float]:
    """Yield the round numbers above the lowest figure and up to the highest."""
    for power in range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1):
        for digit in digits:
            number = float(f"{digit * 10.0**power:.3g}")
            if low < number <= high:
                yield number


def _spread(numbers: tuple[float, ...], most: int) -> tuple[float, ...]:
    """Return so many of some numbers, from the whole of their range."""
    if len(numbers) <= most:
        return numbers
    places = (round((step + 0.5) * len(numbers) / most - 0.5) for step in range(most))
    return tuple(numbers[place] for place in dict.fromkeys(places))
