"""Rules: what a survey's answers are checked for, beyond what each variable says of itself.

A rule is data: an id, a severity, a label and a remedy in each language, a reference, and what is checked. What is
checked is one of some twenty kinds. Rules of a row (:class:`Condition`, :class:`Bounds` ...) judge each row of their
record: it passes, it fails, or what it would take to judge it is unknown. Rules of a household (:class:`Pair`,
:class:`Pointer` ...) set rows against other rows. Rules of a file (:class:`Heaping`, :class:`Effect` ...) judge what
many rows show together, such as the rows of one interviewer.

In the expressions of rules that set two rows against each other the second row's answers are called ``other.per_age``,
and those of the same row in the round before ``before.per_age``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal, Self, get_args

from pydantic import Field, model_validator

from lfs_migration.model.noun import Noun, Text, Value

Severity = Literal["error", "warning"]
Limit = int | float | None
"""A number, or None where there is no limit."""


class Rule(Noun):
    """What all kinds of rules have.

    Parameters
    ----------
    kind : str
    record : str
        Whose rows are judged.
    when : str
        Expression: the rows it is about. Empty is all.
    variables : tuple of str
        Variables to show in the finding.
    remedy : Text
        What to do about a row that fails.
    reference : str
        Source of the method, and how sure we are.
    """

    kind: str
    id: str
    record: str
    severity: Severity
    label: Text
    when: str = ""
    variables: tuple[str, ...] = ()
    remedy: Text
    reference: str

    expressions: ClassVar[tuple[str, ...]] = ("when",)
    """Fields that hold an expression."""
    names: ClassVar[tuple[str, ...]] = ()
    """Fields that name variables of the record."""
    whole: ClassVar[bool] = False
    """Whether it takes rows of several households to judge one: then no part of the data can be judged alone."""
    round: ClassVar[bool] = False
    """Whether it takes the round before."""

    @property
    def texts(self) -> tuple[str, ...]:
        """The expressions of the rule that are not empty."""
        return tuple(text for field in self.expressions if (text := getattr(self, field)))

    @property
    def needed(self) -> tuple[str, ...]:
        """The variables that the rule names outside its expressions, without those that it only shows."""
        return tuple(dict.fromkeys(self._needed()))

    def _needed(self) -> Iterator[str]:
        for field in self.names:
            held = getattr(self, field)
            yield from ([held] if held else []) if isinstance(held, str) else held

    @property
    def beside(self) -> dict[str, str]:
        """The record of the other row that ``check`` names, by the word before the dot."""
        return {}

    @property
    def said(self) -> str:
        """What must hold, in one line."""
        words = (f"{name} {_said(value)}" for name, value in self.settings.items() if name != "kind")
        return f"{self.kind}: {'; '.join(words)}"

    @property
    def settings(self) -> dict[str, object]:
        """What the kind of rule sets, by field, without what it leaves as it is."""
        own = ("kind", *(name for name in type(self).model_fields if name not in Rule.model_fields))
        return {name: value for name in own if (value := getattr(self, name)) not in ("", (), {}, None)}


def _said(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_said(one)}" for key, one in value.items())
    if isinstance(value, tuple):
        return " ".join("open" if one is None else str(one) for one in value)
    return str(value)


class Condition(Rule):
    """An expression that must not be false; where it is unknown the rule has no opinion."""

    kind: Literal["condition"] = "condition"
    check: str
    expressions: ClassVar[tuple[str, ...]] = ("when", "check")

    @property
    def said(self) -> str:
        """The expression."""
        return self.check


class Bounds(Rule):
    """Limits of a number that depend on another answer: hours by status, age by relationship.

    Parameters
    ----------
    variable : str
    by : str
        Variable whose code chooses the limits; empty where ``otherwise`` holds for all.
    limits : mapping of code to (low, high)
        Inclusive; ``None`` is open.
    otherwise : (low, high), optional
        For codes that are not named; without it they are not judged.
    """

    kind: Literal["bounds"] = "bounds"
    variable: str
    by: str = ""
    limits: dict[Value, tuple[Limit, Limit]] = Field(default_factory=dict)
    otherwise: tuple[Limit, Limit] | None = None
    names: ClassVar[tuple[str, ...]] = ("variable", "by")

    @model_validator(mode="after")
    def _limited(self) -> Self:
        if bool(self.by) != bool(self.limits) or not (self.limits or self.otherwise):
            raise ValueError("bounds need `by` with `limits`, or `otherwise`")
        return self


class Required(Rule):
    """Variables that must have an answer.

    Parameters
    ----------
    of : tuple of str
        Each must be filled.
    refusals : bool
        Whether a refusal, or an answer that is not known, will do.
    """

    kind: Literal["required"] = "required"
    of: tuple[str, ...] = Field(min_length=1)
    refusals: bool = True
    names: ClassVar[tuple[str, ...]] = ("of",)


class Straight(Rule):
    """The same answer to each question of a block: a sign that they were not asked (straight-lining).

    Parameters
    ----------
    of : tuple of str
        The block.
    least : int
        Answered questions without which a row is not judged.
    """

    kind: Literal["straight"] = "straight"
    of: tuple[str, ...] = Field(min_length=3)
    least: int = 3
    names: ClassVar[tuple[str, ...]] = ("of",)


class Pair(Rule):
    """Two rows of one household set against each other, as a head and the head's child.

    Each row for which ``first`` is true is set against each for which ``other`` is, itself left out.

    Parameters
    ----------
    first, other : str
        Expressions, each on the answers of its row.
    check : str
        Expression that must not be false; ``other.per_age`` is the other row's answer.
    """

    kind: Literal["pair"] = "pair"
    first: str
    other: str
    check: str
    expressions: ClassVar[tuple[str, ...]] = ("when", "first", "other", "check")

    @property
    def beside(self) -> dict[str, str]:
        """The other row is of the same record."""
        return {"other": self.record}


class Pointer(Rule):
    """A line number that must be that of another row of the household, as that of the spouse.

    Parameters
    ----------
    variable : str
        Holds the line number; rows where it is empty are not judged.
    to : str
        Record of the other row; empty is the rule's own.
    mutual : bool
        Whether the other row must point back.
    check : str
        Expression that must not be false; ``other.per_sex`` is the other row's answer.
    """

    kind: Literal["pointer"] = "pointer"
    variable: str
    to: str = ""
    mutual: bool = False
    check: str = ""
    expressions: ClassVar[tuple[str, ...]] = ("when", "check")
    names: ClassVar[tuple[str, ...]] = ("variable",)

    @property
    def beside(self) -> dict[str, str]:
        """The other row is of the record that is pointed to."""
        return {"other": self.to or self.record}


class Sequence(Rule):
    """Line numbers that must run from 1 without a gap in each household."""

    kind: Literal["sequence"] = "sequence"
    variable: str
    names: ClassVar[tuple[str, ...]] = ("variable",)


class Constant(Rule):
    """Variables that must be the same in all rows of a group, as a household's date or a sampling unit's region.

    Parameters
    ----------
    of : tuple of str
    within : tuple of str
        Variables that make the groups; empty is the household.
    """

    kind: Literal["constant"] = "constant"
    of: tuple[str, ...] = Field(min_length=1)
    within: tuple[str, ...] = ()
    names: ClassVar[tuple[str, ...]] = ("of", "within")
    whole: ClassVar[bool] = True


class Duplicate(Rule):
    """Two rows that seem to be the same person: listed twice, or reported by two households.

    Parameters
    ----------
    of : tuple of str
        Variables that must agree, where both rows have an answer.
    within : tuple of str
        Variables that must agree and be known, as the region; empty is the household.
    across : bool
        Whether the rows must be of different households, rather than of one.
    tolerance : mapping of variable to number
        How far two answers to a variable of ``of`` may lie apart.
    least : int
        Variables of ``of`` that both must have answered; 0 is all.
    """

    kind: Literal["duplicate"] = "duplicate"
    of: tuple[str, ...] = Field(min_length=1)
    within: tuple[str, ...] = ()
    across: bool = False
    tolerance: dict[str, int | float] = Field(default_factory=dict)
    least: int = 0
    names: ClassVar[tuple[str, ...]] = ("of", "within")
    whole: ClassVar[bool] = True

    @model_validator(mode="after")
    def _comparable(self) -> Self:
        odd = sorted({*self.tolerance} - {*self.of})
        if odd:
            raise ValueError(f"tolerance: {odd[0]} is not under `of`")
        if self.across and not self.within:
            raise ValueError("rows of different households are compared within something, as [region]")
        return self


class Similar(Rule):
    """Interviews that share more answers than chance explains: a sign that one was copied from the other.

    Parameters
    ----------
    of : tuple of str
        Answers that are compared.
    within : tuple of str
        Variables that make the groups in which interviews are compared, as the sampling unit or the interviewer.
    share : float
        Of equal answers from which on a pair fails.
    least : int
        Answers that both must have.
    """

    kind: Literal["similar"] = "similar"
    of: tuple[str, ...] = Field(min_length=2)
    within: tuple[str, ...] = Field(min_length=1)
    share: float = Field(default=0.85, gt=0, le=1)
    least: int = 10
    names: ClassVar[tuple[str, ...]] = ("of", "within")
    whole: ClassVar[bool] = True


class Outlier(Rule):
    """Numbers far from the others of their group, by a rule that the far ones do not themselves move.

    Parameters
    ----------
    variable : str
    base : str
        Variable that the number is divided by, as the amount of the round before; empty is none.
    by : tuple of str
        Variables that make the groups.
    method : str
        ``mad`` (distance from the median in median absolute deviations), ``tukey`` (in interquartile ranges from the
        quartiles), ``adjusted`` (Tukey's fences moved for skewness) or ``hidiroglou`` (for ratios to ``base``).
    log : bool
        Whether logarithms are compared; what is not above zero is then not judged.
    limit : float
        In the method's unit.
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
        ``whipple`` (100 is no preference for 0 and 5, 500 is nothing else) or ``myers`` (0 is no preference, 90 is one
        digit only).
    low, high : int
        Ages that are looked at.
    limit : float
        Above which a group fails.
    """

    kind: Literal["heaping"] = "heaping"
    variable: str
    measure: Literal["whipple", "myers"] = "whipple"
    low: int = 23
    high: int = 62
    limit: float
    names: ClassVar[tuple[str, ...]] = ("variable", "by")


class Digits(_Pattern):
    """Numbers that are too often multiples of a round number.

    Parameters
    ----------
    variable : str
    base : number
        The round number.
    limit : float
        Share of multiples above which a group fails.
    """

    kind: Literal["digits"] = "digits"
    variable: str
    base: int | float = Field(gt=0)
    limit: float = Field(gt=0, le=1)
    names: ClassVar[tuple[str, ...]] = ("variable", "by")


class Nonresponse(_Pattern):
    """Questions that too many of those asked left without an answer.

    Parameters
    ----------
    of : tuple of str
        Each is judged by itself.
    limit : float
        Share without an answer above which a group fails.
    chance : float
        Also fails the group whose share is above that of all others and would be so large by chance with at most this
        probability, all groups taken together; 0 is not to look.
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
        Variables within which groups are compared, as the region.
    chance : float
        Probability of a deviation as large, in either direction and for any of the groups, up to which a group fails.
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
    """

    kind: Literal["share"] = "share"
    share: str
    low: float = Field(default=0.0, ge=0, le=1)
    high: float = Field(default=1.0, ge=0, le=1)
    expressions: ClassVar[tuple[str, ...]] = ("when", "share")


class Round(Rule):
    """An answer that must go with that of the same row in the round before.

    Parameters
    ----------
    on : tuple of str
        Variables that find the row in the round before; empty is the record's key.
    check : str
        Expression that must not be false; ``before.per_sex`` is the answer of the round before.
    """

    kind: Literal["round"] = "round"
    on: tuple[str, ...] = ()
    check: str
    expressions: ClassVar[tuple[str, ...]] = ("when", "check")
    names: ClassVar[tuple[str, ...]] = ("on",)
    whole: ClassVar[bool] = True
    round: ClassVar[bool] = True

    @property
    def beside(self) -> dict[str, str]:
        """The other row is of the same record in the round before."""
        return {"before": self.record}


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


AnyRule = (
    Condition
    | Bounds
    | Required
    | Straight
    | Pair
    | Pointer
    | Sequence
    | Constant
    | Duplicate
    | Similar
    | Outlier
    | Heaping
    | Digits
    | Nonresponse
    | Effect
    | Workload
    | Share
    | Round
    | Change
)
KINDS: dict[str, type[Rule]] = {kind.model_fields["kind"].default: kind for kind in get_args(AnyRule)}
"""The kinds of rules by name; a rule that names none is a ``condition``."""
