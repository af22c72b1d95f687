"""Words in several languages.

A text is a mapping from language (ISO 639-1) to words. English is always there; another language is shown where it
exists and English where it does not. Texts of the codebooks stand in their YAML; those that no codebook owns, in
``languages/LANGUAGE/TOPIC.toml``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

LANGUAGES = ("en", "fr", "es", "ar", "hy", "ru", "th")
"""Languages in which labels may be written."""
RIGHT_TO_LEFT = ("ar",)
"""Those of them that are written from right to left."""

WORDS = Path(__file__).parent / "languages"
"""A folder a language, in it a file a topic; one in English is what the others translate."""


@cache
def wording(topic: str, language: str) -> dict[str, str]:
    """Return the words of a topic in one language, by name; those of a section have its name before theirs.

    Examples
    --------
    >>> wording("messages", "fr")["total"], wording("checks", "es")["codes.label"]
    ('Total', 'Código fuera de la lista')
    """
    path = WORDS / language / f"{topic}.toml"
    if language != "en" and not path.is_file():
        return {}
    read = tomllib.loads(path.read_text(encoding="utf-8"))
    plain = {name: said for name, said in read.items() if isinstance(said, str)}
    sections = {name: section for name, section in read.items() if name not in plain}
    return plain | {f"{name}.{one}": said for name, section in sections.items() for one, said in section.items()}


@cache
def texts(topic: str) -> dict[str, dict[str, str]]:
    """Return the words of a topic in every language, by name.

    Examples
    --------
    >>> texts("messages")["unknown"]["es"]
    'No especificado'
    """
    spoken = {language: wording(topic, language) for language in LANGUAGES}
    return {
        name: {language: words[name] for language, words in spoken.items() if name in words} for name in spoken["en"]
    }


MESSAGES = texts("messages")
"""Words that every part of the package uses."""

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_OPENING = {"\u202a": "\u202c", "\u202b": "\u202c", "\u202d": "\u202c", "\u202e": "\u202c",
            "\u2066": "\u2069", "\u2067": "\u2069", "\u2068": "\u2069"}  # fmt: skip
"""Signs that turn the direction of what follows, each with the one that ends it (Unicode Standard Annex 9)."""
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")


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
    """Return a word that every part of the package uses in ``language``.

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


def closed(text: str) -> str:
    r"""Return ``text`` with an end to each turn of direction that it leaves open, so that nothing after it is turned.

    Examples
    --------
    >>> closed("a\u202eb") == "a\u202eb\u202c"
    True
    >>> closed("a\u202eb\u202c") == "a\u202eb\u202c"
    True
    """
    ends: list[str] = []
    for sign in _TURNS.findall(text):
        if sign in _OPENING:
            ends.append(_OPENING[sign])
        elif ends and sign == ends[-1]:
            ends.pop()
        elif sign == "\u2069" and sign in ends:  # the end of an isolate ends what was opened in it
            del ends[len(ends) - 1 - ends[::-1].index(sign) :]
    return text + "".join(reversed(ends))
