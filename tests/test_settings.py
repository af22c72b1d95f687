"""Settings of a run: a flag wins over the project, that over the environment, that over the default."""

from __future__ import annotations

import inspect
import pickle
from pathlib import Path

import pytest

from lfs_migration import pipeline, settings
from lfs_migration.catalog import load_project
from lfs_migration.errors import LfsMigrationError, NotFound
from lfs_migration.model.project import Project
from lfs_migration.settings import KEYS, VARIABLES, Settings, settle

EVERYWHERE = {
    "engine": ("memory", "duckdb", "spark"),
    "weights": ("recipe", "office", "recipe"),
    "quality": ("statcan", "default", "statcan"),
    "protection": ("default", "default", "default"),
    "languages": (("hy",), ("fr", "en"), ("es", "ru")),
    "stage": ("a", "b", "off"),
    "out": (Path("a"), Path("b"), Path("c")),
}
"""Settings that all three say: the flag, the project, the environment."""
USUAL = Settings()


@pytest.fixture
def project(tmp_path):
    """Load a project of a country and its data, with more lines."""
    (tmp_path / "own" / "data").mkdir(parents=True)

    def made(*lines):
        path = tmp_path / "own" / "armenia.project.yaml"
        path.write_text("\n".join(("country: armenia", "data: data", *lines)) + "\n", encoding="utf-8")
        return load_project(path)

    return made


def yaml(value):
    return f"[{', '.join(value)}]" if isinstance(value, tuple) else str(value)


@pytest.mark.parametrize("key", EVERYWHERE)
def test_a_flag_wins_over_the_project_and_that_over_the_environment(project, key):
    flag, own, variable = EVERYWHERE[key]
    text = ",".join(variable) if isinstance(variable, tuple) else str(variable)
    one, environ, flags = project(f"{key}: {yaml(own)}"), {VARIABLES[key]: text}, {key: flag}
    own = getattr(one, key)
    found = [settle(flags, one, environ), settle({}, one, environ), settle({}, None, environ), settle({}, None, {})]
    assert [getattr(each, key) for each in found] == [flag, own, variable, getattr(USUAL, key)]
    assert [each.origins[key] for each in found] == [
        "flag", f"project file {one.path}", f"environment {VARIABLES[key]}", "default",
    ]  # fmt: skip


def test_there_is_a_setting_and_an_origin_for_every_key_of_a_project():
    made = settle({}, None, {})
    assert tuple(made.origins) == KEYS == tuple(Project.model_fields)
    assert set(Settings.__dataclass_fields__) == {*KEYS, "origins"}
    assert set(made.origins.values()) == {"default"}
    for key in set(KEYS) - {"country", "data"}:
        assert getattr(made, key) == Project.model_fields[key].default, key


@pytest.mark.parametrize("variable", VARIABLES.values())
def test_an_empty_variable_says_nothing(variable):
    assert settle({}, None, {variable: " "}) == settle({}, None, {})


def test_a_flag_that_was_not_written_says_nothing(project):
    made = settle({"engine": None, "strict": None}, project("engine: duckdb", "strict: true"), {})
    assert (made.engine, made.strict) == ("duckdb", True)


def test_a_switch_can_be_turned_off_on_the_command_line(project):
    made = settle({"strict": False, "sdmx_ml": False}, project("strict: true", "sdmx_ml: true"), {})
    assert (made.strict, made.sdmx_ml, made.origins["strict"]) == (False, False, "flag")


def test_a_key_without_a_value_says_nothing(project):
    made = settle({}, project("quality: null"), {"LFS_QUALITY": "statcan"})
    assert (made.quality, made.origins["quality"]) == ("statcan", "environment LFS_QUALITY")


def test_the_default_folder_of_a_project_is_beside_its_file(project):
    one = project()
    made = settle({}, one, {})
    assert (made.out, made.origins["out"]) == (one.data.parent / "out", "default")
    assert settle({}, one, {"LFS_OUT": "there"}).out == Path("there")


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"LFS_ENGINE": "sparc"}, "LFS_ENGINE: No engine 'sparc'. Did you mean 'spark'"),
        ({"LFS_WEIGHTS": "offcie"}, "LFS_WEIGHTS: No weights 'offcie'. Did you mean 'office'"),
        ({"LFS_QUALITY": "defualt"}, "LFS_QUALITY: No quality profile 'defualt'. Did you mean 'default'"),
        ({"LFS_PROTECTION": "defualt"}, "LFS_PROTECTION: No protection 'defualt'. Did you mean 'default'"),
        ({"LFS_LANGUAGES": "en,hyy"}, "LFS_LANGUAGES: No language 'hyy'. Did you mean 'hy'"),
        ({"LFS_LANGUAGES": ", ,"}, "LFS_LANGUAGES: No language is named. Write codes with commas"),
    ],
)
def test_a_wrong_variable_is_named_with_its_remedy(environ, words):
    with pytest.raises(NotFound) as caught:
        settle({}, None, environ)
    assert words in str(caught.value)


