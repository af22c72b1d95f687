"""Rules that set the rows of a household, or of a group, against each other."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from small_module import ended, judge, records, rule, told

from lfs_migration.errors import DataError

PARENT = rule("pair", first="relation == 1", other="relation == 3", check="age - other.age >= 12", variables=("age",))
SPOUSE = rule("pointer", variable="spouse", mutual=True, check="sex != other.sex")
LINES = rule("sequence", variable="no")
SAME = rule("constant", of=("a",))


def person(no, home="h", **answers):
    return {"hh": home, "no": no, **answers}


def family(head, *children):
    rows = [person(1, relation=1, age=head), *(person(i, relation=3, age=age) for i, age in enumerate(children, 2))]
    return records(person=rows)


# Pair


@pytest.mark.parametrize(
    ("head", "children", "expected"),
    [
        (40, (3, 28), ([], 1, 0)),
        (20, (18,), ([0], 0, 0)),
        (20, (3, 18), ([0], 0, 0)),
        (40, (3, None), ([], 0, 1)),
        (40, (3, 98), ([], 0, 1)),
        (None, (3,), ([], 0, 1)),
        (20, (None, 18), ([0], 0, 0)),
        (40, (), ([], 0, 0)),
    ],
)
def test_a_row_fails_with_any_other_and_is_unknown_with_some(head, children, expected):
    assert ended(PARENT, family(head, *children)) == expected


def test_a_pair_shows_both_rows_with_their_lines():
    assert told(PARENT, family(20, 18)) == ["age 20 (line 1), 18 (line 2)"]
    assert told(PARENT, family(20, 3, 18, 19)) == ["age 20 (line 1), 18 (line 3), 19 (line 4)"]
    assert told(PARENT, family(20, *[19] * 7))[0].endswith("19 (line 6), and 2 more")


def test_without_variables_a_pair_shows_those_of_its_check_each_of_its_side():
    one = rule("pair", first="True", other="True", check="not (relation == 1 and other.sex == 2)")
    rows = [person(1, relation=1, sex=1), person(2, relation=3, sex=2)]
    assert told(one, records(person=rows)) == ["relation 1 (line 1); sex 2 (line 2)"]


def test_a_row_is_not_set_against_itself_nor_against_other_households():
    one = rule("pair", first="relation == 1", other="relation == 1", check="False")
    alone = [person(1, "h1", relation=1), person(1, "h2", relation=1)]
    assert ended(one, records(person=alone)) == ([], 0, 0)
    assert ended(one, records(person=[*alone, person(2, "h2", relation=1)])) == ([1, 2], 0, 0)


def test_another_row_that_may_be_meant_makes_unknown_and_never_fails():
    rows = [person(1, relation=1, age=20), person(2, relation=98, age=18)]
    assert ended(PARENT, records(person=rows)) == ([], 0, 1)
    rows[1]["age"] = 2
    assert ended(PARENT, records(person=rows)) == ([], 1, 0)


def test_a_row_without_a_household_is_unknown_and_one_without_a_parent_row_is_judged():
    rows = [person(1, None, relation=1, age=20), person(2, None, relation=3, age=18)]
    assert ended(PARENT, records(person=rows)) == ([], 0, 1)
    rows = [person(1, "gone", relation=1, age=20), person(2, "gone", relation=3, age=18)]
    assert ended(PARENT, records(person=rows, household=[{"hh": "h"}])) == ([0], 0, 0)


def test_groups_attributes_counts_and_reasons_of_the_other_row():
    rows = [person(1, relation=1, a=98), person(2, relation=3, a=1), person(3, relation=3, a=99)]
    held = records(person=rows, household=[{"hh": "h", "month": 4}])

    def failing(check):
        return ended(rule("pair", first="relation == 1", other="relation == 3", check=check), held)

    assert failing('group(other.relation) == "child" and group(relation) == "head"') == ([], 1, 0)
    assert failing('lookup(other.relation, "kin") == "head"') == ([0], 0, 0)
    assert failing("refused(a) and not missing(other.a)") == ([0], 0, 0)
    assert failing("refused(a) and not refused(other.a)") == ([], 1, 0)
    assert failing("other.month == month") == ([], 1, 0)
    one = rule("pair", record="household", first="True", other="True", check="count(person, relation == 3) == 2")
    assert ended(one, records(person=rows, household=[{"hh": "h"}, {"hh": "h"}])) == ([1], 1, 0)


def test_a_household_too_large_to_be_one_is_unknown_and_the_others_are_judged():
    rows = [person(i, "all", relation=1 if i <= 600 else 3, age=20) for i in range(1, 1201)]
    rows += [person(1, "h", relation=1, age=20), person(2, "h", relation=3, age=18)]
    assert ended(PARENT, records(person=rows)) == ([1200], 0, 600)


def test_empty_records_have_nothing_to_judge():
    for one in (PARENT, SPOUSE, LINES, SAME):
        assert ended(one, records()) == ([], 0, 0)


def truth(value):
    return {True: 1, False: 0, None: -1}[value]


def naive_pair(rows):
    """Judge the rule of the test below, row by row."""
    failed, passed, unknown = [], 0, 0
    for i, one in enumerate(rows):
        if one["relation"] != 1:
            continue
        if one["hh"] is None:
            unknown += 1
            continue
        seen = []
        for j, other in enumerate(rows):
            if i == j or other["hh"] != one["hh"] or other["sex"] == 1:
                continue
            ages = one["age"], other["age"]
            good = -1 if None in ages or 98 in ages else int(ages[0] - ages[1] >= 12)
            seen.append(-1 if good == 0 and other["sex"] in (None, 98) else good)
        if 0 in seen:
            failed.append(i)
        elif -1 in seen:
            unknown += 1
        elif seen:
            passed += 1
    return failed, passed, unknown


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.fixed_dictionaries({
            "hh": st.sampled_from(["h1", "h2", "h3", None]),
            "no": st.integers(1, 4),
            "relation": st.sampled_from([1, 2, None]),
            "sex": st.sampled_from([1, 2, None, 98]),
            "age": st.sampled_from([5, 16, 17, 30, None, 98]),
        }),
        max_size=14,
    )
)  # fmt: skip
def test_pairs_are_those_of_a_loop_over_all_rows(rows):
    one = rule("pair", first="relation == 1", other="sex != 1", check="age - other.age >= 12")
    assert ended(one, records(person=rows)) == naive_pair(rows)


# Pointer


def couple(*spouses, **answers):
    rows = [person(no, sex=2 - no % 2, spouse=spouse) for no, spouse in enumerate(spouses, 1)]
    for name, values in answers.items():
        for row, value in zip(rows, values, strict=True):
            row[name] = value
    return records(person=rows)


@pytest.mark.parametrize(
    ("held", "expected", "shown"),
    [
        (couple(2, 1, None), ([], 2, 0), []),
        (couple(3, None), ([0], 0, 0), ["spouse 3: no person of the household has this line"]),
        (couple(1, None), ([0], 0, 0), ["spouse 1: the row itself"]),
        (couple(2, 3, 2), ([0], 2, 0), ["spouse 2: line 2 has spouse 3"]),
        (couple(2, None), ([0], 0, 0), ["spouse 2: line 2 has spouse empty"]),
        (couple(2, 98), ([], 0, 2), []),
        (couple(98, None), ([], 0, 1), []),
        (couple(2, 1, sex=[1, 1]), ([0, 1], 0, 0),
         ["spouse 2: sex 1 (line 1), 1 (line 2)", "spouse 1: sex 1 (line 2), 1 (line 1)"]),
        (couple(2, 3, 1, sex=[1, 1, 2]), ([0, 1, 2], 0, 0),
         ["spouse 2: line 2 has spouse 3; sex 1 (line 1), 1 (line 2)", "spouse 3: line 3 has spouse 1",
          "spouse 1: line 1 has spouse 2"]),
        (couple(2, 1, sex=[1, None]), ([], 0, 2), []),
        (couple(2, 1, 1, no=[1, 2, 2], sex=[1, 2, 2]), ([], 2, 1), []),
    ],
)  # fmt: skip
def test_where_a_line_number_points_to(held, expected, shown):
    assert ended(SPOUSE, held) == expected
    assert told(SPOUSE, held) == shown


def test_a_line_that_nobody_has_may_be_that_of_a_row_without_one():
    rows = [person(1, spouse=5), person(None)]
    assert ended(SPOUSE, records(person=rows)) == ([], 0, 1)
    alone = [person(None, spouse=5)]
    assert ended(SPOUSE, records(person=alone)) == ([0], 0, 0)


def test_a_row_without_a_household_or_of_none_in_the_data_points_to_what_is_not_known():
    rows = [person(1, None, spouse=2), person(2, None, spouse=1), person(1, "gone", spouse=7)]
    assert ended(SPOUSE, records(person=rows, household=[{"hh": "h"}])) == ([], 0, 3)


def test_a_line_number_of_another_record():
    one = rule("pointer", record="emigrant", variable="reporter", to="person", check="other.age >= 15")
    rows = [person(1, age=40), person(2, age=9), person(3)]
    emigrants = [{"hh": "h", "em": i, "reporter": line} for i, line in enumerate([1, 2, 3, 4, None, 99], 1)]
    held = records(person=rows, emigrant=emigrants)
    assert ended(one, held) == ([1, 3], 1, 2)
    assert told(one, held) == ["reporter 2: age 9 (line 2)", "reporter 4: no person of the household has this line"]


def test_line_numbers_cannot_be_of_what_has_none():
    with pytest.raises(DataError, match="The rows of household have no line number"):
        judge(rule("pointer", record="emigrant", variable="reporter", to="household"), records())
    with pytest.raises(ValidationError, match="the rows of person cannot point back"):
        rule("pointer", record="emigrant", variable="reporter", to="person", mutual=True)


def naive_pointer(rows, homes):
    """Judge the rule SPOUSE row by row."""
    failed, passed, unknown = [], 0, 0
    for i, one in enumerate(rows):
        if one["spouse"] is None:
            continue
        there = [j for j, other in enumerate(rows) if other["hh"] == one["hh"] and other["no"] == one["spouse"]]
        nameless = [
            j for j, other in enumerate(rows) if j != i and other["hh"] == one["hh"] and other["no"] in (None, 98)
        ]
        if one["hh"] not in homes or one["spouse"] == 98 or len(there) > 1 or (not there and nameless):
            unknown += 1
        elif not there or there == [i]:
            failed.append(i)
        else:
            other = rows[there[0]]
            back = -1 if 98 in (other["spouse"], one["no"]) or one["no"] is None else other["spouse"] == one["no"]
            back = 0 if other["spouse"] is None else back
            sexes = {one["sex"], other["sex"]}
            check = -1 if sexes & {None, 98} else len(sexes) == 2
            failed += [i] if 0 in (back, check) else []
            unknown += 0 not in (back, check) and -1 in (back, check)
            passed += back == check == 1
    return failed, passed, unknown


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.fixed_dictionaries({
            "hh": st.sampled_from(["h1", "h2", "gone", None]),
            "no": st.sampled_from([1, 2, 3, 4, 5, None, 98]),
            "spouse": st.sampled_from([1, 2, 3, 7, None, 98]),
            "sex": st.sampled_from([1, 2, 1, 2, None, 98]),
        }),
        max_size=10,
    ),
    st.booleans(),
)  # fmt: skip
def test_pointers_are_those_of_a_loop_over_all_rows(rows, all_there):
    homes = ["h1", "h2", "gone"] if all_there else ["h1", "h2"]
    held = records(person=rows, household=[{"hh": home} for home in homes])
    assert ended(SPOUSE, held) == naive_pointer(rows, homes)


# Sequence


@pytest.mark.parametrize(
    ("numbers", "expected", "shown"),
    [
        ([1, 2, 3], ([], 3, 0), []),
        ([3, 1, 2], ([], 3, 0), []),
        ([1, 2, 4, 5], ([2], 3, 0), ["no 4: no 3 before it"]),
        ([2, 3], ([0], 1, 0), ["no 2: no 1 before it"]),
        ([1, 2, 2, 3], ([1, 2], 2, 0), ["no 2: another row has it too"] * 2),
        ([0, 1, 2], ([0], 2, 0), ["no 0: not a line number"]),
        ([1, None, 3], ([], 1, 2), []),
        ([1, 99, 3], ([], 1, 2), []),
        ([1, None, 3, 3], ([2, 3], 1, 1), ["no 3: another row has it too"] * 2),
        ([4, 4], ([0, 1], 0, 0), ["no 4: another row has it too"] * 2),
        ([1], ([], 1, 0), []),
    ],
)
def test_line_numbers_run_from_one(numbers, expected, shown):
    held = records(person=[person(no) for no in numbers])
    assert ended(LINES, held) == expected
    assert told(LINES, held) == shown


def test_each_household_has_its_own_line_numbers():
    rows = [person(1, "h1"), person(3, "h2"), person(2, "h1"), person(1, "h2"), person(1, None)]
    assert ended(LINES, records(person=rows)) == ([1], 3, 1)


def test_only_the_rows_that_a_sequence_is_about_are_in_it():
    one = rule("sequence", variable="no", when="relation != 2")
    rows = [person(1, relation=1), person(2, relation=2), person(3, relation=3)]
    assert ended(one, records(person=rows)) == ([2], 1, 0)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["h1", "h2", None]), st.sampled_from([0, 1, 1, 2, 2, 3, None, 98])), max_size=8)
)
def test_sequences_are_those_of_a_loop_over_all_rows(lines):
    failed, passed, unknown = [], 0, 0
    for i, (home, no) in enumerate(lines):
        others = [other for j, (there, other) in enumerate(lines) if there == home is not None and j != i]
        known = no not in (None, 98)
        follows = home is None or no == 1 or (known and no - 1 in others and no > 1)
        if known and (no < 1 or (home is not None and no in others)):
            failed.append(i)
        elif not known or home is None or (not follows and {None, 98} & set(others)):
            unknown += 1
        elif follows:
            passed += 1
        else:
            failed.append(i)
    assert ended(LINES, records(person=[person(no, home) for home, no in lines])) == (failed, passed, unknown)


# Constant


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([1, 1, 1], ([], 3, 0)),
        ([1, 2, 1], ([1], 2, 0)),
        ([1, 2], ([0, 1], 0, 0)),
        ([1, 1, 2, 2, 3], ([0, 1, 2, 3, 4], 0, 0)),
        ([1, None, 1], ([], 2, 1)),
        ([1, 98, 2, 1], ([2], 2, 1)),
        ([None, None], ([], 0, 2)),
        ([7], ([], 1, 0)),
    ],
)
def test_rows_fail_that_are_not_like_most_of_their_group(answers, expected):
    held = records(person=[person(i, a=answer) for i, answer in enumerate(answers, 1)])
    assert ended(SAME, held) == expected


def test_a_group_is_shown_with_how_often_it_gave_each_answer():
    held = records(person=[person(i, a=answer, b=1) for i, answer in enumerate([6, 6, 5], 1)])
    assert told(rule("constant", of=("a", "b")), held) == ["a 5; rows of its group: 2 with 6, 1 with 5"]


def test_groups_are_made_by_variables_of_the_row_and_of_its_parent():
    homes = [{"hh": "h1", "region": 1}, {"hh": "h2", "region": 1}, {"hh": "h3", "region": None}]
    rows = [person(1, "h1", a=1), person(2, "h1", a=1), person(1, "h2", a=2), person(1, "h3", a=9)]
    held = records(person=rows, household=homes)
    assert ended(rule("constant", of=("a",), within=("region",)), held) == ([2], 2, 1)
    assert ended(rule("constant", of=("a",), within=("region", "no")), held) == ([0, 2], 1, 1)


def test_a_text_may_be_what_is_constant():
    held = records(person=[person(1, name="A"), person(2, name="A"), person(3, name="B")])
    assert ended(rule("constant", of=("name",)), held) == ([2], 2, 0)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["h1", "h2"]), st.sampled_from([1, 2, 3, None])), max_size=12))
def test_the_constant_answer_is_that_of_a_count(answers):
    rows = [person(i, home, a=a) for i, (home, a) in enumerate(answers)]
    failed = []
    for i, (home, a) in enumerate(answers):
        counts = np.bincount([other for at, other in answers if at == home and other is not None], minlength=4)
        if a is not None and ((counts == counts.max()).sum() > 1 or counts[a] < counts.max()):
            failed.append(i)
    blank = sum(a is None for _, a in answers)
    assert ended(SAME, records(person=rows)) == (failed, len(rows) - blank - len(failed), blank)
