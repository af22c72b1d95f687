"""The command that makes one table, or an office's own set of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lfs_migration.cli.options import (
    CorrectionsFile,
    CountryNamed,
    Data,
    EditionName,
    Engine,
    Language,
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

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lfs_migration.model.dataset import Dataset
    from lfs_migration.model.results import Table
    from lfs_migration.publish import About

CHARTS = (".svg", ".png")
"""Files of one table's chart."""
ENDINGS = (".csv", ".xlsx", ".tex", ".docx", *CHARTS)
"""Files that tables can be written into."""
FILES = ("tables.csv", "tables.xlsx")
"""What the folder of a set holds."""


def table(  # noqa: PLR0913, PLR0917
    text: Annotated[str | None, typer.Argument(help='What to tabulate: "WHAT by NAME, NAME where CONDITION".')] = None,
    country: CountryNamed = "",
    data: Data = Path(),
    edition: EditionName = None,
    statistic: Annotated[
        str,
        typer.Option(
            help="total, proportion, mean, median, quantile:P, ratio (WHAT per WHAT) or share (WHAT over WHAT); "
            "what is usual for what is tabulated without it."
        ),
    ] = "",
    tables: Annotated[Path | None, typer.Option("--set", help="YAML file of tables to make instead of one.")] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            help="A file that ends in .csv, .xlsx, .tex or .docx, or in .svg or .png for a chart; or a folder "
            "for a set. The screen without it.",
        ),
    ] = None,
    quality: Annotated[
        str | None,
        typer.Option(
            "--quality",
            "--profile",
            envvar="LFS_QUALITY",
            help="Quality rule profile; the edition's own without it.",
        ),
    ] = None,
    language: Language = "en",
    engine: Engine = "auto",
    weights: Weights = "recipe",
    stage: Staged = None,
    corrections: CorrectionsFile = None,
    protection: Protection = None,
    unprotected: Unprotected = False,
    verbose: Verbose = False,
    quiet: Quiet = False,
) -> None:
    """Make a table without an indicator of the module, or an office's own set of tables.

    Example: lfs-migration table "em_dest by em_sex" --country armenia --data examples/pilots/armenia-2007
    """
    from lfs_migration import pipeline, tabling

    _meant(text, country, data, tables, statistic, out)
    wanted = tabling.wanted(
        country, edition, tables or text or "", statistic=statistic, profile=quality, protection=protection,
        unprotected=unprotected,
    )  # fmt: skip
    tabling.able(out or Path())
    edits = pipeline.corrections_in(corrections)
    kept = stage_in(stage, None)
    made = tabling.weighted(
        country, edition, data, say=say, engine=engine, weights=weights, stage=kept, corrections=edits
    )  # fmt: skip
    found = wanted.of(made)
    if out is None:
        _show(found, made, language)
    else:
        about = _about(found, made, language)
        for path in [out] if out.suffix.lower() in ENDINGS else [out / name for name in FILES]:
            typer.echo(str(tabling.write(found, path, about)))


def _meant(text: str | None, country: str, data: Path, tables: Path | None, statistic: str, out: Path | None) -> None:
    """See that the options go together, before the work."""
    if not country:
        raise typer.BadParameter("name the country, or the path of its YAML file", param_hint="--country")
    if data == Path():
        raise typer.BadParameter("say where the survey's files are", param_hint="--data")
    if (text is None) == (tables is None):
        raise typer.BadParameter("write what to tabulate, or give a file with --set; one of them", param_hint="TEXT")
    if tables is not None and statistic:
        raise typer.BadParameter("the file says the statistic of each table", param_hint="--statistic")
    if tables is None and out is not None and out.suffix.lower() not in ENDINGS:
        raise typer.BadParameter(f"name a file that ends in {' or '.join(ENDINGS)}", param_hint="--out")
    if tables is not None and out is not None and out.suffix.lower() in CHARTS:
        raise typer.BadParameter("a chart shows one table, not a set", param_hint="--out")


def _show(found: Sequence[Table], made: Dataset, language: str) -> None:
    from lfs_migration.publish.lines import table_lines

    about = _about(found, made, language)
    for number, one in enumerate(found):
        typer.echo("\n" * bool(number), nl=False)
        for line in table_lines(one, about):
            tell(line)


def _about(found: Sequence[Table], made: Dataset, language: str) -> About:
    from lfs_migration.model.protection import Protected
    from lfs_migration.publish import About

    return About(language=language, protection=found if isinstance(found, Protected) else None).of(made)
