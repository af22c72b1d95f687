"""The office's weights are taken as they are, and described."""

from __future__ import annotations

import pytest

import lfs_migration as lfm
from lfs_migration import frames
from lfs_migration.errors import DesignError
from lfs_migration.model.dataset import Dataset


def counts(*weights):
    data = lfm.weigh(Dataset({"data": frames.frame({"w": list(weights)})}, design=lfm.Design("w")))
    return data.log[-1].counts


def test_weights_are_counted_and_summed():
    found = counts(1.0, 2.0, 3.0)
    assert (found["weights"], found["missing"], found["sum"]) == (3, 0, 6)
    assert (found["smallest"], found["largest"]) == (1, 3)


def test_the_design_effect_of_equal_weights_is_one():
    assert counts(2.5, 2.5, 2.5)["kish_design_effect"] == 1


def test_the_design_effect_of_unequal_weights_is_kishs():
    assert counts(1.0, 3.0)["kish_design_effect"] == pytest.approx(2 * 10 / 16)


def test_a_missing_weight_is_counted_and_left_out():
    found = counts(1.0, None)
    assert (found["weights"], found["missing"], found["sum"]) == (1, 1, 1)


def test_weights_of_nothing_have_no_extremes():
    found = counts()
    assert (found["smallest"], found["largest"], found["kish_design_effect"]) == (None, None, None)


def test_records_stay_as_they_are():
    data = Dataset({"data": frames.frame({"w": [1.0]})}, design=lfm.Design("w"))
    assert lfm.weigh(data).records is data.records


def test_data_without_a_design_are_refused():
    with pytest.raises(DesignError, match="The data have no sampling design"):
        lfm.weigh(Dataset({"data": frames.frame({"w": [1.0]})}))
