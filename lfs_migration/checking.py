"""Proves the knowledge without data: what contradicts itself, what can be reached, what an edition can compute."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from lfs_migration import catalog
from lfs_migration.errors import CatalogError
from lfs_migration.model.codebook import Codebook
from lfs_migration.model.country import Edition
from lfs_migration.model.remark import Remark

KINDS = ("indicator", "derivation", "rule")


@dataclass(frozen=True)
class Checked:
    """What was found in one module, edition or questionnaire.

    Parameters
    ----------
    name : str
    problems : tuple of str
        What is wrong: nothing can be computed before it is mended.
    notes : tuple of str
        What to look at; it may be meant.
    summary : str
        How much can be computed or asked.
    details : tuple of str
        What cannot, and why.
    """

    name: str
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    summary: str = ""
    details: tuple[str, ...] = ()


def check_all() -> Iterator[Checked]:
    """Check every module, questionnaire and edition of the catalog."""
    for module in catalog.modules():
        yield check_module(module)
    for name in catalog.questionnaires():
        yield check_questionnaire(name)
    for name, edition in catalog.countries():
        yield check_edition(name, edition)


def check_module(module: str) -> Checked:
    """Check a codebook by itself."""
    codebook = catalog.load_codebook(module)
    problems = tuple(map(str, catalog.problems(codebook)))
    remarks = catalog.remarks(codebook) if not problems else ()
    asked = sum(not variable.derived for variable in codebook.variables.values())
    summary = f"{asked} questions, {len(codebook.variables) - asked} derivations, {len(codebook.rules)} rules"
    return Checked(module, *_parted(problems, remarks), summary)


def check_questionnaire(name: str) -> Checked:
    """Check a questionnaire: its routes, and what it asks against the codebook."""
    questionnaire = catalog.load_questionnaire(name)
    edition = catalog.edition_of(questionnaire)
    codebook = catalog.load_codebook(questionnaire.module, edition)
    remarks = catalog.questionnaire_remarks(questionnaire, codebook, edition)
    summary = (
        f"{sum(bool(item.name) for item in questionnaire.items)} questions in {', '.join(questionnaire.languages)}"
    )
    return Checked(f"questionnaire {name}", *_parted((), remarks), summary)


def check_edition(name: str | Path, edition: str | None = None) -> Checked:
    """Check a country's edition, and say what it can compute."""
    chosen = catalog.load_country(name, edition)
    codebook = catalog.load_codebook(chosen.module, chosen)
    problems = tuple(map(str, catalog.problems(codebook, chosen)))
    if problems:
        return Checked(chosen.id, problems)
    return Checked(chosen.id, *_parted((), catalog.remarks(codebook, chosen)), *_computable(codebook, chosen))


def sound(country: str | Path, edition: str | None = None) -> Edition:
    """Return a country's edition, after its YAML has been checked.

    Raises
    ------
    CatalogError
        The first problem, with the number of others.
    """
    chosen = catalog.load_country(country, edition)
    problems = catalog.problems(catalog.load_codebook(chosen.module, chosen), chosen)
    if problems:
        more = f"{len(problems) - 1} more; see lfs-migration check" if len(problems) > 1 else ""
        raise CatalogError(str(problems[0]), detail=more)
    return chosen


def _parted(problems: tuple[str, ...], remarks: Sequence[Remark]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    errors = tuple(str(remark) for remark in remarks if remark.severity == "error")
    return (*problems, *errors), tuple(str(remark) for remark in remarks if remark.severity == "note")


def _computable(codebook: Codebook, edition: Edition) -> tuple[str, tuple[str, ...]]:
    """Return how much an edition can compute, and what it cannot: indicators first."""
    found = catalog.computed(codebook, edition)
    whole = {kind: [one for one in found if one.kind == kind and not one.breakdown] for kind in KINDS}
    counts = [f"{sum(not one.reason for one in own)} of {len(own)} {kind}s" for kind, own in whole.items()]
    details = tuple(
        f"{one.kind} {one.name} {one.breakdown}".rstrip() + f": not computable, {one.reason}"
        for kind in KINDS for one in found if one.kind == kind and one.reason
    )  # fmt: skip
    return ", ".join(counts), details
