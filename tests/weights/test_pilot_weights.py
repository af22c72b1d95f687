"""The recipe of each pilot, and the trap of each office's weights."""

from __future__ import annotations

import csv
import json
import shutil
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest

import lfs_migration as lfm
from lfs_migration import catalog, cli
from lfs_migration.errors import DesignError
from lfs_migration.frames import with_columns
from lfs_migration.harmonise import read
from lfs_migration.weighting import weigh_by_recipe
from lfs_migration.weights import follow

PILOTS = Path(__file__).parents[2] / "examples" / "pilots"
FEW = Path(__file__).parents[1] / "small" / "few.yaml"
pytestmark = pytest.mark.skipif(not PILOTS.is_dir(), reason="the pilots are not in this copy")


@cache
def weighed(name):
    country = catalog.load_country(name)
    return weigh_by_recipe(read(PILOTS / country.id, country, "memory"), PILOTS / country.id)


def pandas(data, record):
    return data.records[record].to_pandas()


def value(name, measure, category=""):
    found = [d.value for d in weighed(name).diagnostics if (d.measure, d.category) == (measure, category)]
    return found[-1]


# ------------------------------------------------------------------------------------------------------------ Armenia


@cache
def addresses():
    frame, _ = pyreadstat.read_sav(PILOTS / "armenia-2007" / "armenia_households.sav")
    frame["id"] = [f"{int(m):02d}-{int(n):04d}" for m, n in zip(frame["A6_Month"], frame["A1"], strict=True)]
    return frame


def armenia_by_loop():
    """The weights of respondents, by loops over cells, from the office's own file."""
    frame = addresses().copy()
    frame["w"] = 1 / (frame["P_PSU"] * frame["P_Address"])
    unknown = frame["A7"].isin([8, 10])
    for _, cell in frame.groupby(["A3", "A5"]):
        share = cell["w"].sum() / cell["w"][~unknown[cell.index]].sum()
        frame.loc[cell.index, "w"] *= np.where(unknown[cell.index], 0, share)
    eligible = frame["A7"].isin([1, 2, 3, 4, 9])
    out = pd.Series(0.0, frame.index)
    for _, cell in frame[eligible].groupby(["A2", "A4"]):
        answered = cell["A7"].isin([1, 2])
        out[cell.index[answered]] = cell["w"][answered] * cell["w"].sum() / cell["w"][answered].sum()
    return frame["id"], out


def test_armenian_weights_before_calibration_are_those_of_loops():
    done = weighed("armenia")
    step = next(step for step in done.data.log if step.verb == "adjust_nonresponse")
    assert step.counts["collapsed"] == [] and step.counts["unknown_collapsed"] == []
    identifier, expected = armenia_by_loop()
    own = pandas(done.data, "household").set_index("hh_id")["w_response"]
    expected = expected[expected > 0].set_axis(identifier[expected > 0])
    np.testing.assert_allclose(own.loc[expected.index], expected, rtol=1e-12)


def test_armenian_replacement_addresses_count_as_visited():
    """The achieved number of a unit is fixed: without its outcomes the response rate would be 1."""
    rates = next(step for step in weighed("armenia").data.log if step.verb == "adjust_nonresponse").counts["rates"]
    codes = addresses()["A7"]
    interviews, others = (codes == 1).sum(), codes.isin([3, 4, 9]).sum()
    assert rates["RR5"] == pytest.approx(interviews / (interviews + others))
    assert rates["RR5"] < 0.75
    assert codes[codes == 1].groupby([addresses()["A2"], addresses()["A4"]]).size().value_counts().idxmax() == 8


def test_armenian_households_abroad_are_a_gap_and_no_nonresponse():
    done, codes = weighed("armenia"), addresses()["A7"]
    share = value("armenia", "share of households abroad as a whole, estimate")
    assert share == pytest.approx((codes == 5).sum() / codes.isin([1, 3, 4, 5, 9]).sum(), abs=0.01)
    assert value("armenia", "share of households abroad as a whole, n") == (codes == 5).sum()
    assert 0 < value("armenia", "share of households abroad as a whole, se") < 0.01
    households = lfm.estimate(done.data, lfm.Count("household")).estimate[0]
    assert households == pytest.approx(800_000, rel=0.02), "households in the country, not those abroad too"


