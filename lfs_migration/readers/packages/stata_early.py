"""Files of Stata 1 to 5 (releases 102 to 105), which the C library refuses, or reads with missing values as numbers.

The library knows releases from 104, and takes the missing value that doubles had until release 105 for a number,
1.7e+100. These files are small and plain, so they are read here with numpy.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from lfs_migration.errors import ReadError
from lfs_migration.readers.extent import Cursor
from lfs_migration.readers.packages.extent_stata import old_head, old_sets

RELEASES = range(102, 106)
_LARGEST = {"i1": 126, "i2": 32_766, "i4": 2_147_483_646, "f4": 2.0**127, "f8": 2.0**333}
"""The largest whole numbers; and what stands for a missing float, above which no number can be."""


def read(path: Path, size: int, encoding: str) -> tuple[pa.Table, dict[str, Any]]:
    """Read a file whose walk found no damage.

    Parameters
    ----------
    path : Path
    size : int
        In bytes.
    encoding : str

    Returns
    -------
    table : pyarrow.Table
        Numbers as floats, as the child process gives them.
    report : dict
        As the child process gives it.

    Raises
    ------
    ReadError
        When its text is in another encoding.
    """
    with path.open("rb") as handle:
        file = Cursor(handle, size)
        head = old_head(file)
        data = np.frombuffer(file.take(head.rows * head.row.itemsize), head.row) if head.rows else np.empty(0, head.row)
        sets = old_sets(file, head.release)
    try:
        names = [name.decode(encoding) for name in head.names]
        arrays = {name: _column(data[str(i)], encoding) for i, name in enumerate(names)}
        used = {name: sets[held] for name, held in zip(names, head.sets, strict=True) if held in sets}
        report = {
            "encoding": encoding,
            "formats": {name: form.decode(encoding) for name, form in zip(names, head.formats, strict=True)},
            "labels": {name: label.decode(encoding) for name, label in zip(names, head.labels, strict=True) if label},
            "value_labels": {
                name: [(code, label.decode(encoding)) for code, label in pairs] for name, pairs in used.items()
            },
            "title": head.title.decode(encoding),
            "ranges": {},
            "tags": {},
        }
    except UnicodeError as error:
        hint = "Declare the encoding of its text, for example encoding: cp1252"
        raise ReadError("Holds text in another encoding", where=str(path), detail=str(error), hint=hint) from None
    return pa.table(arrays), report


def _column(values: np.ndarray[Any, np.dtype[Any]], encoding: str) -> pa.Array:
    if values.dtype.kind == "S":
        return pa.array([value.split(b"\0", 1)[0].decode(encoding) for value in values.tolist()], pa.string())
    largest = _LARGEST[values.dtype.str[1:]]
    missing = values >= largest if values.dtype.kind == "f" else values > largest
    return pa.array(np.where(missing, 0, values).astype(float), mask=missing)
