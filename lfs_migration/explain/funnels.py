"""The way from the rows of a file to those of a figure, and what of it is too few to be told apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lfs_migration.explain.counted import Funnel, Left
from lfs_migration.explain.making import Making
from lfs_migration.explain.plan import Leaf, Side
from lfs_migration.explain.rows import Sum, Tally

OTHERS, UNSURE = "for other reasons", "whether counted, or in which category"
"""In the place of reasons that are each of few rows."""


def funnels(making: Making, tallies: Sequence[Tally], least: int) -> tuple[Funnel, ...]:
    """Return the funnel of each side of a figure.

    Parameters
    ----------
    making : Making
    tallies : sequence of Tally
    least : int
        Kinds of fewer rows are not told apart; 0 tells all.
    """
    pairs = [(leaf, side) for leaf in making.plan.leaves for side in leaf.sides]
    out = [_funnel(making, *pair, tally) for pair, tally in zip(pairs, tallies, strict=True)]
    return tuple(guarded(one, least) for one in out)


def _funnel(making: Making, leaf: Leaf, side: Side, tally: Tally) -> Funnel:
    record = making.edition.records[side.base.record]
    source = next((one for one in making.data.sources if one.name == record.file), None)
    unknown = [Left(name, reason, rows) for (name, reason), rows in tally.unknown.items()]
    role = f"{leaf.name}: {side.role}" if leaf.name else side.role
    return Funnel(
        role=role,
        record=side.base.record,
        file=making.edition.files[record.file].path,
        in_file=source.rows if source else tally.record,
        in_record=tally.record,
        orphans=tally.orphans,
        beyond=tally.beyond,
        outside=tally.outside,
        elsewhere=tally.elsewhere,
        unplaced=tally.unplaced,
        unknown=tuple(sorted(unknown, key=lambda one: (-one.rows, one.variable, one.reason))),
        merged=0,
        counted=tally.counted,
        numerator=_numerator(side, tally),
        households=tally.households,
    )


def _numerator(side: Side, tally: Tally) -> int | None:
    """Return the rows in the numerator, where it is of the same record; a mean has all of them in both."""
    if side.category is not None:
        return tally.categories.get(side.code, Sum()).rows if side.code else None
    return tally.top.rows if side.top is not None else None


def guarded(funnel: Funnel, least: int) -> Funnel:
    """Return a funnel in which no kind of rows that are left out is of few, so that nobody is pointed at.

    Reasons of few rows become one; where that is of few as well all reasons do, then with those whose category is not
    known, and at last all that is left out. Rows without a household are in no figure, and stay.

    Examples
    --------
    >>> plain = Funnel("counted", "person", "p.csv", 9, 9, 0, 0, 2, 0, 0, (Left("sex", "refused", 1),), 0, 6, None, 3)
    >>> guarded(plain, 3).merged, guarded(plain, 3).unknown, guarded(plain, 0) == plain
    (3, (), True)
    """
    few = [one for one in funnel.unknown if one.rows < least]
    if few and sum(one.rows for one in few) < least:
        few = list(funnel.unknown)
    if few:
        kept = [one for one in funnel.unknown if one not in few]
        funnel = replace(funnel, unknown=(*kept, Left("", OTHERS, sum(one.rows for one in few))))
    unsure = sum(one.rows for one in funnel.unknown)
    if any(0 < rows < least for rows in (unsure, funnel.unplaced)):
        funnel = replace(funnel, unplaced=0, unknown=(Left("", UNSURE, unsure + funnel.unplaced),))
    kinds = [funnel.beyond, funnel.outside, funnel.elsewhere, funnel.unplaced, *(one.rows for one in funnel.unknown)]
    if not any(0 < rows < least for rows in kinds):
        return funnel
    return replace(funnel, beyond=0, outside=0, elsewhere=0, unplaced=0, unknown=(), merged=sum(kinds))
