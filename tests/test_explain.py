"""How a figure was made: every kind of indicator is computed again from its rows, and what is hidden stays so."""

from __future__ import annotations

import json
import math
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import lfs_migration as lfm
from lfs_migration import catalog, tabling
from lfs_migration.errors import EstimationError, NotFound
from lfs_migration.explain.absent import reasons
from lfs_migration.explain.cells import Found, asked, found
from lfs_migration.explain.counted import Funnel, Left, Value
from lfs_migration.explain.funnels import funnels, guarded
from lfs_migration.explain.making import Making
from lfs_migration.explain.plan import chosen, plan_of
from lfs_migration.explain.value import value_of
from lfs_migration.frames import Records
from lfs_migration.model.decisions import Correction
from lfs_migration.model.results import TOTAL

ROOT = Path(__file__).parents[1]
SMALL = ROOT / "tests" / "small"
PILOTS = ROOT / "examples" / "pilots"
DIGITS = 1e-9


@cache
def small():
    return tabling.weighted(SMALL / "atlantis-2020.yaml", None, SMALL, engine="memory")


@cache
def pilot(name, engine="memory", weights="recipe"):
    country, edition = name.split("-")
    return tabling.weighted(country, edition, PILOTS / name, engine=engine, weights=weights)


def cells_of(table):
    """The total, and a cell of the breakdown for each statistic: the first that is whole, the last, and the unknown."""
    whole = [cell for cell in table.cells if TOTAL not in cell.keys.values()]
    rest = [cell for cell in whole if any(code.startswith("_") or code.endswith("_O") for code in cell.keys.values())]
    picked = [table.cells[0], *whole[:1], *whole[-1:], *rest[:1]]
    return {(cell.statistic, tuple(cell.keys.items())): cell for cell in picked}.values()


def wrongs(data):
    """What is not as published among figures of every indicator and breakdown, and how many figures were looked at."""
    indicators, out, number = catalog.load_indicators(data.country.module, data.country), [], 0
    for table in lfm.tabulate(data):
        own = indicators[table.indicator.code]
        profile = catalog.load_profile(own.quality or data.country.quality, data.country)
        for cell in cells_of(table):
            making = Making(data, own, profile, Found(table, cell))
            tallies = making.tallies()
            value = value_of(making.plan, tallies, making.per, cell.estimate)
            number += 1
            undefined = value.value is None and math.isnan(cell.estimate)
            same = undefined or math.isclose(value.value, cell.estimate, rel_tol=DIGITS, abs_tol=1e-12)
            told = funnels(making, tallies, 0)
            if not (same and value.agrees and all(funnel.adds_up for funnel in told)):
                out.append((own.code, cell.keys, value.value, cell.estimate, told))
            if not undefined and counted(own, cell, told) != cell.n:
                out.append((own.code, cell.keys, "n", counted(own, cell, told), cell.n))
    return out, number


def counted(indicator, cell, told):
    """The rows behind a figure, by its funnels: those that the published number counts."""
    match indicator.kind:
        case "distribution" if cell.unit == indicator.unit:
            return told[0].numerator
        case "difference":
            return min(one.counted for one in told)
        case "relative":
            return cell.n  # of rows of several records: those of the smaller rate
        case "ratio" if indicator.numerator.record == told[-1].record and len(told) == 1:
            return cell.n  # rows that are in either of the two are counted here, of the denominator there
        case "ratio" | "share":
            return sum(one.counted for one in told if "numerator" not in one.role)
    return sum(one.counted for one in told)


def test_every_indicator_of_a_small_survey_is_computed_again_from_its_rows():
    out, number = wrongs(small())
    assert out == []
    assert number > 250


@pytest.mark.slow
@pytest.mark.parametrize("name", ["armenia-2007", "ecuador-2007", "egypt-2006", "thailand-2008"])
def test_every_indicator_of_a_pilot_is_computed_again_from_its_rows(name):
    out, number = wrongs(pilot(name))
    assert out == []
    assert number > 400