def test_armenian_weights_meet_current_residents():
    data = weighed("armenia").data
    known = pd.read_csv(PILOTS / "armenia-2007" / "armenia_population.csv")
    result = lfm.estimate(data, lfm.Count("person"), by=["region_code", "urban"])
    totals = known.groupby(["marz", "area"])["residents"].sum()
    wanted = [totals[int(r), u] for r, u in zip(result.by["region_code"], result.by["urban"], strict=True)]
    np.testing.assert_allclose(result.estimate, wanted, rtol=1e-9)
    assert result.se.max() < 1e-4 * result.estimate.max()


def test_armenian_residents_of_unknown_age_have_the_share_of_their_sex():
    data = weighed("armenia").data
    known = pd.read_csv(PILOTS / "armenia-2007" / "armenia_population.csv")
    home, person = pandas(data, "household").set_index("hh_id"), pandas(data, "person")
    before, after = (person["hh_id"].map(home[name]) for name in ("w_response_trimmed", data.design.weight))
    lost = person["per_age"].isna() | person["per_age"].ge(997)
    assert (after.sum(), lost.sum()) == (pytest.approx(known["residents"].sum()), 30)
    for sex, total in known.groupby("sex")["residents"].sum().items():
        here = person["per_sex"] == sex
        share = before[here & lost].sum() / before[here].sum()
        assert after[here].sum() == pytest.approx(total)
        assert after[here & lost].sum() == pytest.approx(share * total)
        children = known[(known["sex"] == sex) & (known["age"] == 1)]["residents"].sum()
        assert after[here & person["per_age"].lt(10)].sum() == pytest.approx((1 - share) * children)


def test_armenian_emigrants_are_in_no_margin():
    data = weighed("armenia").data
    home = pandas(data, "household").set_index("hh_id")[data.design.weight]
    emigrant = pandas(data, "emigrant")
    carried = emigrant["hh_id"].map(home).fillna(0)
    (calibration,) = data.design.calibrations
    assert {margin.record for margin in calibration.margins} == {"person"}
    for where, chosen in (("", carried > 0), ("em_status == 2", emigrant["em_status"] == 2),
                          ("em_rem_any == 1", emigrant["em_rem_any"] == 1)):  # fmt: skip
        found = lfm.estimate(data, lfm.Count("emigrant", where=where)).estimate[0]
        assert found == pytest.approx(carried[chosen].sum()), where or "all"


# ------------------------------------------------------------------------------------------- Ecuador, Egypt, Thailand


def test_the_ecuadorian_weight_is_that_of_the_office():
    data = weighed("ecuador").data
    household = pandas(data, "household")
    assert (household[data.design.weight] == household["w_hh"]).all()
    assert data.design.record_weights == {} and data.design.calibrations == ()


def test_egyptian_weights_that_are_not_divided_are_found():
    data, recipe = weighed("egypt").data, catalog.load_country("egypt").weighting
    before = replace(data, design=replace(data.design, weight="w_hh"))
    for factor, words in ((3.9, "3.9 times"), (1 / 3.9, "0.256 times")):
        wrong = with_columns(data.records["household"], {"w_hh": pandas(data, "household")["w_hh"] * factor})
        with pytest.raises(DesignError, match=rf"That is {words} as many households\. A factor may be left out, or"):
            follow(replace(before, records={**data.records, "household": wrong}), recipe)


def test_egyptian_quarters_are_pooled():
    data, recipe = weighed("egypt").data, catalog.load_country("egypt").weighting
    quarter = np.array(["2006Q1", "2006Q2"])[np.arange(len(data.records["household"])) % 2]
    household = with_columns(data.records["household"], {"round_id": quarter})
    with pytest.raises(DesignError, match=r"That is 0\.5 times as many households"):
        follow(replace(data, records={**data.records, "household": household}), recipe)
    done = lfm.given_weights(
        replace(data, records={**data.records, "household": household}), "w_hh", rounds="round_id"
    )  # fmt: skip
    np.testing.assert_allclose(done.weights, pandas(data, "household")["w_hh"] / 2)


