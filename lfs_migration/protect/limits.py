"""Checks of what callers say about the cells of a system: masks, and how wide a sensitive cell's range must be."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from lfs_migration.errors import DataError
from lfs_migration.protect.system import Floats, Mask, System


def checked_mask(name: str, mask: Mask, system: System) -> None:
    """Raise :class:`DataError` unless the mask holds one boolean a cell."""
    if np.shape(mask) != (len(system),) or np.asarray(mask).dtype != bool:
        found = f"{np.asarray(mask).dtype} of shape {np.shape(mask)}"
        raise DataError(f"One boolean for each of {len(system)} cells is needed", where=name, detail=f"Found {found}")


def checked_numbers(name: str, given: ArrayLike, read: Mask, system: System) -> Floats:
    """Return the numbers as floats, of shape (cells,).

    Raises
    ------
    DataError
        There is not one a cell, or one that is read is negative or missing.
    """
    numbers = np.array(given, dtype=float)
    if numbers.shape != (len(system),):
        detail = f"Found shape {numbers.shape}"
        raise DataError(f"One number for each of {len(system)} cells is needed", where=name, detail=detail)
    wrong = np.flatnonzero(read & ~(numbers >= 0))
    if len(wrong):
        detail = f"{system.name(int(wrong[0]))} has {numbers[wrong[0]]:g}. Seen in {len(wrong)} cells"
        raise DataError("A number of zero or more is needed", where=name, detail=detail)
    return numbers


def checked_limits(system: System, primary: Mask, low: ArrayLike, high: ArrayLike) -> tuple[Floats, Floats]:
    """Return how far down and up the range of each cell must reach, of shape (cells,): zero unless it is sensitive.

    Raises
    ------
    DataError
        A shape does not fit, or a sensitive cell's limit is negative, infinite or missing.
    """
    checked_mask("primary", primary, system)
    down, up = (checked_numbers(name, given, primary, system) for name, given in (("low", low), ("high", high)))
    endless = np.flatnonzero(primary & ~np.isfinite(up))
    if len(endless):
        raise DataError(
            "No range reaches infinity", where="high", detail=f"First asked of {system.name(int(endless[0]))}"
        )
    return np.where(primary, np.minimum(down, system.room), 0.0), np.where(primary, up, 0.0)
