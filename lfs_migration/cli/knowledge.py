"""Commands on what is known of a survey: codebooks, questionnaires, countries."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from lfs_migration.cli.options import CANNOT, EditionName, Language, Module, Of, Verbose, say

book = typer.Typer(no_args_is_help=True, help="Look things up in the codebook.")


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
            say(f"Error: {problem}")
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


@book.command()
def show(
    name: Annotated[str, typer.Argument(help="Variable or code list.")],
    country: Of = None,
    edition: EditionName = None,
    module: Module = "emigration",
    language: Language = "en",
    verbose: Verbose = False,
) -> None:
    """Show a variable or a code list.

    Example: lfs-migration codebook show em_reason --country armenia
    """
    from lfs_migration import lookup

    chosen = _edition(country, edition)
    for line in lookup.show(name, _codebook(module, chosen), chosen, language):
        typer.echo(line)


@book.command()
def search(
    word: Annotated[str, typer.Argument(help="Part of a name, or of a label in any language.")],
    country: Of = None,
    edition: EditionName = None,
    module: Module = "emigration",
    language: Language = "en",
    verbose: Verbose = False,
) -> None:
    """Find variables, code lists and codes.

    Example: lfs-migration codebook search destination
    """
    from lfs_migration import lookup

    found = list(lookup.search(word, _codebook(module, _edition(country, edition)), language))
    for line in found:
        typer.echo(line)
    if not found:
        say(f"Nothing has {word!r} in its name or label")


def _edition(country: str | None, edition: str | None) -> Any:
    from lfs_migration import catalog

    return catalog.load_country(country, edition) if country else None


def _codebook(module: str, edition: Any) -> Any:
    """Return the codebook of an edition, or of a module where there is none."""
    from lfs_migration import catalog

    return catalog.load_codebook(edition.module if edition else module, edition)