def test_thai_weights_differ_inside_a_household_and_meet_twenty_groups_by_area():
    data = weighed("thailand").data
    person = pandas(data, "person")
    own = person[data.design.record_weights["person"]]
    assert own.groupby(person["hh_id"]).nunique().gt(1).mean() > 0.5
    known = pd.read_csv(PILOTS / "thailand-2008" / "thailand_population.csv")
    assert len(known) == 40
    area = person["hh_id"].map(pandas(data, "household").set_index("hh_id")["urban"])
    groups, totals = [area, person["per_sex"]], known.groupby(["area", "sex"])["residents"].sum()
    before, lost = person["w_own"], ~person["per_age"].lt(150)
    assert (own.sum(), lost.sum()) == (pytest.approx(known["residents"].sum()), 20)
    np.testing.assert_allclose(own.groupby(groups).sum(), totals, rtol=1e-9)
    share = before[lost].groupby(groups).sum() / before.groupby(groups).sum()
    np.testing.assert_allclose(own[lost].groupby(groups).sum(), share * totals.to_numpy(), rtol=1e-9)
    found = own[~lost].groupby([*groups, person["age_10"]]).sum()
    cells = known.set_index(["area", "sex", "age"])["residents"]
    expected = [cells[key] * (1 - share[key[:2]]) for key in (tuple(map(int, key)) for key in found.index)]
    np.testing.assert_allclose(found, expected, rtol=1e-9)


def test_thai_emigrants_have_the_reference_persons_weight():
    data = weighed("thailand").data
    person, emigrant = pandas(data, "person"), pandas(data, "emigrant")
    head = person[person["per_relation"] == 1].drop_duplicates("hh_id").set_index("hh_id")
    weight = head[data.design.record_weights["person"]]
    household = pandas(data, "household").set_index("hh_id")[data.design.weight]
    np.testing.assert_allclose(household.loc[weight.index], weight)
    total = lfm.estimate(data, lfm.Count("emigrant")).estimate[0]
    assert total == pytest.approx(emigrant["hh_id"].map(household).sum())


# ------------------------------------------------------------------------------------------------------ the command


def run(arguments):
    with pytest.raises(SystemExit) as stopped:
        cli.main(arguments)
    return stopped.value.code


