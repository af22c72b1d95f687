"""Quality rules in words: why a figure is not published, or to be used with caution."""

from __future__ import annotations

import re

from lfs_migration.model.noun import Text
from lfs_migration.model.results import CONFIDENTIAL
from lfs_migration.publish.words import MODULE, phrase
from lfs_migration.text import pick, texts

REASONS = texts("reasons")
"""Words of the rules, by fact and operator; those of rules that set facts against each other by the facts, in order."""

_KIND = re.compile(r"(?:not )?proportion and (.+)")
_NAME = re.compile(r"[a-z_]+")
_PLAIN = re.compile(r"(\w+) (<|>=|>|==) ([0-9.]+)")


def in_words(why: str, language: str = "en", units: Text | None = None) -> str:
    """Return the rules that decided, in words.

    Parameters
    ----------
    why : str
    language : str
    units : Text, optional
        What the sampled units are called, where they are no households.

    Examples
    --------
    >>> in_words("n < 20; cv >= 0.333")
    'fewer than 20 in the sample; CV 33.3% or more'
    >>> in_words("not proportion and cv > 0.30")
    'CV over 30%'
    >>> in_words("log_n < 3")
    'log_n < 3'
    """
    called = pick(units or MODULE["units"], language)
    return "; ".join(_reason(rule, language, called) for rule in why.split("; ")) if why else ""


def _reason(rule: str, language: str, units: str) -> str:
    if rule == CONFIDENTIAL:
        return phrase("confidential", language)
    kind = _KIND.fullmatch(rule)  # for which figures a rule is does not matter to the reader of one of them
    match = _PLAIN.fullmatch(kind[1] if kind else rule)
    if match is not None and f"{match[1]} {match[2]}" in REASONS:
        words = REASONS[f"{match[1]} {match[2]}"]
        return pick(words, language).format(limit=match[3], share=f"{100 * float(match[3]):g}%", units=units)
    together = REASONS.get(", ".join(sorted({*_NAME.findall(rule)} - {"and", "proportion"})))
    return pick(together, language) if together else rule
