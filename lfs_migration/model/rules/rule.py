"""What all kinds of rules have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

from lfs_migration.model.noun import Noun, Text

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