def test_the_command_writes_weights_and_the_offices_file(tmp_path, capsys):
    assert run(["weight", "armenia", "--data", str(PILOTS / "armenia-2007"), "--out", str(tmp_path)]) == 0
    folder = tmp_path / "armenia-2007"
    assert capsys.readouterr().out.split() == [
        str(folder / name) for name in ("weights.csv", "armenia_households.sav", "weights.json")
    ]
    before, old = pyreadstat.read_sav(PILOTS / "armenia-2007" / "armenia_households.sav", user_missing=True)
    after, new = pyreadstat.read_sav(folder / "armenia_households.sav", user_missing=True)
    pd.testing.assert_frame_equal(after[list(before.columns)], before)
    assert list(after.columns) == [*before.columns, "w_final"]
    assert new.variable_value_labels == old.variable_value_labels
    assert new.missing_ranges == old.missing_ranges
    assert {k: v for k, v in new.column_names_to_labels.items() if k != "w_final"} == old.column_names_to_labels
    assert after["w_final"].notna().equals(before["A7"].isin([1, 2]))
    data = weighed("armenia").data
    assert after["w_final"].sum() == pytest.approx(data.weights.sum())
    manifest = json.loads((folder / "weights.json").read_text())
    assert manifest["steps"][-1]["verb"] == "recipe"
    assert {source["name"] for source in manifest["inputs"]} >= {"households", "population"}
    with (folder / "weights.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert "synthetic" in rows[0]["survey"]
    assert {"rates", "factor", "known total", "before", "after", "share of the sum"} <= {row["measure"] for row in rows}


@pytest.mark.parametrize("form", ["sav", "dta", "csv", "parquet"])
def test_weights_are_written_in_four_formats(tmp_path, form):
    arguments = ["--data", str(PILOTS / "thailand-2008"), "--out", str(tmp_path), "--format", form]
    assert run(["weight", "thailand", *arguments]) == 0
    folder = tmp_path / "thailand-2008"
    assert {f"thailand_households.{form}", f"thailand_persons.{form}"} <= {path.name for path in folder.iterdir()}
    path = folder / f"thailand_persons.{form}"
    match form:
        case "sav":
            frame = pyreadstat.read_sav(path)[0]
        case "dta":
            frame = pyreadstat.read_dta(path)[0]
        case "csv":
            frame = pd.read_csv(path, encoding="tis-620", dtype=str, keep_default_na=False)
        case _:
            frame = pd.read_parquet(path)
    assert frame["w_final"].astype(float).sum() == pytest.approx(64_089_864)
    assert frame["cwt"].iloc[0] == "10", "codes stay text, as they are in the office's file"


def test_weights_of_no_kind(tmp_path, capsys):
    assert (
        run(["run", "egypt", "--data", str(PILOTS / "egypt-2006"), "--out", str(tmp_path), "--weights", "ofice"]) == 2
    )
    assert "No weights 'ofice'. Did you mean 'office'" in capsys.readouterr().err


def test_a_country_without_a_recipe(tmp_path, capsys):
    small = Path(__file__).parents[1] / "small"
    code = run(["weight", str(small / "atlantis-2020.yaml"), "--data", str(small), "--out", str(tmp_path)])
    assert code == 2
    assert "There is no recipe of weights. Add steps under weighting." in capsys.readouterr().err


def test_an_unknown_format(tmp_path, capsys):
    arguments = ["--data", str(PILOTS / "egypt-2006"), "--out", str(tmp_path), "--format", "spss"]
    assert run(["weight", "egypt", *arguments]) == 2
    assert "No format 'spss'" in capsys.readouterr().err


def test_a_run_by_the_recipe_publishes_how_the_weights_were_made(tmp_path):
    words = ["--data", str(PILOTS / "armenia-2007"), "--out", str(tmp_path), "--tables", str(FEW)]
    assert run(["run", "armenia", *words]) == 0
    folder = tmp_path / "armenia-2007"
    manifest = json.loads((folder / "manifest.json").read_text())
    verbs = [step["verb"] for step in manifest["steps"]]
    assert verbs.count("harmonise") == verbs.count("validate") == verbs.count("recipe") == 1
    assert "weights.csv" in {output["file"] for output in manifest["internal"]}
    report = (folder / "report.html").read_text(encoding="utf-8")
    assert "How the weights were made" in report and '<svg class="wide"' in report
    section = report[report.index('id="weights"') : report.index('id="method"')]
    assert "RR3" in section and "share of households abroad as a whole" in section
    assert "household 1" not in section, "no household in a report for publication"
    with (folder / "tables.csv").open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["indicator"] == "E03"]
    data = weighed("armenia").data
    total = lfm.estimate(data, lfm.Count("emigrant", where="em_abroad"))
    assert float(rows[0]["estimate"]) == pytest.approx(total.estimate[0])
    assert float(rows[0]["se"]) == pytest.approx(total.se[0])


def test_a_run_can_keep_the_offices_weights(tmp_path):
    words = ["--data", str(PILOTS / "armenia-2007"), "--out", str(tmp_path), "--weights", "office"]
    assert run(["run", "armenia", *words, "--tables", str(FEW)]) == 0
    folder = tmp_path / "armenia-2007"
    assert not (tmp_path / "internal" / "armenia-2007" / "weights.csv").exists()
    assert json.loads((folder / "manifest.json").read_text())["design"]["weight"] == "w_hh"
    assert 'id="weights"' not in (folder / "report.html").read_text(encoding="utf-8")


def test_the_surveys_own_files_are_not_overwritten(tmp_path, capsys):
    data = tmp_path / "egypt-2006"
    shutil.copytree(PILOTS / "egypt-2006", data)
    before = {path.name: path.read_bytes() for path in data.iterdir()}
    assert run(["weight", "egypt", "--data", str(data), "--out", str(tmp_path)]) == 2
    assert "The results would overwrite the survey's files. Give another --out." in capsys.readouterr().err
    assert {path.name: path.read_bytes() for path in data.iterdir()} == before


def test_weights_of_an_earlier_publication_do_not_stay(tmp_path):
    words = ["run", "egypt", "--data", str(PILOTS / "egypt-2006"), "--out", str(tmp_path), "--tables", str(FEW)]
    assert run(words) == 0
    assert (tmp_path / "internal" / "egypt-2006" / "weights.csv").exists()
    assert run([*words, "--weights", "office"]) == 0
    assert not (tmp_path / "internal" / "egypt-2006" / "weights.csv").exists()
