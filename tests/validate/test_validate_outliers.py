"""Numbers that are far from those of their group, by each method, against R and against laws."""

from __future__ import annotations

from pathlib import Path
from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from many_rows import judge, rule
from pydantic import ValidationError

from lfs_migration.validate import medcouple as module
from lfs_migration.validate.grouping import Groups
from lfs_migration.validate.medcouple import medcouple
from lfs_migration.validate.outliers import Runs

REFERENCE = Path(__file__).parents[1] / "reference"
NUMBERS = {name: part.to_numpy() for name, part in pd.read_csv(REFERENCE / "patterns_numbers.csv").groupby("id").value}
TABLE = pd.read_csv(REFERENCE / "patterns.csv")
THEIRS = {name: dict(zip(part.key, part.value, strict=True)) for name, part in TABLE.groupby("id")}
SAMPLES = sorted(name for name, one in THEIRS.items() if "medcouple" in one)
FAR = 1e6


def outlier(**fields):
    return rule("outlier", **{"variable": "pay", "limit": 3.5, **fields})


def ended(one, **columns):
    judged = judge(one, **columns)
    assert len(judged.values) == len(judged.failed)
    assert not judged.patterns
    return judged.failed.tolist(), judged.passed, judged.unknown


def runs(*parts):
    """Return numbers in groups, their order mixed."""
    number = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    mixed = np.random.default_rng(5).permutation(len(number))
    value = np.concatenate(parts).astype(float)[mixed]
    return Runs.of(Groups(number[mixed], [{} for _ in parts]), value, 1)


# ---------------------------------------------------------------------------------------------------------- reference


@pytest.mark.parametrize("name", SAMPLES)
def test_the_medcouple_is_that_of_robustbase(name):
    ours = medcouple(np.sort(NUMBERS[name]))
    assert ours == pytest.approx(THEIRS[name]["medcouple"], abs=1e-12)


@pytest.mark.parametrize("name", SAMPLES)
def test_the_medcouple_found_by_halving_is_the_same(name, monkeypatch):
    monkeypatch.setattr(module, "DIRECT", 0)
    assert medcouple(np.sort(NUMBERS[name])) == pytest.approx(THEIRS[name]["medcouple"], abs=1e-12)


def test_the_medcouple_is_that_of_statsmodels():
    from statsmodels.stats.stattools import medcouple as theirs

    rng = np.random.default_rng(3)
    for size in (11, 30, 255, 600):
        values = np.sort(rng.gamma(0.7, size=size))
        assert medcouple(values) == pytest.approx(float(theirs(values)), abs=1e-12)


@pytest.mark.parametrize("name", SAMPLES)
def test_medians_and_hinges_are_those_of_r_in_every_group(name):
    held, theirs = runs(NUMBERS["few"], NUMBERS[name], [1.0, 9.0]), THEIRS[name]
    ours = (held.median[1], held.hinges[0][1], held.hinges[1][1])
    assert ours == pytest.approx((theirs["median"], theirs["hinge_low"], theirs["hinge_high"]), rel=1e-14)


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize(
    ("key", "fields"),
    [
        ("mad_3.5", {"method": "mad", "limit": 3.5}),
        ("mad_log_2.5", {"method": "mad", "limit": 2.5, "log": True}),
        ("tukey_1.5", {"method": "tukey", "limit": 1.5}),
        ("tukey_3", {"method": "tukey", "limit": 3.0}),
        ("adjusted_1.5", {"method": "adjusted", "limit": 1.5}),
    ],
)
def test_as_many_are_far_as_in_r(name, key, fields):
    theirs = THEIRS[name].get(f"outside_{key}")
    if theirs is None:
        assert (NUMBERS[name] <= 0).any()
        return
    failed, passed, unknown = ended(outlier(least=5, **fields), pay=NUMBERS[name])
    if fields["method"] == "mad" and THEIRS[name]["mad"] == 0:
        assert (failed, passed, unknown) == ([], 0, len(NUMBERS[name]))
    else:
        assert (len(failed), passed, unknown) == (theirs, len(NUMBERS[name]) - theirs, 0)


@pytest.mark.parametrize("name", SAMPLES)
def test_the_adjusted_fences_are_those_of_robustbase(name):
    """A number just inside R's fence passes, one just outside fails; adding them does not move a large sample."""
    theirs, numbers = THEIRS[name], NUMBERS[name]
    failed, *_ = ended(outlier(method="adjusted", limit=1.5, least=5), pay=numbers)
    outside = (numbers < theirs["fence_low"]) | (numbers > theirs["fence_high"])
    assert failed == np.flatnonzero(outside).tolist()


@pytest.mark.parametrize("limit", [4, 7, 20])
def test_as_many_ratios_are_far_as_by_the_definitions(limit):
    one = outlier(base="pay_before", method="hidiroglou", limit=limit)
    failed, *_ = ended(one, pay=NUMBERS["after"], pay_before=NUMBERS["before"])
    assert len(failed) == THEIRS["ratios"][f"outside_{limit}"] > 0


