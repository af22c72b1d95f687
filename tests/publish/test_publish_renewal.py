"""A publication appears whole or not at all: what stands in its folder before, during and after."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from publish_nouns import households

from lfs_migration.errors import LfsMigrationError
from lfs_migration.publish import About, cleared, publish
from lfs_migration.publish.renewal import WITHDRAWN, renewed

PUBLISH = sys.modules[publish.__module__]
"""The room, whose name is also that of its verb."""


def contents(folder):
    """Every file under a folder, but for the manifest's time."""
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return {name: _lasting(path) for name, path in files.items()}


def _lasting(path):
    if path.name != "manifest.json":
        return path.read_bytes()
    return {name: entry for name, entry in json.loads(path.read_text()).items() if name != "created"}


@pytest.fixture
def out(tables, findings, tmp_path):
    """A publication of four tables in two languages, with findings."""
    publish(tables, tmp_path / "out" / "armenia", findings=findings, languages=("en", "ar"))
    return tmp_path / "out"


def test_what_is_no_longer_published_goes_and_what_others_put_there_stays(out, tmp_path):
    (out / "armenia" / "sdmx" / "letter.txt").write_text("to the minister")
    publish((households(),), out / "armenia")
    publish((households(),), tmp_path / "fresh" / "armenia")
    fresh = contents(tmp_path / "fresh")
    assert contents(out) == fresh | {"armenia/sdmx/letter.txt": b"to the minister"}
    assert not (out / "internal" / "armenia").exists()


def test_a_disk_that_is_full_leaves_the_earlier_publication(tables, out, monkeypatch):
    def full(tables, path, **_):
        path.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    before = contents(out)
    monkeypatch.setattr(PUBLISH, "write_report", full)
    with pytest.raises(LfsMigrationError, match=r"No space left on device.*disk has room"):
        publish(tables, out / "armenia", about=About(language="fr"))
    assert contents(out) == before


def test_a_file_that_cannot_be_written_is_named_by_its_own_place(tables, out, monkeypatch):
    def refused(tables, path, **_):
        raise LfsMigrationError("This file could not be written", where=str(path))

    monkeypatch.setattr(PUBLISH, "write_report", refused)
    with pytest.raises(LfsMigrationError) as caught:
        publish(tables, out / "armenia")
    assert caught.value.where == str(out / "armenia" / "report.html")


@pytest.mark.parametrize("name", ["tables.xlsx", "manifest.json"])
def test_a_folder_in_the_place_of_a_file_is_named_before_anything_is_moved(tables, out, name):
    (out / "armenia" / name).unlink()
    (out / "armenia" / name).mkdir()
    before = contents(out)
    with pytest.raises(LfsMigrationError, match=f"{name}.*A folder"):
        publish(tables, out / "armenia")
    assert contents(out) == before


@pytest.mark.parametrize("moves", [0, 1, 5, 9])
def test_what_is_ended_in_the_midst_has_no_manifest_and_leaves_nothing_to_the_next(
    tables, out, tmp_path, monkeypatch, moves
):
    move, done = Path.replace, []

    def ended(path, target):
        if ".new" in str(path) and Path(target).parent.name in ("armenia", "sdmx"):
            if len(done) == moves and not path.name.endswith(".part"):
                raise KeyboardInterrupt
            done.append(target)
        return move(path, target)

    with (
        monkeypatch.context() as patched,
        pytest.raises(KeyboardInterrupt),
        renewed(out / "armenia", out / "internal" / "armenia") as (new, _),
    ):
        for name in ("tables.csv", "report.fr.html", "a/b.csv", "a/c.csv", "d", "e", "f", "g", "h", "i", "j"):
            (new / name).parent.mkdir(exist_ok=True)
            (new / name).write_text(name)
        (new / "manifest.json").write_text("{}")
        patched.setattr(Path, "replace", ended)
    assert not (out / "armenia" / "manifest.json").exists()
    assert (out / "armenia" / WITHDRAWN).exists()
    publish((households(),), out / "armenia")
    publish((households(),), tmp_path / "fresh" / "armenia")
    assert contents(out) == contents(tmp_path / "fresh")


