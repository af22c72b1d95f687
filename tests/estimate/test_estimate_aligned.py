"""Sums of several totals, brought to the same cells and pairs."""

import numpy as np
import pytest

from lfs_migration.engine import Sums, collect, pairs
from lfs_migration.estimate.aligned import gathered, on, repeated, stacked


def sums(cells, *triples):
    """Sums from (unit, cell, value)."""
    psu, cell, value = zip(*triples, strict=True)
    return Sums(np.array(psu), np.array(cell), np.array(value, dtype=float), cells)


def triples(made):
    return list(zip(made.psu.tolist(), made.cell.tolist(), made.value.tolist(), strict=True))


def both(cells=4, units=6, rows=300):
    """The same sums as pairs and as a grid; unit 3 has nothing in cell 1."""
    generator = np.random.default_rng(3)
    psu, cell = generator.integers(0, units, rows), generator.integers(0, cells, rows)
    cell[(psu == 3) & (cell == 1)] = 2
    value = generator.normal(size=rows)
    return collect(psu, cell, value, cells), pairs(psu, cell, cells, units, rows).sums(value)


def test_cells_are_repeated_reordered_and_dropped():
    made = sums(3, (0, 0, 1), (0, 2, 2), (1, 0, 4))
    assert triples(repeated(made, np.array([2, 0, 0, 1]))) == [
        (0, 0, 2.0), (0, 1, 1.0), (0, 2, 1.0), (1, 1, 4.0), (1, 2, 4.0),
    ]  # fmt: skip
    assert repeated(made, np.array([], dtype=np.int64)).cells == 0


@pytest.mark.parametrize("far", [1, 10**7])
def test_sums_on_the_pairs_of_others_are_zero_for_the_rest(far):
    few, many = sums(3, (far, 1, 4)), sums(3, (0, 0, 1), (0, 2, 2), (far, 1, 8), (far, 2, 9))
    assert triples(on(few, many)) == [(0, 0, 0.0), (0, 2, 0.0), (far, 1, 4.0), (far, 2, 0.0)]
    nothing = Sums(few.psu[:0], few.cell[:0], few.value[:0], 3)
    assert triples(on(nothing, nothing)) == []


@pytest.mark.parametrize("cell", [[0, 0, 1, 2, 3, 3], [2, 0, 3], [1]])
def test_a_grid_is_repeated_as_its_pairs_are(cell):
    few, grid = both()
    again = repeated(grid, np.array(cell))
    assert again.grid is not None
    assert triples(again.occurring) == triples(repeated(few, np.array(cell)))


@pytest.mark.parametrize("to", [[0, 0, 1, 1], [0, 1, 1, 1], [1, 0, 0, 1], [0, -1, 1, 1]])
def test_a_grid_is_gathered_as_its_pairs_are(to):
    few, grid = both()
    made = gathered(grid, np.array(to), 2).occurring
    other = gathered(few, np.array(to), 2)
    assert [triple[:2] for triple in triples(made)] == [triple[:2] for triple in triples(other)]
    assert made.value == pytest.approx(other.value, rel=1e-13)


def test_a_grid_stands_on_pairs_and_pairs_on_a_grid():
    few, grid = both()
    assert on(grid, grid) is grid
    assert triples(on(grid, few)) == triples(few)
    assert (on(few, grid).value == grid.value).all()


def test_stacked_grids_keep_what_occurs():
    few, grid = both()
    assert triples(stacked([grid, grid])) == triples(stacked([few, few]))
