"""Laws of weights of respondents."""

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import lfs_migration as lfm
from lfs_migration.errors import DesignError
from lfs_migration.weights.propensity import logistic

CLASSES = {"respondent": [1], "nonrespondent": [3], "unknown": [8], "ineligible": [7], "abroad": [5]}
OUTCOMES = lfm.Outcomes(variable="r", classes=CLASSES)
ROWS = st.lists(
    st.tuples(st.integers(1, 400).map(lambda quarter: quarter / 4), st.sampled_from([1, 1, 1, 3, 5, 7, 8]),
              st.integers(0, 2), st.integers(0, 3), st.integers(1, 9)),
    min_size=6, max_size=60,
)  # fmt: skip
WAYS = {
    "cells": lfm.Cells(by=["a", "b"], collapse=[["a"], []], minimum=2, maximum=3),
    "classes": lfm.Propensity(numbers=["x"], classes=2),
    "propensity": lfm.Propensity(numbers=["x"], classes=0),
    "calibration": lfm.ToSample(numbers=["x"]),
}

few = settings(max_examples=40, deadline=None)


def adjusted(rows, way):
    """Return visits, and the data after the adjustment; visits that nobody could adjust for are passed over."""
    frame = pd.DataFrame(rows, columns=["w", "r", "a", "b", "x"])
    assume((frame["r"] == 1).any())
    try:
        data = lfm.dataset(frame, lfm.Design("w"))
        done = lfm.adjust_nonresponse(data, OUTCOMES, way, unknown=lfm.Cells(by=["a"], collapse=[[]]))
    except DesignError as error:
        assert refusable(frame, way, error.title)
        assume(False)
        raise
    return frame, done


def refusable(frame, way, title):
    """Whether the visits give a reason to refuse them in that way, and it is the one that is said."""
    yes, no = (frame["x"][frame["r"] == code] for code in (1, 3))
    if no.empty or isinstance(way, lfm.Cells):
        return False
    if isinstance(way, lfm.ToSample):
        outside = no.min() < yes.min() or no.max() > yes.max()
        return outside and title.startswith("The respondents cannot be calibrated to the sample")
    if re.fullmatch(r"The cell class \d+ of the propensity has no respondent", title):
        return way.classes > 1
    return parted(yes, no) and title == "The model of response does not converge"


def parted(yes, no):
    """Whether a limit of the number parts those who respond from those who do not."""
    return min(yes.min(), no.min()) < max(yes.max(), no.max()) and (no.max() <= yes.min() or yes.max() <= no.min())


@pytest.mark.parametrize("way", WAYS)
@few
@given(ROWS)
def test_weights_before_and_after_have_the_same_sum(way, rows):
    frame, done = adjusted(rows, WAYS[way])
    eligible = done.records["data"]["w_eligible"].to_numpy()
    inside, abroad = frame["r"].isin([1, 3]).to_numpy(), (frame["r"] == 5).to_numpy()
    assert eligible.sum() == pytest.approx(frame["w"].sum())
    assert done.weights.sum() == pytest.approx(eligible[inside].sum(), rel=1e-8)
    assert done.weights.sum() + eligible[abroad].sum() == pytest.approx(eligible[inside | abroad].sum(), rel=1e-8)


@pytest.mark.parametrize("way", WAYS)
@few
@given(ROWS)
def test_only_respondents_have_a_weight(way, rows):
    frame, done = adjusted(rows, WAYS[way])
    assert ((done.weights > 0) == (frame["r"] == 1).to_numpy()).all()


@pytest.mark.parametrize("way", ["cells", "classes", "propensity", "calibration"])
@few
@given(ROWS, st.sampled_from([0.01, 7.0, 1e4]))
def test_the_scale_of_the_weights_is_nothing(way, rows, scale):
    _, one = adjusted(rows, WAYS[way])
    _, two = adjusted([(w * scale, *others) for w, *others in rows], WAYS[way])
    np.testing.assert_allclose(two.weights, one.weights * scale, rtol=1e-6)


@few
@given(ROWS)
def test_propensities_are_those_of_greatest_likelihood(rows):
    """Weighted sums of ones and of the number are the same over those who respond and over all propensities."""
    frame, done = adjusted(rows, WAYS["propensity"])
    eligible, number = done.records["data"]["w_eligible"].to_numpy(), frame["x"].to_numpy(dtype=float)
    yes, no = ((frame["r"] == code).to_numpy() for code in (1, 3))
    assert not (no.any() and parted(number[yes], number[no]))
    p = logistic(np.column_stack([np.ones(len(frame)), number]), yes.astype(float), eligible * (yes | no))
    for value in (np.ones(len(frame)), number):
        assert (eligible * value)[yes].sum() == pytest.approx((eligible * value * p)[yes | no].sum(), rel=1e-9)
    factor = done.weights[yes] / eligible[yes]
    np.testing.assert_allclose(factor * p[yes], (factor * p[yes])[0], rtol=1e-8)


@few
@given(ROWS)
def test_a_cell_keeps_its_sum_and_its_limits(rows):
    _, done = adjusted(rows, WAYS["cells"])
    counts = done.log[-1].counts
    if not counts["beyond_limits"]:
        assert counts["largest_factor"] <= 3 * (1 + 1e-12)
    assert counts["smallest_factor"] >= 1 - 1e-12
