"""The manifest, and the whole publication."""

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from publish_nouns import SURVEY

from lfs_migration import frames
from lfs_migration.files import sha256
from lfs_migration.model.dataset import Step
from lfs_migration.publish import About, publish, write_manifest


@pytest.fixture
def microdata():
    return frames.frame({"em_dest": ["NA", "NO", "004"], "em_age": [30, None, 41]})


FILES = [
    "tables.csv", "tables.xlsx", "report.html", "sdmx/data.csv", "sdmx/structure.json", "tables.csv-metadata.json",
    "datapackage.json",
]  # fmt: skip
"""What a publication without a country has."""


def test_everything_is_written_and_accounted_for(tables, data, findings, microdata, profile, tmp_path):
    about = About(profile=profile, codebooks={"emigration.yaml": "ab"}, seed=7, extra={"command": "run"})
    paths = publish(tables, tmp_path / "out", data=data, findings=findings, microdata=microdata, about=about)
    names, own = FILES, ["findings.csv", "findings.html", "microdata.parquet"]
    assert [path.relative_to(tmp_path / "out").as_posix() for path in paths[: len(names)]] == names
    assert [path.name for path in paths[len(names) :]] == [*own, "manifest.json"]
    files = (path for path in (tmp_path / "out").rglob("*") if path.is_file())
    written = {path.relative_to(tmp_path / "out").as_posix() for path in files}
    assert written == {*names, "manifest.json"}
    internal = tmp_path / "internal" / "out"
    assert {entry.name for entry in internal.iterdir()} == set(own)
    assert {entry.stat().st_mode & 0o777 for entry in internal.iterdir()} == {0o600}
    manifest = json.loads(paths[-1].read_text())
    assert [output["file"] for output in manifest["outputs"]] == names
    assert [output["file"] for output in manifest["internal"]] == own
    assert all(sha256(internal / output["file"]) == output["sha256"] for output in manifest["internal"])
    assert all(sha256(tmp_path / "out" / output["file"]) == output["sha256"] for output in manifest["outputs"])
    assert manifest["survey"] == {"id": "armenia-2007", "title": SURVEY}
    assert manifest["synthetic"] is True
    assert manifest["seed"] == 7 and manifest["command"] == "run"
    assert manifest["codebooks"] == {"emigration.yaml": "ab"}
    assert manifest["inputs"] == [
        {"name": "emigrants", "file": "em.sav", "sha256": "ab" * 32, "rows": 1204, "encoding": ""}
    ]
    assert manifest["steps"][0] == {"verb": "read", "counts": {"rows": 1204}}
    assert manifest["design"]["psu"] == "hh_psu"
    assert {"python", "numpy", "pandas"} <= set(manifest["versions"])


def test_two_runs_differ_in_the_time_alone(tables, data, findings, microdata, tmp_path):
    contents = []
    for name in "ab":
        paths = publish(tables, tmp_path / name, data=data, findings=findings, microdata=microdata)
        manifest = json.loads(paths[-1].read_text())
        manifest.pop("created")
        contents.append(([path.read_bytes() for path in paths[:-1]], manifest))
    assert contents[0] == contents[1]


def test_only_tables(tables, tmp_path):
    paths = publish(tables, str(tmp_path))
    assert [path.relative_to(tmp_path).as_posix() for path in paths] == [*FILES, "manifest.json"]
    assert json.loads(paths[-1].read_text())["survey"]["id"] == "armenia-2007"


def test_microdata_say_what_they_are(tables, microdata, tmp_path):
    paths = publish(tables, tmp_path, microdata=microdata)
    table = pq.read_table(next(path for path in paths if path.suffix == ".parquet"))
    metadata = table.schema.metadata
    assert metadata[b"title"] == b"Labour Migration Survey 2007, Armenia (synthetic data)"
    assert metadata[b"synthetic"] == b"true"
    assert table.to_pydict() == {"em_dest": ["NA", "NO", "004"], "em_age": [30, None, 41]}


def test_counts_of_numpy_and_no_numbers_are_plain(data, tmp_path):
    counts = {"rows": np.int64(3), "rate": math.nan, 5: np.array([1, 2]), "path": Path("x"), "set": {"b", "a"}}
    odd = replace(data, log=(Step("read", counts),))
    path = write_manifest(tmp_path / "m.json", data=odd, outputs=(), codebooks={})
    text = path.read_text()
    assert json.loads(text)["steps"][0]["counts"] == {
        "rows": 3,
        "rate": None,
        "5": [1, 2],
        "path": "x",
        "set": ["a", "b"],
    }
    assert list(json.loads(text)) == sorted(json.loads(text))
