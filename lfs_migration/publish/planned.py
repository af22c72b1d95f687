"""The files of a publication that a module plans: its profile, and what other organisations' databases ask for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from lfs_migration import catalog
from lfs_migration.model.dataset import Dataset
from lfs_migration.model.results import Table
from lfs_migration.publish.about import About, in_language
from lfs_migration.publish.data.exports import write_exports
from lfs_migration.publish.pages.profile import shows, write_profile

PROFILE = "profile.html"
"""The profile of a publication."""
EXPORTS = "exports"
"""Folder of a publication's exports, with a folder for each database."""


def write_planned(
    tables: Sequence[Table], folder: Path, *, spoken: Sequence[About], data: Dataset | None
) -> list[Path]:
    """Write the profile and the exports of a survey, as far as its module plans them and its tables give them.

    Exports are made of protected tables alone: a publication without protection has none.

    Parameters
    ----------
    tables : sequence of Table
    folder : Path
    spoken : sequence of About
        One a language, of the profile; exports are in English.
    data : Dataset, optional
        Without a country's survey nothing is written: a plan is of a module, and an export of a country.

    Returns
    -------
    list of Path
    """
    if data is None or data.country is None or data.country.module not in catalog.modules():
        return []
    module, out = data.country.module, list[Path]()
    page = catalog.load_profile_page(module)
    if page is not None and {table.survey for table in tables} == {data.country.id} and shows(page, tables):
        for about in spoken:
            path = folder / in_language(PROFILE, about, spoken[0])
            out.append(write_profile(tables, path, plan=page, about=about, data=data))
    if all(table.protection for table in tables):
        known = {(table.indicator.code, table.dimensions) for table in tables}
        for plan in catalog.load_exports(module).values():
            if any((file.indicator, one) in known for file in plan.files.values() for one in file.tables):
                out += write_exports(tables, folder / EXPORTS, plan=plan, edition=data.country, about=spoken[0])
    return out
