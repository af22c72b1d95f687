"""Words in several languages.

A text of the codebook is a mapping from language (ISO 639-1) to words. English is always there; another language
is shown where it exists and English where it does not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

LANGUAGES = ("en", "fr", "es", "ar", "hy", "ru", "th")
"""Languages in which labels may be written."""
RIGHT_TO_LEFT = ("ar",)
"""Those of them that are written from right to left."""

MESSAGES: dict[str, dict[str, str]] = {
    "total": {"en": "Total", "fr": "Total", "es": "Total"},
    "unknown": {"en": "Not known", "fr": "Non connu", "es": "No especificado"},
    "other": {"en": "Other", "fr": "Autre", "es": "Otro"},
    "alone": {
        "en": "{0} excludes the other answers: {1}",
        "fr": "{0} exclut les autres réponses : {1}",
        "es": "{0} excluye las demás respuestas: {1}",
    },
    "alone_remedy": {
        "en": "Check which answers were given in the questionnaire",
        "fr": "Vérifier dans le questionnaire quelles réponses ont été données",
        "es": "Revise en el cuestionario qué respuestas se dieron",
    },
    "rest_of": {"en": "Other of {0}", "fr": "Autres ({0})", "es": "Otros ({0})"},
    "folded": {
        "en": "{0}: with too few in the sample to be shown alone: {1}",
        "fr": "{0} : trop peu nombreux dans l'échantillon pour être montrés seuls : {1}",
        "es": "{0}: con muy pocos en la muestra para mostrarse por separado: {1}",
    },
    "rules_later": {
        "en": "{0}: in force from {1}; the survey, of {2}, is older",
        "fr": "{0} : en vigueur depuis le {1} ; l'enquête, de {2}, est plus ancienne",
        "es": "{0}: en vigor desde el {1}; la encuesta, de {2}, es anterior",
    },
    "synthetic": {"en": "synthetic data", "fr": "données synthétiques", "es": "datos sintéticos"},
}
"""Words that no codebook owns."""

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def pick(text: Mapping[str, str], language: str = "en") -> str:
    """Return ``text`` in ``language``, or in English where it has no such wording.

    Examples
    --------
    >>> pick({"en": "Sex", "fr": "Sexe"}, "fr")
    'Sexe'
    >>> pick({"en": "Sex"}, "hy")
    'Sex'
    """
    return text.get(language) or text["en"]


def message(name: str, language: str = "en") -> str:
    """Return one of :data:`MESSAGES` in ``language``.

    Examples
    --------
    >>> message("unknown", "es")
    'No especificado'
    """
    return pick(MESSAGES[name], language)


def clean(text: str) -> str:
    r"""Return ``text`` with the replacement sign for each character that XML and HTML cannot carry.

    Examples
    --------
    >>> clean("a\x00b") == "a\ufffdb"
    True
    """
    return _UNPRINTABLE.sub("\ufffd", text)
