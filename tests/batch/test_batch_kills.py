"""A batch that is killed at random moments, and gone on with: ``python scripts/fuzz/kills.py`` does it 100 times."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "fuzz" / "kills.py"


@pytest.fixture(scope="module")
def kills():
    spec = importlib.util.spec_from_file_location("fuzz_kills", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look for it there
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
def test_nothing_is_half_and_nothing_is_made_twice(kills, tmp_path):
    told = list(kills.attack(tmp_path, kills=5, surveys=3, jobs=2, longest=9, seed=4))
    assert "ends: 5" in told[1]
    assert not [line for line in told if line.startswith("problem")]


@pytest.mark.slow
def test_an_interrupt_at_any_moment_ends_it_well(kills, tmp_path):
    told = list(kills.attack(tmp_path, kills=5, surveys=2, jobs=2, longest=4, seed=4, interrupt=True))
    assert "ends: 5" in told[1]
    assert not [line for line in told if line.startswith("problem")]


def test_what_is_half_or_made_twice_is_seen(kills, tmp_path):
    folder = tmp_path / kills.OUT / "atlantis-2001"
    (tmp_path / kills.OUT / "internal" / "atlantis-2001").mkdir(parents=True)
    folder.mkdir()
    (folder / "manifest.json").write_text("{}", encoding="utf-8")
    shutil.copytree(folder, folder.with_name(".atlantis-2002.27ff75d5.new"))  # whole, and not in its place yet
    made = kills.Attack(tmp_path, 1, {"atlantis-2001/manifest.json": {}, "atlantis-2001/tables.csv": b"1"})
    made.look()
    (folder / "manifest.json").rename(folder / "elsewhere")
    (folder / "manifest.json").write_text("{}", encoding="utf-8")
    made.look()
    (folder / "manifest.json").unlink()
    made.look()
    half = "atlantis-2001: atlantis-2001/tables.csv is not there"
    assert made.problems == [
        half, half.replace("atlantis-2001/tables.csv is not there", "atlantis-2001/elsewhere is too many"), half,
        "atlantis-2001 was made twice", "atlantis-2001 was published and is not any more",
    ]  # fmt: skip
