"""Non-response: by cells, propensities and calibration, against loops written from the formulas."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import lfs_migration as lfm
from lfs_migration.errors import DesignError, NotFound

CLASSES = {"respondent": [1, 2], "nonrespondent": [3, 4, 9], "unknown": [8], "ineligible": [7], "abroad": [5]}
OUTCOMES = lfm.Outcomes(variable="result", classes=CLASSES, partial=[2], refused=[3], other=[9])


def visits(size=240, seed=3):
    """Visited addresses in 4 regions of 3 strata of 4 units."""
    draw = np.random.default_rng(seed)
    number = np.arange(size)
    return pd.DataFrame({
        "w": draw.uniform(1, 5, size).round(3),
        "result": draw.choice([1, 1, 1, 1, 2, 3, 4, 5, 7, 8, 9], size),
        "psu": number // 5, "stratum": number // 20, "region": number // 60, "rooms": draw.integers(1, 6, size),
    })  # fmt: skip


def survey(frame):
    return lfm.dataset(frame, lfm.Design("w", stratum="stratum", psu="psu"))


def shared_by_loop(frame, cell):
    """Weights after addresses of unknown eligibility handed theirs over, cell by cell."""
    out = frame["w"].to_numpy().copy()
    for code in frame[cell].unique():
        inside = (frame[cell] == code).to_numpy()
        certain = inside & (frame["result"] != 8).to_numpy()
        out[certain] *= frame["w"][inside].sum() / frame["w"][certain].sum()
    out[(frame["result"] == 8).to_numpy()] = 0.0
    return out


def responded_by_loop(frame, weight, group):
    """Weights of respondents, group by group."""
    answered = frame["result"].isin([1, 2]).to_numpy()
    eligible = frame["result"].isin([1, 2, 3, 4, 9]).to_numpy()
    out = np.zeros(len(frame))
    for code in np.unique(group[eligible]):
        inside = eligible & (group == code)
        rate = weight[inside & answered].sum() / weight[inside].sum()
        out[inside & answered] = weight[inside & answered] / rate
    return out


def test_cells_are_the_inverse_of_weighted_response_rates():
    frame = visits()
    done = lfm.adjust_nonresponse(survey(frame), OUTCOMES, lfm.Cells(by=["stratum"]), unknown=lfm.Cells(by=["region"]))
    eligible = shared_by_loop(frame, "region")
    np.testing.assert_allclose(done.records["data"]["w_eligible"].to_numpy(), eligible, rtol=1e-13)
    np.testing.assert_allclose(
        done.weights, responded_by_loop(frame, eligible, frame["stratum"].to_numpy()), rtol=1e-13
    )


def test_a_thin_cell_collapses_and_is_reported():
    frame = visits()
    thin = frame["psu"].isin([0, 1])
    frame.loc[thin & (frame.index % 5 > 0), "result"] = 4
    way = lfm.Cells(by=["psu"], collapse=[["stratum"], ["region"]], minimum=2)
    done = lfm.adjust_nonresponse(survey(frame), OUTCOMES, way)
    counts = done.log[-1].counts
    assert any(line.startswith("psu 0 (") and line.endswith("into stratum 0") for line in counts["collapsed"])
    inside = ((frame["stratum"] == 0) & frame["result"].isin([1, 2])).to_numpy()
    factor = done.weights[inside] / done.records["data"]["w_eligible"].to_numpy()[inside]
    assert np.ptp(factor) < 1e-12


def test_a_factor_that_is_too_large_collapses_its_cell():
    frame = visits()
    frame.loc[frame["psu"] == 7, "result"] = [1, 3, 3, 3, 3]
    way = lfm.Cells(by=["psu"], collapse=[["stratum"], ["region"]], maximum=4.0)
    done = lfm.adjust_nonresponse(survey(frame), OUTCOMES, way)
    assert any(line.startswith("psu 7 (factor") for line in done.log[-1].counts["collapsed"])
    assert done.log[-1].counts["largest_factor"] <= 4.0


def test_a_cell_without_response_collapses_or_is_an_error():
    frame = visits()
    frame.loc[frame["psu"] == 3, "result"] = 3
    with pytest.raises(
        DesignError, match=r"The cell psu 3 has no respondent\. It has 5 addresses\. Give coarser cells"
    ):
        lfm.adjust_nonresponse(survey(frame), OUTCOMES, lfm.Cells(by=["psu"]))
    done = lfm.adjust_nonresponse(survey(frame), OUTCOMES, lfm.Cells(by=["psu"], collapse=[["stratum"]]))
    assert "psu 3 (no respondent) into stratum 0" in done.log[-1].counts["collapsed"]


def test_a_limit_that_the_coarsest_cell_breaks_is_said():
    frame = visits(size=60)
    done = lfm.adjust_nonresponse(survey(frame), OUTCOMES, lfm.Cells(by=["region"], minimum=1000))
    (line,) = done.log[-1].counts["beyond_limits"]
    assert line.startswith("region 0 (") and line.endswith("respondents)")


def test_what_the_first_step_lacks_is_known_eligibility():
    frame = visits()
    frame.loc[frame["psu"] == 3, "result"] = 8
    with pytest.raises(DesignError, match=r"The cell psu 3 has no address of known eligibility\. It has 5 addresses"):
        lfm.adjust_nonresponse(survey(frame), OUTCOMES, lfm.Cells(), unknown=lfm.Cells(by=["psu"]))
    cells = lfm.Cells(by=["psu"], collapse=[["stratum"], ["region"]], minimum=16)
    counts = lfm.adjust_nonresponse(survey(frame), OUTCOMES, lfm.Cells(), unknown=cells).log[-1].counts
    assert "psu 3 (no address of known eligibility) into stratum 0" in counts["unknown_collapsed"]
    assert "psu 4 (5 addresses of known eligibility) into stratum 1" in counts["unknown_collapsed"]
    assert counts["unknown_beyond_limits"] == []
    cells = lfm.Cells(by=["region"], minimum=60)
    (first, *_) = (
        lfm.adjust_nonresponse(survey(frame), OUTCOMES, lfm.Cells(), unknown=cells)
        .log[-1]
        .counts["unknown_beyond_limits"]
    )
    assert first.startswith("region 0 (") and first.endswith(" addresses of known eligibility)")


def test_respondents_without_a_weight_are_refused():
    frame = visits()
    frame.loc[frame["result"].isin([1, 2]), "w"] = 0.0
    with pytest.raises(DesignError, match=r"No respondent has a weight\. The weights w"):
        lfm.adjust_nonresponse(survey(frame), OUTCOMES, lfm.Cells())


@pytest.mark.parametrize(
    ("words", "message"),
    [({"outcomes": {"variable": "result"}}, r"outcomes is \{'variable': 'result'\}\. Give lfm\.Outcomes\(\.\.\.\)"),
     ({"unknown": {"by": ["region"]}}, r"unknown is \{'by': \['region'\]\}\. Give lfm\.Cells\(\.\.\.\)")],
)  # fmt: skip
def test_choices_that_are_mappings(words, message):
    with pytest.raises(DesignError, match=message):
        lfm.adjust_nonresponse(survey(visits()), **{"outcomes": OUTCOMES, "way": lfm.Cells(), **words})


def test_a_way_that_is_none():
    with pytest.raises(NotFound, match="No adjustment for non-response 'cells'"):
        lfm.adjust_nonresponse(survey(visits()), OUTCOMES, "cells")


def test_coarser_cells_join_whole_cells():
    with pytest.raises(DesignError, match=r"The cell rooms . is in two coarser ones"):
        lfm.adjust_nonresponse(
            survey(visits()), OUTCOMES, lfm.Cells(by=["rooms"], collapse=[["region"]], minimum=10**6)
        )


def test_households_abroad_are_no_nonresponse():
    frame = visits()
    others = frame[frame["result"] != 5]
    with_them = lfm.adjust_nonresponse(survey(frame), OUTCOMES, lfm.Cells())
    without = lfm.adjust_nonresponse(survey(others), OUTCOMES, lfm.Cells())
    answered = frame["result"].isin([1, 2]).to_numpy()
    factor = with_them.weights[answered] / with_them.records["data"]["w_eligible"].to_numpy()[answered]
    alone = without.weights[without.weights > 0] / without.records["data"]["w_eligible"].to_numpy()[without.weights > 0]
    np.testing.assert_allclose(factor, alone, rtol=1e-12)
    eligible = with_them.log[-1].counts["eligible"]
    abroad = (frame["result"] == 5).to_numpy()
    assert eligible["abroad"] == pytest.approx(with_them.records["data"]["w_eligible"].to_numpy()[abroad].sum())
    assert eligible["abroad"] > frame["w"][abroad].sum()


def test_response_rates_by_hand():
    """I = 4, P = 2, R = 3, NC = 1, O = 1, U = 2, ineligible 1, abroad 3: AAPOR's formulas."""
    codes = [1] * 4 + [2] * 2 + [3] * 3 + [4] + [9] + [8] * 2 + [7] + [5] * 3
    frame = pd.DataFrame({"w": 1.0, "result": codes})
    done = lfm.adjust_nonresponse(lfm.dataset(frame, lfm.Design("w")), OUTCOMES, lfm.Cells())
    rates, e = done.log[-1].counts["rates"], 11 / 15
    expected = {
        "e": e, "RR1": 4 / 13, "RR2": 6 / 13, "RR3": 4 / (11 + 2 * e), "RR4": 6 / (11 + 2 * e), "RR5": 4 / 11,
        "RR6": 6 / 11, "refusal": 3 / (11 + 2 * e), "contact": 10 / (11 + 2 * e), "abroad": 3 / 14,
    }  # fmt: skip
    assert rates == pytest.approx(expected)


