"""The DDI-Codebook document: as the standard says, complete, and the same every time."""

from __future__ import annotations

import os
import re
from functools import lru_cache
from pathlib import Path
from xml.etree.ElementTree import Element, fromstring

import ddi_standard
import odd_codebook
import pytest
from ddi_standard import LANG, NAMESPACE, faults

from lfs_migration import catalog
from lfs_migration.exporting import export
from lfs_migration.metadata.words import WORDS
from lfs_migration.model.questionnaire import Item, Questionnaire, Route, Section

SCHEMA = os.environ.get("LFS_DDI_SCHEMA", "")
CASES = ("", "armenia", "egypt", "odd")


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ddi")

    @lru_cache
    def write(case: str, language: str = "en") -> bytes:
        book, edition, questionnaire = odd_codebook.codebook(), None, None
        if case != "odd":
            edition = odd_codebook.edition(case) if case else None
            book, questionnaire = odd_codebook.module(case), catalog.load_questionnaire()
        (path,) = export(book, "ddi", folder / case, language=language, edition=edition, questionnaire=questionnaire)
        return path.read_bytes()

    return write


def at(root: Element, path: str) -> list[Element]:
    return root.findall("/".join(NAMESPACE + part for part in path.split("/")))


def by_language(node: Element, tag: str) -> dict[str, str]:
    return {one.get(LANG): one.text for one in at(node, tag)}


def variables(document: bytes) -> dict[str, Element]:
    return {node.get("name"): node for node in at(fromstring(document), "dataDscr/var")}


@pytest.mark.parametrize("case", CASES)
def test_it_is_as_the_standard_says(written, case):
    assert faults(written(case)) == []


@pytest.mark.parametrize(
    ("right", "wrong", "fault"),
    [
        (b"<titlStmt>", b"<notes>x</notes><titlStmt>", "content of citation"),
        (b'version="2.5"', b'version="2.6"', "version of codeBook"),
        (b'<var ID="V1"', b'<var ID="V2"', "identifier 'V2'"),
        (b'<var ID="V1"', b'<var colour="1" ID="V1"', "attribute colour"),
        (b'files="F1"', b'files="F9"', "files of var to F9"),
        (b"<dataKind>", b"<kindOfData/><dataKind>", "element {ddi:codebook:2_5}kindOfData"),
        (b"<catValu>", b"<labl>x</labl><catValu>", "content of catgry"),
    ],
)
def test_the_check_of_the_standard_finds_what_is_wrong(written, right, wrong, fault):
    assert right in written("odd")
    assert any(one.startswith(fault) for one in faults(written("odd").replace(right, wrong, 1)))


@pytest.mark.skipif(not SCHEMA, reason="LFS_DDI_SCHEMA names no folder with codebook.xsd of DDI-Codebook 2.5 or 2.6")
@pytest.mark.parametrize("case", CASES)
def test_it_validates_against_the_official_schema(written, case):
    """Every document of 2.5 is one of 2.6 in another namespace, as the change log of 2.6 says."""
    etree = pytest.importorskip("lxml.etree")
    tree = etree.parse(str(Path(SCHEMA) / "codebook.xsd"))
    for note in list(tree.iter("{http://www.w3.org/2001/XMLSchema}annotation")):
        note.getparent().remove(note)  # some of 2.6 stand where XML Schema allows none
    version = tree.getroot().get("targetNamespace").removeprefix("ddi:codebook:")
    document = written(case).replace(b"ddi:codebook:2_5", f"ddi:codebook:{version}".encode())
    document = document.replace(b'version="2.5"', f'version="{version.replace("_", ".")}"'.encode(), 1)
    schema = etree.XMLSchema(tree)
    assert schema.validate(etree.fromstring(document)), [str(error) for error in schema.error_log][:5]
    assert not schema.validate(etree.fromstring(document.replace(b"<dataDscr>", b"<dataDscr><catgry/>", 1)))


