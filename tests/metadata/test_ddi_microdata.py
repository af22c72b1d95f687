"""The document of harmonised records: what the file really holds, and no number of persons beside its rows."""

from __future__ import annotations

import os
from pathlib import Path
from xml.etree.ElementTree import Element, fromstring

import odd_codebook
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from ddi_standard import LANG, NAMESPACE, faults

from lfs_migration import catalog
from lfs_migration.errors import DataError
from lfs_migration.metadata.microdata import write_microdata_ddi
from lfs_migration.model.dataset import Dataset
from lfs_migration.model.design import Design

SCHEMA = os.environ.get("LFS_DDI_SCHEMA", "")
COLUMNS = {"hh_id": "01", "em_no": 1, "em_sex": 2, "em_age": 31, "em_dest": "NO", "w_hh": 12.5, "w_new": 11.5}
DESIGN = Design(weight="w_new", stratum="hh_stratum", psu="hh_psu", singletons="certainty")


def records(path: Path, columns=None, rows=3) -> Path:
    pq.write_table(pa.table({name: [value] * rows for name, value in (columns or COLUMNS).items()}), path)
    return path


def armenia() -> Dataset:
    edition = odd_codebook.edition("armenia")
    return Dataset(records={}, codebook=odd_codebook.module("armenia"), country=edition, design=DESIGN)


@pytest.fixture
def document(tmp_path) -> bytes:
    path = write_microdata_ddi(records(tmp_path / "microdata.parquet"), armenia())
    assert path == tmp_path / "microdata.ddi.xml"
    return path.read_bytes()


def at(root: Element, path: str) -> list[Element]:
    return root.findall("/".join(NAMESPACE + part for part in path.split("/")))


def variables(document: bytes) -> dict[str, Element]:
    return {node.get("name"): node for node in at(fromstring(document), "dataDscr/var")}


def test_it_is_as_the_standard_says(document):
    assert faults(document) == []


@pytest.mark.skipif(not SCHEMA, reason="LFS_DDI_SCHEMA names no folder with codebook.xsd of DDI-Codebook 2.5 or 2.6")
def test_it_validates_against_the_official_schema(document):
    etree = pytest.importorskip("lxml.etree")
    tree = etree.parse(str(Path(SCHEMA) / "codebook.xsd"))
    for note in list(tree.iter("{http://www.w3.org/2001/XMLSchema}annotation")):
        note.getparent().remove(note)  # some of 2.6 stand where XML Schema allows none
    version = tree.getroot().get("targetNamespace").removeprefix("ddi:codebook:")
    own = document.replace(b"ddi:codebook:2_5", f"ddi:codebook:{version}".encode())
    own = own.replace(b'version="2.5"', f'version="{version.replace("_", ".")}"'.encode(), 1)
    schema = etree.XMLSchema(tree)
    assert schema.validate(etree.fromstring(own)), [str(error) for error in schema.error_log][:5]


def test_its_variables_are_the_columns_of_the_file(document):
    found = variables(document)
    assert list(found) == list(COLUMNS)
    assert {node.get("files") for node in found.values()} == {"F1"}
    kinds = {name: at(node, "varFormat")[0].get("type") for name, node in found.items()}
    assert kinds == {name: "character" if isinstance(value, str) else "numeric" for name, value in COLUMNS.items()}
    sex = {one.get(LANG): one.text for one in at(found["em_sex"], "labl")}
    assert sex == odd_codebook.module("armenia").variable("em_sex").label


def test_the_file_is_described_as_it_is(document):
    root = fromstring(document)
    (file,) = at(root, "fileDscr/fileTxt")
    assert [at(file, name)[0].text for name in ("fileName", "dimensns/caseQnty", "dimensns/varQnty", "fileType")] == [
        "microdata.parquet", "3", "7", "Apache Parquet",
    ]  # fmt: skip
    (group,) = at(file, "fileStrc/recGrp")
    ids = {name: node.get("ID") for name, node in variables(document).items()}
    book = odd_codebook.module("armenia")
    assert group.get("rectype") == "emigrant"
    assert group.get("keyvar").split() == [ids[key] for key in book.records["emigrant"].key]
    assert at(root, "stdyDscr/citation/titlStmt/IDNo")[0].text == "armenia-2007-microdata"
    units = {one.text for one in at(root, "stdyDscr/stdyInfo/sumDscr/anlyUnit")}
    assert units == {text for record in ("emigrant", "household") for text in book.records[record].label.values()}


def test_the_weight_is_that_of_the_figures_and_a_step_of_the_weighting_is_there_too(document):
    found = variables(document)
    assert {name for name, node in found.items() if node.get("wgt") == "wgt"} == {"w_new"}
    assert at(fromstring(document), "stdyDscr/method/dataColl/weight")[0].text == "Variable w_new."
    assert at(found["w_new"], "labl")[0].text == "w_new"


def test_no_number_by_category_is_told(document):
    tags = {node.tag.removeprefix(NAMESPACE) for node in fromstring(document).iter()}
    assert not tags & {"catStat", "sumStat", "TotlResp"}


def test_references_lead_to_variables_of_the_file_alone(document):
    root = fromstring(document)
    ids = {node.get("ID") for node in at(root, "dataDscr/var")}
    for group in at(root, "dataDscr/varGrp"):
        assert group.get("var") and set(group.get("var").split()) <= ids
    for node in root.iter(f"{NAMESPACE}derivation"):
        assert set((node.get("var") or "").split()) <= ids


def test_a_question_of_several_answers_is_a_group_of_those_that_are_there(tmp_path):
    book = odd_codebook.module("armenia")
    multiple = next(one for one in book.multiples.values() if one.record == "emigrant")
    kept = list(multiple.parts.values())[:2]
    columns = {"hh_id": "01", "em_no": 1, **dict.fromkeys(kept, 1)}
    document = write_microdata_ddi(records(tmp_path / "m.parquet", columns), armenia()).read_bytes()
    ids = {name: node.get("ID") for name, node in variables(document).items()}
    groups = [one for one in at(fromstring(document), "dataDscr/varGrp") if one.get("type") == "multipleResp"]
    assert [(one.get("name"), one.get("var").split()) for one in groups] == [
        (multiple.name, [ids[name] for name in kept])
    ]  # fmt: skip
    assert faults(document) == []


def test_an_edition_brings_its_own_lists_and_questions(tmp_path):
    egypt = odd_codebook.edition("egypt")
    data = Dataset(records={}, codebook=odd_codebook.module("egypt"), country=egypt, design=DESIGN)
    own = next(name for name in catalog.questionnaires() if name == egypt.id)
    path = records(tmp_path / "m.parquet", {"hh_id": "01", "em_no": 1, "region_code": "01"})
    document = write_microdata_ddi(path, data, questionnaire=catalog.load_questionnaire(own)).read_bytes()
    assert faults(document) == []
    assert len(at(variables(document)["region_code"], "catgry")) > 5


def test_the_same_records_give_the_same_bytes(document, tmp_path):
    again = tmp_path / "again"
    again.mkdir()
    assert write_microdata_ddi(records(again / "microdata.parquet"), armenia()).read_bytes() == document


def test_records_that_nobody_knows_are_an_error(tmp_path):
    path = records(tmp_path / "m.parquet", {"something": 1})
    with pytest.raises(DataError, match="knows no column"):
        write_microdata_ddi(path, armenia())
    with pytest.raises(DataError, match="without a codebook"):
        write_microdata_ddi(path, Dataset(records={}))
