"""Numbers and text as they are published: the same bytes from every engine, and nothing that must not be shown."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import cache

from lfs_migration.model.results import Cell
from lfs_migration.text import RIGHT_TO_LEFT


@dataclass(frozen=True)
class Number:
    """A number as readers see it, and as ``tables.csv`` holds it; both empty where there is none."""

    text: str
    value: str


DECIMALS = {
    "persons": 0,
    "households": 0,
    "per cent": 1,
    "per 1000": 1,
    "years": 1,
    "months": 1,
    "persons per household": 2,
}
"""Decimals shown for a unit; the figure itself keeps all its digits."""

LEFT_TO_RIGHT = "\N{LEFT-TO-RIGHT MARK}"

COUNTS = ("number", "total", "count")
"""Statistics that are numbers of persons or households."""

CANCELLED = 1e-7
"""A standard error smaller than this part of its estimate is zero: the rest of a sum that should cancel, as that of
the shares of a whole. It would differ between engines, and no survey is so precise."""


def settle(cell: Cell) -> Cell:
    """Return the cell with the figures that every engine gives: 12 significant digits, and zero where they cancel."""
    se, cv, low, high = cell.se, cell.cv, cell.ci_low, cell.ci_high
    if 0 < se < CANCELLED * abs(cell.estimate):
        se, cv = 0.0, 0.0
        # A limit that could not be computed stays so.
        low, high = (cell.estimate if math.isfinite(limit) else math.nan for limit in (low, high))
    estimate, se, cv, low, high = map(_settled, (cell.estimate, se, cv, low, high))
    return replace(cell, estimate=estimate, se=se, cv=cv, ci_low=low, ci_high=high)


def publishable(cell: Cell) -> Cell:
    """Return the settled cell, without its figures when it must not be published.

    The numbers of rows and households stay: they say why.
    """
    if cell.flag != "suppress":
        return settle(cell)
    nothing = math.nan
    return replace(cell, estimate=nothing, se=nothing, cv=nothing, ci_low=nothing, ci_high=nothing)


def stable(number: float | None) -> float | None:
    """Return a number to 12 significant digits, ``None`` when it is none.

    Sums taken in another order differ from about the 15th digit on; published files must not.

    Examples
    --------
    >>> stable(0.1 + 0.2)
    0.3
    >>> stable(float("nan")) is None
    True
    """
    # Adding zero turns -0.0 into 0.0.
    return float(f"{number:.12g}") + 0.0 if number is not None and math.isfinite(number) else None


def _settled(number: float) -> float:
    value = stable(number)
    return math.nan if value is None else value


def plain(number: float) -> str:
    """Return a number as a file holds it, empty when it is none.

    Examples
    --------
    >>> plain(1234567.0), plain(float("nan"))
    ('1234567', '')
    """
    value = stable(number)
    return "" if value is None else f"{value:.12g}"


def decimals(unit: str, sizes: Iterable[float]) -> int:
    """Return the number of decimals for figures of a unit.

    A unit that is not in :data:`DECIMALS` gets three digits for its largest figure.

    Examples
    --------
    >>> decimals("persons", [12.5]), decimals("per cent", [3.25]), decimals("gap", [0.123])
    (0, 1, 3)
    """
    if unit in DECIMALS:
        return DECIMALS[unit]
    largest = max((abs(size) for size in sizes if math.isfinite(size)), default=0.0)
    return next((places for places, limit in enumerate((100, 10, 1)) if largest >= limit), 3)


def show(number: float | None, places: int, language: str = "en") -> str:
    """Return a number for readers: rounded half up, with the separators of ``language``; empty when it is none.

    Examples
    --------
    >>> show(1234567.5, 0), show(12.25, 1), show(1234.5, 1, "es")
    ('1,234,568', '12.3', '1.234,5')
    """
    value = stable(number)
    if value is None:
        return ""
    with localcontext(prec=400):
        rounded = Decimal(f"{value:.12g}").quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
        text = f"{abs(rounded) if rounded == 0 else rounded:,f}"
    shown = text.translate(_separators(language))
    # A minus sign would stand behind its number where the line runs from right to left.
    return f"{LEFT_TO_RIGHT}{shown}" if language in RIGHT_TO_LEFT and rounded < 0 else shown


def number(value: float, places: int, language: str = "en") -> Number:
    """Return a number as readers see it and as files hold it.

    Examples
    --------
    >>> number(1234.56, 1)
    Number(text='1,234.6', value='1234.56')
    """
    return Number(show(value, places, language), plain(value))


@cache
def _separators(language: str) -> dict[int, str]:
    from babel import Locale, UnknownLocaleError

    try:
        symbols = Locale.parse(language).number_symbols["latn"]
    except (UnknownLocaleError, ValueError):
        return {}
    return str.maketrans({",": symbols["group"], ".": symbols["decimal"], "-": "\N{MINUS SIGN}"})
