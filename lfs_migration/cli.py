"""The command line: one short command a verb. Data go to standard output, messages to standard error."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from lfs_migration.errors import LfsMigrationError

OK, FINDINGS, CANNOT, INTERNAL, INTERRUPTED = 0, 1, 2, 70, 130
"""Exit codes: done; findings of severity error; cannot proceed; a defect of the toolkit; stopped by the user."""

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Emigration statistics from labour force surveys: from a survey file to published, quality-flagged tables.",
)

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


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit with one of the codes above."""
    words = sys.argv[1:] if arguments is None else arguments
    try:
        app(words, standalone_mode=True, prog_name="lfs-migration")
    except KeyboardInterrupt:
        typer.echo("Stopped.", err=True)
        sys.exit(INTERRUPTED)
    except LfsMigrationError as error:
        if "-v" in words or "--verbose" in words:
            raise
        typer.echo(f"Error: {error}", err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(OK)
    except Exception as error:
        if "-v" in words or "--verbose" in words:
            raise
        typer.echo(
            f"Internal error: {type(error).__name__}: {error}\n"
            "This is a defect of lfs-migration. Run again with -v and report what it prints.",
            err=True,
        )
        sys.exit(INTERNAL)


def _say(words: str) -> None:
    typer.echo(words, err=True)


@app.command()
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

    result = pipeline.run(
        country, data, out, edition=edition, profile=quality, say=_say, engine=engine, weights=weights
    )
    errors = result.findings.errors
    _say(f"{len(result.tables)} tables; {len(result.findings)} findings, {errors} of them errors")
    for path in result.outputs:
        typer.echo(str(path))
    if strict and errors:
        raise typer.Exit(FINDINGS)


@app.command()
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

    findings = check_data(pipeline.prepare(country, edition, data, _say, engine))
    if out is None:
        for line in finding_lines(findings):
            typer.echo(line, nl=False)
    else:
        typer.echo(str(write_findings(findings, out)))
    for rule, count in sorted(findings.counts().items(), key=lambda entry: -entry[1]):
        _say(f"{count:6,}  {rule}")
    _say(f"{len(findings)} findings, {findings.errors} of them errors")
    if findings.errors:
        raise typer.Exit(FINDINGS)


@app.command()
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

    for path in weighting.weigh_files(country, data, out, edition=edition, form=form, say=_say):
        typer.echo(str(path))


@app.command()
def demo(
    out: Out = Path("out"),
    verbose: Verbose = False,
) -> None:
    """Make the four synthetic pilot surveys and their tables.

    Example: lfs-migration demo --out out
    """
    from lfs_migration import demonstration

    for line in demonstration.demo(out, say=_say):
        typer.echo(line)


@app.command()
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


@app.command()
def check(
    country: Annotated[str | None, typer.Argument(help="Country; all without it.")] = None,
    edition: EditionName = None,
    verbose: Verbose = False,
) -> None:
    """Prove, without data, what each country's edition can compute, and say what it cannot and why.

    Example: lfs-migration check armenia
    """
    from lfs_migration import catalog, pipeline

    known = catalog.countries()
    wanted: list[tuple[str, str | None]] = [(country, edition)] if country else [(n, e) for n, e in known]
    broken = 0
    for name, which in wanted:
        chosen = catalog.load_country(name, which)
        codebook = catalog.load_codebook(chosen.module, chosen)
        problems = catalog.problems(codebook, chosen)
        broken += len(problems)
        for problem in problems:
            _say(f"Error: {problem}")
        if problems:
            continue
        rows = pipeline.report_of(codebook, chosen)
        computable = sum(not reason for _, breakdown, reason in rows if not breakdown)
        indicators = sum(not breakdown for _, breakdown, _ in rows)
        typer.echo(f"{chosen.id}: {computable} of {indicators} indicators")
        for code, breakdown, reason in rows:
            if reason:
                typer.echo(f"  {code} {breakdown}".rstrip() + f": not computable, {reason}")
    if broken:
        raise typer.Exit(CANNOT)


book = typer.Typer(no_args_is_help=True, help="Look things up in the codebook.")
app.add_typer(book, name="codebook")
Of = Annotated[
    str | None, typer.Option("--country", help="Country whose edition is meant; the module alone without it.")
]
Language = Annotated[str, typer.Option("--language", help="Of labels: en, fr, es, ar, hy, ru or th.")]


@book.command()
def show(
    name: Annotated[str, typer.Argument(help="Variable or code list.")],
    country: Of = None,
    edition: EditionName = None,
    language: Language = "en",
    verbose: Verbose = False,
) -> None:
    """Show a variable or a code list.

    Example: lfs-migration codebook show em_reason --country armenia
    """
    from lfs_migration import catalog, lookup

    chosen = _edition(country, edition)
    for line in lookup.show(name, catalog.load_codebook(edition=chosen), chosen, language):
        typer.echo(line)


@book.command()
def search(
    word: Annotated[str, typer.Argument(help="Part of a name, or of a label in any language.")],
    country: Of = None,
    edition: EditionName = None,
    language: Language = "en",
    verbose: Verbose = False,
) -> None:
    """Find variables, code lists and codes.

    Example: lfs-migration codebook search destination
    """
    from lfs_migration import catalog, lookup

    found = list(lookup.search(word, catalog.load_codebook(edition=_edition(country, edition)), language))
    for line in found:
        typer.echo(line)
    if not found:
        _say(f"Nothing has {word!r} in its name or label")


def _edition(country: str | None, edition: str | None) -> Any:
    from lfs_migration import catalog

    return catalog.load_country(country, edition) if country else None


@app.command()
def indicators(
    country: Annotated[str | None, typer.Argument(help="Country whose edition decides what can be computed.")] = None,
    edition: EditionName = None,
    verbose: Verbose = False,
) -> None:
    """List the indicators.

    Example: lfs-migration indicators mexico
    """
    from lfs_migration import catalog

    chosen = catalog.load_country(country, edition) if country else None
    computable = catalog.Computable(catalog.load_codebook(edition=chosen), chosen) if chosen else None
    for code, indicator in catalog.load_indicators(edition=chosen).items():
        reason = computable.indicator(indicator) if computable else ""
        note = f" (not computable: {reason})" if reason else ""
        typer.echo(f"{code}  {indicator.title['en']}, {indicator.unit}{note}")
