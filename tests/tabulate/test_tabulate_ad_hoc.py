"""Ad hoc tables against the module's own, and against each other, on the small survey."""

from __future__ import annotations

import math
from dataclasses import replace
from importlib import import_module

import pandas as pd
import pytest

import lfs_migration as lfm
from lfs_migration import catalog
from lfs_migration.errors import CatalogError, DataError, EstimationError
from lfs_migration.model.results import TOTAL
from lfs_migration.tabulate import tabulate_indicators


@pytest.fixture(params=["memory", "duckdb"])
def data(request, survey):
    country = lfm.load_country(survey / "atlantis-2020.yaml")
    return lfm.harmonise(lfm.read(survey, country, engine=request.param))


@pytest.fixture
def held(survey):
    return lfm.harmonise(lfm.read(survey, lfm.load_country(survey / "atlantis-2020.yaml")))


FIGURES = ("estimate", "se", "cv", "ci_low", "ci_high", "df", "n", "households", "unknown_share", "flag", "why")


def figures(table):
    """Every figure of a table by the codes of its dimensions."""
    return {
        tuple(cell.keys[d] for d in table.dimensions): {
            name: None if isinstance(value := getattr(cell, name), float) and math.isnan(value) else value
            for name in FIGURES
        }
        for cell in table.cells
    }  # fmt: skip


def own(data, code, *dimensions):
    """The module's table of an indicator by some dimensions, without categories folded for their size."""
    known = catalog.load_indicators("emigration", data.country)[code].model_copy(update={"fold": {}})
    return next(table for table in tabulate_indicators(data, [known]) if table.dimensions == dimensions)


@pytest.mark.parametrize(
    ("text", "statistic", "code", "dimensions"),
    [
        ("em_dest by em_sex where em_abroad", "", "E14", ("sex", "destination")),
        ("destination by sex where em_abroad", "proportion", "E14", ("sex", "destination")),
        ("emigrant by sex where em_abroad", "", "E03", ("sex",)),
        ("emigrant where em_abroad per 1000 person by em_sex", "", "E05", ("sex",)),
        ("hh_has_em == 1 by region_code", "", "E02", ("region",)),
        ("household where hh_has_em == 1 over household by region", "", "E02", ("region",)),
        ("em_rem_any == 1 by sex where em_abroad and em_age >= working_age", "share", "E36", ("sex",)),
    ],
)  # fmt: skip
def test_a_definition_in_words_gives_the_figures_of_the_indicator(data, text, statistic, code, dimensions):
    found = lfm.table(data, text, statistic=statistic)
    assert found.dimensions == dimensions
    assert figures(found) == figures(own(data, code, *dimensions))


def test_a_table_has_what_is_said_with_it(data):
    found = lfm.table(data, "em_dest by em_sex where em_age >= working_age")
    assert {"whole_households", "double_reports", "proxies"} <= set(found.indicator.coverage)
    assert "look_back" not in found.indicator.coverage
    assert "Lower limit of working age: 15 years." in found.notes_in()
    assert any(note.endswith(": 15 años.") for note in found.notes_in("es"))
    assert any(note.endswith(": 15 տարի.") for note in found.notes_in("hy"))
    assert found.indicator.title["en"] == "Country of residence abroad (em_age >= 15)"
    assert found.indicator.title["fr"].endswith("(em_age >= 15)")
    assert {"sex", "destination", "estimate", "se", "cv", "n", "flag"} <= set(found.to_frame().columns)


def test_numbers_in_categories_are_the_rows_that_are_in_them(data):
    numbers = lfm.table(data, "em_dest by em_sex where em_abroad", statistic="total")
    rows = lfm.table(data, "emigrant by em_sex, em_dest where em_abroad")
    assert figures(numbers) == figures(rows)
    assert numbers.cells[0].unit == "persons"


def test_a_mean_is_a_total_over_the_rows_of_which_it_is_known(data):
    mean, total, rows = (
        lfm.table(data, text, statistic=statistic).cells[0].estimate
        for text, statistic in (("em_age", "mean"), ("em_age", "total"), ("emigrant where answered(em_age)", "total"))
    )
    assert mean == pytest.approx(total / rows)
    ratio = lfm.table(data, "em_age per emigrant where answered(em_age)").cells[0].estimate
    assert ratio == pytest.approx(mean)