def test_the_recomputation_can_disagree():
    assert not Value("x", (), 1, 1.0, 1.0 + 1e-8).agrees
    assert not Value("x", (), 1, None, 1.0).agrees
    assert Value("x", (), 1, None, None).agrees


def test_a_share_by_hand():
    """Of five emigrants of the small survey three are men, one a woman; one refused, and is in neither."""
    told = lfm.explain(small(), "E11a", unprotected=True)
    rows = [line.split(",") for line in (SMALL / "emigrants.csv").read_text(encoding="utf-8").split()[1:]]
    houses = [line.split(",") for line in (SMALL / "households.csv").read_text(encoding="utf-8").split()[1:]]
    heads = (SMALL / "households.csv").read_text(encoding="utf-8").split()[0].split(",")
    weight = {row[heads.index("hh")]: float(row[heads.index("weight")]) for row in houses}
    head = (SMALL / "emigrants.csv").read_text(encoding="utf-8").split()[0].split(",")
    known = [row for row in rows if row[head.index("sex")] in "12"]
    women = sum(weight[row[head.index("hh")]] for row in known if row[head.index("sex")] == "2")
    everyone = sum(weight[row[head.index("hh")]] for row in known)
    assert told.value is not None
    assert told.value.value == pytest.approx(100 * women / everyone, rel=DIGITS)
    (funnel,) = told.funnels
    assert (funnel.in_record, funnel.counted) == (len(rows), len(known))
    assert [(one.variable, one.reason, one.rows) for one in funnel.unknown] == [("em_sex", "refused", 1)]
    (sex,) = [one for one in told.variables if one.name == "em_sex"]
    assert sex.native is not None
    assert (sex.native.file, sex.native.columns, sex.native.how) == ("emigrants.csv", ("sex",), "recoded")
    assert [(one.code, one.natives) for one in sex.codes] == [("2", ("2",))]
    assert ("98", ("9",)) in [(one.code, one.natives) for one in sex.absent]


def test_a_tree_goes_down_to_native_columns():
    told = lfm.explain(small(), "E03", unprotected=True)
    (abroad,) = [one for one in told.variables if one.name == "em_abroad"]
    assert abroad.expression == "em_scope == 1 and em_status == 1"
    assert [one.name for one in abroad.parts] == ["em_scope", "em_status"]
    assert all(one.native is not None and one.native.how == "the same in every row" for one in abroad.parts)


def test_text_and_json_say_the_same():
    told = lfm.explain(small(), "E03", "sex=1", unprotected=True)
    held, text = json.loads(json.dumps(told.to_dict(), allow_nan=False)), str(told)
    assert held["value"]["agrees"] is True
    assert all(funnel["adds_up"] for funnel in held["funnels"])
    assert held["figure"]["cell"][0]["label"] in text
    assert f"{held['funnels'][0]['counted']:,}" in text
    for part in held["definition"]["parts"]:
        assert part["record"] in text
    for number, heading in enumerate(("The figure", "What it is", "Variables", "Rows", "Weights", "Validation"), 1):
        assert f"\n{number}. {heading}" in text
    assert "CONFIDENTIAL" in text


@pytest.mark.parametrize(
    ("code", "cell", "why"),
    [
        ("E11", "", "'E11a'"),
        ("E03", "sx=1", "Did you mean 'sex'"),
        ("E03", "sex=3", "Known:"),
        ("E03", "sex=Mne", "Did you mean 'Men'"),
        ("E03", "sex", "is no cell"),
        ("E03", "sex=1,sex=2", "stands twice"),
        ("E03", "sex=1,region=01", "There are tables by"),
        ("E10", "", "Name a category, as sex=1"),
    ],
)
def test_what_is_not_there_is_said_with_what_is(code, cell, why):
    with pytest.raises(NotFound) as error:
        lfm.explain(small(), code, cell, unprotected=True)
    assert why in str(error.value)


