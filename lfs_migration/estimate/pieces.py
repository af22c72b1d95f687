"""Statistics as functions of totals: their estimate, their linearised totals, and the variance of simple sampling."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations_with_replacement
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lfs_migration import engine
from lfs_migration.engine import Sums
from lfs_migration.estimate.intervals import Limits
from lfs_migration.estimate.statistics import (
    Count,
    Mean,
    Proportion,
    Quantile,
    Ratio,
    Share,
    Smooth,
    Statistic,
    Total,
)  # fmt: skip
from lfs_migration.expr import parse
from lfs_migration.frames import Ask
from lfs_migration.model.indicator import Part
from lfs_migration.model.results import UNKNOWN
from lfs_migration.sample import By, Cells, Rows, Sample, Weighted, cells

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


Again = Callable[[Weighted], tuple[Floats, ...]]


@dataclass(frozen=True)
class Pieces:
    """A statistic's rows before their variance is known.

    Parameters
    ----------
    name : str
    keys : mapping of breakdown to array of shape (cells,)
    totals : tuple of Sums
        What the statistic is made of, over the same cells.
    function : callable
        Gives the estimates from totals of shape (..., cells).
    again : callable
        Gives the totals, of shape (cells,) each, under other weights; see :meth:`Rows.totals_with`.
    estimate : float array of shape (cells,)
    linear : Sums
        Linearised totals.
    n, households : integer arrays of shape (cells,)
        Behind the figure.
    base : Sums
        Totals whose strata give the degrees of freedom: those of the denominator.
    simple : float array of shape (cells,)
        Variance under simple random sampling with replacement, for the design effect; not-a-number where undefined.
    of : integer array of shape (cells,)
        Sample rows of the denominator.
    top : integer array of shape (cells,)
        Sample rows of the numerator.
    unknown : float array of shape (cells,)
        Weighted share of the domain's rows whose answer is not known.
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
    unknown: Floats
    proportion: bool = False
    limits: Limits | None = None

    def chosen(self, keep: NDArray[np.bool_]) -> Pieces:
        """Return the pieces of some cells."""
        cell = np.flatnonzero(keep)
        return replace(
            self,
            keys={name: array[keep] for name, array in self.keys.items()},
            totals=tuple(sums.spread(cell) for sums in self.totals),
            again=lambda weighted: tuple(total[keep] for total in self.again(weighted)),
            estimate=self.estimate[keep],
            linear=self.linear.spread(cell),
            n=self.n[keep],
            households=self.households[keep],
            base=self.base.spread(cell),
            simple=self.simple[keep],
            of=self.of[keep],
            top=self.top[keep],
            unknown=self.unknown[keep],
        )


def pieces(sample: Sample, statistic: Smooth, by: Sequence[str | By], where: str) -> Pieces:
    """Return the pieces of a statistic."""
    if isinstance(statistic, Proportion):
        return _distribution(sample, statistic, by, where)
    parts = _parts(sample, statistic)
    rows = [Rows.of(sample, part, where) for part in parts]
    together = len(rows) == 2 and rows[0].record == rows[1].record
    silent = rows[0].silent(where, rows[1] if together else None)
    if together:
        known = rows[0].known & rows[1].known
        rows = [row.among(known[row.index]) for row in rows]
    if isinstance(statistic, Share):
        rows[0] = rows[0].among(rows[1].present[rows[0].index])
    found = cells(sample, breakdowns(by, parts), [row.record for row in rows])
    rows = [row.into(found) for row in rows]
    unknown = unknown_share(silent.into(found), rows[1] if together else rows[0])
    if len(rows) == 1:
        return _total(statistic.name, rows[0], found, unknown)
    return _ratio(statistic, rows, found, unknown)


