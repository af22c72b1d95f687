"""Published arithmetic: figures of four countries, from small surveys whose weights are the published counts."""

from __future__ import annotations

import pytest
from worked_survey import ITEMS, survey

import lfs_migration as lfm

HOUSEHOLD = ("hh_id", "stratum", "psu", "urban", "region_code", "hh_result", "hh_em_any", "w_hh", "w_design",
             "int_year", "int_month", "mod_selected")  # fmt: skip
EMIGRANT = ("hh_id", "em_no", "em_scope", "em_status", "em_sex", "em_dest")
RECRUITMENT = ("hh_id", "rc_no", "rc_elig", "rc_moved", *ITEMS, "rc_total", "rc_cur", "rc_reimb", "rc_deduct",
               "rc_earn1", "rc_earn1_tax", "rc_earn_cur")  # fmt: skip


def household(number, weight, **answers):
    return {"hh_id": f"h{number}", "stratum": "1", "psu": str(number), "urban": 1, "region_code": "1", "hh_result": 1,
            "hh_em_any": 1, "w_hh": float(weight), "w_design": float(weight), "int_year": 2018, "int_month": 6,
            "mod_selected": 1, **answers}  # fmt: skip


def emigrant(number, line, dest="USA"):
    return {"hh_id": f"h{number}", "em_no": line, "em_scope": 1, "em_status": 1, "em_sex": 1, "em_dest": dest}


def figure(data, code, by=""):
    (table,) = [t for t in lfm.tabulate(data, [code]) if " ".join(t.dimensions) == by]
    if not by:
        return table.cells[0].estimate
    return {cell.keys[by]: cell.estimate for cell in table.cells}


# Armenian labour force survey 2018, methodology, page 17: outcomes of 7,788 visited addresses. Complete 4,369; closed,
# household in the country 1,440; closed, household abroad 1,223; not found 134; other use 27; refusal 456; no access
# 80; language 1; other 58. Published: non-response 7.6 and non-coverage 36.3 per cent.
ARMENIA = {1: 4369, 4: 1440, 5: 1223, 6: 134, 7: 27, 3: 456, 8: 80, 9: 1, 96: 58}


@pytest.fixture(scope="module")
def armenia():
    rows = [household(number, count, hh_result=result, w_hh=count if result == 1 else 0)
            for number, (result, count) in enumerate(ARMENIA.items())]  # fmt: skip
    rows = [{**row, "w_hh": float(row["w_hh"]), "hh_em_any": 2 if row["hh_result"] == 1 else None} for row in rows]
    return survey({"household": rows, "emigrant": []}, {"household": HOUSEHOLD, "emigrant": EMIGRANT})


@pytest.mark.parametrize(("code", "published"), [("E48c", 7.6), ("E48d", 36.3), ("E48b", 15.7)])
def test_outcomes_of_visits_in_armenia(armenia, code, published):
    assert sum(ARMENIA.values()) == 7788
    assert round(figure(armenia, code), 1) == published


def test_households_abroad_of_dwellings_are_not_those_of_all_addresses(armenia):
    assert figure(armenia, "E48b") == pytest.approx(100 * 1223 / 7788)
    assert figure(armenia, "E48a") == pytest.approx(100 * 1223 / (7788 - 27))


# Lao labour force survey 2017, migration module (ISI 2019, CPS2476): 254 workers with cost and earnings; mean cost
# 141.31 and mean monthly earnings 430.88 dollars; published ratio 0.33.
@pytest.fixture(scope="module")
def lao():
    homes = [household(number, 127) for number in (1, 2)]
    workers = [
        {"hh_id": f"h{number}", "rc_no": 1, "rc_elig": 1, "rc_moved": 1, **dict.fromkeys(ITEMS, 0.0), "rc_c01": cost,
         "rc_cur": "USD", "rc_reimb": 0.0, "rc_deduct": 0.0, "rc_earn1": earnings, "rc_earn1_tax": 0.0,
         "rc_earn_cur": "USD"}
        for number, cost, earnings in ((1, 100.00, 400.88), (2, 182.62, 460.88))
    ]  # fmt: skip
    return survey({"household": homes, "recruitment": workers}, {"household": HOUSEHOLD, "recruitment": RECRUITMENT})


def test_cost_of_recruitment_in_lao_is_a_ratio_of_totals(lao):
    assert figure(lao, "E46e") == pytest.approx(141.31 / 430.88)
    assert round(figure(lao, "E46e"), 2) == 0.33


def test_the_indicator_of_the_goals_is_of_each_workers_own_ratio(lao):
    assert figure(lao, "E46a") == pytest.approx((100.00 / 400.88 + 182.62 / 460.88) / 2)
    assert figure(lao, "E46a") != pytest.approx(figure(lao, "E46e"), abs=0.001)


# Census of Ecuador 2022 (El Diario, 31 July 2025): 124,992 emigrants of 2019 to 2022, of 91,139 households. With one or
# two of each household, 57,286 households have one and 33,853 have two.
@pytest.fixture(scope="module")
def ecuador():
    homes = [household(1, 57286), household(2, 33853), household(3, 1000000, hh_em_any=2)]
    abroad = [emigrant(1, 1), emigrant(2, 1), emigrant(2, 2)]
    return survey({"household": homes, "emigrant": abroad}, {"household": HOUSEHOLD, "emigrant": EMIGRANT})


def test_emigrants_of_a_household_in_ecuador(ecuador):
    assert (figure(ecuador, "E03"), figure(ecuador, "E01")) == (124992, 91139)
    assert figure(ecuador, "E04") == pytest.approx(124992 / 91139)
    assert round(figure(ecuador, "E04"), 2) == 1.37


# Moldovan labour force survey 2008, migration module (demoscope.ru, after the National Bureau of Statistics, 2009): of
# 318.2 thousand emigrants 195.5 in Russia, 58.1 in Italy, 33.4 in the rest of the European Union and 31.2 elsewhere.
# Shares of these: Russia 61.4, Italy 18.3 per cent.
def test_destinations_in_moldova():
    thousands = {"RUS": 195.5, "ITA": 58.1, "PRT": 33.4, "TUR": 31.2}
    homes = [household(number, 1000 * count) for number, count in enumerate(thousands.values())]
    abroad = [emigrant(number, 1, dest) for number, dest in enumerate(thousands)]
    data = survey({"household": homes, "emigrant": abroad}, {"household": HOUSEHOLD, "emigrant": EMIGRANT},
                  {"main_destinations": ["RUS", "ITA"]})  # fmt: skip
    assert figure(data, "E03") == pytest.approx(318200)
    shares = figure(data, "E14", "destination_main")
    assert {code: round(share, 1) for code, share in shares.items()} == {"RUS": 61.4, "ITA": 18.3, "_O": 20.3}
