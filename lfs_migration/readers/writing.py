"""Files written for others, the same to the byte each time.

SPSS and Stata files carry the time at which they were written; here it is always the same. The packages cut labels
that are too long for them, in the middle of a letter if need be; here that is an error.
"""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lfs_migration.errors import DataError
from lfs_migration.files import atomic
from lfs_migration.readers import encodings

if TYPE_CHECKING:
    import pandas as pd

Labels = Mapping[str, str]
ValueLabels = Mapping[str, Mapping[Any, str]]
Missing = Mapping[str, Sequence[Any]]

_SAV_WHEN = (92, b"01 Jan 0000:00:00")
"""Where a .sav holds its date (9 bytes) and time (8 bytes)."""
_DTA_WHEN = b"01 Jan 2000 00:00"
_STATA_14 = 14
"""The oldest version that holds UTF-8; the newer layout opens in the largest edition of Stata only."""
_EXACT = 2**53


@dataclass(frozen=True)
class _Limits:
    """The longest labels that a package holds."""

    unit: Literal["byte", "character"]
    file: int
    column: int
    value: int


_SPSS = _Limits("byte", 64, 255, 120)
_STATA = _Limits("character", 80, 80, 8000)


def write_sav(
    table: pa.Table,
    path: Path,
    *,
    labels: Labels | None = None,
    value_labels: ValueLabels | None = None,
    missing: Missing | None = None,
    file_label: str = "",
) -> None:
    """Write an SPSS file, .zsav when ``path`` ends so.

    Parameters
    ----------
    table : pyarrow.Table
        Numbers, text, dates; an empty text and a null are the same in SPSS.
    path : Path
    labels : mapping of column to label
        At most 255 bytes in UTF-8.
    value_labels : mapping of column to mapping of value to label
        At most 120 bytes each.
    missing : mapping of column to values or (low, high) ranges
        At most three values, or one range and one value.
    file_label : str
        At most 64 bytes.

    Raises
    ------
    DataError
        When SPSS cannot hold a column, a label or a missing code.
    """
    import pyreadstat

    _check_labels(path, _SPSS, file_label, labels, value_labels)
    frame = _frame(table, path, {})
    whole = {name: "F8.0" for name in table.column_names if pa.types.is_integer(table.schema.field(name).type)}
    with atomic(path) as part:
        _library(
            path,
            lambda: pyreadstat.write_sav(
                frame,
                part,
                file_label=file_label,
                column_labels=dict(labels or {}),
                compress=path.suffix.lower() == ".zsav",
                row_compress=path.suffix.lower() != ".zsav",
                variable_value_labels={name: dict(pairs) for name, pairs in (value_labels or {}).items()},
                missing_ranges={
                    name: [_range(path, name, one) for one in many] for name, many in (missing or {}).items()
                },
                variable_format=whole,
            ),
        )
        _overwrite(part, *_SAV_WHEN)


def write_dta(
    table: pa.Table,
    path: Path,
    *,
    labels: Labels | None = None,
    value_labels: ValueLabels | None = None,
    missing: Missing | None = None,
    file_label: str = "",
) -> None:
    """Write a Stata file, which Stata 14 and later open.

    Parameters
    ----------
    table : pyarrow.Table
        As :func:`write_sav`.
    path : Path
    labels : mapping of column to label
        At most 80 characters.
    value_labels : mapping of column to mapping of value to label
    missing : mapping of column to codes
        The codes ``".a"`` to ``".z"`` that a column of text holds between its numbers: what reading a Stata file
        gives. The numbers become numbers again.
    file_label : str
        At most 80 characters.

    Raises
    ------
    DataError
        When Stata cannot hold a column or a label.
    """
    import pyreadstat

    _check_labels(path, _STATA, file_label, labels, value_labels)
    tags = {name: [str(code).removeprefix(".") for code in codes] for name, codes in (missing or {}).items()}
    frame = _frame(table, path, tags)
    values = {
        name: {_untagged(value) if name in tags else value: label for value, label in pairs.items()}
        for name, pairs in (value_labels or {}).items()
    }
    with atomic(path) as part:
        _library(
            path,
            lambda: pyreadstat.write_dta(
                frame,
                part,
                file_label=file_label,
                column_labels=dict(labels or {}),
                version=_STATA_14,
                variable_value_labels=values,
                missing_user_values=tags,
            ),
        )
        _overwrite(part, _dta_when(part), _DTA_WHEN)


