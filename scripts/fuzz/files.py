"""Damages small SPSS and Stata files in thousands of ways, and looks whether the reader stays well.

Usage: python scripts/fuzz/files.py [--count 2000] [--seed 1] [--only portable.por] [--keep FOLDER]

Each damaged file is read by the toolkit's own reader. It must be read, or refused with a ReadError that names it;
within 10 seconds, and within the memory that the budget allows. Anything else (another error, a row too many or too
few, a hang) is printed with its number, and the exit code is 1. For speed the libraries are started once, and every
file is read in a copy of that process of its own: what crashes is the copy (see lfs_migration.readers.process.Forks).
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import cast

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import made

from lfs_migration.errors import ReadError
from lfs_migration.model.country import File, Format
from lfs_migration.readers import process
from lfs_migration.readers.packages.statistical import read_statistical

SECONDS = 10.0
DEADLINE = 9.0
"""What the child process has of them."""
BUDGET = 500_000_000
MOST = 4_500_000_000
"""Resident memory that a copy may reach: what the child allows the libraries, and the budget."""
EXTREMES = (0, 1, 127, 128, 255, 256, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)


def flip(data: bytearray, chance: random.Random) -> bytearray:
    """Turn one bit to some bits over."""
    for _ in range(chance.choice((1, 2, 8, 64))):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return data


def cut(data: bytearray, chance: random.Random) -> bytearray:
    """Leave out the end, much or little of it."""
    return data[: chance.choice((chance.randrange(1, len(data)), len(data) - chance.randrange(1, 20)))]


def swap(data: bytearray, chance: random.Random) -> bytearray:
    """Exchange two pieces of the same length."""
    length = chance.choice((1, 2, 4, 8, 64))
    one, other = (chance.randrange(len(data) - length) for _ in range(2))
    kept = data[one : one + length]
    data[one : one + length] = data[other : other + length]
    data[other : other + length] = kept
    return data


def overwrite(data: bytearray, chance: random.Random) -> bytearray:
    """Put a number such as lengths and counts are in the place of another, half of the time in the header."""
    size = chance.choice((1, 2, 4, 8))
    number = chance.choice((*EXTREMES, chance.randrange(1 << 32))) % (1 << 8 * size)
    place = chance.randrange((len(data) if chance.random() < 0.5 else min(len(data), 400)) - size)
    data[place : place + size] = number.to_bytes(size, chance.choice(("little", "big")))
    return data


def move(data: bytearray, chance: random.Random) -> bytearray:
    """Leave a piece out, or have it twice."""
    start, length = chance.randrange(len(data)), chance.choice((1, 4, 8, 100))
    piece = data[start : start + length]
    return data[:start] + chance.choice((b"", piece + piece)) + data[start + length :]


MUTATIONS: tuple[Callable[[bytearray, random.Random], bytearray], ...] = (flip, cut, swap, overwrite, move)


def mutated(data: bytes, seed: str) -> bytes:
    """Return the data, damaged in one to three ways; the seed says which."""
    chance = random.Random(seed)
    damaged = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 3))):
        damaged = chance.choice(MUTATIONS)(damaged, chance) if len(damaged) > 100 else damaged
    return bytes(damaged)


def attempt(path: Path, run: process.Runner) -> str:
    """Read a file and return ``read``, ``refused``, ``refused: crash`` or ``refused: late``.

    Raises
    ------
    AssertionError
        When the rows are not those that the source counts, or an error does not name the file.
    """
    spec = File(path=path.name, format=cast(Format, path.suffix[1:]))
    try:
        table, source = read_statistical(path, spec, timeout=DEADLINE, budget=BUDGET, run=run)
    except ReadError as error:
        assert str(path) in str(error), f"the error does not name the file: {error}"
        if error.title == "Takes too long to read":
            return "refused: late"
        return "refused: crash" if "crashed" in error.detail else "refused"
    assert table.num_rows == source.rows > 0, f"{table.num_rows} rows, and the source counts {source.rows}"
    return "read"


def attack(folder: Path, count: int, seed: int, only: str = "") -> tuple[Counter[tuple[str, str]], list[str]]:
    """Damage and read ``count`` files.

    Returns
    -------
    counts : Counter
        By ending and outcome.
    problems : list of str
        What must not happen, with the number of the file.
    """
    counts: Counter[tuple[str, str]] = Counter()
    problems: list[str] = []
    originals = _originals(folder, only)
    with process.Forks() as run:
        for number in range(count):
            name = list(originals)[number % len(originals)]
            path = folder / f"{number}-{name}"
            path.write_bytes(mutated(originals[name], f"{seed} {number}"))
            began = time.monotonic()
            try:
                outcome = attempt(path, run)
            except Exception as error:
                outcome = "PROBLEM"
                problems.append(f"{path.name}: {type(error).__name__}: {error}")
            if time.monotonic() - began > SECONDS:
                problems.append(f"{path.name}: {time.monotonic() - began:.1f} seconds")
            counts[path.suffix, outcome] += 1
            if outcome != "PROBLEM":
                path.unlink()
    return counts, problems


def _originals(folder: Path, only: str) -> dict[str, bytes]:
    """Return the files as they are before the damage, in turns of the four endings."""
    by_ending: dict[str, list[tuple[str, bytes]]] = {}
    for name, make in made.makers().items():
        path = folder / name
        make(path)
        if not only or only == name:
            by_ending.setdefault(path.suffix, []).append((name, path.read_bytes()))
    longest = max(len(several) for several in by_ending.values())
    turns = [(several[turn % len(several)], turn) for turn in range(longest) for several in by_ending.values()]
    # The same file may come twice under two names, so that each ending has its share.
    return {f"{turn}-{name}": data for (name, data), turn in turns}


def peaks() -> tuple[int, int]:
    """Return the largest resident memory of this process and of any that it waited for, in bytes."""
    unit = 1 if sys.platform == "darwin" else 1024
    own, others = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own * unit, others * unit


def main(arguments: list[str]) -> int:
    """Attack, print what happened, and return 1 when something happened that must not."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="one of the files, by its name")
    parser.add_argument("--keep", type=Path, help="a folder for the files that made problems")
    chosen = parser.parse_args(arguments)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        work = chosen.keep or Path(folder)
        work.mkdir(parents=True, exist_ok=True)
        counts, problems = attack(work, chosen.count, chosen.seed, chosen.only)
    own, others = peaks()
    if others > MOST:
        problems.append(f"a reader took {others / 1e9:.1f} gigabytes")
    for (ending, outcome), number in sorted(counts.items()):
        print(f"{ending:6}{outcome:16}{number:6,}")
    print(f"{counts.total():,} files in {time.monotonic() - began:,.0f} seconds, {len(problems)} problems")
    print(f"peak memory: this process {own / 1e6:,.0f} MB, a reader {others / 1e6:,.0f} MB")
    print(*problems, sep="\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
