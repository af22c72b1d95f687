"""Which part of the world a map shows, and where things are on the picture."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from lfs_migration.model.shapes import Atlas, Box, Shape
from lfs_migration.publish.maps.labels import Point

REACH = 520.0
"""How far from its label point an area is in view, in units of the atlas: people do not live at the ends of Siberia."""
ROOM = 0.09
"""Part of the extent that is left free at each side, for labels."""
RIM = 0.03
"""Part of the extent that may be beyond the edge of the world."""


@dataclass(frozen=True)
class Frame:
    """A size that maps are drawn in.

    Parameters
    ----------
    name : str
    width : float
        Of the picture.
    ratios : tuple of float
        The smallest and the largest width by height.
    least : float
        Units of the atlas that it shows at least, from left to right.
    size : float
        Of the letters.
    labels : int
        At most.
    line : float
        Width of the widest line.
    letters : int
        Of a name at most.
    reach : float
        How far from its point a label may stand.
    """

    name: str
    width: float
    ratios: tuple[float, float]
    least: float
    size: float
    labels: int
    line: float
    letters: int
    reach: float


WIDE = Frame("wide", 880.0, (1.5, 2.1), 2700.0, 13.0, 12, 12.0, 30, 120.0)
NARROW = Frame("narrow", 360.0, (0.85, 1.25), 1900.0, 12.0, 6, 7.0, 24, 60.0)
FRAMES = (WIDE, NARROW)
"""For a page on a screen or on paper, and for a telephone."""


@dataclass(frozen=True)
class View:
    """A part of the atlas, as a picture shows it.

    Parameters
    ----------
    box : Box
        In units of the atlas.
    width, height : float
        Of the picture.
    """

    box: Box
    width: float
    height: float

    @property
    def scale(self) -> float:
        """Units of the picture for one of the atlas."""
        return self.width / self.box.width

    def at(self, x: float, y: float) -> Point:
        """Return where a place of the atlas is on the picture."""
        return round((x - self.box.left) * self.scale, 1), round((y - self.box.top) * self.scale, 1)

    def shows(self, shape: Shape) -> bool:
        """Return whether the label point of a shape is on the picture, and not at its very edge."""
        x, y = self.at(shape.x, shape.y)
        return 6 <= x <= self.width - 6 and 6 <= y <= self.height - 6


def fitted(shapes: Sequence[Shape], atlas: Atlas, frame: Frame) -> View:
    """Return the smallest view that shows all of some shapes well, and not less than the frame's extent."""
    boxes = [_focus(shape) for shape in shapes]
    around = boxes[0]
    for box in boxes[1:]:
        around = around.around(box)
    wide, high = around.width * (1 + 2 * ROOM), around.height * (1 + 2 * ROOM)
    low, most = frame.ratios
    ratio = min(max(wide / high, low), most)
    wide = max(wide, high * ratio, frame.least)
    high = wide / ratio
    world, rim = atlas.world, wide * RIM
    left = _within((around.left + around.right - wide) / 2, wide, world.left - rim, world.right + rim)
    top = _within((around.top + around.bottom - high) / 2, high, world.top - rim, world.bottom + rim)
    return View(Box(left, top, left + wide, top + high), frame.width, round(frame.width / ratio))


def _focus(shape: Shape) -> Box:
    near = Box(shape.x - REACH, shape.y - REACH, shape.x + REACH, shape.y + REACH)
    if not shape.rings:
        return Box(shape.x - REACH / 4, shape.y - REACH / 4, shape.x + REACH / 4, shape.y + REACH / 4)
    box = shape.rings[0].box
    left, right = max(box.left, near.left), min(box.right, near.right)
    top, bottom = max(box.top, near.top), min(box.bottom, near.bottom)
    return Box(min(left, shape.x), min(top, shape.y), max(right, shape.x), max(bottom, shape.y))


def _within(start: float, extent: float, low: float, high: float) -> float:
    """Return a start from which an extent stays between two limits, as far as it is smaller than they are apart."""
    if extent >= high - low:
        return (low + high - extent) / 2
    return min(max(start, low), high - extent)


def curve(start: Point, end: Point, bow: float, view: View) -> tuple[Point, Point, Point]:
    """Return the three points of a quadratic line between two places, bowed to the north where there is room.

    Parameters
    ----------
    start, end : Point
    bow : float
        How far it bows, by its length.
    view : View
    """
    across, down = end[0] - start[0], end[1] - start[1]
    turn = 1 if across >= 0 else -1
    for bend in (bow * turn, -bow * turn, 0.0):
        middle = ((start[0] + end[0]) / 2 + bend * down, (start[1] + end[1]) / 2 - bend * across)
        top = _on((start, middle, end), 0.5)
        if 8 <= top[0] <= view.width - 8 and 8 <= top[1] <= view.height - 8:
            break
    return start, (round(middle[0], 1), round(middle[1], 1)), end


def points_on(line: tuple[Point, Point, Point]) -> list[Point]:
    """Return points on a line, about ten units from each other."""
    steps = max(2, math.ceil(math.dist(line[0], line[2]) / 10))
    return [_on(line, step / steps) for step in range(steps + 1)]


def _on(line: tuple[Point, Point, Point], share: float) -> Point:
    rest = 1 - share
    parts = (rest * rest, 2 * rest * share, share * share)
    x, y = (sum(part * point[i] for part, point in zip(parts, line, strict=True)) for i in (0, 1))
    return x, y
