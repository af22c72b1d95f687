"""Whether a publication can be made again: settings of the manifest, what is refused, and where files differ."""

from __future__ import annotations

import csv
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

import lfs_migration as lfm
from lfs_migration import catalog, cli, pipeline, provenance
from lfs_migration.errors import LfsMigrationError
from lfs_migration.files import csv_line, sha256
from lfs_migration.pipeline import Run
from lfs_migration.verification import reproduction
from lfs_migration.verification.conditions import changes, edition_of, refuse_other_data, settings_of
from lfs_migration.verification.differences import first_difference
from lfs_migration.verification.manifests import read_manifest

SMALL = Path(__file__).parent / "small"
PILOT = Path(__file__).parents[1] / "examples" / "pilots" / "armenia-2007"
SEED = 271828182845904523536
TABLES = "- indicator: E02\n  by: [[region]]\n- indicator: E05\n  by: [[sex]]\n"
ACCEPTED = "- {rule: listed_number, household: a4, reason: one left after the list, decided_by: A. Office}\n"
CORRECTIONS = "household,variable,old,new,reason\na4,hh_em_n,2,3,Asked again\n"
GIVEN = ("accepted", "corrections", "tables", "country")


@pytest.fixture(scope="module")
def once(tmp_path_factory):
    """The small survey, published with everything that a run can be given."""
    folder = tmp_path_factory.mktemp("office of secrets")
    shutil.copytree(SMALL, folder / "survey")
    (folder / "tables.yaml").write_text(TABLES, encoding="utf-8")
    (folder / "accepted.yaml").write_text(ACCEPTED, encoding="utf-8")
    (folder / "corrections.csv").write_text(CORRECTIONS, encoding="utf-8")
    pipeline.run(
        folder / "survey" / "atlantis-2020.yaml", folder / "survey", folder / "out", protection="perturbed", seed=SEED,
        accepted=folder / "accepted.yaml", corrections=folder / "corrections.csv", tables_file=folder / "tables.yaml",
        languages=("fr", "en"),
    )  # fmt: skip
    return folder


@pytest.fixture
def office(once, tmp_path):
    """A copy of it that a test may damage."""
    return Path(shutil.copytree(once, tmp_path / "office"))


@pytest.fixture
def manifest(office):
    return office / "out" / "atlantis-2020" / "manifest.json"


@pytest.fixture
def no_run(monkeypatch):
    """Nothing is made: what is refused is refused before the work."""

    def made(*words, **options):
        raise AssertionError("the pipeline ran")

    monkeypatch.setattr(pipeline, "run", made)


@pytest.fixture
def copied(monkeypatch, office):
    """Copies of the published files in the place of a run: its folder, to be damaged before."""
    source = Path(shutil.copytree(office / "out", office / "made"))

    def made(out, **options):
        shutil.copytree(source, out, dirs_exist_ok=True)
        return Run(None, None, (), tuple(sorted(path for path in out.rglob("*") if path.is_file())))

    monkeypatch.setattr(pipeline, "run", made)
    return source / "atlantis-2020"


def given(office, **others):
    files = {
        "accepted": office / "accepted.yaml", "corrections": office / "corrections.csv",
        "tables": office / "tables.yaml", "country": office / "survey" / "atlantis-2020.yaml",
    }  # fmt: skip
    return {"data": office / "survey", "seed": SEED, **files, **others}


def lfs(*words, capsys):
    with pytest.raises(SystemExit) as stop:
        cli.main([str(word) for word in words])
    out, err = capsys.readouterr()
    return stop.value.code or 0, out, err


