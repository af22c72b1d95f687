"""Folders for records on their way, and connections to DuckDB that put what is above their budget there."""

from __future__ import annotations

import atexit
import shutil
import tempfile
import weakref
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from lfs_migration.errors import LfsMigrationError

if TYPE_CHECKING:
    import duckdb

SPILL = "spill"
"""Name of DuckDB's own folder: it makes it open to others, so that it always stands in a closed one."""
ALONE: dict[str, bool] = dict.fromkeys(
    ("autoinstall_known_extensions", "autoload_known_extensions", "allow_community_extensions"), False
)
"""DuckDB fetches nothing from a network, and runs no code but its own."""


class Work:
    """A folder for records, made when it is first asked for, and taken away when nothing refers to it any more.

    Nobody but its owner can look into it.

    Parameters
    ----------
    base : Path, optional
        The folder that it is made in; the system's temporary folder without it.
    """

    def __init__(self, base: Path | None) -> None:
        self.base = base

    @cached_property
    def folder(self) -> Path:
        """The folder.

        Raises
        ------
        LfsMigrationError
            When it cannot be made.
        """
        folder = _made(self.base)
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        return folder


def connected(folder: Path, memory: int, *, in_order: bool = True) -> duckdb.DuckDBPyConnection:
    """Return a connection to DuckDB.

    Parameters
    ----------
    folder : Path
        Closed to others, as that of :class:`Work` is: records are put there that do not fit into memory.
    memory : int
        Bytes.
    in_order : bool
        Rows stay in the order of their file.
    """
    import duckdb

    return duckdb.connect(
        config={
            "memory_limit": f"{memory}B",
            "temp_directory": str(folder / SPILL),
            "preserve_insertion_order": in_order,
            **ALONE,
        }
    )


def kept(base: Path | None) -> Path:
    """Make a closed folder that stays until the program ends: a lazy frame of DuckDB's does not tell when it goes."""
    folder = _made(base)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _made(base: Path | None) -> Path:
    try:
        return Path(tempfile.mkdtemp(prefix=".lfs-migration-", dir=base)).resolve()
    except OSError as error:
        raise LfsMigrationError(
            "The work folder cannot be made", where=str(base or tempfile.gettempdir()),
            detail=str(error.strerror or error), hint="Choose another one with TMPDIR or --out",
        ) from None  # fmt: skip
