"""What a YAML file or a manifest names stays in its folder, and no folder is named by what leads elsewhere."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hostile_survey import small

import lfs_migration as lfm
from lfs_migration import catalog, cli
from lfs_migration.errors import CatalogError, NotFound, ReadError
from lfs_migration.model.country import File
from lfs_migration.model.weighting import MarginFile
from lfs_migration.publish.renewal import renewed
from lfs_migration.readers import read_totals
from lfs_migration.readers.dictionaries.layouts import located

OUTSIDE = "leads out of the data folder"
NAMES = ("../2020", "..", "a/b", "a\\b", "/etc", "C:x", "", ".hidden", "-rf", "x\n", "20?20", "~root", "2020.", "2020 ")
"""None of them may be the name of a folder."""


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A file beside the folder of the survey, with the columns that the survey's own has."""
    path = tmp_path / "secret.csv"
    path.write_text("hh,line,sex,age\na1,1,1,60\n", encoding="utf-8")
    return path


def pointed(path: Path, target: Path) -> None:
    """Make a symbolic link, where the system lets its users."""
    try:
        path.unlink(missing_ok=True)
        path.symlink_to(target)
    except OSError:
        pytest.skip("this system makes no symbolic links")


@pytest.mark.parametrize("how", ["above", "whole", "link", "folder"])
def test_a_survey_s_file_is_in_the_folder_of_the_data(how, secret, tmp_path):
    made = small(tmp_path / "survey")
    named = {"above": "../secret.csv", "whole": secret.as_posix(), "link": "persons.csv", "folder": "in/secret.csv"}[
        how
    ]
    if how == "link":
        pointed(made.folder / "persons.csv", secret)
    if how == "folder":
        pointed(made.folder / "in", secret.parent)
    yaml = Path(made.yaml)
    yaml.write_text(yaml.read_text("utf-8").replace("path: persons.csv", f"path: {named}"), encoding="utf-8")
    with pytest.raises(ReadError, match=rf"atlantis-2020\.yaml:\d+: .*{OUTSIDE}"):
        lfm.read(made.folder, catalog.load_country(yaml))


def test_a_link_inside_the_folder_is_a_file_of_it(tmp_path):
    made = small(tmp_path / "survey")
    (made.folder / "persons.csv").rename(made.folder / "round-1.csv")
    pointed(made.folder / "persons.csv", made.folder / "round-1.csv")
    pointed(tmp_path / "linked", made.folder)
    assert lfm.read(tmp_path / "linked", catalog.load_country(made.yaml)).sources[1].rows == 15


def test_a_link_that_leads_to_itself_is_no_file(tmp_path):
    made = small(tmp_path / "survey")
    pointed(made.folder / "persons.csv", Path("persons.csv"))
    with pytest.raises(ReadError, match=r"persons\.csv: No such file\. A symbolic link leads to none"):
        lfm.read(made.folder, catalog.load_country(made.yaml))


@pytest.mark.parametrize("how", ["../secret.csv", "link.csv"])
def test_a_table_of_known_totals_is_in_the_folder_of_the_data(how, secret, tmp_path):
    folder = tmp_path / "survey"
    folder.mkdir()
    if how == "link.csv":
        pointed(folder / how, secret)
    spec = MarginFile(path=how, columns={"per_sex": "sex"}, total="age", source="-", date="-")
    with pytest.raises(ReadError, match=OUTSIDE):
        read_totals(folder, "known", spec)


@pytest.mark.parametrize("how", ["../secret.csv", "link.csv"])
def test_a_dictionary_is_with_the_data_or_beside_the_country_s_file(how, secret, tmp_path):
    folder = tmp_path / "survey"
    folder.mkdir()
    if how == "link.csv":
        pointed(folder / how, secret)
    with pytest.raises(ReadError, match=OUTSIDE):
        located(File(path="x.dat", format="fixed", dictionary=how), folder, str(folder / "atlantis-2020.yaml"))


@pytest.mark.parametrize("key", ["name", "edition"])
@pytest.mark.parametrize("name", NAMES)
def test_an_edition_is_not_named_by_a_path(key, name, tmp_path):
    made = small(tmp_path / "survey")
    yaml = Path(made.yaml)
    old = {"name": "name: atlantis", "edition": 'edition: "2020"'}[key]
    yaml.write_text(yaml.read_text("utf-8").replace(old, f"{key}: {json.dumps(name)}", 1), encoding="utf-8")
    with pytest.raises(CatalogError, match=rf"atlantis-2020\.yaml:\d+: {key}: "):
        catalog.load_country(yaml)


@pytest.mark.parametrize("name", ["../atlantis", "..", "/etc/passwd", "armenia-2007/../armenia"])
def test_a_country_of_the_catalog_is_no_path(name):
    with pytest.raises(NotFound):
        catalog.load_country(name)
    with pytest.raises(NotFound):
        catalog.load_country("armenia", name)


def test_a_questionnaire_names_an_edition_of_the_catalog(tmp_path):
    made = small(tmp_path / "survey")
    asked = catalog.load_questionnaire("egypt-2006").model_copy(update={"edition": made.yaml + "-2020"})
    with pytest.raises(NotFound, match="No edition"):
        catalog.edition_of(asked)


def test_a_manifest_from_elsewhere_takes_no_file_of_others_away(tmp_path):
    out, own, other = tmp_path / "out" / "atlantis", tmp_path / "out" / "internal" / "atlantis", tmp_path / "mine.txt"
    for folder in (out, own):
        folder.mkdir(parents=True)
    other.write_text("mine", encoding="utf-8")
    named = [{"file": one} for one in ("../../mine.txt", other.as_posix(), "..", "link.txt")]
    pointed(out / "link.txt", other)
    told = {"outputs": named, "internal": named}
    (out / "manifest.json").write_text(json.dumps(told), encoding="utf-8")
    with renewed(out, own) as (new, _):
        (new / "tables.csv").write_text("new", encoding="utf-8")
    assert other.read_text(encoding="utf-8") == "mine"
    assert (out / "tables.csv").read_text(encoding="utf-8") == "new"


def test_a_value_of_the_data_names_no_file(tmp_path):
    made = small(tmp_path / "survey")
    rows = made.rows("households")
    for row in rows:
        row["hh"] = f"../../{row['hh']}"
    made.write("households", rows)
    before = set(tmp_path.rglob("*"))
    with pytest.raises(SystemExit):
        cli.main(["run", made.yaml, "--data", str(made.folder), "--out", str(tmp_path / "out"), "--quiet"])
    after = set(tmp_path.rglob("*")) - before
    assert all(path.is_relative_to(tmp_path / "out") for path in after)
    assert not [path for path in after if "a1" in path.name]
