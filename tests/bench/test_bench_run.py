"""The benchmarks run, and time the same work: nothing here looks at a clock."""

import csv
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

RUN = Path(__file__).parents[2] / "scripts" / "bench" / "run.py"


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, RUN, *arguments], capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bench")
    made = run(
        "plan", "replicates", "--peers", "numpy", "duckdb", "svy", "--rows", "20000", "--turns", "1",
        "--work", str(folder / "work"), "--out", str(folder),
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    return folder


@pytest.fixture(scope="module")
def records(out: Path) -> list[dict[str, str]]:
    with (out / "benchmarks.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.slow
@pytest.mark.parametrize(("peer", "figures"), [("numpy, bare sums", 147), ("DuckDB, by hand", 392)])
def test_peers_do_the_same_work(records: list[dict[str, str]], peer: str, figures: int) -> None:
    [record] = [r for r in records if r["contest"] == "plan" and r["contestant"] == peer]
    assert int(record["figures"]) == figures
    assert float(record["of_estimates"]) < 1e-9
    assert float(record["of_errors"]) < 1e-9


@pytest.mark.slow
def test_bootstraps_agree_but_for_chance(records: list[dict[str, str]]) -> None:
    [record] = [r for r in records if r["contest"] == "replicates" and r["contestant"] == "numpy, bare sums"]
    assert float(record["of_estimates"]) < 1e-9
    assert 0 < float(record["of_errors"]) < 0.4


@pytest.mark.slow
def test_a_missing_peer_is_named(records: list[dict[str, str]]) -> None:
    [record] = [r for r in records if r["contest"] == "plan" and r["contestant"] == "svy"]
    assert record["note"] == "not here: run.py --install svy" or float(record["of_errors"]) < 1e-9


@pytest.mark.slow
def test_the_page_and_the_picture_are_written(out: Path) -> None:
    assert "### Twelve tables of 20,000 rows" in (out / "benchmarks.md").read_text(encoding="utf-8")
    assert ET.parse(out / "benchmarks.svg").getroot().tag.endswith("svg")


def test_an_unknown_subject_is_refused() -> None:
    made = run("plans")
    assert made.returncode == 2
    assert "no subject 'plans'; there are plan" in made.stderr
