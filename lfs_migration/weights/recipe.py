"""The verb: the steps of a country's recipe, from selection probabilities to the final weight."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from lfs_migration.errors import DesignError
from lfs_migration.frames import column, link, with_columns
from lfs_migration.model.dataset import Dataset
from lfs_migration.model.weighting import (
    BaseWeights,
    Calibrating,
    GivenWeights,
    Multiplicity,
    Nonresponse,
    PersonWeights,
    Recipe,
    ReferencePerson,
    Step,
    Trimming,
)
from lfs_migration.sample import Sample
from lfs_migration.weights.base import base_weights
from lfs_migration.weights.known import Known, calibrate_to
from lfs_migration.weights.nonresponse import adjust_nonresponse
from lfs_migration.weights.persons import given_weights, person_weights, reference_person
from lfs_migration.weights.shared import multiplicity
from lfs_migration.weights.trim import trim

AT_ADDRESSES = (BaseWeights, Nonresponse)
"""Steps that need all visited addresses, not only those with an interview."""


def needs_addresses(recipe: Recipe) -> bool:
    """Return whether a recipe has a step that needs all visited addresses."""
    return any(isinstance(step, AT_ADDRESSES) for _, step in recipe.steps)


def follow(
    data: Dataset, recipe: Recipe, *, visited: Dataset | None = None, known: Mapping[str, Known] | None = None
) -> Dataset:
    """Return the data with the weights that a recipe makes.

    Parameters
    ----------
    data : Dataset
        Harmonised.
    recipe : Recipe
    visited : Dataset, optional
        The household record with all visited addresses; the first steps are done there, and the weights carried to the
        households that were interviewed. Without it all steps are done on ``data``.
    known : mapping of file to Known, optional
        Totals of the recipe's files.

    Returns
    -------
    Dataset
        Its log has every step, and the recipe.

    Raises
    ------
    LfsMigrationError
        As the steps do.
    """
    done, at_addresses = (data if visited is None else visited), visited is not None
    for _, step in recipe.steps:
        if at_addresses and not isinstance(step, AT_ADDRESSES):
            done, at_addresses = carried(done, data, visited), False
        done = _stepped(done, step, recipe, known or {})
    if at_addresses:
        done = carried(done, data, visited)
    return done.after("recipe", recipe.model_dump(exclude_none=True, exclude_defaults=True))


def _stepped(data: Dataset, step: Step, recipe: Recipe, known: Mapping[str, Known]) -> Dataset:
    match step:
        case BaseWeights():
            return base_weights(data, step.probabilities, subsample=step.subsample)
        case GivenWeights():
            return given_weights(
                data, step.weight, rounds=step.rounds, households=step.households, within=step.within
            )  # fmt: skip
        case Nonresponse():
            return adjust_nonresponse(data, step.outcomes, step.way, unknown=step.unknown)
        case Trimming():
            return trim(data, step.low, step.high, rule=step.rule, strict=step.strict)
        case Calibrating():
            return calibrate_to(data, step, recipe, known)
        case PersonWeights():
            return person_weights(data, record=step.record)
        case ReferencePerson():
            return reference_person(data, step.where, record=step.record)
        case Multiplicity():
            return multiplicity(data, step.households, record=step.record)


def carried(visited: Dataset, data: Dataset, start: Dataset | None = None) -> Dataset:
    """Return the data with the weights of the visited addresses, in the rows of the households that were interviewed.

    Parameters
    ----------
    visited : Dataset
        One record, with a weight and perhaps columns of replicates.
    data : Dataset
        Harmonised records of the households that were interviewed.
    start : Dataset, optional
        The addresses before the steps: what their log has more goes into that of the data.

    Raises
    ------
    DesignError
        For an interviewed household that is not among the addresses, or whose weight there is 0.
    """
    assert visited.design is not None and data.design is not None and data.codebook is not None
    home = Sample.of(data).home
    key = data.codebook.records[home].key[0]
    addresses = visited.records[home]
    row = link(data.records[home], addresses, key)
    names = [visited.design.weight, *(visited.design.replicates.columns if visited.design.replicates else ())]
    columns = {name: column(addresses, name).to_numpy()[row] for name in names}
    lost = np.flatnonzero((row < 0) | ~(columns[names[0]] > 0))
    if len(lost):
        raise DesignError(
            f"{len(lost):,} interviewed households have no weight among the visited addresses",
            where=Sample.of(data).place(home, int(lost[0])),
            detail="They are not there, or their outcome is not that of a respondent",
            hint="Give the outcomes of interviewed households the class respondent",
        )  # fmt: skip
    records = {**data.records, home: with_columns(data.records[home], columns)}
    design = replace(data.design, weight=names[0], replicates=visited.design.replicates)
    log = (*data.log, *visited.log[len(start.log) if start else 0 :])
    return replace(data, records=records, design=design, log=log)