def test_ratios_worked_by_hand():
    """Seven ratios, the median 1: s is -1, -1/3, 0, 0, 0.2, 0.5, 9, and E is s times 100 to the power of 0.4 or so."""
    before = np.array([100.0, 100, 100, 100, 100, 100, 100])
    after = np.array([50.0, 75, 100, 100, 120, 150, 1000])
    effect = np.array([-1, -1 / 3, 0, 0, 0.2, 0.5, 9]) * np.maximum(before, after) ** 0.4
    low, high = (effect[1] + effect[2]) / 2, (effect[4] + effect[5]) / 2
    one = outlier(base="pay_before", method="hidiroglou", limit=4.0, least=5)
    judged = judge(one, pay=after, pay_before=before)
    outside = (effect < 4 * low) | (effect > 4 * high)
    assert judged.failed.tolist() == np.flatnonzero(outside).tolist() == [0, 6]
    distance = effect[6] / high
    assert judged.values[1] == f"1000 / 100; median 1 of 7; {distance:.1f} quartile distances of effects above"


# ---------------------------------------------------------------------------------------------------- what is accused


@pytest.mark.parametrize("limit", [2.5, 3.0, 3.5])
def test_of_skew_amounts_logarithms_accuse_as_many_as_chance_explains(limit):
    pay = np.random.default_rng(11).lognormal(8, 1.3, 200_000)
    failed, *_ = ended(outlier(log=True, limit=limit), pay=pay)
    expected = 2 * NormalDist().cdf(-limit) * len(pay)
    assert abs(len(failed) - expected) < 4 * expected**0.5
    plain, *_ = ended(outlier(limit=limit), pay=pay)
    assert len(plain) > 10 * len(failed)


def test_of_skew_amounts_the_adjusted_fences_accuse_fewer_than_tukeys():
    pay = np.random.default_rng(12).lognormal(8, 1, 20_000)
    tukey, adjusted = (ended(outlier(method=method, limit=1.5), pay=pay)[0] for method in ("tukey", "adjusted"))
    assert len(adjusted) < 0.03 * len(pay) < 0.07 * len(pay) < len(tukey)


@pytest.mark.parametrize("method", ["mad", "tukey", "adjusted"])
def test_a_planted_number_is_found_and_others_are_not(method):
    pay = 100 + np.random.default_rng(1).normal(size=60)
    pay[17] = 160
    assert ended(outlier(method=method, limit=5.0), pay=pay) == ([17], 59, 0)


def test_many_far_numbers_do_not_hide_each_other():
    """Four in ten are far: a mean and a standard deviation would find none."""
    pay = np.concatenate([np.linspace(90, 110, 60), np.linspace(9000, 9100, 40)])
    assert ended(outlier(), pay=pay) == (list(range(60, 100)), 60, 0)
    assert (np.abs(pay - pay.mean()) < 2 * pay.std()).all()


def test_a_number_is_far_from_its_own_group_only():
    low, high = np.linspace(90, 110, 40), np.linspace(9000, 11000, 40)
    pay, who = np.concatenate([low, high, [10000]]), ["a"] * 40 + ["b"] * 40 + ["a"]
    assert ended(outlier(by=("who",)), pay=pay, who=who) == ([80], 80, 0)
    assert ended(outlier(by=("who",)), pay=pay, who=[*who[:-1], "b"]) == ([], 81, 0)


def test_what_is_shown():
    pay = np.append(np.linspace(90, 110, 41), 5_000_000)
    judged = judge(outlier(), pay=pay)
    assert judged.values == [f"5000000; median 100.25 of 42; {(5_000_000 - 100.25) / (1.4826 * 5.25):.1f} "
                             "median absolute deviations above"]  # fmt: skip
    (low,) = judge(outlier(log=True), pay=np.append(np.linspace(90, 110, 41), 0.5)).values
    assert low.startswith("0.5; median 99.7")
    assert low.endswith("median absolute deviations of the logarithm below")


def test_a_ratio_to_a_base_is_compared():
    before = np.linspace(100, 2000, 50)
    pay = before * np.linspace(1.0, 1.1, 50)
    pay[3] *= 3
    assert ended(outlier(base="pay_before", log=True), pay=pay, pay_before=before) == ([3], 49, 0)
    assert ended(outlier(log=True), pay=pay)[0] == []


# ------------------------------------------------------------------------------------------------------------ unknowns


def test_what_is_not_known_is_neither_far_nor_near():
    pay = [*np.linspace(90, 110, 40), None, 99999999.0, float("inf"), FAR]
    assert ended(outlier(), pay=pay) == ([43], 40, 3)


def test_rows_that_the_rule_is_not_about_are_not_counted():
    pay, sex = [*np.linspace(90, 110, 40), FAR, FAR], [1] * 40 + [1, 2]
    assert ended(outlier(when="sex == 1"), pay=pay, sex=sex) == ([40], 40, 0)


def test_what_is_not_above_zero_has_no_logarithm():
    pay = [*np.linspace(90, 110, 40), 0.0, -5.0]
    assert ended(outlier(log=True), pay=pay) == ([], 40, 2)
    assert ended(outlier(), pay=pay) == ([40, 41], 40, 0)


