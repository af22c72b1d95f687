"""What the commands share: exit codes, options, and a word to the user."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

OK, FINDINGS, CANNOT, INTERNAL, INTERRUPTED = 0, 1, 2, 70, 130
"""Exit codes: done; findings of severity error; cannot proceed; a defect of the toolkit; stopped by the user."""

Country = Annotated[str, typer.Argument(help="Country of the catalog (see check), or the path of its YAML file.")]
Data = Annotated[Path, typer.Option("--data", help="Folder with the survey's files, or the file.")]
EditionName = Annotated[str | None, typer.Option("--edition", help="Edition; the newest without it.")]
Out = Annotated[Path, typer.Option("--out", help="Folder for the results.")]
Profile = Annotated[str | None, typer.Option("--quality", help="Quality rule profile; the edition's own without it.")]
Engine = Annotated[str, typer.Option("--engine", help="auto, memory, duckdb (files larger than memory) or spark.")]
Weights = Annotated[
    str, typer.Option("--weights", help="recipe of the country's file, where it has one, or office: its final weights.")
]
Format = Annotated[str | None, typer.Option("--format", help="sav, dta, csv or parquet; the file's own without it.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Show tracebacks.")]
Of = Annotated[
    str | None, typer.Option("--country", help="Country whose edition is meant; the module alone without it.")
]
Module = Annotated[str, typer.Option("--module", help="Survey module, where no country says which.")]
Language = Annotated[str, typer.Option("--language", help="Of labels: en, fr, es, ar, hy, ru or th.")]


def say(words: str) -> None:
    """Tell the user something, on standard error."""
    typer.echo(words, err=True)
