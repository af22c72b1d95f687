"""Rules about what many rows show together."""

from __future__ import annotations

from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from lfs_migration.model.rules.rule import Rule


class Outlier(Rule):
    """Numbers far from the others of their group, by a rule that the far ones do not themselves move.

    Amounts of money are skew, with a long tail that is no error: compare their logarithms, or let ``adjusted`` find how
    skew they are. Without either, 8 in 100 honest amounts are far when their logarithms have a standard deviation of 1.

    Parameters
    ----------
    variable : str
    base : str
        Variable that the number is divided by, as the amount of the round before; empty is none. What has a base that
        is not above zero is not judged.
    by : tuple of str
        Variables that make the groups.
    method : str
        ``mad`` (distance from the median in median absolute deviations x 1.4826, which are the standard deviations of
        normal numbers), ``tukey`` (in interquartile ranges from the quartiles), ``adjusted`` (Tukey's fences moved for
        skewness) or ``hidiroglou`` (for ratios to ``base``: a change of a large number matters more).
    log : bool
        Whether logarithms are compared; what is not above zero is then not judged.
    limit : float
        In the method's unit. Usual are 3.5 for ``mad`` (Iglewicz and Hoaglin 1993), 1.5 (outside) or 3 (far out) for
        ``tukey`` (Tukey 1977), 1.5 for ``adjusted`` (Hubert and Vandervieren 2008), and 4 to 40 for ``hidiroglou``
        (Hidiroglou and Berthelot 1986). Of 10,000 normal numbers, 5 are beyond 3.5 of ``mad``, 70 beyond 1.5 and less
        than one beyond 3 of ``tukey``.
    least : int
        Numbers without which a group is not judged.
    """

    kind: Literal["outlier"] = "outlier"
    variable: str
    base: str = ""
    by: tuple[str, ...] = ()
    method: Literal["mad", "tukey", "adjusted", "hidiroglou"] = "mad"
    log: bool = False
    limit: float = Field(gt=0)
    least: int = 30
    names: ClassVar[tuple[str, ...]] = ("variable", "base", "by")
    whole: ClassVar[bool] = True

    @model_validator(mode="after")
    def _ratio(self) -> Self:
        if self.method == "hidiroglou" and not self.base:
            raise ValueError("hidiroglou is about ratios: name the `base`")
        if self.method == "hidiroglou" and self.log:
            raise ValueError("hidiroglou takes rises and falls alike by itself: leave out `log`")
        return self


class _Pattern(Rule):
    """What rules about many rows have.

    Parameters
    ----------
    by : tuple of str
        Variables that make the groups that are judged, as the interviewer; empty is the whole file.
    least : int
        Rows without which a group is not judged.
    """

    by: tuple[str, ...] = ()
    least: int = 50
    names: ClassVar[tuple[str, ...]] = ("by",)
    whole: ClassVar[bool] = True


class Heaping(_Pattern):
    """Ages, or other numbers, that end in favoured digits.

    Parameters
    ----------
    variable : str
    measure : str
        ``whipple`` (100 is no preference for 0 and 5, 500 is nothing else; the United Nations call data below 105
        highly accurate, below 110 fairly accurate, below 125 approximate, below 175 rough, above very rough) or
        ``myers`` (0 is no preference, 90 is one digit only). Chance alone gives Myers's index about 5 of 600 ages and
        17 of 50: it is for large groups.
    low, high : int
        Ages that are looked at, both included: a multiple of five for Whipple's index, so that all digits are as
        frequent; 19 or more for Myers's.
    limit : float
        Above which a group fails.
    chance : float
        A group fails only if ages whose true index is the limit would show as much with at most this probability, all
        groups taken together; else it is unknown. 0 is not to ask. For Whipple's index.
    """

    kind: Literal["heaping"] = "heaping"
    variable: str
    measure: Literal["whipple", "myers"] = "whipple"
    low: int = Field(default=23, ge=0)
    high: int = 62
    limit: float = Field(gt=0)
    chance: float = Field(default=0.0, ge=0, lt=1)
    names: ClassVar[tuple[str, ...]] = ("variable", "by")

    @model_validator(mode="after")
    def _even(self) -> Self:
        ages = self.high - self.low + 1
        if self.measure == "whipple" and (ages < 5 or ages % 5):
            raise ValueError(f"Whipple's index needs a multiple of five ages; {self.low} to {self.high} are {ages}")
        if self.measure == "myers" and ages < 19:
            raise ValueError(f"Myers's index needs 19 ages or more; {self.low} to {self.high} are {ages}")
        if self.measure == "myers" and self.chance:
            raise ValueError("Myers's index has no exact chance: leave it out, and let `least` be large")
        return self