def test_nothing_outside_its_folder_is_taken_away(out):
    keep = out / "keep.txt"
    keep.write_text("mine")
    told = json.loads((out / "armenia" / "manifest.json").read_text())
    told["outputs"].append({"file": "../keep.txt"})
    (out / "armenia" / "manifest.json").write_text(json.dumps(told))
    publish((households(),), out / "armenia")
    assert keep.exists()


def test_nobody_else_looks_into_what_is_not_in_its_place_yet(tmp_path):
    with renewed(tmp_path / "a", tmp_path / "internal" / "a") as folders:
        assert [stat.S_IMODE(one.stat().st_mode) for one in folders] == [0o700, 0o700]


def test_what_an_ended_program_left_is_cleared_away(out):
    before = contents(out)
    for name in (".armenia.0f1e2d3c.new/report.html", "armenia/.tables.csv.0f1e2d3c.part"):
        (out / name).parent.mkdir(exist_ok=True)
        (out / name).write_text("half")
    cleared(out / "armenia")
    assert contents(out) == before


KILLED = """
import json, os, signal, sys
from pathlib import Path

from lfs_migration.publish.renewal import cleared, renewed

home, own = Path(sys.argv[1]) / "armenia", Path(sys.argv[1]) / "internal" / "armenia"


def publish(names, text):
    with renewed(home, own) as (new, new_own):
        for name in names:
            place = new / name
            place.parent.mkdir(exist_ok=True)
            place.write_text(text)
        (new_own / "findings.csv").write_text(text)
        told = [{"file": name} for name in names]
        (new / "manifest.json").write_text(json.dumps({"outputs": told, "internal": [{"file": "findings.csv"}]}))


def counted(step, left):
    def call(*words, **more):
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left[0] -= 1
        return step(*words, **more)

    return call


for moment in range(200):
    publish(("tables.csv", "gone.csv", "sdmx/data.csv"), "before")
    child = os.fork()
    if not child:
        left = [moment]
        for name in ("replace", "rename", "unlink", "rmdir", "mkdir", "write_text"):
            setattr(Path, name, counted(getattr(Path, name), left))
        publish(("tables.csv", "report.html", "sdmx/data.csv"), "after")
        os._exit(0)
    ended = os.waitpid(child, 0)[1]
    manifest, texts = home / "manifest.json", {one.name: one.read_text() for one in home.rglob("*.[ch][st]*")}
    if manifest.exists():
        whole = "before" if "gone.csv" in manifest.read_text() else "after"
        assert set(texts.values()) == {whole} and len(texts) == 3, (moment, texts)
        assert (own / "findings.csv").read_text() == whole
    if not ended:
        print(moment)
        break
    cleared(home)
    cleared(own)
    publish(("tables.csv", "report.html", "sdmx/data.csv"), "again")
    left = sorted(one.relative_to(sys.argv[1]).as_posix() for one in Path(sys.argv[1]).rglob("*") if one.is_file())
    assert left == ["armenia/manifest.json", "armenia/report.html", "armenia/sdmx/data.csv", "armenia/tables.csv",
                    "internal/armenia/findings.csv"], (moment, left)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not fork")
def test_a_kill_at_any_step_of_the_swap_leaves_a_whole_publication_or_none(tmp_path):
    # The libraries that are imported may have begun threads, and Python 3.12 warns of a fork then.
    quiet = ["-W", "ignore:This process:DeprecationWarning"]
    done = subprocess.run([sys.executable, *quiet, "-c", KILLED, tmp_path], capture_output=True, text=True, check=False)
    assert not done.stderr
    assert int(done.stdout) > 15, "so many steps there are"
