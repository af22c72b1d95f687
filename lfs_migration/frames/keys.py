"""Keys of many rows: which are alike, and which row of the parent they point to.

Rows of one household stand together, as a rule, so what depends on the household's key is worked out once for each run
of equal keys and not for each row. Where they do not stand together the runs are short and the answer is the same.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lfs_migration.frames.columns import Frame, column
from lfs_migration.frames.order import changes, numbered, rising


def linked(child: Frame, parent: Frame, key: str) -> NDArray[np.int64]:
    """Return for each row of ``child`` the row of ``parent`` with the same ``key``, -1 where there is none.

    Of parents with the same key the first is taken.

    Examples
    --------
    >>> from lfs_migration.frames import frame
    >>> linked(frame({"hh_id": ["a", "a", "c", None]}), frame({"hh_id": ["b", "a"]}), "hh_id").tolist()
    [1, 1, -1, -1]
    """
    array = _whole(column(child, key))
    if not len(array):
        return np.zeros(0, dtype=np.int64)
    begins = changes(array)
    first = np.flatnonzero(begins)
    wanted, held = array.take(pa.array(first)), _whole(column(parent, key))
    if wanted.equals(held) and rising(wanted):
        return np.cumsum(begins) - 1
    index = pc.index_in(wanted, value_set=held, skip_nulls=True)
    found = index.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    out: NDArray[np.int64] = np.repeat(found, np.diff(np.append(first, len(array))))
    return out


def repeated(data: Frame, keys: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the rows whose key is not complete, and those that share theirs with another row.

    Returns
    -------
    blank, twice : integer arrays
        Positions of rows, in their order.

    Examples
    --------
    >>> from lfs_migration.frames import frame
    >>> people = frame({"hh_id": ["a", "a", "b", None, "a"], "per_no": [1, 2, 1, 1, 1]})
    >>> [rows.tolist() for rows in repeated(people, ["hh_id", "per_no"])]
    [[3], [0, 4]]
    """
    arrays = [_whole(column(data, name)) for name in keys]
    blank = np.zeros(len(data), dtype=np.bool_)
    for array in arrays:
        if array.null_count:
            blank |= array.is_null().to_numpy(zero_copy_only=False)
    if not blank.any() and _rising(arrays):
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    number = numbered(data, keys)
    twice = np.flatnonzero((number >= 0) & (np.bincount(number + 1, minlength=1)[number + 1] > 1))
    return np.flatnonzero(blank), twice


def _rising(arrays: Sequence[pa.Array]) -> bool:
    """Whether each key is greater than the one before it: then none is there twice."""
    tied = np.ones(max(0, len(arrays[0]) - 1), dtype=np.bool_)
    for array in arrays:
        before, after = array[:-1], array[1:]
        less = pc.less(after, before).to_numpy(zero_copy_only=False)
        if (less & tied).any():
            return False
        tied &= pc.equal(after, before).to_numpy(zero_copy_only=False)
    return not tied.any()


def _whole(array: pa.ChunkedArray) -> pa.Array:
    whole = array.combine_chunks()
    return whole.combine_chunks() if isinstance(whole, pa.ChunkedArray) else whole
