"""Weights, estimates and response rates of examples that others have published, to the digits that they print.

Each source gives the data with the results; what stands here is their figures.
"""

import numpy as np
import pandas as pd
import pytest

import lfs_migration as lfm
from lfs_migration.errors import DesignError


def prints(ours, theirs, digits):
    """Check that our numbers round to theirs; half a unit of the last digit may go either way."""
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=0.5 * 10.0**-digits * (1 + 1e-6))


# ------------------------------------------------------------------------------------------------ one sample, six ways
#
# Kalton, G., and Flores-Cervantes, I. (2003). Weighting methods. Journal of Official Statistics, 19(2), 81-97: a sample
# of 1,000 by two variables A and B, a population of 1,500, and the tables of weights. The figures are as printed by the
# test `kalton` of R's `survey` package (Lumley), which computes the article's tables A, B, C, D and G; those of cells,
# raking and GREG (Table 2.D) are also quoted in the tests of https://github.com/dmnapolitano/weighting-tutorial.

A, B = 4, 3
SAMPLE = np.array([[20, 40, 40], [50, 140, 310], [100, 50, 50], [30, 100, 70]])
POPULATION = np.array([[80, 40, 55], [60, 150, 340], [170, 60, 200], [55, 165, 125]])
KALTON = {
    "cells": [[4.00, 1.00, 1.38], [1.20, 1.07, 1.10], [1.70, 1.20, 4.00], [1.83, 1.65, 1.79]],
    "raking": [[1.81, 1.45, 2.02], [1.08, 0.87, 1.21], [2.20, 1.76, 2.45], [1.83, 1.47, 2.04]],
    "linear": [[1.82, 1.50, 1.97], [1.09, 0.78, 1.24], [2.19, 1.88, 2.34], [1.83, 1.52, 1.98]],
    "greg": [[1.21, 1.17, 1.14], [1.43, 1.40, 1.36], [1.66, 1.62, 1.59], [1.88, 1.85, 1.81]],
    "logit": [[1.87, 1.46, 1.98], [1.08, 0.74, 1.27], [2.17, 2.09, 2.18], [1.89, 1.49, 1.99]],
    "truncated": [[1.81, 1.48, 1.99], [1.08, 0.75, 1.26], [2.20, 2.00, 2.20], [1.83, 1.50, 2.00]],
}
BOUNDS = (0.5, 2.2)
MARGINS = {"a": dict(enumerate(POPULATION.sum(1), 1)), "b": dict(enumerate(POPULATION.sum(0), 1))}
CROSSED = {("a", "b"): {(a + 1, b + 1): POPULATION[a, b] for a in range(A) for b in range(B)}}
NUMBERS = {
    "one": POPULATION.sum(), "a": POPULATION.sum(1) @ np.arange(1, A + 1), "b": POPULATION.sum(0) @ np.arange(1, B + 1),
}  # fmt: skip
CALIBRATIONS = {
    "cells": (CROSSED, "poststratify", None),
    "raking": (MARGINS, "raking", None),
    "linear": (MARGINS, "linear", None),
    "greg": (NUMBERS, "linear", None),
    "logit": (MARGINS, "logit", BOUNDS),
    "truncated": (MARGINS, "truncated", BOUNDS),
}


def units(counts):
    """Return one row for each unit of a table by A and B, of weight 1."""
    a, b = np.indices(counts.shape)
    rows = pd.DataFrame({"a": a.ravel() + 1, "b": b.ravel() + 1}).loc[np.repeat(np.arange(counts.size), counts.ravel())]
    return rows.assign(one=1.0).reset_index(drop=True)


def by_cell(frame, weight):
    """Return the weight of each cell, which is one number in it."""
    groups = frame.assign(weight=weight).groupby(["a", "b"])["weight"]
    assert np.allclose(groups.min(), groups.max(), rtol=1e-12)
    return groups.first().to_numpy().reshape(A, B)


@pytest.mark.parametrize("table", KALTON)
def test_kalton_and_flores_cervantes(table):
    margins, method, bounds = CALIBRATIONS[table]
    frame = units(SAMPLE)
    numbers = frame.astype(float) if table == "greg" else frame
    done = lfm.calibrate(lfm.dataset(numbers, lfm.Design("one")), margins, method, bounds)
    prints(by_cell(frame, done.weights), KALTON[table], digits=2)


