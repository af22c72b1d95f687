"""The replicates of a sample: how each method makes them, and their degrees of freedom."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from lfs_migration import engine
from lfs_migration.engine import Psus, Replicates, Sums
from lfs_migration.model.design import Replicates as Plan
from lfs_migration.sample.factors import bootstrap, brr, jackknife, random_groups, successive_difference
from lfs_migration.sample.sample import Sample

METHODS: dict[str, Callable[[Psus, Plan], Replicates]] = {
    "jackknife": lambda units, plan: jackknife(units, plan.mse),
    "brr": lambda units, plan: brr(units, 0.0, plan.mse),
    "fay": lambda units, plan: brr(units, plan.fay or 0.5, plan.mse),
    "bootstrap": lambda units, plan: bootstrap(units, plan.replicates, plan.seed, plan.mse),
    "successive_difference": lambda units, plan: successive_difference(units, plan.replicates, plan.mse),
    "random_groups": lambda units, plan: random_groups(units, plan.replicates, plan.seed, plan.mse),
}
"""How the replicates of each method are made."""


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
