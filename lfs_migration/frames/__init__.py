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
from lfs_migration.frames.engines import Engine
from lfs_migration.frames.lazy import PARENT, ROW, Ask, LazyRecords, is_lazy, with_constant
from lfs_migration.frames.natives import Native, SparkFrame, native
from lfs_migration.frames.order import numbered, ordered
from lfs_migration.frames.parts import Parts
from lfs_migration.frames.ranks import Ranks
from lfs_migration.frames.records import Records
from lfs_migration.frames.scan import scanned
from lfs_migration.frames.scope import FrameScope, evaluate, truth
from lfs_migration.frames.store import Content, Store

__all__ = [
    "PARENT",
    "ROW",
    "Ask",
    "Content",
    "Engine",
    "Frame",
    "FrameScope",
    "LazyRecords",
    "Native",
    "Parts",
    "Ranks",
    "Records",
    "SparkFrame",
    "Store",
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
    "native",
    "numbered",
    "ordered",
    "read_parquet",
    "require",
    "scanned",
    "select",
    "take",
    "to_pandas",
    "truth",
    "values",
    "with_columns",
    "with_constant",
    "write_parquet",
]
