"""What a batch shows while it works: bars on a terminal, lines in a log."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from lfs_migration.cli.options import quiet, say
from lfs_migration.errors import Alert

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from lfs_migration.batch import Event

Tell = Callable[["Event"], None]


@contextmanager
def board(form: Literal["text", "json"], names: Sequence[str]) -> Iterator[Tell]:
    """Give what takes events: bars where a terminal shows them, else a line each; to the quiet, failures alone.

    Parameters
    ----------
    form : str
        ``json``: lines of JSON, also on a terminal.
    names : sequence of str
        Of all surveys.
    """
    if form == "json":
        yield _as_json
    elif quiet() or not sys.stderr.isatty():
        width = max(map(len, names), default=0)
        yield lambda event: _as_line(event, width)
    else:
        with _bars() as shown:
            yield _Board(shown)


def _as_line(event: Event, width: int) -> None:
    left = f"  [{event.done:4.0%}, {_time(event.left)} left]" if event.what == "end" and event.left is not None else ""
    line = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%SZ}  {event.name:<{width}}  {event.words}{left}"
    say(Alert(line) if _failed(event) else line)


def _as_json(event: Event) -> None:
    if quiet() and not _failed(event):
        return
    entry: dict[str, Any] = {
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "level": "error" if _failed(event) else "info",
        "project": event.name,
        "event": event.what,
        "message": event.words,
        "done": round(event.done, 4),
        "seconds_left": None if event.left is None else round(event.left),
    }
    if event.outcome is not None:
        entry["outcome"] = event.outcome.plain()
    print(json.dumps(entry, ensure_ascii=False), file=sys.stderr, flush=True)


def _failed(event: Event) -> bool:
    return event.outcome is not None and event.outcome.kind == "failed"


def _time(seconds: float | None) -> str:
    return "-" if seconds is None else str(timedelta(seconds=round(seconds)))


class _Board:
    """A bar for the whole batch, and one for each survey that is at work."""

    def __init__(self, shown: Progress) -> None:
        self._shown = shown
        self._whole = shown.add_task("all", total=1.0, words="", left="")
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, event: Event) -> None:
        """Show an event."""
        self._shown.update(self._whole, completed=event.done, left=_time(event.left))
        if event.what == "end":
            if event.name in self._tasks:
                self._shown.remove_task(self._tasks.pop(event.name))
            self._shown.console.print(f"{event.name}: {event.words}", markup=False, highlight=False)
            return
        if event.name not in self._tasks:
            self._tasks[event.name] = self._shown.add_task(event.name, total=1.0, words="", left="")
        self._shown.update(self._tasks[event.name], completed=event.share, words=event.words[:60])


def _bars() -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        TaskProgressColumn(),
        TextColumn("{task.fields[left]}", markup=False),
        TextColumn("{task.fields[words]}", markup=False),
        console=Console(stderr=True),
        transient=True,
    )
