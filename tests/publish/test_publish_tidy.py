"""Tidy text files."""

import csv
import math
from dataclasses import replace

import pandas as pd
import pytest
from publish_nouns import STOCK, cell, households, table

from lfs_migration.errors import DataError
from lfs_migration.model.findings import Finding
from lfs_migration.publish import write_findings, write_report, write_tables, write_workbook


def read(path):
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def test_columns_and_totals_over_absent_dimensions(tables, tmp_path):
    rows = read(write_tables(tables, tmp_path / "tables.csv"))
    identity, dimensions = ["survey", "indicator", "title", "shares_of"], ["sex", "destination", "reason"]
    figures = ["statistic", "unit", "estimate", "se", "cv", "ci_low", "ci_high", "n", "households", "df", "flag"]
    assert list(rows) == [*identity, *dimensions, *figures]
    assert set(rows.loc[rows.indicator == "E02", dimensions].to_numpy().flat) == {"_T"}
    assert len(rows) == sum(len(t.cells) for t in tables)


def test_codes_survive(tables, tmp_path):
    path = write_tables(tables, tmp_path / "tables.csv")
    assert {"NA", "NO", "004"} <= set(read(path).destination)
    assert b"\r" not in path.read_bytes()


def test_suppressed_figures_are_empty_unless_kept(tables, tmp_path):
    figures = ["estimate", "se", "cv", "ci_low", "ci_high"]
    rows = read(write_tables(tables, tmp_path / "tables.csv"))
    few = rows[rows.flag == "suppress"]
    assert len(few) == 2
    assert (few[figures] == "").to_numpy().all()
    assert (few.n == "8").all() and (few.households == "6").all() and (few.df == "112").all()
    kept = read(write_tables(tables, tmp_path / "own.csv", keep_suppressed=True))
    assert (kept.loc[kept.flag == "suppress", figures] != "").to_numpy().all()


def test_no_number_is_empty_and_never_nan(tables, tmp_path):
    path = write_tables(tables, tmp_path / "tables.csv")
    assert b"nan" not in path.read_bytes().lower()
    rows = read(path)
    assert rows.loc[(rows.n == "0"), "estimate"].tolist() == [""]


@pytest.mark.parametrize("write", [write_tables, write_workbook, write_report])
def test_figures_that_differ_in_the_last_digit_give_the_same_bytes(tables, write, tmp_path):
    shaken = [replace(t, cells=tuple(map(_shaken, t.cells))) for t in tables]
    assert shaken != list(tables)
    first, second = (write(ts, tmp_path / name).read_bytes() for ts, name in ((tables, "a"), (shaken, "b")))
    assert first == second


def _shaken(whole):
    names = ("estimate", "se", "cv", "ci_low", "ci_high")
    return replace(whole, **{name: math.nextafter(getattr(whole, name), math.inf) for name in names})


def test_a_cell_that_tables_share_is_written_once(tmp_path):
    again = table(households().indicator, ("sex",), [cell({"sex": "_T"}, "ratio", "per cent", 16.2, 0.9, 2_500)])
    assert len(read(write_tables([households(), again], tmp_path / "tables.csv"))) == 1


def test_synthetic_is_in_every_title(tables, tmp_path):
    titles = read(write_tables(tables, tmp_path / "tables.csv")).title
    assert titles.str.endswith("Labour Migration Survey 2007, Armenia (synthetic data)").all()
    real = [replace(t, synthetic=False) for t in tables]
    assert not read(write_tables(real, tmp_path / "real.csv")).title.str.contains("synthetic").any()


def test_no_tables_still_have_a_header(tmp_path):
    written = write_tables([], tmp_path / "tables.csv").read_text()
    assert written.startswith("survey,indicator,title,shares_of,statistic,")


def test_a_dimension_with_the_name_of_a_column_is_refused(tmp_path):
    bad = table(STOCK, ("unit",), [cell({"unit": "1"}, "total", "persons", 1.0, 0.1, 60)])
    with pytest.raises(DataError, match="'unit'"):
        write_tables([bad], tmp_path / "tables.csv")
    assert list(tmp_path.iterdir()) == []


def test_text_is_kept_as_it_is(hostile, tmp_path):
    rows = read(write_tables(hostile, tmp_path / "tables.csv"))
    assert rows.sex.tolist() == ["=1+1", "b", "c", "d", "e", "f", "g"]
    assert rows.title[0].startswith("=cmd|'/c calc'!A1 <b>")


def test_findings_come_back_and_formulas_are_disarmed(findings, tmp_path):
    path = write_findings(findings, tmp_path / "findings.csv")
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == [*Finding.__dataclass_fields__, "survey"]
    assert [row["value"] for row in rows] == ["'=1+1", "-5", "a\rb"]
    assert rows[0]["household"] == "017"
    assert rows[0]["message"] == "a, b" and rows[1]["message"] == '"x"'
