"""Every indicator of the emigration module on ten households, against figures worked by hand.

The households and the arithmetic are in ``ten_households.yaml``; the derived variables are computed, as of any survey.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pytest
from worked_survey import worked

import lfs_migration as lfm
from lfs_migration import catalog
from lfs_migration.publish.words import STATISTICS, UNITS, statistic_name, unit_name

DATA, EXAMPLES = worked(Path(__file__).parent / "ten_households.yaml")
INDICATORS = catalog.load_indicators(edition=DATA.country)
WHOLE = {"share", "distribution"}
"""Kinds whose denominator is the weight of the rows behind the figure."""


@lru_cache
def tables(code):
    return {" ".join(table.dimensions): table for table in lfm.tabulate(DATA, [code])}


def cells(code, statistic="", by=None):
    """The cells of a worked table by the codes of its dimensions; the numbers beside shares have a name."""
    by = EXAMPLES[code].get("by", "") if by is None else by
    found = {}
    for cell in tables(code)[by].cells:
        number = cell.statistic == "number" and INDICATORS[code].kind == "distribution"
        if number == (statistic == "number"):
            found[" ".join(cell.keys[dimension] for dimension in by.split()) or "all"] = cell
    return found


OTHERS = [(code, by) for code, example in EXAMPLES.items() for by in example.get("also", {})]


def test_every_indicator_has_an_example_and_no_other():
    assert set(EXAMPLES) == set(INDICATORS)


def test_every_dimension_that_is_distributed_has_an_example():
    # Countries with few in the sample are folded into their sub-regions, which has tests of its own.
    asked = {(code, by) for code, one in INDICATORS.items() if one.kind == "distribution" for by in one.of}
    shown = {(code, by) for code, example in EXAMPLES.items() for by in example.get("by", "").split()[-1:]}
    assert asked - shown - set(OTHERS) == {("E14", "destination"), ("E53", "destination")}


@pytest.mark.parametrize("code", INDICATORS)
def test_the_figures_are_those_worked_by_hand(code):
    worked_out = {key: figure for key, (_, _, figure) in EXAMPLES[code]["figures"].items()}
    assert {key: cell.estimate for key, cell in cells(code).items()} == pytest.approx(worked_out, abs=0.0005)


@pytest.mark.parametrize(("code", "by"), OTHERS)
def test_the_figures_of_other_dimensions_are_those_worked_by_hand(code, by):
    worked_out = {key: figure for key, (_, _, figure) in EXAMPLES[code]["also"][by].items()}
    assert {key: cell.estimate for key, cell in cells(code, by=by).items()} == pytest.approx(worked_out, abs=0.0005)


@pytest.mark.parametrize("code", [code for code, example in EXAMPLES.items() if "number" in example])
def test_the_numbers_are_those_worked_by_hand(code):
    found = {key: cell.estimate for key, cell in cells(code, "number").items()}
    assert found == pytest.approx(EXAMPLES[code]["number"])


@pytest.mark.parametrize("code", [code for code, example in EXAMPLES.items() if "unknown" in example])
def test_the_unknown_are_those_counted_by_hand(code):
    base, unknown = EXAMPLES[code]["base"], EXAMPLES[code]["unknown"]
    cell = next(iter(cells(code).values()))
    assert cell.unknown_share == pytest.approx(unknown / (base + unknown))


@pytest.mark.parametrize("code", INDICATORS)
def test_the_arithmetic_of_the_example_is_right(code):
    indicator, base = INDICATORS[code], EXAMPLES[code]["base"]
    tables_of = EXAMPLES[code]["figures"], *EXAMPLES[code].get("also", {}).values()
    for key, (top, bottom, figure) in (item for figures in tables_of for item in figures.items()):
        if bottom is not None:
            assert figure == pytest.approx(indicator.per * top / bottom, abs=0.0005), key
        elif top is not None:
            assert figure == top
    if indicator.kind in WHOLE and not indicator.numerator.value and " " not in EXAMPLES[code].get("by", ""):
        known = {bottom for key, (_, bottom, _) in EXAMPLES[code]["figures"].items() if not key.startswith("_")}
        assert known == {base}


def test_an_answer_that_was_not_asked_is_in_no_base():
    # Who came back and who is a child is not asked what he sends or works: three answered of a, b, c, d and g.
    assert cells("E36")["all"].n == 3
    assert cells("E28")["all"].n == 4


def test_the_three_rates_are_not_mixed():
    rates = [cells(code)["all"] for code in ("E02", "E05", "E06")]
    assert [round(cell.estimate, 1) for cell in rates] == [54.5, 500.0, 33.3]
    assert [cell.unit for cell in rates] == ["per cent", "per 1000", "per cent"]


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_every_statistic_and_unit_has_a_name_in_each_language(language):
    made = [cell for code in INDICATORS for table in tables(code).values() for cell in table.cells]
    names = {cell.statistic: statistic_name(cell.statistic, language) for cell in made}
    known = {words[language].format(value=name.rpartition(" ")[2]) for words in STATISTICS.values() for name in names}
    assert {name for name in names.values() if name not in known} == set()
    assert {cell.unit for cell in made} <= set(UNITS)
    assert all(unit_name(unit, language) == UNITS[unit][language] for unit in {cell.unit for cell in made})


def test_every_unit_of_every_module_has_a_name():
    units = {i.unit for module in ("emigration", "worker") for i in catalog.load_indicators(module).values()}
    assert units <= set(UNITS)


@pytest.mark.parametrize("code", INDICATORS)
def test_a_table_about_emigrants_says_whom_it_misses(code):
    indicator = INDICATORS[code]
    stated = set(indicator.coverage)
    if "emigrant" in {part.record for part in indicator.own} and indicator.topic != "coverage" and code[:3] != "E41":
        assert {"whole_households", "single_persons"} <= stated
    if indicator.numerator.value in ("hh_rem_year", "em_rem_cash", "hh_rem_year_usd"):
        assert "recalled_amounts" in stated
