"""Models by replicates: each replicate fits the model again (Wolter 2007, section 1.6)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lfs_migration.errors import EstimationError
from lfs_migration.estimate.spread import Replicated

if TYPE_CHECKING:
    from lfs_migration.estimate.model_rows import ModelRows

Floats = NDArray[np.float64]

_ENOUGH, _STEPS = 1e-10, 30


def refitted(rows: ModelRows, distribution: Any, b: Floats) -> tuple[Floats, Floats]:
    """Return the covariance of coefficients, and the coefficients of each replicate, of shape (R, coefficients).

    Parameters
    ----------
    rows : ModelRows
    distribution : family of statsmodels
    b : float array of shape (coefficients,)
        Of the full sample, where each replicate begins.

    Raises
    ------
    EstimationError
        For a replicate in which the model cannot be fitted.
    """
    spread = Replicated(rows.sample, ())
    out = []
    with np.errstate(all="ignore"):
        for number, weight in enumerate(spread.weights(rows.record, rows.index), start=1):
            found = _scored(rows, weight, distribution, b)
            if found is None:
                raise EstimationError(
                    f"The fit of replicate {number} does not converge",
                    detail="A category may have no row in it", hint="Join categories, or linearise",
                )  # fmt: skip
            out.append(found)
    estimates = np.stack(out)
    return spread.covariance_of(estimates, b), estimates


def _scored(rows: ModelRows, weight: Floats, distribution: Any, b: Floats) -> Floats | None:
    """Return the coefficients by Fisher's scoring, none where they do not come to a stand."""
    x, link = rows.x, distribution.link
    for _ in range(_STEPS):
        eta = x @ b + rows.offset
        mu, slope = link.inverse(eta), link.inverse_deriv(eta)
        working = weight * slope / distribution.variance(mu)
        try:
            step = np.linalg.solve(((working * slope)[:, None] * x).T @ x, x.T @ (working * (rows.y - mu)))
        except np.linalg.LinAlgError:
            return None
        b = b + step
        if np.abs(x @ step).max() <= _ENOUGH * max(np.abs(eta).max(), np.finfo(float).tiny):
            return b
    return None


def margins_refitted(
    rows: ModelRows, frames: Sequence[Any], link: Any, coefficients: Floats, refits: Floats | None
) -> Floats:
    """Return the covariance of the mean predictions in some frames.

    Parameters
    ----------
    frames : sequence of frames
    link : link of statsmodels
    coefficients : float array of shape (coefficients,)
    refits : float array of shape (R, coefficients), optional
        The coefficients that each replicate predicts with; those of the full sample without them.
    """
    spread, columns = Replicated(rows.sample, ()), [rows.columns(frame) for frame in frames]

    def means(weight: Floats, b: Floats) -> list[float]:
        return [float(weight @ link.inverse(x @ b + rows.offset) / weight.sum()) for x in columns]

    weights = spread.weights(rows.record, rows.index)
    each = zip(weights, repeat(coefficients) if refits is None else refits, strict=False)
    estimates = np.array([means(weight, b) for weight, b in each])
    return spread.covariance_of(estimates, np.array(means(rows.weight, coefficients)))