def asked(sample: Sample, statistics: Sequence[Statistic], by: Sequence[str | By], where: str) -> dict[str, Ask]:
    """Return what statistics ask of each record, for a sample that stays on its engine."""
    asks: dict[str, Ask] = {}
    for statistic in statistics:
        parts = _parts(sample, statistic)
        for record in dict.fromkeys(part.record for part in parts):
            ask = _asked(statistic, [part for part in parts if part.record == record], by, where)
            asks[record] = asks[record] | ask if record in asks else ask
    return asks


def _asked(statistic: Statistic, parts: Sequence[Part], by: Sequence[str | By], where: str) -> Ask:
    """Return what a statistic asks of the record of some of its parts."""
    record, inside, texts = parts[0].record, [part.where for part in parts], [part.value for part in parts]
    codes = [b.variables[record] for b in breakdowns(by, parts[:1]) if record in b.variables]
    values = tuple(dict.fromkeys(filter(None, texts)))
    return Ask(
        codes=(*codes, *((statistic.variable,) if isinstance(statistic, Proportion) else ())),
        truths=tuple(filter(None, inside)),
        values=values,
        products=() if isinstance(statistic, Quantile) else tuple(combinations_with_replacement(texts, 2)),
        where=where,
        parts=tuple(inside) if all(inside) else (),
    )


def unknown_share(silent: Rows, base: Rows) -> Floats:
    """Return the weighted share of rows that are left out because an answer is not known, of shape (cells,)."""
    if not len(silent.cell):
        return np.zeros(base.cells)
    return np.nan_to_num(quotient(silent.mass, silent.mass + base.mass))


def _parts(sample: Sample, statistic: Statistic) -> list[Part]:
    match statistic:
        case Count(record=record, where=inside):
            return [Part(record=record or sample.home, where=inside)]
        case Total(value=value) | Quantile(value=value):
            return [part_of(sample, value)]
        case Proportion(variable=variable, base=base):
            return [base or Part(record=sample.record_for(frozenset({variable})))]
        case Mean(value=value):
            part = part_of(sample, value)
            return [part, Part(record=part.record)]
        case Ratio() | Share():
            return [part_of(sample, part) for part in (statistic.numerator, statistic.denominator)]


def part_of(sample: Sample, value: str | Part) -> Part:
    """Return the part that an expression stands for."""
    return value if isinstance(value, Part) else Part(record=sample.record_for(parse(value).names), value=value)


def breakdowns(by: Sequence[str | By], parts: Sequence[Part]) -> list[By]:
    """Return breakdowns in which a variable's name stands for it in the record of every part."""
    return [b if isinstance(b, By) else By(b, {part.record: b for part in parts}) for b in by]


def _identity(total: Floats) -> Floats:
    return total


def quotient(y: Floats, x: Floats) -> Floats:
    """Return Y / X, undefined where X is zero; of any shape."""
    out: Floats = np.divide(y, x, out=np.full(np.broadcast_shapes(y.shape, x.shape), np.nan), where=x != 0)
    return out


def linearised(top: Sums, base: Sums) -> Sums:
    """Return the linearised totals of a ratio, (y - R x) / X; zero where X is zero."""
    x = base.total
    inverse = np.divide(1.0, x, out=np.zeros_like(x), where=x != 0)
    return engine.combine([top, base], [inverse, -np.nan_to_num(quotient(top.total, x)) * inverse])


def _total(name: str, rows: Rows, found: Cells, unknown: Floats) -> Pieces:
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
        rows.n, unknown,
    )  # fmt: skip


def _ratio(statistic: Smooth, rows: Sequence[Rows], found: Cells, unknown: Floats) -> Pieces:
    top, base = (part.sums() for part in rows)
    n, households = rows[1].n, rows[1].households
    value = quotient(top.total, base.total)
    share = isinstance(statistic, Share) and all(row.counted for row in rows)

    def again(weighted: Weighted) -> tuple[Floats, ...]:
        return tuple(row.totals_with(weighted) for row in rows)

    return Pieces(
        statistic.name, found.keys, (top, base), quotient, again, value, linearised(top, base), n, households, base,
        _simple_ratio(rows, value, base, n, nested=share), n, rows[0].n, unknown, share,
    )  # fmt: skip


