"""Loads the kinds of errors that a module's synthetic surveys carry."""

from __future__ import annotations

from lfs_migration.catalog.documents import Document, build, load
from lfs_migration.catalog.entries import tuples
from lfs_migration.catalog.places import folder
from lfs_migration.errors import CatalogError, LfsMigrationError, near
from lfs_migration.expr import parse
from lfs_migration.model.codebook import Codebook
from lfs_migration.model.planted import ErrorKind

PLANTED = "planted.yaml"
"""File of a module's kinds of errors, where it has some."""


def load_planted(codebook: Codebook) -> tuple[ErrorKind, ...]:
    """Return the kinds of errors of a module, in the order in which they are planted.

    Raises
    ------
    CatalogError
        With file and line, for a record, variable or expression that does not go with the codebook.

    Examples
    --------
    >>> from lfs_migration.catalog import load_codebook
    >>> load_planted(load_codebook())[0].rule
    'orphan'
    """
    path = folder() / codebook.name / PLANTED
    if not path.is_file():
        return ()
    document = load(path)
    if not isinstance(document.data, list):
        raise CatalogError("The file must hold a list of errors", where=document.where(),
                           hint="Write each as `- rule: ...`")  # fmt: skip
    listed = ("also", "within", "copied", "by")
    kinds = tuple(build(ErrorKind, tuples(e, *listed), document, number) for number, e in enumerate(document.data))
    for number, kind in enumerate(kinds):
        _check(kind, codebook, document, number)
    return kinds


def _check(kind: ErrorKind, codebook: Codebook, document: Document, number: int) -> None:
    """Refuse a record, a variable or an expression that the codebook does not know."""
    if kind.record not in codebook.records:
        raise CatalogError(f"No record {kind.record!r}", where=document.where(number, "record"),
                           hint=near(kind.record, codebook.records))  # fmt: skip
    parent = codebook.records[kind.record].parent
    if parent is None and (kind.above or kind.way == "orphan"):
        raise CatalogError(f"The rows of {kind.record} belong to no other", where=document.where(number))
    places = {"changes": (kind.changes, kind.record), "above": (kind.above, parent or kind.record)}
    for key, (changes, record) in places.items():
        for name, text in changes.items():
            _known(name, record, codebook, document.where(number, key, name))
            _readable(text, record, codebook, document.where(number, key, name))
    _readable(kind.where, kind.record, codebook, document.where(number, "where"))
    if kind.variable:
        _known(kind.variable, kind.record, codebook, document.where(number, "variable"))
    for name in kind.copied:
        _known(name, kind.record, codebook, document.where(number, "copied"))
    for key in ("within", "by"):
        for name in getattr(kind, key):
            _readable(name, kind.record, codebook, document.where(number, key))
    if kind.found not in ("", *codebook.lineage(kind.record)):
        raise CatalogError(f"The rows of {kind.record} do not belong to {kind.found!r}",
                           where=document.where(number, "found"), hint=near(kind.found, codebook.records))  # fmt: skip
    for name in (*kind.also, *([kind.rule] if kind.way == "group" else [])):
        if name not in codebook.rules:
            raise CatalogError(f"No rule {name!r}", where=document.where(number), hint=near(name, codebook.rules))


def _known(name: str, record: str, codebook: Codebook, where: str) -> None:
    own = [variable.name for variable in codebook.variables_of(record)]
    if name not in own:
        raise CatalogError(f"{name!r} is not a variable of {record}", where=where, hint=near(name, own))


def _readable(text: str, record: str, codebook: Codebook, where: str) -> None:
    try:
        names = sorted(parse(text).names)
    except LfsMigrationError as error:
        raise CatalogError(error.title, where=where, detail=error.detail, hint=error.hint) from None
    for name in names:
        if not codebook.visible(name, record):
            raise CatalogError(f"{name!r} is not a variable of {record}", where=where, detail=f"Used in {text!r}",
                               hint=near(name, codebook.variables))  # fmt: skip
