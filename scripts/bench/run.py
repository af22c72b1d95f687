"""Holds benchmarks against peers and writes a table, a page and a picture.

    python scripts/bench/run.py [plan cells replicates startup ...] [--peers numpy svy r ...] [--install]

Without names, all subjects are held with all peers. ``--install`` first makes an environment for each Python peer with
pip; a peer that is not there has a line that says so. The results go to ``benchmarks.csv``, ``.md`` and ``.svg`` in the
folder ``--out``; contests that are not held again stay as they are.

A subject is a module with a ``SUBJECT``, named in ``SUBJECTS`` below: its contests say who takes part, each with the
class that does the work (see ``tables.Job``); all else is done here.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import calibrate
import cells
import large
import picture
import plan
import race
import replicates
import report
import results
import startup
from contest import OURS, Rules
from load import Load, free
from setting import EVERYONE, PEERS, ROOT, Setting

ALL = (plan.SUBJECT, cells.SUBJECT, replicates.SUBJECT, calibrate.SUBJECT, large.SUBJECT, startup.SUBJECT)
SUBJECTS = {subject.name: subject for subject in ALL}
"""A new subject is a module beside these."""


def arguments(given: Sequence[str] | None) -> argparse.Namespace:
    """Return what the command line says."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("subjects", nargs="*", metavar="subject", help=", ".join(SUBJECTS))
    words.add_argument("--peers", nargs="+", choices=EVERYONE, default=list(EVERYONE))
    words.add_argument("--install", action="store_true", help="install the Python peers first")
    words.add_argument("--rows", type=int, default=1_000_000, help="of the person file")
    words.add_argument("--turns", type=int, default=Rules.turns, help="after the first one")
    words.add_argument("--budget", type=float, default=Rules.budget, help="seconds of turns for one contestant")
    words.add_argument("--patience", type=float, default=Rules.patience, help="seconds to wait for one answer")
    words.add_argument("--memory", type=float, default=0.9 * free() / 1e9, help="GB for one contestant")
    words.add_argument("--work", type=Path, default=ROOT / "build" / "benchmarks", help="folder of files and peers")
    words.add_argument("--out", type=Path, default=ROOT / "docs", help="folder of the results")
    chosen = words.parse_args(given)
    unknown = sorted(set(chosen.subjects) - set(SUBJECTS))
    if unknown:
        words.error(f"no subject {unknown[0]!r}; there are {', '.join(SUBJECTS)}")
    return chosen


def held(setting: Setting, rules: Rules, names: Sequence[str]) -> list[results.Record]:
    """Hold the contests of some subjects, print their tables and return their records."""
    records = []
    for name in names:
        for contest in SUBJECTS[name].contests(setting):
            print(f"\n{contest.title}\n", flush=True)
            load = Load()
            made = results.recorded(contest, race.hold(contest, rules), load.of_others())
            print(f"{report.contest(made)}\n\n{report.load(made)}", flush=True)
            records += made
    return records


def main(given: Sequence[str] | None = None) -> None:
    """Hold what is asked for and write the results."""
    chosen = arguments(given)
    setting = Setting(chosen.work, chosen.rows, chosen.peers)
    if chosen.install:
        for package in PEERS:
            if package in chosen.peers:
                setting.install(package)
    rules = Rules(chosen.turns, chosen.budget, chosen.patience, chosen.memory * 1e9)
    new = held(setting, rules, chosen.subjects or list(SUBJECTS))
    file = chosen.out / "benchmarks.csv"
    records = results.renewed(results.read(file), new)
    results.write(file, records)
    aims = [aim for subject in SUBJECTS.values() for aim in subject.aims]
    report.page(chosen.out / "benchmarks.md", records, aims)
    (chosen.out / "benchmarks.svg").write_text(picture.drawn(records), encoding="utf-8")
    print(f"\n{report.aims(aims, records)}\n\nWritten: {file.with_suffix('')}.csv, .md and .svg")
    lost = [record for record in new if record.contestant == OURS and record.seconds != record.seconds]
    if lost:
        raise SystemExit(f"{lost[0].title}: {OURS} {lost[0].note}")


if __name__ == "__main__":
    main()