def _simple_ratio(rows: Sequence[Rows], ratio: Floats, whole: Sums, n: Ints, *, nested: bool) -> Floats:
    """Return the variance of a ratio had the domain's n rows been drawn simply: N^2 / n * S^2 of (y - R x) / X."""
    top, base = rows
    if top.record != base.record:
        return np.full(len(ratio), np.nan)
    x = whole.total
    if nested:
        return _simple(ratio * (1 - ratio) * x, x, x, n)
    squares = base.moment(top, top) - 2 * ratio * base.moment(top, base) + ratio**2 * base.moment(base, base)
    return _simple(squares, x, base.mass, n)


def _simple(squares: Floats, x: Floats, weight: Floats, n: Ints) -> Floats:
    usable = (n > 1) & (x != 0)
    scale = np.where(usable, x, 1.0) ** 2 * np.where(usable, n - 1, 1)
    return np.where(usable, weight * squares / scale, np.nan)


def _distribution(sample: Sample, statistic: Proportion, by: Sequence[str | By], where: str) -> Pieces:
    """Cells are breakdown x category; the denominator of a category is the breakdown's total, repeated."""
    (part,) = _parts(sample, statistic)
    record = part.record
    inside = Rows.of(sample, part, where)
    category = By(statistic.variable, {record: statistic.variable}, unknown=True)
    outer = cells(sample, breakdowns(by, [part]), [record])
    inner = cells(sample, [*breakdowns(by, [part]), category], [record])
    rows, everyone = inside.into(inner), inside.into(outer)
    unknown = inner.keys[category.name] == UNKNOWN
    parent, bases = _parents(inner, outer), [everyone]
    own = parent
    if statistic.over == "known" and unknown.any():
        bases = [everyone, everyone.among(~np.append(unknown, True)[rows.cell])]
        own = np.where(unknown, parent, parent + outer.number)
    top, whole = rows.sums(), stacked([base.sums() for base in bases]).spread(own)
    value = quotient(top.total, whole.total)
    of = np.concatenate([base.n for base in bases])[own]
    lost = engine.summed(parent[unknown], rows.mass[unknown], outer.number)
    silence = np.nan_to_num(quotient(lost, everyone.mass))[parent]

    def again(weighted: Weighted) -> tuple[Floats, ...]:
        below = np.concatenate([base.totals_with(weighted) for base in bases])
        return rows.totals_with(weighted), below[own]

    out = Pieces(
        statistic.name, inner.keys, (top, whole), quotient, again, value, linearised(top, whole), rows.n,
        rows.households, whole, _simple(top.total * (1 - value), whole.total, whole.total, of), of, rows.n, silence,
        proportion=True,
    )  # fmt: skip
    return out if statistic.unknown or not unknown.any() else out.chosen(~unknown)


def _parents(inner: Cells, outer: Cells) -> Ints:
    """Return for each inner cell the outer cell that it is in."""
    position = {key: i for i, key in enumerate(zip(*outer.keys.values(), strict=True))} if outer.keys else {(): 0}
    rows = zip(*(inner.keys[name] for name in outer.keys), strict=True) if outer.keys else [()] * inner.number
    return np.array([position[key] for key in rows], dtype=np.int64)


def stacked(sums: Sequence[Sums]) -> Sums:
    """Return several sums as one, the cells of each after those of the one before."""
    offsets = np.cumsum([0, *(part.cells for part in sums)])
    return Sums(
        np.concatenate([part.psu for part in sums]),
        np.concatenate([part.cell + offset for part, offset in zip(sums, offsets, strict=False)]),
        np.concatenate([part.value for part in sums]),
        int(offsets[-1]),
    )
