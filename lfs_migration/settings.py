"""The settings of a run: from flags, a project file and the environment, and where each came from.

A flag wins over the project file, that over the environment, and that over the default. The seed of the keys of records
is a secret and no setting: it is in no file and is not shown.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lfs_migration.catalog.projects import VARIABLE, apart, known
from lfs_migration.errors import LfsMigrationError, NotFound, near
from lfs_migration.model.project import OFF, Engine, Project, Weights

if TYPE_CHECKING:
    from lfs_migration.readers import Stage

VARIABLES = {
    "engine": "LFS_ENGINE",
    "stage": "LFS_STAGE",
    "languages": "LFS_LANGUAGES",
    "quality": "LFS_QUALITY",
    "protection": "LFS_PROTECTION",
    "weights": "LFS_WEIGHTS",
    "out": "LFS_OUT",
}
"""The environment variable of each setting that has one; several languages have commas between them."""
ALLOW = VARIABLE
"""The environment variable with the folders that project files may lead into."""
FLAGS = {"country": "COUNTRY", "languages": "--language"}
"""What the user writes for a setting, where it is not ``--`` and its name."""
LEAST = 20_000_000
"""Bytes of a file from which on it is staged without being asked: reading it takes seconds."""

Say = Callable[[str], None]
Progress = Callable[[str, float], None]
Level = tuple[str, Mapping[str, Any]]
"""Where settings come from, and those that do."""


@dataclass(frozen=True)
class Settings:
    """The settings of one run.

    Parameters
    ----------
    country : str, optional
        Nothing where nobody said it.
    data : Path, optional
        As ``country``.
    edition, out, quality, protection, unprotected, weights, engine, languages, accepted, corrections, tables, stage
        As :class:`lfs_migration.model.project.Project` has them.
    sdmx_ml, strict : bool
        As there.
    origins : mapping of setting to text
        Where each came from: ``flag``, ``project file FILE``, ``environment VARIABLE`` or ``default``.
    """

    country: str | None = None
    data: Path | None = None
    edition: str | None = None
    out: Path = Path("out")
    quality: str | None = None
    protection: str | None = None
    unprotected: bool = False
    weights: Weights = "recipe"
    engine: Engine = "auto"
    languages: tuple[str, ...] = ("en",)
    accepted: Path | None = None
    corrections: Path | None = None
    tables: Path | None = None
    stage: str | None = None
    sdmx_ml: bool = False
    strict: bool = False
    origins: Mapping[str, str] = field(default_factory=dict)

    def arguments(self, *, say: Say | None = None, progress: Progress | None = None) -> dict[str, Any]:
        """Return what :func:`lfs_migration.pipeline.run` takes, but for the secret seed.

        Parameters
        ----------
        say : callable, optional
            Takes messages.
        progress : callable, optional
            Takes what is being read and the share of it that is done.

        Raises
        ------
        LfsMigrationError
            Where nobody said which country, or where its files are.
        """
        for key, what in (("country", "country"), ("data", "survey's files")):
            if getattr(self, key) is None:
                hint = f"Give {flag_of(key)}, or a project file with --project"
                raise LfsMigrationError(f"Nothing says which {what} to take", hint=hint)
        return {
            "country": self.country,
            "path": self.data,
            "out": self.out,
            "edition": self.edition,
            "profile": self.quality,
            "say": say or _nothing,
            "engine": self.engine,
            "weights": self.weights,
            "stage": stage_of(self.stage, self.out, say, progress),
            "accepted": self.accepted,
            "corrections": self.corrections,
            "protection": self.protection,
            "unprotected": self.unprotected,
            "tables_file": self.tables,
            "languages": self.languages,
            "sdmx_ml": self.sdmx_ml,
        }


KEYS = tuple(Project.model_fields)


def settle(flags: Mapping[str, object], project: Project | None, environ: Mapping[str, str]) -> Settings:
    """Return the settings of a run.

    Parameters
    ----------
    flags : mapping of setting to value
        What the user wrote on the command line; ``None`` is what was not written.
    project : Project, optional
        From :func:`lfs_migration.catalog.load_project`. Its default folder for results is beside its file.
    environ : mapping of variable to text
        The environment; an empty variable says nothing.

    Raises
    ------
    NotFound
        Naming the flag or the variable, with near matches, for a value or a setting that there is not.
    LfsMigrationError
        For settings that exclude each other.

    Examples
    --------
    >>> made = settle({"engine": "memory"}, None, {"LFS_ENGINE": "spark", "LFS_LANGUAGES": "fr, en"})
    >>> made.engine, made.origins["engine"], made.languages, made.origins["languages"], made.origins["out"]
    ('memory', 'flag', ('fr', 'en'), 'environment LFS_LANGUAGES', 'default')
    """
    levels = [("flag", _written(flags)), *_of_project(project), *_of_environment(environ)]
    _one_protection(levels)
    values: dict[str, Any] = {} if project is None else {"out": project.out}
    origins = dict.fromkeys(KEYS, "default")
    for origin, given in reversed(levels):
        values |= given
        origins |= dict.fromkeys(given, origin)
    if project is not None:
        _settle_edition(project, values, origins)
    made = Settings(**values, origins=origins)
    if project is not None and made.data is not None:
        _apart(made, project)
    return made


def allowed(given: Sequence[Path], environ: Mapping[str, str]) -> tuple[Path, ...]:
    """Return the folders that project files may lead into besides their own: what the user says, and the environment.

    Raises
    ------
    LfsMigrationError
        For one that is not there.
    """
    named = [one for one in environ.get(ALLOW, "").split(os.pathsep) if one.strip()]
    places = [*(("--allow", one) for one in given), *((ALLOW, Path(one)) for one in named)]
    for where, folder in places:
        if not folder.is_dir():
            raise LfsMigrationError(f"{folder} is no folder", where=where, hint="Give a folder that is there")
    return tuple(folder for _, folder in places)


def flag_of(key: str) -> str:
    """Return what the user writes for a setting.

    Examples
    --------
    >>> flag_of("sdmx_ml"), flag_of("languages")
    ('--sdmx-ml', '--language')
    """
    return FLAGS.get(key, f"--{key.replace('_', '-')}")


def stage_of(chosen: str | None, out: Path | None, say: Say | None, progress: Progress | None) -> Stage | None:
    """Return where files are staged: where the user says, else large ones beside the results.

    Parameters
    ----------
    chosen : str, optional
        What the user gave: a folder, which is made, or ``off``.
    out : Path, optional
        Folder of the results; nothing is staged of what has none, unless the user says where.
    say, progress : callable, optional
        As :class:`lfs_migration.readers.Stage` has them.
    """
    from lfs_migration.files import ready
    from lfs_migration.readers.stages import staging

    if chosen == OFF or not (chosen or out):
        return None
    told: dict[str, Any] = {"say": say or _nothing, "progress": progress or _no_bar}
    if not chosen:
        return staging.Stage(Path(out or "") / staging.FOLDER, LEAST, **told)
    staging.make(Path(chosen))
    ready(Path(chosen))
    return staging.Stage(Path(chosen), **told)


def _written(flags: Mapping[str, object]) -> dict[str, Any]:
    """Return what was written on the command line."""
    odd = next((key for key in flags if key not in KEYS), None)
    if odd is not None:
        raise NotFound(f"No setting {odd!r}", hint=near(odd, KEYS))
    given = {key: value for key, value in flags.items() if value is not None}
    if "languages" in given:
        given["languages"] = tuple(given["languages"])  # type: ignore[arg-type]
    _known(given, {key: flag_of(key) for key in given})
    return given


def _of_project(project: Project | None) -> list[Level]:
    """Return what a project file says; a key without a value says nothing."""
    if project is None:
        return []
    said = {key: getattr(project, key) for key in project.model_fields_set}
    return [(f"project file {project.path}", {key: value for key, value in said.items() if value is not None})]


def _of_environment(environ: Mapping[str, str]) -> list[Level]:
    out: list[Level] = []
    for key, variable in VARIABLES.items():
        text = environ.get(variable, "").strip()
        if not text:
            continue
        value: Any = text
        if key == "languages":
            value = tuple(dict.fromkeys(one.strip() for one in text.split(",") if one.strip()))
            if not value:
                raise NotFound("No language is named", where=variable, hint="Write codes with commas, as en,fr")
        given = {key: Path(text) if key == "out" else value}
        _known(given, {key: variable})
        out.append((f"environment {variable}", given))
    return out


def _known(given: Mapping[str, Any], places: Mapping[str, str]) -> None:
    """See that the names in some settings are known."""
    for key in ("engine", "weights", "quality", "protection"):
        if key in given:
            known(key, str(given[key]), places[key])
    for language in given.get("languages", ()):
        known("languages", language, places["languages"])


def _one_protection(levels: list[Level]) -> None:
    """Let the first who says anything of disclosure control say all of it: whether there is any, and by which rules.

    Rules that somebody asks for on the command line must not be lost to a file that publishes without any.
    """
    decided: set[str] = set()
    for number, (origin, given) in enumerate(levels):
        own = {key: value for key, value in given.items() if key not in decided}
        if "protection" in own and own.get("unprotected"):
            place = "--protection, --unprotected" if origin == "flag" else origin
            raise LfsMigrationError("Rules of disclosure control, and none at all, are asked for", where=place,
                                    hint="Give protection or unprotected, not both")  # fmt: skip
        if "protection" in own or own.get("unprotected"):
            own = {"unprotected": False, **own}
            decided = {"protection", "unprotected"}
        elif "unprotected" in own:
            decided.add("unprotected")
        levels[number] = (origin, own)


def _settle_edition(project: Project, values: dict[str, Any], origins: dict[str, str]) -> None:
    """Take the newest edition of a country that is not the project's, unless somebody named one with it."""
    if values.get("country") != project.country and origins["edition"] != "flag":
        values["edition"], origins["edition"] = None, "default"


def _apart(made: Settings, project: Project) -> None:
    from lfs_migration.catalog import load_country

    if made.country is not None and made.data is not None:
        survey = load_country(made.country, made.edition).id
        place = {"flag": flag_of("out"), "default": project.path}.get(made.origins["out"], made.origins["out"])
        apart(made.data, made.out, survey, place)


def _nothing(words: str) -> None:
    """Say nothing."""


def _no_bar(words: str, share: float) -> None:
    """Show nothing."""
