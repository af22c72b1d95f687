"""One publication in which every text is hostile, read back with parsers that are not ours: each stays text.

Beside it stands the same publication with harmless texts. What the hostile one has more of is what a text made: an
element, an attribute, a row, a column, a file.
"""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
import zipfile
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hostile_strings import NAMES, STRINGS, TEXTS
from planned_tables import made
from publish_nouns import STOCK, cell, indicator, table
from workbook_checks import cells_of, parts_of, reopened

from lfs_migration import catalog, frames
from lfs_migration.metadata.microdata import write_microdata_ddi
from lfs_migration.model.dataset import Dataset
from lfs_migration.model.design import Design
from lfs_migration.model.findings import Finding, Findings, Outcome
from lfs_migration.publish import About, publish, write_findings
from lfs_migration.publish.legible import legible
from lfs_migration.publish.papers.latex import write_latex
from lfs_migration.publish.sdmx.ids import code_of_id
from lfs_migration.text import clean

etree = pytest.importorskip("lxml.etree")
html = pytest.importorskip("lxml.html")
HOSTILE = dict(STRINGS)
TITLE = " ".join(HOSTILE[name] for name in ("formula_call", "script", "half_signs", "control_characters", "override"))
PLANNED = (("E18", ("duration",)), ("E12", ("sex", "age_group")), ("E14", ("destination",)), ("E03", ("destination",)))
"""Tables that the profile and the exports show too."""
DESIGN = Design(weight="w_hh", stratum="hh_stratum", psu="hh_psu", singletons="certainty")
ADDRESSES = ("href", "src", "action", "style")
INLINE = {"a", "abbr", "b", "bdi", "code", "data", "em", "i", "q", "s", "small", "span", "strong", "sub", "sup", "time"}
"""Elements of HTML inside a line: a turn of direction goes on after them, but for ``bdi``."""
OPENING, CLOSING = "\u202a\u202b\u202d\u202e\u2066\u2067\u2068", "\u202c\u2069"


@dataclass(frozen=True)
class Made:
    """A publication: its folder, and that of the office."""

    public: Path
    private: Path

    def names(self):
        return sorted(str(path.relative_to(root)) for root in (self.public, self.private) for path in root.rglob("*"))


def planned_tables():
    """Tables of the module's own indicators, and the codes of each of their breakdowns."""
    return tuple(made(code, dimensions) for code, dimensions in PLANNED)


@pytest.fixture(scope="module")
def plans():
    return planned_tables(), catalog.load_country("armenia"), catalog.load_codebook("emigration")


def publication(words, title, plans, folder):
    """Publish tables whose labels, titles, breakdowns and notes are the words, with findings and microdata of them."""
    tables, edition, book = plans
    labels = {"sex": {name: {"en": one} for name, one in zip(NAMES, words, strict=True)}}
    cells = [cell({"sex": name}, "number", "persons", 50.0 + at, 2.0, 60) for at, name in enumerate(NAMES)]
    made = [table(STOCK, ("sex",), cells, labels=labels, notes=tuple(words))]
    for at, one in enumerate(words):
        own = indicator(f"H{at}", {"en": one}, "total", "persons", note={"en": one})
        made.append(table(own, ("sex",), cells[:2], labels=labels, names={"sex": {"en": one}}))
    made += [relabelled(one, words) for one in tables]
    edition = edition.model_copy(update={"title": {"en": title}})
    data = Dataset(records={}, country=edition, codebook=spoken(book, words), design=DESIGN)
    records = frames.frame(
        {"em_dest": list(map(clean, words)), "em_sex": [1] * len(words), "em_age": [30] * len(words)}
    )
    publish(
        [replace(one, survey_title={"en": title}) for one in made], folder / "pub", data=data, sdmx_ml=True,
        about=About(notes=tuple(words)), findings=found(words, title), microdata=records,
        describe=lambda path: write_microdata_ddi(path, data),
    )  # fmt: skip
    return Made(folder / "pub", folder / "internal" / "pub")


