"""Frames and their columns: making, reading, changing, and turning into numpy arrays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from lfs_migration.errors import DataError, near, unquoted

if TYPE_CHECKING:
    import pandas as pd

Frame = nw.DataFrame[Any]
Column = Any
"""Values for a new column: an Arrow or numpy array, a list, or an expression."""
BLOCK = 1 << 18
"""Rows of a Parquet file that stand together."""


def frame(columns: Mapping[str, Any]) -> Frame:
    """Return a frame from columns (Arrow arrays, numpy arrays or lists), all of one length."""
    return nw.from_native(pa.table(dict(columns)), eager_only=True)


def from_native(native: Any) -> Any:
    """Return a frame from pandas, polars, Arrow, DuckDB or Spark data.

    A relation, a lazy frame and a Spark frame stay where they are. Missing values (``None``, ``NaN``, ``NA``) become
    empty.

    Raises
    ------
    DataError
        When ``native`` is not a data frame, or has columns without a name of their own or with values of several kinds.
    """
    try:
        table = nw.from_native(native)
    except (TypeError, nw.exceptions.NarwhalsError) as error:
        if type(native).__name__ in ("DataFrame", "Table"):
            raise _unusable(error) from None
        raise DataError(
            f"{type(native).__name__} is not a data frame",
            hint="Give pandas, polars or Arrow data, or the path of a Parquet file",
        ) from None
    if isinstance(table, nw.LazyFrame):
        return _without_nan(table)
    absent = [name for name in table.columns if not isinstance(name, str)]
    if absent:
        raise DataError(f"The column name {absent[0]!r} is not text", hint="Rename the columns: frame.columns.map(str)")
    try:
        columns = table.to_arrow()  # of pandas, with the index as a column more
    except (TypeError, pa.ArrowException) as error:
        raise _unusable(error) from None
    return frame({name: _known(columns.column(name)) for name in table.columns})


def _unusable(error: Exception) -> DataError:
    words = "; ".join(map(str, error.args)) or type(error).__name__
    return DataError(
        "The data frame cannot be used", detail=" ".join(words.split()),
        hint="Each column needs a name of its own and values of one kind",
    )  # fmt: skip


def _without_nan(given: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    floats = [name for name, kind in given.collect_schema().items() if kind.is_float()]
    if not floats:
        return given
    return given.with_columns(*(nw.when(~nw.col(name).is_nan()).then(nw.col(name)).alias(name) for name in floats))


def _known(array: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column in one piece, its categories as their values, empty where it is not a number."""
    if pa.types.is_dictionary(array.type):
        array = array.cast(array.type.value_type)
    if pa.types.is_floating(array.type):
        array = pc.if_else(pc.is_nan(array), pa.scalar(None, array.type), array)
    return pa.chunked_array([array.combine_chunks()], type=array.type)


def arrow(data: Frame) -> pa.Table:
    """Return the Arrow table under a frame."""
    table: pa.Table = nw.to_native(data)
    return table


def to_pandas(data: Frame) -> pd.DataFrame:
    """Return a pandas frame with Arrow types, so that integers with empty values stay integers."""
    import pandas as pd

    out: pd.DataFrame = arrow(data).to_pandas(types_mapper=pd.ArrowDtype)
    return out


def read_parquet(path: Path) -> Frame:
    """Return a Parquet file."""
    return nw.from_native(pq.read_table(path), eager_only=True)


def write_parquet(data: Frame | Iterable[pa.Table], path: Path, metadata: Mapping[str, str]) -> None:
    """Write a frame, or tables that are streamed, with file-level ``metadata``; the bytes are the same for both."""
    tables = [arrow(data)] if isinstance(data, nw.DataFrame) else data
    writer = None
    try:
        for block in _blocks(tables):
            if writer is None:
                schema = block.schema.with_metadata(dict(metadata))
                writer = pq.ParquetWriter(path, schema, compression="zstd", version="2.6")
            writer.write_table(block.replace_schema_metadata(writer.schema.metadata), row_group_size=BLOCK)
    finally:
        if writer is not None:
            writer.close()