def edited(path, change):
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content)
    path.write_text(json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")


def options(office):
    return [word for name in GIVEN for word in (f"--{name}", given(office)[name])]


def test_the_manifest_has_the_settings_and_no_secret(once):
    path = once / "out" / "atlantis-2020" / "manifest.json"
    text = path.read_text(encoding="utf-8")
    content = json.loads(text)
    country = once / "survey" / "atlantis-2020.yaml"
    assert content["settings"] == {
        "country": "atlantis", "country_file": {"file": country.name, "sha256": sha256(country)}, "edition": "2020",
        "languages": ["fr", "en"], "profile": "default", "protection": "perturbed", "sdmx_ml": False,
        "secret_seed": True, "unprotected": False, "weights": "office",
    }  # fmt: skip
    assert list(content) == sorted(content) and list(content["settings"]) == sorted(content["settings"])
    assert str(SEED) not in text and "office of secrets" not in text
    assert {"protection.yaml", "quality.yaml", "standards.yaml", "atlantis-2020.yaml"} <= set(content["codebooks"])


def test_the_same_survey_gives_the_same_files(office, manifest, monkeypatch, capsys):
    monkeypatch.setenv("LFS_CELL_KEY_SEED", str(SEED))
    before = {path: path.read_bytes() for path in office.rglob("*") if path.is_file()}
    words = ("reproduce", manifest, "--data", office / "survey", *options(office))
    code, out, err = lfs(*words, "--keep", office / "kept", capsys=capsys)
    named = json.loads(manifest.read_text(encoding="utf-8"))
    *files, summary = out.splitlines()
    assert code == 0, out
    assert files == [
        *(f"same    {one['file']}" for one in named["outputs"]),
        *(f"same    {one['file']} (for the office alone)" for one in named["internal"]),
        "same    manifest.json",
    ]
    assert {"report.en.html", "tables.csv"} <= {one["file"] for one in named["outputs"]}
    assert {"corrections_applied.csv", "microdata.parquet"} <= {one["file"] for one in named["internal"]}
    assert summary == f"{manifest}: all {len(files)} files are the same"
    assert "changed since then" not in err and str(SEED) not in out + err
    kept = office / "kept" / "atlantis-2020"
    assert (kept / "tables.csv").read_bytes() == (manifest.parent / "tables.csv").read_bytes()
    assert (office / "kept").stat().st_mode & 0o777 == 0o700
    now = {path: path.read_bytes() for path in office.rglob("*") if path.is_file() and "kept" not in path.parts}
    assert now == before
    assert lfs(*words, "--keep", office / "kept", capsys=capsys)[0] == 2


def test_another_seed_gives_other_figures_and_leaves_nothing_behind(office, manifest, tmp_path, monkeypatch):
    (tmp_path / "private").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "private"))
    found = lfm.reproduce(manifest, **given(office, seed=SEED + 1))
    assert not found.same and not list((tmp_path / "private").iterdir())
    wrong = {one.file: one.where for one in found.files if not one.same}
    assert wrong["tables.csv"].startswith("line ") and " published, " in wrong["tables.csv"]
    assert "microdata.parquet" not in wrong
    assert list(found.lines())[-1].endswith("Likely cause: another secret seed than then")


def test_a_byte_that_changed_after_publication_is_found_in_each_file(office, manifest, copied):
    told = read_manifest(manifest)
    for place, named, internal in ((told.folder, told.outputs, False), (told.office, told.internal, True)):
        for one in named:
            path = place / one.file
            whole = path.read_bytes()
            path.write_bytes(whole[:-2] + bytes([whole[-2] ^ 1]) + whole[-1:])
            found = lfm.reproduce(manifest, **given(office))
            wrong = [(one.file, one.internal) for one in found.files if not one.same]
            assert wrong == [(one.file, internal)]
            assert list(found.lines())[-1].endswith("Likely cause: files were changed after they were published")
            path.write_bytes(whole)
    assert lfm.reproduce(manifest, **given(office)).same


def published_otherwise(manifest, name, content):
    """Publish a file with another content, its hash in the manifest."""
    path = manifest.parent / name
    path.write_bytes(content)

    def told(entries):
        (one,) = (one for one in entries["outputs"] if one["file"] == name)
        one |= {"bytes": len(content), "sha256": sha256(path)}

    edited(manifest, told)


