"""Ages that end in favoured digits and round numbers, against published figures, against R and against laws."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from many_rows import counts, found, judge, rule
from pydantic import ValidationError

from lfs_migration.validate.chance import at_least, at_most, holm
from lfs_migration.validate.digits import blending, myers, quality, whipple

REFERENCE = Path(__file__).parents[1] / "reference"
AGES = dict(tuple(pd.read_csv(REFERENCE / "ages.csv").groupby("id")))
TABLE = pd.read_csv(REFERENCE / "patterns.csv")
BINOMIAL = sorted({name for name in TABLE.id if name.startswith("binomial")})
BLENDED = {
    # Germán Rodríguez, Demographic Methods, Princeton: digit preference; ages 0 to 98 of the Philippines in 1990.
    "philippines_1990": [59752360, 50629836, 52212367, 50395096, 51921770, 54969894, 50600297, 53367794, 51854354,
                         54002900],
    # Lee and Zhang 2013, online appendix, tables OA2.2 and OA2.3.
    "lee_zhang_2013": [26426394, 9000586, 15404372, 9695204, 10492890, 23965274, 11822456, 9974852, 16003030, 8463680],
}  # fmt: skip


def theirs(name):
    part = TABLE[TABLE.id == name]
    return dict(zip(part.key, part.value, strict=True))


def heaping(**fields):
    return rule("heaping", **{"variable": "age", "limit": 125.0, "least": 40, **fields})


def ages(**persons):
    """Return each age of 23 to 62 once, and some of them more often."""
    return [*range(23, 63), *(age for name, times in persons.items() for age in [int(name[1:])] * times)]


# ----------------------------------------------------------------------------------------------------------- published


@pytest.mark.parametrize(
    ("name", "low", "high", "index", "digits"),
    [("philippines_1990", 0, 98, 1.927534882, 9), ("lee_zhang_2013", 10, 78, 17.911, 3)],
)
def test_myers_index_as_published(name, low, high, index, digits):
    age, persons = (AGES[name][column].to_numpy() for column in ("age", "persons"))
    blended = np.bincount(age % 10, weights=persons * blending(age, low, high))
    assert blended.tolist() == BLENDED[name]
    assert round(float(myers(blended[None])[0]), digits) == index


@pytest.mark.parametrize(("low", "high"), [(10, 89), (23, 62), (10, 99), (0, 98), (15, 40)])
def test_the_weights_are_those_of_myers_tables(low, high):
    """Two sums by digit, one without the oldest and one without the youngest ten years, times 1 to 10 and 9 to 0."""
    rng = np.random.default_rng(low)
    persons = dict(enumerate(rng.integers(0, 1000, 130).tolist()))
    length = (high - low - 8) // 10 * 10
    wanted = np.zeros(10)
    for place in range(10):
        first = sum(persons[age] for age in range(low + place, low + length, 10))
        second = sum(persons[age] for age in range(low + place + 10, low + place + length + 1, 10))
        wanted[(low + place) % 10] = (place + 1) * first + (9 - place) * second
    age = np.arange(130)
    ours = np.bincount(age % 10, weights=np.array(list(persons.values())) * blending(age, low, high))
    assert ours.tolist() == wanted.tolist()


def test_a_judge_sees_the_published_indices_in_a_hundredth_of_the_persons():
    part = AGES["lee_zhang_2013"]
    age = np.repeat(part.age, part.persons // 100).to_numpy()
    (said,) = found(judge(heaping(measure="myers", low=10, high=79, limit=15), age=age)).values()
    assert said == f"Myers' index 17.9 of {(age < 79).sum()} ages, where chance alone gives about 0.3; 18.7 % end in 0"
    (said,) = found(judge(heaping(low=23, high=62, limit=175), age=age)).values()
    inside = part[(part.age >= 23) & (part.age <= 62)]
    share = inside.persons[inside.age % 5 == 0].sum() / inside.persons.sum()
    assert said == f"Whipple's index {500 * share:.0f} of {((age >= 23) & (age <= 62)).sum()} ages (very rough)"


def test_the_words_for_whipples_index_are_the_united_nations():
    limits = [104.9, 105, 109.9, 110, 124.9, 125, 174.9, 175, 500]
    words = ["highly accurate", "fairly accurate", "fairly accurate", "approximate", "approximate", "rough", "rough",
             "very rough", "very rough"]  # fmt: skip
    assert [quality(limit) for limit in limits] == words


@pytest.mark.parametrize("name", BINOMIAL)
def test_binomial_tails_are_those_of_r(name):
    count, of, share = name.split("_")[1:]
    x, n = np.array([int(count)]), np.array([int(of)])
    ours = float(at_least(x, n, float(share))[0]), float(at_most(x, n, float(share))[0])
    assert ours == pytest.approx((theirs(name)["at_least"], theirs(name)["at_most"]), rel=1e-10)


def test_holms_method_is_that_of_r():
    given_, wanted = ([theirs("holm")[f"{key}_{i}"] for i in range(1, 9)] for key in ("p", "adjusted"))
    np.testing.assert_allclose(holm(np.array(given_)), wanted, rtol=1e-14)
    assert holm(np.empty(0)).tolist() == []


# ------------------------------------------------------------------------------------------------------------- heaping


def test_even_ages_pass_and_heaped_ones_fail():
    assert counts(judge(heaping(), age=ages())) == (1, 0, 0)
    judged = judge(heaping(), age=ages(a30=10, a45=5))
    assert found(judged) == {(): "Whipple's index 209 of 55 ages (very rough)"}
    assert judged.patterns[0].variable == "age"
    assert len(judged.failed) == 0


def test_ages_outside_the_limits_are_not_looked_at():
    assert counts(judge(heaping(), age=[*ages(), *[20, 65, 70] * 30])) == (1, 0, 0)


def test_the_index_is_100_without_preference_and_500_with_nothing_else():
    (said,) = found(judge(heaping(limit=99), age=ages())).values()
    assert said == "Whipple's index 100 of 40 ages (highly accurate)"
    (said,) = found(judge(heaping(limit=499), age=[30, 35] * 40)).values()
    assert said == "Whipple's index 500 of 80 ages (very rough)"


def test_groups_are_judged_each_by_itself():
    age, who = [*ages(), *ages(a30=20), 30, 30], ["1"] * 40 + ["2"] * 60 + ["3"] * 2
    judged = judge(heaping(by=("who",)), age=age, who=who)
    assert counts(judged) == (1, 1, 1)
    assert judged.patterns[0].group == {"who": "2"}


def test_codes_of_absent_ages_and_blanks_are_no_ages():
    assert counts(judge(heaping(low=0, high=999), age=[*range(1000), *[998] * 900, None])) == (1, 0, 0)
    assert counts(judge(heaping(), age=[998] * 50 + [None] * 50)) == (0, 0, 1)


def test_months_of_an_age_do_not_count():
    pay = np.repeat(np.arange(23, 63), 2) + np.tile([0.0, 0.9], 40)
    assert counts(judge(heaping(variable="pay"), pay=pay)) == (1, 0, 0)


def test_only_rows_that_the_rule_is_about_count():
    age, sex = [*ages(), *[30] * 40], [1] * 40 + [2] * 40
    assert counts(judge(heaping(when="sex == 1"), age=age, sex=sex)) == (1, 0, 0)
    assert counts(judge(heaping(when="sex == 3"), age=age, sex=sex)) == (0, 0, 0)


def test_what_may_be_chance_is_unknown():
    """At the limit 11 of 50 ages are multiples of five, and 220 of 1,000: 13 prove nothing, 260 do."""
    few = [30] * 13 + [31] * 37
    assert counts(judge(heaping(limit=110), age=few)) == (0, 1, 0)
    assert counts(judge(heaping(limit=110, chance=0.01), age=few)) == (0, 0, 1)
    assert counts(judge(heaping(limit=110, chance=0.05), age=few * 20)) == (0, 1, 0)


def test_by_chance_alone_as_few_files_accuse_as_asked_for():
    rng, accused = np.random.default_rng(21), 0
    for _ in range(200):
        age, area = rng.integers(23, 63, 3000), np.repeat(np.arange(30), 100)
        accused += bool(judge(heaping(by=("area",), limit=100, chance=0.1), age=age, area=area).patterns)
    assert 0 < accused < 200 * 0.1 + 3 * (200 * 0.1 * 0.9) ** 0.5


def test_myers_index_is_near_what_chance_gives():
    """Without preference the mean index of groups is the one that the finding names."""
    rng = np.random.default_rng(22)
    one = heaping(by=("area",), measure="myers", limit=0.001)
    judged = judge(one, age=rng.integers(23, 63, 60_000), area=np.repeat(np.arange(100), 600))
    said = [text.split() for text in found(judged).values()]
    index, usual = (np.mean([float(words[place].strip(";")) for words in said]) for place in (2, 11))
    assert index == pytest.approx(usual, rel=0.05)


def test_myers_index_is_90_for_one_digit():
    (said,) = found(judge(heaping(measure="myers", limit=89.9), age=[30, 40, 50] * 30)).values()
    assert said.startswith("Myers' index 90.0 of 90 ages")
    assert said.endswith("100 % end in 0")


def test_ages_that_fall_evenly_have_no_preference_by_myers_where_digits_seem_to():
    """Each age has one person fewer than the one before: the lower digits are more frequent."""
    age = np.repeat(np.arange(10, 90), 200 - 2 * np.arange(80))
    plain = np.bincount(age % 10)
    assert plain[0] > 1.1 * plain[9]
    blended = np.bincount(age % 10, weights=blending(age, 10, 89))
    assert float(myers(blended[None])[0]) < 0.3
    assert counts(judge(heaping(measure="myers", low=10, high=89, limit=0.3), age=age)) == (1, 0, 0)


@pytest.mark.parametrize("measure", ["whipple", "myers"])
@pytest.mark.parametrize("by", [(), ("who",)])
def test_without_ages_nothing_is_judged(measure, by):
    assert counts(judge(heaping(measure=measure, by=by), age=[], who=[])) == (0, 0, 0)
    judged = judge(heaping(measure=measure, by=by), age=[None, None], who=["1", "1"])
    assert counts(judged) == (0, 0, 1)


@pytest.mark.parametrize("measure", ["whipple", "myers"])
def test_the_order_of_the_rows_does_not_matter(measure):
    rng = np.random.default_rng(2)
    age, who = rng.integers(23, 63, 900), rng.choice(["a", "b", "c"], 900)
    mixed = rng.permutation(900)
    one = heaping(measure=measure, by=("who",), limit=1.0)
    judged = judge(one, age=age, who=who)
    assert len(judged.patterns) == 3
    assert judge(one, age=age[mixed], who=who[mixed]).patterns == judged.patterns


@given(st.lists(st.integers(0, 200), min_size=10, max_size=10).filter(any), st.integers(1, 9))
def test_myers_index_is_between_0_and_90_whatever_the_digits_are_called(cells, turn):
    index = float(myers(np.array([cells], dtype=float))[0])
    assert -1e-9 <= index <= 90 + 1e-9
    assert float(myers(np.roll(np.array([cells], dtype=float), turn))[0]) == pytest.approx(index)


def test_whipples_index_of_a_group_is_between_those_of_its_parts():
    one, other = whipple(np.array([3]), np.array([20])), whipple(np.array([9]), np.array([20]))
    assert one < whipple(np.array([12]), np.array([40])) < other


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"high": 61}, "multiple of five ages; 23 to 61 are 39"),
        ({"low": 60, "high": 20}, "multiple of five"),
        ({"measure": "myers", "high": 40}, "19 ages or more; 23 to 40 are 18"),
        ({"measure": "myers", "chance": 0.1}, "no exact chance"),
    ],
)
def test_settings_that_make_no_sense_are_refused(fields, message):
    with pytest.raises(ValidationError, match=message):
        heaping(**fields)


# -------------------------------------------------------------------------------------------------------------- digits


def digits(**fields):
    return rule("digits", **{"variable": "pay", "base": 1000, "limit": 0.5, "least": 10, **fields})


def test_round_numbers_fail_where_they_are_too_many():
    round_, odd = [5000.0, 12000.0] * 8, [1234.0, 999.5, 2001.0, 10.0]
    assert found(judge(digits(), pay=round_ + odd)) == {(): "80 % of 20 answers are multiples of 1000"}
    assert counts(judge(digits(), pay=round_ + odd * 4)) == (1, 0, 0)


def test_zero_is_not_a_round_number():
    assert counts(judge(digits(), pay=[0.0] * 500 + [1234.0] * 10)) == (1, 0, 0)
    assert counts(judge(digits(), pay=[0.0] * 500)) == (0, 0, 1)


def test_parts_of_a_whole_are_multiples_in_spite_of_rounding():
    judged = judge(digits(base=0.1, limit=0.99), pay=[0.1 * n for n in range(1, 500)])
    assert found(judged) == {(): "100 % of 499 answers are multiples of 0.1"}
    assert counts(judge(digits(base=0.1), pay=[0.05, 0.249, 12.34] * 10)) == (1, 0, 0)


def test_codes_of_an_absent_answer_are_no_numbers():
    one = digits(variable="hours", base=49, limit=0.1)
    assert counts(judge(one, hours=[98] * 30 + [None] * 5 + [40] * 20)) == (1, 0, 0)
    assert counts(judge(one, hours=[98] * 30 + [None] * 5)) == (0, 0, 1)


def test_each_interviewer_is_judged_and_small_groups_are_not():
    pay, who = [5000.0] * 20 + [1234.0] * 20 + [5000.0] * 3, ["1"] * 20 + ["2"] * 20 + ["3"] * 3
    judged = judge(digits(by=("who",)), pay=pay, who=who)
    assert (counts(judged), list(found(judged))) == ((1, 1, 1), [("1",)])


def test_a_few_round_numbers_more_than_the_limit_may_be_chance():
    pay = [5000.0] * 7 + [1234.0] * 5
    assert counts(judge(digits(), pay=pay)) == (0, 1, 0)
    assert counts(judge(digits(chance=0.05), pay=pay)) == (0, 0, 1)
    assert counts(judge(digits(chance=0.05), pay=pay * 20)) == (0, 1, 0)


def test_without_numbers_no_digits_are_judged():
    assert counts(judge(digits(by=("who",)), pay=[], who=[])) == (0, 0, 0)
    assert counts(judge(digits(), pay=[None] * 30)) == (0, 0, 1)
