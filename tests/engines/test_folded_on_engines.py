"""Folded categories, and samples with other weights, are the same on every engine."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from parts_surveys import each_engine, engine, in_memory, native
from test_engines import COLUMNS, ENGINES, EVERYONE, FRAME, KINDS, SENT

import lfs_migration as lfm
from lfs_migration.model.indicator import Indicator, Part
from lfs_migration.sample import By
from lfs_migration.tabulate.tabulate import tables_of

INTO = {"NA": "900_O", "004": "900_O"}
HAND = FRAME.assign(country=FRAME["country"].replace(INTO))
COUNTRY = By("country", {"data": "country"}, unknown=True, recode=INTO)
STATISTICS = [lfm.Count("data"), lfm.Mean("money"), lfm.Share(lfm.Part(record="data", where="away"), EVERYONE),
              lfm.Quantile("money", [0.25, 0.5, 0.9])]  # fmt: skip


@pytest.mark.parametrize("design", [lfm.Design("w", stratum="h", psu="c"),
                                    lfm.Design("w", stratum="h", psu="c", replicates=COLUMNS)])  # fmt: skip
@pytest.mark.parametrize("kind", ENGINES)
def test_a_recoded_breakdown_is_as_a_variable_recoded_by_hand(kind, design, tmp_path):
    survey, hand = lfm.dataset(KINDS[kind](tmp_path), design), lfm.dataset(HAND, design)
    plain = By("country", {"data": "country"}, unknown=True)
    for by, wanted in (([COUNTRY], [plain]), (["sex", COUNTRY], ["sex", plain])):
        pd.testing.assert_frame_equal(
            lfm.estimate(survey, STATISTICS, by=by).to_frame(), lfm.estimate(hand, STATISTICS, by=wanted).to_frame(),
            check_exact=False, rtol=1e-9, atol=1e-12, check_dtype=False,
        )  # fmt: skip
    for base in (EVERYONE, SENT):
        shares = lfm.Proportion("country", base, over="all", unknown=True, recode=INTO)
        found = lfm.estimate(survey, shares).to_frame()
        wanted = lfm.estimate(hand, lfm.Proportion("country", base, over="all", unknown=True)).to_frame()
        pd.testing.assert_frame_equal(found, wanted, check_exact=False, rtol=1e-9, atol=1e-12, check_dtype=False)


def indicator(**changes):
    given = {"code": "X1", "title": {"en": "Emigrants"}, "kind": "total", "unit": "persons", "reference": "tests",
             "numerator": Part(record="emigrant", where="em_abroad"), "breakdowns": (("destination",),)}  # fmt: skip
    return Indicator(**{**given, **changes})


INDICATORS = [
    indicator(fold={"destination": ("destination_subregion",)}, breakdowns=(("destination", "sex"),)),
    indicator(code="X2", kind="median", numerator=Part(record="emigrant", where="em_abroad", value="em_age"),
              fold={"destination": ("destination_subregion",)}),
    indicator(code="X3", weights="none"),
]  # fmt: skip


@each_engine
def test_tables_of_a_pilot_are_folded_alike(kind):
    """Rows and households too: of a rest, whose households may have emigrants in several of its countries."""
    wanted = in_memory("ecuador-2007")
    data = lfm.harmonise(native("ecuador-2007"), engine=engine(kind, parts=2))
    pairs = zip(tables_of(data, INDICATORS, data.codebook), tables_of(wanted, INDICATORS, wanted.codebook), strict=True)
    ends, rests = set(), set()
    for found, same in pairs:
        rests |= {cell.keys.get("destination", "")[-2:] for cell in found.cells if found.indicator.fold} - {"_T", "_U"}
        ends.add((found.indicator.code, found.cells[0].estimate == found.cells[0].n))
        assert [cell.keys for cell in found.cells] == [cell.keys for cell in same.cells]
        assert found.indicator.note == same.indicator.note
        for name in ("n", "households", "estimate", "se"):
            figures = [[getattr(cell, name) for cell in table.cells] for table in (found, same)]
            assert np.allclose(*figures, rtol=1e-9, equal_nan=True), (found.dimensions, name)
    assert "_O" in rests
    assert ("X3", True) in ends and ("X1", True) not in ends
