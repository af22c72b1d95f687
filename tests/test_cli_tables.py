"""The command that makes tables of one's own, and the run that publishes a set of them; and the page about them."""

import json
import re
import subprocess
import sys
from functools import partial
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

import lfs_migration as lfm
from lfs_migration import catalog, cli
from lfs_migration.tabulate import tabulate_indicators

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "tables.md").read_text(encoding="utf-8")


def blocks(language):
    """The parts of the page in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture
def ask(asked):
    """Run the command on the small survey."""
    return partial(asked, "table")


def test_a_table_is_printed_with_what_has_to_be_said(ask):
    code, out, err = ask("emigrant by em_sex where em_age >= working_age", "--profile", "statcan", "--unprotected")
    lines = out.splitlines()
    assert code == 0
    assert lines[0].startswith("Person who left for another country (em_age >= 15), by sex. Atlantis 2020")
    assert "not protected against disclosure" in lines[0]
    assert lines[1] == "Number, persons"
    assert lines[3].split() == ["Sex", "Estimate", "Standard", "error", "CV", "Sample", "n", "Flag"]
    starts = [line.split("  ")[0] for line in lines[4 : lines.index("", 4)]]
    assert starts[-1] == "Total"
    assert "The answers are the household's, not the emigrant's own." in lines
    assert "Lower limit of working age: 15 years." in lines
    assert any(line.startswith("suppress: Not published") for line in lines)
    assert "harmonise" in err


def test_numbers_stand_under_each_other(ask):
    _, out, _ = ask("em_age by em_sex, region", "--language", "fr")
    rows = out.splitlines()[3:]
    rows = rows[: rows.index("")]
    header = rows[0]
    assert header.split()[:2] == ["Sexe", "Région"]
    end = header.index("Estimation") + len("Estimation")
    assert all(row[end - 1] != " " and row[end] == " " for row in rows)


def test_small_figures_are_not_shown(ask):
    _, out, _ = ask("emigrant by em_sex", "--unprotected")
    row = next(line for line in out.splitlines() if line.startswith("Total"))
    assert row.split() == ["Total", "-", "-", "-", "5", "suppress"]


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_table_is_written_into_a_file(ask, tmp_path, ending):
    path = tmp_path / f"sex.{ending}"
    code, out, _ = ask("household by region", "--out", path, "--profile", "statcan", "--unprotected")
    assert (code, out) == (0, f"{path}\n")
    if ending == "csv":
        rows = pd.read_csv(path, dtype=str, keep_default_na=False)
        assert set(rows.indicator) == {"table"}
        assert rows.unit.unique().tolist() == ["households"]
    else:
        assert "table region" in openpyxl.load_workbook(path).sheetnames


SET = """\
- indicator: E03
  by: [[em_sex]]
- table: emigrant by region where em_abroad
  title: {en: Abroad, fr: Ailleurs}
