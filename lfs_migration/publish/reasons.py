"""Quality rules in words: why a figure is not published, or to be used with caution."""

from __future__ import annotations

import re

from lfs_migration.model.noun import Text
from lfs_migration.model.results import CONFIDENTIAL
from lfs_migration.publish.words import MODULE, phrase
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
    ("n_effective", "<"): {
        "en": "effective sample under {limit}",
        "fr": "échantillon effectif de moins de {limit}",
        "es": "muestra efectiva de menos de {limit}",
    },
    ("population", "<"): {
        "en": "fewer than {limit} in the population",
        "fr": "moins de {limit} dans la population",
        "es": "menos de {limit} en la población",
    },
    ("estimate", "<"): {
        "en": "estimate under {limit}",
        "fr": "estimation de moins de {limit}",
        "es": "estimación de menos de {limit}",
    },
    ("se", "=="): {
        "en": "no variation in the sample",
        "fr": "aucune variation dans l'échantillon",
        "es": "sin variación en la muestra",
    },
}
"""Words of the plain comparisons, by fact and operator."""

COMPOUND: dict[frozenset[str], dict[str, str]] = {
    frozenset({"estimate", "se"}): {
        "en": "standard error too large for a share of this size",
        "fr": "erreur type trop grande pour une part de cette taille",
        "es": "error estándar demasiado grande para una proporción de este tamaño",
    },
}
"""Words of rules that set facts against each other, by the facts; another rule is shown as it stands."""

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
    if match is not None and (match[1], match[2]) in REASONS:
        words = REASONS[match[1], match[2]]
        return pick(words, language).format(limit=match[3], share=f"{100 * float(match[3]):g}%", units=units)
    together = COMPOUND.get(frozenset(_NAME.findall(rule)) - {"and", "proportion"})
    return pick(together, language) if together else rule