def test_the_first_figure_that_differs_is_told_by_row_and_column(office, manifest, copied, capsys, monkeypatch):
    with (manifest.parent / "tables.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    at, was = rows[0].index("unit"), rows[3][rows[0].index("unit")]
    rows[3][at] = "per mille"
    published_otherwise(manifest, "tables.csv", "".join(map(csv_line, rows)).encode())
    monkeypatch.setenv("LFS_CELL_KEY_SEED", str(SEED))
    code, out, _ = lfs("reproduce", manifest, "--data", office / "survey", *options(office), capsys=capsys)
    (line,) = (line for line in out.splitlines() if line.startswith("differs"))
    assert code == 1
    assert line == f"differs tables.csv: line 4 (E02), column unit: per mille published, {was} made again"
    assert "1 of " in out.splitlines()[-1]


def test_a_file_more_or_less_is_told(office, manifest, copied):
    edited(manifest, lambda content: content["outputs"].pop())
    edited(copied / "manifest.json", lambda content: content["outputs"].pop(0))
    found = {one.file: one.where for one in lfm.reproduce(manifest, **given(office)).files if not one.same}
    gone = read_manifest(manifest).outputs[0].file
    assert found == {gone: "it was not made again", "datapackage.json": "it was not published"}


def test_what_the_manifest_says_of_the_run_is_compared(office, manifest, copied):
    edited(copied / "manifest.json", lambda content: content["records"].update(emigrant=6))
    edited(copied / "manifest.json", lambda content: content.update(created="2001-01-01T00:00:00+00:00"))
    found = lfm.reproduce(manifest, **given(office))
    assert [(one.file, one.where) for one in found.files if not one.same] == [("manifest.json", "in records")]
    assert list(found.lines())[-1].endswith("Likely cause: another secret seed than then")
    plain = replace(found, secret_seed=False)
    assert list(plain.lines())[-1].endswith("Likely cause: the program is another one under the same version number")


def test_a_manifest_alone_is_enough(office, manifest, copied):
    for path in manifest.parent.rglob("*"):
        if path.is_file() and path != manifest:
            path.unlink()
    assert lfm.reproduce(manifest, **given(office)).same
    edited(copied / "manifest.json", lambda content: content["outputs"][0].update(sha256="0" * 64))
    (wrong,) = (one for one in lfm.reproduce(manifest, **given(office)).files if not one.same)
    assert (wrong.file, wrong.where) == (
        "tables.csv", "the published one is not here, so that it cannot be said where",
    )  # fmt: skip


def test_a_published_file_that_may_not_be_read_is_compared_by_its_hash(office, manifest, copied, monkeypatch):
    def refused(one, other, *, values=True):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(reproduction, "first_difference", refused)
    found = lfm.reproduce(manifest, **given(office))
    assert found.same and found.files[0].where == "the published one cannot be read: Permission denied"


def test_other_versions_and_codebooks_are_told_and_no_reason_to_stop(office, manifest, copied, capsys, monkeypatch):
    def older(content):
        content["toolkit"]["version"] = "0.0.9"
        content["versions"] |= {"numpy": "2.1.0", "polyglot": "3"}
        content["codebooks"]["quality.yaml"] = "0" * 64
        del content["codebooks"]["standards.yaml"]

    edited(manifest, older)
    monkeypatch.setenv("LFS_CELL_KEY_SEED", str(SEED))
    words = ("reproduce", manifest, "--data", office / "survey", *options(office))
    code, out, err = lfs(*words, "--quiet", capsys=capsys)
    assert code == 0 and out.splitlines()[-1].endswith("files are the same, although versions or codebooks are not")
    told = {line.removeprefix("changed since then: ") for line in err.splitlines() if line.startswith("changed")}
    assert {"polyglot 3 then, not there now", "codebook quality.yaml is not the same",
            "codebook standards.yaml was not there"} <= told  # fmt: skip
    assert any(line.startswith("lfs-migration 0.0.9 then, ") for line in told)
    (copied / "tables.csv").write_text("x")
    edited(copied / "manifest.json", lambda content: content["outputs"][0].update(sha256=sha256(copied / "tables.csv")))
    code, out, _ = lfs(*words, capsys=capsys)
    assert code == 1
    assert "Likely cause: lfs-migration 0.0.9 then, " in out and "; codebook quality.yaml is not the same; " in out


def test_nothing_has_changed_since_it_was_published(office, manifest):
    published = read_manifest(manifest)
    edition = edition_of(published, settings_of(published), office / "survey" / "atlantis-2020.yaml")
    assert changes(published, edition) == ()


@pytest.mark.usefixtures("no_run")
@pytest.mark.parametrize(
    ("name", "change", "why"),
    [
        ("persons.csv", lambda path: path.write_bytes(path.read_bytes()[:-2] + b"9\n"), "persons.csv is another one"),
        ("persons.csv", Path.unlink, "persons.csv is missing"),
        ("persons.csv", lambda path: path.rename(path.with_name("people.csv")), "persons.csv is missing"),
    ],
)
def test_other_data_are_refused(office, manifest, name, change, why, capsys, monkeypatch):
    monkeypatch.setenv("LFS_CELL_KEY_SEED", str(SEED))
    change(office / "survey" / name)
    (office / "survey" / "households.csv").unlink()
    code, out, err = lfs("reproduce", manifest, "--data", office / "survey", *options(office), capsys=capsys)
    assert (code, out) == (2, "")
    assert "These are not the data of the publication" in err and why in err and "households.csv is missing" in err


@pytest.mark.usefixtures("no_run")
@pytest.mark.parametrize("data", ["nothing", "survey/persons.csv"])
def test_a_folder_that_is_none_of_the_survey_is_refused(office, manifest, data):
    with pytest.raises(LfsMigrationError, match=r"households\.csv is missing"):
        lfm.reproduce(manifest, **given(office, data=office / data))


@pytest.mark.usefixtures("no_run")
@pytest.mark.parametrize("name", GIVEN)
def test_files_that_were_given_are_asked_for(office, manifest, name, tmp_path):
    right = given(office)[name]
    with pytest.raises(LfsMigrationError, match=rf"with the file {right.name}: It is not given. Give it with --{name}|"
                       rf"with the file {right.name}. It is not given. Give it with --{name}"):  # fmt: skip
        lfm.reproduce(manifest, **given(office, **{name: None}))
    with pytest.raises(LfsMigrationError, match="There is no file"):
        lfm.reproduce(manifest, **given(office, **{name: tmp_path / "gone.yaml"}))
    renamed = Path(shutil.copy(right, tmp_path / f"my{right.suffix}"))
    with pytest.raises(LfsMigrationError, match="Call it as it was called then"):
        lfm.reproduce(manifest, **given(office, **{name: renamed}))
    right.write_text(right.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    with pytest.raises(LfsMigrationError, match="is another one: its SHA-256 differs"):
        lfm.reproduce(manifest, **given(office))


@pytest.mark.usefixtures("no_run")
@pytest.mark.parametrize("name", GIVEN)
def test_files_that_were_not_given_are_refused(office, manifest, name):
    def without(content):
        content.pop(name, None)
        content["settings"] |= (
            {"country": "mexico", "edition": "2023", "country_file": None} if name == "country" else {}
        )

    edited(manifest, without)
    with pytest.raises(LfsMigrationError, match=f"Leave --{name} out"):
        lfm.reproduce(manifest, **given(office))


@pytest.mark.usefixtures("no_run")
def test_without_the_secret_seed_it_is_refused(office, manifest, capsys, monkeypatch):
    monkeypatch.delenv("LFS_CELL_KEY_SEED", raising=False)
    code, _, err = lfs("reproduce", manifest, "--data", office / "survey", *options(office), capsys=capsys)
    assert code == 2 and "perturbed by a secret seed" in err and "Set the environment variable LFS_CELL_KEY_SEED" in err


@pytest.mark.usefixtures("no_run")
@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda content: content.pop("settings"), "does not say with which settings it was made.*version 0.1.0"),
        (lambda content: content["settings"].update(noise=3), "settings, noise: Extra inputs are not permitted"),
        (lambda content: content["settings"].update(weights="mine"), "settings, weights: Input should be"),
        (lambda content: content["settings"].update(sdmx_ml="yes"), "settings, sdmx_ml: Input should be"),
        (lambda content: content["settings"].pop("languages"), "settings, languages: Field required"),
        (lambda content: content.update(settings=[]), "no manifest of a publication"),
        (lambda content: content.update(accepted="accepted.yaml"), "no manifest of a publication.*accepted"),
        (lambda content: content.pop("inputs"), "no list inputs"),
        (lambda content: content["inputs"][0].update(sha256=7), "inputs, entry 1, sha256"),
        (lambda content: content["inputs"][0].update(file="../../etc/passwd"), "passwd is missing"),
        (lambda content: content["outputs"][0].update(file="../tables.csv"), "outside of the publication"),
        (lambda content: content["settings"].update(edition="2021"), "2021"),
    ],
)
def test_a_manifest_of_another_form_is_refused(office, manifest, change, why):
    edited(manifest, change)
    with pytest.raises(LfsMigrationError, match=why):
        lfm.reproduce(manifest, **given(office))


