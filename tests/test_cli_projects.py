"""Project files and settings on the command line, and what every command has: help, a quiet voice, tracebacks."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from importlib.metadata import version

import pytest
import typer.main

from lfs_migration import catalog, cli
from lfs_migration.catalog import load_project
from lfs_migration.catalog.documents import load
from lfs_migration.cli import completing, options, progress
from lfs_migration.drafting import EXAMPLES
from lfs_migration.errors import NotFound
from lfs_migration.model.project import Project
from lfs_migration.settings import VARIABLES

SECRET = "31415926535897"
HEAVY = ("pandas", "pyarrow", "numpy", "ruamel", "rich", "duckdb", "scipy", "narwhals", "lfs_migration.catalog")


@pytest.fixture(autouse=True)
def nothing_in_the_environment(monkeypatch):
    for variable in (*VARIABLES.values(), "LFS_ALLOW", options.SEED):
        monkeypatch.delenv(variable, raising=False)


@pytest.fixture
def lfs(capsys):
    """Run a command; return its exit code, standard output and standard error."""

    def call(*words):
        with pytest.raises(SystemExit) as stop:
            cli.main([str(word) for word in words])
        out, err = capsys.readouterr()
        return stop.value.code or 0, out, err

    return call


@pytest.fixture
def project(survey, tmp_path):
    """A project of the small survey, whose data are in a folder of their own."""
    folder = tmp_path / "own"
    folder.mkdir()
    survey.rename(folder / "data")
    path = folder / "atlantis.project.yaml"
    path.write_text(
        "country: data/atlantis-2020.yaml\ndata: data\ntables: data/few.yaml\nlanguages: [fr]\n", encoding="utf-8"
    )
    return path


class Terminal(io.StringIO):
    """Standard input in which somebody types."""

    def isatty(self):
        return True


def commands():
    """Every command and group by its words, the root first."""
    found = [((), typer.main.get_command(cli.app))]
    for words, command in found:
        found += [((*words, name), one) for name, one in getattr(command, "commands", {}).items()]
    return dict(found)


def files(folder):
    return {path.name for path in folder.rglob("*") if path.is_file() and path.suffix != ".lock"}


# Running a project.


def test_a_project_runs_without_another_word(lfs, project):
    code, out, err = lfs("run", "--project", project)
    folder = project.parent / "out" / "atlantis-2020"
    assert (code, "0 of them errors" in err) == (0, True)
    assert str(folder / "report.html") in out.splitlines()
    assert 'lang="fr"' in (folder / "report.html").read_text(encoding="utf-8")


def test_a_flag_wins_over_the_project_and_that_over_the_environment(lfs, project, tmp_path, monkeypatch):
    monkeypatch.setenv("LFS_OUT", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("LFS_LANGUAGES", "es")
    assert lfs("run", "--project", project, "--language", "en", "--language", "ru")[0] == 0
    folder = tmp_path / "elsewhere" / "atlantis-2020"
    assert 'lang="en"' in (folder / "report.html").read_text(encoding="utf-8")
    assert {"report.html", "report.ru.html"} <= files(folder)
    assert not {"report.es.html", "report.fr.html"} & files(folder)


def test_strict_of_a_project_can_be_taken_back(lfs, project):
    path = project.parent / "data" / "households.csv"
    path.write_text(path.read_text("utf-8").replace("a4,01,2,20,1,2", "a4,01,2,20,1,3"), encoding="utf-8")
    project.write_text(f"{project.read_text('utf-8')}strict: true\n", encoding="utf-8")
    assert lfs("run", "--project", project)[0] == 1
    assert lfs("run", "--project", project, "--no-strict")[0] == 0


def test_the_environment_serves_a_run_without_a_project(lfs, project, tmp_path, monkeypatch):
    data = project.parent / "data"
    monkeypatch.setenv("LFS_LANGUAGES", "ar,en")
    monkeypatch.setenv("LFS_OUT", str(tmp_path / "there"))
    command = ("run", data / "atlantis-2020.yaml", "--data", data, "--tables", data / "few.yaml")
    assert lfs(*command)[0] == 0
    assert {"report.html", "report.en.html"} <= files(tmp_path / "there" / "atlantis-2020")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["run"], "COUNTRY, or a project file with --project"),
        (["run", "armenia"], "--data, or a project file with --project"),
        (["run", "x/armenia.project.yaml"], "write --project x/armenia.project.yaml"),
        (["run", "armenia", "--data", ".", "--allow", "."], "it says where a project file may lead"),
        (["run", "--project", "nowhere.project.yaml"], "There is no such file"),
        (["config", "nowhere.project.yaml"], "There is no such file"),
        (["config", "--allow", "."], "it says where a project file may lead"),
    ],
)
def test_what_is_missing_is_said_with_the_next_step(lfs, words, said):
    code, out, err = lfs(*words)
    assert (code, out) == (2, "")
    assert said in " ".join(err.replace("│", " ").split())


def test_a_wrong_variable_is_named(lfs, project, monkeypatch):
    monkeypatch.setenv("LFS_ENGINE", "sparc")
    code, _, err = lfs("run", "--project", project)
    assert (code, "LFS_ENGINE: No engine 'sparc'. Did you mean 'spark'?" in err) == (2, True)
    assert not (project.parent / "out").exists()


@pytest.mark.parametrize("allow", ["flag", "variable"])
def test_data_elsewhere_are_read_when_the_user_allows_it(lfs, project, tmp_path, monkeypatch, allow):
    data = tmp_path / "share"
    (project.parent / "data").rename(data)
    project.write_text(f"country: {data}/atlantis-2020.yaml\ndata: {data}\ntables: {data}/few.yaml\n", encoding="utf-8")
    code, _, err = lfs("run", "--project", project)
    assert (code, "leads out of the project's folder" in err, "--allow FOLDER" in err) == (2, True, True)
    words = ["--allow", data] if allow == "flag" else []
    if allow == "variable":
        monkeypatch.setenv("LFS_ALLOW", str(data))
    assert lfs("run", "--project", project, *words)[0] == 0


# Showing settings.


def test_config_is_a_table_of_settings_with_their_origins(lfs, project, monkeypatch):
    monkeypatch.setenv("LFS_ENGINE", "duckdb")
    code, out, _ = lfs("config", project)
    head, *rows = out.splitlines()
    at = {"value": head.index("value"), "from": head.index("from")}
    cells = {row[: at["value"]].strip(): (row[at["value"] : at["from"]].strip(), row[at["from"] :]) for row in rows}
    assert (code, set(cells)) == (0, {*Project.model_fields, "seed"})
    assert cells["engine"] == ("duckdb", "environment LFS_ENGINE")
    assert cells["languages"] == ("fr", f"project file {project}")
    assert cells["data"] == (str(project.parent / "data"), f"project file {project}")
    assert cells["weights"] == ("recipe", "default")
    assert cells["quality"] == ("the edition's own", "default")


def test_config_as_json(lfs, project):
    found = json.loads(lfs("config", project, "--json")[1])
    assert set(found) == {*Project.model_fields, "seed"}
    assert found["languages"] == {"value": ["fr"], "from": f"project file {project}"}
    assert found["quality"] == {"value": None, "from": "default"}
    assert found["strict"] == {"value": False, "from": "default"}


def test_config_without_a_project_is_the_environment(lfs, monkeypatch):
    monkeypatch.setenv("LFS_LANGUAGES", "hy")
    found = json.loads(lfs("config", "--json")[1])
    assert found["languages"] == {"value": ["hy"], "from": "environment LFS_LANGUAGES"}
    assert found["country"] == {"value": None, "from": "default"}


@pytest.mark.parametrize("words", [[], ["--json"]])
def test_the_seed_is_never_shown(lfs, project, monkeypatch, words):
    _, without, _ = lfs("config", project, *words)
    monkeypatch.setenv(options.SEED, SECRET)
    _, out, err = lfs("config", project, *words)
    assert SECRET not in out + err
    assert (out != without, "set" in out.splitlines()[-1] or '"set"' in out) == (True, True)


# Writing a first project.


@pytest.fixture
def data(tmp_path):
    """A folder for a project, with empty files of the names that Armenia's have."""
    folder = tmp_path / "new" / "data"
    folder.mkdir(parents=True)
    for spec in catalog.load_country("armenia").files.values():
        (folder / spec.path).write_bytes(b"")
    return folder


