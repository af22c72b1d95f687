"""A questionnaire as a form to walk through: where each item stands, and where its routes lead."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lfs_migration.model.codebook import Codebook, Variable
from lfs_migration.model.country import Edition
from lfs_migration.model.questionnaire import END, NEXT, Item, Questionnaire, Route, Section
from lfs_migration.model.remark import Remark


@dataclass(frozen=True)
class Place:
    """An item, and where it stands.

    Parameters
    ----------
    item : Item
    section : Section
    number : int
        From 0, in the whole questionnaire.
    block : int
        Number of its block: neighbouring sections of one record.
    """

    item: Item
    section: Section
    number: int
    block: int

    @property
    def record(self) -> str:
        """The record that it is about."""
        return self.section.record


@dataclass(frozen=True)
class Form:
    """A questionnaire with what it is held against.

    Parameters
    ----------
    questionnaire : Questionnaire
    codebook : Codebook
    edition : Edition, optional
        Where items name its native columns.
    places : tuple of Place
        All items in their order.
    targets : mapping of item or section to the number of the item that a route to it leads to
    over : mapping of item number to the items whose routes can pass over it, each with the routes that do
        Filled as it is asked for.
    """

    questionnaire: Questionnaire
    codebook: Codebook
    edition: Edition | None
    places: tuple[Place, ...]
    targets: dict[str, int] = field(default_factory=dict)
    over: dict[int, tuple[tuple[Place, tuple[bool, ...]], ...]] = field(default_factory=dict)

    def error(self, place: Place | str, message: str, remedy: str) -> Remark:
        """Return an error about an item or a section."""
        about = place if isinstance(place, str) else place.item.id
        return Remark(
            severity="error", about=about, where=self.questionnaire.where(about), message=message, remedy=remedy
        )

    def target(self, place: Place, route: Route) -> int | None:
        """Return the number of the item that a route leads to; one beyond the last is the end."""
        if route.to == NEXT:
            return max(other.number for other in self.places if other.block == place.block) + 1
        return len(self.places) if route.to == END else self.targets.get(route.to)

    def passing(self, number: int) -> tuple[tuple[Place, tuple[bool, ...]], ...]:
        """Return the items whose routes can pass over an item, and which of their routes do.

        Those of its block; of the first record, those of all its blocks.
        """
        if number not in self.over:
            place, found = self.places[number], []
            home = self.codebook.records[place.record].parent is None
            for one in self.places[:number]:
                past = tuple((self.target(one, route) or 0) > number for route in one.item.routes)
                if any(past) and (one.block == place.block or (home and one.record == place.record)):
                    found.append((one, past))
            self.over[number] = tuple(found)
        return self.over[number]

    def variable(self, place: Place) -> Variable | None:
        """Return the variable that an item asks for, or the first part of its multiple-response question."""
        multiple = self.codebook.multiples.get(place.item.name)
        name = next(iter(multiple.parts.values())) if multiple else place.item.name
        return self.codebook.variables.get(name)


def places_of(questionnaire: Questionnaire) -> Iterator[Place]:
    """Yield the items of a questionnaire, each with where it stands."""
    number = 0
    for block, (_, sections) in enumerate(questionnaire.blocks()):
        for section in sections:
            for item in section.items:
                yield Place(item, section, number, block)
                number += 1
