"""The sample of an indicator: with the final weights, with those of the selection alone, or with none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from lfs_migration.errors import EstimationError
from lfs_migration.frames import is_lazy, with_constant
from lfs_migration.model.dataset import Dataset
from lfs_migration.model.design import Design
from lfs_migration.model.indicator import Weights
from lfs_migration.model.weighting import BaseWeights
from lfs_migration.sample import Sample
from lfs_migration.weights import base_weights

ONE = "w_one"
"""Weight of every row where none is wanted."""


def sample_of(data: Dataset, weights: Weights) -> Sample:
    """Return the sample of a data set with some weights, made once and kept with that of the final ones.

    Strata and sampling units stay those of the survey, so that standard errors are of the same design. What was done to
    the final weights is not done to others: no calibration, no weights of persons, no replicate weights in columns.
    Rows without a final weight, as addresses where nobody answered, are in the sample with that of their selection.

    Parameters
    ----------
    data : Dataset
        Harmonised.
    weights : str
        ``final``; ``design``: the codebook's base weight, or where the data have none that of the country's recipe,
        which needs the records in memory; ``none``: 1 for every row.

    Raises
    ------
    EstimationError
        Where nothing gives the weights of the selection.
    """
    if weights == "final":
        return Sample.of(data)
    make = _without(data) if weights == "none" else _selection(data)
    if make is None:
        raise EstimationError(
            "There is no sample of all that were selected", detail=why_not(data, weights),
            hint="Map the base weight of the module's design in the country's file, or give base_weights in its recipe",
        )  # fmt: skip
    kept: Sample = Sample.of(data).once(("weights", weights), lambda: Sample.of(make()), own=True)
    return kept


def why_not(data: Dataset, weights: Weights) -> str:
    """Return why there is no sample with some weights, or nothing where there is one."""
    return "" if weights != "design" or _selection(data) else "the weights of the selection are not given"


def _without(data: Dataset) -> Callable[[], Dataset]:
    """Return what makes the data with a weight of 1 for every row."""
    design, home = data.design, Sample.of(data).home
    assert design is not None
    taken = {name for frame in data.records.values() for name in frame.columns}
    name = next(name for name in (ONE, *(f"{ONE}_{i}" for i in range(2, len(taken) + 3))) if name not in taken)
    order = dict.fromkeys((home, *data.records))  # the first that has the weight carries the design
    plain = _plain(design, name, shared=False)

    def make() -> Dataset:
        records = {record: with_constant(data.records[record], name, 1.0) for record in order}
        return replace(data, records=records, design=plain)

    return make


def _selection(data: Dataset) -> Callable[[], Dataset] | None:
    """Return what makes the data with the weights of the selection as those of its design, nothing where none can."""
    design, codebook, edition = data.design, data.codebook, data.country
    assert design is not None
    name = codebook.design.base if codebook and codebook.design else ""
    if name and any(name in frame.columns for frame in data.records.values()):
        return lambda: replace(data, design=_plain(design, name))
    steps = edition.weighting.steps if edition and edition.weighting else ()
    base = next((step for _, step in steps if isinstance(step, BaseWeights)), None)
    if base is None or data.store is not None or any(map(is_lazy, data.records.values())):
        return None
    plain = replace(data, design=_plain(design, design.weight))
    return lambda: base_weights(plain, base.probabilities, subsample=base.subsample)


def _plain(design: Design, weight: str, *, shared: bool = True) -> Design:
    """Return a design with another weight, as if nothing had been done to it.

    Parameters
    ----------
    shared : bool
        Whether rows that several households could report have a part of the weight: that is of the selection too.
    """
    replicates = design.replicates
    return replace(
        design, weight=weight, record_weights={}, calibrations=(), reference=None,
        replicates=None if replicates is not None and replicates.columns else replicates,
        multiplicity=design.multiplicity if shared else {},
    )  # fmt: skip
