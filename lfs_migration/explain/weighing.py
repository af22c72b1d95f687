"""The weights of a figure, and how its standard error was made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lfs_migration.estimate import Quantile
from lfs_migration.explain.judged import Spread, Weighting, WeightStep
from lfs_migration.explain.making import Making
from lfs_migration.explain.rows import Tally
from lfs_migration.metadata.sources import natives
from lfs_migration.model.calibration import Calibration
from lfs_migration.model.design import Singletons
from lfs_migration.tabulate.quality import is_share
from lfs_migration.weights.diagnose import STEPS

SINGLE: Mapping[Singletons, str] = {
    "fail": "a stratum of one sampling unit is refused; there is none",
    "certainty": "a stratum of one sampling unit adds nothing",
    "adjust": "a stratum of one sampling unit adds its squared distance from the mean of all units",
    "average": "a stratum of one sampling unit adds the mean of the other strata",
    "collapse": "a stratum of one sampling unit is joined to the one next to it",
}
"""What is done with a stratum of one sampling unit."""
OWN = ("person_weights", "given_weights", "reference_person")
"""Steps after which weights are of other rows, so that no sum stands before theirs."""
WORDS: Mapping[str, str] = {
    "stages": "one over the product of {}",
    "subsample": "times one over {}",
    "way": "adjusted by {}",
    "method": "method {}",
    "margins": "to known totals by {}",
    "rule": "rule {}",
    "low": "not below {}",
    "high": "not above {}",
    "cut": "{} weights cut",
    "smallest_g": "factors from {}",
    "largest_g": "to {}",
    "record": "of the {} record",
    "shared": "{} rows that several households could report",
    "replicates": "{} replicates",
}
"""What is told of a step, by the entry of its log."""


def weighting(making: Making) -> Weighting:
    """Return which weights a figure has, and how they came about."""
    design, edition = making.sample.design, making.edition
    if making.indicator.weights == "none":
        return Weighting("", "no weights: each row counts once", ())
    steps = tuple(_steps(making))
    source = natives(edition).get(design.weight)
    if steps:
        says = f"made by the recipe of {edition.line('weighting')}, in {len(steps)} step{'s' if len(steps) > 1 else ''}"
    elif source is not None:
        says = f"the office's own: {', '.join(source.columns) or 'computed'} of {source.file}"
    else:
        says = "a column of the data"
    return Weighting(design.weight, says, steps, _shared(making))


def _shared(making: Making) -> str:
    """Return how rows of the records of a figure have another weight than their household."""
    design, said = making.sample.design, []
    for record in dict.fromkeys(side.base.record for side in making.plan.sides):
        if record in design.record_weights:
            said.append(f"rows of the {record} record have a weight of their own, {design.record_weights[record]}")
        elif record != making.sample.home:
            said.append(f"rows of the {record} record have the weight of their {making.sample.home}")
        if record in design.multiplicity:
            said.append(f"each is divided by {design.multiplicity[record]}, as so many could report it")
    return "; ".join(said)


def _steps(making: Making) -> Iterator[WeightStep]:
    calibrations = {one.weight: one.base for one in making.sample.design.calibrations}
    sums: dict[str, float] = {}
    last = ""
    for step in making.data.log if making.indicator.weights == "final" else ():
        if step.verb not in STEPS or step.verb in ("margins", "compare"):
            continue
        name, after = str(step.counts.get("variable", "")), step.counts.get("sum")
        before = None if step.verb in OWN else sums.get(calibrations.get(name, last))
        yield WeightStep(step.verb, name, tuple(_details(step.counts)), before, after)
        if after is not None:
            sums[name], last = float(after), name


def _details(counts: Mapping[str, Any]) -> Iterator[str]:
    for entry, words in WORDS.items():
        value = counts.get(entry)
        if value not in (None, "", ()):
            yield words.format(_listed(value))
    rates = counts.get("rates")
    if isinstance(rates, Mapping) and "RR1" in rates:
        yield f"response rate RR1 {100 * rates['RR1']:.1f} per cent"


def _listed(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return f"{value:,.6g}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else str(value)


def spread(making: Making, tallies: tuple[Tally, ...], *, told: bool) -> Spread:
    """Return how the standard error was made.

    Parameters
    ----------
    making : Making
    tallies : tuple of Tally
        Of the plan's sides.
    told : bool
        Whether it may be said how many sampling units the rows counted are in.
    """
    design, units = making.sample.design, making.sample.units
    result, row = making.estimated
    plan = design.replicates
    base = [one for side, one in zip(making.plan.sides, tallies, strict=True) if side.role != "numerator"]
    met = base[0].units if base and told and design.units else None
    return Spread(
        method=_method(making),
        interval=_interval(making),
        singletons=SINGLE[design.singletons],
        strata=len(units.size),
        psus=len(units),
        domain_strata=None if met is None else len({unit[:-1] for unit in met}),
        domain_psus=None if met is None else len(met),
        df=float(result.df[row]) if told else None,
        calibrations=tuple(map(_calibrated, design.calibrations)),
        replicates=(len(plan.columns) or plan.replicates) if plan else 0,
    )


def _method(making: Making) -> str:
    plan, statistic = making.sample.design.replicates, making.chosen.request.statistic
    if plan is not None:
        return f"replicates: {plan.method}"
    if isinstance(statistic, Quantile):
        return "Woodruff: the interval of the share below, taken back through the distribution"
    finite = " with finite populations" if making.sample.design.populations else ""
    drawn = "" if finite else ", sampling units as drawn with replacement"
    return f"Taylor linearisation: how the totals of the sampling units differ in each stratum{finite}{drawn}"


def _interval(making: Making) -> str:
    statistic = making.chosen.request.statistic
    if isinstance(statistic, Quantile):
        return "Woodruff"
    return "logit" if is_share(statistic) else "Student's t"


def _calibrated(one: Calibration) -> str:
    way = "regressed on" if one.residuals == "regression" else "freed from the means of"
    names = ", ".join(margin.name for margin in one.margins)
    return f"{one.weight} was calibrated ({one.method}): the linearised values are residuals, {way} {names}"
