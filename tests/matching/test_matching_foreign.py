"""Files of other surveys: little is claimed, and it is said so."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from lfs_migration import matching
from lfs_migration.errors import CatalogError, LfsMigrationError, NotFound, ReadError
from lfs_migration.matching.report import claims

ROOT = os.environ.get("LFS_REAL_DATA", "")
ODD = sorted(p for p in Path(ROOT, "odd_files").rglob("*") if p.suffix in (".sav", ".zsav", ".dta")) if ROOT else []
REAL = ("sex", "age", "w_", "region", "urban", "hh_id", "_no")
"""What a survey of any subject may have."""


@pytest.fixture
def shop(tmp_path):
    """A survey of customers: sex and age, and twenty questions on a shop."""
    rng = np.random.default_rng(7)
    rows = 400
    data = pd.DataFrame({"id": np.arange(1, rows + 1), "gender": rng.integers(1, 3, rows),
                         "age": rng.integers(18, 80, rows), "branch": rng.integers(1, 6, rows)})  # fmt: skip
    labels = ["Number of the questionnaire", "Gender of the customer", "Age of the customer", "Shop visited"]
    values = {"gender": {1: "Male", 2: "Female"}, "branch": {i: f"Shop {i}" for i in range(1, 6)}}
    topics = ("prices", "staff", "opening hours", "parking", "lighting", "music", "fruit", "bread", "meat", "fish")
    scale = {1: "Very satisfied", 2: "Satisfied", 3: "Neither", 4: "Unhappy", 5: "Very unhappy"}
    for i, topic in enumerate(topics):
        data[f"q{i}"] = rng.integers(1, 6, rows)
        data[f"b{i}"] = rng.integers(1, 3, rows)
        values |= {f"q{i}": scale, f"b{i}": {1: "Yes", 2: "No"}}
        labels += [f"Satisfaction with {topic}", f"Would recommend the {topic}"]
    path = tmp_path / "customers.sav"
    pyreadstat.write_sav(data, str(path), column_labels=labels, variable_value_labels=values)
    return path


def claimed(proposal):
    return {match.variable for match in proposal.matches if match.columns}


def test_of_a_survey_of_customers_only_sex_and_age_are_claimed(shop):
    proposal = matching.propose("erewhon", "2030", [shop])
    assert {name.split("_", 1)[1] for name in claimed(proposal)} <= {"sex", "age", "no", "id"}
    assert any(name.endswith("_sex") for name in claimed(proposal))


def test_it_is_said_that_another_survey_does_not_look_like_the_module(shop):
    proposal = matching.propose("erewhon", "2030", [shop])
    used, columns = claims(proposal)
    assert (columns, used <= 4, proposal.resembles) == (24, True, False)
    assert proposal.lines()[0].startswith(f"{used} of 24 columns resemble the module: this does not look like")
    assert "These files do not look like" in matching.draft(proposal)


def test_the_draft_of_another_survey_loads_too(shop, tmp_path):
    from lfs_migration import catalog

    edition = catalog.load_country(matching.write(matching.propose("erewhon", "2030", [shop]), tmp_path))
    problems = catalog.problems(catalog.load_codebook(edition.module, edition), edition)
    assert problems
    assert all("not mapped" in str(problem) for problem in problems)


def test_numbers_without_words_are_not_taken_for_anything(tmp_path):
    rng = np.random.default_rng(3)
    frame = pd.DataFrame(
        {f"v{i}": rng.integers(1, 12, 300) for i in range(12)} | {"v90": rng.integers(1950, 2007, 300)}
    )
    path = tmp_path / "plain.csv"
    frame.to_csv(path, index=False)
    assert claimed(matching.propose("erewhon", "2030", [path])) == set()


def test_a_country_that_is_none_is_open(shop):
    proposal = matching.propose("erewhon", "2030", [shop])
    assert proposal.country == ""
    assert "open: ISO 3166-1 alpha-3" in matching.draft(proposal)


def test_a_country_is_known_by_its_name_in_another_language(shop):
    assert matching.propose("Côte d’Ivoire", "2030", [shop]).country == "CIV"
    assert matching.propose("noruega", "2030", [shop]).country == "NOR"


def test_a_country_file_that_is_there_is_not_overwritten(shop, tmp_path):
    proposal = matching.propose("norway", "2030", [shop])
    path = matching.write(proposal, tmp_path)
    path.write_text("mine")
    with pytest.raises(CatalogError, match="not overwritten"):
        matching.write(proposal, tmp_path)
    assert path.read_text() == "mine"


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("none.sav", None, "No such file"),
        ("empty.csv", b"", "empty"),
        ("head.csv", b"a,b\n", "header and no rows"),
        ("notes.docx", b"PK\x03\x04", "ending '.docx' is not known"),
        ("cut.sav", b"$FL2@(#) SPSS DATA FILE", "cut.sav"),
        ("cut.dcf", b"[Dictionary]\nName=X\n[Record]\nNa", "not a line of the form"),
    ],
)
def test_what_is_no_survey_file_is_refused(tmp_path, name, content, why):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ReadError, match=why) as caught:
        matching.propose("norway", "2030", [path])
    assert name in str(caught.value)


def test_no_file_and_an_unknown_module_are_refused(shop):
    with pytest.raises(ReadError, match="No file was given"):
        matching.propose("norway", "2030", [])
    with pytest.raises(NotFound, match="No module"):
        matching.propose("norway", "2030", [shop], "emigratoin")


@pytest.mark.parametrize("edition", ["", "2027/28", "2027-1", "../2027"])
def test_an_edition_that_is_no_part_of_a_file_name_is_refused(edition, shop):
    with pytest.raises(CatalogError, match="cannot be part of a file's name"):
        matching.propose("norway", edition, [shop])


def test_two_files_of_one_name_are_refused(shop, tmp_path):
    (tmp_path / "b").mkdir()
    other = tmp_path / "b" / shop.name
    other.write_bytes(shop.read_bytes())
    with pytest.raises(ReadError, match="Two files are called"):
        matching.propose("norway", "2030", [shop, other])


@pytest.mark.real
@pytest.mark.skipif(not ODD, reason="LFS_REAL_DATA names no folder with odd_files")
@pytest.mark.parametrize("path", ODD, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_real_files_of_other_subjects_claim_few_columns(path):
    try:
        proposal = matching.propose("erewhon", "2030", [path])
    except LfsMigrationError as error:
        assert path.name in str(error)
        return
    assert not proposal.resembles
    assert all(any(part in name for part in REAL) for name in claimed(proposal))
    assert len(claimed(proposal)) <= 3
    assert "does not look like" in proposal.lines()[0]


@pytest.mark.real
@pytest.mark.skipif(not ROOT, reason="LFS_REAL_DATA names no folder with real survey files")
def test_the_real_mexican_file_has_opaque_names_and_claims_few():
    path = Path(ROOT, "mexico_enadid_2023", "TMIGRANTE.csv")
    if not path.exists():
        pytest.skip("LFS_REAL_DATA has no Mexican file")
    proposal = matching.propose("mexico", "2023", [path])
    own = {(m.record, m.variable): m.columns for m in proposal.matches if m.columns}
    assert own["household", "hh_id"] == ("llave_hog",)
    assert own["household", "w_hh"] == ("fac_hog",)
    assert len({column for columns in own.values() for column in columns}) <= 8
    assert not proposal.resembles


def test_semicolons_decimal_commas_and_other_digits_are_read(tmp_path):
    rows = [f"{i};{1 + i % 2};{'٣٤' if i % 3 else '٧'};{100 + i / 7:.3f}".replace(".", ",") for i in range(1, 60)]
    path = tmp_path / "persons.csv"
    path.write_text("hh_id;sex;age;weight\n" + "\n".join(rows) + "\n", encoding="utf-8")
    table = matching.propose("norway", "2030", [path]).tables[0]
    assert (table.spec.delimiter, table.spec.decimal) == (";", ",")
    assert table.by_name["age"].amounts.tolist() == [7.0, 34.0]
    assert table.by_name["weight"].numbers.min() == pytest.approx(100 + 1 / 7, abs=1e-3)
    draft = matching.draft(matching.propose("norway", "2030", [path]))
    assert 'delimiter: ";"' in draft
    assert 'decimal: ","' in draft
