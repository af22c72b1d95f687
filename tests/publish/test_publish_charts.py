"""Charts: what they show and hide, what they say in words, and that no label is more than text."""

import json
import math
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from publish_nouns import cell, destinations, indicator, reasons_by_sex, stock_by_sex, table

import lfs_migration as lfm
from lfs_migration import verbs
from lfs_migration.errors import DataError, EstimationError, LfsMigrationError
from lfs_migration.publish.legible import CHARTS
from lfs_migration.publish.papers.chart_style import BAR, INK, PAPER, SERIES, SHAPES, SOFT, WHOLE
from lfs_migration.publish.papers.drawing import described, drawing_of
from lfs_migration.text import LANGUAGES

pytest.importorskip("altair")
ROOT = Path(__file__).parents[2]
MODEL = ROOT / "lfs_migration" / "model"
FIELDS = {"category", "panel", "place", "estimate", "low", "high", "missing", "said", "start", "colour"}
TRAPS = (
    "datum.low > 0", "a.b[c]", "{'expr': '1+1'}", "</text><script>alert(1)</script>", "x\ny", "=1+1", "\u202egnp.exe",
    "', alert(1), '", "\\u0041", "&amp;", "null", "x:Q", "L" * 10_000, "L" * 9_999 + "M",
)  # fmt: skip


def rows(chart):
    """The data of a chart."""
    return chart.to_dict()["data"]["values"]


def walk(node):
    """Every mapping of a specification, without its data."""
    if isinstance(node, dict):
        yield node
        for name, value in node.items():
            if name != "data":
                yield from walk(value)
    elif isinstance(node, list):
        for value in node:
            yield from walk(value)


def trapped():
    labels = {"sex": {str(n): {"en": trap} for n, trap in enumerate(TRAPS)}}
    cells = [cell({"sex": str(n)}, "total", "persons", 50.0 + n, 2.0, 60) for n in range(len(TRAPS))]
    ind = indicator("E03", {"en": "datum.x " + "T" * 5000}, "total", "persons")
    return table(ind, ("sex",), cells, labels=labels, names={"sex": {"en": "sex.[0]"}})


