"""What the commands share: exit codes, options, and a word to the user."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from lfs_migration.readers import Stage

OK, FINDINGS, CANNOT, INTERNAL, INTERRUPTED = 0, 1, 2, 70, 130
"""Exit codes: done; findings of severity error; cannot proceed; a defect of the toolkit; stopped by the user."""
SEED = "LFS_CELL_KEY_SEED"
"""The environment variable with the secret seed of the keys of records."""
LEAST = 20_000_000
"""Bytes of a file from which on it is staged without being asked: reading it takes seconds."""

Country = Annotated[str, typer.Argument(help="Country of the catalog (see check), or the path of its YAML file.")]
Data = Annotated[Path, typer.Option("--data", help="Folder with the survey's files, or the file.")]
EditionName = Annotated[str | None, typer.Option("--edition", help="Edition; the newest without it.")]
Out = Annotated[Path, typer.Option("--out", help="Folder for the results.")]
Profile = Annotated[str | None, typer.Option("--quality", help="Quality rule profile; the edition's own without it.")]
Protection = Annotated[
    str | None, typer.Option("--protection", help="Rules of disclosure control; the edition's own without it.")
]
Unprotected = Annotated[
    bool, typer.Option("--unprotected", help="Publish without disclosure control; each file then says so.")
]
Engine = Annotated[str, typer.Option("--engine", help="auto, memory, duckdb (files larger than memory) or spark.")]
Weights = Annotated[
    str, typer.Option("--weights", help="recipe of the country's file, where it has one, or office: its final weights.")
]
Format = Annotated[str | None, typer.Option("--format", help="sav, dta, csv or parquet; the file's own without it.")]
Staged = Annotated[
    str | None,
    typer.Option(
        "--stage",
        envvar="LFS_STAGE",
        help="Folder that keeps the survey's files as they were read, for the next run; confidential as they are. "
        "off: nothing is kept. Without it, files above 20 MB are kept in .lfs-stage of the folder for results.",
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
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Show tracebacks.")]
Of = Annotated[
    str | None, typer.Option("--country", help="Country whose edition is meant; the module alone without it.")
]
Module = Annotated[str, typer.Option("--module", help="Survey module, where no country says which.")]


def _spoken(given: str | list[str]) -> str | list[str]:
    """Return languages that there are, each once."""
    from lfs_migration.errors import near
    from lfs_migration.text import LANGUAGES

    for one in [given] if isinstance(given, str) else given:
        if one not in LANGUAGES:
            raise typer.BadParameter(f"no language {one!r}. {near(one, LANGUAGES)}")
    return given if isinstance(given, str) else list(dict.fromkeys(given))


Language = Annotated[str, typer.Option("--language", callback=_spoken, help="Of labels: en, fr, es, ar, hy, ru or th.")]
Languages = Annotated[
    list[str],
    typer.Option(
        "--language",
        callback=_spoken,
        help="Of report, workbook and profile: en, fr, es, ar, hy, ru or th. May be given several times: the first has "
        "the plain file names.",
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
    from lfs_migration.files import ready
    from lfs_migration.readers.stages import staging

    if chosen == "off":
        return None
    if chosen:
        staging.make(Path(chosen))
        ready(Path(chosen))
        return staging.Stage(Path(chosen), say=say, progress=Bar())
    return None if out is None else staging.Stage(out / staging.FOLDER, LEAST, say=say, progress=Bar())


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
    """Tell the user something, on standard error."""
    typer.echo(words, err=True)
