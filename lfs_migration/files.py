"""Files that appear whole or not at all."""

from __future__ import annotations

import hashlib
import os
import secrets
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from lfs_migration.errors import LfsMigrationError

PRIVATE = 0o600
"""What is for the office alone is read and written by its owner alone."""


@contextmanager
def atomic(path: Path | str, *, private: bool = False) -> Iterator[Path]:
    """Give the name of a file to write; it takes the place of ``path`` when the block ends well.

    The new file stands in the folder of ``path``, so that one rename makes it appear. It reaches the disk before
    the rename: after a power cut there is the earlier file or the new one, never half of one. When the block
    raises, the earlier file is as it was.

    Parameters
    ----------
    path : path
        Its folder is made when it is missing.
    private : bool
        Nobody but the owner may read the file, from its first byte: for what holds records or names households.

    Raises
    ------
    LfsMigrationError
        When the folder or the disk does not take the file.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "out" / "tables.csv"
    >>> with atomic(path) as part:
    ...     _ = part.write_text("E03,1200")
    >>> path.read_text()
    'E03,1200'
    """
    target = Path(path)
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if private:
            # Whoever writes opens the file that is there, and leaves its mode as it is.
            os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE))
        yield part
        _sync(part)
        part.replace(target)
    except OSError as error:
        raise unwritten(target, error) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    settle(target.parent)


def settle(folder: Path) -> None:
    """Let what was renamed in a folder reach the disk."""
    # Some systems cannot open a folder; the rename is then as durable as the system makes it.
    with suppress(OSError):
        _sync(folder)


def ready(folder: Path) -> None:
    """Make a folder, and see that files can be written into it, before the work for them is done.

    Raises
    ------
    LfsMigrationError
        Naming the folder and what to do.
    """
    require_utf8(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise unwritten(folder, error, "Results cannot be written there") from error


def resolved(path: Path) -> Path:
    """Return a whole path without symbolic links. One that leads to itself stays; Python before 3.13 stops at it."""
    return Path(os.path.realpath(path))


def require_utf8(path: Path) -> None:
    """Check that a name can be told to every library that writes: some systems have names of any bytes.

    Raises
    ------
    LfsMigrationError
        Naming the file or folder and what to do.
    """
    try:
        str(path).encode()
    except UnicodeEncodeError:
        hint = "Rename it, or choose another"
        raise LfsMigrationError("Its name is not in UTF-8", where=str(path), hint=hint) from None


def write_text(path: Path | str, text: str, *, private: bool = False) -> Path:
    r"""Write UTF-8 text with ``\n`` as line end; what UTF-8 cannot carry is written as its number."""
    with atomic(path, private=private) as part:
        part.write_bytes(text.encode("utf-8", errors="backslashreplace"))
    return Path(path)


def write_bytes(path: Path | str, content: bytes, *, private: bool = False) -> Path:
    """Write bytes."""
    with atomic(path, private=private) as part:
        part.write_bytes(content)
    return Path(path)


def write_lines(path: Path | str, lines: Iterable[str], *, private: bool = False) -> Path:
    """Write the lines of a CSV file; what UTF-8 cannot carry is written as its number."""
    with (
        atomic(path, private=private) as part,
        part.open("w", encoding="utf-8", errors="backslashreplace", newline="") as file,
    ):
        file.writelines(lines)
    return Path(path)


def csv_line(fields: Iterable[object]) -> str:
    """Return fields as a line of a CSV file; nothing is an empty field.

    Examples
    --------
    >>> print(csv_line(["E14", None, "by sex, age"]), end="")
    E14,,"by sex, age"
    """
    # The csv module of Python 3.11 leaves a lone carriage return unquoted, and readers break the row there.
    return ",".join(_quoted("" if field is None else str(field)) for field in fields) + "\n"


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if any(mark in text for mark in ',"\r\n') else text


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    # Windows flushes only a file that was opened for writing, and no system opens a folder so.
    number = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def unwritten(target: Path, error: OSError, title: str = "This file could not be written") -> LfsMigrationError:
    """Return what to tell the user when the folder or the disk does not take a file."""
    hints = {
        "PermissionError": "Choose a folder that you may write to; close the file if another program has it open",
        "FileExistsError": "A file stands where the folder should be: choose another folder",
        "NotADirectoryError": "A file stands where the folder should be: choose another folder",
        "IsADirectoryError": "A folder of this name is in the way: move it",
    }
    hint = hints.get(type(error).__name__, "Check that the disk has room and is not read-only")
    return LfsMigrationError(title, where=str(target), detail=error.strerror or str(error), hint=hint)
