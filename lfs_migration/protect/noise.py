"""Tables of noise: which distributions are possible for a count, the most uncertain of them, and their look-up.

References
----------
Bhatia, R. & Davis, C. (2000). A better bound on the variance. American Mathematical Monthly 107, 353-357.

Giessing, S. (2016). Computational issues in the design of transition probabilities and disclosure risk estimation for
additive noise. Privacy in Statistical Databases, LNCS 9867, 237-251.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Integral

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize, root
from scipy.special import logsumexp, softmax

from lfs_migration.errors import DataError, EstimationError
from lfs_migration.sample.keys import whole

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LARGEST = 1000
"""Of the deviation: up to it, moments are exact in 64-bit integers."""
NEAR = 1e-10
"""How far the moments of a distribution may be from those asked for, as a part of the largest noise and its square."""


@dataclass(frozen=True)
class PerturbationTable:
    """How many of all keys give each noise, for each count.

    Parameters
    ----------
    deviation : int
        Largest noise, D; in units of the count.
    variance : float
        Of the noise of every count but zero, V.
    threshold : int
        Counts from 1 to it never appear, js.
    bits : int
        Of a cell key.
    shares : integer array of shape (counts, 2 * deviation + 1)
        Number of the 2**bits keys that give the noise -D, ..., D. The last row is that of all larger counts too.
    """

    deviation: int
    variance: float
    threshold: int
    bits: int
    shares: Ints

    @property
    def noises(self) -> Ints:
        """The noise of each column, of shape (2 * deviation + 1,)."""
        return np.arange(-self.deviation, self.deviation + 1, dtype=np.int64)

    @property
    def probabilities(self) -> Floats:
        """Probability of each noise, of shape (counts, 2 * deviation + 1); exact, as are sums of them."""
        return np.ldexp(self.shares.astype(np.float64), -self.bits)

    def moments(self) -> tuple[Floats, Floats]:
        """Return expectation and second moment of the noise by count, each of shape (counts,), summed exactly."""
        first, second = self.shares @ self.noises, self.shares @ self.noises**2
        return np.ldexp(first.astype(np.float64), -self.bits), np.ldexp(second.astype(np.float64), -self.bits)

    def noise(self, counts: ArrayLike, keys: ArrayLike) -> Ints:
        """Return the noise of cells.

        Parameters
        ----------
        counts : integer array of shape (cells,)
            Rows in each cell, unweighted.
        keys : integer array of shape (cells,)
            From :func:`lfs_migration.sample.keys.cell_keys`, with the bits of this table.

        Returns
        -------
        integer array of shape (cells,)
            To add to the counts.

        Raises
        ------
        DataError
            For other shapes, negative or unknown counts, or keys of more bits.
        """
        rows, draws = whole(counts, "counts"), whole(keys, "cell keys")
        if rows.shape != draws.shape:
            raise DataError(f"There are cell keys of shape {draws.shape} for counts of shape {rows.shape}")
        if (rows < 0).any():
            raise DataError(f"{int((rows < 0).sum()):,} of {rows.size:,} counts are negative")
        if ((draws < 0) | (draws >> self.bits != 0)).any():
            raise DataError(
                f"Cell keys are not from 0 to below 2**{self.bits}", hint=f"Use cell_keys(..., bits={self.bits})"
            )
        row = np.minimum(rows, len(self.shares) - 1)
        # All rows as one ascending line: key k of row r is at r * 2**bits + k.
        ends = self.shares.cumsum(axis=1) + (np.arange(len(self.shares))[:, None] << self.bits)
        at = np.searchsorted(ends.ravel(), (row << self.bits) + draws, side="right")
        out: Ints = self.noises[at - row * len(self.noises)]
        return out


def parameters(deviation: int, variance: float, threshold: int) -> None:
    """Raise a DataError unless the parameters of a table of noise are in their range."""
    if not (isinstance(deviation, Integral) and 1 <= deviation <= LARGEST):
        raise DataError(f"The largest noise {deviation} is no whole number from 1 to {LARGEST}")
    if not (isinstance(threshold, Integral) and 0 <= threshold <= LARGEST):
        raise DataError(f"The threshold {threshold} is no whole number from 0 to {LARGEST}")
    if not 0 < variance < np.inf:
        raise DataError(f"The variance {variance} of the noise is not above zero")


def support_of(count: int, deviation: int, threshold: int) -> Ints:
    """Return the noises, ascending, that leave a count at zero or above the threshold."""
    noises = np.arange(-deviation, deviation + 1, dtype=np.int64)
    out: Ints = noises[(count + noises == 0) | (count + noises > threshold)]
    return out


def _edges(support: Ints) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return the two noises around zero, and the two farthest from it: as sizes below and above."""
    below, above = -support[support <= 0], support[support >= 0]
    return (int(below[-1]), int(above[0])), (int(below[0]), int(above[-1]))


