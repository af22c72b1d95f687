"""Classes of outcomes, and response rates where there is nothing to take a rate of."""

from __future__ import annotations

from math import isnan

import numpy as np
import pandas as pd
import pytest

import lfs_migration as lfm
from lfs_migration.errors import DesignError, NotFound
from lfs_migration.sample import Sample
from lfs_migration.weights.outcomes import Visits

CLASSES = {"respondent": [1], "nonrespondent": [3], "unknown": [8], "ineligible": [7], "abroad": [5]}


def visits(*result, **words):
    data = lfm.dataset(pd.DataFrame({"w": 1.0, "result": result}), lfm.Design("w"))
    return Visits(Sample.of(data), lfm.Outcomes(variable="result", classes=CLASSES, **words))


def test_rates_of_nothing_are_not_a_number():
    rates = visits(1, 3, 8, 7, 5).rates(np.zeros(5))
    assert len(rates) == 10 and all(map(isnan, rates.values()))


def test_rates_where_nobody_is_eligible():
    rates = visits(1, 3, 8, 7, 5).rates(np.array([0.0, 0, 2, 1, 1]))
    assert (rates["e"], rates["RR1"], rates["abroad"]) == (0, 0, 1)
    assert all(isnan(rates[name]) for name in ("RR3", "RR5", "refusal", "contact"))


def test_a_code_that_no_address_has_is_no_error():
    assert visits(1, 3, 1).of("unknown", "abroad").sum() == 0


def test_an_outcome_without_a_class_has_near_matches():
    with pytest.raises(NotFound, match=r"row 2: The outcome result has no class for code 33.*Did you mean '3'"):
        visits(1, 33)


def test_no_respondent():
    with pytest.raises(DesignError, match=r"No address has a respondent\. By the classes of result"):
        visits(3, 8)
