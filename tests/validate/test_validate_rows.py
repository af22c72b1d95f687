"""Rules of one row: each kind passes, fails, and has no opinion."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_module import judge, records, rule


def people(*rows):
    return records(person=[{"hh": "a", "no": number, **row} for number, row in enumerate(rows, start=1)])


def result(one, held):
    judged = judge(one, held)
    return judged.failed.tolist(), judged.passed, judged.unknown


def test_a_condition_passes_fails_and_is_unknown():
    held = people({"age": 20}, {"age": 5}, {"age": 98}, {}, {"age": 3, "sex": 1})
    assert result(rule("condition", check="age >= 15"), held) == ([1, 4], 1, 2)
    assert result(rule("condition", when="sex == 1", check="age >= 15"), held) == ([4], 0, 0)


AGES = ({"relation": 1, "age": 14}, {"relation": 1, "age": 15}, {"relation": 3, "age": 80}, {"relation": 2, "age": 1},
        {"relation": 1, "age": 99}, {"age": 200}, {"relation": 98, "age": 3})  # fmt: skip


def test_limits_hang_on_another_answer():
    one = rule("bounds", variable="age", by="relation", limits={1: (15, None), 3: (0, 70)})
    assert result(one, people(*AGES)) == ([0, 2], 1, 3)


def test_codes_without_limits_have_those_of_the_others():
    one = rule("bounds", variable="age", by="relation", limits={1: (15, None)}, otherwise=(10, 70))
    assert result(one, people(*AGES)) == ([0, 2, 3], 1, 3)


def test_one_pair_of_limits_for_all():
    one = rule("bounds", variable="age", when="no > 1", otherwise=(None, 90))
    assert result(one, people(*AGES)) == ([5], 4, 1)


def test_limits_of_nobody():
    one = rule("bounds", variable="age", by="relation", limits={2: (1, 2)})
    assert result(one, people()) == ([], 0, 0)
    assert result(one, people({"relation": 1, "age": 5})) == ([], 0, 0)


@pytest.mark.parametrize(("refusals", "failed"), [(True, [1]), (False, [1, 2])])
def test_answers_that_must_be_there(refusals, failed):
    held = people({"a": 1, "b": 2}, {"a": 1}, {"a": 98, "b": 1})
    one = rule("required", of=("a", "b"), refusals=refusals)
    assert result(one, held) == (failed, 3 - len(failed), 0)
    assert [judge(one, held).values[i] for i in range(len(failed))] == ["b", "a"][: len(failed)]


def test_the_same_answer_to_all_questions_of_a_block():
    rows = ({"a": 2, "b": 2, "c": 2}, {"a": 2, "b": 2, "c": 3}, {"a": 2, "b": 2}, {"a": 2, "b": 2, "c": 2, "d": 98},
            {"b": 1, "c": 1, "d": 1}, {})  # fmt: skip
    assert result(rule("straight", of=("a", "b", "c", "d")), people(*rows)) == ([0, 3, 4], 1, 2)
    assert result(rule("straight", of=("a", "b", "c", "d"), least=4), people(*rows)) == ([], 0, 6)


@pytest.mark.parametrize("coded", [True, False])
@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(st.sampled_from([1, 2, 300, None, 98, 99]), min_size=4, max_size=4), max_size=8))
def test_straight_answers_are_those_of_a_loop_over_all_rows(coded, answers):
    failed, passed, unknown = [], 0, 0
    for i, given_ in enumerate(answers):
        known = [answer for answer in given_ if answer not in (None, 98, 99)]
        failed += [i] if len(known) >= 3 and len({*known}) == 1 else []
        passed += len(known) >= 3 and len({*known}) > 1
        unknown += len(known) < 3
    held = people(*(dict(zip("abcd", given_, strict=True)) for given_ in answers))
    if not coded:
        held.coded = lambda name, record: None
    assert result(rule("straight", of=("a", "b", "c", "d")), held) == (failed, passed, unknown)


def test_a_block_with_more_different_answers_than_a_byte_holds():
    rows = [{"a": i, "b": i, "c": i} for i in range(100, 500)] + [{"a": 1, "b": 1, "c": 257}]
    assert result(rule("straight", of=("a", "b", "c")), people(*rows)) == ([*range(400)], 1, 0)
