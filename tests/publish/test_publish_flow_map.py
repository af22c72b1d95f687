"""The map of destinations: what it shows, what it must not tell, and where its labels stand."""

from __future__ import annotations

import colorsys
import itertools
import math
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flow_tables import ATLAS, MOLDOVA, emigrants, moldova
from publish_nouns import destinations, reasons_by_sex, stock_by_sex

from lfs_migration.errors import DataError
from lfs_migration.model.shapes import Box
from lfs_migration.pages import template
from lfs_migration.publish.figures import plain, show
from lfs_migration.publish.maps import view as flow_view
from lfs_migration.publish.maps.flow_map import flow_map, to_map
from lfs_migration.publish.maps.labels import Wanted, cut, placed, width_of
from lfs_migration.publish.maps.scale import Classes, classes_of
from lfs_migration.text import LANGUAGES, texts

TEMPLATES = Path(flow_view.__file__).parents[1] / "templates"


def written(shown):
    """The markup of a map."""
    return str(template("lfs_migration.publish", "flow_map.svg.j2").module.flow_map(shown))


def drawn(table, origin="MDA", language="en"):
    return flow_map(table, origin, ATLAS, language)


class Page(HTMLParser):
    """The elements of a page, its text, and the text outside scales."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.tags, self.texts, self.scales = [], [], [], 0
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.open.append((tag, "data-scale" in dict(attrs)))

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag

    def handle_data(self, data):
        if not any(scale for _, scale in self.open):
            self.texts.append(data)


def page(table, origin="MDA", language="en"):
    return Page(written(drawn(table, origin, language)))


def pictures(table, origin="MDA", language="en"):
    return drawn(table, origin, language).pictures


# What is on the map.


def test_the_table_of_numbers_by_country_is_chosen():
    assert to_map([stock_by_sex(), reasons_by_sex(), moldova()], ATLAS).dimensions == ("destination",)
    assert to_map([stock_by_sex(), reasons_by_sex()], ATLAS) is None
    # Shares alone are no numbers.
    shares = replace(moldova(), cells=tuple(replace(c, statistic="share", unit="per cent") for c in moldova().cells))
    assert to_map([shares], ATLAS) is None


def test_without_any_place_there_is_no_map():
    assert drawn(emigrants({"XCI": 10, "_O": 4})) is None
    assert drawn(replace(moldova(), cells=())) is None


def test_a_table_of_several_breakdowns_is_refused():
    with pytest.raises(DataError, match="one breakdown, not 2"):
        drawn(reasons_by_sex())


def test_numbers_are_drawn_where_a_table_also_has_shares():
    both = moldova()
    shares = tuple(replace(c, statistic="share", unit="per cent", estimate=1.0) for c in both.cells)
    assert drawn(replace(both, cells=shares + both.cells)).text == drawn(both).text


def test_shares_can_be_drawn():
    shown = drawn(replace(destinations(), labels={}), "ARM")
    assert shown is None  # its codes are not of the list of countries
    table = moldova()
    shares = tuple(replace(c, statistic="share", unit="per cent", estimate=c.estimate / 4000) for c in table.cells)
    steps = [step.text for step in drawn(replace(table, cells=shares)).steps]
    assert steps == ["under 0.2", "0.2 to under 1", "1 to under 5", "5 to under 20", "20 or more"]


@pytest.mark.parametrize("frame", [0, 1])
def test_lines_go_to_the_largest_and_grow_with_the_figure(frame):
    picture = pictures(moldova())[frame]
    widths = [flow.width for flow in picture.flows]
    assert len(widths) == 12
    assert widths == sorted(widths, reverse=True)
    assert widths[0] == picture.frame.line
    assert widths[1] == pytest.approx(max(1.2, widths[0] * 55_000 / 160_000), abs=0.01)


def test_lines_start_at_the_country_and_end_at_the_destination():
    picture = pictures(moldova())[0]
    x, y = picture.start
    assert all(flow.path.startswith(f"M{x} {y}Q") for flow in picture.flows)
    assert all(flow.path.endswith(f"{flow.end[0]} {flow.end[1]}") for flow in picture.flows)


def test_the_view_is_where_the_destinations_are():
    picture = pictures(moldova())[0]
    assert [one.code for one in picture.beyond] == ["USA"]
    ecuador = pictures(emigrants({"ESP": 177_000, "USA": 97_000, "ITA": 27_000}), "ECU")[0]
    assert ecuador.beyond == ()
    inside = Box(0, 0, ecuador.width, ecuador.height)
    assert inside.holds(*ecuador.start)
    assert all(inside.holds(*flow.end[:2]) for flow in ecuador.flows)


@pytest.mark.parametrize("frame", flow_view.FRAMES)
@pytest.mark.parametrize("codes", [("ARM", "RUS"), ("THA", "MYS"), ("ECU", "ESP"), ("PHL", "SAU", "USA"), ("MLT",)])
def test_a_view_has_its_proportions_and_a_least_extent(frame, codes):
    view = flow_view.fitted([ATLAS.shapes[code] for code in codes], ATLAS, frame)
    assert view.box.width >= frame.least
    assert view.box.width / view.box.height == pytest.approx(view.width / view.height, rel=0.01)
    assert frame.ratios[0] - 0.01 <= view.width / view.height <= frame.ratios[1] + 0.01
    assert all(view.shows(ATLAS.shapes[code]) for code in codes)


def test_small_areas_are_dots_large_enough_to_see():
    table = emigrants({"SGP": 118_000, "TWN": 339_000, "MLT": 10_000})
    dots = {area.text.split(":")[0]: area.dot for area in pictures(table, "THA")[0].areas if area.dot}
    assert dots.keys() == {"Singapore", "Malta"} - {one.name for one in pictures(table, "THA")[0].beyond}
    assert all(radius >= 4 for _, _, radius in dots.values())


def test_an_area_at_the_edge_is_shaded_though_its_middle_is_outside():
    picture = pictures(emigrants({"SAU": 800_000, "USA": 30_000, "AUS": 1_000}), "PHL")[0]
    assert [one.code for one in picture.beyond] == ["AUS"]
    assert any(area.text.startswith("Australia") and area.path and area.look == "shade1" for area in picture.areas)


def test_categories_without_a_place_are_listed_with_their_figure():
    shown = drawn(moldova())
    assert [(one.code, one.shown.text) for one in shown.elsewhere] == [("155_O", "700"), ("_O", "650"), ("_U", "90")]
    assert 'Other</span> <data value="650">650</data>' in written(shown)


def test_the_country_itself_is_no_destination():
    shown = drawn(emigrants({"MDA": 5_000, "RUS": 9_000}))
    assert [one.code for one in shown.elsewhere] == ["MDA"]
    assert [flow.end for flow in shown.pictures[0].flows][1:] == []


def test_a_country_that_is_not_on_the_map_has_no_lines():
    shown = drawn(moldova(), "")
    assert not shown.start
    assert not shown.lined
    assert len(shown.pictures[0].labels) > 5
    assert "From" not in shown.text


def test_what_is_to_be_used_with_caution_is_marked():
    shown = drawn(moldova())
    turkey = next(label for label in shown.pictures[0].labels if label.name == "Türkiye")
    assert turkey.caution
    assert [flow.caution for flow in shown.pictures[0].flows].count(True) == 1
    assert 'class="flow unsure"' in written(shown)
    assert "Use with caution" in written(shown)
    assert not drawn(emigrants({"RUS": 9_000})).caution


def test_what_has_no_figure_is_neither_shaded_nor_listed():
    table = emigrants({"RUS": 9_000, "ITA": float("nan"), "XCI": float("nan")})
    shown = drawn(table)
    assert [area.look for area in shown.pictures[0].areas] == ["home", "shade3"]
    assert shown.elsewhere == ()
    assert shown.hidden == ""


# What it must not tell.


@pytest.mark.parametrize("size", [1.0, 1_400.0, 90_000.0, 5e7])
def test_a_hidden_figure_changes_nothing(size):
    base = drawn(moldova())
    other = drawn(emigrants(MOLDOVA | {"IRL": size, "MLT": size * 2}, hidden=("IRL", "MLT"), care=("AUT", "TUR")))
    assert written(base) == written(other)


def test_a_hidden_figure_has_neither_shade_nor_line_nor_label():
    shown = drawn(emigrants({"RUS": 9_000, "UKR": 800_000, "ROU": 700, "MLT": 50}, hidden=("UKR", "MLT")))
    picture = shown.pictures[0]
    looks = {area.text.split(":")[0]: area.look for area in picture.areas}
    assert looks["Ukraine"] == "withheld"
    assert len(picture.flows) == 2
    assert {label.full for label in picture.labels} == {"Moldova", "Russia", "Romania"}
    assert "Ukraine: not published" in written(shown)
    assert "800,000" not in written(shown)
    assert "800000" not in written(shown)
    assert shown.hidden == "2"
    assert "Ukraine" not in shown.text


def test_all_hidden_is_a_map_of_hatched_areas():
    shown = drawn(emigrants({"RUS": 9_000, "UKR": 800}, hidden=("RUS", "UKR")))
    assert shown.steps == ()
    assert not shown.lined
    assert [area.look for area in shown.pictures[0].areas] == ["home", "withheld", "withheld"]


def test_the_legend_and_the_text_say_what_is_not_published():
    markup = written(drawn(moldova()))
    assert '<span class="swatch withheld"></span>Not published <span data-scale>(2)</span>' in markup
    assert markup.count('aria-describedby="map-wide-text map-withheld"') == 1
    assert 'id="map-withheld"' in markup


# Classes.


@pytest.mark.parametrize(
    ("values", "limits"),
    [
        ([120, 900, 4_300, 110_668], (500, 2_000, 10_000, 50_000)),
        ([110_668], ()),
        ([5, 5, 5], ()),
        ([], ()),
        ([0.0, 0.0], ()),
        ([8.4, 11.2], (10,)),
        ([12.1, 14.9, 17.0], (15,)),
        ([0.04, 0.3], (0.05, 0.1, 0.2)),
        ([10, 100, 1000], (20, 100, 200, 1000)),
    ],
)
def test_limits_of_classes(values, limits):
    assert classes_of(values).limits == pytest.approx(limits)


@pytest.mark.parametrize("count", range(2, 40))
def test_classes_are_few_round_and_used_at_both_ends(count):
    values = [17.3 * 1.37**power for power in range(count)]
    found = classes_of(values)
    assert len(found.limits) <= 4
    assert list(found.limits) == sorted(set(found.limits))
    assert all(len(f"{limit:.12g}".replace(".", "").strip("0")) <= 2 for limit in found.limits)
    if found.limits:
        assert found.of(values[0]) == 0
        assert found.of(values[-1]) == len(found.limits)


def test_a_figure_is_in_the_class_that_it_is_shown_in():
    shown = drawn(emigrants({"RUS": 160_000, "ITA": 49_999.7, "FRA": 49_999.2, "POL": 100}))
    looks = {area.text.split(":")[0]: area.look for area in shown.pictures[0].areas}
    assert "50,000 or more" in [step.text for step in shown.steps]
    assert looks["Italy"] == looks["Russia"] == shown.steps[-1].look
    assert looks["France"] == shown.steps[-2].look


def test_shades_are_apart():
    assert [Classes((1.0, 2.0, 3.0, 4.0)).shade(number) for number in range(5)] == [1, 2, 3, 4, 5]
    assert [Classes((1.0,)).shade(number) for number in range(2)] == [1, 5]
    assert Classes(()).shade(0) == 3


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    high, low = sorted((luminance(one) + 0.05, luminance(other) + 0.05), reverse=True)
    return high / low


def test_colours_are_told_apart_in_grey_and_text_is_read_on_its_edge():
    css = (TEMPLATES / "flow_map.css").read_text(encoding="utf-8")
    colours = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", css))
    shades = [colours["land"], *(colours[f"shade{number}"] for number in range(1, 6))]
    assert all(contrast(one, other) >= 1.15 for one, other in itertools.pairwise(shades))
    assert all(luminance(one) > luminance(other) for one, other in itertools.pairwise(shades))
    # Text has a white edge of its own; lines are another hue than the shades, and seen on their white edge.
    assert contrast("#1c2733", "#ffffff") > 7
    assert contrast(colours["flow"], "#ffffff") > 4.5
    hues = [colorsys.rgb_to_hls(*(int(c[i : i + 2], 16) / 255 for i in (1, 3, 5)))[0] for c in shades[1:]]
    assert all(0.5 < hue < 0.65 for hue in hues)


# Labels.


def overlaps(picture):
    boxes = [label.box for label in picture.labels]
    return [(one, other) for one, other in itertools.combinations(boxes, 2) if one.meets(other)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("frame", [0, 1])
def test_labels_neither_overlap_nor_leave_the_picture(language, frame):
    picture = pictures(moldova(), language=language)[frame]
    assert len(picture.labels) >= 5
    assert overlaps(picture) == []
    assert all(one.box.left >= 0 and one.box.right <= picture.width for one in picture.labels)
    assert all(one.box.top >= 0 and one.box.bottom <= picture.height for one in picture.labels)


def test_labels_keep_off_the_dots_of_others():
    picture = pictures(moldova())[0]
    dots = [flow.end for flow in picture.flows]
    covered = [(label.name, dot) for label in picture.labels for dot in dots if label.box.holds(*dot[:2])]
    assert covered == []


@pytest.mark.parametrize("seed", range(12))
def test_crowded_labels_never_overlap(seed):
    wanted = [
        Wanted(60 + 7.1 * ((seed + 3) * i % 17), 60 + 5.3 * ((seed + 5) * i % 13), 3, 40 + i, 26) for i in range(20)
    ]
    places = [one for one in placed(wanted, Box(0, 0, 300, 240)) if one is not None]
    assert len(places) >= 3
    assert not any(a.box.meets(b.box) for a, b in itertools.combinations(places, 2))
    assert all(
        one.box.left >= 0 and one.box.right <= 300 and one.box.top >= 0 and one.box.bottom <= 240 for one in places
    )
    assert all(one.leader is None or Box(0, 0, 300, 240).holds(*one.leader[2:]) for one in places)


def test_a_label_without_room_is_left_out():
    assert placed([Wanted(5, 5, 3, 50, 10)], Box(0, 0, 20, 20)) == [None]


def test_a_label_stands_within_reach():
    crowd = [Wanted(100, 100, 3, 60, 26) for _ in range(9)]
    near = [one for one in placed(crowd, Box(0, 0, 900, 900), reach=22) if one is not None]
    assert 2 <= len(near) < sum(one is not None for one in placed(crowd, Box(0, 0, 900, 900)))
    assert all(math.dist(one.leader[:2], one.leader[2:]) < 30 for one in near if one.leader)


def test_long_names_are_cut_and_told_in_full():
    long = "Utopia of the very long name " * 400
    shown = drawn(emigrants({"RUS": 9_000}, labels={"RUS": {"en": long}}))
    label = next(one for one in shown.pictures[0].labels if one.caution is False and one.shown)
    assert len(label.name) <= 30
    assert label.name.endswith("…")
    assert f"<title>{long.strip()}</title>" in written(shown)


def test_a_cut_keeps_letters_whole():
    assert cut("e\u0301a\u0301i\u0301o\u0301", 4) == "e\u0301…"
    assert width_of("ไทย", 10) > 0
    assert width_of("\u0301\u200f", 10) == 0


def test_arabic_labels_run_from_right_to_left_and_the_map_does_not():
    shown = drawn(moldova(), language="ar")
    picture = shown.pictures[0]
    assert {label.direction for label in picture.labels} == {"rtl"}
    english = drawn(moldova()).pictures[0]
    assert [flow.path for flow in picture.flows] == [flow.path for flow in english.flows]
    assert written(shown).count('direction="ltr" role="img"') == 2
    for label in picture.labels:
        ends = {"start": label.box.right, "end": label.box.left, "middle": (label.box.left + label.box.right) / 2}
        assert label.x == pytest.approx(ends[label.anchor], abs=0.1)


# The page.


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_is_one_of_the_table(language):
    table = moldova()
    known = {show(number, 0, language) for c in table.cells if c.flag != "suppress"
             for number in (c.estimate, c.ci_low, c.ci_high)}  # fmt: skip
    squeezed = {re.sub(r"\D", "", number) for number in known}
    found = page(table, language=language)
    # A picture's measures are attributes and not text; "155_O" has no name here but its code.
    text = " ".join(found.texts).replace("155_O", "").replace("\u00a0", "").replace("\u202f", "")
    numbers = {re.sub(r"\D", "", number) for number in re.findall(r"\d[\d.,]*", text)}
    assert len(numbers) > 20
    assert numbers <= squeezed


def test_figures_carry_what_the_file_holds():
    table = moldova()
    values = {plain(c.estimate) for c in table.cells if c.flag != "suppress"}
    found = [
        attrs.get("data-value") or attrs.get("value") for tag, attrs in page(table).tags if tag in ("tspan", "data")
    ]
    found = [value for value in found if value]
    assert len(found) > 10
    assert set(found) <= values
    assert "160000.4" in found


def test_text_names_the_five_largest_with_their_intervals():
    text = drawn(moldova()).text
    assert text.startswith("From Moldova. The largest: Russia 160,000 (128,320 to 191,680); Italy 55,000 (")
    assert text.count("(") == 5
    assert "Other" not in text


def test_pictures_have_a_name_and_a_text():
    found = page(moldova())
    ids = [attrs["id"] for _, attrs in found.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    images = [attrs for tag, attrs in found.tags if tag == "svg"]
    assert len(images) == 2
    for attrs in images:
        assert attrs["role"] == "img"
        assert {attrs["aria-labelledby"], *attrs["aria-describedby"].split()} <= set(ids)


def test_two_maps_on_a_page_share_no_id():
    ids = [
        attrs["id"]
        for name in ("one", "two")
        for _, attrs in Page(written(flow_map(moldova(), "MDA", ATLAS, name=name))).tags if "id" in attrs
    ]  # fmt: skip
    assert len(ids) == len(set(ids))


def test_the_boundaries_are_disclaimed_in_every_language():
    words = texts("map")
    assert all(words[name].keys() == set(LANGUAGES) for name in words)
    for language in LANGUAGES:
        assert words["map_boundaries"][language] in written(drawn(moldova(), language=language)).replace("&#39;", "'")


HOSTILE = [
    "=1+1", "</script><script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</title></svg><b>", "a\x00\x07b",
    "\u202eabc\u202c", "\ud800", "{{ 7*7 }}", "'; DROP TABLE", "&amp;<![CDATA[", "javascript:alert(1)", "x" * 10_000,
    "\u0301" * 50, "", " ", "\n\n", "url(#x)", "%s%n{0}{high}",
]  # fmt: skip


@pytest.mark.parametrize("label", HOSTILE)
def test_hostile_labels_stay_text(label):
    table = emigrants(
        {"RUS": 9_000, "ITA": 800, "XCI": 70}, labels={code: {"en": label} for code in ("RUS", "ITA", "XCI")}
    )
    plainly = emigrants(
        {"RUS": 9_000, "ITA": 800, "XCI": 70}, labels={code: {"en": "A"} for code in ("RUS", "ITA", "XCI")}
    )
    markup = written(drawn(table))
    markup.encode("utf-8")
    assert "\u202e" not in markup
    assert "\x00" not in markup
    tags = [tag for tag, _ in Page(markup).tags if tag not in ("title",)]
    likely = [tag for tag, _ in page(plainly).tags if tag not in ("title",)]
    extra = ("path", "g", "text", "tspan")  # of labels that found no room, or a line to one farther off
    assert [tag for tag in tags if tag not in extra] == [tag for tag in likely if tag not in extra]
    assert not any(name.startswith("on") for _, attrs in Page(markup).tags for name in attrs)


def test_the_same_table_gives_the_same_bytes_in_any_order():
    table = moldova()
    first = written(drawn(table))
    assert written(drawn(moldova())) == first
    assert written(drawn(replace(table, cells=table.cells[::-1]))) == first


def test_styles_need_nothing_from_outside():
    css = (TEMPLATES / "flow_map.css").read_text(encoding="utf-8")
    assert "url(" not in css
    assert "@import" not in css
    markup = written(drawn(moldova()))
    assert "style=" not in markup
    assert set(re.findall(r"url\(([^)]*)\)", markup)) <= {"#map-wide-hatch", "#map-narrow-hatch"}


def test_equal_figures_keep_the_order_of_their_codes():
    table = emigrants({"ITA": 100, "FRA": 100, "DEU": 100})
    assert drawn(table).text.index("Germany") < drawn(table).text.index("France") < drawn(table).text.index("Italy")