@pytest.mark.parametrize("case", ["", "armenia"])
def test_every_variable_is_there_with_all_its_labels(written, case):
    book, found = odd_codebook.module(case), variables(written(case))
    assert set(found) == set(book.variables)
    records = list(book.records)
    for name, variable in book.variables.items():
        assert by_language(found[name], "labl") == variable.label, name
        assert found[name].get("files") == f"F{records.index(variable.record) + 1}"
        codelist = book.codelist_of(name)
        wanted = {str(code): own.label for code, own in codelist.codes.items()} if codelist else {}
        wanted |= {str(code): WORDS[reason] for code, reason in variable.missing.items()}
        if variable.type != "bool":
            shown = {at(one, "catValu")[0].text: by_language(one, "labl") for one in at(found[name], "catgry")}
            assert shown == wanted, name
        absent = {at(one, "catValu")[0].text: one.get("missType") for one in at(found[name], "catgry")
                  if one.get("missing") == "Y"}  # fmt: skip
        assert absent == {str(code): reason for code, reason in variable.missing.items()}
        assert [one.get("VALUE") for one in at(found[name], "invalrng/item")] == list(map(str, variable.missing))
    identifiers = [node.get("ID") for node in found.values()]
    assert identifiers == [f"V{number}" for number in range(1, len(book.variables) + 1)]


def test_questions_universes_and_derivations(written):
    found = variables(written(""))
    item = next(i for i in catalog.load_questionnaire().items if i.name == "hh_em_any")
    assert by_language(found["hh_em_any"], "qstn/qstnLit") == item.wording
    assert by_language(found["em_spouse_here"], "universe")["fr"].startswith("Posée si em_marital vaut 2 (Marié) ou 3")
    assert at(found["em_spouse_here"], "universe")[-1].text == "em_marital in [2, 3]"
    command = at(found["em_abroad"], "derivation/drvcmd")[0]
    assert command.text == "em_scope == 1 and em_status == 1"
    sources = at(found["em_abroad"], "derivation")[0].get("var").split()
    assert sources == [found["em_scope"].get("ID"), found["em_status"].get("ID")]
    standards = {note.get("subject") for note in at(found["em_un98"], "notes") if note.get("type") == "standard"}
    assert standards == set(odd_codebook.module().variable("em_un98").standards) != set()


def test_an_editions_own_questionnaire_names_columns(tmp_path):
    leave, stay = Route(when="M8 == 1", to="B"), Route(unless="1", to="end")
    item = Item(id="A", name="M8", wording={"en": "Why?", "hy": "Ինչո՞ւ"}, routes=(leave,))
    other = Item(id="B", name="M10", wording={"en": "Where?"}, instruction={"en": "Ask"}, routes=(stay,))
    section = Section(
        id="S", record="emigrant", title={"en": "S"}, page=1, items=(item, other), introduction={"en": "Now"}
    )
    own = Questionnaire(
        name="q", module="emigration", edition="armenia-2007", title={"en": "Q"}, languages=("en", "hy"),
        reference="ours", sections=(section,),
    )  # fmt: skip
    book, edition = odd_codebook.module("armenia"), odd_codebook.edition("armenia")
    (path,) = export(book, "ddi", tmp_path, edition=edition, questionnaire=own)
    found = variables(path.read_bytes())
    assert faults(path.read_bytes()) == []
    asked = at(found["em_reason"], "qstn")[0]
    assert by_language(asked, "qstnLit") == item.wording
    assert by_language(asked, "preQTxt") == {"en": "Now"}
    forward = at(asked, "forward")[0]
    asking = [node for name in found for node in at(found[name], "qstn")]
    target = next(node for node in asking if by_language(node, "qstnLit")["en"] == "Where?")
    assert (forward.text, forward.get("qstn")) == ("If M8 == 1: to B", target.get("ID"))
    assert [one.text for one in at(target, "forward")] == ["Unless 1: to the end of the interview"]
    assert by_language(target, "ivuInstr") == {"en": "Ask"} and not at(target, "preQTxt")


