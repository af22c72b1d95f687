"""Stages on the command line: where they are, that they change nothing, and that they can be left out."""

from __future__ import annotations

import io
import stat
import sys

import pytest

import lfs_migration as lfm
from lfs_migration import cli, settings
from lfs_migration.cli import progress
from lfs_migration.harmonise import harmonise
from lfs_migration.readers.stages import staging


@pytest.fixture(autouse=True)
def no_folder_of_the_user(monkeypatch):
    monkeypatch.delenv(staging.VARIABLE, raising=False)


@pytest.fixture
def run(survey, tmp_path, capsys):
    """Run the small survey; return what it said and the bytes of what it published."""

    def call(*words):
        out = tmp_path / "out"
        command = ("run", survey / "atlantis-2020.yaml", "--data", survey, "--out", out, *words)
        command = (*command, "--tables", survey / "few.yaml")
        with pytest.raises(SystemExit) as stop:
            cli.main([str(word) for word in command])
        assert not stop.value.code
        written = [path for path in (out / "atlantis-2020").rglob("*") if path.is_file() and path.suffix != ".json"]
        files = {path.name: path.read_bytes() for path in written}
        return capsys.readouterr().err, files

    return call


def staged(folder):
    return sorted(path.suffix for path in folder.glob("emigrants.csv*"))


ALL = [".arrow", ".json", ".parquet"]


def test_a_stage_changes_nothing(run, tmp_path):
    _, plain = run()
    folder = tmp_path / "stage"
    said, first = run("--stage", folder)
    assert f"staged emigrants.csv in {folder}" in said
    assert "Deleting it is safe" in said
    assert staged(folder) == ALL
    assert stat.S_IMODE(folder.stat().st_mode) & 0o077 == 0 or sys.platform == "win32"
    said, second = run("--stage", folder)
    assert "staged" not in said
    assert plain == first == second


@pytest.mark.parametrize("engine", ["memory", "duckdb"])
def test_each_engine_reads_a_stage(run, tmp_path, engine):
    _, plain = run()
    folder = tmp_path / "stage"
    assert run("--stage", folder, "--engine", engine)[1] == plain
    assert run("--stage", folder, "--engine", engine)[1] == plain


def test_small_files_are_not_staged_unasked_and_what_was_hidden_is_kept(run, tmp_path):
    run()
    kept = (tmp_path / "out" / staging.FOLDER).iterdir()
    assert {path.name for path in kept} == {".gitignore", "CACHEDIR.TAG", staging.CHOICES}


def test_large_files_are_staged_beside_the_results_unless_the_user_says_off(run, tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "LEAST", 1)
    run("--stage", "off")
    assert not (tmp_path / "out" / staging.FOLDER).exists()
    said, _ = run()
    assert staged(tmp_path / "out" / staging.FOLDER) == ALL
    assert "staged emigrants.csv" in said
    assert (tmp_path / "out" / staging.FOLDER / ".gitignore").exists()


def test_the_variable_names_the_folder(run, tmp_path, monkeypatch):
    monkeypatch.setenv(staging.VARIABLE, str(tmp_path / "elsewhere"))
    run()
    assert staged(tmp_path / "elsewhere") == ALL


def test_validate_stages_only_where_the_user_says(survey, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(settings, "LEAST", 1)
    monkeypatch.chdir(tmp_path)
    command = ["validate", str(survey / "atlantis-2020.yaml"), "--data", str(survey)]
    for words in ([], ["--stage", "kept"], ["--stage", "kept"]):
        with pytest.raises(SystemExit):
            cli.main([*command, *words])
        assert bool(staged(tmp_path / "kept")) == bool(words)
    assert not (tmp_path / staging.FOLDER).exists()


def test_a_folder_for_stages_that_is_a_file(survey, tmp_path, capsys):
    (tmp_path / "taken").write_text("", "ascii")
    with pytest.raises(SystemExit) as stop:
        cli.main(["run", str(survey / "atlantis-2020.yaml"), "--data", str(survey), "--stage", str(tmp_path / "taken")])
    assert stop.value.code == cli.CANNOT
    assert "taken" in capsys.readouterr().err


def test_above_the_budget_a_staged_file_stays_on_disk(survey, tmp_path):
    country = lfm.load_country(survey / "atlantis-2020.yaml")
    whole = harmonise(lfm.read(survey, country))
    engine = lfm.Engine(memory=100, folder=tmp_path, parts=3)
    for _ in range(2):
        data = lfm.read(survey, country, engine, stage=tmp_path / "stage")
        assert all(isinstance(record, staging.StagedTable) for record in data.records.values())
        made = harmonise(data)
        assert made.store is not None
        assert made.sizes == whole.sizes
        parts = made.store.each(lambda records: {name: len(one) for name, one in records.items()})
        assert {name: sum(part[name] for part in parts) for name in whole.records} == whole.sizes


def test_the_bar_is_for_a_terminal(monkeypatch):
    class Screen(io.StringIO):
        shown = False

        def isatty(self) -> bool:
            return self.shown

    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    bar = progress.Bar()
    bar("read person.sav", 0.5)
    bar("read person.sav", 1.0)
    assert screen.getvalue() == ""
    screen.shown = True
    monkeypatch.setenv("TERM", "xterm")
    bar("read person.sav [x]", 0.5)
    bar("read person.sav [x]", 1.0)
    assert "read person.sav [x]" in screen.getvalue()
