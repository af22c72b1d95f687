"""The verb: weights of respondents that stand for all households, those who did not answer among them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lfs_migration.errors import DesignError, NotFound, near
from lfs_migration.model.dataset import Dataset
from lfs_migration.model.response import Cells, Outcomes, Propensity, ToSample
from lfs_migration.sample import Sample
from lfs_migration.weights.cells import Handed, Level, handed, report
from lfs_migration.weights.columns import in_memory, new_name, reweighted, uncalibrated
from lfs_migration.weights.described import described, spread_of
from lfs_migration.weights.outcomes import CLASSES, Visits
from lfs_migration.weights.propensity import predictors, propensity_classes, propensity_factors, to_sample_factors

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Way = Cells | Propensity | ToSample
KNOWN = ("address of known eligibility", "addresses of known eligibility")
"""Who takes the weights of addresses of unknown eligibility: one, several."""
ANSWERED = ("respondent", "respondents")
"""Who takes the weights of non-respondents."""


@dataclass(frozen=True)
class Adjustment:
    """What makes weights of respondents of any weights before: those of the sample, or of a replicate.

    Parameters
    ----------
    visits : Visits
    unknown : Handed
        Cells in which addresses of unknown eligibility hand their weights over.
    scope, answered : boolean arrays of shape (rows,)
        Eligible addresses, and those of them with a respondent.
    factors : callable
        From weights to factors, both of the rows of the scope.
    """

    visits: Visits
    unknown: Handed
    scope: Mask
    answered: Mask
    factors: Callable[[Floats], Floats]

    def eligible(self, weight: Floats) -> Floats:
        """Return weights after those of unknown eligibility have handed theirs over."""
        return weight * self.unknown.factors(weight)

    def adjusted(self, weight: Floats) -> Floats:
        """Return the weights of respondents; all others have 0."""
        own = self.eligible(weight)
        out = np.zeros(len(own))
        out[self.scope] = own[self.scope] * self.factors(own[self.scope])
        return out


def adjust_nonresponse(data: Dataset, outcomes: Outcomes, way: Way, *, unknown: Cells | None = None) -> Dataset:
    """Return the data with weights of respondents that add up to those of all eligible addresses.

    First addresses of unknown eligibility hand their weights to all others of their cell, in proportion, so that as
    large a share of them counts as eligible as of the others. Then non-respondents hand theirs to respondents (Kalton
    and Flores-Cervantes 2003; Valliant, Dever and Kreuter 2013, sections 13.4 and 13.5). Households abroad as a whole
    are no non-respondents: they keep their weight, in the column ``w_eligible``, as a gap in coverage that is
    published and that no respondent fills.

    Parameters
    ----------
    data : Dataset
        In memory, one row a visited address, with a design.
    outcomes : Outcomes
        The variable of outcomes, and the class of each.
    way : Cells, Propensity or ToSample
        - ``Cells``: the inverse of the weighted response rate of each cell; a cell with too few respondents or too
          large a factor collapses into a coarser one, and the log says so;
        - ``Propensity``: of a logistic model, in classes or one by one;
        - ``ToSample``: calibration of the respondents to the totals of all eligible addresses.
    unknown : Cells, optional
        Cells of the first step; the whole sample without them.

    Returns
    -------
    Dataset
        With two columns more. ``w_eligible`` is the weight after the first step, 0 where the eligibility is unknown.
        ``w_response`` is 0 but for respondents, and the design's weight from here on. Replicate weights that are
        columns go through both steps, each with its own rates and models, in the cells and classes of the sample; where
        a replicate leaves nobody in a cell to take its weights, the cell collapses for that replicate. The log has the
        outcomes, response rates (see :class:`lfs_migration.weights.outcomes.Visits`), factors, and what collapsed.

    Raises
    ------
    DesignError
        For an outcome that is missing, a cell without a respondent that nothing coarser takes, or a model that does not
        converge; of which replicate, where it is one's.
    NotFound
        For an outcome without a class.

    Examples
    --------
    >>> import lfs_migration as lfm, pandas as pd
    >>> visits = pd.DataFrame({"w": [10.0] * 5, "result": [1, 1, 3, 8, 5]})
    >>> classes = {"respondent": [1], "nonrespondent": [3], "unknown": [8], "abroad": [5]}
    >>> done = adjust_nonresponse(lfm.dataset(visits, lfm.Design("w")), Outcomes(variable="result", classes=classes),
    ...                           Cells())
    >>> done.weights
    array([18.75, 18.75,  0.  ,  0.  ,  0.  ])
    """
    sample = in_memory(data)
    uncalibrated(sample, "non-response")
    for what, given, kind in (("outcomes", outcomes, Outcomes), ("unknown", unknown or Cells(), Cells)):
        if not isinstance(given, kind):
            raise DesignError(f"{what} is {given!r:.60}", hint=f"Give lfm.{kind.__name__}(...)")
    if not isinstance(way, Cells | Propensity | ToSample):
        known = ("Cells", "Propensity", "ToSample")
        raise NotFound(f"No adjustment for non-response {way!r}", hint=near(str(way), known))
    visits = Visits(sample, outcomes)
    weight = sample.weights_of(sample.design.weight, sample.home)
    everyone, certain = np.ones(len(weight), dtype=bool), ~visits.of("unknown")
    scope, answered = visits.of("respondent", "nonrespondent"), visits.of("respondent")
    if not weight[answered].any():
        raise DesignError("No respondent has a weight", hint=f"The weights {sample.design.weight} may be of other rows")
    shared = handed(sample, unknown or Cells(), everyone, certain, weight, KNOWN)
    eligible = weight * shared.factors(weight)
    factors, cells = _factors(sample, way, scope, answered, eligible)
    adjustment = Adjustment(visits, shared, scope, answered, factors)
    counts = _counts(adjustment, weight, way) | cells
    name = new_name(sample, "w_response")
    gone = {new_name(sample, "w_eligible"): eligible}
    return reweighted(data, "adjust_nonresponse", name, adjustment.adjusted, counts, **gone)


def _factors(
    sample: Sample, way: Way, scope: Mask, answered: Mask, eligible: Floats
) -> tuple[Callable[[Floats], Floats], dict[str, Any]]:
    """Return what makes factors of the weights in the scope, and what the log says of it."""
    if isinstance(way, Cells):
        found = handed(sample, way, scope, answered, eligible, ANSWERED)
        return found.within(scope).factors, report(found, eligible)
    x, taken = predictors(sample, way.categories, way.numbers, scope), answered[scope]
    if isinstance(way, Propensity) and way.classes:
        group = propensity_classes(way, x, taken, eligible[scope])
        level = Level(group, tuple(f"class {number + 1} of the propensity" for number in range(way.classes)))
        return Handed((level,), np.zeros_like(group), taken, ANSWERED).factors, {}
    if isinstance(way, Propensity):
        return lambda weight: propensity_factors(x, taken, weight), {}
    return lambda weight: to_sample_factors(way, x, taken, weight), {}


def _counts(adjustment: Adjustment, weight: Floats, way: Way) -> dict[str, Any]:
    """Return what the log says: outcomes, rates, factors of both steps, and the weight of households abroad."""
    visits, eligible, after = adjustment.visits, adjustment.eligible(weight), adjustment.adjusted(weight)
    shared, taken = report(adjustment.unknown, weight), adjustment.answered
    return {
        "way": type(way).__name__,
        "outcomes": visits.counts(weight),
        "rates": visits.rates(np.ones(len(weight))),
        "weighted_rates": visits.rates(weight),
        "eligible": {name: float(eligible[visits.of(name)].sum()) for name in CLASSES},
        "unknown_factor": spread_of(_ratio(eligible, weight, ~visits.of("unknown"))),
        "unknown_collapsed": shared["collapsed"],
        "unknown_beyond_limits": shared["beyond_limits"],
        "factor": spread_of(_ratio(after, eligible, taken)),
        **described(after),
    }


def _ratio(after: Floats, before: Floats, rows: Mask) -> Floats:
    """Return weights of some rows over those before, where there were any."""
    used = rows & (before > 0)
    return after[used] / before[used]
