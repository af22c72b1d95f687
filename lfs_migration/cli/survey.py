"""Commands on the files of a survey."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lfs_migration.cli.options import (
    FINDINGS,
    Country,
    Data,
    EditionName,
    Engine,
    Format,
    Module,
    Out,
    Profile,
    Verbose,
    Weights,
    say,
)


def run(  # noqa: PLR0913, PLR0917
    country: Country,
    data: Data,
    edition: EditionName = None,
    out: Out = Path("out"),
    quality: Profile = None,
    engine: Engine = "auto",
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 when there are errors in the data.")] = False,
    weights: Weights = "recipe",
    verbose: Verbose = False,
) -> None:
    """Turn a survey's files into published tables.

    Example: lfs-migration run mexico --data enadid_2023/ --out out
    """
    from lfs_migration import pipeline

    result = pipeline.run(country, data, out, edition=edition, profile=quality, say=say, engine=engine, weights=weights)
    errors = result.findings.errors
    say(f"{len(result.tables)} tables; {len(result.findings)} findings, {errors} of them errors")
    for path in result.outputs:
        typer.echo(str(path))
    if strict and errors:
        raise typer.Exit(FINDINGS)


def validate(
    country: Country,
    data: Data,
    edition: EditionName = None,
    out: Annotated[Path | None, typer.Option("--out", help="File for the findings; the screen without it.")] = None,
    engine: Engine = "auto",
    verbose: Verbose = False,
) -> None:
    """Check a survey's files against the codebook; exit with 1 when there are errors.

    Example: lfs-migration validate armenia --data examples/pilots/armenia-2007 > findings.csv
    """
    from lfs_migration import pipeline
    from lfs_migration.publish import finding_lines, write_findings
    from lfs_migration.validate import validate as check_data

    findings = check_data(pipeline.prepare(country, edition, data, say, engine))
    if out is None:
        for line in finding_lines(findings):
            typer.echo(line, nl=False)
    else:
        typer.echo(str(write_findings(findings, out)))
    for rule, count in sorted(findings.counts().items(), key=lambda entry: -entry[1]):
        say(f"{count:6,}  {rule}")
    say(f"{len(findings)} findings, {findings.errors} of them errors")
    if findings.errors:
        raise typer.Exit(FINDINGS)


def weight(
    country: Country,
    data: Data,
    edition: EditionName = None,
    out: Out = Path("out"),
    form: Format = None,
    verbose: Verbose = False,
) -> None:
    """Make a survey's weights by the recipe of its country's file, and write its files with them.

    Example: lfs-migration weight armenia --data examples/pilots/armenia-2007 --out out
    """
    from lfs_migration import weighting

    for path in weighting.weigh_files(country, data, out, edition=edition, form=form, say=say):
        typer.echo(str(path))


def demo(
    out: Out = Path("out"),
    verbose: Verbose = False,
) -> None:
    """Make the four synthetic pilot surveys and their tables.

    Example: lfs-migration demo --out out
    """
    from lfs_migration import demonstration

    for line in demonstration.demo(out, say=say):
        typer.echo(line)


def inspect(
    file: Annotated[Path, typer.Argument(help="A .sav, .zsav, .dta, .csv or .parquet file.")],
    encoding: Annotated[str | None, typer.Option(help="Of a text file that is not UTF-8.")] = None,
    verbose: Verbose = False,
) -> None:
    """Show what is in a survey file: its variables, labels, codes and missing values.

    Example: lfs-migration inspect armenia_emigrants.sav
    """
    from lfs_migration import inspection

    for line in inspection.describe(file, encoding=encoding):
        typer.echo(line)


def indicators(
    country: Annotated[str | None, typer.Argument(help="Country whose edition decides what can be computed.")] = None,
    edition: EditionName = None,
    module: Module = "emigration",
    verbose: Verbose = False,
) -> None:
    """List the indicators.

    Example: lfs-migration indicators mexico
    """
    from lfs_migration import catalog

    chosen = catalog.load_country(country, edition) if country else None
    module = chosen.module if chosen else module
    computable = catalog.Computable(catalog.load_codebook(module, chosen), chosen) if chosen else None
    for code, indicator in catalog.load_indicators(module, chosen).items():
        reason = computable.indicator(indicator) if computable else ""
        note = f" (not computable: {reason})" if reason else ""
        typer.echo(f"{code}  {indicator.title['en']}, {indicator.unit}{note}")
