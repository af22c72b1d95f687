"""Commands on what was published: whether its files are still the same, and whether they can be made again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from lfs_migration.cli.options import (
    CANNOT,
    OK,
    AcceptedFile,
    CorrectionsFile,
    Data,
    Engine,
    Quiet,
    TablesFile,
    Verbose,
    say,
    seed_given,
    tell,
)

DIFFERS = 1
"""Exit code where a file is not what it should be."""


def verify(
    folder: Annotated[Path, typer.Argument(help="A publication, or the folder that publications are in, such as out.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print what was found as JSON.")] = False,
    verbose: Verbose = False,
    quiet: Quiet = False,
) -> None:
    """Compare published files with their manifest; exit with 1 when one differs, with 2 when that cannot be said.

    Example: lfs-migration verify out/armenia-2007
    """
    from lfs_migration import verification

    found = verification.verify(folder)
    if as_json:
        typer.echo(json.dumps(found.to_dict(), indent=2))
    else:
        for line in found.lines():
            tell(line)
    raise typer.Exit({"same": OK, "differs": DIFFERS, "unverifiable": CANNOT}[found.state])


def reproduce(  # noqa: PLR0913, PLR0917
    manifest: Annotated[Path, typer.Argument(help="The manifest.json of a publication, or its folder.")],
    data: Data,
    country: Annotated[
        Path | None, typer.Option("--country", help="The country's YAML file, where it was not the catalog's.")
    ] = None,
    accepted: AcceptedFile = None,
    corrections: CorrectionsFile = None,
    tables: TablesFile = None,
    keep: Annotated[
        Path | None, typer.Option("--keep", help="A new folder, in which what is made stays; confidential as the data.")
    ] = None,
    engine: Engine = "auto",
    verbose: Verbose = False,
    quiet: Quiet = False,
) -> None:
    """Make a publication again with the settings of its manifest; exit with 1 when a file differs, 2 when it cannot.

    Example: lfs-migration reproduce out/armenia-2007/manifest.json --data examples/pilots/armenia-2007
    """
    from lfs_migration import verification

    found = verification.reproduce(
        manifest, data=data, country=country, accepted=accepted, corrections=corrections, tables=tables,
        seed=seed_given(), keep=keep, engine=engine, say=say,
    )  # fmt: skip
    for line in found.lines():
        tell(line)
    raise typer.Exit(OK if found.same else DIFFERS)
