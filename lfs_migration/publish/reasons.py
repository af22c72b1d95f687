"""Quality rules in words: why a figure is not published, or to be used with caution."""

from __future__ import annotations

import re

from lfs_migration.model.noun import Text
from lfs_migration.publish.words import MODULE
from lfs_migration.text import pick

REASONS: dict[tuple[str, str], dict[str, str]] = {
    ("n", "<"): {
        "en": "fewer than {limit} in the sample",
        "fr": "moins de {limit} dans l'échantillon",
        "es": "menos de {limit} en la muestra",
    },
    ("households", "<"): {
        "en": "fewer than {limit} {units}",
        "fr": "moins de {limit} {units}",
        "es": "menos de {limit} {units}",
    },
    ("n_numerator", "<"): {
        "en": "fewer than {limit} cases",
        "fr": "moins de {limit} cas",
        "es": "menos de {limit} casos",
    },
    ("df", "<"): {
        "en": "fewer than {limit} degrees of freedom",
        "fr": "moins de {limit} degrés de liberté",
        "es": "menos de {limit} grados de libertad",
    },
    ("cv", ">="): {"en": "CV {share} or more", "fr": "CV de {share} ou plus", "es": "CV de {share} o más"},
    ("cv", ">"): {"en": "CV over {share}", "fr": "CV de plus de {share}", "es": "CV de más de {share}"},
    ("unknown_share", ">"): {
        "en": "over {share} not known",
        "fr": "plus de {share} non connus",
        "es": "más de {share} no especificados",
    },
    ("se", "=="): {
        "en": "no variation in the sample",
        "fr": "aucune variation dans l'échantillon",
        "es": "sin variación en la muestra",
    },
}
"""Words of the plain comparisons; another rule is shown as it stands."""

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
    'not proportion and cv > 0.30'
    """
    called = pick(units or MODULE["units"], language)
    return "; ".join(_reason(rule, language, called) for rule in why.split("; ")) if why else ""


def _reason(rule: str, language: str, units: str) -> str:
    match = _PLAIN.fullmatch(rule)
    words = REASONS.get((match[1], match[2])) if match else None
    if match is None or words is None:
        return rule
    return pick(words, language).format(limit=match[3], share=f"{100 * float(match[3]):g}%", units=units)