def relabelled(one, words):
    """A table whose breakdowns and categories are called by the words."""
    labels = {
        name: {code: own if code.startswith("_") else {"en": words[at % len(words)]}
               for at, (code, own) in enumerate(codes.items())}
        for name, codes in one.labels.items()
    }  # fmt: skip
    names = {name: {"en": words[at]} for at, name in enumerate(one.dimension_labels)}
    return replace(one, labels=labels, dimension_labels=names, notes=tuple(words[:3]))


def spoken(book, words):
    """A codebook in which variables and codes are called by the words."""
    variables = {name: own.model_copy(update={"label": {"en": words[at % len(words)]}})
                 for at, (name, own) in enumerate(book.variables.items())}  # fmt: skip
    sex = book.variables["em_sex"].codelist
    codes = {code: own.model_copy(update={"label": {"en": words[at]}})
             for at, (code, own) in enumerate(book.codelists[sex].codes.items())}  # fmt: skip
    lists = book.codelists | {sex: book.codelists[sex].model_copy(update={"codes": codes})}
    return book.model_copy(update={"variables": variables, "codelists": lists})


def found(words, title):
    rows = tuple(
        Finding(rule=f"R{at}", severity="error", record="emigrant", household=one, line=one, variable=one, value=one,
                message=one, remedy=one, region=one, interviewer=one)
        for at, one in enumerate(words)
    )  # fmt: skip
    outcomes = tuple(
        Outcome(f"R{at}", "error", "emigrant", {"en": one}, {"en": one}, passed=900,
                failed=1, listed=1, regions={one: 1}, interviewers={one: 1})
        for at, one in enumerate(words)
    )  # fmt: skip
    return Findings(rows, outcomes, title)


@pytest.fixture(scope="module")
def hostile(plans, tmp_path_factory):
    return publication(TEXTS, TITLE, plans, tmp_path_factory.mktemp("hostile"))


@pytest.fixture(scope="module")
def harmless(plans, tmp_path_factory):
    words = [f"harmless words {number}" for number in range(len(TEXTS))]
    return publication(words, "A harmless survey", plans, tmp_path_factory.mktemp("harmless"))


def plain(text):
    """The words of a text, whatever stands between them, and without an end of a turn that was added."""
    return " ".join(clean(text).split()).rstrip("\u202c\u2069 ")


def parsed(path):
    return html.document_fromstring(path.read_bytes().decode("utf-8"))


def pages(made):
    return sorted((*made.public.rglob("*.html"), *made.private.rglob("*.html")))


def test_no_file_has_another_name(hostile, harmless):
    assert hostile.names() == harmless.names()


PAGES = ("report.html", "profile.html", "findings.html")


@pytest.mark.parametrize("name", PAGES)
def test_no_text_makes_an_element_or_an_attribute(name, hostile, harmless):
    kinds = []
    for one in (hostile, harmless):
        (path,) = (path for path in pages(one) if path.name == name)
        kinds.append({(node.tag, attribute) for node in parsed(path).iter(etree.Element)
                      for attribute in ("", *node.attrib)})  # fmt: skip
    assert kinds[0] <= kinds[1]
    assert not {tag for tag, _ in kinds[0]} & {"script", "img", "iframe", "object", "embed", "base", "form", "link"}
    assert not [one for _, one in kinds[0] if one.startswith("on")]


@pytest.mark.parametrize("name", PAGES)
def test_no_text_is_an_address_or_a_style(name, hostile, harmless):
    values = []
    for one in (hostile, harmless):
        (path,) = (path for path in pages(one) if path.name == name)
        root = parsed(path)
        given = {node.get(kind, "") for node in root.iter(etree.Element) for kind in ADDRESSES}
        values.append({value for value in given if not value.startswith("#")})
        assert len(root.findall(".//style")) == 1
    assert values[0] <= values[1]
    assert not [value for value in values[0] if "script" in value or "evil" in value]


