"""The command line: what it writes, what it says, and the code it exits with."""

import json
import os
import signal
import subprocess
import sys
import time

import pandas as pd
import pytest

from lfs_migration import cli
from lfs_migration.readers.stages.staging import FOLDER


def lfs(*words, capsys):
    """Run a command; return its exit code, standard output and standard error."""
    with pytest.raises(SystemExit) as stop:
        cli.main([str(word) for word in words])
    out, err = capsys.readouterr()
    return stop.value.code or 0, out, err


@pytest.fixture
def run(survey, tmp_path, capsys):
    """Run the small survey, after a test has changed it: a few of its tables, or all."""

    def call(*words, tables=survey / "few.yaml"):
        command = ("run", survey / "atlantis-2020.yaml", "--data", survey, "--out", tmp_path / "out", *words)
        return lfs(*command, *(("--tables", tables) if tables else ()), capsys=capsys)

    return call


def change(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_run_writes_everything(run, tmp_path):
    code, out, err = run(tables=None)
    folder = tmp_path / "out" / "atlantis-2020"
    names = {
        "tables.csv", "tables.csv-metadata.json", "tables.xlsx", "report.html", "profile.html", "exports", "sdmx",
        "datapackage.json", "manifest.json",
    }  # fmt: skip
    assert (code, {path.name for path in folder.iterdir()}) == (0, names)
    internal = tmp_path / "out" / "internal" / "atlantis-2020"
    assert {path.name for path in internal.iterdir()} == {
        "findings.csv", "findings.html", "microdata.parquet", "microdata.ddi.xml", "protection.csv",
    }  # fmt: skip
    assert {path.stat().st_mode & 0o777 for path in internal.iterdir()} == {0o600}
    written = {path for path in (tmp_path / "out").rglob("*") if path.is_file() and path.suffix != ".lock"}
    stages = {path for path in written if FOLDER in path.parts}
    assert {path.parent.name for path in stages} == {FOLDER, "choices"}
    assert set(out.splitlines()) == {str(path) for path in written - stages}
    assert "0 of them errors" in err


def test_run_on_another_engine_writes_the_same(run, tmp_path):
    run()
    folder = tmp_path / "out" / "atlantis-2020"
    files = [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".json"]
    before = {path: path.read_bytes() for path in files}
    assert run("--engine", "duckdb")[0] == 0
    assert {path: path.read_bytes() for path in files} == before


def test_validate_on_another_engine_finds_the_same(survey, capsys):
    change(survey / "emigrants.csv", "a1,1,1,", "a1,1,3,")
    command = ("validate", survey / "atlantis-2020.yaml", "--data", survey)
    assert lfs(*command, "--engine", "duckdb", capsys=capsys) == lfs(*command, capsys=capsys)


@pytest.mark.parametrize("verb", ["run", "validate"])
def test_no_such_engine(verb, survey, tmp_path, capsys):
    command = (verb, survey / "atlantis-2020.yaml", "--data", survey, "--out", tmp_path / "out")
    code, _, err = lfs(*command, "--engine", "sparc", capsys=capsys)
    assert (code, "No engine 'sparc'. Did you mean 'spark'?" in err) == (2, True)
    assert not (tmp_path / "out").exists()


def test_figures_of_the_small_survey(run, tmp_path):
    run()
    rows = pd.read_csv(tmp_path / "out" / "atlantis-2020" / "tables.csv", dtype=str, keep_default_na=False)
    stock = rows[(rows.indicator == "E03") & (rows.n == "5")].iloc[0]
    # Five emigrants: one of weight 10, two of 20, one of 15, one of 25. Too few to publish.
    assert (stock.flag, stock.estimate, stock.households) == ("suppress", "", "4")


def test_manifest_names_the_country_file(run, tmp_path):
    run()
    manifest = json.loads((tmp_path / "out" / "atlantis-2020" / "manifest.json").read_text(encoding="utf-8"))
    assert "atlantis-2020.yaml" in manifest["codebooks"]
    assert {entry["file"] for entry in manifest["inputs"]} == {"households.csv", "persons.csv", "emigrants.csv"}


def test_no_such_country(capsys, tmp_path):
    code, _, err = lfs("run", "armenai", "--data", tmp_path, capsys=capsys)
    assert code == 2
    assert "No country 'armenai'. Did you mean 'armenia'?" in err


def test_no_such_edition(capsys, tmp_path):
    code, _, err = lfs("run", "mexico", "--edition", "2022", "--data", tmp_path, capsys=capsys)
    assert (code, "No edition '2022' of mexico" in err) == (2, True)


def test_no_such_folder(capsys, tmp_path):
    code, _, err = lfs("run", "mexico", "--data", tmp_path / "nowhere", capsys=capsys)
    assert (code, "nowhere" in err) == (2, True)


def test_a_folder_without_the_file(run, survey):
    (survey / "persons.csv").rename(survey / "person.csv")
    code, _, err = run()
    assert code == 2
    assert "persons.csv" in err
    assert "person.csv" in err.replace("persons.csv", "")


def test_a_missing_column(run, survey):
    change(survey / "emigrants.csv", "age_left", "age_lft")
    code, _, err = run()
    assert code == 2
    assert "No column 'age_left'" in err
    assert "Did you mean 'age_lft'?" in err
    assert "emigrants.csv (for em_age_dep, atlantis-2020.yaml:" in err


def test_a_code_without_a_target(run, survey, tmp_path):
    change(survey / "emigrants.csv", "a1,1,1,", "a1,1,3,")
    code, _, err = run()
    line = next(
        n for n, text in enumerate((survey / "atlantis-2020.yaml").read_text().splitlines(), 1) if "em_sex" in text
    )
    assert code == 0
    assert f"atlantis-2020.yaml:{line} sex: code 3 has no target. Seen 1 times" in err
    findings = pd.read_csv(tmp_path / "out" / "internal" / "atlantis-2020" / "findings.csv", dtype=str)
    assert findings[["rule", "record", "household", "line", "variable", "value"]].values.tolist() == [
        ["unmatched_code", "emigrant", "a1", "1", "em_sex", "3"]
    ]


def test_strict_exits_with_1_on_errors(run, survey):
    change(survey / "emigrants.csv", "a1,1,1,", "a1,1,3,")
    assert run("--strict")[0] == 1


def test_an_empty_file(run, survey):
    (survey / "emigrants.csv").write_bytes(b"")
    code, _, err = run()
    assert (code, "emigrants.csv" in err) == (2, True)
    assert "empty" in err


def test_a_wrong_encoding(run, survey):
    text = (survey / "persons.csv").read_text(encoding="utf-8").replace("a1,1", "ه1,1")
    (survey / "persons.csv").write_bytes(text.encode("windows-1256"))
    code, _, err = run()
    assert code == 2
    assert "persons.csv" in err
    assert "utf-8" in err.lower()


@pytest.mark.parametrize(("weight", "found"), [("-10", "-10"), ("", "missing")])
def test_a_bad_weight(run, survey, tmp_path, weight, found):
    change(survey / "households.csv", "a2,01,1,10,", f"a2,01,1,{weight},")
    code, _, err = run()
    assert code == 2
    assert f"household a2: w_hh is missing, negative or infinite in 1 of 12 household rows. It is {found} there" in err
    findings = pd.read_csv(tmp_path / "out" / "internal" / "atlantis-2020" / "findings.csv", dtype=str)
    assert "a2" in set(findings.household[findings.rule == "weight"])
    assert not (tmp_path / "out" / "atlantis-2020" / "tables.csv").exists()


def test_a_stratum_of_one_unit(run, survey):
    change(survey / "households.csv", "02,2,25", "02,1,25")
    code, _, err = run()
    assert code == 2
    assert "Stratum '02' has only one primary sampling unit, '1'" in err


def test_a_mistake_in_the_yaml(run, survey):
    change(survey / "atlantis-2020.yaml", "em_sex: {column: sex, codes", "em_sx: {column: sex, codes")
    code, _, err = run()
    assert (code, "'em_sx' is not a variable of emigrant" in err) == (2, True)


def test_validate_writes_findings_to_the_screen(survey, capsys):
    change(survey / "households.csv", "a4,01,2,20,1,2", "a4,01,2,20,1,3")
    code, out, err = lfs("validate", survey / "atlantis-2020.yaml", "--data", survey, capsys=capsys)
    assert code == 1
    assert out.splitlines()[1].startswith("listed_number,error,household,a4,")
    assert "1 findings, 1 of them errors" in err


def test_findings_are_the_same_on_the_screen_and_in_a_file(survey, tmp_path, capsys):
    change(survey / "emigrants.csv", "a1,1,1,", "a1,1,=1+1,")
    command = ("validate", survey / "atlantis-2020.yaml", "--data", survey)
    _, out, _ = lfs(*command, capsys=capsys)
    lfs(*command, "--out", tmp_path / "findings.csv", capsys=capsys)
    assert out == (tmp_path / "findings.csv").read_text(encoding="utf-8")
    assert ",'=1+1," in out
    assert out.splitlines()[1].endswith(",Atlantis 2020")


def test_check_says_what_cannot_be_computed(capsys):
    code, out, _ = lfs("check", "mexico", capsys=capsys)
    assert code == 0
    assert "E12: not computable, em_age was not asked" in out


def test_indicators_of_a_country(capsys):
    _, out, _ = lfs("indicators", "mexico", capsys=capsys)
    assert "E05  Emigrants per 1000 residents, per 1000 (not computable: there is no person record)" in out


def test_inspect_shows_codes(survey, capsys):
    code, out, _ = lfs("inspect", survey / "emigrants.csv", capsys=capsys)
    assert code == 0
    assert "emigrants.csv: 5 rows, 10 variables" in out
    assert "where  text, 4 distinct, 0 empty" in out


def test_a_defect_exits_with_70(capsys, monkeypatch):
    def broken():
        raise RuntimeError("boom")

    monkeypatch.setattr("lfs_migration.catalog.countries", broken)
    code, _, err = lfs("check", capsys=capsys)
    assert (code, "Internal error: RuntimeError: boom" in err) == (70, True)


def test_help_does_not_wait_for_heavy_libraries():
    code = "import sys; from lfs_migration import cli; cli.app(['--help'], standalone_mode=False); " + (
        "sys.exit(any(name in sys.modules for name in ('pandas', 'pandera', 'scipy', 'pyarrow')))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0


def test_the_edition_of_a_country_file_is_its_own(run):
    code, _, err = run("--edition", "1999")
    assert code == 2
    assert "No edition '1999' in this file" in err
    assert "2020" in err


def test_a_file_where_the_results_should_go(run, tmp_path):
    (tmp_path / "out").write_text("", encoding="utf-8")
    code, _, err = run()
    assert code == 2
    assert "A file stands where the folder should be: choose another folder" in err


def test_a_run_that_cannot_estimate_leaves_no_manifest_of_an_earlier_one(run, survey, tmp_path):
    run()
    change(survey / "households.csv", "a2,01,1,10,", "a2,01,1,,")
    assert run()[0] == 2
    assert not (tmp_path / "out" / "atlantis-2020" / "manifest.json").exists()


def test_a_weight_that_is_text_says_what_to_do(run, survey):
    change(survey / "atlantis-2020.yaml", "w_hh: {column: weight}", "w_hh: {compute: number(weight)}")
    change(survey / "households.csv", "a2,01,1,10,", "a2,01,1,ten,")
    code, _, err = run()
    assert code == 2
    assert "weight: a text of 3 letters has no target. Seen 1 times" in err
    assert "household a2: w_hh is missing, negative or infinite" in err
    assert "Mend the weight" in err


def test_an_output_that_is_a_file_is_said_before_the_work(run, tmp_path):
    (tmp_path / "out").write_text("mine", encoding="utf-8")
    code, _, err = run()
    assert (code, (tmp_path / "out").read_text(encoding="utf-8")) == (2, "mine")
    assert "Results cannot be written there" in err
    assert "harmonise" not in err


CORRECTIONS = "household,line,variable,old,new,reason,decided_by\na4,,hh_em_n,3,2,misread,A. Office\n"
ACCEPTED = "- {rule: listed_number, household: a4, reason: one left after the list, decided_by: A. Office}\n"


def test_validate_writes_each_file_that_is_asked_for(survey, tmp_path, capsys):
    change(survey / "households.csv", "a4,01,2,20,1,2", "a4,01,2,20,1,3")
    names = [tmp_path / f"findings.{ending}" for ending in ("csv", "xlsx", "html", "json")]
    words = [word for name in names for word in ("--out", name)]
    command = ("validate", survey / "atlantis-2020.yaml", "--data", survey, *words, "--language", "fr")
    code, out, _ = lfs(*command, capsys=capsys)
    assert (code, out.splitlines()) == (1, [str(name) for name in names])
    assert "Constats de la validation" in names[2].read_text(encoding="utf-8")
    assert json.loads(names[3].read_text(encoding="utf-8"))["totals"]["errors"] == 1


def test_an_ending_that_there_is_not_is_said_before_the_work(survey, tmp_path, capsys):
    command = ("validate", survey / "atlantis-2020.yaml", "--data", survey, "--out", tmp_path / "findings.pdf")
    code, _, err = lfs(*command, capsys=capsys)
    assert (code, "Findings cannot be written as 'findings.pdf'" in err, "harmonise" in err) == (2, True, False)


def test_what_is_accepted_is_no_error(run, survey, tmp_path):
    change(survey / "households.csv", "a4,01,2,20,1,2", "a4,01,2,20,1,3")
    assert run("--strict")[0] == 1
    (tmp_path / "accepted.yaml").write_text(ACCEPTED, encoding="utf-8")
    code, _, err = run("--strict", "--accepted", tmp_path / "accepted.yaml")
    assert (code, "0 findings, 0 of them errors" in err) == (0, True)
    folder = tmp_path / "out" / "atlantis-2020"
    rows = pd.read_csv(
        tmp_path / "out" / "internal" / "atlantis-2020" / "findings.csv", dtype=str, keep_default_na=False
    )
    assert rows.accepted.tolist() == ["one left after the list (A. Office)"]
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["accepted"]["file"] == "accepted.yaml"


@pytest.mark.parametrize("engine", ["memory", "duckdb"])
def test_corrections_are_made_logged_and_in_the_manifest(run, survey, tmp_path, engine):
    run()
    folder = tmp_path / "out" / "atlantis-2020"
    before = (folder / "tables.csv").read_bytes()
    change(survey / "households.csv", "a4,01,2,20,1,2", "a4,01,2,20,1,3")
    path = tmp_path / "corrections.csv"
    path.write_text(CORRECTIONS, encoding="utf-8")
    code, out, err = run("--strict", "--engine", engine, "--corrections", path)
    assert (code, "correct 1 answers" in err) == (0, True)
    assert (folder / "tables.csv").read_bytes() == before
    internal = tmp_path / "out" / "internal" / "atlantis-2020"
    log = pd.read_csv(internal / "corrections_applied.csv", dtype=str, keep_default_na=False)
    assert log.loc[0, ["household", "record", "variable", "old", "new", "where"]].tolist() == [
        "a4", "household", "hh_em_n", "3", "2", "corrections.csv:2",
    ]  # fmt: skip
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert {"verb": "correct", "counts": {"corrections": 1, "hh_em_n": 1}} in manifest["steps"]
    assert {"corrections_applied.csv"} <= {entry["file"] for entry in manifest["internal"]}
    assert len(manifest["corrections"]["sha256"]) == 64
    assert str(internal / "corrections_applied.csv") in out
    run()
    assert not (internal / "corrections_applied.csv").exists()


def test_a_correction_of_another_value_stops_the_run(run, survey, tmp_path):
    path = tmp_path / "corrections.csv"
    path.write_text(CORRECTIONS, encoding="utf-8")
    code, out, err = run("--corrections", path)
    assert (code, out) == (2, "")
    assert "corrections.csv:2: The old value of household a4, hh_em_n does not match. The data hold '2'" in err


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals")
@pytest.mark.parametrize("seconds", [0.8, 1.6])
def test_an_interrupt_at_any_moment_leaves_no_traceback(survey, tmp_path, seconds):
    words = ["run", survey / "atlantis-2020.yaml", "--data", survey, "--out", tmp_path / "out"]
    with subprocess.Popen(
        [sys.executable, "-m", "lfs_migration", *words], stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as command:
        time.sleep(seconds)
        os.killpg(command.pid, signal.SIGINT)
        _, told = command.communicate(timeout=60)
    assert command.returncode == 130
    assert "Traceback" not in told
    assert not (tmp_path / "out" / "atlantis-2020" / "manifest.json").exists()