def possible(supports: Sequence[Ints]) -> tuple[float, float]:
    """Return the least and the largest variance that all counts can have.

    On noises -a and b alone, expectation zero makes the variance a b: the two nearest to zero give the least, the two
    farthest the largest variance (Bhatia & Davis 2000).
    """
    if any(support[0] > 0 or support[-1] < 0 for support in supports):
        return np.inf, 0.0
    edges = [_edges(support) for support in supports]
    return float(max(a * b for (a, b), _ in edges)), float(min(a * b for _, (a, b) in edges))


def enough(threshold: int) -> int:
    """Return the least deviation with which some variance is possible.

    A count c up to the threshold js goes to 0 or js + 1: its variance is at least c (js + 1 - c), while that of a count
    of 1 is at most the deviation. Just above the deviation, D, a count cannot become 0: js has to be less than D.
    """
    return max(threshold + 1, (threshold + 1) ** 2 // 4)


def most_uncertain(support: Ints, variance: float) -> Floats:
    """Return the probabilities of largest entropy with expectation zero and the variance, on the support."""
    for a, b in _edges(support):
        if a * b == variance:
            # At either end of the possible variances there is one distribution, on two noises.
            return np.where(support == -a, b / (a + b), 0.0) + np.where(support == b, a / (a + b), 0.0)
    size = float(np.abs(support).max())
    points = np.stack([support / size, (support / size) ** 2])
    away = points - np.array([[0.0], [variance / size**2]])

    def dual(at: Floats) -> float:
        return float(logsumexp(at @ away))

    def slope(at: Floats) -> Floats:
        out: Floats = away @ softmax(at @ away)
        return out

    def bend(at: Floats) -> Floats:
        p = softmax(at @ away)
        centred = away - (away @ p)[:, None]
        out: Floats = (centred * p) @ centred.T
        return out

    start = minimize(dual, np.zeros(2), method="trust-exact", jac=slope, hess=bend).x
    # The minimum ends where its own value stands still; the root of its slope, the moments, has all digits.
    end = root(slope, start, jac=bend, tol=1e-15).x
    best = min(start, end, key=lambda at: float(np.abs(slope(at)).max()))
    off = float(np.abs(slope(best)).max())
    if off > NEAR:
        raise EstimationError(
            f"The noise of variance {variance:.10g} could not be computed: its moments are {off:.1g} off",
            hint="Take a variance that is not so near to the end of the possible ones",
        )
    out: Floats = softmax(best @ away)
    return out


def shares_of(probabilities: Floats, support: Ints, bits: int) -> Ints:
    """Return numbers of keys, all 2**bits of them; neighbouring noises exchange some for an expectation of zero."""
    exact = np.ldexp(probabilities, bits)
    shares = np.floor(exact).astype(np.int64)
    first = np.argsort(shares - exact, kind="stable")
    shares[first[: (1 << bits) - int(shares.sum())]] += 1
    pairs = np.flatnonzero(np.diff(support) == 1)
    if len(pairs):
        # A key that goes from a noise to the one below takes 1 from the sum of noises.
        pair = pairs[np.argmax(np.minimum(shares[pairs], shares[pairs + 1]))]
        over = int(shares @ support)
        if -shares[pair] <= over <= shares[pair + 1]:
            shares[[pair, pair + 1]] += [over, -over]
    return shares
