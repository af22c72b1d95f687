"""What the office's own log says of the hidden cells, and what of it an attack found out."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from attack_equations import Book
from attack_limits import Contradiction, Floats, Limits
from attack_names import Rows
from attack_solve import Ranges
from attack_system import System

SECONDARY = "secondary"
EXACT = 1e-3
"""The part of a number to within which it is recovered exactly."""


@dataclass(frozen=True)
class Truth:
    """A hidden cell of the log.

    Parameters
    ----------
    rows : Rows
    rule : str
        The strictest one, where the log has the same rows by several names.
    n, amount : float
    low, high : float
        What its number in the population must still be able to be.
    """

    rows: Rows
    rule: str
    n: float
    amount: float
    low: float
    high: float

    @property
    def primary(self) -> bool:
        """Whether it is sensitive by itself."""
        return self.rule != SECONDARY


@dataclass(frozen=True)
class Found:
    """What an attack knows of a sensitive cell.

    Parameters
    ----------
    truth : Truth
    what : str
        ``sample`` or ``population``.
    value : float
    smallest, largest : float
        The range found.
    low, high : float
        The range that it must hold.
    how : tuple of str
        The equations of the last step; none where a program found it.
    """

    truth: Truth
    what: str
    value: float
    smallest: float
    largest: float
    low: float
    high: float
    how: tuple[str, ...]

    @property
    def exact(self) -> bool:
        """Whether the range is the value itself."""
        return self.largest - self.smallest <= EXACT * max(abs(self.value), 1e-9)

    @property
    def exposed(self) -> bool:
        """Whether the range is narrower than it must be."""
        margin = EXACT * (self.high - self.low)
        return self.smallest > self.low + margin or self.largest < self.high - margin

    @property
    def width(self) -> float:
        """The part of the range needed that the range has."""
        needed = self.high - self.low
        return (min(self.largest, self.high) - max(self.smallest, self.low)) / needed if needed else np.inf

    def __str__(self) -> str:
        return (
            f"{self.what} {self.value:.6g} in [{self.smallest:.6g}, {self.largest:.6g}], must hold "
            f"[{self.low:.6g}, {self.high:.6g}]: {self.truth.rows} ({self.truth.rule})"
        )


def truths(path: Path, book: Book) -> list[Truth]:
    """Return the hidden cells of a log, each once.

    Raises
    ------
    Contradiction
        When two names of the same rows have different numbers: the attack takes for the same what is not.
    """
    out: dict[Rows, Truth] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            codes = dict(item.split("=", 1) for item in row["codes"].split(",") if item)
            where, value = ([row["where"]] if row["where"] else []), row["value"]
            rows = book.names.rows(row["record"], where, codes, (value,) if value else (), value)
            if rows is None:
                raise Contradiction(f"no rows can be {row['record']} where {row['where']} by {row['codes']}")
            one = Truth(rows, row["rule"], *(float(row[name]) for name in ("n", "amount", "low", "high")))
            known = out.get(rows)
            if known is not None and known.n != one.n:
                raise Contradiction(f"{rows} has {known.n:g} and {one.n:g} rows in the log")
            if known is None or (one.primary and not known.primary):
                out[rows] = one
    return list(out.values())


def attacked(book: Book, cells: Sequence[Truth], *, presence: bool = True) -> list[Found]:
    """Attack a publication and return what is known of each sensitive cell that its file is about.

    Parameters
    ----------
    book : Book
    cells : sequence of Truth
    presence : bool
        Whether the attacker knows that a row stands in the file only where somebody is counted.

    Raises
    ------
    Contradiction
        When the equations contradict each other, or the truth.
    """
    least = {book.counts.number[rows]: 1.0 for rows in book.present if presence and rows in book.counts.number}
    fewest = _listed(book.listing, cells, least)
    counts = _looked(book.counts, cells, least, sample=True, fewest=fewest)
    empty = [counts.limits.system.cells[cell] for cell, most in enumerate(counts.limits.high) if most < 0.5]
    own = list(book.numbers.equations)
    for rows in empty:  # what no row is in has no weight
        if rows in book.numbers.number:
            book.numbers.equal({rows: 1.0}, 0.0, "nobody in the sample")
    none = np.zeros(len(book.numbers.cells))
    numbers = _looked(book.numbers, cells, {}, sample=False, fewest=none)
    book.numbers.equations = own
    return [*_found(counts, cells, sample=True, fewest=fewest), *_found(numbers, cells, sample=False, fewest=none)]


def _placed(system: System, cells: Sequence[Truth], *, sample: bool) -> Iterator[tuple[int, Truth]]:
    """Yield the cells that the file is about, by number."""
    for one in cells:
        rows = one.rows.counted() if sample else one.rows
        if rows in system.number:
            yield system.number[rows], one


def _listed(listing: System, cells: Sequence[Truth], least: dict[int, float]) -> Floats:
    """Return how many rows the list of the file's rows tells each sensitive cell to have, of shape (cells,)."""
    limits = Limits.of(listing, least, whole=True)
    ranges = Ranges.of(limits)
    low, high = np.full(len(listing.cells), np.inf), np.full(len(listing.cells), -np.inf)
    asked = {cell: one.n for cell, one in _placed(listing, cells, sample=True) if one.primary and one.n > 1}
    for cell, n in asked.items():
        low[cell], high[cell] = n - 1, n
    ranges.look(list(asked), low, high)
    out = limits.low.copy()
    seen = ranges.seen_low[list(asked)]  # endless where no program looked: then it is not taken to tell anything more
    out[list(asked)] = np.where(np.isfinite(seen), np.ceil(seen - 1e-4), out[list(asked)])
    return out


def _needs(one: Truth, fewest: float, *, sample: bool) -> tuple[float, float, float]:
    """Return the value of a cell, and the range that must be possible.

    That some are there, the list of the rows tells without any of their figures: so much is not hidden.
    """
    return (one.n, max(one.n - 1, min(fewest, one.n)), one.n + 1) if sample else (one.amount, one.low, one.high)


def _looked(system: System, cells: Sequence[Truth], least: dict[int, float], *, sample: bool, fewest: Floats) -> Ranges:
    limits = Limits.of(system, least, whole=sample)
    low, high = np.full(len(system.cells), np.inf), np.full(len(system.cells), -np.inf)
    asked = []
    for cell, one in _placed(system, cells, sample=sample):
        value, low[cell], high[cell] = _needs(one, fewest[cell], sample=sample)
        margin = 1e-4 * (1 + abs(value))
        if not limits.low[cell] - margin <= value <= limits.high[cell] + margin:
            told = "\n".join(limits.told(cell))
            raise Contradiction(f"{one.rows} is {value:g}, and not what follows:\n{told}")
        if one.primary and not limits.known(cell):
            asked.append(cell)
    ranges = Ranges.of(limits)
    ranges.look(list(dict.fromkeys(asked)), low, high)
    return ranges


def _found(ranges: Ranges, cells: Sequence[Truth], *, sample: bool, fewest: Floats) -> Iterator[Found]:
    limits = ranges.limits
    for cell, one in _placed(limits.system, cells, sample=sample):
        if one.primary:
            value, low, high = _needs(one, fewest[cell], sample=sample)
            smallest, largest = float(ranges.seen_low[cell]), float(ranges.seen_high[cell])
            how = tuple(limits.told(cell, 1)) if limits.known(cell) else ()
            yield Found(one, "sample" if sample else "population", value, smallest, largest, low, high, how)
