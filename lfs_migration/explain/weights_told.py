"""Weights, value and standard error of a figure as facts with a word in front."""

from __future__ import annotations

from collections.abc import Iterator

from lfs_migration.explain.counted import Value
from lfs_migration.explain.judged import Spread, Weighting, WeightStep
from lfs_migration.explain.numbers import exactly, plainly

Line = tuple[str, str]


def weight_lines(one: Weighting) -> Iterator[Line]:
    """Yield which weight it is, and what each step did to the sum of weights."""
    yield "weight", f"{one.variable}: {one.source}" if one.variable else one.source
    for number, step in enumerate(one.steps, start=1):
        yield f"step {number}", _step(step)
    yield "rows", one.shared


def _step(step: WeightStep) -> str:
    sums = ""
    if step.after is not None:
        before = f"{step.before:,.0f} before, " if step.before is not None else ""
        sums = f"sum of weights {before}{step.after:,.0f} after"
    head = f"{step.verb.replace('_', ' ')} ({step.variable})" if step.variable else step.verb.replace("_", " ")
    return "; ".join(filter(None, [f"{head}: {', '.join(step.details)}" if step.details else head, sums]))


def value_lines(one: Value) -> Iterator[Line]:
    """Yield the sums that a value is made of, and whether it is the published one."""
    yield "computed as", one.formula
    for term in one.terms:
        total = f", sum of w * value {exactly(term.total)}" if term.total != term.weights else ""
        yield term.role, f"{term.rows:,} rows, sum of w {exactly(term.weights)}{total}"
    yield "from the rows", exactly(one.value) if one.value is not None else "undefined"
    said = "the same, to 1e-9" if one.agrees else "NOT THE SAME: please report it"
    yield "in the tables", f"{exactly(one.estimate) if one.estimate is not None else 'undefined'}: {said}"


def spread_lines(one: Spread) -> Iterator[Line]:
    """Yield how a standard error was made."""
    replicates = f", {one.replicates:,} replicates" if one.replicates else ""
    yield "standard error", f"{one.method}{replicates}"
    yield "design", f"{one.psus:,} sampling units in {one.strata:,} strata; {one.singletons}"
    if one.domain_psus is not None:
        yield "", f"{one.domain_psus:,} units in {one.domain_strata:,} strata have a row that is counted"
    yield "degrees", f"{plainly(one.df)} degrees of freedom" if one.df is not None else ""
    for words in one.calibrations:
        yield "calibration", words
    yield "interval", one.interval