@pytest.mark.usefixtures("no_run")
def test_a_manifest_that_is_cut_off_or_missing_is_refused(office, manifest, capsys):
    manifest.write_bytes(manifest.read_bytes()[:-100])
    with pytest.raises(LfsMigrationError, match="cut off or damaged in line"):
        lfm.reproduce(manifest.parent, **given(office))
    manifest.unlink()
    code, _, err = lfs("reproduce", manifest, "--data", office / "survey", capsys=capsys)
    assert code == 2 and "There is no manifest" in err


@pytest.mark.usefixtures("no_run")
def test_what_is_kept_does_not_mix_with_what_is_there(office, manifest):
    with pytest.raises(LfsMigrationError, match="with --keep"):
        lfm.reproduce(manifest, **given(office, keep=office / "out"))


def test_a_run_that_fails_says_why(office, manifest):
    edited(manifest, lambda content: content["settings"].update(protection="perturbd"))
    with pytest.raises(LfsMigrationError, match=r"could not be made again.*perturbd.*With --keep FOLDER"):
        lfm.reproduce(manifest, **given(office))


def test_a_dictionary_that_changed_is_refused(office, manifest):
    country, layout = office / "survey" / "atlantis-2020.yaml", office / "survey" / "layout.csv"
    text = country.read_text(encoding="utf-8")
    fixed = "{path: households.csv, format: fixed, dictionary: layout.csv}"
    country.write_text(text.replace("{path: households.csv, format: csv}", fixed), encoding="utf-8")
    layout.write_text("name,start,width\n", encoding="utf-8")
    edition = catalog.load_country(country)
    assert provenance.dictionaries_of(edition, office / "survey") == {"layout.csv": sha256(layout)}
    published = read_manifest(manifest)
    told = replace(published, content={**published.content, "dictionaries": {"layout.csv": sha256(layout)}})
    refuse_other_data(told, edition, office / "survey")
    layout.write_text("name,start,length\n", encoding="utf-8")
    with pytest.raises(LfsMigrationError, match=r"the dictionary layout\.csv is another one"):
        refuse_other_data(told, edition, office / "survey")