@pytest.mark.parametrize(
    ("table", "way"),
    [
        ("cells", lfm.Cells(by=["a", "b"])),
        ("raking", lfm.ToSample(categories=["a", "b"], method="raking")),
        ("linear", lfm.ToSample(categories=["a", "b"], method="linear")),
        ("greg", lfm.ToSample(numbers=["a", "b"], method="linear")),
        ("logit", lfm.ToSample(categories=["a", "b"], method="logit", bounds=BOUNDS)),
    ],
)
def test_kalton_and_flores_cervantes_as_nonresponse(table, way):
    """The same tables, where the population is 1,500 addresses and the sample those that answered."""
    frame = pd.concat([units(SAMPLE).assign(result="answer"), units(POPULATION - SAMPLE).assign(result="none")])
    frame = frame.reset_index(drop=True)
    outcomes = lfm.Outcomes(variable="result", classes={"respondent": ["answer"], "nonrespondent": ["none"]})
    done = lfm.adjust_nonresponse(lfm.dataset(frame, lfm.Design("one")), outcomes, way)
    answered = (frame["result"] == "answer").to_numpy()
    assert not done.weights[~answered].any()
    prints(by_cell(frame[answered], done.weights[answered]), KALTON[table], digits=2)


# --------------------------------------------------------------------------------------- the office's macro for France
#
# Rebecq, A. (2017). Icarus: an R package for calibration in survey sampling. Its data of 15 employees and the margins
# are on https://github.com/haroine/icarus/wiki/Calibration, the raking estimate in the package's help page
# `calibration`, other estimates and what has no solution in its tests, which compare with INSEE's macro Calmar.

EMPLOYEES = pd.DataFrame(
    [
        (1, 1, 1, 1000, 1, 10), (1, 2, 2, 1100, 2, 10), (2, 2, 2, 1500, 4, 10), (2, 3, 1, 2300, 15, 10),
        (2, 1, 1, 1000, 2, 10), (1, 1, 2, 500, 3, 10), (2, 2, 2, 1000, 1, 10), (1, 3, 2, 2000, 0, 20),
        (1, 1, 1, 2100, 0, 20), (2, 2, 1, 2000, 3, 20), (2, 1, 2, 3200, 6, 20), (1, 1, 2, 1800, 0, 20),
        (1, 2, 1, 2800, 0, 20), (1, 3, 1, 1100, 1, 20), (2, 1, 2, 2500, 1, 20),
    ], columns=["department", "category", "sex", "salary", "movies", "weight"],
).astype({"salary": float, "movies": float, "weight": float})  # fmt: skip
STAFF = {"category": {1: 80, 2: 90, 3: 60}, "sex": {1: 140, 2: 90}, "department": {1: 100, 2: 130}, "salary": 470000}


def employees():
    return lfm.dataset(EMPLOYEES, lfm.Design("weight"))


def mean_of_300(data):
    """Return the movies of all over 300, by which the source divides although the margins add up to 230."""
    return lfm.estimate(data, lfm.Total("movies")).estimate[0] / 300


def test_icarus_estimates():
    prints(mean_of_300(employees()), 1.666667, digits=6)
    prints(mean_of_300(lfm.calibrate(employees(), STAFF)), 2.471917, digits=6)


@pytest.mark.parametrize(("method", "bounds", "mean"), [("raking", None, 3.22), ("logit", (0.4, 2.2), 3.14)])
def test_icarus_means(method, bounds, mean):
    done = lfm.calibrate(employees(), STAFF, method, bounds)
    prints(lfm.estimate(done, lfm.Mean("movies")).estimate[0], mean, digits=2)


def test_one_linear_weight_of_icarus_is_negative():
    with pytest.raises(DesignError, match="makes 1 of 15 weights negative"):
        lfm.calibrate(employees(), STAFF, "linear")


def test_icarus_has_no_solution_between_these_bounds():
    with pytest.raises(DesignError):
        lfm.calibrate(employees(), STAFF, "logit", (0.6, 2.0))


# ------------------------------------------------------------------------------------------------------- non-response
#
# Schneider, B.: "Nonresponse adjustments", vignette of the R package `svrep`,
# https://bschneidr.github.io/svrep/articles/nonresponse-adjustments.html: 1,000 residents of Louisville by race and
# ethnicity, a simple sample from 596,702.

