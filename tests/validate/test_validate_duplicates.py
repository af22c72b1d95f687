"""Rules that look for the same person, or the same interview, twice: against a loop over all pairs of rows."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from small_module import ended, judge, records, rule, told

from lfs_migration.errors import DataError
from lfs_migration.validate import duplicates, likeness

TWICE = rule("duplicate", of=("sex", "age", "name"))
ABROAD = rule("duplicate", of=("sex", "age"), within=("region",), across=True, tolerance={"age": 1})
ALIKE = rule("similar", of=("a", "b", "c", "d"), within=("region",), share=0.75, least=3)


def person(no, home="h", **answers):
    return {"hh": home, "no": no, **answers}


# Duplicate


def test_a_person_listed_twice_is_found_and_shown_with_the_other_line():
    rows = [person(1, sex=1, age=30, name="A"), person(2, sex=2, age=30, name="B"), person(3, sex=1, age=30, name="A")]
    held = records(person=rows)
    assert ended(TWICE, held) == ([0, 2], 1, 0)
    assert told(TWICE, held) == [
        "sex 1, age 30, name A; household h line 3: 1, 30, A",
        "sex 1, age 30, name A; household h line 1: 1, 30, A",
    ]


def test_two_households_do_not_share_a_person_unless_the_rule_asks():
    rows = [person(1, "h1", sex=1, age=30, name="A"), person(1, "h2", sex=1, age=30, name="A")]
    assert ended(TWICE, records(person=rows)) == ([], 2, 0)
    one = rule("duplicate", of=("sex", "age", "name"), within=("region",), across=True)
    assert ended(one, records(person=rows)) == ([0, 1], 0, 0)
    homes = [{"hh": "h1", "region": 1}, {"hh": "h2", "region": 2}]
    assert ended(one, records(person=rows, household=homes)) == ([], 2, 0)


def test_across_households_the_rows_of_one_are_not_compared():
    rows = [person(1, "h1", sex=1, age=30), person(2, "h1", sex=1, age=31)]
    assert ended(ABROAD, records(person=rows)) == ([], 2, 0)


def test_numbers_may_lie_apart_by_the_tolerance_and_no_more():
    def found(one, two):
        return ended(ABROAD, records(person=[person(1, "h1", sex=1, age=one), person(1, "h2", sex=1, age=two)]))[0]

    assert found(30, 31) == [0, 1]
    assert found(31, 30) == [0, 1]
    assert found(30, 32) == []


def test_a_tolerance_is_not_lost_in_the_rounding_of_numbers():
    one = rule("duplicate", of=("size",), tolerance={"size": 0.1})
    assert ended(one, records(person=[person(1, size=1.0), person(2, size=1.1)])) == ([0, 1], 0, 0)
    assert ended(one, records(person=[person(1, size=1.0), person(2, size=1.1001)])) == ([], 2, 0)


def test_what_is_not_answered_makes_unknown_unless_enough_is():
    rows = [person(1, sex=1, age=30, name=None), person(2, sex=1, age=30, name="A"), person(3, sex=98, age=None)]
    held = records(person=rows)
    assert ended(TWICE, held) == ([], 1, 2)
    two = TWICE.model_copy(update={"least": 2})
    assert ended(two, held) == ([0, 1], 0, 1)


def test_a_row_whose_region_or_household_is_not_known_is_unknown():
    homes = [{"hh": "h1", "region": None}, {"hh": "h2", "region": 1}]
    rows = [person(1, "h1", sex=1, age=30), person(1, "h2", sex=1, age=30), person(1, None, sex=1, age=30)]
    assert ended(ABROAD, records(person=rows, household=homes)) == ([], 1, 2)


def test_rows_that_the_rule_is_not_about_are_nobodys_twin():
    rows = [person(1, sex=1, age=30, name="A"), person(2, sex=1, age=30, name="A", relation=2)]
    assert ended(TWICE.model_copy(update={"when": "relation != 2"}), records(person=rows)) == ([], 0, 0)
    rows[0]["relation"] = 1
    assert ended(TWICE.model_copy(update={"when": "relation != 2"}), records(person=rows)) == ([], 1, 0)


def test_empty_records_and_keys_that_are_there_twice_are_judged():
    assert ended(TWICE, records()) == ([], 0, 0)
    assert ended(ABROAD, records()) == ([], 0, 0)
    rows = [person(1, sex=1, age=30, name="A")] * 2
    assert ended(TWICE, records(person=rows)) == ([0, 1], 0, 0)


def test_too_many_near_pairs_are_refused_and_not_waited_for(monkeypatch):
    monkeypatch.setattr(duplicates, "CANDIDATES", 100)
    rows = [person(1, f"h{i}", sex=1, age=30) for i in range(20)]
    with pytest.raises(DataError, match=r"190 pairs of rows are near each other, too many to compare.*Name more"):
        judge(ABROAD, records(person=rows))


def test_too_many_ways_to_lack_answers_are_refused(monkeypatch):
    monkeypatch.setattr(duplicates, "DIVISIONS", 2)
    rows = [person(1, a=1, b=1), person(2, a=1, c=1), person(3, b=1, c=1)]
    with pytest.raises(DataError, match=r"missing in 3 ways.*Raise `least`"):
        judge(rule("duplicate", of=("a", "b", "c"), least=1), records(person=rows))


def test_exact_blocks_are_never_compared_pair_by_pair():
    rows = [person(i, sex=1, age=30, name="A") for i in range(100_000)]  # five thousand million pairs
    failed, passed, unknown = ended(TWICE, records(person=rows))
    assert (len(failed), passed, unknown) == (100_000, 0, 0)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"tolerance": {"b": 1}}, "b is not under `of`"),
        ({"tolerance": {"a": -1}}, "lie less than 0 apart"),
        ({"least": 2}, "2 variables cannot be answered of 1"),
        ({"across": True}, "compared within something"),
    ],
)
def test_rules_that_cannot_be_meant_are_refused(fields, why):
    with pytest.raises(ValidationError, match=why):
        rule("duplicate", of=("a",), **fields)


PEOPLE = st.lists(
    st.fixed_dictionaries({
        "hh": st.sampled_from(["h1", "h2", "h3", None]),
        "no": st.integers(1, 3),
        "sex": st.sampled_from([1, 2, None, 98]),
        "age": st.sampled_from([29, 30, 31, 33, None, 99]),
        "size": st.sampled_from([1.0, 1.5, 2.5, None]),
        "name": st.sampled_from(["A", "B", None]),
        "a": st.sampled_from([1, 2, None]),
    }),
    max_size=14,
)  # fmt: skip
HOMES = [{"hh": "h1", "region": 1}, {"hh": "h2", "region": 1}, {"hh": "h3", "region": None}]
REGION = {"h1": 1, "h2": 1}


def known(row, name):
    value = row[name]
    return None if value in (98, 99) and name != "size" else value


def naive_duplicate(one, rows):
    """Judge a duplicate rule by comparing each row with each."""
    least = one.least or len(one.of)

    def usable(row):
        placed = row["hh"] is not None and (not one.within or REGION.get(row["hh"]) is not None)
        return placed and sum(known(row, name) is not None for name in one.of) >= least

    def same(x, y):
        if (x["hh"] == y["hh"]) == one.across or (one.within and REGION[x["hh"]] != REGION[y["hh"]]):
            return False
        both = [(name, known(x, name), known(y, name)) for name in one.of]
        both = [(name, u, v) for name, u, v in both if u is not None and v is not None]
        limits = one.tolerance
        return len(both) >= least and all(abs(u - v) <= limits[n] if n in limits else u == v for n, u, v in both)

    partners = {
        i: next((j for j, y in enumerate(rows) if i != j and usable(x) and usable(y) and same(x, y)), None)
        for i, x in enumerate(rows)
    }
    failed = [i for i, partner in partners.items() if partner is not None]
    unknown = sum(not usable(row) for row in rows)
    return (failed, len(rows) - len(failed) - unknown, unknown), [partners[i] for i in failed]


@settings(max_examples=120, deadline=None)
@given(
    PEOPLE, st.integers(0, 5), st.booleans(), st.booleans(),
    st.sampled_from([{}, {"age": 1}, {"age": 2, "size": 0.5}, {"size": 1, "a": 1}, {"sex": 0}]),
)  # fmt: skip
@example([{"hh": "h1", "no": i, "sex": 1, "age": None, "size": 1.0, "name": None, "a": 1} for i in (1, 2)], 3, False,
         False, {})  # fmt: skip
def test_duplicates_are_those_of_a_loop_over_all_pairs(rows, least, across, regional, tolerance):
    within = ("region",) if regional or across else ()
    one = rule("duplicate", of=("sex", "age", "size", "name", "a"), within=within, across=across, least=least,
               tolerance=tolerance)  # fmt: skip
    held = records(person=rows, household=HOMES)
    expected, partners = naive_duplicate(one, rows)
    assert ended(one, held) == expected
    places = [f"household {rows[j]['hh']} line {rows[j]['no']}" for j in partners]
    assert [text.split("; ")[1].split(":")[0] for text in told(one, held)] == places


# Similar


def answers(*given, home="h"):
    return [person(i, home, **dict(zip("abcd", row, strict=True))) for i, row in enumerate(given, 1)]


def test_interviews_that_share_most_answers_fail_and_name_each_other():
    held = records(person=answers((1, 2, 3, 4), (5, 6, 7, 8), (1, 2, 3, 9)))
    assert ended(ALIKE, held) == ([0, 2], 1, 0)
    assert told(ALIKE, held) == ["3 of 4 answers are those of household h line 3",
                                 "3 of 4 answers are those of household h line 1"]  # fmt: skip


def test_the_most_similar_interview_is_the_one_that_is_named_and_the_first_of_several():
    held = records(person=answers((1, 2, 3, 4), (1, 2, 3, 9), (1, 2, 3, 4), (1, 2, 3, 4)))
    assert told(ALIKE, held)[0] == "4 of 4 answers are those of household h line 3"


def test_an_absent_answer_is_equal_to_none():
    held = records(person=answers((1, 2, 98, None), (1, 2, 98, None)))
    assert ended(ALIKE, held) == ([], 0, 2)
    assert ended(ALIKE.model_copy(update={"least": 2}), held) == ([0, 1], 0, 0)


def test_interviews_are_compared_within_their_group():
    homes = [{"hh": "h1", "region": 1}, {"hh": "h2", "region": 2}, {"hh": "h3", "region": None}]
    rows = [row for home in ("h1", "h2", "h3") for row in answers((1, 2, 3, 4), home=home)]
    assert ended(ALIKE, records(person=rows, household=homes)) == ([], 0, 3)
    homes[1]["region"] = 1
    assert ended(ALIKE, records(person=rows, household=homes)) == ([0, 1], 0, 1)


def test_nothing_is_similar_in_empty_records():
    assert ended(ALIKE, records()) == ([], 0, 0)


def test_groups_too_large_to_compare_are_refused(monkeypatch):
    monkeypatch.setattr(likeness, "COMPARISONS", 30)
    with pytest.raises(DataError, match=r"up to 3 rows are too large.*36 pairs of answers; 30 can be"):
        judge(ALIKE, records(person=answers(*[(1, 2, 3, 4)] * 3)))


def naive_similar(rows, least, share):
    """Compare each interview with each other of its region."""
    failed, passed, unknown, best = [], 0, 0, []
    for i, one in enumerate(rows):
        seen = []
        for j, other in enumerate(rows):
            if i == j or not REGION.get(one["hh"]) or REGION.get(one["hh"]) != REGION.get(other["hh"]):
                continue
            both = [(one[n], other[n]) for n in "abcd" if {one[n], other[n]}.isdisjoint({None, 98})]
            if len(both) >= least:
                seen.append((sum(x == y for x, y in both) / len(both), -j, len(both)))
        if not seen:
            unknown += 1
        elif max(seen)[0] >= share:
            failed.append(i)
            value, at, of = max(seen)
            place = rows[-at]
            best.append(f"{round(value * of)} of {of} answers are those of household {place['hh']} line {place['no']}")
        else:
            passed += 1
    return (failed, passed, unknown), best


ANSWER = st.sampled_from([1, 2, 3, None, 98])
INTERVIEWS = st.lists(
    st.fixed_dictionaries({"hh": st.sampled_from(["h1", "h2", "h3", None]), "no": st.integers(1, 9),
                           "a": ANSWER, "b": ANSWER, "c": ANSWER, "d": ANSWER}),
    max_size=12,
)  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(INTERVIEWS, st.integers(1, 4), st.sampled_from([0.5, 2 / 3, 0.75, 1.0]), st.sampled_from([4, 1 << 20]))
def test_similar_interviews_are_those_of_a_loop_over_all_pairs(rows, least, share, cells):
    one = ALIKE.model_copy(update={"least": least, "share": share})
    held = records(person=rows, household=HOMES)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(likeness, "CELLS", cells)  # groups in pieces, and many at once
        expected, best = naive_similar(rows, least, share)
        assert ended(one, held) == expected
        assert told(one, held) == best
