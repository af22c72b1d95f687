"""The codebook page: complete, of one piece, in every language, and without markup from any text."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass, field
from functools import lru_cache
from html.parser import HTMLParser
from itertools import pairwise

import odd_codebook
import pytest

from lfs_migration import catalog
from lfs_migration.errors import LfsMigrationError, NotFound
from lfs_migration.exporting import WRITERS, export
from lfs_migration.metadata.words import word
from lfs_migration.text import LANGUAGES

VOID = ("meta", "br")


@dataclass
class Node:
    tag: str
    attributes: dict[str, str]
    parent: Node | None = None
    children: list[Node | str] = field(default_factory=list)

    def text(self) -> str:
        return "".join(child if isinstance(child, str) else child.text() for child in self.children)

    def all(self, tag: str = "") -> list[Node]:
        inside = [node for child in self.children if isinstance(child, Node) for node in (child, *child.all())]
        return [node for node in inside if tag in ("", node.tag)]


class Reader(HTMLParser):
    """Reads a page that closes each of its elements."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.root = self.here = Node("", {})
        self.by_id: dict[str, Node] = {}
        self.feed(page)
        self.close()
        assert self.here is self.root, f"<{self.here.tag}> is not closed"

    def handle_starttag(self, tag, attrs):
        node = Node(tag, {name: value or "" for name, value in attrs}, self.here)
        self.here.children.append(node)
        if "id" in node.attributes:
            assert node.attributes["id"] not in self.by_id, node.attributes["id"]
            self.by_id[node.attributes["id"]] = node
        if tag not in VOID:
            self.here = node

    def handle_endtag(self, tag):
        assert tag == self.here.tag, f"</{tag}> closes <{self.here.tag}>"
        self.here = self.here.parent

    def handle_data(self, data):
        self.here.children.append(data)


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    folder = tmp_path_factory.mktemp("page")

    @lru_cache
    def write(case: str = "", language: str = "en") -> tuple[str, Reader]:
        book, edition, questionnaire = odd_codebook.codebook(), None, None
        if case != "odd":
            edition = odd_codebook.edition(case) if case else None
            book, questionnaire = odd_codebook.module(case), catalog.load_questionnaire()
        (path,) = export(book, "html", folder / case, language=language, edition=edition, questionnaire=questionnaire)
        text = path.read_text(encoding="utf-8")
        return text, Reader(text)

    return write


CASES = [("", "en"), ("armenia", "hy"), ("egypt", "ar"), ("odd", "fr"), ("odd", "ar")]


@pytest.mark.parametrize(("case", "language"), CASES)
def test_the_page_is_of_one_piece_and_allows_nothing_else(page, case, language):
    text, read = page(case, language)
    policy = next(node for node in read.root.all("meta") if node.attributes.get("http-equiv"))
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy.attributes["content"].startswith(f"default-src 'none'; style-src 'sha256-{digest}'")
    tags = {node.tag for node in read.root.all()}
    assert not tags & {"script", "img", "link", "iframe", "object", "form", "b", "i", "u"}
    assert not any("style" in node.attributes or name.startswith("on") for node in read.root.all()
                   for name in node.attributes)  # fmt: skip
    links = [node.attributes["href"] for node in read.root.all("a")]
    assert len(links) > 20 and all(link.removeprefix("#") in read.by_id for link in links)