LOUISVILLE = {"black": (188, 85), "hispanic": (45, 17), "other": (59, 29), "white": (708, 371)}
RATES_OF_CLASSES = {"black": 0.452, "hispanic": 0.378, "other": 0.492, "white": 0.524}


def louisville():
    rows = [(race, int(i < answers)) for race, (size, answers) in LOUISVILLE.items() for i in range(size)]
    return pd.DataFrame(rows, columns=["race", "answered"]).assign(w=596.702)


@pytest.mark.parametrize("by", [[], ["race"]])
def test_louisville(by):
    frame = louisville()
    outcomes = lfm.Outcomes(variable="answered", classes={"respondent": [1], "nonrespondent": [0]})
    done = lfm.adjust_nonresponse(lfm.dataset(frame, lfm.Design("w")), outcomes, lfm.Cells(by=by))
    answered = (frame["answered"] == 1).to_numpy()
    prints([frame["w"][answered].sum(), frame["w"][~answered].sum()], [299544.4, 297157.6], digits=1)
    prints(done.weights.sum(), 596702, digits=0)
    prints(done.weights[answered].mean(), 1188.649, digits=3)
    prints(done.log[-1].counts["rates"]["RR5"], 0.502, digits=3)
    if by:
        rates = [596.702 / done.weights[answered & (frame["race"] == race)][0] for race in RATES_OF_CLASSES]
        prints(rates, list(RATES_OF_CLASSES.values()), digits=3)
    else:
        prints(done.weights[answered] / 596.702, 1 + 297157.6 / 299544.4, digits=6)


def test_mohadjer_and_choudhry():
    """A weighting class of 160 families of weight 50, of which 77 answered.

    Mohadjer, L., and Choudhry, G. H. (2002). Adjusting for missing data in low-income surveys. In: Studies of Welfare
    Populations. Washington: National Academy Press, ch. 5.
    """
    frame = pd.DataFrame({"w": 50.0, "result": ["answer"] * 77 + ["none"] * 83})
    outcomes = lfm.Outcomes(variable="result", classes={"respondent": ["answer"], "nonrespondent": ["none"]})
    done = lfm.adjust_nonresponse(lfm.dataset(frame, lfm.Design("w")), outcomes, lfm.Cells())
    prints(done.weights[:77], 104, digits=0)


# ------------------------------------------------------------------------------------------------------ response rates
#
# Pilliard Hellwig, R.: `outcomerate`, an R package of AAPOR's rates, https://github.com/ropensci/outcomerate: the 12
# persons of its README, and the 1,691 of its vignette. The codes are AAPOR's.

PERSONS = {"I": 4, "P": 2, "R": 1, "NC": 1, "O": 1, "UH": 1, "UO": 1, "NE": 1}
MIDDLE_EARTH = {"I": 760, "P": 339, "R": 59, "NC": 288, "O": 1, "UO": 173, "NE": 71}
NAMES = ["RR1", "RR2", "RR3", "RR4", "RR5", "RR6", "refusal", "contact"]
"""The last two are AAPOR's REF2 and CON2."""
CLASSES = {"respondent": ["I", "P"], "nonrespondent": ["R", "NC", "O"], "unknown": ["UH", "UO"], "ineligible": ["NE"]}


@pytest.mark.parametrize(
    ("counts", "theirs", "digits"),
    [
        (PERSONS, [0.364, 0.545, 0.370, 0.556, 0.444, 0.667, 0.093, 0.741], 3),
        (
            MIDDLE_EARTH,
            [0.46913580, 0.67839506, 0.47149080, 0.68180052, 0.52522460, 0.75950242, 0.03660258, 0.71902347],
            8,
        ),
    ],
)
def test_outcomerate(counts, theirs, digits):
    frame = pd.DataFrame({"code": np.repeat(list(counts), list(counts.values()))}).assign(w=1.0)
    outcomes = lfm.Outcomes(variable="code", classes=CLASSES, partial=["P"], refused=["R"], other=["O"])
    done = lfm.adjust_nonresponse(lfm.dataset(frame, lfm.Design("w")), outcomes, lfm.Cells())
    prints([done.log[-1].counts["rates"][name] for name in NAMES], theirs, digits)
