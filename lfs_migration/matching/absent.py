"""Finds the codes of absent answers: declared by the file, told by their labels, or nines beyond the answers."""

from __future__ import annotations

import re

import numpy as np

from lfs_migration.matching.lexicon import ABSENT
from lfs_migration.matching.nouns import Column
from lfs_migration.matching.words import fold, parts
from lfs_migration.model.codelist import Reason
from lfs_migration.model.noun import Value

_NINES: dict[str, Reason] = {"7": "dont_know", "8": "refused", "9": "not_stated"}
_REASONS: tuple[Reason, ...] = ("dont_know", "refused", "not_stated")


def absent_answers(column: Column, declared: set[Value]) -> dict[Value, tuple[Reason, str]]:
    """Return the values of a column that are absent answers, each with its reason and why we think so.

    Parameters
    ----------
    column : Column
    declared : set
        Values that the file itself declares missing.
    """
    found: dict[Value, tuple[Reason, str]] = {}
    for value in sorted({*column.values, *column.value_labels, *declared}, key=str):
        label = column.value_labels.get(value, value if isinstance(value, str) else "")
        reason = reason_of(label)
        if reason is not None and (value in column.value_labels or value in declared or not column.value_labels):
            found[value] = (reason, f'"{label}"')
        elif value in declared:
            found[value] = (_by_digit(value), "declared missing by the file")
    for value in _nines(column):
        found.setdefault(value, (_by_digit(value), "nines beyond the answers; no label says so"))
    return found


def reason_of(label: str) -> Reason | None:
    """Return why an answer with a label is absent, None for an answer.

    Examples
    --------
    >>> reason_of("No sabe"), reason_of("Նշված չէ / Не указано"), reason_of("Norway")
    ('dont_know', 'not_stated', None)
    """
    for part in parts(label):
        text = re.sub(r"[^\w ']", " ", fold(part)).strip()
        for reason in _REASONS:
            for phrase in ABSENT[reason]:
                known = fold(phrase)
                if text == known or (len(known) > 3 and text.startswith(known)):
                    return reason
    return None


def _by_digit(value: Value) -> Reason:
    return _NINES.get(str(value).strip()[-1:], "not_stated")


def _nines(column: Column) -> list[Value]:
    """Return unlabelled values such as 97, 98, 99 that stand apart from the answers below them.

    99 is an age where 98 and 97 are ages too; a single 9 is one only well above all other codes.
    """
    known = np.isfinite(column.numbers)
    if not known.any() or column.value_labels or not np.all(column.numbers[known] == np.rint(column.numbers[known])):
        return []
    texts = {i: str(int(column.numbers[i])) for i in np.flatnonzero(known)}
    looks = {i for i, text in texts.items() if re.fullmatch(r"9*[789]", text) and (len(text) > 1 or text == "9")}
    others = [column.numbers[i] for i in texts if i not in looks]
    if not others:
        return []
    top = max(others)
    return [column.values[i] for i in sorted(looks) if _apart([texts[other] for other in looks], texts[i], top)]


def _apart(looks: list[str], text: str, top: float) -> bool:
    """Whether the nines of one length all stand apart from the largest answer; after 85, two of them may be an age."""
    size = len(text)
    first = min(int(other) for other in looks if len(other) == size)
    gap = {1: 2, 2: 3, 3: 100, 4: 1000}.get(size)
    if gap is None:
        return bool(top < int("9" + "0" * (size - 1)))
    return bool(top <= first - gap) and not (size == 2 and top > 85)
