"""Recipes of weights: the steps of a country's file, each under its own word."""

from __future__ import annotations

from typing import Any

from lfs_migration.catalog.documents import Document, build, load
from lfs_migration.catalog.places import folder
from lfs_migration.errors import CatalogError, near
from lfs_migration.model.noun import Noun
from lfs_migration.model.response import Cells, Nonresponse, Outcomes, Propensity, ToSample
from lfs_migration.model.weighting import (
    STEPS,
    Calibrating,
    Category,
    Comparing,
    MarginFile,
    Multiplicity,
    PersonWeights,
    Recipe,
    ReferencePerson,
    Step,
)

_PARTS: dict[str, type[Noun]] = {
    "outcomes": Outcomes,
    "unknown": Cells,
    "cells": Cells,
    "propensity": Propensity,
    "calibration": ToSample,
}
_OF: dict[type[Noun], str] = {
    Calibrating: "residents",
    Comparing: "residents",
    PersonWeights: "residents",
    ReferencePerson: "residents",
    Multiplicity: "main",
}
"""The key of the module's YAML that says whose rows a step is about, where the step itself does not."""


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
        hint = "Write its steps, margins and reference under it"
        raise CatalogError("weighting must hold entries", where=document.where("weighting"), hint=hint)
    for key, kind, words in (("steps", list, "a list"), ("margins", dict, "names"), ("categories", dict, "names")):
        if not isinstance(entry.get(key) or kind(), kind):
            hint = "Write each as `- word: ...`" if kind is list else "Write each as `name: ...`"
            raise CatalogError(f"weighting.{key} must hold {words}", where=document.where("weighting", key), hint=hint)
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
    if noun in _OF:
        data = _recorded(document, content, _OF[noun], (*keys, word))
    return word, build(noun, data, document, *keys, word)


def _recorded(document: Document, content: Any, key: str, keys: tuple[object, ...]) -> Any:
    """Return what belongs to a step, with the module's record where it names none."""
    if not isinstance(content, dict) or "record" in content:
        return content
    head = folder() / str(document.data.get("module")) / "module.yaml"
    record = load(head).data.get(key) if head.is_file() else None
    if record is None:
        raise CatalogError(f"{keys[-1]} does not say of which record", where=document.where(*keys),
                           hint=f"Add record; the module has no {key}")  # fmt: skip
    return {**content, "record": record}
