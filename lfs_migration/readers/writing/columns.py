"""Arrow columns as pyreadstat takes them, and the longest labels that SPSS and Stata hold."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pyarrow as pa
import pyarrow.compute as pc

from lfs_migration.errors import DataError, unquoted
from lfs_migration.model.dataset import Source

if TYPE_CHECKING:
    import pandas as pd

Labels = Mapping[str, str]
ValueLabels = Mapping[str, Mapping[Any, str]]
Missing = Mapping[str, Sequence[Any]]

EXACT = 2**53
"""The largest whole number up to which a float holds all of them."""
LONG = 2_147_483_620
"""The largest value of the four bytes of a Stata long; those above stand for missing ones."""


@dataclass(frozen=True)
class Limits:
    """The longest labels that a package holds."""

    unit: Literal["byte", "character"]
    file: int
    column: int
    value: int

    def length(self, text: str) -> int:
        """Return the length of a text in the unit of the package."""
        return len(text.encode()) if self.unit == "byte" else len(text)

    def cut(self, text: str, most: int) -> str:
        """Return as many whole letters of a text as fit, the last one an ellipsis where some do not.

        Examples
        --------
        >>> SPSS.cut("กรุงเทพ", 12)
        'กรุ…'
        """
        if self.length(text) <= most:
            return text
        while self.length(text) > most - self.length("…"):
            text = text[:-1]
        return text + "…"


SPSS = Limits("byte", 64, 255, 120)
STATA = Limits("character", 80, 80, 8000)


def source_of(
    table: pa.Table,
    path: Path,
    labels: Labels | None,
    value_labels: ValueLabels | None,
    missing: Missing | None,
    file_label: str,
) -> Source:
    """Return what is told of a table as the source that its columns would have come from."""
    return Source(
        "", str(path), "", table.num_rows, labels=labels or {}, value_labels=value_labels or {}, title=file_label,
        user_missing={name: tuple(codes) for name, codes in (missing or {}).items()},
    )  # fmt: skip


def through_library(path: Path, write: Callable[[], None]) -> None:
    """Let pyreadstat write; what it refuses is an error about the file.

    Raises
    ------
    DataError
    """
    import pyreadstat

    try:
        write()
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError) as error:
        raise DataError(f"Cannot be written as {path.suffix}", where=str(path), detail=unquoted(error)) from None


def frame(table: pa.Table, path: Path, tags: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Return a table as pyreadstat takes it; ``tags`` names the columns of text that hold Stata's missing codes."""
    import pandas as pd

    return pd.DataFrame(
        {name: _series(table.column(name), path, name, tagged=name in tags) for name in table.column_names}
    )


def _series(column: pa.ChunkedArray, path: Path, name: str, *, tagged: bool) -> pd.Series[Any]:
    """Return a column as pyreadstat takes it: Stata's whole numbers in 4 bytes, others as floats, no null text."""
    import pandas as pd

    column = plain(column, path, name)
    if tagged:
        return pd.Series([untagged(value) for value in column.to_pylist()], dtype=object)
    if pa.types.is_string(column.type):
        return pd.Series(pc.fill_null(column, "").to_pylist(), dtype="str")
    if pa.types.is_temporal(column.type) and column.null_count < len(column):
        series: pd.Series[Any] = column.to_pandas()
        return series
    if pa.types.is_integer(column.type) and pc.any(pc.greater(pc.abs(column), EXACT)).as_py():
        hint = "Keep a number of more than 15 digits as text"
        raise DataError(f"Column {name!r} holds whole numbers too long for {path.suffix}", where=str(path), hint=hint)
    if path.suffix.lower() == ".dta" and pa.types.is_integer(column.type) and fits_long(column):
        return pd.Series(column.to_pylist(), dtype="Int32")
    numbers = column if not pa.types.is_temporal(column.type) else pa.nulls(len(column))
    return pd.Series(pc.cast(numbers, pa.float64()).to_numpy(zero_copy_only=False))


def fits_long(column: pa.ChunkedArray) -> bool:
    """Return whether whole numbers fit the four bytes of a Stata long."""
    return not pc.any(pc.greater(pc.abs(column), LONG)).as_py()


def plain(column: pa.ChunkedArray, path: Path, name: str) -> pa.ChunkedArray:
    """Return a column without dictionaries and booleans; a float that is not a number is an error.

    Raises
    ------
    DataError
    """
    kind = column.type
    if pa.types.is_dictionary(kind):
        return plain(column.cast(kind.value_type), path, name)
    if pa.types.is_boolean(kind):
        return column.cast(pa.int8())
    if pa.types.is_large_string(kind):
        return column.cast(pa.string())
    if pa.types.is_floating(kind) and not pc.all(pc.is_finite(column)).as_py() and column.null_count < len(column):
        raise DataError(f"Column {name!r} holds values that are not numbers", where=str(path), hint="Make them null")
    return column


def untagged(value: Any) -> Any:
    """Return a code of text as pyreadstat takes it: ``.a`` as a letter, ``2`` as a number."""
    if isinstance(value, str) and value.startswith("."):
        return value[1:]
    return None if value is None else float(value)


def check_labels(
    path: Path, limits: Limits, file_label: str, labels: Labels | None, value_labels: ValueLabels | None
) -> None:
    """Check that no label is longer than the package holds, for it would be cut.

    Raises
    ------
    DataError
    """
    every: list[tuple[str, str, int]] = [("the file", file_label, limits.file)]
    every += [(f"column {name!r}", label, limits.column) for name, label in (labels or {}).items()]
    every += [
        (f"value {value!r} of column {name!r}", label, limits.value)
        for name, pairs in (value_labels or {}).items()
        for value, label in pairs.items()
    ]
    for owner, label, most in every:
        length = limits.length(label)
        if length > most:
            detail = f"It has {length} {limits.unit}s, and {path.suffix} holds {most}: {label[:40]!r}..."
            raise DataError(f"The label of {owner} is too long", where=str(path), detail=detail, hint="Shorten it")


def overwrite(part: Path, offset: int, data: bytes) -> None:
    """Write bytes over those that stand at a place of a file."""
    with part.open("rb+") as handle:
        handle.seek(offset)
        handle.write(data)


def insert(part: Path, offset: int, data: bytes) -> None:
    """Put bytes into a file; what stands behind the place moves on."""
    with part.open("rb+") as handle, tempfile.TemporaryFile(dir=part.parent) as rest:
        handle.seek(offset)
        shutil.copyfileobj(handle, rest)
        handle.seek(offset)
        handle.write(data)
        rest.seek(0)
        shutil.copyfileobj(rest, handle)
