"""The questionnaire: what the interviewer reads and where the interview goes next.

Sections are asked one after another. Neighbouring sections of one record are a block: a child record's block is asked
once for each of its rows, row after row, a household's once. Inside a block the interview goes from item to item
unless a route leads elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from pydantic import Field, PrivateAttr, model_validator

from lfs_migration.model.noun import Noun, Text, Value

NEXT, END = "next", "end"
"""Where a route may lead beside items and sections: to the next row of the block, to the end of the interview."""


class Route(Noun):
    """Where the interview goes after an item, instead of the item below it.

    Parameters
    ----------
    when : str
        Expression: taken where it is true.
    unless : str
        Expression: taken where it is not known to be true, so also after an absent answer.
    to : str
        An item further down, a section further down, ``next`` or ``end``.
    """

    when: str = ""
    unless: str = ""
    to: str

    @model_validator(mode="after")
    def _one(self) -> Route:
        if bool(self.when) == bool(self.unless):
            raise ValueError("a route has either when or unless")
        return self

    @property
    def condition(self) -> str:
        """The expression of either kind."""
        return self.when or self.unless


class Item(Noun):
    """A question, or a filter that only leads on.

    Parameters
    ----------
    id : str
        As printed, ``B4``.
    name : str
        Variable or multiple-response question of the codebook; in an edition's own questionnaire a native column.
        Empty for a filter.
    wording : Text
        What the interviewer reads out; of a filter, what is to be checked.
    instruction : Text, optional
        To the interviewer, not read out.
    answers : mapping of code to Text
        The response list where it is not the codebook's.
    routes : tuple of Route
        The first that applies is taken.
    """

    id: str
    name: str = ""
    wording: Text
    instruction: Text | None = None
    answers: dict[Value, Text] = Field(default_factory=dict)
    routes: tuple[Route, ...] = ()


class Section(Noun):
    """Items on one topic, about the rows of one record.

    Parameters
    ----------
    record : str
    page : int
        Of the paper form.
    introduction : Text, optional
        Read out, or told to the interviewer, before the items.
    """

    id: str
    record: str
    title: Text
    page: int
    introduction: Text | None = None
    items: tuple[Item, ...]


class Questionnaire(Noun):
    """A questionnaire of a module, or of one edition of it.

    Parameters
    ----------
    module : str
    edition : str
        ``armenia-2007``; empty for the module's own, whose items name the codebook's variables.
    languages : tuple of str
        In which every wording exists.
    """

    name: str
    module: str
    edition: str = ""
    title: Text
    languages: tuple[str, ...]
    reference: str
    note: str = ""
    sections: tuple[Section, ...]
    _lines: dict[str, str] = PrivateAttr(default_factory=dict)

    @model_validator(mode="after")
    def _known_once(self) -> Questionnaire:
        ids = [section.id for section in self.sections] + [item.id for item in self.items]
        twice = next((one for one in ids if ids.count(one) > 1), None)
        if twice is not None:
            raise ValueError(f"{twice} stands twice")
        names = [item.name for item in self.items if item.name]
        twice = next((one for one in names if names.count(one) > 1), None)
        if twice is not None:
            raise ValueError(f"{twice} is asked twice")
        return self

    @property
    def items(self) -> tuple[Item, ...]:
        """All items in their order."""
        return tuple(item for section in self.sections for item in section.items)

    def blocks(self) -> Iterator[tuple[str, tuple[Section, ...]]]:
        """Yield each record with its neighbouring sections."""
        for record, sections in groupby(self.sections, key=lambda section: section.record):
            yield record, tuple(sections)

    def where(self, id: str) -> str:
        """Return ``file:line`` of a section or an item."""
        return self._lines.get(id, self.name)

    def __hash__(self) -> int:
        return id(self)

    def __eq__(self, other: Any) -> bool:
        return self is other
