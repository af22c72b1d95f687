"""Whether the files of a publication are those that were published."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from lfs_migration.errors import LfsMigrationError
from lfs_migration.files import resolved, sha256
from lfs_migration.publish import INTERNAL
from lfs_migration.publish.renewal import MANIFEST, WITHDRAWN
from lfs_migration.verification.manifests import Manifest, Output, office_of, read_manifest, shown

State = Literal["same", "differs", "unverifiable"]
Kind = Literal["manifest", "outside", "unreadable", "missing", "changed", "unnamed"]
CANNOT = ("manifest", "outside", "unreadable")
"""Problems with which it cannot be said whether a publication is what it was."""
MARKS = ("tables.csv", "tables.xlsx", "report.html", "datapackage.json", WITHDRAWN)
"""Files of which one at least is in what was once begun as a publication."""


@dataclass(frozen=True)
class Problem:
    """What is wrong with a file.

    Parameters
    ----------
    path : Path
        Of the file.
    kind : str
        ``missing``; ``changed``: another size or content; ``unnamed``: the manifest does not know it; ``manifest``: it
        is missing or damaged; ``outside``: a link leads out of the folder; ``unreadable``.
    detail : str
    internal : bool
        Whether the file is for the office alone.
    """

    path: Path
    kind: Kind
    detail: str
    internal: bool = False

    def __str__(self) -> str:
        """Say which file, and what is wrong."""
        return f"{shown(str(self.path))}: {self.detail}"


@dataclass(frozen=True)
class Publication:
    """What was found of one publication.

    Parameters
    ----------
    folder : Path
    survey : str
        The edition; empty where the manifest cannot be read.
    files, internal : int
        How many files the manifest names, and how many for the office alone.
    unseen : str
        Why those for the office alone were not looked at; empty where they were.
    problems : tuple of Problem
    """

    folder: Path
    survey: str = ""
    files: int = 0
    internal: int = 0
    unseen: str = ""
    problems: tuple[Problem, ...] = ()

    @property
    def state(self) -> State:
        """``same``, ``differs``, or ``unverifiable`` where that cannot be said."""
        if any(problem.kind in CANNOT for problem in self.problems):
            return "unverifiable"
        return "differs" if self.problems else "same"

    @property
    def summary(self) -> str:
        """One line about it."""
        where = shown(str(self.folder))
        if not self.survey:
            return f"{where}: cannot be verified"
        problems = len(self.problems)
        head = f"{where}: {problems} problem{'s'[: problems > 1]}; " if problems else f"{where}: "
        told = f"{self._as_said(internal=False)} files are as the manifest says"
        if self.unseen:
            return f"{head}{told}; the {self.internal} for the office alone were not looked at: {self.unseen}"
        return head + told + (f", and {self._as_said(internal=True)} for the office alone" if self.internal else "")

    def _as_said(self, *, internal: bool) -> str:
        named = self.internal if internal else self.files
        wrong = sum(one.internal == internal and one.kind != "unnamed" for one in self.problems)
        return f"{named - wrong} of {named}" if wrong else f"all {named}"


@dataclass(frozen=True)
class Verification:
    """What :func:`verify` found.

    Parameters
    ----------
    publications : tuple of Publication
    """

    publications: tuple[Publication, ...]

    @property
    def state(self) -> State:
        """``same`` where all are; ``unverifiable`` where one is."""
        states = {one.state for one in self.publications}
        return next((state for state in ("unverifiable", "differs") if state in states), "same")

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The problems of all publications."""
        return tuple(problem for one in self.publications for problem in one.problems)

    def lines(self) -> Iterator[str]:
        """Yield a line a problem, a line a publication, and one for all where there are several."""
        for one in self.publications:
            yield from map(str, one.problems)
            yield one.summary
        if len(self.publications) > 1:
            words = (("same", "as published"), ("differs", "changed"), ("unverifiable", "not to be verified"))
            counts = [(sum(one.state == state for one in self.publications), said) for state, said in words]
            told = ", ".join(f"{count} {said}" for count, said in counts if count)
            yield f"{len(self.publications)} publications: {told}"

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values, for JSON."""
        return {"state": self.state, "publications": [_plain(one) for one in self.publications]}


def verify(folder: Path | str) -> Verification:
    """Compare the files of publications with their manifests.

    Each file that the manifest names is there with its size and content, and no other file is. Files for the office
    alone are looked at where they are beside the publication, in ``../internal/NAME``; a publication that was sent out
    has none. Nothing is changed, and no file outside of these folders is opened.

    It shows what happened to files after they were published. Whoever changes a manifest too is found out by its own
    SHA-256, where the office tells that in another place.

    Parameters
    ----------
    folder : path
        Of a publication; or the folder that publications are in, such as ``out``.

    Returns
    -------
    Verification

    Raises
    ------
    LfsMigrationError
        When there is no such folder, or no publication in it.

    Examples
    --------
    >>> import tempfile
    >>> import lfs_migration as lfm
    >>> folder = Path(tempfile.mkdtemp()) / "atlantis-2020"
    >>> paths = lfm.publish([], folder)
    >>> lfm.verify(folder).state
    'same'
    >>> _ = (folder / "tables.csv").write_text("survey")
    >>> found = lfm.verify(folder)
    >>> [(problem.path.name, problem.kind) for problem in found.problems]
    [('tables.csv', 'changed')]
    """
    root = Path(folder)
    if root.name == MANIFEST and root.is_file():
        root = root.parent
    if not root.is_dir():
        raise LfsMigrationError("There is no such folder", where=shown(str(root)))
    try:
        places = list(_places(root))
    except OSError as error:
        detail = error.strerror or str(error)
        raise LfsMigrationError("The folder cannot be looked into", where=shown(str(root)), detail=detail) from None
    if not places:
        hint = f"Give the folder with a {MANIFEST}, or the folder that such folders are in"
        raise LfsMigrationError("There is no publication in this folder", where=shown(str(root)), hint=hint)
    return Verification(tuple(_publication(place) for place in places))


def _places(root: Path) -> Iterator[Path]:
    """Yield the folders of publications: the folder itself, or those in it, begun ones among them."""
    if (root / MANIFEST).exists():
        yield root
        return
    inside = [one for one in sorted(root.iterdir()) if one.is_dir() and one.name[0] != "." and one.name != INTERNAL]
    found = [one for one in inside if (one / MANIFEST).exists() or _begun(one) or _is_folder(office_of(one))]
    yield from found
    if not found and _begun(root):
        yield root


def _begun(folder: Path) -> bool:
    return any((folder / name).exists() for name in MARKS)


def _publication(folder: Path) -> Publication:
    try:
        manifest = read_manifest(folder)
    except LfsMigrationError as error:
        detail = " ".join(f"{part.rstrip('.')}." for part in (error.title, error.detail, error.hint) if part)
        return Publication(folder, problems=(Problem(folder / MANIFEST, "manifest", detail.rstrip(".")),))
    problems = list(_problems(folder, manifest.outputs))
    unseen = _unseen(manifest)
    if not unseen:
        problems += _problems(manifest.office, manifest.internal, internal=True)
    others = sorted(_others(folder, manifest.outputs))
    problems = [_renamed(problem, folder, manifest.outputs, others) for problem in problems]
    problems += [Problem(folder / name, "unnamed", "the manifest does not name it") for name in others]
    survey = manifest.content.get("survey")
    named = str(survey.get("id", "")) if isinstance(survey, dict) else ""
    return Publication(
        folder, named or folder.absolute().name, len(manifest.outputs), len(manifest.internal), unseen, tuple(problems)
    )


def _unseen(manifest: Manifest) -> str:
    """Return why the files for the office alone are not looked at, if they are not."""
    office, named = manifest.office, shown(str(_near(manifest.office, manifest.folder)))
    if not manifest.internal:
        return ""
    if any(_is_folder(one) and not os.access(one, os.R_OK | os.X_OK) for one in (office.parent, office)):
        return f"{named} is not yours to read"
    return "" if _is_folder(office) else f"there is no {named}, as where a publication was sent out"


def _is_folder(path: Path) -> bool:
    """Return whether there is a folder, as far as the user may know."""
    try:
        return path.is_dir()
    except OSError:
        return False


def _near(office: Path, folder: Path) -> Path:
    """Return the folder of the office as the user named that of the publication."""
    return folder.parent / INTERNAL / office.name if folder.name == office.name else office


def _problems(folder: Path, named: Iterable[Output], *, internal: bool = False) -> Iterator[Problem]:
    for output in named:
        path = folder / output.file
        try:
            found = _wrong(path, folder, output)
        except OSError as error:
            found = "unreadable", f"cannot be read: {error.strerror or error}"
        if found:
            words = f"{found[1]} (for the office alone)" if internal else found[1]
            yield Problem(path, found[0], words, internal)


def _wrong(path: Path, folder: Path, output: Output) -> tuple[Kind, str] | None:
    if not os.path.lexists(path):
        return "missing", "missing"
    if not resolved(path).is_relative_to(resolved(folder)):
        return "outside", "a link leads out of the publication, and was not followed"
    if not path.is_file():
        return "changed", "is no file"
    size = path.stat().st_size
    if size != output.bytes:
        return "changed", f"changed: it has {size:,} bytes, and {output.bytes:,} in the manifest"
    if sha256(path) != output.sha256:
        return "changed", f"changed: {size:,} bytes as in the manifest, with another SHA-256"
    return None


def _others(folder: Path, named: Iterable[Output]) -> Iterator[str]:
    """Yield the files and links in a folder that are not named, by their place in it."""
    known = {MANIFEST, *(output.file for output in named)}
    for place, folders, files in os.walk(folder):
        links = (name for name in folders if (Path(place) / name).is_symlink())
        for name in (*files, *links):
            inside = (Path(place) / name).relative_to(folder).as_posix()
            if inside not in known:
                yield inside


def _renamed(problem: Problem, folder: Path, named: Iterable[Output], others: Sequence[str]) -> Problem:
    """Return the problem of a missing file with the name that its content has now."""
    if problem.kind != "missing" or problem.internal:
        return problem
    wanted = next(output for output in named if folder / output.file == problem.path)
    for name in others:
        path = folder / name
        with suppress(OSError):
            if not path.is_symlink() and path.stat().st_size == wanted.bytes and sha256(path) == wanted.sha256:
                return replace(problem, detail=f"missing; {shown(name)} has its content")
    return problem


def _plain(one: Publication) -> dict[str, Any]:
    return {
        "folder": str(one.folder),
        "survey": one.survey,
        "state": one.state,
        "files": one.files,
        "internal": one.internal,
        "internal_looked_at": not one.unseen,
        "problems": [
            {"file": str(problem.path), "kind": problem.kind, "detail": problem.detail, "internal": problem.internal}
            for problem in one.problems
        ],
    }
