"""Every number of the report is one of `tables.csv`: the page is read, and each is looked up in its row."""

from __future__ import annotations

import csv
import re
from decimal import ROUND_HALF_UP, Decimal
from html.parser import HTMLParser
from pathlib import Path

import pytest

from lfs_migration import pipeline
from lfs_migration.protect import protect
from lfs_migration.publish import About, write_report, write_tables
from lfs_migration.publish.data.tidy import FIGURES, IDENTITY
from lfs_migration.tabulate import tabulate
from lfs_migration.weights import weigh

PILOT = Path(__file__).parents[2] / "examples" / "pilots" / "armenia-2007"
CODES = ["E01", "E02", "E03", "E05", "E11a", "E12", "E13b", "E14", "E17", "E20a", "E24", "E36"]
NUMBERS = ("estimate", "se", "ci_low", "ci_high", "n")
VOID = {"meta", "br", "rect", "path", "col", "circle", "input", "wbr"}
SPOKEN = [
    ("en", ",", "."),
    ("ar", ",", "."),
    ("fr", "\N{NARROW NO-BREAK SPACE}", ","),
    ("ru", "\N{NO-BREAK SPACE}", ","),
]


class Marked(HTMLParser):
    """The texts inside each element that names a figure, without those of labels; and all texts outside of any."""

    def __init__(self, text):
        super().__init__()
        self.open, self.found, self.values = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if "data-figure" in given:
            self.found.append((given["data-figure"], []))
        if tag == "data":
            self.values.append((given.get("data-figure") or self.inside(), given["value"]))
        if tag not in VOID:
            self.open.append((tag, given))

    def handle_endtag(self, tag):
        if tag not in VOID:
            while self.open and self.open.pop()[0] != tag:
                pass

    def inside(self):
        return next((given["data-figure"] for _, given in reversed(self.open) if "data-figure" in given), None)

    def handle_data(self, data):
        words = any(
            tag in ("th", "title", "desc", "h2", "summary")
            or {"what", "why", "unit", "name"} & set(given.get("class", "").split())
            or (tag, given.get("class")) == ("span", "label")
            for tag, given in self.open
        )
        if self.inside() is not None and not words:
            self.found[-1][1].append(data)


def rows_of(path):
    """The rows of the file by what the page calls them: indicator, shares of, statistic and codes but totals."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    facts = {*IDENTITY, *FIGURES}
    out = {}
    for row in rows:
        codes = frozenset((name, code) for name, code in row.items() if name not in facts and code != "_T")
        out[row["indicator"], row["shares_of"], row["statistic"], codes] = row
    return out


def row_of(figure, rows):
    indicator, shares, statistic, codes = figure.split("/", 3)
    return rows[indicator, shares, statistic, frozenset(tuple(one.split("=", 1)) for one in codes.split("&") if one)]


def numbers_in(texts, group, point):
    text = " ".join(texts).replace("\N{MINUS SIGN}", "-").replace("95%", "").replace("95 %", "")
    found = re.findall(rf"-?\d+(?:{re.escape(group)}\d{{3}})*(?:{re.escape(point)}\d+)?", text)
    return [one.replace(group, "").replace(point, ".") for one in found]


def rounded(value, like):
    places = len(like.partition(".")[2])
    return Decimal(value).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


@pytest.fixture(scope="module")
def survey():
    data = pipeline.prepare("armenia", None, PILOT)
    return weigh(data), protect(tabulate(weigh(data), CODES))


@pytest.mark.parametrize(("language", "group", "point"), SPOKEN)
def test_every_number_of_the_report_is_in_its_row_of_the_tidy_file(survey, language, group, point, tmp_path):
    data, tables = survey
    path = write_report(tables, tmp_path / "r.html", about=About(language=language), data=data)
    page = Marked(path.read_text("utf-8"))
    rows = rows_of(write_tables(tables, tmp_path / "t.csv"))
    seen = 0
    for figure, texts in page.found:
        row = row_of(figure, rows)
        known = [row[name] for name in NUMBERS if row[name]]
        cv = str(Decimal(row["cv"]) * 100) if row["cv"] else None
        for shown in numbers_in(texts, group, point):
            allowed = known + ([cv] if cv else [])
            assert any(rounded(value, shown) == Decimal(shown) for value in allowed), (figure, shown, allowed)
            seen += 1
    assert seen > 2 * len(page.found) > 600
    shown = {id(row_of(figure, rows)) for figure, _ in page.found}
    assert all(id(row) in shown for row in rows.values() if row["estimate"])
    every = {row[name] for row in rows.values() for name in NUMBERS}
    for figure, value in page.values:
        assert value in (every if figure is None else [row_of(figure, rows)[name] for name in NUMBERS])


def test_no_number_of_a_table_or_a_picture_is_outside_of_a_figure(survey, tmp_path):
    data, tables = survey
    text = write_report(tables, tmp_path / "r.html", data=data).read_text("utf-8")
    cells = re.findall(r"<tr([^>]*)>((?:(?!</tr>).)*<td class=\"number main\">(?:(?!</tr>).)*)</tr>", text)
    assert cells
    assert all("data-figure" in attributes or "<data" in inside for attributes, inside in cells)
    lines = re.findall(r'<div class="line[^"]*"([^>]*)><span class="label"', text)
    assert lines
    assert all("data-figure" in attributes for attributes in lines if "axis" not in attributes and attributes)
