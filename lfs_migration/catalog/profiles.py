"""Loads what the profile of a module shows."""

from __future__ import annotations

from collections.abc import Iterator

from lfs_migration.catalog.documents import Document, build
from lfs_migration.catalog.entries import entries, tuples
from lfs_migration.catalog.indicators import load_indicators
from lfs_migration.catalog.module_files import ModuleFile
from lfs_migration.catalog.tables_named import categories, named_problems
from lfs_migration.errors import CatalogError
from lfs_migration.model.codebook import Codebook
from lfs_migration.model.profile_page import ProfilePage, ProfileSection, Shown

PROFILE = "profile.yaml"
"""File of what a module's profile shows, where it has one."""
SIDES = 2
"""Categories of the first dimension of a pyramid."""


def load_profile_page(module: str = "emigration") -> ProfilePage | None:
    """Return what the profile of a module shows; nothing where it has none.

    Raises
    ------
    NotFound
        For an unknown module.
    CatalogError
        With file and line, also for an indicator or a table that there is not.

    Examples
    --------
    >>> list(load_profile_page().sections)[:2]
    ['population', 'emigration']
    """
    return _file().load(module)


def profile_problems(codebook: Codebook) -> Iterator[CatalogError]:
    """Find what is wrong in the profile of a module."""
    return _file().problems(codebook)


def _file() -> ModuleFile[ProfilePage]:
    return ModuleFile(PROFILE, _page, _problems)


def _page(document: Document, module: str) -> ProfilePage:
    data = entries(document.data, document)
    if "sections" not in data:
        raise CatalogError("sections is missing", where=document.where(), hint="Add it")
    sections = {}
    for name, given in entries(data["sections"], document, "sections").items():
        own = entries(given, document, "sections", name)
        listed = own.get("show")
        if not isinstance(listed, list):
            raise CatalogError(f"sections.{name}.show must be a list", where=document.where("sections", name, "show"),
                               hint="Write each entry as `- {indicator: ..., form: ...}`")  # fmt: skip
        place = ("sections", name, "show")
        own["show"] = tuple(
            build(Shown, tuples(one, "by"), document, *place, number) for number, one in enumerate(listed)
        )
        sections[name] = build(ProfileSection, own, document, "sections", name)
    return build(ProfilePage, {**data, "module": module, "sections": sections}, document)


def _problems(page: ProfilePage, codebook: Codebook, document: Document) -> Iterator[CatalogError]:
    known = load_indicators(codebook.name)
    for name, section in page.sections.items():
        for number, shown in enumerate(section.show):
            place = ("sections", name, "show", number)
            wrong = list(named_problems(shown.indicator, {("by",): shown.by}, codebook, known, document, place))
            yield from wrong
            if shown.form == "pyramid" and not wrong:
                record = known[shown.indicator].numerator.record
                yield from _sides(shown, record, codebook, document.where(*place, "by"))


def _sides(shown: Shown, record: str, codebook: Codebook, where: str) -> Iterator[CatalogError]:
    """Find a pyramid whose first dimension has not two categories."""
    codelist = categories(shown.by[0], record, codebook)
    if codelist is None or len(codelist.codes) != SIDES:
        hint = "A pyramid has two sides; show bars"
        yield CatalogError(f"{shown.by[0]} has not two categories", where=where, hint=hint)
