"""Perturbation by cell key: moments summed exactly, and the same noise for the same rows."""

from __future__ import annotations

import hashlib
from collections import Counter
from math import inf, log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from machines import on_another_machine
from scipy.optimize import linprog
from scipy.stats import chisquare

from lfs_migration.errors import DataError, EstimationError
from lfs_migration.protect.cellkeys import cell_keys, name_keys, perturbation_table, perturbed_totals, record_keys
from lfs_migration.protect.noise import enough, most_uncertain, possible, support_of

TABLES = [(1, 0.5, 0), (2, 1.0, 0), (3, 2.5, 2), (4, 3.0, 2), (5, 3.0, 2), (8, 4.5, 3), (10, 7.25, 1), (30, 12.0, 0)]
SEED = 20240607
few = settings(max_examples=25, deadline=None)
tables = pytest.mark.parametrize(("deviation", "variance", "threshold"), TABLES)


def supports(deviation, threshold):
    return [support_of(count, deviation, threshold) for count in range(1, deviation + threshold + 2)]


def entropy(p):
    return -sum(x * log(x) for x in p if x > 0)


def survey(n=400):
    """Rows with an identifier, and two groupings that cross."""
    rng = np.random.default_rng(8)
    return [(f"h{i // 3}", i % 3) for i in range(n)], rng.integers(0, 5, n), rng.integers(0, 4, n)


@tables
def test_the_noise_has_expectation_zero_and_the_variance_exactly(deviation, variance, threshold):
    table = perturbation_table(deviation, variance, threshold)
    first, second = table.moments()
    assert (table.shares >= 0).all()
    assert table.shares.sum(axis=1).tolist() == [2**32] * (deviation + threshold + 2)
    assert first.tolist() == [0.0] * len(first)
    assert np.abs(second[1:] - variance).max() <= 2 * (deviation + 1) ** 3 / 2**32
    assert table.shares[0].tolist() == [0] * deviation + [2**32] + [0] * deviation


@tables
def test_no_count_becomes_negative_or_small(deviation, variance, threshold):
    table = perturbation_table(deviation, variance, threshold)
    counts = np.arange(len(table.shares))[:, None] + table.noises
    happens = table.shares > 0
    assert counts[happens].min() == 0
    assert not (happens & (counts >= 1) & (counts <= threshold)).any()


@given(st.integers(1, 8), st.integers(0, 3), st.floats(0, 1), st.sampled_from([16, 24, 40]))
@few
def test_any_variance_that_is_possible_is_reached(deviation, threshold, share, bits):
    least, most = possible(supports(deviation, threshold))
    if least > most:
        with pytest.raises(EstimationError, match="Raise the deviation"):
            perturbation_table(deviation, 1.0, threshold, bits)
        return
    variance = least + (most - least) * share
    if variance < 1e-6:
        return
    first, second = perturbation_table(deviation, variance, threshold, bits).moments()
    assert np.abs(first).max() < 2 * deviation / 2**bits
    assert np.abs(second[1:] - variance).max() <= 2 * (deviation + 1) ** 3 / 2**bits


@pytest.mark.parametrize(("deviation", "threshold"), [(3, 0), (3, 2), (5, 2), (4, 3), (9, 5)])
def test_the_possible_variances_are_those_of_a_linear_program(deviation, threshold):
    def ends(support):
        found = [
            linprog(sign * support**2, A_eq=[np.ones(len(support)), support], b_eq=[1, 0], bounds=(0, None))
            for sign in (1, -1)
        ]
        assert all(one.status == 0 for one in found)
        return found[0].fun, -found[1].fun

    low, high = zip(*(ends(support) for support in supports(deviation, threshold)), strict=True)
    assert possible(supports(deviation, threshold)) == pytest.approx((max(low), min(high)))


@pytest.mark.parametrize("threshold", range(8))
def test_enough_is_the_least_deviation_that_has_a_variance(threshold):
    def some(deviation):
        least, most = possible(supports(deviation, threshold))
        return least <= most

    assert some(enough(threshold))
    assert not any(some(deviation) for deviation in range(1, enough(threshold)))