def test_a_wrong_variable_is_said_even_where_a_flag_wins():
    with pytest.raises(NotFound, match="LFS_ENGINE"):
        settle({"engine": "memory"}, None, {"LFS_ENGINE": "sparc"})


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        ({"engine": "sparc"}, "--engine: No engine 'sparc'"),
        ({"languages": ["en", "hyy"]}, "--language: No language 'hyy'"),
        ({"langauges": ["en"]}, "No setting 'langauges'. Did you mean 'languages'"),
        ({"seed": 4}, "No setting 'seed'"),
    ],
)
def test_a_wrong_flag_is_named(flags, words):
    with pytest.raises(NotFound) as caught:
        settle(flags, None, {})
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("flags", "lines", "environ", "protection", "unprotected"),
    [
        ({"protection": "default"}, ["unprotected: true"], {}, "default", False),
        ({"unprotected": True}, ["protection: default"], {}, None, True),
        ({}, ["unprotected: true"], {"LFS_PROTECTION": "default"}, None, True),
        ({"unprotected": False}, ["unprotected: true"], {}, None, False),
        ({"unprotected": False}, ["unprotected: true"], {"LFS_PROTECTION": "default"}, "default", False),
        ({}, ["protection: default"], {"LFS_PROTECTION": "default"}, "default", False),
        ({"unprotected": True}, [], {"LFS_PROTECTION": "default"}, None, True),
    ],
)
def test_who_speaks_first_of_protection_says_all_of_it(project, flags, lines, environ, protection, unprotected):
    made = settle(flags, project(*lines), environ)
    assert (made.protection, made.unprotected) == (protection, unprotected)


def test_protection_and_none_at_all_exclude_each_other():
    with pytest.raises(LfsMigrationError, match=r"--protection, --unprotected: .*not both"):
        settle({"protection": "default", "unprotected": True}, None, {})


def test_another_country_has_its_own_newest_edition(project):
    one = project('edition: "2007"')
    made = settle({"country": "egypt"}, one, {})
    assert (made.edition, made.origins["edition"]) == (None, "default")
    assert settle({"country": "egypt", "edition": "2006"}, one, {}).edition == "2006"
    assert settle({"country": "armenia"}, one, {}).edition == "2007"


@pytest.mark.parametrize(
    ("flags", "environ", "where"), [({"out": "data/x"}, {}, "--out"), ({}, {"LFS_OUT": "data/x"}, "LFS_OUT")]
)
def test_results_do_not_go_among_the_data_of_a_project(project, monkeypatch, flags, environ, where):
    one = project()
    monkeypatch.chdir(one.data.parent)
    with pytest.raises(LfsMigrationError, match="among the survey's files") as caught:
        settle({key: Path(value) for key, value in flags.items()}, one, environ)
    assert where in caught.value.where


def test_arguments_are_those_of_a_run(project, tmp_path):
    names = set(inspect.signature(pipeline.run).parameters)
    made = settle({"tables": Path("t.yaml")}, project("quality: statcan", "stage: off", "languages: [hy, en]"), {})
    given = made.arguments(say=print)
    assert set(given) == names - {"seed"}
    assert (given["country"], given["path"], given["out"]) == ("armenia", made.data, made.out)
    assert (given["profile"], given["tables_file"], given["languages"]) == ("statcan", Path("t.yaml"), ("hy", "en"))
    assert (given["stage"], given["say"]) == (None, print)


def test_arguments_can_be_sent_to_another_process(project):
    given = settle({}, project(), {}).arguments()
    assert pickle.loads(pickle.dumps(given)) == given


def test_a_stage_is_made_where_it_is_asked_for_and_large_files_are_staged_without(project, tmp_path):
    one = project()
    stage = settle({"stage": str(tmp_path / "kept")}, one, {}).arguments()["stage"]
    assert (stage.folder, stage.least, stage.folder.is_dir()) == (tmp_path / "kept", 0, True)
    stage = settle({}, one, {}).arguments()["stage"]
    assert (stage.folder, stage.least) == (one.out / ".lfs-stage", settings.LEAST)
    assert not one.out.exists()


@pytest.mark.parametrize(("flags", "word"), [({}, "COUNTRY"), ({"country": "armenia"}, "--data")])
def test_a_run_needs_a_country_and_its_data(flags, word):
    with pytest.raises(LfsMigrationError) as caught:
        settle(flags, None, {}).arguments()
    assert word in caught.value.hint
    assert "--project" in caught.value.hint


def test_allowed_folders_are_the_users_and_the_environments(tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()
    environ = {"LFS_ALLOW": f"{one}{settings.os.pathsep}{settings.os.pathsep}"}
    assert settings.allowed([two], environ) == (two, one)
    assert settings.allowed([], {}) == ()
    for given, variable, where in (([tmp_path / "no"], {}, "--allow"), ([], {"LFS_ALLOW": "no"}, "LFS_ALLOW")):
        with pytest.raises(LfsMigrationError, match="is no folder") as caught:
            settings.allowed(given, variable)
        assert caught.value.where == where


def test_the_seed_is_no_setting():
    environ = {"LFS_CELL_KEY_SEED": "271828182845"}
    assert settle({}, None, environ) == settle({}, None, {})
    assert "271828182845" not in repr(settle({}, None, environ))
