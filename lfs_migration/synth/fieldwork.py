"""Who visits the addresses of a synthetic survey, and on which day.

Nothing else is drawn from it: the answers do not depend on who asked.
"""

from __future__ import annotations

from calendar import monthrange
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lfs_migration.synth.draw import Draws, Floats, Rows

CALLS = 150
"""Interviews that are one interviewer's share, about."""
FEWEST = 2
"""Interviewers of a region."""


def interviewers(region: Rows, takes: Rows, draws: Draws) -> NDArray[Any]:
    """Return the number of the interviewer of each primary sampling unit, as text.

    A region's units are dealt out in random order to its interviewers, whole units to each; so an interviewer's
    answers differ from those of the others by chance alone.

    Parameters
    ----------
    region : array of shape (units,)
        Number of the region.
    takes : array of shape (units,)
        Interviews to be made in the unit.
    draws : Draws

    Examples
    --------
    >>> sorted(interviewers(np.array([1, 1, 2]), np.array([8, 8, 8]), Draws(1)).tolist())
    ['101', '102', '201']
    """
    u = draws.uniform("interviewer", len(region))
    out = np.empty(len(region), dtype=object)
    for number in np.unique(region):
        own = np.flatnonzero(region == number)
        staff = max(FEWEST, -(-int(takes[own].sum()) // CALLS))
        dealt = np.arange(len(own)) % staff
        out[own[np.argsort(u[own], kind="stable")]] = [f"{number}{1 + place:02}" for place in dealt.tolist()]
    return out


def days(interviewer: NDArray[Any], year: int, month: Rows) -> Floats:
    """Return the day of each visit: an interviewer's visits of a month, in their order, are spread evenly over it.

    Parameters
    ----------
    interviewer : array of shape (visits,)
    year : int
    month : array of shape (visits,)

    Examples
    --------
    >>> days(np.array(["a", "a", "b"], dtype=object), 2007, np.array([11, 11, 11])).tolist()
    [1.0, 16.0, 1.0]
    """
    out = np.empty(len(month))
    _, person = np.unique(interviewer.astype(str), return_inverse=True)
    group = 100 * person + month
    for number in np.unique(group):
        own = np.flatnonzero(group == number)
        out[own] = 1 + np.arange(len(own)) * monthrange(year, int(month[own[0]]))[1] // len(own)
    return out
