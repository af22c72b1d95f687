"""The place of stages, and a table that is in one; see :mod:`lfs_migration.readers.stages.staging` for what one is."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from lfs_migration.errors import LfsMigrationError, ReadError
from lfs_migration.files import unwritten
from lfs_migration.readers.parquet import ParquetTable
from lfs_migration.readers.process import Slowly

SHOWN = 20_000_000
"""Bytes of a file from which on it is shown how far its reading is."""
FOLDER = ".lfs-stage"
"""Name of the folder that the commands make for stages beside their results."""
VARIABLE = "LFS_STAGE"
"""The environment variable that names another one."""
_SWELLS = 200
"""How many times larger rows can be than their file."""
CHOICES = "choices"
"""Name of the folder, inside, of :mod:`lfs_migration.protect.kept`."""
READING = ".reading-"
"""Beginning of the name of a folder through which a file is read."""
LONG = 86_400.0
"""Seconds after which nobody reads through one any more that did not change."""
_APART = {
    ".gitignore": "*\n",
    "CACHEDIR.TAG": "Signature: 8a477f597d28d172789f06886806bc55\n# Stages of survey files. Deleting them is safe.\n",
}

Say = Callable[[str], None]
Progress = Callable[[str, float], None]
"""Takes what is being read, and the share of it that is done."""


@dataclass(frozen=True)
class Stage:
    """Where files are staged.

    Parameters
    ----------
    folder : Path
        Made when the first file is staged or choice is kept, for its owner alone.
    least : int
        Bytes of a file below which it is read each time.
    memory : int
        Bytes of rows above which a file of SPSS or Stata passes through memory some columns at a time.
    say : callable
        Takes messages: what was staged and where, and why something was not.
    progress : callable
        Takes what is being read and the share of it that is done, from 0 to 1.
    """

    folder: Path
    least: int = 0
    memory: int = 1 << 30
    say: Say = field(default=lambda _: None, compare=False)
    progress: Progress = field(default=lambda words, share: None, compare=False)

    @classmethod
    def of(cls, stage: Stage | Path | str | None) -> Stage | None:
        """Return a stage from its folder."""
        return stage if stage is None or isinstance(stage, Stage) else cls(Path(stage))

    def choices(self) -> Path:
        """Return where choices of disclosure control are kept: a folder inside, closed to others as this one is."""
        with suppress(LfsMigrationError):  # what takes no files keeps nothing
            make(self.folder)
        return self.folder / CHOICES


@dataclass(frozen=True)
class StagedTable(ParquetTable):
    """A file that is staged: read batch by batch, or mapped into memory whole.

    Parameters
    ----------
    schema : pyarrow.Schema
        As the reader gave it, with notes on columns.
    mapped : Path, optional
        The columns as they stand in memory.
    rows : int
        Of the file.
    """

    schema: pa.Schema
    mapped: Path | None
    rows: int

    def whole(self) -> pa.Table:
        """Return all columns and rows, as the reader gave them."""
        if self.mapped is None or len(self) != self.rows:
            return pa.Table.from_arrays(super().whole().columns, schema=self.schema)
        try:
            # It stays open: the columns are the file's own bytes.
            return pa.ipc.open_file(pa.memory_map(str(self.mapped))).read_all()
        except (OSError, pa.ArrowException) as error:
            raise ReadError("Is not whole", where=str(self.mapped), detail=str(error).splitlines()[0]) from None


@contextmanager
def at_work(path: Path, stage: Stage) -> Iterator[Slowly | None]:
    """Give the place through which a file is read that is more than should be in memory; nothing for other files."""
    size, words = path.stat().st_size, f"read {path.name}"

    def tell(share: float) -> None:
        if size >= SHOWN:
            stage.progress(words, share)

    tell(0.0)
    try:
        # What is compressed becomes larger; how large, the reader finds out.
        if size * _SWELLS <= stage.memory:
            yield None
            return
        make(stage.folder)
        _sweep(stage.folder)
        with tempfile.TemporaryDirectory(prefix=READING, dir=stage.folder, ignore_cleanup_errors=True) as folder:
            yield Slowly(Path(folder), stage.memory, tell)
    finally:
        tell(1.0)


def _sweep(folder: Path) -> None:
    """Take away what programs left that were killed while they read."""
    for one in folder.glob(f"{READING}*"):
        with suppress(OSError):
            if time.time() - one.stat().st_mtime > LONG:
                shutil.rmtree(one, ignore_errors=True)


def make(folder: Path) -> None:
    """Make the folder, for its owner alone; one that is there already stays as it is.

    Raises
    ------
    LfsMigrationError
        Naming the folder and what to do.
    """
    try:
        if folder.is_dir():
            return
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        for name, text in _APART.items():
            (folder / name).write_text(text, "ascii")
    except OSError as error:
        raise unwritten(folder, error, "Files cannot be staged there") from error
