"""A fitted model: its coefficients, their tests, and predicted margins."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr

from lfs_migration import engine
from lfs_migration.errors import EstimationError, NotFound, near
from lfs_migration.estimate import intervals
from lfs_migration.estimate.independence import Test, f_test, quadratic
from lfs_migration.estimate.refits import margins_refitted
from lfs_migration.model.dataset import Dataset
from lfs_migration.model.estimates import Estimates
from lfs_migration.sample import Sample

if TYPE_CHECKING:
    import pandas as pd

    from lfs_migration.estimate.model_rows import ModelRows

Floats = NDArray[np.float64]

FAMILIES = {
    "gaussian": ("Gaussian", ("identity", "log", "inverse")),
    "binomial": ("Binomial", ("logit", "probit", "cloglog", "cauchit", "log", "identity")),
    "poisson": ("Poisson", ("log", "identity", "sqrt")),
    "gamma": ("Gamma", ("inverse", "log", "identity")),
}
"""Families, their names in statsmodels, and their links, the usual one first."""
LINKS = {
    "identity": "Identity", "log": "Log", "inverse": "InversePower", "sqrt": "Sqrt",
    "logit": "Logit", "probit": "Probit", "cloglog": "CLogLog", "cauchit": "Cauchy",
}  # fmt: skip
RANGE = {"gaussian": (-np.inf, np.inf), "binomial": (0.0, 1.0), "poisson": (0.0, np.inf), "gamma": (0.0, np.inf)}
"""What a mean may be, its bounds left out."""


@dataclass(frozen=True, eq=False)
class Model:
    """A fitted model.

    Parameters
    ----------
    formula, family, link, record, where, offset : str
        As asked; the record that was found.
    names : tuple of str
        Of the coefficients.
    coefficients : float array of shape (coefficients,)
        On the scale of the link.
    vcov : float array of shape (coefficients, coefficients)
        Design-based covariance.
    df : float
        Degrees of freedom of the design, less the coefficients other than one (the intercept).
    n, left_out : int
        Rows of the fit, and rows of the domain that are not in it because a value is missing.
    deviance : float
        Weighted, with weights that add up to ``n``.
    dispersion : float
        Weighted Pearson statistic over the sum of the weights: 1 for a Poisson or binomial variable. No standard error
        depends on it. (R's ``summary`` of a ``svyglm`` weights its residuals a second time.)
    terms : mapping of term to positions of its coefficients
    rows : callable
        Finds the rows of the fit again.
    refits : float array of shape (R, coefficients), optional
        Coefficients of each replicate.
    """

    formula: str
    family: str
    link: str
    names: tuple[str, ...]
    coefficients: Floats
    vcov: Floats
    df: float
    n: int
    left_out: int
    deviance: float
    dispersion: float
    record: str = ""
    where: str = ""
    offset: str | None = None
    terms: Mapping[str, tuple[int, ...]] = field(default_factory=dict, repr=False)
    rows: Callable[[Sample], ModelRows] = field(kw_only=True, repr=False)
    refits: Floats | None = field(default=None, kw_only=True, repr=False)

    @property
    def se(self) -> Floats:
        """Standard errors, of shape (coefficients,)."""
        out: Floats = np.sqrt(np.diag(self.vcov))
        return out

    def to_frame(self, level: float = 0.95) -> pd.DataFrame:
        """Return one row a coefficient: term, estimate, se, t, p, ci_low, ci_high; Student's t with ``df``."""
        import pandas as pd

        df = np.full(len(self.names), float(self.df))
        t = np.divide(self.coefficients, self.se, out=np.full(len(df), np.nan), where=self.se > 0)
        p = np.where(df >= 1, 2 * stdtr(np.maximum(df, 1), -np.abs(t)), np.nan)
        half = intervals.quantile(df, level) * self.se
        columns = {"term": self.names, "estimate": self.coefficients, "se": self.se, "t": t, "p": p}
        return pd.DataFrame({**columns, "ci_low": self.coefficients - half, "ci_high": self.coefficients + half})

    def summary(self) -> str:
        """Return the model as text, for printing."""
        return "\n".join([*self._about(), "", self.to_frame().to_string(index=False, float_format="{:.5g}".format)])

    def _about(self) -> list[str]:
        return [
            self.formula + (f", where {self.where}" if self.where else ""),
            f"{self.family} family, {self.link} link" + (f", offset {self.offset}" if self.offset else ""),
            f"{self.n} rows, {self.left_out} left out for a missing value",
            f"{self.df:g} degrees of freedom, dispersion {self.dispersion:.5g}",
        ]

    def __str__(self) -> str:
        return self.summary()

    def _repr_html_(self) -> str:
        about = "<br>".join(escape(line) for line in self._about())
        return f"<p>{about}</p>\n{self.to_frame().to_html(index=False, escape=True, float_format='{:.5g}'.format)}"

    def contrast(self, weights: Sequence[float] | Floats) -> tuple[float, float]:
        """Return a linear combination of the coefficients and its standard error.

        Raises
        ------
        EstimationError
            When there is not one weight a coefficient.
        """
        vector = np.asarray(weights, dtype=float)
        if vector.shape != self.coefficients.shape:
            raise EstimationError(
                f"{len(self.names)} coefficients need {len(self.names)} weights", detail=f"{vector.size} were given"
            )
        return float(vector @ self.coefficients), float(np.sqrt(max(vector @ self.vcov @ vector, 0.0)))

    def wald(self, terms: str | Sequence[str]) -> Test:
        """Test that all coefficients of some terms are zero.

        F = b' V^-1 b / q against F with q and ``df`` degrees of freedom, as R's ``regTermTest`` with ``method="Wald"``.
        The coefficients are taken off in ``df``, where Korn and Graubard (1990) take q - 1 off in a factor of F.

        Parameters
        ----------
        terms : str or sequence of str
            Terms as the formula has them (``C(sex)``, ``age:C(sex)``), or names of single coefficients.

        Raises
        ------
        NotFound
            With near matches.
        """
        wanted = [terms] if isinstance(terms, str) else list(terms)
        chosen = sorted({position for term in wanted for position in self._positions(term)})
        if not chosen:
            raise EstimationError("No term was named", hint=near("", self.terms))
        statistic = quadratic(self.coefficients[chosen], self.vcov[np.ix_(chosen, chosen)]) / len(chosen)
        return f_test(f"Wald test of {', '.join(wanted)}", statistic, len(chosen), self.df)

    def _positions(self, term: str) -> tuple[int, ...]:
        places = {_canonical(name): positions for name, positions in self.terms.items()}
        singles = {_canonical(name): (i,) for i, name in enumerate(self.names)}
        if _canonical(term) not in places | singles:
            raise NotFound(f"No term {term!r} in {self.formula}", hint=near(term, [*self.terms, *self.names]))
        return (singles | places)[_canonical(term)]


def _canonical(term: str) -> str:
    return ":".join(sorted(part.replace(" ", "") for part in term.split(":")))


def margins(
    model: Model,
    data: Dataset | Sample,
    variable: str,
    *,
    at: Sequence[Any] = (),
    joint: bool = False,
    level: float = 0.95,
) -> Estimates:
    """Predicted margins: the mean that a model predicts if all rows had the same value of one variable.

    The margin of a value is the weighted mean, over the rows of the fit, of the predictions with the variable set to
    that value and all others as they are (Graubard and Korn 1999).

    Parameters
    ----------
    model : Model
        With the variable among its terms.
    data : Dataset
        Those of the model.
    variable : str
    at : sequence
        Values to set; the categories in the rows of the fit without it.
    joint : bool
        The variance has two parts: G' V G, of the coefficients, with G the derivative of the margins by them, and that
        of a weighted mean of predictions, since the other variables are those of a sample. They are added, as in R's
        ``svypredmeans``, which is right where the model holds. With ``joint`` both are linearised as one total, their
        covariance included, and the model need not hold. Of data with replicates, both parts are the replicates'; with
        ``joint`` each replicate predicts with its own fit.
    level : float

    Returns
    -------
    Estimates
        One row a value, on the scale of the left side, with the model's degrees of freedom. ``n`` counts the rows that
        are averaged over, ``n_numerator`` those that have the value.

    Raises
    ------
    EstimationError, NotFound

    Examples
    --------
    >>> import lfs_migration as lfm, pandas as pd
    >>> from lfs_migration.estimate.regression import glm
    >>> frame = pd.DataFrame({"w": [1.0] * 4, "g": list("abab"), "x": [1.0, 2, 3, 5], "y": [1.0, 4, 2, 6]})
    >>> survey = lfm.dataset(frame, lfm.Design(weight="w"))
    >>> margins(glm(survey, "y ~ g + x"), survey, "g").estimate.round(3)
    array([1.962, 4.538])
    """
    sample = Sample.of(data)
    rows = model.rows(sample)
    if rows.names != model.names or len(rows.y) != model.n:
        raise EstimationError(
            "The data are not those that the model was fitted to", detail=f"They give {len(rows.y)} rows"
        )
    values = _values(rows.frame, variable, at)
    frames = [rows.frame.assign(**{variable: value}) for value in values]
    estimate, parts, gradient = _predicted(model, rows, frames)
    distribution = family_of(model.family, model.link)[1]
    if model.refits is not None:
        refits = model.refits if joint else None
        covariance = margins_refitted(rows, frames, distribution.link, model.coefficients, refits)
    else:
        if joint:
            _, score, inverse = working(rows, distribution, model.coefficients)
            parts += score[:, None] * rows.x @ inverse @ gradient
        covariance = engine.covariance(sample.units, rows.summed(parts))
    if not joint:
        covariance = covariance + gradient.T @ model.vcov @ gradient
    return _estimates(rows, variable, values, estimate, covariance, model.df, level)


def _predicted(model: Model, rows: ModelRows, frames: Sequence[Any]) -> tuple[Floats, Floats, Floats]:
    """Return the mean prediction in each frame, its linearised parts by row, and its derivative by the coefficients."""
    link = family_of(model.family, model.link)[1].link
    share = rows.weight / rows.weight.sum()
    means, slopes = [], []
    for frame in frames:
        x = rows.columns(frame)
        eta = x @ model.coefficients + rows.offset
        means.append(link.inverse(eta))
        slopes.append((share * link.inverse_deriv(eta)) @ x)
    mean = np.column_stack(means)
    return share @ mean, share[:, None] * (mean - share @ mean), np.column_stack(slopes)


def _values(frame: Any, variable: str, at: Sequence[Any]) -> list[Any]:
    """Return the values to set, as they are in the data."""
    if variable not in frame:
        raise NotFound(f"The model has no variable {variable!r}", hint=near(variable, frame))
    known = sorted(frame[variable].unique().tolist())
    if not at and len(known) > 50:
        raise EstimationError(f"{variable} has {len(known)} values", hint="Name those to set: at=[20, 40]")
    strange = [value for value in at if isinstance(known[0], int | str) and value not in known]
    if strange:
        raise NotFound(f"{variable} has no category {strange[0]!r} in the model", hint=near(str(strange[0]), known))
    return list(at) or known


def _estimates(
    rows: ModelRows, variable: str, values: Sequence[Any], estimate: Floats, covariance: Floats, df: float, level: float
) -> Estimates:
    size = len(estimate)
    se, dfs = np.sqrt(np.diag(covariance)), np.full(size, float(df))
    half = intervals.quantile(dfs, level) * se
    return Estimates(
        by={variable: np.array(values, dtype=object)},
        statistic=np.full(size, "predicted margin", dtype=object),
        estimate=estimate,
        se=se,
        ci_low=estimate - half,
        ci_high=estimate + half,
        deff=np.full(size, np.nan),
        df=dfs,
        n=np.full(size, len(rows.y)),
        households=np.full(size, len(np.unique(rows.household))),
        n_numerator=np.array([(rows.frame[variable] == value).sum() for value in values]),
        n_denominator=np.full(size, len(rows.y)),
        unknown=np.zeros(size),
        n_unknown=np.zeros(size, dtype=np.int64),
        left_out=np.zeros(size, dtype=np.int64),
        fraction=np.full(size, np.nan),
        covariance=lambda: covariance,
        level=level,
    )


def family_of(family: str, link: str | None) -> tuple[str, Any]:
    """Return the name of the link, and the family as statsmodels has it."""
    if family not in FAMILIES:
        raise NotFound(f"No family {family!r}", hint=near(family, FAMILIES))
    name, links = FAMILIES[family]
    if link is not None and link not in links:
        raise NotFound(f"No link {link!r} for the {family} family", hint=near(link, links))
    families = library("statsmodels.genmod.families")
    with warnings.catch_warnings():  # a link whose means may leave their range: that is checked after the fit
        warnings.simplefilter("ignore")
        return link or links[0], getattr(families, name)(getattr(families.links, LINKS[link or links[0]])())


def working(rows: ModelRows, distribution: Any, b: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the means, the weighted scores but for their columns, and the inverse of the expected information.

    With m the mean, m' its derivative by the linear predictor and v(m) the variance function, the score of a row is
    w (y - m) m' / v(m) times its columns x, and the information the sum of w m'^2 / v(m) x x'.
    """
    eta = rows.x @ b + rows.offset
    mu, slope = distribution.link.inverse(eta), distribution.link.inverse_deriv(eta)
    variance = distribution.variance(mu)
    root = np.linalg.qr(np.sqrt(rows.weight * slope**2 / variance)[:, None] * rows.x, mode="r")
    inverse = np.linalg.inv(root)
    return mu, rows.weight * (rows.y - mu) * slope / variance, inverse @ inverse.T


def library(name: str) -> Any:
    """Return a library of the optional part ``models``.

    Raises
    ------
    EstimationError
        When it is not installed.
    """
    try:
        return import_module(name)
    except ModuleNotFoundError:
        raise EstimationError(
            "Models need statsmodels and formulaic", hint="Install them: pip install 'lfs-migration[models]'"
        ) from None
