"""What a chart shows, in words and numbers: the figures of a table, or estimates, and what is said of them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from lfs_migration.errors import EstimationError, near
from lfs_migration.model.estimates import Estimates
from lfs_migration.model.results import TOTAL, UNKNOWN, Cell, Table
from lfs_migration.publish.about import marked
from lfs_migration.publish.figures import COUNTS, decimals, publishable, show, stable
from lfs_migration.publish.legible import legible, said
from lfs_migration.publish.titles import code_of, distributed, heading, label, title
from lfs_migration.publish.words import joined, phrase, statistic_name, unit_name
from lfs_migration.text import message, pick

State = Literal["publish", "caution", "suppress", "none"]
"""Of a figure: its flag, or that there is none."""
TOGETHER = 5
"""Outer categories at most that a picture tells by colour and shape; more have a picture each."""
Labels = Mapping[str, Mapping[Any, str]]
"""Words for the codes of variables."""


@dataclass(frozen=True)
class Point:
    """One figure.

    Parameters
    ----------
    outer : tuple of str
        Categories of the outer breakdowns, in words.
    category : str
        Of the inner one.
    whole : bool
        Whether it is over all categories of the inner breakdown.
    overall : bool
        Whether it is over all of the outer ones.
    compared : bool
        Whether it is of named categories, and neither a total nor what is not known.
    estimate, low, high : float, optional
        As they may be published; ``None`` where there is none.
    state : str
    words : str
        The figure and its interval, or why it is not there.
    """

    outer: tuple[str, ...]
    category: str
    whole: bool
    overall: bool
    compared: bool
    estimate: float | None
    low: float | None
    high: float | None
    state: State
    words: str


@dataclass(frozen=True)
class Drawing:
    """A chart before it is drawn.

    Parameters
    ----------
    title, source, unit : str
        ``source`` is the survey, with what has to be said of the data.
    heading : str
        Of the inner breakdown.
    outer : str
        Of the outer ones; empty without any.
    points : tuple of Point
    total : str
        The figure over all in words, where it would dwarf the others; empty elsewhere.
    level : str
        Of the intervals, in per cent.
    language : str
    """

    title: str
    source: str
    unit: str
    heading: str
    outer: str
    points: tuple[Point, ...]
    total: str
    level: str
    language: str

    @property
    def drawn(self) -> tuple[Point, ...]:
        """The points that have a figure."""
        return tuple(point for point in self.points if point.estimate is not None)

    @property
    def together(self) -> bool:
        """Whether the outer categories are few enough to stand in one picture, told by colour and shape."""
        return bool(self.outer) and len(self.groups()) <= TOGETHER

    def categories(self) -> list[str]:
        """Return the inner categories, the one over all last."""
        names = dict.fromkeys(point.category for point in self.points if not point.whole)
        return list(names | dict.fromkeys(point.category for point in self.points if point.whole))

    def groups(self) -> list[tuple[str, ...]]:
        """Return the outer categories, the one over all last."""
        names = dict.fromkeys(point.outer for point in self.points if not point.overall)
        return list(names | dict.fromkeys(point.outer for point in self.points if point.overall))


def drawing_of(table: Table, statistic: str = "", language: str = "en") -> Drawing:
    """Return what a chart of a table shows.

    A total that is the sum of the figures beside it is not drawn, for it would dwarf them: it is said.

    Parameters
    ----------
    table : Table
    statistic : str
        Of the table's; the first one without it.
    language : str

    Raises
    ------
    EstimationError
        When the table has no such statistic, or no figure.
    """
    cells = _chosen(table, statistic)
    places = decimals(cells[0].unit, [cell.estimate for cell in map(publishable, cells)])
    kind, unit = statistic_name(cells[0].statistic, language), unit_name(cells[0].unit, language)
    total = next((cell for cell in cells if _summed(cell) and set(cell.keys.values()) == {TOTAL}), None)
    kept = [cell for cell in cells if not _left_out(table, cell)]
    outer = [heading(table, dimension, language) for dimension in table.dimensions[:-1]]
    whole = total and _point(table, total, places, language).words
    return Drawing(
        title=legible(title(table, language)),
        source=legible(
            marked(pick(table.survey_title, language), table.synthetic, language, unprotected=not table.protection)
        ),
        unit=legible(joined(dict.fromkeys([kind, unit]), language)),
        heading=legible(heading(table, table.dimensions[-1], language)) if table.dimensions else "",
        outer=legible(joined(outer, language)),
        points=_apart([_point(table, cell, places, language) for cell in kept]),
        total=phrase("named", language, name=message("total", language), what=whole) if whole else "",
        level="95",
        language=language,
    )


def _chosen(table: Table, statistic: str) -> list[Cell]:
    """Return the cells of one statistic of a table."""
    if not table.cells:
        raise EstimationError("The table has no figures", where=table.indicator.code)
    kinds = list(dict.fromkeys(cell.statistic for cell in table.cells))
    if statistic and statistic not in kinds:
        raise EstimationError(f"The table has no statistic {statistic!r}", where=table.indicator.code,
                              hint=near(statistic, kinds))  # fmt: skip
    first = next(cell for cell in table.cells if cell.statistic == (statistic or kinds[0]))
    return [cell for cell in table.cells if (cell.statistic, cell.unit) == (first.statistic, first.unit)]


def _summed(cell: Cell) -> bool:
    """Tell whether a figure over all categories is the sum of those of each."""
    return cell.statistic in COUNTS and TOTAL in cell.keys.values() and len(cell.keys) > 0


def _left_out(table: Table, cell: Cell) -> bool:
    given = bool(distributed(table)) and code_of(cell, table.dimensions[-1]) == TOTAL
    return _summed(cell) or given


def _point(table: Table, cell: Cell, places: int, language: str) -> Point:
    names = table.dimensions
    codes = [code_of(cell, name) for name in names]
    labels = [legible(label(table, name, code, language)) for name, code in zip(names, codes, strict=True)]
    shown = publishable(cell)
    numbers = [stable(number) for number in (shown.estimate, shown.ci_low, shown.ci_high)]
    state: State = "none" if cell.flag != "suppress" and numbers[0] is None else cell.flag
    return Point(
        outer=tuple(labels[:-1]),
        category=labels[-1] if labels else message("total", language),
        whole=not codes or codes[-1] == TOTAL,
        overall=bool(codes[:-1]) and set(codes[:-1]) == {TOTAL},
        compared=not {TOTAL, UNKNOWN} & set(codes),
        estimate=numbers[0], low=numbers[1], high=numbers[2], state=state,
        words=_words(numbers, state, places, language),
    )  # fmt: skip


def _words(numbers: Sequence[float | None], state: State, places: int, language: str) -> str:
    if numbers[0] is None:
        return phrase("withheld", language) if state == "suppress" else phrase("flag_none", language)
    estimate, low, high = (show(number, places, language) for number in numbers)
    return f"{estimate} ({phrase('range', language, low=low, high=high)})" if low and high else estimate


def _apart(points: Iterable[Point]) -> tuple[Point, ...]:
    """Return points no two of which stand in the same place: another category of the same name gets a number."""
    out: list[Point] = []
    taken: set[tuple[tuple[str, ...], str]] = set()
    for point in points:
        name, number = point.category, 1
        while (point.outer, name) in taken:
            number += 1
            name = f"{point.category} ({number})"
        taken.add((point.outer, name))
        out.append(replace(point, category=name))
    return tuple(out)


def drawing_of_estimates(
    estimates: Estimates,
    statistic: str = "",
    language: str = "en",
    *,
    title: str = "",
    unit: str = "",
    labels: Labels | None = None,
) -> Drawing:
    """Return what a chart of estimates shows; they are not protected against disclosure, and the chart says so.

    Parameters
    ----------
    estimates : Estimates
    statistic : str
        Of the estimates; the first one without it.
    language : str
    title, unit : str
        The estimates know none: the statistic's name without them.
    labels : mapping of variable to mapping of code to words, optional

    Raises
    ------
    EstimationError
        When there is no such statistic, or no estimate.
    """
    kinds = list(dict.fromkeys(map(str, estimates.statistic)))
    if not kinds or (statistic and statistic not in kinds):
        raise EstimationError(f"There is no estimate of {statistic!r}", hint=near(statistic, kinds))
    chosen = statistic or kinds[0]
    rows = [row for row, name in enumerate(estimates.statistic) if name == chosen]
    by = [name for name in estimates.by if any(estimates.by[name][row] is not None for row in rows)]
    places = decimals(unit, [float(estimates.estimate[row]) for row in rows])
    name = statistic_name(chosen, language)
    return Drawing(
        title=legible(title or name),
        source=legible(marked(said("estimates", language), False, language, unprotected=True)),
        unit=legible(joined(filter(None, [chosen, unit_name(unit, language)]), language)),
        heading=legible(by[-1]) if by else "",
        outer=legible(joined(by[:-1], language)),
        points=_apart([_estimated(estimates, row, by, places, language, labels or {}) for row in rows]),
        total="", level=f"{100 * estimates.level:g}", language=language,
    )  # fmt: skip


def _estimated(estimates: Estimates, row: int, by: Sequence[str], places: int, language: str, labels: Labels) -> Point:
    codes = [estimates.by[name][row] for name in by]
    words = [legible(str(labels.get(name, {}).get(code, code))) for name, code in zip(by, codes, strict=True)]
    numbers = [stable(float(array[row])) for array in (estimates.estimate, estimates.ci_low, estimates.ci_high)]
    state: State = "none" if numbers[0] is None else "publish"
    return Point(
        outer=tuple(words[:-1]),
        category=words[-1] if words else message("total", language),
        whole=not words, overall=False, compared=True,
        estimate=numbers[0], low=numbers[1], high=numbers[2], state=state,
        words=_words(numbers, state, places, language),
    )  # fmt: skip


def described(drawing: Drawing) -> str:
    """Return a chart in words: what it shows, its largest and smallest figures, and what is not published.

    Parameters
    ----------
    drawing : Drawing
    """
    language = drawing.language
    kind = said("points" if drawing.together else "bars", language)
    out = [said("described", language, kind=kind, title=drawing.title, unit=drawing.unit), f"{drawing.source}."]
    parts = sorted((point for point in drawing.drawn if point.compared), key=_size)
    ends = (("largest", parts[-1:]), ("smallest", parts[:-1][:1]))
    out += [said(name, language, what=named(point)) for name, points in ends for point in points]
    wholes = [named(point) for point in drawing.drawn if point.whole and not drawing.outer]
    out += [f"{words}." for words in [drawing.total, *wholes] if words]
    out += [] if drawing.drawn else [said("no_figures", language)]
    for name, state in (("withheld", "suppress"), ("with_caution", "caution"), ("without", "none")):
        count = sum(point.state == state for point in drawing.points)
        out += [said(name, language, count=show(count, 0, language))] if count else []
    return " ".join(out)


def _size(point: Point) -> float:
    return math.nan if point.estimate is None else point.estimate


def named(point: Point) -> str:
    """Return a figure with the names of its categories."""
    return f"{', '.join([*point.outer, point.category])}: {point.words}"
