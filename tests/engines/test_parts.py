"""Records in parts of whole households: what is hard about them, and what a store does."""

import gc
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from parts_surveys import ROOT, each_engine, egypt, engine, same, shuffled

import lfs_migration as lfm
from lfs_migration import pipeline
from lfs_migration.errors import DataError, LfsMigrationError, NotFound
from lfs_migration.frames import PARENT, Engine, Parts, arrow, frame, ordered, write_parquet
from lfs_migration.frames.parts import part_of


def check(data, kind, parts=5):
    """The findings of rows in parts, which must be those in memory."""
    spread, whole = lfm.harmonise(data, engine=engine(kind, parts=parts)), lfm.harmonise(data)
    assert same(spread, whole)
    findings = lfm.validate(spread)
    assert findings == lfm.validate(whole)
    return spread, findings


@each_engine
def test_an_orphan_is_found_and_has_no_parent(kind):
    data, findings = check(egypt(emigrants={"caseser": {3: "none"}}), kind)
    assert "none" in {found.household for found in findings if found.rule == "orphan"}
    emigrant = data.records["emigrant"].collect("pyarrow").to_native()
    row = emigrant.column("hh_id").to_pylist().index("none")
    assert emigrant.column(PARENT)[row].as_py() is None
    assert emigrant.column("region_code")[row].as_py() is None


@each_engine
def test_of_households_with_one_key_the_same_is_taken_whatever_the_order(kind):
    # All rows of the second household get the key of the first, which lies in another stratum and unit.
    data = egypt(households={"caseser": {1: "1"}, "pweight": {1: "5"}, "rururb": {1: "2"}})
    found, findings = check(data, kind)
    assert findings.counts()["duplicate_key"] == 2
    for seed in range(3):
        assert same(lfm.harmonise(shuffled(data, seed)), lfm.harmonise(data))
        assert same(lfm.harmonise(shuffled(data, seed), engine=engine(kind, parts=2)), found)


@each_engine
def test_rows_without_a_key_are_in_the_first_part(kind):
    data = egypt(households={"caseser": {5: None}}, persons={"caseser": {7: None, 8: None}, "pnum": {9: None}})
    found, findings = check(data, kind, parts=3)
    assert findings.counts()["missing_key"] == 4
    assert None in arrow(found.store.part(0)["household"]).column("hh_id").to_pylist()
    for part in range(1, 3):
        assert None not in arrow(found.store.part(part)["person"]).column("hh_id").to_pylist()


@each_engine
def test_an_unmatched_code_is_found_in_every_part(kind):
    persons = dict.fromkeys(range(0, 40, 3), "5")
    data = egypt(persons={"sex": persons}, emigrants={"q504": {2: "8", 5: "8", 9: "7"}})
    found, findings = check(data, kind)
    (sex, seven, eight) = found.unmatched
    assert [sex.value, seven.value, eight.value] == ["5", "7", "8"]
    assert (len(sex.keys), len(seven.keys), len(eight.keys)) == (len(persons), 1, 2)
    assert sex.keys == tuple(sorted(sex.keys))
    assert {f.message.split(". ")[-1] for f in findings if f.value == "5" and f.record == "person"} == {"Seen 14 times"}
    assert found.log[-2].counts["unmatched_codes"] == len(persons) + 3


@each_engine
def test_parts_without_emigrants_and_without_anything_have_all_columns(kind):
    found, _ = check(egypt(), kind, parts=25)
    sizes = [len(found.store.part(part)["household"]) for part in range(25)]
    assert 0 in sizes
    assert sum(sizes) == 40
    whole = lfm.harmonise(egypt())
    for part in range(25):
        for name, records in found.store.part(part).items():
            assert arrow(records).schema == arrow(whole.records[name]).schema


def test_no_rows_at_all_are_no_rows_in_parts():
    data = egypt()
    empty = replace(data, records={name: records.head(0) for name, records in data.records.items()})
    found, findings = check(empty, "duckdb", parts=2)
    assert found.sizes == {"household": 0, "person": 0, "emigrant": 0}
    assert len(findings) == 0


@pytest.mark.parametrize("rows", [1, 3, 7, 1000])
@pytest.mark.parametrize("memory", [1, 500, 1 << 20])
def test_splitting_loses_no_row_whatever_the_batches(tmp_path, rows, memory):
    homes = [f"h{i // 3}" for i in range(100)]
    table = pa.table({"home": homes, "i": range(100), "nothing": pa.nulls(100, pa.string())})
    parts = Parts(tmp_path, 4)
    batches = [table.slice(start, rows) for start in range(0, 100, rows)]
    parts.split("x", batches, lambda data: arrow(data).column("home"), memory=memory)
    found = [arrow(parts.read("x", part)) for part in range(4)]
    homes = [set(part.column("home").to_pylist()) for part in found]
    assert sum(map(len, homes)) == len(set().union(*homes)) == 34
    assert sorted(i for part in found for i in part.column("i").to_pylist()) == list(range(100))
    assert {part.schema for part in found} == {table.schema}
    assert [part.column("i").to_pylist() for part in found] == [sorted(p.column("i").to_pylist()) for p in found]


def test_households_are_spread_evenly():
    sizes = np.bincount(part_of(pa.array([f"{i:06}" for i in range(100_000)]), 64))
    assert len(sizes) == 64
    assert sizes.min() > 1300
    assert sizes.max() < 1800


def test_the_part_of_a_household_is_the_same_for_ever():
    keys = pa.array(["06-0017", "Ñandú", "1", None])
    assert part_of(keys, 1000).tolist() == [389, 320, 583, 0]


