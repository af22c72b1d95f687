"""Weights of respondents, trimmed weights, response rates and their standard errors are those of R's survey package.

The numbers in ``response.csv`` were made by ``scripts/reference/response.R``; no R is needed here.
"""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from against_r import DIGITS, Expected, table

import lfs_migration as lfm

EXPECTED = Expected("response")
FINE, COARSE = ["stype", "awards"], ["stype"]
KNOWN = {"stype": {"E": 4421, "H": 755, "M": 1018}, "awards": {"No": 2027, "Yes": 4167}}
LIMITS = {"strat": (17, 54), "clus1": (34, 44.2)}
LIMITS_AFTER = {"strat": (27, 85), "clus1": (52, 78)}

OUTCOMES = lfm.Outcomes(
    variable="result",
    classes={"respondent": [1, 2], "nonrespondent": [3, 4, 9], "unknown": [8], "ineligible": [7], "abroad": [5]},
    partial=[2], refused=[3], other=[9],
)  # fmt: skip
DESIGNS = {"strat": lfm.Design("w", stratum="stype"), "clus1": lfm.Design("w", psu="dnum")}
SAMPLES = sorted(DESIGNS)
REPLICATED = ["clus1_jackknife", "strat_columns", "strat_jackknife"]


def to_sample(method, bounds=None):
    return lfm.ToSample(categories=FINE, numbers=["api99"], method=method, bounds=bounds)


def propensity(classes):
    return lfm.Propensity(categories=["stype"], numbers=["api99"], classes=classes)


WAYS = {
    "cells": lfm.Cells(by=FINE),
    "cells_collapsed": lfm.Cells(by=FINE, collapse=[COARSE], minimum=8),
    "propensity": propensity(0),
    "propensity_classes": propensity(5),
    "sample_linear": to_sample("linear"),
    "sample_raking": to_sample("raking"),
    "sample_logit": to_sample("logit", (0.5, 3)),
}
RAKED = {
    "cells_raked": "cells",
    "propensity_raked": "propensity",
    "classes_raked": "propensity_classes",
    "sample_raked": "sample_raking",
}
"""Raked to known totals after the way."""
TRIMS = ["trim_once", "trim_strict", "cells_trim_once", "cells_trim_strict"]
RATES = ["rates", "weighted_rates"]


def invented(name):
    """Return the rows of a sample with invented outcomes of visits, and weights that differ inside a stratum."""
    frame = table("designs_data").rename(columns={"api.stu": "api_stu"})
    frame = frame[frame["sample"] == name].reset_index(drop=True)
    often, seldom = [1, 1, 8, 1, 3, 2, 1, 4, 1, 5, 1, 9, 7], [1, 3, 8, 1, 4, 2, 1, 4, 1, 7, 3, 1, 5]
    row = np.arange(1, len(frame) + 1)
    place = (7 * row + frame["api99"].to_numpy()) % 13
    high = frame["api99"] > 650
    result = np.where(high, np.take(often, place), np.take(seldom, place))
    columns = {"level": np.where(high, "high", "low"), "result": result, "w": frame["pw"] * (1 + row % 5 / 10)}
    return frame.assign(**columns)


@cache
def survey(name):
    return lfm.dataset(invented(name), DESIGNS[name])


