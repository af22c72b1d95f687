"""Parquet files with labels and missing codes, written the same to the byte each time."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from lfs_migration.files import atomic
from lfs_migration.model.dataset import Source
from lfs_migration.readers import described

ROWS = 1 << 20
"""Of a group, which is read as a whole."""


def write_parquet(table: pa.Table, source: Source, path: Path) -> None:
    """Write a Parquet file, with what its source knows under one key of its schema.

    Parameters
    ----------
    table : pyarrow.Table
        Categories become their values when it is read.
    source : Source
    path : Path
    """
    words = {described.KEY: described.to_json(source).encode()}
    whole = table.combine_chunks().replace_schema_metadata(words)
    with atomic(path, private=True) as part:
        pq.write_table(whole, part, compression="zstd", version="2.6", row_group_size=ROWS)
