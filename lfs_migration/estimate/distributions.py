"""Distributions over categories: proportions, concentration, and questions with several answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lfs_migration import engine
from lfs_migration.errors import EstimationError
from lfs_migration.estimate.aligned import gathered, on, repeated, stacked
from lfs_migration.estimate.parts import breakdowns, parts_of
from lfs_migration.estimate.pieces import Missing, Pieces, linearised, pieces, quotient, simple_variance
from lfs_migration.estimate.statistics import Concentration, MultipleResponse, Proportion, Share
from lfs_migration.model.results import UNKNOWN
from lfs_migration.sample import By, Cells, Rows, Sample, Weighted, cells

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Distribution:
    """Rows in cells of breakdown and category.

    Parameters
    ----------
    statistic : Proportion
    rows : Rows
    silent : Rows
        Those of which it is not known whether, or with what value, they are distributed; by breakdown.
    inner, outer : Cells
        Of breakdown and category, and of the breakdown alone.
    parent : integer array of shape (inner cells,)
        The outer cell that each inner one is in; it never falls.
    unknown : boolean array of shape (inner cells,)
        Cells of rows without a known category.
    """

    statistic: Proportion
    rows: Rows
    silent: Rows
    inner: Cells
    outer: Cells
    parent: Ints
    unknown: NDArray[np.bool_]

    @classmethod
    def of(
        cls, sample: Sample, statistic: Proportion, by: Sequence[str | By], where: str, every: bool = False
    ) -> Distribution:
        """Return the rows of a proportion: in the combinations that occur, or with every category in each breakdown."""
        (part,) = parts_of(sample, statistic)
        within = breakdowns(by, [part])
        category = By(statistic.variable, {part.record: statistic.variable}, True, statistic.recode)
        inside, record = Rows.of(sample, part, where), [part.record]
        outer = cells(sample, within, record)
        if every:
            inner = _crossed(outer, cells(sample, [category], record))
        else:
            inner = cells(sample, [*within, category], record)
        parent = _parents(inner, outer)
        unknown = inner.keys[category.name] == UNKNOWN
        return cls(statistic, inside.into(inner), inside.silent(where).into(outer), inner, outer, parent, unknown)

    @property
    def whole(self) -> Ints:
        """Number of the whole that each inner cell is a share of: an outer cell, or its known part after all those."""
        if self.statistic.over == "all" or not self.unknown.any():
            return self.parent
        return np.where(self.unknown, self.parent, self.parent + self.outer.number)

    def under(self, part: Floats) -> Floats:
        """Return the sums over inner cells in the whole of each one; of shape (inner cells,)."""
        size, known = self.outer.number, ~self.unknown
        everyone = engine.summed(self.parent, part, size)
        of_known = engine.summed(self.parent[known], part[known], size)
        return np.concatenate([everyone, of_known])[self.whole]

    def pieces(self) -> Pieces:
        """Return the pieces of the shares of all categories, the unknown one among them."""
        rows, top, own, size = self.rows, self.rows.sums(), self.whole, self.outer.number
        wholes = [self.parent] if own is self.parent else [self.parent, np.where(self.unknown, -1, self.parent)]
        whole = repeated(stacked([gathered(top, to, size) for to in wholes]), own)
        value, of = quotient(top.total, whole.total), self.under(rows.n.astype(float)).astype(np.int64)
        linear, fraction = linearised(on(top, whole), whole), quotient(of.astype(float), self.under(rows.mass))

        def again(weighted: Weighted) -> tuple[Floats, ...]:
            totals = rows.totals_with(weighted)
            return totals, self.under(totals)

        return Pieces(
            self.statistic.name, self.inner.keys, (top, whole), quotient, again, value, linear, rows.n, rows.households,
            whole, self._simple(value, whole.total, of), of, rows.n, self.missing, fraction,
            proportion=bool((top.total >= 0).all()),
        )  # fmt: skip

    def _simple(self, share: Floats, whole: Floats, of: Ints) -> Floats:
        squares = self.rows.mass if self.rows.counted else self.rows.moment(self.rows, self.rows)
        around = squares * (1 - 2 * share) + share**2 * self.under(squares)
        return simple_variance(around, whole, self.under(self.rows.mass), of)

    @property
    def missing(self) -> Missing:
        """What is not known, by inner cell: who is distributed, and in which category."""
        parent, unknown, size, silent = self.parent, self.unknown, self.outer.number, self.silent
        n, mass = self.rows.n.astype(float), self.rows.mass
        lost = engine.summed(parent[unknown], n[unknown], size)
        weight = silent.mass + engine.summed(parent[unknown], mass[unknown], size)
        whole = silent.mass + engine.summed(parent, mass, size)
        out = np.where(unknown | (self.statistic.over == "all"), 0, lost[parent]) + silent.n[parent]
        return Missing(
            (silent.n + lost)[parent].astype(np.int64), weight[parent], whole[parent], self.rows.nowhere,
            out.astype(np.int64),
        )  # fmt: skip

    @property
    def households(self) -> Ints:
        """Number of households in the whole that known categories are shares of, of shape (outer cells,)."""
        inside = self.rows.into(self.outer)
        known = ~np.append(self.unknown, True)[self.rows.cell]
        return (inside if self.statistic.over == "all" else inside.among(known)).households


def distribution(
    sample: Sample, statistic: Proportion, by: Sequence[str | By], where: str, every: bool = False
) -> Pieces:
    """Return the pieces of a proportion: cells are breakdown and category; see :meth:`Distribution.of`."""
    found = Distribution.of(sample, statistic, by, where, every)
    out = found.pieces()
    return out if statistic.unknown or not found.unknown.any() else out.at(np.flatnonzero(~found.unknown))


def _crossed(outer: Cells, category: Cells) -> Cells:
    """Return the cells of every combination of a breakdown and a category."""
    of = {
        record: np.where(cell < 0, -1, cell * category.number + category.of[record])
        for record, cell in outer.of.items()
    }  # fmt: skip
    keys = {name: np.repeat(codes, category.number) for name, codes in outer.keys.items()}
    keys |= {name: np.tile(codes, outer.number) for name, codes in category.keys.items()}
    return Cells(of, keys, (*outer.by, *category.by))


def _parents(inner: Cells, outer: Cells) -> Ints:
    """Return for each inner cell the outer cell that it is in."""
    position = {key: i for i, key in enumerate(zip(*outer.keys.values(), strict=True))} if outer.keys else {(): 0}
    rows = zip(*(inner.keys[name] for name in outer.keys), strict=True) if outer.keys else [()] * inner.number
    return np.array([position[key] for key in rows], dtype=np.int64)


def concentration(sample: Sample, statistic: Concentration, by: Sequence[str | By], where: str) -> Pieces:
    """Return the pieces of a Herfindahl index, or of the share of the largest categories."""
    found = Distribution.of(sample, statistic.shares, by, where)
    shares, keys = found.pieces().at(np.flatnonzero(~found.unknown)), list(found.outer.keys)
    parent, p = found.parent[~found.unknown], shares.estimate
    first = np.flatnonzero(np.diff(parent, prepend=-1))
    group = np.cumsum(np.diff(parent, prepend=-1) > 0) - 1
    largest = _largest(p, group, statistic.largest).astype(float)

    def function(*totals: Floats) -> Floats:
        share = shares.function(*totals)
        return np.asarray(np.add.reduceat(share * (largest if statistic.largest else share), first, axis=-1))

    slope = np.nan_to_num(largest if statistic.largest else 2 * p)
    linear, out = shares.linear, shares.at(first)
    spread = np.add.reduceat(slope**2 * p, first) - np.add.reduceat(slope * p, first) ** 2
    top = np.add.reduceat(largest * shares.n, first).astype(np.int64) if statistic.largest else out.of
    return replace(
        out,
        name=statistic.name,
        keys={name: out.keys[name] for name in keys},
        function=function,
        estimate=np.add.reduceat(p * (largest if statistic.largest else p), first),
        linear=engine.collect(linear.psu, group[linear.cell], linear.value * slope[linear.cell], len(first)),
        n=out.of,
        households=found.households[parent[first]],
        simple=spread / np.maximum(out.of - 1, 1) if found.rows.counted else np.full(len(first), np.nan),
        top=top,
        proportion=bool(statistic.largest) and out.proportion,
    )


def _largest(share: Floats, group: Ints, number: int) -> NDArray[np.bool_]:
    """Return which shares are among so many largest of their group; of equal ones the first."""
    order = np.lexsort((-np.nan_to_num(share), group))
    rank = np.empty(len(share), dtype=np.int64)
    rank[order] = np.arange(len(share)) - np.searchsorted(group, group)
    return rank < number


def multiple_response(sample: Sample, statistic: MultipleResponse, by: Sequence[str | By], where: str) -> Pieces:
    """Return the pieces of the options of a question: cells are breakdown and option."""
    if statistic.question in [b if isinstance(b, str) else b.name for b in by]:
        raise EstimationError(f"{statistic.question!r} is a breakdown already", hint="Name the column: question=...")
    *options, base = parts_of(sample, statistic)
    if statistic.of == "cases":
        each = [pieces(sample, Share(part, base), by, where) for part in options]
    else:
        ticked, asked = [Rows.of(sample, part, where) for part in options], Rows.of(sample, base, where)
        each = _responses(ticked, asked, cells(sample, breakdowns(by, [base]), [base.record]), where)
    out = _together(each)
    size, names = len(each[0].estimate), np.array(list(statistic.conditions), dtype=object)
    keys = {**out.keys, statistic.question: np.repeat(names, size)}
    order = np.arange(len(names) * size).reshape(len(names), size).T.ravel()
    return replace(out, name=statistic.name, keys=keys).at(order)


def _responses(ticked: Sequence[Rows], asked: Rows, found: Cells, where: str) -> list[Pieces]:
    """Return the pieces of each option's share of all that is ticked, in the rows of which every option is known."""
    known = np.logical_and.reduce([asked.known, *(row.known for row in ticked)])
    some = known & np.logical_or.reduce([row.present for row in ticked])
    silent = replace(asked, known=known).silent(where, asked).into(found)
    answered = asked.among(known[asked.index]).into(found)
    rows = asked.among(some[asked.index]).into(found)
    ticks = [row.present[rows.index].astype(float) for row in ticked]
    number = np.sum(ticks, axis=0)
    base, missing = rows.sums(number), Missing.of(silent, answered)

    def option(tick: Floats) -> Pieces:
        top = rows.sums(tick)
        share = quotient(top.total, base.total)
        squares = rows.sums((tick - np.append(share, 0.0)[rows.cell] * number) ** 2).total

        def again(weighted: Weighted) -> tuple[Floats, ...]:
            return rows.totals_with(weighted, tick), rows.totals_with(weighted, number)

        return Pieces(
            "", found.keys, (top, base), quotient, again, share, linearised(top, base), rows.n, rows.households, base,
            simple_variance(squares, base.total, rows.mass, rows.n), rows.n, rows.among(tick > 0).n, missing,
            quotient(rows.n.astype(float), rows.mass), proportion=True,
        )  # fmt: skip

    return [option(tick) for tick in ticks]


def _together(parts: Sequence[Pieces]) -> Pieces:
    """Return the pieces of several ratios as one, those of each after those of the one before."""
    names = ("estimate", "n", "households", "simple", "of", "top", "fraction")
    arrays: dict[str, Any] = {name: np.concatenate([getattr(part, name) for part in parts]) for name in names}

    def again(weighted: Weighted) -> tuple[Floats, ...]:
        return tuple(np.concatenate(same) for same in zip(*(part.again(weighted) for part in parts), strict=True))

    return replace(
        parts[0],
        keys={name: np.concatenate([part.keys[name] for part in parts]) for name in parts[0].keys},
        totals=tuple(stacked(same) for same in zip(*(part.totals for part in parts), strict=True)),
        again=again,
        linear=stacked([part.linear for part in parts]),
        base=stacked([part.base for part in parts]),
        missing=Missing.joined([part.missing for part in parts]),
        **arrays,
    )
