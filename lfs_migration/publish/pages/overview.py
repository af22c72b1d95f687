"""An indicator at a glance: all of it and its breakdowns of few categories on one scale, intervals drawn.

Numbers and shares of a whole are bars from zero; rates, means and the like are points on a scale of their own, with the
figure of all as a line. Positions are per cent of the width, from where the line of text starts: a page from right to
left draws them mirrored.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lfs_migration.model.results import TOTAL, Cell, Table
from lfs_migration.publish.about import About
from lfs_migration.publish.figures import COUNTS, Number, decimals, number, publishable, show
from lfs_migration.publish.reasons import in_words
from lfs_migration.publish.titles import SPECIAL, code_of, distributed, figure_id, heading, label
from lfs_migration.publish.words import joined, statistic_name, unit_name
from lfs_migration.text import message

MOST = 16
"""Categories of a breakdown that is drawn at most, and rows of a picture before another breakdown ends it."""
TICKS = 5
"""Marks on a scale, about."""
NARROW = 0.4
"""Points whose lowest limit is above this part of the highest are on a scale that does not start at zero."""
NAMED = 2
"""Highest and lowest categories that the text of a picture names."""


@dataclass(frozen=True)
class Strip:
    """One figure of a picture; ``at`` and its limits are ``None`` where it is not drawn."""

    label: str
    estimate: Number
    low: Number
    high: Number
    flag: str
    why: str
    figure: str
    whole: bool
    at: float | None
    start: float | None
    end: float | None


@dataclass(frozen=True)
class Panel:
    """The figures of one breakdown; the one of all has no heading."""

    heading: str
    strips: tuple[Strip, ...]


@dataclass(frozen=True)
class Tick:
    """A mark on the scale."""

    at: float
    text: str


@dataclass(frozen=True)
class Overview:
    """The picture of an indicator.

    Parameters
    ----------
    bars : bool
        Whether its figures are bars from zero; points otherwise.
    unit : str
    panels : tuple of Panel
    ticks : tuple of Tick
    zero : float, optional
        Where zero is, if it is on the scale.
    reference : float, optional
        Where the figure of all is.
    text : str
        What it shows, in words.
    """

    bars: bool
    unit: str
    panels: tuple[Panel, ...]
    ticks: tuple[Tick, ...]
    zero: float | None
    reference: float | None
    text: str

    @property
    def unsure(self) -> bool:
        """Whether any of its figures is to be used with caution."""
        return any(strip.flag == "caution" and strip.at is not None for panel in self.panels for strip in panel.strips)


@dataclass(frozen=True)
class Axis:
    """A scale between two round numbers."""

    low: float
    high: float
    step: float

    def at(self, value: float) -> float:
        """Return a position in per cent of the width; what lies beyond an end is drawn at the end.

        Examples
        --------
        >>> Axis(0.0, 50.0, 10.0).at(20.0)
        40.0
        """
        return round(100 * min(max((value - self.low) / (self.high - self.low), 0.0), 1.0), 2)

    def ticks(self, language: str) -> tuple[Tick, ...]:
        """Return its marks."""
        places = max(0, -math.floor(math.log10(self.step) + 1e-9))
        values = [self.low + self.step * one for one in range(round((self.high - self.low) / self.step) + 1)]
        return tuple(Tick(self.at(value), show(value, places, language)) for value in values)


def axis_of(low: float, high: float) -> Axis | None:
    """Return a scale that holds two values, with marks at 1, 2 or 5 times a power of ten; none where it has no length.

    Examples
    --------
    >>> axis_of(0.0, 23.4)
    Axis(low=0.0, high=25.0, step=5.0)
    """
    if not (math.isfinite(low) and math.isfinite(high)) or high <= low:
        return None
    rough = (high - low) / TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(size * power for size in (1.0, 2.0, 5.0, 10.0) if size * power >= rough * (1 - 1e-9))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return Axis(round(first * step, 12), round(last * step, 12), step)


def overview(tables: Sequence[Table], title: str, about: About) -> Overview | None:
    """Return the picture of an indicator; nothing where none of its figures is published.

    Parameters
    ----------
    tables : sequence of Table
        All of one indicator.
    title : str
        Of the indicator, for the text of the picture.
    about : About
        Its language.
    """
    chosen = _chosen(tables)
    cells = [cell for _, own in chosen for cell in own]
    drawn = [cell for cell in cells if math.isfinite(cell.estimate)]
    if not drawn:
        return None
    bars = bool(distributed(chosen[0][0])) or drawn[0].statistic in COUNTS
    parts = [cell for table, own in chosen for cell in own if math.isfinite(cell.estimate) and not _sums(table, cell)]
    axis = _axis(parts or drawn, bars)
    places = decimals(drawn[0].unit, [cell.estimate for cell in drawn])
    panels = tuple(_panel(table, own, axis, places, about.language) for table, own in chosen)
    whole = None if bars else next((cell for cell in drawn if _overall(cell)), None)
    statistic = statistic_name(drawn[0].statistic, about.language).lower()
    unit = joined([statistic, unit_name(drawn[0].unit, about.language)], about.language)
    return Overview(
        bars=bars,
        unit=unit,
        panels=panels,
        ticks=axis.ticks(about.language) if axis is not None else (),
        zero=axis.at(0.0) if axis is not None and axis.low <= 0 <= axis.high else None,
        reference=axis.at(whole.estimate) if axis is not None and whole is not None else None,
        text=_text(panels, title, unit, about, bars=bars),
    )


def _chosen(tables: Sequence[Table]) -> list[tuple[Table, list[Cell]]]:
    """Return the tables of a picture with what they draw: the figure of all, then breakdowns of few categories."""
    out: list[tuple[Table, list[Cell]]] = []
    rows = 0
    for table in tables:
        cells = _drawn(table)
        small = len(table.dimensions) <= 1 and 0 < len(cells) <= MOST
        if small and (not out or (rows + len(cells) <= MOST and _like(out[0][1][0], cells[0]))):
            out.append((table, cells))
            rows += len(cells)
    if out:
        return out
    # Every breakdown has many categories: the largest of the first.
    first = next((table for table in tables if len(table.dimensions) == 1 and table.cells), None)
    return [] if first is None else [(first, _largest(first))]


def _like(first: Cell, other: Cell) -> bool:
    return (first.statistic, first.unit) == (other.statistic, other.unit)


def _drawn(table: Table) -> list[Cell]:
    """Return the cells of a table's first statistic that is no number, or of its numbers where there is no other.

    The whole of a distribution is no estimate, and that of a breakdown stands in the first panel.
    """
    cells = [publishable(cell) for cell in table.cells]
    shares = [cell for cell in cells if cell.statistic not in COUNTS]
    kind = next(((cell.statistic, cell.unit) for cell in shares or cells), None)
    own = [cell for cell in cells if (cell.statistic, cell.unit) == kind]
    return [cell for cell in own if not table.dimensions or code_of(cell, table.dimensions[0]) != TOTAL]


def _largest(table: Table) -> list[Cell]:
    (dimension,) = table.dimensions
    cells = _drawn(table)
    known = [cell for cell in cells if math.isfinite(cell.estimate) and code_of(cell, dimension) not in SPECIAL]
    return sorted(known, key=lambda cell: -cell.estimate)[: MOST - 2]


def _overall(cell: Cell) -> bool:
    return all(code == TOTAL for code in cell.keys.values())


def _sums(table: Table, cell: Cell) -> bool:
    """Whether a figure is the sum of others in the picture, which would leave no room for their bars."""
    return not table.dimensions and cell.statistic in COUNTS


def _axis(cells: Iterable[Cell], bars: bool) -> Axis | None:
    values = [value for cell in cells for value in (cell.estimate, cell.ci_low, cell.ci_high) if math.isfinite(value)]
    low, high = min(values), max(values)
    if bars:  # the lower limit of a small number may be below zero, and would push all bars aside
        low = 0.0 if all(cell.estimate >= 0 for cell in cells if math.isfinite(cell.estimate)) else min(low, 0.0)
        high = max(high, 0.0)
    elif 0 <= low < NARROW * high:
        low = 0.0
    return axis_of(low, high)


def _panel(table: Table, cells: Sequence[Cell], axis: Axis | None, places: int, language: str) -> Panel:
    dimension = table.dimensions[0] if table.dimensions else None
    strips = tuple(_strip(table, cell, axis, places, language) for cell in cells)
    return Panel("" if dimension is None else heading(table, dimension, language), strips)


def _label(table: Table, cell: Cell, language: str) -> str:
    if not table.dimensions:
        return message("total", language)
    return label(table, table.dimensions[0], code_of(cell, table.dimensions[0]), language)


def _strip(table: Table, cell: Cell, axis: Axis | None, places: int, language: str) -> Strip:
    limits = math.isfinite(cell.ci_low) and math.isfinite(cell.ci_high)
    drawn = axis is not None and math.isfinite(cell.estimate) and cell.estimate <= axis.high
    return Strip(
        label=_label(table, cell, language),
        estimate=number(cell.estimate, places, language),
        low=number(cell.ci_low, places, language),
        high=number(cell.ci_high, places, language),
        flag=cell.flag,
        why=in_words(cell.why, language, table.units),
        figure=figure_id(table, cell),
        whole=not table.dimensions,
        at=axis.at(cell.estimate) if axis is not None and drawn else None,
        start=axis.at(cell.ci_low) if axis is not None and drawn and limits else None,
        end=axis.at(cell.ci_high) if axis is not None and drawn and limits else None,
    )


def _text(panels: Sequence[Panel], title: str, unit: str, about: About, *, bars: bool) -> str:
    """Return what a picture shows, in words: the figure of all, the highest and lowest, how many are not published."""
    strips = [strip for panel in panels for strip in panel.strips]
    shown = [strip for strip in strips if strip.estimate.value]
    parts = sorted((strip for strip in shown if not strip.whole), key=lambda strip: -float(strip.estimate.value))
    few = len(parts) <= 2 * NAMED
    named = {"chart_all": [strip for strip in shown if strip.whole], "chart_highest": parts if few else parts[:NAMED],
             "chart_lowest": [] if few else parts[-NAMED:]}  # fmt: skip
    said = [about.say("chart_bars" if bars else "chart_points", title=title, unit=unit)]
    for name, chosen in named.items():
        if chosen:
            said.append(about.say(name, figures=about.say("between").join(_named(strip, about) for strip in chosen)))
    withheld = sum(strip.flag == "suppress" for strip in strips)
    if withheld:
        said.append(about.say("chart_withheld", count=show(withheld, 0, about.language)))
    return " ".join(said)


def _named(strip: Strip, about: About) -> str:
    limits = strip.low.text and strip.high.text
    interval = about.say("range", low=strip.low.text, high=strip.high.text) if limits else ""
    named = about.say("chart_one", category=strip.label, estimate=strip.estimate.text)
    return f"{named} ({interval})" if interval else named
