"""The command that tells how a published figure was made."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from lfs_migration.cli.options import (
    AcceptedFile,
    CorrectionsFile,
    CountryNamed,
    Data,
    EditionName,
    Engine,
    Language,
    Profile,
    Protection,
    Quiet,
    Staged,
    Verbose,
    Weights,
    say,
    seed_given,
    stage_in,
    tell,
)


def explain(  # noqa: PLR0913, PLR0917
    indicator: Annotated[str, typer.Argument(help="Code of the indicator, as the command indicators lists it.")],
    cell: Annotated[
        str,
        typer.Argument(
            help="Which figure, as tables.csv names it: dimension=code, with commas between several; the total "
            "without it."
        ),
    ] = "",
    country: CountryNamed = "",
    data: Data = Path(),
    edition: EditionName = None,
    quality: Profile = None,
    weights: Weights = "recipe",
    protection: Protection = None,
    unprotected: Annotated[
        bool, typer.Option("--unprotected", help="Tell hidden figures too: confidential, and not for publication.")
    ] = False,
    engine: Engine = "auto",
    language: Language = "en",
    as_json: Annotated[bool, typer.Option("--json", help="The same as JSON.")] = False,
    stage: Staged = None,
    accepted: AcceptedFile = None,
    corrections: CorrectionsFile = None,
    verbose: Verbose = False,
    quiet: Quiet = False,
) -> None:
    """Tell how a published figure was made: variables, codes, rows, weights, rules and value.

    Example: lfs-migration explain E11a destination_main=RUS --country armenia --data examples/pilots/armenia-2007
    """
    from lfs_migration import pipeline, tabling
    from lfs_migration.explain import explain as explained

    if not country:
        raise typer.BadParameter("name the country, or the path of its YAML file", param_hint="--country")
    if data == Path():
        raise typer.BadParameter("say where the survey's files are", param_hint="--data")
    edits, exceptions = pipeline.corrections_in(corrections), pipeline.accepted_in(accepted)
    read = stage_in(stage, None)
    made = tabling.weighted(
        country, edition, data, say=say, engine=engine, weights=weights, stage=read, corrections=edits
    )
    told = explained(
        made, indicator, cell, profile=quality, protection=protection, unprotected=unprotected, language=language,
        accepted=exceptions, corrections=edits, seed=seed_given(), kept=read.choices() if read else None,
    )  # fmt: skip
    if as_json:
        typer.echo(json.dumps(told.to_dict(), ensure_ascii=False, indent=2, allow_nan=False))
    else:
        for line in told.lines():
            tell(line)
