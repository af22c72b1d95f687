"""The covariance of figures whose samples share primary sampling units."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lfs_migration as lfm
from lfs_migration.comparing import Overlap, influence
from lfs_migration.estimate.composed import pieces_of
from lfs_migration.sample import Sample


def frame(seed, units, strata=2):
    """Three rows in each of some units, which are in two strata by turns."""
    rng = np.random.default_rng(seed)
    psu = np.repeat(units, 3)
    size = len(psu)
    return pd.DataFrame({"w": rng.uniform(1, 3, size), "c": psu, "h": psu % strata, "y": rng.normal(5, 1, size) + psu})


def sampled(rows, **design):
    return Sample.of(lfm.dataset(rows, lfm.Design("w", stratum="h", psu="c", **design)))


def distances(sample, statistic):
    (piece,) = pieces_of(sample, statistic, [], "", 0.95)
    return influence(sample, ["it"], piece.linear).of("it")


@pytest.mark.parametrize("statistic", [lfm.Total("y"), lfm.Mean("y"), lfm.Quantile("y", 0.5)])
def test_the_squares_add_up_to_the_variance(statistic):
    sample = sampled(frame(1, np.arange(12)))
    assert (distances(sample, statistic) ** 2).sum() == pytest.approx(lfm.estimate(sample, statistic).se[0] ** 2)


def test_so_they_do_with_a_finite_population():
    rows = frame(2, np.arange(12)).assign(N=9)
    sample = sampled(rows, fpc="N")
    assert (distances(sample, lfm.Mean("y")) ** 2).sum() == pytest.approx(
        lfm.estimate(sample, lfm.Mean("y")).se[0] ** 2
    )


def test_so_they_do_with_calibrated_weights():
    data = lfm.dataset(frame(3, np.arange(12)).assign(x=1.0), lfm.Design("w", stratum="h", psu="c"))
    data = lfm.calibrate(data, {"y": 500.0, "x": 80.0})
    sample = Sample.of(data)
    found = lfm.estimate(data, lfm.Total("y * y"))
    assert (distances(sample, lfm.Total("y * y")) ** 2).sum() == pytest.approx(found.se[0] ** 2)
    assert (distances(sample, lfm.Total("y")) ** 2).sum() == pytest.approx(0, abs=1e-12)


def test_the_covariance_of_the_same_units_is_that_of_a_pooled_file():
    rounds = [frame(4, np.arange(12)), frame(5, np.arange(12))]
    samples = [sampled(rows) for rows in rounds]
    u, v = (distances(sample, lfm.Mean("y")) for sample in samples)
    r = Overlap.of(*samples).correlation(u, v)
    pooled = pd.concat([rows.assign(t=t) for t, rows in enumerate(rounds)], ignore_index=True)
    vcov = lfm.estimate(sampled(pooled), lfm.Mean("y"), by="t").vcov
    assert r == pytest.approx(vcov[0, 1] / np.sqrt(vcov[0, 0] * vcov[1, 1]))


def test_with_part_of_the_units_in_both_rounds_it_is_as_computed_by_hand():
    """Units 4 to 7 of 0 to 7 and of 4 to 11: totals, one stratum."""
    rounds = [frame(6, np.arange(8), 1), frame(7, np.arange(4, 12), 1)]
    samples = [sampled(rows) for rows in rounds]
    u, v = (distances(sample, lfm.Total("y")) for sample in samples)
    z = [(rows.w * rows.y).groupby(rows.c).sum() for rows in rounds]
    apart = [one - one.mean() for one in z]
    covariance = 8 / 7 * sum(apart[0][unit] * apart[1][unit] for unit in range(4, 8))
    overlap = Overlap.of(*samples)
    assert (len(overlap), overlap.sizes) == (4, (8, 8))
    se = [lfm.estimate(sample, lfm.Total("y")).se[0] for sample in samples]
    assert overlap.correlation(u, v) * se[0] * se[1] == pytest.approx(covariance)


def test_without_a_common_unit_there_is_none():
    samples = [sampled(frame(8, np.arange(6))), sampled(frame(9, np.arange(6, 12)))]
    overlap = Overlap.of(*samples)
    assert len(overlap) == 0
    assert overlap.correlation(*(distances(sample, lfm.Mean("y")) for sample in samples)) == 0


def test_a_unit_of_the_same_number_in_another_stratum_is_another_unit():
    rows = frame(10, np.arange(6))
    assert len(Overlap.of(sampled(rows), sampled(rows.assign(h=rows.h + 5)))) == 0


def test_a_figure_without_a_variance_is_related_to_none():
    sample = sampled(frame(11, np.arange(6)).assign(y=1.0))
    u = distances(sample, lfm.Mean("y"))
    assert Overlap.of(sample, sample).correlation(u, u) == 0


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**20), st.integers(0, 8))
def test_a_correlation_is_between_minus_one_and_one(seed, shift):
    samples = [sampled(frame(seed, np.arange(8))), sampled(frame(seed + 1, np.arange(shift, shift + 8)))]
    u, v = (distances(sample, lfm.Total("y")) for sample in samples)
    assert -1 <= Overlap.of(*samples).correlation(u, v) <= 1
    assert Overlap.of(samples[0], samples[0]).correlation(u, u) == 1
