"""Where two files differ first: a row and a column, a part of a workbook, a line, a byte."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from pathlib import Path

from lfs_migration.verification.manifests import shown

PIECE = 1 << 20
"""Bytes that are compared at a time."""
LONGEST = 60
"""Signs of a value that are shown."""
TEXTS = (".html", ".json", ".xml", ".csv", ".txt", ".md")


def first_difference(one: Path, other: Path, *, values: bool = True) -> str:
    r"""Return in words where two files differ first; nothing where they hold the same bytes.

    Parameters
    ----------
    one, other : Path
        The published file, and the one that was made again.
    values : bool
        Whether the values of a table may be told; those of files for the office alone may not.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> for name, estimate in (("a.csv", 1200), ("b.csv", 1300)):
    ...     _ = (folder / name).write_text(f"indicator,sex,estimate\nE03,_T,{estimate}\n")
    >>> first_difference(folder / "a.csv", folder / "b.csv")
    'line 2 (E03), column estimate: 1200 published, 1300 made again'
    """
    place = _first_byte(one, other)
    if place is None:
        return ""
    ending = one.suffix.lower()
    found = ""
    if ending == ".csv":
        found = _in_table(one, other, values=values)
    elif ending == ".xlsx":
        found = _in_workbook(one, other)
    return found or (f"line {_line(one, place):,}" if ending in TEXTS else f"byte {place + 1:,}")


def _first_byte(one: Path, other: Path) -> int | None:
    """Return how many bytes two files have in common at their beginning, None where they are the same."""
    done = 0
    with one.open("rb") as first, other.open("rb") as second:
        while True:
            a, b = first.read(PIECE), second.read(PIECE)
            if a != b:
                return done + next(
                    (i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b))
                )
            if not a:
                return None
            done += len(a)


def _line(path: Path, place: int) -> int:
    """Return the line that a byte is in."""
    count, left = 1, place
    with path.open("rb") as file:
        while left and (piece := file.read(min(PIECE, left))):
            count += piece.count(b"\n")
            left -= len(piece)
    return count


def _in_table(one: Path, other: Path, *, values: bool) -> str:
    """Return the line and the column of a CSV file; nothing where its rows are the same, or are no rows."""
    header: Sequence[str] = ()
    try:
        for (line, first), (other_line, second) in zip_longest(_rows(one), _rows(other), fillvalue=(0, None)):
            if first is None or second is None:
                return _ended(line or other_line, more=first is None)
            if first != second:
                return _in_row(line, header, first, second, values=values)
            header = header or first
    except csv.Error:
        return ""
    return ""


def _ended(line: int, *, more: bool) -> str:
    return f"made again it has more lines: line {line:,}" if more else f"made again it has no line {line:,}"


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a CSV file, each with the line in which it begins."""
    with path.open(encoding="utf-8", errors="backslashreplace", newline="") as file:
        reader, line = csv.reader(file), 1
        for row in reader:
            yield line, row
            line = reader.line_num + 1


def _in_row(line: int, header: Sequence[str], one: Sequence[str], other: Sequence[str], *, values: bool) -> str:
    if not header:
        return f"line {line:,}, the names of the columns"
    if len(one) != len(other):
        return f"line {line:,}: {len(one)} fields published, {len(other)} made again"
    at = next(number for number, pair in enumerate(zip(one, other, strict=True)) if pair[0] != pair[1])
    column = shown(header[at]) if at < len(header) else str(at + 1)
    known = dict(zip(header, one, strict=False)).get("indicator", "")
    where = f"line {line:,}{f' ({_short(known)})' if known else ''}, column {column}"
    return f"{where}: {_short(one[at])} published, {_short(other[at])} made again" if values else where


def _short(text: str) -> str:
    cut = text if len(text) <= LONGEST else f"{text[:LONGEST]}..."
    return shown(cut) if cut else "nothing"


def _in_workbook(one: Path, other: Path) -> str:
    """Return the first part of a workbook that differs; nothing where it is damaged, or all parts are the same."""
    try:
        with zipfile.ZipFile(one) as first, zipfile.ZipFile(other) as second:
            a, b = ({info.filename: info.CRC for info in book.infolist()} for book in (first, second))
    except (zipfile.BadZipFile, OSError, ValueError):
        return ""
    differ = [name for name in dict.fromkeys([*a, *b]) if a.get(name) != b.get(name)]
    return f"in {shown(differ[0])}" if differ else ""
