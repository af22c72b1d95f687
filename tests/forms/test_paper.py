"""The questionnaire on paper: every item, every skip, in every language that it is written in."""

from __future__ import annotations

import re

import pytest
from lxml import etree
from small_form import codes, item, said, section, small_codebook, small_questionnaire

from lfs_migration import catalog
from lfs_migration.errors import NotFound
from lfs_migration.forms.paper import COLUMNS, write_paper
from lfs_migration.forms.skips import condition, lanes, led_to, targets
from lfs_migration.model.country import File, RecordMap, Rename
from lfs_migration.model.questionnaire import Item, Route


def parsed(path):
    return etree.fromstring(path.read_bytes(), etree.HTMLParser(encoding="utf-8"))


def rows(page):
    """The printed items, by their number."""
    found = page.xpath("//tr[*[@class='number' and text()]]")
    return {row.xpath("string(*[@class='number'])"): row for row in found}


def text(node):
    return " ".join("".join(node.itertext()).split())


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    out = tmp_path_factory.mktemp("paper") / "questionnaire.small.en.html"
    return parsed(write_paper(small_questionnaire(), small_codebook(), out))


def test_every_item_is_printed_once_in_its_order(page):
    assert list(rows(page)) == [one.id for one in small_questionnaire().items]
    assert "How old is (NAME)?" in text(rows(page)["A2"])
    assert text(rows(page)["X1"].xpath(".//*[@class='instruction']")[0]) == "Read out."


def test_an_answer_says_where_it_leads(page):
    answers = rows(page)["X1"].xpath(".//li")
    assert [text(one) for one in answers] == ["1 Yes", "2 No → R", "97 Do not know → R", "98 Refused → R"]


def test_a_filter_says_where_no_leads(page):
    row = rows(page)["A4"]
    assert row.get("class") == "check" and text(row.xpath(".//*[@class='skip']")[0]) == "No → A6"


def test_a_filter_with_two_routes_says_both_conditions(page):
    skips = [text(one) for one in rows(page)["Q2"].xpath(".//*[@class='skip']")]
    first = "If (any(emigrant, A3 == 'DEU') or total(emigrant, A2) > 100) and not (count(person, adult) = 0) → Q3"
    assert skips == [first, "Unless 1 = 2 → Q4"]


def test_next_is_the_next_person_and_end_the_end(page):
    assert text(rows(page)["R1"]).endswith("No → next person")
    assert text(rows(page)["Q4"]).endswith("No → end")


def test_an_item_on_other_answers_says_its_condition_in_numbers(page):
    assert text(rows(page)["R4"].xpath(".//*[@class='skip']")[0]) == "Unless R4.2 = 1 or R4.3 ≠ 2 → next person"


def test_numbers_have_boxes_and_texts_a_line(page):
    assert len(rows(page)["H2"].xpath(".//span[@class='boxes']/i")) == 4
    assert len(rows(page)["Q1"].xpath(".//span[@class='boxes']/i")) == 9
    assert rows(page)["H1"].xpath(".//span[@class='line']")
    assert [text(one) for one in rows(page)["H2"].xpath(".//li")] == ["9997 Do not know", "9998 Refused"]


def test_members_are_asked_in_columns(page):
    cells = rows(page)["A2"].xpath("td[starts-with(@class, 'cell')]")
    assert len(cells) == COLUMNS and all(len(cell.xpath(".//i")) == 3 for cell in cells)
    assert [text(cell) for cell in rows(page)["P1"].xpath("td[@class='cell']")] == [str(n) for n in range(1, 11)]
    assert not rows(page)["X1"].xpath("td[@class='cell']")
    heads = page.xpath("//section[contains(@class, 'roster')]//th[@class='person']")
    assert len(heads) == 3 * COLUMNS
    assert len(page.xpath("//tr[@class='names']")) == 2  # a name is written where persons are first listed


def test_a_page_breaks_where_the_form_says_so(page):
    breaks = ["breaks" in one.get("class") for one in page.xpath("//section[contains(@class, 'part')]")]
    assert breaks == [False, False, True, False, True, True]


def test_several_answers_have_square_boxes(page):
    assert len(rows(page)["R4"].xpath(".//span[@class='code square']")) == 6
    assert "Enter the codes of all that apply" in text(rows(page)["R4"])


def test_lines_lead_past_skipped_items(page):
    drawn = {name: [[piece.get("class") for piece in lane] for lane in row.xpath("td[@class='lane']")]
             for name, row in rows(page).items()}  # fmt: skip
    assert [drawn[name] for name in ("A3", "A4", "A5", "A6")] == [
        [[]], [["start"]], [["through"]], [["end", "start", "arrow"]],
    ]  # fmt: skip


