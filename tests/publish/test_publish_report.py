"""The report, read back with the parser of the standard library."""

import math
import re
from dataclasses import replace
from html.parser import HTMLParser

import pandas as pd
import pytest
from publish_nouns import COVERAGE, DESTINATION, FEW, LABELS, REASONS, STOCK, cell, destinations, table

from lfs_migration.model.findings import Finding, Findings, Outcome
from lfs_migration.publish import About, write_report, write_tables
from lfs_migration.publish.pages.report import checks
from lfs_migration.validate.words import SAID

VOID = {"meta", "br", "rect", "path", "img", "input", "hr", "link"}
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


class Page(HTMLParser):
    """Elements with their attributes and texts; raises when they are not well nested."""

    def __init__(self, text):
        super().__init__()
        self.open, self.elements, self.words = [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        element = {"tag": tag, "attrs": dict(attrs), "text": ""}
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag, attrs):
        self.elements.append({"tag": tag, "attrs": dict(attrs), "text": ""})

    def handle_endtag(self, tag):
        assert self.open.pop()["tag"] == tag
        if tag in ("td", "th", "li"):
            self.handle_data(" ")

    def handle_data(self, data):
        for element in self.open:
            element["text"] += data

    def all(self, tag, **attrs):
        return [e for e in self.elements if e["tag"] == tag and attrs.items() <= e["attrs"].items()]


@pytest.fixture
def html(tables, findings, profile, data, tmp_path):
    about = About(profile=profile, notes=("A note of the office.",))
    return write_report(tables, tmp_path / "report.html", about=about, findings=findings, data=data).read_text("utf-8")


@pytest.fixture
def page(html):
    return Page(html)


def test_it_opens_offline_without_scripts(html, page):
    (policy,) = page.all("meta", **{"http-equiv": "Content-Security-Policy"})
    assert policy["attrs"]["content"] == POLICY
    tags = {element["tag"] for element in page.elements}
    assert not tags & {"script", "link", "img", "iframe", "object", "form"}
    assert "http://" not in html and "https://" not in html and "@import" not in html and "url(" not in html
    assert not [e for e in page.elements if any(name.startswith("on") for name in e["attrs"])]


def test_every_link_leads_somewhere(page):
    ids = [e["attrs"]["id"] for e in page.elements if "id" in e["attrs"]]
    assert len(set(ids)) == len(ids)
    assert {e["attrs"]["href"].removeprefix("#") for e in page.all("a")} <= set(ids)
    assert {e["attrs"]["aria-labelledby"] for e in page.elements if "aria-labelledby" in e["attrs"]} <= set(ids)


def test_synthetic_is_said_everywhere(page):
    for tag in ("title", "h1"):
        assert page.all(tag)[0]["text"] == "Labour Migration Survey 2007, Armenia (synthetic data)"
    assert "must not be cited" in page.all("p", **{"class": "banner"})[0]["text"]
    assert all("(synthetic data)" in caption["text"] for caption in page.all("caption", dir="auto"))


def test_real_data_are_not_called_synthetic(tables, tmp_path):
    real = [replace(t, synthetic=False) for t in tables]
    page = Page(write_report(real, tmp_path / "report.html").read_text("utf-8"))
    assert "synthetic" not in page.all("body")[0]["text"].lower()


def test_tables_say_what_their_cells_are(page):
    figures = page.all("table", **{"class": "figures"})
    assert len(figures) == len(page.all("caption", dir="auto")) == 5
    assert all(th["attrs"].get("scope") in ("col", "row", "rowgroup") for th in page.all("th"))
    captions = [" ".join(caption["text"].split()) for caption in page.all("caption", dir="auto")]
    assert captions[0].startswith("Emigrants abroad reported by households, by sex: number, persons")
    assert captions[-1].startswith("Emigrants by reason, by sex: share, per cent")


def test_every_number_of_the_first_table_is_in_tables_csv(tables, page, tmp_path):
    rows = pd.read_csv(write_tables(tables, tmp_path / "tables.csv"), dtype=str, keep_default_na=False)
    known = {
        f"{math.floor(float(value) + 0.5)}"
        for name in ("estimate", "se", "ci_low", "ci_high", "n")
        for value in rows[name]
        if value
    }
    known |= {f"{float(value) * 100:.1f}" for value in rows.cv if value}
    first = page.all("table", **{"class": "figures"})[0]["text"].split("Sample n")[1]
    shown = re.findall(r"\d[\d,.]*", first)
    assert len(shown) == 18
    assert {number.replace(",", "") for number in shown} <= known


def test_flags(page):
    texts = [" ".join(row["text"].split()) for row in page.all("tr")]
    assert "Women 10,810* (use with caution) 2,010 6,831 to 14,790 18.6% 114" in texts
    assert "Namibia – not published (fewer than 20 in the sample) 8" in texts
    assert "Afghanistan (numeric code) .. 0" in texts
    assert all("0.9" not in text for text in texts if text.startswith("Namibia"))


def test_two_dimensions_stand_in_groups(page):
    groups = [" ".join(th["text"].split()) for th in page.all("th", scope="rowgroup")]
    assert groups == ["Sex: Total", "Sex: Men", "Sex: Women"]


def test_categories_with_the_same_label_stay_apart(tmp_path):
    labels = {**LABELS, "sex": {"1": {"en": "Other"}, "2": {"en": "Other"}}}
    cells = [cell({"sex": s, "reason": r}, "total", "persons", 50.0, 2.0, 60) for s in "12" for r in REASONS]
    page = Page(
        write_report([table(STOCK, ("sex", "reason"), cells, labels=labels)], tmp_path / "r").read_text("utf-8")
    )
    assert len(page.all("th", scope="rowgroup")) == 2


