"""Outlines of countries: every area has its place, and the projection is the published one."""

from __future__ import annotations

import csv
import math
import re
from itertools import pairwise

import pytest

from lfs_migration import catalog
from lfs_migration.catalog.shapes import CENTRAL_MERIDIAN, RADIUS, equal_earth, load_shapes, on_grid
from lfs_migration.errors import CatalogError
from lfs_migration.model.shapes import Box

PLACE = catalog.folder() / "classifications"
ATLAS = load_shapes()
STEP = re.compile(r"-?\d+")


def areas():
    with (PLACE / "areas.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["kind"] for row in csv.DictReader(file)}


def points(ring):
    """The corners of a ring, on the grid."""
    numbers = list(map(int, STEP.findall(ring.path)))
    steps, x, y, out = zip(numbers[::2], numbers[1::2], strict=True), 0, 0, []
    for across, down in steps:
        x, y = x + across, y + down
        out.append((x, y))
    return out


def edges(code):
    """Sides of an area's outline, without their direction."""
    rings = [points(ring) for ring in ATLAS.shapes[code].rings]
    return {frozenset(edge) for ring in rings for edge in pairwise([*ring, ring[0]])}


def size(code):
    """Square kilometres."""
    total = 0.0
    for ring in ATLAS.shapes[code].rings:
        corners = points(ring)
        turns = pairwise([*corners, corners[0]])
        total = max(total, abs(sum(a * d - b * c for (a, b), (c, d) in turns)) / 2)
    return total * (6371 / RADIUS) ** 2


@pytest.mark.parametrize(
    ("longitude", "latitude", "x", "y"),
    [
        # d3-geo 3.1.2, geoEqualEarthRaw, which is another implementation.
        (180, 0, 2.7066299836960748, 0.0),
        (180, 90, 1.6035886482840516, 1.3173627591574133),
        (2.3, 48.9, 0.02878101405841143, 0.9240557421066776),
        (-74, 40.7, -0.9818620901576245, 0.7868414441972994),
        (151.2, -33.9, 2.0866400672259036, -0.6652554426964438),
        # EPSG:8857, projected bounds: 17243959.06 and 8392927.60 m, by the authalic radius of WGS 84.
        (180, 0, 17243959.06 / 6371007.181, 0.0),
        (0, 90, 0.0, 8392927.60 / 6371007.181),
    ],
)
def test_the_projection_gives_published_values(longitude, latitude, x, y):
    # EPSG gives its bounds to a centimetre.
    assert equal_earth(longitude, latitude) == pytest.approx((x, y), abs=2e-9)


@pytest.mark.parametrize("latitude", [-75.0, -20.0, 0.0, 33.0, 60.0, 80.0])
def test_the_projection_keeps_areas(latitude):
    tiny = 1e-5
    width = equal_earth(tiny, latitude)[0] / math.radians(tiny)
    height = (equal_earth(0, latitude + tiny)[1] - equal_earth(0, latitude - tiny)[1]) / math.radians(2 * tiny)
    assert width * height == pytest.approx(math.cos(math.radians(latitude)), rel=1e-6)


def test_the_grid_has_its_centre_on_the_central_meridian_and_grows_to_the_south():
    assert on_grid(CENTRAL_MERIDIAN, 0) == (0, 0)
    assert on_grid(CENTRAL_MERIDIAN, 10)[1] < 0 < on_grid(CENTRAL_MERIDIAN, -10)[1]
    assert on_grid(-179, 10)[0] > 0 > on_grid(-160, 10)[0]


def test_every_area_has_a_row_and_every_row_is_an_area():
    assert ATLAS.shapes.keys() == areas().keys()


def test_countries_have_a_place_and_groups_and_former_countries_have_none():
    without = {code for code, shape in ATLAS.shapes.items() if shape.kind == "none"}
    assert without == {code for code, kind in areas().items() if kind in ("group", "former")} | {"ATA"}
    assert all(math.isfinite(shape.x) and math.isfinite(shape.y)
               for code, shape in ATLAS.shapes.items() if code not in without)  # fmt: skip
    assert ATLAS.placed("XOT") is None
    assert ATLAS.placed("no such code") is None
    assert ATLAS.placed("MLT").kind == "point"


def test_the_file_is_small():
    assert (PLACE / "shapes.csv").stat().st_size < 150_000


def test_no_outline_crosses_the_map():
    longest = max(
        (math.dist(a, b), code)
        for code, shape in ATLAS.shapes.items() for ring in shape.rings for a, b in pairwise(points(ring))
    )  # fmt: skip
    # The parallel between Canada and the United States is the longest straight border.
    assert longest < (1_400, "")
    # Russia is the widest of all, and in one piece; so is Fiji, which lies on both sides of the 180th meridian.
    widths = {code: max(ring.box.width for ring in s.rings) for code, s in ATLAS.shapes.items() if s.rings}
    assert max(widths, key=widths.__getitem__) == "RUS"
    assert widths["RUS"] < 0.36 * ATLAS.world.width
    assert ATLAS.shapes["RUS"].rings[0].box.holds(*on_grid(-173, 66.5))
    assert max(ring.box.right for ring in ATLAS.shapes["FJI"].rings) > 0
    assert all(ring.box.left > 0 for ring in ATLAS.shapes["FJI"].rings)


def test_label_points_are_inside_the_box_of_their_largest_ring():
    outside = [code for code, s in ATLAS.shapes.items() if s.rings and not s.rings[0].box.holds(s.x, s.y)]
    # Most people of these live on a smaller island or part than the largest.
    assert set(outside) <= {"IDN", "MYS", "NZL"}


@pytest.mark.parametrize(
    ("code", "known"),
    # Land area in km², The World Factbook; the largest ring alone where islands are many, so within some per cent.
    [("DEU", 357_022), ("DZA", 2_381_741), ("PRY", 406_752), ("MNG", 1_564_116), ("AUS", 7_700_000), ("ESH", 266_000),
     ("UKR", 603_550), ("SOM", 637_657), ("CHE", 41_277), ("RUS", 16_300_000)],
)  # fmt: skip
def test_outlines_have_the_size_of_their_country(code, known):
    assert size(code) == pytest.approx(known, rel=0.06)


def test_units_are_those_of_the_standard():
    assert _holds("UKR", 34.2, 45.3)
    assert not _holds("RUS", 34.2, 45.3)
    assert _holds("CYP", 33.6, 35.25)
    assert _holds("SOM", 45.0, 9.5)
    assert _holds("ESH", -13.5, 26.5)
    assert not _holds("MAR", -13.5, 26.5)
    assert _holds("GUF", -53.0, 4.0)
    assert not _holds("FRA", -53.0, 4.0)
    assert _holds("SJM", 16.0, 78.5)


def _holds(code, longitude, latitude):
    x, y = on_grid(longitude, latitude)
    within = False
    for ring in ATLAS.shapes[code].rings:
        corners = points(ring)
        for (ax, ay), (bx, by) in pairwise([*corners, corners[0]]):
            if (ay > y) != (by > y) and x < ax + (y - ay) / (by - ay) * (bx - ax):
                within = not within
    return within


@pytest.mark.parametrize(("one", "other"), [("FRA", "ESP"), ("MAR", "ESH"), ("RUS", "UKR"), ("ZAF", "LSO")])
def test_neighbours_share_their_border(one, other):
    # That of Western Sahara follows a parallel: one side.
    assert len(edges(one) & edges(other)) >= (1 if other == "ESH" else 3)


def test_rectangles():
    assert Box(0, 0, 2, 3).around(Box(-1, 1, 1, 5)) == Box(-1, 0, 2, 5)
    assert (Box(0, 0, 2, 3).width, Box(0, 0, 2, 3).height) == (2, 3)
    assert Box(0, 0, 2, 3).holds(2, 3)
    assert not Box(0, 0, 2, 3).holds(2.1, 3)


HEAD = "code,kind,lon,lat,path\n"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("ARM,line,44,40,M0 0l1 1z", "ARM: no such kind: 'line'"),
        ("ARM,shape,44,40,", "ARM: a shape with the outline ''"),
        ("ARM,point,44,40,M0 0l1 1z", "ARM: a point with the outline"),
        ("ARM,shape,44,40,M0 0l1 1", "ARM: a shape with the outline"),
        ('ARM,shape,44,40,"M0 0l1 1z"" onload=""x"', "ARM: a shape with the outline"),
        ("ARM,point,200,40,", "ARM: no place: '200', '40'"),
        ("ARM,point,,40,", "ARM: no place"),
        ("ARM,point,nan,40,", "ARM: no place"),
        ("AMR,point,44,40,", "AMR is no area"),
        ("ARM,point,44,40,", "No outline"),
    ],
)
def test_a_wrong_row_is_an_error_with_its_line(tmp_path, row, said):
    path = tmp_path / "shapes.csv"
    path.write_text(f"{HEAD}{row}\n", encoding="utf-8")
    with pytest.raises(CatalogError, match=re.escape(said)) as error:
        load_shapes(path)
    assert error.value.where.startswith("shapes.csv")
    assert error.value.hint


def test_a_file_of_ones_own(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text(f"{HEAD}ARM,shape,44,40,M10 20l5-5 5 5z\n", encoding="utf-8")
    atlas = load_shapes(path)
    assert atlas.world == Box(10, 15, 20, 20)
    assert atlas.shapes["ARM"].label["en"] == "Armenia"


def test_the_file_is_read_once():
    assert load_shapes() is load_shapes()
