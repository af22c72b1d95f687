"""Kinds of errors that are planted in a synthetic survey, to show that validation finds them."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from lfs_migration.model.noun import Noun

Way = Literal["change", "orphan", "repeat", "unnamed_code"]


class ErrorKind(Noun):
    """A kind of error, which fails one check and no other.

    Parameters
    ----------
    rule : str
        Id of the rule that finds it.
    record : str
    way : str
        ``change`` (answers become others), ``orphan`` (the row that it belongs to is left out), ``repeat`` (the row
        stands twice) or ``unnamed_code`` (an answer's native code becomes one that no map names).
    where : str
        Condition: the rows that can carry it.
    changes : mapping of variable to expression
        Answers of the row and what they become.
    above : mapping of variable to expression
        Answers of the row that it belongs to and what they become, so that no other check fails.
    variable : str
        Of ``unnamed_code``.
    """

    rule: str
    record: str
    way: Way = "change"
    where: str
    changes: dict[str, str] = Field(default_factory=dict)
    above: dict[str, str] = Field(default_factory=dict)
    variable: str = ""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if bool(self.changes) != (self.way == "change"):
            raise ValueError("changes belong to the way `change`, and to no other")
        if bool(self.variable) != (self.way == "unnamed_code"):
            raise ValueError("variable belongs to the way `unnamed_code`, and to no other")
        if self.above and self.way != "repeat":
            raise ValueError("above belongs to the way `repeat`")
        return self
