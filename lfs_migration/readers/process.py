"""The process in which a file is read, so that no damage to a file is damage to the program that asked for it.

A reader of its own for each file is the rule (:func:`run`). Where thousands of files are tried, :class:`Forks` starts
the libraries once and gives each file a copy of that process: what crashes or hangs is the copy, and its file is the
only one that pays. Either way the child limits its own memory and time, and this side ends it at the deadline.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from lfs_migration.errors import ReadError

CHILD = Path(__file__).with_name("packages") / "child.py"
"""The program of the child process. Run as a script it need not import this package, which makes it quick."""
AGAIN = "It is damaged, or uses what the reader cannot read: export it again, or export it as .csv"

Runner = Callable[[Path, str, float], None]
"""Reads what a job file asks for, within so many seconds, or raises a ReadError about the path."""


@dataclass(frozen=True)
class Slowly:
    """How a file is read that is more than should be in memory: piece after piece, each put on disk.

    Parameters
    ----------
    folder : Path
        For the pieces; whoever made it takes it away, when the table is no longer needed.
    memory : int
        Bytes of expanded rows above which it is done.
    tell : callable
        Takes the share that is done.
    """

    folder: Path
    memory: int
    tell: Callable[[float], None] = lambda _: None


def run(path: Path, job: str, limit: float) -> None:
    """Read a file in a process of its own.

    Parameters
    ----------
    path : Path
        For the error.
    job : str
        Path of the job file.
    limit : float
        Seconds.

    Raises
    ------
    ReadError
        When the process takes longer, crashes, or ends with an error.
    """
    try:
        done = subprocess.run(  # noqa: S603
            [*_command(), job],
            env=_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=limit,
            check=False,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except subprocess.TimeoutExpired:
        raise late(path, limit) from None
    said = done.stderr.decode("utf-8", "replace").strip().splitlines()
    require_end(path, done.returncode, limit, said[-1] if said else "")


def _command() -> list[str]:
    return [sys.executable, "-P", "-X", "utf8", "-W", "ignore", str(CHILD)]


def _environment() -> dict[str, str]:
    # The child sees the same libraries as this process, however they came here, and no folder of the data.
    shared = os.pathsep.join(entry for entry in sys.path if Path(entry).is_absolute())
    one = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "ARROW_IO_THREADS"), "1")
    return {**os.environ, **one, "PYTHONPATH": shared}


def late(path: Path, limit: float) -> ReadError:
    """Return the error for a file that takes too long."""
    detail = f"The reader had not finished after {limit:,.0f} seconds"
    return ReadError("Takes too long to read", where=str(path), detail=detail, hint=AGAIN)


def require_end(path: Path, code: int, limit: float, said: str = "") -> None:
    """Check that a process ended well.

    Raises
    ------
    ReadError
        Saying how it ended.
    """
    if code == -getattr(signal, "SIGXCPU", 0) != 0:
        raise late(path, limit)
    if code:
        detail = f"The reader {ending(code)}{': ' + said if said else ''}"
        raise ReadError("Cannot be read", where=str(path), detail=detail, hint=AGAIN)


def ending(code: int) -> str:
    """Return how a process ended.

    Examples
    --------
    >>> ending(-11), ending(1)
    ('crashed (SIGSEGV)', 'ended with code 1')
    """
    if code >= 0:
        return f"ended with code {code}"
    try:
        return f"crashed ({signal.Signals(-code).name})"
    except ValueError:
        return f"crashed (signal {-code})"


class Forks:
    """A :data:`Runner` for many files: one process holds the libraries, and a copy of it reads each file.

    It needs ``fork``, which Windows does not have. Use it as a context.

    Attributes
    ----------
    starts : int
        How often the process that holds the libraries was started: once, and again after each deadline.
    """

    def __init__(self) -> None:
        self.starts = 0
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Forks:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def __call__(self, path: Path, job: str, limit: float) -> None:
        """Read a file, as :func:`run` does."""
        process = self._started()
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(f"{job}\n".encode())
        process.stdin.flush()
        ready, _, _ = select.select([process.stdout], [], [], limit)
        if not ready:
            self._stop()
            raise late(path, limit)
        answer = process.stdout.readline()
        if not answer:
            self._stop()
            raise ReadError("Cannot be read", where=str(path), detail="The reader is gone", hint=AGAIN)
        require_end(path, int(answer), limit)

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            self.starts += 1
            self._process = subprocess.Popen(  # noqa: S603
                [*_command(), "--serve"],
                env=_environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        return self._process

    def _stop(self) -> None:
        """End the process and its copies, by their own group."""
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.communicate()
        self._process = None
