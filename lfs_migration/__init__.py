"""Emigration statistics from labour force surveys: from a survey file to published, quality-flagged tables.

>>> import lfs_migration as lfm
>>> country = lfm.load_country("mexico", edition="2023")
>>> country.title["en"]
'Mexico, ENADID 2023'

The verbs are ``read``, ``harmonise``, ``validate``, ``estimate``, ``tabulate``, ``protect`` and ``publish``; each takes
a noun and returns a new one. Heavy libraries are imported when a verb that needs them is first used.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lfs_migration.verbs import *  # noqa: F403

_PLACES = {
    "Accepted": "model.decisions",
    "Cells": "model.response",
    "Concentration": "estimate",
    "Correction": "model.decisions",
    "Count": "estimate",
    "Dataset": "model.dataset",
    "Design": "model.design",
    "Difference": "estimate",
    "Engine": "frames",
    "LfsMigrationError": "errors",
    "Mean": "estimate",
    "MultipleResponse": "estimate",
    "Outcomes": "model.response",
    "Part": "model.indicator",
    "Propensity": "model.response",
    "Proportion": "estimate",
    "ProtectionRules": "model.protection",
    "Quantile": "estimate",
    "Ratio": "estimate",
    "Replicates": "model.design",
    "Share": "estimate",
    "ToSample": "model.response",
    "Total": "estimate",
    "accept": "validate",
    "adjust_nonresponse": "weights",
    "base_weights": "weights",
    "calibrate": "weights",
    "compare": "estimate",
    "compare_countries": "comparison",
    "compare_rounds": "comparison",
    "compare_with": "comparison",
    "correct": "harmonise",
    "dataset": "estimate",
    "delta": "estimate",
    "derive": "harmonise",
    "diagnose": "weights",
    "estimate": "estimate",
    "explain": "explain",
    "given_weights": "weights",
    "glm": "estimate",
    "harmonise": "harmonise",
    "independence": "estimate",
    "load_accepted": "catalog",
    "load_codebook": "catalog",
    "load_corrections": "catalog",
    "load_country": "catalog",
    "load_indicators": "catalog",
    "margins": "estimate",
    "multiplicity": "weights",
    "person_weights": "weights",
    "plot": "publish.papers.charts",
    "protect": "protect",
    "publish": "publish",
    "read": "harmonise",
    "reference_person": "weights",
    "replicate": "weights",
    "replicate_weights": "weights",
    "reproduce": "verification",
    "save_chart": "publish.papers.charts",
    "schema": "validate",
    "table": "tabulate",
    "tabulate": "tabulate",
    "to_html": "publish.papers.notebook",
    "to_latex": "publish.papers.latex",
    "trim": "weights",
    "validate": "validate",
    "verify": "verification",
    "weigh": "weights",
    "write_docx": "publish.papers.word",
    "write_findings": "publish",
    "write_latex": "publish.papers.latex",
}

__all__ = list(_PLACES)


class _Package(ModuleType):
    """The package as users see it: ``lfm.estimate`` is the verb, though a folder of that name holds it.

    Importing a folder binds its name here, which would hide the verb; such a binding is left out. The folders stay
    importable by their full names.
    """

    def __setattr__(self, name: str, value: Any) -> None:
        if not (name in _PLACES and isinstance(value, ModuleType)):
            super().__setattr__(name, value)

    def __getattr__(self, name: str) -> Any:
        if name not in _PLACES:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        value = getattr(import_module(f"{self.__name__}.{_PLACES[name]}"), name)
        setattr(self, name, value)
        return value

    def __dir__(self) -> list[str]:
        return __all__


sys.modules[__name__].__class__ = _Package
