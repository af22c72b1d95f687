"""Cells and the equations between them: what is refused, and how the hidden ones fall apart."""

import numpy as np
import pytest
from suppression_tables import linked, table

from lfs_migration.errors import DataError
from lfs_migration.protect.system import System


def mask(system, *cells):
    out = np.zeros(len(system), dtype=bool)
    out[list(cells)] = True
    return out


def test_a_whole_is_the_sum_of_its_parts():
    system = System.of([3, 4, 7, 1, 8], [(2, [0, 1]), (4, [2, 3])])
    assert system.equations.toarray().tolist() == [[-1, -1, 1, 0, 0], [0, 0, -1, -1, 1]]


def test_an_equation_that_fails_is_named_in_words():
    with pytest.raises(DataError) as caught:
        System.of([3, 4, 9, 5, 14], [(4, [2, 3]), (2, [0, 1])], ["men", "women", "adults", "children", "all"])
    assert str(caught.value).startswith("equation 1: The cells do not add up. adults = 9, men + women = 7.")
    assert "1 of 2 equations" in str(caught.value)


def test_sums_of_large_weights_may_differ_in_their_last_digits():
    parts = np.random.default_rng(1).random(1000) * 1e7
    System.of([*parts, parts[::-1].sum()], [(1000, list(range(1000)))])


def test_a_small_error_beside_large_cells_in_other_equations_is_seen():
    with pytest.raises(DataError, match="equation 1"):
        System.of([1e9, 1e9, 2, 3, 5.001], [(0, [1]), (4, [2, 3])])


@pytest.mark.parametrize("value", [-1, np.nan, np.inf])
def test_a_value_that_is_no_count_is_refused(value):
    with pytest.raises(DataError, match="cell 1: A cell to protect"):
        System.of([3, value, 7], [])


@pytest.mark.parametrize("pair", [(2, []), (2, [0, 2]), (2, [0, 0]), (2, [0, 3]), (-1, [0, 1])])
def test_a_whole_has_parts_that_are_other_cells(pair):
    with pytest.raises(DataError, match="equation 0: A whole needs parts"):
        System.of([3, 4, 7], [pair])


@pytest.mark.parametrize(
    ("values", "equations", "names", "what"),
    [
        ([1, 2, 3], [[1, 1]], (), "one column"),
        ([[1, 2]], [[1, 1]], (), "one value"),
        ([2, 1], [[1, -2]], (), "not \\+1 or -1"),
        ([1, 1], [[1, -1]], ["men"], "name"),
    ],
)
def test_what_does_not_fit_is_refused(values, equations, names, what):
    with pytest.raises(DataError, match=what):
        System(np.array(values, dtype=float), np.array(equations, dtype=float), names)


def test_other_values_stand_under_the_same_equations():
    system = System.of([3, 4, 7], [(2, [0, 1])], ["men", "women", "all"])
    assert system.other([1, 1, 2]).values.tolist() == [1, 1, 2]
    assert system.other([1, 1, 2]).equations is not None
    with pytest.raises(DataError, match="all = 3, men \\+ women = 2"):
        system.other([1, 1, 3])


def test_a_system_does_not_follow_the_array_it_was_made_of():
    values = np.array([3.0, 4.0, 7.0])
    system = System.of(values, [(2, [0, 1])])
    values[0] = 5
    assert system.values[0] == 3


def test_hidden_cells_fall_into_parts_when_shown_cells_are_substituted_out():
    system = table([[1, 2, 3], [4, 5, 6], [7, 8, 9]])
    parts = system.parts(mask(system, 0, 1, 4, 5, 10, 14))
    assert [part.cells.tolist() for part in parts] == [[0, 1, 4, 5], [10, 14]]
    assert parts[1].values.tolist() == [9, 18]
    assert [part.equations.shape[0] for part in parts] == [4, 3]


def test_a_hidden_cell_in_no_equation_is_a_part_of_its_own():
    system = System.of([3, 4, 7, 5], [(2, [0, 1])])
    parts = system.parts(mask(system, 0, 1, 3))
    assert [part.cells.tolist() for part in parts] == [[0, 1], [3]]
    assert parts[1].equations.shape == (0, 1)


def test_nothing_hidden_has_no_part():
    system = table([[1, 2], [3, 4]])
    assert system.parts(mask(system)) == []


@pytest.mark.parametrize("seed", range(6))
def test_parts_hold_each_hidden_cell_once_and_share_no_equation(seed):
    system = linked(seed)
    hidden = np.random.default_rng(seed).random(len(system)) < 0.3
    parts = system.parts(hidden)
    assert sorted(cell for part in parts for cell in part.cells) == np.flatnonzero(hidden).tolist()
    owner = np.full(len(system), -1)
    for number, part in enumerate(parts):
        owner[part.cells] = number
    for row in system.incidence.toarray() > 0:
        assert len(set(owner[row & hidden])) <= 1
    touched = (system.incidence @ hidden.astype(float) > 0).sum()
    assert sum(part.equations.shape[0] for part in parts) == touched


def test_subtraction_gives_a_cell_back_and_then_the_next():
    system = System.of([3, 4, 7, 5, 12], [(2, [0, 1]), (4, [2, 3])])
    assert system.determined(mask(system, 0, 2)).tolist() == [True, False, True, False, False]
    assert not system.determined(mask(system, 0, 1, 2, 3)).any()
    assert not system.determined(mask(system, 0, 1)).any()
