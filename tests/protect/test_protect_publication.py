"""Disclosure control of whole publications: what is hidden, where, and what may not be had back."""

from __future__ import annotations

import csv
import json
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest

import lfs_migration as lfm
from lfs_migration import catalog
from lfs_migration.errors import DataError, NotFound
from lfs_migration.model.protection import Rounding, Waiver
from lfs_migration.model.results import Base, Measure
from lfs_migration.protect.cells import Cells
from lfs_migration.protect.names import Name, Namer
from lfs_migration.protect.primary import sensitive
from lfs_migration.protect.ties import cells_of
from lfs_migration.publish import write_protection_log

PILOTS = Path(__file__).parents[2] / "examples" / "pilots"
CODES = ("E03", "E10", "E17", "E36")


@lru_cache
def tables():
    country = lfm.load_country("egypt", edition="2006")
    return lfm.tabulate(lfm.harmonise(lfm.read(PILOTS / "egypt-2006", country)), CODES)


@lru_cache
def protected(rules="default", secondary=True):
    return lfm.protect(tables(), rules=rules, secondary=secondary)


def pairs(made):
    return [(table, own, new) for table, after in zip(tables(), made, strict=True)
            for own, new in zip(table.cells, after.cells, strict=True)]  # fmt: skip


def test_a_figure_on_fewer_than_three_persons_is_hidden_with_its_number_of_rows():
    few = [new for _, own, new in pairs(protected()) if own.statistic == "number" and 0 < own.n < 3
           and "_U" not in own.keys.values()]  # fmt: skip
    assert len(few) > 10
    assert {(cell.flag, cell.why, cell.n, cell.households) for cell in few} == {
        ("suppress", "confidential", None, None)
    }


def logged(made):
    """The cells of the log, as the publication names them."""
    return {(one.record, one.where, one.value, frozenset(one.codes.items())) for one in made.log}


def words(name):
    return name.record, " and ".join(sorted(name.conditions)), name.value, name.key


def test_what_is_hidden_once_is_hidden_wherever_a_figure_rests_on_it():
    hidden, cells = logged(protected()), cells_of(tables())
    assert hidden
    for _, own, new in pairs(protected()):
        resting = {words(cells.name("egypt-2006", ref)) for ref in own.bases}
        assert (new.why == "confidential") == bool(resting & hidden)


def test_a_figure_that_is_not_hidden_is_as_it_was():
    for _, own, new in pairs(protected()):
        assert new == own or new.why == "confidential"


def test_no_row_with_one_hidden_cell_is_left_open():
    """Without the secondary cells a subtraction brings some back; with them none."""

    cells = cells_of(tables())

    def open_rows(made):
        hidden = {number for number, name in enumerate(cells.names) if words(name) in logged(made)}
        told = [{whole} | parts for whole, parts in cells.wholes if not ({whole} | parts) & cells.rests]
        return sum(len(row & hidden) == 1 for row in told)

    assert open_rows(protected()) == 0
    assert open_rows(protected(secondary=False)) > 0


def test_the_same_tables_are_protected_alike(tmp_path):
    first, again = protected(), lfm.protect(tables(), kept=tmp_path)
    assert first.tables == again.tables and first.log == again.log


def test_the_account_adds_up():
    made = protected()
    assert made.counts["figures"] == sum(len(table.cells) for table in tables())
    assert made.counts["figures_hidden"] == sum(new.why == "confidential" for _, _, new in pairs(made))
    assert made.counts["primary"] + made.counts["secondary"] == len(made.log)
    assert 0 < made.counts["figures_lost"] <= made.counts["figures_hidden"]


def test_stricter_rules_hide_more():
    assert protected("strict").counts["figures_hidden"] > protected().counts["figures_hidden"]


def test_an_unknown_profile_is_told_with_near_ones():
    with pytest.raises(NotFound, match="strict"):
        lfm.protect((), rules="strikt")


def test_two_tables_must_be_of_one_data_set():
    table = next(table for table in tables() if table.bases)
    ref, base = next(iter(table.bases.items()))
    other = dict(table.bases) | {ref: Base(base.value * 2, base.n, base.households)}
    with pytest.raises(DataError, match="different numbers"):
        lfm.protect([table, lfm_replace(table, bases=other)])


