"""The verb: variances by replicates from here on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from lfs_migration import engine
from lfs_migration.engine import Psus, Replicates, Sums
from lfs_migration.errors import DesignError, near
from lfs_migration.estimate.factors import bootstrap, brr, jackknife, random_groups, successive_difference
from lfs_migration.model.dataset import Dataset
from lfs_migration.model.design import Replicates as Plan
from lfs_migration.sample import Sample

METHODS: dict[str, Callable[[Psus, Plan], Replicates]] = {
    "jackknife": lambda units, plan: jackknife(units, plan.mse),
    "brr": lambda units, plan: brr(units, 0.0, plan.mse),
    "fay": lambda units, plan: brr(units, plan.fay or 0.5, plan.mse),
    "bootstrap": lambda units, plan: bootstrap(units, plan.replicates, plan.seed, plan.mse),
    "successive_difference": lambda units, plan: successive_difference(units, plan.replicates, plan.mse),
    "random_groups": lambda units, plan: random_groups(units, plan.replicates, plan.seed, plan.mse),
}
"""How the replicates of each method are made."""


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
        :mod:`lfs_migration.estimate.factors`.
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
    plan = Plan(method, replicates, seed, fay, mse)
    counts = {"method": method, "replicates": replicates, "seed": seed}
    out = data.after("replicate", counts, design=replace(data.design, replicates=plan))
    if not data.design.calibrations:
        object.__setattr__(out, "_sample", Sample.of(data).replicated(out))
    return out


def replicates_of(sample: Sample) -> Replicates | None:
    """Return the replicates of a sample, which are made once; none where it has no plan of them."""
    plan = sample.design.replicates
    return None if plan is None else sample.once("replicates", lambda: _made(sample.units, plan), own=True)


def degrees_of_freedom(sample: Sample, sums: Sums) -> NDArray[np.float64]:
    """Return the degrees of freedom of each cell: of its strata, and no more than those of the replicates."""
    of_design, replicates = engine.degrees_of_freedom(sample.units, sums), replicates_of(sample)
    return of_design if replicates is None else np.minimum(of_design, replicates.degrees_of_freedom)


def _made(units: Psus, plan: Plan) -> Replicates:
    if plan.columns:
        rscales = np.array(plan.rscales) if plan.rscales else np.ones(len(plan.columns))
        return Replicates.from_columns(plan.scale, rscales, plan.mse)
    return METHODS[plan.method](units, plan)
