"""Whether what a publication was made from and with is here: settings, files, versions, codebooks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path, PurePath
from typing import Any

from lfs_migration import catalog
from lfs_migration.errors import DataError, LfsMigrationError
from lfs_migration.files import sha256
from lfs_migration.model.country import Edition
from lfs_migration.model.told import OwnFile, Told
from lfs_migration.provenance import codebooks_of, dictionaries_of
from lfs_migration.publish.manifest import environment
from lfs_migration.verification.manifests import Input, Manifest, shown, within

DECISIONS = ("accepted", "corrections", "tables")
"""Entries of a manifest about files that the user gave, and the options that give them."""


def settings_of(manifest: Manifest) -> Told:
    """Return with which settings a publication was made.

    Raises
    ------
    LfsMigrationError
        When the manifest does not say so, or says what is not known here.
    """
    if "settings" not in manifest.content:
        toolkit = manifest.content.get("toolkit")
        made = str(toolkit.get("version", "")) if isinstance(toolkit, Mapping) else ""
        raise LfsMigrationError(
            "The manifest does not say with which settings it was made", where=shown(str(manifest.path)),
            detail=f"It was made by version {shown(made) or 'unknown'}, or in Python and not by a run",
            hint="Make the publication once more with lfs-migration run, and keep its manifest",
        )  # fmt: skip
    return manifest.noun("settings", Told)


def edition_of(manifest: Manifest, settings: Told, given: Path | None) -> Edition:
    """Return the edition that was published: of the catalog, or of the office's own country file.

    Raises
    ------
    LfsMigrationError
        When the file is needed and not given, is another one, or is given although the catalog's was used.
    """
    own = settings.country_file
    if own is None and given is not None:
        hint = "Leave --country out"
        raise _refused("The country's file was the catalog's", manifest, f"{shown(given.name)} was not used", hint)
    if own is None:
        return catalog.load_country(settings.country, settings.edition)
    _same_file(manifest, "country", own, given)
    assert given is not None
    return catalog.load_country(given, settings.edition)


def refuse_other_decisions(manifest: Manifest, given: Mapping[str, Path | None]) -> None:
    """See that the files of decisions and of tables are those of the manifest, and that there are no others.

    Parameters
    ----------
    manifest : Manifest
    given : mapping of name to path
        Of each of :data:`DECISIONS`.

    Raises
    ------
    LfsMigrationError
        Naming the file and the option.
    """
    for name in DECISIONS:
        path = given.get(name)
        if manifest.content.get(name) is not None:
            _same_file(manifest, name, manifest.noun(name, OwnFile), path)
        elif path is not None:
            hint = f"Leave --{name} out"
            raise _refused(
                f"It was published without a file of {name}", manifest, f"{shown(str(path))} was given", hint
            )


def refuse_other_data(manifest: Manifest, edition: Edition, data: Path) -> None:
    """See that the files of the survey are those that were published.

    Raises
    ------
    DataError
        Naming each file that is missing or another one.
    """
    found = other_data(manifest, edition, data)
    if found:
        raise DataError(
            "These are not the data of the publication", where=shown(str(data)), detail="; ".join(found),
            hint="Give the folder with the files as they were then",
        )  # fmt: skip


def other_data(manifest: Manifest, edition: Edition, data: Path) -> list[str]:
    """Return which files of the survey are missing, or others than those that were published."""
    inputs = manifest.list_of("inputs", Input)
    found = [words for one in inputs if (words := _wrong(one, edition, data))]
    return found or list(_other_dictionaries(manifest, edition, data))


def refuse_without_seed(manifest: Manifest, settings: Told, seed: int | None) -> None:
    """See that there is a secret seed where one was used.

    Raises
    ------
    DataError
        When there is none.
    """
    if settings.secret_seed and seed is None:
        raise DataError(
            "Its numbers were perturbed by a secret seed, and none is given", where=shown(str(manifest.path)),
            hint="Set the environment variable LFS_CELL_KEY_SEED to the seed of that run, or give seed= in Python",
        )  # fmt: skip


def changes(manifest: Manifest, edition: Edition) -> tuple[str, ...]:
    """Return what has changed of versions and codebooks since a publication was made, one a line."""
    now = environment()
    then = {key: _texts(manifest.content.get(key)) for key in (*now, "codebooks")}
    lines = list(_changed({"lfs-migration": then["toolkit"].get("version", "")},
                          {"lfs-migration": now["toolkit"]["version"]}))  # fmt: skip
    lines += _changed(then["versions"], now["versions"])
    before, after = then["codebooks"], codebooks_of(edition)
    for name in sorted({*before, *after}):
        if before.get(name) != after.get(name):
            said = (
                "is not the same"
                if name in before and name in after
                else "was not there"
                if name in after
                else "is gone"
            )
            lines.append(f"codebook {shown(name)} {said}")
    return tuple(lines)


def _changed(then: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    for name in sorted({*then, *now}):
        if then.get(name) != now.get(name):
            yield f"{shown(name)} {shown(then.get(name) or 'not there')} then, {now.get(name) or 'not there'} now"


def _texts(entry: Any) -> dict[str, str]:
    return {str(key): str(value) for key, value in entry.items()} if isinstance(entry, Mapping) else {}


def _wrong(one: Input, edition: Edition, data: Path) -> str:
    """Return what is wrong with a file of the survey; nothing where it is the one that was published."""
    path = _place(one, edition, data)
    if path is None or not path.is_file():
        return f"{shown(one.file)} is missing"
    return "" if _hashed(path) == one.sha256 else f"{shown(one.file)} is another one: its SHA-256 differs"


def _other_dictionaries(manifest: Manifest, edition: Edition, data: Path) -> list[str]:
    """Return what is wrong with the files that say where the columns of others are."""
    then, now = _texts(manifest.content.get("dictionaries")), dictionaries_of(edition, data)
    differ = (name for name in sorted({*then, *now}) if then.get(name) != now.get(name))
    return [f"the dictionary {shown(name)} is another one" for name in differ]


def _place(one: Input, edition: Edition, data: Path) -> Path | None:
    """Return where a file of the survey is looked for: where the country's file says, else beside the others."""
    if not within(one.file):
        return None
    if data.is_file():
        return data if data.name == one.file else None
    margins = edition.weighting.margins if edition.weighting else {}
    declared = [(name, file.path) for name, file in edition.files.items()]
    declared += [(name, file.path) for name, file in margins.items()]
    inner = next((path for name, path in declared if (name, PurePath(path).name) == (one.name, one.file)), one.file)
    return data / inner


def _same_file(manifest: Manifest, option: str, wanted: OwnFile, given: Path | None) -> None:
    """See that a file that the user gives has the name and the content of the one that was used."""
    title = f"It was published with the file {shown(wanted.file)}"
    hint = f"Give it with --{option}"
    if given is None:
        raise _refused(title, manifest, "It is not given", hint)
    if not given.is_file():
        raise _refused(title, manifest, f"There is no file {shown(str(given))}", hint)
    if _hashed(given) != wanted.sha256:
        raise _refused(title, manifest, f"{shown(str(given))} is another one: its SHA-256 differs", hint)
    if given.name != wanted.file:
        raise _refused(title, manifest, f"{shown(given.name)} has its content", "Call it as it was called then")


def _refused(title: str, manifest: Manifest, detail: str, hint: str) -> LfsMigrationError:
    return LfsMigrationError(title, where=shown(str(manifest.path)), detail=detail, hint=hint)


def _hashed(path: Path) -> str:
    try:
        return sha256(path)
    except OSError as error:
        detail = error.strerror or str(error)
        raise LfsMigrationError("The file cannot be read", where=shown(str(path)), detail=detail) from None
