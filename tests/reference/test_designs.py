"""Finite populations, several stages, unequal probabilities and design effects against R's ``survey``."""

import numpy as np
import pandas as pd
import pytest
from against_r import HERE

import lfs_migration as lfm

EXPECTED = pd.read_csv(HERE / "designs.csv", keep_default_na=False, na_values=[""]).fillna({"key": ""})
DATA = pd.read_csv(HERE / "designs_data.csv", keep_default_na=False, na_values=[""])

DESIGNS = {
    "strat": lfm.Design("pw", stratum="stype", fpc="fpc"),
    "strat_infinite": lfm.Design("pw", stratum="stype"),
    "clus1": lfm.Design("pw", psu="dnum", fpc="fpc"),
    "clus1_infinite": lfm.Design("pw", psu="dnum"),
    "clus2": lfm.Design("pw", psu=["dnum", "snum"], fpc=["fpc", "fpc2"]),
    "clus2_infinite": lfm.Design("pw", psu=["dnum", "snum"]),
    "pps": lfm.Design("pw", fpc="fpc", pps="brewer"),
}
STATISTICS = {
    "total_enroll": (lfm.Total("enroll"), {}),
    "mean_api00": (lfm.Mean("api00"), {}),
    "total_api00": (lfm.Total("api00"), {}),
    "ratio": (lfm.Ratio("api00", "api99"), {}),
    "share_stype": (lfm.Proportion("stype"), {}),
    "mean_api00_high": (lfm.Mean("api00"), {"where": "stype == 'H'"}),
    "mean_api00_by_awards": (lfm.Mean("api00"), {"by": ["awards"]}),
    "total_bush": (lfm.Total("api00"), {}),
    "total_kerry": (lfm.Total("api99"), {}),
    "share_bush": (lfm.Ratio("api00", "enroll"), {}),
}


PAIRS = sorted(set(zip(EXPECTED.survey, EXPECTED.id, strict=True)))


@pytest.mark.parametrize(("survey", "name"), PAIRS)
def test_as_r(survey, name):
    rows = DATA[DATA["sample"] == survey.removesuffix("_infinite")]
    statistic, options = STATISTICS[name]
    ours = lfm.estimate(lfm.dataset(rows, DESIGNS[survey]), statistic, **options).to_frame()
    theirs = EXPECTED[(EXPECTED.survey == survey) & (EXPECTED.id == name)]
    for figure in ("estimate", "se"):
        np.testing.assert_allclose(ours[figure], theirs[figure], rtol=1e-9, atol=1e-12)
    given = theirs["deff"].notna().to_numpy()
    np.testing.assert_allclose(ours["deff"][given], theirs["deff"][given], rtol=1e-9, atol=1e-12)