def test_init_writes_a_project_that_is_read(lfs, data):
    code, out, err = lfs("init", data.parent, "--country", "armenia", "--data", data, "--language", "hy")
    path, schema = data.parent / "armenia.project.yaml", data.parent / "project.schema.json"
    assert (code, out.splitlines()) == (0, [str(path), str(schema)])
    assert f"lfs-migration run --project {path}" in err
    assert "has no" not in err
    one = load_project(path)
    assert (one.country, one.edition, one.data, one.languages) == ("armenia", "2007", data, ("hy",))
    assert path.read_text(encoding="utf-8").startswith(f"# yaml-language-server: $schema={schema.name}\n")


def test_the_schema_beside_a_project_accepts_it_and_every_key_that_is_left_out(lfs, data):
    from jsonschema import Draft202012Validator

    lfs("init", data.parent, "--country", "armenia", "--data", data)
    path = data.parent / "armenia.project.yaml"
    validator = Draft202012Validator(json.loads((data.parent / "project.schema.json").read_text(encoding="utf-8")))
    assert list(validator.iter_errors(load(path).data)) == []
    lines = path.read_text(encoding="utf-8").splitlines()
    left_out = [
        line for line in lines if line.startswith("#") and not line.startswith("# ") and "unprotected" not in line
    ]
    assert {line[1:].partition(":")[0] for line in left_out} == set(EXAMPLES) - {"unprotected"}
    path.write_text("\n".join(line[1:] if line in left_out else line for line in lines), encoding="utf-8")
    assert list(validator.iter_errors(load(path).data)) == []
    one = load_project(path)
    assert one.model_fields_set == set(Project.model_fields) - {"unprotected"}
    assert one.accepted == data.parent / "accepted.yaml"


