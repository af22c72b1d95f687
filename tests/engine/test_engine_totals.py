"""The group-by, and the sums that it gives."""

import numpy as np
import pytest

from lfs_migration.engine import Sums, collect, combine, numbered, pairs


def sums(cells, *triples):
    """Sums from (unit, cell, value)."""
    psu, cell, value = zip(*triples, strict=True)
    return Sums(np.array(psu), np.array(cell), np.array(value, dtype=float), cells)


def triples(made):
    return list(zip(made.psu.tolist(), made.cell.tolist(), made.value.tolist(), strict=True))


def test_collect_adds_rows_and_keeps_only_pairs_that_occur():
    made = collect(np.array([1, 0, 1, 1]), np.array([0, 2, 0, 1]), np.array([1.0, 2.0, 4.0, 8.0]), 3)
    assert triples(made) == [(0, 2, 2.0), (1, 0, 5.0), (1, 1, 8.0)]
    assert made.total.tolist() == [5.0, 8.0, 2.0]


def test_a_row_of_no_cell_is_left_out():
    made = collect(np.array([0, 0]), np.array([-1, 0]), np.array([np.nan, 3.0]), 1)
    assert triples(made) == [(0, 0, 3.0)]


def test_a_cell_without_a_row_has_total_zero():
    assert collect(np.array([0]), np.array([1]), np.array([5.0]), 3).total.tolist() == [0.0, 5.0, 0.0]


@pytest.mark.parametrize("cells", [0, 2])
def test_no_rows(cells):
    none = np.array([], dtype=np.int64)
    made = collect(none, none, np.array([]), cells)
    assert triples(made) == []
    assert made.total.tolist() == [0.0] * cells


def test_sparse_and_dense_keys_are_numbered_alike():
    keys = np.array([5, 900_000, 5, 0])
    for space in (900_001, 10**12):
        distinct_keys, position = numbered(keys, space)
        assert distinct_keys.tolist() == [0, 5, 900_000]
        assert position.tolist() == [1, 2, 1, 0]
    few, position = numbered(np.array([3, 1, 3]), 4)
    assert (few.tolist(), position.tolist()) == ([1, 3], [1, 0, 1])


@pytest.mark.parametrize("far", [1, 10**7])
def test_pairs_are_found_once_for_several_values(far):
    psu, cell = np.array([far, 0, far, far, 0]), np.array([0, 2, 0, 1, -1])
    found = pairs(psu, cell, 3)
    assert list(zip(found.psu.tolist(), found.cell.tolist(), found.count.tolist(), strict=True)) == [
        (0, 2, 1), (far, 0, 2), (far, 1, 1)
    ]  # fmt: skip
    for value in (np.array([1.0, 2, 4, 8, np.nan]), np.zeros(5)):
        assert triples(found.sums(value)) == triples(collect(psu, cell, value, 3))


def test_sums_of_the_same_pairs_combine_as_others_do():
    psu, cell = np.array([0, 0, 1]), np.array([0, 1, 0])
    found, g = pairs(psu, cell, 2), [np.array([2.0, 3.0]), np.array([-1.0, 0.5])]
    same = [found.sums(np.array(value)) for value in ([1.0, 2, 4], [8.0, 16, 32])]
    others = [sums(2, *triples(one)) for one in same]
    assert triples(combine(same, g)) == triples(combine(others, g))


def test_combine_is_the_gradient_times_the_sums():
    top, base = sums(2, (0, 0, 10), (1, 1, 6)), sums(2, (0, 0, 4), (1, 0, 5))
    made = combine([top, base], [np.array([0.5, 1.0]), np.array([-2.0, 3.0])])
    assert triples(made) == [(0, 0, 10 * 0.5 - 4 * 2.0), (1, 0, -10.0), (1, 1, 6.0)]


def crowd(rows=400, units=7, cells=3, seed=1):
    """Rows of which unit 2 has none, and unit 5 none in cell 1."""
    generator = np.random.default_rng(seed)
    psu, cell = generator.integers(0, units, rows), generator.integers(-1, cells, rows)
    keep = (psu != 2) & ~((psu == 5) & (cell == 1))
    return psu[keep], cell[keep], generator.normal(size=rows)[keep]


def test_a_grid_is_the_sums_with_zeros_for_pairs_that_do_not_occur():
    psu, cell, value = crowd()
    few, grid = collect(psu, cell, value, 3), pairs(psu, cell, 3, 7, len(psu)).sums(value)
    assert few.grid is None
    assert grid.grid.shape == (7, 3)
    assert triples(grid.occurring) == triples(few)
    assert len(grid.psu) == 21
    assert grid.total == pytest.approx(few.total, rel=1e-14)
    assert (grid.dense(7) == few.dense(7)).all()
    assert (grid.dense(9, 1, 3) == few.dense(9, 1, 3)).all()
    assert triples(grid.raised(np.arange(7) // 2)) == triples(few.raised(np.arange(7) // 2))


def test_a_thin_table_has_no_grid():
    psu, cell = np.array([0, 1, 6]), np.array([0, 40, 2])
    assert pairs(psu, cell, 50, 7, len(psu)).sums(np.ones(3)).grid is None


def test_grids_combine_as_sums_of_pairs_do():
    psu, cell, value = crowd()
    g = [np.array([2.0, 3.0, -1.0]), np.array([-1.0, 0.5, 4.0])]
    grids = [pairs(psu, cell, 3, 7, len(psu)).sums(one) for one in (value, value**2)]
    few = [collect(psu, cell, one, 3) for one in (value, value**2)]
    made = combine(grids, g)
    assert made.grid is not None
    assert made.dense(7) == pytest.approx(combine(few, g).dense(7), rel=1e-13)
    assert combine([grids[0], few[1]], g).dense(7) == pytest.approx(made.dense(7), rel=1e-13)
