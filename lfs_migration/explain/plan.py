"""What is counted for a figure: the parts of its statistic as sides, each of the rows of one record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from lfs_migration.errors import NotFound
from lfs_migration.estimate import Concentration, Difference, MultipleResponse, Proportion, Quantile, Ratio, Share
from lfs_migration.estimate.statistics import Count, Statistic, Total
from lfs_migration.model.indicator import Indicator, Part
from lfs_migration.model.results import TOTAL, Cell
from lfs_migration.sample import By
from lfs_migration.tabulate.requests import Request, Requests

Cells = tuple[tuple[By, str], ...]
Kind = Literal["sum", "ratio", "shares", "index", "quantile"]


@dataclass(frozen=True)
class Side:
    """Rows of one record behind a figure.

    Parameters
    ----------
    role : str
        ``counted``, ``numerator``, ``denominator`` or ``beside it``.
    base : Part
    top : Part, optional
        A numerator in the same record: a row of which one of the two is not known is in neither.
    nested : bool
        Whether the numerator is a part of the denominator.
    cell : tuple of (By, code)
    category : By, optional
        What is distributed.
    code : str
        The category that is asked for; empty for all.
    over : str
        What shares are of: ``known`` answers, or ``all``.
    values : bool
        Whether each value is needed, as for a quantile.
    """

    role: str
    base: Part
    top: Part | None = None
    nested: bool = False
    cell: Cells = ()
    category: By | None = None
    code: str = ""
    over: str = "known"
    values: bool = False


@dataclass(frozen=True)
class Leaf:
    """A number made of weighted sums.

    Parameters
    ----------
    name : str
        Which of the numbers of a figure it is; empty where there is one.
    kind : str
    sides : tuple of Side
    probability : float
    largest : int
    """

    name: str
    kind: Kind
    sides: tuple[Side, ...]
    probability: float = 0.5
    largest: int = 0


@dataclass(frozen=True)
class Plan:
    """The numbers of a figure, and what is done with two: ``difference``, ``ratio``, or nothing."""

    leaves: tuple[Leaf, ...]
    joined: Literal["", "difference", "ratio"] = ""

    @property
    def sides(self) -> tuple[Side, ...]:
        """The rows of all numbers."""
        return tuple(side for leaf in self.leaves for side in leaf.sides)


@dataclass(frozen=True)
class Chosen:
    """The request of a table that gave a figure, and its codes.

    Parameters
    ----------
    request : Request
    codes : mapping of the request's breakdowns to code
    category : str
        The code of what is distributed, or the option; empty where there is none.
    """

    request: Request
    codes: Mapping[str, str]
    category: str = ""
    names: Mapping[str, str] = field(default_factory=dict)


def chosen(requests: Requests, indicator: Indicator, cell: Cell, dimensions: Sequence[str]) -> Chosen:
    """Return the request that gave a figure of a table.

    Parameters
    ----------
    requests : Requests
        With the recodes of the indicator.
    indicator : Indicator
    cell : Cell
    dimensions : sequence of str
        Of its table.
    """
    category = dimensions[-1] if indicator.kind in ("distribution", "options") else ""
    kept = [d for d in dimensions if d != category and cell.keys[d] != TOTAL]
    for request in requests.of(indicator, kept, category):
        names = {by.name: by.name for by in request.by}
        fits = all(cell.keys.get(name) == code for name, code in request.fixed.items())
        # Shares of a distribution, and its numbers by category, differ in what they are called.
        counted = any(name == category for name in names)
        whole = category and cell.keys[category] == TOTAL
        if request.statistic.name == cell.statistic and fits and not (whole and counted):
            codes = {name: cell.keys[name] for name in names}
            code = cell.keys[category] if category and not counted and category not in request.fixed else ""
            return Chosen(request, codes, code)
    raise NotFound(f"No request of {indicator.code} gives its {cell.statistic}")


def plan_of(one: Chosen) -> Plan:
    """Return what is counted for a figure."""
    cell = tuple((by, one.codes[by.name]) for by in one.request.by)
    return _plan(one.request.statistic, cell, one.category)


def _plan(statistic: Statistic, cell: Cells, code: str) -> Plan:
    match statistic:
        case Difference(statistic=inner, variable=By() as between, first=first, second=second):
            sides = [(*cell, (between, str(between.category(one)))) for one in (first, second)]
            names = [f"{between.name}={own[-1][1]}" for own in sides]
            leaves = [_leaf(inner, own, code, name) for own, name in zip(sides, names, strict=True)]
            return Plan(tuple(leaves), "difference")
        case Ratio(statistics=(top, base)):
            return Plan((_leaf(top, cell, code, "the rate"), _leaf(base, cell, code, "the rate beside it")), "ratio")
        case _:
            return Plan((_leaf(statistic, cell, code, ""),))


def _leaf(statistic: Statistic, cell: Cells, code: str, name: str) -> Leaf:
    match statistic:
        case Count(record=record, where=where):
            return Leaf(name, "sum", (Side("counted", Part(record=record, where=where), cell=cell),))
        case Total(value=Part() as part):
            return Leaf(name, "sum", (Side("counted", part, cell=cell),))
        case Quantile(value=Part() as part):
            side = Side("counted", part, cell=cell, values=True)
            return Leaf(name, "quantile", (side,), probability=statistic.all[0])
        case Share(numerator=top, denominator=base):
            return Leaf(name, "ratio", (Side("denominator", base, top, nested=True, cell=cell),))
        case MultipleResponse(base=Part() as base):
            top = Part(record=base.record, where=statistic.conditions[code])
            return Leaf(name, "ratio", (Side("denominator", base, top, nested=True, cell=cell),))
        case Ratio(numerator=Part() as top, denominator=Part() as base, plus=plus):
            return Leaf(name, "ratio", _sides(top, base, plus, cell))
        case Proportion(base=Part() as base):
            return Leaf(name, "shares", (_distributed(statistic, base, cell, code),))
        case Concentration():
            shares = statistic.shares
            assert shares.base is not None
            side = _distributed(shares, shares.base, cell, "")
            return Leaf(name, "index", (side,), largest=statistic.largest)
    raise TypeError(f"It is not known how {statistic!r} is made")


def _sides(top: Part, base: Part, plus: Part | None, cell: Cells) -> tuple[Side, ...]:
    if plus is None and top.record == base.record:
        return (Side("denominator", base, top, cell=cell),)
    sides = Side("numerator", top, cell=cell), Side("denominator", base, cell=cell)
    return sides if plus is None else (*sides, Side("beside it", plus, cell=cell))


def _distributed(statistic: Proportion, base: Part, cell: Cells, code: str) -> Side:
    category = By(statistic.variable, {base.record: statistic.variable}, True, statistic.recode)
    return Side("denominator", base, cell=cell, category=category, code=code, over=statistic.over)
