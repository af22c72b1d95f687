"""Loading questionnaires, and multiple-response questions of a codebook."""

from __future__ import annotations

import pytest
from catalog_changes import Books

from lfs_migration import catalog
from lfs_migration.errors import CatalogError, NotFound

QUESTIONNAIRE = """\
name: small
module: emigration
title: {en: Small}
languages: [en]
reference: ours
sections:
  - id: X
    record: household
    page: 1
    title: {en: Screening}
    items:
      - id: X1
        name: hh_em_any
        wording: {en: Anyone abroad?}
        routes:
          - {unless: hh_em_any == 1, to: end}
"""


@pytest.fixture
def written(tmp_path):
    def write(old="", new=""):
        path = tmp_path / "small.yaml"
        path.write_text(QUESTIONNAIRE.replace(old, new) if old else QUESTIONNAIRE, encoding="utf-8")
        return path

    return write


def test_a_questionnaire_knows_its_items_and_where_they_stand(written):
    questionnaire = catalog.load_questionnaire(written())
    assert [item.name for item in questionnaire.items] == ["hh_em_any"]
    assert questionnaire.where("X1") == "small.yaml:12"
    assert [(record, len(sections)) for record, sections in questionnaire.blocks()] == [("household", 1)]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("wording:", "words:", "Unknown key 'words'. small.yaml:14"),
        ("unless: hh_em_any == 1, ", "", "a route has either when or unless"),
        ("id: X1", "id: X", "X stands twice"),
        ("name: small", "name: large", "The file holds large"),
        ("page: 1", "page: one", "page"),
    ],
)
def test_a_wrong_questionnaire_says_what_and_where(written, old, new, said):
    with pytest.raises(CatalogError) as error:
        catalog.load_questionnaire(written(old, new))
    assert all(part in str(error.value) for part in said.split(". "))


def test_an_unknown_questionnaire_gets_near_matches():
    with pytest.raises(NotFound, match=r"No questionnaire 'emigratoin'. Did you mean 'emigration'"):
        catalog.load_questionnaire("emigratoin")


MULTIPLE = """\
- name: hh_roofs
  type: multi
  codelist: URBAN
  label: {en: Roofs}
  universe: hh_em_any == 1
  missing: two
  reference: ours
- name: hh_has_em
"""


@pytest.fixture
def multiple(tmp_path, monkeypatch):
    copy = Books(tmp_path)
    monkeypatch.setattr("lfs_migration.catalog.places.PACKAGE", tmp_path / "lfs_migration")
    copy("emigration/household.yaml", "- name: hh_has_em\n", MULTIPLE)
    copy("codelists.yaml", "URBAN:\n", "URBAN:\n  exclusive: [2]\n")
    return catalog.load_codebook()


def test_a_question_with_several_answers_becomes_a_variable_for_each(multiple):
    assert multiple.multiples["hh_roofs"].parts == {1: "hh_roofs__1", 2: "hh_roofs__2"}
    part = multiple.variables["hh_roofs__2"]
    assert (part.codelist, part.universe, part.part_of) == ("YESNO", "hh_em_any == 1", "hh_roofs")
    assert part.label["en"] == "Roofs: Rural"


def test_an_answer_that_stands_alone_is_a_rule(multiple):
    rule = multiple.rules["hh_roofs__2_alone"]
    assert (rule.when, rule.check) == ("hh_roofs__2 == 1", "coalesce(hh_roofs__1, 2) != 1")
    assert rule.label["en"] == "Rural excludes the other answers: hh_roofs"