class Digits(_Pattern):
    """Numbers that are too often multiples of a round number; zero is not counted.

    Parameters
    ----------
    variable : str
    base : number
        The round number.
    limit : float
        Share of multiples above which a group fails.
    chance : float
        A group fails only if a true share at the limit would show as much with at most this probability, all groups
        taken together; else it is unknown. 0 is not to ask.
    """

    kind: Literal["digits"] = "digits"
    variable: str
    base: int | float = Field(gt=0)
    limit: float = Field(gt=0, le=1)
    chance: float = Field(default=0.0, ge=0, lt=1)
    names: ClassVar[tuple[str, ...]] = ("variable", "by")


class Nonresponse(_Pattern):
    """Questions that too many of those asked left without an answer.

    No answer is a blank where the question is asked, and a code of an absent answer (a refusal, not known); a blank
    where it is not asked is none.

    Parameters
    ----------
    of : tuple of str
        Questions of the record. Each is judged by itself.
    limit : float
        Share without an answer above which a group fails.
    chance : float
        Also fails the group whose share is above that of all others and would be so large by chance with at most this
        probability, all groups and questions taken together; 0 is not to look.
    """

    kind: Literal["nonresponse"] = "nonresponse"
    of: tuple[str, ...] = Field(min_length=1)
    limit: float = Field(default=1.0, ge=0, le=1)
    chance: float = Field(default=0.0, ge=0, lt=1)
    names: ClassVar[tuple[str, ...]] = ("of", "by")


class Effect(_Pattern):
    """Groups, as the interviewers, whose share of an answer is not that of the others beside them.

    Parameters
    ----------
    share : str
        Expression: the answer.
    among : tuple of str
        Variables within which groups are compared, as the region: the smaller, the less is a difference of places taken
        for one of interviewers. Whoever works there alone is not judged.
    chance : float
        Probability of a deviation as large, in either direction and for any of the groups, up to which a group fails.
        From ten groups on, those that usually differ more than chance explains are allowed their usual spread.
    """

    kind: Literal["effect"] = "effect"
    share: str
    by: tuple[str, ...] = Field(min_length=1)
    among: tuple[str, ...] = ()
    chance: float = Field(default=0.001, gt=0, lt=1)
    expressions: ClassVar[tuple[str, ...]] = ("when", "share")
    names: ClassVar[tuple[str, ...]] = ("by", "among")


class Workload(_Pattern):
    """More rows in a group, as an interviewer's day, than one can have done.

    Parameters
    ----------
    most : int
    """

    kind: Literal["workload"] = "workload"
    by: tuple[str, ...] = Field(min_length=1)
    least: int = 1
    most: int = Field(gt=0)


class Share(_Pattern):
    """A share that lies outside what is known of it, as that of women.

    Parameters
    ----------
    share : str
        Expression.
    low, high : float
        Inclusive limits of the unweighted share.
    chance : float
        A group fails only if a true share at the limit would show as much with at most this probability, all groups
        taken together; else it is unknown. 0 is not to ask: then ``least`` alone keeps small groups from failing.
    """

    kind: Literal["share"] = "share"
    share: str
    low: float = Field(default=0.0, ge=0, le=1)
    high: float = Field(default=1.0, ge=0, le=1)
    chance: float = Field(default=0.0, ge=0, lt=1)
    expressions: ClassVar[tuple[str, ...]] = ("when", "share")


class Change(_Pattern):
    """A share that moved too far since the round before.

    Parameters
    ----------
    share : str
        Expression.
    limit : float
        Difference of the unweighted shares above which a group fails.
    """

    kind: Literal["change"] = "change"
    share: str
    limit: float = Field(gt=0, le=1)
    expressions: ClassVar[tuple[str, ...]] = ("when", "share")
    round: ClassVar[bool] = True