def people(count=60):
    frame = pd.DataFrame({"w": 1.0, "g": ["<b>", "b", "c"] * (count // 3), "y": np.arange(count) % 7})
    return lfm.dataset(frame, lfm.Design(weight="w"))


def test_the_method_is_the_verb():
    assert lfm.plot is verbs.plot
    made = stock_by_sex()
    assert made.plot(language="fr").to_dict() == lfm.plot(made, language="fr").to_dict()


def test_a_noun_imports_no_verb():
    nouns = "results", "estimates", "protection", "findings"
    code = f"import sys; from lfs_migration.model import {', '.join(nouns)}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[2] for name in done.stdout.split() if name.startswith("lfs_migration.")}
    assert {name.partition(".")[0] for name in loaded} <= {"model", "expr", "errors", "text", "files"}
    assert "altair" not in done.stdout.split()


def test_each_verb_of_a_noun_is_public():
    named = [name for path in MODEL.rglob("*.py") for name in re.findall(r'\bverb\("(\w+)"\)', path.read_text("utf-8"))]
    assert {"plot", "to_html", "tabulate"} == set(named)
    assert set(named) <= set(lfm.__all__)


def test_what_is_suppressed_is_in_no_part_of_a_chart():
    chart = destinations().plot()
    hidden = next(row for row in rows(chart) if row["category"] == "Namibia")
    assert (hidden["estimate"], hidden["low"], hidden["high"], hidden["missing"]) == (None, None, None, "not published")
    assert not re.search(r"\b0\.9\b|0\.009|1\.79|918|459", chart.to_json())


def test_the_sum_of_the_bars_is_said_and_not_drawn():
    chart = stock_by_sex().plot().to_dict()
    assert [row["category"] for row in rows(stock_by_sex().plot())] == ["Men", "Women"]
    assert "Total: 104,211 (96,053 to 112,368)" in chart["title"]["subtitle"]
    assert "Total" not in {row["category"] for row in rows(destinations().plot())}


def test_a_rate_over_all_stands_apart():
    ind = indicator("E02", {"en": "Rate"}, "ratio", "per cent")
    cells = [
        cell({"sex": code}, "rate", "per cent", size, 1.0, 90) for code, size in (("_T", 5.0), ("1", 6.0), ("2", 4.0))
    ]
    chart = table(ind, ("sex",), cells).plot()
    (domain,) = {tuple(node["domain"]) for node in walk(chart.to_dict()) if "paddingInner" in node}
    assert domain == ("Men", "Women", " ", "Total")
    assert {row["category"]: row["colour"] for row in rows(chart)} == {"Men": BAR, "Women": BAR, "Total": INK}


def test_caution_is_hollow_and_the_key_says_so():
    chart = stock_by_sex().plot().to_dict()
    hollow = [layer for layer in chart["layer"] if layer["mark"].get("fill") == PAPER]
    assert [one["filter"] for one in hollow[0]["transform"]] == ["isValid(datum.estimate)", "datum.state == 'caution'"]
    assert chart["title"]["subtitle"][-1] == "Line: 95% interval. Hollow: use with caution"
    assert "Hollow" not in str(table(indicator("E1", {"en": "A"}, "total", "persons"), ("sex",), [
        cell({"sex": "1"}, "total", "persons", 9.0, 1.0, 99)]).plot().to_dict()["title"])  # fmt: skip


def test_a_second_breakdown_has_colours_and_shapes():
    chart = reasons_by_sex().plot().to_dict()
    scales = [
        layer["encoding"][c]["scale"] for layer in chart["layer"] for c in ("color", "shape") if c in layer["encoding"]
    ]
    assert scales[0] == {"domain": ["Men", "Women", "Total"], "range": [*SERIES[:2], WHOLE]}
    assert scales[1]["range"] == [*SHAPES[:2], "cross"]
    assert chart["description"].startswith("Dot plot: Emigrants by reason, by sex. Share, per cent.")


def test_many_groups_have_a_picture_each():
    names = {"region": {str(n): {"en": f"Region {n}"} for n in range(7)}, "sex": {"1": {"en": "Men"}}}
    ind = indicator("E1", {"en": "A"}, "total", "persons")
    cells = [cell({"region": str(n), "sex": "1"}, "total", "persons", 9.0 + n, 1.0, 99) for n in range(7)]
    made = table(ind, ("region", "sex"), cells, labels=names, names={"region": {"en": "R"}, "sex": {"en": "Sex"}})
    chart = made.plot().to_dict()
    assert (chart["columns"], chart["facet"]["field"], len(chart["data"]["values"])) == (2, "panel", 7)


def test_the_words_name_the_ends_and_what_is_hidden():
    words = described(drawing_of(destinations()))
    assert words == (
        "Bar chart: Emigrants by destination. Share, per cent. Labour Migration Survey 2007, Armenia (synthetic data). "
        "Largest: Russian Federation: 93.1 (90.9 to 95.3). Smallest: Afghanistan (numeric code): 2.6 (1.6 to 3.6). "
        "Not published: 1."
    )
    assert destinations().plot().to_dict()["description"] == words


def test_a_missing_figure_is_not_a_suppressed_one():
    words = described(drawing_of(destinations(), "total"))
    assert "Not published: 1. No figure: 1." in words
    shown = {row["category"]: row["missing"] for row in rows(destinations().plot(statistic="total"))}
    assert shown["Afghanistan (numeric code)"].startswith("No figure") and shown["Namibia"] == "not published"


def test_the_interval_that_the_axis_cuts_does_not_push_the_bars_away():
    ind = indicator("E1", {"en": "A"}, "total", "persons")
    chart = table(ind, ("sex",), [cell({"sex": "1"}, "total", "persons", 5.0, 4.0, 99)]).plot().to_dict()
    assert {min(node["domain"]) for node in walk(chart) if node.get("nice")} == {0.0}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_its_chart(language):
    chart = destinations().plot(language=language).to_dict()
    mirrored = language == "ar"
    (orient,) = {node["orient"] for node in walk(chart) if "labelExpr" in node}
    assert orient == ("right" if mirrored else "left")
    assert all(node["reverse"] is mirrored for node in walk(chart) if node.get("nice"))
    assert chart["config"]["title"]["anchor"] == ("end" if mirrored else "start")


def test_the_words_of_charts_are_complete_in_every_language():
    for name, words in CHARTS.items():
        assert list(words) == list(LANGUAGES), name
        assert len({tuple(sorted(re.findall(r"\{\w+\}", said))) for said in words.values()}) == 1, name
        assert len(set(words.values())) > 1 or name in ("described",), name


def test_no_label_is_a_field_or_an_expression():
    chart = trapped().plot().to_dict()
    fields = [re.sub(r":\w$", "", node["field"]) for node in walk(chart) if "field" in node]
    assert set(fields) <= FIELDS
    texts = {
        value
        for node in walk(chart)
        for name, value in node.items()
        if name in ("filter", "expr", "labelExpr", "signal")
    }
    known = r"(isValid\(datum\.\w+\)( && )?)+|datum\.state [!=]= 'caution'|split\(datum\.label, '\\n'\)"
    assert texts
    assert all(re.fullmatch(known, text) for text in texts)
    labels = [row["category"] for row in rows(trapped().plot())]
    assert len(set(labels)) == len(TRAPS)
    assert labels[0] == "datum.low > 0" and labels[6] == "\ufffdgnp.exe"


def test_estimates_have_a_chart_that_says_they_are_not_protected():
    found = lfm.estimate(people(), lfm.Mean("y"), by=["g"])
    chart = found.plot(title="Mean of y", unit="years", labels={"g": {"b": "Bees"}}).to_dict()
    data = chart["data"]["values"]
    assert [row["category"] for row in data] == ["<b>", "Bees", "c"]
    assert [row["estimate"] for row in data] == pytest.approx(list(found.estimate))
    assert chart["title"]["text"] == ["Mean of y"]
    assert chart["title"]["subtitle"][0] == "Estimates (not protected against disclosure)"
    assert lfm.plot(found, statistic="mean of y").to_dict()["title"]["text"] == ["Mean of y"]


def test_what_cannot_be_drawn_is_said():
    with pytest.raises(EstimationError, match=r"no statistic 'shar'. Did you mean 'share'"):
        destinations().plot(statistic="shar")
    with pytest.raises(EstimationError, match="no figures"):
        table(indicator("E1", {"en": "A"}, "total", "persons"), ("sex",), []).plot()
    with pytest.raises(EstimationError, match="no estimate of 'men'"):
        lfm.estimate(people(), lfm.Mean("y")).plot(statistic="men")
    with pytest.raises(DataError, match="Leave out unit"):
        lfm.plot(stock_by_sex(), unit="x")


def test_without_the_extra_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "altair", None)
    with pytest.raises(LfsMigrationError, match=re.escape('pip install "lfs-migration[charts]"')):
        stock_by_sex().plot()


def linear(colour):
    """The linear light of a colour (IEC 61966-2-1)."""
    values = np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)]) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def contrast(one, other):
    """The contrast ratio of two colours (WCAG 2.2)."""
    high, low = sorted((float(linear(c) @ [0.2126, 0.7152, 0.0722]) for c in (one, other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


SEEN = {
    "all": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
"""Machado, Oliveira and Fernandes (2009), severity 1: linear light as it is seen."""


def lab(colour, how):
    """A colour as it is seen, in CIELAB under D65."""
    light = np.clip(np.array(SEEN[how]) @ linear(colour), 0, 1)
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ light
    f = [math.cbrt(v) if v > 0.008856 else 7.787 * v + 16 / 116 for v in xyz / [0.9505, 1.0, 1.089]]
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("how", SEEN)
def test_no_two_colours_look_alike(how):
    colours = [*SERIES, WHOLE]
    distances = {(a, b): float(np.linalg.norm(lab(a, how) - lab(b, how))) for a in colours for b in colours if a < b}
    assert min(distances.values()) >= 30, min(distances.items(), key=lambda pair: pair[1])


def test_the_measure_of_likeness_knows_colours_that_are_confused():
    assert np.linalg.norm(lab("#c00000", "deuteranopia") - lab("#5a6b00", "deuteranopia")) < 30


def test_shapes_stand_out_from_the_paper_and_words_can_be_read():
    assert min(contrast(colour, PAPER) for colour in (*SERIES, BAR, WHOLE)) >= 3
    assert min(contrast(colour, PAPER) for colour in (INK, SOFT)) >= 4.5
    assert contrast("#ffffff", "#000000") == pytest.approx(21)


def test_each_colour_has_a_shape_of_its_own():
    assert len(SHAPES) == len(SERIES) == len(set(SHAPES))


def test_the_specification_is_plain_data():
    assert json.loads(stock_by_sex().plot().to_json()) == stock_by_sex().plot().to_dict()
