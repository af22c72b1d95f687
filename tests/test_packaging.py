"""The wheel and the source distribution: each holds what the package needs, to the byte, and no workshop."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "lfs_migration"
BESIDE = ("codebooks", "questionnaires")
"""Folders that stand beside the package here, and in it in the wheel."""
TOPS = {"lfs_migration", "lfs_migration-VERSION.dist-info"}
WORKSHOP = {"tests", "examples", "scripts", "docs", ".ci", ".git", "__pycache__", ".hypothesis", ".mypy_cache"}
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
"""Those on which it was tried."""
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def needed() -> dict[str, Path]:
    """Each file that the package needs, by its name in the wheel."""
    found = {f"lfs_migration/{path.relative_to(PACKAGE).as_posix()}": path for path in PACKAGE.rglob("*")}
    for name in BESIDE:
        found |= {f"lfs_migration/{path.relative_to(ROOT).as_posix()}": path for path in (ROOT / name).rglob("*")}
    return {name: path for name, path in found.items()
            if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")}  # fmt: skip


@cache
def built(folder: Path, source: Path) -> dict[str, Path]:
    """Build both, the wheel from the source distribution, and return them by their ending."""
    if importlib.util.find_spec("build") is None:
        pytest.skip("build is not installed: it is in the extra dev")
    command = [sys.executable, "-m", "build", "--outdir", str(folder), str(source)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    told = done.stdout + done.stderr
    if done.returncode and ("No matching distribution" in told or "Could not find a version" in told):
        pytest.skip("hatchling cannot be fetched: there is no registry")
    assert done.returncode == 0, told[-3000:]
    return {"wheel": next(folder.glob("*.whl")), "sdist": next(folder.glob("*.tar.gz"))}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("dist")


def in_wheel(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as wheel:
        return {name: wheel.read(name) for name in wheel.namelist()}


def in_source(path: Path) -> dict[str, bytes]:
    """The files of a source distribution, without its own folder."""
    with tarfile.open(path) as archive:
        files = [member for member in archive.getmembers() if member.isfile()]
        return {member.name.partition("/")[2]: archive.extractfile(member).read() for member in files}


def test_the_package_needs_files_of_each_kind():
    names = set(needed())
    kinds = (
        "codebooks/emigration/module.yaml", "codebooks/countries/armenia-2007.yaml", "codebooks/protection.yaml",
        "codebooks/classifications/areas.csv", "questionnaires/egypt-2006.yaml", "languages/hy/messages.toml",
        "publish/templates/report.html.j2", "publish/templates/report.css", "forms/templates/questionnaire.html.j2",
        "py.typed", "__main__.py",
    )  # fmt: skip
    assert {f"lfs_migration/{kind}" for kind in kinds} <= names


@pytest.mark.slow
def test_the_wheel_holds_every_file_and_the_same_bytes(folder):
    held, wanted = in_wheel(built(folder, ROOT)["wheel"]), needed()
    own = {name for name in held if ".dist-info/" not in name}
    assert (sorted(set(wanted) - own), sorted(own - set(wanted))) == ([], [])
    assert [name for name, path in wanted.items() if held[name] != path.read_bytes()] == []


@pytest.mark.slow
def test_the_wheel_holds_nothing_of_the_workshop(folder):
    names = set(in_wheel(built(folder, ROOT)["wheel"]))
    tops = {name.split("/")[0].replace(PROJECT["version"], "VERSION") for name in names}
    assert tops == TOPS
    assert [
        name for name in names if WORKSHOP & set(name.split("/")) or name.endswith((".pyc", ".sav", ".parquet"))
    ] == []
    told = {name.rpartition("/")[2] for name in names if ".dist-info/" in name}
    assert {"METADATA", "RECORD", "WHEEL", "entry_points.txt", "LICENSE"} <= told


@pytest.mark.slow
def test_the_source_holds_every_file_and_the_tests_but_no_survey(folder):
    held = in_source(built(folder, ROOT)["sdist"])
    files = {path.relative_to(ROOT).as_posix(): path for path in needed().values()}
    assert sorted(set(files) - set(held)) == []
    assert [name for name, path in files.items() if held[name] != path.read_bytes()] == []
    assert {"pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "SECURITY.md", "tests/test_packaging.py"} <= set(
        held
    )
    assert [name for name in held if name.startswith("examples/pilots/")] == []
    assert [name for name in held if WORKSHOP & set(name.split("/")) & {"__pycache__", ".git", ".mypy_cache"}] == []


@pytest.mark.slow
def test_the_source_builds_the_wheel_that_the_checkout_builds(folder, tmp_path):
    """What ``build`` makes is made of the source distribution; this one is made of the checkout itself."""
    through = in_wheel(built(folder, ROOT)["wheel"])
    command = [sys.executable, "-m", "build", "--wheel", "--outdir", str(tmp_path), str(ROOT)]
    subprocess.run(command, capture_output=True, check=True)
    straight = in_wheel(next(tmp_path.glob("*.whl")))
    assert through == straight


def test_the_classifiers_name_the_versions_of_python():
    told = [one.rpartition(" ")[2] for one in PROJECT["classifiers"] if "Python :: 3." in one]
    assert tuple(told) == PYTHONS
    assert PROJECT["requires-python"] == f">={PYTHONS[0]}"
    assert "Typing :: Typed" in PROJECT["classifiers"]
    assert (PACKAGE / "py.typed").read_bytes() == b""


def test_the_metadata_asks_for_what_the_project_says(folder):
    """Each requirement has a lower bound; an upper one only where the reason is known."""
    capped = [one for one in PROJECT["dependencies"] if "<" in one]
    assert [one for one in PROJECT["dependencies"] if ">=" not in one] == []
    assert [one.partition(">")[0] for one in capped] == ["pandera"]