def test_an_indicator_that_cannot_be_computed_says_why():
    with pytest.raises(EstimationError, match="was not asked"):
        lfm.explain(small(), "E31")


def test_a_label_stands_for_a_code():
    tables = lfm.tabulate(small(), ["E03"])
    assert asked("sex=Women", tables) == asked("sex=2", tables) == asked("sex=Femmes", tables)
    one = found(asked("sex=1, destination_main=Italy", tables), tables)
    assert one.cell.keys == {"destination_main": "ITA", "sex": "1"}


def test_every_figure_is_found_by_its_codes():
    counts = set()
    for table in every():
        tables = made(table.indicator.code)
        for cell in cells_of(table):
            codes = [f"{d}={code}" for d, code in cell.keys.items() if code != TOTAL]
            of = f"shares_of={table.dimensions[-1]}" if table.indicator.kind == "distribution" else ""
            wanted = asked(",".join(filter(None, [*codes, f"statistic={cell.statistic}", of])), tables)
            same = found(wanted, tables).cell
            assert (same.statistic, same.unit) == (cell.statistic, cell.unit)
            assert same.estimate == cell.estimate or math.isnan(cell.estimate)
            counts.add((table.indicator.kind, cell.unit == table.indicator.unit))
    assert ("distribution", False) in counts  # numbers beside the shares of a distribution


def test_the_own_figure_of_an_indicator_comes_first():
    tables = next(
        tables
        for code in catalog.load_indicators("emigration", small().country)
        if (tables := made(code)) and tables[0].indicator.totals
    )
    cell = next(
        cell for cell in tables[0].cells if cell.unit != tables[0].indicator.unit and TOTAL not in cell.keys.values()
    )
    text = ",".join(f"{d}={code}" for d, code in cell.keys.items())
    assert found(asked(text, tables), tables).cell.unit == tables[0].indicator.unit
    assert found(asked(f"{text},statistic={cell.statistic}", tables), tables).cell == cell


@cache
def every():
    return lfm.tabulate(small())


def made(code):
    return [table for table in every() if table.indicator.code == code]


def numbers(held):
    """All numbers in plain values."""
    if isinstance(held, dict | list):
        parts = held.values() if isinstance(held, dict) else held
        return [number for part in parts for number in numbers(part)]
    return [held] if isinstance(held, int | float) and not isinstance(held, bool) else []


def test_a_hidden_figure_tells_no_number():
    """A small survey publishes next to nothing: the design and the sums of all weights are told, and no figure."""
    data = small()
    for code, cell in (("E03", ""), ("E11a", ""), ("E13b", ""), ("E03", "sex=1")):
        closed, opened = lfm.explain(data, code, cell), lfm.explain(data, code, cell, unprotected=True)
        assert closed.figure.hidden and closed.figure.reasons
        assert closed.funnels == () and closed.value is None and closed.checked is None
        assert closed.figure.estimate is None and closed.spread.domain_psus is None
        assert opened.value is not None and opened.figure.confidential and "CONFIDENTIAL" in str(opened)
        held = closed.to_dict()
        del held["weighting"], held["variables"], held["spread"]["strata"], held["spread"]["psus"]
        told = numbers(held)
        assert opened.value.value not in told and opened.figure.se not in told
        if closed.figure.hidden == "disclosure":
            assert told == [held["spread"]["replicates"]] == [0]
            assert all(rule.facts == {} and rule.holds is None for rule in closed.judgement.rules)
        assert "not told" in str(closed)
        assert repr(closed).startswith("<Explanation of")