def test_an_outcome_without_a_class_names_the_household():
    frame = visits()
    frame.loc[5, "result"] = 11
    with pytest.raises(
        NotFound, match=r"row 6: The outcome result has no class for code 11\. 1 addresses have it\..*Give it"
    ):
        lfm.adjust_nonresponse(survey(frame), OUTCOMES, lfm.Cells())


def test_a_missing_outcome_names_the_household():
    frame = visits().astype({"result": "Int64"})
    frame.loc[9, "result"] = pd.NA
    with pytest.raises(DesignError, match=r"row 10: The outcome result is missing at 1 addresses"):
        lfm.adjust_nonresponse(survey(frame), OUTCOMES, lfm.Cells())


@pytest.mark.parametrize(
    ("classes", "message"),
    [({"respondent": [1], "unknown": [1]}, "in two classes"), ({"unknown": [1]}, "no outcome is a respondent's"),
     ({"respondents": [1]}, r"classes\.respondents")],
)  # fmt: skip
def test_classes_that_cannot_be(classes, message):
    with pytest.raises(ValueError, match=message):
        lfm.Outcomes(variable="result", classes=classes)


def propensities(frame, weight):
    """A weighted logistic regression of response on rooms and region, by gradient of the likelihood."""
    import statsmodels.api as sm

    inside = frame["result"].isin([1, 2, 3, 4, 9]).to_numpy()
    y = frame["result"].isin([1, 2]).to_numpy()[inside].astype(float)
    x = pd.get_dummies(frame["region"][inside], drop_first=True).assign(one=1.0, rooms=frame["rooms"][inside])
    model = sm.GLM(y, x.to_numpy(dtype=float), family=sm.families.Binomial(), freq_weights=weight[inside])
    return inside, model.fit(tol=1e-14, maxiter=200).predict()


