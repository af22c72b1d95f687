"""The verb: the steps of a country's recipe, from selection probabilities to the final weight."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from lfs_migration.errors import DesignError
from lfs_migration.frames import column, link, with_columns
from lfs_migration.model.dataset import Dataset
from lfs_migration.model.response import Nonresponse
from lfs_migration.model.weighting import (
    BaseWeights,
    Calibrating,
    Comparing,
    GivenWeights,
    Multiplicity,
    PersonWeights,
    Recipe,
    ReferencePerson,
    Replicating,
    Step,
    Trimming,
)
from lfs_migration.sample import Sample
from lfs_migration.weights.base import base_weights
from lfs_migration.weights.known import Known
from lfs_migration.weights.nonresponse import adjust_nonresponse
from lfs_migration.weights.persons import given_weights, person_weights, reference_person
from lfs_migration.weights.replicate import replicate, replicate_weights
from lfs_migration.weights.shared import multiplicity
from lfs_migration.weights.to_known import calibrate_to, compare_to
from lfs_migration.weights.trim import trim


def needs_addresses(recipe: Recipe) -> bool:
    """Return whether a recipe has a step that needs all visited addresses."""
    return recipe.at_addresses > 0


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
        The household record with all visited addresses; the steps up to the last that needs them are done there, and
        the weights carried to the households that were interviewed. Without it all steps are done on ``data``.
    known : mapping of file to Known, optional
        Totals of the recipe's files.

    Returns
    -------
    Dataset
        Its log has every step, and the recipe.

    Raises
    ------
    DesignError
        For a step that needs the interviewed households, before one at the visited addresses.
    LfsMigrationError
        As the steps do.
    """
    if recipe.too_early:
        number = recipe.too_early[0]
        raise DesignError(
            f"The step {recipe.steps[number][0]} comes before one that is done at all visited addresses",
            where=f"step {number + 1} of the recipe", hint="Put it after the last base_weights and adjust_nonresponse",
        )  # fmt: skip
    first = recipe.at_addresses if visited is not None else 0
    done = visited if visited is not None and first else data
    for number, (_, step) in enumerate(recipe.steps, start=1):
        done = _stepped(done, step, recipe, known or {})
        if number == first:
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
        case Replicating():
            words = step.model_dump(exclude={"method"})
            return replicate_weights(replicate(data, step.method, **words))
        case Nonresponse():
            return adjust_nonresponse(data, step.outcomes, step.way, unknown=step.unknown)
        case Trimming():
            return trim(data, step.low, step.high, rule=step.rule, strict=step.strict)
        case Calibrating():
            return calibrate_to(data, step, recipe, known)
        case Comparing():
            return compare_to(data, step, recipe, known)
        case PersonWeights():
            return person_weights(data, **_named(step.record))
        case ReferencePerson():
            return reference_person(data, step.where, **_named(step.record))
        case Multiplicity():
            return multiplicity(data, step.households, **_named(step.record))


def _named(record: str) -> dict[str, str]:
    """Return the record that a step names; a step that was not read from a country's file may leave it to the verb."""
    return {"record": record} if record else {}


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
        For an interviewed household that is not among the addresses or stands there twice, or whose weight there is 0;
        after an adjustment for non-response, for a respondent's address without an interview. Naming the household.
    """
    assert visited.design is not None and data.design is not None and data.codebook is not None
    home = Sample.of(data).home
    key = data.codebook.records[home].key[0]
    addresses, names = visited.records[home], [visited.design.weight]
    if visited.design.replicates:
        names += visited.design.replicates.columns
    row, back = link(data.records[home], addresses, key), link(addresses, data.records[home], key)
    _require_one_address(data, home, back)
    if any(step.verb == "adjust_nonresponse" for step in visited.log):
        _require_interviews(visited, home, back)
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


def _require_one_address(data: Dataset, home: str, back: NDArray[np.int64]) -> None:
    times = np.bincount(back[back >= 0], minlength=len(data.records[home]))
    twice = np.flatnonzero(times > 1)
    if len(twice):
        raise DesignError(
            f"{len(twice):,} interviewed households stand twice or more among the visited addresses",
            where=Sample.of(data).place(home, int(twice[0])),
            hint="Give each address a number of its own, also one that was visited in place of another",
        )  # fmt: skip


def _require_interviews(visited: Dataset, home: str, back: NDArray[np.int64]) -> None:
    sample = Sample.of(visited)
    weight = sample.rows(home).weight
    absent = np.flatnonzero((back < 0) & (weight > 0))
    if len(absent):
        raise DesignError(
            f"{len(absent):,} of {int((weight > 0).sum()):,} respondents' addresses have no interview",
            where=sample.place(home, int(absent[0])),
            detail=f"With them {weight[absent].sum():,.6g} of {weight.sum():,.6g} households would be lost",
            hint="Find their interviews, or give their outcomes the class nonrespondent",
        )  # fmt: skip
