"""Hidden numbers that stand in a published file in the open."""

from __future__ import annotations

import csv
import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from attack_truth import Truth

HIDDEN = ("estimate", "se", "cv", "ci_low", "ci_high", "n", "households")
WEIGHTS = ("manifest.json", "weights.csv")
"""Files that have the largest and the smallest weight: the number of a cell of one person is a weight too."""
PLACES = ("report.html", "tables.csv", "tables.xlsx", *WEIGHTS)
CONFIDENTIAL = re.compile(
    r"<tr[^>]*>(?:(?!</tr>).)*\((?:confidential|confidentiel|confidencial)\)(?:(?!</tr>).)*</tr>", re.S
)
VALUE = re.compile(r"<td[^>]*>([^<]*\d[^<]*)</td>")
BAR = re.compile(r"<(?:svg|rect|line|path)\b")
DIGITS = 9
"""Significant digits by which a number is known again."""


def stated(folder: Path, cells: Iterable[Truth]) -> Iterator[str]:
    """Yield what the files of a publication say in the open of hidden figures.

    Parameters
    ----------
    folder : Path
    cells : iterable of Truth
        Its hidden cells.
    """
    yield from _in_tables(folder / "tables.csv")
    yield from _in_report(folder / "report.html")
    numbers = {digits(one.amount): one for one in cells if one.primary and len(digits(one.amount)) >= DIGITS}
    for name in PLACES:
        if (folder / name).exists():
            for found in dict.fromkeys(digits(text) for text in _numbers(folder / name)):
                if found in numbers and not (name in WEIGHTS and numbers[found].n < 2):
                    yield f"{name}: the number {numbers[found].amount:.12g} of {numbers[found].rows}"


def _in_tables(path: Path) -> Iterator[str]:
    """Yield rows without a number of rows that have another number."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        for row in reader:
            left = [name for name in HIDDEN if row[name]]
            if not row["n"] and left:
                yield f"{path.name}:{reader.line_num}: a confidential figure has {', '.join(left)}"


def _in_report(path: Path) -> Iterator[str]:
    if path.exists():
        for row in CONFIDENTIAL.findall(path.read_text(encoding="utf-8")):
            values = VALUE.findall(row)
            if values or BAR.search(row):
                yield f"{path.name}: a confidential figure has {', '.join(values) or 'a picture'}"


def _numbers(path: Path) -> Iterator[str]:
    """Yield the decimal numbers of a file, those of a workbook from all of its sheets."""
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as book:
            texts = [book.read(name).decode("utf-8") for name in book.namelist() if name.endswith(".xml")]
    else:
        texts = [path.read_text(encoding="utf-8")]
    for text in texts:
        yield from re.findall(r"\d+\.\d+", text)


def digits(number: float | str) -> str:
    """Return the significant digits by which a number is known again.

    Examples
    --------
    >>> digits(352.09399481), digits("0.00352093994810")
    ('352093995', '352093995')
    """
    return f"{float(number):.{DIGITS - 1}e}".split("e")[0].replace(".", "").rstrip("0")
