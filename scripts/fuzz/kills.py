"""Ends a batch of small surveys at random moments, goes on with it, and looks whether anything is half or twice.

Usage: python scripts/fuzz/kills.py [--kills 100] [--surveys 20] [--jobs 2] [--longest 9] [--seed 1] [--interrupt]

An undisturbed batch is made first. Then the same batch is killed (SIGKILL) after a random time, the main process alone
or all of its processes, and gone on with by --resume, until it was killed so many times; one that reached its end
begins again from nothing. After each kill every survey that has a manifest must have all files of the undisturbed
batch, with the same bytes, and none that was published before may have been made again; at the end of each batch
there must be the files of the undisturbed one and nothing else. With --interrupt it is Ctrl-C instead, which must end
the batch within seconds, with the exit code 130 and without a traceback, and leave no folder that is not in its place
yet. What is not so is printed, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests" / "batch"))

from batch_surveys import command, contents, environment, lfs, project

from lfs_migration.readers.stages.staging import FOLDER

OUT = "out"
BATCH = ("batch", "projects", "--out", OUT, "--quiet")
STARTUP = 0.6
"""Seconds in which an interrupt is Python's own affair, also on a busy machine: it does not know the program yet."""
PATIENCE = 20.0
"""Seconds that an interrupted batch has to end."""
Contents = Mapping[str, object]
"""What each file of a folder holds."""


@dataclass
class Attack:
    """A folder with surveys, what an undisturbed batch makes of them, and what was seen since.

    Parameters
    ----------
    folder : Path
        Of the projects and the results.
    jobs : int
    expected : mapping
        What each file holds.
    """

    folder: Path
    jobs: int
    expected: Contents = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)
    stamps: dict[str, tuple[int, int]] = field(default_factory=dict)
    slowest: float = 0.0

    def begin(self, surveys: int) -> float:
        """Make the surveys and the undisturbed batch of them; return its seconds."""
        for number in range(surveys):
            project(self.folder / "projects", 2001 + number)
        began = time.monotonic()
        done = lfs(*BATCH, "--jobs", str(self.jobs), folder=self.folder, timeout=3600)
        assert done.returncode == 0, done.stderr
        self.expected = contents(self.folder / OUT)
        shutil.rmtree(self.folder / OUT)
        return time.monotonic() - began

    def go_on(self, seconds: float, end: Callable[[subprocess.Popen[str]], None]) -> bool:
        """Run the batch until it is ended after so many seconds; return whether it was."""
        words = command(*BATCH, "--resume", "--jobs", str(self.jobs))
        with subprocess.Popen(
            words, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment(),
            start_new_session=True,
        ) as batch:  # fmt: skip
            try:
                _, told = batch.communicate(timeout=seconds)
            except subprocess.TimeoutExpired:
                end(batch)
                return True
        if batch.returncode != 0:
            self.problems.append(f"The batch ended with {batch.returncode}: {told}")
        return False

    def interrupt(self, batch: subprocess.Popen[str]) -> None:
        """Do what Ctrl-C does, and note what does not end as it should."""
        os.killpg(batch.pid, signal.SIGINT)
        began = time.monotonic()
        try:
            _, told = batch.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            kill_all(batch)
            self.problems.append("The batch went on after the interrupt")
            return
        self.slowest = max(self.slowest, time.monotonic() - began)
        if batch.returncode not in (0, 130) or "Traceback" in told:
            self.problems.append(f"The batch ended with {batch.returncode}: {told}")
        self.problems.extend(f"{path} was left" for path in (self.folder / OUT).glob("**/.*.new"))

    def look(self) -> None:
        """Note what of the surveys that have a manifest is not as in the undisturbed batch.

        A folder that is not in its place yet, whose name begins with a dot, may have one too.
        """
        for manifest in sorted((self.folder / OUT).glob("[!.]*/manifest.json")):
            name = manifest.parent.name
            self._same(name, contents(manifest.parent), f"{name}/")
            self._same(name, contents(self.folder / OUT / "internal" / name), f"internal/{name}/")
            stamp = (manifest.stat().st_ino, manifest.stat().st_mtime_ns)
            if self.stamps.setdefault(name, stamp) != stamp:
                self.problems.append(f"{name} was made twice")
        for name in self.stamps:
            if not (self.folder / OUT / name / "manifest.json").exists():
                self.problems.append(f"{name} was published and is not any more")

    def end(self) -> None:
        """Note what is not as in the undisturbed batch when all of it is done, and begin again."""
        self._same("the batch", contents(self.folder / OUT), "")
        self.problems.extend(f"{path} was left" for path in (self.folder / OUT).rglob("*") if _is_left(path))
        shutil.rmtree(self.folder / OUT)
        self.stamps.clear()
        self.seen["batches"] += 1

    def _same(self, name: str, found: Contents, under: str) -> None:
        expected = {path: held for path, held in self.expected.items() if path.startswith(under)}
        held = {under + path: what for path, what in found.items()}
        for path in sorted(expected.keys() | held.keys()):
            if path not in held or path not in expected or held[path] != expected[path]:
                what = "is not there" if path not in held else "is too many" if path not in expected else "is another"
                self.problems.append(f"{name}: {path} {what}")


def kill_main(batch: subprocess.Popen[str]) -> None:
    """End the main process alone."""
    batch.kill()


def kill_all(batch: subprocess.Popen[str]) -> None:
    """End all processes."""
    with suppress(ProcessLookupError):
        os.killpg(batch.pid, signal.SIGKILL)


def _is_left(path: Path) -> bool:
    hidden = path.name.startswith(".") and path.name != FOLDER
    return path.is_dir() and (hidden or not any(path.iterdir()))


def attack(
    folder: Path, *, kills: int, surveys: int, jobs: int, longest: float, seed: int, interrupt: bool = False
) -> Iterator[str]:
    """Kill a batch so many times, or interrupt it; yield what was seen, and what was wrong.

    Yields
    ------
    str
        Problems begin with ``problem``.
    """
    chance = random.Random(seed)
    made = Attack(folder, jobs)
    yield f"{surveys} surveys undisturbed, --jobs {jobs}: {made.begin(surveys):.0f} s, {len(made.expected)} files"
    while made.seen["ends"] < kills and not made.problems:
        alone = not interrupt and chance.random() < 0.5
        end = made.interrupt if interrupt else kill_main if alone else kill_all
        if made.go_on(chance.uniform(STARTUP, longest), end):
            made.seen["ends"] += 1
            made.seen["of the main process alone"] += alone
            made.seen["publications in their midst"] += any((folder / OUT).glob("*/.manifest.withdrawn.json"))
            made.seen["new folders left"] += len(list((folder / OUT).glob("**/.*.new")))
            # Where the main process alone was killed, the others may need a moment yet: the next look is theirs.
            if not alone:
                made.look()
        else:
            made.look()
            made.end()
    while not made.problems and (folder / OUT).exists():
        if not made.go_on(3600, kill_all):
            made.look()
            made.end()
    yield ", ".join(f"{name}: {number}" for name, number in made.seen.items())
    if interrupt:
        yield f"after an interrupt it ended within {made.slowest:.1f} s"
    yield from (f"problem: {problem}" for problem in made.problems)


def main() -> int:
    """Attack, and print what was seen."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--surveys", type=int, default=20)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--longest", type=float, default=9, help="Seconds until a kill, at most.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--interrupt", action="store_true", help="By Ctrl-C.")
    told = vars(parser.parse_args())
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        for line in attack(Path(folder), **told):
            print(line, flush=True)
            wrong += line.startswith("problem")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
