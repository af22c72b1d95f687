"""Bars with whiskers: where an estimate and its interval stand on a table's own scale."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from lfs_migration.model.results import Cell

WIDTH = 160.0
"""Length of the scale, in units of the picture."""


@dataclass(frozen=True)
class Bar:
    """A bar from zero to the estimate, and its whisker, as positions from the left.

    Parameters
    ----------
    zero, start, width : float
        Where zero is, where the bar starts and how long it is.
    low, high : float, optional
        Ends of the interval; ``None`` without one.
    """

    zero: float
    start: float
    width: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Scale:
    """The values at the left and right end of the pictures of one table."""

    low: float
    high: float

    def at(self, value: float) -> float:
        """Return the position of a value; what lies beyond an end is drawn at the end.

        Examples
        --------
        >>> Scale(0.0, 50.0).at(25.0)
        80.0
        """
        share = (value - self.low) / (self.high - self.low)
        return round(WIDTH * min(max(share, 0.0), 1.0), 1)

    def bar(self, cell: Cell) -> Bar | None:
        """Return the bar of a cell, ``None`` when it has no estimate."""
        if not math.isfinite(cell.estimate):
            return None
        zero, end = self.at(0.0), self.at(cell.estimate)
        known = math.isfinite(cell.ci_low) and math.isfinite(cell.ci_high)
        low, high = (self.at(cell.ci_low), self.at(cell.ci_high)) if known else (None, None)
        return Bar(zero, min(zero, end), round(abs(end - zero), 1), low, high)


def scale_of(cells: Iterable[Cell]) -> Scale | None:
    """Return the scale on which all estimates and intervals fit, ``None`` when nothing can be drawn.

    It always holds zero. It goes below zero only for an estimate below zero: the lower limit of a small total may
    be negative, and would push the bars of all others to the right.
    """
    estimates = [cell.estimate for cell in cells if math.isfinite(cell.estimate)]
    limits = [limit for cell in cells for limit in (cell.ci_low, cell.ci_high) if math.isfinite(limit)]
    high = max([0.0, *estimates, *limits])
    low = min([0.0, *estimates, *limits]) if any(estimate < 0 for estimate in estimates) else 0.0
    return Scale(low, high) if estimates and high > low else None
