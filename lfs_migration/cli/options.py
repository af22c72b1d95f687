"""What the commands share: exit codes, options, and a word to the user."""

from __future__ import annotations

import os
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lfs_migration.cli.completing import countries

if TYPE_CHECKING:
    from lfs_migration.model.project import Project
    from lfs_migration.readers import Stage

OK, FINDINGS, CANNOT, INTERNAL = 0, 1, 2, 70
"""Exit codes: done; findings of severity error; cannot proceed; a defect of the toolkit."""
SEED = "LFS_CELL_KEY_SEED"
"""The environment variable with the secret seed of the keys of records."""
_QUIET: ContextVar[bool] = ContextVar("quiet", default=False)
_VERBOSE: ContextVar[bool] = ContextVar("verbose", default=False)
"""What the user asked for, in the course of one command."""


def _hush(value: bool) -> None:
    if value:
        _QUIET.set(True)


def _speak(value: bool) -> None:
    if value:
        _VERBOSE.set(True)


def quiet() -> bool:
    """Return whether the user wants no messages but warnings and errors."""
    return _QUIET.get()


def verbose() -> bool:
    """Return whether the user wants tracebacks."""
    return _VERBOSE.get()


COUNTRY = "Country of the catalog (see check), or the path of its YAML file."
Country = Annotated[str, typer.Argument(help=COUNTRY, autocompletion=countries)]
CountryNamed = Annotated[str, typer.Option("--country", help=COUNTRY, autocompletion=countries)]
Data = Annotated[Path, typer.Option("--data", help="Folder with the survey's files, or the file.")]
EditionName = Annotated[str | None, typer.Option("--edition", help="Edition; the newest without it.")]
Out = Annotated[Path, typer.Option("--out", help="Folder for the results.")]
Profile = Annotated[
    str | None,
    typer.Option("--quality", envvar="LFS_QUALITY", help="Quality rule profile; the edition's own without it."),
]
Protection = Annotated[
    str | None,
    typer.Option(
        "--protection", envvar="LFS_PROTECTION", help="Rules of disclosure control; the edition's own without it."
    ),
]
Unprotected = Annotated[
    bool, typer.Option("--unprotected", help="Publish without disclosure control; each file then says so.")
]
Engine = Annotated[
    str,
    typer.Option("--engine", envvar="LFS_ENGINE", help="auto, memory, duckdb (files larger than memory) or spark."),
]
Weights = Annotated[
    str,
    typer.Option(
        "--weights",
        envvar="LFS_WEIGHTS",
        help="recipe of the country's file, where it has one, or office: its final weights.",
    ),
]
Format = Annotated[str | None, typer.Option("--format", help="sav, dta, csv or parquet; the file's own without it.")]
Staged = Annotated[
    str | None,
    typer.Option(
        "--stage",
        envvar="LFS_STAGE",
        help="Folder that keeps the survey's files as they were read, and which cells were hidden, for the next run; "
        "confidential as they are. off: nothing is kept. Without it, files above 20 MB, and which cells were hidden, "
        "are kept in .lfs-stage of the folder for results.",
    ),
]
AcceptedFile = Annotated[
    Path | None,
    typer.Option("--accepted", help="YAML or CSV of findings that stand, each with a reason and who decided."),
]
CorrectionsFile = Annotated[
    Path | None,
    typer.Option("--corrections", help="YAML or CSV of answers to correct: household, variable, old, new, reason."),
]
Before = Annotated[
    Path | None, typer.Option("--before", help="Folder with the files of the round before, for rules between rounds.")
]
BeforeEdition = Annotated[
    str | None,
    typer.Option("--before-edition", help="Edition of the round before, or its YAML file; the same one without it."),
]
TablesFile = Annotated[
    Path | None,
    typer.Option("--tables", help="YAML file of an office's own tables, in place of the module's indicators."),
]
ProjectFile = Annotated[
    Path | None,
    typer.Option("--project", help="Project file, NAME.project.yaml, with what is not said here; see init and config."),
]
Allow = Annotated[
    list[Path] | None,
    typer.Option(
        "--allow",
        help="Folder outside its own that a project file may lead into. May be given several times; LFS_ALLOW says the "
        f"same, with {os.pathsep!r} between folders.",
    ),
]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", callback=_speak, help="Show tracebacks.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", callback=_hush, help="Show no messages but warnings and errors.")]
Of = Annotated[
    str | None,
    typer.Option(
        "--country",
        help="Country whose edition is meant; the module alone without it.",
        autocompletion=countries,
    ),
]
Module = Annotated[str, typer.Option("--module", help="Survey module, where no country says which.")]


