"""Outlines of countries on the grid of one world map, from ``shapes.csv``.

The map is in the Equal Earth projection: areas keep their proportions, so that no country looks larger than it is.
Its central meridian is 11 degrees east: the edge then lies in the Bering Strait and cuts neither Russia nor Fiji.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from functools import lru_cache, reduce
from itertools import accumulate
from pathlib import Path

from lfs_migration.catalog.areas import area_lists, table
from lfs_migration.catalog.places import folder
from lfs_migration.errors import CatalogError, near
from lfs_migration.model.codelist import Code
from lfs_migration.model.noun import Value
from lfs_migration.model.shapes import Atlas, Box, Kind, Ring, Shape

CENTRAL_MERIDIAN = 11.0
"""Degrees east."""
RADIUS = 3000.0
"""Of the earth, in units of the grid: one unit is 2.1 km where the projection keeps lengths."""

_COEFFICIENTS = (1.340264, -0.081106, 0.000893, 0.003796)
_SINE = math.sqrt(3) / 2
_KINDS: dict[str, Kind] = {"shape": "shape", "point": "point", "none": "none"}
_STEP = re.compile(r"-?\d+")
_RING = re.compile(r"M[^Mz]*z")
_OUTLINE = re.compile(r"(?:M-?\d+[ -]\d+(?:l-?\d+[ -]\d+(?:[ -]\d+[ -]\d+)*)?z)*")


def equal_earth(longitude: float, latitude: float) -> tuple[float, float]:
    """Return the Equal Earth coordinates of a place, for a sphere of radius 1.

    Parameters
    ----------
    longitude, latitude : float
        Degrees; the longitude from the central meridian, -180 to 180.

    Returns
    -------
    tuple of float
        To the east and to the north.

    Notes
    -----
    Šavrič, Patterson and Jenny (2018), The Equal Earth map projection, International Journal of Geographical
    Information Science 33(3), 454-465: with sin t = sin(latitude) * sqrt(3) / 2 and the polynomial
    y(t) = 1.340264 t - 0.081106 t^3 + 0.000893 t^7 + 0.003796 t^9, the place is at
    x = longitude * cos t * 2 / (sqrt(3) * y'(t)).

    Examples
    --------
    >>> [round(value, 4) for value in equal_earth(180, 0)], [round(value, 4) for value in equal_earth(0, 90)]
    ([2.7066, 0.0], [0.0, 1.3174])
    """
    t = math.asin(_SINE * math.sin(math.radians(latitude)))
    powers = (1, 3, 7, 9)
    north = sum(a * t**power for a, power in zip(_COEFFICIENTS, powers, strict=True))
    slope = sum(a * power * t ** (power - 1) for a, power in zip(_COEFFICIENTS, powers, strict=True))
    return math.radians(longitude) * math.cos(t) / (_SINE * slope), north


def on_grid(longitude: float, latitude: float) -> tuple[float, float]:
    """Return where a place is on the map's grid: x to the east, y to the south, (0, 0) at its centre.

    Examples
    --------
    >>> on_grid(11, 0)
    (0.0, 0.0)
    """
    x, y = equal_earth((longitude - CENTRAL_MERIDIAN + 180) % 360 - 180, latitude)
    return RADIUS * x, 0.0 - RADIUS * y


def load_shapes(path: Path | None = None) -> Atlas:
    """Return the outlines of all countries and areas.

    Parameters
    ----------
    path : Path, optional
        A file with the columns of ``shapes.csv``; without it, that of the classifications.

    Returns
    -------
    Atlas

    Raises
    ------
    CatalogError
        With the line, for a code that is no area, and a kind, a place or an outline that cannot be.

    Examples
    --------
    >>> load_shapes().shapes["FJI"].kind
    'shape'
    """
    return _atlas(path or folder() / "classifications" / "shapes.csv")


@lru_cache(maxsize=4)
def _atlas(path: Path) -> Atlas:
    names = area_lists(folder() / "classifications" / "areas.csv")["COUNTRY"].codes
    shapes = {row["code"]: _shape(row, names, where) for where, row in table(path, "code")}
    boxes = [ring.box for shape in shapes.values() for ring in shape.rings]
    if not boxes:
        raise CatalogError("No outline", where=path.name, hint="Make the file again with scripts/make_map.py")
    return Atlas(shapes, reduce(Box.around, boxes))


def _shape(row: dict[str, str], names: Mapping[Value, Code], where: str) -> Shape:
    code, kind, path = row["code"], _KINDS.get(row["kind"]), row["path"]
    if code not in names:
        raise CatalogError(f"{code} is no area", where=where, hint=near(code, map(str, names)))
    if kind is None:
        raise CatalogError(f"{code}: no such kind: {row['kind']!r}", where=where, hint=f"One of {', '.join(_KINDS)}")
    if bool(path) != (kind == "shape") or not _OUTLINE.fullmatch(path):
        raise CatalogError(f"{code}: a {kind} with the outline {path[:20]!r}", where=where,
                           hint="Make the file again with scripts/make_map.py")  # fmt: skip
    x, y = _place(row, where) if kind != "none" else (math.nan, math.nan)
    return Shape(code, names[code].label, kind, x, y, tuple(map(_ring, _RING.findall(path))))


def _place(row: dict[str, str], where: str) -> tuple[float, float]:
    try:
        longitude, latitude = float(row["lon"]), float(row["lat"])
    except ValueError:
        longitude = latitude = math.nan
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        raise CatalogError(f"{row['code']}: no place: {row['lon']!r}, {row['lat']!r}", where=where,
                           hint="Give lon and lat in degrees")  # fmt: skip
    return on_grid(longitude, latitude)


def _ring(path: str) -> Ring:
    steps = list(map(int, _STEP.findall(path)))
    xs, ys = list(accumulate(steps[::2])), list(accumulate(steps[1::2]))
    return Ring(path, Box(min(xs), min(ys), max(xs), max(ys)))
