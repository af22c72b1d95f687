"""The command for many surveys."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from lfs_migration.cli.options import (
    CANNOT,
    Allow,
    Engine,
    Languages,
    Profile,
    Protection,
    Quiet,
    Verbose,
    Weights,
    given,
    say,
    seed_given,
    tell,
)

if TYPE_CHECKING:
    from lfs_migration.batch import Job, Outcome

FAILED = 3
"""Exit code of a batch in which a survey failed."""
SIZES = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}


def _bytes(text: str | int | None) -> int | None:
    """Return a size in bytes, from a number with KB, MB or GB."""
    if text is None or isinstance(text, int):
        return text
    found = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)\s*([kmg]?)i?b?", text.strip().lower())
    if found is None:
        raise typer.BadParameter(f"{text!r} is no size. Write it as 4GB or 800MB")
    return int(float(found[1]) * SIZES[found[2]])


def batch(  # noqa: PLR0913, PLR0917
    context: typer.Context,
    projects: Annotated[
        list[Path], typer.Argument(help="Project files, or folders: every project file in them or one level below.")
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Folder for all results. Without it each project's own; page and journal in out."),
    ] = None,
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=1, help="So many surveys at a time.")] = 1,
    memory: Annotated[
        str | None, typer.Option("--memory", help="For all surveys at work together, as 4GB; more goes to the disk.")
    ] = None,
    resume: Annotated[
        bool,
        typer.Option("--resume", help="Go on with a batch that was stopped; what failed is not tried again."),
    ] = False,
    keep_going: Annotated[
        bool, typer.Option("--keep-going/--fail-fast", help="Begin the others after one failed, or do not.")
    ] = True,
    again: Annotated[bool, typer.Option("--again", help="Make what is published already from the same too.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be done, and what is missing; do nothing.")
    ] = False,
    wait: Annotated[bool, typer.Option("--wait", help="Wait while another batch has the folder.")] = False,
    log_format: Annotated[
        Literal["text", "json"], typer.Option("--log-format", help="Messages as lines of text or of JSON.")
    ] = "text",
    allow: Allow = None,
    quality: Profile = None,
    engine: Engine = "auto",
    weights: Weights = "recipe",
    protection: Protection = None,
    language: Languages = ["en"],  # noqa: B006
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Publish many surveys: each in a process of its own, and only what is not published yet from the same.

    Exit codes: 0 all published, 2 nothing could be done, 3 a survey failed, 130 stopped.

    Example: lfs-migration batch projects/ --jobs 2 --memory 4GB
    """
    from lfs_migration import catalog
    from lfs_migration.batch import jobs_of, run_batch
    from lfs_migration.cli.board import board
    from lfs_migration.settings import allowed

    budget = _bytes(memory)
    flags = given(
        context, out=out, quality=quality, engine=engine, weights=weights, protection=protection, languages=language
    )
    paths = catalog.find_projects(projects)
    found = jobs_of(paths, flags, os.environ, allowed(allow or (), os.environ))
    if dry_run:
        raise typer.Exit(_planned(found))
    seed = seed_given()
    with board(log_format, [one.name for one in found]) as shown:
        try:
            made = run_batch(
                found, out or Path("out"), workers=jobs, memory=budget, resume=resume, keep_going=keep_going,
                again=again, wait=-1 if wait else 0, seed=seed, language=language[0], tell=shown,
            )  # fmt: skip
        except KeyboardInterrupt:
            say("What is published stays. Go on with the same command and --resume.")
            raise
    for line in summary(made.outcomes):
        tell(line)
    if made.page is not None:
        tell(str(made.page))
    if made.failed:
        raise typer.Exit(FAILED if len(made.failed) < len(made.outcomes) else CANNOT)


def _planned(found: list[Job | Outcome]) -> int:
    """Print what would be done, and return the exit code of a batch that would end so."""
    from lfs_migration.batch import Outcome
    from lfs_migration.batch.batch import missing

    failed = 0
    for name, what in missing(found, seed_given()):
        why = what.why if isinstance(what, Outcome) else what.missing
        if why:
            failed += 1
            tell(f"{name}: cannot be made. {why}")
        elif isinstance(what, Outcome) or what.done:
            tell(f"{name}: nothing to do")
        else:
            tell(f"{name}: to be made")
            for reason in what.reasons:
                tell(f"    {reason}")
    return FAILED if failed else 0


def summary(outcomes: tuple[Outcome, ...]) -> Iterator[str]:
    """Yield a table of what came of each survey, and then a line for each that failed."""
    head = ("project", "survey", "outcome", "tables", "errors", "seconds", "folder")
    rows = [
        (one.name, one.survey or "-", one.kind, *_facts(one), one.folder or "-")
        for one in outcomes
    ]  # fmt: skip
    widths = [max(len(row[i]) for row in (head, *rows)) for i in range(len(head))]
    for row in (head, *rows):
        cells = (word.rjust(width) if 3 <= i <= 5 else word.ljust(width)
                 for i, (word, width) in enumerate(zip(row, widths, strict=True)))  # fmt: skip
        yield "  ".join(cells).rstrip()
    kinds = [one.kind for one in outcomes]
    counts = [f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(kinds)]
    yield f"{len(outcomes)} surveys: {', '.join(counts)}"
    for one in outcomes:
        if one.kind == "failed":
            yield f"{one.name}: {one.why}"


def _facts(one: Outcome) -> tuple[str, str, str]:
    if one.kind in ("failed", "stopped"):
        return "-", "-", f"{one.seconds:,.0f}" if one.seconds else "-"
    return f"{one.tables:,}", f"{one.errors:,}", f"{one.seconds:,.0f}" if one.kind == "published" else "-"
