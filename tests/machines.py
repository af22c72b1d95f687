"""Python as another machine starts it: with its own hash seed, locale and time zone."""

from __future__ import annotations

import os
import subprocess
import sys

OF_A_MACHINE = ("LC_", "LANG", "TZ", "PYTHON")


def on_another_machine(*words: object, **settings: str) -> bytes:
    """Run Python with these words and settings, and return what it prints; it imports what this process can.

    It starts without `site`, which reads the names of folders in ``*.pth`` files as the locale writes them: before
    Python 3.13 an editable installation in a folder with letters that the locale lacks does not start at all.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OF_A_MACHINE)}
    where = {"PYTHONPATH": os.pathsep.join(sys.path), **settings}
    command = [sys.executable, "-S", *map(str, words)]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, env={**kept, **where}).stdout
