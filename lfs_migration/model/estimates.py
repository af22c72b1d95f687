"""What an estimate gives back: numbers with their standard errors, and what they rest on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, get_args, overload

import numpy as np
from numpy.typing import NDArray

from lfs_migration.errors import EstimationError, near
from lfs_migration.model.verb import verb

if TYPE_CHECKING:
    import pandas as pd

SimpleSample = Literal["replace", "without"]
"""Simple random samples that a design is set against: drawn with replacement, or without."""


@dataclass(frozen=True)
class Estimates:
    """Estimates of one or more statistics, one row a statistic and cell.

    Parameters
    ----------
    by : mapping of variable to array of shape (rows,)
        The cell of each row.
    statistic : array of shape (rows,)
        Name of the statistic of each row.
    estimate, se, ci_low, ci_high : float arrays of shape (rows,)
        In the unit of the variable; not-a-number where undefined.
    df : float array of shape (rows,)
        Design degrees of freedom of the row's domain.
    deff : float array of shape (rows,)
        Design effect: the variance over that of a simple random sample with replacement of the domain's rows (of all
        rows, for a total); not-a-number where undefined, as for a ratio of two records. See :meth:`design_effect`.
    n, households : integer arrays of shape (rows,)
        Rows and households of the sample behind the figure, unweighted: those of the denominator of a mean, ratio or
        share; those in the category of a distribution; those counted or summed in a total.
    n_numerator, n_denominator : integer arrays of shape (rows,)
        Sample rows in the numerator (a rate of 2 per cent may rest on three of them) and in the denominator, which for
        a distribution are those of all categories.
    unknown, n_unknown : float and integer arrays of shape (rows,)
        Weighted share, and number in the sample, of the domain's rows whose answer is not known. They are in no
        estimate, except as the line of their own that a distribution may have.
    left_out : integer array of shape (rows,)
        Sample rows with an answer that are in no cell of the row's statistic, because a breakdown is not known: with
        them, ``n`` adds up to that without breakdowns.
    fraction : float array of shape (rows,)
        Share of the estimated population that the simple random sample of ``deff`` would be.
    covariance : callable
        Makes the joint covariance matrix of all rows, when asked.
    """

    by: Mapping[str, NDArray[Any]]
    statistic: NDArray[Any]
    estimate: NDArray[np.float64]
    se: NDArray[np.float64]
    ci_low: NDArray[np.float64]
    ci_high: NDArray[np.float64]
    deff: NDArray[np.float64]
    df: NDArray[np.float64]
    n: NDArray[np.int64]
    households: NDArray[np.int64]
    n_numerator: NDArray[np.int64]
    n_denominator: NDArray[np.int64]
    unknown: NDArray[np.float64]
    n_unknown: NDArray[np.int64]
    left_out: NDArray[np.int64]
    fraction: NDArray[np.float64] = field(repr=False)
    covariance: Callable[[], NDArray[np.float64]] = field(repr=False)
    level: float = 0.95

    def __len__(self) -> int:
        return len(self.estimate)

    @property
    def cv(self) -> NDArray[np.float64]:
        """Coefficient of variation: standard error over the absolute estimate; not-a-number for an estimate of 0."""
        size = np.abs(self.estimate)
        ratio: NDArray[np.float64] = np.divide(self.se, size, out=np.full(len(size), np.nan), where=size > 0)
        return ratio

    @property
    def vcov(self) -> NDArray[np.float64]:
        """Joint covariance of the rows, of shape (rows, rows)."""
        return self.covariance()

    @property
    def neff(self) -> NDArray[np.float64]:
        """Effective sample size (Kish 1965, section 8.2): rows of the denominator over the design effect."""
        usable = self.deff > 0
        size: NDArray[np.float64] = np.divide(
            self.n_denominator, self.deff, out=np.full(len(self), np.nan), where=usable
        )
        return size

    def design_effect(self, reference: SimpleSample = "replace") -> NDArray[np.float64]:
        """Return the variance over that of a simple random sample of the same rows.

        Parameters
        ----------
        reference : str
            ``replace``: drawn with replacement, as in ``deff``. ``without``: without it, from the population that the
            weights add up to, which makes the effect larger by 1 / (1 - n / N), as R's ``deff=TRUE``; not-a-number
            where the weights add up to no more than the sample.

        Raises
        ------
        EstimationError
            With near matches, for another reference.
        """
        if reference not in get_args(SimpleSample):
            raise EstimationError(
                f"No simple sample {reference!r} for a design effect", hint=near(reference, get_args(SimpleSample))
            )
        if reference == "replace":
            return self.deff
        rest = 1 - self.fraction
        effect: NDArray[np.float64] = np.divide(self.deff, rest, out=np.full(len(self), np.nan), where=rest > 0)
        return effect

    @overload
    def contrast(self, weights: Sequence[float]) -> tuple[float, float]: ...

    @overload
    def contrast(self, weights: Sequence[Sequence[float]]) -> tuple[NDArray[np.float64], NDArray[np.float64]]: ...

    @overload
    def contrast(self, weights: NDArray[Any]) -> tuple[Any, Any]: ...

    def contrast(self, weights: Any) -> tuple[Any, Any]:
        """Return a linear combination of the rows and its standard error, or several and their covariance.

        Parameters
        ----------
        weights : array of shape (rows,) or (contrasts, rows)
            A row of weight zero may be undefined.

        Returns
        -------
        value, se : float
            Of one combination.
        values, covariance : float arrays of shape (contrasts,) and (contrasts, contrasts)
            Of the rows of a matrix.

        Raises
        ------
        EstimationError
            When there is not one weight a row.
        """
        matrix = np.asarray(weights, dtype=float)
        if matrix.ndim not in (1, 2) or matrix.shape[-1] != len(self):
            given = " x ".join(map(str, matrix.shape)) or "1"
            raise EstimationError(f"{len(self)} rows need {len(self)} weights", detail=f"{given} were given")
        used = np.flatnonzero(np.atleast_2d(matrix).any(axis=0))
        matrix, vcov = matrix[..., used], self.vcov[np.ix_(used, used)]
        values, covariance = matrix @ self.estimate[used], matrix @ vcov @ matrix.T
        if matrix.ndim == 2:
            return values, covariance
        return float(values), float(np.sqrt(max(covariance, 0.0)))

    def to_frame(self) -> pd.DataFrame:
        """Return one row an estimate: breakdowns, statistic, estimate, se, cv, limits, df, n, households.

        Then the effective sample size ``neff``, and how many answers are not known: ``n_unknown``, and their weighted
        share ``unknown``. A breakdown that has the name of one of these columns is called ``by_n``, say.
        """
        import pandas as pd

        names = (
            "statistic", "estimate", "se", "cv", "ci_low", "ci_high", "deff", "df", "n", "households", "neff",
            "n_unknown", "unknown",
        )  # fmt: skip
        by = {f"by_{name}" if name in names else name: codes for name, codes in self.by.items()}
        return pd.DataFrame({**by, **{name: getattr(self, name) for name in names}})

    def __str__(self) -> str:
        return str(self.to_frame().to_string(index=False, float_format=lambda number: f"{number:.6g}"))

    def plot(self, *, statistic: str = "", language: str = "en", **words: Any) -> Any:
        """Return an Altair chart: ``lfm.plot(estimates)``, which see."""
        return verb("plot")(self, statistic=statistic, language=language, **words)

    def _repr_html_(self) -> str:
        """Return the estimates as a notebook shows them: ``lfm.to_html(estimates)``."""
        return str(verb("to_html")(self))