"""


def test_a_set_is_written_into_a_folder(ask, tmp_path):
    (tmp_path / "tables.yaml").write_text(SET, encoding="utf-8")
    code, out, _ = ask("--set", tmp_path / "tables.yaml", "--out", tmp_path / "out")
    assert (code, out.splitlines()) == (0, [str(tmp_path / "out" / name) for name in ("tables.csv", "tables.xlsx")])
    rows = pd.read_csv(tmp_path / "out" / "tables.csv", dtype=str, keep_default_na=False)
    assert list(dict.fromkeys(rows.indicator)) == ["E03", "T2"]


def test_a_set_on_the_screen_has_all_its_tables(ask, tmp_path):
    (tmp_path / "tables.yaml").write_text(SET, encoding="utf-8")
    _, out, _ = ask("--set", tmp_path / "tables.yaml", "--language", "fr")
    titles = [line for line in out.splitlines() if "Atlantis 2020" in line]
    assert len(titles) == 4
    assert titles[2].startswith("Ailleurs. Atlantis")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["em_dst"], "Error: No variable, breakdown or record 'em_dst'. Did you mean 'em_dest'"),
        (["em_dest by em_marital"], "em_marital was not asked"),
        (["em_dest where em_age < 0"], "'em_age < 0' is never true"),
        (["em_dest", "--statistic", "men"], "No statistic 'men'. Did you mean 'mean' or 'median'?"),
        (["em_dest", "--profile", "statcam"], "Did you mean 'statcan'?"),
        (["em_dest", "--weights", "ofice"], "No weights 'ofice'. Did you mean 'office'?"),
        (["em_dest", "--protection", "defolt"], "Did you mean 'default'?"),
        (["em_dest", "--out", "table.pdf"], "name a file that ends in .csv or .xlsx"),
        ([], "write what to tabulate, or give a file with --set"),
        (["em_dest", "--set", "tables.yaml"], "one of them"),
        (["--set", "tables.yaml", "--statistic", "mean"], "the file says the statistic of each table"),
        (["--set", "nowhere.yaml"], "nowhere.yaml: There is no such file"),
    ],
)
def test_what_is_wrong_is_said_before_the_work(ask, words, message):
    code, out, err = ask(*words)
    assert (code, out) == (2, "")
    assert message in " ".join(err.replace("│", " ").split())
    assert "harmonise" not in err


@pytest.mark.parametrize(("given", "message"), [("country", "say where the survey's files are"),
                                                ("data", "name the country")])  # fmt: skip
def test_the_survey_has_to_be_named(ask, given, message):
    code, _, err = ask("em_dest", country=given == "country", data=given == "data")
    assert (code, message in " ".join(err.replace("│", " ").split())) == (2, True)


def test_a_bad_line_of_a_set_is_named(ask, tmp_path):
    (tmp_path / "tables.yaml").write_text(SET.replace("em_abroad", "em_agee > 3"), encoding="utf-8")
    code, _, err = ask("--set", tmp_path / "tables.yaml")
    assert code == 2
    assert "tables.yaml:3: No variable 'em_agee'. Used in 'em_agee > 3'. Did you mean 'em_age'" in err


def test_a_run_publishes_a_set_in_place_of_the_indicators(survey, tmp_path, capsys):
    (tmp_path / "tables.yaml").write_text(SET, encoding="utf-8")
    words = ["run", survey / "atlantis-2020.yaml", "--data", survey, "--out", tmp_path / "out"]
    with pytest.raises(SystemExit) as stop:
        cli.main([str(word) for word in (*words, "--tables", tmp_path / "tables.yaml")])
    capsys.readouterr()
    folder = tmp_path / "out" / "atlantis-2020"
    assert not stop.value.code
    rows = pd.read_csv(folder / "tables.csv", dtype=str, keep_default_na=False)
    assert list(dict.fromkeys(rows.indicator)) == ["E03", "T2"]
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["tables"]["file"] == "tables.yaml"
    assert len(manifest["tables"]["sha256"]) == 64
    assert "Abroad" in (folder / "report.html").read_text(encoding="utf-8")


def test_a_set_that_cannot_be_read_leaves_no_folder(survey, tmp_path, capsys):
    (tmp_path / "tables.yaml").write_text("- indicator: E333\n", encoding="utf-8")
    words = ["run", survey / "atlantis-2020.yaml", "--data", survey, "--out", tmp_path / "out"]
    with pytest.raises(SystemExit) as stop:
        cli.main([str(word) for word in (*words, "--tables", tmp_path / "tables.yaml")])
    assert (stop.value.code, "tables.yaml:1: No indicator 'E333'" in capsys.readouterr().err) == (2, True)
    assert not (tmp_path / "out").exists()


def test_the_help_of_the_command_is_quick():
    heavy = ("pandas", "pandera", "scipy", "pyarrow")
    code = "import sys; from lfs_migration import cli; cli.app(['table', '--help'], standalone_mode=False); " + (
        f"sys.exit(any(name in sys.modules for name in {heavy}))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, cwd=ROOT).returncode == 0


def test_the_examples_of_the_page_are_what_comes_out(capsys, monkeypatch):
    monkeypatch.chdir(ROOT)
    examples = blocks("console")
    assert examples
    for example in examples:
        command, *expected = example.splitlines()
        words = re.findall(r'"([^"]*)"|(\S+)', command.removeprefix("$ lfs-migration "))
        with pytest.raises(SystemExit) as stop:
            cli.main([quoted or plain for quoted, plain in words])
        out = capsys.readouterr().out.splitlines()
        shown = expected[: expected.index("...")] if "..." in expected else expected
        assert (stop.value.code or 0, out[: len(shown)]) == (0, shown)


def test_the_set_of_the_page_can_be_read(tmp_path):
    (example,) = blocks("yaml")
    path = tmp_path / "tables.yaml"
    path.write_text(example, encoding="utf-8")
    made = catalog.load_tables(path, catalog.load_country("armenia"))
    assert [one.code for one in made.indicators] == ["E14", "N01", "N02"]


def test_the_python_of_the_page_runs_and_gives_the_indicator_in_words(monkeypatch):
    monkeypatch.chdir(ROOT)
    (example,) = blocks("python")
    names = {}
    exec(example, names)
    assert set(names["table"].dimensions) == {"sex", "destination"}
    data = names["data"]
    whole = catalog.load_indicators("emigration", names["country"])["E14"].model_copy(update={"fold": {}})
    own = lfm.table(data, "em_dest by em_sex where em_abroad")
    module = next(table for table in tabulate_indicators(data, [whole]) if table.dimensions == own.dimensions)
    columns = ["sex", "destination", "estimate", "se", "cv", "n", "households", "flag"]
    pd.testing.assert_frame_equal(own.to_frame()[columns], module.to_frame()[columns])
    assert len(own.cells) > 10
