"""Calibrated weights, estimates and standard errors are those of R's survey package.

The numbers in ``calibrations.csv`` were made by ``scripts/reference/calibrate.R``; no R is needed here.
"""

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from against_r import DIGITS, Expected, table

import lfs_migration as lfm
from lfs_migration.frames import column

EXPECTED = Expected("calibrations")
PILOT = Path(__file__).parents[2] / "examples" / "pilots" / "armenia-2007"

TYPES = {"E": 4421, "H": 755, "M": 1018}
AWARDS = {"No": 2027, "Yes": 4167}
NUMBERS = {"stype": TYPES, "awards": AWARDS, "api99": 3914069}
BOTH = {
    ("E", "No"): 1190, ("H", "No"): 490, ("M", "No"): 347, ("E", "Yes"): 3231, ("H", "Yes"): 265, ("M", "Yes"): 671,
}  # fmt: skip
CATEGORIES = {"stype": TYPES, "awards": AWARDS}

METHODS = {
    "poststratify": [({"stype": TYPES}, {"method": "poststratify"})],
    "poststratify_crossed": [({("stype", "awards"): BOTH}, {"method": "poststratify"})],
    "rake": [(CATEGORIES, {"residuals": "iterated"})],
    "raking": [(CATEGORIES, {})],
    "raking_numbers": [(NUMBERS, {})],
    "raking_bounded": [(NUMBERS, {"bounds": (0.87, 1.135)})],
    "linear": [(NUMBERS, {"method": "linear"})],
    "linear_ratio": [({"enroll": 3811472, "api_stu": 3161500}, {"method": "linear"})],
    "truncated": [(NUMBERS, {"method": "truncated", "bounds": (0.87, 1.135)})],
    "logit": [(NUMBERS, {"method": "logit", "bounds": (0.85, 1.2)})],
    "chain": [({"stype": TYPES}, {"method": "poststratify"}), ({"awards": AWARDS, "api99": 3914069}, {})],
}
"""Calibrations of each id, one after the other: margins and options."""

DESIGNS = {
    "strat": lfm.Design("pw", stratum="stype", fpc="fpc"),
    "strat_infinite": lfm.Design("pw", stratum="stype"),
    "clus1": lfm.Design("pw", psu="dnum", fpc="fpc"),
    "clus2": lfm.Design("pw", psu=("dnum", "snum"), fpc=("fpc", "fpc2")),
    "strat_jackknife": lfm.Design("pw", stratum="stype"),
    "clus1_jackknife": lfm.Design("pw", psu="dnum"),
    "strat_columns": lfm.Design("pw", replicates=lfm.Replicates.from_columns([f"r{i}" for i in range(1, 13)])),
}

ENROLLED = lfm.Ratio("api_stu", "enroll")
REQUESTS = [
    (["total_enroll", "total_api_stu"], [lfm.Total("enroll"), lfm.Total("api_stu")], {}),
    (["mean_api00", "mean_api99"], [lfm.Mean("api00"), lfm.Mean("api99")], {}),
    (["ratio"], ENROLLED, {}),
    (["share_awards_No", "share_awards_Yes"], lfm.Proportion("awards"), {}),
    (["mean_api00_high"], lfm.Mean("api00"), {"where": "stype == 'H'"}),
    (["share_awards_in_large"], lfm.Mean("awards == 'Yes'"), {"where": "enroll > 500"}),
    (["total_enroll_No", "total_enroll_Yes"], lfm.Total("enroll"), {"by": "awards"}),
    (["ratio_E", "ratio_H", "ratio_M"], ENROLLED, {"by": "stype"}),
]


@cache
def survey(name):
    frame = table("designs_data").rename(columns={"api.stu": "api_stu"})
    frame = frame[(frame["sample"] == name.split("_")[0]) & frame["enroll"].notna()]
    if name == "strat_columns":
        invented = 1 + (np.add.outer(7 * np.arange(1, 201), 3 * np.arange(1, 13)) % 5 - 2) / 10
        frame = frame.assign(**{f"r{i + 1}": frame["pw"] * column for i, column in enumerate(invented.T)})
    data = lfm.dataset(frame, DESIGNS[name])
    return lfm.replicate(data, "jackknife") if name.endswith("jackknife") else data


@cache
def calibrated(name, method):
    data = survey(name)
    for margins, options in METHODS[method]:
        data = lfm.calibrate(data, margins, **options)
    return data


def close(ours, theirs):
    np.testing.assert_allclose(ours, theirs, rtol=DIGITS)


def close_errors(ours, theirs, figure):
    """Agree to nine digits, or be nothing beside the figure, where calibration makes the standard error zero."""
    if theirs < 1e-7 * abs(figure):
        assert ours < 1e-7 * abs(figure)
    else:
        close(ours, theirs)