def lines_of(page):
    """What each element of a page says, each once."""
    return {plain(node.text_content()) for node in page.iter("th", "td", "li", "p", "dd", "dt", "h1", "h2", "h3", "h4",
            "caption", "bdi", "span", "title", "text", "figcaption")}  # fmt: skip


def test_the_report_says_each_text(hostile):
    page = parsed(hostile.public / "report.html")
    lines, whole = lines_of(page), plain(page.text_content())
    for name, words in STRINGS:
        assert plain(words) in lines or plain(words) == "", name
        assert plain(words) in whole
    assert plain(TITLE) in plain(page.findtext(".//title"))


def test_the_profile_and_the_findings_say_each_text(hostile):
    profile = plain(parsed(hostile.public / "profile.html").text_content())
    findings = plain(parsed(hostile.private / "findings.html").text_content())
    assert all(plain(words) in profile for words in TEXTS[:4])
    for name, words in STRINGS:
        assert plain(words) in findings, name
    assert plain(TITLE) in profile and plain(TITLE) in findings


def open_turns(text):
    """How many turns of direction a text leaves open."""
    depth = 0
    for sign in text:
        depth = depth + 1 if sign in OPENING else max(depth - 1, 0) if sign in CLOSING else depth
    return depth


def after_turns(block):
    """What stands in a paragraph after a text that leaves a turn open, outside its isolation."""
    said, turned = [], False
    for node in block.iter(etree.Element):
        if node is not block and any(one.tag not in INLINE for one in (node, *up_to(node, block))):
            continue
        apart = any(one.tag == "bdi" or one.get("dir") for one in (node, *up_to(node, block)))
        for text, inside in ((node.text, apart), (node.tail if node is not block else "", False)):
            if turned and (text or "").strip():
                said.append(text)
            turned = turned or (not inside and open_turns(text or "") > 0)
    return said


def up_to(node, block):
    for one in node.iterancestors():
        if one is block:
            return
        yield one


@pytest.mark.parametrize("name", PAGES)
def test_a_turned_text_turns_nothing_after_it(name, hostile):
    (path,) = (path for path in pages(hostile) if path.name == name)
    blocks = [node for node in parsed(path).iter(etree.Element) if node.tag not in INLINE]
    assert [(node.tag, node.get("class"), rest) for node in blocks if (rest := after_turns(node))] == []


def test_pages_are_whole_and_printable(hostile):
    for path in pages(hostile):
        text = path.read_text(encoding="utf-8")
        assert text == clean(text), path.name
        assert text.count("</html>") == 1 and text.rstrip().endswith("</html>")


def test_csv_has_the_rows_and_columns_of_the_harmless_one(hostile, harmless):
    seen = 0
    for root, other in ((hostile.public, harmless.public), (hostile.private, harmless.private)):
        for path in root.rglob("*.csv"):
            own, twin = (list(csv.reader(io.StringIO(one.read_bytes().decode(), newline="")))
                         for one in (path, other / path.relative_to(root)))  # fmt: skip
            assert list(map(len, own)) == list(map(len, twin)), path.name
            assert own[0] == twin[0]
            seen += 1
    assert seen >= 5


def rows(path):
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode(), newline="")))


def test_titles_in_the_tables_are_as_they_were_given(hostile):
    titles = {row["indicator"]: row["title"] for row in rows(hostile.public / "tables.csv")}
    for at, words in enumerate(TEXTS):
        assert titles[f"H{at}"].startswith(words.encode(errors="backslashreplace").decode()), NAMES[at]


def test_findings_in_csv_are_disarmed_and_whole(hostile):
    for row, words in zip(rows(hostile.private / "findings.csv"), TEXTS, strict=True):
        own, wanted = row["message"], words.encode(errors="backslashreplace").decode()
        assert own in (wanted, f"'{wanted}")
        assert not re.match(r"[=+@\t\r]|-(?!\d)", own), own[:40]


