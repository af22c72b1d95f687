"""What is wrong in the indicators of a module: names that there are not, and entries that their kind needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lfs_migration.catalog.checks.expressions import coded, named, parameter_line
from lfs_migration.catalog.codebooks import load_profiles
from lfs_migration.catalog.documents import Document, load
from lfs_migration.catalog.indicators import PARTS, load_indicators
from lfs_migration.catalog.places import folder
from lfs_migration.errors import CatalogError, LfsMigrationError, near
from lfs_migration.expr import parse
from lfs_migration.model.codebook import Codebook
from lfs_migration.model.country import Edition
from lfs_migration.model.indicator import Indicator, Part

NEEDED: Mapping[str, tuple[str, ...]] = {
    "ratio": ("denominator",),
    "share": ("denominator",),
    "distribution": ("of",),
    "index": ("of",),
    "options": ("options", "question", "question_label"),
    "difference": ("denominator", "between"),
    "relative": ("denominator", "relative_to"),
}
"""What an indicator of a kind must have beside its numerator."""


def indicator_problems(codebook: Codebook, edition: Edition | None) -> Iterator[LfsMigrationError]:
    """Find what is wrong in the indicators of a module."""
    document = load(folder() / codebook.name / "indicators.yaml")
    try:
        indicators = load_indicators(codebook.name, edition)
    except CatalogError as error:
        yield error
        return
    for indicator in indicators.values():
        yield from problems_of(indicator, codebook, edition, document)


def problems_of(
    indicator: Indicator, codebook: Codebook, edition: Edition | None, document: Document
) -> Iterator[CatalogError]:
    """Find what is wrong in one indicator, which stands under its code in a document."""
    code = indicator.code
    for key in PARTS:
        part = getattr(indicator, key)
        if part is not None:
            yield from _part_problems(codebook, edition, part, document, code, key)
    for name, option in indicator.options.items():
        part = Part(record=indicator.numerator.record, where=option.where, value=option.value)
        yield from _part_problems(codebook, edition, part, document, code, "options", name)
    for key in NEEDED.get(indicator.kind, ()):
        if not getattr(indicator, key):
            yield CatalogError(f"{code}.{key} is missing", where=document.where(code),
                               detail=f"The kind {indicator.kind} has it", hint="Add it")  # fmt: skip
    yield from _names_of(codebook, indicator, document)
    if indicator.quality and indicator.quality not in load_profiles():
        yield CatalogError(f"No quality profile {indicator.quality!r}", where=document.where(code, "quality"),
                           hint=near(indicator.quality, load_profiles()))  # fmt: skip
    yield from _categories(codebook, indicator, document)


def _part_problems(
    codebook: Codebook, edition: Edition | None, part: Part, document: Document, code: str, *keys: str
) -> Iterator[CatalogError]:
    for word in ("where", "value"):
        where, text = document.where(code, *keys, word), getattr(part, word)
        wrong = list(named(codebook, text, part.record, where)) if text else []
        yield from wrong
        for setting, error in () if wrong or not text else coded(codebook, parse(text)):
            place = parameter_line(edition, setting.value) or where
            yield CatalogError(error.title, where=place, detail=f"Used in {code}", hint=error.hint)
    if part.record not in codebook.records and not (part.where or part.value):
        where = document.where(code, *keys, "record")
        yield CatalogError(f"No record {part.record!r}", where=where, hint=near(part.record, codebook.records))


def _names_of(codebook: Codebook, indicator: Indicator, document: Document) -> Iterator[CatalogError]:
    """Find breakdowns and statements that an indicator names and the module has not."""
    code, known = indicator.code, codebook.dimensions
    named_by = {"of": indicator.of, "by": tuple(n for by in indicator.breakdowns for n in by),
                "coverage_without": tuple(indicator.coverage_without),
                "fold": (*indicator.fold, *(name for coarser in indicator.fold.values() for name in coarser)),
                "between": (indicator.between.dimension,) if indicator.between else ()}  # fmt: skip
    for key, names in named_by.items():
        for name in dict.fromkeys(names):
            if name not in known:
                yield CatalogError(f"No breakdown {name!r}", where=document.where(code, key), hint=near(name, known))
    for key, names in {"coverage": indicator.coverage,
                       "coverage_without": tuple(indicator.coverage_without.values())}.items():  # fmt: skip
        for name in names:
            if name not in codebook.coverage:
                yield CatalogError(f"No coverage statement {name!r}", where=document.where(code, key),
                                   hint=near(name, codebook.coverage))  # fmt: skip
    if indicator.topic not in codebook.topics and (indicator.topic or codebook.topics):
        yield CatalogError(f"No topic {indicator.topic!r}", where=document.where(code, "topic"),
                           hint=near(indicator.topic, codebook.topics))  # fmt: skip


def _categories(codebook: Codebook, indicator: Indicator, document: Document) -> Iterator[CatalogError]:
    """Find categories whose figures are compared, and that their dimension has not."""
    if indicator.between is None or indicator.between.dimension not in codebook.dimensions:
        return
    name = codebook.dimension_variable(indicator.between.dimension, indicator.numerator.record)
    codelist = codebook.codelist_of(name) if name else None
    if codelist is None:
        yield CatalogError(f"{indicator.between.dimension} has no categories of {indicator.numerator.record}",
                           where=document.where(indicator.code, "between"))  # fmt: skip
        return
    for code in (indicator.between.first, indicator.between.second):
        if code not in codelist.codes:
            where, hint = document.where(indicator.code, "between"), near(str(code), map(str, codelist.codes))
            yield CatalogError(f"{indicator.between.dimension} has no category {code!r}", where=where, hint=hint)