def write_csv(
    table: pa.Table, path: Path, *, encoding: str = "utf-8", delimiter: str = ",", newline: str = "\n"
) -> None:
    r"""Write delimited text: a null is an empty field, and quotes stand only where they must.

    Parameters
    ----------
    table : pyarrow.Table
    path : Path
    encoding, delimiter : str
    newline : str
        ``"\n"`` or ``"\r\n"``.

    Raises
    ------
    DataError
        When a text holds what the encoding cannot write, or a number is not a number.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "person.csv")
    ...     write_csv(pa.table({"id": ["001", None], "age": [34, 5]}), path)
    ...     path.read_text()
    'id,age\n001,34\n,5\n'
    """
    lines = _Lines(newline)
    writer = csv.writer(lines, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(table.column_names)
    columns = [_plain(table.column(name), path, name).to_pylist() for name in table.column_names]
    writer.writerows(zip(*columns, strict=True))
    try:
        data = encodings.encode("".join(lines), encoding)
    except UnicodeEncodeError as error:
        raise _unwritable(table, path, encoding, error.object[error.start]) from None
    except LookupError:
        raise DataError(f"No encoding is called {encoding!r}", where=str(path)) from None
    with atomic(path) as part:
        part.write_bytes(data)


class _Lines(list[str]):
    """Lines of text that end as wanted; the writer itself ends them in both ways, so that it quotes both."""

    def __init__(self, newline: str) -> None:
        super().__init__()
        self._newline = newline

    def write(self, line: str) -> None:
        self.append(line.removesuffix("\r\n") + self._newline)


def _library(path: Path, write: Callable[[], None]) -> None:
    import pyreadstat

    try:
        write()
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError) as error:
        raise DataError(f"Cannot be written as {path.suffix}", where=str(path), detail=str(error)) from None