def test_bars_leave_out_the_whole_and_the_suppressed(page):
    bars = [row for row in page.all("tr") if "whole" in row["attrs"].get("class", "")]
    assert bars
    assert len([svg for svg in page.all("svg") if svg["attrs"].get("class") != "strip"]) == 2 + 3 + 2 + 6
    assert all(svg["attrs"]["aria-hidden"] == "true" for svg in page.all("svg"))


def test_a_total_whose_parts_are_all_hidden_is_drawn_alone(tmp_path):
    whole = table(STOCK, (), [cell({}, "total", "persons", 120.0, 9.0, 60)])
    hidden = [cell({"sex": sex}, "total", "persons", 60.0, 2.0, 9, **FEW) for sex in "12"]
    page = Page(write_report([whole, table(STOCK, ("sex",), hidden)], tmp_path / "r").read_text("utf-8"))
    (picture,) = page.all("figure", **{"class": "overview"})
    assert "120" in picture["text"] and "60" not in picture["text"]


def test_key_figures(page):
    facts = [" ".join(fact["text"].split()) for fact in page.all("ul", **{"class": "facts"})]
    assert "Emigrants abroad reported by households 104,211 persons 95% interval96,053 to 112,368" in facts[0]
    assert "Emigrants by destination: Russian Federation 93.1 per cent" in facts[0]


def test_what_is_told_beside_the_figures(page):
    words = " ".join(page.all("main")[0]["text"].split())
    for text in (
        COVERAGE["whole_households"]["en"],
        "Shares are of the emigrants whose destination is known.",
        "Given when any of: n < 20, cv >= 0.333.",
        "Sex is <male> or female error 1",
        "Taylor linearisation",
        "Weight hh_weight, stratum hh_stratum",
        "A note of the office.",
        "em.sav",
        "Persons abroad",
    ):
        assert text in words
    assert "secret" not in words
    assert "017" not in words


def test_nothing_from_the_data_becomes_markup(hostile, tmp_path):
    text = write_report(hostile, tmp_path / "report.html", about=About(notes=("<img src=x>",))).read_text("utf-8")
    page = Page(text)
    assert not page.all("script") + page.all("img") + page.all("b") + page.all("i")
    labels = [th["text"] for th in page.all("th", scope="row")]
    assert labels[:3] == ["=1+1", "</script><script>alert(1)</script>", "bell\ufffd and\ufffd nothing"]
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f]", text)


def test_the_same_tables_give_the_same_bytes(tables, findings, data, tmp_path):
    first, second = (write_report(tables, tmp_path / name, findings=findings, data=data).read_bytes() for name in "ab")
    assert first == second


def test_language(tables, tmp_path):
    page = Page(write_report(tables, tmp_path / "r.html", about=About(language="fr")).read_text("utf-8"))
    assert page.all("html")[0]["attrs"]["lang"] == "fr"
    assert page.all("h1")[0]["text"].endswith("(données synthétiques)")
    assert "93\u202f400" in page.all("table")[0]["text"]
    assert "Hommes" in page.all("table")[0]["text"]


def test_a_language_without_words_of_its_own_keeps_its_labels(tmp_path):
    labels = {"sex": {"1": {"en": "Men", "de": "Männer"}}}
    cells = [cell({"sex": "1"}, "total", "persons", 50.0, 2.0, 60)]
    path = write_report([table(STOCK, ("sex",), cells, labels=labels)], tmp_path / "r", about=About(language="de"))
    page = Page(path.read_text("utf-8"))
    assert page.all("html")[0]["attrs"]["lang"] == "en"
    assert page.all("th", scope="row")[0]["text"] == "Männer"


def test_an_indicator_that_distributes_several_dimensions_names_each(tmp_path):
    several = DESTINATION.model_copy(update={"of": ("destination", "reason")})
    reason = [cell({"reason": "work"}, "share", "per cent", 90.0, 1.0, 60)]
    tables = [replace(destinations(), indicator=several), table(several, ("reason",), reason)]
    page = Page(write_report(tables, tmp_path / "r").read_text("utf-8"))
    assert [h3["text"] for h3 in page.all("h3")][:2] == ["Country of destination", "Main reason"]
    assert "(main reason)" in page.all("caption", dir="auto")[-1]["text"]


def test_long_tables_are_folded_but_whole(tmp_path):
    cells = [cell({"sex": str(i)}, "total", "persons", float(i), 1.0, 60) for i in range(1, 62)]
    page = Page(write_report([table(STOCK, ("sex",), cells)], tmp_path / "r").read_text("utf-8"))
    assert "Show the table of 61 figures" in page.all("summary")[0]["text"]
    assert len(page.all("th", scope="row")) == 61


def test_no_tables_and_empty_tables(tmp_path):
    Page(write_report([], tmp_path / "a").read_text("utf-8"))
    page = Page(write_report([table(STOCK, ("sex",), [])], tmp_path / "b").read_text("utf-8"))
    assert "This table has no figures." in page.all("main")[0]["text"]


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_every_rule_that_no_codebook_owns_is_explained(language):
    names = set(SAID)
    assert names >= {"codes", "duplicate_key", "orphan", "range", "unmatched_code", "weight"}
    outcomes = (Outcome(name, "error", "household", {"en": "x"}, {"en": "r"}, failed=1) for name in sorted(names))
    rows = tuple(Finding(name, "error", "household", "h1", "", "x", "1", "m", "r") for name in sorted(names))
    found = Findings(rows, tuple(outcomes))
    assert all(check.label for check in checks(found, None, language))
