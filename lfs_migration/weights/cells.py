"""Weighting cells: weights of some rows are handed to others of the cell, and cells that are too thin collapse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from math import inf
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lfs_migration.engine import summed
from lfs_migration.errors import DesignError
from lfs_migration.model.response import Cells
from lfs_migration.sample import Sample
from lfs_migration.sample.auxiliaries import shown

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Level:
    """Cells of one fineness: the code of each row, -1 for a row that plays no part, and the names of the cells."""

    code: Ints
    names: tuple[str, ...]


@dataclass(frozen=True)
class Handed:
    """Cells in which weights are handed over.

    Parameters
    ----------
    levels : tuple of Level
        Cells, and the coarser ones into which they collapse.
    height : integer array of shape (rows,)
        Level at which each row stands.
    takers : boolean array of shape (rows,)
        Rows that take the weights of the others of their cell.
    called : (str, str)
        What a taker is, and several.
    collapsed : tuple of str
        What was collapsed, into what, and why.
    thin : tuple of str
        Cells that stay beyond a limit, because there is no coarser one.
    """

    levels: tuple[Level, ...]
    height: Ints
    takers: Mask
    called: tuple[str, str]
    collapsed: tuple[str, ...] = ()
    thin: tuple[str, ...] = ()

    @cached_property
    def _current(self) -> tuple[Ints, Ints, Ints]:
        """The cell of each row where it stands now (-1 where it plays no part), a row of each cell, and its level."""
        sizes = np.cumsum([0, *(len(level.names) for level in self.levels)])
        code = np.stack([level.code for level in self.levels])[self.height, np.arange(len(self.height))]
        _, cell, first = _numbered(code + sizes[self.height], self.levels[0].code >= 0)
        return cell, first, self.height[first]

    @property
    def cell(self) -> Ints:
        """The cell of each row, -1 where it plays no part."""
        return self._current[0]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the cells."""
        _, first, level = self._current
        return tuple(self._name(row, at) for row, at in zip(first, level, strict=True))

    def _name(self, row: int, at: int) -> str:
        level = self.levels[at]
        return level.names[int(level.code[row])]

    def within(self, rows: Mask) -> Handed:
        """Return the cells of some of the rows."""
        levels = tuple(Level(level.code[rows], level.names) for level in self.levels)
        return replace(self, levels=levels, height=self.height[rows], takers=self.takers[rows])

    def sums(self, weight: Floats) -> tuple[Floats, Floats]:
        """Return the weights of all rows of each cell, and those of its takers."""
        inside, cells = self.cell >= 0, len(self._current[1])
        masks = inside, inside & self.takers
        whole, taking = (summed(self.cell[mask], weight[mask], cells) for mask in masks)
        return whole, taking

    def coarser(self, why: Mapping[int, str]) -> Handed:
        """Return the cells after some have collapsed, and say why they did; the same where nothing is coarser."""
        _, first, level = self._current
        up = [c for c in why if level[c] + 1 < len(self.levels)]
        if not up:
            return self
        height, collapsed = self.height.copy(), list(self.collapsed)
        for c in up:
            row, at = int(first[c]), int(level[c]) + 1
            joined = self.levels[at].code == self.levels[at].code[row]
            height[joined] = np.maximum(height[joined], at)
            collapsed.append(f"{self._name(row, at - 1)} ({why[c]}) into {self._name(row, at)}")
        return replace(self, height=height, collapsed=tuple(dict.fromkeys(collapsed)))

    def factors(self, weight: Floats) -> Floats:
        """Return the factor of each row: weights of all rows of its cell over those of the takers.

        It is 1 where a row plays no part, and 0 for a row whose weight others take. In a replicate a cell may have
        takers of weight 0 only: it collapses there, as cells of the sample do.

        Raises
        ------
        DesignError
            Naming the cell, where nobody is there to take the weights and nothing coarser is given.
        """
        whole, taking = self.sums(weight)
        empty = np.flatnonzero((taking <= 0) & (whole > 0))
        if len(empty):
            wider = self.coarser(dict.fromkeys(empty.tolist(), ""))
            if wider is not self:
                return wider.factors(weight)
            inside = self.cell == empty[0]
            more = " with a weight" if (inside & self.takers).any() else ""
            raise DesignError(
                f"The cell {self.names[empty[0]]} has no {self.called[0]}{more}",
                detail=f"It has {int(inside.sum()):,} addresses",
                hint="Give coarser cells under collapse, or fewer classes",
            )  # fmt: skip
        factor = np.divide(whole, taking, out=np.ones(len(whole)), where=taking > 0)
        return np.where(self.cell >= 0, np.where(self.takers, factor[self.cell], 0.0), 1.0)


