"""Exports to other organisations' databases: their columns, their codes, and nothing that is not published."""

from __future__ import annotations

import csv
import json
from dataclasses import replace

import pytest
from planned_tables import everything, made

from lfs_migration import catalog
from lfs_migration.errors import DataError
from lfs_migration.files import sha256
from lfs_migration.model.dataset import Dataset
from lfs_migration.publish import About, publish, write_exports, write_tables
from lfs_migration.publish.data.exports import year_of

COLUMNS = ["country", "year", "destination", "destination_label", "sex", "sex_label", "statistic", "value", "unit",
           "se", "cv", "n", "flag", "source", "note"]  # fmt: skip


@pytest.fixture(scope="module")
def full():
    return everything()


@pytest.fixture
def edition():
    return catalog.load_country("armenia")


@pytest.fixture
def plan():
    return catalog.load_exports()["ilms"]


@pytest.fixture
def export(plan, edition, tmp_path):
    book = catalog.load_codebook(edition.module, edition)

    def write(tables):
        paths = write_exports(tables, tmp_path, plan=plan, edition=edition, about=About(coverage=book.coverage))
        assert all(path.parent == tmp_path / "ilms" for path in paths)
        return {path.stem: read(path) for path in paths}

    return write


def read(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_nationals_abroad_by_sex_and_country(export, full):
    rows = export(full)["nationals_abroad"]
    assert list(rows[0]) == COLUMNS
    assert {(row["country"], row["year"], row["unit"]) for row in rows} == {("ARM", "2007", "persons")}
    assert {row["sex"]: row["sex_label"] for row in rows} == {
        "SEX_M": "Men", "SEX_F": "Women", "_U": "Not known", "SEX_T": "Total"
    }  # fmt: skip
    (table,) = [t for t in full if t.indicator.code == "E03" and t.dimensions == ("destination_main", "sex")]
    (cell,) = [c for c in table.cells if c.keys == {"destination_main": "ABW", "sex": "1"}]
    (row,) = [row for row in rows if (row["destination"], row["sex"]) == ("ABW", "SEX_M")]
    assert row["destination_label"] == "Aruba"  # a code that the database's list does not map, with its label beside
    assert (float(row["value"]), float(row["se"]), row["n"]) == pytest.approx((cell.estimate, cell.se, row["n"]))
    assert row["n"] == str(cell.n) and row["flag"] == cell.flag


def test_every_figure_is_in_tables_csv(export, full, tmp_path):
    known = {(row["indicator"], row["statistic"], row["estimate"], row["se"], row["n"], row["flag"])
             for row in read(write_tables(full, tmp_path / "tables.csv"))}  # fmt: skip
    files = export(full)
    of = {row["file"].removesuffix(".csv"): row["indicator"] for row in files.pop("notes")}
    seen = 0
    for name, rows in files.items():
        assert rows
        for row in rows:
            assert (of[name], row["statistic"], row["value"], row["se"], row["n"], row["flag"]) in known
            seen += 1
    assert seen > 200


def test_a_hidden_figure_has_no_value_and_a_reason(export, full):
    hidden = [
        row for name, rows in export(full).items() if name != "notes" for row in rows if row["flag"] == "suppress"
    ]
    assert hidden and all(not (row["value"] or row["se"] or row["cv"]) for row in hidden)
    assert {row["note"] for row in hidden} == {"fewer than 20 in the sample; CV 33.3% or more"}


def test_what_several_tables_hold_stands_once(export, full):
    rows = export(full)["nationals_labour_force"]
    keys = [(row["destination"], row["sex"], row["education"]) for row in rows]
    assert {"EDU_AGGREGATE_TOTAL", "EDU_AGGREGATE_LTB", "EDU_AGGREGATE_X"} <= {row["education"] for row in rows}
    # The hand-made tables disagree about the total of all: each of them is a row, and nothing else is there twice.
    assert len(set(keys)) == len(keys) - 2
    totals = [t for t in full if t.indicator.code == "E27"]
    same = [replace(t, cells=tuple(c for c in t.cells if set(c.keys.values()) != {"_T"})) for t in totals]
    alone = [(row["destination"], row["sex"], row["education"]) for row in export(same)["nationals_labour_force"]]
    assert len(set(alone)) == len(alone) == len(keys) - 3


def test_occupations_and_industries_have_the_databases_codes(export, full):
    files = export(full)
    assert {"OCU_ISCO08_1", "OCU_ISCO08_X"} <= {row["occupation"] for row in files["employed_abroad_occupation"]}
    assert {"ECO_ISIC4_A", "ECO_ISIC4_X"} <= {row["industry"] for row in files["employed_abroad_industry"]}
    assert {row["statistic"] for row in files["employed_abroad_industry"]} == {"share"}


def test_what_has_no_table_has_no_file_and_is_named(export, plan):
    files = export([made("E08", ("destination_main", "sex"))])
    assert set(files) == {"outflow", "notes"}
    told = {row["file"]: row["written"] for row in files["notes"]}
    assert set(told) == {f"{name}.csv" for name in plan.files}
    assert [name for name, written in told.items() if written == "yes"] == ["outflow.csv"]
    (note,) = [row for row in files["notes"] if row["file"] == "outflow.csv"]
    assert note["definition"] == "Emigrants who left in the last 12 months, by main destination and sex"
    assert "Households that left as a whole" in note["coverage"] and "A choice of the country." in note["notes"]


def test_a_file_of_an_earlier_publication_is_taken_away(export, tmp_path):
    export([made("E08", ("destination_main", "sex")), made("E42a", ("last_country", "sex"))])
    assert (tmp_path / "ilms" / "returns.csv").exists()
    export([made("E08", ("destination_main", "sex"))])
    assert not (tmp_path / "ilms" / "returns.csv").exists()


def test_unprotected_tables_are_refused(export):
    with pytest.raises(DataError, match=r"An export is made of protected tables alone"):
        export([replace(made("E08", ("destination_main", "sex")), protection="")])


def test_synthetic_sources_say_so(export):
    rows = export([replace(made("E08", ("destination_main", "sex")), synthetic=True)])["outflow"]
    assert all(row["source"].endswith("(synthetic data)") for row in rows)


def test_the_year_is_the_editions(edition):
    assert year_of(edition) == "2007"
    assert year_of(edition.model_copy(update={"edition": "2019-20"})) == "2019"
    assert year_of(edition.model_copy(update={"edition": "pilot"})) == "pilot"


def test_a_publication_has_its_exports_and_the_manifest_says_where(full, edition, tmp_path):
    data = Dataset(records={}, codebook=catalog.load_codebook(edition.module, edition), country=edition)
    paths = publish(full, tmp_path, data=data)
    manifest = json.loads(paths[-1].read_text("utf-8"))
    places = {entry["file"]: entry["sha256"] for entry in manifest["outputs"]}
    assert places["exports/ilms/returns.csv"] == sha256(tmp_path / "exports" / "ilms" / "returns.csv")
    assert all((tmp_path / place).is_file() for place in places)
    bare = [replace(table, protection="") for table in full]
    paths = publish(bare, tmp_path, data=data, unprotected=True)
    assert not [path for path in paths if "exports" in path.parts]
    assert not list((tmp_path / "exports").rglob("*.csv"))
