"""The verbs: variances by replicates from here on, and replicates as columns, which later steps are done to."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lfs_migration.engine.calibrated import factors
from lfs_migration.errors import DesignError, near
from lfs_migration.frames import with_columns
from lfs_migration.model.dataset import Dataset
from lfs_migration.model.design import Replicates
from lfs_migration.sample import Sample
from lfs_migration.sample.replicates import METHODS, replicates_of
from lfs_migration.weights.columns import in_memory, new_name, uncalibrated

USED = {"bootstrap": ("replicates", "seed"), "random_groups": ("replicates", "seed"),
        "successive_difference": ("replicates",), "fay": ("fay",)}  # fmt: skip
"""What methods use of the plan beside ``mse``."""


def replicate(
    data: Dataset,
    method: str = "bootstrap",
    *,
    replicates: int = 200,
    seed: int = 1,
    fay: float = 0.5,
    mse: bool = True,
) -> Dataset:
    """Return the data set with variances by replicates.

    Parameters
    ----------
    data : Dataset
        With a design.
    method : str
        ``jackknife`` (JK1, or JKn in strata), ``brr``, ``fay``, ``bootstrap`` (Rao, Wu and Yue 1992),
        ``successive_difference`` (Fay and Train 1995) or ``random_groups``; references are in
        :mod:`lfs_migration.sample.factors`.
    replicates : int
        How many, for the bootstrap and successive differences; groups, for random groups.
    seed : int
    fay : float
        Fay's factor.
    mse : bool
        Deviations from the full sample's estimate; else from the mean of the replicates.

    Returns
    -------
    Dataset
        The factors are made per primary sampling unit when they are first used, and never one a row.

    Raises
    ------
    DesignError
        With near matches, for an unknown method or no design.

    Examples
    --------
    >>> import lfs_migration as lfm, pandas as pd
    >>> survey = lfm.dataset(pd.DataFrame({"w": [1.0] * 4, "y": [1.0, 2, 3, 6]}), lfm.Design(weight="w"))
    >>> lfm.estimate(replicate(survey, "jackknife"), lfm.Mean("y")).se.round(4)
    array([1.0801])
    """
    if data.design is None:
        raise DesignError("The data have no sampling design", hint="Give one: lfm.Design(weight=...)")
    if method not in METHODS:
        raise DesignError(f"No replicate method {method!r}", hint=near(method, METHODS))
    plan = Replicates(method, replicates, seed, fay, mse)
    counts = {"method": method} | {word: getattr(plan, word) for word in USED.get(method, ())}
    out = data.after("replicate", counts, design=replace(data.design, replicates=plan))
    if not data.design.calibrations:
        object.__setattr__(out, "_sample", Sample.of(data).replicated(out))
    return out


def replicate_weights(data: Dataset) -> Dataset:
    """Return the data with a column of weights for each replicate: the weight times the factor of its sampling unit.

    A step that comes after, such as :func:`lfs_migration.adjust_nonresponse`, is then done to each of them, so that the
    variance holds what the step adds to it.

    Parameters
    ----------
    data : Dataset
        In memory, with replicates from :func:`lfs_migration.replicate`, not calibrated yet.

    Returns
    -------
    Dataset
        Variances are those of the replicates as they were. Degrees of freedom are the columns less one, at most.

    Raises
    ------
    DesignError
        Without replicates, after a calibration, or where the rows stay on their engine.

    Examples
    --------
    >>> import lfs_migration as lfm, pandas as pd
    >>> survey = lfm.dataset(pd.DataFrame({"w": [1.0, 2, 3]}), lfm.Design(weight="w"))
    >>> replicate_weights(lfm.replicate(survey, "jackknife")).records["data"]["w_1"].to_list()
    [0.0, 3.0, 4.5]
    """
    sample = in_memory(data)
    plan = sample.design.replicates
    if plan is None or plan.columns:
        why = "are columns already" if plan else "are not there"
        raise DesignError(f"The replicates {why}", hint="Give a method first: lfm.replicate(data, 'bootstrap')")
    uncalibrated(sample, "making columns of replicates", "Make them first; each is then calibrated anew")
    replicates = replicates_of(sample)
    assert replicates is not None
    facts, base = sample.rows(sample.home), sample.design.weight
    matrix = np.asarray(factors(replicates, 0, len(replicates.rscales)))
    names = tuple(new_name(sample, f"{base}_{r}") for r in range(1, matrix.shape[1] + 1))
    columns = {name: facts.weight * factor[facts.psu] for name, factor in zip(names, matrix.T, strict=True)}
    given = Replicates.from_columns(
        names, scale=replicates.scale, rscales=replicates.rscales.tolist(), mse=replicates.mse
    )  # fmt: skip
    records = {**data.records, sample.home: with_columns(data.records[sample.home], columns)}
    design = replace(sample.design, replicates=given)
    return data.after("replicate_weights", {"columns": len(names)}, records=records, design=design)
