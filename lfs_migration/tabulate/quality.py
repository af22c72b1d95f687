"""Decides whether a figure is published, published with caution, or suppressed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lfs_migration.estimate.statistics import (
    Concentration,
    Count,
    MultipleResponse,
    Proportion,
    Quantile,
    Ratio,
    Share,
    Statistic,
)  # fmt: skip
from lfs_migration.expr import evaluate, parse
from lfs_migration.model.estimates import Estimates
from lfs_migration.model.indicator import FACTS, Profile
from lfs_migration.model.results import Flag

SIZES = frozenset({"n", "households"})
"""Facts of a figure that say how much of the sample is behind it, whatever it is."""


def judge(profile: Profile, facts: Mapping[str, Any]) -> tuple[Flag, str]:
    """Return the flag of a figure and the rules that decided.

    Parameters
    ----------
    profile : Profile
    facts : mapping
        As :func:`facts_of` gives them; one that is not given is unknown.

    Returns
    -------
    flag : str
    why : str
        The expressions that hold, joined with "; "; empty for ``publish``.

    Examples
    --------
    >>> rule = Profile(title={"en": "x"}, suppress=("n < 20",), caution=("cv >= 0.165",), valid_from="", status="",
    ...                reference="")
    >>> judge(rule, {"n": 30, "cv": 0.2})
    ('caution', 'cv >= 0.165')
    """
    suppress = _holding(profile.suppress, facts)
    if suppress:
        return "suppress", suppress
    caution = _holding(profile.caution, facts)
    return ("caution", caution) if caution else ("publish", "")


def too_few(profile: Profile, n: int, households: int) -> bool:
    """Return whether a figure is suppressed for the size of the sample behind it alone.

    Examples
    --------
    >>> rule = Profile(title={"en": "x"}, suppress=("n < 20", "cv >= 0.333"), caution=(), valid_from="", status="",
    ...                reference="")
    >>> too_few(rule, 19, 19), too_few(rule, 20, 20)
    (True, False)
    """
    sizes = [rule for rule in profile.suppress if parse(rule).names <= SIZES]
    return bool(_holding(sizes, {"n": n, "households": households}))


def facts_of(result: Estimates, row: int, statistic: Statistic) -> dict[str, Any]:
    """Return what a profile's expressions may name of a figure: see :class:`lfs_migration.model.indicator.Rules`."""
    return {
        "estimate": float(result.estimate[row]),
        "se": float(result.se[row]),
        "cv": float(result.cv[row]),
        "n": int(result.n[row]),
        "households": int(result.households[row]),
        "n_numerator": int(result.n_numerator[row]),
        "n_effective": float(result.neff[row]),
        "population": population(result, row, statistic),
        "df": float(result.df[row]),
        "unknown_share": float(result.unknown[row]),
        "proportion": is_share(statistic),
    }


def is_share(statistic: Statistic) -> bool:
    """Return whether a statistic is the share of a whole, between 0 and 1."""
    match statistic:
        case Ratio():
            return statistic.nested
        case Concentration():
            return statistic.largest > 0
    return isinstance(statistic, Proportion | Share | MultipleResponse)


def population(result: Estimates, row: int, statistic: Statistic) -> float:
    """Return the weighted number of the rows behind a figure: those that its ``n`` counts.

    Not-a-number of totals of amounts, of shares in amounts, and of figures that are made of two others: nothing is
    one population there.
    """
    if isinstance(statistic, Count):
        return float(result.estimate[row])
    if isinstance(statistic, Ratio) and (statistic.statistics or statistic.plus):
        return float("nan")
    if not isinstance(statistic, Ratio | Share | MultipleResponse | Quantile | Proportion):
        return float("nan")
    fraction = float(result.fraction[row])
    whole = float(result.n_denominator[row]) / fraction if fraction > 0 else float("nan")
    if not isinstance(statistic, Proportion):
        return whole
    amount = statistic.value or (statistic.base.value if statistic.base else "")
    return float("nan") if amount else float(result.estimate[row]) * whole


def _holding(rules: Sequence[str], facts: Mapping[str, Any]) -> str:
    known = {**dict.fromkeys(FACTS), **facts}
    return "; ".join(rule for rule in rules if evaluate(rule, known) is True)
