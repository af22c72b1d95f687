"""The command: what ``lfs-migration`` and ``python -m lfs_migration`` begin with."""

from __future__ import annotations

import os
import signal
from types import FrameType

INTERRUPTED = 130


def _stop(number: int, frame: FrameType | None) -> None:
    os._exit(INTERRUPTED)  # nothing is begun yet


def main() -> None:
    """Run the command line. An interrupt before its first step and after its last leaves no traceback either."""
    usual = signal.signal(signal.SIGINT, _stop)
    from lfs_migration.cli import main as run

    signal.signal(signal.SIGINT, usual)
    try:
        run()
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # all is done, and the program ends by itself


if __name__ == "__main__":
    main()