def questions(count, *skips):
    routes = {start: [] for start, _ in skips}
    for start, target in skips:
        routes[start].append(Route(when=f"q{start} == {target}", to=f"Q{target}"))
    return [Item(id=f"Q{n}", name=f"q{n}", wording={"en": "?"}, routes=tuple(routes.get(n, ()))) for n in range(count)]


def drawn(items):
    return [" | ".join(" ".join(lane) for lane in margin) for margin in lanes(items)]


def test_a_line_starts_goes_through_and_ends():
    assert drawn(questions(5, (1, 3))) == ["", "start", "through", "end arrow", ""]


def test_lines_to_one_item_are_one_line():
    assert drawn(questions(5, (0, 4), (2, 4))) == ["start", "through", "through start", "through", "end arrow"]


def test_a_line_may_start_where_another_ends():
    assert drawn(questions(5, (0, 2), (2, 4))) == ["start", "through", "end start arrow", "through", "end arrow"]


def test_lines_that_overlap_have_lanes_of_their_own_and_the_shorter_is_nearer():
    assert drawn(questions(6, (0, 5), (1, 3))) == [
        "under | start", "start | through", "through | through",
        "end arrow | through", " | through", "over arrow | end",
    ]  # fmt: skip


def test_the_next_item_and_other_sections_need_no_line():
    items = [*questions(3, (0, 1)), item("Z1", "z", {"when": "z == 1", "to": "elsewhere"})]
    assert lanes(items) == [(), (), (), ()]


@pytest.mark.parametrize(
    ("route", "led"),
    [
        ({"unless": "q == 1"}, {2: "Z", 97: "Z"}),
        ({"when": "q == 2"}, {2: "Z"}),
        ({"when": "q in [1, 97]"}, {1: "Z"}),
        ({"unless": "q != 1"}, {1: "Z", 97: "Z"}),
        ({"when": "q == 2 or other == 1"}, None),
        ({"unless": "answered(q)"}, None),
    ],
)
def test_where_each_code_leads(route, led):
    assert targets(item("A", "q", {**route, "to": "Z"}), [1, 2, 97], [97]) == led


def test_the_first_route_that_applies_is_taken():
    both = item("A", "q", {"when": "q == 1", "to": "B"}, {"when": "q in [1, 2]", "to": "C"})
    assert targets(both, [1, 2, 3], []) == {1: "B", 2: "C"}


@pytest.mark.parametrize(
    ("route", "language", "words"),
    [
        ({"unless": "age >= 15"}, "en", "Unless A2 ≥ 15"),
        ({"when": "not (reason in [1, 2] and dest != 'FRA')"}, "fr", "Si non (A5 = 1, 2 et A3 ≠ FRA)"),
        ({"when": "10 <= age < 60 and (reason == 1 or number(left) > 3)"}, "es", "Si 10 ≤ A2 < 60 y (A5 = 1 o A9 > 3)"),
        ({"unless": "answered(age)"}, "en", "Unless A2 has an answer"),
        ({"when": "int_year - left >= 5"}, "en", "If H2 - A9 ≥ 5"),
        ({"when": "age > 1"}, "ar", "إذا \u2066A2 > 1\u2069"),
    ],
)
def test_a_condition_is_said_in_the_numbers_of_the_items(route, language, words):
    numbers = {one.name: one.id for one in small_questionnaire().items if one.name}
    assert condition(Route(**route, to="end"), numbers, language) == words


def test_next_in_the_household_is_the_next_block():
    assert led_to("next", small_questionnaire(), "household", "en") == "P"
    assert led_to("next", small_questionnaire(), "emigrant", "fr") == "personne suivante"


def test_a_long_list_stands_on_a_sheet_by_name(tmp_path):
    names = ["Österreich", "Peru", "Égypte", "Zypern", "Albania", *(f"Land {chr(65 + n)}" for n in range(20))]
    book = small_codebook(COUNTRY=codes({f"{chr(65 + n)}X": name for n, name in enumerate(names)}))
    page = parsed(write_paper(small_questionnaire(), book, tmp_path / "page.html"))
    assert "→ Code sheet COUNTRY" in text(rows(page)["A3"])
    listed = [text(one) for one in page.xpath("//ol[@class='codes']/li/span")]
    assert listed[:2] == ["Albania", "Égypte"] and listed[-3:] == ["Österreich", "Peru", "Zypern"]
    assert len(listed) == len(names)


def test_a_numbered_classification_keeps_its_order(tmp_path):
    book = small_codebook(COUNTRY=codes({f"{n:02}": f"Group {99 - n}" for n in range(30)}))
    page = parsed(write_paper(small_questionnaire(), book, tmp_path / "page.html"))
    assert [text(one) for one in page.xpath("//ol[@class='codes']/li/b")] == [f"{n:02}" for n in range(30)]