@cache
def replicated(name):
    """Return a sample with replicate weights: of a jackknife, or of rows that count once, twice or not at all."""
    sample, _, method = name.partition("_")
    if method == "jackknife":
        return lfm.replicate_weights(lfm.replicate(survey(sample), method))
    frame, names = invented(sample), [f"r{r}" for r in range(1, 21)]
    row = np.arange(1, len(frame) + 1)
    columns = {name: frame["w"] * ((row // r + row * r) % 3) for r, name in enumerate(names, start=1)}
    design = replace(DESIGNS[sample], replicates=lfm.Replicates.from_columns(names))
    return lfm.dataset(frame.assign(**columns), design)


def answered(data, way):
    return lfm.adjust_nonresponse(data, OUTCOMES, WAYS[way], unknown=lfm.Cells(by=["level"]))


def done(data, name, way):
    """Return the data after the steps that the numbers of an id come from."""
    if way in RAKED:
        return lfm.calibrate(answered(data, RAKED[way]), KNOWN)
    if way in WAYS:
        return answered(data, way)
    after = way.startswith("cells")
    low, high = (LIMITS_AFTER if after else LIMITS)[name]
    return lfm.trim(answered(data, "cells") if after else data, low, high, strict=way.endswith("strict"))


def close(ours, theirs):
    np.testing.assert_allclose(ours, theirs, rtol=DIGITS)


def weights(theirs):
    """Return R's weights by number of the row, the first of which is 1."""
    given = theirs[theirs.index.str.startswith("weight_")].estimate
    return given.set_axis(given.index.str.removeprefix("weight_").astype(int))


def agree_in_weights(ours, theirs):
    given = weights(theirs)
    assert len(given) > 30
    close(ours[given.index - 1], given)


def agree(data, theirs):
    """Compare totals, means and ratios, in all and in a domain, and their standard errors."""
    requests = [
        ("total_enroll", lfm.Total("enroll"), None),
        ("mean_api00", lfm.Mean("api00"), None),
        ("ratio", lfm.Ratio("api_stu", "enroll"), None),
        ("mean_api00_awarded", lfm.Mean("api00"), "awards == 'Yes'"),
    ]
    for key, statistic, where in requests:
        ours = lfm.estimate(data, statistic, where=where)
        close(ours.estimate[0], theirs.estimate[key])
        close(ours.se[0], theirs.se[key])


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("way", [*WAYS, *TRIMS])
def test_weights(name, way):
    ours, theirs = done(survey(name), name, way), EXPECTED(name, way)
    agree_in_weights(ours.weights, theirs)
    agree(ours, theirs)


@pytest.mark.parametrize("name", SAMPLES)
def test_unknown_eligibility(name):
    ours, theirs = answered(survey(name), "cells"), EXPECTED(name, "unknown")
    eligible = ours.records["data"]["w_eligible"].to_numpy()
    agree_in_weights(eligible, theirs)
    assert (eligible == 0).sum() == (ours.records["data"]["result"] == 8).sum() > 0


@pytest.mark.parametrize("name", REPLICATED)
@pytest.mark.parametrize("way", ["cells", *RAKED, *TRIMS])
def test_every_step_is_done_anew_in_each_replicate(name, way):
    ours, theirs = done(replicated(name), name.partition("_")[0], way), EXPECTED(name, way)
    agree_in_weights(ours.weights, theirs)
    agree(ours, theirs)


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("rates", RATES)
def test_response_rates(name, rates):
    theirs = EXPECTED(name, rates).estimate
    ours = answered(survey(name), "cells").log[-1].counts[rates]
    assert ours.keys() == set(theirs.index)
    close([ours[key] for key in theirs.index], theirs)


def test_every_id_is_compared():
    plain = {(name, way) for name in SAMPLES for way in ["unknown", *WAYS, *TRIMS, *RATES]}
    each = {(name, way) for name in REPLICATED for way in ["cells", *RAKED, *TRIMS]}
    assert EXPECTED.names == plain | each


@pytest.mark.parametrize("name", SAMPLES)
def test_the_cases_are_not_trivial(name):
    """Each class of outcome occurs, a cell collapses, limits cut on both sides, and one pass is not strict."""
    assert set(survey(name).records["data"]["result"]) == {1, 2, 3, 4, 5, 7, 8, 9}
    assert answered(survey(name), "cells_collapsed").log[-1].counts["collapsed"]
    for trim, before in [("trim", survey(name).weights), ("cells_trim", answered(survey(name), "cells").weights)]:
        low, high = (LIMITS_AFTER if trim.startswith("cells") else LIMITS)[name]
        assert ((before > 0) & (before < low)).any() and (before > high).any()
        once, strict = (weights(EXPECTED(name, f"{trim}_{passes}")) for passes in ("once", "strict"))
        assert not np.allclose(once, strict, rtol=DIGITS)
