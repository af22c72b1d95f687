"""Makes small surveys with a project each, and runs the command on them."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from lfs_migration import cli
from lfs_migration.readers.stages.staging import FOLDER

SMALL = Path(__file__).parents[1] / "small"
TABLES = "- indicator: E02\n  by: [[region]]\n- indicator: E05\n  by: [[sex]]\n"


def project(folder: Path, year: int, more: str = "") -> Path:
    """Make a survey of Atlantis with the year as its edition, and return the folder of its project."""
    own = folder / f"atlantis{year}"
    shutil.copytree(SMALL, own / "data")
    shipped = own / "data" / "atlantis-2020.yaml"
    text = shipped.read_text(encoding="utf-8").replace('edition: "2020"', f'edition: "{year}"')
    (own / f"atlantis-{year}.yaml").write_text(text, encoding="utf-8")
    shipped.unlink()
    (own / "tables.yaml").write_text(TABLES, encoding="utf-8")
    told = f"country: atlantis-{year}.yaml\ndata: data\ntables: tables.yaml\n{more}"
    (own / "project.yaml").write_text(told, encoding="utf-8")
    return own


def lfs(*words: str, folder: Path, timeout: float = 300) -> subprocess.CompletedProcess[str]:
    """Run the command in a folder, in a process of its own."""
    return subprocess.run(
        command(*words), cwd=folder, capture_output=True, text=True, timeout=timeout, check=False, env=environment()
    )


def here(*words: object, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the command in a folder, in this process: its surveys are copies of one that is made ready once for all."""
    out, err, named = io.StringIO(), io.StringIO(), [str(word) for word in words]
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.chdir(folder)
        for name in os.environ.keys() - environment().keys():
            patch.delenv(name)
        with pytest.raises(SystemExit) as stop:
            cli.main(named)
    return subprocess.CompletedProcess(named, int(stop.value.code or 0), out.getvalue(), err.getvalue())


def command(*words: str) -> list[str]:
    """Return the command with its words."""
    return [sys.executable, "-m", "lfs_migration", *words]


def environment() -> dict[str, str]:
    """Return the environment without settings of ours."""
    return {name: value for name, value in os.environ.items() if not name.startswith("LFS_")}


def rows(done: subprocess.CompletedProcess[str]) -> dict[str, str]:
    """Return the outcome of each project in the summary."""
    lines = done.stdout.splitlines()
    head = next(number for number, line in enumerate(lines) if line.startswith("project "))
    end = next(number for number, line in enumerate(lines) if " surveys: " in line)
    return {line.split()[0]: line.split()[2] for line in lines[head + 1 : end]}


def contents(folder: Path) -> dict[str, object]:
    """Return every file of a folder that stays, but for locks, stages, the journal, and the time in manifests."""
    files = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
    kept = {
        name: path for name, path in files.items()
        if not name.endswith((".lock", "batch.jsonl")) and FOLDER not in path.parts
    }  # fmt: skip
    return {name: _lasting(path) for name, path in kept.items()}


def _lasting(path: Path) -> object:
    if path.name != "manifest.json":
        return path.read_bytes()
    return {name: entry for name, entry in json.loads(path.read_text()).items() if name != "created"}


def change(path: Path, old: str, new: str) -> None:
    """Change the text of a file."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
