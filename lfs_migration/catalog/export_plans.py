"""Loads what other organisations' databases ask of a module."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lfs_migration.catalog.documents import Document, build
from lfs_migration.catalog.entries import entries
from lfs_migration.catalog.indicators import load_indicators
from lfs_migration.catalog.module_files import ModuleFile
from lfs_migration.catalog.tables_named import categories, named_problems
from lfs_migration.errors import CatalogError, near
from lfs_migration.model.codebook import Codebook
from lfs_migration.model.export_plan import ExportFile, ExportPlan
from lfs_migration.model.results import OTHER, TOTAL, UNKNOWN

EXPORTS = "exports.yaml"
"""File of a module's exports, where it has some."""
_NAME = re.compile(r"[a-z][a-z0-9_]*")
"""What a folder or a file of an export may be called."""


def load_exports(module: str = "emigration") -> dict[str, ExportPlan]:
    """Return the exports of a module by name; none where it has no file of them.

    Raises
    ------
    NotFound
        For an unknown module.
    CatalogError
        With file and line, also for an indicator or a table that there is not.

    Examples
    --------
    >>> load_exports()["ilms"].files["returns"].columns["last_country"]
    'last_country'
    """
    return _plans_file().load(module) or {}


def export_problems(codebook: Codebook) -> Iterator[CatalogError]:
    """Find what is wrong in the exports of a module."""
    return _plans_file().problems(codebook)


def _plans_file() -> ModuleFile[dict[str, ExportPlan]]:
    return ModuleFile(EXPORTS, lambda document, _: _plans(document), _problems)


def _plans(document: Document) -> dict[str, ExportPlan]:
    out = {}
    for name, given in entries(document.data, document).items():
        own = entries(given, document, name)
        files = entries(own.get("files", {}), document, name, "files")
        for called, where in [(name, (name,)), *((one, (name, "files", one)) for one in files)]:
            if not _NAME.fullmatch(str(called)):
                raise CatalogError(f"{called!r} names a file", where=document.where(*where),
                                   hint="Write small letters, digits and underscores")  # fmt: skip
        own["files"] = {one: _file(value, document, name, "files", one) for one, value in files.items()}
        out[name] = build(ExportPlan, {**own, "name": name}, document, name)
    return out


def _file(value: Any, document: Document, *keys: str) -> ExportFile:
    own = entries(value, document, *keys)
    tables = own.get("tables")
    if isinstance(tables, list) and all(isinstance(one, list) for one in tables):
        own["tables"] = tuple(tuple(one) for one in tables)
    codes = entries(own.get("codes", {}), document, *keys, "codes")
    # A code is a number or text in the lists; in tables, and here, it is text.
    own["codes"] = {column: {str(code): to for code, to in entries(mapped, document, *keys, "codes", column).items()}
                    for column, mapped in codes.items()}  # fmt: skip
    return build(ExportFile, own, document, *keys)


def _problems(plans: dict[str, ExportPlan], codebook: Codebook, document: Document) -> Iterator[CatalogError]:
    known = load_indicators(codebook.name)
    for name, plan in plans.items():
        for called, file in plan.files.items():
            tables: dict[tuple[object, ...], tuple[str, ...]]
            tables = {("tables", number): table for number, table in enumerate(file.tables)}
            place = (name, "files", called)
            wrong = list(named_problems(file.indicator, tables, codebook, known, document, place))
            yield from wrong or _codes(file, known[file.indicator].numerator.record, codebook, document, place)


def _codes(
    file: ExportFile, record: str, codebook: Codebook, document: Document, place: tuple[str, ...]
) -> Iterator[CatalogError]:
    """Find codes of a database for categories that a dimension has not."""
    for dimension, column in file.columns.items():
        codelist = categories(dimension, record, codebook)
        known = {TOTAL, UNKNOWN, OTHER, *(str(code) for code in (codelist.codes if codelist else ()))}
        for code in file.codes.get(column, {}) if codelist else ():
            if code not in known:
                yield CatalogError(f"{dimension} has no category {code!r}", hint=near(code, known),
                                   where=document.where(*place, "codes", column, code))  # fmt: skip
