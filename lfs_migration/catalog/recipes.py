"""Recipes of weights: the steps of a country's file, each under its own word."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lfs_migration.catalog.documents import Document, build
from lfs_migration.errors import CatalogError, near
from lfs_migration.model.codebook import Codebook
from lfs_migration.model.country import Edition
from lfs_migration.model.noun import Noun
from lfs_migration.model.weighting import (
    STEPS,
    Calibrating,
    Category,
    Cells,
    MarginFile,
    Nonresponse,
    Outcomes,
    Propensity,
    Recipe,
    Step,
    ToSample,
)

_PARTS: dict[str, type[Noun]] = {
    "outcomes": Outcomes,
    "unknown": Cells,
    "cells": Cells,
    "propensity": Propensity,
    "calibration": ToSample,
}


def recipe(document: Document) -> Recipe | None:
    """Return the recipe of a country's file, if it has one.

    Raises
    ------
    CatalogError
        With file and line, and near matches for an unknown step or key.
    """
    entry = document.data.get("weighting")
    if entry is None:
        return None
    if not isinstance(entry, dict):
        raise CatalogError("weighting must hold entries", where=document.where("weighting"))
    for key, kind, words in (("steps", list, "a list"), ("margins", dict, "names"), ("categories", dict, "names")):
        if not isinstance(entry.get(key) or kind(), kind):
            raise CatalogError(f"weighting.{key} must hold {words}", where=document.where("weighting", key))
    steps = tuple(_step(document, number, given) for number, given in enumerate(entry.get("steps") or ()))
    own: dict[str, dict[str, Any]] = {}
    for key, noun in (("margins", MarginFile), ("categories", Category)):
        entries = (entry.get(key) or {}).items()
        own[key] = {name: build(noun, value, document, "weighting", key, name) for name, value in entries}
    return build(Recipe, {**entry, **own, "steps": steps}, document, "weighting")


def _step(document: Document, number: int, given: Any) -> tuple[str, Step]:
    keys = ("weighting", "steps", number)
    if not isinstance(given, dict) or len(given) != 1:
        raise CatalogError("A step is one word, and what belongs to it", where=document.where(*keys),
                           hint="Such as `- trim: {rule: median, high: 3}`")  # fmt: skip
    word, content = next(iter(given.items()))
    if word not in STEPS:
        raise CatalogError(f"No step {word!r} of weighting", where=document.where(*keys), hint=near(str(word), STEPS))
    noun, data = STEPS[word], content
    if noun is Nonresponse and isinstance(content, dict):
        data = {
            key: build(_PARTS[key], value, document, *keys, word, key) if key in _PARTS else value
            for key, value in content.items()
        }
    return word, build(noun, data, document, *keys, word)


def recipe_problems(codebook: Codebook, edition: Edition) -> Iterator[CatalogError]:
    """Yield what is wrong between a recipe and the codebook: outcomes, files and categories that do not exist."""
    recipe = edition.weighting
    if recipe is None:
        return
    for name, file in recipe.margins.items():
        for variable in file.columns:
            if variable not in codebook.variables and variable not in recipe.categories:
                where = edition.line("weighting", "margins", name, "columns", variable)
                known = [*codebook.variables, *recipe.categories]
                yield CatalogError(f"No variable or category {variable!r}", where=where, hint=near(variable, known))
    for number, (word, step) in enumerate(recipe.steps):
        where = edition.line("weighting", "steps", str(number), word)
        if isinstance(step, Nonresponse):
            yield from _outcome_problems(codebook, step.outcomes, where)
        if isinstance(step, Calibrating):
            yield from _margin_problems(recipe, step, where)


def _outcome_problems(codebook: Codebook, outcomes: Outcomes, where: str) -> Iterator[CatalogError]:
    if outcomes.variable not in codebook.variables:
        hint = near(outcomes.variable, codebook.variables)
        yield CatalogError(f"No variable {outcomes.variable!r}", where=where, hint=hint)
        return
    codelist = codebook.codelist_of(outcomes.variable)
    codes = set(codelist.codes) if codelist else set()
    given = {code for own in outcomes.classes.values() for code in own}
    for code in sorted(given - codes, key=str):
        yield CatalogError(
            f"{code!r} is not a code of {outcomes.variable}", where=where, hint=near(str(code), map(str, codes))
        )
    for code in sorted(codes - given, key=str):
        yield CatalogError(f"The outcome {code!r} of {outcomes.variable} has no class", where=where,
                           hint="Give it one under classes")  # fmt: skip


def _margin_problems(recipe: Recipe, step: Calibrating, where: str) -> Iterator[CatalogError]:
    if step.record == "emigrant":
        yield CatalogError("Emigrants are outside the margins of residents", where=where,
                           hint="They carry the weight of the household that reports them")  # fmt: skip
    for margin in step.margins:
        if margin.file not in recipe.margins:
            yield CatalogError(
                f"No file of margins {margin.file!r}", where=where, hint=near(margin.file, recipe.margins)
            )
            continue
        columns = recipe.margins[margin.file].columns
        for variable in margin.variables:
            if variable not in columns:
                yield CatalogError(f"The margins {margin.file} have no {variable!r}", where=where,
                                   hint=near(variable, columns))  # fmt: skip
