"""One picture of a map of destinations: what it shows, shaded areas, lines, dots and labels."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from lfs_migration.model.shapes import Atlas, Box, Ring, Shape
from lfs_migration.publish.legible import legible
from lfs_migration.publish.maps.labels import Placed, Point, Wanted, cut, placed, width_of
from lfs_migration.publish.maps.nouns import Area, Destination, Flow, Label, Picture, Spot
from lfs_migration.publish.maps.scale import Classes
from lfs_migration.publish.maps.view import Frame, View, curve, fitted, points_on
from lfs_migration.text import pick

FLOWS = 12
"""Lines at most."""
SHARE = 0.97
"""The largest destinations that make up this part of those on the map decide what part of the world it shows."""
BENDS = (0.2, 0.3, 0.13)
"""How far lines bow, by their length: in turn, so that those that go the same way part."""
THIN = 1.2
"""Width of the thinnest line."""
SMALL = 9.0
"""An area smaller than this on the picture has a dot."""
DOT = 4.5
"""Radius of such a dot."""
LINE = 1.2
"""Height of a line of words, by the size of its letters."""


def name_of(shape: Shape, language: str) -> str:
    """Return the name of a country."""
    return legible(pick(shape.label, language))


def picture(
    frame: Frame, there: Sequence[Spot], start: Shape | None, atlas: Atlas, classes: Classes, language: str
) -> Picture:
    """Return the map in one size.

    Parameters
    ----------
    frame : Frame
    there : sequence of Spot
        Destinations with a place, the largest first.
    start : Shape, optional
        The country of the survey.
    atlas : Atlas
    classes : Classes
        Of the shades.
    language : str
    """
    view = fitted(_in_view(there, start), atlas, frame)
    known = [(one, shape) for one, shape in there if one.state != "none"]
    seen = [(one, shape) for one, shape in known if view.shows(shape)]
    # The end of an area is shaded too where its middle is outside, or it would look like one without a figure.
    inside = [(one, shape) for one, shape in known if view.shows(shape) or _rings(shape, view)]
    named = [(one, shape) for one, shape in seen if one.size > 0][:FLOWS]
    flows = [] if start is None else _flows(named, view.at(start.x, start.y), frame, view)
    entries = _entries(named[: frame.labels], start, flows, language)
    shaded = {shape.code for _, shape in inside} | ({start.code} if start is not None else set())
    return Picture(
        frame=frame, width=view.width, height=view.height,
        transform=f"scale({view.scale:.5f}) translate({-view.box.left:.1f} {-view.box.top:.1f})",
        unscaled=f"{1 / view.scale:.3f}",
        land="".join(_path(shape, view) for code, shape in atlas.shapes.items() if code not in shaded),
        areas=(*_home(start, view, language), *(_area(*spot, view, classes) for spot in inside)),
        flows=tuple(flow for flow, _ in flows),
        labels=_labels(frame, view, entries, [line for _, line in flows]),
        start=None if start is None else view.at(start.x, start.y),
        beyond=tuple(one for one, shape in known if not view.shows(shape)),
    )  # fmt: skip


def _in_view(there: Sequence[Spot], start: Shape | None) -> list[Shape]:
    """Return the shapes that the map must show: the country itself, and the largest destinations."""
    known = [(one.size, shape) for one, shape in there if one.size > 0]
    whole, so_far = sum(size for size, _ in known), 0.0
    out = [] if start is None else [start]
    for size, shape in known[:FLOWS]:
        if so_far >= SHARE * whole:
            break
        so_far += size
        out.append(shape)
    return out if known else [*out, *(shape for _, shape in there)]


def _path(shape: Shape, view: View) -> str:
    return "".join(ring.path for ring in _rings(shape, view))


def _rings(shape: Shape, view: View) -> list[Ring]:
    return [ring for ring in shape.rings if ring.box.meets(view.box)]


def _area(one: Destination, shape: Shape, view: View, classes: Classes) -> Area:
    look = "withheld" if one.state == "suppress" else f"shade{classes.shade(classes.of(one.size))}"
    return Area(look, _path(shape, view), _dot(shape, view), f"{one.name}: {one.words}", one.figure)


def _home(start: Shape | None, view: View, language: str) -> tuple[Area, ...]:
    if start is None:
        return ()
    return (Area("home", _path(start, view), _dot(start, view), name_of(start, language), ""),)


def _dot(shape: Shape, view: View) -> tuple[float, float, float] | None:
    """Return a dot for an area that is too small to see on the picture."""
    sizes = [max(ring.box.width, ring.box.height) * view.scale for ring in _rings(shape, view)]
    return None if max(sizes, default=0.0) >= SMALL or not view.shows(shape) else (*view.at(shape.x, shape.y), DOT)


def _flows(named: Sequence[Spot], start: Point, frame: Frame, view: View) -> list[tuple[Flow, list[Point]]]:
    """Return the lines to destinations, the largest first, each with points on it."""
    out = []
    for place, (one, shape) in enumerate(named):
        line = curve(start, view.at(shape.x, shape.y), BENDS[place % len(BENDS)], view)
        width = round(max(THIN, frame.line * one.size / named[0][0].size), 2)
        dotted = _dot(shape, view) is not None
        (a, b), (c, d), (x, y) = line
        end = (x, y, DOT if dotted else round(max(2.5, width * 0.7), 2))
        flow = Flow(f"M{a} {b}Q{c} {d} {x} {y}", width, end, one.state == "caution", dotted)
        out.append((flow, points_on(line)))
    return out


@dataclass(frozen=True)
class _Entry:
    """A label to be placed: where, beside a dot of what size, and of what."""

    shape: Shape
    radius: float
    name: str
    one: Destination | None


def _entries(
    named: Sequence[Spot], start: Shape | None, flows: Sequence[tuple[Flow, list[Point]]], language: str
) -> list[_Entry]:
    """Return the labels of the country itself and of the largest destinations."""
    ends = [flow.end[2] for flow, _ in flows] or [DOT] * len(named)
    own = [] if start is None else [_Entry(start, DOT, name_of(start, language), None)]
    return own + [_Entry(shape, radius, one.name, one) for (one, shape), radius in zip(named, ends, strict=False)]


def _labels(frame: Frame, view: View, entries: Sequence[_Entry], lines: Sequence[list[Point]]) -> tuple[Label, ...]:
    """Return labels where they stand, as far as there is room for them."""
    inside = Box(4, 4, view.width - 4, view.height - 4)
    places = placed([_wanted(frame, view, entry) for entry in entries], inside, lines, frame.reach)
    return tuple(_label(frame, place, entry.name, entry.one) for entry, place in zip(entries, places, strict=True)
                 if place is not None)  # fmt: skip


def _wanted(frame: Frame, view: View, entry: _Entry) -> Wanted:
    widths = [width_of(cut(entry.name, frame.letters), frame.size, bold=True)]
    if entry.one is not None:
        widths.append(width_of(entry.one.shown.text + "*" * (entry.one.state == "caution"), frame.size))
    height = round(frame.size * LINE * len(widths), 1)
    return Wanted(*view.at(entry.shape.x, entry.shape.y), entry.radius, math.ceil(max(widths)), height)


def _label(frame: Frame, place: Placed, name: str, one: Destination | None) -> Label:
    box = place.box
    x = {"left": box.left, "right": box.right, "middle": (box.left + box.right) / 2}[place.side]
    turned = _turned(name)
    ends = {"left": "start", "right": "end", "middle": "middle"}
    if turned:
        ends |= {"left": "end", "right": "start"}
    line = place.leader
    return Label(
        x=round(x, 1), y=round(box.top + frame.size * 0.95, 1),
        below=round(box.top + frame.size * (0.95 + LINE), 1), anchor=ends[place.side],
        direction="rtl" if turned else "ltr", name=cut(name, frame.letters), full=name,
        shown=None if one is None else one.shown, caution=one is not None and one.state == "caution",
        figure="" if one is None else one.figure,
        leader="" if line is None else f"M{line[0]} {line[1]}L{line[2]} {line[3]}",
        box=box,
    )  # fmt: skip


def _turned(text: str) -> bool:
    """Tell whether a text begins with a letter of a script that runs from right to left."""
    strong = (unicodedata.bidirectional(letter) for letter in text)
    return next((kind in ("R", "AL") for kind in strong if kind in ("L", "R", "AL")), False)
