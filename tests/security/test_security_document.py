"""Each row of SECURITY.md names tests that there are."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
ROWS = [line for line in TEXT.splitlines() if line.startswith("| ") and "---" not in line][1:]


def test_there_is_a_table():
    assert len(ROWS) >= 15


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split("|")[1].strip()[:40])
def test_a_threat_has_what_is_done_and_a_test_that_there_is(row):
    threat, done, proved = (cell.strip() for cell in row.strip("|").split("|"))
    assert threat
    assert done
    named = re.findall(r"`([^`]+)`", proved)
    assert named
    for one in named:
        file, _, test = one.partition("::")
        tree = ast.parse((ROOT / "tests" / file).read_text(encoding="utf-8"))
        assert test in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, one


def test_a_test_of_the_folder_belongs_to_a_threat():
    files = {path.name for path in Path(__file__).parent.glob("test_*.py")} - {Path(__file__).name}
    assert {name for name in files if name not in TEXT} == set()


def test_links_lead_somewhere():
    found = re.findall(r"\]\(([^)#]+)\)", TEXT)
    assert found
    assert [name for name in found if not (ROOT / name).exists()] == []
