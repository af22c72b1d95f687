"""The verb: replicates as columns of weights, which steps of weighting go through one by one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lfs_migration.engine.calibrated import factors
from lfs_migration.errors import DesignError
from lfs_migration.estimate.replicates import replicates_of
from lfs_migration.frames import is_lazy, with_columns
from lfs_migration.model.dataset import Dataset
from lfs_migration.model.design import Replicates
from lfs_migration.sample import Sample


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
    if any(map(is_lazy, data.records.values())) or data.store is not None:
        raise DesignError("The records stay on their engine", hint="Make replicates in memory")
    sample = Sample.of(data)
    plan = sample.design.replicates
    if plan is None or plan.columns:
        why = "are columns already" if plan else "are not there"
        raise DesignError(f"The replicates {why}", hint="Give a method first: lfm.replicate(data, 'bootstrap')")
    if sample.design.calibrations:
        raise DesignError("The weights are calibrated", hint="Make the replicates before that; each is calibrated anew")
    replicates = replicates_of(sample)
    assert replicates is not None
    facts, base = sample.rows(sample.home), sample.design.weight
    matrix = np.asarray(factors(replicates, 0, len(replicates.rscales)))
    names = tuple(f"{base}_{r}" for r in range(1, matrix.shape[1] + 1))
    columns = {name: facts.weight * factor[facts.psu] for name, factor in zip(names, matrix.T, strict=True)}
    given = Replicates.from_columns(
        names, scale=replicates.scale, rscales=replicates.rscales.tolist(), mse=replicates.mse
    )  # fmt: skip
    records = {**data.records, sample.home: with_columns(data.records[sample.home], columns)}
    design = replace(sample.design, replicates=given)
    return data.after("replicate_weights", {"columns": len(names)}, records=records, design=design)
