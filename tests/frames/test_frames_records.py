"""Expressions over records: parents, children, missing codes, groups and lookups."""

from __future__ import annotations

import pyarrow as pa
import pytest

from lfs_migration import frames
from lfs_migration.catalog import load_codebook
from lfs_migration.errors import ExpressionError, NotFound
from lfs_migration.model.dataset import Dataset

HOUSEHOLD = {"hh_id": ["a", "b", "c"], "urban": [1, 2, 99]}
EMIGRANT = {
    "hh_id": ["b", "a", "b", "z"],
    "em_no": [1, 1, 2, 1],
    "em_sex": pa.array([1, 2, None, 1]),
    "em_age": pa.array([30, 997, None, 15]),
    "em_dest": ["TWN", "XEU", "ZZ9", "ARE"],
    "em_reason": [1, 61, 99, 7],
    "em_rem_cash": pa.array([100.0, 999999998.0, 50.0, 1.0]),
}


@pytest.fixture
def records():
    return frames.Records(
        Dataset({"household": frames.frame(HOUSEHOLD), "emigrant": frames.frame(EMIGRANT)}, load_codebook())
    )


def answer(records, text, record="emigrant"):
    return records.values(text, record).to_pylist()


def test_a_child_sees_its_parents_variables(records):
    assert answer(records, "urban") == [2, 1, 2, None]


def test_a_missing_code_is_unknown_in_an_expression(records):
    assert answer(records, "em_age >= 15") == [True, None, None, True]


def test_a_missing_code_of_the_parent_is_unknown_for_the_child(records):
    assert answer(records, "urban == 1", "household") == [True, False, None]


@pytest.mark.parametrize(
    ("function", "result"),
    [
        ("answered", [True, False, False, True]),
        ("blank", [False, False, True, False]),
        ("missing", [False, True, False, False]),
        ("dont_know", [False, True, False, False]),
        ("refused", [False, False, False, False]),
        ("not_stated", [False, False, False, False]),
        ("uncodable", [False, False, False, False]),
    ],
)
def test_why_an_answer_is_missing(records, function, result):
    assert answer(records, f"{function}(em_age)") == result


def test_a_group_is_that_of_the_code(records):
    assert answer(records, "group(em_reason)") == ["work", "family", None, "forced"]


def test_a_lookup_is_an_attribute_of_the_code(records):
    assert answer(records, "lookup(em_dest, 'subregion')") == ["030", "XEU", None, "145"]


def test_a_lookup_of_no_attribute_is_unknown(records):
    assert answer(records, "lookup(em_dest, 'nothing')") == [None] * 4


def test_a_parent_counts_its_children(records):
    assert answer(records, "count(emigrant)", "household") == [1, 2, 0]


def test_counting_with_an_unknown_condition_is_unknown(records):
    assert answer(records, "count(emigrant, em_sex == 1)", "household") == [0, None, 0]


def test_any_is_true_when_one_child_is_and_unknown_when_only_the_unknown_could_be(records):
    assert answer(records, "any(emigrant, em_sex == 1)", "household") == [False, True, False]
    assert answer(records, "any(emigrant, em_sex == 2)", "household") == [True, None, False]


def test_a_total_over_children_is_unknown_where_one_is(records):
    assert answer(records, "total(emigrant, em_rem_cash)", "household") == [None, 150, 0]


def test_an_orphan_is_counted_by_nobody(records):
    assert sum(answer(records, "count(emigrant)", "household")) == 3


def test_truth_is_one_zero_or_minus_one(records):
    assert records.truth("em_sex == 1", "emigrant").tolist() == [1, 0, -1, 1]


def test_an_empty_condition_is_true_of_all(records):
    assert records.truth("", "household").tolist() == [1, 1, 1]


def test_a_condition_that_is_a_number_is_refused(records):
    with pytest.raises(ExpressionError, match=r"'em_no' is not a condition. Its values are int64"):
        records.truth("em_no", "emigrant")


def test_types_that_do_not_go_together_are_an_error(records):
    for text in ("em_age == 'x'", "em_age in ['x']", "em_dest + 1 > 2", "not em_age"):
        with pytest.raises(ExpressionError, match=r"Cannot compute"):
            records.values(text, "emigrant")


def test_an_unknown_variable_gets_near_matches(records):
    with pytest.raises(NotFound, match=r"No variable 'em_sx' in the emigrant record. Did you mean 'em_sex'"):
        records.values("em_sx == 1", "emigrant")


def test_a_parent_does_not_see_its_childrens_variables(records):
    with pytest.raises(NotFound, match=r"No variable 'em_sex' in the household record"):
        records.values("em_sex == 1", "household")


@pytest.mark.parametrize("text", ["count(person)", "any(household)", "count(hamster)"])
def test_counting_what_is_not_a_child_record_is_an_error(records, text):
    with pytest.raises(ExpressionError, match=r"is not a record under household"):
        records.values(text, "household")


def test_counting_without_a_codebook_is_an_error():
    plain = frames.Records(Dataset({"data": frames.frame({"x": [1]})}))
    with pytest.raises(ExpressionError, match=r"'child' is not a record under data"):
        plain.values("count(child)", "data")


def test_a_factor_leaves_missing_codes_out(records):
    codes, levels = records.factor("em_age", "emigrant")
    assert (codes.tolist(), levels) == ([1, -1, -1, 0], [15, 30])


def test_a_new_variable_is_seen_by_later_expressions(records):
    assert records.truth("em_no == 1", "emigrant").tolist() == [1, 1, 0, 1]
    records.add("emigrant", "em_no", [2, 2, 2, 2])
    assert records.truth("em_no == 1", "emigrant").tolist() == [0, 0, 0, 0]


def test_the_record_of_a_shared_key_is_the_one_that_owns_it(records):
    assert records.record_of("hh_id") == "household"


def test_a_constant_is_given_to_every_row(records):
    assert answer(records, "1 + 1") == [2, 2, 2, 2]


def test_a_constant_on_no_rows_is_empty():
    empty = frames.Records(Dataset({"data": frames.frame({"x": pa.array([], pa.int64())})}))
    assert empty.values("1", "data").to_pylist() == []
    assert empty.truth("x > 1", "data").tolist() == []


def test_an_expression_as_deep_as_allowed_works_on_a_frame(records):
    text = "1 if em_no == 9 else " * 28 + "2"
    assert answer(records, text) == [2, 2, 2, 2]