def test_few_rows_are_not_told_apart():
    def funnel(**rows):
        given = dict.fromkeys(("orphans", "beyond", "outside", "elsewhere", "unplaced", "merged"), 0)
        given |= {name: number for name, number in rows.items() if name in given}
        unknown = tuple(Left(name, "refused", rows[name]) for name in rows if name not in given)
        whole = sum(given.values()) + sum(one.rows for one in unknown) + 50
        return Funnel("counted", "r", "f", whole, whole, unknown=unknown, counted=50, numerator=None, households=9,
                      **given)  # fmt: skip

    for one in (funnel(a=1, b=2), funnel(a=1, outside=9), funnel(a=9, b=1, c=1), funnel(unplaced=1, a=20),
                funnel(orphans=1, outside=2), funnel(elsewhere=1), funnel(a=1)):  # fmt: skip
        safe = guarded(one, 3)
        assert safe.adds_up and safe.counted == one.counted
        kinds = [safe.beyond, safe.outside, safe.elsewhere, safe.unplaced, *(left.rows for left in safe.unknown)]
        assert not any(0 < rows < 3 for rows in kinds)
        assert guarded(one, 0) == one


def test_no_household_is_named_and_findings_are_counted():
    data = pilot_egypt()
    told = lfm.explain(data, "E03")
    assert told.checked is not None and told.value is not None and told.value.agrees
    findings = lfm.validate(data)
    held = json.dumps(told.to_dict())
    identifiers = {one for one in data.records["household"]["hh_id"].to_list() if len(one) > 2}  # 97 is a code as well
    assert len(identifiers) > 4000
    assert not {one for one in identifiers if f'"{one}"' in held}
    own = [one for one in findings if one.severity == "error" and one.household]
    assert 0 < sum(told.checked.errors.values()) <= len(own)


@cache
def pilot_egypt():
    return pilot("egypt-2006")


def test_corrections_are_counted_where_they_are():
    data = small()
    first = data.records["emigrant"]
    keys = list(zip(first["hh_id"].to_list(), first["em_no"].to_list(), first["em_sex"].to_list(), strict=True))
    inside = next((home, line) for home, line, sex in keys if sex == 2)
    edits = [
        Correction(household=inside[0], line=str(inside[1]), variable="em_sex", old="1", new="2", reason="a slip"),
        Correction(household=inside[0], line=str(inside[1]), variable="em_age", old="1", new="2", reason="a slip"),
        Correction(household="none", line="1", variable="em_sex", old="1", new="2", reason="a slip"),
    ]
    told = lfm.explain(data, "E11a", unprotected=True, corrections=edits)
    assert told.checked is not None
    assert (told.checked.corrected, told.checked.entering) == (2, 1)


def test_an_unknown_row_is_traced_to_the_answer_that_is_absent():
    data = pilot("ecuador-2007", weights="office")
    records = Records(data)
    rows = np.flatnonzero(records.truth("hh_module", "person") < 0)
    told = reasons(records, data.codebook, ["hh_module"], "person", rows)
    held = records.at("hh_em_any", "person", rows)
    assert len(rows) > 0
    assert told == [("hh_em_any", {98: "refused", 97: "does not know", 99: "not stated"}[code]) for code in held]


def test_quality_rules_say_what_they_compared():
    told = lfm.explain(small(), "E03", unprotected=True)
    rules = {rule.rule: rule for rule in told.judgement.rules}
    assert rules["n < 20"].facts == {"n": told.figure.n} and rules["n < 20"].holds
    assert told.judgement.flag == "suppress"


def test_the_request_of_a_cell_is_that_of_its_statistic():
    data = small()
    table = next(t for t in lfm.tabulate(data, ["E14"]) if t.dimensions == ("destination",))
    share = next(cell for cell in table.cells if cell.statistic == "share")
    own = catalog.load_indicators(data.country.module, data.country)["E14"]
    making = Making(data, own, catalog.load_profile("default", data.country), Found(table, share))
    assert plan_of(making.chosen).leaves[0].kind == "shares"
    with pytest.raises(NotFound):
        chosen(making_requests(making), own, Found(table, share).cell.__class__(**{**vars(share), "statistic": "x"}),
               table.dimensions)  # fmt: skip


def making_requests(making):
    from lfs_migration.tabulate.requests import Requests

    return Requests(making.codebook, making.computable)
