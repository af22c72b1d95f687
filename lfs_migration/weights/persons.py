"""Verbs: weights of the office or of residents, where they differ inside a household."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lfs_migration.errors import DesignError
from lfs_migration.frames import with_columns
from lfs_migration.model.dataset import Dataset
from lfs_migration.model.design import Reference
from lfs_migration.sample import Sample
from lfs_migration.weights.columns import in_memory, new_name
from lfs_migration.weights.described import described


def given_weights(
    data: Dataset, weight: str, *, rounds: str = "", households: float | None = None, within: float = 0.1
) -> Dataset:
    """Return the data with the office's weight, of one round or of several rounds together.

    Parameters
    ----------
    data : Dataset
        In memory, with a design.
    weight : str
        Column or expression.
    rounds : str
        Variable of the rounds (quarters, waves) that the data pool. Each stands for the whole population, so that
        weights are divided by their number.
    households : float, optional
        Number that they add up to. It finds weights that are in thousands, or were made for other rounds.
    within : float
        Share by which they may be away from it.

    Returns
    -------
    Dataset
        With a column more, ``w_given``, which is the design's weight from here on; what was done to another weight, and
        its replicates, are not its own.

    Raises
    ------
    DesignError
        Where a weight is missing or negative, or they add up to something else.
    """
    sample = in_memory(data)
    value = sample.records.floats(weight, sample.home)
    bad = np.flatnonzero(~((value >= 0) & (value < np.inf)))
    if len(bad):
        raise DesignError(
            f"The weight {weight} is missing, negative or infinite in {len(bad):,} of {len(value):,} rows",
            where=sample.place(sample.home, int(bad[0])), hint="Mend the weight, or leave the household out and say so",
        )  # fmt: skip
    number = _rounds(sample, rounds) if rounds else 1
    value = value / number
    total = float(value.sum())
    if households is not None and not households > 0:
        raise DesignError(f"Weights cannot add up to {households:g} households", hint="Give a number above 0")
    if households is not None and abs(total - households) > within * households:
        raise DesignError(
            f"The weights {weight} add up to {total:,.6g}, not to about {households:,.6g}",
            detail=f"That is {total / households:.3g} times as many households",
            hint="A factor may be left out, or be in twice",
        )  # fmt: skip
    name = new_name(sample, "w_given")
    records = {**data.records, sample.home: with_columns(data.records[sample.home], {name: value})}
    counts = {"variable": name, "of": weight, "rounds": number, **described(value)}
    design = replace(sample.design, weight=name, record_weights={}, calibrations=(), replicates=None, reference=None)
    return data.after("given_weights", counts, records=records, design=design)


def _rounds(sample: Sample, variable: str) -> int:
    """Return the number of rounds, which every household is in one of."""
    codes, levels = sample.records.factor(variable, sample.home)
    absent = np.flatnonzero(codes < 0)
    if len(absent):
        raise DesignError(
            f"The round {variable} is missing in {len(absent):,} of {len(codes):,} rows",
            where=sample.place(sample.home, int(absent[0])), hint="Every household was interviewed in one",
        )  # fmt: skip
    return len(levels)


def person_weights(data: Dataset, *, record: str = "person") -> Dataset:
    """Return the data where the rows of a record have a weight of their own, at first their household's.

    Calibration to margins of that record then moves each row by itself, and weights differ inside a household.

    Returns
    -------
    Dataset
        With a column more in the record, ``w_own``.

    Raises
    ------
    DesignError
        Where the record has a weight of its own.
    """
    sample = in_memory(data)
    sample.require(record)
    if record == sample.home or record in sample.design.record_weights:
        raise DesignError(f"The {record} record has a weight of its own already", hint="Take the step once, of members")
    weight = sample.rows(record).weight * sample.households_of(record)
    name = new_name(sample, "w_own")
    records = {**data.records, record: with_columns(data.records[record], {name: weight})}
    design = replace(sample.design, record_weights={**sample.design.record_weights, record: name})
    counts = {"variable": name, "record": record, **described(weight)}
    return data.after("person_weights", counts, records=records, design=design)


def reference_person(data: Dataset, where: str, *, record: str = "person") -> Dataset:
    """Return the data where a household has the weight of its reference person, and its emigrants with it.

    Parameters
    ----------
    data : Dataset
        In memory; the record's rows have a weight of their own.
    where : str
        Condition: the reference person. Of several the first is taken; a household without one keeps its weight.
    record : str

    Returns
    -------
    Dataset
        With a column more, ``w_reference``, which is the design's weight from here on. Variances of households and
        emigrants take account of how the persons' weights were calibrated. The log has how far the weights are from the
        mean of all members.

    Raises
    ------
    DesignError
        Where the record has no weight of its own, or the households have a member's weight already.
    """
    sample = in_memory(data)
    own = sample.design.record_weights.get(record)
    if own is None:
        raise DesignError(f"The {record} record has no weight of its own", hint="Make one with person_weights first")
    if sample.design.reference is not None:
        raise DesignError("The households have the weight of a member already", hint="Take the step once")
    member, home = sample.records.floats(own, record), sample.records.link(record)
    before = sample.rows(sample.home).weight
    all_of_them = np.flatnonzero((sample.records.truth(where, record) == 1) & (home >= 0))
    chosen = all_of_them[np.unique(home[all_of_them], return_index=True)[1]]
    weight, here = before.copy(), np.zeros(len(member), dtype=np.int64)
    weight[home[chosen]], here[chosen] = member[chosen], 1
    inside = home >= 0
    count = np.bincount(home[inside], minlength=len(before))
    mean = np.bincount(home[inside], weights=member[inside], minlength=len(before)) / np.maximum(count, 1)
    away = np.abs(np.divide(weight, mean, out=np.ones_like(weight), where=mean > 0) - 1)[count > 0]
    name, column = new_name(sample, "w_reference"), new_name(sample, f"{record}_of_reference")
    counts = {
        "variable": name, "without": len(before) - len(chosen),
        "mean_distance_from_members": float(away.mean()) if len(away) else 0.0, **described(weight),
    }  # fmt: skip
    records = {
        **data.records,
        sample.home: with_columns(data.records[sample.home], {name: weight}),
        record: with_columns(data.records[record], {column: here}),
    }
    reference = Reference(record, column, sample.design.weight)
    design = replace(sample.design, weight=name, reference=reference)
    return data.after("reference_person", counts, records=records, design=design)
