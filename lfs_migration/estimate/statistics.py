"""Statistics: each says which weighted sums it needs and how it is linearised.

=============== ============================ ===========================================
statistic       estimate                     linearised total of a PSU
=============== ============================ ===========================================
Count, Total    Y                            y
Mean, Ratio     R = Y / X                    (y - R x) / X
Share           P = Y / X, Y a part of X     (y - P x) / X
Proportion      P_j = Y_j / X                (y_j - P_j x) / X
=============== ============================ ===========================================

Y and X are weighted totals; y and x their PSU totals (Woodruff 1971; Saerndal, Swensson and Wretman 1992, section 5.6).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from lfs_migration.errors import EstimationError
from lfs_migration.model.indicator import Part


@dataclass(frozen=True)
class Count:
    """Weighted number of rows.

    Parameters
    ----------
    record : str, optional
        Not needed when the data have one record.
    where : str
        Expression: rows to count.

    Examples
    --------
    >>> Count("emigrant", where="em_abroad").name
    'count'
    """

    record: str = ""
    where: str = ""
    name: str = "count"


@dataclass(frozen=True)
class Total:
    """Weighted total of a variable, an expression or a :class:`Part`; where it is unknown, a row is not in ``n``.

    Examples
    --------
    >>> Total("em_rem_cash").name
    'total of em_rem_cash'
    """

    value: str | Part

    @property
    def name(self) -> str:
        """Name in the results."""
        return f"total of {self.value.value if isinstance(self.value, Part) else self.value}"


@dataclass(frozen=True)
class Mean:
    """Weighted mean of a variable or expression over the rows where it is known."""

    value: str

    @property
    def name(self) -> str:
        """Name in the results."""
        return f"mean of {self.value}"


@dataclass(frozen=True)
class Ratio:
    """Ratio of two weighted totals.

    Of parts in one record, a row where one of them is unknown is left out of both.

    Parameters
    ----------
    numerator, denominator : str or Part
        An expression, or a :class:`Part` that names its record: the two may come from different records (emigrants to
        residents), since both are totals on one set of primary sampling units.
    """

    numerator: str | Part
    denominator: str | Part
    name: str = ""

    def __post_init__(self) -> None:
        parts = [
            p.value or p.where or p.record if isinstance(p, Part) else p for p in (self.numerator, self.denominator)
        ]
        object.__setattr__(self, "name", self.name or f"ratio of {parts[0]} to {parts[1]}")


@dataclass(frozen=True)
class Share:
    """Ratio of counts whose numerator is a part of its denominator, with an interval inside 0 and 1.

    A row of which it is not known whether it is in the numerator is in neither.
    """

    numerator: Part
    denominator: Part
    name: str = "share"

    def __post_init__(self) -> None:
        if self.numerator.record != self.denominator.record:
            raise EstimationError(
                "A share needs one record", detail=f"{self.numerator.record} and {self.denominator.record} were given",
                hint="Use Ratio",
            )  # fmt: skip


@dataclass(frozen=True)
class Proportion:
    """Distribution of a variable over its categories.

    Parameters
    ----------
    variable : str
    base : Part, optional
        The rows that are distributed; all rows of the variable's record without it.
    over : str
        ``known``: shares of the rows whose category is known. ``all``: shares of all rows.
    unknown : bool
        Whether rows without a known category get a line of their own, always as a share of all rows.
    """

    variable: str
    base: Part | None = None
    over: Literal["known", "all"] = "known"
    unknown: bool = False
    name: str = "share"


@dataclass(frozen=True)
class Quantile:
    """Quantiles of a variable or expression over the rows where it is known.

    Parameters
    ----------
    value : str
    probabilities : float or sequence of float
        0.5 is the median.
    interval : str
        Interval of the share below, which Woodruff's method takes back: ``t``, ``logit``, ``wilson`` or ``beta``.

    Examples
    --------
    >>> Quantile("em_rem_cash", [0.25, 0.5]).all
    (0.25, 0.5)
    """

    value: str
    probabilities: float | Sequence[float] = 0.5
    interval: Literal["t", "logit", "wilson", "beta"] = "t"

    @property
    def all(self) -> tuple[float, ...]:
        """The probabilities."""
        given = self.probabilities
        return tuple(given) if isinstance(given, Sequence) else (float(given),)


Smooth = Count | Total | Mean | Ratio | Share | Proportion
"""Statistics that are smooth functions of totals."""

Statistic = Smooth | Quantile
