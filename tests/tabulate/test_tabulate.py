"""Tables of a survey of ten households, worked by hand.

Stratum 1 has weights of 10, stratum 2 of 20; each has two primary sampling units:

    1/1: h1 h2 h3    1/2: h4 h5    2/1: h6 h7    2/2: h8 h9 h10

Abroad are two persons of h1 and one of h4 (weight 10), and two of h6 (weight 20): 70 in all. One of h8 came back, one
of h9 moved inside the country.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import pyarrow as pa
import pytest

import lfs_migration as lfm
from lfs_migration import catalog, frames
from lfs_migration.errors import DataError, EstimationError, NotFound
from lfs_migration.harmonise.mapping import Target
from lfs_migration.model.dataset import Dataset
from lfs_migration.model.results import Cell

UNITS = {"1": "1 1 1 2 2", "2": "1 1 2 2 2"}
ABROAD = {"em_scope": 1, "em_status": 1, "em_age": 30, "em_age_dep": 25, "em_reason": 2, "em_isced_dep": 3}
NOT_ASKED = dict.fromkeys(("em_relation", "em_stay_plan", "em_ret_year", "em_ret_month", "em_act_before", "em_act_now",
                           "em_rem_any", "em_rem_cash"))  # fmt: skip


def households():
    number = 0
    for stratum, units in UNITS.items():
        for psu in units.split():
            number += 1
            yield {
                "country": "ARM", "round_id": "2007", "hh_id": f"h{number}", "stratum": stratum, "psu": psu,
                "region_code": stratum, "urban": 99 if number == 10 else int(stratum), "hh_result": 1, "int_year": 2007,
                "int_month": 6, "w_hh": 10.0 * int(stratum), "hh_em_any": 2, "hh_em_n": None, "rem_any": 2,
            }  # fmt: skip


def persons():
    """One man in each household; in h1 a woman too; in h10 the sex is not known."""
    rest = {"per_age": 40, "per_relation": 1, "per_isced": 3, "per_lfstat": 1}
    yield {"hh_id": "h1", "per_no": 2, "per_sex": 2, **rest}
    for number in range(1, 11):
        yield {"hh_id": f"h{number}", "per_no": 1, "per_sex": 99 if number == 10 else 1, **rest}


def emigrants():
    def one(home, line, sex, dest, year, month, **more):
        dates = {"em_dep_year": year, "em_dep_month": month}
        return {**NOT_ASKED, **ABROAD, "hh_id": home, "em_no": line, "em_sex": sex, "em_dest": dest, **dates, **more}

    return [
        one("h1", 1, 1, "RUS", 2007, 5, em_rem_any=1),
        one("h1", 2, 2, "RUS", 2006, 6, em_rem_any=2),
        one("h4", 1, 1, "XEU", 2000, 1, em_rem_any=1),
        one("h6", 1, 1, "RUS", 9997, 97, em_rem_any=99),
        one("h6", 2, 99, "ZZ9", 2005, 6, em_age=10),
        one("h8", 1, 1, "RUS", 2005, 6, em_status=2, em_ret_year=2006, em_ret_month=6),
        one("h9", 1, 1, None, 2005, 6, em_scope=2, em_status=None),
    ]


@lru_cache
def survey(country="armenia"):
    edition = catalog.load_country(country)
    codebook = catalog.load_codebook(edition=edition)
    records = {}
    rows = {"household": list(households()), "person": list(persons()), "emigrant": emigrants()}
    for record in edition.records:
        kinds = {name: Target.of(codebook, name).type for name in rows[record][0]}
        columns = {name: pa.array([row[name] for row in rows[record]], kind) for name, kind in kinds.items()}
        records[record] = frames.frame(columns)
    design = lfm.Design("w_hh", "stratum", "psu")
    return lfm.derive(Dataset(records, codebook, edition, design))


@lru_cache
def tables(code, profile=None):
    return {" ".join(table.dimensions): table for table in lfm.tabulate(survey(), [code], profile=profile)}


def figures(code, dimensions="", statistic=None, profile=None):
    """Estimates by the codes of the dimensions."""
    cells = tables(code, profile)[dimensions].cells
    found = {
        " ".join(cell.keys[d] for d in dimensions.split()): cell.estimate
        for cell in cells
        if statistic in (None, cell.statistic)
    }
    return {keys: round(value, 3) for keys, value in found.items()}


def cell(code, dimensions="", keys="", statistic=None):
    (found,) = [
        c
        for c in tables(code)[dimensions].cells
        if " ".join(c.keys[d] for d in dimensions.split()) == keys and statistic in (None, c.statistic)
    ]
    return found


def test_households_with_an_emigrant():
    assert figures("E02") == {"": 26.667}
    assert (cell("E02").n, cell("E02").households) == (10, 10)


def test_households_with_an_emigrant_by_area_have_a_line_for_the_unknown_area():
    assert figures("E02", "urban") == {"1": 40.0, "2": 25.0, "_U": 0.0, "_T": 26.667}


def test_emigrants_abroad():
    assert figures("E03") == {"": 70.0}
    assert (cell("E03").n, cell("E03").households) == (5, 3)


def test_emigrants_abroad_by_sex_add_up():
    assert figures("E03", "sex") == {"1": 40.0, "2": 10.0, "_U": 20.0, "_T": 70.0}


def test_emigrants_abroad_by_destination_never_turn_a_group_into_a_country():
    whole = figures("E03", "destination", profile="statcan")
    assert whole == {"RUS": 40.0, "XEU": 10.0, "_U": 20.0, "_T": 70.0}
    assert figures("E03", "destination_subregion") == {"151": 40.0, "XEU": 10.0, "_U": 20.0, "_T": 70.0}
    assert figures("E03", "destination_group") == {"CIS_2007": 40.0, "MIXED": 10.0, "_U": 20.0, "_T": 70.0}


def test_emigrants_abroad_by_two_breakdowns_have_all_margins():
    assert figures("E03", "destination_main sex") == {
        "RUS 1": 30.0, "RUS 2": 10.0, "XEU 1": 10.0, "_U _U": 20.0,
        "RUS _T": 40.0, "XEU _T": 10.0, "_U _T": 20.0, "_T 1": 40.0, "_T 2": 10.0, "_T _U": 20.0, "_T _T": 70.0,
    }  # fmt: skip


def test_emigrants_by_household_variables_carry_their_households():
    assert figures("E03", "region") == {"1": 30.0, "2": 40.0, "_T": 70.0}


def test_emigrants_per_thousand_residents():
    assert figures("E05") == {"": 437.5}


def test_emigrants_per_thousand_residents_have_both_parts_of_the_same_sex():
    assert figures("E05", "sex") == {"1": 307.692, "2": 1000.0, "_T": 437.5}


def test_emigrants_by_sex_are_shares_of_the_known_and_the_unknown_is_a_share_of_all():
    assert figures("E10", "sex") == {"1": 80.0, "2": 20.0, "_U": 28.571}
    assert cell("E10", "sex", "1").unknown_share == pytest.approx(20 / 70)


def test_emigrants_by_sex_and_destination_are_shares_inside_each_destination():
    assert figures("E10", "destination_main sex") == {
        "RUS 1": 75.0, "RUS 2": 25.0, "XEU 1": 100.0, "_U _U": 100.0, "_T 1": 80.0, "_T 2": 20.0, "_T _U": 28.571,
    }  # fmt: skip


def test_emigrants_by_destination():
    assert figures("E14", "destination", profile="statcan") == {"RUS": 80.0, "XEU": 20.0, "_U": 28.571}
    assert figures("E14", "destination_group") == {"CIS_2007": 80.0, "MIXED": 20.0, "_U": 28.571}


def test_emigrants_by_time_abroad():
    assert figures("E18", "duration") == {"1": 20.0, "4": 20.0, "5": 40.0, "6": 20.0, "_U": 28.571}


def test_senders_of_remittances_are_shares_of_those_asked_who_answered():
    assert figures("E36") == {"": 66.667}
    assert (cell("E36").n, cell("E36").households) == (3, 2)


def test_a_share_without_a_base_has_no_cell():
    assert figures("E36", "sex") == {"1": 100.0, "2": 0.0, "_T": 66.667}


def test_departures_of_the_period_count_the_returned_and_leave_the_undated_out():
    assert figures("E53", "status", "number") == {"1": 40.0, "2": 20.0, "_T": 60.0}


def test_departures_of_the_period_are_shares_of_all_of_them():
    assert figures("E53", "status", "share") == {"1": 66.667, "2": 33.333}
    assert figures("E53", "sex", "share") == {"1": 50.0, "2": 16.667, "_U": 33.333}


def test_a_share_is_in_per_cent_and_a_number_in_persons():
    assert cell("E53", "sex", "1", "share").unit == "per cent"
    assert cell("E53", "sex", "1", "number").unit == "persons"
    assert cell("E53", "sex", "1", "number").estimate == 30


def test_the_standard_error_of_a_total_is_that_of_the_units_totals():
    # Units' totals are 20 and 10, 40 and 0: the variance is 10 squared and 40 squared.
    total = cell("E03")
    assert total.se == pytest.approx((10**2 + 40**2) ** 0.5)
    assert total.cv == pytest.approx(total.se / 70)
    assert total.df == 2
    assert (total.ci_low, total.ci_high) == pytest.approx((70 - 4.302653 * total.se, 70 + 4.302653 * total.se))


def test_the_standard_error_of_a_share_is_that_of_its_linearised_totals():
    share = 40 / 150
    residuals = [10 - share * 30, 10 - share * 20, 20 - share * 40, 0 - share * 60]
    variance = (residuals[0] - residuals[1]) ** 2 + (residuals[2] - residuals[3]) ** 2
    assert cell("E02").se == pytest.approx(100 * variance**0.5 / 150)


def test_a_share_of_the_whole_has_no_error():
    assert cell("E36", "sex", "1").se == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(
    "dimension", ["sex", "age_group", "urban", "region", "destination", "duration", "reason_group"]
)
def test_rows_and_persons_of_the_cells_add_up_to_the_total(dimension):
    cells = tables("E03")[dimension].cells
    total = [c for c in cells if c.keys[dimension] == "_T"]
    parts = [c for c in cells if c.keys[dimension] != "_T"]
    assert len(total) == 1
    assert sum(c.n for c in parts) == total[0].n == 5
    assert sum(c.estimate for c in parts) == pytest.approx(total[0].estimate) == 70


@pytest.mark.parametrize("category", ["sex", "destination", "status", "reason", "duration"])
def test_known_shares_add_up_to_a_hundred(category):
    shares = figures("E53", category, "share")
    assert sum(shares.values()) == pytest.approx(100, abs=0.01)


def test_a_category_is_folded_where_the_indicator_says_so_and_the_rule_has_limits_of_size():
    codes = {profile: {cell.keys["destination"] for cell in tables("E14", profile)["destination"].cells}
             for profile in ("statcan", "default")}  # fmt: skip
    assert codes == {"statcan": {"RUS", "XEU", "_U"}, "default": {"_O", "_U"}}
    assert {cell.keys["status"] for cell in tables("E53")["status"].cells} == {"1", "2", "_T"}


def test_every_figure_of_a_small_sample_is_suppressed_and_says_why():
    flags = {c.flag for table in tables("E53").values() for c in table.cells}
    assert flags == {"suppress"}
    assert cell("E03").why == "n < 20; households < 10; n_numerator < 10; cv >= 0.333; df < 3"


def test_another_profile_decides_otherwise():
    (table, *_) = lfm.tabulate(survey(), ["E03"], profile="statcan")
    assert (table.cells[0].flag, table.cells[0].why) == ("suppress", "cv > 0.333")


def test_a_table_says_whose_it_is():
    table = tables("E03")["sex"]
    assert (table.survey, table.indicator.code, table.synthetic) == ("armenia-2007", "E03", True)
    assert table.dimension_labels["sex"]["fr"] == "Sexe"
    assert table.labels["sex"]["1"]["en"] == "Men"
    assert [table.labels["sex"][code]["es"] for code in ("_T", "_U")] == ["Total", "No especificado"]


def test_a_category_of_rows_that_an_indicator_does_not_count_has_no_cell():
    assert all(c.n for code in ("E03", "E10", "E14", "E53") for table in tables(code).values() for c in table.cells)


def test_cells_are_in_the_order_of_the_code_list_then_unknown_and_total():
    codes = [c.keys["reason_group"] for c in tables("E03")["reason_group"].cells]
    assert codes == ["work", "_T"]
    assert [c.keys["urban"] for c in tables("E02")["urban"].cells] == ["1", "2", "_U", "_T"]


def test_every_code_of_a_table_has_a_label():
    made = lfm.tabulate(survey())
    missing = {
        (table.indicator.code, dimension, cell.keys[dimension])
        for table in made
        for cell in table.cells
        for dimension in table.dimensions
        if cell.keys[dimension] not in table.labels[dimension]
    }
    assert missing == set()


def test_without_a_choice_every_indicator_that_can_be_computed_is():
    made = {table.indicator.code for table in lfm.tabulate(survey())}
    data = survey()
    computable = catalog.Computable(data.codebook, data.country)
    known = catalog.load_indicators(edition=data.country)
    assert made == {code for code, indicator in known.items() if not computable.indicator(indicator)}
    assert {"E02", "E23", "E49b", "E53"} <= made


def test_a_distribution_is_not_broken_down_by_itself():
    for table in lfm.tabulate(survey(), ["E53"]):
        assert len(set(table.dimensions)) == len(table.dimensions)


def test_an_unknown_indicator_gets_near_matches():
    with pytest.raises(NotFound, match=r"No indicator 'E99'"):
        lfm.tabulate(survey(), ["E99"])
    with pytest.raises(NotFound, match=r"No indicator 'e14'. Did you mean 'E14'"):
        lfm.tabulate(survey(), ["e14"])


def test_an_unknown_profile_gets_near_matches():
    with pytest.raises(NotFound, match=r"No quality profile 'inecc'. Did you mean 'inec'"):
        lfm.tabulate(survey(), ["E03"], profile="inecc")


@pytest.mark.parametrize(
    ("code", "reason"),
    [("E05", "there is no person record"), ("E12", "em_age was not asked"), ("E02", "reporting households only")],
)
def test_an_indicator_that_the_edition_cannot_compute_says_why(code, reason):
    edition = catalog.load_country("mexico")
    data = Dataset({}, catalog.load_codebook(edition=edition), edition, lfm.Design("w_hh"))
    with pytest.raises(EstimationError, match=rf"{code} cannot be computed for mexico-2023.*{reason}"):
        lfm.tabulate(data, [code])


def test_data_without_a_codebook_are_refused():
    with pytest.raises(DataError, match="Indicators need a codebook"):
        lfm.tabulate(Dataset({"data": frames.frame({"x": [1]})}))


def test_a_table_is_a_frame_with_one_row_a_cell():
    frame = tables("E03")["sex"].to_frame()
    assert frame["sex"].tolist() == ["1", "2", "_U", "_T"]
    assert frame["estimate"].tolist() == pytest.approx([40, 10, 20, 70])


def test_figures_are_equal_where_the_same_is_undefined():
    known = Cell(
        {"sex": "1"}, "share", "per cent", *[float("nan")] * 6, n=5, households=4, unknown_share=0.0, flag="publish"
    )
    assert known == replace(known, se=float("nan")) and hash(known) == hash(replace(known, n=6))
    assert known != replace(known, se=0.0) and known != replace(known, n=6) and known != "known"