def test_findings_in_json_and_in_a_workbook(hostile, tmp_path):
    read = found(TEXTS, TITLE)
    told = json.loads(write_findings(read, tmp_path / "findings.json").read_text(encoding="utf-8"))
    said = {plain(one) for one in strings(told)}
    book = reopened(write_findings(read, tmp_path / "findings.xlsx"))
    assert {entry.data_type for entry in cells_of(book)} <= {"s", "n", "b"}
    assert not [entry for entry in cells_of(book) if entry.hyperlink and entry.hyperlink.target]
    texts = {plain(entry.value) for entry in cells_of(book) if isinstance(entry.value, str)}
    for name, words in STRINGS:
        assert plain(words) in said, name
        assert any(text == plain(words) or (text and plain(words).startswith(text)) for text in texts), name


def strings(told):
    """All texts of a JSON document."""
    if isinstance(told, dict):
        told = [*told, *told.values()]
    return (
        [told]
        if isinstance(told, str)
        else [one for part in told for one in strings(part)]
        if isinstance(told, list)
        else []
    )


def test_the_json_files_hold_the_texts_and_no_control_signs(hostile):
    for path in hostile.public.rglob("*.json"):
        raw = path.read_text(encoding="utf-8")
        assert not {sign for sign in raw if unicodedata.category(sign) in ("Cs",) or (sign < " " and sign != "\n")}
        assert all(clean(one) == one for one in strings(json.loads(raw))), path.name
    package = {plain(one) for one in strings(json.loads((hostile.public / "datapackage.json").read_text("utf-8")))}
    assert all(plain(words) in package for words in TEXTS)
    manifest = json.loads((hostile.public / "manifest.json").read_text("utf-8"))
    assert plain(manifest["survey"]["title"]["en"]) == plain(TITLE)


def test_a_data_package_is_valid_for_frictionless(hostile):
    frictionless = pytest.importorskip("frictionless")
    with frictionless.system.use_context(trusted=True):
        report = frictionless.Package(str(hostile.public / "datapackage.json")).validate()
    assert report.valid, report.flatten(["name", "rowNumber", "note"])[:5]


def test_pysdmx_reads_the_figures_and_the_texts(hostile):
    reader = pytest.importorskip("pysdmx.io")
    sdmx = hostile.public / "sdmx"
    for data, structure in (("data.csv", "structure.json"), ("data.xml", "structure.xml")):
        (read,) = reader.get_datasets(sdmx / data, sdmx / structure)
        assert len(read.data) == len(rows(sdmx / "data.csv"))
        lists = {one.id: one for one in reader.read_sdmx(sdmx / structure).get_codelists()}
        names = {code_of_id(code.id): plain(code.name) for code in lists["CL_SEX_ARMENIA_2007"].codes}
        # The reader takes a byte order mark at the ends of a name off.
        wanted = {name: plain(words).strip("\ufeff") or name for name, words in STRINGS}
        assert {name: names[name].strip("\ufeff") for name in NAMES} == wanted


def test_xml_is_as_the_harmless_one(hostile, harmless):
    strict = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    seen = 0
    for root, other in ((hostile.public, harmless.public), (hostile.private, harmless.private)):
        for path in root.rglob("*.xml"):
            own, twin = (etree.parse(one, strict) for one in (path, other / path.relative_to(root)))
            shapes = [Counter((node.tag, *sorted(node.attrib)) for node in one.iter()) for one in (own, twin)]
            assert shapes[0] == shapes[1], path.name
            assert own.docinfo.internalDTD is None
            seen += 1
    assert seen == 3


def test_the_description_of_the_microdata_says_each_text(hostile):
    root = etree.parse(hostile.private / "microdata.ddi.xml").getroot()
    labels = {node.getparent().get("name"): plain(node.text or "") for node in root.iter("{*}labl")}
    own = spoken(catalog.load_codebook("emigration"), TEXTS)
    for name in ("em_dest", "em_sex", "em_age"):
        assert labels[name] == plain(own.variables[name].label["en"])


