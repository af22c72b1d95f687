"""The medcouple: how skew some numbers are, whatever the far ones among them are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

DIRECT = 1 << 14
"""Pairs up to which all of them are looked at."""
NEAR = 2e-15
"""How near the medcouple of more pairs is found."""


def medcouple(values: Floats) -> float:
    """Return the medcouple, from -1 (a long tail below) over 0 (none longer) to 1.

    It is the median of h(x_i, x_j) = ((x_i - m) - (m - x_j)) / (x_i - x_j) over all pairs x_j <= m <= x_i around the
    median m (Brys, Hubert and Struyf 2004, section 2). Of the pairs of values that are both equal to the median as many
    count as -1 as count as 1, and each value with itself as 0.

    With a = x_i - m and b = m - x_j, h is (a - b) / (a + b), which is at most t where b is at least
    a (1 - t) / (1 + t). So the pairs up to any t are counted in the order of the sorted a and b; halving the range of t
    leaves few pairs, which are then looked at: n log n steps for each of at most some fifty halvings, and no memory for
    all pairs.

    Parameters
    ----------
    values : array of shape (n,)
        Sorted, two different ones at least.

    Examples
    --------
    >>> medcouple(np.array([1.0, 2.0, 3.0, 4.0, 5.0])), medcouple(np.array([0.0, 1.0, 2.0, 4.0, 9.0]))
    (0.0, 0.3333333333333333)
    """
    median = (values[(len(values) - 1) // 2] + values[len(values) // 2]) / 2
    above, below = values[values >= median] - median, median - values[values <= median]
    largest = max(above[-1], below[0])
    above, below = above / largest, np.sort(below / largest)
    if len(above) * len(below) <= DIRECT:
        return float(np.median(_all(above, below)))
    ties = int((above == 0).sum())
    pairs = _Pairs(above[ties:], below[ties:], ties)
    first, last = (len(above) * len(below) + 1) // 2, len(above) * len(below) // 2 + 1
    return (pairs.ranked(first) + pairs.ranked(last)) / 2 if last > first else pairs.ranked(first)


def _all(above: Floats, below: Floats) -> Floats:
    """Return h of all pairs."""
    a, b = np.meshgrid(above, below)
    both = (a == 0) & (b == 0)
    ties = round(float(both.sum()) ** 0.5)
    out = (a - b) / np.where(both, 1.0, a + b)
    signs = np.sign(np.arange(ties)[:, None] - np.arange(ties))
    out[both] = signs.ravel()
    return out


@dataclass(frozen=True)
class _Pairs:
    """Pairs of numbers above and below the median, which are in order from the smallest distance on.

    Parameters
    ----------
    above, below : arrays
        Distances from the median that are not zero.
    ties : int
        Numbers that are equal to the median, which are above as well as below.
    """

    above: Floats
    below: Floats
    ties: int

    def ranked(self, rank: int) -> float:
        """Return the h of a rank, from 1 for the least."""
        low, high = -1.0, float(np.nextafter(1.0, 0.0))
        before, here = self.counted(low), self.counted(high)
        if before >= rank or here < rank:
            return low if before >= rank else 1.0
        few = max(DIRECT, len(self.above) + len(self.below))
        while here - before > few and high - low > NEAR:
            middle = (low + high) / 2
            count = self.counted(middle)
            low, before, high, here = (low, before, middle, count) if count >= rank else (middle, count, high, here)
        if here - before > few:
            return high
        return float(np.partition(self.between(low, high), rank - before - 1)[rank - before - 1])

    def counted(self, limit: float) -> int:
        """Return the number of pairs whose h is at most some limit below 1."""
        least = self.ties * len(self.below) + self.ties * (self.ties - 1) // 2 + (self.ties if limit >= 0 else 0)
        return least + len(self.above) * len(self.below) - int(self._first(limit).sum())

    def between(self, low: float, high: float) -> Floats:
        """Return h of the pairs above one limit and up to another."""
        first, last = self._first(high), self._first(low)
        size = last - first
        place = np.arange(size.sum()) - np.repeat(np.cumsum(size) - size - first, size)
        a, b = np.repeat(self.above, size), self.below[place]
        return np.concatenate([(a - b) / (a + b), np.zeros(self.ties if low < 0 <= high else 0)])

    def _first(self, limit: float) -> Ints:
        """Return for each number above the first one below with which h is at most a limit."""
        if limit <= -1:
            return np.full(len(self.above), len(self.below), dtype=np.int64)
        return np.searchsorted(self.below, self.above * ((1 - limit) / (1 + limit)))
