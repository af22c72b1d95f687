"""Labels on a map: how wide their words are, and where they stand so that none covers another."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from lfs_migration.model.shapes import Box
from lfs_migration.publish.legible import CUT

Point = tuple[float, float]

DISTANCES = (0.0, 10.0, 22.0, 38.0, 58.0, 84.0, 116.0, 156.0)
"""From its point to a label, in steps."""
DIRECTIONS = tuple((math.cos(turn * math.pi / 4), math.sin(turn * math.pi / 4)) for turn in (0, 4, 7, 5, 1, 3, 6, 2))
"""Where a label may stand from its point: right and left first, above before below."""
LED = 20.0
"""Distance from which on a line leads to the label."""
APART = 3.0
"""Room around a label."""
NEAR = 12.0
"""So near to the dot of another, a label seems to be its name."""
OVER, MISTAKEN = 7.0, 30.0
"""What a point of a line under a label costs, and another's dot so near to it, in units of distance."""
_WIDTHS = (
    ("fijlrtI .,;:'!|()[]-*", 0.36),
    ("mwMW@%&", 0.95),
    ("0123456789", 0.58),
)


@dataclass(frozen=True)
class Wanted:
    """A label that has no place yet.

    Parameters
    ----------
    x, y : float
        Its point.
    radius : float
        Of the dot at the point.
    width, height : float
        Of its words.
    """

    x: float
    y: float
    radius: float
    width: float
    height: float


@dataclass(frozen=True)
class Placed:
    """Where a label stands, and the line that leads to it, if it stands far from its point."""

    box: Box
    side: str
    leader: tuple[float, float, float, float] | None


def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """Return about how wide a text is: rather too wide, for the fonts of the reader are not known.

    Parameters
    ----------
    text : str
    size : float
        Of the letters.
    bold : bool

    Examples
    --------
    >>> width_of("Italy", 10.0) < width_of("ITALY", 10.0) < width_of("ITALY", 10.0, bold=True)
    True
    """
    return size * (1.07 if bold else 1.0) * sum(map(_letter, text))


def _letter(letter: str) -> float:
    if unicodedata.combining(letter) or unicodedata.category(letter) in ("Mn", "Cf"):
        return 0.0
    known = next((width for letters, width in _WIDTHS if letter in letters), None)
    if known is not None:
        return known
    if unicodedata.east_asian_width(letter) in "WF":
        return 1.05
    if letter < "\u0250":
        return 0.72 if letter.isupper() else 0.58
    return 0.8 if letter.isupper() else 0.68


def cut(text: str, length: int) -> str:
    """Return a text that is at most so many letters long, with a sign where it was cut.

    Examples
    --------
    >>> cut("Bosnia and Herzegovina", 12), cut("Peru", 12)
    ('Bosnia and…', 'Peru')
    """
    if len(text) <= length:
        return text
    end = length - 1
    # A letter keeps the signs that stand above and below it.
    while end > 1 and unicodedata.category(text[end])[0] == "M":
        end -= 1
    return text[:end].rstrip() + CUT


@dataclass
class _Taken:
    """What is on the picture already."""

    frame: Box
    boxes: list[Box]
    points: list[Point] = field(default_factory=list)


def placed(
    wanted: Sequence[Wanted], frame: Box, lines: Iterable[Sequence[Point]] = (), reach: float = DISTANCES[-1]
) -> list[Placed | None]:
    """Return a place for each label, in the order given: ``None`` where none is free.

    A label covers no other label and no other label's point, stands inside the frame whole, and lies on the lines as
    little as it can.

    Parameters
    ----------
    wanted : sequence of Wanted
        The most important first.
    frame : Box
    lines : iterable of sequence of point
        Lines that labels should rather not cover, as points close to each other.
    reach : float
        How far from its point a label may stand.

    Examples
    --------
    >>> first, second = placed([Wanted(50, 50, 3, 30, 10), Wanted(50, 52, 3, 30, 10)], Box(0, 0, 200, 100))
    >>> first.box.meets(second.box)
    False
    """
    dots = [_dot(one) for one in wanted]
    taken = _Taken(frame, [], [point for line in lines for point in line])
    out: list[Placed | None] = []
    for number, one in enumerate(wanted):
        others = dots[:number] + dots[number + 1 :]
        free = [place for place in _places(one, reach) if _free(place, taken, others)]
        best = min(free, key=lambda place: _cost(one, place, taken, others), default=None)
        out.append(best)
        if best is not None:
            taken.boxes.append(best.box)
            taken.points += _along(best)
    return out


def _dot(one: Wanted) -> Box:
    reach = one.radius + 1
    return Box(one.x - reach, one.y - reach, one.x + reach, one.y + reach)


def _places(one: Wanted, reach: float) -> Iterator[Placed]:
    """Yield where a label could stand, the nearest first."""
    for distance in (step for step in DISTANCES if step <= reach):
        for across, down in DIRECTIONS:
            away = one.radius + 4 + distance
            x, y = one.x + across * away, one.y + down * away
            side = "left" if across > 0.1 else "right" if across < -0.1 else "middle"
            left = x if side == "left" else x - one.width if side == "right" else x - one.width / 2
            top = y - one.height / 2 * (1 - down) if abs(down) > 0.9 else y - one.height / 2 + down * one.height / 4
            box = Box(*(round(edge, 1) for edge in (left, top, left + one.width, top + one.height)))
            yield Placed(box, side, _leader(one, box) if distance >= LED else None)


def _leader(one: Wanted, box: Box) -> tuple[float, float, float, float]:
    x, y = min(max(one.x, box.left), box.right), min(max(one.y, box.top), box.bottom)
    long = math.hypot(x - one.x, y - one.y) or 1.0
    start = (one.x + one.radius * (x - one.x) / long, one.y + one.radius * (y - one.y) / long)
    return round(start[0], 1), round(start[1], 1), round(x, 1), round(y, 1)


def _free(place: Placed, taken: _Taken, dots: Sequence[Box]) -> bool:
    box, frame = place.box, taken.frame
    inside = frame.left <= box.left and box.right <= frame.right and frame.top <= box.top
    if not inside or box.bottom > frame.bottom:
        return False
    wide = Box(box.left - APART, box.top - APART, box.right + APART, box.bottom + APART)
    if any(wide.meets(other) for other in taken.boxes) or any(box.meets(dot) for dot in dots):
        return False
    return not any(other.holds(x, y) for other in (*taken.boxes, *dots) for x, y in _along(place))


def _along(place: Placed) -> list[Point]:
    if place.leader is None:
        return []
    x, y, to_x, to_y = place.leader
    return [(x + share / 12 * (to_x - x), y + share / 12 * (to_y - y)) for share in range(1, 12)]


def _cost(one: Wanted, place: Placed, taken: _Taken, dots: Sequence[Box]) -> float:
    """Return what speaks against a place: its distance, points of lines under it, and dots that it seems to name."""
    own = _away(place.box, one.x, one.y)
    others = sum(_away(place.box, (dot.left + dot.right) / 2, (dot.top + dot.bottom) / 2) < NEAR for dot in dots)
    return own + OVER * sum(place.box.holds(*point) for point in taken.points) + MISTAKEN * others


def _away(box: Box, x: float, y: float) -> float:
    """Return how far a point is from a box."""
    return math.hypot(x - min(max(x, box.left), box.right), y - min(max(y, box.top), box.bottom))
