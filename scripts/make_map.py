"""Makes codebooks/classifications/shapes.csv: outlines of countries on the grid of the world map.

Usage: python scripts/make_map.py FOLDER [--check]

FOLDER is the unpacked npm package world-atlas 2.0.2 (``npm pack world-atlas@2.0.2``), which holds Natural Earth 4.1 as
TopoJSON. Natural Earth is in the public domain. What is changed:

- units are those of ISO 3166-1, as in areas.csv: what Natural Earth draws with another country, or apart, is moved
  (``PARTS``, ``NAMED``); Western Sahara is drawn up to its northern limit, 27 degrees 40 minutes north;
- Antarctica is left out;
- outlines are projected (Equal Earth), rounded to the grid and simplified after Visvalingam and Whyatt (1993), each
  border once, so that neighbours still meet;
- an area that is then too small for an outline is a point. So are those that the file does not have (``POINTS``).
"""

from __future__ import annotations

import argparse
import csv
import heapq
import io
import json
import math
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from lfs_migration.catalog.shapes import CENTRAL_MERIDIAN, on_grid

HERE = Path(__file__).resolve().parents[1] / "codebooks" / "classifications"
SMALLEST = 45.0
"""Corners whose triangle is smaller are left out; square units of the grid, here about 200 square kilometres."""
ISLAND = 110.0
"""Rings of a smaller area are left out."""
SAHARA = 27.0 + 40.0 / 60.0
"""Northern limit of Western Sahara, the parallel of the Franco-Spanish convention of 1912."""

NAMED = {"Kosovo": "XKX", "N. Cyprus": "CYP", "Somaliland": "SOM"}
"""Units of Natural Earth without a number: the area of areas.csv that they are, or are part of for ISO 3166-1."""
LEFT_OUT = ("Antarctica", "Siachen Glacier")
"""Drawn as nobody's: outside the map, and a glacier that no area of areas.csv holds alone."""
ABSENT = ("ATA",)
"""Areas that the map does not reach."""
OCEAN = "Indian Ocean Ter."
"""Two areas of ISO 3166-1 in one unit."""

PARTS = (
    ("RUS", (32, 44, 37, 46.5), "UKR"),
    ("FRA", (-55, 2, -51, 6), "GUF"),
    ("FRA", (-62, 15.8, -61, 16.6), "GLP"),
    ("FRA", (-61.5, 14, -60.5, 15), "MTQ"),
    ("FRA", (55, -21.5, 56, -20.5), "REU"),
    ("FRA", (45, -13.1, 45.5, -12.5), "MYT"),
    ("NOR", (10, 74, 34, 81), "SJM"),
    ("NLD", (-69, 11, -62, 18), "BES"),
    ("NZL", (-174, -10, -170, -8), "TKL"),
    (OCEAN, (105, -11, 106, -10), "CXR"),
    (OCEAN, (96, -13, 97, -11), "CCK"),
)
"""Unit, box (west, south, east, north), and the area that its polygons inside the box are. Crimea is Ukraine's for
ISO 3166-2 (UA-43) and for United Nations General Assembly resolution 68/262."""

POINTS = {
    "BVT": (3.4, -54.4),
    "GIB": (-5.4, 36.1),
    "TUV": (179.2, -8.5),
    "UMI": (-177.4, 28.2),
    "XAR": (46.8, 39.8),
}
"""Longitude and latitude of areas that Natural Earth 1:50m does not have: of the island, the town of Gibraltar, the
atoll of Funafuti, the atoll of Midway, and the town that was Artsakh's seat. To a tenth of a degree, from knowledge."""

LABELS = {
    "AUS": (147.0, -33.0),
    "CAN": (-97.0, 52.0),
    "CHL": (-71.0, -35.0),
    "CHN": (112.0, 33.0),
    "EGY": (30.0, 28.0),
    "IDN": (110.5, -7.2),
    "KIR": (173.0, 1.4),
    "MYS": (102.3, 3.9),
    "NOR": (9.5, 61.2),
    "NZL": (175.6, -38.6),
    "RUS": (43.0, 56.0),
    "USA": (-95.0, 38.5),
}
"""Longitude and latitude of the label of areas most of whose people do not live near the middle of their outline."""

Point = tuple[float, float]
Ring = list[Point]
Rings = list[Ring]
Grid = list[tuple[int, int]]


