"""Rules that judge a row by itself."""

from __future__ import annotations

from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from lfs_migration.model.noun import Value
from lfs_migration.model.rules.rule import Limit, Rule


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
