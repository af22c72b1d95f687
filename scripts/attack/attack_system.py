"""The rows of a published ``tables.csv``, and systems of cells and equations."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from attack_names import KNOWN, UNKNOWN, Rows

TOTAL = "_T"
IDENTITY = ("survey", "indicator", "title", "shares_of")
FIGURES = ("statistic", "unit", "estimate", "se", "cv", "ci_low", "ci_high", "n", "households", "df", "flag")


@dataclass(frozen=True)
class Figure:
    """A row of the file.

    Parameters
    ----------
    line : int
    indicator : str
    shares_of, statistic : str
    codes : mapping of dimension to code
        Of those that are not totals.
    numbers : mapping of column to float
        Of those that are not empty.
    """

    line: int
    indicator: str
    shares_of: str
    statistic: str
    codes: Mapping[str, str]
    numbers: Mapping[str, float]

    @property
    def estimate(self) -> float | None:
        """The estimate: itself, or what its errors and limits betray of it."""
        shown = self.numbers
        if "estimate" in shown:
            return shown["estimate"]
        if shown.get("cv", 0.0) > 0 and "se" in shown:
            return shown["se"] / shown["cv"]
        if "ci_low" in shown and "ci_high" in shown and self.statistic in ("number", "mean"):
            return (shown["ci_low"] + shown["ci_high"]) / 2
        return None


@dataclass
class Equation:
    """A weighted sum of cells that lies between two numbers."""

    terms: dict[int, float]
    low: float
    high: float
    why: str


@dataclass
class System:
    """Cells and what is known of them.

    Parameters
    ----------
    cells : list of Rows
    number : mapping of Rows to int
    equations : list of Equation
    signed : set of int
        Totals that may be negative.
    """

    cells: list[Rows] = field(default_factory=list)
    number: dict[Rows, int] = field(default_factory=dict)
    equations: list[Equation] = field(default_factory=list)
    signed: set[int] = field(default_factory=set)

    def of(self, rows: Rows) -> int:
        """Return the number of a cell, which is made when it is new."""
        if rows not in self.number:
            self.number[rows] = len(self.cells)
            self.cells.append(rows)
        return self.number[rows]

    def add(self, terms: Mapping[Rows, float], low: float, high: float, why: str) -> None:
        """Add that a sum lies between two numbers."""
        own: dict[int, float] = defaultdict(float)
        for rows, factor in terms.items():
            own[self.of(rows)] += factor
        own = {cell: factor for cell, factor in own.items() if factor}
        if own:
            self.equations.append(Equation(own, low, high, why))

    def equal(self, terms: Mapping[Rows, float], value: float, why: str) -> None:
        """Add that a sum has a value."""
        self.add(terms, value, value, why)


def size(rows: Rows) -> int:
    """Return how much is said of rows: more of fewer."""
    exact = sum(3 if "|" not in code and code != KNOWN else 2 if "|" in code else 1 for _, code in rows.key)
    return 3 * len(rows.conditions) + exact


def holds(outer: Rows, inner: Rows) -> bool:
    """Return whether all rows of one are in another, by what is said of them."""
    if not outer.conditions <= inner.conditions:
        return False
    codes = dict(inner.key)
    for variable, code in outer.key:
        own = codes.get(variable)
        inside = own == code or (own not in (None, UNKNOWN) and code == KNOWN)
        if not inside and not (own is not None and "|" in code and set(own.split("|")) <= set(code.split("|"))):
            return False
    return True


def figures_in(path: Path) -> Iterator[Figure]:
    """Yield the rows of a published file."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        dimensions = [name for name in reader.fieldnames or () if name not in (*IDENTITY, *FIGURES)]
        for row in reader:
            codes = {d: row[d] for d in dimensions if row[d] != TOTAL}
            shown = {name: float(row[name]) for name in FIGURES[2:10] if row[name]}
            yield Figure(reader.line_num, row["indicator"], row["shares_of"], row["statistic"], codes, shown)
