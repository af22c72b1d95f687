"""Weighting cells: weights of some rows are handed to others of the cell, and cells that are too thin collapse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lfs_migration.engine import summed
from lfs_migration.errors import DesignError
from lfs_migration.model.weighting import Cells
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
    cell : integer array of shape (rows,)
        -1 for a row that plays no part.
    names : tuple of str
        Of the cells.
    takers : boolean array of shape (rows,)
        Rows that take the weights of the others of their cell.
    collapsed : tuple of str
        What was collapsed, into what, and why.
    thin : tuple of str
        Cells that stay beyond a limit, because there is no coarser one.
    """

    cell: Ints
    names: tuple[str, ...]
    takers: Mask
    collapsed: tuple[str, ...] = ()
    thin: tuple[str, ...] = ()

    def factors(self, weight: Floats) -> Floats:
        """Return the factor of each row: weights of all rows of its cell over those of the takers.

        It is 1 where a row plays no part, and 0 for a row whose weight others take.

        Raises
        ------
        DesignError
            Naming the cell, where nobody is there to take the weights.
        """
        inside, cells = self.cell >= 0, len(self.names)
        whole = summed(self.cell[inside], weight[inside], cells)
        taken = inside & self.takers
        taking = summed(self.cell[taken], weight[taken], cells)
        empty = np.flatnonzero((taking <= 0) & (whole > 0))
        if len(empty):
            raise DesignError(
                f"Nobody is in the cell {self.names[empty[0]]} to take its weights",
                detail=f"They add up to {whole[empty[0]]:,.6g}", hint="Use coarser cells, or more respondents in each",
            )  # fmt: skip
        factor = np.divide(whole, taking, out=np.ones(cells), where=taking > 0)
        return np.where(inside, np.where(self.takers, factor[self.cell], 0.0), 1.0)


def handed(sample: Sample, cells: Cells, scope: Mask, takers: Mask, weight: Floats) -> Handed:
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

    Raises
    ------
    DesignError
        Where a cell has no taker and nothing coarser is given; where a coarser cell parts a finer one; where a variable
        is missing, naming the household.
    """
    levels = [level_of(sample, by, scope) for by in (cells.by, *cells.collapse)]
    for finer, coarser in pairwise(levels):
        _require_nested(finer, coarser)
    height, collapsed = np.zeros(len(scope), dtype=np.int64), list[str]()
    while True:
        cell, names, level = _current(levels, height, scope)
        found = _judged(cell, len(names), scope & takers, weight, cells)
        up = [(c, why) for c, why in found if level[c] + 1 < len(levels)]
        if not up:
            break
        for c, why in up:
            _collapse(levels, height, int(np.flatnonzero(cell == c)[0]), int(level[c]))
            collapsed.append(f"{names[c]} ({why}) into {_into(levels, cell, c, int(level[c]))}")
    dead = [c for c, why in found if why == "no respondent"]
    if dead:
        raise DesignError(
            f"The cell {names[dead[0]]} has no respondent", detail=f"It has {int((cell == dead[0]).sum()):,} addresses",
            hint="Give coarser cells under collapse",
        )  # fmt: skip
    thin = tuple(f"{names[c]} ({why})" for c, why in found)
    return Handed(cell, names, scope & takers, tuple(dict.fromkeys(collapsed)), thin)


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


def _current(levels: Sequence[Level], height: Ints, scope: Mask) -> tuple[Ints, tuple[str, ...], Ints]:
    """Return the cell of each row where it stands now, the cells' names, and the level of each."""
    sizes = np.cumsum([0, *(len(level.names) for level in levels)])
    code = np.stack([level.code for level in levels])[height, np.arange(len(height))] + sizes[height]
    _, cell, first = _numbered(code, scope)
    level = height[first]
    names = tuple(levels[at].names[levels[at].code[row]] for at, row in zip(level, first, strict=True))
    return cell, names, level


def _judged(cell: Ints, count: int, takers: Mask, weight: Floats, cells: Cells) -> list[tuple[int, str]]:
    """Return the cells that break a limit, and why."""
    inside = cell >= 0
    number = np.bincount(cell[takers], minlength=count)
    whole, taking = (summed(cell[mask], weight[mask], count) for mask in (inside, takers))
    factor = np.divide(whole, taking, out=np.full(count, inf), where=taking > 0)
    out = []
    for c in range(count):
        if taking[c] <= 0 < whole[c]:
            out.append((c, "no respondent"))
        elif number[c] < cells.minimum and whole[c] > 0:
            out.append((c, f"{number[c]} respondents"))
        elif factor[c] > cells.maximum and whole[c] > 0:
            out.append((c, f"factor {factor[c]:.3g}"))
    return out


def _collapse(levels: Sequence[Level], height: Ints, row: int, at: int) -> None:
    """Join all rows of the coarser cell that a row is in."""
    coarser = levels[at + 1].code
    inside = coarser == coarser[row]
    height[inside] = np.maximum(height[inside], at + 1)


def _into(levels: Sequence[Level], cell: Ints, c: int, at: int) -> str:
    row = int(np.flatnonzero(cell == c)[0])
    return str(levels[at + 1].names[levels[at + 1].code[row]])


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
