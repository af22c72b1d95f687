"""Generalised linear models with design-based covariance."""

from __future__ import annotations

import warnings
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lfs_migration import engine
from lfs_migration.errors import EstimationError
from lfs_migration.estimate.margins import RANGE, Model, family_of, library, working
from lfs_migration.estimate.model_rows import ModelRows, rows_of
from lfs_migration.estimate.refits import refitted
from lfs_migration.model.dataset import Dataset
from lfs_migration.sample import Sample

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_COLLINEAR, _CONVERGED, _ENOUGH, _STEPS, _LOOSE = 1e-10, 1e-7, 1e-11, 20, 1e4


def glm(
    data: Dataset | Sample,
    formula: str,
    *,
    family: str = "gaussian",
    link: str | None = None,
    where: str = "",
    offset: str | None = None,
    record: str | None = None,
) -> Model:
    """Fit a generalised linear model, with the covariance of its coefficients under the design.

    The coefficients solve the weighted score equations, sum w_k s_k(b) = 0. Their covariance is A^-1 V A^-1 (Binder
    1983), with V the covariance of the total of w_k s_k, from its totals by primary sampling unit, and A the weighted
    expected information, as in R's ``svyglm``. It does not need the variance of the family to be right: a binomial or
    Poisson model is a quasi-likelihood one. Of data with replicates, each replicate fits the model again, from the
    coefficients of the full sample on, and the covariance is that of the replicates.

    Parameters
    ----------
    data : Dataset
    formula : str
        As ``amount ~ age + C(sex)``; a text is a category, a code is one inside ``C()``. The left side may be a
        condition: ``sends == 1 ~ age``. A row where a variable is not known is left out of the fit and stays in the
        design.
    family : str
        ``gaussian``, ``binomial``, ``poisson`` or ``gamma``.
    link : str, optional
        The canonical one without it (``inverse`` for gamma).
    where : str
        Expression: the domain. Rows outside it have weight zero and stay in the design.
    offset : str, optional
        Added to the linear predictor, as ``log(months)``.
    record : str, optional
        Whose rows are modelled; found from the variables without it.

    Raises
    ------
    EstimationError, NotFound, DesignError

    Examples
    --------
    >>> import lfs_migration as lfm, pandas as pd
    >>> frame = pd.DataFrame({"w": [1.0, 2, 2, 3], "x": [0.0, 1, 2, 3], "y": [1.0, 2, 4, 4]})
    >>> glm(lfm.dataset(frame, lfm.Design(weight="w")), "y ~ x").coefficients.round(4)
    array([1.1972, 1.0282])
    """
    sample = Sample.of(data)
    link, distribution = family_of(family, link)
    rows = rows_of(sample, formula, where, offset, record)
    _check(rows, family)
    b = _fitted(rows, family, link, distribution)
    mu, score, inverse = working(rows, distribution, b)
    refits = None
    if sample.design.replicates is None:
        covariance = engine.covariance(sample.units, rows.summed(score[:, None] * rows.x @ inverse))
    else:
        covariance, refits = refitted(rows, distribution, b)
    pearson = float(np.sum(rows.weight * (rows.y - mu) ** 2 / distribution.variance(mu)))
    return Model(
        formula, family, link, rows.names, b, covariance, refits=refits,
        df=rows.degrees_of_freedom + 1 - len(b), n=len(rows.y), left_out=rows.left_out,
        deviance=float(distribution.deviance(rows.y, mu, freq_weights=rows.weight)), dispersion=pearson / len(rows.y),
        record=rows.record, where=where, offset=offset,
        terms={str(term): tuple(places) for term, places in rows.spec.term_indices.items()},
        rows=partial(rows_of, formula=formula, where=where, offset=offset, record=rows.record),
    )  # fmt: skip


