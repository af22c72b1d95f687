"""The regression on the auxiliaries of a calibration, as a matrix that makes its coefficients of sums by cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

PASSES = 10
"""Passes over the margins in the convention of R's ``rake``."""
BLOCK = 8_192
"""Rows that are multiplied at a time."""
DEPENDENT = 1e-11
"""Share of an auxiliary's sum of squares that others must leave over, or it is a combination of them."""


def weighted_gram(x: Floats, weight: Floats) -> Floats:
    """Return the sum of w x x', of shape (auxiliaries, auxiliaries), block by block, which stay in the cache.

    Parameters
    ----------
    x : float array of shape (cells, auxiliaries)
    weight : float array of shape (cells,)
    """
    out = np.zeros((x.shape[1], x.shape[1]))
    for start in range(0, len(x), BLOCK):
        part = x[start : start + BLOCK]
        out += (part * weight[start : start + BLOCK, None]).T @ part
    return out


def independent(gram: Floats, slack: Floats) -> Ints:
    """Return the auxiliaries that are no linear combination of those before them, as positions.

    Parameters
    ----------
    gram : float array of shape (auxiliaries, auxiliaries)
        Weighted sums of x x'.
    slack : float array of shape (auxiliaries,)
        Share of its sum of squares by which each is made independent.
    """
    size = np.sqrt(np.where(np.diag(gram) > 0, np.diag(gram), 1.0))
    rest = gram / np.outer(size, size) + np.diag(slack)
    kept = []
    for column in range(len(rest)):
        if rest[column, column] > DEPENDENT:
            kept.append(column)
            rest = rest - np.outer(rest[column], rest[column]) / rest[column, column]
    return np.array(kept, dtype=np.int64)


@dataclass(frozen=True)
class Step:
    """One calibration, as its residuals need it.

    Parameters
    ----------
    x : float array of shape (cells, auxiliaries)
    before, after : float arrays of shape (cells,)
        Sums of weights.
    slack : float array of shape (auxiliaries,)
        Of ridge calibration, whose B has ``slack`` times the diagonal of the sum of d x x' added to that sum.
    """

    x: Floats
    before: Floats
    after: Floats
    slack: Floats

    def slopes(self) -> Floats:
        """Return the matrix that makes B of sums of w u by cell, of shape (auxiliaries, cells)."""
        g = np.divide(self.after, self.before, out=np.zeros(len(self.before)), where=self.before > 0)
        weight = np.where(g != 0, self.before, 0.0)
        gram = weighted_gram(self.x, weight)
        kept, size = independent(gram, self.slack), np.sqrt(np.diag(gram))
        size[size == 0] = 1.0
        x = (self.x / size)[:, kept]
        out = np.zeros(self.x.shape[::-1])
        over = np.divide(1.0, g, out=np.zeros_like(g), where=g != 0)
        square = gram[np.ix_(kept, kept)] / np.outer(size[kept], size[kept]) + np.diag(self.slack[kept])
        out[kept] = np.linalg.solve(square, x.T * over) / size[kept, None]
        return out


@dataclass(frozen=True)
class IteratedStep:
    """One calibration, in the convention of R's ``rake``: unweighted means of categories, taken off margin by margin.

    Weights before calibration are the same in each cell. There are ten passes over the margins, as there.

    Parameters
    ----------
    x : float array of shape (cells, auxiliaries)
        Whether the cell is in the category.
    before, after : float arrays of shape (cells,)
    rows : float array of shape (cells,)
        Number of rows.
    margin : integer array of shape (auxiliaries,)
        Margin of each category.
    """

    x: Floats
    before: Floats
    after: Floats
    rows: Floats
    margin: Ints

    def slopes(self) -> Floats:
        """Return the matrix that makes the sum of all means of sums of w u by cell, of shape (auxiliaries, cells)."""
        out = np.zeros(self.x.shape[::-1])
        together = (self.x * self.rows[:, None]).T @ self.x
        size = np.where(np.diag(together) > 0, np.diag(together), 1.0)
        for _ in range(PASSES):
            for own in range(int(self.margin.max(initial=-1)) + 1):
                of = np.flatnonzero(self.margin == own)
                out[of] += (self.x[:, of].T - together[of] @ out) / size[of, None]
        return out * np.divide(self.rows, self.after, out=np.zeros(len(self.rows)), where=self.after > 0)


def chained(steps: Sequence[Step | IteratedStep]) -> Floats:
    """Return the slopes of calibrations that follow each other, on sums by their common cells.

    Each is of the residuals of those before it, as in R.

    Returns
    -------
    float array of shape (auxiliaries of all steps, cells)
    """
    out: list[Floats] = []
    for step in steps:
        own = step.slopes()
        before = [(own * earlier.after) @ earlier.x @ slopes for earlier, slopes in zip(steps, out, strict=False)]
        out.append(own - sum(before, np.zeros_like(own)))
    return np.concatenate(out)