def test_propensities_one_by_one():
    frame = visits()
    way = lfm.Propensity(categories=["region"], numbers=["rooms"], classes=0)
    done = lfm.adjust_nonresponse(survey(frame), OUTCOMES, way)
    eligible = done.records["data"]["w_eligible"].to_numpy()
    inside, p = propensities(frame, eligible)
    answered = frame["result"].isin([1, 2]).to_numpy()[inside]
    factor = np.where(answered, 1 / p, 0) * eligible[inside]
    np.testing.assert_allclose(done.weights[inside], factor * eligible[inside].sum() / factor.sum(), rtol=1e-8)


def test_classes_of_propensities():
    frame = visits()
    way = lfm.Propensity(categories=["region"], numbers=["rooms"], classes=5)
    done = lfm.adjust_nonresponse(survey(frame), OUTCOMES, way)
    eligible = done.records["data"]["w_eligible"].to_numpy()
    inside, p = propensities(frame, eligible)
    group = np.full(len(frame), -1)
    group[inside] = np.searchsorted(np.quantile(p, [0.2, 0.4, 0.6, 0.8]), p, side="right")
    np.testing.assert_allclose(done.weights, responded_by_loop(frame, eligible, group), rtol=1e-8)


def test_a_model_that_parts_respondents_from_others():
    frame = visits()
    frame["told"] = frame["result"].isin([1, 2]).astype(int)
    with pytest.raises(DesignError, match="The model of response does not converge"):
        lfm.adjust_nonresponse(survey(frame), OUTCOMES, lfm.Propensity(numbers=["told"]))


@pytest.mark.parametrize("method", ["raking", "linear"])
def test_respondents_are_calibrated_to_the_sample(method):
    frame = visits()
    way = lfm.ToSample(categories=["region"], numbers=["rooms"], method=method)
    done = lfm.adjust_nonresponse(survey(frame), OUTCOMES, way)
    eligible = done.records["data"]["w_eligible"].to_numpy()
    inside = frame["result"].isin([1, 2, 3, 4, 9]).to_numpy()
    for code in range(4):
        here = (frame["region"] == code).to_numpy()
        assert done.weights[here].sum() == pytest.approx(eligible[here & inside].sum())
    rooms = frame["rooms"].to_numpy()
    assert done.weights @ rooms == pytest.approx(eligible[inside] @ rooms[inside])


