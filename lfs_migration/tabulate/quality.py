"""Decides whether a figure is published, published with caution, or suppressed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lfs_migration.expr import evaluate
from lfs_migration.model.indicator import Profile
from lfs_migration.model.results import Flag


def judge(profile: Profile, facts: Mapping[str, Any]) -> tuple[Flag, str]:
    """Return the flag of a figure and the rules that decided.

    Parameters
    ----------
    profile : Profile
    facts : mapping
        ``estimate``, ``se``, ``cv``, ``n``, ``households``, ``df``, ``unknown_share`` and ``proportion``.

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


def _holding(rules: Sequence[str], facts: Mapping[str, Any]) -> str:
    return "; ".join(rule for rule in rules if evaluate(rule, facts) is True)
