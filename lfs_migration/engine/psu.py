"""The primary sampling units of a whole file, their strata, and the strata that hold a single one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lfs_migration.engine.totals import Ints, numbered
from lfs_migration.errors import DesignError
from lfs_migration.model.design import Singletons


@dataclass(frozen=True)
class Psus:
    """All primary sampling units, whether or not a table has a row in them.

    Parameters
    ----------
    stratum : integer array of shape (psus,)
        Stratum of each unit, from 0; strata are numbered in the order of their values.
    singletons : str
        Policy for a stratum of one unit; see :class:`lfs_migration.model.design.Design`.
    name : callable
        Gives the stratum and number of a unit as they are in the data, for messages.
    """

    stratum: NDArray[np.int64]
    singletons: Singletons
    name: Callable[[int], tuple[str, str]]

    def __len__(self) -> int:
        return len(self.stratum)

    @cached_property
    def size(self) -> NDArray[np.int64]:
        """Units in each stratum (n_h), of shape (strata,)."""
        return np.bincount(self.stratum)

    @property
    def single(self) -> NDArray[np.bool_]:
        """Whether each stratum holds one unit, of shape (strata,)."""
        return np.asarray(self.size == 1)

    @property
    def degrees_of_freedom(self) -> int:
        """Units less strata, over the whole file."""
        return len(self) - len(self.size)


Factor = tuple[Ints, Sequence[Any]]
"""Codes, an integer array of shape (rows,), and the sorted levels that they are positions in."""


def psus(stratum: Factor, psu: Factor, singletons: Singletons) -> tuple[Psus, Ints]:
    """Find the primary sampling units of a file.

    Parameters
    ----------
    stratum, psu : (codes, levels)
        The same unit number in two strata is two units.
    singletons : str

    Returns
    -------
    Psus
    position : integer array of shape (rows,)
        Unit of each row.

    Raises
    ------
    DesignError
        Under the policy ``fail``, naming the stratum and its unit.

    Examples
    --------
    >>> stratum, psu = (np.array([0, 0, 1, 1]), ["a", "b"]), (np.array([0, 1, 0, 1]), [1, 2])
    >>> units, position = psus(stratum, psu, "fail")
    >>> len(units), position
    (4, array([0, 1, 2, 3]))
    """
    (h, strata), (i, numbers) = stratum, psu
    base = max(len(numbers), 1)
    key, position = numbered(h * base + i, len(strata) * base)
    _, compact = numbered(key // base, len(strata))
    units = Psus(compact, singletons, lambda unit: (str(strata[key[unit] // base]), str(numbers[key[unit] % base])))
    if singletons == "fail" and units.single.any():
        raise _single(units)
    return (_collapsed(units) if singletons == "collapse" and units.single.any() else units), position


def _single(units: Psus) -> DesignError:
    lonely = np.flatnonzero(units.single[units.stratum])
    stratum, psu = units.name(int(lonely[0]))
    more = f" and {len(lonely) - 1} more" if len(lonely) > 1 else ""
    return DesignError(
        f"Stratum {stratum!r} has only one primary sampling unit, {psu!r}{more}",
        detail="No variance can be computed inside it",
        hint="Name a policy: certainty, adjust, average or collapse",
    )


def _collapsed(units: Psus) -> Psus:
    """Join each stratum of one unit to the stratum before it, the first to the one after it.

    Wolter (2007), section 2.5. With a single stratum in all there is nothing to join.
    """
    if len(units.size) < 2:
        raise _single(units)
    target = np.arange(len(units.size))
    for h in np.flatnonzero(units.single):
        target[h] = target[h - 1] if h else 1
    target = target[target]
    _, stratum = np.unique(target[units.stratum], return_inverse=True)
    collapsed = replace(units, stratum=stratum)
    return _collapsed(collapsed) if collapsed.single.any() else collapsed