def test_a_base_that_is_not_above_zero_gives_no_ratio():
    pay, before = np.linspace(100, 110, 43), [*[100.0] * 40, 0.0, -1.0, None]
    assert ended(outlier(base="pay_before"), pay=pay, pay_before=before) == ([], 40, 3)


def test_a_small_group_and_one_that_is_not_known_are_unknown():
    pay = [*np.linspace(90, 110, 30), 1.0, 2.0, FAR, FAR, FAR]
    who = ["a"] * 30 + ["b"] * 3 + [None, "999"]
    assert ended(outlier(by=("who",)), pay=pay, who=who) == ([], 30, 5)


@pytest.mark.parametrize("method", ["mad", "tukey", "adjusted", "hidiroglou"])
def test_a_group_without_spread_is_unknown(method):
    base = {"base": "pay_before"} if method == "hidiroglou" else {}
    judged = ended(outlier(method=method, **base), pay=[1000.0] * 60 + [0.1 * 3, 1001.0], pay_before=[1.0] * 62)
    assert judged == ([], 0, 62)


def test_rounding_is_no_spread():
    """0.1 x 3 is not 0.3 in a computer: the ratios differ by some 1e-16."""
    base = np.array([0.1, 0.2, 0.7] * 20)
    assert ended(outlier(base="pay_before"), pay=base * 3, pay_before=base) == ([], 0, 60)


@pytest.mark.parametrize("method", ["mad", "tukey", "adjusted"])
@pytest.mark.parametrize("by", [(), ("who",)])
def test_without_rows_or_answers_nothing_is_judged(method, by):
    assert ended(outlier(method=method, by=by), pay=[], who=[]) == ([], 0, 0)
    assert ended(outlier(method=method, by=by), pay=[None] * 3, who=["a", None, "b"]) == ([], 0, 3)


def test_settings_that_make_no_sense_are_refused():
    with pytest.raises(ValidationError, match="name the `base`"):
        outlier(method="hidiroglou")
    with pytest.raises(ValidationError, match="leave out `log`"):
        outlier(method="hidiroglou", base="pay_before", log=True)


# ---------------------------------------------------------------------------------------------------------------- laws


@pytest.mark.parametrize("method", ["mad", "tukey", "adjusted", "hidiroglou"])
def test_the_order_of_the_rows_does_not_matter(method):
    rng = np.random.default_rng(9)
    pay, who = rng.lognormal(5, 1, 400).round(), rng.choice(["a", "b", "c"], 400)
    before = rng.lognormal(5, 1, 400).round() + 1
    one = outlier(method=method, by=("who",), base="pay_before", limit=2.0)
    judged, mixed = judge(one, pay=pay, who=who, pay_before=before), rng.permutation(400)
    other = judge(one, pay=pay[mixed], who=who[mixed], pay_before=before[mixed])
    assert 0 < len(judged.failed) < 200
    assert sorted(mixed[other.failed]) == judged.failed.tolist()
    shown = dict(zip(mixed[other.failed].tolist(), other.values, strict=True))
    assert [shown[row] for row in judged.failed.tolist()] == judged.values


@given(st.lists(st.integers(-50, 50), min_size=2, max_size=60).filter(lambda one: len(set(one)) > 1))
@settings(max_examples=150, deadline=None)
def test_the_medcouple_of_turned_numbers_is_turned(numbers):
    values = np.sort(np.array(numbers, dtype=float))
    skew = medcouple(values)
    assert -1 <= skew <= 1
    assert medcouple(np.sort(-values)) == pytest.approx(-skew, abs=1e-12)
    assert medcouple(np.sort(3 * values + 7)) == pytest.approx(skew, abs=1e-9)
    before, module.DIRECT = module.DIRECT, 0
    try:
        assert medcouple(values) == pytest.approx(skew, abs=1e-12)
    finally:
        module.DIRECT = before


@pytest.mark.parametrize("method", ["mad", "tukey", "adjusted"])
@given(scale=st.floats(0.01, 1000), move=st.integers(-1000, 1000))
@settings(max_examples=20, deadline=None)
def test_the_unit_of_the_numbers_does_not_matter(method, scale, move):
    pay = np.random.default_rng(4).gamma(2, size=80)
    one = outlier(method=method, limit=1.6)
    assert ended(one, pay=pay * scale + move) == ended(one, pay=pay)


def test_a_million_numbers_in_a_thousand_groups_are_sorted_once_for_all():
    """Groups are judged together: as if each were judged alone."""
    rng = np.random.default_rng(8)
    area, pay = rng.integers(0, 300, 30_000), rng.lognormal(6, 1, 30_000)
    judged = judge(outlier(by=("area",), log=True, limit=2.5), pay=pay, area=area)
    failed = set()
    for one in range(300):
        rows = np.flatnonzero(area == one)
        failed |= set(rows[judge(outlier(log=True, limit=2.5), pay=pay[rows]).failed].tolist())
    assert set(judged.failed.tolist()) == failed
