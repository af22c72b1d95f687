"""Primary sampling units, strata, and strata of one unit."""

import re

import numpy as np
import pytest

from lfs_migration.errors import DesignError
from lfs_migration.sample import psus, settled
from lfs_migration.sample.units import distinct


def made(names, policy="fail"):
    """Units from rows given as stratum and unit number: ``a1 a2 b1``."""
    pairs = [(name[0], int(name[1:])) for name in names.split()]
    units, position = psus(factor([h for h, _ in pairs]), factor([i for _, i in pairs]), policy)
    return settled(units), position


def factor(values):
    levels = sorted(set(values))
    return np.array([levels.index(value) for value in values], dtype=np.int64), levels


def strata(units):
    """Strata as sets of unit names."""
    groups = {}
    for unit, stratum in enumerate(units.stratum):
        groups.setdefault(int(stratum), []).append("".join(units.name(unit)))
    return [" ".join(groups[h]) for h in sorted(groups)]


def test_the_same_number_in_two_strata_is_two_units():
    units, position = made("a1 a2 b1 b2 a1")
    assert len(units) == 4
    assert position.tolist() == [0, 1, 2, 3, 0]
    assert units.size.tolist() == [2, 2]


def test_fail_names_the_stratum_and_the_unit():
    expected = "Stratum 'b' has only one primary sampling unit, '7' and 1 more. No variance can be computed inside it."
    with pytest.raises(DesignError, match=re.escape(expected)):
        made("a1 a2 b7 c1")


@pytest.mark.parametrize("policy", ["certainty", "adjust", "average"])
def test_other_policies_keep_the_strata(policy):
    units, _ = made("a1 a2 b7", policy)
    assert strata(units) == ["a1 a2", "b7"]
    assert units.single.tolist() == [False, True]


@pytest.mark.parametrize(
    ("names", "joined"),
    [
        ("a1 a2 b1 c1 c2", ["a1 a2 b1", "c1 c2"]),  # to the stratum before
        ("a1 b1 b2 c1 c2", ["a1 b1 b2", "c1 c2"]),  # the first has none before it
        ("a1 a2 b1 c1 d1 d2", ["a1 a2 b1 c1", "d1 d2"]),  # a chain
        ("a1 b1 c1 c2", ["a1 b1", "c1 c2"]),  # two lonely ones are enough
        ("a1 b1 c1", ["a1 b1 c1"]),
        ("a1 a2 b1 b2", ["a1 a2", "b1 b2"]),  # nothing to join
        ("a1 a2", ["a1 a2"]),
    ],
)
def test_collapse(names, joined):
    units, _ = made(names, "collapse")
    assert strata(units) == joined


def test_a_single_unit_cannot_be_collapsed():
    with pytest.raises(DesignError, match="Stratum 'a' has only one primary sampling unit, '1'"):
        made("a1 a1", "collapse")


def test_no_rows_are_no_units():
    for policy in ("fail", "collapse"):
        units, position = made("", policy)
        assert (len(units), len(position)) == (0, 0)


def test_levels_that_do_not_occur_are_no_strata():
    units, _ = psus((np.array([2, 2]), ["a", "b", "c"]), (np.array([0, 1]), [1, 2, 3]), "fail")
    assert units.size.tolist() == [2]


def test_distinct_counts_a_household_once_a_cell():
    household = np.array([0, 0, 0, 1, 2, -1])
    cell = np.array([0, 0, 1, 0, -1, 0])
    assert distinct(household, cell, 3).tolist() == [2, 1, 0]
    assert distinct(household, np.full(6, -1), 0).tolist() == []
