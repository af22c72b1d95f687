"""A country whose occupations are of ISCO-88 names the crossing, and gets ISCO-08."""

from __future__ import annotations

import shutil

import pytest

import lfs_migration as lfm
from lfs_migration import catalog, frames
from lfs_migration.catalog.classifications import crossed
from lfs_migration.harmonise.mapping import UNPLACED, Target, apply, recoder
from lfs_migration.model.codebook import Variable
from lfs_migration.model.country import File, Recode
from lfs_migration.model.dataset import Source

VARIABLE = """
- name: em_isco
  type: code
  codelist: ISCO08
  section: Work
  label: {en: Occupation, fr: Profession, es: Ocupación}
  missing: text
  reference: made for tests
"""
ISCO = Variable(name="em_isco", record="emigrant", type="code", codelist="ISCO08", label={"en": "Occupation"},
                reference="", missing={"ZZ5": "uncodable", "ZZ9": "not_stated"})  # fmt: skip
TARGET = Target(ISCO, frozenset(catalog.load_codebook().codelists["ISCO08"].codes))


def recode(**more):
    return Recode.model_validate(crossed({"column": "occ", "codes": "isco88", **more}, ""))


@pytest.fixture
def books(tmp_path, monkeypatch):
    """The codebooks with an occupation of the emigrant."""
    shutil.copytree(catalog.folder(), tmp_path / "codebooks")
    with (tmp_path / "codebooks" / "emigration" / "emigrant.yaml").open("a", encoding="utf-8") as file:
        file.write(VARIABLE)
    monkeypatch.setattr("lfs_migration.catalog.places.PACKAGE", tmp_path / "lfs_migration")


def harmonised(survey, entry, occupations):
    """The occupations of the small survey, after its third column was added to the file and to the country."""
    country, file = survey / "atlantis-2020.yaml", survey / "emigrants.csv"
    country.write_text(f"{country.read_text().rstrip()}\n      em_isco: {entry}\n")
    head, *rows = file.read_text().splitlines()
    lines = [f"{head},occ", *(f"{row},{occupations[n % len(occupations)]}" for n, row in enumerate(rows))]
    file.write_text("\n".join(lines) + "\n")
    edition = catalog.load_country(country)
    assert catalog.problems(catalog.load_codebook(edition=edition), edition) == []
    data = lfm.harmonise(lfm.read(survey, country))
    return frames.values(data.records["emigrant"], "em_isco")[: len(occupations)], data


def test_a_file_with_isco_88_becomes_isco_08(survey, books):
    entry = "{column: occ, codes: isco88, missing: {'9999': not_stated}}"
    found, data = harmonised(survey, entry, ["7124", "2221", "8263"])
    assert found == ["7115", "221", "ZZ5"], "a carpenter, a doctor, and a machine operator or supervisor"
    assert data.unmatched == ()


def test_a_code_that_isco_88_does_not_have_is_told(survey, books):
    found, data = harmonised(survey, "{column: occ, codes: isco88, digits: 4}", ["7124", "7199", "0110"])
    assert found == ["7115", "ZZ5", "0"]
    assert [(lost.variable, lost.value) for lost in data.unmatched] == [("em_isco", "7199")]


@pytest.mark.parametrize(
    ("value", "code"),
    [("0110", "0"), (110, "0"), (110.0, "0"), ("110", "0"), (1110, "1111"), (1110.0, "1111"), ("1110", "1111"),
     ("71", "ZZ5"), ("713", "7"), (8263, "ZZ5"), (9999, UNPLACED), ("7199", UNPLACED)],
)  # fmt: skip
def test_a_code_is_matched_as_text_and_as_number(value, code):
    found = recoder(recode(), TARGET)(value)
    assert found is UNPLACED if code is UNPLACED else found == code


def test_a_number_that_may_be_two_codes_has_no_place():
    to_code = recoder(recode(), TARGET)
    assert to_code(11) is UNPLACED
    assert (to_code("11"), to_code("011")) == ("111", "0")


def test_digits_settle_what_a_number_is():
    assert recoder(recode(digits=2), TARGET)(1) == "0"
    assert recoder(recode(digits=3), TARGET)(11) == "0"
    assert recoder(recode(digits=2), TARGET)(11) == "111"
    assert recoder(recode(digits=4), TARGET)(11) is UNPLACED


def test_industries_of_a_numeric_column_need_their_digits():
    target = Target(ISCO, frozenset())
    industry = {"column": "x", "codes": "isic3"}
    to_code = recoder(Recode.model_validate(crossed(industry, "")), target)
    assert to_code(111) is UNPLACED, "crude petroleum, or cereals"
    assert (to_code("0111"), to_code(1810)) == ("01", "C")
    to_class = recoder(Recode.model_validate(crossed({**industry, "digits": 4}, "")), target)
    assert (to_class(111), to_class("0111"), to_class(1110)) == ("01", "01", "B")


def test_a_doubtful_number_is_listed_with_its_rows():
    source = Source("x", "x.sav", "", 0)
    mapped = apply(recode(), frames.frame({"occ": [11.0, 7124.0, 11.0]}), TARGET, File(path="x", format="sav"), source)
    assert mapped.values.to_pylist() == ["ZZ5", "7115", "ZZ5"]
    assert {value: list(rows) for value, rows in mapped.unplaced.items()} == {"11.0": [0, 2]}


def test_a_map_that_names_numbers_still_matches_them_by_value():
    mixed = recoder(Recode(column="x", codes={1: "11", "01": "12"}), TARGET)
    assert [mixed(value) for value in (1, 1.0, "1", "01")] == ["11", "11", "11", "12"]
