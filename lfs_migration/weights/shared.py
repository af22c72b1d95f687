"""The verb: weights of persons whom several households could report."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lfs_migration.errors import DesignError, NotFound, near
from lfs_migration.frames import with_columns
from lfs_migration.model.dataset import Dataset
from lfs_migration.weights.columns import in_memory, new_name


def multiplicity(data: Dataset, households: str, *, record: str = "emigrant") -> Dataset:
    """Return the data where rows have their household's weight, divided by the households that could report them.

    ``w_k = w_h / m_k``: a person whom m households could list is listed by one of them with m times the chance of a
    person of one household, and so counts once on average (Sirken 1970).

    Parameters
    ----------
    data : Dataset
        In memory, with a design.
    households : str
        Column or expression of the record: m, 1 or more.
    record : str

    Returns
    -------
    Dataset
        Its design divides the weights of the record, those of replicates and calibrated ones too.

    Raises
    ------
    NotFound
        With near matches, for a record that the data do not have.
    DesignError
        Where the number is missing or below 1, naming the household.
    """
    sample = in_memory(data)
    if record not in data.records or record == sample.home:
        others = [name for name in data.records if name != sample.home]
        raise NotFound(f"No record {record!r} under {sample.home}", hint=near(record, others))
    number = sample.records.floats(households, record)
    bad = np.flatnonzero(~(number >= 1) | np.isinf(number))
    if len(bad):
        first = number[bad[0]]
        raise DesignError(
            f"{households} is missing or below 1 in {len(bad):,} of {len(number):,} {record} rows",
            where=sample.place(record, int(bad[0])),
            detail=f"It is {'missing' if np.isnan(first) else f'{first:g}'} there",
            hint="It counts the households that could report the person, this one among them",
        )  # fmt: skip
    name = new_name(sample, "households_that_report")
    records = {**data.records, record: with_columns(data.records[record], {name: number})}
    design = replace(sample.design, multiplicity={**sample.design.multiplicity, record: name})
    counts = {"variable": households, "record": record, "rows": len(number), "shared": int((number > 1).sum())}
    return data.after("multiplicity", counts, records=records, design=design)
