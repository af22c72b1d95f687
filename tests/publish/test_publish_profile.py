"""The profile: a page whose every number is in tables.csv, read back with the parser of the standard library."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from planned_tables import everything, made

from lfs_migration import catalog
from lfs_migration.model.dataset import Dataset
from lfs_migration.publish import About, publish, write_profile, write_tables
from lfs_migration.publish.figures import show
from lfs_migration.text import texts

VOID = {"meta", "br", "rect", "path", "col"}
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
OWN = texts("profile")
NUMBERS = ("estimate", "se", "ci_low", "ci_high", "n")


class Read(HTMLParser):
    """Elements of a page with their texts; the text outside `data` elements, and what each of those holds."""

    def __init__(self, text):
        super().__init__()
        self.open, self.elements, self.data, self.bare = [], [], [], {}
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        element = {"tag": tag, "text": "", **dict(attrs)}
        self.elements.append(element)
        if tag == "data":
            self.data.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag, attrs):
        self.elements.append({"tag": tag, "text": "", **dict(attrs)})

    def handle_endtag(self, tag):
        assert self.open.pop()["tag"] == tag

    def handle_data(self, text):
        for element in self.open:
            element["text"] += text
        if self.open and not any(element["tag"] == "data" for element in self.open):
            for element in self.open:
                self.bare[id(element)] = self.bare.get(id(element), "") + text

    def all(self, tag, name=""):
        return [e for e in self.elements if e["tag"] == tag and name in [*(e.get("class") or "").split(), ""]]


@pytest.fixture
def plan():
    return catalog.load_profile_page()


@pytest.fixture
def armenia():
    edition = catalog.load_country("armenia")
    return Dataset(records={}, codebook=catalog.load_codebook(edition.module, edition), country=edition)


@pytest.fixture(scope="module")
def full():
    return everything()


@pytest.fixture
def page(full, plan, tmp_path):
    return Read(write_profile(full, tmp_path / "profile.html", plan=plan).read_text("utf-8"))


def rows_of(tables, folder):
    with write_tables(tables, folder / "tables.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_every_number_of_the_profile_is_in_tables_csv(full, plan, language, tmp_path):
    about = About(language=language)
    page = Read(write_profile(full, tmp_path / "profile.html", plan=plan, about=about).read_text("utf-8"))
    rows = rows_of(full, tmp_path)
    known = {row[name] for row in rows for name in NUMBERS if row[name]}
    shown = [one for one in page.data if one["value"]]
    assert len(shown) > 300
    assert {one["value"] for one in shown} <= known
    assert all(one["text"] in {show(float(one["value"]), places, language) for places in range(4)} for one in shown)
    # And no figure stands outside of them.
    places = [*page.all("span", "big"), *page.all("span", "range"), *page.all("td", "number")]
    told = [page.bare.get(id(e), "") for e in places if "why" not in e["class"].split()]
    assert len(told) > 200
    assert not [text for text in told if re.search(r"\d", text)]


def test_it_opens_offline_without_scripts(page):
    (policy,) = [e for e in page.all("meta") if e.get("http-equiv") == "Content-Security-Policy"]
    assert policy["content"] == POLICY
    assert not {e["tag"] for e in page.elements} & {"script", "link", "img", "iframe", "object", "form", "a"}
    assert not [e for e in page.elements if any(str(name).startswith("on") for name in e)]
    ids = [e["id"] for e in page.elements if "id" in e]
    assert len(set(ids)) == len(ids)
    assert {e["aria-labelledby"] for e in page.elements if "aria-labelledby" in e} == set(ids)


def test_sections_stand_in_the_plans_order_with_all_that_they_show(page, plan):
    assert [e["text"] for e in page.all("h2")][:-1] == [one.label["en"] for one in plan.sections.values()]
    assert len(page.all("li")) > sum(one.form == "figure" for one in plan.shown)
    assert len(page.all("div", "chart")) == sum(one.form == "bars" for one in plan.shown)
    assert len(page.all("div", "pyramid")) == sum(one.form == "pyramid" for one in plan.shown)
    assert not [e for e in page.all("p") if e["text"].startswith((OWN["not_asked"]["en"], "Not in this pub"))]


def test_a_hidden_figure_has_its_reason_and_no_number(plan, tmp_path):
    tables = [made("E03", ()), made("E17", ("reason_group",))]
    hidden = [replace(t, cells=tuple(replace(c, flag="suppress", why="n < 20", n=7) for c in t.cells)) for t in tables]
    page = Read(write_profile(hidden, tmp_path / "p.html", plan=plan).read_text("utf-8"))
    assert page.data == []
    (stock,) = [" ".join(e["text"].split()) for e in page.all("li") if "reported by households" in e["text"]]
    assert stock == "Emigrants abroad reported by households – not published (fewer than 20 in the sample)"
    assert "No figure of this table is published (fewer than 20 in the sample)" in page.all("body")[0]["text"]
    assert "Not published: too few in the sample" in page.all("footer")[0]["text"]


def test_one_hidden_category_has_its_reason_and_the_others_their_bars(plan, tmp_path):
    page = Read(write_profile([made("E18", ("duration",))], tmp_path / "p.html", plan=plan).read_text("utf-8"))
    rows = [" ".join(e["text"].split()) for e in page.all("tr")]
    assert [row for row in rows if "not published" in row] == [
        "10 years or more– not published (fewer than 20 in the sample)"
    ]
    assert sum("use with caution" in row for row in rows) == 1
    assert len(page.all("svg")) == len(rows) - 2


def test_few_categories_are_the_largest_and_the_hidden_are_named(plan, tmp_path):
    table = made("E29", ("occupation",))
    (wanted,) = [one for one in plan.shown if one.indicator == "E29"]
    page = Read(write_profile([table], tmp_path / "p.html", plan=plan).read_text("utf-8"))
    names = [e["text"] for e in page.all("th") if e.get("scope") == "row"]
    own = [c for c in table.cells if c.keys["occupation"] not in ("_T", "_U") and c.flag != "suppress"]
    largest = sorted(own, key=lambda c: -c.estimate)[: wanted.most]
    assert names == [*(table.labels["occupation"][c.keys["occupation"]]["en"] for c in largest), "Not known"]
    hidden = [table.labels["occupation"][c.keys["occupation"]]["en"] for c in table.cells if c.flag == "suppress"]
    text = " ".join(page.all("body")[0]["text"].split())
    assert hidden and f"Not published: {', '.join(hidden)} (fewer than 20 in the sample)." in text
    assert "tables.csv holds the smaller" in text


def test_what_was_not_asked_is_said_and_never_zero(plan, armenia, tmp_path):
    asked = [made("E02", ()), made("E36", ())]
    page = Read(write_profile(asked, tmp_path / "p.html", plan=plan, data=armenia).read_text("utf-8"))
    said = {e["id"]: "" for e in page.all("h2") if "id" in e}
    for section in page.all("section"):
        said[section["aria-labelledby"]] = " ".join(section["text"].split())
    assert "Return migrants" in said["return"].partition(OWN["not_asked"]["en"])[2]
    assert OWN["left_out"]["en"] not in said["return"]
    never, _, other = said["work"].partition(OWN["left_out"]["en"])
    assert "Employed emigrants by occupation" in never.partition(OWN["not_asked"]["en"])[2]
    assert "Nationals abroad in the labour force" in other and "labour force" not in never
    assert {one["value"] for one in page.data} & {"0"} == set()


def test_without_the_survey_nothing_is_said_to_be_unasked(plan, tmp_path):
    text = write_profile([made("E02", ())], tmp_path / "p.html", plan=plan).read_text("utf-8")
    assert OWN["not_asked"]["en"] not in text and text.count(OWN["left_out"]["en"]) == len(plan.sections)


def test_nobody_to_compute_from_is_no_zero(plan, tmp_path):
    empty = replace(made("E13b", ()), cells=())
    page = Read(write_profile([empty], tmp_path / "p.html", plan=plan).read_text("utf-8"))
    (entry,) = [" ".join(e["text"].split()) for e in page.all("li") if e["text"].startswith("Age at")]
    assert entry == "Age at departure, median .. no figure" and page.data == []


def test_coverage_stands_at_the_foot_with_its_sections(plan, armenia, tmp_path):
    tables = [made("E02", ()), made("E05", ()), made("E18", ("duration",)), made("E35", ())]
    page = Read(write_profile(tables, tmp_path / "p.html", plan=plan, data=armenia).read_text("utf-8"))
    notes = [" ".join(e["text"].split()) for e in page.all("footer")[0]["text"].split("\n") for e in [{"text": e}]]
    statements = {code: text["en"] for code, text in armenia.codebook.coverage.items()}
    of = {t.indicator.code: t.indicator.coverage for t in tables}
    for name in {name for names in of.values() for name in names}:
        assert sum(line.startswith(statements[name]) for line in notes) == 1, name
    assert f"{statements['unfinished']} (Emigrants)" in notes
    assert statements["plans"] not in notes
    assert "A choice of the country." in notes


def test_synthetic_and_unprotected_say_so(plan, tmp_path):
    bare = [replace(made("E02", ()), synthetic=True, protection="")]
    page = Read(write_profile(bare, tmp_path / "p.html", plan=plan).read_text("utf-8"))
    assert len(page.all("p", "banner")) == 2
    assert "(synthetic data, not protected against disclosure)" in page.all("h1")[0]["text"]


def test_hostile_labels_stay_text(plan, tmp_path):
    table = made("E18", ("duration",))
    labels = {"duration": {**table.labels["duration"], "1": {"en": "</td><script>alert(1)</script>\x07"}}}
    page = Read(write_profile([replace(table, labels=labels)], tmp_path / "p.html", plan=plan).read_text("utf-8"))
    assert page.all("script") == []
    assert "</td><script>alert(1)</script>\ufffd" in [e["text"] for e in page.all("th")]


def test_a_pyramid_has_two_sides_and_the_oldest_on_top(plan, tmp_path):
    table = made("E12", ("sex", "age_group"))
    page = Read(write_profile([table], tmp_path / "p.html", plan=plan).read_text("utf-8"))
    (div,) = page.all("div", "pyramid")
    assert [e["text"] for e in page.all("th", "side")] == ["Men", "Women"]
    names = [e["text"] for e in page.all("th") if e.get("scope") == "row"]
    assert names[0] == "35-39" and names[-2:] == ["0-4", "Not known"]
    assert "Shares are of each side" in div["text"]
    assert len(page.all("svg", "left")) + len(page.all("svg", "right")) == 2 * len(names) - div["text"].count("– not p")


def test_the_same_tables_give_the_same_bytes(full, plan, tmp_path):
    one, other = (write_profile(full, tmp_path / name, plan=plan).read_bytes() for name in ("a.html", "b.html"))
    assert one == other


def test_a_publication_has_the_profile_of_its_module(armenia, tmp_path):
    tables = everything()
    paths = [path.relative_to(tmp_path).as_posix() for path in publish(tables, tmp_path, data=armenia)]
    assert "profile.html" in paths and paths[-1] == "manifest.json"
    own = [replace(made("E21", ("stay_plan",)), survey=armenia.country.id)]
    assert "profile.html" not in [path.name for path in publish(own, tmp_path, data=armenia)]
    assert not (tmp_path / "profile.html").exists()


def test_workers_have_a_profile_too(tmp_path):
    worker = catalog.load_profile_page("worker")
    page = Read(write_profile(everything("worker"), tmp_path / "p.html", plan=worker).read_text("utf-8"))
    assert len(page.data) > 100 and page.all("div", "pyramid") == []
