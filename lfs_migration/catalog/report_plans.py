"""Loads what the report of a module says and draws first."""

from __future__ import annotations

from collections.abc import Iterator

from lfs_migration.catalog.documents import Document, build
from lfs_migration.catalog.entries import entries, tuples
from lfs_migration.catalog.indicators import load_indicators
from lfs_migration.catalog.module_files import ModuleFile
from lfs_migration.catalog.tables_named import named_problems
from lfs_migration.errors import CatalogError
from lfs_migration.model.codebook import Codebook
from lfs_migration.model.noun import Noun
from lfs_migration.model.profile_page import Shown
from lfs_migration.model.report_plan import ReportPlan, Sentence

REPORT = "report.yaml"
"""File of what a module's report says first, where it has one."""
KINDS: dict[str, type[Noun]] = {"summary": Sentence, "map": Shown, "pyramid": Shown}


def load_report_plan(module: str = "emigration") -> ReportPlan | None:
    """Return what the report of a module says and draws first; nothing where it has no plan.

    Raises
    ------
    NotFound
        For an unknown module.
    CatalogError
        With file and line, also for an indicator or a table that there is not.

    Examples
    --------
    >>> load_report_plan().summary[0].indicator
    'E02'
    """
    return _file().load(module)


def report_problems(codebook: Codebook) -> Iterator[CatalogError]:
    """Find what is wrong in the plan of a module's report."""
    return _file().problems(codebook)


def _file() -> ModuleFile[ReportPlan]:
    return ModuleFile(REPORT, _plan, _problems)


def _plan(document: Document, module: str) -> ReportPlan:
    data = entries(document.data, document)
    made: dict[str, object] = {"module": module}
    for name, given in data.items():
        if name not in KINDS or not isinstance(given, list):
            raise CatalogError(
                f"{name} is not a list of this file", where=document.where(name),
                hint=f"It has {', '.join(KINDS)}; write each entry as `- {{indicator: ..., ...}}`",
            )  # fmt: skip
        made[name] = tuple(
            build(KINDS[name], tuples(one, "by"), document, name, number) for number, one in enumerate(given)
        )
    return build(ReportPlan, made, document)


def _problems(plan: ReportPlan, codebook: Codebook, document: Document) -> Iterator[CatalogError]:
    known = load_indicators(codebook.name)
    for name in KINDS:
        for number, one in enumerate(getattr(plan, name)):
            yield from named_problems(one.indicator, {("by",): one.by}, codebook, known, document, (name, number))
