"""One native value to one standard value."""

from __future__ import annotations

import pyarrow as pa
import pytest

from lfs_migration import catalog, frames
from lfs_migration.harmonise.mapping import UNPLACED, Target, apply, recoder, renamer
from lfs_migration.model.country import Derive, File, Fixed, Join, Recode, Rename
from lfs_migration.model.dataset import Source

CODEBOOK = catalog.load_codebook()
CSV = File(path="x.csv", format="csv")
SOURCE = Source("x", "x.csv", "", 0)


def rename(variable, value, *, decimal=".", **kind):
    file = File(path="x.csv", format="csv", decimal=decimal)
    return renamer(Rename(column="x", **kind), Target.of(CODEBOOK, variable), file)(value)


def column(mapping, values, variable="em_sex", source=SOURCE):
    return apply(mapping, frames.frame({"x": values}), Target.of(CODEBOOK, variable), CSV, source)


@pytest.mark.parametrize(
    ("variable", "value", "result"),
    [
        ("em_age", "24", 24), ("em_age", "024", 24), ("em_age", " 24 ", 24), ("em_age", 24.0, 24),
        ("em_age", "24.0", 24),
        ("em_age", "24.5", UNPLACED), ("em_age", "x", UNPLACED), ("em_age", "", UNPLACED), ("em_age", "nan", UNPLACED),
        ("em_age", "inf", UNPLACED), ("em_age", "2_4", UNPLACED), ("em_age", "٢٤", 24), ("em_age", "۲۴", 24),
        ("em_age", "๒๔", 24), ("w_hh", "0.5", 0.5), ("w_hh", "1e3", 1000.0), ("w_hh", "١٢.٥", 12.5),
        ("em_rem_cash", "-1", -1.0), ("hh_id", "007", "007"), ("hh_id", 7, "7"), ("hh_id", 7.0, "7"),
        ("hh_id", " a ", "a"), ("hh_id", 1e15, "1000000000000000"), ("em_dest", "RUS", "RUS"),
        ("em_dest", "rus", UNPLACED),
        ("em_dest", "ZZ9", UNPLACED), ("em_sex", 1, 1), ("em_sex", 3, UNPLACED),
    ],
)  # fmt: skip
def test_a_value_taken_as_it_is(variable, value, result):
    found = rename(variable, value)
    assert found is result if result is UNPLACED else (found, type(found)) == (result, type(result))


@pytest.mark.parametrize("code", [995, 997, 998, 999])
def test_a_reserved_code_that_the_map_does_not_name_is_not_an_answer(code):
    assert rename("em_age", code) is UNPLACED


def test_a_named_missing_code_becomes_the_codebooks():
    assert rename("em_age", "99", missing={"99": "dont_know"}) == 997


def test_a_number_names_a_missing_code_by_value():
    assert rename("em_age", 99.0, missing={99: "refused"}) == 998


@pytest.mark.parametrize(
    ("value", "result"),
    [("1,5", 1.5), ("1.5", UNPLACED), ("1.234,5", UNPLACED), ("12", 12.0), (1.5, 1.5), ("1,2,3", UNPLACED)],
)
def test_a_decimal_comma(value, result):
    assert rename("w_hh", value, decimal=",") == result


def test_a_comma_is_no_decimal_mark_where_none_is_declared():
    assert rename("w_hh", "1,5") is UNPLACED


def test_buddhist_years_lose_543():
    assert rename("em_dep_year", "2551", calendar="buddhist") == 2008


def test_a_missing_buddhist_year_is_not_shifted():
    assert rename("em_dep_year", "9999", calendar="buddhist", missing={"9999": "not_stated"}) == 9999


def test_text_codes_match_exactly_and_numbers_by_value():
    to_code = recoder(Recode(column="x", codes={"01": 1, 2: 2}), Target.of(CODEBOOK, "em_sex"))
    assert [to_code(value) for value in ("01", 2, 2.0, "2")] == [1, 2, 2, 2]
    assert [to_code(value) for value in ("1", 1, "02", "2.0", " 2")] == [UNPLACED] * 5


