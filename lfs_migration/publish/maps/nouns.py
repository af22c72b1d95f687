"""What a map of destinations is made of, before the template writes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from lfs_migration.model.shapes import Box, Shape
from lfs_migration.publish.figures import Number
from lfs_migration.publish.maps.labels import Point
from lfs_migration.publish.maps.view import Frame

State = Literal["publish", "caution", "suppress", "none"]


@dataclass(frozen=True)
class Destination:
    """A category of the table: its name, its figure as it may be published, and its place if it has one.

    ``words`` is the figure with its interval, or that it is not published; ``size`` is not-a-number without a figure.
    """

    code: str
    name: str
    size: float
    shown: Number
    words: str
    state: State
    figure: str
    shape: Shape | None


Spot = tuple[Destination, Shape]
"""A destination that has a place, and the place."""


@dataclass(frozen=True)
class Area:
    """Something shaded: an outline (``path``), or a dot where the outline would be too small to see."""

    look: str
    path: str
    dot: tuple[float, float, float] | None
    text: str
    figure: str


@dataclass(frozen=True)
class Flow:
    """A line to a destination, in SVG's words, and the dot at its end, unless that is the area's own (``dotted``)."""

    path: str
    width: float
    end: tuple[float, float, float]
    caution: bool
    dotted: bool


@dataclass(frozen=True)
class Label:
    """Words on the map: a name and a figure below it, from ``x`` on (``anchor`` as SVG has it), inside a box."""

    x: float
    y: float
    below: float
    anchor: str
    direction: str
    name: str
    full: str
    shown: Number | None
    caution: bool
    figure: str
    leader: str
    box: Box


@dataclass(frozen=True)
class Picture:
    """The map in one size.

    Parameters
    ----------
    frame : Frame
    width, height : float
    transform : str
        From units of the atlas, in which outlines are, to those of the picture.
    unscaled : str
        Units of the atlas for one of the picture, for hatching.
    land : str
        Outlines of all areas in view that are not shaded.
    areas, flows, labels : tuple
    start : Point, optional
        The country of the survey.
    beyond : tuple of Destination
        Those that this part of the world does not show.
    """

    frame: Frame
    width: float
    height: float
    transform: str
    unscaled: str
    land: str
    areas: tuple[Area, ...]
    flows: tuple[Flow, ...]
    labels: tuple[Label, ...]
    start: Point | None
    beyond: tuple[Destination, ...]


@dataclass(frozen=True)
class Step:
    """A class of the legend."""

    look: str
    text: str


@dataclass(frozen=True)
class FlowMap:
    """A map of destinations, ready for the template ``flow_map.svg.j2``.

    Parameters
    ----------
    id : str
        Begins the ids of its elements.
    title, text : str
        Its name, and what it shows in words.
    unit : str
    pictures : tuple of Picture
        For wide and for narrow pages; one of them is shown.
    steps : tuple of Step
        Classes of the shades.
    hidden : str
        Number of areas with a place whose figure is not published; empty without any.
    caution : bool
        Whether a figure on the map is to be used with caution.
    elsewhere : tuple of Destination
        Categories without a place: groups of countries, other and unknown ones.
    say : mapping of name to words
    """

    id: str
    title: str
    text: str
    unit: str
    pictures: tuple[Picture, ...]
    steps: tuple[Step, ...]
    hidden: str
    caution: bool
    elsewhere: tuple[Destination, ...]
    say: Mapping[str, str]

    @property
    def start(self) -> bool:
        """Whether the country of the survey is on the map."""
        return any(one.start is not None for one in self.pictures)

    @property
    def lined(self) -> bool:
        """Whether there is a line."""
        return any(one.flows for one in self.pictures)

    @property
    def heading(self) -> str:
        """What stands over the map."""
        return self.say["map_title"].format(title=self.title)
