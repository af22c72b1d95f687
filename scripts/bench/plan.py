"""Times a plan of twelve tables with standard errors against the bare sums that it cannot do without.

    python scripts/bench/plan.py [--rows 1000000] [--repeat 5] [--r]

The bare bound is one ``numpy.bincount`` by unit and cell for each table and the sum of its squares: no names, no design
checks, no intervals. Ours starts from a loaded data set and gives every column. Both are timed in the same run, in
turn, and the medians and their ratio are printed. ``--r`` runs the same tables once in R's ``survey`` (plan.R), when R
and the package are there.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from people import people

import lfs_migration as lfm

AWAY = "abroad == 1"
EVERYONE = lfm.Part(record="data")
PLAN: list[tuple[str, lfm.Count | lfm.Mean | lfm.Total | lfm.Proportion | lfm.Quantile | lfm.Share, list[str], str]] = [
    ("emigrants by destination", lfm.Count("data"), ["destination"], AWAY),
    ("emigrants by destination and sex", lfm.Count("data"), ["destination", "sex"], AWAY),
    ("emigrants by duration and sex", lfm.Count("data"), ["duration", "sex"], AWAY),
    ("emigrants by reason and sex", lfm.Count("data"), ["reason", "sex"], AWAY),
    ("reasons within destination", lfm.Proportion("reason"), ["destination"], AWAY),
    ("mean remittance by destination", lfm.Mean("money"), ["destination"], AWAY),
    ("median remittance by sex", lfm.Quantile("money"), ["sex"], AWAY),
    ("remittance per emigrant by education", lfm.Mean("money"), ["education"], AWAY),
    ("emigration rate by age and sex", lfm.Share(lfm.Part(record="data", where=AWAY), EVERYONE), ["age", "sex"], ""),
    ("remittances by education and sex", lfm.Total("money"), ["education", "sex"], AWAY),
    ("education within age", lfm.Proportion("education"), ["age"], AWAY),
    ("emigrants by region and duration", lfm.Count("data"), ["region", "duration"], AWAY),
]
"""Name, statistic, breakdowns and domain of each table."""


def bare(frame: pd.DataFrame) -> Callable[[], None]:
    """Return a function that makes the bare sums of the plan, from codes made beforehand."""
    unit, away = frame["psu"].to_numpy(), frame["abroad"].to_numpy() == 1
    columns = {name for _, statistic, by, _ in PLAN for name in [*by, getattr(statistic, "variable", by[0])]}
    codes = {name: np.unique(frame[name], return_inverse=True)[1] for name in columns}
    weight = frame["w"].to_numpy() * away
    units = int(unit.max()) + 1

    def run() -> None:
        for _, statistic, by, _ in PLAN:
            cell = np.zeros(len(unit), dtype=np.int64)
            size = 1
            for name in [*by, *([statistic.variable] if isinstance(statistic, lfm.Proportion) else [])]:
                levels = int(codes[name].max()) + 1
                cell, size = cell * levels + codes[name], size * levels
            sums = np.bincount(unit * size + cell, weights=weight, minlength=units * size)
            (sums.reshape(units, size) ** 2).sum(axis=0)

    return run


def ours(survey: lfm.Dataset) -> Callable[[], None]:
    """Return a function that makes the plan's tables."""

    def run() -> None:
        for _, statistic, by, where in PLAN:
            lfm.estimate(survey, statistic, by=by, where=where)

    return run


def in_r(frame: pd.DataFrame, median: float) -> None:
    """Run the plan in R and print its seconds, and ours as a share of them."""
    program = shutil.which("Rscript")
    if program is None:
        print("R is missing: apt-get install r-base-core r-cran-survey")
        return
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "people.csv"
        frame.to_csv(file, index=False)
        script = Path(__file__).with_name("plan.R")
        made = subprocess.run([program, script, file], capture_output=True, text=True, check=False)
    if made.returncode:
        print(f"R could not run the plan: {made.stderr.strip().splitlines()[-1]}")
        return
    svyby, five, expert = map(float, made.stdout.split()[-3:])
    print(f"{'R svyby':>10}  {svyby:7.3f} s, {svyby / median:.0f} times ours")
    print(f"{'R, five':>10}  {five:7.3f} s by svyby, {expert:.3f} s by svytotal over interactions")


def main() -> None:
    """Time both and print medians and ratio."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--rows", type=int, default=1_000_000)
    words.add_argument("--repeat", type=int, default=5)
    words.add_argument("--r", action="store_true")
    chosen = words.parse_args()
    frame = people(chosen.rows)
    runs = {
        "ours": ours(lfm.dataset(frame, lfm.Design("w", stratum="stratum", psu="psu"))),
        "bare sums": bare(frame),
    }
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    for turn in range(chosen.repeat + 1):
        for name, run in runs.items():
            start = time.perf_counter()
            run()
            if turn:
                seconds[name].append(time.perf_counter() - start)
    medians = {name: statistics.median(times) for name, times in seconds.items()}
    for name, median in medians.items():
        print(f"{name:>10}  {median:7.3f} s")
    print(f"{'ratio':>10}  {medians['ours'] / medians['bare sums']:7.1f}")
    if chosen.r:
        in_r(frame, medians["ours"])


if __name__ == "__main__":
    main()
