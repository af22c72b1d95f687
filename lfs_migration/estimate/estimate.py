"""The verb: statistics of a data set, by breakdowns, with design-based standard errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lfs_migration import engine
from lfs_migration.engine import Sums
from lfs_migration.errors import EstimationError
from lfs_migration.estimate import intervals
from lfs_migration.estimate.cells import By, Cells, cells
from lfs_migration.estimate.sample import Sample
from lfs_migration.estimate.statistics import Count, Interval, Mean, Proportion, Ratio, Share, Statistic, Total
from lfs_migration.expr import parse
from lfs_migration.model.dataset import Dataset
from lfs_migration.model.indicator import Part
from lfs_migration.model.results import UNKNOWN, Estimates

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def estimate(
    data: Dataset | Sample,
    statistics: Statistic | Sequence[Statistic],
    *,
    by: str | By | Sequence[str | By] = (),
    where: str = "",
    level: float = 0.95,
) -> Estimates:
    """Estimate statistics and their standard errors.

    Parameters
    ----------
    data : Dataset
        With a design; harmonised, or a researcher's own frame.
    statistics : Statistic or sequence of Statistic
        :class:`Count`, :class:`Total`, :class:`Mean`, :class:`Ratio`, :class:`Share`, :class:`Proportion`.
    by : str or sequence of str
        Variables; the cells are their combinations that occur.
    where : str
        Expression: the domain. Rows outside it have weight zero and stay in the design.
    level : float
        Of the confidence intervals.

    Returns
    -------
    Estimates
        One row a statistic and cell.

    Raises
    ------
    DesignError, EstimationError, ExpressionError, NotFound

    Examples
    --------
    >>> import lfs_migration as lfm, pandas as pd
    >>> frame = pd.DataFrame({"w": [2.0, 2, 3, 3], "h": [1, 1, 2, 2], "y": [1.0, 3, 2, 4]})
    >>> survey = lfm.dataset(frame, lfm.Design(weight="w", stratum="h"))
    >>> result = estimate(survey, [Total("y"), Mean("y")])
    >>> result.estimate, result.se.round(4)
    (array([26. ,  2.6]), array([7.2111, 0.7211]))
    """
    sample = data if isinstance(data, Sample) else Sample(data)
    chosen = list(statistics) if isinstance(statistics, Sequence) else [statistics]
    if not chosen:
        raise EstimationError("No statistic was asked for")
    if not 0 < level < 1:
        raise EstimationError(f"The level of an interval is between 0 and 1, not {level:g}", hint="0.95 is usual")
    breakdowns = [by] if isinstance(by, str | By) else list(by)
    return assembled(sample, [_pieces(sample, statistic, breakdowns, where) for statistic in chosen], level)


@dataclass(frozen=True)
class Pieces:
    """A statistic's rows before their variance is known.

    Parameters
    ----------
    keys : mapping of breakdown to array of shape (cells,)
    estimate : float array of shape (cells,)
    linear : Sums
        Linearised totals.
    n, households : integer arrays of shape (cells,)
        Behind the figure.
    base : Sums
        Totals whose strata give the degrees of freedom: those of the denominator.
    """

    name: str
    keys: Mapping[str, NDArray[Any]]
    estimate: Floats
    linear: Sums
    n: Ints
    households: Ints
    base: Sums
    interval: Interval = "t"


@dataclass(frozen=True)
class _Rows:
    """Rows of one part: a row outside it has cell -1; ``known`` is false where that or the value cannot be said."""

    record: str
    cell: Ints
    value: Floats
    known: NDArray[np.bool_]

    def among(self, keep: NDArray[np.bool_]) -> _Rows:
        return replace(self, cell=np.where(keep, self.cell, -1))


def assembled(sample: Sample, pieces: Sequence[Pieces], level: float = 0.95) -> Estimates:
    """Put the rows of several statistics into one set of estimates with a joint covariance."""
    names = list(dict.fromkeys(key for piece in pieces for key in piece.keys))
    by = {
        name: np.concatenate([piece.keys.get(name, np.full(len(piece.estimate), "", dtype=object)) for piece in pieces])
        for name in names
    }
    linear = _stacked([piece.linear for piece in pieces])
    se = np.sqrt(engine.variance(sample.units, linear))
    df = np.concatenate([engine.degrees_of_freedom(sample.units, piece.base) for piece in pieces])
    values = np.concatenate([piece.estimate for piece in pieces])
    se = np.where(np.isnan(values), np.nan, se)
    low, high = intervals.student(values, se, df, level)
    inner = np.concatenate([np.full(len(piece.estimate), piece.interval == "logit") for piece in pieces])
    logit_low, logit_high = intervals.logistic(values, se, df, level)
    return Estimates(
        by=by,
        statistic=np.concatenate([np.full(len(piece.estimate), piece.name, dtype=object) for piece in pieces]),
        estimate=values,
        se=se,
        ci_low=np.where(inner, logit_low, low),
        ci_high=np.where(inner, logit_high, high),
        df=df,
        n=np.concatenate([piece.n for piece in pieces]),
        households=np.concatenate([piece.households for piece in pieces]),
        covariance=lambda: _covariance(sample, linear, np.isnan(values)),
        level=level,
    )


def _covariance(sample: Sample, linear: Sums, undefined: NDArray[np.bool_]) -> Floats:
    """Return the joint covariance, not-a-number where an estimate is undefined."""
    return np.where(undefined[:, None] | undefined, np.nan, engine.covariance(sample.units, linear))


def _stacked(sums: Sequence[Sums]) -> Sums:
    offsets = np.cumsum([0, *(part.cells for part in sums)])
    return Sums(
        np.concatenate([part.psu for part in sums]),
        np.concatenate([part.cell + offset for part, offset in zip(sums, offsets, strict=False)]),
        np.concatenate([part.value for part in sums]),
        int(offsets[-1]),
    )


def _pieces(sample: Sample, statistic: Statistic, by: Sequence[str | By], where: str) -> Pieces:
    match statistic:
        case Proportion():
            return _distribution(sample, statistic, by, where)
        case Count(record=record, where=inside):
            parts = [Part(record=record or sample.home, where=inside)]
        case Total(value=value):
            parts = [value if isinstance(value, Part) else _part(sample, value)]
        case Mean(value=value):
            part = _part(sample, value)
            parts = [part, Part(record=part.record)]
        case Ratio() | Share():
            parts = [
                part if isinstance(part, Part) else _part(sample, part)
                for part in (statistic.numerator, statistic.denominator)
            ]
    numbered = cells(sample, [_by(sample, b, parts) for b in by], [part.record for part in parts])
    rows = [_rows(sample, part, numbered, where) for part in parts]
    if len(rows) == 1:
        return _total(sample, statistic.name, rows[0], numbered)
    if rows[0].record == rows[1].record:
        known = rows[0].known & rows[1].known
        rows = [row.among(known) for row in rows]
    if isinstance(statistic, Share):
        rows[0] = rows[0].among(rows[1].cell >= 0)
    return _ratio(sample, statistic, rows, numbered)


def _part(sample: Sample, value: str) -> Part:
    return Part(record=sample.record_for(parse(value).names), value=value)


def _by(sample: Sample, by: str | By, parts: Sequence[Part]) -> By:
    return by if isinstance(by, By) else By(by, {part.record: by for part in parts})


def _rows(sample: Sample, part: Part, numbered: Cells, where: str) -> _Rows:
    """Return the rows of a part; one whose condition or value is unknown, or that has no household, is outside."""
    truth, psu = sample.records.truth, sample.rows(part.record).psu
    answer = truth(part.where, part.record)
    value = sample.records.floats(part.value, part.record) if part.value else np.ones(len(psu))
    absent = np.isnan(value)
    keep = (answer == 1) & (truth(where, part.record) == 1) & (psu >= 0) & ~absent
    if np.isinf(value[keep]).any():
        row = int(np.flatnonzero(keep & np.isinf(value))[0])
        raise EstimationError(
            f"{part.value} is infinite", where=sample.place(part.record, row),
            hint="Mend the value, or leave such rows out with a condition",
        )  # fmt: skip
    known = (answer == 0) | ((answer == 1) & ~absent)
    return _Rows(part.record, np.where(keep, numbered.of[part.record], -1), np.where(keep, value, 0.0), known)


def _sums(sample: Sample, rows: _Rows, number: int) -> Sums:
    design = sample.rows(rows.record)
    return engine.collect(design.psu, rows.cell, design.weight * rows.value, number)


def _sizes(sample: Sample, rows: _Rows, number: int) -> tuple[Ints, Ints]:
    n = np.bincount(rows.cell[rows.cell >= 0], minlength=number)
    if rows.record == sample.home:
        return n, n
    return n, engine.distinct(sample.rows(rows.record).household, rows.cell, number)


def _total(sample: Sample, name: str, rows: _Rows, numbered: Cells) -> Pieces:
    sums = _sums(sample, rows, numbered.number)
    n, households = _sizes(sample, rows, numbered.number)
    return Pieces(name, numbered.keys, sums.total, sums, n, households, sums)


def _ratio(sample: Sample, statistic: Statistic, rows: Sequence[_Rows], numbered: Cells) -> Pieces:
    top, base = (_sums(sample, part, numbered.number) for part in rows)
    value, linear = _quotient(top, base)
    n, households = _sizes(sample, rows[1], numbered.number)
    kind: Interval = "logit" if isinstance(statistic, Share) else "t"
    return Pieces(statistic.name, numbered.keys, value, linear, n, households, base, kind)


def _quotient(top: Sums, base: Sums) -> tuple[Floats, Sums]:
    """Return Y / X and its linearised totals (y - R x) / X; undefined where X is zero."""
    x = base.total
    usable = x != 0
    inverse = np.divide(1.0, x, out=np.zeros_like(x), where=usable)
    value = np.divide(top.total, x, out=np.zeros_like(x), where=usable)
    linear = engine.combine([top, base], [inverse, -value * inverse])
    return np.where(usable, value, np.nan), linear


def _distribution(sample: Sample, statistic: Proportion, by: Sequence[str | By], where: str) -> Pieces:
    """Cells are breakdown x category; the denominator of a category is the breakdown's total, repeated."""
    record = statistic.base.record if statistic.base else sample.record_for(frozenset({statistic.variable}))
    base = statistic.base or Part(record=record)
    category = By(statistic.variable, {record: statistic.variable}, unknown=True)
    outer = cells(sample, [_by(sample, b, [base]) for b in by], [record])
    inner = cells(sample, [*(_by(sample, b, [base]) for b in by), category], [record])
    rows, all_rows = _rows(sample, base, inner, where), _rows(sample, base, outer, where)
    unknown = inner.keys[category.name] == UNKNOWN
    known_rows = all_rows.among(~np.append(unknown, True)[rows.cell])
    top = _sums(sample, rows, inner.number)
    whole = _sums(sample, all_rows, outer.number)
    known = whole if statistic.over == "all" else _sums(sample, known_rows, outer.number)
    parent = _parents(inner, outer)
    shares = _stacked([known, whole]).spread(np.where(unknown, parent + outer.number, parent))
    value, linear = _quotient(top, shares)
    n, households = _sizes(sample, rows, inner.number)
    pieces = Pieces(statistic.name, inner.keys, value, linear, n, households, shares, "logit")
    return pieces if statistic.unknown else _chosen(pieces, ~unknown)


def _parents(inner: Cells, outer: Cells) -> Ints:
    """Return for each inner cell the outer cell that it is in."""
    position = {key: i for i, key in enumerate(zip(*outer.keys.values(), strict=True))} if outer.keys else {(): 0}
    names = list(outer.keys)
    rows = zip(*(inner.keys[name] for name in names), strict=True) if names else [()] * inner.number
    return np.array([position[key] for key in rows], dtype=np.int64)


def _chosen(pieces: Pieces, keep: NDArray[np.bool_]) -> Pieces:
    """Return the pieces of some cells."""
    cell = np.flatnonzero(keep)
    return replace(
        pieces,
        keys={name: array[keep] for name, array in pieces.keys.items()},
        estimate=pieces.estimate[keep],
        linear=pieces.linear.spread(cell),
        n=pieces.n[keep],
        households=pieces.households[keep],
        base=pieces.base.spread(cell),
    )
