"""Replicates: what each method is for totals, by hand and against the linearised variance."""

import re
from dataclasses import replace

import numpy as np
import pytest

from lfs_migration.engine import (
    Replicates,
    Sums,
    collect,
    covariance,
    replicate,
    replicate_totals,
    variance,
)
from lfs_migration.errors import DesignError
from lfs_migration.sample import psus
from lfs_migration.sample.factors import bootstrap, brr, hadamard, jackknife, random_groups, successive_difference

SEVERAL = [4, 2, 7, 3]
PAIRS = [2] * 7


def design(sizes, policy="fail", fraction=None):
    """Units of strata a, b, ... of these sizes."""
    stratum = np.repeat(np.arange(len(sizes)), sizes)
    number = np.concatenate([np.arange(n) for n in sizes])
    units, _ = psus((stratum, list("abcdefghijkl"[: len(sizes)])), (number, list(range(1, 400))), policy)
    return replace(units, fraction=np.asarray(fraction, dtype=float)[stratum]) if fraction is not None else units


def drawn(units, cells=5, seed=1):
    """Sums of units over cells, of which a part does not occur, and the last has no unit at all."""
    generator = np.random.default_rng(seed)
    rows = 6 * len(units)
    psu, cell = generator.integers(len(units), size=rows), generator.integers(cells - 1, size=rows)
    return collect(psu, cell, generator.gamma(2.0, 10.0, rows), cells)


def one_cell(values):
    """Sums of one cell with these totals of units."""
    units = np.arange(len(values))
    return Sums(units, np.zeros(len(values), dtype=np.int64), np.asarray(values, dtype=float), 1)


def of_totals(replicates, sums):
    return replicates.variance(replicate_totals(sums, replicates), sums.total)


def dense(sums, size):
    out = np.zeros((size, sums.cells))
    np.add.at(out, (sums.psu, sums.cell), sums.value)
    return out


def every_method(units):
    made = [jackknife(units), bootstrap(units, 30, seed=5), successive_difference(units, 20)]
    return (
        made
        + [random_groups(units, 2, seed=3)]
        + ([brr(units), brr(units, 0.5)] if units.size.max(initial=0) <= 2 else [])
    )


# --------------------------------------------------------------------------------------- totals and any statistic


@pytest.mark.parametrize("sizes", [SEVERAL, PAIRS, [6]])
def test_replicate_totals_are_totals_with_multiplied_weights(sizes):
    units = design(sizes)
    sums = drawn(units)
    for replicates in every_method(units):
        factors = np.asarray(replicates.factors)
        assert factors.shape == (len(units), len(replicates.rscales))
        np.testing.assert_allclose(replicate_totals(sums, replicates), factors.T @ dense(sums, len(units)), rtol=1e-12)


@pytest.mark.parametrize("mse", [True, False])
def test_variance_of_a_ratio_is_that_of_one_estimate_after_the_other(mse):
    units = design(SEVERAL)
    tops, bases = drawn(units, seed=1), drawn(units, seed=2)
    for method in every_method(units):
        replicates = replace(method, mse=mse)
        factors, scales = np.asarray(replicates.factors), replicates.scale * replicates.rscales
        for cell in range(4):
            top, base = dense(tops, len(units))[:, cell], dense(bases, len(units))[:, cell]
            each = np.array([(f @ top) / (f @ base) for f in factors.T])
            centre = top.sum() / base.sum() if mse else each.mean()
            expected = sum(s * (e - centre) ** 2 for s, e in zip(scales, each, strict=True))
            pair = [replicate_totals(sums, replicates)[:, cell] for sums in (tops, bases)]
            estimate = np.array([top.sum() / base.sum()])
            np.testing.assert_allclose(replicates.variance((pair[0] / pair[1])[:, None], estimate), expected, rtol=1e-9)


def test_covariance_has_the_variance_on_its_diagonal_and_is_that_of_totals():
    units = design(SEVERAL)
    sums = drawn(units)
    replicates = jackknife(units)
    joint = replicates.covariance(replicate_totals(sums, replicates), sums.total)
    np.testing.assert_allclose(np.diag(joint), of_totals(replicates, sums), rtol=1e-12)
    np.testing.assert_allclose(joint, covariance(units, sums), rtol=1e-10, atol=1e-9)
    np.testing.assert_array_equal(joint, joint.T)


