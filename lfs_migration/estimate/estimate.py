"""The verb: statistics of a data set, by breakdowns, with design-based standard errors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lfs_migration.errors import EstimationError
from lfs_migration.estimate import intervals, unknown
from lfs_migration.estimate.composed import pieces_of
from lfs_migration.estimate.intervals import Facts, Limits
from lfs_migration.estimate.parts import asked
from lfs_migration.estimate.pieces import Pieces
from lfs_migration.estimate.spread import Linearised, Replicated
from lfs_migration.estimate.statistics import Statistic
from lfs_migration.estimate.unknown import Policy
from lfs_migration.model.dataset import Dataset
from lfs_migration.model.estimates import Estimates
from lfs_migration.sample import By, Sample
from lfs_migration.sample.replicates import degrees_of_freedom

Floats = NDArray[np.float64]
LAST = 1e-12
"""What is a smaller part of a number is in the last digits of its sums, which differ between machines."""


def estimate(
    data: Dataset | Sample,
    statistics: Statistic | Sequence[Statistic],
    *,
    by: str | By | Sequence[str | By] = (),
    where: str = "",
    level: float = 0.95,
    interval: str = "",
    missing: Policy = "domain",
) -> Estimates:
    """Estimate statistics and their standard errors.

    Parameters
    ----------
    data : Dataset
        With a design; harmonised, or a researcher's own frame.
    statistics : Statistic or sequence of Statistic
        :class:`Count`, :class:`Total`, :class:`Mean`, :class:`Ratio`, :class:`Share`, :class:`Proportion`,
        :class:`MultipleResponse`, :class:`Quantile`, :class:`Difference`, :class:`Concentration`.
    by : str or sequence of str
        Variables; the cells are their combinations that occur.
    where : str
        Expression: the domain. Rows outside it have weight zero and stay in the design.
    level : float
        Of the confidence intervals.
    interval : str
        Their kind, for the statistics it has a meaning for; see :mod:`lfs_migration.estimate.intervals`. Without it,
        logit for proportions and t for all others.
    missing : str
        What to do about rows whose answer is not known. ``domain``: they are outside the domain, with weight zero, and
        counted in ``n_unknown`` and ``unknown``; those whose breakdown is not known in ``left_out``. ``fail``: refuse,
        if there is such a row. ``undefined``: the figure of a cell that has one is not-a-number, as in R without
        ``na.rm``. An answer that is not known is none where it has a place of its own, as in shares over ``all``.

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
    >>> result = estimate(survey, [lfm.Total("y"), lfm.Mean("y")])
    >>> result.estimate, result.se.round(4)
    (array([26. ,  2.6]), array([7.2111, 0.7211]))
    """
    sample = Sample.of(data)
    chosen = list(statistics) if isinstance(statistics, Sequence) else [statistics]
    strange = [thing for thing in chosen if not isinstance(thing, Statistic)]
    if isinstance(statistics, str) or strange:
        raise EstimationError(
            f"{statistics if isinstance(statistics, str) else strange[0]!r} is not a statistic",
            hint="Say which: Total(...), Mean(...), Proportion(...)",
        )
    if not chosen:
        raise EstimationError("No statistic was asked for")
    if not 0 < level < 1:
        raise EstimationError(f"The level of an interval is between 0 and 1, not {level:g}", hint="0.95 is usual")
    breakdowns = [by] if isinstance(by, str | By) else list(by)
    names = [b if isinstance(b, str) else b.name for b in breakdowns]
    if len(set(names)) < len(names):
        raise EstimationError(f"A breakdown stands twice in {', '.join(names)}", hint="Name each once")
    intervals.check(interval)
    unknown.check(missing)
    sample = sample.focused(lambda: asked(sample, chosen, breakdowns, where))
    parts: list[Pieces] = []
    for statistic in chosen:
        found = pieces_of(sample, statistic, breakdowns, where, level)
        parts += unknown.treated(missing, sample, statistic, found, breakdowns, where)
    return assembled(sample, parts, level, interval)


def assembled(sample: Sample, parts: Sequence[Pieces], level: float = 0.95, interval: str = "") -> Estimates:
    """Put the rows of several statistics into one set of estimates with a joint covariance."""
    names = list(dict.fromkeys(key for piece in parts for key in piece.keys))
    by = {
        name: np.concatenate([piece.keys.get(name, np.full(len(piece.n), "", dtype=object)) for piece in parts])
        for name in names
    }

    def joined(values: Callable[[Pieces], Any]) -> NDArray[Any]:
        return np.concatenate([np.broadcast_to(values(piece), len(piece.n)) for piece in parts])

    spread = Linearised(sample, parts) if sample.design.replicates is None else Replicated(sample, parts)
    proportion = joined(lambda piece: piece.proportion)
    values, se = _settled(joined(lambda piece: piece.estimate), np.sqrt(spread.variance()), proportion)
    df, of = joined(lambda piece: degrees_of_freedom(sample, piece.base)), joined(lambda piece: piece.of)
    facts = Facts(values, se, df, of.astype(float), level)
    low, high = _given(parts, intervals.limits(facts, proportion, interval))
    return Estimates(
        by=by,
        statistic=joined(lambda piece: np.array(piece.name, dtype=object)),
        estimate=values,
        se=se,
        ci_low=low,
        ci_high=high,
        df=df,
        n=joined(lambda piece: piece.n),
        households=joined(lambda piece: piece.households),
        n_numerator=joined(lambda piece: piece.top),
        n_denominator=of,
        unknown=joined(lambda piece: piece.missing.share),
        n_unknown=joined(lambda piece: piece.missing.n),
        left_out=joined(lambda piece: piece.missing.nowhere),
        deff=_design_effect(se, joined(lambda piece: piece.simple)),
        fraction=joined(lambda piece: np.nan if piece.fraction is None else piece.fraction),
        covariance=lambda: _defined(spread.covariance(), se),
        level=level,
    )


def _given(parts: Sequence[Pieces], limits: Limits) -> Limits:
    """Return the limits, with those that some statistics bring themselves in their place."""
    low, high = limits
    start = 0
    for piece in parts:
        end = start + len(piece.estimate)
        if piece.limits is not None:
            low[start:end], high[start:end] = piece.limits
        start = end
    return low, high


def _settled(estimate: Floats, se: Floats, proportion: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Return estimates and standard errors in which the last digits of their sums decide nothing.

    A proportion next to 0 or 1 is 0 or 1. What does not vary has a standard error of 0, which rules of quality ask for;
    what is undefined has none.
    """
    nearest = np.round(estimate)
    whole = proportion & (np.abs(estimate - nearest) < LAST)
    se = np.where(whole | (se < LAST * np.abs(estimate)), 0.0, se)
    return np.where(whole, nearest, estimate), np.where(np.isnan(estimate), np.nan, se)


def _defined(covariance: Floats, se: Floats) -> Floats:
    """Return the covariance, 0 where an estimate does not vary and not-a-number where it is undefined."""
    still, undefined = se == 0, np.isnan(se)
    covariance = np.where(still[:, None] | still, 0.0, covariance)
    return np.where(undefined[:, None] | undefined, np.nan, covariance)


def _design_effect(se: Floats, simple: Floats) -> Floats:
    """Return the variance over that of simple random sampling with replacement (Kish 1965, section 8.2)."""
    usable = simple > 1e-12 * se**2
    effect: Floats = np.divide(se**2, simple, out=np.full(len(se), np.nan), where=usable)
    return effect
