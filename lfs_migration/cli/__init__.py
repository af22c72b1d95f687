"""The command line: one short command a verb. Data go to standard output, messages to standard error."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextvars import copy_context
from functools import cache
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup
from typer.main import get_command

from lfs_migration.cli import batch, comparing, explaining, interrupts, knowledge, projects, records, survey, tables
from lfs_migration.cli.options import CANNOT, FINDINGS, INTERNAL, OK, Quiet, Verbose, verbose
from lfs_migration.errors import INTERRUPTED, LfsMigrationError, harmless, unquoted

__all__ = ["CANNOT", "FINDINGS", "INTERNAL", "INTERRUPTED", "OK", "app", "main"]


class _Commands(TyperGroup):
    def invoke(self, ctx: typer.Context) -> Any:  # type: ignore[override]
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:  # releases of Typer differ in what they make of it
            _stopped()


app = typer.Typer(
    cls=_Commands,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Emigration statistics from labour force surveys: from a survey file to published, quality-flagged tables.\n\n"
    "Example: lfs-migration run armenia --data examples/pilots/armenia-2007 --out out",
)
for command in (
    projects.init,
    projects.config,
    survey.run,
    batch.batch,
    survey.validate,
    survey.weight,
    survey.demo,
    survey.inspect,
    survey.convert,
    knowledge.new,
    knowledge.check,
    survey.indicators,
    comparing.compare,
    tables.table,
    explaining.explain,
    records.verify,
    records.reproduce,
):
    app.command()(command)
app.add_typer(knowledge.book, name="codebook")
app.add_typer(knowledge.paper, name="questionnaire")


def _versioned(value: bool) -> None:
    if value:
        from importlib.metadata import version

        typer.echo(f"lfs-migration {version('lfs-migration')}")
        raise typer.Exit(OK)


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_versioned, help="Show the version and exit.")
    ] = False,
    told: Verbose = False,
    quiet: Quiet = False,
) -> None:
    """Take what may stand before any command; the callbacks of the options do the work."""


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit with one of the codes above."""
    # What one command was asked to say, or not to say, is forgotten with it.
    copy_context().run(_main, sys.argv[1:] if arguments is None else arguments)


def _main(words: list[str]) -> None:
    with interrupts.noted() as interrupted:
        try:
            _commands()(words, standalone_mode=True, prog_name="lfs-migration")
        except KeyboardInterrupt:
            _stopped()
        except LfsMigrationError as error:
            if interrupted():
                _stopped()
            if verbose():
                raise
            typer.echo(f"Error: {error}", err=True)
            sys.exit(error.exit_code)
        except BrokenPipeError:
            sys.stderr.close()
            sys.exit(OK)
        except Exception as error:
            if interrupted():
                _stopped()
            if verbose():
                raise
            typer.echo(
                f"Internal error: {type(error).__name__}: {harmless(unquoted(error))}\n"
                "This is a defect of lfs-migration. Run again with -v and report what it prints.",
                err=True,
            )
            sys.exit(INTERNAL)


@cache
def _commands() -> Callable[..., Any]:
    """Return the commands with their options; a program that calls several finds these once."""
    return get_command(app)


def _stopped() -> NoReturn:
    typer.echo("Stopped.", err=True)
    sys.exit(INTERRUPTED)