@pytest.mark.parametrize(("case", "language"), CASES)
def test_headings_tables_and_regions_are_named(page, case, language):
    _, read = page(case, language)
    levels = [int(node.tag[1]) for node in read.root.all() if re.fullmatch(r"h\d", node.tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    for table in read.root.all("table"):
        assert len(table.all("caption")) == 1 and table.all("caption")[0].text().strip()
        assert all(cell.attributes.get("scope") in ("col", "row") for cell in table.all("th"))
    for node in read.root.all():
        assert node.attributes.get("aria-labelledby", "contents") in read.by_id
        assert node.attributes.get("role") != "region" or node.attributes["aria-label"].strip()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_of_the_page_are_in_its_language(page, language):
    text, read = page("odd", language)
    (html,) = read.root.all("html")
    assert html.attributes == {"lang": language, "dir": "rtl" if language == "ar" else "ltr"}
    heads = [node.text() for node in read.root.all("h2")]
    assert [word(name, language) for name in ("about", "contents")] == heads[:2]
    assert heads[-1] == word("index", language)
    assert "{" not in re.sub(r"<style>.*?</style>", "", text, flags=re.DOTALL)


def test_a_text_without_wording_is_marked_as_english(page):
    _, read = page("odd", "ar")
    head = read.by_id["v-odd"].all("h4")[0]
    assert head.all("span") == [node for node in head.all("span") if "lang" not in node.attributes]
    assert odd_codebook.WORDS["ar"] in head.text()
    title = read.root.all("h1")[0].all("span")[0]
    assert title.attributes == {"lang": "en", "dir": "ltr"} and title.text() == odd_codebook.MARKUP
    assert all(node.attributes.get("dir") == "ltr" for node in read.root.all("code"))


def test_hard_texts_stay_texts(page):
    text, read = page("odd", "en")
    assert "<script" not in text and "&lt;/script&gt;&lt;script&gt;" in text
    rows = {row.all("th")[0].text(): row.all("td")[0].text() for row in read.by_id["v-odd"].all("tr")[1:]}
    assert rows["1"] == odd_codebook.MARKUP and rows["2"] == odd_codebook.FORMULA
    assert odd_codebook.MACRO in read.by_id["v-macro"].all("h4")[0].text()
    assert odd_codebook.CONTROL.replace("\x00", "\ufffd") in read.by_id["v-control"].all("h4")[0].text()
    doubts = [node.text() for node in read.by_id["v-odd"].all("dd") if "doubt" in node.attributes.get("class", "")]
    assert doubts == [odd_codebook.MARKUP]
    assert any("mark" in node.attributes.get("class", "") for node in read.by_id["v-odd"].all("span"))
    assert "<1>" in read.by_id["rule-r-1"].text()


def test_every_variable_list_rule_and_parameter_is_there(page):
    book = odd_codebook.module()
    text, read = page()
    for name, variable in book.variables.items():
        node = read.by_id[f"v-{name}"]
        assert name in node.text() and variable.part_of in node.parent.text()
    for name, codelist in book.codelists.items():
        cells = {row.all("th")[0].text(): row.all("td")[0].text() for row in read.by_id[f"list-{name}"].all("tr")[1:]}
        for code, own in codelist.codes.items():
            assert cells[str(code)].startswith(own.label["en"]), (name, code)
    for rule in book.rules.values():
        assert rule.said in read.by_id[f"rule-{rule.id}"].text()
    chosen = read.by_id["parameters"].parent.text()
    assert all(name in chosen for name in book.parameters)
    followed = {one for variable in book.variables.values() for one in variable.standards}
    assert {name for name in read.by_id if name.startswith("standard-")} == {f"standard-{one}" for one in followed}
    assert text.count(">Afghanistan<") == 1, "a long list stands once"
    assert len(text) < 2_500_000


def test_a_variable_says_what_is_known_of_it(page):
    _, read = page()
    said = read.by_id["v-em_spouse_here"].text()
    item = next(i for i in catalog.load_questionnaire().items if i.name == "hh_em_any")
    assert item.wording["en"] in read.by_id["v-hh_em_any"].text()
    assert "Asked if em_marital is 2 (Married) or 3 (Consensual union)" in said
    assert "em_marital in [2, 3]" in said
    assert "97 Does not know" in said and "95 Cannot be coded" in said
    assert "em_scope == 1 and em_status == 1" in read.by_id["v-em_abroad"].text()
    assert read.by_id["v-em_dest"].all("table") == []
    assert any(node.attributes["href"] == "#list-COUNTRY" for node in read.by_id["v-em_dest"].all("a"))


def test_an_edition_shows_its_files_codes_and_choices(page):
    _, read = page("armenia", "hy")
    said = read.by_id["v-em_reason"].text()
    assert "M8" in said and "armenia_emigrants.sav" in said
    rows = {row.all("th")[0].text(): row.all("td") for row in read.by_id["v-em_reason"].all("tr")[1:]}
    codes = odd_codebook.edition("armenia").records["emigrant"].variables["em_reason"].codes
    for native, code in codes.items():
        assert str(native) in rows[str(code)][-1].text().split(", ")
    native = {row.all("th")[0].text(): row.all("td")[0].text() for row in read.by_id["v-em_dest"].all("tr")[1:]}
    assert any(cell.startswith("RUS Ռուսաստան") for cell in native.values())
    assert word("not_there", "hy") in read.by_id["v-em_dest_first"].text()
    assert "RUS, XCI, XEU, XNA" in read.by_id["parameters"].parent.text()
    assert "Երևան" in read.by_id["list-REGION"].text()
    assert word("generated", "hy") in read.by_id["about"].parent.text()


def test_the_same_codebook_gives_the_same_bytes(page, tmp_path):
    again = export(odd_codebook.codebook(), "html", tmp_path, language="fr")
    assert [path.name for path in again] == ["odd.fr.html"]
    assert again[0].read_text(encoding="utf-8") == page("odd", "fr")[0]


def test_what_is_not_known_is_refused_with_near_matches(tmp_path):
    book = odd_codebook.codebook()
    with pytest.raises(NotFound, match=r"'htlm'.*Did you mean 'html'"):
        export(book, "htlm", tmp_path)
    with pytest.raises(NotFound, match="No language 'xx'"):
        export(book, "html", tmp_path, language="xx")
    with pytest.raises(LfsMigrationError, match="A form needs a questionnaire"):
        export(book, "xlsform", tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("to", sorted(set(WRITERS) - {"xlsform", "stata", "spss"}))
def test_files_appear_whole_or_not_at_all(to, tmp_path):
    (tmp_path / "out").write_text("a file where the folder should be")
    with pytest.raises(LfsMigrationError, match="could not be written"):
        export(odd_codebook.codebook(), to, tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