def agree(ours, row, figure):
    close(ours.estimate[row], figure.estimate)
    close_errors(ours.se[row], figure.se, figure.estimate)


@pytest.mark.parametrize(("name", "method"), sorted(pair for pair in EXPECTED.names if pair[0] in DESIGNS))
def test_estimates(name, method):
    theirs = EXPECTED(name, method)
    for keys, statistics, options in REQUESTS:
        ours = lfm.estimate(calibrated(name, method), statistics, **options)
        for i, key in enumerate(keys):
            agree(ours, i, theirs.loc[key])
        if keys[0] == "mean_api00":
            covariance = theirs.loc["covariance_of_means"].estimate
            close_errors(abs(ours.vcov[0, 1]), abs(covariance), ours.vcov[0, 0])


@pytest.mark.parametrize(("name", "method"), sorted(p for p in EXPECTED.names if p[0] in ("strat", "clus1", "clus2")))
def test_weights(name, method):
    theirs = EXPECTED(name, method)
    theirs = theirs[theirs.index.str.startswith("weight_")]
    close(calibrated(name, method).weights, theirs.estimate)


def test_every_method_is_compared():
    assert {method for _, method in EXPECTED.names} >= set(METHODS)
    assert set(DESIGNS) == {name for name, _ in EXPECTED.names} - {"armenia", "trimmed"}


@pytest.mark.parametrize("passes", ["once", "strict"])
def test_trimmed_weights(passes):
    done, theirs = lfm.trim(survey("strat_infinite"), high=31.5, strict=passes == "strict"), EXPECTED("trimmed", passes)
    close(done.weights, theirs[theirs.index.str.startswith("weight_")].estimate)
    totals = lfm.estimate(done, [lfm.Total("enroll"), lfm.Total("api_stu")])
    for i, key in enumerate(["total_enroll", "total_api_stu"]):
        agree(totals, i, theirs.loc[key])


# ----------------------------------------------------------------------- households with one weight for all in them


@cache
def armenia():
    country = lfm.load_country("armenia", edition="2007")
    data = lfm.harmonise(lfm.read(PILOT, country))
    totals = EXPECTED("armenia", "total").estimate
    persons = {
        "men": "coalesce(per_sex, 0) == 1",
        "women": "coalesce(per_sex, 0) == 2",
        "young": "coalesce(per_age, 99) < 15",
    }
    margins = {lfm.Part(record="person", where=where): totals[name] for name, where in persons.items()}
    return data, {"region_code": {str(code): totals[str(code)] for code in range(1, 12)}, **margins}


@pytest.mark.skipif(not PILOT.exists(), reason="the pilots are not in source distributions")
@pytest.mark.parametrize(("method", "bounds"), [("raking", None), ("linear", None), ("logit", (0.7, 1.4))])
def test_integrated_weights(method, bounds):
    data, margins = armenia()
    done, theirs = lfm.calibrate(data, margins, method, bounds), EXPECTED("armenia", method)
    weights = dict(zip(done.records["household"]["hh_id"].to_list(), done.weights, strict=True))
    given = theirs[theirs.index.str.startswith("weight_")].estimate
    close([weights[key.removeprefix("weight_")] for key in given.index], given)
    persons, emigrants = lfm.Part(record="person"), lfm.Part(record="emigrant")
    rate = lfm.Ratio(emigrants, persons)
    asked = lfm.Part(record="household", where="hh_em_any in [1, 2]")
    share = lfm.Ratio(lfm.Part(record="household", where="hh_em_any == 1"), asked)
    ours = lfm.estimate(done, [lfm.Count("person"), lfm.Count("emigrant"), rate, share])
    for i, key in enumerate(["persons", "emigrants", "rate", "with_emigrant"]):
        agree(ours, i, theirs.loc[key])
    by = lfm.estimate(done, rate, by="urban")
    for i, code in enumerate(by.by["urban"]):
        agree(by, i, theirs.loc[f"rate_urban_{code}"])


@pytest.mark.skipif(not PILOT.exists(), reason="the pilots are not in source distributions")
def test_all_of_a_household_have_its_weight_and_emigrants_are_in_no_margin():
    data, margins = armenia()
    done = lfm.calibrate(data, margins)
    assert done.design.weight == "w_hh_calibrated"
    assert len(done.weights) == len(column(done.records["household"], "w_hh"))
    counted = lfm.estimate(done, lfm.Count("person"), where="coalesce(per_sex, 0) == 1")
    assert counted.estimate[0] == pytest.approx(EXPECTED("armenia", "total").estimate["men"], rel=1e-10)
    assert counted.se[0] < 1e-8 * counted.estimate[0]
    assert lfm.estimate(done, lfm.Count("emigrant")).se[0] > 100
