"""A researcher's own frame as a data set."""

from __future__ import annotations

from typing import Any

from lfs_migration.frames import from_native, require
from lfs_migration.model.dataset import Dataset
from lfs_migration.model.design import Design


def dataset(frame: Any, design: Design) -> Dataset:
    """Return a data set of one record, ``data``, without a codebook.

    Parameters
    ----------
    frame : pandas, polars or Arrow data, a DuckDB relation, a Spark frame, or the path of a Parquet file
        One row a sampled element; a missing value is unknown.
    design : Design
        Its columns are in ``frame``.

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
    data = from_native(frame)
    require(data, design.columns, "the design")
    return Dataset(records={"data": data}, design=design)
