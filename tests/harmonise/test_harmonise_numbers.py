"""Numbers as people type them, and years as they count them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from pydantic import ValidationError

from lfs_migration import catalog, frames
from lfs_migration.errors import CatalogError, DataError
from lfs_migration.harmonise.mapping import Target, apply, columns_of, recoder, renamer
from lfs_migration.harmonise.numbers import number, plain
from lfs_migration.model.country import Derive, File, Join, Recode, Rename
from lfs_migration.model.dataset import Source

CODEBOOK = catalog.load_codebook()
SOURCE = Source("x", "x.csv", "", 0)


def csv(decimal=".", thousands=""):
    return File(path="x.csv", format="csv", decimal=decimal, thousands=thousands)


def mapped(values, variable="w_hh", mapping=None, file=None, **more):
    native = frames.frame({"x": pa.array(values, pa.string()), **more})
    return apply(mapping or Rename(column="x"), native, Target.of(CODEBOOK, variable), file or csv(), SOURCE)


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("١٢٣٤", 1234), ("۱۲۳۴", 1234), ("๑๒๓๔", 1234), ("१२३४", 1234), ("１２３４", 1234), ("1٢३๔", 1234),
        ("−5", -5), ("+5", 5), (" 5 ", 5), ("\u00a05\u202f", 5), ("\u200f٥\u200e", 5), ("\ufeff5", 5), ("١٢٫٥", 12.5),
        ("1e3", 1000), ("5-", None), ("--5", None), ("1 2", None), ("12٬345", None), ("½", None), ("Ⅴ", None),
        ("五", None), ("٥٪", None), ("0x10", None), ("", None), ("\u200f", None),
    ],
)  # fmt: skip
def test_numbers_in_the_digits_of_any_script(text, result):
    assert number(text, csv(), whole=False) == result


@pytest.mark.parametrize(
    ("text", "decimal", "thousands", "result"),
    [
        ("1.234,5", ",", ".", 1234.5), ("1.234.567", ",", ".", 1234567), ("1,234.5", ".", ",", 1234.5),
        ("-1,234", ".", ",", -1234), ("1 234,5", ",", " ", 1234.5), ("1\u00a0234,5", ",", " ", 1234.5),
        ("1\u202f234", ".", " ", 1234), ("1'234.5", ".", "'", 1234.5), ("١٬٢٣٤٫٥", ".", "٬", 1234.5),
        ("1234,5", ",", ".", 1234.5), ("1,5", ",", ".", 1.5), ("1.5", ",", ".", None), ("1.23,5", ",", ".", None),
        ("12.34.567", ",", ".", None), ("1.2345", ",", ".", None), ("1234.567", ",", ".", None),
        ("1,5.000", ",", ".", None),
        (".123", ",", ".", None), ("1.234.", ",", ".", None), ("1 234", ",", ".", None), ("1.234,5", ",", "", None),
        (1234.5, ",", ".", 1234.5),
    ],
)  # fmt: skip
def test_marks_of_thousands_are_those_that_are_declared(text, decimal, thousands, result):
    assert number(text, csv(decimal, thousands), whole=False) == result


@pytest.mark.parametrize(
    ("text", "decimal", "thousands", "remedy"),
    [
        ("1.234,5", ",", "", "thousands: '.'"), ("1.234", ",", "", "thousands: '.'"),
        ("1,234.5", ".", "", "thousands: ','"), ("1,234", ".", "", "thousands: ',' for the file, or decimal: ','"),
        ("12 345", ".", "", "thousands: ' '"), ("١٬٢٣٤", ".", "", "thousands: '٬'"), ("-1,234,567", ".", " ", "','"),
    ],
)  # fmt: skip
def test_an_undeclared_mark_of_thousands_stops_with_the_row_and_the_remedy(text, decimal, thousands, remedy):
    with pytest.raises(DataError, match=r"x\.csv: A number has a mark that is not declared.*Column x") as caught:
        mapped(["1", None, "2", text], file=csv(decimal, thousands))
    assert "row 4" in caught.value.detail
    assert repr(text) in caught.value.detail
    assert remedy in caught.value.hint
    with pytest.raises(DataError, match="row 2"):
        mapped(["1", text], mapping=Derive(compute="number(x) * 2"), file=csv(decimal, thousands))


def test_what_is_no_number_stops_nothing():
    result = mapped(["1,5", "x", "1.5", "9,99"])
    assert sorted(result.unplaced) == ["1,5", "9,99", "x"]
    assert mapped(["1.234", "1,234"], "hh_id").values.to_pylist() == ["1.234", "1,234"]


@pytest.mark.parametrize("marks", [("", ""), (".", "."), (",,", ""), (",", "..")])
def test_marks_that_cannot_be(marks):
    with pytest.raises(ValidationError, match="decimal is one character"):
        csv(*marks)


def test_marks_of_direction_go_from_codes_and_stay_in_text():
    assert plain("\u200f004\u200e") == "004"
    to_code = recoder(Recode(column="x", codes={"01": 1, "2": 2}), Target.of(CODEBOOK, "em_sex"))
    assert [to_code(value) for value in ("\u200f01", "2\u200e", "\u2067 2")][:2] == [1, 2]
    assert mapped(["\u200f007\u200e", "\u200fالقاهرة 7\u200e"], "hh_id").values.to_pylist() == [
        "007",
        "\u200fالقاهرة 7\u200e",
    ]
    joined = mapped(["\u200f7"], "hh_id", Join(columns=("x",), widths=(3,)))
    assert joined.values.to_pylist() == ["007"]


def test_a_code_in_other_digits_is_the_code_unless_the_map_names_both():
    target = Target.of(CODEBOOK, "em_sex")
    to_code = recoder(Recode(column="x", codes={"1": 1, "02": 2}), target)
    assert [to_code(value) for value in ("١", "๑", "०२")] == [1, 1, 2]
    both = recoder(Recode(column="x", codes={"1": 1, "١": 2}), target)
    assert [both(value) for value in ("1", "١", "१")] == [1, 2, 1]


@pytest.mark.parametrize(("year", "common"), [("1429", 2008), ("1430", 2008), ("١٤٤٥", 2023), (1400.0, 1979)])
def test_a_hijri_year_is_that_in_which_it_began(year, common):
    rename = Rename(column="x", calendar="hijri")
    assert renamer(rename, Target.of(CODEBOOK, "em_dep_year"), csv())(year) == common


def test_a_hijri_month_says_in_which_year_it_began():
    rename = Rename(column="x", calendar="hijri", month="m", missing={"9999": "not_stated"})
    months = pa.array(["1", "12", "٠٧", "99", None, "5", "8"], pa.string())
    years = ["1445", "1445", "1445", "1445", "1445", "9999", "soon"]
    result = mapped(years, "em_dep_year", rename, m=months)
    assert result.values.to_pylist()[:6] == [2023, 2024, 2024, 2023, 2023, 9999]
    assert {text: rows.tolist() for text, rows in result.unplaced.items()} == {"soon": [6]}
    assert columns_of(rename) == ("x", "m")


@pytest.mark.parametrize(
    ("variable", "calendar"), [("em_age", "hijri"), ("em_dep_month", "hijri"), ("em_age", "buddhist")]
)
def test_only_years_have_a_calendar(variable, calendar):
    with pytest.raises(CatalogError, match=f"{variable} has calendar: {calendar}.*Only a year"):
        renamer(Rename(column="x", calendar=calendar), Target.of(CODEBOOK, variable), csv())


def test_a_month_column_is_of_the_hijri_calendar():
    with pytest.raises(ValidationError, match="needs calendar: hijri"):
        Rename(column="x", month="m")


def test_a_column_without_months_at_all():
    rename = Rename(column="x", calendar="hijri", month="m")
    result = mapped(["1445", "1446"], "em_dep_year", rename, m=pa.nulls(2, pa.string()))
    assert result.values.to_pylist() == [2023, 2024]
    assert not np.any([rows.size for rows in result.unplaced.values()])
