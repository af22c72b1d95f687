"""Rules that set a row against other rows: of its household, of other households, or of the round before."""

from __future__ import annotations

from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from lfs_migration.model.rules.rule import Rule


class Pair(Rule):
    """Two rows of one household set against each other, as a head and the head's child.

    Each row for which ``first`` is true is set against each for which ``other`` is, itself left out. One that fails
    with any of them fails; one without others is not judged. Where ``other`` is unknown of a row, it may be meant: the
    first passes with it or is unknown.

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
        Whether the other row must point back; where it points to nobody, it does not.
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

    @model_validator(mode="after")
    def _returned(self) -> Self:
        if self.mutual and self.to not in ("", self.record):
            raise ValueError(f"mutual: the rows of {self.to} cannot point back, {self.variable} is not theirs")
        return self

    @property
    def beside(self) -> dict[str, str]:
        """The other row is of the record that is pointed to."""
        return {"other": self.to or self.record}


class Sequence(Rule):
    """Line numbers that must run from 1 without a gap in each household, each of one row.

    Parameters
    ----------
    variable : str
    """

    kind: Literal["sequence"] = "sequence"
    variable: str
    names: ClassVar[tuple[str, ...]] = ("variable",)


class Constant(Rule):
    """Variables that must be the same in all rows of a group, as a household's date or a sampling unit's region.

    The rows fail that have another answer than most; where several are as frequent, all of the group.

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
        Variables of ``of`` that both must have answered; 0 is all. Few common answers agree by chance: name enough.
    """

    kind: Literal["duplicate"] = "duplicate"
    of: tuple[str, ...] = Field(min_length=1, max_length=60)
    within: tuple[str, ...] = ()
    across: bool = False
    tolerance: dict[str, int | float] = Field(default_factory=dict)
    least: int = Field(default=0, ge=0)
    names: ClassVar[tuple[str, ...]] = ("of", "within")
    whole: ClassVar[bool] = True

    @model_validator(mode="after")
    def _comparable(self) -> Self:
        odd = sorted({*self.tolerance} - {*self.of})
        if odd:
            raise ValueError(f"tolerance: {odd[0]} is not under `of`")
        if min(self.tolerance.values(), default=0) < 0:
            raise ValueError("tolerance: no two answers lie less than 0 apart")
        if self.least > len(self.of):
            raise ValueError(f"least: {self.least} variables cannot be answered of {len(self.of)}")
        if self.across and not self.within:
            raise ValueError("rows of different households are compared within something, as [region]")
        return self


class Similar(Rule):
    """Interviews that share more answers than chance explains: a sign that one was copied from the other.

    Each is judged by the other of its group that it shares most with, among answers that both gave.

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
    of: tuple[str, ...] = Field(min_length=2, max_length=1000)
    within: tuple[str, ...] = Field(min_length=1)
    share: float = Field(default=0.85, gt=0, le=1)
    least: int = Field(default=10, ge=1)
    names: ClassVar[tuple[str, ...]] = ("of", "within")
    whole: ClassVar[bool] = True


class Round(Rule):
    """An answer that must go with that of the same row in the round before; rows that are new are not judged.

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
