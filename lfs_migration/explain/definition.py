"""What an indicator is: its statistic, its parts in words, whom it is about, and what it cannot see."""

from __future__ import annotations

from collections.abc import Iterator

from lfs_migration.explain.making import Making
from lfs_migration.explain.nouns import Condition, Definition
from lfs_migration.metadata.verbal import in_words
from lfs_migration.model.indicator import Indicator, Part
from lfs_migration.model.results import OTHER
from lfs_migration.publish.about import About
from lfs_migration.publish.titles import distributed
from lfs_migration.text import pick

WEIGHTS = {
    "final": "the final weights",
    "design": "the weights of the selection alone",
    "none": "no weights: each row counts once",
}
"""What an indicator is weighted with, in words."""


def definition(making: Making, language: str) -> Definition:
    """Return what the indicator of a figure is."""
    indicator, table, codebook = making.indicator, making.found.table, making.codebook
    parts = tuple(_parts(making, language))
    scopes = {name: codebook.records[name].scope for name in dict.fromkeys(part.record for part in parts)}
    universe = {name: in_words(scope, codebook, language) or scope for name, scope in scopes.items() if scope}
    note = [pick(indicator.note, language)] if indicator.note else []
    folds = [pick(fold.note, language) for name, fold in making.folded.items() if name in table.dimensions]
    chosen = making.found.table.notes_in(language)
    return Definition(
        kind=indicator.kind,
        statement=_statement(indicator, making),
        parts=parts,
        universe=universe,
        weights=WEIGHTS[indicator.weights],
        coverage=About(language=language).of(making.data).statements(table.indicator.coverage),
        notes=(*note, *folds),
        choices=chosen,
        reference=indicator.reference,
    )


def _statement(indicator: Indicator, making: Making) -> str:
    """Return what is computed, in a sentence."""
    per = f", per {indicator.per:,}" if indicator.per != 1 else ""
    of, cell = distributed(making.found.table), making.found.cell
    amount = bool(indicator.numerator.value)
    match indicator.kind:
        case "total":
            return "Weighted total of an amount" if amount else "Weighted number of rows"
        case "mean":
            return "Weighted mean: the sum of the value over the number of rows of which it is known"
        case "median" | "quantile":
            return f"Weighted quantile at {_probability(indicator):g}, over the rows of which the value is known"
        case "ratio":
            held = " and what stands beside it" if indicator.plus else ""
            return f"Weighted total of the numerator over that of the denominator{held}{per}"
        case "share":
            return f"Weighted share of the denominator that is in the numerator{per}"
        case "distribution" if cell.unit != indicator.unit:
            return f"Weighted number of rows in a category of {of}"
        case "distribution":
            whole = "of all rows" if indicator.over == "all" else "of the rows of which the category is known"
            return f"Weighted share of a category of {of} {whole}{per}"
        case "options":
            return f"Weighted share of those that have an option; the shares of all may add up to more{per}"
        case "index" if indicator.largest:
            return f"Share of the {indicator.largest} largest categories of {indicator.of[0]}{per}"
        case "index":
            return f"Sum of the squared shares of the categories of {indicator.of[0]} (Herfindahl){per}"
        case "difference":
            between = indicator.between
            assert between is not None
            sides = f"{between.dimension}={between.first} less that of {between.dimension}={between.second}"
            return f"Weighted share of {sides}{per}"
        case _:
            return f"Ratio of two rates: that of the numerator and that of {indicator.relative_to}{per}"


def _probability(indicator: Indicator) -> float:
    return 0.5 if indicator.kind == "median" else indicator.probability


def _parts(making: Making, language: str) -> Iterator[Condition]:
    """Yield the parts of the indicator that the figure is made of."""
    indicator = making.indicator
    if indicator.kind in ("distribution", "options", "index"):
        yield _said(making, "denominator", indicator.numerator, language)
        yield from _option(making, language)
        return
    alone = len(indicator.own) == 1
    roles = ("counted",) if alone else ("numerator", "denominator", "beside it")
    for role, part in zip(roles, indicator.own, strict=False):
        yield _said(making, role, part, language)
    for role, part in zip(("numerator", "denominator", "beside it"), indicator.against, strict=False):
        yield _said(making, f"{role} of {indicator.relative_to}", part, language)


def _option(making: Making, language: str) -> Iterator[Condition]:
    indicator = making.indicator
    code = making.found.cell.keys.get(indicator.question, OTHER)
    if indicator.question and code in indicator.options:
        one = indicator.options[code]
        part = Part(record=indicator.numerator.record, where=one.where, value=one.value)
        yield _said(making, "numerator", part, language)
        if one.base:
            yield _said(making, "asked", part.model_copy(update={"where": one.base, "value": ""}), language)


def _said(making: Making, role: str, part: Part, language: str) -> Condition:
    codebook = making.codebook
    words = in_words(part.where, codebook, language) or "" if part.where else ""
    return Condition(
        role, part.record, pick(codebook.records[part.record].label, language), part.where, words, part.value
    )
