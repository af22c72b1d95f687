"""The command that sets surveys side by side, rounds of one survey, or a survey and an outside source."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lfs_migration.cli.completing import indicators as codes_begun
from lfs_migration.cli.options import (
    Language,
    Profile,
    Protection,
    Quiet,
    Staged,
    Unprotected,
    Verbose,
    Weights,
    say,
    stage_in,
    tell,
)


def compare(  # noqa: PLR0913, PLR0917
    surveys: Annotated[
        list[str],
        typer.Argument(help="COUNTRY=FOLDER: a country, its edition (armenia-2007) or YAML file, and its files."),
    ],
    before: Annotated[
        Path | None, typer.Option("--before", help="Folder of the round before: the change since then is shown.")
    ] = None,
    before_edition: Annotated[
        str | None,
        typer.Option(
            "--before-edition", help="Edition of the round before, or its YAML file; the same one without it."
        ),
    ] = None,
    independent: Annotated[
        bool, typer.Option("--independent", help="The rounds' samples share no unit, whatever their numbers are.")
    ] = False,
    outside: Annotated[
        Path | None,
        typer.Option("--with", help="CSV of an outside source: destination, figure, and if there se, sex, year."),
    ] = None,
    year: Annotated[str, typer.Option("--year", help="Of the outside source, where it has several.")] = "",
    source: Annotated[str, typer.Option("--source", help="What the outside source is.")] = "",
    reference: Annotated[str, typer.Option("--reference", help="Where it was published.")] = "",
    definition: Annotated[str, typer.Option("--definition", help="Whom it counts.")] = "",
    indicators: Annotated[
        str,
        typer.Option(
            "--indicators",
            help="Codes with commas between them; all without it. One, with --with.",
            autocompletion=codes_begun,
        ),
    ] = "",
    out: Annotated[Path | None, typer.Option("--out", help="A .csv file for the figures; notes go beside it.")] = None,
    quality: Profile = None,
    protection: Protection = None,
    unprotected: Unprotected = False,
    weights: Weights = "recipe",
    stage: Staged = None,
    language: Language = "en",
    verbose: Verbose = False,
    quiet: Quiet = False,
) -> None:
    """Set surveys side by side, or show the change since the round before, or the share of an outside source.

    Example: lfs-migration compare armenia=data/armenia-2007 egypt=data/egypt-2006 --indicators E02
    """
    from lfs_migration import comparison
    from lfs_migration.comparison import printing
    from lfs_migration.comparison.surveys import edition_called, named, prepared

    _alone(surveys, before, outside)
    if before is None and (before_edition or independent):
        raise typer.BadParameter("say where the files of the round before are", param_hint="--before")
    given = {"source": source, "reference": reference, "definition": definition}
    about = {name: words for name, words in given.items() if words}
    if (about or year) and outside is None:
        raise typer.BadParameter("say which outside source, with --with", param_hint=f"--{next(iter(about), 'year')}")
    codes = [code.strip() for code in indicators.split(",") if code.strip()]
    if outside is not None and len(codes) > 1:
        raise typer.BadParameter("an outside source is compared with one indicator", param_hint="--indicators")
    places = [(edition_called(name), folder) for name, folder in map(named, surveys)]
    kept = stage_in(stage, None)
    data = [prepared(*edition, folder, weights, kept, say) for edition, folder in places]
    rules = "" if unprotected else protection
    found: printing.Compared
    if before is not None:
        first = prepared(*_before(before_edition, places[0][0]), before, weights, kept, say)
        found = comparison.compare_rounds(first, data[0], codes, independent=independent, profile=quality,
                                          protection=rules)  # fmt: skip
    elif outside is not None:
        if rules != "":
            say("protect with all tables of the publication")
        found = comparison.compare_with(
            data[0], outside, indicator="".join(codes), year=year, profile=quality, protection=rules, **about
        )  # fmt: skip
    else:
        found = comparison.compare_countries(*data, indicators=codes, profile=quality, protection=rules)
    for line in map(str, printing.write(found, out)) if out else printing.lines(found, language):
        tell(line)


def _before(edition: str | None, of: tuple[str, str | None]) -> tuple[str, str | None]:
    """Return the country and edition of the round before: of this one's country, where no other is named."""
    from lfs_migration.comparison.surveys import edition_called

    if edition is None:
        return of
    whole = edition.endswith((".yaml", ".yml")) or edition_called(edition)[1] is not None
    return edition_called(edition) if whole else (of[0], edition)


def _alone(surveys: list[str], before: Path | None, outside: Path | None) -> None:
    """Check that it is clear what is compared with what."""
    if before is not None and outside is not None:
        raise typer.BadParameter("compare with one of them at a time", param_hint="--before, --with")
    one = "--before" if before is not None else "--with" if outside is not None else ""
    if one and len(surveys) > 1:
        raise typer.BadParameter(f"give one survey, not {len(surveys)}", param_hint=one)
    if not one and len(surveys) < 2:
        raise typer.BadParameter("give two surveys, or one with --before or --with", param_hint="COUNTRY=FOLDER")
