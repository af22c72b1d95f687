"""What people decided about single answers: exceptions that stand although a rule fails, and corrections.

Both are rows of a file, each with a reason. Values are texts here, as they are written: ``004`` is not 4, and an empty
text is a question that was not answered, which is another thing than the code of a refusal.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, PrivateAttr, field_validator

from lfs_migration.model.findings import Finding
from lfs_migration.model.noun import Noun


def _as_text(value: Any) -> Any:
    """Return what stands in a file as text; lists and mappings as they are, for the type to refuse."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.15g}"
    return str(value) if isinstance(value, int) else value


def _filled(text: str, wanted: str) -> str:
    if not text.strip():
        raise ValueError(f"it is empty: {wanted}")
    return text.strip()


Plain = Annotated[str, BeforeValidator(_as_text)]
"""A value as text; empty where there is none."""
Asked = Annotated[str | None, BeforeValidator(_as_text)]
"""A value as text, ``None`` where the file does not say: then it may be anything."""


class Decision(Noun):
    """What all decisions have.

    Parameters
    ----------
    household : str
        Its identifier; empty for a finding that is about no single household.
    reason : str
        Why.
    decided_by, date : str
        Who decided, and when.
    """

    household: Plain
    reason: Plain
    decided_by: Plain = ""
    date: Plain = ""
    _where: str = PrivateAttr(default="")

    @field_validator("reason")
    @classmethod
    def _reasoned(cls, text: str) -> str:
        return _filled(text, "say why")

    @property
    def where(self) -> str:
        """``file:line`` of the decision; empty for one that came from no file."""
        return self._where

    def placed(self, where: str) -> Self:
        """Return the same decision, from a place in a file."""
        out = self.model_copy()
        out._where = where
        return out

    @property
    def by(self) -> str:
        """Who decided and when, as far as that is known."""
        return ", ".join(filter(None, (self.decided_by, self.date)))


class Accepted(Decision):
    """A finding that stands: the rule fails, and the answer is right.

    It holds for what was found when it was accepted, and no longer when another value stands in the data.

    Parameters
    ----------
    rule : str
    record, line, variable, value : str, optional
        As the finding has them; what is not given may be anything.
    region, interviewer : str, optional
        Of a finding about many rows together, as those of one interviewer.
    decided_by : str
    """

    rule: str
    record: Asked = None
    line: Asked = None
    variable: Asked = None
    value: Asked = None
    region: Asked = None
    interviewer: Asked = None
    decided_by: Plain

    @field_validator("decided_by")
    @classmethod
    def _decided(cls, text: str) -> str:
        return _filled(text, "say who decided")

    @property
    def asked(self) -> dict[str, str]:
        """What a finding must have for the exception to hold."""
        # A row stays the same row when the code of its region or interviewer is corrected.
        left = ("region", "interviewer") if self.household else ()
        names = [name for name in Finding.__dataclass_fields__ if name in type(self).model_fields]
        held = {name: getattr(self, name) for name in names if name not in left}
        return {name: value for name, value in held.items() if value is not None}

    def against(self, finding: Finding) -> dict[str, str]:
        """Return what a finding has that is not what the exception asks for; nothing when it holds.

        Examples
        --------
        >>> found = Finding("child_worker", "warning", "emigrant", "017", "1", "em_age_dep", "11", "", "")
        >>> right = Accepted(rule="child_worker", household="017", value=11, reason="seen", decided_by="A. B.")
        >>> right.against(found), right.model_copy(update={"value": "10"}).against(found)
        ({}, {'value': '11'})
        """
        held = {name: (str(getattr(finding, name)), value) for name, value in self.asked.items()}
        # A file of findings has an apostrophe before what a spreadsheet would run as a formula.
        return {name: found for name, (found, value) in held.items() if value not in (found, f"'{found}")}

    @property
    def said(self) -> str:
        """Why it stands, and who decided."""
        return f"{self.reason} ({self.by})"


class Correction(Decision):
    """One answer that was wrong in the file, and what it should be.

    Parameters
    ----------
    record : str
        That of the variable; it need not be given.
    line : str
        Of the person in the household; empty for what is asked of the household.
    variable : str
        One that is asked; derived ones follow.
    old : str
        What stands in the data, or nothing is corrected; empty where there is no answer.
    new : str
        What takes its place; empty takes the answer away.
    """

    record: Plain = ""
    line: Plain = ""
    variable: str
    old: Plain
    new: Plain

    @property
    def place(self) -> str:
        """The answer in words: its household, line and variable."""
        return f"household {self.household}{f', line {self.line}' if self.line else ''}, {self.variable}"


def columns(noun: type[Decision]) -> Mapping[str, bool]:
    """Return the names that a file of decisions may have, and whether it must have each.

    Examples
    --------
    >>> [name for name, needed in columns(Correction).items() if needed]
    ['household', 'reason', 'variable', 'old', 'new']
    """
    return {name: field.is_required() for name, field in noun.model_fields.items()}