@pytest.mark.parametrize(("count", "variance"), [(1, 2.5), (2, 3.0), (3, 2.0), (9, 1.0), (9, 6.0)])
def test_no_other_noise_is_more_uncertain(count, variance):
    # Any other noise with these moments differs by a vector that keeps sum, expectation and variance.
    support = support_of(count, 4, 2)
    p = most_uncertain(support, variance)
    moments = np.stack([np.ones(len(support)), support, support.astype(float) ** 2])
    assert moments @ p == pytest.approx([1, 0, variance], abs=1e-9)
    kept = np.linalg.svd(moments)[2][3:]
    assert len(kept) == len(support) - 3
    for way in kept:
        for step in (1e-3, -1e-3, 0.02, -0.02):
            other = p + step * p.min() / np.abs(way).max() * way
            assert entropy(other) < entropy(p)
    # And its form: the logarithms of probabilities are a parabola.
    bent = np.polynomial.Polynomial.fit(support, np.log(p), 2)
    assert np.log(p) == pytest.approx(bent(support), abs=1e-6)


def test_three_possible_noises_leave_one_distribution():
    # A count of 1 with D = 3, V = 2.5, js = 2 becomes 0, 3 or 4: three equations give 17/24, 4/24 and 3/24.
    table = perturbation_table(3, 2.5, 2)
    assert table.probabilities[1] == pytest.approx(np.array([0, 0, 17, 0, 0, 4, 3]) / 24, abs=1e-9)


def test_every_key_gives_the_noise_of_its_share():
    table = perturbation_table(3, 2.0, 1, bits=16)
    keys = np.arange(2**16)
    for count in range(8):
        seen = Counter(table.noise(np.full(2**16, count), keys).tolist())
        share = table.shares[min(count, len(table.shares) - 1)]
        assert [seen[noise] for noise in range(-3, 4)] == share.tolist()


def test_zeros_stay_zero_with_any_key():
    table = perturbation_table(5, 3.0, 2)
    assert not table.noise(np.zeros(5, dtype=int), [0, 1, 2**31, 2**32 - 2, 2**32 - 1]).any()


def test_the_same_rows_have_the_same_noise_whichever_table_they_stand_in():
    identifiers, one, two = survey()
    keys, table = record_keys(identifiers, SEED), perturbation_table(5, 3.0, 2)
    cross = cell_keys(keys, one * 4 + two, 20)
    rows = np.bincount(one * 4 + two, minlength=20)
    # A cell of the cross table, found again as the only cell of another table of a shuffled selection of rows.
    for cell in range(20):
        own = np.flatnonzero(one * 4 + two == cell)[::-1]
        alone = cell_keys(record_keys([identifiers[i] for i in own], SEED), np.zeros(len(own), dtype=int), 1)
        assert alone[0] == cross[cell]
        assert table.noise([len(own)], alone)[0] == table.noise(rows, cross)[cell]


def test_keys_of_margins_are_the_sums_of_the_keys_of_their_cells():
    identifiers, one, two = survey()
    keys = record_keys(identifiers, SEED)
    for bits in (16, 32, 40):
        cross = cell_keys(keys, one * 4 + two, 20, bits).reshape(5, 4)
        assert (cross.sum(axis=1) % np.uint64(2**bits)).tolist() == cell_keys(keys, one, 5, bits).tolist()
        half = [cell_keys(keys[part], one[part], 5, bits) for part in (slice(150), slice(150, None))]
        assert (sum(half) % np.uint64(2**bits)).tolist() == cell_keys(keys, one, 5, bits).tolist()


def test_a_cell_key_is_the_sum_of_whole_numbers():
    keys = record_keys(range(1000), SEED)
    cell = np.arange(1000) % 3
    expected = [sum(int(key) for key in keys[cell == c]) % 2**32 for c in range(3)]
    assert cell_keys(keys, cell, 4).tolist() == [*expected, 0]


