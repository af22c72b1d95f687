"""Indicators with the weights of the selection, and with none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from folding_survey import indicator, rule, survey

import lfs_migration as lfm
from lfs_migration import catalog
from lfs_migration.errors import EstimationError
from lfs_migration.frames import with_columns
from lfs_migration.model.indicator import Part
from lfs_migration.tabulate import weights
from lfs_migration.tabulate.tabulate import tables_of

EVERYONE, INTERVIEWED = Part(record="household"), Part(record="household", where="hh_result == 1")
BASE = np.arange(24) % 5 + 2.0


def addresses(**columns):
    """The survey with the weights of the selection; at every fourth address nobody answered, and none has a weight."""
    data = survey()
    silent = np.arange(24) % 4 == 3
    home = with_columns(data.records["household"], {
        "w_design": BASE, "w_hh": pa.array(np.arange(24) + 6.0, mask=silent),
        "hh_result": pa.array(np.where(silent, 3, 1)), **columns,
    })  # fmt: skip
    return replace(data, records={**data.records, "household": home})


def response(**changes):
    given = {"numerator": INTERVIEWED, "denominator": EVERYONE, "fold": {}, "breakdowns": (("region",),)}
    return indicator("share", **{**given, **changes})


def cell_of(data, one, **more):
    (cell,) = tables_of(data, [one], data.codebook, **more)[0].cells
    return cell


@pytest.fixture(autouse=True)
def rules(monkeypatch):
    monkeypatch.setattr(catalog, "load_profile", lambda *_: rule(n=0))


def test_addresses_without_a_final_weight_are_among_those_selected():
    cell, silent = cell_of(addresses(), response(weights="design")), np.arange(24) % 4 == 3
    assert cell.n == 24
    assert cell.estimate == pytest.approx(BASE[~silent].sum() / BASE.sum())


def test_the_standard_error_is_that_of_the_same_design_with_the_other_weight():
    data = addresses()
    design = lfm.Design("w_design", "stratum", "psu")
    wanted = lfm.estimate(replace(data, design=design), lfm.Share(INTERVIEWED, EVERYONE))
    cell = cell_of(data, response(weights="design"))
    assert (cell.estimate, cell.se, cell.df) == pytest.approx((wanted.estimate[0], wanted.se[0], wanted.df[0]))


def test_without_weights_every_row_counts_one():
    data, one = survey(), indicator("total", fold={}, breakdowns=(), weights="none")
    cell = cell_of(data, one)
    assert cell.estimate == cell.n == 28
    home = with_columns(data.records["household"], {"w_hh": np.ones(24)})
    wanted = lfm.estimate(replace(data, records={**data.records, "household": home}),
                          lfm.Count("emigrant", where="em_abroad"))  # fmt: skip
    assert (cell.estimate, cell.se) == pytest.approx((wanted.estimate[0], wanted.se[0]))
    assert cell.se > 0


def test_weights_of_persons_and_what_was_done_to_the_final_ones_play_no_part():
    data = survey()
    persons = with_columns(data.records["person"], {"w_per": np.arange(24) + 1.0})
    design = replace(data.design, record_weights={"person": "w_per"}, multiplicity={"emigrant": "em_no"},
                     replicates=lfm.Replicates.from_columns(["r1", "r2"]))  # fmt: skip
    other = replace(data, records={**data.records, "person": persons}, design=design)
    for record in ("person", "emigrant"):
        part = Part(record=record)
        cell = cell_of(other, indicator("total", numerator=part, fold={}, breakdowns=(), weights="none"))
        assert cell.estimate == cell.n


def test_a_person_that_several_could_report_has_a_part_of_the_weight_of_the_selection():
    data = addresses()
    times = np.full(28, 2)
    emigrants = with_columns(data.records["emigrant"], {"times": times})
    data = replace(data, records={**data.records, "emigrant": emigrants},
                   design=replace(data.design, multiplicity={"emigrant": "times"}))  # fmt: skip
    one = indicator("total", numerator=Part(record="emigrant"), fold={}, breakdowns=(), weights="design")
    link = [int(number[1:]) - 1 for number in emigrants["hh_id"].to_list()]
    assert cell_of(data, one).estimate == pytest.approx(BASE[link].sum() / 2)


def test_the_final_weights_stay_as_they_are():
    data = survey()
    assert weights.sample_of(data, "final") is lfm.sample.Sample.of(data)
    assert cell_of(data, indicator("total", fold={}, breakdowns=())).estimate == 423


@pytest.mark.parametrize("kind", ["design", "none"])
def test_a_sample_is_made_once_and_kept(kind):
    data = addresses()
    assert weights.sample_of(data, kind) is weights.sample_of(data, kind) is not lfm.sample.Sample.of(data)


def test_the_weights_of_the_recipe_are_taken_where_the_data_have_none():
    data = addresses(p_psu=np.full(24, 0.5), p_dwelling=1 / BASE)
    home = data.records["household"].drop("w_design")
    data = replace(data, records={**data.records, "household": home})
    silent = np.arange(24) % 4 == 3
    assert cell_of(data, response(weights="design")).estimate == pytest.approx(BASE[~silent].sum() / BASE.sum())
    total = indicator("total", numerator=EVERYONE, fold={}, breakdowns=(), weights="design")
    assert cell_of(data, total).estimate == pytest.approx(2 * BASE.sum())


def unweighted():
    """The survey at all addresses, of a country that gives no weights of the selection."""
    data = survey()
    home = data.records["household"].drop("w_design")
    households = data.country.records["household"].model_copy(update={"covers": "selected"})
    records = {**data.country.records, "household": households}
    edition = data.country.model_copy(update={"weighting": None, "records": records})
    return replace(data, records={**data.records, "household": home}, country=edition)


def test_nothing_gives_the_weights():
    assert weights.why_not(unweighted(), "design") == "the weights of the selection are not given"
    assert weights.why_not(unweighted(), "none") == ""
    with pytest.raises(EstimationError, match=r"no sample of all that were selected.*are not given.*base_weights"):
        cell_of(unweighted(), response(weights="design"))


def test_what_cannot_be_had_is_left_out_or_refused(monkeypatch):
    known = {"X1": response(weights="design", code="X1"), "X2": response(code="X2")}
    monkeypatch.setattr(catalog, "load_indicators", lambda *_: known)
    assert {table.indicator.code for table in lfm.tabulate(unweighted())} == {"X2"}
    with pytest.raises(EstimationError, match=r"X1 cannot be computed for armenia-2007.*selection are not given"):
        lfm.tabulate(unweighted(), ["X1"])
