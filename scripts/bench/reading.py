"""Reading survey files, the first time and from their stage, against pyreadstat, pandas and R's haven.

    python scripts/bench/reading.py [--rows 1000000] [--turns 5] [--formats sav zsav dta csv] [--work FOLDER]

The files are made first, from a seed: 1,000,000 persons and 20 columns, of which 2 are text and 1 is a date, with
labels, a missing code and nulls. Each contestant has a process of its own, which imports what it needs before its
clock starts; in each turn all of them read the same file, one after another, so that a busy machine slows all alike.
Given are the median seconds, how many times as long as ours from the stage and as pyreadstat they take, and the
largest memory of the process and of the one that it starts. ``touched`` reads the stage and every byte of its columns.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
OURS, STAGED, TOUCHED = "lfs-migration, cold", "lfs-migration, staged", "lfs-migration, staged and touched"
CONTESTANTS: dict[str, dict[str, str]] = {
    OURS: dict.fromkeys(("sav", "zsav", "dta", "csv"), "cold"),
    STAGED: dict.fromkeys(("sav", "zsav", "dta", "csv"), "staged"),
    TOUCHED: dict.fromkeys(("sav", "zsav", "dta", "csv"), "touched"),
    "pyreadstat": dict.fromkeys(("sav", "zsav", "dta"), "pyreadstat"),
    "pandas": dict.fromkeys(("dta", "csv"), "pandas"),
    "R haven": dict.fromkeys(("sav", "zsav", "dta"), "haven"),
}
AIMS = (("pyreadstat", OURS, 1 / 1.6), *((peer, STAGED, 10.0) for peer in ("pyreadstat", "R haven", "pandas")))
"""Who, than whom, how many times as long at least."""
DAYS = 138_061
"""From the zero of SPSS's calendar to that of Stata's."""


def columns(rows: int, seed: int = 1) -> dict[str, Any]:
    """Return the columns of a person file, as SPSS keeps them."""
    draw = np.random.default_rng(seed)
    home = np.sort(draw.integers(0, max(rows // 4, 1), rows)).astype(float)
    made: dict[str, Any] = {"household": home, "psu": home // 60, "weight": 20 + 60 * draw.random(rows)}
    for number, codes in enumerate((2, 9, 11, 26, 6, 7, 6, 98, 3, 5, 40, 4, 2)):
        made[f"q{number + 1}"] = draw.integers(1, codes + 1, rows).astype(float)
    made["q8"][draw.random(rows) < 0.05] = 99
    made["q4"][draw.random(rows) < 0.1] = np.nan
    made["money"] = np.exp(draw.normal(6, 1, rows))
    made["money"][draw.random(rows) < 0.15] = np.nan
    made["country"] = np.array(["NA", "NO", "AM", "MEX", "THA", "GEO", ""], dtype=object)[draw.integers(0, 7, rows)]
    towns = np.array(["Երևան", "Tbilisi", "México", "Oaxaca de Juárez", "010150"], dtype=object)
    made["town"] = towns[draw.integers(0, 5, rows)]
    made["left"] = 86_400.0 * (DAYS + draw.integers(0, 20_000, rows))
    return made


def make(path: Path, rows: int) -> None:
    """Write the file that the ending of a path asks for, unless it is there."""
    import pandas as pd
    import pyreadstat

    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    frame, unfinished = pd.DataFrame(columns(rows)), path.with_name(f"part-{path.name}")
    labels: dict[str, Any] = {"q1": {1: "man", 2: "woman"}, "q8": {99: "not stated"}}
    if path.suffix in (".sav", ".zsav"):
        packing: dict[str, Any] = {"compress": True} if path.suffix == ".zsav" else {"row_compress": True}
        pyreadstat.write_sav(
            frame, unfinished, variable_value_labels=labels, missing_ranges={"q8": [99]},
            variable_format={"left": "DATE11"}, **packing,
        )  # fmt: skip
    else:
        whole = ["household", *(f"q{number}" for number in range(1, 14) if number != 4)]
        frame = frame.astype(dict.fromkeys(whole, "int32"))
        frame["left"] = frame["left"] / 86_400 - DAYS
        if path.suffix == ".dta":
            pyreadstat.write_dta(frame, unfinished, variable_value_labels=labels, variable_format={"left": "%td"})
        else:
            frame.to_csv(unfinished, index=False)
    unfinished.rename(path)


def reader(how: str, path: Path) -> Callable[[], Any]:
    """Return what one contestant does in a turn."""
    if how in ("pyreadstat", "pandas"):
        return _peer(how, path)
    sys.path.insert(0, str(ROOT))
    from lfs_migration.model.country import File
    from lfs_migration.readers import Stage, read_file

    spec = File.model_validate({"path": path.name, "format": path.suffix[1:]})
    if how == "cold":
        return lambda: read_file(path, spec, ["hy", "es", "en"])[0].num_rows
    stage = Stage(path.parent / "stage")
    if how == "staged":
        return lambda: read_file(path, spec, ["hy", "es", "en"], stage)[0].num_rows
    return lambda: _touched(read_file(path, spec, ["hy", "es", "en"], stage)[0])


def _peer(how: str, path: Path) -> Callable[[], Any]:
    import pandas as pd
    import pyreadstat

    if how == "pyreadstat":
        read = pyreadstat.read_dta if path.suffix == ".dta" else pyreadstat.read_sav
        return lambda: len(read(path)[0])
    if path.suffix == ".csv":
        return lambda: len(pd.read_csv(path))
    return lambda: len(pd.read_stata(path, convert_categoricals=False))


def _touched(table: Any) -> int:
    for column in table.columns:
        for chunk in column.chunks:
            for buffer in chunk.buffers():
                if buffer is not None:
                    np.frombuffer(buffer, np.uint8).max(initial=0)
    return int(table.num_rows)


def serve(how: str, path: Path) -> None:
    """Be a contestant: read once for each line of the input, and answer with rows, seconds and memory."""
    turn = reader(how, path)
    turn()  # libraries are loaded late, and a stage is made
    print("ready", flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        rows = turn()
        print(json.dumps([rows, time.perf_counter() - start, *_peaks()]), flush=True)


def _peaks() -> list[int]:
    whose = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return [resource.getrusage(who).ru_maxrss * (1 if sys.platform == "darwin" else 1024) for who in whose]


HAVEN = """
path <- commandArgs(TRUE)[1]
read <- if (grepl("dta$", path)) haven::read_dta else haven::read_sav
invisible(read(path, n_max = 10))
cat("ready\\n")
flush(stdout())
peak <- function() as.numeric(gsub("[^0-9]", "", grep("^VmHWM", readLines("/proc/self/status"), value = TRUE))) * 1024
input <- file("stdin", open = "r")
while (length(readLines(input, n = 1)) > 0) {
  start <- Sys.time()
  rows <- nrow(read(path))
  cat(sprintf("[%d, %.6f, %.0f, 0]\\n", rows, as.numeric(Sys.time() - start, units = "secs"), peak()))
  flush(stdout())
}
"""


def command(how: str, path: Path) -> list[str] | None:
    """Return what starts a contestant, nothing where it is not here."""
    if how != "haven":
        return [sys.executable, __file__, "--serve", how, str(path)]
    program = shutil.which("Rscript")
    if (
        program is None
        or subprocess.run([program, "-e", "library(haven)"], capture_output=True, check=False).returncode
    ):
        return None
    return [program, "-e", HAVEN, str(path)]


def contest(path: Path, rows: int, turns: int) -> dict[str, list[list[float]]]:
    """Return what each contestant answered in each turn."""
    form, started = path.suffix[1:], {}
    for name, formats in CONTESTANTS.items():
        line = command(formats[form], path) if form in formats else None
        if line is not None:
            pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
            started[name] = subprocess.Popen(line, text=True, **pipes)  # type: ignore[call-overload]
            started[name].stdout.readline()  # one after another: it is ready
    found: dict[str, list[list[float]]] = {name: [] for name in started}
    try:
        for _ in range(turns):
            for name, process in started.items():
                process.stdin.write("\n")
                process.stdin.flush()
                found[name].append(json.loads(process.stdout.readline()))
                if found[name][-1][0] != rows:
                    raise SystemExit(f"{name} read {found[name][-1][0]:,} rows of {rows:,}")
    finally:
        for process in started.values():
            process.communicate()
    return found


def table(path: Path, found: dict[str, list[list[float]]]) -> str:
    """Return the results of a file as a table, with the aims that were met or missed."""
    seconds = {name: statistics.median(turn[1] for turn in turns) for name, turns in found.items()}
    lines = [f"\n{path.name}, {path.stat().st_size / 1e6:,.0f} MB", ""]
    lines += [f"| {'':33} | seconds | × staged | × pyreadstat | peak MB | its child's |", f"|{'---|' * 6}"]
    for name, turns in found.items():
        own, child = (max(turn[which] for turn in turns) / 1e6 for which in (2, 3))
        by = f"{seconds[name] / seconds['pyreadstat']:.2f}" if "pyreadstat" in seconds else ""
        against = seconds[name] / seconds[STAGED]
        lines.append(f"| {name:33} | {seconds[name]:7.4f} | {against:8.1f} | {by:>12} | {own:7,.0f} | {child:11,.0f} |")
    for slow, fast, times in AIMS:
        if slow in seconds:
            ratio = seconds[slow] / seconds[fast]
            lines.append(
                f"{slow} takes {ratio:.2f} times {fast}; aim {times:.2f}: {'met' if ratio >= times else 'MISSED'}"
            )
    return "\n".join(lines)


def main(given: Sequence[str] | None = None) -> None:
    """Make the files, hold the contests and print their tables."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--rows", type=int, default=1_000_000)
    words.add_argument("--turns", type=int, default=5)
    words.add_argument(
        "--formats", nargs="+", choices=("sav", "zsav", "dta", "csv"), default=["sav", "zsav", "dta", "csv"]
    )
    words.add_argument("--work", type=Path, default=ROOT / "build" / "benchmarks", help="folder of the files")
    words.add_argument("--serve", nargs=2, metavar=("HOW", "FILE"), help=argparse.SUPPRESS)
    chosen = words.parse_args(given)
    if chosen.serve:
        serve(chosen.serve[0], Path(chosen.serve[1]))
        return
    for form in chosen.formats:
        path = chosen.work / f"reading-{chosen.rows}.{form}"
        make(path, chosen.rows)
        print(table(path, contest(path, chosen.rows, chosen.turns)), flush=True)


if __name__ == "__main__":
    main()
