"""Finds and loads project files: what one run of a survey needs, in YAML.

A project file may come from elsewhere, so that what it names stays in its own folder. Only the user allows more, by
folders that are given to :func:`load_project`; the file itself cannot.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from lfs_migration.catalog.codebooks import load_profile, load_profiles, protections
from lfs_migration.catalog.documents import Document, build, load
from lfs_migration.catalog.editions import countries, load_country
from lfs_migration.catalog.entries import entries, tuples
from lfs_migration.errors import CatalogError, NotFound, near
from lfs_migration.files import resolved
from lfs_migration.model.country import Edition
from lfs_migration.model.project import ALONE, ENDING, OFF, Engine, Project, Weights, called_so
from lfs_migration.text import LANGUAGES

CALLED = f"NAME{ENDING} or {ALONE}"
FLAG, VARIABLE = "--allow", "LFS_ALLOW"
"""The flag and the environment variable by which a user allows folders."""
PATHS = ("data", "out", "accepted", "corrections", "tables")
YAML = (".yaml", ".yml")
_WORDS = {"quality": "quality profile", "protection": "protection", "languages": "language"}
"""What a name of a key is called, where the key alone would not say it."""


def load_project(path: Path | str, *, allowed: Sequence[Path] = ()) -> Project:
    """Return a project, its paths absolute and without symbolic links.

    Parameters
    ----------
    path : path
        A file called ``NAME.project.yaml`` or ``project.yaml``.
    allowed : sequence of Path
        Folders outside the project's own in which its files may be, and its results.

    Raises
    ------
    CatalogError
        With file and line: for anything that is no project, an unknown key, country, edition, language, engine or set
        of rules, with near matches; for a path that leads out of the project's folder, by ``..``, by itself or by a
        symbolic link, unless into an allowed one; and for results among the survey's files.
    """
    path = Path(path)
    _see(path)
    document = load(path)
    given = build(Project, tuples(entries(document.data, document), "languages"), document)
    reading = _Reading(document, given, resolved(path.parent), tuple(map(resolved, allowed)))
    reading.inside("This file", path.absolute())
    return reading.project()


def find_projects(paths: Sequence[Path | str]) -> tuple[Path, ...]:
    """Return the project files of some paths, each once.

    Parameters
    ----------
    paths : sequence of path
        A file is a project. A folder stands for every project file directly in it or one level below, sorted.

    Raises
    ------
    CatalogError
        For a path that does not exist, and for a folder without a project file.
    """
    found: dict[Path, Path] = {}
    for path in map(Path, paths):
        for one in _in_folder(path) if path.is_dir() else (path,):
            _see(one)
            found.setdefault(resolved(one), one)
    return tuple(found.values())


def names(key: str) -> tuple[str, ...]:
    """Return the names that a key of a project can have.

    Examples
    --------
    >>> names("engine")
    ('auto', 'memory', 'duckdb', 'spark')
    """
    match key:
        case "quality":
            return tuple(load_profiles())
        case "protection":
            return tuple(protections())
        case "languages":
            return LANGUAGES
    return tuple(get_args({"engine": Engine, "weights": Weights}[key]))


def known(key: str, name: str, where: str) -> None:
    """See that a key of a project can have a name.

    Raises
    ------
    NotFound
        With near matches.
    """
    if name not in names(key):
        raise NotFound(f"No {_WORDS.get(key, key)} {name!r}", where=where, hint=near(name, names(key)))


def apart(data: Path, out: Path, survey: str, where: str) -> None:
    """See that results do not go among the survey's files, nor these lie among the results.

    Parameters
    ----------
    data, out : Path
    survey : str
        Name of the folder in ``out`` that the results go to.
    where : str
        The place to name.

    Raises
    ------
    CatalogError
    """
    data, out = resolved(data), resolved(out)
    if not data.is_file() and (out.is_relative_to(data) or data.is_relative_to(out / survey)):
        hint = "Give the survey's files a folder of their own, and write the results into another"
        raise CatalogError("The results would be among the survey's files", where=where,
                           detail=f"{out / survey} and {data}", hint=hint)  # fmt: skip


@dataclass(frozen=True)
class _Reading:
    """A project file that is being read, its own folder, and other folders that its paths may lead into."""

    document: Document
    given: Project
    folder: Path
    allowed: tuple[Path, ...]

    def project(self) -> Project:
        """Return the project, after all of its names and paths have been looked at."""
        given = self.given
        values: dict[str, Any] = {key: getattr(given, key) for key in Project.model_fields}
        values |= {key: self.inside(key, values[key]) for key in PATHS if values[key] is not None}
        if given.stage not in (None, OFF):
            values["stage"] = str(self.inside("stage", Path(given.stage or "")))
        if given.country.endswith(YAML):
            values["country"] = str(self.inside("country", Path(given.country)))
        values["languages"] = tuple(dict.fromkeys(given.languages))
        edition = self._edition(values["country"])
        self._names(edition)
        apart(values["data"], values["out"], edition.id, self.document.where("out"))
        self._links(values["data"], values["out"], edition)
        # What the file does not say stays unsaid, although its path is whole now.
        out = Project.model_construct(_fields_set=set(given.model_fields_set), **values)
        out._path = str(self.document.path)
        return out

    def inside(self, key: str, path: Path) -> Path:
        """Return a path without symbolic links, when it stays in the project's folder or an allowed one."""
        where = self.document.where(key)
        try:
            whole = resolved(self.folder / path)
            if any(one.is_symlink() for one in (whole, *whole.parents)):
                raise OSError("A symbolic link in it leads to itself")
        except (OSError, ValueError) as error:
            raise CatalogError(f"{key} is no path", where=where, detail=str(error), hint="Correct it") from None
        if not any(whole.is_relative_to(root) for root in (self.folder, *self.allowed)):
            hint = (
                f"Put it into that folder, or allow the other one: {FLAG} FOLDER, "
                f"or the environment variable {VARIABLE}"
            )
            raise CatalogError(f"{key} leads out of the project's folder", where=where,
                               detail=f"{path} is {whole}, the folder {self.folder}", hint=hint)  # fmt: skip
        return whole

    def _edition(self, country: str) -> Edition:
        """Return the edition that is meant."""
        key = "edition"
        if not country.endswith(YAML):
            listed = {name for name, _ in countries()}
            key = "edition" if country.lower() in listed else "country"
        elif not Path(country).is_file():
            raise NotFound("No such country file", where=self.document.where("country"), detail=country,
                           hint="Correct the path, or name a country of the catalog")  # fmt: skip
        try:
            return load_country(country, self.given.edition)
        except NotFound as error:
            raise NotFound(error.title, where=self.document.where(key), hint=error.hint) from None

    def _names(self, edition: Edition) -> None:
        for number, language in enumerate(self.given.languages):
            known("languages", language, self.document.where("languages", number))
        if self.given.protection is not None:
            known("protection", self.given.protection, self.document.where("protection"))
        if self.given.quality is not None:
            known("quality", self.given.quality, self.document.where("quality"))
            load_profile(self.given.quality, edition)

    def _links(self, data: Path, out: Path, edition: Edition) -> None:
        """See that no link among the survey's files or the results leads out of the folder."""
        for spec in edition.files.values() if data.is_dir() else ():
            self.inside("data", data / spec.path)
        for entry in out.glob("*"):
            if entry.is_symlink():
                self.inside("out", entry)


