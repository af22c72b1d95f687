"""Quantiles: the one statistic that totals are not enough for, in a second pass over the rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lfs_migration import engine
from lfs_migration.errors import EmptyDomain, EstimationError
from lfs_migration.estimate import intervals
from lfs_migration.estimate.intervals import Facts
from lfs_migration.estimate.parts import breakdowns, part_of
from lfs_migration.estimate.pieces import Missing, Pieces, linearised, quotient
from lfs_migration.estimate.statistics import Quantile
from lfs_migration.sample import By, Ordered, Rows, Sample, Weighted, cells
from lfs_migration.sample.replicates import degrees_of_freedom

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def quantiles(sample: Sample, statistic: Quantile, by: Sequence[str | By], where: str, level: float) -> list[Pieces]:
    """Return the pieces of each probability of a quantile.

    The limits are Woodruff's (1952): those of the share of rows at or below the estimate, taken back through the
    distribution. The standard error is their distance over twice Student's t, which also scales the linearised totals,
    so that a quantile has a covariance with other statistics (Francisco and Fuller 1991).

    Raises
    ------
    EmptyDomain
        For a domain without a row.
    EstimationError
        For a probability outside 0 to 1.
    """
    part = part_of(sample, statistic.value)
    rows = Rows.of(sample, part, where)
    found = cells(sample, breakdowns(by, [part]), [part.record])
    rows = rows.into(found)
    if not (rows.cell >= 0).any():
        raise EmptyDomain(
            f"No row to take a quantile of {part.value} from", detail=f"The domain is {where or 'everyone'}",
            hint="Check the condition, and whether the variable is known there",
        )  # fmt: skip
    ordered = sample.ordered(rows)
    missing = Missing.of(rows.silent(where).into(found), rows)
    return [_quantile(statistic, p, rows, ordered, found.keys, missing, level) for p in statistic.all]


def _quantile(
    statistic: Quantile,
    p: float,
    rows: Rows,
    ordered: Ordered,
    keys: Mapping[str, NDArray[Any]],
    missing: Missing,
    level: float,
) -> Pieces:
    if not 0 < p < 1:
        raise EstimationError(f"The probability of a quantile is between 0 and 1, not {p:g}")
    units = rows.sample.units
    value = ordered.at(np.full(rows.cells, p))
    everyone = np.ones(len(rows.value))
    below, base = ordered.below(value), rows.sums(everyone)
    top = below.sums
    linear = linearised(top, base)
    facts = Facts(
        quotient(top.total, base.total), np.sqrt(engine.variance(units, linear)),
        degrees_of_freedom(rows.sample, base), rows.n.astype(float), level,
    )  # fmt: skip
    low, high = (ordered.at(limit) for limit in intervals.PROPORTION[statistic.interval](facts))
    se = np.divide(high - low, 2 * facts.t, out=np.full(rows.cells, np.nan), where=facts.t > 0)
    scale = np.divide(se, facts.se, out=np.zeros(rows.cells), where=facts.se > 0)
    share = np.nan_to_num(facts.estimate)

    def moved_with(y: Floats, x: Floats) -> Floats:
        moved: Floats = value - scale * (quotient(y, x) - share)
        return moved

    def again(weighted: Weighted) -> tuple[Floats, ...]:
        return below.totals_with(weighted), rows.totals_with(weighted, everyone)

    return Pieces(
        statistic.named(p), keys, (top, base), moved_with, again, value,
        engine.combine([linear], [-np.nan_to_num(scale)]), rows.n, rows.households, base,
        np.full(rows.cells, np.nan), rows.n, rows.n, missing, quotient(rows.n.astype(float), base.total),
        limits=(low, high),
    )  # fmt: skip
