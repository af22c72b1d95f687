"""Rules that set a round against the one before."""

from __future__ import annotations

import pytest
from small_module import ended, judge, records, rule, told

from lfs_migration.errors import DataError

SEX = rule("round", check="sex == before.sex")
OLDER = rule("round", check="age - before.age in [0, 1, 2]", variables=("age",))
SHARE = rule("change", share="a == 1", by=("region",), limit=0.25, least=2)


def person(no, home="h", **answers):
    return {"hh": home, "no": no, **answers}


# Round


@pytest.mark.parametrize(
    ("now", "then", "expected"),
    [
        ([person(1, sex=1)], [person(1, sex=1)], ([], 1, 0)),
        ([person(1, sex=1)], [person(1, sex=2)], ([0], 0, 0)),
        ([person(1, sex=1)], [person(1, sex=98)], ([], 0, 1)),
        ([person(1, sex=None)], [person(1, sex=2)], ([], 0, 1)),
        ([person(2, sex=1)], [person(1, sex=2)], ([], 0, 0)),
        ([], [person(1, sex=2)], ([], 0, 0)),
        ([person(1, sex=1)], [], ([], 0, 0)),
        ([], [], ([], 0, 0)),
        ([person(1, sex=1)], [person(1, sex=2)] * 2, ([], 0, 1)),
        ([person(1, sex=1)] * 2, [person(1, sex=2)], ([], 0, 2)),
        ([person(None, sex=1)], [person(1, sex=2)], ([], 0, 1)),
        ([person(1, "h2", sex=1), person(1, "h1", sex=2)], [person(1, "h1", sex=1), person(1, "h2", sex=2)],
         ([0, 1], 0, 0)),
    ],
)  # fmt: skip
def test_a_row_is_judged_by_the_one_with_its_key_in_the_round_before(now, then, expected):
    assert ended(SEX, records(person=now), records(person=then)) == expected


def test_both_rounds_are_shown():
    now, then = [person(1, sex=1, age=50)], [person(1, sex=2, age=40)]
    assert told(SEX, records(person=now), records(person=then)) == ["sex 1, before 2"]
    assert told(OLDER, records(person=now), records(person=then)) == ["age 50, before 40"]


def test_rows_may_be_found_by_other_variables_than_their_key():
    one = rule("round", on=("name",), check="sex == before.sex")
    now, then = [person(1, name="A", sex=1), person(2, name=None, sex=1)], [person(7, "g", name="A", sex=2)]
    assert ended(one, records(person=now), records(person=then)) == ([0], 0, 1)


def test_only_the_rows_that_a_rule_is_about_are_judged():
    one = SEX.model_copy(update={"when": "age >= 15"})
    now = [person(1, sex=1, age=10), person(2, sex=1, age=20)]
    then = [person(1, sex=2, age=20), person(2, sex=2, age=19)]
    assert ended(one, records(person=now), records(person=then)) == ([1], 0, 0)


def test_groups_and_parents_of_the_row_before():
    one = rule("round", check='group(before.relation) == "head" and before.month != month')
    now = records(person=[person(1)], household=[{"hh": "h", "month": 7}])
    assert ended(one, now, records(person=[person(1, relation=1)], household=[{"hh": "h", "month": 4}])) == ([], 1, 0)
    assert ended(one, now, records(person=[person(1, relation=3)], household=[{"hh": "h", "month": 4}])) == ([0], 0, 0)
    assert ended(one, now, records(person=[person(1, relation=1)], household=[{"hh": "h", "month": 7}])) == ([0], 0, 0)


@pytest.mark.parametrize("one", [SEX, SHARE])
def test_without_a_round_before_there_is_nothing_to_judge_by(one):
    with pytest.raises(DataError, match=r"no person record of a round before.*--before FOLDER"):
        judge(one, records(person=[person(1, sex=1)]))


# Change


def homes(*regions):
    return [{"hh": f"h{i}", "region": region} for i, region in enumerate(regions)]


def survey(*groups):
    """Make a person for each answer to `a`, in the region that stands with it."""
    regions = [region for region, _ in groups]
    return records(person=[person(1, f"h{i}", a=a) for i, (_, a) in enumerate(groups)], household=homes(*regions))


def test_a_share_that_moved_further_than_the_limit_fails_and_shows_both_rounds():
    now = survey((1, 1), (1, 1), (1, 2), (1, 98), (2, 1), (2, 2), (7, 1), (None, 1))
    then = survey((1, 1), (1, 2), (1, 2), (1, 2), (2, 1), (2, 2), (3, 1), (3, 1))
    judged = judge(SHARE, now, then)
    assert (len(judged.failed), judged.passed, judged.unknown) == (0, 1, 2)
    assert [(one.group, one.variable, one.value) for one in judged.patterns] == [
        ({"region": "1"}, "a", "66.7 % (2 of 3), before 25.0 % (1 of 4)")
    ]


def test_a_share_that_moved_by_the_limit_passes():
    one = rule("change", share="a == 1", limit=0.1, least=10)
    then = survey(*[(1, 1)] * 3, *[(1, 2)] * 7)
    now = survey(*[(1, 1)] * 4, *[(1, 2)] * 6)  # 0.4 - 0.3 is above 0.1 in binary
    assert judge(one, now, then).patterns == ()
    assert len(judge(one.model_copy(update={"limit": 0.09}), now, then).patterns) == 1


def test_small_groups_are_unknown_in_either_round():
    large, small = survey(*[(1, 1)] * 4), survey((1, 2))
    for now, then in ((large, small), (small, large)):
        judged = judge(SHARE, now, then)
        assert (judged.patterns, judged.passed, judged.unknown) == ((), 0, 1)


def test_a_change_is_of_the_rows_that_the_rule_is_about_in_both_rounds():
    one = SHARE.model_copy(update={"when": "a != 3", "by": ()})
    now, then = survey((1, 1), (1, 1), (1, 3), (1, 3)), survey((1, 1), (1, 1))
    judged = judge(one, now, then)
    assert (judged.patterns, judged.passed) == ((), 1)


def test_empty_records_have_no_groups():
    judged = judge(SHARE, records(), records())
    assert (judged.patterns, judged.passed, judged.unknown) == ((), 0, 0)
    whole = judge(SHARE.model_copy(update={"by": ()}), records(), records())
    assert (whole.patterns, whole.passed, whole.unknown) == ((), 0, 1)
