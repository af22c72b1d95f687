"""The verb: weights whose totals are known totals of the population."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import inf, isfinite
from numbers import Real
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from lfs_migration.engine import summed
from lfs_migration.errors import DesignError, NotFound, near
from lfs_migration.frames import with_columns
from lfs_migration.model.calibration import Calibration, Margin, Method, Residuals
from lfs_migration.model.dataset import Dataset
from lfs_migration.sample import Sample
from lfs_migration.sample.auxiliaries import auxiliaries
from lfs_migration.sample.calibrations import equations
from lfs_migration.sample.distance import Solution
from lfs_migration.weights.columns import in_memory, new_name
from lfs_migration.weights.described import described
from lfs_migration.weights.margins import Key, Totals, agree, margins_of
from lfs_migration.weights.unmet import Task, check, unmet

Floats = NDArray[np.float64]
FAR = 5.0
"""A weight that grew or shrank more often than this is counted as an extreme one."""


def calibrate(
    data: Dataset,
    margins: Totals,
    method: Method = "raking",
    bounds: tuple[float, float] | None = None,
    *,
    tolerance: float | Mapping[Key, float] | None = None,
    residuals: Residuals = "regression",
    record: str | None = None,
) -> Dataset:
    """Return the data with weights that are as near to the old ones as known totals allow.

    The weights ``w = d g`` minimise a distance to the weights d under ``sum of w x = t`` (Deville and Saerndal 1992).
    Weights stand in a record; margins of records below it are added up there, so that all of a household have one
    weight (integrated weighting), and emigrants carry their household's.

    Parameters
    ----------
    data : Dataset
        In memory, with a design.
    margins : mapping
        ``{"sex": {1: 1200, 2: 1300}}`` of a variable's codes; ``{("sex", "age"): {(1, "15-24"): 310, ...}}`` of a
        cross-classification, also a pandas series, whose index may name the variables in another order, or a frame with
        those columns and one of totals; ``{"income": 3.9e9}`` of a number or expression;
        ``{lfm.Part(record="person", where="age >= 65"): 480_000}`` of rows. A category with the total None has no known
        total, in a mapping or a series; not-a-number, which a failed merge leaves, is refused.
    method : str
        - ``poststratify``: one margin of categories; g is the same in each (Holt and Smith 1979);
        - ``raking``: g = exp(x'l), the limit of iterative proportional fitting (Deming and Stephan 1940);
        - ``linear``: g = 1 + x'l, the generalised regression estimator; weights below zero are refused;
        - ``truncated``: linear, cut at ``bounds``;
        - ``logit``: g strictly between ``bounds``;
        - ``ridge``: linear, and totals are missed by up to ``tolerance`` (Bardsley and Chambers 1984; Rao and Singh
          1997); with ``bounds``, cut at them.
    bounds : (low, high), optional
        Of g, around 1. With ``raking`` g is cut at them.
    tolerance : float or mapping of margin to float, optional
        Of ``ridge``: share of its totals by which a margin may be missed; margins not named are met exactly. The slack
        is the largest with which none is missed by more.
    residuals : str
        How the variance takes account of it. ``regression``: residuals of the regression on the auxiliaries, as R's
        ``calibrate`` (Saerndal, Swensson and Wretman 1989; see :mod:`lfs_migration.engine.calibrated`).
        ``iterated``: means of the margins' categories are taken off in turn, as R's ``rake``; they are unweighted, so
        the two differ where weights vary.
    record : str, optional
        Whose rows the totals count, where it is not the variables' own: residents by the region of their household.

    Returns
    -------
    Dataset
        With a column more, ``w_calibrated`` for the weight ``w``, which is the design's weight from here on. Variances
        are those of the calibrated estimates; with replicates, each is calibrated anew. The log has the extremes of g.

    Raises
    ------
    DesignError
        Where a margin cannot be met: which, why, and what is nearest; or weights would be negative.
    NotFound
        For an unknown method, variable or code, with near matches.

    Examples
    --------
    >>> import lfs_migration as lfm, pandas as pd
    >>> survey = lfm.dataset(pd.DataFrame({"w": [1.0] * 3, "sex": [1, 2, 2]}), lfm.Design(weight="w"))
    >>> calibrate(survey, {"sex": {1: 4, 2: 6}}).weights
    array([4., 3., 3.])
    """
    sample = in_memory(data)
    found = margins_of(sample, margins, record)
    target = _target(sample, found)
    base = sample.design.record_weights.get(target, sample.design.weight)
    name = new_name(sample, base.partition("_calibrated")[0] + "_calibrated")
    calibration = Calibration(base, name, target, found, method, _bounds(bounds), residuals=residuals)
    _check(calibration, tolerance)
    shares = _tolerances(margins, tolerance) if method == "ridge" else ()
    agree([margin for i, margin in enumerate(found) if not (shares and shares[i])])
    _refuse_shared(sample, target, found)
    weight = sample.rows(target).weight
    cells = auxiliaries(sample, target, weight, found)
    task = Task(replace(calibration, slack=shares), cells, summed(cells.cell, weight, len(cells.x)))
    check(task)
    task, solution = _ridge(task) if any(shares) else (task, equations(calibration, cells).solve(task.weight))
    if not solution.met:
        raise unmet(task, solution.total)
    made = weight * solution.g[cells.cell]
    _refuse_negative(sample, task.calibration, made)
    return _with(data, task.calibration, made, _counts(task, weight, solution.g, made))


def _target(sample: Sample, margins: tuple[Margin, ...]) -> str:
    """Return the record whose weights the margins calibrate."""
    own = [margin for margin in margins if margin.record in sample.design.record_weights]
    if not own:
        return sample.home
    other = next((margin for margin in margins if margin.record != own[0].record), None)
    if other:
        raise DesignError(
            f"The margins {own[0].name} and {other.name} are of different weights",
            detail=f"The {own[0].record} record has a weight of its own", hint="Calibrate twice",
        )  # fmt: skip
    return own[0].record


def _refuse_shared(sample: Sample, target: str, margins: tuple[Margin, ...]) -> None:
    """Refuse margins whose rows count in part, and weights of households that are those of a member."""
    shared = next((margin for margin in margins if margin.record in sample.design.multiplicity), None)
    if shared:
        raise DesignError(
            f"The rows that the margin {shared.name} counts are divided by the households that could report them",
            hint="Take the step of multiplicity after calibration",
        )
    if target == sample.home and sample.design.reference is not None:
        raise DesignError("The households have the weight of a member", hint="Calibrate before reference_person")


def _bounds(given: tuple[float, float] | None) -> tuple[float, float]:
    if given is None:
        return -inf, inf
    try:
        low, high = map(float, given)
    except (TypeError, ValueError):
        raise DesignError(f"The bounds {given!r} are not two numbers", hint="Such as bounds=(0.5, 2)") from None
    return low, high


def _check(calibration: Calibration, tolerance: Any) -> None:
    """Check the method, and that it has the bounds and the margins that it needs."""
    method, (low, high) = calibration.method, calibration.bounds
    for what, choice, known in (("method", method, Method), ("convention", calibration.residuals, Residuals)):
        if choice not in get_args(known):
            raise NotFound(f"No {what} {choice!r}", hint=near(str(choice), get_args(known)))
    free = (low, high) == (-inf, inf)
    if (method == "truncated" and free) or (method == "logit" and not (isfinite(low) and isfinite(high))):
        raise DesignError(f"The method {method!r} needs two bounds", hint="Such as bounds=(0.5, 2)")
    if not free and (method == "poststratify" or not (0 <= low < 1 < high)):
        raise DesignError(
            f"The method {method!r} cannot have the bounds {low:g} and {high:g}",
            hint="They are around 1, the low one at least 0; a post-stratum has none",
        )
    if (method == "ridge") != (tolerance is not None):
        raise DesignError(f"The method {method!r} with the tolerance {tolerance}", hint="'ridge' needs one: 0.01, say")
    categories = [bool(margin.variables) and margin.record == calibration.record for margin in calibration.margins]
    if method == "poststratify" and not (all(categories) and len(categories) == 1):
        raise DesignError(
            "Post-stratification is to one margin of categories, of the record that has the weights",
            hint="Give one cross-classification, or rake",
        )
    if calibration.residuals == "iterated" and not all(categories):
        raise DesignError("Means of categories can be iterated for such margins only", hint="Leave residuals out")


def _tolerances(margins: Totals, tolerance: Any) -> tuple[float, ...]:
    """Return the tolerance of each margin."""
    of = tolerance if isinstance(tolerance, Mapping) else dict.fromkeys(margins, tolerance)
    for key, share in of.items():
        if key not in margins:
            raise NotFound(f"A tolerance is for {key!r}, which is no margin", hint=near(str(key), map(str, margins)))
        if not isinstance(share, Real) or not 0 <= float(share) < inf:
            raise DesignError(f"The tolerance {share!r} is not a number from 0 up", hint="0.01 is one per cent")
    return tuple(float(of.get(key, 0.0)) for key in margins)


def _ridge(task: Task) -> tuple[Task, Solution]:
    """Return the calibration with the largest slack with which no total is missed by more than its tolerance.

    It is exact where the tolerance is smaller than what the least slack misses.
    """
    shares = np.array(task.calibration.slack)
    allowed, shares = shares[task.found.margin] * task.unit, shares / shares.max()

    def tried(power: float) -> tuple[Task, Solution, bool]:
        calibration = replace(task.calibration, slack=tuple(float(share) for share in shares * 10**power))
        solution = equations(calibration, task.found).solve(task.weight)
        missed = np.abs(solution.total - task.found.totals)
        return replace(task, calibration=calibration), solution, bool((missed <= allowed + 1e-9 * task.unit).all())

    low, high = -7.0, 7.0
    best, solution, good = tried(low)
    if not (good and solution.met):
        exact = replace(task, calibration=replace(task.calibration, slack=()))
        solution = equations(exact.calibration, task.found).solve(task.weight)
        if not solution.met:
            raise unmet(exact, solution.total)
        return exact, solution
    for _ in range(40):
        middle = (low + high) / 2
        this, other, good = tried(middle)
        if good and other.met:
            low, best, solution = middle, this, other
        else:
            high = middle
    return best, solution


def _refuse_negative(sample: Sample, calibration: Calibration, weight: Floats) -> None:
    negative = np.flatnonzero(weight < 0)
    if len(negative):
        raise DesignError(
            f"Calibration with the method {calibration.method!r} makes {len(negative):,} of {len(weight):,} weights "
            "negative", where=sample.place(calibration.record, int(negative[0])),
            detail=f"The lowest is {weight.min():,.6g}",
            hint="Use method='raking', or 'truncated' or 'logit' with bounds",
        )  # fmt: skip


def _counts(task: Task, weight: Floats, g: Floats, made: Floats) -> dict[str, Any]:
    """Return what the log says: margins, extremes of g, which is of cells, and how many weights moved far."""
    used, away = g[task.weight > 0], (g > FAR) | (g < 1 / FAR)
    far = int((away[task.found.cell] & (weight > 0)).sum()) if away.any() else 0
    counts = {
        "method": task.calibration.method,
        "margins": [margin.name for margin in task.calibration.margins],
        "variable": task.calibration.weight,
        **described(made),
        "smallest_g": float(used.min(initial=inf)),
        "largest_g": float(used.max(initial=-inf)),
        "extreme": far,
    }
    if far:
        counts["warning"] = (
            f"{far:,} of {counts['weights']:,} weights grew or shrank more than {FAR:g} times. "
            f"Bound them: method='logit', bounds=({1 / FAR:g}, {FAR:g})"
        )
    return counts


def _with(data: Dataset, calibration: Calibration, weight: Floats, counts: Mapping[str, Any]) -> Dataset:
    assert data.design is not None
    record, design = calibration.record, data.design
    records = {**data.records, record: with_columns(data.records[record], {calibration.weight: weight})}
    if calibration.base == design.weight:
        design = replace(design, weight=calibration.weight)
    else:
        design = replace(design, record_weights={**design.record_weights, record: calibration.weight})
    design = replace(design, calibrations=(*design.calibrations, calibration))
    return data.after("calibrate", counts, records=records, design=design)
