"""Whether published files are those of their manifest: what was changed, taken away, added, or leads elsewhere."""

import json
import os
import shutil

import pytest

import lfs_migration as lfm
from lfs_migration import cli, frames
from lfs_migration.errors import LfsMigrationError
from lfs_migration.verification import publications
from lfs_migration.verification.manifests import read_manifest, within


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    """A publication without a table, with what is for the office alone beside it."""
    out = tmp_path_factory.mktemp("published") / "out"
    lfm.publish([], out / "atlantis-2020", microdata=frames.frame({"em_dest": ["NA", "004"], "em_age": [30, None]}))
    return out


@pytest.fixture
def out(once, tmp_path):
    """A copy of it that a test may damage."""
    shutil.copytree(once, tmp_path / "out")
    return tmp_path / "out"


@pytest.fixture
def folder(out):
    return out / "atlantis-2020"


def lfs(*words, capsys):
    with pytest.raises(SystemExit) as stop:
        cli.main([str(word) for word in words])
    out, err = capsys.readouterr()
    return stop.value.code or 0, out, err


def edited(folder, change):
    """Change the content of a manifest."""
    path = folder / "manifest.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content)
    path.write_text(json.dumps(content), encoding="utf-8")


def found(folder):
    return [(problem.path.name, problem.kind, problem.internal) for problem in lfm.verify(folder).problems]


def test_a_publication_that_nobody_touched_is_the_same(folder, out, capsys):
    one = lfm.verify(folder)
    (publication,) = one.publications
    assert (one.state, one.problems, publication.survey) == ("same", (), "atlantis-2020")
    assert publication.files == len(json.loads((folder / "manifest.json").read_text())["outputs"]) > 5
    assert publication.internal == 1 and not publication.unseen
    code, said, err = lfs("verify", folder, capsys=capsys)
    assert (code, err) == (0, "")
    assert said == f"{folder}: all {publication.files} files are as the manifest says, and all 1 for the office alone\n"
    assert lfm.verify(folder / "manifest.json").state == "same"


def test_a_byte_that_changes_is_seen_in_each_file(folder):
    manifest = read_manifest(folder)
    assert {".csv", ".xlsx", ".html", ".json"} <= {(folder / one.file).suffix for one in manifest.outputs}
    for place, named, internal in ((folder, manifest.outputs, False), (manifest.office, manifest.internal, True)):
        for one in named:
            path = place / one.file
            whole = path.read_bytes()
            path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
            assert found(folder) == [(path.name, "changed", internal)], one.file
            assert "another SHA-256" in str(lfm.verify(folder).problems[0])
            path.write_bytes(whole + b"\n")
            (problem,) = lfm.verify(folder).problems
            assert f"it has {len(whole) + 1:,} bytes, and {len(whole):,} in the manifest" in problem.detail
            path.write_bytes(whole)
    assert lfm.verify(folder).state == "same"


def test_a_file_that_is_taken_away_added_or_renamed_is_told(folder, capsys):
    (folder / "tables.csv").unlink()
    (folder / "draft").mkdir()
    (folder / "draft" / "notes.txt").write_text("x")
    assert found(folder) == [("tables.csv", "missing", False), ("notes.txt", "unnamed", False)]
    (folder / "report.html").rename(folder / "old.html")
    code, said, _ = lfs("verify", folder, capsys=capsys)
    lines = said.splitlines()
    assert code == 1 and len(lines) == 5
    assert f"{folder / 'report.html'}: missing; old.html has its content" in lines
    assert f"{folder / 'draft' / 'notes.txt'}: the manifest does not name it" in lines
    assert lines[-1].startswith(f"{folder}: 4 problems; ")
    assert f"{len(read_manifest(folder).outputs) - 2} of " in lines[-1]


def test_a_folder_in_the_place_of_a_file_is_no_file(folder):
    (folder / "tables.csv").unlink()
    (folder / "tables.csv").mkdir()
    assert found(folder) == [("tables.csv", "changed", False)]


def test_what_is_for_the_office_alone_is_told_apart(folder, out, capsys):
    (out / "internal" / "atlantis-2020" / "microdata.parquet").unlink()
    code, said, _ = lfs("verify", folder, capsys=capsys)
    assert code == 1
    assert "microdata.parquet: missing (for the office alone)" in said and "and 0 of 1 for the office alone" in said


def test_a_publication_that_was_sent_out_has_nothing_for_the_office(folder, out, capsys):
    shutil.rmtree(out / "internal")
    code, said, _ = lfs("verify", folder, capsys=capsys)
    assert code == 0
    assert f"the 1 for the office alone were not looked at: there is no {out / 'internal' / 'atlantis-2020'}" in said


@pytest.mark.parametrize("closed", ["internal", "internal/atlantis-2020"])
def test_what_another_may_not_read_is_not_held_against_it(folder, out, closed, monkeypatch):
    monkeypatch.setattr(publications.os, "access", lambda path, mode: path != (out / closed).absolute())
    (one,) = lfm.verify(folder).publications
    assert one.state == "same" and "is not yours to read" in one.unseen