def test_a_skip_becomes_empty():
    to_code = recoder(Recode(column="x", codes={1: 1}, skip=(8,)), Target.of(CODEBOOK, "em_sex"))
    assert to_code(8) is None


def test_an_empty_value_stays_empty_and_an_unnamed_one_is_uncodable_with_its_rows():
    mapped = column(Recode(column="x", codes={"1": 1, "2": 2}), ["1", None, "7", "2", "7"])
    assert mapped.values.to_pylist() == [1, None, 95, 2, 95]
    assert {value: rows.tolist() for value, rows in mapped.unplaced.items()} == {"7": [2, 4]}


def test_where_a_variable_has_no_uncodable_code_the_value_is_empty_and_still_listed():
    mapped = column(Rename(column="x"), ["abc", "3"], "em_no")
    assert mapped.values.to_pylist() == [None, 3]
    assert list(mapped.unplaced) == ["abc"]


def test_a_column_that_is_empty_throughout_keeps_the_variables_type():
    mapped = column(Rename(column="x"), pa.array([None, None]), "em_age")
    assert mapped.values.to_pylist() == [None, None]
    assert mapped.values.type == pa.int64()


def test_a_fixed_value_is_given_to_every_row():
    assert column(Fixed(value=1), ["a", "b"]).values.to_pylist() == [1, 1]


def test_parts_of_an_identifier_are_padded_and_joined():
    native = frames.frame({"a": [1, 11, None], "b": ["11", "1", "1"]})
    mapped = apply(Join(columns=("a", "b"), widths=(2, 2)), native, Target.of(CODEBOOK, "hh_id"), CSV, SOURCE)
    assert mapped.values.to_pylist() == ["01-11", "11-01", None]


def test_a_part_of_an_identifier_held_as_a_float_is_the_same():
    native = frames.frame({"a": [1.0, 2.0]})
    mapped = apply(Join(columns=("a",), widths=(3,)), native, Target.of(CODEBOOK, "hh_id"), CSV, SOURCE)
    assert mapped.values.to_pylist() == ["001", "002"]


def test_a_computation_has_the_variables_type():
    mapped = apply(
        Derive(compute="number(x) / 2"), frames.frame({"x": ["4", None]}), Target.of(CODEBOOK, "em_age"), CSV, SOURCE
    )
    assert mapped.values.to_pylist() == [2, None]
    assert mapped.values.type == pa.int64()


def test_a_computed_identifier_is_text():
    mapped = apply(Derive(compute="x * 10"), frames.frame({"x": [1.0]}), Target.of(CODEBOOK, "hh_id"), CSV, SOURCE)
    assert mapped.values.to_pylist() == ["10"]


@pytest.mark.parametrize("declared", [(98, 99), ((90, 99),), ((98, 98), 99)])
def test_a_value_that_the_file_declares_missing_is_no_answer_unless_the_map_names_it(declared):
    source = Source("x", "x.sav", "", 3, user_missing={"x": declared})
    mapped = column(Rename(column="x", missing={99: "not_stated"}), [20, 98, 99], "em_age", source)
    assert mapped.values.to_pylist() == [20, 995, 999]
    assert {value: rows.tolist() for value, rows in mapped.unplaced.items()} == {"98": [1]}


def test_a_text_that_number_cannot_read_has_no_place_and_stops_nothing():
    target = Target.of(CODEBOOK, "w_hh")
    native = frames.frame({"weight": ["39", "4,5", "many", None, "٧٨"]})
    file = File(path="x.csv", format="csv", decimal=",")
    result = apply(Derive(compute="number(weight) / 3.9"), native, target, file, Source("x", "x.csv", "", 5))
    assert [None if v is None else round(v, 3) for v in result.values.to_pylist()] == [10.0, 1.154, None, None, 20.0]
    assert {value: rows.tolist() for value, rows in result.unplaced.items()} == {"many": [2]}
