"""Where the YAML files are."""

from __future__ import annotations

from pathlib import Path

from lfs_migration.errors import NotFound

PACKAGE = Path(__file__).resolve().parents[1]
"""The folder of this package."""


def folder(name: str = "codebooks") -> Path:
    """Return the folder of the codebooks or of the questionnaires: inside an installed package, or beside it.

    Raises
    ------
    NotFound
        Where the package is broken.
    """
    for candidate in (PACKAGE / name, PACKAGE.parent / name):
        if candidate.is_dir():
            return candidate
    raise NotFound(f"The {name} are not installed", where=str(PACKAGE), hint="Install the package again")


def modules() -> list[str]:
    """Return the names of the survey modules that there is a codebook of.

    Examples
    --------
    >>> "emigration" in modules()
    True
    """
    return sorted(path.parent.name for path in folder().glob("*/module.yaml"))
