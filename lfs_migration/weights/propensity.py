"""Response as a model: the propensity to respond, and respondents who are calibrated to the whole sample."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lfs_migration.engine import summed
from lfs_migration.errors import DesignError
from lfs_migration.model.weighting import Propensity, ToSample
from lfs_migration.sample import Sample
from lfs_migration.sample.distance import Equations, distance
from lfs_migration.sample.slopes import independent

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
_STEPS, _ENOUGH, _LARGEST = 50, 1e-12, 30.0


def predictors(sample: Sample, categories: Sequence[str], numbers: Sequence[str], scope: Mask) -> Floats:
    """Return what is known of all addresses in the scope: ones, categories but the first of each, and numbers.

    Returns
    -------
    float array of shape (rows in the scope, predictors)

    Raises
    ------
    DesignError
        Where one is missing, naming the household.
    """
    columns = [np.ones(int(scope.sum()))]
    for name in categories:
        code, levels = sample.records.factor(name, sample.home)
        _require(sample, name, scope & (code < 0))
        columns += [(code[scope] == place).astype(float) for place in range(1, len(levels))]
    for text in numbers:
        value = sample.records.floats(text, sample.home)
        _require(sample, text, scope & ~np.isfinite(value))
        columns.append(value[scope])
    return np.stack(columns, axis=1)


def _require(sample: Sample, name: str, missing: Mask) -> None:
    rows = np.flatnonzero(missing)
    if len(rows):
        raise DesignError(
            f"{name} is missing at {len(rows):,} addresses", where=sample.place(sample.home, int(rows[0])),
            hint="Use what is known of respondents and of non-respondents",
        )  # fmt: skip


def logistic(x: Floats, y: Floats, weight: Floats) -> Floats:
    """Return the propensities of a logistic regression with design weights (pseudo maximum likelihood, Binder 1983).

    Parameters
    ----------
    x : float array of shape (rows, predictors)
    y : float array of shape (rows,)
        1 for a response, 0 for none.
    weight : float array of shape (rows,)

    Raises
    ------
    DesignError
        Where the fit does not converge, because the predictors part those who respond from those who do not.
    """
    kept = independent(x, weight, np.zeros(x.shape[1]))
    x, b = x[:, kept], np.zeros(len(kept))
    for _ in range(_STEPS):
        p = 1 / (1 + np.exp(-(x @ b)))
        slope = (x * (weight * p * (1 - p))[:, None]).T @ x
        try:
            step = np.linalg.solve(slope, x.T @ (weight * (y - p)))
        except np.linalg.LinAlgError:
            break
        b = b + step
        eta = np.abs(x @ b)
        if eta.max(initial=0) > _LARGEST:
            break
        if np.abs(x @ step).max(initial=0) <= _ENOUGH * max(float(eta.max(initial=0)), 1.0):
            return np.asarray(1 / (1 + np.exp(-(x @ b))))
    raise DesignError(
        "The model of response does not converge",
        detail="In some category everybody responds, or nobody", hint="Join categories, or use cells",
    )  # fmt: skip


def propensity_factors(way: Propensity, x: Floats, answered: Mask, weight: Floats) -> Floats:
    """Return the factors of the addresses in the scope, 0 for non-respondents.

    With classes, ``F = sum of w / sum of w of respondents`` in each class of the propensity (Little 1986; Rosenbaum and
    Rubin 1984 for five). Without, ``F = c / p_k``, where the constant c makes the weights of respondents add up to
    those of all.

    Raises
    ------
    DesignError
        As :func:`logistic`, and for a class without a respondent.
    """
    p = logistic(x, answered.astype(float), weight)
    if not way.classes:
        factor = np.where(answered, 1 / p, 0.0)
        return np.asarray(factor * (weight.sum() / (weight @ factor)))
    p = np.round(p, 10)  # equal ones stay in one class, whatever their last digits
    limits = np.quantile(p, np.arange(1, way.classes) / way.classes)
    group = np.searchsorted(limits, p, side="right")
    whole = summed(group, weight, way.classes)
    taking = summed(group[answered], weight[answered], way.classes)
    if ((taking <= 0) & (whole > 0)).any():
        raise DesignError("A class of the propensity has no respondent", hint="Make fewer classes")
    factor = np.divide(whole, taking, out=np.ones(way.classes), where=taking > 0)
    return np.where(answered, factor[group], 0.0)


def to_sample_factors(way: ToSample, x: Floats, answered: Mask, weight: Floats) -> Floats:
    """Return factors with which the respondents have the whole sample's totals (Saerndal and Lundstroem 2005, ch. 6).

    Parameters
    ----------
    x : float array of shape (rows in the scope, auxiliaries)

    Raises
    ------
    DesignError
        Where no such factors exist.
    """
    low, high = way.bounds or (-np.inf, np.inf)
    solution = Equations(
        x[answered], weight @ x, distance(way.method, low, high), np.zeros(x.shape[1])
    ).solve(weight[answered])  # fmt: skip
    if not solution.met or (solution.g < 0).any():
        raise DesignError(
            f"The respondents cannot be calibrated to the sample with the method {way.method!r}",
            detail="A category may have no respondent, or the bounds are too tight",
            hint="Join categories, or use cells",
        )  # fmt: skip
    factor = np.zeros(len(answered))
    factor[answered] = solution.g
    return factor
