"""How an indicator is computed, as the codebook says it, and what the names in it mean."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from lfs_migration import catalog
from lfs_migration.expr import parse
from lfs_migration.model.codebook import Codebook, Variable
from lfs_migration.model.indicator import Indicator, Part
from lfs_migration.model.results import Table
from lfs_migration.publish.about import About
from lfs_migration.publish.figures import show
from lfs_migration.publish.titles import distributed, heading
from lfs_migration.publish.words import joined
from lfs_migration.text import pick

SUMMED = {"total": "sum_of", "mean": "mean_of", "median": "median_of", "quantile": "quantile_of"}
"""Phrases of what is done with a value, by kind of indicator."""


@dataclass(frozen=True)
class Step:
    """A part of a formula: what is done, with the rows of which record, and on which condition or value."""

    word: str
    record: str
    where: str
    value: str


@dataclass(frozen=True)
class Definition:
    """How an indicator is computed.

    Parameters
    ----------
    steps : tuple of Step
    over : str
        Names of the dimensions whose categories are distributed.
    per : str
        "per 1,000"; empty for numbers and per cents.
    variables : tuple of (name, label)
        The names in its expressions.
    """

    steps: tuple[Step, ...]
    over: str
    per: str
    variables: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Standard:
    """An international definition that variables of the tables follow."""

    title: str
    definition: str
    document: str
    variables: tuple[str, ...]


def definition_of(tables: Sequence[Table], about: About) -> Definition:
    """Return how the indicator of some tables is computed."""
    table = tables[0]
    indicator, book = table.indicator, table.codebook
    of = dict.fromkeys(heading(one, distributed(one), about.language) for one in tables if distributed(one))
    return Definition(
        steps=tuple(_steps(indicator, book, about)),
        over=joined(of, about.language),
        per=about.say("per_base", per=show(indicator.per, 0, about.language)) if indicator.per not in (1, 100) else "",
        variables=tuple((one.name, pick(one.label, about.language)) for one in _variables(indicator, book)),
    )


def _steps(indicator: Indicator, book: Codebook | None, about: About) -> Iterator[Step]:
    def step(word: str, part: Part) -> Step:
        named = book is not None and part.record in book.records
        record = pick(book.records[part.record].label, about.language) if book is not None and named else part.record
        return Step(word, record, part.where, part.value)

    value = indicator.numerator.value and indicator.kind in SUMMED
    probability = f"{indicator.probability:g}"
    word = about.say(SUMMED[indicator.kind], probability=probability) if value else about.say("counted")
    yield step(word, indicator.numerator)
    for part in (indicator.denominator, indicator.plus):
        if part is not None:
            yield step(about.say("divided_by") if part is indicator.denominator else "+", part)
    for option in indicator.options.values():
        yield Step(pick(option.label, about.language), "", option.where, option.value)


def _variables(indicator: Indicator, book: Codebook | None) -> list[Variable]:
    """Return the variables that the expressions of an indicator name, in the order of the codebook."""
    texts = (text for part in indicator.parts for text in (part.where, part.value) if text)
    names = {name for text in texts for name in parse(text).names}
    return [variable for name, variable in (book.variables.items() if book is not None else ()) if name in names]


def standards(tables: Iterable[Table], about: About) -> tuple[Standard, ...]:
    """Return the international definitions that the variables of some tables follow, each with these variables."""
    followed: dict[str, dict[str, None]] = {}
    for table in {table.indicator.code: table for table in tables}.values():
        for variable in _variables(table.indicator, table.codebook):
            for name in variable.standards:
                followed.setdefault(name, {})[variable.name] = None
    known = catalog.load_standards() if followed else {}
    return tuple(
        Standard(pick(known[name].title, about.language), pick(known[name].definition, about.language),
                 known[name].document, tuple(variables))
        for name, variables in followed.items()
    )  # fmt: skip
