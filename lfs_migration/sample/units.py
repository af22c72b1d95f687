"""Finds the sampling units of a file, stage by stage, and settles the strata that hold a single one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lfs_migration.engine import Psus, Stage, numbered
from lfs_migration.errors import DesignError
from lfs_migration.model.design import Pps, Singletons

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
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
        Drawn with replacement; :func:`finite` adds finite populations.
    position : integer array of shape (rows,)
        Unit of each row.

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

    def name(unit: int) -> tuple[str, str]:
        return str(strata[key[unit] // base]), str(numbers[key[unit] % base])

    return Psus(compact, singletons, name, np.zeros(len(key))), position


def in_one_stratum(stratum: Factor, psu: Factor) -> None:
    """Check that no primary sampling unit is in two strata.

    Raises
    ------
    DesignError
        Naming the unit and its strata.
    """
    pairs = np.unique(np.stack([psu[0], stratum[0]]), axis=1)
    twice = np.flatnonzero(pairs[0][1:] == pairs[0][:-1])
    if len(twice):
        unit, (first, second) = pairs[0][twice[0]], pairs[1][twice[0] : twice[0] + 2]
        raise DesignError(
            f"The primary sampling unit {psu[1][unit]} is in two strata, {stratum[1][first]} and {stratum[1][second]}",
            detail=f"So are {len(np.unique(pairs[0][twice])) - 1} others",
            hint="Mend the stratum, or say nest=True where each stratum numbers its units anew",
        )


def finite(units: Psus, position: Ints, population: Floats, pps: Pps | None = None) -> Psus:
    """Return the units with their finite population.

    Parameters
    ----------
    population : float array of shape (rows,)
        Units of the row's stratum in the population, or, when none is over 1, the share of them in the sample.

    Raises
    ------
    DesignError
        Naming the stratum, when it is not the same in a whole stratum (unless units have unequal probabilities), not
        positive, or smaller than the sample.
    """
    row = _first_rows(position, len(units))
    fraction = _fractions(population, population[row], units.size[units.stratum])
    apart = np.bincount(position, weights=np.abs(population - population[row][position])) > 0
    if pps is None:
        reference = np.zeros(len(units.size))
        reference[units.stratum] = fraction
        apart |= ~np.isclose(reference[units.stratum], fraction, rtol=1e-9)
    wrong = np.flatnonzero(apart | ~(fraction > 0) | (fraction > 1 + 1e-9))
    if len(wrong):
        stratum, psu = units.name(int(wrong[0]))
        raise DesignError(
            f"The finite population of stratum {stratum!r} cannot be {population[row][wrong[0]]:g}",
            where=f"unit {psu}",
            detail="It must be one number in a stratum, at least the number of its units in the sample",
        )
    return replace(units, fraction=np.minimum(fraction, 1.0), pps=pps)


def later_stage(parent: Ints, number: Ints, population: Floats) -> tuple[Stage, Ints]:
    """Find the units of a further stage.

    Parameters
    ----------
    parent : integer array of shape (rows,)
        Unit of the stage before.
    number : integer array of shape (rows,)
        Unit number, which may repeat in other parents.
    population : float array of shape (rows,)
        As in :func:`finite`, of the parent.

    Returns
    -------
    Stage
    position : integer array of shape (rows,)
        Unit of each row.
    """
    base = int(number.max(initial=0)) + 1
    key, position = numbered(parent * base + number, (int(parent.max(initial=0)) + 1) * base)
    above = key // base
    fraction = _fractions(population, population[_first_rows(position, len(key))], np.bincount(above)[above])
    if (fraction > 1 + 1e-9).any() or not (fraction > 0).all():
        raise DesignError("A finite population of a later stage is smaller than its sample, or not positive")
    return Stage(above, np.minimum(fraction, 1.0)), position


def settled(units: Psus) -> Psus:
    """Apply what the policy says of strata with one unit before any variance is computed.

    Raises
    ------
    DesignError
        Under the policy ``fail``, naming the stratum and its unit.
    """
    if units.singletons == "fail" and units.single.any():
        raise _single(units)
    return _collapsed(units) if units.singletons == "collapse" and units.single.any() else units


def _first_rows(position: Ints, size: int) -> Ints:
    row = np.zeros(size, dtype=np.int64)
    row[position[::-1]] = np.arange(len(position) - 1, -1, -1)
    return row


def _fractions(population: Floats, own: Floats, sampled: Ints) -> Floats:
    shares = population.max(initial=0.0) <= 1
    return own if shares else np.divide(sampled, own, out=np.zeros(len(own)), where=own > 0)


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


def distinct(unit: Ints, cell: Ints, cells: int) -> Ints:
    """Return the number of different units (households, say) in each cell, of shape (cells,)."""
    inside = (cell >= 0) & (unit >= 0)
    pairs, _ = numbered(unit[inside] * cells + cell[inside], (int(unit.max(initial=0)) + 1) * cells)
    return np.bincount(pairs % max(cells, 1), minlength=cells)
