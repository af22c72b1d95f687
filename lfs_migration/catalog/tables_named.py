"""Checks that a plan names tables that there are: an indicator, and the dimensions of one of its tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lfs_migration.catalog.documents import Document
from lfs_migration.errors import CatalogError, near
from lfs_migration.model.codebook import Codebook
from lfs_migration.model.codelist import CodeList
from lfs_migration.model.indicator import Indicator


def tables_of(indicator: Indicator, codebook: Codebook) -> tuple[tuple[str, ...], ...]:
    """Return the dimensions of each table that an indicator can have, as :func:`lfs_migration.tabulate` makes them.

    Examples
    --------
    >>> from lfs_migration.catalog import load_codebook, load_indicators
    >>> tables_of(load_indicators()["E12"], load_codebook())
    (('age_group',), ('sex', 'age_group'), ('destination_main', 'age_group'))
    """
    last = indicator.of if indicator.kind == "distribution" else (indicator.question,)
    out = []
    for breakdown in ((), *indicator.breakdowns):
        concepts = {_concept(name, codebook) for name in breakdown}
        for category in last:
            if not category or _concept(category, codebook) not in concepts:
                out.append((*breakdown, category) if category else breakdown)
    return tuple(out)


def categories(dimension: str, record: str, codebook: Codebook) -> CodeList | None:
    """Return the code list of a dimension of a record, as far as the codebook has one.

    The question that the options of an indicator are has none: it is no dimension of the codebook.
    """
    variable = codebook.dimension_variable(dimension, record) if dimension in codebook.dimensions else None
    return codebook.codelist_of(variable) if variable in codebook.variables else None


def _concept(name: str, codebook: Codebook) -> str:
    return codebook.dimensions[name].concept or name if name in codebook.dimensions else name


def named_problems(
    code: str,
    tables: Mapping[tuple[object, ...], tuple[str, ...]],
    codebook: Codebook,
    known: Mapping[str, Indicator],
    document: Document,
    place: tuple[object, ...],
) -> Iterator[CatalogError]:
    """Find an indicator that there is not, and tables that it has not.

    Parameters
    ----------
    code : str
        Of the indicator; it stands at the place, under ``indicator``.
    tables : mapping of keys to tuple of dimensions
        The dimensions of each table, by where they stand under the place.
    codebook : Codebook
    known : mapping of code to Indicator
    document : Document
    place : path in the document
    """
    if code not in known:
        yield CatalogError(f"No indicator {code!r}", where=document.where(*place, "indicator"), hint=near(code, known))
        return
    own = tables_of(known[code], codebook)
    for keys, table in tables.items():
        if table not in own:
            of_all = "It has a figure of all" if () in own else "It has no figure of all"
            named = [", ".join(dimensions) for dimensions in own if dimensions]
            yield CatalogError(f"{code} has no table by {', '.join(table) or 'nothing'}", detail=of_all,
                               where=document.where(*place, *keys), hint=near(", ".join(table), named))  # fmt: skip
