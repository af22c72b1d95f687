"""Whole runs: the published files are the same bytes on every engine, for any number of threads and order of rows."""

import functools
import gc
import json
import random
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from parts_surveys import PILOTS, ROOT, country, engine
from pilot_tables import of_each_indicator

from lfs_migration import pipeline

pytestmark = pytest.mark.slow


FEW = Path(__file__).parents[1] / "small" / "few.yaml"
ALL = "egypt-2006"
"""The pilot of which DuckDB makes a table of every indicator; of the others, and on Spark, a few of each kind."""


def published(pilot, out, chosen, data=None, weights="office", tables=FEW):
    """The files of a run by name, the manifest without the time and without what it says of the other files."""
    name, edition = pilot.split("-")
    pipeline.run(name, data or ROOT / pilot, out, edition=edition, engine=chosen, weights=weights, tables_file=tables)
    gc.collect()  # the folder of the parts goes with the data, which hold their sample, and are held by it
    folders = out / pilot, out / "internal" / pilot
    written = ((path, folder) for folder in folders for path in folder.rglob("*") if path.is_file())
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path, folder in written}
    manifest = json.loads(files.pop("manifest.json"))
    hashes = {entry["file"]: entry["sha256"] for entry in (*manifest["outputs"], *manifest["internal"])}
    assert set(hashes) == set(files)
    return {**files, "manifest.json": {**manifest, "created": ""}}


@pytest.fixture(scope="module")
def in_memory(tmp_path_factory):
    @functools.cache
    def run(pilot, tables=FEW):
        return published(pilot, tmp_path_factory.mktemp("memory"), "memory", tables=tables)

    return run


@pytest.mark.parametrize(
    ("pilot", "kind"),
    [*((pilot, "duckdb") for pilot in PILOTS), pytest.param("egypt-2006", "spark", marks=pytest.mark.spark)],
)
def test_the_same_bytes_on_every_engine(pilot, kind, tmp_path, in_memory):
    each = (pilot, kind) == (ALL, "duckdb")
    tables = of_each_indicator(country(pilot), tmp_path / "each.yaml") if each else FEW
    out = tmp_path / "out"
    assert published(pilot, out, engine(kind), tables=tables) == in_memory(pilot, tables)
    assert {path.name for path in out.iterdir()} == {pilot, "internal"}


def test_the_same_bytes_by_the_recipe(tmp_path):
    one, other = (published("armenia-2007", tmp_path / kind, kind, weights="recipe") for kind in ("memory", "duckdb"))
    assert one == other


@pytest.mark.parametrize("threads", [1, 3])
def test_the_same_bytes_with_any_number_of_threads(threads, tmp_path, monkeypatch, in_memory):
    wanted, connect = in_memory("thailand-2008"), duckdb.connect
    monkeypatch.setattr(duckdb, "connect", lambda **kw: connect(config={**kw.pop("config", {}), "threads": threads}))
    before = pa.cpu_count()
    pa.set_cpu_count(threads)
    try:
        assert published("thailand-2008", tmp_path, engine("duckdb")) == wanted
    finally:
        pa.set_cpu_count(before)


@pytest.mark.parametrize("kind", ["memory", "duckdb"])
@pytest.mark.parametrize("pilot", ["egypt-2006", "thailand-2008"])
def test_the_same_bytes_for_rows_in_another_order(pilot, kind, tmp_path, in_memory):
    (tmp_path / "data").mkdir()
    for path in (ROOT / pilot).glob("*s.csv"):
        head, *rows = path.read_bytes().splitlines(keepends=True)
        random.Random(3).shuffle(rows)
        (tmp_path / "data" / path.name).write_bytes(head + b"".join(rows))
    found = published(pilot, tmp_path / "out", engine(kind), tmp_path / "data")
    wanted = dict(in_memory(pilot))
    names = {"tables.csv", "tables.xlsx", "findings.csv", "microdata.parquet"}
    assert [name for name in sorted(names) if found[name] != wanted[name]] == []
    ours, theirs = found["report.html"].decode(), wanted["report.html"].decode()
    for before, after in zip(wanted["manifest.json"]["inputs"], found["manifest.json"]["inputs"], strict=True):
        theirs = theirs.replace(before["sha256"], after["sha256"])
    assert ours == theirs
    assert found["manifest.json"]["steps"] == wanted["manifest.json"]["steps"]