def test_groups_hold_sections_and_multiple_responses(written):
    book, root = odd_codebook.module(), fromstring(written(""))
    ids = {node.get("name"): node.get("ID") for node in at(root, "dataDscr/var")}
    groups = at(root, "dataDscr/varGrp")
    several = {group.get("name"): group.get("var").split() for group in groups if group.get("type") == "multipleResp"}
    assert several == {m.name: [ids[part] for part in m.parts.values()] for m in book.multiples.values()}
    sections = [one for group in groups if group.get("type") == "section" for one in group.get("var").split()]
    assert sorted(sections) == sorted(ids.values())


def test_an_edition_brings_its_nation_year_columns_and_weight(written):
    root = fromstring(written("armenia"))
    nations = at(root, "stdyDscr/stdyInfo/sumDscr/nation")
    assert {one.get("abbr") for one in nations} == {"ARM"}
    assert {one.get(LANG): one.text for one in nations}["ru"] == "Армения"
    assert at(root, "stdyDscr/stdyInfo/sumDscr/collDate")[0].get("date") == "2007"
    assert at(root, "stdyDscr/citation/titlStmt/IDNo")[0].text == "armenia-2007"
    found = variables(written("armenia"))
    assert {name for name, node in found.items() if node.get("wgt") == "wgt"} == {"w_hh"}
    source = [note.text for note in at(found["em_reason"], "notes") if note.get("type") == "source"]
    assert source[0].startswith("M8 of armenia_emigrants.sav. 1 = 1; ")
    regions = {at(one, "catValu")[0].text: by_language(one, "labl") for one in at(found["region_code"], "catgry")}
    assert regions["1"]["hy"] == "Երևան"


def test_nothing_is_made_up(written):
    for case in ("", "armenia"):
        root = fromstring(written(case))
        tags = {node.tag.removeprefix(NAMESPACE) for node in root.iter()}
        assert not tags & {"producer", "AuthEnty", "caseQnty", "catStat", "sumStat", "prodDate", "timePrd", "distrbtr"}
    assert not {"nation", "collDate", "geogUnit"} & {
        n.tag.removeprefix(NAMESPACE) for n in fromstring(written("")).iter()
    }


def test_the_same_codebook_gives_the_same_bytes(written, tmp_path):
    again = export(odd_codebook.module(), "ddi", tmp_path, questionnaire=catalog.load_questionnaire())[0]
    assert again.read_bytes() == written("")
    assert list(tmp_path.iterdir()) == [again]


def test_the_language_asked_for_comes_first(written):
    title = at(fromstring(written("armenia", "hy")), "stdyDscr/citation/titlStmt/titl")[0]
    assert title.get(LANG) == "hy" and title.text.startswith("Հայաստան")
    first = at(variables(written("", "fr"))["em_sex"], "labl")[0]
    assert (first.get(LANG), first.text) == ("fr", "Sexe")


def test_hard_texts_are_carried_as_text(written):
    document = written("odd")
    root = fromstring(document)
    found = variables(document)
    assert by_language(found["odd"], "labl")["en"] == odd_codebook.MARKUP
    assert by_language(found["formula"], "labl")["en"] == odd_codebook.FORMULA
    assert by_language(found["control"], "labl")["en"] == odd_codebook.CONTROL.replace("\x00", "\ufffd")
    assert not list(root.iter("script")) and b"<script" not in document
    assert re.findall(rb"<catValu>(=1|')</catValu>", document) == [b"=1", b"'"]


def test_the_hand_written_standard_knows_every_element_that_is_used(written):
    used = {node.tag.removeprefix(NAMESPACE) for case in CASES for node in fromstring(written(case)).iter()}
    assert used <= {*ddi_standard.CONTENT, *ddi_standard.TEXT}
