"""Charts as files: the same bytes each time, no network, and the chart in words inside."""

import re
import struct
import sys
import zlib
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from machines import on_another_machine
from publish_nouns import destinations, reasons_by_sex, stock_by_sex
from test_publish_charts import TRAPS, trapped

import lfs_migration as lfm
from lfs_migration.errors import DataError, LfsMigrationError
from lfs_migration.publish.legible import CUT
from lfs_migration.publish.papers import chart_files

alt = pytest.importorskip("altair")
pytest.importorskip("vl_convert")
SVG = "{http://www.w3.org/2000/svg}"
TESTS = Path(__file__).parent
AGAIN = """
import hashlib, sys
from publish_nouns import destinations, reasons_by_sex
import lfs_migration as lfm
for made in (destinations(), reasons_by_sex()):
    for ending in ("svg", "png"):
        path = lfm.save_chart(made, sys.argv[1] + "/again." + ending, language="fr")
        print(hashlib.sha256(path.read_bytes()).hexdigest())
"""


def chunks(path):
    """The chunks of a PNG, their checksums checked."""
    content, place = path.read_bytes(), 8
    while place < len(content):
        (size,) = struct.unpack(">I", content[place : place + 4])
        body = content[place + 4 : place + 8 + size]
        assert struct.unpack(">I", content[place + 8 + size : place + 12 + size]) == (zlib.crc32(body),)
        yield body[:4].decode(), body[4:]
        place += 12 + size


def texts(path):
    """The texts of an SVG, as they are read."""
    return ["".join(node.itertext()) for node in ElementTree.parse(path).iter(f"{SVG}text")]


def test_an_svg_says_what_it_shows(tmp_path):
    root = ElementTree.parse(lfm.save_chart(destinations(), tmp_path / "chart.svg")).getroot()
    named = {node.get("id"): node for node in root if node.get("id")}
    assert root.get("role") == "img"
    assert [named[name].text for name in root.get("aria-labelledby").split()] == [
        "Emigrants by destination",
        destinations().plot().to_dict()["description"],
    ]
    assert {"Russian Federation", "not published"} <= set(texts(tmp_path / "chart.svg"))


def test_an_svg_has_no_script_and_no_address(tmp_path):
    path = lfm.save_chart(trapped(), tmp_path / "chart.svg")
    for node in ElementTree.parse(path).iter():
        assert node.tag.removeprefix(SVG) not in ("script", "foreignObject", "image", "a", "style")
        assert not any(name.lower().startswith("on") or name.endswith("href") for name in node.attrib)
    # Each line of a label is a text of its own.
    shown = "".join(texts(path)).replace(" ", "")
    assert all("".join(trap.split()) in shown for trap in TRAPS[:6])


def test_a_long_label_does_not_stretch_the_picture(tmp_path):
    root = ElementTree.parse(lfm.save_chart(trapped(), tmp_path / "chart.svg")).getroot()
    assert float(root.get("width")) < 1000
    assert max(map(len, texts(tmp_path / "chart.svg"))) <= 90


@pytest.mark.parametrize("made", [stock_by_sex, reasons_by_sex])
def test_signs_that_the_converter_would_cut_in_two_are_cut_whole(made, tmp_path):
    own = made()
    emoji = {code: {"en": f"{code} " + "\U0001f30d" * 200} for code in ("1", "2", "work", "family")}
    named = {name: {"en": "\U0001f30d" * 200} for name in own.dimensions}
    path = lfm.save_chart(replace(own, labels=dict.fromkeys(own.dimensions, emoji), dimension_labels=named),
                          tmp_path / "chart.svg")  # fmt: skip
    shown = [text for text in texts(path) if "\U0001f30d" in text]
    assert shown and all("\ufffd" not in text for text in shown)
    assert any(text.endswith(CUT) for text in shown)


def test_labels_of_several_lines_do_not_run_into_each_other(tmp_path):
    chart = trapped().plot().to_dict()
    most = max(1 + row["category"].count("\n") for row in chart["data"]["values"])
    assert most == 3 and chart["height"] / len(TRAPS) >= most * 14


def test_a_png_says_what_it_shows(tmp_path):
    path = lfm.save_chart(stock_by_sex(), tmp_path / "chart.png", language="hy")
    found = list(chunks(path))
    assert [kind for kind, _ in found[:3]] == ["IHDR", "iTXt", "iTXt"] and found[-1][0] == "IEND"
    words = dict(re.split(rb"\0{5}", body) for kind, body in found if kind == "iTXt")
    assert words[b"Description"].decode() == stock_by_sex().plot(language="hy").to_dict()["description"]
    width, height = struct.unpack(">II", found[0][1][:8])
    assert width > 600 and height > 200


def test_the_same_chart_is_the_same_bytes(tmp_path):
    first = lfm.save_chart(reasons_by_sex(), tmp_path / "a.svg", language="fr").read_bytes()
    lfm.save_chart(destinations(), tmp_path / "other.svg")
    assert lfm.save_chart(reasons_by_sex(), tmp_path / "b.svg", language="fr").read_bytes() == first
    runs = [
        on_another_machine("-c", AGAIN, tmp_path, PYTHONHASHSEED=seed, TZ=zone, LC_ALL=locale)
        for seed, zone, locale in (("1", "UTC", "C.UTF-8"), ("2", "Asia/Yerevan", "C"))
    ]
    assert runs[0] == runs[1] and len(set(runs[0].split())) == 4


def test_a_line_of_arabic_is_a_text_of_its_own(tmp_path):
    path = lfm.save_chart(destinations(), tmp_path / "chart.svg", language="ar")
    assert not list(ElementTree.parse(path).iter(f"{SVG}tspan"))
    subtitle = [text for text in texts(path) if "95" in text]
    assert subtitle and all(text.startswith("\u2067") and text.endswith("\u2069") for text in subtitle)


def test_a_chart_of_ones_own_is_saved_as_well(tmp_path):
    data = alt.Data(values=[{"a": 1}])
    own = alt.Chart(data, title="Own", description="A & B").mark_point().encode(x="a:Q")
    root = ElementTree.parse(lfm.save_chart(own, tmp_path / "own.svg")).getroot()
    assert [root.find(f"{SVG}{name}").text for name in ("title", "desc")] == ["Own", "A & B"]


def test_nothing_is_fetched(tmp_path):
    own = alt.Chart("https://example.org/data.csv").mark_point().encode(x="a:Q")
    with pytest.raises(LfsMigrationError, match="could not be drawn"):
        lfm.save_chart(own, tmp_path / "own.svg")
    assert not list(tmp_path.iterdir())


def test_another_ending_is_refused(tmp_path):
    with pytest.raises(DataError, match=r"End its name in \.svg or \.png"):
        lfm.save_chart(destinations(), tmp_path / "chart.pdf")


def test_without_the_converter_the_error_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    with pytest.raises(LfsMigrationError, match=r"Charts need vl_convert.*lfs-migration\[charts\]"):
        lfm.save_chart(destinations(), tmp_path / "chart.svg")


def test_the_version_of_the_language_is_one_that_the_converter_has():
    import vl_convert

    assert chart_files._version() in vl_convert.get_vegalite_versions()