def lfm_replace(noun, **changes):
    from dataclasses import replace

    return replace(noun, **changes)


def amount(*contributions, n=None, households=20):
    cells = Cells()
    ordered = tuple(sorted(contributions, reverse=True))
    cells.names.append(Name("x", "household", frozenset(), "money", "final", frozenset({("region", "1")})))
    cells.bases.append(Base(sum(contributions), n or len(contributions), households, ordered[:2]))
    return sensitive(cells, (), catalog.load_protection())


@pytest.mark.parametrize(
    ("contributions", "rule"),
    [
        ((10.0,) * 20, None),
        ((500.0, 400.0, *[1.0] * 20), "dominance"),  # 900 of 920 are more than 85 per cent
        ((1000.0, 100.0, 20.0, 20.0, 20.0, 20.0), "dominance"),
        ((100.0, 100.0, 3.0, 3.0, 3.0), "dominance"),
        ((85.0, 5.0, 9.0, 1.0), "dominance"),
        ((840.0, 10.0, *[10.0] * 15), None),  # exactly 85 per cent is not more
    ],
)
def test_amounts_that_few_dominate_are_sensitive(contributions, rule):
    assert amount(*contributions).get(0) == rule


def test_the_second_largest_must_not_work_out_the_largest():
    """Of 1,000 + 60 + 90: the second knows the first to within the 90 of the others, less than 10 per cent of it."""
    cells = Cells()
    cells.names.append(Name("x", "household", frozenset(), "money", "final", frozenset()))
    cells.bases.append(Base(1150.0, 30, 30, (1000.0, 60.0)))
    own = catalog.load_protection().model_copy(update={"dominance": None})
    assert sensitive(cells, (), own) == {0: "p_percent"}
    cells.bases[0] = Base(1170.0, 30, 30, (1000.0, 60.0))
    assert sensitive(cells, (), own) == {}


def test_a_waiver_says_which_cells_and_which_rules():
    cells = Cells()
    for code in ("1", "2", "_U"):
        cells.names.append(Name("x", "person", frozenset(), "", "final", frozenset({("sex", code)})))
        cells.bases.append(Base(10.0, 1, 1))
    rules = catalog.load_protection()
    assert set(sensitive(cells, (), rules)) == {0, 1}
    men = Waiver(dimension="sex", code="1", rules=("persons", "households"), reason={"en": "x"})
    assert set(sensitive(cells, (), rules.model_copy(update={"waived": (men,)}))) == {1, 2}
    one = Waiver(rules=("persons",), reason={"en": "x"})
    assert sensitive(cells, (), rules.model_copy(update={"waived": (one,)})) == dict.fromkeys(range(3), "households")


def named(where, *key, record="emigrant", known=""):
    """The name of emigrants of the Egyptian pilot, of whom tables by sex, age group and activity stand."""
    edition = lfm.load_country("egypt", edition="2006")
    book = catalog.load_codebook(edition.module, edition)
    by = ("sex", "age_group", "activity_now", "status", "destination", "reason")
    names = {book.dimension_variable(d, "emigrant"): d for d in by}
    return Namer("egypt-2006", book, names).name((Measure(record, where, known=known), frozenset(key)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("em_reason == 1 and em_trips >= 2",), ("em_trips >= 2 and em_reason == 1",)),
        (("em_abroad and em_sex == 2",), ("em_scope == 1", ("status", "1"), ("sex", "2"))),
        (("em_abroad", ("where", "em_sex == 2")), ("em_abroad", ("sex", "2"))),
        (("em_abroad and em_act_now in [2, 1]",), ("em_abroad", ("activity_now", "1|2"))),
        (("em_scope == 1 and em_age < 10",), ("em_scope == 1", ("age_group", "1|2"))),
        (("em_departed",), ("em_scope == 1 and 12 * (int_year - em_dep_year) + int_month - coalesce(em_dep_month, 6)"
                            " < 12 * 5",)),
        (("em_abroad and not blank(em_sex)", ("sex", "1")), ("em_abroad", ("sex", "1"))),
    ],
)  # fmt: skip
def test_the_same_rows_have_one_name_in_whatever_words(one, other):
    assert named(*one) == named(*other)


