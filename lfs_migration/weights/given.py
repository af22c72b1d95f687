"""Takes the office's final weights."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lfs_migration.errors import DesignError
from lfs_migration.frames import Frame, LazyRecords, Records, is_lazy
from lfs_migration.model.dataset import Dataset

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Moments:
    """What can be added up over the parts of a record."""

    rows: int
    known: int
    sum: float
    squares: float
    smallest: float
    largest: float


def weigh(data: Dataset) -> Dataset:
    """Take the weights that the office gave, and log what they are.

    Emigrants carry the weight of the household that reports them, and are in no calibration margin of residents.

    Parameters
    ----------
    data : Dataset
        Harmonised, with a design.

    Returns
    -------
    Dataset
        The same records; the log gains the number of weights, their sum, extremes, and Kish's (1965, section 11.7)
        design effect of unequal weights, n times the sum of squares over the square of the sum.

    Raises
    ------
    DesignError
        When the data have no design.
    """
    if data.design is None:
        raise DesignError("The data have no sampling design", hint="Give one: lfm.Design(weight=...)")
    if data.store is not None:
        found = data.store.each(partial(_of_part, replace(data, records={}, store=None)))
    else:
        found = [_moments(_weights(data))]
    return data.after("weigh", {"variable": data.design.weight, **_counts(found)})


def _of_part(data: Dataset, records: Mapping[str, Frame]) -> Moments:
    return _moments(_weights(replace(data, records=records)))


def _weights(data: Dataset) -> Floats:
    assert data.design is not None
    weight = data.design.weight
    if any(map(is_lazy, data.records.values())):
        lazy = LazyRecords(data)
        rows = lazy.rows_of(lazy.record_of(weight), [], weight, [], "")
        return np.asarray(rows[f"sum {weight}"].to_numpy(), dtype=float)
    records = Records(data)
    return records.floats(weight, records.record_of(weight))


def _moments(weight: Floats) -> Moments:
    known = weight[~np.isnan(weight)]
    low, high = float(known.min(initial=np.inf)), float(known.max(initial=-np.inf))
    return Moments(
        len(weight), len(known), math.fsum(known.tolist()), math.fsum((known * known).tolist()), low, high
    )  # fmt: skip


def _counts(found: Sequence[Moments]) -> dict[str, Any]:
    rows, known = sum(part.rows for part in found), sum(part.known for part in found)
    total, squares = math.fsum(part.sum for part in found), math.fsum(part.squares for part in found)
    return {
        "weights": known,
        "missing": rows - known,
        "sum": _settled(total),
        "smallest": min(part.smallest for part in found) if known else None,
        "largest": max(part.largest for part in found) if known else None,
        "kish_design_effect": _settled(known * squares / total**2) if total else None,
    }


def _settled(number: float) -> float:
    """Return a sum to 12 digits: those after them depend on the order of its terms."""
    return float(f"{number:.12g}")
