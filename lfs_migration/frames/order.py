"""The order of rows: by key, so that nothing depends on the order in which a file came."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lfs_migration.frames.columns import Frame, arrow, take


def ordered(data: Frame, keys: Sequence[str]) -> Frame:
    """Return the rows in the order of their keys, empty ones last; rows of the same key in that of their values.

    Examples
    --------
    >>> from lfs_migration.frames import frame, values
    >>> people = frame({"hh_id": ["b", None, "a", "b"], "age": [40, 7, None, 3]})
    >>> values(ordered(people, ["hh_id"]), "age")
    [None, 3, 40, 7]
    """
    table = arrow(data)
    order = _sorted(table, keys)
    twice = _tied(table.select(list(keys)).take(order))
    if twice.any():
        others = [name for name in table.column_names if name not in keys]
        again = order[twice]
        order[twice] = again[_sorted(table.take(again), [*keys, *others])]
    return data if np.array_equal(order, np.arange(len(order))) else take(data, order)


def numbered(data: Frame, keys: Sequence[str]) -> NDArray[np.int64]:
    """Return a number for the key of each row, the same for the same key, and -1 where a part of it is empty.

    Examples
    --------
    >>> from lfs_migration.frames import frame
    >>> numbered(frame({"hh_id": ["a", "b", None, "a"], "line": [1, 1, 1, 1]}), ["hh_id", "line"]).tolist()
    [0, 1, -1, 0]
    """
    number, empty = np.zeros(len(data), dtype=np.int64), np.zeros(len(data), dtype=bool)
    for name in keys:
        encoded = pc.dictionary_encode(arrow(data).column(name).combine_chunks())
        size = len(encoded.dictionary)
        codes = encoded.indices.fill_null(size).to_numpy(zero_copy_only=False).astype(np.int64)
        _, number = np.unique(number * (size + 1) + codes, return_inverse=True)
        empty |= codes == size
    return np.where(empty, -1, number)


def _sorted(table: pa.Table, names: Sequence[str]) -> NDArray[np.int64]:
    # Empty values come last, which is Arrow's own way.
    order = pc.sort_indices(table, sort_keys=[(name, "ascending") for name in names])
    return cast("NDArray[np.int64]", order.to_numpy().astype(np.int64))


def _tied(keys: pa.Table) -> NDArray[np.bool_]:
    """Return which rows have the key of the row before or after them."""
    same = np.ones(max(0, keys.num_rows - 1), dtype=bool)
    for column in keys.columns:
        before, after = column.slice(0, keys.num_rows - 1), column.slice(1)
        equal = pc.fill_null(pc.equal(before, after), False).to_numpy()
        same &= equal | (pc.is_null(before).to_numpy() & pc.is_null(after).to_numpy())
    none = np.zeros(1, dtype=bool)
    return np.concatenate([none, same]) | np.concatenate([same, none]) if keys.num_rows else none[:0]