def test_a_file_that_cannot_be_read_cannot_be_verified(folder, monkeypatch):
    whole = publications.sha256

    def refused(path):
        if path.name == "tables.csv":
            raise PermissionError(13, "Permission denied")
        return whole(path)

    monkeypatch.setattr(publications, "sha256", refused)
    assert found(folder) == [("tables.csv", "unreadable", False)]
    assert lfm.verify(folder).state == "unverifiable"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (lambda whole: whole[: len(whole) // 2], "cut off or damaged in line"),
        (lambda whole: b"", "cut off or damaged in line 1"),
        (lambda whole: b"\xff\xfe" + whole, "Byte 0 is no UTF-8"),
        (lambda whole: b"[" * 100_000, "while decoding a JSON array"),
        (lambda whole: b"[]", "It is no JSON object"),
        (lambda whole: b"{}", "It has no list outputs"),
        (lambda whole: b'{"name": "page", "outputs": {}}', "It has no list outputs"),
        (lambda whole: whole.replace(b'"bytes": ', b'"bytes": -'), "outputs, entry 1, bytes"),
        (lambda whole: whole.replace(b'"bytes"', b'"size"'), "outputs, entry 1, bytes: Field required"),
        (lambda whole: whole.replace(b'"sha256": "', b'"sha256": "g'), "outputs, entry 1, sha256"),
    ],
)
def test_a_manifest_that_is_none_cannot_be_verified(folder, content, why, capsys):
    path = folder / "manifest.json"
    path.write_bytes(content(path.read_bytes()))
    code, said, err = lfs("verify", folder, capsys=capsys)
    assert (code, err) == (2, "")
    first, second = said.splitlines()
    assert first.startswith(f"{path}: This is no manifest of a publication") and why in first
    assert second == f"{folder}: cannot be verified"


def test_a_publication_without_a_manifest_is_not_complete(folder, capsys):
    (folder / "manifest.json").unlink()
    code, said, _ = lfs("verify", folder, capsys=capsys)
    assert code == 2 and "There is no manifest. The publication is not complete" in said


@pytest.mark.parametrize("key", ["outputs", "internal"])
@pytest.mark.parametrize("name", ["../out.csv", "sdmx/../../out.csv", "/etc/passwd", "C:\\x", "a\\b", "", ".", "a\nb"])
def test_a_path_that_leads_out_is_refused(folder, key, name, capsys):
    edited(folder, lambda content: content[key][0].update(file=name))
    code, said, _ = lfs("verify", folder, capsys=capsys)
    assert code == 2 and "The manifest names a file outside of the publication" in said
    assert len(said.splitlines()) == 2, "a name cannot write lines of its own"


def test_names_that_stay_inside():
    assert within("exports/ilms/notes.csv") and within("..tables.csv") and within("հաշվետվություն.html")
    assert not within("exports//notes.csv") and not within("./tables.csv") and not within("exports/")


def test_a_link_that_leads_out_is_not_followed(folder, out):
    secret = out / "secret.csv"
    shutil.copy(folder / "tables.csv", secret)
    (folder / "tables.csv").unlink()
    (folder / "tables.csv").symlink_to(secret)
    (folder / "more").symlink_to(out)
    verification = lfm.verify(folder)
    assert [(one.path.name, one.kind) for one in verification.problems] == [
        ("tables.csv", "outside"),
        ("more", "unnamed"),
    ]
    assert verification.state == "unverifiable"


def test_a_link_that_leads_to_itself_is_no_file(folder):
    (folder / "tables.csv").unlink()
    (folder / "tables.csv").symlink_to("tables.csv")
    assert found(folder) == [("tables.csv", "changed", False)]


def test_a_folder_of_publications_is_looked_through(out, capsys):
    shutil.copytree(out / "atlantis-2020", out / "atlantis-2021")
    shutil.copytree(out / "atlantis-2020", out / "atlantis-2022")
    (out / "atlantis-2021" / "tables.csv").write_text("x")
    (out / "atlantis-2022" / "manifest.json").unlink()
    (out / "data").mkdir()
    (out / ".lfs-stage").mkdir()
    assert [one.folder.name for one in lfm.verify(out).publications] == [
        "atlantis-2020", "atlantis-2021", "atlantis-2022",
    ]  # fmt: skip
    code, said, _ = lfs("verify", out, capsys=capsys)
    assert code == 2
    assert said.splitlines()[-1] == "3 publications: 1 as published, 1 changed, 1 not to be verified"
    shutil.rmtree(out / "atlantis-2022")
    assert lfs("verify", out, capsys=capsys)[0] == 1


def test_a_run_that_did_not_end_is_found_by_what_it_left(out):
    (out / "atlantis-2023").mkdir()
    (out / "internal" / "atlantis-2023").mkdir()
    states = {one.folder.name: one.state for one in lfm.verify(out).publications}
    assert states == {"atlantis-2020": "same", "atlantis-2023": "unverifiable"}


def test_a_folder_without_a_publication_is_refused(tmp_path, capsys):
    with pytest.raises(LfsMigrationError, match="no such folder"):
        lfm.verify(tmp_path / "nothing")
    code, said, err = lfs("verify", tmp_path, capsys=capsys)
    assert (code, said) == (2, "") and "There is no publication in this folder" in err


def test_json_says_the_same(folder, capsys):
    (folder / "tables.csv").write_text("x")
    code, said, _ = lfs("verify", folder, "--json", capsys=capsys)
    told = json.loads(said)
    (one,) = told["publications"]
    assert (code, told["state"], one["state"], one["internal_looked_at"]) == (1, "differs", "differs", True)
    assert [(p["file"], p["kind"], p["internal"]) for p in one["problems"]] == [
        (str(folder / "tables.csv"), "changed", False)
    ]


def test_names_on_the_disk_do_not_reach_the_terminal_as_they_are(folder, capsys):
    (folder / "a\x1b[2J\nb.csv").write_text("x")
    (folder / os.fsdecode(b"\xff.csv")).write_text("x")
    code, said, _ = lfs("verify", folder, capsys=capsys)
    assert code == 1 and "\x1b" not in said and len(said.splitlines()) == 3
    assert lfs("verify", folder, "--json", capsys=capsys)[0] == 1
