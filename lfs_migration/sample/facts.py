"""What a sample knows of the rows of a record, and another weight that they may have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Facts:
    """Design facts of a record's rows.

    Parameters
    ----------
    psu : integer array of shape (rows,)
        Sampling unit, of the last stage that counts, or, of calibrated weights, its part that is in one calibration
        cell; -1 for a row without a household.
    weight : float array of shape (rows,)
    household : integer array of shape (rows,)
    size : integer array of shape (rows,), optional
        Rows of the file behind each row here; one without it.
    """

    psu: Ints
    weight: Floats
    household: Ints
    size: Ints | None = None


@dataclass(frozen=True)
class Weighted:
    """Another weight than the sample's own.

    Parameters
    ----------
    variable : str
    values : callable
        Gives the value of an expression (1 for an empty one) times the weight, for each row of a record.
    """

    variable: str
    values: Callable[[str, str], Floats]
