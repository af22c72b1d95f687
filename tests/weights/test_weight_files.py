"""The office's files with the final weight: which files, which rows, and under which names."""

from __future__ import annotations

import pandas as pd
import pytest

from lfs_migration import weighting
from lfs_migration.errors import DataError
from lfs_migration.weighting import weigh_files

RECIPE = """
weighting:
  reference: made for tests
  steps:
    - given_weights: {weight: w_hh}
"""
SHARED = RECIPE + "    - multiplicity: {households: em_sex if answered(em_sex) else 1}\n"
OWN = RECIPE + "    - person_weights: {}\n"


def written(folder, recipe, *edits):
    path = folder / "atlantis-2020.yaml"
    text = path.read_text("utf-8")
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text + recipe, encoding="utf-8")
    return {path.name: path for path in weigh_files(path, folder, folder / "out")}


def test_emigrants_whom_several_households_could_report_have_a_weight(survey):
    files = written(survey, SHARED)
    assert list(files) == ["weights.csv", "households.csv", "emigrants.csv", "weights.json"]
    homes, emigrants = (pd.read_csv(files[name]) for name in ("households.csv", "emigrants.csv"))
    weight = emigrants["hh"].map(homes.set_index("hh")["w_final"])
    times = emigrants["sex"].where(emigrants["sex"] != 9, 1)
    assert (times == 2).any()
    assert emigrants["w_final"].to_list() == pytest.approx((weight / times).to_list())


def test_emigrants_with_their_households_weight_have_no_file(survey):
    assert list(written(survey, RECIPE)) == ["weights.csv", "households.csv", "weights.json"]


def test_two_files_of_the_same_name(survey):
    (survey / "p").mkdir()
    (survey / "persons.csv").rename(survey / "p" / "Households.csv")
    files = written(survey, OWN, ("{path: persons.csv", "{path: p/Households.csv"))
    assert list(files) == ["weights.csv", "households_households.csv", "Households_persons.csv", "weights.json"]
    assert pd.read_csv(files["Households_persons.csv"])["w_final"].sum() == 260
    assert pd.read_csv(files["households_households.csv"])["w_final"].sum() == 210


def test_a_file_of_the_office_that_has_the_name_of_ours(survey):
    (survey / "households.csv").rename(survey / "weights.csv")
    files = written(survey, RECIPE, ("{path: households.csv", "{path: weights.csv"))
    assert list(files) == ["weights.csv", "weights_households.csv", "weights.json"]
    assert "measure" in files["weights.csv"].read_text().splitlines()[0]


def test_all_files_are_written_or_none(survey, monkeypatch):
    """A label of the second file is too long for Stata."""

    def refuse(native, file, columns, spec, target, own=weighting._write):
        if file != "households":
            raise DataError("The label is too long")
        return own(native, file, columns, spec, target)

    monkeypatch.setattr(weighting, "_write", refuse)
    with pytest.raises(DataError, match="too long"):
        written(survey, SHARED)
    assert list((survey / "out" / "atlantis-2020").iterdir()) == []
