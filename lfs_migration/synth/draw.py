"""Random draws whose bytes do not depend on the machine or on the version of numpy.

numpy promises the stream of uniform numbers of a bit generator, not what its distributions make of them. So every
draw here starts from uniform numbers of PCG64 and goes through an inverse distribution function of our own, made of
additions, multiplications and comparisons. Each draw has a name, and a stream of its own: a new draw moves no other.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]


class Draws:
    """Streams of uniform numbers, one for each name.

    Parameters
    ----------
    seed : int

    Examples
    --------
    >>> draws = Draws(1)
    >>> bool((draws.uniform("sex", 3) == draws.uniform("sex", 3)).all())
    True
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def uniform(self, name: str, size: int) -> Floats:
        """Return numbers from 0 to below 1, of shape (size,); the same ones for the same name."""
        stream = np.random.PCG64(np.random.SeedSequence([self._seed, zlib.crc32(name.encode())]))
        return np.random.Generator(stream).random(size)


def pick(shares: Mapping[Any, float], u: Floats) -> NDArray[Any]:
    """Return a key for each uniform number, with the probabilities that ``shares`` are proportional to.

    Parameters
    ----------
    shares : mapping of key to share
        The keys are all integers or all strings; the shares need not add up to 1.
    u : array of shape (rows,)

    Returns
    -------
    array of shape (rows,)

    Examples
    --------
    >>> pick({1: 0.25, 2: 0.75}, np.array([0.2, 0.3])).tolist()
    [1, 2]
    """
    limits = np.array(list(accumulate(shares.values())), dtype=np.float64)
    keys = np.array(list(shares))
    position = np.searchsorted(limits, u * limits[-1], side="right")
    picked: NDArray[Any] = keys[np.minimum(position, len(keys) - 1)]
    return picked


def pick_by(tables: Mapping[Any, Mapping[Any, float]], groups: NDArray[Any], u: Floats) -> NDArray[Any]:
    """Return a key for each row from the shares of its group.

    Parameters
    ----------
    tables : mapping of group to mapping of key to share
    groups, u : arrays of shape (rows,)
        A group without shares of its own takes those of the first.

    Examples
    --------
    >>> pick_by({1: {10: 1.0}, 2: {20: 1.0}}, np.array([2, 1]), np.array([0.5, 0.5])).tolist()
    [20, 10]
    """
    out = pick(next(iter(tables.values())), u)
    for group, shares in tables.items():
        chosen = groups == group
        out[chosen] = pick(shares, u[chosen])
    return out


def quantile(points: Sequence[float], u: Floats) -> Floats:
    """Return values of a distribution given by equally spaced quantiles, with straight lines between them.

    Parameters
    ----------
    points : sequence of float
        Smallest value, quantiles, largest value.

    Examples
    --------
    >>> quantile([0, 10, 100], np.array([0.0, 0.25, 0.75])).tolist()
    [0.0, 5.0, 55.0]
    """
    heights = np.asarray(points, dtype=np.float64)
    position = u * (len(heights) - 1)
    left = np.minimum(np.floor(position).astype(np.int64), len(heights) - 2)
    out: Floats = heights[left] + (position - left) * (heights[left + 1] - heights[left])
    return out


def between(low: Any, high: Any, u: Floats) -> Rows:
    """Return whole numbers from ``low`` to ``high``, both possible, all as likely.

    Examples
    --------
    >>> between(3, 5, np.array([0.0, 0.5, 0.99])).tolist()
    [3, 4, 5]
    """
    out: Rows = (low + np.floor(u * (np.asarray(high) - low + 1))).astype(np.int64)
    return out


def below(limits: Mapping[int, float], u: Floats, within: Floats) -> Rows:
    """Return whole numbers of a distribution given by classes.

    Parameters
    ----------
    limits : mapping of upper limit to share
        A class reaches from the limit before it (0 for the first) to below its own.
    u, within : arrays of shape (rows,)
        The first chooses the class, the second the place in it.

    Examples
    --------
    >>> below({3: 0.5, 12: 0.5}, np.array([0.1, 0.9]), np.array([0.0, 0.99])).tolist()
    [0, 11]
    """
    upper = pick(limits, u)
    floors = dict(zip(limits, [0, *list(limits)[:-1]], strict=True))
    lower = np.array([floors[limit] for limit in upper.tolist()], dtype=np.int64)
    return between(lower, upper - 1, within)
