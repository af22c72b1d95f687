"""Groups of rows, as those of one interviewer: against R, against chance, and what they leave alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from many_rows import counts, found, judge, rule

from lfs_migration.errors import DataError
from lfs_migration.validate.chance import compared, compared_counts, holm, hypergeometric

TABLE = pd.read_csv(Path(__file__).parents[1] / "reference" / "patterns.csv")
TESTS = sorted({name for name in TABLE.id if name.startswith(("fisher", "strata"))})


def theirs(name):
    part = TABLE[TABLE.id == name]
    return dict(zip(part.key, part.value, strict=True))


def tables(name):
    """Return the rows of a set of tables: group (0 is looked at, 1 the others), stratum, and whether yes."""
    cells = [int(value) for key, value in theirs(name).items() if key.startswith("cell_")]
    group = np.repeat(np.tile([0, 0, 1, 1], len(cells) // 4), cells)
    stratum = np.repeat(np.repeat(np.arange(len(cells) // 4), 4), cells)
    return group, stratum, np.repeat(np.tile([True, False, True, False], len(cells) // 4), cells)


def survey(rng, groups, rows, share, odd=None):
    """Return interviewers, areas and an answer; interviewer 0 may have a share of her own."""
    who = np.repeat(np.arange(groups), rows)
    area = who % 3
    p = np.asarray(share)[area]
    if odd is not None:
        p = np.where(who == 0, p * odd, p)
    return who, area, rng.random(len(who)) < p


# ---------------------------------------------------------------------------------------------------------- reference


@pytest.mark.parametrize("larger", [False, True])
@pytest.mark.parametrize("name", TESTS)
def test_exact_tests_are_those_of_r(name, larger):
    ours = compared(*tables(name), 2, larger=larger).chance[0]
    assert ours == pytest.approx(theirs(name)["larger" if larger else "two_sided"], rel=1e-7, abs=1e-18)


def test_shares_are_set_against_the_others_in_the_same_strata():
    """Of 60 and 20 rows, beside 540 others of whom 200 say yes and 200 of whom 90 do."""
    ours = compared(*tables("strata_two"), 2)
    assert (ours.size[0], ours.yes[0], ours.share[0]) == (80, 19, 19 / 80)
    assert ours.others[0] == pytest.approx((60 * 200 / 540 + 20 * 90 / 200) / 80)


@given(st.integers(1, 60), st.integers(0, 60), st.integers(1, 60))
@settings(deadline=None)
def test_hypergeometric_counts_have_the_mean_and_the_spread_of_the_textbooks(size, yes, more):
    rows = max(size, yes) + more
    first, p = hypergeometric(size, yes, rows)
    x = first + np.arange(len(p))
    mean = size * yes / rows
    assert p.sum() == pytest.approx(1)
    assert p @ x == pytest.approx(mean)
    variance = mean * (1 - yes / rows) * (rows - size) / (rows - 1)
    assert p @ (x - mean) ** 2 == pytest.approx(variance, abs=1e-9)


# -------------------------------------------------------------------------------------------------------------- effect


def effect(**fields):
    return rule("effect", **{"share": "work == 1", "by": ("who",), "among": ("area",), "chance": 0.01, **fields})


def answers(who, area, yes):
    return {"who": [f"i{one:02}" for one in who], "area": area, "work": np.where(yes, 1, 2)}


def test_interviewers_who_measure_alike_are_accused_as_seldom_as_asked_for():
    """Areas differ, interviewers do not: in one file of twenty at most may anybody be accused."""
    rng, files, level = np.random.default_rng(31), 400, 0.05
    accused = 0
    for _ in range(files):
        who, area, yes = survey(rng, 24, 50, (0.2, 0.5, 0.8))
        accused += bool((holm(compared(who, area, yes, 24).chance) <= level).any())
    assert accused <= files * level + 3 * (files * level * (1 - level)) ** 0.5


def test_one_who_finds_half_as_much_is_found_and_nobody_else():
    hits = 0
    for seed in range(20):
        data = survey(np.random.default_rng(seed), 30, 300, (0.4, 0.5, 0.6), odd=0.5)
        named = found(judge(effect(), **answers(*data)))
        assert set(named) <= {("i00",)}
        hits += bool(named)
    assert hits >= 18


def test_what_is_said_of_an_interviewer():
    who = np.repeat([0, 1, 2], [100, 100, 100])
    yes = np.concatenate([np.arange(100) < part for part in (10, 40, 44)])
    judged = judge(effect(), **answers(who, np.zeros(300, dtype=int), yes))
    assert found(judged)["i00",] == "10 % of 100; 42 % of the others beside them"
    assert judged.patterns[0].group == {"who": "i00"}


def test_a_difference_of_areas_is_none_of_interviewers():
    """Half of the interviewers work where many say yes. Without the area they seem to differ."""
    rng = np.random.default_rng(33)
    who = np.repeat(np.arange(8), 100)
    area = (who >= 4).astype(int)
    data = answers(who, area, rng.random(800) < np.where(area == 1, 0.8, 0.2))
    assert counts(judge(effect(), **data)) == (8, 0, 0)
    assert len(judge(effect(among=()), **data).patterns) == 8


def test_interviewers_who_all_differ_are_allowed_their_usual_spread():
    """Where each has a place of her own, chance alone explains little; who is far from that too is found."""
    rng = np.random.default_rng(34)
    who = np.repeat(np.arange(40), 200)
    share = np.clip(rng.normal(0.5, 0.15, 40), 0.05, 0.95)
    data = (who, np.zeros_like(who), rng.random(len(who)) < share[who])
    alone = holm(np.array([compared(who != one, data[1], data[2], 2).chance[0] for one in range(40)]))
    assert (alone <= 0.01).sum() > 5
    assert counts(judge(effect(), **answers(*data))) == (40, 0, 0)
    data[2][who == 7] = False
    assert list(found(judge(effect(), **answers(*data)))) == [("i07",)]


def test_who_has_nobody_beside_her_and_who_has_few_rows_is_unknown():
    rng = np.random.default_rng(35)
    who = np.repeat([0, 1, 2, 3], [80, 80, 80, 20])
    area = np.where(who == 2, 1, 0)
    assert counts(judge(effect(), **answers(who, area, rng.random(260) < 0.5))) == (2, 0, 2)


def test_unknown_answers_interviewers_and_areas_never_enter():
    who = [*["a"] * 60, *["b"] * 60, *["a"] * 90, None, "999", "a"]
    work = [*[1, 2] * 60, *[8, 9, None] * 30, 1, 1, 2]
    area = [1] * (len(who) - 1) + [None]
    assert counts(judge(effect(), who=who, work=work, area=area)) == (2, 0, 0)


@pytest.mark.parametrize("answer", [1, 2])
def test_answers_that_are_all_the_same_differ_nowhere(answer):
    assert counts(judge(effect(), who=["a", "b"] * 60, area=[1] * 120, work=[answer] * 120)) == (2, 0, 0)


def test_without_rows_no_effect_is_judged():
    assert counts(judge(effect(), who=[], area=[], work=[])) == (0, 0, 0)
    assert counts(judge(effect(), who=["a"] * 90, area=[1] * 90, work=[None] * 90)) == (0, 0, 1)
    assert counts(judge(effect(), who=["a"] * 90, area=[1] * 90, work=[1] * 90)) == (0, 0, 1)
    assert counts(judge(effect(), who=[None] * 9, area=[1] * 9, work=[1] * 9)) == (0, 0, 0)


def test_the_order_of_the_rows_changes_no_effect():
    who, area, yes = survey(np.random.default_rng(36), 12, 80, (0.5, 0.5, 0.6), odd=0.1)
    mixed = np.random.default_rng(1).permutation(len(who))
    judged = judge(effect(), **answers(who, area, yes))
    assert judged.patterns
    assert judge(effect(), **answers(who[mixed], area[mixed], yes[mixed])).patterns == judged.patterns


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=25, deadline=None)
def test_yes_and_no_are_alike_to_the_test(seed):
    who, area, yes = survey(np.random.default_rng(seed), 12, 20, (0.3, 0.5, 0.6))
    one, other = compared(who, area, yes, 12), compared(who, area, ~yes, 12)
    np.testing.assert_allclose(one.chance, other.chance, rtol=1e-9)
    np.testing.assert_allclose(one.others, 1 - other.others)


# --------------------------------------------------------------------------------------------------------- nonresponse


def nonresponse(**fields):
    return rule("nonresponse", **{"of": ("hours",), "by": ("who",), "least": 20, **fields})


def asked(*parts):
    """Return rows of interviewers: how many work and answer, work and do not, and do not work."""
    who, work, hours = [], [], []
    for name, (answered, refused, blank, idle) in parts:
        size = answered + refused + blank + idle
        who += [name] * size
        work += [1] * (size - idle) + [2] * idle
        hours += [40] * answered + [98] * refused + [None] * (blank + idle)
    return {"who": who, "work": work, "hours": hours}


def test_refusals_and_blanks_of_those_asked_are_no_answers():
    """Those who do not work are not asked for hours: their blanks are none."""
    data = asked(("a", (60, 20, 20, 500)), ("b", (95, 3, 2, 0)))
    judged = judge(nonresponse(limit=0.3), **data)
    assert found(judged) == {("a",): "40 % of 100 asked gave no answer; 5 % of the 100 others"}
    assert (judged.patterns[0].variable, counts(judged)) == ("hours", (1, 1, 0))
    assert counts(judge(nonresponse(limit=0.4), **data)) == (2, 0, 0)


def test_whether_one_was_asked_must_be_known():
    """Whoever refused to say whether he works may not have been asked for hours."""
    data = {"who": ["a"] * 60, "work": [1] * 30 + [8] * 30, "hours": [40] * 30 + [None] * 30}
    assert counts(judge(nonresponse(limit=0.1), **data)) == (1, 0, 0)


def test_of_a_question_whose_universe_was_not_asked_nothing_is_known():
    data = asked(("a", (10, 90, 0, 0)))
    assert counts(judge(nonresponse(limit=0.1), **data)) == (0, 1, 0)
    assert counts(judge(nonresponse(limit=0.1), without=("work",), **data)) == (0, 0, 1)


def test_rows_that_the_module_is_not_about_are_not_asked():
    data = {**asked(("a", (40, 0, 40, 0))), "sex": [1] * 40 + [2] * 40}
    assert counts(judge(nonresponse(limit=0.1), **data)) == (0, 1, 0)
    assert counts(judge(nonresponse(limit=0.1), scope="sex == 1", **data)) == (1, 0, 0)
    assert counts(judge(nonresponse(limit=0.1, when="sex == 1"), **data)) == (1, 0, 0)


def test_each_question_is_judged_by_itself():
    data = {**asked(("a", (50, 0, 0, 0)), ("b", (5, 45, 0, 0))), "age": [30] * 50 + [998] * 30 + [None] * 20}
    judged = judge(nonresponse(of=("hours", "age"), limit=0.5), **data)
    assert [(one.variable, one.group["who"]) for one in judged.patterns] == [("hours", "b"), ("age", "b")]
    assert counts(judged) == (2, 2, 0)


def test_more_without_an_answer_than_chance_explains():
    parts = [(f"i{n}", (95, 5, 0, 0)) for n in range(6)]
    data = asked(*parts, ("odd", (70, 30, 0, 0)))
    judged = judge(nonresponse(chance=0.001), **data)
    assert found(judged) == {("odd",): "30 % of 100 asked gave no answer; 5 % of the 600 others"}
    assert counts(judge(nonresponse(), **data)) == (7, 0, 0)


def test_fewer_without_an_answer_than_the_others_is_no_failure():
    parts = [(f"i{n}", (70, 30, 0, 0)) for n in range(6)]
    assert counts(judge(nonresponse(chance=0.01), **asked(*parts, ("good", (100, 0, 0, 0))))) == (7, 0, 0)


def test_by_chance_as_few_files_accuse_of_missing_answers_as_asked_for():
    rng, accused, level = np.random.default_rng(41), 0, 0.1
    who, work = np.repeat([f"i{n}" for n in range(8)], 60), np.ones(480, dtype=int)
    one = nonresponse(of=("hours", "age"), chance=level)
    for _ in range(150):
        hours, age = np.where(rng.random(480) < 0.2, 98, 40), np.where(rng.random(480) < 0.1, 998, 30)
        accused += bool(judge(one, who=who, work=work, hours=hours, age=age).patterns)
    assert 0 < accused <= 150 * level + 3 * (150 * level * (1 - level)) ** 0.5


def test_proxies_are_set_against_those_who_answer_themselves():
    data = asked(("a", (95, 5, 0, 0)), ("b", (60, 40, 0, 0)))
    judged = judge(nonresponse(by=("proxy",), chance=0.001), **data, proxy=[2] * 100 + [1] * 100)
    assert [one.group for one in judged.patterns] == [{"proxy": "1"}]


def test_a_group_alone_has_no_others():
    judged = judge(nonresponse(by=(), limit=0.1, chance=0.01), **asked(("a", (50, 50, 0, 0))))
    assert found(judged) == {(): "50 % of 100 asked gave no answer"}
    assert counts(judge(nonresponse(chance=0.01), **asked(("a", (50, 50, 0, 0))))) == (1, 0, 0)


def test_small_groups_and_empty_files_have_no_shares():
    assert counts(judge(nonresponse(limit=0.1), **asked(("a", (0, 19, 0, 50)), ("b", (20, 0, 0, 0))))) == (1, 0, 1)
    assert counts(judge(nonresponse(limit=0.1, chance=0.1), who=[], work=[], hours=[])) == (0, 0, 0)
    assert counts(judge(nonresponse(limit=0.1, by=()), who=[], work=[], hours=[])) == (0, 0, 0)


def test_a_question_of_another_record_is_refused():
    with pytest.raises(DataError, match=r"rooms is a question of the household record.*record: household"):
        judge(nonresponse(of=("rooms",)), **asked(("a", (1, 0, 0, 0))))


# ----------------------------------------------------------------------------------------------------------- workload


def workload(**fields):
    return rule("workload", **{"by": ("who", "day"), "most": 25, **fields})


def test_more_interviews_in_a_day_than_one_can_have_made():
    who, day = ["a"] * 60 + ["b"] * 25, [1] * 26 + [2] * 20 + [3] * 14 + [1] * 25
    judged = judge(workload(), who=who, day=day)
    assert [(one.group, one.value) for one in judged.patterns] == [
        ({"who": "a", "day": "1"}, "26 rows, where at most 25 are possible")
    ]
    assert counts(judged) == (3, 1, 0)


def test_days_and_interviewers_that_are_not_known_have_no_workload():
    assert counts(judge(workload(), who=[None] * 50 + ["999"] * 50 + ["a"] * 50, day=[1] * 100 + [None] * 50)) == (
        0,
        0,
        0,
    )
    assert counts(judge(workload(), who=[], day=[])) == (0, 0, 0)


def test_only_rows_that_the_rule_is_about_are_work():
    data = {"who": ["a"] * 40, "day": [1] * 40, "sex": [1] * 25 + [2] * 15}
    assert counts(judge(workload(when="sex == 1"), **data)) == (1, 0, 0)
    assert counts(judge(workload(), **data)) == (0, 1, 0)


# -------------------------------------------------------------------------------------------------------------- share


def share(**fields):
    return rule("share", **{"share": "sex == 2", "low": 0.4, "high": 0.6, **fields})


@pytest.mark.parametrize(
    ("women", "said"),
    [(30, "30 % of 100; known are 40 % to 60 %"), (40, None), (60, None), (61, "61 % of 100; known are 40 % to 60 %")],
)
def test_a_share_between_its_limits_passes(women, said):
    judged = judge(share(), sex=[2] * women + [1] * (100 - women))
    assert list(found(judged).values()) == ([said] if said else [])
    assert counts(judged) == (int(said is None), int(said is not None), 0)


def test_a_limit_that_is_open_is_not_named():
    assert found(judge(share(low=0.0), sex=[2] * 100)) == {(): "100 % of 100; known are at most 60 %"}
    assert found(judge(share(high=1.0), sex=[1] * 100)) == {(): "0 % of 100; known are at least 40 %"}


def test_a_share_of_few_rows_proves_nothing():
    assert counts(judge(share(), sex=[2] * 12)) == (0, 0, 1)
    assert counts(judge(share(chance=0.01), sex=[2] * 42 + [1] * 24)) == (0, 0, 1)
    assert counts(judge(share(chance=0.01), sex=[2] * 4200 + [1] * 2400)) == (0, 1, 0)
    assert counts(judge(share(chance=0.01), sex=[1] * 4200 + [2] * 2400)) == (0, 1, 0)
    assert counts(judge(share(chance=0.01), sex=[1] * 30 + [2] * 30)) == (1, 0, 0)


def test_unknown_answers_are_in_no_share():
    one = share(share="work == 1", low=0.9, high=1.0)
    assert counts(judge(one, work=[1] * 60 + [8, 9, None] * 60)) == (1, 0, 0)
    assert counts(judge(one, work=[8, 9, None] * 60)) == (0, 0, 1)
    assert counts(judge(one, work=[])) == (0, 0, 0)


def test_groups_come_in_the_order_of_their_codes():
    judged = judge(share(by=("area",)), area=[10] * 60 + [9] * 60 + [2] * 60, sex=[2] * 180)
    assert [one.group["area"] for one in judged.patterns] == ["2", "9", "10"]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), min_size=1, max_size=14), st.booleans())
def test_counts_give_what_their_rows_give(counted, larger):
    size = np.array([no + yes for no, yes in counted])
    yes = np.array([yes for _, yes in counted])
    who = np.repeat(np.arange(len(size)), size)
    answers = np.concatenate([np.arange(no + yes) < yes for no, yes in counted])
    ours = compared_counts(size, yes, larger=larger)
    theirs = compared(who, np.zeros_like(who), answers, len(size), larger=larger)
    for name in ("size", "yes", "others", "chance"):
        np.testing.assert_array_equal(getattr(ours, name), getattr(theirs, name))
