"""The demonstration, from nothing to published tables, and what it finds in the pilots."""

import filecmp
import os
import shutil
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from filelock import FileLock

from lfs_migration import catalog, demonstration

ROOT = Path(__file__).parents[1]
PILOTS = ("armenia-2007", "ecuador-2007", "egypt-2006", "thailand-2008")
PLACE = ["rule", "severity", "record", "household", "line", "variable"]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def demo(tmp_path_factory, worker_id, choices):
    """Its folder and its figures; processes that test side by side share one, that of LFS_TEST_DEMO if it is whole."""
    given = Path(os.environ.get("LFS_TEST_DEMO") or ".", "figures.txt")
    if given.exists():
        return given.with_name("out"), given.read_text(encoding="utf-8").rstrip("\n").split("\n")
    base = tmp_path_factory.getbasetemp()
    out = (base if worker_id == "master" else base.parent) / "demo"
    kept = out.with_suffix(".figures")
    with FileLock(out.with_suffix(".lock")):
        if not kept.exists():
            known = out / ".lfs-stage" / "choices"
            known.mkdir(parents=True)
            for choice in choices.glob("[!.]*.json"):  # what another process has finished
                shutil.copy2(choice, known)
            kept.write_text("\n".join(demonstration.demo(out, say=lambda _: None)), encoding="utf-8")
    return out, kept.read_text(encoding="utf-8").split("\n")


def text(path):
    return pd.read_csv(path, dtype=str, keep_default_na=False)


@pytest.mark.parametrize("pilot", PILOTS)
def test_every_planted_error_is_found_and_no_clean_record_is_accused(demo, pilot):
    planted = set(text(ROOT / "examples" / "pilots" / pilot / "planted.csv")[PLACE].itertuples(index=False, name=None))
    findings = text(demo[0] / "internal" / pilot / "findings.csv")
    sampled = findings.rule == "single_psu"  # of the design, and of no record
    assert set(findings[~sampled][PLACE].itertuples(index=False, name=None)) == planted
    assert sampled.any() == (pilot == "egypt-2006")


@pytest.mark.parametrize("pilot", PILOTS)
def test_the_files_are_those_of_the_examples(demo, pilot):
    kept, made = ROOT / "examples" / "pilots" / pilot, demo[0] / "data" / pilot
    names = [path.name for path in kept.iterdir()]
    assert filecmp.cmpfiles(kept, made, names, shallow=False) == (names, [], [])
    assert {path.name for path in made.iterdir()} == set(names)


@pytest.mark.parametrize("pilot", PILOTS)
def test_every_output_says_that_the_data_are_synthetic(demo, pilot):
    folder = demo[0] / pilot
    assert text(folder / "tables.csv").title.str.endswith("(synthetic data)").all()
    assert text(demo[0] / "internal" / pilot / "findings.csv").survey.str.endswith("(synthetic data)").all()
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "(synthetic data)</title>" in page and "(synthetic data)</h1>" in page
    assert (
        pq.read_metadata(demo[0] / "internal" / pilot / "microdata.parquet")
        .metadata[b"title"]
        .endswith(b"(synthetic data)")
    )
    assert '"synthetic": true' in (folder / "manifest.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("pilot", PILOTS)
def test_every_figure_has_a_standard_error_a_sample_size_and_a_flag(demo, pilot):
    rows = text(demo[0] / pilot / "tables.csv")
    shown = rows[rows.flag != "suppress"]
    assert set(rows.flag) <= {"publish", "caution", "suppress"}
    assert (shown.estimate != "").all() and (shown.se != "").all() and (shown.n != "").all()
    assert (rows[rows.flag == "suppress"].estimate == "").all()
    edition = catalog.load_country(*pilot.rsplit("-", 1))
    able = catalog.Computable(catalog.load_codebook(edition=edition), edition)
    known = catalog.load_indicators(edition.module, edition)
    assert set(rows.indicator) == {code for code, one in known.items() if not able.indicator(one)}
    core = {"E02", "E03", "E05", "E08", "E10", "E12", "E14", "E17", "E18", "E19", "E35", "E36", "E53"}
    assert set(rows.indicator) >= core


def test_the_readme_shows_what_the_demonstration_prints(demo):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = readme.split("```text\n")[1].split("\n...\n")[0].splitlines()
    assert [line for line in shown if line not in demo[1]] == []
