"""Measuring a batch: the memory of all its processes against the budget, and how much faster two at a time are.

    python scripts/bench/batch.py memory [--surveys 20] [--persons 1000000] [--jobs 2] [--memory 3GB] [--work FOLDER]
    python scripts/bench/batch.py speed [--surveys 4] [--persons 22000] [--few] [--turns 3] [--work FOLDER]

The surveys are the Egyptian pilot, its households as often as the persons want it: each copy has keys and sampling
units of its own and its share of the weights. Every survey is an edition with files of its own, from which other
households are left out than from the next, so that none can take over what was found for another. ``memory`` publishes
a few tables of each kind, once, with the budget, and gives the largest memory of all processes of the batch together
(each page counted once, as Linux tells it), asked for ten times a second. ``speed`` publishes all tables (``--few``: a
few) alternately with one and with two at a time, each time from nothing, and gives the median of the ratios. Beside it
stands how much faster two programs at a time are here that do nothing but count and share nothing: no batch is faster.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).resolve().parents[2]
PILOT = ROOT / "examples" / "pilots" / "egypt-2006"
COUNTRY = ROOT / "codebooks" / "countries" / "egypt-2006.yaml"
TABLES = ROOT / "tests" / "small" / "few.yaml"
AIM = 1.6
"""So many times as fast as one at a time are two, on two cores."""
COUNT = "for number in range(60_000_000): pass"
"""What is done to learn how much the machine itself gives to two at a time."""
HOUSEHOLD, UNIT, WEIGHT = "caseser", "psu_no", "pweight"
PERSONS = "egypt_persons.csv"
LEFT_OUT = 100
"""One household of so many is left out of a survey, another one of each."""


def office(folder: Path, surveys: int, persons: int, few: bool) -> None:
    """Make a project for each survey, with its files."""
    files, times = grown(persons)
    for number in range(surveys):
        name = f"egypt-{3000 + number}"
        own = folder / "projects" / name
        (own / "data").mkdir(parents=True)
        for file, frame in files.items():
            left = frame[frame[HOUSEHOLD].astype(int) % LEFT_OUT != number] if HOUSEHOLD in frame else frame
            left.to_csv(own / "data" / file, index=False, encoding="cp1256")
        text = COUNTRY.read_text(encoding="utf-8").replace('edition: "2006"', f'edition: "{3000 + number}"')
        assert name.split("-")[1] in text
        (own / f"{name}.yaml").write_text(text, encoding="utf-8")
        told = f"country: {name}.yaml\ndata: data\n"
        if few:
            shutil.copy(TABLES, own / "tables.yaml")
            told += "tables: tables.yaml\n"
        (own / "project.yaml").write_text(told, encoding="utf-8")
    print(f"{surveys} surveys, each the pilot {times} times, {'a few' if few else 'all'} tables")


def grown(persons: int) -> tuple[dict[str, pd.DataFrame], int]:
    """Return the pilot's files with its households so many times that there are so many persons, and how often."""
    files = {path.name: pd.read_csv(path, dtype=str, encoding="cp1256") for path in sorted(PILOT.glob("egypt_*.csv"))}
    times = max(round(persons / len(files[PERSONS])), 1)
    for name, frame in files.items():
        if HOUSEHOLD in frame:
            files[name] = pd.concat([copied(frame, number, times) for number in range(times)])
    return files, times


def copied(frame: pd.DataFrame, number: int, times: int) -> pd.DataFrame:
    """Return rows with the keys of a copy of their own."""
    out = frame.copy()
    for column, size in ((HOUSEHOLD, 10_000), (UNIT, 1_000)):
        if column in out:
            out[column] = (out[column].astype(int) + number * size).astype(str)
    if WEIGHT in out:
        out[WEIGHT] = (out[WEIGHT].astype(float) / times).astype(str)
    return out


def run(folder: Path, *words: str, watch: bool = False) -> tuple[float, int]:
    """Run the batch from nothing; return its seconds and, watched, the largest memory of all its processes in bytes."""
    shutil.rmtree(folder / "out", ignore_errors=True)
    command = [sys.executable, "-m", "lfs_migration", "batch", "projects", "--out", "out", "--quiet", *words]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    began, most = time.monotonic(), 0
    with subprocess.Popen(command, cwd=folder, start_new_session=True, env=environment) as batch:
        while watch and batch.poll() is None:  # which takes a good part of a core
            most = max(most, memory(batch.pid))
            time.sleep(0.1)
    if batch.returncode:
        raise SystemExit(f"The batch ended with {batch.returncode}")
    return time.monotonic() - began, most


def memory(group: int) -> int:
    """Return the bytes of all processes of a group; a page that several share is counted once."""
    total = 0
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if os.getpgid(int(place.name)) == group:
                lines = (place / "smaps_rollup").read_text(encoding="ascii").splitlines()
                total += next(int(line.split()[1]) << 10 for line in lines if line.startswith("Pss:"))
        except (OSError, StopIteration):  # it has ended
            continue
    return total


def main() -> int:
    """Measure, and print what was found; 1 where an aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    kinds = parser.add_subparsers(dest="kind", required=True)
    for name, surveys, persons in (("memory", 20, 1_000_000), ("speed", 4, 22_000)):
        kind = kinds.add_parser(name)
        kind.add_argument("--surveys", type=int, default=surveys)
        kind.add_argument("--persons", type=int, default=persons)
        kind.add_argument("--work", type=Path)
    kinds.choices["memory"].add_argument("--jobs", type=int, default=2)
    kinds.choices["memory"].add_argument("--memory", default="3GB")
    kinds.choices["memory"].set_defaults(few=True)
    kinds.choices["speed"].add_argument("--few", action="store_true")
    kinds.choices["speed"].add_argument("--turns", type=int, default=3)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=told.work) as name:
        folder = Path(name)
        office(folder, told.surveys, told.persons, told.few)
        return within(folder, told.jobs, told.memory) if told.kind == "memory" else faster(folder, told.turns)


def within(folder: Path, jobs: int, budget: str) -> int:
    """Run with a budget; return 1 where it is exceeded."""
    seconds, most = run(folder, "--jobs", str(jobs), "--memory", budget, watch=True)
    allowed = int(budget.removesuffix("GB")) << 30
    print(f"--jobs {jobs} --memory {budget}: {most / (1 << 30):.2f} GB at most, {seconds:.0f} s")
    return int(most > allowed)


def faster(folder: Path, turns: int) -> int:
    """Run with one and two at a time in turn; return 1 where two are not so much faster."""
    ratios, most = [], []
    for _ in range(turns):
        one, two = (run(folder, "--jobs", str(jobs))[0] for jobs in (1, 2))
        ratios.append(one / two)
        most.append(2 * counting(1) / counting(2))
        print(f"one at a time {one:.1f} s, two {two:.1f} s: {ratios[-1]:.2f} times as fast; counting {most[-1]:.2f}")
    print(f"median {statistics.median(ratios):.2f}, aim {AIM}; counting {statistics.median(most):.2f}")
    return int(statistics.median(ratios) < AIM)


def counting(programs: int) -> float:
    """Return the seconds that so many programs take that count side by side."""
    began = time.monotonic()
    for one in [subprocess.Popen([sys.executable, "-c", COUNT]) for _ in range(programs)]:
        one.wait()
    return time.monotonic() - began


if __name__ == "__main__":
    sys.exit(main())