def test_init_overwrites_nothing(lfs, data):
    path, schema = data.parent / "armenia.project.yaml", data.parent / "project.schema.json"
    path.write_text("mine", encoding="utf-8")
    code, _, err = lfs("init", data.parent, "--country", "armenia", "--data", data)
    assert (code, path.read_text(encoding="utf-8"), schema.exists()) == (2, "mine", False)
    assert "is there already and is not overwritten" in err
    path.unlink()
    schema.write_text("mine", encoding="utf-8")
    assert lfs("init", data.parent, "--country", "armenia", "--data", data)[0] == 0
    assert schema.read_text(encoding="utf-8") == "mine"


def test_init_says_which_files_are_missing(lfs, data):
    (data / "armenia_persons.sav").rename(data / "armenia_person.sav")
    code, _, err = lfs("init", data.parent, "--country", "armenia", "--data", data)
    assert code == 0
    assert f"{data} has no armenia_persons.sav. Did you mean 'armenia_person.sav'" in err
    assert "has no armenia_households.sav" not in err


def test_init_says_that_the_folder_is_not_there_yet(lfs, tmp_path):
    code, _, err = lfs("-q", "init", tmp_path, "--country", "armenia", "--data", tmp_path / "later")
    assert (code, f"There is no {tmp_path / 'later'} yet" in err, "armenia_persons.sav" in err) == (0, True, True)
    assert "Look it over" not in err


def test_init_says_what_has_to_be_allowed(lfs, data, tmp_path):
    code, _, err = lfs("init", tmp_path / "other", "--country", "armenia", "--data", data, "--edition", "2007")
    path = tmp_path / "other" / "armenia-2007.project.yaml"
    assert (code, f"give --allow {data}" in err) == (0, True)
    assert load_project(path, allowed=[data]).data == data


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--country", "armenia"], "--data: it is missing"),
        (["--data", "data"], "--country: it is missing"),
        (["--country", "armenai", "--data", "data"], "Did you mean 'armenia'"),
        (["--country", "armenia", "--data", "data", "--edition", "2006"], "No edition '2006'"),
        (["--country", "armenia", "--data", "data", "--language", "hyy"], "Did you mean 'hy'"),
        (["--country", "armenia", "--data", "."], "would be among the survey's files"),
        (["--country", "armenia", "--data", "data/armenia_persons.sav"], "Give the folder that holds them"),
    ],
)
def test_init_without_a_terminal_says_what_is_wrong_and_writes_nothing(lfs, data, monkeypatch, words, said):
    monkeypatch.chdir(data.parent)
    monkeypatch.setattr(sys, "stdin", io.StringIO("armenia\n"))
    code, out, err = lfs("init", *words)
    assert (code, out) == (2, "")
    assert said in err
    assert not list(data.parent.glob("*.yaml"))