@given(st.lists(st.integers(0, 10**9) | st.text(max_size=6), unique_by=str, min_size=1), st.randoms())
@few
def test_a_record_has_its_key_in_any_order(identifiers, random):
    keys = dict(zip(map(str, identifiers), record_keys(identifiers, SEED).tolist(), strict=True))
    random.shuffle(identifiers)
    assert dict(zip(map(str, identifiers), record_keys(identifiers, SEED).tolist(), strict=True)) == keys


def test_keys_are_the_same_in_another_process_with_another_hash_seed():
    code = (
        f"from lfs_migration.protect.cellkeys import record_keys; print(record_keys([('h1', 1), 'é'], {SEED}).tolist())"
    )
    done = [on_another_machine("-c", code, PYTHONHASHSEED=seed).decode().strip() for seed in ("1", "2")]
    assert done == [str(record_keys([("h1", 1), "é"], SEED).tolist())] * 2


def test_a_key_is_the_keyed_hash_of_the_parts_of_the_name():
    # Published rounding and noise hang on it: another way of hashing would change every figure.
    own = hashlib.blake2b(b"2:h13:\xc3\xa97", digest_size=8, key=(258).to_bytes(64, "big"), person=b"record")
    assert record_keys([("h1", "é7")], 258).tolist() == [int.from_bytes(own.digest(), "big")]


def test_names_that_differ_have_keys_that_differ():
    names = ["7", "07", "", ("7", ""), ("", "7"), ("ab", "c"), ("a", "bc"), "abc", ("a", "b", "c"), "NA", "na", -7]
    assert len(set(name_keys(names, SEED).tolist())) == len(names)
    assert name_keys([7, np.int64(7), "7", ("7",)], SEED).tolist() == name_keys(["7"] * 4, SEED).tolist()


def test_another_seed_or_use_gives_other_keys():
    keys = [name_keys(["a"], 1), name_keys(["a"], 2), name_keys(["a"], 1, use="record"), name_keys(["a"], 2**300)]
    assert len({int(key[0]) for key in keys}) == 4


def test_keys_and_noise_are_uniform():
    keys = record_keys(range(20_000), SEED)
    assert chisquare(np.bincount(keys >> np.uint64(60), minlength=16)).pvalue > 1e-4
    assert chisquare(np.bincount(keys & np.uint64(15), minlength=16)).pvalue > 1e-4
    table = perturbation_table(4, 3.0, 2)
    sums = cell_keys(keys, np.arange(20_000) // 5, 4000)
    seen = table.noise(np.full(4000, 5), sums) + 4
    likely = table.shares[5] > 0
    assert chisquare(np.bincount(seen, minlength=9)[likely], 4000 * table.probabilities[5][likely]).pvalue > 1e-4


def test_weighted_totals_get_the_noise_times_the_mean_weight():
    totals = perturbed_totals([300.0, 0.0, 50.0, np.nan, 1234.5], [3, 0, 1, 2, 10], [1, 0, -1, 1, 0])
    assert totals[:3].tolist() == [400.0, 0.0, 0.0]
    assert np.isnan(totals[3])
    assert totals[4] == 1234.5


@given(st.lists(st.floats(0.5, 1000), min_size=1, max_size=30))
@few
def test_the_expectation_of_a_weighted_total_is_the_total(weights):
    table = perturbation_table(5, 3.0, 2)
    row = min(len(weights), len(table.shares) - 1)
    ways = [noise for noise in table.noises.tolist() if table.shares[row, noise + 5]]
    total, n = sum(weights), len(weights)
    out = perturbed_totals([total] * len(ways), [n] * len(ways), ways)
    assert (out * [table.probabilities[row, noise + 5] for noise in ways]).sum() == pytest.approx(total, rel=1e-12)


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ((0, 1.0), "largest noise 0 is no whole number"),
        ((2.5, 1.0), "largest noise 2.5 is no whole number"),
        ((1001, 1.0), "from 1 to 1000"),
        ((3, 0.0), "variance 0.0 of the noise is not above zero"),
        ((3, float("nan")), "variance nan"),
        ((3, inf), "variance inf"),
        ((3, 1.0, -1), "threshold -1"),
        ((3, 1.0, 0, 8), "Cell keys of 8 bits"),
    ],
)
def test_parameters_out_of_range_are_an_error(arguments, why):
    with pytest.raises(DataError, match=why):
        perturbation_table(*arguments)