def _see(path: Path) -> None:
    """See that a path is a file with the name of a project."""
    if path.is_dir():
        raise CatalogError("Is a folder, not a project file", where=str(path), hint=f"Give the file in it: {CALLED}")
    if not path.is_file():
        raise CatalogError("There is no such file or folder", where=str(path), hint=_beside(path))
    if not called_so(path):
        raise CatalogError("Is not called as a project file", where=str(path), hint=f"Call it {CALLED}")


def _beside(path: Path) -> str:
    """Return which project file may be meant, of those in the same folder."""
    here = [one.name for one in _projects(path.parent, "*")] if path.parent.is_dir() else []
    return near(path.name, here) if here else "Correct the path; `lfs-migration init` writes a project file"


def _in_folder(folder: Path) -> tuple[Path, ...]:
    found = tuple(sorted([*_projects(folder, "*"), *_projects(folder, "*/*")]))
    if not found:
        hint = f"Call it {CALLED}; `lfs-migration init` writes one"
        raise CatalogError("No project file is in this folder, nor one level below", where=str(folder), hint=hint)
    return found


def _projects(folder: Path, pattern: str) -> Iterator[Path]:
    for path in folder.glob(f"{pattern}{ALONE}"):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if called_so(path) and path.is_file() and not hidden:
            yield path