def handed(sample: Sample, cells: Cells, scope: Mask, takers: Mask, weight: Floats, called: tuple[str, str]) -> Handed:
    """Return cells in which there are takers enough.

    Parameters
    ----------
    sample : Sample
    cells : Cells
    scope : boolean array of shape (rows,)
        Rows that play a part.
    takers : boolean array of shape (rows,)
        Those of them that take the weights of the others.
    weight : float array of shape (rows,)
    called : (str, str)
        What a taker is, and several, for messages.

    Raises
    ------
    DesignError
        Where a cell has no taker and nothing coarser is given; where a coarser cell parts a finer one; where a variable
        is missing, naming the household.
    """
    levels = tuple(level_of(sample, by, scope) for by in (cells.by, *cells.collapse))
    for finer, coarser in pairwise(levels):
        _require_nested(finer, coarser)
    found = Handed(levels, np.zeros(len(scope), dtype=np.int64), scope & takers, called)
    why = _judged(found, weight, cells)
    while (wider := found.coarser(why)) is not found:
        found, why = wider, _judged(wider, weight, cells)
    found.factors(weight)
    return replace(found, thin=tuple(f"{found.names[c]} ({reason})" for c, reason in why.items()))


def level_of(sample: Sample, by: Sequence[str], scope: Mask) -> Level:
    """Return the cells of some variables: combinations that occur in the scope."""
    code, names = np.zeros(len(scope), dtype=np.int64), [""]
    factors = []
    for variable in by:
        own, levels = sample.records.factor(variable, sample.home)
        absent = np.flatnonzero(scope & (own < 0))
        if len(absent):
            raise DesignError(
                f"The cell variable {variable} is missing at {len(absent):,} addresses",
                where=sample.place(sample.home, int(absent[0])), hint="Cells are known of all addresses",
            )  # fmt: skip
        factors.append((variable, own, levels))
        code = code * max(len(levels), 1) + np.maximum(own, 0)
    _, place, first = _numbered(code, scope)
    names = [", ".join(f"{v} {shown((levels[own[row]],))}" for v, own, levels in factors) or "everything"
             for row in first]  # fmt: skip
    return Level(place, tuple(names))


def _numbered(code: Ints, scope: Mask) -> tuple[Ints, Ints, Ints]:
    """Return codes that occur, the place of each row's among them (-1 outside), and a row that has each."""
    occurring, first, inverse = np.unique(code[scope], return_index=True, return_inverse=True)
    place = np.full(len(code), -1, dtype=np.int64)
    place[scope] = inverse
    return occurring, place, np.flatnonzero(scope)[first]


def _require_nested(finer: Level, coarser: Level) -> None:
    inside = finer.code >= 0
    pairs = np.unique(np.stack([finer.code[inside], coarser.code[inside]]), axis=1)
    twice = np.flatnonzero(pairs[0][1:] == pairs[0][:-1])
    if len(twice):
        one, two = (coarser.names[c] for c in pairs[1][twice[0] : twice[0] + 2])
        raise DesignError(
            f"The cell {finer.names[pairs[0][twice[0]]]} is in two coarser ones", detail=f"{one} and {two}",
            hint="Each list under collapse must join whole cells of the one before it",
        )  # fmt: skip


def _judged(found: Handed, weight: Floats, cells: Cells) -> dict[int, str]:
    """Return the cells that break a limit, and why."""
    (whole, taking), (one, several) = found.sums(weight), found.called
    number = np.bincount(found.cell[found.takers], minlength=len(whole))
    factor = np.divide(whole, taking, out=np.full(len(whole), inf), where=taking > 0)
    out = {}
    for c in np.flatnonzero(whole > 0).tolist():
        if taking[c] <= 0:
            out[c] = f"no {one}"
        elif number[c] < cells.minimum:
            out[c] = f"{number[c]} {several}"
        elif factor[c] > cells.maximum:
            out[c] = f"factor {factor[c]:.3g}"
    return out


def report(found: Handed, weight: Floats) -> dict[str, Any]:
    """Return what the log says of cells."""
    used = found.factors(weight)[found.takers]
    return {
        "cells": len(found.names),
        "smallest_factor": float(used.min(initial=inf)),
        "largest_factor": float(used.max(initial=-inf)),
        "collapsed": list(found.collapsed),
        "beyond_limits": list(found.thin),
    }
