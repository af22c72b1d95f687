"""Takes the office's final weights."""

from __future__ import annotations

import numpy as np

from lfs_migration.errors import DesignError
from lfs_migration.frames import Records
from lfs_migration.model.dataset import Dataset


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
    records = Records(data)
    weight = records.floats(data.design.weight, records.record_of(data.design.weight))
    known = weight[~np.isnan(weight)]
    counts = {
        "variable": data.design.weight,
        "weights": len(known),
        "missing": len(weight) - len(known),
        "sum": float(known.sum()),
        "smallest": float(known.min(initial=np.inf)) if len(known) else None,
        "largest": float(known.max(initial=-np.inf)) if len(known) else None,
        "kish_design_effect": float(len(known) * (known**2).sum() / known.sum() ** 2) if known.sum() else None,
    }
    return data.after("weigh", counts)
