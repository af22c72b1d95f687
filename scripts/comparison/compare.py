"""Runs the code of docs/comparison.md in three programs, compares what comes out, and writes it down.

    python scripts/comparison/compare.py [--svy PYTHON] [--r RSCRIPT]

``docs/comparison.csv`` has every figure with all its digits, and what code it came from; the page has a table of them.
It ends with 1 where figures differ that should not.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from math import isclose
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "comparison.md"
FIGURES = ROOT / "docs" / "comparison.csv"
PROGRAMS = ("lfs_migration", "R survey", "svy")
"""Those whose code is run; the others' is from their manuals."""
CLOSE = 1e-9
BLOCK = re.compile(r"^::::\{container\} program\n\*\*(.+?)\*\*\n+```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PLACE = re.compile(r"(<!-- figures -->\n).*?(<!-- /figures -->)", re.DOTALL)


def code_of(program: str) -> str:
    """Return all code of a program on the page, from top to bottom."""
    return "\n".join(code for name, code in BLOCK.findall(PAGE.read_text(encoding="utf-8")) if name == program)


def mark(program: str) -> str:
    """Return what tells the code of a program from what it was before."""
    return hashlib.sha256(code_of(program).encode()).hexdigest()[:16]


def probes() -> list[dict[str, Any]]:
    """Return the figures that are compared: task, name, and an expression for each program."""
    figures: list[dict[str, Any]] = tomllib.loads((Path(__file__).parent / "probes.toml").read_text(encoding="utf-8"))[
        "figure"
    ]
    return figures


def values(program: str, command: Sequence[str]) -> list[float | None]:
    """Run the code of a program, and return its figures in the order of the probes; None where it has none.

    Parameters
    ----------
    program : str
    command : sequence of str
        What runs a file of its language.

    Raises
    ------
    SystemExit
        With what the program says, when its code fails.
    """
    asked = [probe.get(program) for probe in probes()]
    wanted = [expression for expression in asked if expression is not None]
    script = code_of(program) + (_r(wanted) if program == "R survey" else _python(wanted))
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "examples").symlink_to(ROOT / "examples")
        (Path(folder) / "code").write_text(script, encoding="utf-8")
        env = {**os.environ, "PYTHONPATH": str(ROOT)}
        done = subprocess.run([*command, "code"], cwd=folder, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{program} fails:\n{done.stderr}")
    found = iter(json.loads(done.stdout.splitlines()[-1]))
    return [None if expression is None else float(next(found)) for expression in asked]


def _python(expressions: Sequence[str]) -> str:
    listed = ", ".join(f"float({expression})" for expression in expressions)
    return f"\nimport json\nprint(json.dumps([{listed}]))\n"


def _r(expressions: Sequence[str]) -> str:
    listed = ", ".join(f"as.numeric({expression})" for expression in expressions)
    return f'\ncat("\\n[", paste(sprintf("%.17g", c({listed})), collapse = ", "), "]\\n", sep = "")\n'


def differing(found: Mapping[str, Sequence[float | None]]) -> list[str]:
    """Return what differs between programs by more than 1e-9 of the figure, other than what is said to."""
    out = []
    for row, probe in enumerate(probes()):
        ours = found["lfs_migration"][row]
        for program in PROGRAMS[1:]:
            theirs = found[program][row]
            alike = ours is None or theirs is None or isclose(ours, theirs, rel_tol=CLOSE)
            if alike == (program in probe.get("apart", {})):
                said = "agrees, though it is said to be apart" if alike else "differs"
                out.append(f"task {probe['task']}, {probe['name']}: {program} {said}: {theirs!r}, ours {ours!r}")
    return out


def versions(commands: Mapping[str, Sequence[str]]) -> str:
    """Return which versions of the programs were run."""
    r = _said([*commands["R survey"], "-e", 'cat(paste0(R.version$major, ".", R.version$minor, ", survey ",'
               ' packageVersion("survey"), ", haven ", packageVersion("haven")))'])  # fmt: skip
    svy = _said([*commands["svy"], "-c", "import svy; print(svy.__version__)"])
    return f"R {r}; svy {svy}"


def _said(command: Sequence[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def written(found: Mapping[str, Sequence[float | None]], about: str) -> None:
    """Write the figures into the file and the page."""
    with FIGURES.open("w", encoding="utf-8", newline="") as file:
        file.write(f"# {about}\n")
        file.write(f"# {'; '.join(f'{program} {mark(program)}' for program in PROGRAMS)}\n")
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(["task", "figure", *PROGRAMS])
        for row, probe in enumerate(probes()):
            numbers = [found[program][row] for program in PROGRAMS]
            lines.writerow([probe["task"], probe["name"], *("" if x is None else repr(x) for x in numbers)])
    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(PLACE.sub(lambda match: f"{match[1]}{_table(found, about)}{match[2]}", text), encoding="utf-8")


def _table(found: Mapping[str, Sequence[float | None]], about: str) -> str:
    lines = [f"| Task | Figure | {' | '.join(PROGRAMS)} |", "|---:|---|---:|---:|---:|"]
    for row, probe in enumerate(probes()):
        shown = [_shown(found[program][row], probe.get("apart", {}).get(program, "")) for program in PROGRAMS]
        lines.append(f"| {probe['task']} | {probe['name']} | {' | '.join(shown)} |")
    return "\n".join([*lines, "", f"With {about}.", ""])


def _shown(number: float | None, apart: str) -> str:
    if number is None:
        return ""
    return f"{number:.9g}" + (f" ({apart})" if apart else "")


def main() -> None:
    """Run, compare, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--svy", default=sys.executable, help="Python that has svy")
    parser.add_argument("--r", default="Rscript", help="Rscript, with survey and haven")
    given = parser.parse_args()
    commands = {"lfs_migration": [sys.executable], "R survey": [given.r], "svy": [given.svy]}
    found = {program: values(program, command) for program, command in commands.items()}
    apart = differing(found)
    if apart:
        print(*apart, sep="\n", file=sys.stderr)
        raise SystemExit(1)
    written(found, versions(commands))
    print(f"{len(probes())} figures agree; written to {FIGURES.relative_to(ROOT)} and {PAGE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
