"""Loads what breakdowns are in SDMX's own terms."""

from __future__ import annotations

from lfs_migration.catalog.documents import build, load
from lfs_migration.catalog.entries import entries
from lfs_migration.catalog.places import folder
from lfs_migration.model.cross_domain import CrossDomain


def load_cross_domain() -> dict[str, CrossDomain]:
    """Return the cross-domain concept of each breakdown that has one.

    Raises
    ------
    CatalogError
        With file and line.

    Examples
    --------
    >>> load_cross_domain()["sex"].concept
    'SEX'
    """
    document = load(folder() / "sdmx.yaml")
    return {name: build(CrossDomain, one, document, name) for name, one in entries(document.data, document).items()}