def test_blocks_of_cells_change_nothing(monkeypatch):
    units = design(SEVERAL)
    sums, replicates = drawn(units, cells=11), bootstrap(units, 10, seed=1)
    whole = replicate_totals(sums, replicates)
    for numbers in (1, 3 * len(units), 4 * len(units)):
        monkeypatch.setattr(replicate, "CHUNK", numbers)
        np.testing.assert_allclose(replicate_totals(sums, replicates), whole, rtol=1e-14)


def test_no_cell_and_no_row():
    units = design(SEVERAL)
    none = np.array([], dtype=np.int64)
    for replicates in every_method(units):
        assert replicate_totals(Sums(none, none, np.array([]), 0), replicates).shape == (len(replicates.rscales), 0)
        assert of_totals(replicates, Sums(none, none, np.array([]), 2)).tolist() == [0.0, 0.0]


def test_no_unit():
    none = np.array([], dtype=np.int64)
    units, _ = psus((none, []), (none, []), "fail")
    for replicates in every_method(replace(units, stratum=none)):
        assert of_totals(replicates, Sums(none, none, np.array([]), 2)).tolist() == [0.0, 0.0]


@pytest.mark.parametrize("mse", [True, False])
@pytest.mark.parametrize("undefined", [np.nan, np.inf, -np.inf])
def test_an_undefined_replicate_makes_the_variance_undefined(undefined, mse):
    replicates = Replicates(np.ones((1, 3)), 1.0, np.ones(3), mse, "given", 2)
    estimates = np.array([[1.0, 1.0, 0.0], [2.0, undefined, 0.0], [3.0, 2.0, 0.0]])
    full = np.array([2.0, 1.5, np.nan])
    assert np.isnan(replicates.variance(estimates, full)).tolist() == [False, True, True]
    joint = replicates.covariance(estimates, full)
    assert joint[0, 0] == 2.0
    assert np.isnan(joint).sum() == 8


# --------------------------------------------------------------------------------------------------- jackknife


@pytest.mark.parametrize("sizes", [SEVERAL, PAIRS, [9]])
@pytest.mark.parametrize("mse", [True, False])
def test_jackknife_of_totals_is_linearisation(sizes, mse):
    units = design(sizes)
    sums, replicates = drawn(units), jackknife(units, mse)
    np.testing.assert_allclose(of_totals(replicates, sums), variance(units, sums), rtol=1e-12)
    assert replicates.method == ("JKn" if len(sizes) > 1 else "JK1")
    assert replicates.degrees_of_freedom == len(units) - len(sizes)


def test_jackknife_leaves_one_unit_out():
    replicates = jackknife(design([2, 3]))
    assert np.asarray(replicates.factors).T.tolist() == [
        [0, 2, 1, 1, 1], [2, 0, 1, 1, 1], [1, 1, 0, 1.5, 1.5], [1, 1, 1.5, 0, 1.5], [1, 1, 1.5, 1.5, 0],
    ]  # fmt: skip
    np.testing.assert_allclose(replicates.rscales, [1 / 2, 1 / 2, 2 / 3, 2 / 3, 2 / 3])


def test_large_totals_keep_small_variances():
    units, values = design([3, 2]), np.array([2.0, 4, 6, 10, 14])
    assert of_totals(jackknife(units), one_cell(values + 1e9)) == pytest.approx([28.0], rel=1e-6)


@pytest.mark.parametrize("policy", ["certainty", "average", "adjust", "collapse"])
def test_jackknife_follows_the_policy_for_strata_of_one_unit(policy):
    units = design([3, 1, 4, 1], policy)
    sums = drawn(units)
    settled = design([4, 5]) if policy == "collapse" else units
    np.testing.assert_allclose(of_totals(jackknife(units), sums), variance(settled, sums), rtol=1e-12)


def test_only_strata_of_one_unit():
    sums = one_cell([3.0, 5.0])
    assert of_totals(jackknife(design([1, 1], "certainty")), sums).tolist() == [0.0]
    assert of_totals(jackknife(design([1, 1], "adjust")), sums).tolist() == [2.0]
    assert np.isnan(of_totals(jackknife(design([1, 1], "average")), sums)).all()
    for mse in (True, False):
        assert of_totals(bootstrap(design([1, 1], "certainty"), 5, 1, mse), sums).tolist() == [0.0]


# ------------------------------------------------------------------------------------------ balanced half-samples


