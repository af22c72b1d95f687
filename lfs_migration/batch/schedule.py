"""Processes side by side: so many at a time, each for one survey."""

from __future__ import annotations

import multiprocessing
import signal
import sys
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import forkserver, resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess

from lfs_migration.batch.worker import Message, work
from lfs_migration.settings import Settings

TICK = 0.5
"""Seconds after which the caller is given a turn although nothing happened."""
PATIENCE = 5.0
"""Seconds that a process is given to end when it is told to."""


@dataclass
class Task:
    """A survey whose process runs."""

    key: int
    process: BaseProcess
    out: Connection
    parent: Connection
    began: float = field(default_factory=time.monotonic)
    ended: bool = False


def begin() -> None:
    """Begin the process that those of the surveys are copies of, so that it gets ready while the caller goes on."""
    if _context().get_start_method() == "forkserver":
        with _deaf():
            forkserver.ensure_running()


def side_by_side(
    surveys: Sequence[Settings], jobs: int, memory: int | None, seed: int | None, go: Callable[[], bool]
) -> Generator[tuple[int, Message]]:
    """Run surveys, and yield what each tells.

    Parameters
    ----------
    surveys : sequence of Settings
    jobs : int
        So many processes at a time.
    memory : int, optional
        Bytes that the records of one process may take.
    seed : int, optional
        Secret, of the keys of records.
    go : callable
        Whether another survey may be begun.

    Yields
    ------
    number : int
        Of the survey, -1 where nothing happened for a while.
    message : (str, object)
        ``start``, ``say``, and at its end ``done``, ``failed`` or ``broken``. Each survey that was begun has one end.
    """
    context, running, left = _context(), list[Task](), list(enumerate(surveys))
    try:
        while running or (left and go()):
            while left and len(running) < jobs and go():
                number, settings = left.pop(0)
                running.append(_started(context, number, settings, memory, seed))
                yield number, ("start", None)
            ready = wait([task.out for task in running], timeout=TICK)
            if not ready:
                yield -1, ("tick", None)
            for task in [one for one in running if one.out in ready]:
                yield task.key, _told(task)
            for task in [one for one in running if one.ended]:
                _closed(task)
                running.remove(task)
    finally:
        for task in running:
            task.process.terminate()
        for task in running:
            _closed(task)


def _started(context: BaseContext, number: int, settings: Settings, memory: int | None, seed: int | None) -> Task:
    out, told = context.Pipe(duplex=False)
    held, parent = context.Pipe(duplex=False)
    # Not a daemon, which could have no process of its own to read a file in: it ends by itself when this one does.
    process = context.Process(target=work, args=(settings, memory, seed, told, held))  # type: ignore[attr-defined]
    with _deaf():
        process.start()
    told.close()
    held.close()
    return Task(number, process, out, parent)


@contextmanager
def _deaf() -> Iterator[None]:
    """Begin processes that an interrupt of the terminal does not reach, not even in their first moment.

    It reaches this one, which then ends them; one that comes meanwhile comes a moment later.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # which would, begun by the first of them, let interrupts through
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def _told(task: Task) -> Message:
    try:
        message: Message = task.out.recv()
    except (EOFError, OSError):
        message = ("failed", _ended(task))
    task.ended = message[0] != "say"
    return message


def _ended(task: Task) -> str:
    """Say how a process ended that told nothing of its end."""
    task.process.join(PATIENCE)
    code = task.process.exitcode
    if code is not None and code < 0:
        often = " Often there is not enough memory: give --memory, or fewer --jobs." if code == -9 else ""
        return f"The system ended its process with signal {-code}.{often}"
    return (
        f"Its process ended with exit code {code}. Run it alone with lfs-migration run -v, and report what it prints."
    )


def _closed(task: Task) -> None:
    task.process.join(PATIENCE)
    if task.process.is_alive():
        task.process.kill()
        task.process.join()
    task.out.close()
    task.parent.close()


def _context() -> BaseContext:
    """Return how processes are made: from one that is ready for any survey, where the system can."""
    if sys.platform != "linux":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["lfs_migration.batch.ready"])
    return context