def test_rows_are_in_the_order_of_their_keys_and_then_of_their_values():
    data = frame({"k": ["b", None, "a", "b", "a"], "l": [1, 1, 2, 1, None], "v": [True, None, False, False, None]})
    assert arrow(ordered(data, ["k", "l"])).to_pylist() == [
        {"k": "a", "l": 2, "v": False},
        {"k": "a", "l": None, "v": None},
        {"k": "b", "l": 1, "v": False},
        {"k": "b", "l": 1, "v": True},
        {"k": None, "l": 1, "v": None},
    ]


def relation(table):
    return duckdb.connect().from_arrow(table)


def lazy_polars(table):
    return pl.from_arrow(table).lazy()


@pytest.mark.parametrize("given", [relation, lazy_polars])
def test_native_rows_may_be_elsewhere(given):
    data = egypt(emigrants={"caseser": {3: None}})
    elsewhere = given(arrow(data.records["persons"]))
    found = replace(data, records={**data.records, "persons": elsewhere})
    assert same(lfm.harmonise(found, engine=Engine("duckdb", parts=3)), lfm.harmonise(data))
    assert same(lfm.harmonise(found), lfm.harmonise(data))


@pytest.mark.spark
def test_native_rows_may_be_on_spark():
    chosen = engine("spark", parts=3)
    from pyspark_session import session

    data = egypt(persons={"caseser": {3: None}})
    on_spark = session().createDataFrame(arrow(data.records["persons"]))
    found = replace(data, records={**data.records, "persons": on_spark})
    assert same(lfm.harmonise(found, engine=chosen), lfm.harmonise(data))
    assert lfm.harmonise(found).store.kind == "spark"
    assert lfm.harmonise(found, engine=replace(chosen, name="auto")).store.kind == "spark"
    with pytest.raises(DataError, match=r"Spark frames cannot be harmonised with the engine duckdb\. Choose spark"):
        lfm.harmonise(found, engine="duckdb")


def test_the_work_folder_goes_with_the_data(tmp_path):
    data = lfm.harmonise(egypt(), engine=Engine("duckdb", folder=tmp_path, parts=2))
    (folder,) = tmp_path.iterdir()
    assert sorted(path.name for path in folder.iterdir()) == ["emigrant", "household", "person"]
    del data
    gc.collect()
    assert list(tmp_path.iterdir()) == []


def test_a_work_folder_that_cannot_be_made_is_named(tmp_path):
    with pytest.raises(LfsMigrationError, match="nowhere: The work folder cannot be made"):
        lfm.harmonise(egypt(), engine=Engine("duckdb", folder=tmp_path / "nowhere"))


def test_a_part_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "household").write_text("in the way")
    with pytest.raises(LfsMigrationError, match=r"part-00003\.parquet: The work folder does not take a file"):
        Parts(tmp_path, 5).write("household", 3, frame({"x": [1]}))


def test_an_unknown_engine_gets_near_matches():
    with pytest.raises(NotFound, match=r"No engine 'duckbd'\. Did you mean 'duckdb'\?"):
        lfm.read("nowhere", "egypt", engine="duckbd")
    for wrong in ({"memory": 0}, {"parts": 0}):
        with pytest.raises(LfsMigrationError, match=r"of an engine is 1 or more\. It is 0"):
            Engine("duckdb", **wrong)


def test_the_budget_decides_over_engine_and_parts():
    assert [Engine(memory=100).kind(size) for size in (0, 100, 101)] == ["memory", "memory", "duckdb"]
    assert [Engine(memory=160).number(size) for size in (0, 10, 11, 1600)] == [1, 1, 2, 160]
    assert Engine(parts=3).number(1 << 40) == 3


def test_without_pyspark_it_is_said_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyspark", None)
    monkeypatch.setitem(sys.modules, "pyspark.errors", None)
    with pytest.raises(LfsMigrationError, match=r'Spark is not installed. pip install "lfs-migration\[spark\]"'):
        lfm.read(ROOT / "egypt-2006", "egypt", engine="spark")


@pytest.mark.spark
def test_without_java_it_is_said_what_to_install():
    code = "import lfs_migration.frames.spark as s; s.session()"
    bare = {**os.environ, "PATH": str(Path(sys.executable).parent), "JAVA_HOME": "/nowhere"}
    done = subprocess.run([sys.executable, "-c", code], env=bare, capture_output=True, text=True, check=False)
    assert "Spark cannot be started" in done.stderr
    assert "Java 17 or later" in done.stderr.splitlines()[-1]


@each_engine
def test_what_is_true_of_parts_is_found_by_each(kind):
    data = lfm.harmonise(egypt(), engine=engine(kind, parts=4))
    assert sum(data.store.each(len)) == 3 * 4
    assert [sorted(names) for names in data.store.each(list)] == [["emigrant", "household", "person"]] * 4


@pytest.mark.parametrize("block", [1, 7, 40, 41, 1000])
@each_engine
def test_microdata_are_the_same_bytes(kind, block, tmp_path, monkeypatch):
    monkeypatch.setattr("lfs_migration.frames.columns.BLOCK", block)
    monkeypatch.setattr("lfs_migration.frames.natives.BATCH", 13)
    rows = egypt(emigrants={"caseser": {0: "none", 5: None}, "q503": {7: None}})
    whole, spread = lfm.harmonise(rows), lfm.harmonise(shuffled(rows), engine=engine(kind, parts=4))
    for name, data in (("whole", whole), ("spread", spread)):
        write_parquet(pipeline.microdata(data), tmp_path / name, {"title": "x"})
    assert (tmp_path / "whole").read_bytes() == (tmp_path / "spread").read_bytes()
    assert pq.read_metadata(tmp_path / "whole").num_row_groups == -(-40 // block)
