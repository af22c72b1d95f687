"""The script of the lower bounds: what it pins, and what it refuses."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "scripts"))
from lowest import lowest  # noqa: E402

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_every_requirement_of_the_package_is_pinned_to_its_bound():
    pins = lowest(PROJECT)
    assert len(pins) == len(PROJECT["dependencies"])
    names = [pin.partition("==")[0] for pin in pins]
    assert names == sorted(names)
    for pin in pins:
        name, _, version = pin.partition(";")[0].partition("==")
        (own,) = [one for one in PROJECT["dependencies"] if one.partition(">")[0] == name]
        assert own.startswith(f"{name}>={version}"), own


def test_an_extra_brings_those_that_it_names():
    pins = lowest(PROJECT, ["test"])
    names = [pin.partition("==")[0] for pin in pins]
    assert {"pytest", "altair", "statsmodels", "python-docx", "pysdmx"} <= set(names)
    assert names.count("pysdmx") == 1
    assert PROJECT["name"] not in names
    assert set(lowest(PROJECT)) <= set(pins)


def test_of_two_bounds_the_higher_one_counts():
    project = {"name": "x", "dependencies": ["a>=1.9"], "optional-dependencies": {"more": ["a[b]>=1.10", "c>=2,!=2.5"]}}
    assert lowest(project, ["more"]) == ("a==1.10", "c==2")


@pytest.mark.parametrize(
    ("requirement", "extras", "why"),
    [("numpy", [], "'numpy' has no lower bound"), ("numpy<3", [], "no lower bound"), ("a>=1", ["no"], "No extra 'no'")],
)
def test_what_has_no_bound_is_refused(requirement, extras, why):
    with pytest.raises(ValueError, match=why):
        lowest({"name": "x", "dependencies": [requirement], "optional-dependencies": {}}, extras)


def test_it_prints_a_constraints_file():
    command = [sys.executable, str(ROOT / "scripts" / "lowest.py"), "charts"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == list(lowest(PROJECT, ["charts"]))
