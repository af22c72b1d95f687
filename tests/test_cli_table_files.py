"""The command that makes a table, and the files of papers and charts that it writes."""

import sys
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

from lfs_migration import cli, tabling
from lfs_migration.errors import NotFound
from lfs_migration.publish import About


@pytest.fixture
def ask(survey, capsys):
    """Run the command on the small survey; return its exit code, standard output and standard error."""

    def call(*words):
        given = ["--country", survey / "atlantis-2020.yaml", "--data", survey, "--profile", "statcan", "--unprotected"]
        with pytest.raises(SystemExit) as stop:
            cli.main([str(word) for word in ("table", *words, *given)])
        return stop.value.code or 0, *capsys.readouterr()

    return call


def held(path):
    """What a file says, whatever its kind."""
    if path.suffix == ".docx":
        with zipfile.ZipFile(path) as package:
            return package.read("word/document.xml").decode()
    return path.read_bytes().decode("utf-8", errors="replace")


@pytest.mark.parametrize(
    ("ending", "library"), [("tex", "jinja2"), ("docx", "docx"), ("svg", "vl_convert"), ("png", "vl_convert")]
)
def test_the_name_of_the_file_says_what_is_written(ask, tmp_path, ending, library):
    pytest.importorskip(library)
    path = tmp_path / f"regions.{ending}"
    code, out, _ = ask("household by region", "--out", path, "--language", "fr")
    assert (code, out) == (0, f"{path}\n")
    assert "Atlantis 2020" in held(path)
    assert "non protégé contre la divulgation" in held(path)
    if ending == "svg":
        assert ElementTree.parse(path).getroot().get("role") == "img"


def test_a_chart_of_a_set_is_refused_before_the_work(ask, tmp_path):
    code, _, err = ask("--set", tmp_path / "tables.yaml", "--out", tmp_path / "chart.svg")
    assert (code, "a chart shows one table, not a set" in " ".join(err.split())) == (2, True)


@pytest.mark.parametrize(
    ("ending", "library", "extra"),
    [("svg", "altair", "charts"), ("png", "vl_convert", "charts"), ("docx", "docx", "word")],
)
def test_a_missing_extra_is_said_before_the_work(ask, tmp_path, monkeypatch, ending, library, extra):
    monkeypatch.setitem(sys.modules, library, None)
    code, out, err = ask("household by region", "--out", tmp_path / f"x.{ending}")
    assert (code, out) == (2, "")
    assert f'pip install "lfs-migration[{extra}]"' in " ".join(err.split())
    assert "harmonise" not in err


def test_another_ending_is_refused_with_those_that_are_known():
    with pytest.raises(NotFound, match=r"No kind of file ends in '\.doc'.*\.docx"):
        tabling.write((), Path("x.doc"), About())
