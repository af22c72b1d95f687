"""Statistics: each says which weighted sums it needs and how it is linearised.

================== ============================= ===========================================
statistic          estimate                      linearised total of a PSU
================== ============================= ===========================================
Count, Total       Y                             y
Mean, Ratio        R = Y / X                     (y - R x) / X
Ratio with plus    R = Y / (X + Z)               (y - R (x + z)) / (X + Z)
Share              P = Y / X, Y a part of X      (y - P x) / X
Proportion         P_j = Y_j / X                 (y_j - P_j x) / X
MultipleResponse   P_j = Y_j / X                 (y_j - P_j x) / X
Ratio of two       R = A / B                     (a - R b) / B
Difference         D = A - B                     a - b
Concentration      H = sum of P_j^2              sum of 2 P_j p_j
================== ============================= ===========================================

X, Y and Z are weighted totals, x, y and z their PSU totals; A, B and P_j are statistics, a, b and p_j their linearised
totals (Woodruff 1971; Saerndal, Swensson and Wretman 1992, section 5.6).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from lfs_migration.errors import EstimationError, near
from lfs_migration.model.indicator import Part
from lfs_migration.model.noun import Value
from lfs_migration.sample import By


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
    """Ratio of two weighted totals, or of two statistics.

    Of parts in one record, a row where one of them is unknown is left out of both.

    Parameters
    ----------
    numerator, denominator : str, Part, or both a statistic
        An expression, or a :class:`Part` that names its record: the two may come from different records (emigrants to
        residents), since both are totals on one set of primary sampling units. Of two statistics, as the relative rate
        ``Ratio(Ratio(a, b), Ratio(c, d))``, counts and degrees of freedom are the smaller of the two.
    plus : Part, optional
        What the denominator holds beside, as rows of another record: of emigrants over emigrants and residents, say.

    Examples
    --------
    >>> women, men = (Part(record="emigrant", where=f"em_sex == {sex}") for sex in (2, 1))
    >>> Ratio(women, men, "women to men").name
    'women to men'
    """

    numerator: str | Part | Figure
    denominator: str | Part | Figure
    name: str = ""
    plus: Part | None = None

    def __post_init__(self) -> None:
        sides = self.numerator, self.denominator
        if sum(isinstance(side, str | Part) for side in sides) == 1:
            raise EstimationError("A ratio is of two totals or of two statistics", hint="Write Total('y') for a total")
        if self.plus and not isinstance(self.denominator, str | Part):
            raise EstimationError("Only a total can hold something beside", hint="Give plus to the ratio of two totals")
        names = [(p.value or p.where or p.record) if isinstance(p, Part) else getattr(p, "name", p) for p in sides]
        object.__setattr__(self, "name", self.name or f"ratio of {names[0]} to {names[1]}")

    @property
    def nested(self) -> bool:
        """Whether the numerator is a part of its denominator, which makes the ratio a share."""
        return self.plus is not None and self.plus == self.numerator and not self.plus.value

    @property
    def statistics(self) -> tuple[Figure, Figure] | None:
        """The two statistics, of a ratio that is made of such."""
        top, base = self.numerator, self.denominator
        return None if isinstance(top, str | Part) or isinstance(base, str | Part) else (top, base)


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
    """Distribution of a variable over its categories: of rows, or of a total that the rows hold.

    Parameters
    ----------
    variable : str
    base : Part, optional
        The rows that are distributed; all rows of the variable's record without it.
    over : str
        ``known``: shares of the rows whose category is known. ``all``: shares of all rows.
    unknown : bool
        Whether rows without a known category get a line of their own, always as a share of all rows.
    value : str
        Expression whose total is distributed, as the money sent; rows are counted without it. A row where it is unknown
        is outside.
    recode : mapping of code to str
        Codes that are another category here; see :class:`lfs_migration.sample.By`.

    Examples
    --------
    >>> Proportion("em_dest", value="em_rem_cash").name
    'share of em_rem_cash'
    """

    variable: str
    base: Part | None = None
    over: Literal["known", "all"] = "known"
    unknown: bool = False
    name: str = ""
    value: str = ""
    recode: Mapping[Value, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        of = self.value or (self.base.value if self.base else "")
        object.__setattr__(self, "name", self.name or (f"share of {of}" if of else "share"))


@dataclass(frozen=True)
class MultipleResponse:
    """Shares of the options of one question of which several may be ticked, each a yes-or-no variable.

    Parameters
    ----------
    options : sequence of variables, or mapping of option to condition
    of : str
        ``cases``: the rows that tick the option over those of which that is known; the shares may add up to more than
        1. ``responses``: over all that is ticked, of the rows of which every option is known; they add up to 1.
    base : Part, optional
        The rows that were asked; all rows of the variables' record without it.
    yes : code
        What a ticked variable holds.
    question : str
        Column of the results that names the option.

    Raises
    ------
    EstimationError
        For no option, or shares of something else.

    Examples
    --------
    >>> MultipleResponse(["use_food", "use_school"]).conditions
    {'use_food': 'use_food == 1', 'use_school': 'use_school == 1'}
    """

    options: Sequence[str] | Mapping[str, str]
    of: Literal["cases", "responses"] = "cases"
    base: Part | None = None
    yes: Value = 1
    question: str = "option"
    name: str = ""

    def __post_init__(self) -> None:
        if self.of not in ("cases", "responses"):
            raise EstimationError(f"No shares of {self.of!r}", hint=near(self.of, ["cases", "responses"]))
        if isinstance(self.options, str) or not self.options:
            raise EstimationError("A question has several options", hint="Give a list of variables")
        object.__setattr__(self, "name", self.name or f"share of {self.of}")

    @property
    def conditions(self) -> Mapping[str, str]:
        """Condition under which each option is ticked."""
        if isinstance(self.options, Mapping):
            return self.options
        return {name: f"{name} == {self.yes!r}" for name in self.options}


@dataclass(frozen=True)
class Quantile:
    """Quantiles of a variable, an expression or a :class:`Part` over the rows where it is known.

    Parameters
    ----------
    value : str or Part
    probabilities : float or sequence of float
        0.5 is the median.
    interval : str
        Interval of the share below, which Woodruff's method takes back: ``t``, ``logit``, ``wilson`` or ``beta``.
    name : str
        In the results, of a single quantile; without it they name the probability.

    Examples
    --------
    >>> Quantile("em_rem_cash", [0.25, 0.5]).all
    (0.25, 0.5)
    >>> Quantile("em_rem_cash").named(0.5), Quantile("em_rem_cash", name="median").named(0.5)
    ('quantile 0.5 of em_rem_cash', 'median')
    """

    value: str | Part
    probabilities: float | Sequence[float] = 0.5
    interval: Literal["t", "logit", "wilson", "beta"] = "t"
    name: str = ""

    def __post_init__(self) -> None:
        if self.name and len(self.all) > 1:
            raise EstimationError("Several quantiles have no one name", hint="Ask for each by itself, or give no name")

    def named(self, probability: float) -> str:
        """Return the name of one of them in the results."""
        of = self.value.value if isinstance(self.value, Part) else self.value
        return self.name or f"quantile {probability:g} of {of}"

    @property
    def all(self) -> tuple[float, ...]:
        """The probabilities."""
        given = self.probabilities
        return tuple(given) if isinstance(given, Sequence) else (float(given),)


@dataclass(frozen=True)
class Difference:
    """Difference of a statistic between two categories of a variable: of men less women, say.

    Counts and degrees of freedom are the smaller of the two. A category that does not occur in a cell leaves it
    undefined there, but for a total or count, which is then 0.

    Parameters
    ----------
    statistic : Statistic
    variable : str or By
    first, second : codes
        The first less the second.

    Examples
    --------
    >>> Difference(Mean("em_age"), "em_sex", 1, 2).named("mean of em_age")
    'mean of em_age, em_sex 1 less 2'
    """

    statistic: Statistic
    variable: str | By
    first: Value
    second: Value
    name: str = ""

    @property
    def by(self) -> str:
        """Name of the variable."""
        return self.variable if isinstance(self.variable, str) else self.variable.name

    def named(self, name: str) -> str:
        """Return the name in the results, from that of the statistic."""
        return self.name or f"{name}, {self.by} {self.first} less {self.second}"


@dataclass(frozen=True)
class Concentration:
    """How far a distribution is concentrated in a few categories.

    The index of Hirschman (1945) and Herfindahl (1950), the sum of the squared shares, is between 1 over the number of
    categories and 1. Of estimated shares it is too high by the sum of their variances, on average.

    Parameters
    ----------
    distribution : str or Proportion
        A variable, or a distribution of something else than all rows.
    largest : int
        Instead of the index, the share of so many of the largest categories together: of those that are the largest in
        the sample, taken as given.

    Examples
    --------
    >>> Concentration("em_dest").name, Concentration("em_dest", largest=3).name
    ('Herfindahl index of em_dest', 'share of the 3 largest of em_dest')
    """

    distribution: str | Proportion
    largest: int = 0
    name: str = ""

    def __post_init__(self) -> None:
        if self.largest < 0:
            raise EstimationError(f"There are no {self.largest} largest categories", hint="Give 1 or more, or 0")
        kind = f"share of the {self.largest} largest" if self.largest else "Herfindahl index"
        object.__setattr__(self, "name", self.name or f"{kind} of {self.shares.variable}")

    @property
    def shares(self) -> Proportion:
        """The distribution, without a line of its own for the unknown."""
        given = self.distribution
        return Proportion(given) if isinstance(given, str) else replace(given, unknown=False)


Figure = Count | Total | Mean | Ratio | Share
"""Statistics of one figure a cell, smooth functions of totals."""

Smooth = Figure | Proportion | MultipleResponse
"""Statistics that are smooth functions of totals."""

Statistic = Smooth | Quantile | Difference | Concentration
