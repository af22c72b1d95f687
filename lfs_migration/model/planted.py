"""Kinds of errors that are planted in a synthetic survey, to show that validation finds them."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from lfs_migration.model.noun import Noun

Way = Literal["change", "orphan", "repeat", "unnamed_code", "copy", "group"]

CHANGING = ("change", "copy", "group")
"""Ways that change answers; ``copy`` need not."""


class ErrorKind(Noun):
    """A kind of error, which fails one check and no other but those that it names.

    Parameters
    ----------
    rule : str
        Id of the rule that finds it.
    record : str
    way : str
        ``change`` (answers become others), ``orphan`` (the row that it belongs to is left out), ``repeat`` (the row
        stands twice), ``unnamed_code`` (an answer's native code becomes one that no map names), ``copy`` (answers
        become those of a row of another household; both rows are found) or ``group`` (the answers of all rows of a
        group, as those of one interviewer, become others; the group is found and no household).
    where : str
        Condition: the rows that can carry it.
    changes : mapping of variable to expression
        Answers of the row and what they become; of ``copy``, after they were copied.
    above : mapping of variable to expression
        Answers of the row that it belongs to and what they become, so that no other check fails.
    variable : str
        Of ``unnamed_code``.
    found : str
        Record whose row the check is about, where it is that of the row's household; else its own.
    also : tuple of str
        Further rules that find it, in the same place: what stands twice is also alike.
    within : tuple of str
        Of ``copy``: variables in which the two rows agree.
    copied : tuple of str
        Of ``copy``: the answers. Empty is all but the key.
    by : tuple of str
        Of ``group``: variables that make the groups.
    """

    rule: str
    record: str
    way: Way = "change"
    where: str
    changes: dict[str, str] = Field(default_factory=dict)
    above: dict[str, str] = Field(default_factory=dict)
    variable: str = ""
    found: str = ""
    also: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    copied: tuple[str, ...] = ()
    by: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.changes and self.way not in CHANGING) or (not self.changes and self.way in ("change", "group")):
            raise ValueError("changes belong to the ways `change` and `group`, perhaps to `copy`, and to no other")
        if bool(self.variable) != (self.way == "unnamed_code"):
            raise ValueError("variable belongs to the way `unnamed_code`, and to no other")
        if self.above and self.way != "repeat":
            raise ValueError("above belongs to the way `repeat`")
        if bool(self.within) != (self.way == "copy") or (self.copied and self.way != "copy"):
            raise ValueError("within belongs to the way `copy`, and to no other; copied may")
        if bool(self.by) != (self.way == "group"):
            raise ValueError("by belongs to the way `group`, and to no other")
        if self.way == "group" and (self.found or self.also):
            raise ValueError("the way `group` names no row: leave out found and also")
        return self
