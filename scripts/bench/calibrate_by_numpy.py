"""Calibration in numpy, and nothing else: Newton's method on collapsed cells, from codes made while loading."""

from __future__ import annotations

from collections.abc import Iterator
from math import nan

import numpy as np
import pandas as pd
from known import AREAS, BOUNDS, EVERY, GROUPS, REGIONS, group, moved, urban
from numpy.typing import NDArray
from tables import Row

Floats = NDArray[np.float64]
MET = 1e-10


class Persons:
    """Raking, or logit with bounds, on 320 cells of group, region and urban."""

    def __init__(self, file: str, method: str) -> None:
        frame = pd.read_parquet(file)
        codes = (group(frame["sex"], frame["age"]) - 1, frame["region"], urban(frame["psu"]) - 1)
        sizes = (GROUPS, REGIONS, AREAS)
        self._weight, self._logit = frame["w"].to_numpy(), method == "logit"
        self._cell = np.ravel_multi_index(tuple(code.to_numpy() for code in codes), sizes)
        places = np.unravel_index(np.arange(np.prod(sizes)), sizes)
        margins = [np.bincount(code, weights=self._weight, minlength=n) for code, n in zip(codes, sizes, strict=True)]
        known = [moved(sums, self._weight.sum()) for sums in margins]
        first = [0, 1, 1]  # one category less of each margin but the first
        self._x = np.concatenate([np.eye(n)[p][:, k:] for p, n, k in zip(places, sizes, first, strict=True)], axis=1)
        self._totals = np.concatenate([own[k:] for own, k in zip(known, first, strict=True)])
        self._made = self._weight

    def turn(self) -> None:
        """Sum by cell, solve, and give each row its weight."""
        d = np.bincount(self._cell, weights=self._weight, minlength=len(self._x))
        b = np.zeros(self._x.shape[1])
        for _ in range(50):
            g, slope = self._g(self._x @ b)
            rest = self._totals - (d * g) @ self._x
            if np.max(np.abs(rest) / self._totals) < MET:
                break
            b += np.linalg.solve((self._x * (d * slope)[:, None]).T @ self._x, rest)
        self._made = self._weight * g[self._cell]

    def _g(self, u: Floats) -> tuple[Floats, Floats]:
        """Return g and its slope."""
        if not self._logit:
            return np.exp(u), np.exp(u)
        low, high = BOUNDS
        a = (high - low) / ((1 - low) * (high - 1))
        up = np.exp(a * u)
        whole = high - 1 + (1 - low) * up
        g = (low * (high - 1) + high * (1 - low) * up) / whole
        return g, a * (g - low) * (high - g) / (high - low)

    def rows(self) -> Iterator[Row]:
        """Give some weights."""
        for row, weight in enumerate(self._made[::EVERY].tolist()):
            yield "weights", str(row * EVERY), weight, nan


class Households(Persons):
    """Raking, or one linear step, on households that have the same persons, region and area."""

    def __init__(self, file: str, method: str) -> None:
        frame = pd.read_parquet(file)
        home, of = np.unique(frame["household"], return_index=True)
        place = np.searchsorted(home, frame["household"]) * GROUPS + group(frame["sex"], frame["age"]) - 1
        counts = np.bincount(place, minlength=len(home) * GROUPS).reshape(len(home), GROUPS)
        region, area = frame["region"].to_numpy()[of], urban(frame["psu"].to_numpy()[of]) - 1
        x = np.concatenate([counts, np.eye(REGIONS)[region], np.eye(AREAS)[area][:, 1:]], axis=1)
        self._weight = frame["w"].to_numpy()[of]
        self._x, self._cell = np.unique(x, axis=0, return_inverse=True)
        sums = [np.bincount(group(frame["sex"], frame["age"]) - 1, weights=frame["w"])]
        sums += [np.bincount(code, weights=self._weight) for code in (region, area)]
        wholes = (frame["w"].sum(), self._weight.sum(), self._weight.sum())
        known = [moved(own, whole) for own, whole in zip(sums, wholes, strict=True)]
        self._totals = np.concatenate([*known[:2], known[2][1:]])
        self._made, self._logit, self._linear = self._weight, False, method == "linear"

    def turn(self) -> None:
        """Sum by cell, solve, and give each household its weight."""
        if not self._linear:
            super().turn()
            return
        d = np.bincount(self._cell, weights=self._weight, minlength=len(self._x))
        b = np.linalg.solve((self._x * d[:, None]).T @ self._x, self._totals - d @ self._x)
        self._made = self._weight * (1 + self._x @ b)[self._cell]
