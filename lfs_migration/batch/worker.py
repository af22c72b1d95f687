"""The process of one survey: it runs the pipeline, tells its parent what it does, and never outlives it."""

from __future__ import annotations

import os
import signal
import sys
import threading
import traceback
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

from lfs_migration.errors import INTERRUPTED, LfsMigrationError
from lfs_migration.frames import Engine
from lfs_migration.settings import Settings

Message = tuple[str, Any]
"""``say`` and words; ``done`` and facts; ``failed`` or ``broken`` and words."""


def work(settings: Settings, memory: int | None, seed: int | None, out: Connection, parent: Connection) -> None:
    """Run the pipeline for one survey.

    Parameters
    ----------
    settings : Settings
    memory : int, optional
        Bytes that the records may take.
    seed : int, optional
        Secret, of the keys of records.
    out : Connection
        Takes messages.
    parent : Connection
        Nothing comes through it; it closes when the parent ends, however it does.
    """
    # An interrupt of the terminal reaches every process; the parent alone decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_ends_with, args=(parent,), daemon=True).start()
    with suppress(OSError, ValueError):
        _quiet()
    try:
        out.send(_run(settings, memory, seed, out))
    except LfsMigrationError as error:
        out.send(("failed", str(error)))
    except MemoryError:
        out.send(("failed", "There was not enough memory. Give --memory, or fewer --jobs."))
    except BrokenPipeError:
        os._exit(INTERRUPTED)
    except Exception as error:
        out.send(("broken", f"{type(error).__name__}: {error}\n{traceback.format_exc()}"))


def _run(settings: Settings, memory: int | None, seed: int | None, out: Connection) -> Message:
    from lfs_migration import pipeline

    arguments = settings.arguments(say=lambda words: out.send(("say", words)))
    if memory is not None:
        arguments["engine"] = Engine(settings.engine, memory=memory)
    made = pipeline.run(**arguments, seed=seed)
    return "done", {"tables": len(made.tables), "errors": made.findings.errors}


def _ends_with(parent: Connection) -> None:
    """End this process with its parent, at once: what is half done is not in its place yet."""
    with suppress(EOFError, OSError):
        parent.recv()
    os._exit(INTERRUPTED)


def _quiet() -> None:
    """Keep what libraries print out of the batch's own output."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, sys.stdout.fileno())
    os.close(null)