def test_what_is_known_of_rows_is_a_code_of_theirs():
    assert named("em_abroad", known="em_sex == 1") == named("em_abroad", ("sex", "_K"))
    assert named("em_abroad and em_sex == 1", known="em_abroad and em_sex == 1") == named("em_abroad", ("sex", "1"))


def test_other_rows_have_other_names():
    assert named("em_abroad and em_age < 12") != named("em_abroad", ("age_group", "1|2"))
    assert named("em_trips == 2") != named("em_trips == 3")
    assert named("em_sex == 1 and em_sex == 2") != named("em_sex == 1")


@pytest.mark.parametrize(
    ("outer", "inner", "held"),
    [
        (("em_act_now in [1, 2, 3]",), ("em_act_now == 2",), True),
        (("em_act_now in [1, 2]",), ("em_act_now in [1, 2, 3]",), False),
        (("em_trips in [1, 2, 3]",), ("em_trips in [1, 3]",), True),
        (("em_abroad", ("sex", "_K")), ("em_abroad", ("sex", "1")), True),
        (("em_abroad", ("sex", "_K")), ("em_abroad", ("sex", "_U")), False),
        (("em_scope == 1",), ("em_abroad", ("reason", "1")), True),
    ],
)
def test_a_name_tells_what_its_rows_hold(outer, inner, held):
    assert named(*outer).holds(named(*inner)) is held


@pytest.mark.parametrize("method", ["nearest", "random", "controlled"])
def test_rounding_changes_numbers_and_no_flag(method):
    rules = catalog.load_protection().model_copy(update={"rounding": Rounding(base=1000, method=method)})
    made = lfm.protect(tables()[:12], rules=rules)
    numbers = [(own, new) for table, plain, after in zip(tables()[:12], protected(), made, strict=False)
               for own, new in zip(plain.cells, after.cells, strict=True) if own.statistic == "number"]  # fmt: skip
    whole = lfm.protect(tables()[:12])
    flags = [[cell.flag for table in one for cell in table.cells] for one in (whole, made)]
    assert flags[0] == flags[1]
    assert numbers
    for own, new in numbers:
        assert new.estimate % 1000 == 0 and abs(new.estimate - own.estimate) < (
            1000 if method != "controlled" else 2000
        )
        assert new.estimate == 0 or new.cv == pytest.approx(new.se / new.estimate)
        assert np.isnan(new.ci_low) or new.ci_low % 1000 == 0
        if method == "nearest":  # a total too is rounded from what it is, and no sum of rounded numbers
            assert abs(new.estimate - own.estimate) <= 500


def test_unprotected_tables_need_a_word_and_say_so_in_each_file(tmp_path):
    with pytest.raises(DataError, match="not protected"):
        lfm.publish(tables(), tmp_path)
    lfm.publish(tables(), tmp_path, unprotected=True)
    assert "not protected against disclosure" in (tmp_path / "tables.csv").read_text(encoding="utf-8").splitlines()[1]
    assert "not protected against disclosure" in (tmp_path / "report.html").read_text(encoding="utf-8")
    assert json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))["protection"] == {"profile": "none"}
    from openpyxl import load_workbook

    book = load_workbook(tmp_path / "tables.xlsx")
    assert all("not protected" in str([c.value for row in sheet.iter_rows(max_row=4) for c in row])
               for sheet in book if sheet.title not in ("Contents",))  # fmt: skip


def test_a_protected_publication_has_no_number_behind_a_hidden_figure(tmp_path):
    made = protected()
    lfm.publish(made, tmp_path)
    with (tmp_path / "tables.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["flag"] == "suppress"]
    hidden = [row for row in rows if not row["n"]]
    assert len(hidden) > 50 and len(rows) > len(hidden)
    figures = ("estimate", "se", "cv", "ci_low", "ci_high", "n", "households", "df")
    assert all(not row[name] for row in hidden for name in figures)
    said = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))["protection"]
    assert said["figures_hidden"] == made.counts["figures_hidden"] and said["rules"]["persons"] == 3


def test_the_log_is_for_the_office_alone(tmp_path):
    path = write_protection_log(protected(), tmp_path / "protection.csv")
    assert path.stat().st_mode & 0o077 == 0
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(protected().log)
    assert {row["rule"] for row in rows} >= {"persons", "secondary"}