def files(tmp_path, ending, *contents):
    paths = [tmp_path / f"{number}{ending}" for number in range(len(contents))]
    for path, content in zip(paths, contents, strict=True):
        path.write_bytes(content)
    return paths


@pytest.mark.parametrize(
    ("ending", "one", "other", "where"),
    [
        (".csv", b"a,b\n1,2\n", b"a,b\n1,2\n", ""),
        (".csv", b"a,b\n1,2\n", b"a,c\n1,2\n", "line 1, the names of the columns"),
        (".csv", b'a,b\n"x\ny",2\n3,4\n', b'a,b\n"x\ny",2\n3,5\n', "line 4, column b: 4 published, 5 made again"),
        (".csv", b"a,b\n1,\n", b"a,b\n1,0\n", "line 2, column b: nothing published, 0 made again"),
        (".csv", b"a,b\n1,2\n", b"a,b\n1,2,3\n", "line 2: 2 fields published, 3 made again"),
        (".csv", b"a,b\n1,2\n", b"a,b\n", "made again it has no line 2"),
        (".csv", b"a,b\n", b"a,b\n1,2\n", "made again it has more lines: line 2"),
        (".csv", b"a,b\n1,2\n", b"a,b\r\n1,2\r\n", "line 1"),
        (".csv", b"a\n\x1b[2J\n", b"a\n1\n", "line 2, column a: '\\x1b[2J' published, 1 made again"),
        (".csv", b"a\n" + b"x" * 200_000, b"a\n1\n", "line 2"),
        (".html", b"<p>\n<b>", b"<p>\n<i>", "line 2"),
        (".parquet", b"PAR1abc", b"PAR1abd", "byte 7"),
        (".parquet", b"PAR1", b"PAR1abd", "byte 5"),
        (".xlsx", b"no zip", b"no zap", "byte 5"),
        (".html", b"x" * (1 << 20) + b"\na", b"x" * (1 << 20) + b"\nb", "line 2"),
    ],
)
def test_where_two_files_differ(tmp_path, ending, one, other, where):
    before = csv.field_size_limit(1 << 17)  # other libraries raise it for the whole process
    try:
        assert first_difference(*files(tmp_path, ending, one, other)) == where
    finally:
        csv.field_size_limit(before)


