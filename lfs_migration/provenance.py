"""What a survey's results are made from: the options of a run, its rules, and the files that it depends on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from lfs_migration import catalog
from lfs_migration.files import sha256
from lfs_migration.model.country import Edition
from lfs_migration.model.told import OwnFile, Told
from lfs_migration.protect import seed_for
from lfs_migration.readers.dictionaries.layouts import located

QUESTIONNAIRES = "questionnaires"
"""The folder of the catalog with the wording that the description of the microdata has."""


def rules_of(edition: Edition, protection: str | None, unprotected: bool, seed: int | None) -> tuple[str, int | None]:
    """Return the name of the rules of disclosure control, empty for none, and the seed of those that perturb.

    Raises
    ------
    LfsMigrationError
        For unknown rules, and for rules that perturb without a seed.
    """
    rules = "" if unprotected else protection or edition.protection
    return rules, seed_for(catalog.load_protection(rules) if rules else None, seed)


def told_of(  # noqa: PLR0913
    edition: Edition, *, profile: str | None, weights: str, protection: str | None, unprotected: bool,
    seed: int | None, languages: Sequence[str], sdmx_ml: bool,
) -> Told:  # fmt: skip
    """Return what the manifest of a run keeps of its options, which are those of :func:`lfs_migration.pipeline.run`.

    Raises
    ------
    LfsMigrationError
        For unknown rules of disclosure control, and for rules that perturb without a seed.
    """
    rules, keys = rules_of(edition, protection, unprotected, seed)
    return Told(
        country=edition.name, edition=edition.edition, country_file=_own_file(edition),
        profile=profile or edition.quality,
        weights="recipe" if weights == "recipe" and edition.weighting else "office", protection=rules or None,
        unprotected=unprotected, secret_seed=keys is not None, languages=tuple(languages), sdmx_ml=sdmx_ml,
    )  # fmt: skip


def codebooks_of(edition: Edition) -> dict[str, str]:
    """Return the SHA-256 of every codebook file that an edition's results depend on, by its name."""
    return {_named(path): sha256(path) for path in catalog.files_of(edition)}


def dictionaries_of(edition: Edition, data: Path) -> dict[str, str]:
    """Return the SHA-256 of each dictionary that says where the columns of a survey's file are, by its name.

    Raises
    ------
    ReadError
        When one is neither with the data nor beside the country's file.
    """
    folder = data if data.is_dir() else data.parent
    found = (located(spec, folder, edition.path).dictionary for spec in edition.files.values())
    return {Path(path).name: sha256(Path(path)) for path in found if path}


def _own_file(edition: Edition) -> OwnFile | None:
    """Return what is known of a country's file that is not the catalog's."""
    path = Path(edition.path)
    known = path.resolve().is_relative_to(catalog.folder().resolve())
    return None if known else OwnFile(file=path.name, sha256=sha256(path))


def _named(path: Path) -> str:
    """Return the name of a codebook file in the catalog; its own name where it stands elsewhere."""
    for root, above in ((catalog.folder(), ""), (catalog.folder(QUESTIONNAIRES), f"{QUESTIONNAIRES}/")):
        if path.resolve().is_relative_to(root.resolve()):
            return above + path.resolve().relative_to(root.resolve()).as_posix()
    return path.name
