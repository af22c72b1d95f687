"""The verb: weights from selection probabilities."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from lfs_migration.errors import DesignError
from lfs_migration.frames import with_columns
from lfs_migration.model.dataset import Dataset
from lfs_migration.sample import Sample
from lfs_migration.weights.columns import in_memory, new_name
from lfs_migration.weights.described import described

Floats = NDArray[np.float64]


def base_weights(data: Dataset, probabilities: str | Sequence[str], *, subsample: str = "") -> Dataset:
    """Return the data with the inverse of the product of selection probabilities as weight.

    ``w = 1 / (p_1 p_2 ... p_k r)``: of the primary sampling unit, of the dwelling in it, of the household in the
    dwelling (Horvitz and Thompson 1952), and of the module's households among the survey's. Addresses that were visited
    in place of others have a probability and an outcome as all others have.

    Parameters
    ----------
    data : Dataset
        In memory, one row an address or household. The weight that its design names so far plays no part.
    probabilities : str or sequence of str
        Columns or expressions, one a stage.
    subsample : str
        Column or expression: the rate r at which the stratum's households were taken into the module.

    Returns
    -------
    Dataset
        With a column more, ``w_base``, which is the design's weight from here on. What was done to the weight before it
        is forgotten: weights of records, calibrations, replicates.

    Raises
    ------
    DesignError
        For a probability that is missing or not above 0 and up to 1: which stage, of which household. For a product so
        small that its inverse is infinite.

    Examples
    --------
    >>> import lfs_migration as lfm, pandas as pd
    >>> survey = lfm.dataset(pd.DataFrame({"p1": [0.1, 0.2], "p2": [0.5, 0.05]}), lfm.Design(weight="p1"))
    >>> base_weights(survey, ["p1", "p2"], subsample="0.5").weights
    array([ 40., 200.])
    """
    sample = in_memory(data)
    stages = _stages(probabilities)
    if not isinstance(subsample, str):
        raise DesignError(f"The subsampling rate is {subsample!r:.60}", hint="Give a column or an expression, as text")
    product = np.ones(len(sample.plan))
    for number, text in enumerate(stages, start=1):
        product *= _probability(sample, text, f"selection probability {text} of stage {number}")
    if subsample:
        product *= _probability(sample, subsample, f"subsampling rate {subsample} of the module")
    name, weight = new_name(sample, "w_base"), _inverse(sample, product)
    counts = {"variable": name, "stages": list(stages), "subsample": subsample, **described(weight)}
    records = {**data.records, sample.home: with_columns(data.records[sample.home], {name: weight})}
    design = replace(sample.design, weight=name, record_weights={}, calibrations=(), replicates=None, reference=None)
    return data.after("base_weights", counts, records=records, design=design)


def _stages(probabilities: str | Sequence[str]) -> tuple[str, ...]:
    stages: tuple[str, ...] = (probabilities,) if isinstance(probabilities, str) else ()
    if isinstance(probabilities, Iterable):
        stages = stages or tuple(probabilities)
    if not stages or not all(isinstance(text, str) for text in stages):
        raise DesignError(
            "Base weights need a selection probability", detail=f"Not {probabilities!r:.60}",
            hint="Give a column or an expression for each stage, as text",
        )  # fmt: skip
    return stages


def _inverse(sample: Sample, product: Floats) -> Floats:
    with np.errstate(divide="ignore", over="ignore"):
        weight: Floats = 1 / product
    bad = np.flatnonzero(np.isinf(weight))
    if len(bad):
        raise DesignError(
            f"The product of the selection probabilities is too small for a weight in {len(bad):,} of {len(weight):,} "
            "rows", where=sample.place(sample.home, int(bad[0])), detail=f"It is {product[bad[0]]:g} there",
            hint="Mend the probabilities",
        )  # fmt: skip
    return weight


def _probability(sample: Sample, text: str, what: str) -> Floats:
    value = sample.records.floats(text, sample.home)
    bad = np.flatnonzero(~((value > 0) & (value <= 1)))
    if len(bad):
        first = value[bad[0]]
        raise DesignError(
            f"The {what} is not above 0 and up to 1 in {len(bad):,} of {len(value):,} rows",
            where=sample.place(sample.home, int(bad[0])),
            detail=f"It is {'missing' if np.isnan(first) else f'{first:g}'} there",
            hint="Give a probability; the inverse of a weight, not the weight; a share, not a per cent",
        )  # fmt: skip
    return value
