"""Definitions that differ between surveys: what countries chose, how an indicator is computed, what its data cover."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from lfs_migration.model.codebook import Codebook
from lfs_migration.model.country import Edition
from lfs_migration.model.indicator import Indicator, Part
from lfs_migration.model.results import Table
from lfs_migration.text import pick

Choices = Mapping[str, str]
"""What an edition chose, in words, by the name of the choice."""
NOTHING = "nothing chosen"
NOTHING_SAID = "nothing"


def choices_made(codebook: Codebook, edition: Edition) -> Choices:
    """Return what a country chose for each parameter of the module, in words.

    Parameters
    ----------
    codebook : Codebook
        Of the edition's module.
    edition : Edition

    Returns
    -------
    mapping of str to str
        Label and unit of the parameter, to the value; the module's default where the country chose none.

    Examples
    --------
    >>> from lfs_migration.catalog import load_codebook, load_country
    >>> mexico = load_country("mexico")
    >>> choices_made(load_codebook(edition=mexico), mexico)["Look-back period for departures (years)"]
    '5'
    """
    out = {}
    for name, parameter in codebook.parameters.items():
        value = edition.parameters.get(name, parameter.default)
        out[f"{pick(parameter.label)} ({parameter.unit})"] = _words(value)
    return out


def _words(value: Any) -> str:
    if value is None or value == []:
        return NOTHING
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def differing(choices: Mapping[str, Choices]) -> tuple[str, ...]:
    """Return a note for each choice that surveys made differently.

    Parameters
    ----------
    choices : mapping of survey to :data:`Choices`

    Examples
    --------
    >>> differing({"a": {"Working age": "15"}, "b": {"Working age": "10"}, "c": {"Working age": "15"}})
    ('Working age: 15 in a, c; 10 in b.',)
    """
    names = dict.fromkeys(name for made in choices.values() for name in made)
    return tuple(filter(None, (_note(name, {s: made.get(name, NOTHING) for s, made in choices.items()}, "in ")
                               for name in names)))  # fmt: skip


def differences(tables: Sequence[Table]) -> tuple[str, ...]:
    """Return a note for each part of an indicator's definition that is not the same in all of its surveys.

    Parameters
    ----------
    tables : sequence of Table
        Of one indicator, of several surveys.

    Notes
    -----
    Compared are the expressions of its parts with the country's parameters in them, what its shares are of, its note,
    which also says what was folded, its coverage statements, and the choices that are printed under its tables.
    """
    by_survey = {table.survey: table for table in reversed(tables)}
    code = tables[0].indicator.code
    out = []
    for name, words in _aspects(table.indicator for table in tables):
        found = {table.survey: words(table.indicator) for table in reversed(by_survey.values())}
        out.append(_note(f"{code}, {name}", found))
    printed = {table.survey: " ".join(table.notes_in()) for table in reversed(by_survey.values())}
    return tuple(filter(None, (*out, _note(code, printed))))


def _aspects(indicators: Iterable[Indicator]) -> list[tuple[str, Callable[[Indicator], str]]]:
    """Return what of some indicators is compared, and the words for it."""
    count = max(len(indicator.parts) for indicator in indicators)
    names = ["numerator", "denominator", *(f"part {number}" for number in range(3, count + 1))]

    def part(at: int) -> Callable[[Indicator], str]:
        return lambda indicator: _expression(indicator.parts[at : at + 1])

    return [
        *((name, part(at)) for at, name in enumerate(names[:count])),
        ("shares are over", lambda indicator: indicator.over),
        ("note", lambda indicator: pick(indicator.note) if indicator.note else NOTHING_SAID),
        ("coverage", lambda indicator: ", ".join(sorted(indicator.coverage)) or NOTHING_SAID),
    ]


def _expression(parts: Sequence[Part]) -> str:
    if not parts:
        return NOTHING
    (part,) = parts
    what = f"{part.value} of {part.record}" if part.value else part.record
    return f"{what} where {part.where}" if part.where else what


def _note(name: str, words: Mapping[str, str], before: str = "") -> str:
    """Return which surveys have which words; nothing where all have the same."""
    if len(set(words.values())) < 2:
        return ""
    holders: dict[str, list[str]] = {}
    for survey, word in words.items():
        holders.setdefault(word, []).append(survey)
    if before:
        return f"{name}: " + "; ".join(f"{word} {before}{', '.join(who)}" for word, who in holders.items()) + "."
    sides = "; ".join(f"{', '.join(who)}: {word.rstrip('.') or NOTHING_SAID}" for word, who in holders.items())
    return f"{name}: {sides}."
