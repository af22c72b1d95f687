"""Medians in tables: the same estimate and Woodruff interval as `Quantile`, and no figure where nobody has a value."""

from __future__ import annotations

import pytest
from test_tabulate import survey

import lfs_migration as lfm
from lfs_migration import catalog
from lfs_migration.errors import EstimationError
from lfs_migration.estimate import Quantile
from lfs_migration.model.indicator import Indicator, Part


def indicator(**parts):
    numerator = Part(record="emigrant", **{"where": "em_abroad", "value": "em_dep_year", **parts})
    return Indicator(code="X1", title={"en": "Year of departure, median"}, kind="median", numerator=numerator,
                     unit="year", breakdowns=(("sex",),), reference="made for tests")  # fmt: skip


@pytest.fixture
def tables(monkeypatch):
    def made(one):
        monkeypatch.setattr(catalog, "load_indicators", lambda *_: {one.code: one})
        return lfm.tabulate(survey(), [one.code])

    return made


def test_the_median_of_all_is_where_half_the_weight_is(tables):
    # Known years: 2000 with a weight of 10, 2005 with 20, 2006 and 2007 with 10 each; 20 of 70 are not known.
    (cell,) = tables(indicator())[0].cells
    assert (cell.statistic, cell.unit, cell.estimate, cell.n, cell.households) == ("median", "year", 2005, 4, 3)
    assert cell.unknown_share == pytest.approx(20 / 70)


def test_it_has_the_interval_of_woodruff(tables):
    (cell,) = tables(indicator())[0].cells
    part = Part(record="emigrant", where="em_abroad", value="em_dep_year")
    found = lfm.estimate(survey(), lfm.Quantile(part))
    assert found.statistic.tolist() == ["quantile 0.5 of em_dep_year"]
    wanted = (found.estimate[0], found.se[0], found.ci_low[0], found.ci_high[0], found.df[0])
    assert (cell.estimate, cell.se, cell.ci_low, cell.ci_high, cell.df) == pytest.approx(wanted)
    assert found.estimate[0] == lfm.estimate(survey(), lfm.Quantile("em_dep_year"), where="em_abroad").estimate[0]


def test_breakdowns_are_domains(tables):
    table = tables(indicator())[1]
    cells = {cell.keys["sex"]: cell for cell in table.cells}
    assert set(cells) == {"1", "2", "_U", "_T"}
    # Of women one year is known, of the emigrant whose sex is not known another.
    assert (cells["2"].estimate, cells["_U"].estimate, cells["_T"].estimate) == (2006, 2005, 2005)
    assert cells["1"].estimate in (2000, 2007)


def test_nobody_has_no_median(tables):
    assert [table.cells for table in tables(indicator(where="em_age > 200"))] == [(), ()]


def test_a_name_is_of_one_quantile():
    assert Quantile("y", name="median").named(0.5) == "median"
    with pytest.raises(EstimationError, match="Several quantiles have no one name"):
        Quantile("y", [0.25, 0.5], name="median")
