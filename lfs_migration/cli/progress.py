"""A bar for what takes long: on standard error, and only where a terminal shows it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from lfs_migration.cli.options import quiet

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


class Bar:
    """Takes what is read and the share of it that is done; the bar goes away with the last of it.

    Examples
    --------
    >>> bar = Bar()
    >>> bar("read person.sav", 0.5)
    >>> bar("read person.sav", 1.0)
    """

    def __init__(self) -> None:
        self._shown: Progress | None = None
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, words: str, share: float) -> None:
        """Show how much is done, from 0 to 1."""
        if quiet() or not sys.stderr.isatty():
            return
        if self._shown is None:
            self._shown = _bar()
            self._shown.start()
        if words not in self._tasks:
            self._tasks[words] = self._shown.add_task(words, total=1.0)
        self._shown.update(self._tasks[words], completed=share)
        if share >= 1:
            self._shown.stop()
            self._shown, self._tasks = None, {}


def _bar() -> Progress:
    # rich takes long to import, and most files are read before anybody looks.
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    words = TextColumn("{task.description}", markup=False)
    console = Console(stderr=True)
    return Progress(words, BarColumn(), TaskProgressColumn(), TimeRemainingColumn(), console=console, transient=True)