def test_init_asks_in_a_terminal_until_the_answer_is_right(lfs, data, monkeypatch):
    monkeypatch.setattr(sys, "stdin", Terminal(f"armenai\narmenia\n{data}\n"))
    code, out, err = lfs("init", data.parent)
    assert (code, "Did you mean 'armenia'" in err) == (0, True)
    assert load_project(out.splitlines()[0].strip()).data == data
    assert err.count("Country") >= 2


# What every command has.


@pytest.mark.parametrize("words", commands(), ids=lambda words: " ".join(words) or "(none)")
def test_the_help_of_every_command_shows_an_example(lfs, words):
    code, out, _ = lfs(*words, "--help")
    assert code == 0
    assert f"Example: lfs-migration {' '.join(words)}".rstrip() in " ".join(out.split())


@pytest.mark.parametrize("words", [words for words, one in commands().items() if not hasattr(one, "commands")])
def test_every_command_can_be_quiet_and_show_tracebacks(words):
    known = {name for one in commands()[words].params for name in one.opts}
    assert {"-q", "--quiet", "-v", "--verbose"} <= known


@pytest.mark.parametrize("place", ["before", "after"])
def test_the_quiet_are_told_warnings_and_errors_alone(lfs, project, place):
    path = project.parent / "data" / "emigrants.csv"
    path.write_text(path.read_text("utf-8").replace("a1,1,1,", "a1,1,3,"), encoding="utf-8")
    words = ["run", "--project", project]
    code, out, err = lfs(*(["-q", *words] if place == "before" else [*words, "--quiet"]))
    assert (code, len(out.splitlines()) > 5) == (0, True)
    assert [line for line in err.splitlines() if "code 3 has no target" not in line] == []
    assert len(err.splitlines()) == 1
    path.unlink()
    assert "emigrants.csv" in lfs("-q", *words)[2]


def test_the_quiet_see_no_bar(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setattr(progress, "quiet", lambda: True)
    progress.Bar()("read", 0.5)
    assert sys.stderr.getvalue() == ""


def test_one_command_is_not_quiet_for_the_next(lfs):
    said = lfs("codebook", "search", "xyzzy")[2]
    assert "Nothing has" in said
    assert lfs("-q", "codebook", "search", "xyzzy")[2] == ""
    assert lfs("codebook", "search", "xyzzy")[2] == said


@pytest.mark.parametrize("words", [["-v", "check", "armenai"], ["check", "armenai", "-v"], ["check", "armenai", "-qv"]])
def test_tracebacks_are_shown_on_demand(words):
    with pytest.raises(NotFound):
        cli.main(words)


def test_the_version_is_shown(lfs):
    assert lfs("--version") == (0, f"lfs-migration {version('lfs-migration')}\n", "")


@pytest.mark.parametrize("words", [["--version"], ["--help"], ["run", "--help"], ["config", "--help"]])
def test_nothing_heavy_is_loaded_for_a_word(words):
    code = (
        "import sys\nfrom lfs_migration import cli\n"
        f"try: cli.main({words})\nexcept SystemExit: pass\n"
        f"print('loaded', sorted(set({HEAVY}) & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "loaded []"


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("lfs-migration run arm", ["armenia"]),
        ("lfs-migration init --country e", ["ecuador", "egypt"]),
        ("lfs-migration compare --indicators E02,E0", [f"E02,{code}" for code in ("E01", "E02")]),
        ("lfs-migration conf", ["config"]),
    ],
)
def test_the_shell_completes_names(line, found):
    words = line.split()
    env = {
        **os.environ,
        "_LFS_MIGRATION_COMPLETE": "complete_bash",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(words) - 1),
    }
    code = (
        "import sys, atexit\nfrom lfs_migration import cli\n"
        f"atexit.register(lambda: print('loaded', sorted(set({HEAVY}) & set(sys.modules))))\ncli.main([])"
    )
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False)
    *offered, last = done.stdout.split("\n")[:-1]
    assert set(found) <= {word.strip() for word in offered}, done.stderr
    assert last == "loaded []"


def test_completion_can_be_installed(lfs):
    out = lfs("--help")[1]
    assert "--install-completion" in out
    assert "--show-completion" in out


def test_completed_names_are_those_of_the_catalog():
    assert completing.countries("") == sorted({name for name, _ in catalog.countries()})
    known = {code for module in catalog.modules() for code in catalog.load_indicators(module)}
    assert set(completing.indicators("")) == known
