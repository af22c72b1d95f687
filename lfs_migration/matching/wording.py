"""Evidence from words: the name of a column, and its label in any language."""

from __future__ import annotations

import re

from lfs_migration.matching.nouns import Column, Evidence
from lfs_migration.matching.targets import Knowledge, Target
from lfs_migration.matching.words import Concepts, alike, concepts, fold, name_concepts, parts, same_letters, words

_NUMBERED = re.compile(r"[a-z]{0,4}_?\d+[a-z]?")
"""Names that only number the questions: ``p03``, ``q501``, ``mig13``."""


def of_name(column: Column, target: Target, known: Knowledge) -> Evidence | None:
    """Return what the name of a column says; nothing where it is opaque, such as ``q501``."""
    plain = fold(column.name)
    if plain == fold(target.name):
        return Evidence("name", 0.99, "is the codebook's")
    said = frozenset[str]() if _NUMBERED.fullmatch(plain) else name_concepts(column.name)
    if not said:
        return None
    likeness, common = _likeness([said], target, known)
    return Evidence("name", 0.2 + 0.75 * likeness, f"{column.name}: {_told(common)}")


def of_label(column: Column, target: Target, known: Knowledge) -> Evidence | None:
    """Return what the label of a column says; nothing where there is none, or none that we can read."""
    texts = [text for text in parts(column.label) if fold(text) != fold(column.name)]
    if not texts:
        return None
    bags = [concepts(text) for text in texts]
    bags = [bag for bag in [*bags, frozenset().union(*bags)] if bag]
    written = max((same_letters(text, other) for text in texts for other in target.texts), default=0.0)
    likeness, common = _likeness(bags, target, known) if bags else (0.0, frozenset())
    if not bags and written < 0.4 and not any(len(words(text)) > 1 for text in texts):
        return None
    if written > likeness:
        return Evidence("label", 0.08 + 0.9 * written, f'"{column.label}"')
    return Evidence("label", 0.08 + 0.9 * likeness, f'"{column.label}": {_told(common)}')


def _likeness(bags: list[Concepts], target: Target, known: Knowledge) -> tuple[float, Concepts]:
    """Return the best agreement of what is said with what the target is about, and the concepts in common."""
    usual = known.record_words(target.variable.record)
    best, common = 0.0, frozenset[str]()
    for said in bags:
        for bag in (*target.bags, *target.about_list):
            meant = said - (usual - bag)
            # A label may leave out in one language what it says in others, and a list's name is no question's.
            part = 0.75 if bag in target.bags else 0.5
            likeness = part * alike(meant, bag, known.weights)
            likeness += (1 - part) * alike(said - (usual - target.whole), target.whole, known.weights)
            if likeness > best:
                best, common = likeness, meant & (bag | target.whole)
    return best, common


def _told(common: Concepts) -> str:
    return f"says {', '.join(sorted(common))}" if common else "says something else"
