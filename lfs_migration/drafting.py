"""Writes a first project file, with the keys that it can have, and looks whether the survey's files are there."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lfs_migration import catalog
from lfs_migration.catalog.projects import YAML, apart, known
from lfs_migration.catalog.writing import Told, write_new, yaml_text
from lfs_migration.errors import CatalogError, near
from lfs_migration.files import resolved
from lfs_migration.metadata.schemas import project_schema
from lfs_migration.model.country import Edition
from lfs_migration.model.project import ENDING

SCHEMA = "project.schema.json"
"""The schema that is written beside a project file, for editors."""
EXAMPLES: dict[str, Any] = {
    "quality": "default",
    "protection": "default",
    "unprotected": True,
    "weights": "office",
    "engine": "duckdb",
    "accepted": "accepted.yaml",
    "corrections": "corrections.csv",
    "tables": "tables.yaml",
    "stage": "off",
    "sdmx_ml": True,
    "strict": True,
}
"""What a draft shows for a key that it leaves out."""


@dataclass(frozen=True)
class Draft:
    """What a project file is to say.

    Parameters
    ----------
    folder : Path
        The folder of the project file.
    country : str
        A country of the catalog, or the path of its YAML file.
    data : Path
        The folder with the survey's files, or the file; need not be there yet.
    edition : str, optional
        The newest without it.
    out : Path, optional
        ``out`` in the folder without it.
    languages : sequence of str
    """

    folder: Path
    country: str
    data: Path
    edition: str | None = None
    out: Path | None = None
    languages: Sequence[str] = ("en",)

    @property
    def chosen(self) -> Edition:
        """The edition that is meant."""
        return catalog.load_country(self.country, self.edition)

    @property
    def path(self) -> Path:
        """Where the project file goes: it has the name of the country, or of the edition where one was named."""
        edition = self.chosen
        return self.folder / f"{edition.id if self.edition else edition.name}{ENDING}"

    def outside(self) -> tuple[Path, ...]:
        """Return the folders outside the project's own that the user has to allow."""
        given = [self.data.parent if self.data.is_file() else self.data, *([self.out] if self.out else [])]
        given += [Path(self.country).parent] if self.country.endswith(YAML) else []
        folders = dict.fromkeys(map(resolved, given))
        return tuple(one for one in folders if not one.is_relative_to(resolved(self.folder)))


def text_of(draft: Draft) -> str:
    """Return a project file: the keys that are given, then the others, each after a ``#``.

    Raises
    ------
    NotFound
        With near matches, for a country, edition or language that there is not.
    CatalogError
        Where the results would be among the survey's files.
    """
    edition, told = draft.chosen, json.loads(project_schema())["properties"]
    for language in draft.languages:
        known("languages", language, "--language")
    apart(draft.data, draft.out or draft.folder / "out", edition.id, "--data")
    country = _from(draft.folder, Path(draft.country)) if draft.country.endswith(YAML) else edition.name
    given: dict[str, Any] = {
        "country": country, "edition": edition.edition, "data": _from(draft.folder, draft.data),
        "out": _from(draft.folder, draft.out) if draft.out else "out", "languages": list(draft.languages),
    }  # fmt: skip
    header = (
        f"yaml-language-server: $schema={SCHEMA}",
        f"A run of {edition.title['en']}: lfs-migration run --project {draft.path.name}",
        "Paths are relative to this folder. Keys after a # are left out; take the # away to have them.",
    )
    lines = ["\n" + yaml_text({key: _described(told, key, value)}) for key, value in given.items()]
    lines += ["\n" + _left_out(yaml_text({key: _described(told, key, value)})) for key, value in EXAMPLES.items()]
    return "".join([*(f"# {line}\n" for line in header), *lines])


def write(draft: Draft) -> tuple[Path, ...]:
    """Write a project file, and its schema beside it where there is none; nothing is overwritten.

    Raises
    ------
    CatalogError
        As :func:`text_of`; also when the project file is there already, or cannot be written.
    """
    path = write_new(text_of(draft), draft.path, "project file", "choose another folder, or edit it")
    schema = draft.folder / SCHEMA
    return (path,) if schema.exists() else (path, write_new(project_schema().decode(), schema, "schema", "keep it"))


def absent(draft: Draft) -> tuple[str, ...]:
    """Return what is missing of the survey's files, each with what may be meant of those that are there.

    Raises
    ------
    CatalogError
        For one file in place of the folder of several.
    """
    files = draft.chosen.files
    if draft.data.is_file():
        if len(files) > 1:
            names = ", ".join(spec.path for spec in files.values())
            raise CatalogError("Is one file", where=str(draft.data), detail=f"{draft.chosen.id} has {names}",
                               hint="Give the folder that holds them")  # fmt: skip
        return ()
    if not draft.data.is_dir():
        return (f"There is no {draft.data} yet: put {', '.join(spec.path for spec in files.values())} into it",)
    here = sorted(path.name for path in draft.data.iterdir() if path.is_file())
    gone = [spec.path for spec in files.values() if not (draft.data / spec.path).is_file()]
    return tuple(f"{draft.data} has no {name}. {near(name, here) if here else 'No file is in it'}" for name in gone)


def _from(folder: Path, path: Path) -> str:
    """Return a path as seen from a folder; one that is not inside it stays whole."""
    whole, root = resolved(path), resolved(folder)
    return whole.relative_to(root).as_posix() if whole.is_relative_to(root) else os.fspath(whole)


def _described(told: dict[str, Any], key: str, value: Any) -> Told:
    return Told(value, above=(told[key]["description"],))


def _left_out(text: str) -> str:
    return "".join(line if line.startswith("#") else f"#{line}" for line in text.splitlines(keepends=True))