def _spoken(given: str | list[str]) -> str | list[str]:
    """Return languages that there are, each once."""
    from lfs_migration.errors import near
    from lfs_migration.text import LANGUAGES

    for one in [given] if isinstance(given, str) else given:
        if one not in LANGUAGES:
            raise typer.BadParameter(f"No language {one!r}. {near(one, LANGUAGES)}")
    return given if isinstance(given, str) else list(dict.fromkeys(given))


Language = Annotated[str, typer.Option("--language", callback=_spoken, help="Of labels: en, fr, es, ar, hy, ru or th.")]
Languages = Annotated[
    list[str],
    typer.Option(
        "--language",
        callback=_spoken,
        help="Of report, workbook and profile: en, fr, es, ar, hy, ru or th. May be given several times: the first has "
        "the plain file names. LFS_LANGUAGES says the same, with commas between them.",
    ),
]


def stage_in(chosen: str | None, out: Path | None) -> Stage | None:
    """Return where files are staged: where the user says, else large ones beside the results.

    Parameters
    ----------
    chosen : str, optional
        What the user gave: a folder, or ``off``.
    out : Path, optional
        Folder of the results; nothing is staged of what has none, unless the user says where.
    """
    from lfs_migration.cli.progress import Bar
    from lfs_migration.settings import stage_of

    return stage_of(chosen, out, say, Bar())


def given(context: typer.Context, **values: object) -> dict[str, object]:
    """Return those of a command's values that stand on the command line, and are no default nor the environment's.

    Parameters
    ----------
    context : typer.Context
        Of the command.
    values
        By setting; the command's parameter has the setting's name, or that of its flag.
    """
    from lfs_migration.settings import flag_of

    out = {}
    for key, value in values.items():
        source = {context.get_parameter_source(name) for name in (key, flag_of(key).lstrip("-").replace("-", "_"))}
        if any(one is not None and one.name == "COMMANDLINE" for one in source):
            out[key] = value
    return out


def project_in(country: str | None, project: Path | None, allow: list[Path] | None) -> Project | None:
    """Return the project that a command is given, if it is given one.

    Raises
    ------
    typer.BadParameter
        For a project file in the place of the country, and for folders that are allowed to nobody.
    LfsMigrationError
        As :func:`lfs_migration.catalog.load_project`.
    """
    from lfs_migration.catalog import load_project
    from lfs_migration.model.project import called_so
    from lfs_migration.settings import allowed

    if country is not None and called_so(Path(country)):
        raise typer.BadParameter(f"that is a project file: write --project {country}", param_hint="COUNTRY")
    if project is None:
        if allow:
            raise typer.BadParameter(
                "it says where a project file may lead: give one, with --project", param_hint="--allow"
            )
        return None
    return load_project(project, allowed=allowed(allow or (), os.environ))


def seed_given() -> int | None:
    """Return the secret seed of the keys of records, which the environment gives; nothing where it does not.

    It is no option of a command: other users of the machine see these.

    Raises
    ------
    typer.BadParameter
        For text that is no such number; which it was is not said.
    """
    text = os.environ.get(SEED, "").strip()
    if not text:
        return None
    # int() also reads other digits, signs and underscores, and int("0x1f", 0) bases: one way to write it is enough.
    if not (text.isascii() and text.isdecimal()):
        raise typer.BadParameter("write a whole number, in decimal digits", param_hint=SEED)
    return int(text)


def say(words: str) -> None:
    """Tell the user something, on standard error; to the quiet, only what is an :class:`Alert`."""
    from lfs_migration.errors import Alert, harmless

    if isinstance(words, Alert) or not quiet():
        typer.echo(harmless(words), err=True)


def tell(line: str, *, end: bool = True) -> None:
    """Write a line to standard output; what a terminal would take for an order, in a label or a value, is its number.

    Parameters
    ----------
    line : str
    end : bool
        Whether the line has no end of its own.
    """
    from lfs_migration.errors import harmless

    typer.echo(harmless(line), nl=end)