def test_a_variance_that_is_not_possible_is_an_error_that_says_which_are():
    with pytest.raises(EstimationError, match=r"variance 5. Its variance is from 2 to 3"):
        perturbation_table(3, 5.0, 2)
    with pytest.raises(EstimationError, match=r"none at all. Raise the deviation to 9"):
        perturbation_table(3, 2.0, 5)


@pytest.mark.parametrize(
    ("counts", "keys", "why"),
    [
        ([1, 2], [5], r"cell keys of shape \(1,\) for counts of shape \(2,\)"),
        ([-1], [5], "1 of 1 counts are negative"),
        ([1.0], [5], "counts are float64, and not whole numbers"),
        ([np.nan], [5], "unknown count has no noise"),
        ([1], [2**32], "from 0 to below"),
        ([1], [-1], "from 0 to below"),
        ([1], np.array([2**63], dtype=np.uint64), "Use cell_keys"),
    ],
)
def test_a_look_up_of_what_is_no_count_or_key_is_an_error(counts, keys, why):
    with pytest.raises(DataError, match=why):
        perturbation_table(3, 2.0).noise(counts, keys)


@pytest.mark.parametrize(
    ("names", "why"),
    [
        (["a", None], "row 1: The name None"),
        (["a", 1.5], "row 1"),
        ([np.nan], "row 0: The name nan"),
        ([("h1", None)], "row 0"),
        ([True], "The name True"),
        ([()], r"The name \(\)"),
    ],
)
def test_a_record_without_a_name_is_an_error(names, why):
    with pytest.raises(DataError, match=why):
        record_keys(names, SEED)


def test_an_identifier_that_occurs_twice_is_an_error():
    with pytest.raises(DataError, match=r"row 1: 1 identifiers occur more than once. 'b' is one"):
        record_keys(["a", "b", "c", "b"], SEED)


def test_a_use_that_is_too_long_is_an_error():
    with pytest.raises(DataError, match="longer than 16 bytes"):
        name_keys(["a"], 1, use="seventeen letters")


@pytest.mark.parametrize("seed", [-1, 2**512, 1.5, True, "1"])
def test_a_seed_out_of_range_is_an_error(seed):
    with pytest.raises(DataError, match="no whole number from 0") as error:
        name_keys(["a"], seed)
    assert f"seed {seed}" not in str(error.value), "a seed is secret"


@pytest.mark.parametrize(
    ("keys", "cell", "why"),
    [
        (np.arange(2), [0, 0], "Use record_keys"),
        (np.ones(2, dtype=np.uint64), [0], r"cells of shape \(1,\) for record keys of shape \(2,\)"),
        (np.ones(2, dtype=np.uint64), [0, 3], "row 1: 1 of 2 rows stand in none of the 3 cells"),
        (np.ones(2, dtype=np.uint64), [-1, 2], "row 0: 1 of 2 rows"),
        (np.ones(2, dtype=np.uint64), [0.0, np.nan], "not whole numbers"),
    ],
)
def test_rows_that_stand_in_no_cell_are_an_error(keys, cell, why):
    with pytest.raises(DataError, match=why):
        cell_keys(keys, cell, 3)


@pytest.mark.parametrize(
    ("totals", "counts", "noise", "why"),
    [
        ([1.0, 2.0], [1], [0], "have the shapes"),
        ([1.0], [1], [-2], "A count is negative"),
        ([1.0], [-1], [2], "A count is negative"),
        ([1.0, 5.0], [1, 0], [0, 0], "cell 1: 1 cells without rows have a total"),
        ([0.0], [0], [1], "without rows"),
    ],
)
def test_totals_that_do_not_fit_their_counts_are_an_error(totals, counts, noise, why):
    with pytest.raises(DataError, match=why):
        perturbed_totals(totals, counts, noise)
