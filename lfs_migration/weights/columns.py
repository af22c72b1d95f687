"""What every step of the chain does alike: take the weight and its replicates, and put new ones beside them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lfs_migration.errors import DesignError
from lfs_migration.frames import is_lazy, with_columns
from lfs_migration.model.dataset import Dataset
from lfs_migration.sample import Sample

Floats = NDArray[np.float64]


def in_memory(data: Dataset) -> Sample:
    """Return the sample of data whose records are in memory.

    Raises
    ------
    DesignError
        Where they stay on their engine.
    """
    if data.store is not None or any(map(is_lazy, data.records.values())):
        raise DesignError("The records stay on their engine", hint="Weigh in memory, and give the weights as a column")
    return Sample.of(data)


def uncalibrated(sample: Sample, step: str, hint: str = "Change the order of steps") -> None:
    """Check that the weights are not calibrated yet: a step before calibration would break what it met.

    Raises
    ------
    DesignError
    """
    if sample.design.calibrations:
        raise DesignError(f"The weights are calibrated, and {step} comes before that", hint=hint)


def new_name(sample: Sample, wanted: str) -> str:
    """Return a name that no column of any record has: the wanted one, or with a number."""
    taken = {name for frame in sample.records.frames.values() for name in frame.columns}
    names = (wanted, *(f"{wanted}_{number}" for number in range(2, len(taken) + 3)))
    return next(name for name in names if name not in taken)


def reweighted(
    data: Dataset, verb: str, name: str, step: Callable[[Floats], Floats], counts: Mapping[str, Any], **others: Any
) -> Dataset:
    """Return the data with a step done to the weight, and to each replicate weight that is a column.

    Parameters
    ----------
    data : Dataset
    verb : str
        For the log.
    name : str
        Of the new weight.
    step : callable
        From weights of the home record to weights, both of shape (rows,).
    counts : mapping
        For the log.
    **others : array of shape (rows,)
        Further columns.

    Raises
    ------
    DesignError
        As the step does; of a replicate it has its number and column.
    """
    sample = Sample.of(data)
    design, home = sample.design, sample.home
    columns = {name: step(sample.weights_of(design.weight, home)), **others}
    design = replace(design, weight=name)
    plan = design.replicates
    if plan is not None and plan.columns:
        made = {
            new_name(sample, f"{name}_r{r}"): _of_replicate(
                step, sample.weights_of(old, home), f"replicate {r} ({old})"
            )
            for r, old in enumerate(plan.columns, start=1)
        }
        columns |= made
        design = replace(design, replicates=replace(plan, columns=tuple(made)))
    records = {**data.records, home: with_columns(data.records[home], columns)}
    return data.after(verb, {"variable": name, **counts}, records=records, design=design)


def _of_replicate(step: Callable[[Floats], Floats], weight: Floats, replicate: str) -> Floats:
    try:
        return step(weight)
    except DesignError as error:
        where = ", ".join(filter(None, (error.where, replicate)))
        raise DesignError(error.title, where=where, detail=error.detail, hint=error.hint) from None
