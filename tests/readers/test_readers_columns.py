"""Numbers that become whole numbers and dates, and those that do not."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pytest

from lfs_migration.readers.packages.columns import notes, plain


def one(values, package="SPSS", form="", declared=()):
    table = plain(pa.table({"x": pa.array(values)}), package, {"x": form}, declared)
    return table.column("x").to_pylist(), notes(table).get("x", "")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1.0, None, -3.0], [1, None, -3]),
        ([1.0, 1.5], [1.0, 1.5]),
        ([None, None], [None, None]),
        ([2.0**53, 1.0], [2**53, 1]),
        ([2.0**54, 1.0], [2.0**54, 1.0]),
        ([float("inf"), 1.0], [float("inf"), 1.0]),
    ],
)
def test_whole_numbers(values, expected):
    result, _ = one(pa.array(values, pa.float64()))
    assert result == expected
    assert [type(value) for value in result] == [type(value) for value in expected]


@pytest.mark.parametrize("form", ["DATE11", "ADATE10", "EDATE10", "JDATE5", "SDATE10"])
def test_dates_of_spss(form):
    assert one([0.0, 12_219_379_200.0, None], form=form)[0] == [dt.date(1582, 10, 14), dt.date(1970, 1, 1), None]


@pytest.mark.parametrize("form", ["%td", "%d", "%tdCCYY-NN-DD", "%-td"])
def test_dates_of_stata(form):
    assert one([0, -1, None], "Stata", form)[0] == [dt.date(1960, 1, 1), dt.date(1959, 12, 31), None]


@pytest.mark.parametrize("form", ["%tc", "%tC", "%tcDD/NN/CCYY_HH:MM"])
def test_time_stamps_of_stata(form):
    assert one([1500.0], "Stata", form)[0] == [dt.datetime(1960, 1, 1, 0, 0, 1, 500_000)]


def test_a_date_with_a_time_of_day_keeps_it():
    assert one([12_219_379_260.0], form="DATE11")[0] == [dt.datetime(1970, 1, 1, 0, 1)]


def test_times_of_day():
    assert one([3661.5], form="TIME11.2")[0] == [dt.time(1, 1, 1, 500_000)]
    assert one([3_661_500.0], "Stata", "%tcHH:MM:SS")[0] == [dt.time(1, 1, 1, 500_000)]


def test_a_time_longer_than_a_day_stays_a_number():
    values, note = one([90_000.0], form="TIME8")
    assert values == [90_000]
    assert "1 value is outside one day" in note


@pytest.mark.parametrize(
    ("package", "form"), [("SPSS", "DTIME10"), ("SPSS", "MOYR6"), ("Stata", "%tm"), ("Stata", "%tw")]
)
def test_durations_months_and_weeks_stay_numbers(package, form):
    assert one([100.0], package, form) == ([100], "")


def test_missing_codes_keep_a_date_a_number():
    values, note = one([99.0], form="DATE11", declared=["x"])
    assert values == [99]
    assert note.startswith("format DATE11 left as numbers (seconds since 1582-10-14): missing codes")


def test_no_rows_and_no_columns():
    assert one(pa.array([], pa.float64()), form="DATE11")[0] == []
    assert plain(pa.table({}), "SPSS", {}, ()).num_columns == 0


def test_a_date_with_tagged_missing_codes_stays_text():
    assert one(["100", ".a", ""], "Stata", "%td") == (
        ["100", ".a", None],
        "format %td left as text: a missing code is no moment",
    )
