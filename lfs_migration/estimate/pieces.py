"""Statistics as functions of totals: their estimate, their linearised totals, and the variance of simple sampling."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lfs_migration import engine
from lfs_migration.engine import Sums
from lfs_migration.estimate.aligned import repeated
from lfs_migration.estimate.intervals import Limits
from lfs_migration.estimate.parts import breakdowns, parts_of
from lfs_migration.estimate.statistics import Figure, Ratio, Share
from lfs_migration.model.indicator import Part
from lfs_migration.sample import By, Cells, Rows, Sample, Weighted, cells

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Again = Callable[[Weighted], tuple[Floats, ...]]


@dataclass(frozen=True)
class Missing:
    """What is not known in the domain of a statistic.

    Parameters
    ----------
    n : integer array of shape (cells,)
        Rows of the sample whose answer is not known.
    weight, whole : float arrays of shape (cells,)
        Sums of the weights of these rows, and of all rows of the domain.
    nowhere : int
        Rows of the sample with an answer that are in no cell, because a breakdown is not known.
    out : integer array of shape (cells,)
        Those of ``n`` that the estimate leaves out; a share of all rows leaves out none.
    """

    n: Ints
    weight: Floats
    whole: Floats
    nowhere: int
    out: Ints

    @classmethod
    def of(cls, silent: Rows, base: Rows) -> Missing:
        """Return what is missing when the rows of a domain are some with an answer and the silent others."""
        nothing = not len(silent.cell)
        n = np.zeros(base.cells, dtype=np.int64) if nothing else silent.n
        lost = np.zeros(base.cells) if nothing else silent.mass
        return cls(n, lost, lost + base.mass, base.nowhere, n)

    @property
    def share(self) -> Floats:
        """Weighted share of the rows whose answer is not known, of shape (cells,)."""
        return np.nan_to_num(quotient(self.weight, self.whole))

    def at(self, place: Ints) -> Missing:
        """Return what is missing in some cells; nothing in number -1."""
        n, weight, whole, out = (_at(array, place) for array in (self.n, self.weight, self.whole, self.out))
        return Missing(n, weight, whole, self.nowhere, out)

    @classmethod
    def joined(cls, several: Sequence[Missing]) -> Missing:
        """Return what is missing in the cells of several statistics, one after the other."""
        n, weight, whole, out = (
            np.concatenate([getattr(one, name) for one in several]) for name in ("n", "weight", "whole", "out")
        )
        return cls(n, weight, whole, max(one.nowhere for one in several), out)

    def beside(self, other: Missing) -> Missing:
        """Return the larger of what is missing in two domains, cell by cell."""
        more = other.share > self.share
        return Missing(
            np.maximum(self.n, other.n), np.where(more, other.weight, self.weight),
            np.where(more, other.whole, self.whole), max(self.nowhere, other.nowhere), np.maximum(self.out, other.out),
        )  # fmt: skip


@dataclass(frozen=True)
class Pieces:
    """A statistic's rows before their variance is known.

    Parameters
    ----------
    name : str
    keys : mapping of breakdown to array of shape (rows,)
    totals : tuple of Sums
        What the statistic is made of.
    function : callable
        Gives the estimates, of shape (..., rows), from totals of shape (..., cells).
    again : callable
        Gives the totals, of shape (cells,) each, under other weights; see :meth:`Rows.totals_with`.
    estimate : float array of shape (rows,)
    linear : Sums
        Linearised totals.
    n, households : integer arrays of shape (rows,)
        Behind the figure.
    base : Sums
        Totals whose strata give the degrees of freedom: those of the denominator.
    simple : float array of shape (rows,)
        Variance under simple random sampling with replacement, for the design effect; not-a-number where undefined.
    of : integer array of shape (rows,)
        Sample rows of the denominator.
    top : integer array of shape (rows,)
        Sample rows of the numerator.
    missing : Missing
    fraction : float array of shape (rows,), optional
        Share of the population that the simple sample would be.
    proportion : bool
        Whether the estimates are between 0 and 1.
    limits : (low, high), optional
        Where they do not follow from estimate and standard error.
    """

    name: str
    keys: Mapping[str, NDArray[Any]]
    totals: tuple[Sums, ...]
    function: Callable[..., Floats]
    again: Again
    estimate: Floats
    linear: Sums
    n: Ints
    households: Ints
    base: Sums
    simple: Floats
    of: Ints
    top: Ints
    missing: Missing
    fraction: Floats | None = None
    proportion: bool = False
    limits: Limits | None = None

    def at(self, place: Ints, nothing: float = np.nan) -> Pieces:
        """Return the pieces of some rows; the place -1 is a row of which there is ``nothing``."""

        def function(*totals: Floats) -> Floats:
            found = self.function(*totals)
            if (place < 0).any():
                found = np.concatenate([found, np.full((*found.shape[:-1], 1), nothing)], axis=-1)
            return found[..., place]

        return replace(
            self,
            keys={name: _at(codes, place, "") for name, codes in self.keys.items()},
            function=function,
            estimate=_at(self.estimate, place, nothing),
            linear=_spread(self.linear, place),
            n=_at(self.n, place),
            households=_at(self.households, place),
            base=_spread(self.base, place),
            simple=_at(self.simple, place, np.nan),
            of=_at(self.of, place),
            top=_at(self.top, place),
            missing=self.missing.at(place),
            fraction=None if self.fraction is None else _at(self.fraction, place, np.nan),
            limits=None if self.limits is None else (_at(self.limits[0], place), _at(self.limits[1], place)),
        )


def _at(array: NDArray[Any], place: Ints, nothing: float | str = 0) -> NDArray[Any]:
    return np.append(array, np.array(nothing, dtype=array.dtype))[place]


def _spread(sums: Sums, place: Ints) -> Sums:
    if (place >= 0).all():
        return repeated(sums, place)
    more = replace(sums.occurring, cells=sums.cells + 1, units=0)
    return repeated(more, np.where(place < 0, sums.cells, place))


def pieces(sample: Sample, statistic: Figure, by: Sequence[str | By], where: str) -> Pieces:
    """Return the pieces of a statistic of one figure a cell."""
    parts, nested = tuple(parts_of(sample, statistic)), isinstance(statistic, Share)
    if isinstance(statistic, Ratio) and statistic.plus is not None:
        return _with_more(sample, statistic, parts, by, where)
    together = len(parts) == 2 and parts[0].record == parts[1].record
    silent, rows = sample.lately((parts, where, nested), lambda: rows_of(sample, parts, where, nested=nested))
    found = cells(sample, breakdowns(by, parts), [row.record for row in rows])
    if together and rows[0].same(rows[1]):
        top = rows[0].into(found)
        rows = [top, top.holding(rows[1])]
    else:
        rows = [row.into(found) for row in rows]
    missing = Missing.of(silent[0].into(found), rows[-1] if together else rows[0])
    if len(silent) == 2:
        missing = missing.beside(Missing.of(silent[1].into(found), rows[1]))
    if len(rows) == 1:
        return _total(statistic.name, rows[0], found, missing)
    return _ratio(statistic, rows, found, missing)


def rows_of(sample: Sample, parts: Sequence[Part], where: str, *, nested: bool) -> tuple[list[Rows], list[Rows]]:
    """Return the rows of which it is not known whether they are in the parts, and the rows of the parts.

    Of two parts of a record, a row is in both or in none where one of them is not known.
    """
    rows = [Rows.of(sample, part, where) for part in parts]
    together = len(rows) == 2 and rows[0].record == rows[1].record
    silent = [rows[0].silent(where, rows[1])] if together else [row.silent(where) for row in rows]
    if together:
        known = rows[0].known & rows[1].known
        rows = [row.among(known[row.index]) for row in rows]
    if nested:
        rows[0] = rows[0].among(rows[1].present[rows[0].index])
    return silent, rows


def quotient(y: Floats, x: Floats) -> Floats:
    """Return Y / X, undefined where X is zero; of any shape."""
    out: Floats = np.divide(y, x, out=np.full(np.broadcast_shapes(y.shape, x.shape), np.nan), where=x != 0)
    return out


def linearised(top: Sums, base: Sums) -> Sums:
    """Return the linearised totals of a ratio, (y - R x) / X; zero where X is zero."""
    x = base.total
    inverse = np.divide(1.0, x, out=np.zeros_like(x), where=x != 0)
    return engine.combine([top, base], [inverse, -np.nan_to_num(quotient(top.total, x)) * inverse])


def _total(name: str, rows: Rows, found: Cells, missing: Missing) -> Pieces:
    sums = rows.sums()
    whole, size = rows.sample.whole(rows.record)
    simple = np.full(found.number, np.nan)
    if size > 1 and whole:
        squares = sums.total if rows.counted else rows.moment(rows, rows)
        simple = whole**2 / (size - 1) * (squares / whole - (sums.total / whole) ** 2)

    def again(weighted: Weighted) -> tuple[Floats, ...]:
        return (rows.totals_with(weighted),)

    return Pieces(
        name, found.keys, (sums,), _identity, again, sums.total, sums, rows.n, rows.households, sums, simple, rows.n,
        rows.n, missing, np.full(found.number, size / whole if whole else np.nan),
    )  # fmt: skip


def _identity(total: Floats) -> Floats:
    return total


def _ratio(statistic: Figure, rows: Sequence[Rows], found: Cells, missing: Missing) -> Pieces:
    top, base = (part.sums() for part in rows)
    n, households = rows[1].n, rows[1].households
    value, fraction = quotient(top.total, base.total), quotient(n.astype(float), rows[1].mass)
    share = isinstance(statistic, Share) and all(row.counted for row in rows)

    def again(weighted: Weighted) -> tuple[Floats, ...]:
        return tuple(row.totals_with(weighted) for row in rows)

    return Pieces(
        statistic.name, found.keys, (top, base), quotient, again, value, linearised(top, base), n, households, base,
        _simple_ratio(rows, value, base, n, nested=share), n, rows[0].n, missing, fraction, share,
    )  # fmt: skip


def _with_more(
    sample: Sample, statistic: Ratio, parts: Sequence[Part], by: Sequence[str | By], where: str
) -> Pieces:  # fmt: skip
    """Return the pieces of a ratio whose denominator is the sum of two totals."""
    rows = [Rows.of(sample, part, where) for part in parts]
    found = cells(sample, breakdowns(by, parts), [row.record for row in rows])
    rows = [row.into(found) for row in rows]
    top, base, more = (row.sums() for row in rows)
    whole = base.total + more.total
    value = quotient(top.total, whole)
    inverse = np.divide(1.0, whole, out=np.zeros_like(whole), where=whole != 0)
    linear = engine.combine([top, base, more], [inverse, *[-np.nan_to_num(value) * inverse] * 2])
    missing = Missing.of(rows[1].silent(where).into(found), rows[1])
    missing = missing.beside(Missing.of(rows[2].silent(where).into(found), rows[2]))

    def again(weighted: Weighted) -> tuple[Floats, ...]:
        return tuple(row.totals_with(weighted) for row in rows)

    n, ones = rows[1].n + rows[2].n, np.ones_like(whole)
    both = engine.combine([base.occurring, more.occurring], [ones, ones])
    return Pieces(
        statistic.name, found.keys, (top, base, more), _over_both, again, value, linear, n,
        np.maximum(rows[1].households, rows[2].households), both,
        np.full(found.number, np.nan), n, rows[0].n, missing, proportion=statistic.nested,
    )  # fmt: skip


def _over_both(top: Floats, base: Floats, more: Floats) -> Floats:
    return quotient(top, base + more)


def _simple_ratio(rows: Sequence[Rows], ratio: Floats, whole: Sums, n: Ints, *, nested: bool) -> Floats:
    """Return the variance of a ratio had the domain's n rows been drawn simply: N^2 / n * S^2 of (y - R x) / X."""
    top, base = rows
    if top.record != base.record:
        return np.full(len(ratio), np.nan)
    x = whole.total
    if nested:
        return simple_variance(ratio * (1 - ratio) * x, x, x, n)
    own = x if base.counted else base.moment(base, base)
    cross = top.sums().total if base.counted and top.index is base.index else base.moment(top, base)
    squares = base.moment(top, top) - 2 * ratio * cross + ratio**2 * own
    return simple_variance(squares, x, base.mass, n)


def simple_variance(squares: Floats, x: Floats, weight: Floats, n: Ints) -> Floats:
    """Return the variance of a mean under simple sampling from the weighted squares of y - R x."""
    usable = (n > 1) & (x != 0)
    scale = np.where(usable, x, 1.0) ** 2 * np.where(usable, n - 1, 1)
    return np.where(usable, weight * squares / scale, np.nan)
