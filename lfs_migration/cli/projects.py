"""Commands on project files: write a first one, and show what a run would be told."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lfs_migration.cli.completing import countries
from lfs_migration.cli.options import COUNTRY, SEED, Allow, Quiet, Verbose, project_in, say, seed_given, tell

if TYPE_CHECKING:
    from lfs_migration.settings import Settings

UNSAID = {
    "country": "not said",
    "data": "not said",
    "edition": "the newest",
    "quality": "the edition's own",
    "protection": "the edition's own",
    "stage": "files above 20 MB, beside the results",
}
"""What a setting without a value stands for; no file for the others."""


def config(
    project: Annotated[Path | None, typer.Argument(help="Project file; the environment alone without it.")] = None,
    allow: Allow = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for programs.")] = False,
    verbose: Verbose = False,
    quiet: Quiet = False,
) -> None:
    """Show what a run would be told: each setting, its value, and where it comes from.

    Example: lfs-migration config armenia.project.yaml
    """
    from lfs_migration.settings import settle

    settings = settle({}, project_in(None, project, allow), os.environ)
    secret = {"value": "set" if seed_given() is not None else None, "from": f"environment {SEED}"}
    if as_json:
        rows = {key: {"value": _plain(value), "from": origin} for key, value, origin in _settings(settings)}
        typer.echo(json.dumps({**rows, "seed": secret}, ensure_ascii=False, indent=2))
        return
    shown = [(key, _shown(key, value), origin) for key, value, origin in _settings(settings)]
    last = ("seed", secret["value"] or "not set", secret["from"] or "")
    for line in _aligned([("setting", "value", "from"), *shown, last]):
        tell(line)


def init(  # noqa: PLR0913, PLR0917
    folder: Annotated[Path, typer.Argument(help="Folder of the project file.")] = Path(),
    country: Annotated[str | None, typer.Option("--country", help=COUNTRY, autocompletion=countries)] = None,
    data: Annotated[
        Path | None, typer.Option("--data", help="Folder with the survey's files, or the file, in that folder.")
    ] = None,
    edition: Annotated[str | None, typer.Option("--edition", help="Edition; the newest without it.")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Folder for the results; out in that folder.")] = None,
    language: Annotated[
        list[str] | None, typer.Option("--language", help="Of the report; may be given several times; en without it.")
    ] = None,
    verbose: Verbose = False,
    quiet: Quiet = False,
) -> None:
    """Write a first project file, and say which of the survey's files are not there yet.

    In a terminal it asks for what is not given. A file that is there is never overwritten.

    Example: lfs-migration init armenia --country armenia --data armenia/data
    """
    from lfs_migration import catalog, drafting
    from lfs_migration.errors import Alert

    country = country or _asked("--country", None, catalog.load_country)
    editions = [one for name, one in catalog.countries() if name == country.lower()]
    if edition is None and len(editions) > 1 and _terminal():
        edition = _asked("--edition", editions[-1], lambda given: catalog.load_country(country, given))
    data = data or Path(_asked("--data", str(folder / "data"), Path))
    draft = drafting.Draft(folder, country, data, edition, out, tuple(dict.fromkeys(language or ["en"])))
    missing = drafting.absent(draft)
    for path in drafting.write(draft):
        tell(str(path))
    for line in missing:
        say(Alert(line))
    for place in draft.outside():
        say(Alert(f"{place} is outside of the project's folder: give --allow {place}, or set LFS_ALLOW"))
    say(f"Look it over, then: lfs-migration run --project {draft.path}")


def _terminal() -> bool:
    return sys.stdin.isatty()


def _asked(flag: str, usual: str | None, check: Callable[[str], object]) -> str:
    """Return what the user answers, asked again until it is right.

    Raises
    ------
    typer.BadParameter
        Where there is no terminal to ask in.
    """
    from lfs_migration.errors import LfsMigrationError

    if not _terminal():
        raise typer.BadParameter("it is missing, and there is no terminal to ask in", param_hint=flag)

    def read(given: str) -> str:
        try:
            check(given.strip())
        except LfsMigrationError as error:
            raise typer.BadParameter(str(error)) from None
        return given.strip()

    answer: str = typer.prompt(flag.lstrip("-").capitalize(), default=usual, value_proc=read, err=True)
    return answer


def _settings(settings: Settings) -> Iterator[tuple[str, Any, str]]:
    """Yield each setting, its value and where it comes from."""
    for key, origin in settings.origins.items():
        yield key, getattr(settings, key), origin


def _plain(value: Any) -> Any:
    """Return a value as JSON has it."""
    return list(value) if isinstance(value, tuple) else str(value) if isinstance(value, Path) else value


def _shown(key: str, value: Any) -> str:
    """Return a value in words."""
    if value is None:
        return UNSAID.get(key, "none")
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _aligned(rows: Sequence[tuple[str, str, str]]) -> Iterator[str]:
    """Yield rows as lines whose columns stand below each other."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
