"""Project files: what is read, what is refused with file and line, and that no path leads out of their folder."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from lfs_migration.catalog import find_projects, load_project
from lfs_migration.catalog.projects import names
from lfs_migration.errors import CatalogError
from lfs_migration.frames.engines import Name
from lfs_migration.model.project import Engine, Project
from lfs_migration.model.project import Weights as ProjectWeights
from lfs_migration.pipeline import Weights

EXAMPLES = Path(__file__).parents[2] / "examples" / "pilots"
LINES = ("country: armenia", "data: data")


@pytest.fixture
def project(tmp_path):
    """Write a project file into a folder of its own, with a folder of data, and return its path."""
    folder = tmp_path / "own"
    (folder / "data").mkdir(parents=True)

    def write(*lines, name="armenia.project.yaml"):
        path = folder / name
        path.write_text("\n".join(lines or LINES) + "\n", encoding="utf-8")
        return path

    return write


def refused(path, *words, **more):
    """The error that a project file gives, which says each of some words."""
    with pytest.raises(CatalogError) as caught:
        load_project(path, **more)
    for word in words:
        assert word in str(caught.value), str(caught.value)
    assert caught.value.hint
    return caught.value


def test_country_and_data_are_enough(project):
    path = project()
    one = load_project(path)
    assert (one.country, one.name, one.path) == ("armenia", "armenia", str(path))
    assert (one.data, one.out) == (path.parent / "data", path.parent / "out")
    assert one.model_fields_set == {"country", "data"}
    assert (one.languages, one.weights, one.engine, one.strict) == (("en",), "recipe", "auto", False)


def test_every_key_is_read_and_paths_become_whole(project):
    path = project(
        "country: Armenia", 'edition: "2007"', "data: data", "out: made/here", "quality: statcan",
        "protection: default", "weights: office", "engine: duckdb", "languages: [hy, en, hy]", "accepted: a.yaml",
        "corrections: c.csv", "tables: t.yaml", "stage: kept", "sdmx_ml: true", "strict: true", "unprotected: false",
    )  # fmt: skip
    one, own = load_project(path), path.parent
    assert one.model_fields_set == set(Project.model_fields)
    assert (one.out, one.accepted, one.corrections, one.tables) == (
        own / "made/here", own / "a.yaml", own / "c.csv", own / "t.yaml",
    )  # fmt: skip
    assert (one.stage, one.languages, one.edition) == (str(own / "kept"), ("hy", "en"), "2007")
    assert (one.quality, one.protection, one.weights, one.engine) == ("statcan", "default", "office", "duckdb")


def test_a_relative_name_of_the_file_gives_the_same_paths(project, monkeypatch):
    path = project()
    monkeypatch.chdir(path.parent.parent)
    one = load_project("own/armenia.project.yaml")
    assert (one.data, one.path) == (path.parent / "data", "own/armenia.project.yaml")


def test_stage_off_is_no_path(project):
    assert load_project(project(*LINES, "stage: off")).stage == "off"


def test_a_project_without_a_name_has_that_of_its_folder(project):
    assert load_project(project(name="project.yaml")).name == "own"


def test_the_country_can_be_a_file_of_the_folder(project, survey):
    path = project("country: atlantis-2020.yaml", "data: data")
    (path.parent / "atlantis-2020.yaml").write_bytes((survey / "atlantis-2020.yaml").read_bytes())
    assert load_project(path).country == str(path.parent / "atlantis-2020.yaml")


@pytest.mark.parametrize(
    ("lines", "line", "words"),
    [
        ((*LINES, "langages: [en]"), 3, ["Unknown key 'langages'", "Did you mean 'languages'"]),
        (("country: armenai", "data: data"), 1, ["No country 'armenai'", "Did you mean 'armenia'"]),
        ((*LINES, 'edition: "2006"'), 3, ["No edition '2006' of armenia", "2007"]),
        ((*LINES, "edition: 2007"), 3, ["edition", "Found 2007", "put a number in quotes"]),
        ((*LINES, "languages: [en, hyy]"), 3, ["No language 'hyy'", "Did you mean 'hy'"]),
        ((*LINES, "languages: []"), 3, ["languages"]),
        ((*LINES, "languages: en"), 3, ["languages", "Write a list"]),
        ((*LINES, "quality: defualt"), 3, ["No quality profile 'defualt'", "Did you mean 'default'"]),
        ((*LINES, "protection: defualt"), 3, ["No protection 'defualt'", "Did you mean 'default'"]),
        ((*LINES, "engine: sparc"), 3, ["engine", "Did you mean 'spark'"]),
        ((*LINES, "weights: offcie"), 3, ["weights", "Did you mean 'office'"]),
        ((*LINES, "strict: often"), 3, ["strict", "Write true or false"]),
        ((*LINES, "protection: default", "unprotected: true"), 1, ["protection and unprotected exclude each other"]),
        (("country: armenia",), 1, ["data is missing"]),
        (("data: data",), 1, ["country is missing"]),
        (("country: armenia", "data: 4"), 2, ["data"]),
        (("country: armenia", 'data: ""'), 2, ["data", "it is no path"]),
        (("country: armenia", 'data: "a\\0b"'), 2, ["data", "it is no path"]),
        ((*LINES, 'stage: ""'), 3, ["stage"]),
        ((*LINES, 'stage: "a\\0b"'), 3, ["stage is no path"]),
        (("country: atlantis-2020.yaml", "data: data"), 1, ["No such country file"]),
        (("- country: armenia",), 1, ["must hold entries"]),
    ],
)
def test_what_is_wrong_is_said_with_its_line_and_a_remedy(project, lines, line, words):
    refused(project(*lines), f"armenia.project.yaml:{line}:", *words)


@pytest.mark.parametrize("key", ["data", "out", "accepted", "corrections", "tables", "stage", "country"])
@pytest.mark.parametrize("kind", ["above", "whole", "link"])
def test_a_path_that_leads_out_is_refused_unless_its_folder_is_allowed(project, tmp_path, survey, key, kind):
    other = tmp_path / "other"
    (other / "data").mkdir(parents=True)
    (other / "atlantis-2020.yaml").write_bytes((survey / "atlantis-2020.yaml").read_bytes())
    target = other / ("atlantis-2020.yaml" if key == "country" else "data")
    link = tmp_path / "own" / ("atlantis-2020.yaml" if key == "country" else "link")
    link.symlink_to(target)
    value = {"above": f"../other/{target.name}", "whole": target, "link": link.name}[kind]
    path = project(*(f"{k}: {v}" for k, v in ({"country": "armenia", "data": "data"} | {key: value}).items()))
    error = refused(path, f"{key} leads out of the project's folder", "--allow", "LFS_ALLOW", "Put it into that folder")
    assert error.where.startswith("armenia.project.yaml:")
    refused(path, "leads out", allowed=[tmp_path / "own" / "data", tmp_path / "oth"])
    assert str(getattr(load_project(path, allowed=[other]), key)) == str(target)


def test_a_path_inside_may_be_whole_or_go_up_and_down_again(project, tmp_path):
    path = project("country: armenia", f"data: {tmp_path}/own/data", "out: data/../out")
    assert load_project(path).out == tmp_path / "own" / "out"


def test_a_file_cannot_allow_itself(project):
    refused(project(*LINES, "allow: [/]"), "Unknown key 'allow'")


def test_a_project_file_that_is_a_link_out_of_its_folder_is_refused(project, tmp_path):
    path = project()
    (tmp_path / "there").mkdir()
    path.rename(tmp_path / "there" / "x.project.yaml")
    path.symlink_to(tmp_path / "there" / "x.project.yaml")
    refused(path, "leads out of the project's folder")
    assert load_project(path, allowed=[tmp_path / "there"]).data == tmp_path / "own" / "data"


def test_links_inside_the_data_and_the_results_are_seen(project, tmp_path):
    path, secret = project(), tmp_path / "secret"
    secret.mkdir()
    (secret / "file").write_text("", encoding="utf-8")
    survey_file = path.parent / "data" / "armenia_persons.sav"
    survey_file.symlink_to(secret / "file")
    refused(path, "data leads out")
    assert load_project(path, allowed=[secret])
    survey_file.unlink()
    (path.parent / "out").mkdir()
    (path.parent / "out" / "armenia-2007").symlink_to(secret)
    refused(path, "out leads out")


def test_a_link_that_leads_to_itself_is_an_error_with_its_line(project):
    path = project(*LINES, "tables: loop/x")
    (path.parent / "loop").symlink_to("loop")
    refused(path, "armenia.project.yaml:3: tables")


@pytest.mark.parametrize(
    "lines",
    [
        ("data: data", "out: data"),
        ("data: data", "out: data/out"),
        ("data: .",),
        ("data: out/armenia-2007", "out: out"),
        ("data: armenia-2007", "out: ."),
    ],
)
def test_results_do_not_go_among_the_data(project, lines):
    path = project("country: armenia", *lines)
    error = refused(path, "The results would be among the survey's files", "a folder of their own")
    assert error.where.startswith("armenia.project.yaml:")


def test_the_data_can_be_a_file_beside_the_results(project):
    path = project("country: armenia", "data: all.csv")
    (path.parent / "all.csv").write_text("", encoding="utf-8")
    assert load_project(path).out == path.parent / "out"


@pytest.mark.parametrize("name", ["armenia.yaml", ".project.yaml", "armenia.project.yml"])
def test_a_project_file_has_its_name(project, name):
    refused(project(name=name), "Is not called as a project file", "NAME.project.yaml or project.yaml")


def test_a_path_without_a_project_file_says_what_may_be_meant(project, tmp_path):
    path = project()
    refused(path.with_name("armenai.project.yaml"), "There is no such file", "Did you mean 'armenia.project.yaml'")
    refused(tmp_path / "no" / "project.yaml", "There is no such file", "lfs-migration init")
    refused(path.parent, "Is a folder", "Give the file in it")


def test_projects_of_a_folder_are_those_in_it_and_one_level_below(tmp_path):
    wanted = ["a/project.yaml", "b/x.project.yaml", "b.project.yaml", "project.yaml"]
    others = ["c/d/project.yaml", "x.yaml", "myproject.yaml", ".git/project.yaml", "b/.project.yaml"]
    for name in [*wanted, *others]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("", encoding="utf-8")
    (tmp_path / "e.project.yaml").mkdir()
    assert find_projects([tmp_path]) == tuple(tmp_path / name for name in wanted)
    twice = find_projects([tmp_path / "project.yaml", tmp_path / "a", tmp_path])
    assert twice == tuple(tmp_path / name for name in ["project.yaml", "a/project.yaml", *wanted[1:3]])


def test_nothing_found_is_an_error(tmp_path, project):
    (tmp_path / "empty").mkdir()
    for paths, words in (
        ([project(), tmp_path / "empty"], "No project file is in this folder, nor one level below"),
        ([tmp_path / "nowhere"], "There is no such file or folder"),
        ([project(name="x.yaml")], "Is not called as a project file"),
    ):
        with pytest.raises(CatalogError, match=words) as caught:
            find_projects(paths)
        assert caught.value.hint
        assert caught.value.where == str(paths[-1])


def test_the_shipped_projects_are_read():
    found = find_projects([EXAMPLES])
    assert [path.name for path in found] == [
        "armenia.project.yaml", "ecuador.project.yaml", "egypt.project.yaml", "thailand.project.yaml",
    ]  # fmt: skip
    for path in found:
        one = load_project(path)
        assert one.data.is_dir()
        assert one.name == one.country


def test_names_are_those_that_the_run_takes():
    assert set(get_args(Engine)) == set(get_args(Name)) == set(names("engine"))
    assert set(get_args(ProjectWeights)) == set(get_args(Weights)) == set(names("weights"))
