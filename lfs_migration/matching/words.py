"""Words of names and labels in any language, made comparable.

Text is folded: lower case, without accents, with western digits. Words become concepts (``sexo``, ``пол`` and ``เพศ``
are all *sex*) by prefix, because most of the languages inflect at the end; Thai, which writes no spaces, is searched
for its words. Names of columns are cut into the abbreviations that they are made of: ``rururb`` is *rural* and *urban*.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from math import fsum

from lfs_migration.matching.lexicon import ABBREVIATIONS, LEXICON

Concepts = frozenset[str]

_THAI = re.compile("[\u0e00-\u0e7f]")
_ARABIC = re.compile("[\u0600-\u06ff]")
_WORD = re.compile(r"(?:[^\W_]|[\u0e00-\u0e7f])+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])")
_PREFIXES = ("وال", "بال", "لل", "ال", "و", "ب", "ل")
"""What Arabic writes before a word and together with it: and, in, to, the."""
_LEVELS = ("h", "p", "i")
"""Letters that stand before the name of a column for household, person, interview or individual."""


@lru_cache(maxsize=100_000)
def fold(text: str) -> str:
    """Return text in lower case, without accents and vowel signs, with western digits; Thai keeps its signs.

    Examples
    --------
    >>> fold("Año ٢٠٠٧")
    'ano 2007'
    """
    out = []
    for sign in unicodedata.normalize("NFKD", text.casefold()):
        if unicodedata.category(sign) == "Mn" and not _THAI.match(sign):
            continue
        digit = unicodedata.digit(sign, None)
        out.append(sign if digit is None else str(digit))
    return "".join(out).replace("\u0640", "")


@lru_cache(maxsize=100_000)
def words(text: str) -> tuple[str, ...]:
    """Return the words of a text, folded; Arabic ones without their article.

    Examples
    --------
    >>> words("Sexo de quien se fue")
    ('sexo', 'de', 'quien', 'se', 'fue')
    """
    return tuple(_bare(word) for word in _WORD.findall(fold(text)))


def _bare(word: str) -> str:
    if _ARABIC.match(word):
        for prefix in _PREFIXES:
            if word.startswith(prefix) and len(word) - len(prefix) >= (2 if prefix == "ال" else 3):
                return word[len(prefix) :]
    return word


def _indexed(table: Mapping[str, str]) -> tuple[dict[str, set[str]], dict[str, set[str]], list[tuple[str, str]]]:
    """Return whole words, stems and Thai words of a table, each with its concepts."""
    whole: dict[str, set[str]] = {}
    stems: dict[str, set[str]] = {}
    thai: list[tuple[str, str]] = []
    for concept, entry in table.items():
        for raw in entry.split():
            word = fold(raw.removesuffix("*"))
            if _THAI.search(word):
                thai.append((word, concept))
            elif raw.endswith("*"):
                stems.setdefault(_bare(word), set()).add(concept)
            else:
                whole.setdefault(_bare(word), set()).add(concept)
    return whole, stems, thai


_WHOLE, _STEMS, _THAI_WORDS = _indexed(LEXICON)
_SHORT, _SHORT_STEMS, _ = _indexed(ABBREVIATIONS)


@lru_cache(maxsize=100_000)
def concepts(text: str) -> Concepts:
    """Return the concepts that a text speaks of.

    Examples
    --------
    >>> sorted(concepts("Возраст при выезде")), sorted(concepts("Edad en la última salida"))
    (['age', 'leave'], ['age', 'last', 'leave'])
    """
    found: set[str] = set()
    for word in words(text):
        found |= _of_word(word)
        if _THAI.search(word):
            found |= _in_thai(word)
    return frozenset(found)


@lru_cache(maxsize=100_000)
def _of_word(word: str) -> Concepts:
    if word in _WHOLE:
        return frozenset(_WHOLE[word])
    for end in range(len(word), 1, -1):
        if word[:end] in _STEMS:
            return frozenset(_STEMS[word[:end]])
    return frozenset()


def _in_thai(word: str) -> set[str]:
    """Return the concepts of the Thai words in a run of text; a word inside a longer one is not counted."""
    found: set[str] = set()
    for thai, concept in sorted(_THAI_WORDS, key=lambda pair: -len(pair[0])):
        if thai in word:
            found.add(concept)
            word = word.replace(thai, " ") if not _shared(thai) else word
    return found


def _shared(thai: str) -> bool:
    return sum(word == thai for word, _ in _THAI_WORDS) > 1


@lru_cache(maxsize=20_000)
def name_concepts(name: str) -> Concepts:
    """Return the concepts in the name of a column; none where it is opaque, such as ``q501``.

    Examples
    --------
    >>> sorted(name_concepts("rururb")), sorted(name_concepts("q501"))
    (['rural', 'urban'], [])
    """
    parts = [part for part in re.split(r"[\W_]+", _CAMEL.sub("_", name)) if part]
    joined = fold("".join(parts))
    found = _cut(joined) if not any(part.isdigit() for part in parts) else frozenset()
    for part in parts:
        found |= _cut(fold(part))
    return found


@lru_cache(maxsize=20_000)
def _cut(word: str) -> Concepts:
    """Return the concepts of a word made of known words and abbreviations from end to end."""
    whole = _abbreviated(word)
    if whole:
        return whole
    best: dict[int, tuple[int, Concepts]] = {0: (0, frozenset())}
    for end in range(1, len(word) + 1):
        for start in [at for at in best if at < end]:
            part = word[start:end]
            found = _abbreviated(part) if len(part) > 1 else frozenset()
            if not found and not (start == 0 and end == 1 and part in _LEVELS):
                continue
            pieces = best[start][0] + 1
            if end not in best or pieces < best[end][0]:
                best[end] = (pieces, best[start][1] | found)
    return best[len(word)][1] if len(word) in best else frozenset()


def _abbreviated(word: str) -> Concepts:
    if word in _SHORT:
        return frozenset(_SHORT[word])
    if len(word) >= 5:
        return _of_word(word)
    return frozenset(_WHOLE[word]) if len(word) == 4 and word in _WHOLE else frozenset()


def alike(one: Iterable[str], other: Iterable[str], weights: Mapping[str, float]) -> float:
    """Return how far two sets of concepts agree: the cosine of their weights, from 0 to 1.

    A concept that few variables speak of weighs more (inverse document frequency); one without a weight counts as rare.

    Examples
    --------
    >>> round(alike({"age", "leave"}, {"age"}, {"age": 1.0, "leave": 1.0}), 2)
    0.71
    """
    left, right = frozenset(one), frozenset(other)
    if not weights:
        return float(len(left & right) / (len(left) * len(right)) ** 0.5) if left and right else 0.0
    rare = max(weights.values())
    # The exact sum, which is the same in whatever order a set gives its words.
    both, a, b = (fsum(weights.get(w, rare) ** 2 for w in part) for part in (left & right, left, right))
    return float(both / (a * b) ** 0.5) if a and b else 0.0


@lru_cache(maxsize=100_000)
def _grams(text: str) -> frozenset[str]:
    padded = f" {' '.join(words(text))} "
    return frozenset(padded[i : i + 3] for i in range(len(padded) - 2))


def same_letters(one: str, other: str) -> float:
    """Return how far two texts agree letter by letter: Dice's measure of their groups of three, from 0 to 1.

    Examples
    --------
    >>> round(same_letters("Motivo principal", "Motivo principal de la salida"), 2)
    0.71
    """
    a, b = _grams(one), _grams(other)
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0


@lru_cache(maxsize=8_192)
def parts(label: str) -> tuple[str, ...]:
    """Return the languages of a label that gives several: ``Մարզը / Марз`` has two.

    Examples
    --------
    >>> parts("Մարզը / Марз")
    ('Մարզը', 'Марз')
    """
    found = tuple(part.strip() for part in re.split(r"\s+[/|]\s+|\s*//\s*", label) if part.strip())
    return found or ((label,) if label.strip() else ())
