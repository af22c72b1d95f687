"""The order of rows: by key, so that nothing depends on the order in which a file came."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lfs_migration.frames.codes import coded
from lfs_migration.frames.columns import Frame, arrow, take

CLOSE = 4
"""Times the number of rows that the numbers of keys may reach."""


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

    The numbers lie close together: the greatest is at most a few times the number of rows.

    Examples
    --------
    >>> from lfs_migration.frames import frame
    >>> numbered(frame({"hh_id": ["a", "b", None, "a"], "line": [1, 1, 1, 1]}), ["hh_id", "line"]).tolist()
    [0, 2, -1, 0]
    """
    number, size, empty = np.zeros(len(data), dtype=np.int64), 1, np.zeros(len(data), dtype=bool)
    for name in keys:
        codes, levels = _placed(arrow(data).column(name))
        empty |= codes == levels
        number, size = (number * (levels + 1) + codes, size * (levels + 1)) if size > 1 else (codes, levels + 1)
        if size > CLOSE * len(data) + CLOSE:
            number, size = _encoded(pa.array(number))
    return np.where(empty, -1, number)


def _placed(array: pa.ChunkedArray) -> tuple[NDArray[np.int64], int]:
    """Return the position of each value among others, and how many these are; an empty value is after the last.

    Whole numbers close together are told by their distance from the least. Of others the first of each run of equal
    ones is looked up: rows of one household stand together, as a rule.
    """
    known = coded(array) if pa.types.is_integer(array.type) else None
    if known is not None:
        return known.codes.astype(np.int64), known.empty
    whole = array.combine_chunks()
    whole = whole.combine_chunks() if isinstance(whole, pa.ChunkedArray) else whole
    if not len(whole):
        return np.zeros(0, dtype=np.int64), 0
    begins = changes(whole)
    first = np.flatnonzero(begins)
    values = whole.take(pa.array(first))
    if rising(values):
        return np.cumsum(begins) - 1, len(first)
    codes, levels = _encoded(values)
    return np.repeat(codes, np.diff(np.append(first, len(whole)))), levels


def rising(array: pa.Array) -> bool:
    """Whether each value is greater than the one before it, and none is empty: then none is there twice.

    Examples
    --------
    >>> rising(pa.array([1, 2, 5])), rising(pa.array([1, 2, 2])), rising(pa.array([1, None]))
    (True, False, False)
    """
    return not array.null_count and pc.all(pc.less(array[:-1], array[1:]), min_count=0).as_py()


def changes(array: pa.Array) -> NDArray[np.bool_]:
    """Return which values differ from the one before; the first does, and every empty one."""
    same = pc.equal(array[1:], array[:-1]).fill_null(False).to_numpy(zero_copy_only=False)
    return np.concatenate([np.ones(1, dtype=np.bool_), ~same])


def _encoded(array: pa.Array) -> tuple[NDArray[np.int64], int]:
    """Return the position of each value among the distinct ones in the order of their first rows, and their number."""
    encoded = pc.dictionary_encode(array)
    size = len(encoded.dictionary)
    return encoded.indices.fill_null(size).to_numpy(zero_copy_only=False).astype(np.int64), size


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