def test_respondents_that_cannot_be_calibrated():
    frame = visits()
    frame.loc[frame["region"] == 2, "result"] = 3
    with pytest.raises(DesignError, match="The respondents cannot be calibrated to the sample"):
        lfm.adjust_nonresponse(survey(frame), OUTCOMES, lfm.ToSample(categories=["region"]))


def test_calibrated_weights_are_not_adjusted():
    frame = visits()
    done = lfm.calibrate(survey(frame), {"region": dict.fromkeys(range(4), 100)})
    with pytest.raises(DesignError, match="The weights are calibrated, and non-response comes before that"):
        lfm.adjust_nonresponse(done, OUTCOMES, lfm.Cells())


@pytest.mark.parametrize(
    "way", [lfm.Cells(by=["stratum"]), lfm.Propensity(numbers=["rooms"]), lfm.ToSample(categories=["region"])]
)
def test_replicates_go_through_both_steps_with_rates_of_their_own(way):
    frame = visits()
    factors = np.random.default_rng(5).choice([0.5, 1.5], size=(48, 6))
    names = [f"r{r}" for r in range(6)]
    for r, name in enumerate(names):
        frame[name] = frame["w"] * factors[frame["psu"], r]
    replicates = lfm.Replicates.from_columns(names)
    data = lfm.dataset(frame, lfm.Design("w", stratum="stratum", psu="psu", replicates=replicates))
    done = lfm.adjust_nonresponse(data, OUTCOMES, way)
    assert done.design.replicates.columns == tuple(f"w_response_r{r}" for r in range(1, 7))
    for name, made in zip(names, done.design.replicates.columns, strict=True):
        alone = lfm.adjust_nonresponse(survey(frame.assign(w=frame[name])), OUTCOMES, way)
        np.testing.assert_allclose(done.records["data"][made].to_numpy(), alone.weights, rtol=1e-10)


def test_replicates_go_from_addresses_to_calibrated_households():
    """Base weights, a jackknife, non-response and calibration: as a loop that does each replicate alone."""
    frame = visits().assign(p=0.25, y=lambda f: f["rooms"] * f["result"].isin([1, 2]))
    known = {"region": {0: 210.0, 1: 190.0, 2: 220.0, 3: 200.0}}
    data = lfm.base_weights(lfm.dataset(frame, lfm.Design("w", stratum="stratum", psu="psu")), ["p"])
    data = lfm.replicate_weights(lfm.replicate(data, "jackknife"))
    way = lfm.Cells(by=["stratum"])
    done = lfm.calibrate(lfm.adjust_nonresponse(data, OUTCOMES, way), known)
    names, plan = data.design.replicates.columns, data.design.replicates
    assert len(names) == frame["psu"].nunique()

    def total(weights):
        alone = lfm.dataset(frame.assign(w=weights), lfm.Design("w", stratum="stratum", psu="psu"))
        return lfm.calibrate(lfm.adjust_nonresponse(alone, OUTCOMES, way), known).weights @ frame["y"].to_numpy()

    full = total(np.full(len(frame), 4.0))
    each = np.array([total(data.records["data"][name].to_numpy()) for name in names])
    variance = plan.scale * np.sum(np.array(plan.rscales) * (each - full) ** 2)
    result = lfm.estimate(done, lfm.Total("y"))
    assert result.estimate[0] == pytest.approx(full)
    assert result.se[0] == pytest.approx(np.sqrt(variance), rel=1e-8)
    fixed = lfm.calibrate(lfm.adjust_nonresponse(lfm.base_weights(survey(frame), ["p"]), OUTCOMES, way), known)
    assert lfm.estimate(lfm.replicate(fixed, "jackknife"), lfm.Total("y")).se[0] != pytest.approx(result.se[0])


def test_replicates_that_cannot_become_columns():
    data = survey(visits())
    with pytest.raises(DesignError, match="The replicates are not there"):
        lfm.replicate_weights(data)
    done = lfm.replicate_weights(lfm.replicate(data, "bootstrap", replicates=5))
    with pytest.raises(DesignError, match="The replicates are columns already"):
        lfm.replicate_weights(done)


@pytest.mark.parametrize("method", ["jackknife", "bootstrap", "successive_difference"])
def test_replicates_as_columns_have_the_variance_of_replicates(method):
    plain = lfm.replicate(survey(visits()), method, replicates=40)
    columns = lfm.replicate_weights(plain)
    for statistic in (lfm.Total("rooms"), lfm.Mean("rooms")):
        one, two = (lfm.estimate(data, statistic, by="region").se for data in (plain, columns))
        np.testing.assert_allclose(one, two, rtol=1e-10)
