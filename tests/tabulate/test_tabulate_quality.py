"""When a figure is published, with caution or not at all."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import lfs_migration as lfm
from lfs_migration.catalog import load_profile
from lfs_migration.tabulate.quality import facts_of, judge

GOOD = {"estimate": 0.4, "se": 0.02, "cv": 0.05, "n": 500, "households": 300, "df": 80.0, "unknown_share": 0.01,
        "n_numerator": 200, "n_effective": 400.0, "population": 90000.0, "proportion": True}  # fmt: skip


@pytest.mark.parametrize("profile", ["default", "statcan", "inec", "armstat_2018", "nso_thailand_2008"])
def test_a_good_figure_is_published(profile):
    assert judge(load_profile(profile), GOOD) == ("publish", "")


@pytest.mark.parametrize(
    ("profile", "facts", "flag", "why"),
    [
        ("default", {"n": 19}, "suppress", "n < 20"),
        ("default", {"n": 20}, "caution", "n < 50"),
        ("default", {"n": 50}, "publish", ""),
        ("default", {"households": 9}, "suppress", "households < 10"),
        ("default", {"cv": 0.333}, "suppress", "cv >= 0.333"),
        ("default", {"cv": 0.165}, "caution", "cv >= 0.165"),
        ("default", {"cv": 0.1649}, "publish", ""),
        ("default", {"df": 2.0}, "suppress", "df < 3"),
        ("default", {"df": 3.0}, "caution", "df < 8"),
        ("default", {"n_numerator": 9}, "suppress", "n_numerator < 10"),
        ("default", {"se": 0.0}, "caution", "se == 0"),
        ("default", {"unknown_share": 0.31}, "suppress", "unknown_share > 0.30"),
        ("default", {"unknown_share": 0.11}, "caution", "unknown_share > 0.10"),
        ("default", {"n": 19, "cv": 0.5}, "suppress", "n < 20; cv >= 0.333"),
        ("default", {"n": 49, "cv": 0.2}, "caution", "n < 50; cv >= 0.165"),
        ("default", {"cv": None}, "publish", ""),
        ("default", {"cv": float("nan")}, "publish", ""),
        ("default", {"cv": float("nan"), "n": 3}, "suppress", "n < 20"),
        ("statcan", {"cv": 0.3331}, "suppress", "cv > 0.333"),
        ("statcan", {"cv": 0.333}, "caution", "cv >= 0.165"),
        ("inec", {"proportion": False, "cv": 0.31}, "suppress", "not proportion and cv > 0.30"),
        ("inec", {"proportion": True, "cv": 0.31}, "publish", ""),
        ("inec", {"estimate": 0.4, "se": 0.25}, "caution",
         "proportion and estimate < 0.5 and 27 * se * se * se > estimate"),
        ("inec", {"estimate": 0.9, "se": 0.16}, "caution",
         "proportion and estimate >= 0.5 and 27 * se * se * se > 1 - estimate"),
        ("armstat_2018", {"population": 7499.0}, "caution", "population < 7500"),
        ("armstat_2018", {"proportion": False, "estimate": 30.0}, "publish", ""),
        ("nso_thailand_2008", {"cv": 0.3}, "caution", "cv > 0.20"),
        ("nso_thailand_2008", {"cv": 0.4}, "suppress", "cv >= 0.333"),
    ],
)  # fmt: skip
def test_the_rule_that_decides_is_told(profile, facts, flag, why):
    assert judge(load_profile(profile), {**GOOD, **facts}) == (flag, why)


ROWS = {"w": [1.0, 2, 1, 3, 1, 2], "to": list("aabbcc"), "y": [1.0, 2, 3, 4, 5, 6],
        "one": [1, 0, 1, 1, 0, 1], "two": [0, 1, 1, 0, 1, 1]}  # fmt: skip


@pytest.mark.parametrize(
    ("statistic", "share"),
    [
        (lfm.Count("data"), False),
        (lfm.Mean("y"), False),
        (lfm.Share(lfm.Part(record="data", where="y > 2"), lfm.Part(record="data")), True),
        (lfm.Proportion("to"), True),
        (lfm.MultipleResponse(["one", "two"]), True),
        (lfm.Concentration("to"), False),
        (lfm.Concentration("to", largest=2), True),
    ],
)
def test_a_share_for_the_rules_has_the_interval_of_a_share(statistic, share):
    data = lfm.dataset(pd.DataFrame(ROWS), lfm.Design("w"))
    found, plain = lfm.estimate(data, statistic), lfm.estimate(data, statistic, interval="t")
    assert facts_of(found, 0, statistic)["proportion"] is share
    assert (not np.allclose(found.ci_low, plain.ci_low)) is share
