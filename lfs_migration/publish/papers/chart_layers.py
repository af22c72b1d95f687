"""The picture inside a chart: bars or points, their intervals, and words where there is no figure.

Names of fields are ours; what users wrote stands in the data alone, so that no label can be taken for an expression.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from lfs_migration.publish.legible import directed, unlike, wrapped
from lfs_migration.publish.papers.chart_style import (
    BAR,
    INK,
    LABEL,
    LEGEND,
    LEGEND_TITLE,
    PAPER,
    SERIES,
    SHAPES,
    SOFT,
    STEP,
    WHOLE,
    WHOLE_SHAPE,
    WIDTH,
    fitting,
    rightwards,
)
from lfs_migration.publish.papers.drawing import Drawing, named

GAP = " "
"""A category without a name, which sets the figure over all apart. No label is one blank."""
BREAK = "\n"
"""Between the lines of a label; no label has one of its own."""
ROOM = 14
"""Height of a line of text, and of a point among others."""
NARROW = 0.72
"""Of the width, where pictures stand side by side."""


@dataclass(frozen=True)
class Canvas:
    """A drawing, and the library that it is drawn with.

    Parameters
    ----------
    library : module
        Altair.
    drawing : Drawing
    """

    library: Any
    drawing: Drawing

    def turned(self, text: str) -> str:
        """Return a text in the direction of the chart's language."""
        return directed(text, self.drawing.language)

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """The inner categories as the axis shows them: on a few lines, no two the same."""
        names = self.drawing.categories()
        cut = unlike(
            BREAK.join(self.turned(fitting(line, WIDTH)) for line in wrapped(name, LABEL, 3)) for name in names
        )
        return dict(zip(names, cut, strict=True))

    @cached_property
    def panels(self) -> Mapping[tuple[str, ...], str]:
        """The outer categories as legend and headings show them."""
        groups = self.drawing.groups()
        room = LEGEND if self.drawing.together else WIDTH
        cut = unlike(self.turned(fitting(wrapped(", ".join(group), 2 * LABEL, 1)[0], room)) for group in groups)
        return dict(zip(groups, cut, strict=True))

    @cached_property
    def domain(self) -> list[str]:
        """The categories of the axis, and a gap before the one over all."""
        names = list(self.labels.values())
        apart = len(names) > 1 and any(point.whole for point in self.drawing.points)
        return [*names[:-1], GAP, names[-1]] if apart else names

    @property
    def step(self) -> int:
        """Height of a category, in which the lines of the longest label stand."""
        return max(STEP, *(ROOM * (1 + label.count(BREAK)) + 4 for label in self.domain))

    def chart(self) -> Any:
        """Return one picture, or one for each of many outer categories."""
        alt, data = self.library, self.library.Data(values=self._rows())
        if not self.drawing.outer or self.drawing.together:
            each = max(self.step, ROOM * len(self.panels) + 8) if self.drawing.outer else self.step
            return self._layers(alt.Chart(data)).properties(width=WIDTH, height=each * len(self.domain))
        place = alt.Facet("panel:N", sort=alt.SortField("place"), header=alt.Header(labelLimit=WIDTH))
        one = self._layers(alt.Chart()).properties(width=NARROW * WIDTH, height=alt.Step(self.step))
        return one.facet(facet=place, columns=2, data=data)

    def _rows(self) -> list[dict[str, Any]]:
        places = {group: place for place, group in enumerate(self.panels)}
        return [
            {
                "category": self.labels[point.category],
                "panel": self.panels[point.outer],
                "place": places[point.outer],
                "estimate": point.estimate,
                "low": point.low,
                "high": point.high,
                "state": point.state,
                "missing": self.turned(point.words) if point.estimate is None else None,
                "said": named(point),
                "start": 0,
                "colour": INK if point.whole or point.overall else BAR,
            }
            for point in self.drawing.points
        ]

    def _layers(self, base: Any) -> Any:
        """Return intervals over bars, which would hide them, and under points."""
        shapes = self._points(base) if self.drawing.together else self._bars(base)
        lines = self._intervals(base)
        layers = [*lines, *shapes] if self.drawing.together else [*shapes, *lines]
        return self.library.layer(*layers, self._missing(base))

    @cached_property
    def _place(self) -> dict[str, Any]:
        """Where a figure stands: beside its category, those of several outer ones under each other."""
        alt = self.library
        axis = alt.Axis(
            labelExpr=r"split(datum.label, '\n')", labelLimit=WIDTH, ticks=False, domain=False, grid=False,
            orient="left" if rightwards(self.drawing.language) else "right", labelPadding=8,
        )  # fmt: skip
        scale = alt.Scale(domain=self.domain, paddingInner=0.3)
        place = {"y": alt.Y("category:N", sort=None, title=None, scale=scale, axis=axis)}
        if self.drawing.together:
            place["yOffset"] = alt.YOffset("panel:N", scale=alt.Scale(domain=list(self.panels.values())))
        return place

    def _x(self, field: str) -> Any:
        """Return the axis of figures; it goes below zero only for an estimate below it."""
        drawn = self.drawing.drawn
        sizes = [size for point in drawn for size in (point.estimate, point.low, point.high) if size is not None]
        below = any(point.estimate is not None and point.estimate < 0 for point in drawn)
        low, high = min([0.0, *sizes]) if below else 0.0, max([0.0, *sizes])
        domain = [low, high if high > low else low + 1]
        scale = self.library.Scale(domain=domain, nice=True, reverse=not rightwards(self.drawing.language))
        title, axis = self.turned(self.drawing.unit), self.library.Axis(tickCount=5)
        return self.library.X(f"{field}:Q", title=title, scale=scale, axis=axis)

    @cached_property
    def _figure(self) -> dict[str, Any]:
        tooltip = self.library.Tooltip("said:N", title=self.turned(self.drawing.unit))
        return {"x": self._x("estimate"), "tooltip": [tooltip], "description": "said:N", **self._place}

    @staticmethod
    def _two(base: Any) -> tuple[Any, Any]:
        """Return the figures that can be used, and those to be used with caution."""
        known = base.transform_filter("isValid(datum.estimate)")
        return tuple(known.transform_filter(f"datum.state {sign} 'caution'") for sign in ("!=", "=="))

    def _bars(self, base: Any) -> list[Any]:
        colour = {"scale": None, "legend": None}
        stroke, fill = self.library.Stroke("colour:N", **colour), self.library.Fill("colour:N", **colour)
        full, hollow = self._two(base)
        how = {"height": {"band": 0.8}, "strokeWidth": 1.5}
        return [
            full.mark_bar(**how).encode(fill=fill, stroke=stroke, **self._figure),
            hollow.mark_bar(fill=PAPER, **how).encode(stroke=stroke, **self._figure),
        ]

    def _points(self, base: Any) -> list[Any]:
        wholes = {point.outer for point in self.drawing.points if point.overall}
        places = list(enumerate(group in wholes for group in self.panels))
        ranges = {
            "color": [WHOLE if whole else SERIES[place] for place, whole in places],
            "shape": [WHOLE_SHAPE if whole else SHAPES[place] for place, whole in places],
        }
        title = self.turned(fitting(wrapped(self.drawing.outer, 2 * LABEL, 1)[0], LEGEND_TITLE))
        names = list(self.panels.values())
        told = {
            channel: getattr(self.library, channel.capitalize())(
                "panel:N", title=title, sort=None, scale=self.library.Scale(domain=names, range=values)
            )
            for channel, values in ranges.items()
        }
        full, hollow = self._two(base)
        return [
            full.mark_point(filled=True, size=55, opacity=1).encode(**told, **self._figure),
            hollow.mark_point(fill=PAPER, size=55, opacity=1).encode(**told, **self._figure),
        ]

    def _intervals(self, base: Any) -> list[Any]:
        known = base.transform_filter("isValid(datum.low) && isValid(datum.high)")
        # The white line under the dark one keeps it apart from a dark bar.
        marks = (known.mark_rule(clip=True, color=colour, strokeWidth=width, aria=False)
                 for colour, width in ((PAPER, 4.0), (INK, 1.5)))  # fmt: skip
        return [mark.encode(x=self._x("low"), x2="high:Q", **self._place) for mark in marks]

    def _missing(self, base: Any) -> Any:
        right = rightwards(self.drawing.language)
        mark = base.transform_filter("isValid(datum.missing)").mark_text(
            align="left" if right else "right", dx=5 if right else -5, color=SOFT, fontSize=11,
            limit=NARROW * WIDTH - 10,
        )  # fmt: skip
        return mark.encode(x=self._x("start"), text="missing:N", **self._place)
