"""What the verbs give back: estimates and tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, get_args, overload

import numpy as np
from numpy.typing import NDArray

from lfs_migration.errors import EstimationError, near
from lfs_migration.model.codebook import Codebook
from lfs_migration.model.indicator import Indicator
from lfs_migration.model.noun import Text

if TYPE_CHECKING:
    import pandas as pd

Flag = Literal["publish", "caution", "suppress"]
SimpleSample = Literal["replace", "without"]
"""Simple random samples that a design is set against: drawn with replacement, or without."""

TOTAL = "_T"
"""SDMX's code for a total over a dimension."""
UNKNOWN = "_U"
"""SDMX's code for an unknown category."""
OTHER = "_O"
"""SDMX's code for the other categories."""
CONFIDENTIAL = "confidential"
"""The reason of figures that disclosure control hides."""
WHERE = "where"
"""In the place of a dimension: that the rows are also in the numerator of a share, whose condition is the code."""
KNOWN = "_K"
"""All categories of a dimension without the unknown; only cells behind figures have it."""
KEY_BITS = 32
"""Of the key of a cell."""


class Measure(NamedTuple):
    """What is summed over which rows.

    Parameters
    ----------
    record : str
    where : str
        Condition on the rows.
    value : str
        What is summed; rows are counted where it is empty.
    known : str
        What is known of the rows beside; rows of which it is not are outside.
    weights : str
        With what: the final weights, those of the selection alone, or none.
    """

    record: str
    where: str = ""
    value: str = ""
    known: str = ""
    weights: str = "final"


Key = frozenset[tuple[str, str]]
"""The code of each dimension of which a sum is no total."""
Ref = tuple[Measure, Key]
"""Name of a weighted sum, the same in every table that has it."""


@dataclass(frozen=True)
class Base:
    """A weighted sum that figures are made of.

    Parameters
    ----------
    value : float
        Number of rows in the population, or their total.
    n, households : int
        Rows and households of the sample in it.
    largest : tuple of float
        The largest weighted contributions of rows to a total of amounts, at most two; none where rows are counted.
    key : int
        Sum of the secret keys of the rows, modulo 2**:data:`KEY_BITS`; 0 where they were given none.
    """

    value: float
    n: int
    households: int
    largest: tuple[float, ...] = ()
    key: int = field(default=0, repr=False)

    def beside(self, other: Base) -> Base:
        """Return the sum over the rows of both; of the households, at least so many."""
        most = tuple(sorted((*self.largest, *other.largest), reverse=True))[:2]
        households = max(self.households, other.households)
        key = (self.key + other.key) % (1 << KEY_BITS)
        return Base(self.value + other.value, self.n + other.n, households, most, key)


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

    def _repr_html_(self) -> str:
        """Return the table as a notebook shows it; text of the data is escaped."""
        return str(self.to_frame().to_html(index=False, float_format=lambda number: f"{number:.6g}"))


@dataclass(frozen=True)
class Cell:
    """One published figure.

    Parameters
    ----------
    keys : mapping of dimension to code
        :data:`TOTAL` where the figure is over all of it, :data:`UNKNOWN` where the answer is not known.
    statistic, unit : str
    estimate, se, cv, ci_low, ci_high, df : float
        Not-a-number where undefined.
    n, households : int, optional
        Rows, and different rows of the module's first record that they belong to: households, or whatever was sampled.
        None where disclosure control hides them.
    unknown_share : float
        Weighted share of the base whose answer is not known.
    flag : str
    why : str
        The quality rule that decided, when the flag is not ``publish``.
    bases : tuple of Ref
        The weighted sums that it is made of, among those of its table.
    """

    keys: Mapping[str, str]
    statistic: str
    unit: str
    estimate: float
    se: float
    cv: float
    ci_low: float
    ci_high: float
    df: float
    n: int | None
    households: int | None
    unknown_share: float
    flag: Flag
    why: str = ""
    bases: tuple[Ref, ...] = ()


@dataclass(frozen=True)
class Table:
    """One indicator by one breakdown.

    Parameters
    ----------
    indicator : Indicator
    survey : str
        The edition's id, as ``mexico-2023``.
    survey_title : Text
    dimensions : tuple of str
        The breakdowns, the distributed one last.
    labels : mapping of dimension to mapping of code to Text
    dimension_labels : mapping of dimension to Text
    cells : tuple of Cell
    synthetic : bool
        Whether the data were generated.
    units : Text, optional
        What the sampled units are called that ``households`` of a cell counts, where they are no households.
    protection : str
        Name of the rules of disclosure control that were applied; empty where none were.
    bases : mapping of Ref to Base
        The weighted sums that its figures are made of, for disclosure control.
    nesting : mapping of (dimension, other dimension) to mapping of code to set of codes
        Of its dimensions: in which categories of another of their concept each of theirs can be.
    variables : mapping of variable to dimension
        Of the records that it counts, where no category was folded.
    codebook : Codebook, optional
        What its variables are made of.
    """

    indicator: Indicator
    survey: str
    survey_title: Text
    dimensions: tuple[str, ...]
    dimension_labels: Mapping[str, Text]
    labels: Mapping[str, Mapping[str, Text]]
    cells: tuple[Cell, ...]
    synthetic: bool = False
    notes: tuple[str, ...] = ()
    units: Text | None = None
    protection: str = ""
    bases: Mapping[Ref, Base] = field(default_factory=dict, repr=False)
    nesting: Mapping[tuple[str, str], Mapping[str, frozenset[str]]] = field(default_factory=dict, repr=False)
    variables: Mapping[str, str] = field(default_factory=dict, repr=False)
    codebook: Codebook | None = field(default=None, repr=False, compare=False)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a cell."""
        import pandas as pd

        facts = [name for name in Cell.__dataclass_fields__ if name not in ("keys", "bases")]
        return pd.DataFrame([{**cell.keys, **{name: getattr(cell, name) for name in facts}} for cell in self.cells])
