"""The quality rules on a figure: what each compared with what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lfs_migration.explain.judged import Comparison, Judgement
from lfs_migration.explain.making import Making
from lfs_migration.explain.nouns import Figure
from lfs_migration.expr import evaluate, parse
from lfs_migration.model.indicator import FACTS
from lfs_migration.publish.reasons import in_words
from lfs_migration.tabulate.quality import facts_of
from lfs_migration.text import pick

SAFE = ("df", "unknown_share", "proportion")
"""Facts that tell neither an estimate nor a number of rows."""


def judgement(making: Making, figure: Figure, *, told: bool) -> Judgement:
    """Return what each rule of the profile compared; of a confidential figure not even which of them hold.

    Parameters
    ----------
    making : Making
    figure : Figure
    told : bool
        Whether all facts may be told; otherwise those alone that are published.
    """
    result, row = making.estimated
    facts = {**dict.fromkeys(FACTS), **facts_of(result, row, making.chosen.request.statistic)}
    profile, rules = making.profile, list[Comparison]()
    published = {"n": figure.n, "households": figure.households}
    open_to_all = {name for name, value in published.items() if value is not None}
    seen = open_to_all if figure.hidden == "quality" or figure.changed else set[str]()
    seen |= set(SAFE) if figure.hidden != "disclosure" else set()
    for flag, texts in (("suppress", profile.suppress), ("caution", profile.caution)):
        for text in texts:
            names = sorted(parse(text).names)
            known = told or set(names) <= seen
            one = _compared(making, flag, text, {name: facts[name] for name in names}, known=known)
            rules.append(replace(one, holds=None) if figure.hidden == "disclosure" and not told else one)
    return Judgement(
        profile=making.rules,
        title=pick(profile.title, "en"),
        valid_from=profile.valid_from,
        reference=profile.reference,
        flag=making.found.cell.flag if told or figure.hidden != "disclosure" else "",
        rules=tuple(rules),
    )


def _compared(making: Making, flag: str, rule: str, facts: Mapping[str, Any], *, known: bool) -> Comparison:
    every = {**dict.fromkeys(FACTS), **facts}
    held = evaluate(rule, every)
    decided = rule in making.found.cell.why.split("; ")
    words = in_words(rule, "en", making.found.table.units)
    if not known:
        return Comparison(flag, rule, words, {}, True if decided else None)
    return Comparison(flag, rule, words, dict(facts), None if held is None else bool(held))
