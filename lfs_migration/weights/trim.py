"""The verb: weights between limits, with the same sum."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from lfs_migration.errors import DesignError
from lfs_migration.frames import is_lazy, with_columns
from lfs_migration.model.dataset import Dataset
from lfs_migration.sample import Sample
from lfs_migration.weights.diagnostics import described
from lfs_migration.weights.limits import limits

Floats = NDArray[np.float64]
PASSES, ENOUGH = 10_000, 1e-12


def trim(
    data: Dataset, low: float | None = None, high: float | None = None, *, rule: str = "limits", strict: bool = True
) -> Dataset:
    """Return the data with weights cut at limits, what is cut off spread evenly over the others.

    As R's ``trimWeights``: each weight that was inside gets the same share of what was cut. That may bring some over a
    limit; ``strict`` cuts again until none is. Trim before calibrating: bounds of g-weights trim a calibration.

    Parameters
    ----------
    data : Dataset
        In memory, with a design.
    low, high : float, optional
        Limits of the design's weight, in the unit of the rule; without one there is no such limit.
    rule : str
        ``limits``: they are weights; ``median``, ``mean``: how many times it; ``median_iqr``: how many interquartile
        ranges below and above the median. See :func:`lfs_migration.weights.limits.limits`.
    strict : bool

    Returns
    -------
    Dataset
        With a column more, ``w_trimmed`` for the weight ``w``, which is the design's weight from here on.

    Raises
    ------
    DesignError
        When the limits hold no weights with that sum, or the weights are calibrated or have replicate columns, whose
        margins and replicates trimming would break.

    Examples
    --------
    >>> import lfs_migration as lfm, pandas as pd
    >>> survey = lfm.dataset(pd.DataFrame({"w": [1.0, 2, 9]}), lfm.Design(weight="w"))
    >>> trim(survey, high=6).weights
    array([2.5, 3.5, 6. ])
    """
    if any(map(is_lazy, data.records.values())):
        raise DesignError("The records stay on their engine", hint="Trim in memory, and give the weights as a column")
    sample = Sample.of(data)
    design, weight = sample.design, sample.rows(sample.home).weight
    if design.calibrations or (design.replicates and design.replicates.columns):
        what = "calibrated" if design.calibrations else "in columns of replicates too"
        raise DesignError(f"The weights are {what}", hint="Trim first, and bound the g-weights: bounds=(0.3, 3)")
    least, most = limits(weight, rule, low, high)
    out, cut = _trimmed(weight, least, most, strict)
    name = f"{design.weight}_trimmed"
    counts = {"variable": name, "rule": rule, "low": least, "high": most, "cut": cut, **described(out)}
    records = {**data.records, sample.home: with_columns(data.records[sample.home], {name: out})}
    return data.after("trim", counts, records=records, design=replace(design, weight=name))


def _trimmed(weight: Floats, low: float, high: float, strict: bool) -> tuple[Floats, int]:
    """Return the weights within limits, and how many were cut at first; weights of 0 stay so."""
    used = weight > 0
    out, first = weight[used], 0
    whole, n = float(out.sum()), len(out)
    if not low <= high or not low * n <= whole * (1 + ENOUGH) or not high * n >= whole * (1 - ENOUGH):
        raise DesignError(
            f"No {n:,} weights between {low:g} and {high:g} add up to {whole:,.10g}",
            hint=f"The mean weight is {whole / max(n, 1):,.6g}",
        )
    for _ in range(PASSES if strict else 1):
        outside = (out < low * (1 - ENOUGH)) | (out > high * (1 + ENOUGH))
        if not outside.any():
            break
        first = first or int(outside.sum())
        cut = np.clip(out, low, high)
        rest = float((out - cut).sum())
        takers = ~outside if not outside.all() else (cut < high if rest > 0 else cut > low)
        cut[takers] += rest / max(int(takers.sum()), 1)
        out = cut
    trimmed = weight.copy()
    trimmed[used] = out
    return trimmed, first
