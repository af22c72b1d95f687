"""Manifests that are read back: what they name, and what they must not name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any, TypeVar

from pydantic import ConfigDict, Field, ValidationError

from lfs_migration.errors import LfsMigrationError
from lfs_migration.model.noun import Noun
from lfs_migration.publish import INTERNAL
from lfs_migration.publish.renewal import MANIFEST

N = TypeVar("N", bound=Noun)


class Output(Noun):
    """A file that a manifest names.

    Parameters
    ----------
    file : str
        Its place in the folder, with ``/`` between folders.
    bytes : int
    sha256 : str
    """

    model_config = ConfigDict(extra="ignore")

    file: str
    bytes: int = Field(ge=0)
    sha256: str = Field(pattern="^[0-9a-f]{64}$")


class Input(Noun):
    """A file that a manifest says a publication was made from.

    Parameters
    ----------
    name : str
        Key in the country's file; empty where it has none.
    file : str
    sha256 : str
    """

    model_config = ConfigDict(extra="ignore")

    name: str = ""
    file: str
    sha256: str = Field(pattern="^[0-9a-f]{64}$")


@dataclass(frozen=True)
class Manifest:
    """The manifest of a publication.

    Parameters
    ----------
    path : Path
    content : mapping
        All of its entries.
    outputs, internal : tuple of Output
        Files of the publication, and those for the office alone.
    """

    path: Path
    content: Mapping[str, Any]
    outputs: tuple[Output, ...]
    internal: tuple[Output, ...]

    @property
    def folder(self) -> Path:
        """The folder of the publication."""
        return self.path.parent

    @property
    def office(self) -> Path:
        """The folder of what is for the office alone, where it is beside the publication."""
        return office_of(self.folder)

    def list_of(self, key: str, kind: type[N]) -> tuple[N, ...]:
        """Return the entries of a list.

        Raises
        ------
        LfsMigrationError
            When it is not there, or an entry of it is of another form.
        """
        return _listed(self.content, key, kind, self.path)

    def noun(self, key: str, kind: type[N]) -> N:
        """Return an entry that is a noun.

        Raises
        ------
        LfsMigrationError
            When it is of another form.
        """
        return _built(self.content.get(key), kind, key, self.path)


def office_of(folder: Path) -> Path:
    """Return where a publication's files for the office alone are.

    Examples
    --------
    >>> office_of(Path("/out/armenia-2007")).as_posix()
    '/out/internal/armenia-2007'
    """
    whole = folder.absolute()
    return whole.parent / INTERNAL / whole.name


def read_manifest(path: Path | str) -> Manifest:
    """Return the manifest of a publication.

    Parameters
    ----------
    path : path
        Of the manifest, or of the folder that it is in.

    Raises
    ------
    LfsMigrationError
        When it is not there, cut off, no JSON or no manifest of a publication, or names a file outside of its folder.
    """
    place = Path(path) / MANIFEST if Path(path).is_dir() else Path(path)
    content = _content(place)
    if not isinstance(content, dict):
        raise _none(place, "It is no JSON object")
    manifest = Manifest(
        place, content, _listed(content, "outputs", Output, place), _listed(content, "internal", Output, place)
    )
    for one in (*manifest.outputs, *manifest.internal):
        if not within(one.file):
            raise LfsMigrationError(
                "The manifest names a file outside of the publication", where=shown(str(place)),
                detail=f"{shown(one.file)} leads out of its folder", hint="Use none of it, and ask for it again",
            )  # fmt: skip
    return manifest


def within(name: str) -> bool:
    r"""Return whether the name of a file stays in its folder, on any system.

    Examples
    --------
    >>> [within(name) for name in ("sdmx/data.csv", "../data.csv", "/etc/passwd", "C:data.csv", "sdmx\\data.csv", "")]
    [True, False, False, False, False, False]
    """
    if not name or not name.isprintable() or "\\" in name or PureWindowsPath(name).anchor:
        return False
    return PurePosixPath(name).as_posix() == name and not {"..", "."} & set(name.split("/")) and name[0] != "/"


def shown(text: str) -> str:
    r"""Return a text as a terminal may show it: one that holds what cannot be printed, in its escaped form.

    Examples
    --------
    >>> print(shown("tables.csv"), shown("tables\x1b[2J.csv"))
    tables.csv 'tables\x1b[2J.csv'
    """
    return text if text.isprintable() else ascii(text)


def _content(place: Path) -> Any:
    try:
        return json.loads(place.read_bytes().decode("utf-8"))
    except FileNotFoundError:
        hint = "The publication is not complete: make it again, or ask for all of it"
        raise LfsMigrationError("There is no manifest", where=shown(str(place)), hint=hint) from None
    except OSError as error:
        detail = error.strerror or str(error)
        raise LfsMigrationError("The manifest cannot be opened", where=shown(str(place)), detail=detail) from None
    except UnicodeDecodeError as error:
        raise _none(place, f"Byte {error.start:,} is no UTF-8") from None
    except json.JSONDecodeError as error:
        raise _none(place, f"It is cut off or damaged in line {error.lineno:,}: {error.msg}") from None
    except (ValueError, RecursionError) as error:
        raise _none(place, str(error).split("\n", maxsplit=1)[0]) from None


def _none(place: Path, detail: str) -> LfsMigrationError:
    hint = "Copy the publication again, or make it again"
    return LfsMigrationError("This is no manifest of a publication", where=shown(str(place)), detail=detail, hint=hint)


def _listed(content: Mapping[str, Any], key: str, kind: type[N], place: Path) -> tuple[N, ...]:
    entries = content.get(key)
    if not isinstance(entries, list):
        raise _none(place, f"It has no list {key}")
    return tuple(_built(entry, kind, f"{key}, entry {number}", place) for number, entry in enumerate(entries, 1))


def _built(value: Any, kind: type[N], key: str, place: Path) -> N:
    try:
        # As JSON, for which a list may be a tuple although nothing else is taken for what it is not.
        return kind.model_validate_json(json.dumps(value))
    except ValidationError as error:
        first = error.errors()[0]
        inside = ".".join(map(str, first["loc"]))
        raise _none(place, shown(f"{key}{f', {inside}' if inside else ''}: {first['msg']}")) from None
