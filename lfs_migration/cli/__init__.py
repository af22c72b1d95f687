"""The command line: one short command a verb. Data go to standard output, messages to standard error."""

from __future__ import annotations

import sys

import typer

from lfs_migration.cli import comparing, knowledge, survey, tables
from lfs_migration.cli.options import CANNOT, FINDINGS, INTERNAL, INTERRUPTED, OK
from lfs_migration.errors import LfsMigrationError

__all__ = ["CANNOT", "FINDINGS", "INTERNAL", "INTERRUPTED", "OK", "app", "main"]

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Emigration statistics from labour force surveys: from a survey file to published, quality-flagged tables.",
)
for command in (
    survey.run,
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
):
    app.command()(command)
app.add_typer(knowledge.book, name="codebook")
app.add_typer(knowledge.paper, name="questionnaire")


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
