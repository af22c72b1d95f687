"""Outlines of countries and areas, as maps draw them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from lfs_migration.model.noun import Text

Kind = Literal["shape", "point", "none"]
"""Drawn by its outline, by a point alone, or not at all: groups of countries, and countries that are no more."""


@dataclass(frozen=True)
class Box:
    """A rectangle of the map's grid, whose y grows to the south.

    Parameters
    ----------
    left, top, right, bottom : float
    """

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """From the left to the right."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """From the top to the bottom."""
        return self.bottom - self.top

    def meets(self, other: Box) -> bool:
        """Return whether two rectangles share more than an edge.

        Examples
        --------
        >>> Box(0, 0, 2, 2).meets(Box(1, 1, 3, 3)), Box(0, 0, 2, 2).meets(Box(2, 0, 3, 3))
        (True, False)
        """
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom

    def holds(self, x: float, y: float) -> bool:
        """Return whether a point is inside, or on the edge."""
        return self.left <= x <= self.right and self.top <= y <= self.bottom

    def around(self, other: Box) -> Box:
        """Return the smallest rectangle that holds both."""
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )


@dataclass(frozen=True)
class Ring:
    """One closed line of an outline: an island, the mainland, or a hole in them.

    Parameters
    ----------
    path : str
        As SVG writes it, from ``M`` to ``z``, in whole units of the grid.
    box : Box
        The rectangle that it fills.
    """

    path: str
    box: Box


@dataclass(frozen=True)
class Shape:
    """Where a country or area is on the map.

    Parameters
    ----------
    code : str
        Of the list ``COUNTRY``.
    label : Text
    kind : str
    x, y : float
        Its label point: where lines to it end. Not-a-number without a place.
    rings : tuple of Ring
        Its outline, the largest ring first; filled by the even-odd rule.
    """

    code: str
    label: Text
    kind: Kind
    x: float
    y: float
    rings: tuple[Ring, ...] = ()


@dataclass(frozen=True)
class Atlas:
    """All shapes, by code, and the rectangle that holds them."""

    shapes: Mapping[str, Shape]
    world: Box

    def placed(self, code: str) -> Shape | None:
        """Return the shape of a code that has a place on the map, ``None`` for any other code."""
        shape = self.shapes.get(code)
        return None if shape is None or shape.kind == "none" else shape
