"""Commands on the files of a survey."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, TypeGuard

import typer

from lfs_migration.cli.completing import countries
from lfs_migration.cli.options import (
    COUNTRY,
    FINDINGS,
    AcceptedFile,
    Allow,
    Before,
    BeforeEdition,
    CorrectionsFile,
    Country,
    Data,
    EditionName,
    Engine,
    Format,
    Language,
    Languages,
    Module,
    Out,
    Profile,
    ProjectFile,
    Protection,
    Quiet,
    Staged,
    TablesFile,
    Verbose,
    Weights,
    given,
    project_in,
    say,
    seed_given,
    stage_in,
    tell,
)


def run(  # noqa: PLR0913, PLR0917
    context: typer.Context,
    country: Annotated[
        str | None, typer.Argument(help=f"{COUNTRY} A project file says it too.", autocompletion=countries)
    ] = None,
    data: Annotated[
        Path | None, typer.Option("--data", help="Folder with the survey's files, or the file. A project says it too.")
    ] = None,
    project: ProjectFile = None,
    allow: Allow = None,
    edition: EditionName = None,
    out: Annotated[Path, typer.Option("--out", envvar="LFS_OUT", help="Folder for the results.")] = Path("out"),
    quality: Profile = None,
    engine: Engine = "auto",
    strict: Annotated[
        bool, typer.Option("--strict/--no-strict", help="Exit with 1 when there are errors in the data.")
    ] = False,
    weights: Weights = "recipe",
    stage: Staged = None,
    accepted: AcceptedFile = None,
    corrections: CorrectionsFile = None,
    protection: Protection = None,
    unprotected: Annotated[
        bool,
        typer.Option("--unprotected/--protected", help="Publish without disclosure control; each file then says so."),
    ] = False,
    tables: TablesFile = None,
    language: Languages = ["en"],  # noqa: B006
    sdmx_ml: Annotated[
        bool, typer.Option("--sdmx-ml/--no-sdmx-ml", help="Publish SDMX-ML too (needs the extra sdmx).")
    ] = False,
    verbose: Verbose = False,
    quiet: Quiet = False,
) -> None:
    """Turn a survey's files into published tables.

    What is to be done can stand in a project file. The command line wins over it, and it over the environment.

    Example: lfs-migration run mexico --data enadid_2023/ --out out --language es
    """
    from lfs_migration import pipeline
    from lfs_migration.cli.progress import Bar
    from lfs_migration.settings import settle

    flags = given(
        context, country=country, data=data, edition=edition, out=out, quality=quality, engine=engine, strict=strict,
        weights=weights, stage=stage, accepted=accepted, corrections=corrections, protection=protection,
        unprotected=unprotected, tables=tables, languages=language, sdmx_ml=sdmx_ml,
    )  # fmt: skip
    settings = settle(flags, project_in(country, project, allow), os.environ)
    result = pipeline.run(**settings.arguments(say=say, progress=Bar()), seed=seed_given())
    errors = result.findings.errors
    say(f"{len(result.tables)} tables; {result.findings.total:,} findings, {errors:,} of them errors")
    for path in result.outputs:
        typer.echo(str(path))
    if settings.strict and errors:
        raise typer.Exit(FINDINGS)


def validate(  # noqa: PLR0913, PLR0917
    country: Country,
    data: Data,
    edition: EditionName = None,
    out: Annotated[
        list[Path] | None,
        typer.Option("--out", help="File for the findings: .csv, .xlsx, .html or .json. May be given several times."),
    ] = None,
    engine: Engine = "auto",
    stage: Staged = None,
    accepted: AcceptedFile = None,
    corrections: CorrectionsFile = None,
    before: Before = None,
    before_edition: BeforeEdition = None,
    language: Language = "en",
    verbose: Verbose = False,
    quiet: Quiet = False,
) -> None:
    """Check a survey's files against the codebook; exit with 1 when there are errors.

    Example: lfs-migration validate armenia --data examples/pilots/armenia-2007 --out findings.html
    """
    from lfs_migration import pipeline
    from lfs_migration.publish import finding_lines, write_findings, writer
    from lfs_migration.validate import validate as check_data

    if before_edition and before is None:
        raise typer.BadParameter("say where its files are, with --before", param_hint="--before-edition")
    for path in out or ():
        writer(path)  # an ending that there is not is better said before the work than after it
    exceptions = pipeline.accepted_in(accepted)
    edits = pipeline.corrections_in(corrections)
    harmonised = pipeline.prepare(country, edition, data, say, engine, stage_in(stage, None), edits)
    earlier = None
    if before is not None:
        of = (before_edition, None) if _is_file(before_edition) else (country, before_edition or edition)
        earlier = pipeline.prepare(*of, before, say, engine, stage_in(stage, None))
    findings = check_data(harmonised, before=earlier, accepted=exceptions)
    if not out:
        for line in finding_lines(findings):
            tell(line, end=False)
    for path in out or ():
        typer.echo(str(write_findings(findings, path, data=harmonised, language=language)))
    for rule, count in sorted(findings.counts().items(), key=lambda entry: -entry[1]):
        say(f"{count:6,}  {rule}")
    say(f"{findings.total:,} findings, {findings.errors:,} of them errors")
    if findings.errors:
        raise typer.Exit(FINDINGS)


def _is_file(edition: str | None) -> TypeGuard[str]:
    return edition is not None and edition.endswith((".yaml", ".yml"))


def weight(  # noqa: PLR0913, PLR0917
    country: Country,
    data: Data,
    edition: EditionName = None,
    out: Out = Path("out"),
    form: Format = None,
    stage: Staged = None,
    verbose: Verbose = False,
    quiet: Quiet = False,
) -> None:
    """Make a survey's weights by the recipe of its country's file, and write its files with them.

    Example: lfs-migration weight armenia --data examples/pilots/armenia-2007 --out out
    """
    from lfs_migration import weighting

    kept = stage_in(stage, out)
    for path in weighting.weigh_files(country, data, out, edition=edition, form=form, say=say, stage=kept):
        typer.echo(str(path))


def demo(
    out: Out = Path("out"),
    verbose: Verbose = False,
    quiet: Quiet = False,
) -> None:
    """Make the four synthetic pilot surveys and their tables.

    Example: lfs-migration demo --out out
    """
    from lfs_migration import demonstration

    for line in demonstration.demo(out, say=say):
        tell(line)


def inspect(
    file: Annotated[Path, typer.Argument(help="A .sav, .zsav, .por, .dta, .csv, .parquet, .xlsx, .dat or .csdb file.")],
    encoding: Annotated[str | None, typer.Option(help="Of a text file that is not UTF-8.")] = None,
    dictionary: Annotated[
        Path | None, typer.Option(help="Where the columns of a text file stand: a .dcf, .dct, .sps or .csv.")
    ] = None,
    part: Annotated[str, typer.Option(help="Record of CSPro data, or sheet of a workbook.")] = "",
    verbose: Verbose = False,
    quiet: Quiet = False,
) -> None:
    """Show what is in a survey file: its variables, labels, codes and missing values.

    Example: lfs-migration inspect armenia_emigrants.sav
    """
    from lfs_migration import inspection

    for line in inspection.describe(file, encoding=encoding, dictionary=dictionary, part=part):
        tell(line)


def convert(
    file: Annotated[Path, typer.Argument(help="A .sav, .zsav, .por, .dta, .csv or .parquet file.")],
    out: Annotated[Path, typer.Argument(help="The new file: .sav, .zsav, .dta, .csv, .tsv or .parquet.")],
    encoding: Annotated[str | None, typer.Option(help="Of the file's text, where it says nothing or is wrong.")] = None,
    lossy: Annotated[bool, typer.Option("--lossy", help="Leave out what the format cannot hold, and list it.")] = False,
    tags: Annotated[bool, typer.Option("--tags", help="Into .dta: write missing codes as .a to .z.")] = False,
    verbose: Verbose = False,
    quiet: Quiet = False,
) -> None:  # fmt: skip
    """Write a survey file in another format with its labels and missing codes, and prove that it holds the same.

    Example: lfs-migration convert armenia_emigrants.sav armenia_emigrants.parquet
    """
    from lfs_migration import converting

    for line in converting.convert(file, out, encoding=encoding, lossy=lossy, tags=tags):
        say(line)
    typer.echo(str(out))


def indicators(
    country: Annotated[
        str | None,
        typer.Argument(help="Country whose edition decides what can be computed.", autocompletion=countries),
    ] = None,
    edition: EditionName = None,
    module: Module = "emigration",
    verbose: Verbose = False,
    quiet: Quiet = False,
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
        tell(f"{code}  {indicator.title['en']}, {indicator.unit}{note}")
