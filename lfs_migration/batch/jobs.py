"""The surveys of a batch: project files that are read, and where their results go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lfs_migration import catalog
from lfs_migration.batch.outcomes import Outcome, one_line
from lfs_migration.errors import LfsMigrationError
from lfs_migration.files import resolved
from lfs_migration.model.country import Edition
from lfs_migration.settings import Settings, settle


@dataclass(frozen=True)
class Job:
    """A survey to be published.

    Parameters
    ----------
    name : str
        Of its project, different from that of every other.
    settings : Settings
    edition : Edition
    """

    name: str
    settings: Settings
    edition: Edition

    @property
    def folder(self) -> Path:
        """Of its publication."""
        return self.settings.out / self.edition.id


def jobs_of(
    paths: Sequence[Path], flags: Mapping[str, object], environ: Mapping[str, str], allowed: Sequence[Path] = ()
) -> list[Job | Outcome]:
    """Return the surveys of project files, in their order; in the place of one that cannot be read, why not.

    Parameters
    ----------
    paths : sequence of Path
        Project files.
    flags : mapping of setting to value
        What the user wrote for all of them.
    environ : mapping of variable to text
    allowed : sequence of Path
        Folders outside their own that the project files may lead into.

    Returns
    -------
    list of Job or Outcome
        An outcome is a failure.
    """
    names = _names(paths)
    out: list[Job | Outcome] = []
    taken: dict[Path, str] = {}
    for name, path in zip(names, paths, strict=True):
        try:
            settings = settle(flags, catalog.load_project(path, allowed=allowed), environ)
            job = Job(name, settings, catalog.load_country(settings.country or "", settings.edition))
            _alone(job, path, taken)
        except LfsMigrationError as error:
            out.append(Outcome(name, "failed", why=one_line(str(error))))
        else:
            out.append(job)
    return out


def _names(paths: Sequence[Path]) -> list[str]:
    """Return a name for each project file: its own, with as many of its folders as tell it from the others."""
    parts = [(*resolved(path).parent.parts, _own(path)) for path in paths]
    for size in range(1, max(map(len, parts), default=0) + 1):
        names = ["/".join(one[-size:]) for one in parts]
        if len(set(names)) == len(names):
            return names
    return ["/".join(one) for one in parts]


def _own(path: Path) -> str:
    from lfs_migration.model.project import ALONE, ENDING

    return resolved(path).parent.name if path.name == ALONE else path.name.removesuffix(ENDING)


def _alone(job: Job, path: Path, taken: dict[Path, str]) -> None:
    """See that no other survey of the batch is published into the same folder."""
    folder = resolved(job.folder)
    if folder in taken:
        raise LfsMigrationError(
            f"It would be published into the folder of {taken[folder]}", where=str(path), detail=str(job.folder),
            hint="Give one of them another `out`",
        )  # fmt: skip
    taken[folder] = job.name
