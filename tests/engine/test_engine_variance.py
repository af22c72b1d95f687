"""Variances that can be checked by hand.

Stratum a has units of totals 2, 4, 6: mean 4, squares 4 + 0 + 4, times 3/2 is 12.
Stratum b has units of totals 10, 14: mean 12, squares 4 + 4, times 2/1 is 16.
Stratum c has one unit, of total 9. The mean of all six units is 45 / 6 = 7.5.
"""

import numpy as np
import pytest

from lfs_migration.engine import Psus, Sums, collect, covariance, degrees_of_freedom, pairs, variance
from lfs_migration.sample import psus, settled

TOTALS = {"a": [2, 4, 6], "b": [10, 14], "c": [9]}
A, B = 12.0, 16.0


def example(strata, policy="fail"):
    """Units of the named strata, and their totals as one cell."""
    names = [(h, i) for h in strata for i in range(len(TOTALS[h]))]
    codes = np.array([strata.index(h) for h, _ in names])
    units = settled(psus((codes, list(strata)), (np.array([i for _, i in names]), range(9)), policy)[0])
    values = np.array([TOTALS[h][i] for h, i in names], dtype=float)
    return units, Sums(np.arange(len(names)), np.zeros(len(names), dtype=np.int64), values, 1)


def only(sums, *units):
    """The sums of some units: the others have no row in the cell."""
    keep = np.isin(sums.psu, units)
    return Sums(sums.psu[keep], sums.cell[keep], sums.value[keep], sums.cells)


def both(units, sums):
    """The variance, which the covariance must have on its diagonal."""
    direct = variance(units, sums)
    np.testing.assert_allclose(np.diag(covariance(units, sums)), direct, rtol=1e-12)
    return direct.tolist()


def test_two_strata():
    assert both(*example("ab")) == [A + B]


def test_a_unit_without_a_row_counts_as_zero():
    units, sums = example("ab")
    # 2, 0, 0: mean 2/3, squares 16/9 + 4/9 + 4/9 = 8/3, times 3/2 is 4
    assert both(units, only(sums, 0)) == [pytest.approx(4.0)]


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("certainty", A + B),
        ("adjust", A + B + (9 - 7.5) ** 2),
        ("average", (A + B) * 3 / 2),
        ("collapse", A + 21.0),  # b and c: 10, 14, 9: mean 11, squares 1 + 9 + 4, times 3/2
    ],
)
def test_a_stratum_of_one_unit(policy, expected):
    assert both(*example("abc", policy)) == [pytest.approx(expected)]


def test_adjust_takes_an_absent_lonely_unit_as_zero():
    units, sums = example("abc", "adjust")
    # only stratum a has rows, in all 12 of 6 units: the lonely unit is 2 from their mean
    assert both(units, only(sums, 0, 1, 2)) == [pytest.approx(A + 2.0**2)]


def test_average_of_no_other_stratum_is_undefined():
    assert np.isnan(both(*example("c", "average"))).all()


def test_certainty_of_all_strata_is_zero():
    assert both(*example("c", "certainty")) == [0.0]


def test_covariance_of_two_cells():
    units, sums = example("ab")
    # cell 1 holds twice the totals of stratum a and nothing of stratum b
    cells = Sums(
        np.concatenate([sums.psu, [0, 1, 2]]),
        np.concatenate([sums.cell, [1, 1, 1]]),
        np.concatenate([sums.value, [4.0, 8.0, 12.0]]),
        2,
    )
    np.testing.assert_allclose(covariance(units, cells), [[A + B, 2 * A], [2 * A, 4 * A]])


def test_an_empty_cell_has_variance_zero_and_no_degree_of_freedom():
    units, sums = example("ab")
    cells = Sums(sums.psu, sums.cell, sums.value, 3)
    assert both(units, cells) == [A + B, 0.0, 0.0]
    assert degrees_of_freedom(units, cells).tolist() == [3, 0, 0]


def test_degrees_of_freedom_are_over_the_strata_that_hold_the_domain():
    units, sums = example("abc", "certainty")
    assert degrees_of_freedom(units, sums).tolist() == [3]
    assert degrees_of_freedom(units, only(sums, 0)).tolist() == [2]  # one row in stratum a: its three units less one
    assert degrees_of_freedom(units, only(sums, 5)).tolist() == [0]  # the lonely unit alone


def test_large_totals_keep_small_variances():
    units, sums = example("ab")
    shifted = Sums(sums.psu, sums.cell, sums.value + 1e9, 1)
    assert both(units, shifted) == [A + B]


@pytest.mark.parametrize("singletons", ["certainty", "adjust", "average"])
@pytest.mark.parametrize("order", [[0, 0, 1, 1, 2, 3, 3], [3, 0, 1, 3, 2, 0, 1]])
def test_a_grid_varies_as_its_pairs_do(singletons, order):
    generator = np.random.default_rng(2)
    units = Psus(np.array(order), singletons, lambda unit: ("", str(unit)), np.full(7, 0.25))
    psu, cell = generator.integers(0, 7, 90), generator.integers(0, 3, 90)
    keep = (psu != 2) & ~((cell == 1) & np.isin(psu, [0, 3]))
    value = generator.normal(size=90)[keep]
    few, grid = collect(psu[keep], cell[keep], value, 3), pairs(psu[keep], cell[keep], 3, 7, len(psu)).sums(value)
    assert grid.grid is not None
    assert few.grid is None
    assert variance(units, grid) == pytest.approx(variance(units, few), rel=1e-12)
    assert covariance(units, grid) == pytest.approx(covariance(units, few), rel=1e-12)
    assert degrees_of_freedom(units, grid).tolist() == degrees_of_freedom(units, few).tolist()
