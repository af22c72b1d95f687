"""Rounding to a base: one by one, at random, and together; against brute force and by identities."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.optimize import OptimizeResult, milp

from lfs_migration.errors import DataError, EstimationError
from lfs_migration.protect import rounding
from lfs_migration.protect.cellkeys import name_keys
from lfs_migration.protect.rounding import Limits, controlled, nearest, randomly

BASES = st.sampled_from([0.1, 0.5, 1, 3, 5, 10, 100, 1000])
few = settings(max_examples=40, deadline=None)


def with_margins(inner):
    """The cells of a table with all its margins, flat, and the equations: in each line, parts make the total."""
    full = np.asarray(inner, dtype=float)
    for axis in range(full.ndim):
        full = np.concatenate([full, full.sum(axis=axis, keepdims=True)], axis=axis)
    place, lines = np.arange(full.size).reshape(full.shape), []
    for axis in range(full.ndim):
        lines.extend(np.moveaxis(place, axis, -1).reshape(-1, full.shape[axis]))
    equations = sparse.lil_matrix((len(lines), full.size), dtype=int)
    for row, line in enumerate(lines):
        equations[row, line[:-1]] = 1
        equations[row, line[-1]] = -1
    return full.ravel(), equations.tocsr()


def hierarchy():
    """A world of three regions of two countries each, by sex: two linked levels in one table."""
    world, rng = ["world"], np.random.default_rng(5)
    places = world + [f"r{r}" for r in range(3)] + [f"r{r}c{c}" for r in range(3) for c in range(2)]
    sexes = ["total", "women", "men"]
    at = {key: i for i, key in enumerate(product(places, sexes))}
    rows, values = [], np.zeros(len(at))
    for sex in sexes:
        rows.append((at["world", sex], [at[f"r{r}", sex] for r in range(3)]))
        rows.extend((at[f"r{r}", sex], [at[f"r{r}c{c}", sex] for c in range(2)]) for r in range(3))
    rows.extend((at[place, "total"], [at[place, "women"], at[place, "men"]]) for place in places)
    for r, c, sex in product(range(3), range(2), sexes[1:]):
        count = int(rng.integers(0, 40))
        for key in product((f"r{r}c{c}", f"r{r}", "world"), (sex, "total")):
            values[at[key]] += count
    equations = np.zeros((len(rows), len(at)), dtype=int)
    for row, (total, parts) in enumerate(rows):
        equations[row, total], equations[row, parts] = -1, 1
    return values, sparse.csr_matrix(equations)


def least_distance(values, equations, base, farther=0):
    """The least sum of distances of any rounding that adds up, by trying each; none: infinity."""
    below, above = np.floor(values / base).astype(int), np.ceil(values / base).astype(int)
    choices = [
        [k for k in range(lo - farther, hi + farther + 1) if (k >= 0 or v < 0) and (k <= 0 or v > 0)]
        for v, lo, hi in zip(values, below, above, strict=True)
    ]
    every = np.array(list(product(*choices)))
    every = every[((equations @ every.T) == 0).all(axis=0)]
    return np.abs(every * base - values).sum(axis=1).min() if len(every) else np.inf


def odd_cycle():
    """Three cells of which each two add up to 10: to base 10, none of them can be rounded to a neighbour alone."""
    values = np.array([5.0, 5, 5, 10, 10, 10])
    equations = [[1, 1, 0, -1, 0, 0], [0, 1, 1, 0, -1, 0], [1, 0, 1, 0, 0, -1]]
    return values, sparse.csr_matrix(equations)


@given(st.decimals(-(10**9), 10**9, places=3), BASES)
def test_the_nearest_multiple_is_that_of_decimal_arithmetic(value, base):
    unit = Decimal(str(base))
    expected = float((value / unit).quantize(Decimal(1), rounding=ROUND_HALF_UP) * unit)
    assert nearest(float(value), base) == expected


@given(st.integers(-(10**7), 10**7), BASES)
def test_a_multiple_stays_whatever_way_it_is_rounded(steps, base):
    multiple = float(steps * Decimal(str(base)))
    shaken = [multiple, np.nextafter(multiple, np.inf), np.nextafter(multiple, -np.inf), steps * base]
    keys = name_keys(range(4), seed=steps % 97)
    assert nearest(shaken, base).tolist() == [multiple] * 4
    assert randomly(shaken, base, keys).tolist() == [multiple] * 4


def test_a_half_that_a_sum_missed_by_a_digit_is_a_half():
    assert nearest([1.15, 0.1 + 0.2 + 0.15, 2.4999999999999996], 0.1).tolist() == [1.2, 0.5, 2.5]
    assert nearest([2.4999999999999996, 2.49999], 5).tolist() == [5.0, 0.0]


def test_minus_zero_is_not_published_and_an_unknown_value_stays():
    out = nearest([[-0.2, np.nan]], 1)
    assert not np.signbit(out[0, 0])
    assert np.isnan(out[0, 1])
    assert np.isnan(randomly([np.nan], 5, name_keys(["a"], 1))).all()


@pytest.mark.parametrize("base", [0, -5, np.nan, np.inf])
@pytest.mark.parametrize(
    "way",
    [
        lambda base: nearest([1.0], base),
        lambda base: randomly([1.0], base, name_keys(["a"], 1)),
        lambda base: controlled([1.0, 1.0], sparse.csr_matrix([[1, -1]]), base),
    ],
)
def test_a_base_that_is_not_above_zero_is_an_error(way, base):
    with pytest.raises(DataError, match="is not above zero"):
        way(base)


@pytest.mark.parametrize(
    ("values", "base", "why"),
    [
        ([1.0, np.inf], 5, "cell 1: 1 of 2 values are infinite"),
        ([1e300], 0.5, "not exact in floating point"),
        ([1e16], 1, "not exact in floating point"),
        ([1.0], 0.12345678901234567, "too many digits"),
    ],
)
def test_what_cannot_be_rounded_exactly_is_an_error(values, base, why):
    with pytest.raises(DataError, match=why):
        nearest(values, base)


@pytest.mark.parametrize("value", [0.3, 1, 2.5, 7, -1, -7.25, 1234.5])
def test_the_expectation_of_random_rounding_is_the_value(value):
    # Keys at equal steps over all their range stand for every key.
    n = 1000
    keys = ((np.arange(n, dtype=np.uint64) * np.uint64(2)) + np.uint64(1)) * np.uint64(2**63 // n)
    out = randomly(np.full(n, value), 5, keys)
    assert np.abs(out - value).max() < 5
    assert out.mean() == pytest.approx(value, abs=5 / n)


@given(st.lists(st.tuples(st.text(max_size=5), st.integers(-1000, 1000)), unique_by=lambda cell: cell[0], min_size=1),
       st.randoms())  # fmt: skip
def test_a_cell_is_rounded_alike_in_every_table_and_order(cells, random):
    def table(order):
        names, values = zip(*order, strict=True)
        return dict(zip(names, randomly(values, 7, name_keys(names, seed=3)).tolist(), strict=True))

    whole = table(cells)
    part = random.sample(cells, random.randint(1, len(cells)))
    assert table(part).items() <= whole.items()


def test_another_seed_rounds_otherwise_and_names_share_no_draws():
    values, names = np.full(2000, 2.0), range(2000)
    one, other = (randomly(values, 5, name_keys(names, seed)) for seed in (1, 2))
    # Up with probability 0.4: the standard error of a mean of 2000 is 0.055, and of the share alike (0.52) 0.011.
    assert abs(one.mean() - 2) < 0.25
    assert abs((one == other).mean() - 0.52) < 0.05


@pytest.mark.parametrize("keys", [np.arange(3), np.ones(3), np.ones(3, dtype=np.uint32)])
def test_keys_that_are_no_draws_are_an_error(keys):
    with pytest.raises(DataError, match="name_keys"):
        randomly([1, 2, 3], 5, keys)


def test_keys_of_another_shape_are_an_error():
    with pytest.raises(DataError, match=r"keys of shape \(2,\) for values of shape \(3,\)"):
        randomly([1, 2, 3], 5, name_keys(["a", "b"], 1))


def holds(values, equations, base, done):
    """What is true of every controlled rounding."""
    assert not (equations @ done.multiples).any()
    assert (np.abs(done.values - values) < base * (1 + done.farther)).all()
    multiple = (values % base == 0) & (done.farther == 0)
    assert (done.values[multiple] == values[multiple]).all()
    assert (done.values[values == 0] == 0).all()
    assert (done.values * values >= 0).all()
    assert done.distance == pytest.approx(np.abs(done.values - values).sum())


SHAPES = st.sampled_from([(3, 4), (2, 3, 2), (3, 3, 3), (6, 5)])


@given(SHAPES, st.sampled_from([3, 5, 10]), st.integers(0, 10**6))
@few
def test_a_table_with_margins_adds_up_and_no_cell_goes_further_than_the_base(shape, base, seed):
    values, equations = with_margins(np.random.default_rng(seed).integers(0, 30, shape))
    done = controlled(values, equations, base, Limits(farther=2))
    holds(values, equations, base, done)
    if len(shape) == 2:
        # A table of two dimensions always has a zero-restricted rounding (Cox 1987).
        assert not done.farther.any()


def test_a_hierarchy_adds_up_at_each_level():
    values, equations = hierarchy()
    done = controlled(values, equations, 5)
    holds(values, equations, 5, done)
    assert not done.farther.any()
    assert (equations @ nearest(values, 5)).any(), "each cell alone would have done"


@given(st.lists(st.integers(-9, 9), min_size=4, max_size=4), st.sampled_from([3, 4, 5]))
@few
def test_the_distance_is_the_least_of_all_roundings(inner, base):
    values, equations = with_margins(np.reshape(inner, (2, 2)))
    done = controlled(values, equations, base)
    assert done.distance == pytest.approx(least_distance(values, equations, base))


@given(st.integers(0, 10**6))
@few
def test_farther_away_it_is_the_least_too(seed):
    rng = np.random.default_rng(seed)
    values, equations = odd_cycle()
    values = values * rng.integers(1, 3) + np.array([1, -1, 1, 0, 0, 2]) * rng.integers(0, 3)
    near, far = (least_distance(values, equations, 10, farther) for farther in (0, 1))
    assume(np.isfinite(far))
    done = controlled(values, equations, 10)
    holds(values, equations, 10, done)
    assert done.distance == pytest.approx(near if np.isfinite(near) else far)
    assert done.farther.any() == np.isinf(near)


def test_where_no_neighbours_add_up_a_cell_goes_a_base_farther_and_is_named():
    values, equations = odd_cycle()
    done = controlled(values, equations, 10)
    assert np.isinf(least_distance(values, equations, 10))
    assert done.farther.tolist()[:3] == [0, 0, 0]
    assert done.farther.sum() >= 1
    assert done.distance == least_distance(values, equations, 10, farther=1)


def test_a_table_of_three_dimensions_may_have_no_rounding_to_neighbours():
    # Each line has two cells of 5, or none: one would go up and one down, and so those that share a line would
    # alternate around a ring of seven. Causey, Cox & Ernst (1985) were the first to give such a table.
    halves = ["110 011 101", "110 101 011", "000 110 110"]
    inner = np.array([[[5 * int(cell) for cell in row] for row in plane.split()] for plane in halves])
    ring = [(0, 0, 0), (0, 0, 1), (0, 1, 1), (0, 1, 2), (1, 1, 2), (1, 1, 0), (1, 0, 0)]
    values, equations = with_margins(inner)
    assert {int(total) for axis in range(3) for total in inner.sum(axis=axis).flat} == {0, 10}
    assert all(inner[cell] == 5 for cell in ring)
    assert all(sum(a != b for a, b in zip(*pair, strict=True)) == 1 for pair in pairwise([*ring, ring[0]]))
    with pytest.raises(EstimationError, match="No rounding of"):
        controlled(values, equations, 10, Limits(farther=0))
    done = controlled(values, equations, 10)
    holds(values, equations, 10, done)
    assert done.farther.max() == 1


def test_only_the_cells_that_need_it_go_farther():
    values, equations = odd_cycle()
    easy, sums = with_margins([[1, 4], [8, 2]])
    both = sparse.block_diag([equations, sums], format="csr")
    done = controlled(np.concatenate([values, easy]), both, 10)
    assert done.farther[:6].any()
    assert not done.farther[6:].any()
    apart = controlled(easy, sums, 10)
    assert done.values[6:].tolist() == apart.values.tolist()


def test_without_any_rounding_the_error_says_what_else_to_do():
    values, equations = odd_cycle()
    with pytest.raises(EstimationError, match=r"6 connected cells.*Limits\(farther=1\).*nearest"):
        controlled(values, equations, 10, Limits(farther=0))


def test_without_time_the_error_says_what_else_to_do():
    values, equations = with_margins(np.full((4, 4, 4), 2))
    with pytest.raises(EstimationError, match=r"not done in 1e-09 seconds.*nearest"):
        controlled(values, equations, 5, Limits(seconds=1e-9))


def test_a_rounding_that_is_not_proved_the_nearest_is_offered(monkeypatch):
    values, equations = odd_cycle()
    found = OptimizeResult(status=1, x=np.zeros(19), mip_gap=0.034, message="Time limit reached")
    monkeypatch.setattr(rounding, "milp", lambda *_, **__: found)
    with pytest.raises(EstimationError, match=r"at most 4 % from the least.*Limits\(gap=0.04\)"):
        controlled(values, equations, 10)


def test_a_solver_that_fails_is_an_error(monkeypatch):
    values, equations = odd_cycle()
    monkeypatch.setattr(rounding, "milp", lambda *_, **__: OptimizeResult(status=4, x=None, message="Numbers"))
    with pytest.raises(EstimationError, match=r"failed. Numbers"):
        controlled(values, equations, 10)


def test_a_gap_is_kept(monkeypatch):
    values, equations = with_margins(np.random.default_rng(1).integers(0, 50, (4, 3, 3)))
    asked = []

    def spy(*arguments, options, **others):
        asked.append(options)
        return milp(*arguments, options=options, **others)

    monkeypatch.setattr(rounding, "milp", spy)
    best, rough = (controlled(values, equations, 5, Limits(9.0, farther=2, gap=gap)) for gap in (0, 0.5))
    assert best.distance <= rough.distance <= best.distance / (1 - 0.5)
    assert {one["mip_rel_gap"] for one in asked} == {0, 0.5}
    assert all(0 < one["time_limit"] <= 9 for one in asked)


def test_however_far_cells_go_none_changes_its_sign():
    below, part = np.array([0, 1, 0, -1, -1, 2]), np.array([0.3, 0, 0, 0.7, 0, 0.5])
    down, up = rounding._Cells(below, part).room(2)
    assert down.tolist() == [0, 1, 0, 2, 2, 2]
    assert up.tolist() == [2, 2, 0, 0, 1, 2]


def test_tables_apart_are_rounded_as_if_alone():
    one, two = with_margins([[1, 2, 9], [4, 4, 4]]), with_margins([[6, 3], [3, 1]])
    lone = sparse.csr_matrix((0, 1), dtype=int)
    both = sparse.block_diag([one[1], two[1], lone], format="csr")
    done = controlled(np.concatenate([one[0], two[0], [7.5]]), both, 5)
    alone = [controlled(*table, 5).values.tolist() for table in (one, two)]
    assert done.values.tolist() == [*alone[0], *alone[1], 10.0]


def test_the_same_cells_in_another_order_are_as_near_and_again_the_same():
    values, equations = hierarchy()
    order = np.random.default_rng(2).permutation(len(values))
    first, again, other = (
        controlled(*table, 5) for table in [(values, equations)] * 2 + [(values[order], equations[:, order])]
    )
    assert first.values.tobytes() == again.values.tobytes()
    assert other.distance == first.distance


def test_a_base_of_a_tenth_gives_decimals():
    values, equations = with_margins([[0.13, 0.28], [0.31, 0.07]])
    done = controlled(values, equations, 0.1)
    assert not (equations @ done.multiples).any()
    assert set(done.values.tolist()) <= {round(k / 10, 1) for k in range(20)}


def test_cells_that_add_up_but_for_their_last_digits_are_rounded():
    values = np.array([0.1, 0.2, 0.1 + 0.2])
    assert controlled(values, sparse.csr_matrix([[1, 1, -1]]), 0.1).values.tolist() == [0.1, 0.2, 0.3]


@pytest.mark.parametrize(
    ("values", "equations", "why"),
    [
        ([1.0, 1.0, 3.0], [[1, 1, -1]], "equation 0: 1 of 1 equations do not hold before rounding. -1 is left over"),
        ([1.0, np.nan, 3.0], [[1, 1, -1]], "cell 1: 1 of 3 cells are not a number"),
        ([1.0, np.inf, np.inf], [[1, 1, -1]], "cell 1: 2 of 3 values are infinite"),
        ([1.0, 2.0], [[1, 1, -1]], r"Equations of shape \(1, 3\) are not of values of shape \(2,\)"),
        ([[1.0, 2.0, 3.0]], [[1, 1, -1]], r"values of shape \(1, 3\)"),
        ([1.0, 2.0, 2.0], [[1, 0.5, -1]], "no whole numbers"),
    ],
)
def test_cells_that_cannot_be_rounded_together_are_an_error(values, equations, why):
    with pytest.raises(DataError, match=why):
        controlled(values, sparse.csr_matrix(equations), 5)


@pytest.mark.parametrize("limits", [{"seconds": 0}, {"farther": -1}, {"gap": 1.0}, {"gap": -0.1}])
def test_limits_that_make_no_sense_are_an_error(limits):
    with pytest.raises(DataError, match="seconds is above 0"):
        Limits(**limits)


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=20), BASES)
def test_a_larger_value_is_never_rounded_lower(values, base):
    out = nearest(sorted(values), base)
    assert all(low <= high for low, high in pairwise(out))
