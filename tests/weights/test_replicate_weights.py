"""Replicates as columns: their names, what the log says of them, and one that a step cannot be done to."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import lfs_migration as lfm
from lfs_migration.errors import DesignError

OUTCOMES = lfm.Outcomes(variable="result", classes={"respondent": [1], "nonrespondent": [3], "unknown": [8]})


def visits(**columns):
    """Two areas of four units each; the first unit alone has respondents in the cell 0 of the first area."""
    unit = np.repeat(np.arange(8), 4)
    cell = np.where(unit < 2, 0, 1 + unit // 2)
    result = np.where((np.arange(32) % 4 == 3) | (unit == 1), 3, 1)
    return pd.DataFrame({"w": 2.0, "unit": unit, "area": unit // 4, "cell": cell, "result": result, **columns})


def replicated(frame, left_out):
    """Replicates that leave out units, as columns."""
    names = [f"without_{unit}" for unit in left_out]
    frame = frame.assign(**{n: frame["w"] * (frame["unit"] != u) for n, u in zip(names, left_out, strict=True)})
    return lfm.dataset(frame, lfm.Design("w", psu="unit", replicates=lfm.Replicates.from_columns(names)))


def made(data):
    return data.records["data"].to_pandas()[list(data.design.replicates.columns)].to_numpy().T


def test_a_cell_that_a_replicate_empties_collapses_there_alone():
    frame = visits()
    way = lfm.Cells(by=["cell"], collapse=[["area"], []])
    done = lfm.adjust_nonresponse(replicated(frame, [0, 5]), OUTCOMES, way)
    assert done.log[-1].counts["collapsed"] == []
    plain = lfm.dataset(frame.assign(w=frame["w"] * (frame["unit"] != 5)), lfm.Design("w"))
    joined = lfm.dataset(frame.assign(w=frame["w"] * (frame["unit"] != 0), cell=frame["cell"].where(
        frame["area"] == 1, 0)), lfm.Design("w"))  # fmt: skip
    np.testing.assert_allclose(made(done)[0], lfm.adjust_nonresponse(joined, OUTCOMES, way).weights)
    np.testing.assert_allclose(made(done)[1], lfm.adjust_nonresponse(plain, OUTCOMES, way).weights)


def test_a_cell_of_unknown_eligibility_that_a_replicate_empties_collapses_too():
    frame = visits()
    frame.loc[frame["unit"] == 1, "result"] = 8
    cells = lfm.Cells(by=["cell"], collapse=[["area"]])
    done = lfm.adjust_nonresponse(replicated(frame, [0]), OUTCOMES, lfm.Cells(), unknown=cells)
    assert made(done)[0].sum() == pytest.approx(2.0 * 28)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({}, r"replicate 2 \(without_0\): The cell cell 0 has no respondent with a weight\. It has 8 addresses"),
        ({"unknown": lfm.Cells(by=["cell"])},
         r"replicate 2 \(without_0\): The cell cell 0 has no address of known eligibility with a weight"),
    ],
)  # fmt: skip
def test_a_cell_that_nothing_coarser_takes_names_the_replicate(words, message):
    frame = visits()
    frame.loc[frame["unit"] == 1, "result"] = 8 if words else 3
    with pytest.raises(DesignError, match=message):
        lfm.adjust_nonresponse(replicated(frame, [5, 0]), OUTCOMES, lfm.Cells(by=["cell"]), **words)


@pytest.mark.parametrize(
    ("way", "message"),
    [(lfm.Propensity(categories=["cell"], classes=0), "The model of response does not converge"),
     (lfm.ToSample(categories=["cell"]), "The respondents cannot be calibrated to the sample")],
)  # fmt: skip
def test_a_model_that_fails_in_a_replicate_names_it(way, message):
    with pytest.raises(DesignError, match=rf"replicate 1 \(without_0\): {message}"):
        lfm.adjust_nonresponse(replicated(visits(), [0]), OUTCOMES, way)


def test_a_replicate_in_which_everybody_responds():
    frame = visits(x=np.arange(32) % 4)
    frame["result"] = np.where((frame["unit"] == 7) & (frame["x"] % 2 == 0), 3, 1)
    done = lfm.adjust_nonresponse(replicated(frame, [7]), OUTCOMES, lfm.Propensity(numbers=["x"], classes=0))
    np.testing.assert_allclose(made(done)[0], frame["w"] * (frame["unit"] != 7))


def test_columns_that_are_there_stay():
    frame = visits(w_1=-1.0, w_response_r2=-2.0)
    data = lfm.replicate_weights(lfm.replicate(lfm.dataset(frame, lfm.Design("w", psu="unit")), "jackknife"))
    assert data.design.replicates.columns[:2] == ("w_1_2", "w_2")
    done = lfm.adjust_nonresponse(data, OUTCOMES, lfm.Cells())
    assert done.design.replicates.columns[:3] == ("w_response_r1", "w_response_r2_2", "w_response_r3")
    table = done.records["data"].to_pandas()
    assert (table["w_1"] == -1).all() and (table["w_response_r2"] == -2).all()
    assert (table["w_1_2"] == table["w"] * 8 / 7 * (table["unit"] != 0)).all()


@pytest.mark.parametrize(
    ("method", "words"),
    [("jackknife", {}), ("brr", {}), ("fay", {"fay": 0.3}), ("bootstrap", {"replicates": 20, "seed": 5}),
     ("successive_difference", {"replicates": 20}), ("random_groups", {"replicates": 4, "seed": 5})],
)  # fmt: skip
def test_the_log_has_what_the_method_uses(method, words):
    data = lfm.dataset(visits(), lfm.Design("w", stratum="area", psu="unit"))
    assert lfm.replicate(data, method, **words).log[-1].counts == {"method": method, **words}


def test_calibrated_weights_have_no_columns_of_replicates():
    data = lfm.calibrate(lfm.dataset(visits(), lfm.Design("w", psu="unit")), {"area": {0: 40, 1: 40}})
    with pytest.raises(DesignError, match=r"The weights are calibrated, and making columns .*\. Make them first"):
        lfm.replicate_weights(lfm.replicate(data, "jackknife"))