def test_microdata_are_as_they_were(hostile):
    parquet = pytest.importorskip("pyarrow.parquet")
    read = parquet.read_table(hostile.private / "microdata.parquet")
    assert read.column_names == ["em_dest", "em_sex", "em_age"] and read.num_rows == len(TEXTS)


def test_the_workbook_has_no_formula_and_no_address(hostile, harmless):
    own, twin = (reopened(made.public / "tables.xlsx") for made in (hostile, harmless))
    assert {entry.data_type for entry in cells_of(own)} == {"s", "n"}
    assert [sheet.title for sheet in own] == [sheet.title for sheet in twin]
    assert [sheet.max_column for sheet in own] == [sheet.max_column for sheet in twin]
    assert not [entry for entry in cells_of(own) if entry.hyperlink and entry.hyperlink.target]
    assert sorted(parts_of(hostile.public / "tables.xlsx")) == sorted(parts_of(harmless.public / "tables.xlsx"))


@pytest.fixture(scope="module")
def labelled():
    """A table of every text."""
    labels = {"sex": {name: {"en": words} for name, words in STRINGS}}
    cells = [cell({"sex": name}, "number", "persons", 50.0 + at, 2.0, 60) for at, name in enumerate(NAMES)]
    own = indicator("E03", {"en": TITLE}, "total", "persons", note={"en": HOSTILE["latex"]})
    named = {"sex": {"en": HOSTILE["event"]}}
    return replace(table(own, ("sex",), cells, labels=labels, names=named), survey_title={"en": TITLE})


def test_a_word_document_says_each_text(labelled, tmp_path):
    docx = pytest.importorskip("docx")
    from lfs_migration.publish.papers.word import write_docx

    path = write_docx([labelled], tmp_path / "tables.docx")
    (read,) = docx.Document(path).tables
    said = [row.cells[0].text for row in read.rows[1:]]
    for own, (name, words) in zip(said, STRINGS, strict=True):
        assert own == legible(words) or (len(legible(words)) > 200 and own.rstrip("\u2026") in legible(words)), name
    with zipfile.ZipFile(path) as package:
        assert not [name for name in package.namelist() if "embed" in name or "vba" in name]
        for name in package.namelist():
            if name.endswith((".xml", ".rels")):
                etree.fromstring(package.read(name))
                assert b"instrText" not in package.read(name) and b'evil.example" TargetMode' not in package.read(name)


def test_latex_has_a_line_for_each_text_and_no_command_of_them(labelled, tmp_path):
    text = write_latex(labelled, tmp_path / "t.tex").read_text(encoding="utf-8")
    harmless = replace(
        labelled, labels={"sex": {name: {"en": "Words"} for name in NAMES}}, survey_title={"en": "Survey"},
        dimension_labels={"sex": {"en": "Sex"}},
        indicator=indicator("E03", {"en": "Title"}, "total", "persons", note={"en": "Note"}),
    )  # fmt: skip
    twin = write_latex(harmless, tmp_path / "u.tex").read_text(encoding="utf-8")
    assert text.count("\\\\\n") == twin.count("\\\\\n") and len(text.splitlines()) == len(twin.splitlines())
    commands = set(re.findall(r"(?<!\\)(?:\\\\)*\\([A-Za-z]+)", text)) - set(re.findall(r"\\([A-Za-z]+)", twin))
    assert not [one for one in commands if not one.startswith("text")], commands
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", text)


def test_a_chart_says_its_texts_and_runs_nothing(labelled, tmp_path):
    pytest.importorskip("vl_convert")
    from lfs_migration.publish.papers.charts import save_chart

    root = etree.parse(save_chart(labelled, tmp_path / "chart.svg")).getroot()
    for node in root.iter(etree.Element):
        assert etree.QName(node).localname not in ("script", "foreignObject", "image", "a", "style", "iframe")
        assert not [one for one in node.attrib if one.lower().startswith("on") or one.endswith("href")]
    described = plain(" ".join(node.text for node in root.iter("{*}title", "{*}desc")))
    assert legible(TITLE)[:60] in described
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", "".join(root.itertext()))
