"""The verb: weights between limits, with the same sum."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lfs_migration.errors import DesignError
from lfs_migration.model.dataset import Dataset
from lfs_migration.weights.columns import in_memory, new_name, reweighted, uncalibrated
from lfs_migration.weights.described import described
from lfs_migration.weights.limits import limits

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
PASSES, ENOUGH = 10_000, 1e-12


def trim(
    data: Dataset, low: float | None = None, high: float | None = None, *, rule: str = "limits", strict: bool = True
) -> Dataset:
    """Return the data with weights cut at limits, what is cut off spread evenly over the others.

    As R's ``trimWeights``: each weight that was inside gets the same share of what was cut. That may bring some over a
    limit; ``strict`` cuts again until none is. Trim before calibrating: bounds of g-weights trim a calibration.

    Replicate weights that are columns are trimmed too, each to its own sum. A weight that a replicate multiplies by a
    has limits a times as large: what is trimmed is the weight of a row, and not that its sampling unit was drawn twice
    (R's ``survey`` has the same limits for all replicates, which cuts the doubled weights of a bootstrap).

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
        With a column more, ``w_trimmed`` for the weight ``w``, which is the design's weight from here on. The log has
        the limits, how many weights were ``cut``, and ``cut_off``: how far they were above or below, in all.

    Raises
    ------
    DesignError
        Without a limit; when the limits hold no weights with that sum, in the sample or in a replicate; when a weight
        would be negative without ``strict``; or when the weights are calibrated, which trimming would undo.

    Examples
    --------
    >>> import lfs_migration as lfm, pandas as pd
    >>> survey = lfm.dataset(pd.DataFrame({"w": [1.0, 2, 9]}), lfm.Design(weight="w"))
    >>> trim(survey, high=6).weights
    array([2.5, 3.5, 6. ])
    """
    sample = in_memory(data)
    design, weight = sample.design, sample.rows(sample.home).weight
    uncalibrated(sample, "trimming", "Trim first, and bound the g-weights: bounds=(0.3, 3)")
    if low is None and high is None:
        raise DesignError("There is no limit to trim at", hint="Give low, high or both")
    least, most = limits(weight, rule, low, high)

    def step(own: Floats) -> Floats:
        times = np.divide(own, weight, out=np.zeros_like(own), where=weight > 0)
        return _trimmed(own, times, least, most, strict)

    out, name = step(weight), new_name(sample, f"{design.weight}_trimmed")
    cut = int((_outside(weight, least, most) & (weight > 0)).sum())
    away = float(np.abs(weight - np.clip(weight, least, most))[weight > 0].sum())
    counts = {"rule": rule, "low": least, "high": most, "cut": cut, "cut_off": away, **described(out)}
    return reweighted(data, "trim", name, step, counts)


def _outside(weight: Floats, low: Floats | float, high: Floats | float) -> Mask:
    out: Mask = (weight < low * (1 - ENOUGH)) | (weight > high * (1 + ENOUGH))
    return out


def _trimmed(weight: Floats, times: Floats, least: float, most: float, strict: bool) -> Floats:
    """Return the weights within so many times the limits; weights of 0 stay so."""
    used = weight > 0
    out, low, high = weight[used], least * times[used], most * times[used]
    whole, n = float(out.sum()), len(out)
    if not least <= most or not low.sum() <= whole * (1 + ENOUGH) or not high.sum() >= whole * (1 - ENOUGH):
        raise DesignError(
            f"No {n:,} weights between {least:g} and {most:g} add up to {whole:,.10g}",
            hint=f"The mean weight is {whole / max(n, 1):,.6g}",
        )
    for _ in range(PASSES if strict else 1):
        outside = _outside(out, low, high)
        if not outside.any():
            break
        cut = np.clip(out, low, high)
        rest = float((out - cut).sum())
        takers = ~outside if not outside.all() else (cut < high if rest > 0 else cut > low)
        cut[takers] += rest / max(int(takers.sum()), 1)
        out = cut
    if (out < 0).any():
        raise DesignError(
            f"Of {n:,} weights {int((out < 0).sum()):,} would be negative after one pass",
            detail=f"The lowest would be {out.min():,.6g}", hint="Cut again until none is beyond: strict=True",
        )  # fmt: skip
    trimmed = weight.copy()
    trimmed[used] = out
    return trimmed