@pytest.mark.parametrize("fay", [0.0, 0.3, 0.7])
@pytest.mark.parametrize("strata", range(1, 12))
def test_balanced_half_samples_of_totals_are_linearisation(strata, fay):
    units = design([2] * strata)
    sums, replicates = drawn(units), brr(units, fay)
    np.testing.assert_allclose(of_totals(replicates, sums), variance(units, sums), rtol=1e-12)
    np.testing.assert_allclose(replicate_totals(sums, replicates).mean(axis=0), sums.total, rtol=1e-12)
    assert len(replicates.rscales) == 4 * (strata // 4 + 1)
    assert replicates.degrees_of_freedom == strata
    np.testing.assert_allclose(np.unique(replicates.factors), [fay, 2 - fay])


def test_fay_of_zero_is_balanced_half_samples():
    plain, fay = brr(design(PAIRS)), brr(design(PAIRS), 0.0)
    assert (plain.method, fay.method, brr(design(PAIRS), 0.1).method) == ("BRR", "BRR", "Fay")
    np.testing.assert_array_equal(plain.factors, fay.factors)


def test_units_need_not_be_sorted_by_stratum():
    mixed = np.array([1, 0, 1, 0, 2, 2])
    units = replace(design([2, 2, 2]), stratum=mixed)
    sums = drawn(units)
    for replicates in (brr(units), jackknife(units), successive_difference(units, 8)):
        np.testing.assert_allclose(of_totals(replicates, sums), variance(units, sums), rtol=1e-12)
    for replicates in (bootstrap(units, 20, 1), random_groups(units, 2, 1)):
        by_stratum = np.array([replicates.factors[mixed == h].sum(axis=0) for h in range(3)])
        np.testing.assert_allclose(by_stratum, 2.0)


def test_balanced_half_samples_need_two_units():
    with pytest.raises(DesignError, match=re.escape("Stratum 'b' has 3 primary sampling units. Balanced half-samples")):
        brr(design([2, 3, 2]))
    with pytest.raises(DesignError, match="Fay's factor cannot be 1"):
        brr(design(PAIRS), 1.0)


@pytest.mark.parametrize("least", [*range(1, 70), 159, 250])
def test_hadamard(least):
    matrix = hadamard(least)
    order = len(matrix)
    assert order >= least
    np.testing.assert_array_equal(matrix @ matrix.T, order * np.eye(order))
    assert (matrix[0] == 1).all()
    assert (matrix[:, 0] == 1).all()


def test_the_order_is_the_next_multiple_of_four():
    """But where only prime powers (52, 100) or searches by computer (92) give one."""
    orders = {len(hadamard(least)) for least in range(1, 101)}
    assert set(range(4, 101, 4)) - orders == {52, 92, 100}


# ------------------------------------------------------------------------------------------------------- bootstrap


def test_bootstrap_of_totals_converges_to_linearisation():
    units = design(SEVERAL)
    sums = one_cell(np.random.default_rng(8).gamma(2.0, 10.0, len(units)))
    for mse in (True, False):
        estimated = of_totals(bootstrap(units, 20_000, seed=11, mse=mse), sums)
        np.testing.assert_allclose(estimated, variance(units, sums), rtol=0.05)


def test_bootstrap_factors():
    units = design(SEVERAL)
    factors = bootstrap(units, 4_000, seed=2).factors
    for h, n in enumerate(SEVERAL):
        own = factors[units.stratum == h]
        times = own * (n - 1) / n
        np.testing.assert_allclose(times, np.round(times), atol=1e-12)
        np.testing.assert_allclose(times.sum(axis=0), n - 1)  # so that the sum of the factors is n
        np.testing.assert_allclose(own.mean(axis=1), 1, atol=0.1)


def test_a_seed_gives_the_same_factors_and_more_replicates_begin_with_the_same():
    units = design(SEVERAL)
    some, again, more, other = (bootstrap(units, r, s).factors for r, s in [(9, 4), (9, 4), (20, 4), (9, 5)])
    np.testing.assert_array_equal(some, again)
    np.testing.assert_array_equal(some, more[:, :9])
    assert (some != other).any()
    np.testing.assert_array_equal(random_groups(units, 2, 4).factors, random_groups(units, 2, 4).factors)


def test_bootstrap_factors_are_pinned():
    """A change of the generator, or of how it is used, would change published figures."""
    assert bootstrap(design([3, 2]), 3, seed=1).factors.T.tolist() == [
        [0.0, 1.5, 1.5, 2.0, 0.0], [1.5, 0.0, 1.5, 2.0, 0.0], [0.0, 1.5, 1.5, 0.0, 2.0],
    ]  # fmt: skip


# --------------------------------------------------------------------------------------------- successive difference


def squares_of_differences(values):
    return ((values - np.roll(values, 1)) ** 2).sum() / 2


@pytest.mark.parametrize("sizes", [[5], [2], [19], [4, 2, 7, 3], [6, 1, 9]])
def test_successive_differences_of_totals(sizes):
    units = design(sizes, "certainty")
    values = np.random.default_rng(3).gamma(2.0, 10.0, len(units))
    expected = sum(squares_of_differences(values[units.stratum == h]) for h in range(len(sizes)))
    for size in (20, 32, 80):
        replicates = successive_difference(units, size)
        assert replicates.scale * len(replicates.rscales) == 4.0
        np.testing.assert_allclose(of_totals(replicates, one_cell(values)), expected, rtol=1e-12)


@pytest.mark.parametrize("sizes", [[3], [20], [21], [39], [40], [100], [12, 11, 30, 2, 20]])
def test_when_rows_serve_again_the_expectation_is_kept(sizes):
    """For units in random order the variance is right on average, as every unit has two different rows."""
    units = design(sizes)
    replicates = successive_difference(units, 20)
    deviations = replicates.factors - 1
    form = 4 / 20 * deviations @ deviations.T  # v = z' form z
    for h, n in enumerate(sizes):
        own = form[np.ix_(units.stratum == h, units.stratum == h)]
        np.testing.assert_allclose(own.sum(axis=0), 0, atol=1e-12)  # a constant has no variance
        # for independent z of variance s2, E v = s2 trace(form): Taylor's is s2 n
        np.testing.assert_allclose(np.trace(own), n, rtol=1e-12)


# ---------------------------------------------------------------------------------------------------- random groups


def test_random_groups_by_hand():
    units = design([4, 2])
    replicates = random_groups(units, 2, seed=1)
    assert replicates.factors.sum(axis=0).tolist() == [6.0, 6.0]
    assert replicates.factors.sum(axis=1).tolist() == [2.0] * 6
    assert (replicates.scale, replicates.degrees_of_freedom) == (0.5, 1)


def test_random_groups_of_one_size_are_linearisation_on_average():
    units = design([6, 3])
    sums = one_cell([3.0, 8, 1, 5, 9, 2, 7, 4, 6])
    mean = np.mean([of_totals(random_groups(units, 3, seed), sums) for seed in range(4_000)])
    np.testing.assert_allclose(mean, variance(units, sums)[0], rtol=0.05)


def test_random_groups_of_unequal_size_stand_for_the_stratum():
    factors = random_groups(design([5, 7]), 3, seed=1).factors
    np.testing.assert_allclose(factors[:5].sum(axis=0), 5)
    np.testing.assert_allclose(factors[5:].sum(axis=0), 7)


# --------------------------------------------------------------------------------- policies and finite populations


def test_a_stratum_of_one_unit_keeps_its_weight():
    for policy in ("certainty", "average"):
        for replicates in every_method(design([2, 1, 2], policy)):
            factors = np.asarray(replicates.factors)
            np.testing.assert_array_equal(factors[2], 1.0)
            assert replicates.degrees_of_freedom <= 2


def test_average_multiplies_the_variance_of_every_method():
    sums = drawn(design([2, 1, 2], "average"))
    pairs = zip(every_method(design([2, 1, 2], "average")), every_method(design([2, 1, 2], "certainty")), strict=True)
    for average, certainty in pairs:
        np.testing.assert_allclose(of_totals(average, sums), 1.5 * of_totals(certainty, sums), rtol=1e-12)


def test_adjust_is_for_the_jackknife():
    units = design([2, 1, 2], "adjust")
    for method in (brr, lambda u: bootstrap(u, 5, 1), lambda u: successive_difference(u, 8)):
        with pytest.raises(DesignError, match=re.escape("Stratum 'b' has 1 primary sampling unit. 'adjust' has no")):
            method(units)
    assert every_method(design([2, 2], "adjust"))


def test_fail_names_the_stratum():
    for method in (jackknife, brr, lambda u: bootstrap(u, 5, 1)):
        with pytest.raises(DesignError, match="Stratum 'b' has only one primary sampling unit"):
            method(design([2, 1, 2]))


def test_a_finite_population_shrinks_variances_of_totals_as_in_linearisation():
    units = design(PAIRS, fraction=[0.5, 0.1, 0.0, 1.0, 0.3, 0.2, 0.9])
    sums = drawn(units)
    for replicates in (jackknife(units), brr(units), brr(units, 0.4), successive_difference(units, 20)):
        np.testing.assert_allclose(of_totals(replicates, sums), variance(units, sums), rtol=1e-10)
    several = design(SEVERAL, fraction=[0.5, 0.1, 0.0, 1.0])
    sums = drawn(several)
    np.testing.assert_allclose(of_totals(jackknife(several), sums), variance(several, sums), rtol=1e-12)
    estimated = of_totals(bootstrap(several, 20_000, seed=11), sums)
    np.testing.assert_allclose(estimated[:-1], variance(several, sums)[:-1], rtol=0.05)


def test_a_lonely_unit_that_is_the_whole_stratum_needs_no_policy():
    units = design([3, 1], fraction=[0.1, 1.0])
    sums = drawn(units)
    np.testing.assert_allclose(of_totals(jackknife(units), sums), variance(units, sums), rtol=1e-12)
    assert (bootstrap(units, 5, 1).factors[3] == 1).all()


def test_designs_beyond_the_first_stage_are_refused():
    units = design(SEVERAL)
    later = replace(units, later=(object(),))
    with pytest.raises(DesignError, match="has no correction for finite populations of later stages"):
        jackknife(later)
    with pytest.raises(DesignError, match="'bootstrap' has no correction for brewer probabilities"):
        bootstrap(replace(units, pps="brewer"), 5, 1)
    with pytest.raises(DesignError, match="'jackknife' has no correction for hajek probabilities"):
        jackknife(replace(units, pps="hajek"))


def test_jackknife_with_unequal_probabilities_is_brewers_formula():
    units = design(SEVERAL)
    units = replace(units, pps="brewer", fraction=np.linspace(0.1, 0.9, len(units)))
    sums = drawn(units)
    np.testing.assert_allclose(of_totals(jackknife(units), sums), variance(units, sums), rtol=1e-12)


@pytest.mark.parametrize("number", [0, 1])
def test_too_few_replicates(number):
    units = design(SEVERAL)
    for method in (lambda r: bootstrap(units, r, 1), lambda r: successive_difference(units, r),
                   lambda r: random_groups(units, r, 1)):  # fmt: skip
        with pytest.raises(DesignError, match=f"cannot work with {number} replicates"):
            method(number)


def test_more_groups_than_units():
    with pytest.raises(DesignError, match=re.escape("Stratum 'b' has 2 primary sampling units. 3 random groups need")):
        random_groups(design(SEVERAL), 3, seed=1)


# ---------------------------------------------------------------------------------------------------------- columns


def test_columns_are_factors_times_weights():
    units = design(SEVERAL)
    generator = np.random.default_rng(4)
    psu, cell = generator.integers(len(units), size=90), generator.integers(-1, 3, size=90)
    value, weight = generator.normal(size=90), generator.gamma(2.0, size=90)
    value[cell < 0] = np.nan
    sums = collect(psu, cell, value * weight, 3)
    by_factors = jackknife(units)
    columns = weight[:, None] * np.asarray(by_factors.factors)[psu]
    inside = cell >= 0
    totals = np.stack([np.bincount(cell[inside], (value * column)[inside], minlength=3) for column in columns.T])
    np.testing.assert_allclose(totals, replicate_totals(sums, by_factors), rtol=1e-10)
    described = Replicates.from_columns(1.0, by_factors.rscales)
    assert (described.method, described.degrees_of_freedom) == ("columns", len(units) - 1)
    np.testing.assert_allclose(described.variance(totals, sums.total), of_totals(by_factors, sums), rtol=1e-9)
    assert Replicates.from_columns(1.0, np.ones(4), df=2).degrees_of_freedom == 2


def test_columns_have_no_factors_of_units():
    with pytest.raises(DesignError, match="columns of the data"):
        replicate_totals(one_cell([1.0]), Replicates.from_columns(1.0, np.ones(3)))


@pytest.mark.parametrize(("scale", "rscales"), [(-1.0, np.ones(3)), (1.0, -np.ones(3)), (1.0, np.float64(1)),
                                               (np.nan, np.ones(3)), (1.0, np.array([1.0, np.nan]))])  # fmt: skip
def test_scales_are_checked(scale, rscales):
    with pytest.raises(DesignError, match="not negative"):
        Replicates.from_columns(scale, rscales)