def _check(rows: ModelRows, family: str) -> None:
    """Check that the response is in the family's range, and that no column is made of the others."""
    low, high = RANGE[family]
    bad = (rows.y < low) | (rows.y > high) | ((family == "gamma") & (rows.y == 0))
    if bad.any():
        raise EstimationError(
            f"The {family} family has no value {rows.y[bad][0]:g}", where=rows.place(bad),
            detail=f"{bad.sum()} rows of the left side are out of its range",
        )  # fmt: skip
    if family in ("binomial", "poisson") and ((rows.y == low).all() or (rows.y == high).all()):
        raise EstimationError(f"The left side is {rows.y[0]:g} in all {len(rows.y)} rows, so nothing can be fitted")
    _check_columns(rows)


def _check_columns(rows: ModelRows) -> None:
    columns = np.sqrt(rows.weight)[:, None] * rows.x
    pivots = np.abs(np.diag(np.linalg.qr(columns, mode="r")))
    pivots = np.append(pivots, np.zeros(len(rows.names) - len(pivots)))
    alias = np.flatnonzero(pivots <= _COLLINEAR * np.linalg.norm(columns, axis=0))
    if len(alias):
        raise EstimationError(
            f"The column {rows.names[alias[0]]} is a combination of those before it",
            detail=f"{len(rows.y)} rows are in the fit", hint="Leave it out of the formula",
        )  # fmt: skip


def _fitted(rows: ModelRows, family: str, link: str, distribution: Any) -> Floats:
    """Return the coefficients: those of statsmodels, then Fisher's scoring until they stand still."""
    size, b, inverse = np.inf, np.zeros(len(rows.names)), np.eye(len(rows.names))
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # of separation and convergence: both are checked below
        try:
            b = _first(rows, distribution)
            for _ in range(_STEPS):
                mu, score, inverse = working(rows, distribution, b)
                if not np.isfinite(step := inverse @ (rows.x.T @ score)).all():
                    break
                eta = rows.x @ b + rows.offset
                around = np.abs(np.append(eta, (rows.y - mu) / distribution.link.inverse_deriv(eta))).max()
                size, b = np.abs(rows.x @ step).max() / max(around, np.finfo(float).tiny), b + step
                if size <= _ENOUGH:
                    break
        except (ValueError, np.linalg.LinAlgError):
            size = np.inf
        _settled(rows, family, b, inverse, size)
    low, high = RANGE[family]
    if ((mu < low) | (mu > high)).any():
        raise EstimationError(
            f"With the {link} link the model predicts what the {family} family has not", hint="Use another link"
        )
    return np.asarray(b, dtype=float)


def _first(rows: ModelRows, distribution: Any) -> Floats:
    """Return the coefficients of statsmodels, or of its first guess, where it gives up if nothing deviates."""
    model = library("statsmodels.genmod.generalized_linear_model").GLM
    try:
        fit = model(rows.y, rows.x, distribution, rows.offset, freq_weights=rows.weight).fit(maxiter=25)
        return np.asarray(fit.params, dtype=float)
    except ValueError:
        root = np.sqrt(rows.weight)
        guess = distribution.link(distribution.starting_mu(rows.y)) - rows.offset
        return np.asarray(np.linalg.lstsq(root[:, None] * rows.x, root * guess)[0], dtype=float)


def _settled(rows: ModelRows, family: str, b: Floats, inverse: Floats, size: float) -> None:
    """Check that the fit stands still, and that no coefficient of a count or condition grows without end."""
    spread = np.ptp(rows.x, axis=0)
    loose = np.sqrt(np.diag(inverse))[spread > 0] * spread[spread > 0] > _LOOSE
    reach = np.where(spread > 0, np.abs(b) * spread, 0.0)
    if family in ("binomial", "poisson") and (loose.any() or (not size <= _CONVERGED and reach.max() > 12)):
        raise EstimationError(
            f"The column {rows.names[int(np.argmax(reach))]} separates the rows: its coefficient has no bound",
            detail="Among some of its rows the left side is always the same",
            hint="Join categories, or leave it out of the formula",
        )
    if not size <= _CONVERGED:
        raise EstimationError("The fit does not converge", hint="Try another link, or fewer terms")
