"""A country that the catalog does not have: one YAML file, from its survey to its tables."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from lfs_migration import catalog, synth
from lfs_migration.cli import main

MOLDOVA = Path(__file__).with_name("moldova-2008.yaml")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The survey's files, and the errors planted in them."""
    country = catalog.load_country(MOLDOVA)
    folder = tmp_path_factory.mktemp("moldova")
    return folder, synth.generate(country, catalog.load_codebook(country.module, country), folder)


@pytest.fixture(scope="module")
def out(made, tmp_path_factory):
    folder = tmp_path_factory.mktemp("out")
    with pytest.raises(SystemExit) as exit_:
        main(["run", str(MOLDOVA), "--data", str(made[0]), "--out", str(folder)])
    assert exit_.value.code == 0
    return folder / "moldova-2008"


def test_it_is_not_in_the_catalog():
    assert "moldova" not in {name for name, _ in catalog.countries()}


def test_check_finds_nothing_wrong_and_says_what_waits_for_an_answer(capsys):
    with pytest.raises(SystemExit) as exit_:
        main(["check", str(MOLDOVA)])
    said = capsys.readouterr()
    assert (exit_.value.code, said.err) == (0, "")
    assert said.out.startswith("moldova-2008: ")


def test_its_tables_have_the_destinations_that_its_codes_stand_for(out):
    tables = pd.read_csv(out / "tables.csv", dtype=str, keep_default_na=False)
    shares = tables[(tables.indicator == "E14") & (tables.sex == "_T") & (tables.statistic == "share")]
    shares = shares[shares.destination_main.isin(["RUS", "ITA"])].drop_duplicates("destination_main")
    shares = shares.set_index("destination_main")
    russia, italy = (shares.loc[code, ["estimate", "se"]].astype(float) for code in ("RUS", "ITA"))
    assert abs(russia.estimate - 61.4) < 3 * russia.se
    assert abs(italy.estimate - 18.3) < 3 * italy.se


def test_every_planted_error_is_found_and_nothing_else(made, out):
    findings = pd.read_csv(out.parent / "internal" / out.name / "findings.csv", dtype=str, keep_default_na=False)
    found = set(zip(findings.rule, findings.household, findings.line, strict=True))
    assert found == {(error.rule, error.household, error.line) for error in made[1]}
    assert len(found) > 10


def test_each_figure_has_its_standard_error_size_and_flag(out):
    tables = pd.read_csv(out / "tables.csv", dtype=str, keep_default_na=False)
    shown = tables[tables.flag != "suppress"]
    assert len(shown) > 100
    assert (shown.se != "").all() and (shown.n != "").all()
