"""Whether the same survey, with the same settings, gives a publication again."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lfs_migration import pipeline
from lfs_migration.errors import Alert, LfsMigrationError
from lfs_migration.files import ready, resolved, sha256
from lfs_migration.frames import Engine
from lfs_migration.model.told import Told
from lfs_migration.publish.renewal import MANIFEST
from lfs_migration.verification.conditions import (
    changes,
    edition_of,
    refuse_other_data,
    refuse_other_decisions,
    refuse_without_seed,
    settings_of,
)
from lfs_migration.verification.differences import first_difference
from lfs_migration.verification.manifests import Manifest, Output, read_manifest, shown

Say = Callable[[str], None]
OF_THE_DAY = ("created", "toolkit", "versions", "codebooks")
"""Entries of a manifest that say when and with what it was made; what differs of them is told before."""
OF_FILES = ("outputs", "internal")
"""Entries whose files are compared one by one."""


@dataclass(frozen=True)
class Compared:
    """A file of a publication beside the one that was made again.

    Parameters
    ----------
    file : str
        Its place in the folder.
    same : bool
    where : str
        Where it differs first, or what else is to be said of it.
    internal : bool
        Whether it is for the office alone.
    changed : bool
        Whether the published one is not what its manifest says: it was changed after it was published.
    """

    file: str
    same: bool
    where: str = ""
    internal: bool = False
    changed: bool = False

    def __str__(self) -> str:
        """Say whether it is the same, and where not."""
        name = shown(self.file) + (" (for the office alone)" if self.internal else "")
        return f"{'same' if self.same else 'differs':<8}{name}{f': {self.where}' if self.where else ''}"


@dataclass(frozen=True)
class Reproduction:
    """What :func:`reproduce` found.

    Parameters
    ----------
    manifest : Path
    files : tuple of Compared
        The manifest itself is the last but for files that the publication does not have.
    causes : tuple of str
        What has changed since of versions and codebooks.
    secret_seed : bool
        Whether numbers were perturbed by a secret seed.
    """

    manifest: Path
    files: tuple[Compared, ...]
    causes: tuple[str, ...]
    secret_seed: bool = False

    @property
    def same(self) -> bool:
        """Whether all files are the same, byte by byte."""
        return all(one.same for one in self.files)

    def lines(self) -> Iterator[str]:
        """Yield a line a file, and a summary."""
        yield from map(str, self.files)
        wrong = sum(not one.same for one in self.files)
        where = shown(str(self.manifest))
        if not wrong:
            also = ", although versions or codebooks are not" if self.causes else ""
            yield f"{where}: all {len(self.files)} files are the same{also}"
            return
        yield f"{where}: {wrong} of {len(self.files)} files differ. Likely cause: {'; '.join(self._likely())}"

    def _likely(self) -> list[str]:
        wrong = [one for one in self.files if not one.same]
        after = ["files were changed after they were published"] if any(one.changed for one in wrong) else []
        if all(one.changed for one in wrong):
            return after
        seed = ["another secret seed than then"] if self.secret_seed else []
        since = [*self.causes, *seed] or ["the program is another one under the same version number"]
        return [*after, *since]


def reproduce(  # noqa: PLR0913
    manifest: Path | str,
    *,
    data: Path | str,
    accepted: Path | str | None = None,
    corrections: Path | str | None = None,
    tables: Path | str | None = None,
    country: Path | str | None = None,
    seed: int | None = None,
    keep: Path | str | None = None,
    engine: str | Engine = "auto",
    say: Say = lambda _: None,
) -> Reproduction:
    """Make a publication again with the settings of its manifest, and compare every file with what was published.

    The files of the survey and those that were given must be the ones of the manifest, by their SHA-256; else nothing
    is made. Versions and codebooks may have changed since: they are then named as the likely cause of what differs. The
    work is done in a private folder that is removed at the end. The published files are read where they are beside the
    manifest; where they are not, the hashes of the manifest are compared.

    Parameters
    ----------
    manifest : path
        Of a publication that :func:`lfs_migration.pipeline.run` made, or its folder.
    data : path
        The folder with the survey's files, or the file.
    accepted, corrections, tables : path, optional
        The files of findings that stand, of corrections and of tables, where the run had them.
    country : path, optional
        The country's YAML file, where it was not the catalog's.
    seed : int, optional
        The secret seed, where the run had one.
    keep : path, optional
        A new or empty folder, in which what was made stays.
    engine : str or Engine
        What holds the records; it does not change a byte.
    say : callable
        Takes progress messages.

    Returns
    -------
    Reproduction

    Raises
    ------
    LfsMigrationError
        When the manifest cannot be read, a file is missing or another one, or the run does not end well.

    Examples
    --------
    >>> import tempfile
    >>> import lfs_migration as lfm
    >>> folder = Path(tempfile.mkdtemp()) / "atlantis-2020"
    >>> paths = lfm.publish([], folder)
    >>> lfm.reproduce(folder / "manifest.json", data=folder)
    Traceback (most recent call last):
    lfs_migration.errors.LfsMigrationError: The manifest does not say with which settings it was made
    """
    published = read_manifest(manifest)
    settings = settings_of(published)
    given = {"accepted": accepted, "corrections": corrections, "tables": tables}
    decisions = {name: None if path is None else Path(path) for name, path in given.items()}
    edition = edition_of(published, settings, None if country is None else Path(country))
    refuse_other_decisions(published, decisions)
    refuse_other_data(published, edition, Path(data))
    refuse_without_seed(published, settings, seed)
    causes = changes(published, edition)
    for cause in causes:
        say(Alert(f"changed since then: {cause}"))
    with _place(None if keep is None else Path(keep)) as folder:
        made = _made(
            published, settings, folder, kept=keep is not None, country=edition.path, path=Path(data), say=say,
            accepted=decisions["accepted"], corrections=decisions["corrections"], tables_file=decisions["tables"],
            seed=seed if settings.secret_seed else None, engine=engine,
        )  # fmt: skip
        say("compare")
        files = compared(published, made)
    return Reproduction(published.path, files, causes, settings.secret_seed)


@contextmanager
def _place(keep: Path | None) -> Iterator[Path]:
    """Give a private folder: one that is removed, or the user's, which must be new or empty."""
    if keep is None:
        with tempfile.TemporaryDirectory(prefix="lfs-reproduce-") as name:
            yield Path(name)
        return
    if keep.exists() and (not keep.is_dir() or any(keep.iterdir())):
        hint = "Give a new folder, or an empty one, with --keep"
        raise LfsMigrationError("What is made again would mix with what is there", where=shown(str(keep)), hint=hint)
    if not keep.exists():
        ready(keep)
        keep.chmod(0o700)
    yield keep


