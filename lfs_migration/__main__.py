"""The command: what ``lfs-migration`` and ``python -m lfs_migration`` begin with."""

from __future__ import annotations

import atexit
import io
import os
import signal
import sys
from contextlib import suppress
from types import FrameType
from typing import NoReturn

from lfs_migration import collector
from lfs_migration.errors import INTERRUPTED

ONE = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
"""Who adds up a matrix's rows in one thread has the same last digit on every machine; ours are too small for two."""


def _stop(number: int, frame: FrameType | None) -> None:
    os._exit(INTERRUPTED)  # nothing is begun yet


def main() -> None:
    """Run the command line. An interrupt before its first step and after its last leaves no traceback either."""
    for name in ONE:
        os.environ.setdefault(name, "1")
    collector.rest()
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A sign that the terminal or file does not have is written as its number, as in messages.
        sys.stdout.reconfigure(errors="backslashreplace")
    usual = signal.signal(signal.SIGINT, _stop)
    from lfs_migration.cli import main as run

    signal.signal(signal.SIGINT, usual)
    try:
        run()
    except SystemExit as end:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # all is done, and the program ends by itself
        if end.code == INTERRUPTED:
            _end(INTERRUPTED)
        raise


def _end(code: int) -> NoReturn:
    """End with a code. Python, interrupted while it evaluates text, would end itself by the signal after all."""
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # nobody reads it any more
            stream.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