def edition():
    maps = {"age": Rename(column="Q7", missing={997: "dont_know"}), "em_no": Rename(column="LINE")}
    country = catalog.load_country("egypt")
    records = {"emigrant": RecordMap(file="emigrant", variables=maps)}
    return country.model_copy(update={"records": records, "files": {"emigrant": File(path="e.csv", format="csv")}})


def native():
    wording = {"en": "How old?", "ar": "كم العمر؟"}
    absent = {997: {"en": "Do not know", "ar": "لا يعرف"}}
    yes = {1: {"en": "Yes", "ar": "نعم"}, 2: {"en": "No", "ar": "لا"}}
    items = (
        item("1", "LINE"),
        item("2", "Q7", wording=wording, answers=absent),
        item("3", "Q8", {"when": "Q8 == 2", "to": "5"}, wording=wording, answers=yes),
        item("4", "Q9", {"when": "Q8 == 1 and Q7 > 3", "to": "next"}),
        item("5", "Q10"),
    )
    return small_questionnaire(
        edition="egypt-2006", languages=("en", "ar"), sections=(section("A", "emigrant", 1, *items),)
    )


def test_an_edition_is_printed_from_its_own_answers(tmp_path):
    page = parsed(write_paper(native(), small_codebook(), tmp_path / "page.html", "en", edition()))
    assert [text(one) for one in rows(page)["3"].xpath(".//li")] == ["1 Yes", "2 No → 5"]
    assert text(rows(page)["4"]).endswith("If 3 = 1 and 2 > 3 → next person")
    assert len(rows(page)["2"].xpath("td[@class='cell'][1]//i")) == 3  # the limits are those of the variable
    assert text(rows(page)["1"].xpath("td[@class='cell'][2]")[0]) == "2"


def test_an_edition_needs_none_to_be_printed(tmp_path):
    page = parsed(write_paper(native(), small_codebook(), tmp_path / "page.html"))
    assert text(rows(page)["1"].xpath("td[@class='cell'][2]")[0]) == ""


def test_arabic_reads_from_the_right(tmp_path):
    page = parsed(write_paper(native(), small_codebook(), tmp_path / "page.html", "ar", edition()))
    assert (page.get("dir"), page.get("lang")) == ("rtl", "ar")
    assert text(rows(page)["3"].xpath(".//li")[1]) == "2 لا ← 5"
    assert "→" not in text(page.find("body"))
    style = page.xpath("string(//style)")
    assert not re.search(r"(margin|padding|border)-(left|right)", style)  # sides follow the direction of the language


def test_a_language_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(NotFound, match=r"small is not written in 'es'. Known: en, fr"):
        write_paper(small_questionnaire(), small_codebook(), tmp_path / "page.html", "es")


def test_the_page_is_whole_in_itself_and_the_same_again(tmp_path):
    one, two = (write_paper(small_questionnaire(), small_codebook(), tmp_path / name) for name in ("a", "b"))
    page = one.read_text(encoding="utf-8")
    assert one.read_bytes() == two.read_bytes()
    assert not re.search(r"<script|<link|src=|url\(|https?://", page)
    assert "default-src 'none'" in page


def test_text_cannot_become_markup(tmp_path):
    bad = "</style></title><script>alert(1)</script>"
    questionnaire = small_questionnaire(
        title=said(bad), sections=(section("H", "household", 1, item("H1", "hh_id", wording=said(bad))),)
    )
    out = write_paper(questionnaire, small_codebook(), tmp_path / "page.html")
    assert "<script" not in out.read_text(encoding="utf-8")
    assert text(parsed(out).xpath("//h1")[0]) == bad


WRITTEN = [
    (name, language) for name in catalog.questionnaires() for language in catalog.load_questionnaire(name).languages
]


@pytest.mark.parametrize(("name", "language"), WRITTEN)
def test_every_questionnaire_shows_all_its_items_and_skips(name, language, tmp_path):
    questionnaire = catalog.load_questionnaire(name)
    country = catalog.edition_of(questionnaire)
    codebook = catalog.load_codebook(questionnaire.module, country)
    page = parsed(write_paper(questionnaire, codebook, tmp_path / "page.html", language, country))
    printed = rows(page)
    assert list(printed) == [one.id for one in questionnaire.items]
    missing = []
    for record, sections in questionnaire.blocks():
        for one in (one for part in sections for one in part.items):
            shown = {text(to) for to in printed[one.id].xpath(".//span[@class='to']/b")}
            wanted = {led_to(route.to, questionnaire, record, language) for route in one.routes}
            missing += [(one.id, wanted - shown)] if wanted != shown else []
    assert missing == []
