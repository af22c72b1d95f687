"""The one door to data frames.

Records are narwhals data frames over Arrow tables: Arrow keeps an empty value apart from every number and text, in
every type, and the same expressions run on other engines of narwhals. The rest of the package asks this folder for
columns, for numpy arrays, or for the value of an expression, and never for a data-frame library.
"""

from lfs_migration.frames.columns import (
    Frame,
    arrow,
    column,
    factor,
    floats,
    frame,
    from_native,
    is_text,
    link,
    read_parquet,
    require,
    select,
    take,
    to_pandas,
    values,
    with_columns,
    write_parquet,
)
from lfs_migration.frames.lazy import PARENT, ROW, Ask, LazyRecords, is_lazy
from lfs_migration.frames.ranks import Ranks
from lfs_migration.frames.records import Records
from lfs_migration.frames.scope import FrameScope, evaluate, truth

__all__ = [
    "PARENT",
    "ROW",
    "Ask",
    "Frame",
    "FrameScope",
    "LazyRecords",
    "Ranks",
    "Records",
    "arrow",
    "column",
    "evaluate",
    "factor",
    "floats",
    "frame",
    "from_native",
    "is_lazy",
    "is_text",
    "link",
    "read_parquet",
    "require",
    "select",
    "take",
    "to_pandas",
    "truth",
    "values",
    "with_columns",
    "write_parquet",
]
