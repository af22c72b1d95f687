"""Code lists: the codes an answer may have, their labels, and the groups they form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, model_validator

from lfs_migration.model.noun import Noun, Text, Value

Reason = Literal["dont_know", "refused", "not_stated", "uncodable"]
"""Why an answer is missing. A structural blank (the question was not asked) is none of these: it is empty."""


class Code(Noun):
    """One code of a list.

    Parameters
    ----------
    label : Text
        What it means, by language.
    attributes : mapping of str to str
        What else is known of it (a country's sub-region, a group's kind), for ``lookup`` in expressions.
    """

    label: Text
    attributes: dict[str, str] = Field(default_factory=dict)


class Group(Noun):
    """Codes that are published together."""

    label: Text
    codes: tuple[Value, ...]


class CodeList(Noun):
    """A list of codes, with groups.

    Parameters
    ----------
    label : Text
    codes : mapping of code to Code
        All integers or all strings.
    groups : mapping of str to Group
        A code is in at most one group.
    exclusive : tuple
        Answers that stand alone where several may be ticked, such as "none".
    source : str
        Where the list comes from.
    doubt : str
        What is not settled about it; empty where nothing is.
    """

    label: Text
    codes: dict[Value, Code]
    groups: dict[str, Group] = Field(default_factory=dict)
    exclusive: tuple[Value, ...] = ()
    source: str
    note: str = ""
    doubt: str = ""

    @model_validator(mode="after")
    def _consistent(self) -> CodeList:
        if len({type(code) for code in self.codes}) > 1:
            raise ValueError("codes must be all integers or all strings; quote the ones that are text")
        seen: dict[Value, str] = {}
        for name, group in self.groups.items():
            for code in group.codes:
                if code not in self.codes:
                    raise ValueError(f"group {name}: code {code!r} is not in the list")
                if code in seen:
                    raise ValueError(f"code {code!r} is in the groups {seen[code]} and {name}")
                seen[code] = name
        for code in self.exclusive:
            if code not in self.codes:
                raise ValueError(f"exclusive: code {code!r} is not in the list")
        return self

    @property
    def is_text(self) -> bool:
        """Whether the codes are strings."""
        return isinstance(next(iter(self.codes)), str)

    def group_of(self) -> Mapping[Value, str]:
        """Return the group's name for each code that has one."""
        return {code: name for name, group in self.groups.items() for code in group.codes}

    def attribute(self, name: str) -> Mapping[Value, str]:
        """Return one attribute for each code that has it."""
        return {c: code.attributes[name] for c, code in self.codes.items() if name in code.attributes}

    def __hash__(self) -> int:
        return id(self)

    def __eq__(self, other: Any) -> bool:
        return self is other
