"""Categories with too few in the sample are the named rest of a coarser one, estimated from the records."""

from __future__ import annotations

from dataclasses import replace

import pytest
from folding_survey import indicator, rule, survey

import lfs_migration as lfm
from lfs_migration import catalog
from lfs_migration.errors import EstimationError
from lfs_migration.frames import arrow, with_columns
from lfs_migration.model.indicator import Part
from lfs_migration.sample import By
from lfs_migration.tabulate.folding import folded
from lfs_migration.tabulate.tabulate import tables_of

CHAINS = {
    "GEO": ("145", "142"), "IRQ": ("145", "142"), "TUR": ("145", "142"), "NPL": ("034", "142"),
    "RUS": ("151", "150"), "UKR": ("151", "150"), "XEU": ("XEU", None),
}  # fmt: skip


def sized(n):
    def sizes(recode):
        out = {}
        for code, size in n.items():
            out[recode.get(code, code)] = out.get(recode.get(code, code), 0) + size
        return {category: (size, size) for category, size in out.items() if size}

    return sizes


def fold_of(n, limit=10):
    return folded({code: CHAINS[code] for code in n}, sized(n), lambda size: size[0] < limit)


@pytest.mark.parametrize(
    ("n", "wanted"),
    [
        # Nothing is folded where all stand.
        ({"GEO": 10, "IRQ": 10}, {}),
        # Two of a sub-region are its rest.
        ({"GEO": 6, "IRQ": 6, "TUR": 50}, {"GEO": "145_O", "IRQ": "145_O"}),
        # Together still too few, they go on, and so does one that is alone in its sub-region.
        ({"GEO": 3, "IRQ": 3, "TUR": 50, "NPL": 4}, {"GEO": "142_O", "IRQ": "142_O", "NPL": "142_O"}),
        # The rest of one would be that one: it goes on to the other, which takes the smallest of those that stand.
        ({"GEO": 3, "TUR": 50, "RUS": 20}, {"GEO": "_O", "RUS": "_O"}),
        # One with no known region is in the other; a second one joins it there.
        ({"XEU": 4, "UKR": 7, "RUS": 50, "TUR": 50}, {"XEU": "_O", "UKR": "_O"}),
        # The other is of two and still too small: it takes one that stands.
        ({"XEU": 2, "UKR": 3, "RUS": 30, "TUR": 50}, {"XEU": "_O", "UKR": "_O", "RUS": "_O"}),
        # The smallest that stands is a rest: all of it goes.
        ({"GEO": 5, "IRQ": 6, "XEU": 2, "RUS": 60, "TUR": 40}, {"GEO": "_O", "IRQ": "_O", "XEU": "_O"}),
        # Where nothing stands all are the other.
        ({"GEO": 1, "RUS": 1}, {"GEO": "_O", "RUS": "_O"}),
        # A category that does not occur is in no rest, and does not make one of two.
        ({"GEO": 3, "IRQ": 0, "TUR": 50}, {"GEO": "_O", "TUR": "_O"}),
    ],
)  # fmt: skip
def test_what_is_folded_into_what(n, wanted):
    assert fold_of(n) == wanted


@pytest.mark.parametrize("seed", range(60))
def test_no_rest_is_of_one_category_and_none_is_too_small(seed):
    n = {code: (seed * (place + 3) * 7919) % 37 for place, code in enumerate(CHAINS)}
    recode, sizes = fold_of(n), sized(n)
    members = [[code for code in recode if recode[code] == rest] for rest in set(recode.values())]
    assert all(len(own) > 1 for own in members)
    shown = sizes(recode)
    assert all(size >= 10 for size, _ in shown.values()) or set(shown) == {"_O"}
    assert sum(size for size, _ in shown.values()) == sum(n.values())


def made(one, profile, monkeypatch):
    monkeypatch.setattr(catalog, "load_profile", lambda *_: profile)
    data = survey()
    return {" ".join(table.dimensions): table for table in tables_of(data, [one], data.codebook)}


@pytest.fixture
def totals(monkeypatch):
    return made(indicator("total"), rule(), monkeypatch)


@pytest.fixture
def shares(monkeypatch):
    return made(indicator(totals=True), rule(), monkeypatch)


def by_code(table, statistic=None):
    name = table.dimensions[0]
    return {cell.keys[name]: cell for cell in table.cells if statistic in (None, cell.statistic)}