def _frame(table: pa.Table, path: Path, tags: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(
        {name: _series(table.column(name), path, name, tagged=name in tags) for name in table.column_names}
    )


def _series(column: pa.ChunkedArray, path: Path, name: str, *, tagged: bool) -> pd.Series[Any]:
    """Return a column as pyreadstat takes it: Stata's whole numbers in 4 bytes, others as floats, no null text."""
    import pandas as pd

    column = _plain(column, path, name)
    if tagged:
        return pd.Series([_untagged(value) for value in column.to_pylist()], dtype=object)
    if pa.types.is_string(column.type):
        return pd.Series(pc.fill_null(column, "").to_pylist(), dtype="str")
    if pa.types.is_temporal(column.type) and column.null_count < len(column):
        series: pd.Series[Any] = column.to_pandas()
        return series
    if pa.types.is_integer(column.type) and pc.any(pc.greater(pc.abs(column), _EXACT)).as_py():
        hint = "Keep a number of more than 15 digits as text"
        raise DataError(f"Column {name!r} holds whole numbers too long for {path.suffix}", where=str(path), hint=hint)
    if path.suffix.lower() == ".dta" and pa.types.is_integer(column.type) and _fits(column):
        return pd.Series(column.to_pylist(), dtype="Int32")
    numbers = column if not pa.types.is_temporal(column.type) else pa.nulls(len(column))
    return pd.Series(pc.cast(numbers, pa.float64()).to_numpy(zero_copy_only=False))


def _fits(column: pa.ChunkedArray) -> bool:
    """Whether whole numbers fit the four bytes of a Stata long, whose largest values stand for missing ones."""
    return not pc.any(pc.greater(pc.abs(column), 2_147_483_620)).as_py()


def _plain(column: pa.ChunkedArray, path: Path, name: str) -> pa.ChunkedArray:
    """Return a column without dictionaries and booleans; a float that is not a number is an error."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _plain(column.cast(kind.value_type), path, name)
    if pa.types.is_boolean(kind):
        return column.cast(pa.int8())
    if pa.types.is_large_string(kind):
        return column.cast(pa.string())
    if pa.types.is_floating(kind) and not pc.all(pc.is_finite(column)).as_py() and column.null_count < len(column):
        raise DataError(f"Column {name!r} holds values that are not numbers", where=str(path), hint="Make them null")
    return column


def _untagged(value: Any) -> Any:
    """Return a code of text as pyreadstat takes it: ``.a`` as a letter, ``2`` as a number."""
    if isinstance(value, str) and value.startswith("."):
        return value[1:]
    return None if value is None else float(value)


def _range(path: Path, name: str, code: Any) -> Any:
    if isinstance(code, tuple | list):
        low, high = (float(np.clip(limit, -np.finfo(float).max, np.finfo(float).max)) for limit in code)
        return {"lo": low, "hi": high}
    if isinstance(code, str) and len(code.encode()) > 8:
        raise DataError(f"The missing code {code!r} of {name!r} is longer than 8 bytes", where=str(path))
    return code


def _check_labels(
    path: Path, limits: _Limits, file_label: str, labels: Labels | None, value_labels: ValueLabels | None
) -> None:
    """Check that no label is longer than the package holds, for it would be cut."""
    every: list[tuple[str, str, int]] = [("the file", file_label, limits.file)]
    every += [(f"column {name!r}", label, limits.column) for name, label in (labels or {}).items()]
    every += [
        (f"value {value!r} of column {name!r}", label, limits.value)
        for name, pairs in (value_labels or {}).items()
        for value, label in pairs.items()
    ]
    for owner, label, most in every:
        length = len(label.encode()) if limits.unit == "byte" else len(label)
        if length > most:
            detail = f"It has {length} {limits.unit}s, and {path.suffix} holds {most}: {label[:40]!r}..."
            raise DataError(f"The label of {owner} is too long", where=str(path), detail=detail, hint="Shorten it")


def _overwrite(part: Path, offset: int, data: bytes) -> None:
    with part.open("rb+") as handle:
        handle.seek(offset)
        handle.write(data)


def _dta_when(part: Path) -> int:
    """Return where a .dta of Stata 14 holds its time: behind the label of the file, which may be of any length."""
    with part.open("rb") as handle:
        head = handle.read(1024)
    start = head.index(b"<label>") + len(b"<label>")
    mark = start + 2 + int.from_bytes(head[start : start + 2], "little") + len(b"</label>")
    found = head[mark : mark + 12]
    if found != b"<timestamp>" + bytes([len(_DTA_WHEN)]):
        raise ValueError(f"no time stamp at byte {mark} of a .dta: {found!r}")
    return mark + len(found)


def _unwritable(table: pa.Table, path: Path, encoding: str, letter: str) -> DataError:
    """Return the error for a letter that an encoding does not have, with the first place where it stands."""
    place = next((f"column {name!r}, row {row}" for name, row in _places(table, letter)), "the header")
    detail = f"{letter!r} (U+{ord(letter):04X}, {unicodedata.name(letter, 'unnamed')}) stands in {place}"
    return DataError(f"{encoding} cannot write all of the text", where=str(path), detail=detail, hint="Use utf-8")


def _places(table: pa.Table, letter: str) -> Iterable[tuple[str, int]]:
    for name in table.column_names:
        if pa.types.is_string(table.column(name).type):
            for row, value in enumerate(table.column(name).to_pylist(), start=1):
                if value is not None and letter in value:
                    yield name, row
