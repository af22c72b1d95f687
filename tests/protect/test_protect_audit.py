"""What an attacker works out: against corners of the feasible set found without a solver."""

import numpy as np
import pytest
from suppression_tables import linked, table, width_by_vertices

from lfs_migration.errors import DataError
from lfs_migration.protect import audit as module
from lfs_migration.protect.audit import audit, ranges
from lfs_migration.protect.system import System


def some(system, share, seed):
    return np.random.default_rng(seed).random(len(system)) < share


@pytest.mark.parametrize("seed", range(25))
def test_ranges_are_those_of_the_corners(seed):
    draw = np.random.default_rng(seed)
    system = table(np.floor(np.exp(draw.normal(2, 1.5, (3, 3)))))
    hidden = np.zeros(len(system), dtype=bool)
    hidden[draw.choice([0, 1, 2, 4, 5, 6, 8, 9, 10, 3, 12], 7, replace=False)] = True
    smallest, largest = width_by_vertices(system, hidden)
    found = ranges(system, hidden)
    np.testing.assert_allclose(found[0], smallest, atol=1e-6)
    np.testing.assert_allclose(found[1], largest, atol=1e-6)


@pytest.mark.parametrize("seed", range(5))
def test_ranges_in_three_dimensions_are_those_of_the_corners(seed):
    draw = np.random.default_rng(seed)
    system = table(draw.integers(0, 9, (2, 2, 3)))
    hidden = np.zeros((3, 3, 4), dtype=bool)
    hidden[:2, :2, :3] = draw.random((2, 2, 3)) < 0.8
    smallest, largest = width_by_vertices(system, hidden.ravel())
    np.testing.assert_allclose(ranges(system, hidden.ravel()), (smallest, largest), atol=1e-6)


def test_large_and_small_cells_keep_their_precision():
    system = table([[1, 2, 9e6], [3, 1e7, 2e6], [4e6, 5, 6e5]])
    hidden = np.zeros((4, 4), dtype=bool)
    hidden[[0, 0, 1, 1, 0, 2, 2], [0, 1, 0, 1, 2, 0, 2]] = True
    smallest, largest = width_by_vertices(system, hidden.ravel())
    np.testing.assert_allclose(ranges(system, hidden.ravel()), (smallest, largest), rtol=1e-9, atol=1e-6)


def test_what_nothing_bounds_is_infinite():
    system = System.of([3, 4, 7, 5], [(2, [0, 1])])
    hidden = np.array([True, False, True, True])
    smallest, largest = ranges(system, hidden)
    assert smallest.tolist() == [0, 4, 0]
    assert largest.tolist() == [np.inf] * 3


def test_asked_cells_come_in_the_order_asked_and_shown_ones_are_known():
    system = System.of([3, 4, 7], [(2, [0, 1])])
    smallest, largest = ranges(system, np.array([True, True, False]), [2, 1])
    assert (smallest.tolist(), largest.tolist()) == ([7, 0], [7, 7])


def test_a_whole_of_one_part_gives_it_away():
    system = System.of([5, 5, 20, 25], [(1, [0]), (3, [1, 2])])
    only = np.array([True, False, False, False])
    [one] = audit(system, only, [5] * 4, [5] * 4, only)
    assert (one.smallest, one.largest, one.low, one.high) == (5, 5, 0, 10)


def test_a_sensitive_cell_that_is_shown_is_exposed():
    system = System.of([5, 20, 25], [(2, [0, 1])], ["north", "south", "all"])
    primary = np.array([True, False, False])
    [one] = audit(system, primary, [1] * 3, [1] * 3, ~primary)
    assert str(one) == "north is known to lie in [5, 5], which must hold [4, 6]"


def by_ranges(system, primary, low, high, hidden):
    """Return what the audit must find, from the ranges of all cells."""
    smallest, largest = ranges(system, hidden, np.arange(len(system)))
    lower, upper = np.maximum(system.values - low, 0), system.values + high
    wrong = (smallest > lower + 1e-6 * low) | (largest < upper - 1e-6 * high)
    return np.flatnonzero(primary & wrong).tolist()


@pytest.mark.parametrize("near", [300, 12])
@pytest.mark.parametrize("seed", range(8))
def test_the_quick_ways_settle_only_what_the_ranges_settle(seed, near, monkeypatch):
    monkeypatch.setattr(module, "NEAR", near)
    system = linked(seed, countries=24)
    hidden = some(system, 0.45, seed)
    primary = hidden & some(system, 0.6, seed + 100)
    need = np.maximum(np.round(system.values / 2), 1)
    found = [one.cell for one in audit(system, primary, need, need, hidden)]
    assert found == by_ranges(system, primary, need, need, hidden)
    assert 0 < len(found) < primary.sum()


def test_a_range_that_just_reaches_is_enough_and_a_little_less_is_not():
    system = System.of([3, 4, 7], [(2, [0, 1])])
    hidden = np.array([True, True, False])
    primary = np.array([True, False, False])
    assert audit(system, primary, [9] * 3, [4] * 3, hidden) == ()
    [one] = audit(system, primary, [9] * 3, [4.001] * 3, hidden)
    assert (one.largest, one.high) == (7, pytest.approx(7.001))


@pytest.mark.parametrize(
    ("low", "high", "hidden", "what"),
    [
        ([1, 1], [1] * 3, [True] * 3, "low: One number"),
        ([-1] * 3, [1] * 3, [True] * 3, "low: A number of zero or more is needed. cell 0 has -1"),
        ([1] * 3, [np.nan] * 3, [True] * 3, "high: A number"),
        ([1] * 3, [np.inf] * 3, [True] * 3, "high: No range reaches infinity"),
        ([1] * 3, [1] * 3, [1] * 3, "hidden: One boolean"),
        ([1] * 3, [1] * 3, [True] * 2, "hidden: One boolean"),
    ],
)
def test_limits_that_do_not_fit_are_refused(low, high, hidden, what):
    system = System.of([3, 4, 7], [(2, [0, 1])])
    with pytest.raises(DataError, match=what):
        audit(system, np.array([True, False, False]), low, high, np.array(hidden))
