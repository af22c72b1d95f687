"""Parquet files as frames: in memory within a budget, on an engine above it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from lfs_migration.errors import DataError
from lfs_migration.frames import spark
from lfs_migration.frames.columns import from_native
from lfs_migration.frames.engines import Engine
from lfs_migration.frames.work import connected, kept


def scanned(path: Path, engine: Engine) -> Any:
    """Return a Parquet file, or those of a folder, as a frame: in memory, or as a lazy frame that stays on its engine.

    Raises
    ------
    DataError
        Where there is no such file, or one that is not Parquet.
    """
    files = sorted(path.glob("**/*.parquet")) if path.is_dir() else [path]
    if not files or not path.exists():
        raise DataError("No such file", where=str(path), hint="Give a data frame, or the path of a Parquet file")
    kind = engine.kind(sum(map(_size, files)))
    names = [str(file) for file in files]
    if kind == "memory":
        return from_native(pa.concat_tables([pq.read_table(name) for name in names], promote_options="default"))
    if kind == "spark":
        return from_native(spark.session().read.parquet(*names))
    lazy = connected(kept(engine.folder), engine.memory, in_order=False)
    return from_native(lazy.read_parquet(names))


def _size(file: Path) -> int:
    """Return the bytes of a file's values before compression."""
    try:
        with pq.ParquetFile(file) as parquet:
            groups = parquet.metadata
            return sum(groups.row_group(i).total_byte_size for i in range(groups.num_row_groups))
    except (pa.ArrowException, OSError) as error:
        raise DataError("Not a Parquet file", where=str(file), detail=str(error).splitlines()[0]) from None
