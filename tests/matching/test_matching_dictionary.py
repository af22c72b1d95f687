"""A country file from a CSPro dictionary, and what is written of it."""

from __future__ import annotations

import pytest
from matching_dictionary import TEXT

from lfs_migration import catalog, matching


@pytest.fixture(scope="module")
def proposal(tmp_path_factory):
    path = tmp_path_factory.mktemp("dictionary") / "survey.dcf"
    path.write_text(TEXT, encoding="utf-8")
    return matching.propose("norway", "2030", [path])


@pytest.fixture(scope="module")
def found(proposal):
    return {m.variable: m for m in proposal.matches if m.record != "person" or m.variable != "hh_id"}


def test_records_of_the_dictionary_become_records_of_the_module(proposal):
    assert {r.record: r.file for r in proposal.records} == {"household": "hog", "person": "per", "emigrant": "emi"}
    assert proposal.resembles


@pytest.mark.parametrize(
    ("variable", "item"),
    [
        ("hh_id", "HOGAR"), ("region_code", "DEP"), ("urban", "AREA"), ("w_hh", "FEX"), ("per_no", "LIN"),
        ("per_sex", "P02"), ("per_age", "P03"), ("em_no", "E00"), ("em_sex", "E01"), ("em_dest", "E02"),
        ("em_reason", "E03"), ("em_dep_year", "E04"),
    ],
)  # fmt: skip
def test_items_are_recognised_by_labels_and_value_sets(variable, item, found):
    assert found[variable].columns == (item,)


def test_codes_follow_labels_and_special_values_are_missing(found):
    assert {one.native: one.code for one in found["per_sex"].codes} == {1: 2, 2: 1}
    assert {value: told[0] for value, told in found["per_sex"].missing.items()} == {9: "refused"}


def test_the_file_keeps_codes_that_look_like_something_else(proposal, tmp_path):
    path = matching.write(proposal, tmp_path)
    text = path.read_text(encoding="utf-8")
    assert "# open: 4 'Otro planeta'" in text
    edition = catalog.load_country(path)
    codes = edition.records["emigrant"].variables["em_dest"].codes
    assert codes == {1: "DEU", 2: "NOR", 3: "NAM"}
    assert edition.codelists["REGION"].codes["2"].label == {"en": "Valle Alto"}


def test_what_a_dictionary_cannot_know_is_open(proposal):
    assert any("names no data file" in one.what for one in proposal.open)
    assert any(one.where == "household.psu" for one in proposal.open)