def test_the_median_is_the_quantile_of_one_half(data):
    found = [lfm.table(data, "em_age where em_abroad", statistic=s).cells[0] for s in ("median", "quantile:0.5")]
    assert found[0].estimate == found[1].estimate
    assert [cell.statistic for cell in found] == ["median", "percentile 50"]
    assert found[0].unit == "years"


def test_classes_of_a_number_are_derived_and_add_up(data):
    classes = lfm.table(data, "emigrant by cut(em_age, 25, 40)")
    assert classes.dimensions == ("em_age_25_40",)
    assert [classes.labels["em_age_25_40"][code]["en"] for code in "123"] == ["< 25", "25-39", "40+"]
    found = {cell.keys["em_age_25_40"]: cell.estimate for cell in classes.cells}
    whole = found.pop(TOTAL)
    assert whole == pytest.approx(sum(found.values()))
    young = lfm.table(data, "emigrant where em_age < 25").cells
    assert found.get("1", 0) == pytest.approx(sum(cell.estimate for cell in young))
    assert "em_age_25_40" not in data.codebook.variables


def test_groups_of_codes_are_those_that_the_module_derives(data):
    made = figures(lfm.table(data, "group(em_reason) where em_abroad"))
    assert made == figures(own(data, "E17", "reason_group"))


def test_true_and_false_have_words(data):
    found = lfm.table(data, "em_abroad by em_sex")
    assert [found.labels["em_abroad"][str(value)]["es"] for value in (True, False)] == ["Sí", "No"]


def test_values_without_a_list_stand_in_order_before_the_unknown(data):
    codes = [cell.keys["em_dep_month"] for cell in lfm.table(data, "emigrant by em_dep_month").cells]
    known = [code for code in codes if not code.startswith("_")]
    assert known == sorted(known, key=int)
    assert codes[len(known) :] in (["_U", "_T"], ["_T"])


def test_too_many_values_are_no_breakdown(held, monkeypatch):
    monkeypatch.setattr(import_module("lfs_migration.tabulate.ad_hoc"), "MOST", 2)
    with pytest.raises(EstimationError, match=r"em_dep_year has . different values: too many for a breakdown. Cut it"):
        lfm.table(held, "emigrant by em_dep_year")


def test_a_table_of_nobody_says_why(held):
    with pytest.raises(
        EstimationError, match=r"No row is in this table. .*em_rem_any is asked where em_scope == 1 and"
    ):
        lfm.table(held, "em_dest where em_rem_any == 1 and em_age < 15")


def test_a_breakdown_that_was_not_asked_is_said(held):
    with pytest.raises(CatalogError, match=r"atlantis-2020 cannot make this table. em_marital was not asked"):
        lfm.table(held, "em_dest by em_marital")


def test_a_profile_judges_the_figures(held):
    strict, mild = (lfm.table(held, "emigrant", profile=name).cells[0] for name in ("default", "statcan"))
    assert (strict.flag, "n < 20" in strict.why) == ("suppress", True)
    assert "n < 20" not in mild.why


def test_a_frame_of_ones_own_has_no_names():
    own_frame = lfm.dataset(pd.DataFrame({"w": [1.0, 2.0]}), lfm.Design(weight="w"))
    with pytest.raises(DataError, match=r"An ad hoc table needs a codebook. Use lfm.estimate"):
        lfm.table(own_frame, "em_dest")
    with pytest.raises(DataError, match="Indicators need a codebook"):
        tabulate_indicators(own_frame, [])


def test_indicators_of_the_module_are_made_as_tabulate_makes_them(held):
    known = catalog.load_indicators("emigration", held.country)
    made, module = tabulate_indicators(held, [known["E14"]]), lfm.tabulate(held, ["E14"])
    assert [table.dimensions for table in made] == [table.dimensions for table in module]
    assert [figures(table) for table in made] == [figures(table) for table in module]


def test_the_data_are_not_changed(held):
    before = replace(held)
    lfm.table(held, "emigrant by cut(em_age, 30)")
    assert (held.codebook, held.log, dict(held.records)) == (before.codebook, before.log, dict(before.records))
