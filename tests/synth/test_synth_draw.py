from __future__ import annotations

import numpy as np
import pytest

from lfs_migration.synth.draw import Draws, below, between, pick, pick_by, quantile


def test_streams_are_those_of_every_machine():
    assert Draws(2007).uniform("em_sex", 3) == pytest.approx(
        [0.9615279100631992, 0.4087189320484883, 0.5078170829343529], abs=0
    )


def test_each_name_has_its_own_stream():
    draws = Draws(1)
    assert not np.array_equal(draws.uniform("a", 5), draws.uniform("b", 5))
    assert np.array_equal(draws.uniform("a", 9)[:5], draws.uniform("a", 5))


def test_pick_follows_its_shares():
    u = Draws(3).uniform("u", 20_000)
    picked = pick({"A": 2, "B": 1, "C": 0, "D": 1}, u)
    assert {key: round(float(np.mean(picked == key)), 2) for key in "ABCD"} == {"A": 0.5, "B": 0.25, "C": 0, "D": 0.25}


@pytest.mark.parametrize("u", [0.0, 1 - 2**-53])
def test_pick_never_takes_what_has_no_share(u):
    assert pick({0: 0.0, 1: 0.1, 2: 0.2, 3: 0.0}, np.array([u]))[0] in (1, 2)


def test_pick_by_takes_each_group_from_its_own_shares():
    groups = np.array([1, 2, 2, 1])
    assert pick_by({1: {7: 1.0}, 2: {8: 1.0}}, groups, np.full(4, 0.3)).tolist() == [7, 8, 8, 7]


def test_quantiles_are_reached():
    u = np.array([0.0, 0.25, 0.5, 0.75, 1 - 2**-53])
    assert quantile([1, 2, 4, 8, 16], u) == pytest.approx([1, 2, 4, 8, 16])


def test_between_gives_both_ends_and_nothing_else():
    numbers = between(2, 4, Draws(5).uniform("u", 1000))
    assert sorted(set(numbers.tolist())) == [2, 3, 4]


def test_below_stays_in_its_classes():
    draws = Draws(7)
    months = below({3: 0.2, 12: 0.0, 24: 0.8}, draws.uniform("a", 5000), draws.uniform("b", 5000))
    assert months.min() == 0 and months.max() == 23
    assert not np.any((months >= 3) & (months < 12))
    assert np.mean(months < 3) == pytest.approx(0.2, abs=0.02)
