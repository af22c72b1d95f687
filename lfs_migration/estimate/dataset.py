"""A researcher's own frame as a data set."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lfs_migration.frames import Engine, from_native, require, scanned
from lfs_migration.model.dataset import Dataset
from lfs_migration.model.design import Design


def dataset(frame: Any, design: Design, *, engine: str | Engine = "auto") -> Dataset:
    """Return a data set of one record, ``data``, without a codebook.

    Frames of pandas, polars and Arrow are held in memory. A DuckDB relation, a lazy polars frame and a Spark frame stay
    where they are: estimation asks them for sums by sampling unit and cell, and never for all of their rows.

    Parameters
    ----------
    frame : pandas, polars or Arrow data, a DuckDB relation, a Spark frame, or the path of a Parquet file or folder
        One row a sampled element; a missing value is unknown.
    design : Design
        Its columns are in ``frame``.
    engine : str or Engine
        What holds the rows of a Parquet file: ``memory``, ``duckdb``, ``spark``; ``auto`` is memory for files that fit
        in its budget, DuckDB for others.

    Raises
    ------
    DataError
        With near matches, for a design column that is not there.

    Examples
    --------
    >>> import pandas as pd
    >>> dataset(pd.DataFrame({"w": [1.0, 2.0]}), Design(weight="w")).records["data"].columns
    ['w']
    """
    file = isinstance(frame, str | Path)
    data = scanned(Path(frame), Engine.of(engine)) if file else from_native(frame)
    require(data, design.columns, "the design")
    return Dataset(records={"data": data}, design=design)
