"""The command, with the small survey and the pilots."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

import lfs_migration as lfm
from lfs_migration import cli
from lfs_migration.errors import EstimationError, NotFound

PILOTS = Path(__file__).parents[2] / "examples" / "pilots"


@pytest.fixture
def compare(capsys):
    def call(*words):
        with pytest.raises(SystemExit) as stop:
            cli.main(["compare", *map(str, words)])
        out, err = capsys.readouterr()
        return stop.value.code or 0, out, err

    return call


@pytest.fixture
def small(survey):
    return f"{survey / 'atlantis-2020.yaml'}={survey}"


def text(path):
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def test_the_round_before(compare, small, survey, tmp_path):
    before = shutil.copytree(survey, tmp_path / "before")
    code, out, _ = compare(small, "--before", before, "--quality", "statcan", "--indicators", "E03, E05")
    lines = out.splitlines()
    assert code == 0 and "atlantis-2020, first" in lines[0]
    assert any(line.startswith("E05") for line in lines)
    assert "4 primary sampling units are in both rounds, of 4 and 4." in lines
    out = compare(small, "--before", before, "--independent", "--indicators", "E03")[1]
    assert "The samples are independent: the variances of the rounds add." in out


def test_the_round_before_may_have_a_file_of_its_own(compare, small, survey, tmp_path):
    before = shutil.copytree(survey, tmp_path / "before")
    own = before / "atlantis-2019.yaml"
    own.write_text((before / "atlantis-2020.yaml").read_text().replace('edition: "2020"', 'edition: "2019"'))
    code, out, _ = compare(small, "--before", before, "--before-edition", own, "--indicators", "E02")
    assert (code, "atlantis-2019" in out.splitlines()[0]) == (0, True)


def test_an_outside_source(compare, small, tmp_path):
    source, out = tmp_path / "un.csv", tmp_path / "coverage.csv"
    source.write_text("# source: A stock\ndestination,figure\nItaly,60\nNAM,40\nFRA,5\n", encoding="utf-8")
    code, said, _ = compare(small, "--with", source, "--quality", "statcan", "--definition", "born", "--out", out)
    notes = tmp_path / "coverage.notes.txt"
    assert (code, said.split()) == (0, [str(out), str(notes)])
    rows = text(out).set_index("destination")
    assert rows.loc["FRA", ["seen", "estimate", "outside"]].tolist() == ["source", "", "5"]
    assert rows.loc["ITA", "outside"] == "60"
    assert {"Source: A stock", "Definition: born", "In the source only: FRA."} <= set(notes.read_text().splitlines())


@pytest.fixture
def few(tmp_path):
    """A source of destinations where the small survey has one emigrant or two."""
    path = tmp_path / "un.csv"
    path.write_text("destination,figure,sex\nITA,60,\nNAM,40,\nITA,30,men\n", encoding="utf-8")
    return path


def test_numbers_of_rows_that_a_publication_hides_are_not_printed(compare, small, few):
    code, out, _ = compare(small, "--with", few, "--quality", "statcan")
    rows = [line.split() for line in out.splitlines() if " suppress" in line]
    assert code == 0 and {"Italy", "Namibia"} <= {row[0] for row in rows}
    for row in rows:
        at = row.index("suppress")
        assert row[at - 3 : at] == ["-", "-", "-"], row


def test_nor_are_they_written(compare, small, few, tmp_path):
    out = tmp_path / "coverage.csv"
    compare(small, "--with", few, "--quality", "statcan", "--out", out)
    rows = text(out)
    own = rows[rows["seen"] != "source"]
    assert len(own) and (own["flag"] == "suppress").all()
    for name in ("estimate", "se", "n", "ratio", "ratio_se", "ci_low", "ci_high", "df"):
        assert (own[name] == "").all(), name


def test_without_protection_the_office_sees_them(compare, small, few):
    code, out, err = compare(small, "--with", few, "--quality", "statcan", "--unprotected")
    (italy, *_) = (line.split() for line in out.splitlines() if line.startswith("Italy"))
    assert (code, italy) == (0, ["Italy", "Total", "-", "-", "2", "suppress", "60"])
    assert "protect with" not in err


def test_unknown_rules_are_said(compare, small, few):
    code, out, err = compare(small, "--with", few, "--protection", "defualt")
    assert (code, out) == (2, "") and "default" in err


def test_a_wrong_destination_is_said_with_its_line(compare, small, tmp_path):
    source = tmp_path / "un.csv"
    source.write_text("destination,figure\nITA,60\nItalie du Nord,4\n", encoding="utf-8")
    code, out, err = compare(small, "--with", source)
    assert (code, out) == (2, "") and "un.csv:3: No destination 'Italie du Nord'" in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["armenia=x"], "give two surveys"),
        (["armenia=x", "egypt=y", "--with", "z.csv"], "give one survey"),
        (["armenia=x", "--with", "z.csv", "--before", "y"], "one of them at a time"),
        (["armenia=x", "egypt=y", "--independent"], "round before"),
        (["armenia=x", "egypt=y", "--year", "2005"], "which outside source"),
        (["armenia=x", "--with", "z.csv", "--indicators", "E03,E08"], "one indicator"),
        (["armenia", "egypt=y"], "COUNTRY=FOLDER"),
        (["armenai=x", "egypt=y"], "armenia"),
    ],
)
def test_what_cannot_be_compared_is_said_before_anything_is_read(compare, words, said):
    code, _, err = compare(*words)
    assert (code, said in " ".join(err.replace("\u2502", " ").split())) == (2, True)


@pytest.fixture(scope="module")
def pilots():
    found = []
    for folder in sorted(path for path in PILOTS.glob("*-*") if path.is_dir()):
        country = lfm.load_country(*folder.name.rsplit("-", 1))
        found.append(lfm.harmonise(lfm.read(folder, country)))
    return found


@pytest.mark.slow
def test_the_pilots_stand_side_by_side(pilots):
    codes = ["E02", "E03", "E14", "E36"]
    found = lfm.compare_countries(*pilots, indicators=codes)
    assert list(found.surveys) == [data.country.id for data in pilots] == list(found.synthetic)
    for data in pilots:
        own = {
            (table.indicator.code, cell.statistic, *sorted((d, c) for d, c in cell.keys.items() if c != "_T")): cell
            for table in lfm.tabulate(data, codes)
            for cell in table.cells
        }
        for line in found.lines:
            key = (line.indicator, line.statistic, *sorted((d, c) for d, c in line.keys.items() if c != "_T"))
            there = line.cells.get(data.country.id)
            assert (there is None) == (key not in own)
            assert there is None or (there.n, there.flag) == (own[key].n, own[key].flag)
            assert there is None or there.estimate == pytest.approx(own[key].estimate, nan_ok=True)
    assert any(note.startswith("Lower limit of working age") and "10 in ecuador-2007" in note for note in found.notes)
    assert any(note.startswith("Look-back period for departures") for note in found.notes)
    assert "region" not in found.dimensions


@pytest.mark.slow
def test_a_pilot_and_an_outside_source_by_sex(pilots, tmp_path):
    source = tmp_path / "stock.csv"
    source.write_text("destination,figure,sex\nRUS,150000,\nRUS,110000,men\nRUS,40000,2\n", encoding="utf-8")
    data = pilots[0]
    found = lfm.compare_with(data, source)
    (table,) = (t for t in lfm.tabulate(data, [found.indicator.code]) if t.dimensions == (found.dimension,))
    (russia,) = (cell for cell in table.cells if cell.keys[found.dimension] == "RUS")
    rows = {row.sex: row for row in found.rows if row.destination == "RUS"}
    assert (rows["_T"].estimate, rows["_T"].se) == pytest.approx((russia.estimate, russia.se))
    assert rows["_T"].flag == russia.flag
    assert rows["_T"].ratio == pytest.approx(russia.estimate / 150_000)
    assert rows["1"].estimate + rows["2"].estimate <= rows["_T"].estimate


@pytest.mark.slow
def test_a_pilot_and_an_outside_source_show_what_the_publication_does(pilots, tmp_path):
    (data,) = (own for own in pilots if own.country.id == "ecuador-2007")
    source = tmp_path / "stock.csv"
    source.write_text("destination,figure\nESP,200000\nUSA,400000\nITA,9000\nBEL,2000\n", encoding="utf-8")
    found = lfm.compare_with(data, source, protection=None)
    (table,) = (
        table for table in lfm.protect(lfm.tabulate(data))
        if table.indicator.code == found.indicator.code and table.dimensions == (found.dimension,)
    )  # fmt: skip
    there = {cell.keys[found.dimension]: cell for cell in table.cells}
    own = [row for row in found.rows if row.seen != "source" and row.destination != "_T"]
    assert any(row.flag != "suppress" for row in own) and any(row.n is None for row in own)
    for row in own:
        cell = there.get(row.destination)
        assert (row.n, row.flag) == ((None, "suppress") if cell is None else (cell.n, cell.flag))
        assert row.flag == "suppress" or (row.estimate, row.se) == (cell.estimate, cell.se)
    assert all(row.n for row in lfm.compare_with(data, source).rows if row.seen != "source")


@pytest.mark.slow
def test_a_breakdown_that_is_not_published_is_protected_with_the_publication(pilots, tmp_path):
    (data,) = (own for own in pilots if own.country.id == "ecuador-2007")
    source = tmp_path / "stock.csv"
    source.write_text("destination,figure,sex\nESP,200000,\nESP,90000,men\nITA,9000,men\n", encoding="utf-8")
    rows = {(row.destination, row.sex): row for row in lfm.compare_with(data, source, protection=None).rows}
    assert rows["ESP", "1"].n and rows["ESP", "1"].ratio > 0
    assert {row.n for (code, _), row in rows.items() if code in ("BEL", "CHL")} == {None}


def test_names_that_nothing_has_are_said(survey):
    data = lfm.harmonise(lfm.read(survey, lfm.load_country(survey / "atlantis-2020.yaml")))
    with pytest.raises(NotFound, match="E033"):
        lfm.compare_countries(data, data, indicators=["E033"])
    with pytest.raises(NotFound, match="E033"):
        lfm.compare_with(data, survey / "no.csv", indicator="E033")
    with pytest.raises(EstimationError, match="no total by country"):
        lfm.compare_with(data, survey / "no.csv", indicator="E02")
