"""Damaged files of every kind: each is read or refused, and nothing else happens.

``python scripts/fuzz/files.py --seed 4`` damages others.
"""

from __future__ import annotations

import importlib.util
import os
import re
import sys
from pathlib import Path

import made
import pyreadstat
import pytest

from lfs_migration.errors import ReadError
from lfs_migration.model.country import File
from lfs_migration.readers import process
from lfs_migration.readers.packages.statistical import read_statistical

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
SCRIPT = Path(__file__).parents[2] / "scripts" / "fuzz" / "files.py"


@pytest.fixture(scope="module")
def fuzz():
    spec = importlib.util.spec_from_file_location("fuzz_files", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
def test_two_thousand_damaged_files(fuzz, tmp_path):
    counts, problems = fuzz.attack(tmp_path, 2000, seed=3)
    assert problems == []
    assert counts.total() == 2000
    for ending in (".sav", ".zsav", ".por", ".dta"):
        assert sum(count for (suffix, _), count in counts.items() if suffix == ending) == 500
    outcomes = {outcome for _, outcome in counts}
    assert {"read", "refused"} <= outcomes <= {"read", "refused", "refused: crash", "refused: late"}


def test_the_damage_is_the_same_each_time_and_of_many_kinds(fuzz):
    data = bytes(range(256)) * 10
    assert fuzz.mutated(data, "1 2") == fuzz.mutated(data, "1 2")
    assert len({fuzz.mutated(data, f"1 {number}") for number in range(200)}) > 190


def test_the_script_sees_a_reader_that_fails(fuzz, tmp_path, monkeypatch, capsys):
    def fail(*_, **__):
        raise KeyError("rows")

    monkeypatch.setattr(fuzz, "read_statistical", fail)
    assert fuzz.main(["--count", "4", "--keep", str(tmp_path / "kept")]) == 1
    said = capsys.readouterr().out
    assert "4 files in" in said
    assert len(re.findall("KeyError: 'rows'", said)) == 4
    assert len(list((tmp_path / "kept").glob("[0-9]*"))) == 4


def good(folder: Path, name: str) -> Path:
    path = folder / name
    pyreadstat.write_sav(made.FRAME, path)
    return path


def read(path: Path, run: process.Runner, timeout: float = 20) -> int:
    return read_statistical(path, File(path=path.name, format="sav"), timeout=timeout, run=run)[1].rows


def pretend(monkeypatch, tmp_path, when: str, then: str) -> None:
    """Put a program in the place of the child that does something to files of a name."""
    text = process.CHILD.read_text("utf-8")
    head = f'    if "{when}" in job["path"]:\n        {then}\n'
    place = '    limit_time(job["seconds"])\n'
    assert place in text
    child = tmp_path / "child.py"
    child.write_text(text.replace(place, head + place), "utf-8")
    monkeypatch.setattr(process, "CHILD", child)


def test_a_crash_costs_one_file_only(monkeypatch, tmp_path):
    pretend(monkeypatch, tmp_path, "bad", "os.kill(os.getpid(), 11)")
    with process.Forks() as run:
        assert read(good(tmp_path, "one.sav"), run) == made.ROWS
        with pytest.raises(ReadError, match=r"bad.sav: Cannot be read. The reader crashed \(SIGSEGV\)"):
            read(good(tmp_path, "bad.sav"), run)
        assert read(good(tmp_path, "two.sav"), run) == made.ROWS
        assert run.starts == 1


def test_a_hang_costs_one_file_only(monkeypatch, tmp_path):
    pretend(monkeypatch, tmp_path, "bad", "__import__('time').sleep(60)")
    with process.Forks() as run:
        with pytest.raises(ReadError, match=r"bad.sav: Takes too long to read.*after 1 seconds"):
            read(good(tmp_path, "bad.sav"), run, timeout=1)
        assert read(good(tmp_path, "two.sav"), run) == made.ROWS
        assert run.starts == 2


@pytest.mark.skipif(sys.platform != "linux", reason="other systems count otherwise")
@pytest.mark.parametrize(
    ("then", "message"),
    [
        ("limit_memory(1 << 30); bytes(2 << 30)", "Needs too much memory|ended with code 1: MemoryError"),
        ("limit('RLIMIT_CPU', 1)\n        while True: pass", "Takes too long to read"),
    ],
)
def test_the_child_limits_itself(monkeypatch, tmp_path, then, message):
    pretend(monkeypatch, tmp_path, "bad", then)
    with pytest.raises(ReadError, match=message):
        read(good(tmp_path, "bad.sav"), process.run, timeout=30)
