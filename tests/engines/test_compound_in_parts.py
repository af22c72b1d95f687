"""Statistics made of several are the same on an engine that holds households, residents and emigrants in parts."""

import numpy as np
import pandas as pd
import pytest
from parts_surveys import ROOT, country, each_engine, engine, in_memory

import lfs_migration as lfm

PILOT = "armenia-2007"
EMIGRANTS, RESIDENTS = lfm.Part(record="emigrant", where="em_abroad"), lfm.Part(record="person")
HOMES, LEFT = lfm.Part(record="household"), lfm.Part(record="household", where="hh_has_em == 1")
OPTIONS = {"sends": "em_rem_any == 1", "young": "em_age < 30"}
RATE = lfm.Ratio(EMIGRANTS, RESIDENTS)
DESTINATIONS = lfm.Proportion("em_dest", base=EMIGRANTS)
STATISTICS = [
    lfm.MultipleResponse(OPTIONS, base=EMIGRANTS),
    lfm.MultipleResponse(OPTIONS, of="responses", base=EMIGRANTS),
    lfm.Difference(RATE, "urban", 1, 2),
    lfm.Difference(lfm.Proportion("em_reason_grp", base=EMIGRANTS), "em_sex", 1, 2),
    lfm.Concentration(DESTINATIONS),
    lfm.Concentration(DESTINATIONS, largest=2),
    lfm.Ratio(RATE, lfm.Share(LEFT, HOMES)),
]


@each_engine
def test_the_figures_are_the_same(kind):
    survey = lfm.harmonise(lfm.read(ROOT / PILOT, country(PILOT), engine=engine(kind)))
    for statistic in STATISTICS:
        found, wanted = (lfm.estimate(data, statistic, by="region_code") for data in (survey, in_memory(PILOT)))
        pd.testing.assert_frame_equal(found.to_frame(), wanted.to_frame(), rtol=1e-10, check_dtype=False)
        np.testing.assert_array_equal(found.left_out, wanted.left_out)
    with pytest.raises(lfm.LfsMigrationError, match=r"em_age is not known in 13 rows, with 1.62% of the weight"):
        lfm.estimate(survey, lfm.Mean("em_age"), where="em_abroad", missing="fail")
