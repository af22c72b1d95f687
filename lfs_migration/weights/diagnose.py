"""The verb: what was done to the weights, step by step, and what came of it, as a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lfs_migration.engine import summed
from lfs_migration.model.dataset import Dataset
from lfs_migration.sample import Sample
from lfs_migration.sample.auxiliaries import shown
from lfs_migration.weights.columns import in_memory
from lfs_migration.weights.described import described, spread_of

Floats = NDArray[np.float64]
STEPS = (
    "base_weights", "given_weights", "replicate", "replicate_weights", "adjust_nonresponse", "trim", "person_weights",
    "margins", "calibrate", "compare", "reference_person", "multiplicity",
)  # fmt: skip
"""Verbs of the log that are about weights."""
LARGEST, BARS = 10, 30
"""How many of the largest contributors are listed, and how many classes of weights."""
BETWEEN, SHARE = "weights between", "share of the sum"
"""Measures: the number of weights in a class, and the part of a household."""


@dataclass(frozen=True)
class Diagnostic:
    """One number about the weights.

    Parameters
    ----------
    step : str
        Number and verb of the step, ``final`` for what came out.
    measure : str
        What the number is.
    category : str
        Of what: an outcome, a category of a margin, a household; empty for all.
    value : float or str
    """

    step: str
    measure: str
    category: str
    value: float | str


def diagnose(data: Dataset) -> tuple[Diagnostic, ...]:
    """Return what was done to the weights: outcomes, response rates, factors, margins, largest contributors.

    Parameters
    ----------
    data : Dataset
        In memory, after steps of weighting.

    Returns
    -------
    tuple of Diagnostic
        Of each step in the log, then of the final weights: their number, sum, extremes and Kish's design effect; each
        margin's total, and the sums of weights before and after calibration; the households with the largest weights
        and their share of the sum.

    Raises
    ------
    DesignError
        Where the records stay on their engine.
    """
    in_memory(data)
    return (*_of_steps(data), *_of_margins(data), *_of_weights(data))


def _of_steps(data: Dataset) -> Iterator[Diagnostic]:
    number = 0
    for step in data.log:
        if step.verb in STEPS:
            number += 1
            yield from _flat(f"{number} {step.verb}", step.counts)


def _flat(step: str, counts: Mapping[str, Any]) -> Iterator[Diagnostic]:
    for measure, value in counts.items():
        if isinstance(value, Mapping):
            for category, own in value.items():
                if isinstance(own, Mapping):
                    name = f"{category} ({own['class']})" if "class" in own else str(category)
                    parts = [(part, number) for part, number in own.items() if part != "class"]
                    yield from (Diagnostic(step, f"{measure} {part}", name, number) for part, number in parts)
                else:
                    yield Diagnostic(step, measure, str(category), own)
        elif isinstance(value, list | tuple):
            yield from (Diagnostic(step, measure, "", str(entry)) for entry in value)
        elif value not in (None, ""):
            yield Diagnostic(step, measure, "", value)


def _of_margins(data: Dataset) -> Iterator[Diagnostic]:
    """Yield totals, and sums before and after, of the categories of every margin."""
    calibrations = Sample.of(data).calibrations
    for record, chain in (calibrations.chains if calibrations else {}).items():
        for number, (calibration, found) in enumerate(zip(chain.calibrations, chain.found, strict=True), start=1):
            step, ends = f"calibration {number} of {record}", (chain.weights[number - 1], chain.weights[number])
            before, after = (summed(found.cell, weight, len(found.x)) @ found.x for weight in ends)
            for column, code in enumerate(found.codes):
                name = calibration.margins[int(found.margin[column])].name
                category = f"{name}: {shown(code)}" if code else name
                for measure, value in (("known total", found.totals), ("before", before), ("after", after)):
                    yield Diagnostic(step, measure, category, float(value[column]))
            g = np.divide(ends[1], ends[0], out=np.full(len(ends[0]), np.nan), where=ends[0] > 0)
            yield from (Diagnostic(step, "g-weight", name, value) for name, value in spread_of(g).items())


def _of_weights(data: Dataset) -> Iterator[Diagnostic]:
    sample = Sample.of(data)
    weight = sample.rows(sample.home).weight
    yield from (Diagnostic("final", name, "", value) for name, value in described(weight).items() if value is not None)
    used = weight[weight > 0]
    if not len(used):
        return
    yield from (Diagnostic("final", "weight", name, value) for name, value in spread_of(used).items())
    counts, ends = np.histogram(used, bins=BARS)
    for count, low, high in zip(counts.tolist(), ends, ends[1:], strict=False):
        yield Diagnostic("final", BETWEEN, f"{low:.6g} to {high:.6g}", count)
    largest = np.argsort(-weight, kind="stable")[:LARGEST]
    for row in largest.tolist():
        yield Diagnostic("final", SHARE, sample.place(sample.home, row), float(weight[row] / weight.sum()))
