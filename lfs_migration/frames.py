"""The one door to data frames.

Records are narwhals data frames over Arrow tables: Arrow keeps an empty value apart from every number and text, in
every type, and the same expressions run on other engines of narwhals. The rest of the package asks this module for
columns, for numpy arrays, or for the value of an expression, and never for a data-frame library.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from lfs_migration.errors import DataError, ExpressionError, near
from lfs_migration.expr import Expression
from lfs_migration.model.noun import Value

if TYPE_CHECKING:
    import pandas as pd

Frame = nw.DataFrame[Any]
Column = Any
"""Values for a new column: an Arrow or numpy array, a list, or an expression."""


def frame(columns: Mapping[str, Any]) -> Frame:
    """Return a frame from columns (Arrow arrays, numpy arrays or lists), all of one length."""
    return nw.from_native(pa.table(dict(columns)), eager_only=True)


def from_native(native: Any) -> Frame:
    """Return a frame from pandas, polars or Arrow data.

    Missing values of a pandas column (``None``, ``NaN``, ``NA``) become empty.

    Raises
    ------
    DataError
        When ``native`` is not a data frame.
    """
    try:
        table = nw.from_native(native, eager_only=True)
    except TypeError:
        raise DataError(
            f"{type(native).__name__} is not a data frame", hint="Give pandas, polars or Arrow data"
        ) from None
    return nw.from_native(table.to_arrow().combine_chunks(), eager_only=True)


def arrow(data: Frame) -> pa.Table:
    """Return the Arrow table under a frame."""
    table: pa.Table = nw.to_native(data)
    return table


def to_pandas(data: Frame) -> pd.DataFrame:
    """Return a pandas frame with Arrow types, so that integers with empty values stay integers."""
    import pandas as pd

    return arrow(data).to_pandas(types_mapper=pd.ArrowDtype)


def read_parquet(path: Path) -> Frame:
    """Return a Parquet file."""
    return nw.from_native(pq.read_table(path), eager_only=True)


def write_parquet(data: Frame, path: Path, metadata: Mapping[str, str]) -> None:
    """Write a frame with file-level ``metadata``."""
    table = arrow(data).replace_schema_metadata(dict(metadata))
    pq.write_table(table, path, compression="zstd", version="2.6")


def require(data: Frame, names: Sequence[str], where: str) -> None:
    """Check that all columns are there.

    Raises
    ------
    DataError
        Naming the absent columns, and near matches of the first.
    """
    absent = [name for name in names if name not in data.columns]
    if absent:
        raise DataError(
            f"No column {', '.join(map(repr, absent))}", where=where, hint=near(absent[0], data.columns)
        )


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
    """Return a column as floats, not-a-number where it is empty."""
    array = column(data, name)
    if pa.types.is_boolean(array.type):
        array = array.cast(pa.int8())
    out: NDArray[np.float64] = pc.cast(array, pa.float64()).to_numpy().astype(float, copy=False)
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
    return index.fill_null(-1).to_numpy().astype(np.int64)


def evaluate(data: Frame, expression: Expression, scope: FrameScope) -> pa.ChunkedArray:
    """Return the value of an expression for each row."""
    built = expression.build(scope)
    if not isinstance(built, nw.Expr):
        built = nw.lit(built)
    try:
        return arrow(data.select(built.alias("value"))).column("value")
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, nw.exceptions.NarwhalsError) as error:
        raise ExpressionError(
            f"Cannot compute {expression.text!r}", detail=str(error).splitlines()[0]
        ) from None


def truth(data: Frame, expression: Expression, scope: FrameScope) -> NDArray[np.int8]:
    """Return 1 where an expression is true, 0 where false and -1 where unknown."""
    array = evaluate(data, expression, scope)
    if len(array) == 1 and len(data) != 1:
        array = pa.chunked_array([pa.array([array[0].as_py()] * len(data), type=array.type)])
    if not pa.types.is_boolean(array.type) and not pa.types.is_null(array.type):
        raise ExpressionError(f"{expression.text!r} is not a condition", detail=f"Its values are {array.type}")
    return pc.cast(array, pa.int8()).fill_null(-1).to_numpy().astype(np.int8)


class FrameScope:
    """Builds expressions as columns of a frame.

    Parameters
    ----------
    data : Frame
    missing : mapping of variable to codes
        Codes of an absent answer: unknown in expressions.
    groups : callable
        Gives a variable's code-to-group mapping.
    lookups : callable
        Gives a variable's code-to-attribute mapping.
    aggregated : mapping
        Columns that hold the aggregates, by function, record and argument.
    """

    def __init__(
        self,
        data: Frame,
        missing: Mapping[str, Mapping[Value, str]],
        groups: Callable[[str], Mapping[Value, str]],
        lookups: Callable[[str, str], Mapping[Value, str]],
        aggregated: Mapping[tuple[str, str, str], str],
    ) -> None:
        self._columns = set(data.columns)
        self._missing = missing
        self._groups = groups
        self._lookups = lookups
        self._aggregated = aggregated

    def _raw(self, name: str) -> nw.Expr:
        if name not in self._columns:
            raise ExpressionError(f"No variable {name!r} here", hint=near(name, self._columns))
        return nw.col(name)

    def column(self, name: str) -> nw.Expr:
        """Return a column, empty where the answer is missing."""
        raw = self._raw(name)
        codes = list(self._missing.get(name, {}))
        return nw.when(~raw.is_in(codes)).then(raw) if codes else raw

    def literal(self, value: Any) -> Any:
        """Return a constant."""
        return nw.lit(None) if value is None else nw.lit(value)

    def about(self, function: str, name: str, arguments: Sequence[Any]) -> nw.Expr:
        """Return whether and why an answer is missing, its group, or an attribute of its code."""
        raw, reasons = self._raw(name), self._missing.get(name, {})
        if function in ("group", "lookup"):
            mapping = self._groups(name) if function == "group" else self._lookups(name, arguments[0])
            if not mapping:
                return nw.lit(None).cast(nw.String)
            return raw.replace_strict(
                list(mapping), list(mapping.values()), default=None, return_dtype=nw.String
            )
        if function == "blank":
            return raw.is_null()
        if function == "answered":
            return ~raw.is_null() & ~self._among(raw, list(reasons))
        wanted = [code for code, reason in reasons.items() if function in ("missing", reason)]
        return ~raw.is_null() & self._among(raw, wanted)

    @staticmethod
    def _among(raw: nw.Expr, codes: list[Any]) -> nw.Expr:
        return nw.coalesce(raw.is_in(codes), nw.lit(False)) if codes else nw.lit(False)

    def aggregate(self, function: str, record: str, argument: Expression | None) -> nw.Expr:
        """Return an aggregate that was put into a column before."""
        return nw.col(self._aggregated[function, record, str(argument or "")])

    def call(self, function: str, arguments: Sequence[Any]) -> Any:
        """Return a function of values."""
        first = arguments[0]
        match function:
            case "abs":
                return first.abs()
            case "ceil":
                return nw.lit(0) - (nw.lit(0) - first).floor()
            case "coalesce":
                return nw.coalesce(*arguments)
            case "cut":
                return reduce(
                    lambda total, limit: total + (first >= limit).cast(nw.Int64), arguments[1:], nw.lit(1)
                )
            case "floor":
                return first.floor()
            case "max" | "min":
                return reduce(lambda a, b: self.case(a >= b if function == "max" else a <= b, a, b), arguments)
            case "number":
                return first.cast(nw.Float64)
            case "sqrt":
                return first.sqrt()
            case _:
                return first.cast(nw.String)

    def case(self, condition: Any, then: Any, otherwise: Any) -> Any:
        """Return ``then`` where true, ``otherwise`` where false, empty where unknown."""
        return nw.when(condition).then(then).otherwise(nw.when(~condition).then(otherwise))

    def member(self, value: Any, options: Sequence[Any]) -> Any:
        """Return whether a value is among options, empty where it is unknown."""
        return nw.when(~value.is_null()).then(value.is_in(list(options)))
