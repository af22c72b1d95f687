"""What ties cells of which nobody prints the sum: sets inside sets, and classes that cut across others."""

from __future__ import annotations

import numpy as np
import pytest
from machines import on_another_machine

from lfs_migration.model.results import Base
from lfs_migration.protect import ties
from lfs_migration.protect.audit import falling, ranges
from lfs_migration.protect.cells import Cells, Sure
from lfs_migration.protect.merged import Merged
from lfs_migration.protect.names import Name


def name(*key, conditions=()):
    return Name("x", "person", frozenset(conditions), "", "final", frozenset(key))


def tied(cells, nesting=None):
    """Cells of one table, by name and number of rows, each of weight ten."""
    out = Cells()
    own = [out.put(one, Base(10.0 * n, n, n)) for one, n in cells.items()]
    ties._tie(out, [(own, nesting or {})])
    return out


def seen(cells, *hidden):
    """The ranges of some hidden cells, in rows, when all other printed ones are shown."""
    mask = np.isin(np.arange(len(cells.names)), [*(cells.number[one] for one in hidden), *cells.rests, *cells.implied])
    low, high = ranges(cells.apart, np.r_[mask, np.ones(len(cells.apart) - len(mask), dtype=bool)],
                       [cells.number[one] for one in hidden])  # fmt: skip
    return [(float(a), float(b)) for a, b in zip(low, high, strict=True)]


WORK, TWO, THREE = (name(conditions=[f"work in {codes}"]) for codes in ("[1]", "[1, 2]", "[1, 2, 3]"))


def test_those_in_two_kinds_of_work_are_among_those_in_three():
    cells = tied({TWO: 4, THREE: 6})
    assert seen(cells, TWO) == [(1.0, 6.0)]
    assert seen(cells, THREE)[0][0] == 4.0 and np.isinf(seen(cells, THREE)[0][1])


def test_several_codes_together_are_the_sum_of_each():
    young, old = name(("age", "1")), name(("age", "2"))
    cells = tied({name(("age", "1|2")): 5, young: 2, old: 3})
    assert seen(cells, young) == [(2.0, 2.0)]


def test_classes_that_cut_across_others_bound_them():
    classes = {name(("months", code)): n for code, n in (("1", 3), ("2", 4), ("3", 5))}
    long, short = name(("long", "1")), name(("long", "0"))
    nesting = {("months", "long"): {"1": {"0"}, "2": {"0", "1"}, "3": {"1"}}}
    cells = tied({**classes, long: 7, short: 5, name(): 12}, nesting)
    assert seen(cells, long, short) == [(5.0, 9.0), (3.0, 7.0)]


def test_the_same_rows_by_chance_are_one_cell_to_the_programs_and_two_to_a_stranger():
    cells = tied({TWO: 4, THREE: 4})
    assert [*cells.wholes.values()] == [Sure.CHANCE]
    merged = Merged.of(cells.system)
    assert merged.group[cells.number[TWO]] == merged.group[cells.number[THREE]]
    assert seen(cells, TWO) == [(1.0, 4.0)]


@pytest.mark.parametrize(("rows", "falls"), [((1, 1), False), ((1, 2), True)])
def test_no_cell_can_be_less_than_the_rows_that_are_printed_in_it(rows, falls):
    men, women = name(("sex", "1")), name(("sex", "2"))
    cells = tied({name(): sum(rows), men: rows[0], women: rows[1]})
    asked = np.arange(len(cells.apart)) == cells.number[name()]
    assert falling(cells.apart, asked)[cells.number[name()]] == falls


SEEN = """
import sys
import lfs_migration as lfm
from lfs_migration.protect.ties import cells_of

country = lfm.load_country(sys.argv[1] + "/atlantis-2020.yaml")
cells = cells_of(lfm.tabulate(lfm.weigh(lfm.harmonise(lfm.read(sys.argv[1], country)))))
for system in (cells.system, cells.apart):
    print(*system.names, system.equations.indices.tolist(), system.equations.indptr.tolist(), sep="\\n")
"""


def test_equations_have_one_order_in_every_process(survey):
    one, other = (on_another_machine("-c", SEEN, survey, PYTHONHASHSEED=seed) for seed in ("1", "2"))
    assert one == other
    assert len(one.splitlines()) > 100
