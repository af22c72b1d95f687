"""Multiples of a base: the arithmetic below every way of rounding.

Only divisions, products and comparisons of IEEE 754 are used, so the bits are the same on every machine.
"""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lfs_migration.errors import DataError

Floats = NDArray[np.float64]

CLOSE = 1e-12
"""Two numbers that differ by a smaller part of themselves are one: a figure has twelve digits."""
WIDEST = 1e-6
"""However large a number is, it is a multiple only within this part of the base."""
EXACT = 2**53
"""Whole numbers below it are exact in floating point."""


def decimal(base: float) -> Fraction:
    """Return the base as the decimal number that it is written as: 0.1 is a tenth.

    Parameters
    ----------
    base : float

    Returns
    -------
    Fraction

    Raises
    ------
    DataError
        When it is not above zero, or has too many digits for exact multiples.

    Examples
    --------
    >>> decimal(0.1), decimal(1000)
    (Fraction(1, 10), Fraction(1000, 1))
    """
    if not (math.isfinite(base) and base > 0):
        raise DataError(f"The base {base} to round to is not above zero", hint="Give 5, 10, 100, or 0.5")
    unit = Fraction(repr(float(base)))
    if max(unit.numerator, unit.denominator) >= EXACT:
        raise DataError(f"The base {base} has too many digits", hint="Give one such as 5, 1000, or 0.5")
    return unit


def finite(values: ArrayLike) -> Floats:
    """Return values as floating-point numbers; those that are not a number stay so.

    Parameters
    ----------
    values : array of any shape

    Returns
    -------
    float array of the same shape

    Raises
    ------
    DataError
        When one is infinite.
    """
    given = np.asarray(values, dtype=np.float64)
    endless = np.isinf(given)
    if endless.any():
        raise DataError(
            f"{int(endless.sum()):,} of {given.size:,} values are infinite",
            where=f"cell {int(np.argmax(endless))}",
            hint="Only finite values are rounded; an unknown one is nan",
        )
    return given


def steps(values: Floats, unit: Fraction) -> tuple[Floats, Floats]:
    """Return how many bases lie below each value, and what is left over.

    Parameters
    ----------
    values : float array of any shape
    unit : Fraction
        The base, in the unit of the values.

    Returns
    -------
    float array of the same shape
        A whole number of bases.
    float array of the same shape
        A part of a base, from 0 to below 1; exactly 0 and exactly a half where it is so within :data:`CLOSE`.

    Raises
    ------
    DataError
        When the multiples of the base are too large to be exact.

    Examples
    --------
    >>> [array.tolist() for array in steps(np.array([6.25, -6.25, 2.5, 14.999999999999998]), Fraction(5))]
    [[1.0, -2.0, 0.0, 3.0], [0.25, 0.75, 0.5, 0.0]]
    """
    with np.errstate(over="ignore"):
        bases = values / float(unit)
        large = np.abs(bases) * unit.numerator >= EXACT - unit.numerator
    if large.any():
        raise DataError(
            f"Multiples of {float(unit):g} up to {np.nanmax(np.abs(values)):g} are not exact in floating point",
            hint="Take a larger base",
        )
    whole = np.floor(bases)
    part = bases - whole
    near = np.clip(CLOSE * np.abs(bases), CLOSE, WIDEST)
    whole = np.where(part >= 1 - near, whole + 1, whole)
    part = np.where((part <= near) | (part >= 1 - near), 0.0, part)
    return whole, np.where(np.abs(part - 0.5) <= near, 0.5, part)


def times(whole: Floats, unit: Fraction) -> Floats:
    """Return so many bases: one exact product and one division, thus the number nearest to the decimal.

    Parameters
    ----------
    whole : float array of any shape
        Whole numbers.
    unit : Fraction
        The base.

    Returns
    -------
    float array of the same shape

    Examples
    --------
    >>> times(np.array([3.0, -0.0]), Fraction(1, 10)).tolist()
    [0.3, 0.0]
    """
    # Adding zero turns -0.0 into 0.0.
    out: Floats = whole * unit.numerator / unit.denominator + 0.0
    return out