INTO = {"GEO": "142_O", "NPL": "142_O", "CAN": "_O", "UKR": "_O", "XEU": "_O"}
SHOWN = ["IRQ", "RUS", "TUR", "USA", "142_O", "_O", "_U", "_T"]


def hand_recoded(recode):
    """The survey with another destination for some emigrants."""
    data = survey()
    codes = [recode.get(code, code) for code in arrow(data.records["emigrant"])["em_dest"].to_pylist()]
    emigrants = with_columns(data.records["emigrant"], {"em_dest": codes})
    return replace(data, records={**data.records, "emigrant": emigrants})


def test_the_table_has_what_stands_and_the_rest(totals):
    cells = by_code(totals["destination"])
    assert list(cells) == SHOWN
    # GEO is in households 1 and 7, NPL in 13; alone in their sub-regions, they are the rest of Asia.
    assert (cells["142_O"].n, cells["142_O"].households) == (3, 3)
    assert cells["142_O"].estimate == sum(5.0 + number for number in (1, 7, 13))
    # CAN, UKR and XEU, in households 6, 12 and 14, are alone in their regions.
    assert (cells["_O"].n, cells["_O"].estimate) == (3, sum(5.0 + number for number in (6, 12, 14)))


def test_estimates_and_standard_errors_are_those_of_a_variable_recoded_by_hand(totals):
    count = lfm.Count("emigrant", where="em_abroad")
    found = lfm.estimate(hand_recoded(INTO), count, by=By("destination", {"emigrant": "em_dest"}, unknown=True))
    cells = by_code(totals["destination"])
    for row, code in enumerate(found.by["destination"]):
        cell = cells[code]
        assert (cell.n, cell.households) == (found.n[row], found.households[row])
        assert (cell.estimate, cell.se) == pytest.approx((found.estimate[row], found.se[row]), rel=1e-12)


def test_shares_too(shares):
    base = Part(record="emigrant", where="em_abroad")
    found = lfm.estimate(hand_recoded(INTO), lfm.Proportion("em_dest", base, unknown=True))
    cells = by_code(shares["destination"], "share")
    assert set(cells) == set(found.by["em_dest"])
    for row, code in enumerate(found.by["em_dest"]):
        wanted = (found.estimate[row], found.se[row], found.ci_low[row], found.ci_high[row])
        assert (cells[code].estimate, cells[code].se, cells[code].ci_low, cells[code].ci_high) == pytest.approx(wanted)


def test_a_household_in_two_countries_of_a_rest_is_counted_once(monkeypatch):
    cells = by_code(made(indicator("total"), rule(n=6), monkeypatch)["destination"])
    # Only RUS stands. Of GEO, IRQ and TUR ten persons left, of households 1, 3, 4, 7, 8 (two), 9, 16, 20 and 23.
    assert (cells["145_O"].n, cells["145_O"].households) == (10, 9)
    # UKR, NPL and XEU are too few as the other, and USA with CAN the smallest of the rest; both are of household 6.
    assert (cells["_O"].n, cells["_O"].households) == (9, 8)
    alone = by_code(made(indicator("total", fold={}), rule(n=6), monkeypatch)["destination"])
    assert sum(alone[code].households for code in ("USA", "CAN", "UKR", "NPL", "XEU")) == 9


@pytest.mark.parametrize("n", [2, 3, 4, 6, 9])
def test_the_cells_add_up_to_the_total(n, monkeypatch):
    for table in made(indicator("total"), rule(n=n), monkeypatch).values():
        kept = [cell for cell in table.cells if cell.keys.get("sex", "_T") == "_T"]
        if "destination" in table.dimensions:
            total = [cell for cell in kept if cell.keys["destination"] == "_T"]
            parts = [cell for cell in kept if cell.keys["destination"] != "_T"]
            assert len(total) == 1
            assert sum(cell.n for cell in parts) == total[0].n == 28
            assert sum(cell.estimate for cell in parts) == pytest.approx(total[0].estimate)


def test_tables_with_other_breakdowns_have_the_same_fold_and_add_up(totals):
    alone, crossed = by_code(totals["destination"]), totals["destination sex"]
    assert {cell.keys["destination"] for cell in crossed.cells} == set(alone)
    for code, cell in alone.items():
        parts = [c for c in crossed.cells if c.keys["destination"] == code and c.keys["sex"] != "_T"]
        assert sum(c.n for c in parts) == cell.n
        assert sum(c.estimate for c in parts) == pytest.approx(cell.estimate)


