"""How a figure is made of the cells behind it: what it becomes when they are others, and whose rows its n counts."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from lfs_migration.model.indicator import Indicator, Part
from lfs_migration.model.results import KNOWN, UNKNOWN, WHERE, Cell, Measure, Ref, Table

Way = Literal["total", "ratio", "difference", "relative", "index", "quantile"]
Values = Mapping[Ref, complex]
COUNTS = "number"
"""Statistic of the numbers beside the shares of a distribution."""
PLAIN = ("total",)
RANKED = ("median", "quantile")
"""Kinds of indicators that depend on the order of values, which no sum of rows tells."""
NESTED = ("share", "options", "distribution")
"""Kinds whose figures are of a whole and of a part of it."""


@dataclass(frozen=True)
class Fraction:
    """One cell over the sum of others.

    Parameters
    ----------
    top : Ref, optional
        Nothing where no row is in it.
    base : tuple of Ref
    nested : bool
        Whether the top is a part of the base, and so never more.
    """

    top: Ref | None
    base: tuple[Ref, ...]
    nested: bool = False

    def value(self, values: Values) -> complex:
        """Return the fraction; not-a-number of nothing."""
        whole = sum(values[ref] for ref in self.base)
        if not whole:
            return math.nan
        found = values[self.top] / whole if self.top is not None else 0.0
        return 1.0 if self.nested and complex(found).real > 1 else found


@dataclass(frozen=True)
class Made:
    """A figure as a function of its cells.

    Parameters
    ----------
    way : str
        One ``total``, one ``ratio``, the ``difference`` of two, the ``relative`` size of one to the other, an
        ``index`` over several of the same base; or a ``quantile``, which is no function of them.
    refs : tuple of Ref
        All of the cells, the single one first.
    fractions : tuple of Fraction
    sides : tuple of tuples of Ref
        The cells whose rows are the figure's: of several sides the fewest, of several cells of a side all.
    largest : int
        Of an index.
    """

    way: Way
    refs: tuple[Ref, ...]
    fractions: tuple[Fraction, ...] = ()
    sides: tuple[tuple[Ref, ...], ...] = ()
    largest: int = 0

    def value(self, values: Values) -> complex:
        """Return the figure, per one, of some values of the cells."""
        if self.way == "total":
            return values[self.refs[0]]
        found = [fraction.value(values) for fraction in self.fractions]
        match self.way:
            case "ratio":
                return found[0]
            case "difference":
                return found[0] - found[1]
            case "relative":
                return found[0] / found[1] if found[1] else math.nan
            case "index" if self.largest:
                return sum(sorted(found, key=lambda share: -complex(share).real)[: self.largest])
            case "index":
                return sum(share * share for share in found)
        raise TypeError(f"A {self.way} is no function of cells")

    def rows(self, n: Mapping[Ref, int]) -> int:
        """Return the number of rows behind the figure, of the numbers in its cells."""
        return min((sum(n[ref] for ref in side) for side in self.sides), default=0)

    @property
    def bounded(self) -> bool:
        """Whether it is between 0 and 1: a share, or an index of shares."""
        return self.way in ("ratio", "index") and all(fraction.nested for fraction in self.fractions)

    @property
    def share(self) -> bool:
        """Whether it is the share of a whole."""
        return self.bounded and (self.way == "ratio" or bool(self.largest))


def made_of(table: Table, cell: Cell) -> Made | None:
    """Return how a figure is made of the cells behind it; nothing where it has none."""
    indicator, refs = table.indicator, cell.bases
    if not refs:
        return None
    if indicator.kind in RANKED:
        return Made("quantile", refs, sides=(refs[:1],))
    if cell.statistic == COUNTS or indicator.kind in PLAIN:
        return Made("total", refs, sides=(refs[:1],))
    match indicator.kind:
        case "distribution":
            share = Fraction(refs[0], refs[1:], not refs[0][0].value)
            return Made("ratio", refs, (share,), (refs[:1],))
        case "index":
            return _index(indicator, refs)
        case "difference":
            return _pair("difference", refs, _sides(refs))
        case "relative":
            own, against = indicator.own, indicator.against
            roles = [*_roles(own), *_roles(against)]
            placed = _placed(refs, roles)
            return _pair("relative", refs, [placed[: len(own)], placed[len(own) :]])
        case _:
            return _ratio(indicator, refs)


def _ratio(indicator: Indicator, refs: Sequence[Ref]) -> Made:
    """Return a share, an option, a mean or a rate: of the cell of its base, of its numerator, and what is beside."""
    if _is_top(refs[-1]) or (indicator.kind in NESTED and indicator.denominator is None):
        (placed,), beside = [[_base_of(refs), _top_of(refs)]], None
    else:
        own = indicator.own
        if indicator.kind == "mean":
            own = (own[0], Part(record=own[0].record, where=own[0].where))
        placed = _placed(refs, _roles(own, free=indicator.kind == "options"))
        beside = own[2] if len(own) > 2 else None
    counted = indicator.kind in NESTED and not any(ref[0].value for ref in refs)
    nested = counted or (beside is not None and beside == indicator.numerator and not beside.value)
    one = _fraction(placed, nested=nested)
    return Made("ratio", tuple(refs), (one,), (one.base,))


def _index(indicator: Indicator, refs: Sequence[Ref]) -> Made:
    dimension, base, tops = indicator.of[0], tuple[Ref, ...](), list[Ref]()
    for ref in refs:
        code = dict(ref[1]).get(dimension)
        if code == KNOWN:
            base = (ref,)
        elif code not in (None, UNKNOWN):
            tops.append(ref)
    fractions = tuple(Fraction(top, base, not top[0].value) for top in tops)
    return Made("index", tuple(refs), fractions, (base,), indicator.largest)


def _pair(way: Way, refs: Sequence[Ref], sides: Sequence[Sequence[Ref | None]]) -> Made:
    fractions = tuple(_fraction(side, nested=way == "difference") for side in sides)
    return Made(way, tuple(refs), fractions, tuple(one.base for one in fractions))


def _fraction(placed: Sequence[Ref | None], *, nested: bool) -> Fraction:
    """Return the fraction of cells in their places: base, numerator, and what the base holds beside."""
    base, top, *more = placed
    return Fraction(top, tuple(ref for ref in (base, *more) if ref is not None), nested)


def _is_top(ref: Ref) -> bool:
    return any(dimension == WHERE for dimension, _ in ref[1])


def _base_of(refs: Sequence[Ref]) -> Ref | None:
    return next((ref for ref in refs if not _is_top(ref)), None)


def _top_of(refs: Sequence[Ref]) -> Ref | None:
    return next((ref for ref in refs if _is_top(ref)), None)


def _sides(refs: Sequence[Ref]) -> list[list[Ref | None]]:
    """Return base and numerator of each of several shares: a base begins the next."""
    out: list[list[Ref | None]] = []
    for ref in refs:
        if _is_top(ref):
            out[-1][1] = ref
        else:
            out.append([ref, None])
    return out


def _roles(parts: Sequence[Part], *, free: bool = False) -> list[Callable[[Measure], bool]]:
    """Return what tells the cells of a ratio's base, its numerator, and what is beside, in the order of the cells."""

    def like(part: Part) -> Callable[[Measure], bool]:
        return lambda measure: (measure.record, measure.where, measure.value) == (part.record, part.where, part.value)

    top, base, *more = parts
    return [like(base), (lambda _: True) if free else like(top), *map(like, more)]


def _placed(refs: Sequence[Ref], roles: Sequence[Callable[[Measure], bool]]) -> list[Ref | None]:
    """Return the cell of each role, nothing for one that has none: cells stand in the order of the roles."""
    out: list[Ref | None] = []
    left = list(refs)
    for fits in roles:
        out.append(left.pop(0) if left and fits(left[0][0]) else None)
    return out
