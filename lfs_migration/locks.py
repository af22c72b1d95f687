"""Folders into which one program at a time writes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from lfs_migration.errors import LfsMigrationError
from lfs_migration.files import unwritten


@contextmanager
def alone(folder: Path, wait: float = 0) -> Iterator[None]:
    """Let one program at a time write into a folder; the system sets the lock free however the program ends.

    Parameters
    ----------
    folder : Path
        The lock is a file beside it.
    wait : float
        Seconds to wait for another program; without end where it is negative.

    Raises
    ------
    LfsMigrationError
        When another program writes there now.
    """
    lock = FileLock(folder.with_name(f".{folder.name}.lock"), timeout=wait, thread_local=False)
    try:
        lock.acquire()
    except Timeout:
        hint = "Wait until it is done, or write the results into another folder"
        raise LfsMigrationError("Another program is writing into this folder", where=str(folder), hint=hint) from None
    except OSError as error:
        raise unwritten(Path(lock.lock_file), error) from error
    try:
        yield
    finally:
        lock.release()