def test_numbers_and_shares_of_a_distribution_have_the_same_categories(shares):
    table = shares["destination"]
    assert set(by_code(table, "number")) == {*by_code(table, "share"), "_T"}
    known = [cell.estimate for code, cell in by_code(table, "share").items() if code != "_U"]
    assert sum(known) == pytest.approx(1)


def test_a_mean_is_of_the_rows_of_the_rest(monkeypatch):
    one = indicator("mean", numerator=Part(record="emigrant", where="em_abroad", value="em_age"))
    cell = by_code(made(one, rule(), monkeypatch)["destination"])["_O"]
    part = Part(record="emigrant", where="em_abroad", value="em_age")
    base = Part(record="emigrant", where="em_abroad")
    wanted = lfm.estimate(hand_recoded(INTO), lfm.Ratio(part, base), by=["em_dest"])
    row = list(wanted.by["em_dest"]).index("_O")
    assert (cell.estimate, cell.se) == pytest.approx((wanted.estimate[row], wanted.se[row]))


def test_labels_and_note_are_in_every_language(monkeypatch):
    table = made(indicator("total"), rule(n=6), monkeypatch)["destination"]
    west = table.labels["destination"]["145_O"]
    assert west == {
        "en": "Other of Western Asia", "fr": "Autres (Asie de l’Ouest)", "es": "Otros (Asia occidental)",
        "ar": "أخرى (غرب آسيا)", "hy": "Այլ (Արևմտյան Ասիա)", "ru": "Другое (Западная Азия)",
        "th": "อื่น ๆ (เอเชียตะวันตก)",
    }  # fmt: skip
    assert "Other of Western Asia (Georgia; Iraq; Türkiye)" in table.indicator.note["en"]
    assert "Irak" in table.indicator.note["fr"] and "Otros (Asia occidental)" in table.indicator.note["es"]
    codes = list(table.labels["destination"])
    assert codes[-4:] == ["145_O", "_O", "_U", "_T"]


def test_a_note_that_there_is_stays(monkeypatch):
    note = {"en": "Of those abroad", "fr": "À l'étranger"}
    table = made(indicator("total", note=note), rule(), monkeypatch)["destination"]
    assert table.indicator.note["en"].startswith("Of those abroad. Destination: ")
    assert table.indicator.note["es"].startswith("Of those abroad. Destino: ")


def test_the_sample_of_each_category_is_all_that_matters(monkeypatch):
    """A figure that its cv suppresses stays where it is."""
    profile = rule(n=1).model_copy(update={"suppress": ("n < 1", "cv >= 0.0001")})
    cells = by_code(made(indicator("total"), profile, monkeypatch)["destination"])
    assert set(INTO) <= set(cells)
    assert cells["GEO"].flag == "suppress"


def test_too_few_households_are_too_few(monkeypatch):
    # Three are in IRQ, of two households.
    assert "IRQ" in by_code(made(indicator("total"), rule(n=1, households=2), monkeypatch)["destination"])
    cells = by_code(made(indicator("total"), rule(n=1, households=3), monkeypatch)["destination"])
    assert "IRQ" not in cells and cells["145_O"].households == 4


def test_the_microdata_keep_their_codes(totals):
    assert "GEO" in arrow(survey().records["emigrant"])["em_dest"].to_pylist()


def test_without_fold_nothing_is_folded(monkeypatch):
    cells = by_code(made(indicator("total", fold={}), rule(), monkeypatch)["destination"])
    assert {"GEO", "NPL", "XEU"} <= set(cells) and "_O" not in cells


def test_coarser_dimensions_that_do_not_hold_the_finer_one_are_refused(monkeypatch):
    with pytest.raises(EstimationError, match=r"X1: destination '...' is in several categories of a coarser one"):
        made(indicator("total", fold={"destination": ("sex",)}), rule(), monkeypatch)


def test_the_fold_of_a_breakdown_of_a_share_is_decided_by_its_denominator(monkeypatch):
    part = Part(record="emigrant", where="em_abroad and em_sex == 2")
    one = indicator("share", numerator=part, denominator=Part(record="emigrant", where="em_abroad"))
    cells = by_code(made(one, rule(n=3), monkeypatch)["destination"])
    assert list(cells) == SHOWN
    assert (cells["_O"].n, cells["_O"].households) == (3, 3)
