"""Evidence from code lists, and the map from native codes to the codebook's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.optimize import linear_sum_assignment

from lfs_migration.matching.nouns import CodeMatch, Column, Evidence
from lfs_migration.matching.words import Concepts, alike, concepts, fold, parts, same_letters, words
from lfs_migration.model.codelist import CodeList
from lfs_migration.model.noun import Value

SURE = 0.55
"""From here on a label is taken for the label of a code; below, the code stays open."""
LONG = 60
"""Lists with more codes are of names (countries, occupations), and compared by their letters alone."""


@dataclass(frozen=True)
class Named:
    """A native code with the label that the file, or a column of names beside it, gives."""

    code: Value
    label: str


def named(column: Column, twin: Mapping[Value, str] | None = None) -> tuple[Named, ...]:
    """Return the answers of a column that have labels; text that is no number is its own label."""
    labels = twin or column.value_labels
    if labels:
        return tuple(Named(value, labels[value]) for value in labels if value not in column.absent)
    if column.nature == "text" and not column.numeric and len(column.answers) <= 400 and _words(column):
        return tuple(Named(value, str(value)) for value in column.answers)
    return ()


def _words(column: Column) -> bool:
    """Whether a column of text holds words or abbreviations, and no single letters."""
    return sum(len(str(value)) > 1 for value in column.answers) > 0.8 * len(column.answers)


@lru_cache(maxsize=4_096)
def code_map(answers: tuple[Named, ...], codelist: CodeList) -> tuple[CodeMatch, ...]:
    """Return the best code for each native one: one to one first, then several to one, each by its label.

    Parameters
    ----------
    answers : tuple of Named
    codelist : CodeList

    Returns
    -------
    tuple of CodeMatch
        A code without a label that agrees has no suggestion.
    """
    codes = tuple(codelist.codes)
    table = np.array([[_agreement(one, codelist, code) for code in codes] for one in answers])
    if not table.size:
        return ()
    # Each code is taken once where labels allow it: two native codes that resemble one are usually two codes.
    rows, columns = linear_sum_assignment(-table)
    chosen = dict(zip(rows.tolist(), columns.tolist(), strict=True))
    out = []
    for i, one in enumerate(answers):
        at = chosen.get(i)
        if at is None or table[i, at] < max(SURE, table[i].max() - 0.25):
            at = int(table[i].argmax())
        score = float(table[i, at])
        code = codes[at] if score >= SURE else None
        out.append(CodeMatch(one.code, one.label, code, score, f'"{one.label}"'))
    return tuple(out)


def of_codes(
    answers: tuple[Named, ...], codelist: CodeList, shared: int, rows: Mapping[Value, float]
) -> Evidence | None:
    """Return what the labels of the codes say of a list.

    Parameters
    ----------
    rows : mapping of native code to float
        Its share of the answers, where there are data.
    shared : int
        Variables with this list: that labels say yes and no tells little where forty variables have these.
    """
    if not answers or not _readable(answers, codelist):
        return None
    matches = code_map(answers, codelist)
    fits = [match for match in matches if match.code is not None]
    share = sum(match.score for match in fits) / len(matches)
    # Of a list that holds other things as well, what most rows say counts.
    share = max(share, 0.9 * sum(match.score * rows.get(match.native, 0.0) for match in fits))
    reach = len({match.code for match in fits}) / min(len(matches), len(codelist.codes))
    value = 0.05 + 0.92 * share * (0.6 + 0.4 * min(1.0, reach))
    highest = 0.97 if shared <= 4 else 0.7 if len(codelist.codes) <= 3 else 0.93
    return Evidence("codes", min(value, highest), f"{len(fits)} of {len(matches)} labels fit the list")


def _readable(answers: tuple[Named, ...], codelist: CodeList) -> bool:
    """Whether the labels are in a language that the list or our words know."""
    if len(codelist.codes) > LONG:
        return True
    return any(concepts(part) or part.isascii() for one in answers for part in parts(one.label))


def _agreement(one: Named, codelist: CodeList, code: Value) -> float:
    label, known = one.label, _code_texts(codelist, code)
    # A code stands for itself where the file has no labels; the answer "No" is not Norway.
    if len(codelist.codes) > LONG and label == str(one.code):
        attributes = codelist.codes[code].attributes
        if label in (code, attributes.get("iso2")):
            return 1.0
    best = 0.0
    if len(codelist.codes) > LONG:
        own = _own_words(codelist)
        best = max((0.85 for word in words(label) if own.get(word) == code), default=0.0)
    for part in parts(label) or (label,):
        plain = " ".join(words(part))
        if plain in known.plain:
            return 1.0
        best = max(best, *(same_letters(part, text) for text in known.texts), 0.0)
        if best < 0.95 and len(codelist.codes) <= LONG:
            said = concepts(part)
            sure = 0.95 * _understood(part)
            best = max([best, *(sure * alike(said, bag, {}) for bag in known.bags if said)])
    return best if best >= 0.5 else 0.0


@lru_cache(maxsize=8_192)
def _understood(label: str) -> float:
    """Return how much of a label its concepts can stand for: less where it has words that we do not know."""
    longer = [word for word in words(label) if len(word) > 3]
    share = sum(bool(concepts(word)) for word in longer) / len(longer) if longer else 1.0
    return 0.55 + 0.45 * share


@lru_cache(maxsize=8)
def _own_words(codelist: CodeList) -> dict[str, Value]:
    """Return the words that stand in the labels of one code only: a country's usual name in its full one."""
    found: dict[str, set[Value]] = {}
    for code in codelist.codes:
        for text in codelist.codes[code].label.values():
            for word in words(text):
                found.setdefault(word, set()).add(code)
    return {word: next(iter(codes)) for word, codes in found.items() if len(codes) == 1 and len(word) > 3}


@dataclass(frozen=True)
class _Texts:
    texts: tuple[str, ...]
    plain: frozenset[str]
    bags: tuple[Concepts, ...]


@lru_cache(maxsize=8_192)
def _code_texts(codelist: CodeList, code: Value) -> _Texts:
    texts = tuple(codelist.codes[code].label.values())
    bags = {concepts(text) for text in texts}
    return _Texts(texts, frozenset(" ".join(words(text)) for text in texts), tuple(bag for bag in bags if bag))


def same_codes(one: Column, other: Column) -> float:
    """Return how far two columns have the same unusual codes: 0 for codes such as 1 to 8, which any list may have."""
    if _long(one, other):
        return 0.9
    left, right = _unusual(one), _unusual(other)
    return len(left & right) / min(len(left), len(right)) if left and right else 0.0


@lru_cache(maxsize=4_096)
def _unusual(column: Column) -> frozenset[str]:
    """Return the codes of a column, nothing where they only count from 0 or 1 or are too many or few to tell."""
    codes = frozenset(fold(str(value)) for value in column.answers)
    usual = {str(i) for i in range(2 * len(codes) + 4)}
    return codes if 3 <= len(codes) <= 60 and not codes <= usual else frozenset()


def _long(one: Column, other: Column) -> bool:
    """Whether two columns both count to the same number, of a dozen codes or more."""
    return all(c.whole and len(c.answers) >= 13 for c in (one, other)) and (
        abs(float(np.nanmax(one.amounts) - np.nanmax(other.amounts))) <= 1
        and float(np.nanmax(one.amounts)) <= 2 * len(one.answers) + 4
    )