def test_values_for_the_office_alone_are_not_told(tmp_path):
    paths = files(tmp_path, ".csv", b"household,n\n017,2\n", b"household,n\n018,2\n")
    assert first_difference(*paths, values=False) == "line 2, column household"


def test_a_sheet_that_differs_is_named(tmp_path):
    import xlsxwriter

    for name, number in (("a.xlsx", 1), ("b.xlsx", 2)):
        with xlsxwriter.Workbook(tmp_path / name) as book:
            book.add_worksheet("first").write(0, 0, 5)
            book.add_worksheet("second").write(0, 0, number)
    assert first_difference(tmp_path / "a.xlsx", tmp_path / "b.xlsx") == "in xl/worksheets/sheet2.xml"


def test_the_lines_of_what_was_found_are_safe_to_print():
    one = reproduction.Compared("a\x1b[2J.csv", False, "line 2")
    assert str(one) == r"differs 'a\x1b[2J.csv': line 2"


@pytest.mark.slow
def test_a_pilot_is_made_again(tmp_path, capsys):
    given = ("--data", PILOT, "--tables", SMALL / "few.yaml")
    assert lfs("run", "armenia", *given, "--out", tmp_path, "--language", "hy", capsys=capsys)[0] == 0
    manifest = tmp_path / "armenia-2007" / "manifest.json"
    settings = json.loads(manifest.read_text(encoding="utf-8"))["settings"]
    assert (settings["weights"], settings["country_file"], settings["secret_seed"]) == ("recipe", None, False)
    assert lfm.verify(tmp_path).state == "same"
    code, out, _ = lfs("reproduce", manifest, *given, capsys=capsys)
    assert code == 0, out
    assert "same    weights.csv (for the office alone)" in out
