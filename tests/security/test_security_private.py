"""What holds records or names households is its owner's alone, from its first byte, whatever the umask."""

from __future__ import annotations

import os
import stat
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hostile_survey import small

from lfs_migration import catalog, cli, files
from lfs_migration.errors import LfsMigrationError
from lfs_migration.frames import Engine
from lfs_migration.frames.scan import scanned
from lfs_migration.model.dataset import Source
from lfs_migration.model.findings import Findings
from lfs_migration.pipeline import run
from lfs_migration.publish import write_findings
from lfs_migration.readers import write_file

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes of files")
FEW = Path(__file__).parents[1] / "small" / "few.yaml"
"""Tables of each kind."""
OWN = ("internal", ".lfs-stage", "stage")
"""Folders of what is for the office alone."""


@pytest.fixture(autouse=True)
def open_umask() -> Iterator[None]:
    """Let every file be open to all that nobody closes."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.fixture
def finished(monkeypatch) -> dict[str, int]:
    """The mode of each file at the moment when all of it is written, before it has its name."""
    found: dict[str, int] = {}
    sync = files._sync

    def noted(path: Path) -> None:
        if path.is_file():
            found[path.name.lstrip(".").rsplit(".", 2)[0]] = stat.S_IMODE(path.stat().st_mode)
        sync(path)

    monkeypatch.setattr(files, "_sync", noted)
    return found


@pytest.fixture
def made_folders(monkeypatch) -> list[tuple[Path, int]]:
    """Each temporary folder that is made, with its mode."""
    found: list[tuple[Path, int]] = []
    real = tempfile.mkdtemp

    def noted(*arguments: object, **options: object) -> str:
        name = real(*arguments, **options)
        found.append((Path(name), stat.S_IMODE(Path(name).stat().st_mode)))
        return name

    monkeypatch.setattr(tempfile, "mkdtemp", noted)
    return found


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_private_file_is_closed_before_its_first_byte(tmp_path):
    with files.atomic(tmp_path / "one.csv", private=True) as part:
        assert (mode(part), part.stat().st_size) == (0o600, 0)
        part.write_text("a household", encoding="utf-8")
        assert mode(part) == 0o600
    assert mode(tmp_path / "one.csv") == 0o600


def test_it_takes_the_place_of_one_that_was_open(tmp_path):
    path = tmp_path / "findings.csv"
    path.write_text("earlier", encoding="utf-8")
    assert mode(path) == 0o666
    write_findings(Findings(()), path)
    assert mode(path) == 0o600


@pytest.mark.parametrize("name", ["f.csv", "f.json", "f.xlsx", "f.html"])
def test_findings_are_closed_wherever_they_are_written(name, tmp_path, finished):
    write_findings(Findings(()), tmp_path / name)
    assert (finished, mode(tmp_path / name)) == ({name: 0o600}, 0o600)


@pytest.mark.parametrize("name", ["p.sav", "p.zsav", "p.dta", "p.csv", "p.tsv", "p.parquet"])
def test_a_survey_s_file_is_closed_in_every_format(name, tmp_path, finished):
    write_file(pa.table({"sex": [1, 2]}), Source("p", "p.csv", "", 2, labels={"sex": "Sex"}), tmp_path / name)
    assert finished[name] == 0o600
    assert mode(tmp_path / name) == 0o600


@pytest.mark.parametrize("engine", ["memory", "duckdb"])
def test_a_run_leaves_nothing_open_that_is_the_office_s(engine, tmp_path, finished, made_folders):
    made, out = small(tmp_path / "survey"), tmp_path / "out"
    words = ["--data", str(made.folder), "--out", str(out), "--engine", engine, "--stage", str(out / ".lfs-stage")]
    words += ["--tables", str(FEW)]
    with pytest.raises(SystemExit) as end:
        cli.main(["run", made.yaml, *words, "--quiet"])
    assert end.value.code == 0
    work = {path for path, _ in made_folders if path.name.startswith(".lfs-migration-")}  # closed; gone at the end
    private = [path for name in OWN for path in (out / name).rglob("*") if not work & set(path.parents)]
    notes = (".gitignore", "CACHEDIR.TAG")
    kept = [path for path in private if path.is_file() and path.name not in notes]
    written = {path for path in kept if path.stat().st_size}  # a lock holds nothing
    assert {"findings.csv", "findings.html", "microdata.parquet", "microdata.ddi.xml", "protection.csv"} <= {
        path.name for path in written
    }
    assert {path.name for path in written if path.suffix == ".arrow"}, "nothing was staged"
    assert {path.name: mode(path) for path in written} == {path.name: 0o600 for path in written}
    assert {path.name: finished[path.name] for path in written} == {path.name: 0o600 for path in written}
    assert mode(out / ".lfs-stage") == 0o700
    assert {number for _, number in made_folders} <= {0o700}
    if engine == "duckdb":
        assert work


def test_findings_that_explain_why_a_run_stopped_are_closed(tmp_path, finished):
    made, out = small(tmp_path / "survey"), tmp_path / "out"
    rows = made.rows("households")
    rows[0]["weight"] = "-1"
    made.write("households", rows)
    with pytest.raises(LfsMigrationError, match="All findings are in"):
        run(made.yaml, made.folder, out)
    found = list((out / "internal").rglob("findings.*"))
    assert {path.name: mode(path) for path in found} == {"findings.csv": 0o600, "findings.html": 0o600}
    assert {finished[path.name] for path in found} == {0o600}


def test_files_with_weights_are_closed(tmp_path, finished):
    folder = Path(__file__).parents[2] / "examples" / "pilots" / "armenia-2007"
    if not folder.is_dir():
        pytest.skip("the pilots are not here")
    from lfs_migration.weighting import weigh_files

    paths = [path for path in weigh_files("armenia", folder, tmp_path, form="csv") if path.suffix == ".csv"]
    assert len(paths) > 1
    assert {finished[path.name] for path in paths} == {0o600}


def test_a_converted_file_is_closed(tmp_path, finished, made_folders):
    made = small(tmp_path / "survey")
    from lfs_migration.converting import convert

    list(convert(made.folder / "persons.csv", tmp_path / "out" / "persons.dta"))
    assert mode(tmp_path / "out" / "persons.dta") == finished["persons.dta"] == 0o600
    assert {number for _, number in made_folders} == {0o700}


def test_duckdb_spills_into_a_closed_folder(tmp_path, made_folders):
    path = tmp_path / "large.parquet"
    pq.write_table(pa.table({"key": list(range(1000))}), path)
    lazy = scanned(path, Engine("duckdb", folder=tmp_path))
    (folder, number), *_ = made_folders
    assert (folder.parent, number) == (tmp_path, 0o700)
    setting = "SELECT value FROM duckdb_settings() WHERE name = 'temp_directory'"
    used = lazy.to_native().query("t", setting).fetchall()[0][0]
    assert Path(used).parent == folder.resolve()
    assert lazy.collect().shape == (1000, 1)


def test_what_is_published_is_for_everybody(tmp_path):
    made, out = small(tmp_path / "survey"), tmp_path / "out"
    tables = run(made.yaml, made.folder, out).outputs[0]
    assert (tables.name, mode(tables), mode(tables.parent)) == ("tables.csv", 0o666, 0o777)
    assert catalog.load_country(made.yaml).id == tables.parent.name
