"""The examples of accepted exceptions and corrections that the documentation gives."""

import re
from pathlib import Path

import pytest

from lfs_migration import catalog
from lfs_migration.catalog import load_accepted, load_codebook, load_corrections

README = Path(__file__).parents[2] / "codebooks" / "README.md"
BLOCKS = dict(
    re.findall(r"```(yaml|csv)\n(.*?)```", README.read_text(encoding="utf-8").split("## Exceptions")[1], re.S)
)


@pytest.fixture
def example(tmp_path):
    def write(kind):
        path = tmp_path / f"example.{kind}"
        path.write_text(BLOCKS[kind], encoding="utf-8")
        return path

    return write


def test_the_exception_of_the_documentation_is_read(example):
    (one,) = load_accepted(example("yaml"))
    assert one.rule in load_codebook(edition=catalog.load_country("armenia")).rules
    assert one.asked == {
        "rule": "child_worker", "household": "11-0410", "record": "emigrant", "line": "1", "value": "11, 2",
    }  # fmt: skip
    assert one.said.endswith("(Field supervisor, Lori, 2007-09-14)")
    assert one.where == "example.yaml:2"


def test_the_corrections_of_the_documentation_are_read(example):
    first, second = load_corrections(example("csv"))
    variables = load_codebook().variables
    assert [variables[one.variable].record for one in (first, second)] == ["emigrant", "household"]
    assert (first.line, first.old, first.new, first.reason) == ("1", "130", "30", "Typed wrong: the form says 30")
    assert (second.line, second.where) == ("", "example.csv:3")


def test_every_key_is_in_the_documentation():
    text = README.read_text(encoding="utf-8").split("## Exceptions")[1]
    names = {
        "rule",
        "household",
        "record",
        "line",
        "variable",
        "value",
        "region",
        "interviewer",
        "reason",
        "decided_by",
        "date",
    }
    assert {name for name in names | {"old", "new"} if f"`{name}`" not in text} == set()