def main(arguments: list[str]) -> int:
    """Write the file, or compare it; return 1 when ``--check`` finds a difference."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", type=Path, help="the unpacked npm package world-atlas")
    parser.add_argument("--check", action="store_true", help="compare with what is there, and write nothing")
    asked = parser.parse_args(arguments)
    text, path = made(asked.folder / "countries-50m.json"), HERE / "shapes.csv"
    if not asked.check:
        path.write_text(text, encoding="utf-8", newline="\n")
        return 0
    same = path.read_text(encoding="utf-8") == text
    print(f"{path.name}: {'as this version makes it' if same else 'differs'}")
    return 0 if same else 1


def made(path: Path) -> str:
    """Return the text of shapes.csv."""
    with (HERE / "areas.csv").open(encoding="utf-8", newline="") as file:
        areas = list(csv.DictReader(file))
    numbers = {row["m49"]: row["code"] for row in areas if row["kind"] == "country"}
    outlines = units(path, numbers)
    drawn = simplified({code: gridded(rings) for code, rings in outlines.items()})
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n").writerow
    write(("code", "kind", "lon", "lat", "path"))
    for row in sorted(areas, key=lambda row: row["code"]):
        write(line(row["code"], row["kind"], outlines, drawn.get(row["code"], [])))
    return out.getvalue()


def line(code: str, kind: str, outlines: Mapping[str, Rings], drawn: Sequence[Grid]) -> tuple[str, ...]:
    """Return the row of an area."""
    if kind in ("group", "former") or code in ABSENT:
        return code, "none", "", "", ""
    lon, lat = LABELS.get(code) or POINTS.get(code) or inside(max(map(whole, outlines[code]), key=area))
    path = "".join(map(written, drawn))
    return code, "shape" if path else "point", f"{lon:.2f}", f"{lat:.2f}", path


def units(path: Path, numbers: Mapping[str, str]) -> dict[str, Rings]:
    """Return the rings of each area, in degrees, its own borders alone."""
    found: dict[str, Rings] = defaultdict(list)
    for name, number, polygons in features(path):
        if name in LEFT_OUT:
            continue
        unit = NAMED.get(name) or numbers.get(number) or name
        for rings in polygons:
            found[part(unit, rings[0])] += rings
    if OCEAN in found:
        raise SystemExit(f"{OCEAN}: a polygon is outside the boxes of PARTS")
    morocco, sahara = along(found["MAR"]), along(found["ESH"])
    found["MAR"] = [clipped(ring, 1, SAHARA, above=True) for ring in morocco]
    found["ESH"] = [*sahara, *(clipped(ring, 1, SAHARA, above=False) for ring in morocco)]
    return {code: dissolved([ring for ring in rings if ring]) for code, rings in found.items()}


def part(unit: str, ring: Ring) -> str:
    """Return the area that a polygon belongs to, by its outer ring."""
    for own, (west, south, east, north), code in PARTS:
        if own == unit and all(west <= lon <= east and south <= lat <= north for lon, lat in ring):
            return code
    return unit


def features(path: Path) -> Iterator[tuple[str, str, list[Rings]]]:
    """Yield name, ISO number and polygons of each country of a TopoJSON file (specification 1.0)."""
    topology = json.loads(path.read_text(encoding="utf-8"))
    arcs = list(decoded(topology))
    for geometry in topology["objects"]["countries"]["geometries"]:
        several = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
        polygons = [[joined(arcs, ring) for ring in polygon] for polygon in several]
        yield geometry["properties"]["name"], geometry.get("id", ""), polygons


def decoded(topology: Mapping[str, Any]) -> Iterator[Ring]:
    """Yield the arcs of a topology in degrees: they are written as steps on a grid."""
    (across, down), (left, low) = topology["transform"]["scale"], topology["transform"]["translate"]
    for arc in topology["arcs"]:
        x = y = 0
        out = []
        for step in arc:
            x, y = x + step[0], y + step[1]
            out.append((x * across + left, y * down + low))
        yield out


def joined(arcs: Sequence[Ring], numbers: Sequence[int]) -> Ring:
    """Return the ring that arcs make; the complement of a number is the arc from its end."""
    out: Ring = []
    for number in numbers:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        out += arc[1:] if out else arc
    return out[:-1]


def along(rings: Rings) -> Rings:
    """Return rings with a point wherever they cross the northern limit of Western Sahara."""
    out = []
    for ring in rings:
        points: Ring = []
        for (x, y), (to_x, to_y) in pairs(ring):
            points.append((x, y))
            if (y - SAHARA) * (to_y - SAHARA) < 0:
                # From the same end for both neighbours, so that both get the same point.
                (a, b), (c, d) = sorted([(x, y), (to_x, to_y)])
                points.append((a + (SAHARA - b) / (d - b) * (c - a), SAHARA))
        out.append(points)
    return out


def clipped(ring: Ring, axis: int, limit: float, *, above: bool) -> Ring:
    """Return what of a ring is on one side of a limit (Sutherland and Hodgman, 1974)."""
    out: Ring = []
    for start, end in pairs(ring):
        first, last = start[axis] - limit, end[axis] - limit
        if first == 0 or (first > 0) == above:
            out.append(start)
        if first * last < 0:
            share = first / (first - last)
            cut = [start[i] + share * (end[i] - start[i]) for i in (0, 1)]
            cut[axis] = limit
            out.append((cut[0], cut[1]))
    return out if len(out) > 2 else []


def dissolved(rings: Rings) -> Rings:
    """Return the outline of rings: edges that two of them share are inside, and go."""
    edges = dict.fromkeys(edge for ring in rings for edge in pairs(ring) if edge[0] != edge[1])
    onward: dict[Point, list[Point]] = defaultdict(list)
    for start, end in edges:
        if (end, start) not in edges:
            onward[start].append(end)
    out = []
    while onward:
        first = next(iter(onward))
        ring: Ring = []
        at = first
        while not ring or at != first:
            ring.append(at)
            following = onward[at].pop(0)
            if not onward[at]:
                del onward[at]
            at = following
        out.append(ring)
    return out


def gridded(rings: Rings) -> list[Grid]:
    """Return rings on the grid, those over the edge of the map in pieces."""
    pieces = [piece for ring in rings for piece in cut(ring)]
    return [[(round(x), round(y)) for x, y in (placed(*point) for point in piece)] for piece in pieces]


def placed(from_centre: float, latitude: float) -> Point:
    """Return a place on the grid; the edge of the map on its own side."""
    inner = min(max(from_centre, -180 + 1e-9), 180 - 1e-9)
    return on_grid(inner + CENTRAL_MERIDIAN, latitude)


def cut(ring: Ring) -> Iterator[Ring]:
    """Yield a ring in degrees from the central meridian, without any step across the edge of the map."""
    for turn in (-360, 0, 360):
        moved = [(lon - CENTRAL_MERIDIAN + turn, lat) for lon, lat in whole(ring)]
        piece = clipped(clipped(moved, 0, -180, above=True), 0, 180, above=False)
        if piece and max(lon for lon, _ in piece) > min(lon for lon, _ in piece):
            yield piece


def whole(ring: Ring) -> Ring:
    """Return a ring without steps across the 180th meridian: its longitudes go on beyond it."""
    out: Ring = []
    for lon, lat in ring:
        # The nearest of the longitudes that are the same place.
        out.append((lon + 360 * round((out[-1][0] - lon) / 360) if out else lon, lat))
    return out


def simplified(drawn: Mapping[str, list[Grid]]) -> dict[str, list[Grid]]:
    """Return the rings with fewer points: each border once, from where three areas meet to the next such place."""
    rings = {code: [once(ring) for ring in own] for code, own in drawn.items()}
    meeting = meetings([ring for own in rings.values() for ring in own])
    known: dict[tuple[tuple[int, int], ...], Grid] = {}
    out = {}
    for code, own in rings.items():
        less = [thinned(ring, meeting, known) for ring in own if len(ring) > 2]
        kept = [ring for ring in less if len(ring) > 2 and area(ring) >= ISLAND]
        out[code] = sorted(kept, key=lambda ring: (-area(ring), ring))
    return out


def once(ring: Grid) -> Grid:
    """Return a ring without points that repeat the one before."""
    return [point for point, following in pairs(ring) if point != following]


def meetings(rings: Sequence[Grid]) -> set[tuple[int, int]]:
    """Return the points where more than two lines meet: there borders begin and end."""
    beside: dict[tuple[int, int], set[tuple[int, int]]] = defaultdict(set)
    for ring in rings:
        for start, end in pairs(ring):
            beside[start].add(end)
            beside[end].add(start)
    return {point for point, others in beside.items() if len(others) > 2}


def thinned(ring: Grid, meeting: set[tuple[int, int]], known: dict[tuple[tuple[int, int], ...], Grid]) -> Grid:
    """Return a ring whose borders are simplified, each as its neighbour has it."""
    ends = [place for place, point in enumerate(ring) if point in meeting]
    if not ends:
        # An island, or two areas with the same ring: both begin at the same point.
        start = ring.index(min(ring))
        turned = ring[start:] + ring[:start]
        return lighter([*turned, turned[0]], known)[:-1]
    out: Grid = []
    for start, end in zip(ends, [*ends[1:], ends[0] + len(ring)], strict=True):
        border = [ring[place % len(ring)] for place in range(start, end + 1)]
        out += lighter(border, known)[:-1]
    return out


def lighter(border: Grid, known: dict[tuple[tuple[int, int], ...], Grid]) -> Grid:
    """Return a border without the corners that matter least; the same in both directions."""
    forth = border <= border[::-1]
    key = tuple(border if forth else border[::-1])
    if key not in known:
        known[key] = visvalingam(list(key))
    return known[key] if forth else known[key][::-1]


def visvalingam(border: Grid) -> Grid:
    """Return a line without the corners whose triangle with their neighbours is smaller than ``SMALLEST``.

    Visvalingam and Whyatt (1993), Line generalisation by repeated elimination of points: the smallest goes first. A
    closed line keeps three corners.
    """
    last = len(border) - 1
    before, after = list(range(-1, last)), list(range(1, last + 2))
    sizes = [math.inf, *(triangle(*border[i - 1 : i + 2]) for i in range(1, last)), math.inf]
    waiting = [(size, place) for place, size in enumerate(sizes) if size < SMALLEST]
    heapq.heapify(waiting)
    left = set(range(last + 1))
    while waiting and len(left) > (4 if border[0] == border[-1] else 2):
        size, place = heapq.heappop(waiting)
        if place not in left or size != sizes[place]:
            continue
        left.discard(place)
        back, on = before[place], after[place]
        after[back], before[on] = on, back
        for near in (back, on):
            if 0 < near < last:
                # Not less than what has gone, so that nothing that came out later is smaller.
                sizes[near] = max(size, triangle(border[before[near]], border[near], border[after[near]]))
                heapq.heappush(waiting, (sizes[near], near))
        while waiting and waiting[0][0] >= SMALLEST:
            heapq.heappop(waiting)
    return [border[place] for place in sorted(left)]


def triangle(a: tuple[int, int], b: tuple[int, int], c: tuple[int, int]) -> float:
    """Return the area of a triangle."""
    return abs((b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])) / 2


def area(ring: Sequence[tuple[float, float]]) -> float:
    """Return the area of a ring, in squares of its unit."""
    doubled: float = sum(x * to_y - to_x * y for (x, y), (to_x, to_y) in pairs(ring))
    return abs(doubled) / 2


def pairs(ring: Sequence[Any]) -> Iterator[tuple[Any, Any]]:
    """Return each point of a ring with the next; the last with the first."""
    return zip(ring, [*ring[1:], *ring[:1]], strict=True)


def inside(ring: Ring) -> Point:
    """Return the point of a ring that is farthest from its edges, of a grid of 24 by 24 points."""
    squeeze = math.cos(math.radians(ring[0][1]))
    xs, ys = [lon * squeeze for lon, _ in ring], [lat for _, lat in ring]
    flat = list(zip(xs, ys, strict=True))
    steps = [(i + 0.5) / 24 for i in range(24)]
    tries = [(min(xs) + a * (max(xs) - min(xs)), min(ys) + b * (max(ys) - min(ys))) for a in steps for b in steps]
    best = max(tries, key=lambda point: depth(point, flat))
    return (best[0] / squeeze + 180) % 360 - 180, best[1]


def depth(point: Point, ring: Ring) -> float:
    """Return how far a point is from the edges of a ring; less than zero when it is outside."""
    x, y = point
    within, nearest = False, math.inf
    for (ax, ay), (bx, by) in pairs(ring):
        if (ay > y) != (by > y) and x < ax + (y - ay) / (by - ay) * (bx - ax):
            within = not within
        long = (bx - ax) ** 2 + (by - ay) ** 2
        share = min(max(((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / long, 0.0), 1.0) if long else 0.0
        nearest = min(nearest, math.hypot(ax + share * (bx - ax) - x, ay + share * (by - ay) - y))
    return nearest if within else -nearest


def written(ring: Grid) -> str:
    """Return a ring as SVG writes it: the first point, then steps."""
    out = [f"M{ring[0][0]}{spaced(ring[0][1])}"]
    for number, ((x, y), (to_x, to_y)) in enumerate(pairwise(ring)):
        first = str(to_x - x) if number == 0 else spaced(to_x - x)
        out.append(f"{'l' if number == 0 else ''}{first}{spaced(to_y - y)}")
    return "".join(out) + "z"


def spaced(number: int) -> str:
    """Return a number as it follows another: a minus is space enough."""
    return str(number) if number < 0 else f" {number}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
