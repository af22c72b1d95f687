"""Recipes that begin at visited addresses: which steps are done there, and what is carried to the interviews."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import lfs_migration as lfm
from lfs_migration.errors import DesignError
from lfs_migration.frames import from_native
from lfs_migration.model.dataset import Dataset
from lfs_migration.model.response import Cells, Nonresponse, Outcomes
from lfs_migration.model.weighting import (
    BaseWeights,
    Calibrating,
    Comparing,
    KnownMargin,
    Multiplicity,
    PersonWeights,
    Recipe,
    ReferencePerson,
    Replicating,
    Trimming,
)
from lfs_migration.weighting import _at_addresses, _gap
from lfs_migration.weights import follow

CLASSES = {"respondent": [1], "nonrespondent": [3], "unknown": [8], "abroad": [5]}
BASE = ("base_weights", BaseWeights(probabilities=["p"]))
ADJUST = (
    "adjust_nonresponse",
    Nonresponse(outcomes=Outcomes(variable="result", classes=CLASSES), cells=Cells(by=["h"])),
)
CUT = ("trim", Trimming(rule="median", high=1.5))
REPLICATES = ("replicate", Replicating(method="jackknife"))


def recipe(*steps):
    return Recipe(reference="-", steps=steps)


@pytest.fixture
def fieldwork(families):
    """The addresses that were visited, of which every other one was interviewed."""
    number = np.arange(40)
    frame = pd.DataFrame({
        "hh": number, "h": np.array([*"aabb"])[number // 10], "unit": number // 5, "w": 1.0,
        "p": np.where(number % 7, 0.1, 0.05), "result": np.array([1, 3, 1, 1, 5, 1, 8, 1, 3, 1])[number % 10],
    })  # fmt: skip
    return Fieldwork(families, frame)


class Fieldwork:
    """Addresses, and the records of those with an interview."""

    def __init__(self, families: Dataset, addresses: pd.DataFrame) -> None:
        self.families, self.addresses = families, addresses
        self.lost = 0
        self.design = lfm.Design("w", stratum="h", psu="unit")

    @property
    def interviewed(self) -> pd.Series:
        return self.addresses["hh"][self.addresses["result"] == 1][self.lost :]

    @property
    def visited(self) -> Dataset:
        return replace(self.families, records={"household": from_native(self.addresses)}, design=self.design)

    @property
    def data(self) -> Dataset:
        def own(name):
            frame = self.addresses if name == "household" else self.families.records[name].to_pandas()
            return from_native(frame[frame["hh"].isin(self.interviewed)].reset_index(drop=True))

        return replace(self.families, records={name: own(name) for name in self.families.records}, design=self.design)

    def followed(self, *steps) -> Dataset:
        return follow(self.data, recipe(*steps), visited=self.visited)


def test_all_steps_before_the_last_adjustment_are_done_at_the_addresses(fieldwork):
    done = fieldwork.followed(BASE, CUT, ADJUST)
    trimmed = lfm.trim(lfm.base_weights(fieldwork.visited, "p"), high=1.5, rule="median")
    expected = lfm.adjust_nonresponse(trimmed, ADJUST[1].outcomes, Cells(by=["h"]))
    assert done.weights == pytest.approx(expected.weights[expected.weights > 0])
    assert len(done.weights) == len(fieldwork.interviewed)
    rates = next(step.counts["rates"] for step in done.log if step.verb == "adjust_nonresponse")
    assert rates["RR5"] < 1, "those who did not answer are among the addresses"


def test_steps_after_the_last_adjustment_are_done_with_the_interviews(fieldwork):
    done = fieldwork.followed(BASE, ADJUST, CUT)
    assert next(step.counts for step in done.log if step.verb == "trim")["weights"] == len(fieldwork.interviewed)
    assert done.records["household"].columns[-1] == done.design.weight == "w_response_trimmed"


def test_replicates_right_after_the_adjustment_have_all_units_that_were_drawn(fieldwork):
    fieldwork.addresses.loc[fieldwork.addresses["unit"] == 7, "result"] = 3
    done = fieldwork.followed(BASE, ADJUST, REPLICATES)
    assert len(done.design.replicates.columns) == 8
    assert len(fieldwork.followed(BASE, REPLICATES, ADJUST, CUT).design.replicates.columns) == 8


@pytest.mark.parametrize(
    ("word", "early"),
    [
        ("calibrate", Calibrating(margins=[KnownMargin(file="f", variables=["sex"])])),
        ("compare", Comparing(margins=[KnownMargin(file="f", variables=["sex"])])),
        ("person_weights", PersonWeights()),
        ("reference_person", ReferencePerson(where="sex == 1")),
        ("multiplicity", Multiplicity(households="1")),
    ],
)
def test_a_step_that_needs_interviews_comes_after_the_adjustment(fieldwork, word, early):
    with pytest.raises(DesignError, match=rf"^step 2 of the recipe: The step {word} comes before one that is done at"):
        fieldwork.followed(BASE, (word, early), ADJUST)


def test_an_interviewed_household_has_one_address(fieldwork):
    other = fieldwork.addresses.iloc[[1]].assign(hh=2)
    fieldwork.addresses = pd.concat([fieldwork.addresses, other], ignore_index=True)
    with pytest.raises(
        DesignError, match="household 2: 1 interviewed households stand twice or more among the visited"
    ):
        fieldwork.followed(BASE, ADJUST)


def test_a_number_that_stands_twice_where_nobody_was_interviewed(fieldwork):
    other = fieldwork.addresses.iloc[[1]]
    fieldwork.addresses = pd.concat([fieldwork.addresses, other], ignore_index=True)
    assert len(fieldwork.followed(BASE, ADJUST).weights) == len(fieldwork.interviewed)


def test_respondents_without_an_interview_lose_no_weight(fieldwork):
    fieldwork.lost = 3
    with pytest.raises(
        DesignError, match=r"^household 0: 3 of 24 respondents' addresses have no interview\. With them"
    ):
        fieldwork.followed(BASE, ADJUST)


def test_without_an_adjustment_others_may_have_no_interview(fieldwork):
    done = fieldwork.followed(BASE)
    assert done.weights == pytest.approx(1 / fieldwork.addresses["p"][fieldwork.addresses["result"] == 1])


def test_an_interview_without_an_address(fieldwork):
    data = fieldwork.data
    fieldwork.addresses.loc[0, "hh"] = 99
    with pytest.raises(DesignError, match="household 0: 1 interviewed households have no weight among the visited"):
        follow(data, recipe(BASE), visited=fieldwork.visited)


def test_the_gap_is_that_of_the_last_adjustment(fieldwork):
    """A second adjustment, with another meaning of the outcomes, has eligible weights of its own."""
    classes = {**CLASSES, "nonrespondent": [3, 8], "unknown": []}
    second = Nonresponse(outcomes=Outcomes(variable="result", classes=classes), cells=Cells())
    fieldwork.addresses["result"] = fieldwork.addresses["result"].replace({8: 3})
    steps = recipe(BASE, ADJUST, BASE, CUT, ("adjust_nonresponse", second))
    visited = _at_addresses(fieldwork.visited, steps)
    measures = {own.measure: own.value for own in _gap(visited, steps)}
    frame = visited.records["household"].to_pandas()
    eligible = frame["w_eligible_2"]
    assert not np.allclose(eligible, frame["w_eligible"])
    share = eligible[frame["result"] == 5].sum() / eligible.sum()
    assert measures["share of households abroad as a whole, estimate"] == pytest.approx(share)
    assert measures["share of households abroad as a whole, n"] == 4


def test_the_addresses_are_weighted_without_replicates(fieldwork):
    done = _at_addresses(fieldwork.visited, recipe(BASE, REPLICATES, CUT, ADJUST, CUT))
    assert done.design.replicates is None
    assert [step.verb for step in done.log] == ["base_weights", "trim", "adjust_nonresponse", "recipe"]
