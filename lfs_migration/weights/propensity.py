"""Response as a model: the propensity to respond, and respondents who are calibrated to the whole sample."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lfs_migration.errors import DesignError
from lfs_migration.model.response import Propensity, ToSample
from lfs_migration.sample import Sample
from lfs_migration.sample.distance import Equations, distance
from lfs_migration.sample.slopes import independent, weighted_gram

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
_STEPS, _FINEST, _ENOUGH, _ROUNDING = 100, 1e-12, 1e-6, 1e-13
"""Newton's steps, the least share of one, the relative change that is the last one, and that of a sum by rounding."""
_PATIENCE, _NOTHING = 15, 1e-8
"""Steps after which it is asked whether the likelihood has no maximum, and what counts as a step to no side."""
_LEAST = 1e-100
"""Least propensity that is inverted."""


def predictors(sample: Sample, categories: Sequence[str], numbers: Sequence[str], scope: Mask) -> Floats:
    """Return what is known of all addresses in the scope: ones, categories but the first of each, and numbers.

    Numbers run from 0 to 1. Beside ones their zero and unit are nothing to propensities and factors, but a date such as
    20071001 would hardly differ from ones.

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
        columns.append((value[scope] - value[scope].min()) / (np.ptp(value[scope]) or 1.0))
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

    Newton's steps are halved until the likelihood rises.

    Parameters
    ----------
    x : float array of shape (rows, predictors)
        The first is ones.
    y : float array of shape (rows,)
        1 for a response, 0 for none.
    weight : float array of shape (rows,)
        A row of weight 0 has no part in the fit.

    Raises
    ------
    DesignError
        Where a combination of predictors parts those who respond from those who do not, so that the likelihood rises
        without end (Albert and Anderson 1984); where nobody responds.
    """
    used = weight > 0
    if y[used].all():
        return np.ones(len(y))
    if not y[used].any():
        raise DesignError("No respondent has a weight", hint="A model of response needs some of them")
    mean = np.average(x, axis=0, weights=weight)
    x = np.column_stack([x[:, 0], x[:, 1:] - mean[1:]])
    x = x[:, independent(weighted_gram(x, weight), np.zeros(x.shape[1]))]
    x /= np.sqrt(np.average(x**2, axis=0, weights=weight))
    eta = x @ _fitted(x[used], y[used], weight[used] / weight.sum())
    return np.asarray(np.exp(-np.logaddexp(0, -eta)))


def _fitted(x: Floats, y: Floats, weight: Floats) -> Floats:
    """Return the coefficients of greatest likelihood."""
    b, eta, sign = np.zeros(x.shape[1]), np.zeros(len(x)), np.where(y > 0, 1.0, -1.0)
    size = np.sqrt((x**2).sum(axis=1))
    for number in range(_STEPS):
        p = np.exp(-np.logaddexp(0, -eta))
        try:
            step = np.linalg.solve(weighted_gram(x, weight * p * (1 - p)), x.T @ (weight * (y - p)))
        except np.linalg.LinAlgError:
            break
        change = x @ step
        toward = sign * change / size
        if number >= _PATIENCE and toward.min() >= -_NOTHING * min(float(toward.max()), 1.0):
            break  # no row leaves its answer on this way, so that the likelihood rises however far one goes
        share, least = 1.0, _unlikely(sign * eta, weight) * (1 + _ROUNDING)
        while share > _FINEST and _unlikely(sign * (eta + share * change), weight) > least:
            share /= 2
        b, eta = b + share * step, eta + share * change
        if (np.abs(change) <= _ENOUGH * np.maximum(np.abs(eta), 1)).all():
            return b  # what is left is the square of it
    raise DesignError(
        "The model of response does not converge",
        detail="The predictors part some who respond from those who do not, as where in a category all do or nobody",
        hint="Join categories, leave a predictor out, or use cells",
    )


def _unlikely(margin: Floats, weight: Floats) -> float:
    """Return minus the logarithm of the likelihood."""
    return float(weight @ np.logaddexp(0, -margin))


def propensity_classes(way: Propensity, x: Floats, answered: Mask, weight: Floats) -> Ints:
    """Return the class of each address in the scope: of equal numbers of them, by predicted propensity.

    Response rates are inverted in classes (Little 1986; Rosenbaum and Rubin 1984 for five).

    Raises
    ------
    DesignError
        As :func:`logistic`.
    """
    p = np.round(logistic(x, answered.astype(float), weight), 10)  # equal ones stay in one class
    return np.searchsorted(np.quantile(p, np.arange(1, way.classes) / way.classes), p, side="right")


def propensity_factors(x: Floats, answered: Mask, weight: Floats) -> Floats:
    """Return the factors of the addresses in the scope, 0 for non-respondents: ``F = c / p_k``.

    The constant c makes the weights of respondents add up to those of all.

    Raises
    ------
    DesignError
        As :func:`logistic`; for a respondent whose propensity is next to nothing.
    """
    p, taken = logistic(x, answered.astype(float), weight), answered & (weight > 0)
    if (p[taken] < _LEAST).any():
        raise DesignError(
            f"The model of response has a respondent with a propensity of {p[taken].min():.3g}",
            detail="A number that it has may be far from all others", hint="Mend it, or use classes",
        )  # fmt: skip
    factor = np.divide(1.0, p, out=np.zeros(len(p)), where=taken)
    return np.asarray(factor * (weight.sum() / (weight @ factor)))


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