def _blocks(tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """Yield the same rows in tables of one size, one at least, each column in one piece."""
    held: list[pa.Table] = []
    some = False
    for table in tables:
        held.append(table)
        while sum(map(len, held)) >= BLOCK:
            joined = pa.concat_tables(held)
            yield joined.slice(0, BLOCK).combine_chunks()
            held, some = [joined.slice(BLOCK)], True
    if held and (len(rest := pa.concat_tables(held)) or not some):
        yield rest.combine_chunks()


def require(data: Frame | Sequence[str], names: Sequence[str], where: str) -> None:
    """Check that all columns are in a frame, or among some names.

    Raises
    ------
    DataError
        Naming the absent columns, and near matches of the first.
    """
    held = data if isinstance(data, Sequence) else data.columns
    absent = [name for name in names if name not in held]
    if absent:
        raise DataError(f"No column {', '.join(map(repr, absent))}", where=where, hint=near(absent[0], held))


def with_columns(data: Frame, columns: Mapping[str, Any]) -> Frame:
    """Return ``data`` with columns added or replaced; a column is an array or an expression."""
    table = data
    expressions = {name: column for name, column in columns.items() if isinstance(column, nw.Expr)}
    if expressions:
        table = table.with_columns(**expressions)
    arrays = {name: column for name, column in columns.items() if name not in expressions}
    native = arrow(table)
    for name, column in arrays.items():
        array = column if isinstance(column, pa.Array | pa.ChunkedArray) else pa.array(column)
        if name in native.column_names:
            native = native.set_column(native.column_names.index(name), name, array)
        else:
            native = native.append_column(name, array)
    return nw.from_native(native, eager_only=True)


def select(data: Frame, names: Sequence[str]) -> Frame:
    """Return some columns."""
    return data.select(list(names))


def take(data: Frame, rows: NDArray[np.int64]) -> Frame:
    """Return some rows; a negative row number gives a row of empty values."""
    index = pa.array(rows, mask=rows < 0)
    return nw.from_native(arrow(data).take(index), eager_only=True)


def column(data: Frame, name: str) -> pa.ChunkedArray:
    """Return a column as Arrow holds it."""
    return arrow(data).column(name)


def values(data: Frame, name: str) -> list[Any]:
    """Return a column as Python values, ``None`` where it is empty."""
    out: list[Any] = column(data, name).to_pylist()
    return out


def floats(data: Frame, name: str) -> NDArray[np.float64]:
    """Return a column as floats, not-a-number where it is empty.

    Raises
    ------
    DataError
        For a text that is not a number.
    """
    array = column(data, name)
    if pa.types.is_boolean(array.type):
        array = array.cast(pa.int8())
    try:
        out: NDArray[np.float64] = pc.cast(array, pa.float64()).to_numpy().astype(float, copy=False)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise DataError(f"{name} is not a number", detail=unquoted(error)) from None
    return out


def is_text(data: Frame, name: str) -> bool:
    """Whether a column holds text."""
    kind = column(data, name).type
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def factor(data: Frame, name: str) -> tuple[NDArray[np.int64], list[Any]]:
    """Return a column as positions in its sorted distinct values, -1 where it is empty.

    Returns
    -------
    codes : integer array of shape (rows,)
    levels : list
    """
    array = column(data, name)
    levels = sorted(value for value in pc.unique(array).to_pylist() if value is not None)
    index = pc.index_in(array, value_set=pa.array(levels, type=array.type)).fill_null(-1)
    return index.to_numpy().astype(np.int64), levels


def link(child: Frame, parent: Frame, key: str) -> NDArray[np.int64]:
    """Return for each row of ``child`` the row of ``parent`` with the same ``key``, -1 where there is none.

    Of parents with the same key the first is taken.
    """
    index = pc.index_in(column(child, key), value_set=column(parent, key).combine_chunks(), skip_nulls=True)
    out: NDArray[np.int64] = index.fill_null(-1).to_numpy().astype(np.int64)
    return out