def _made(manifest: Manifest, settings: Told, folder: Path, *, kept: bool, **given: Any) -> Manifest:
    """Run the pipeline with the settings of a manifest, and return the manifest of what it made."""
    try:
        run = pipeline.run(
            out=folder, profile=settings.profile, weights=settings.weights, protection=settings.protection,
            unprotected=settings.unprotected, languages=settings.languages, sdmx_ml=settings.sdmx_ml, **given,
        )  # fmt: skip
    except LfsMigrationError as error:
        why = ": ".join(filter(None, (error.where, error.title)))
        hint = "Its findings are in the folder of --keep" if kept else "With --keep FOLDER its findings stay"
        raise LfsMigrationError(
            "It could not be made again", where=shown(str(manifest.path)), hint=hint,
            detail=" ".join(f"{part.rstrip('.')}." for part in (why, error.detail) if part),
        ) from error  # fmt: skip
    return read_manifest(next(one for one in run.outputs if one.name == MANIFEST))


def compared(published: Manifest, made: Manifest) -> tuple[Compared, ...]:
    """Return each file of a publication beside the one that was made again.

    Parameters
    ----------
    published, made : Manifest

    Returns
    -------
    tuple of Compared
        Files of the publication, those for the office alone, the manifest, and what the publication does not have.
    """
    pairs = (
        (published.outputs, made.outputs, published.folder, made.folder, False),
        (published.internal, made.internal, published.office, made.office, True),
    )
    files, new = list[Compared](), list[Compared]()
    for named, again, folder, other, internal in pairs:
        known = {output.file: output for output in again}
        files += [_compared(output, folder, other, known, internal=internal) for output in named]
        more = sorted(set(known) - {output.file for output in named})
        new += [Compared(name, False, "it was not published", internal) for name in more]
    return (*files, _manifests(published.content, made.content), *new)


def _compared(output: Output, folder: Path, other: Path, made: Mapping[str, Output], *, internal: bool) -> Compared:
    if output.file not in made:
        return Compared(output.file, False, "it was not made again", internal)
    here, again = folder / output.file, other / output.file
    same = made[output.file].sha256 == output.sha256
    try:
        there = here.is_file() and resolved(here).is_relative_to(resolved(folder))
        if not there:
            why = "" if same else "the published one is not here, so that it cannot be said where"
            return Compared(output.file, same, why, internal)
        where = first_difference(here, again, values=not internal)
        changed = sha256(here) != output.sha256
    except OSError as error:
        return Compared(output.file, same, f"the published one cannot be read: {error.strerror or error}", internal)
    if changed:
        where = f"the published one is not what its manifest says; {where or 'it is the same as what was made again'}"
    return Compared(output.file, same and not changed, where, internal, changed)


def _manifests(published: Mapping[str, Any], made: Mapping[str, Any]) -> Compared:
    left = {*OF_THE_DAY, *OF_FILES}
    differ = sorted(
        name for name in {*published, *made} - left
        if (name in published, published.get(name)) != (name in made, made.get(name))
    )  # fmt: skip
    return Compared(MANIFEST, not differ, f"in {', '.join(map(shown, differ))}" if differ else "")
