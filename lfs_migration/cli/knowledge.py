"""Commands on what is known of a survey: codebooks, questionnaires, countries."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from lfs_migration.cli.completing import countries, indicators
from lfs_migration.cli.options import CANNOT, EditionName, Language, Module, Of, Out, Quiet, Verbose, say, tell

book = typer.Typer(
    no_args_is_help=True,
    help="Look things up in the codebook.\n\nExample: lfs-migration codebook search destination",
)


def check(
    country: Annotated[str | None, typer.Argument(help="Country; all without it.", autocompletion=countries)] = None,
    edition: EditionName = None,
    verbose: Verbose = False,
    quiet: Quiet = False,
) -> None:
    """Prove, without data, that the knowledge holds together, and what each country's edition can compute.

    With a country's name everything is listed that it cannot compute, each with the question that is missing.

    Example: lfs-migration check armenia
    """
    from lfs_migration import checking
    from lfs_migration.errors import Alert

    found = [checking.check_edition(country, edition)] if country else checking.check_all()
    broken = False
    for one in found:
        broken |= bool(one.problems)
        for problem in one.problems:
            say(Alert(f"Error: {problem}"))
        if one.summary:
            tell(f"{one.name}: {one.summary}" + (f"; {len(one.notes)} notes" if one.notes else ""))
        for line in one.details:
            if country or line.startswith("indicator"):
                tell(f"  {line}")
        for note in one.notes if country or verbose else ():
            tell(f"  note: {note}")
    if broken:
        raise typer.Exit(CANNOT)


@book.command()
def show(
    name: Annotated[
        str,
        typer.Argument(help="Variable, question, code list, indicator or standard.", autocompletion=indicators),
    ],
    country: Of = None,
    edition: EditionName = None,
    module: Module = "emigration",
    language: Language = "en",
    verbose: Verbose = False,
    quiet: Quiet = False,
) -> None:
    """Show a variable, a code list or the standard that a definition follows.

    Example: lfs-migration codebook show em_reason --country armenia
    """
    from lfs_migration import lookup

    chosen = _edition(country, edition)
    for line in lookup.show(name, _codebook(module, chosen), chosen, language):
        tell(line)


@book.command()
def search(
    word: Annotated[str, typer.Argument(help="Part of a name, or of a label in any language.")],
    country: Of = None,
    edition: EditionName = None,
    module: Module = "emigration",
    language: Language = "en",
    verbose: Verbose = False,
    quiet: Quiet = False,
) -> None:
    """Find variables, code lists and codes.

    Example: lfs-migration codebook search destination
    """
    from lfs_migration import lookup

    found = list(lookup.search(word, _codebook(module, _edition(country, edition)), language))
    for line in found:
        tell(line)
    if not found:
        say(f"Nothing has {word!r} in its name or label")


@book.command()
def export(  # noqa: PLR0913, PLR0917
    to: Annotated[str, typer.Option("--to", help="html, ddi, xlsform, csv, spss or stata.")],
    country: Of = None,
    edition: EditionName = None,
    module: Module = "emigration",
    language: Language = "en",
    out: Out = Path("out"),
    verbose: Verbose = False,
    quiet: Quiet = False,
) -> None:
    """Write the codebook as a page, as metadata, as a form to field, or as label scripts.

    Example: lfs-migration codebook export --to ddi --country armenia --out out
    """
    from lfs_migration.exporting import export as written

    chosen = _edition(country, edition)
    codebook = _codebook(module, chosen)
    questionnaire = _questionnaire(codebook.name)
    for path in written(codebook, to, out, language=language, edition=chosen, questionnaire=questionnaire):
        typer.echo(str(path))


@book.command()
def diff(
    a: Annotated[str, typer.Argument(help="A country's edition (armenia-2007), its YAML file, or a module.")],
    b: Annotated[str, typer.Argument(help="Another.")],
    language: Language = "en",
    out: Annotated[Path | None, typer.Option("--out", help="A .csv file for the differences.")] = None,
    verbose: Verbose = False,
    quiet: Quiet = False,
) -> None:
    """Say what differs between two editions, countries or modules: codes, universes, wording.

    Example: lfs-migration codebook diff armenia-2007 egypt-2006
    """
    from lfs_migration.metadata import differences

    found = differences.compare(a, b)
    if out is not None:
        typer.echo(str(differences.write_differences(found, out)))
    else:
        for line in differences.difference_lines(found, language):
            tell(line)
    say(f"{len(found)} differences")


@book.command()
def schemas(out: Out = Path("out"), verbose: Verbose = False, quiet: Quiet = False) -> None:
    """Write JSON Schemas of the YAML files, so that an editor completes and checks them.

    Example: lfs-migration codebook schemas --out schemas
    """
    from lfs_migration.metadata.schemas import write_schemas

    for path in write_schemas(out):
        typer.echo(str(path))


paper = typer.Typer(
    no_args_is_help=True,
    help="The questionnaires.\n\nExample: lfs-migration questionnaire print emigration --language fr --out out",
)


@paper.command("print")
def print_(
    name: Annotated[str, typer.Argument(help="A module's, a country's edition's (armenia-2007), or a YAML file.")],
    language: Language = "en",
    out: Out = Path("out"),
    verbose: Verbose = False,
    quiet: Quiet = False,
) -> None:
    """Write a questionnaire as a page to print: routes drawn, A4, from left to right or from right to left.

    Example: lfs-migration questionnaire print emigration --language fr --out out
    """
    from lfs_migration import catalog
    from lfs_migration.forms.paper import write_paper

    questionnaire = catalog.load_questionnaire(name)
    chosen = catalog.edition_of(questionnaire)
    codebook = catalog.load_codebook(questionnaire.module, chosen)
    path = out / f"questionnaire.{questionnaire.name}.{language}.html"
    typer.echo(str(write_paper(questionnaire, codebook, path, language=language, edition=chosen)))


@paper.command("list")
def list_(verbose: Verbose = False, quiet: Quiet = False) -> None:
    """List the questionnaires and their languages.

    Example: lfs-migration questionnaire list
    """
    from lfs_migration import catalog

    for name in catalog.questionnaires():
        questionnaire = catalog.load_questionnaire(name)
        tell(f"{name}: {questionnaire.title['en']} ({', '.join(questionnaire.languages)})")


def new(
    country: Annotated[str, typer.Argument(help="Name of the country, as in the file to be written.")],
    files: Annotated[list[Path], typer.Argument(help="The office's files, or a CSPro dictionary (.dcf).")],
    edition: Annotated[str, typer.Option("--edition", help="Year or round.")],
    module: Module = "emigration",
    out: Out = Path(),
    verbose: Verbose = False,
    quiet: Quiet = False,
) -> None:
    """Write a first YAML file for a country from its files: what each column may be, and what is still open.

    Example: lfs-migration new georgia households.sav emigrants.sav --edition 2027
    """
    from lfs_migration import matching

    proposal = matching.propose(country, edition, files, module)
    path = matching.write(proposal, out)
    for line in proposal.lines():
        tell(line)
    typer.echo(str(path))
    say(f"Look it over, then: lfs-migration check {path}")


def _questionnaire(module: str) -> Any:
    """Return the questionnaire of a module, if it has one."""
    from lfs_migration import catalog

    return catalog.load_questionnaire(module) if module in catalog.questionnaires() else None


def _edition(country: str | None, edition: str | None) -> Any:
    from lfs_migration import catalog

    return catalog.load_country(country, edition) if country else None


def _codebook(module: str, edition: Any) -> Any:
    """Return the codebook of an edition, or of a module where there is none."""
    from lfs_migration import catalog

    return catalog.load_codebook(edition.module if edition else module, edition)
