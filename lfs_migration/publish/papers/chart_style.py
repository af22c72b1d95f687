"""The house style of charts: few colours, told apart by colour-blind readers and against white, and large enough type.

The colours have the hues of Okabe and Ito (2008, Color Universal Design), made lighter or darker until each has a
contrast of at least 3 to 1 with white (WCAG 2.2, 1.4.11) and any two differ by 30 or more in CIELAB, as they are seen
with protanopia, deuteranopia and tritanopia too (Machado, Oliveira and Fernandes 2009): a test computes both. No colour
stands alone: each has a shape of its own.
"""

from __future__ import annotations

from typing import Any

from lfs_migration.publish.figures import show
from lfs_migration.publish.legible import CUT
from lfs_migration.text import RIGHT_TO_LEFT

INK, SOFT, LINE, PAPER = "#1c2733", "#55626f", "#d8dfe6", "#ffffff"
SERIES = ("#1a51b4", "#f36300", "#10a56c", "#b87aae", "#5d2c00")
"""Of points, by outer category."""
BAR = SERIES[0]
"""Of bars, which need but one colour."""
SHAPES = ("circle", "square", "triangle-up", "diamond", "triangle-down")
"""Of points, one a colour."""
WHOLE, WHOLE_SHAPE = INK, "cross"
"""Of figures over all outer categories."""
FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
"""The first of them comes with the converter, so that what is saved does not depend on the machine's fonts."""
SCRIPTS = {"ar": "DejaVu Sans", "hy": "DejaVu Sans"}
"""Languages whose letters it has not, and a font that has them and Latin ones; for others the reader's own is taken."""
WIDTH, STEP, LABEL = 340, 26, 30
"""Of the picture; height of a category; letters on a line of its name."""
LEGEND, LEGEND_TITLE = 200, 180
"""Of a category in the legend, and of what stands before them: what is longer the converter cuts."""
EM = 16
"""Of the widest sign, an emoji."""


def numbers(language: str) -> dict[str, Any]:
    """Return how numbers are written in a language, for the axes.

    Examples
    --------
    >>> numbers("es")["decimal"], numbers("es")["thousands"]
    (',', '.')
    """
    decimal, thousands = show(0.5, 1, language)[1], show(1000.0, 0, language)[1]
    return {"decimal": decimal, "thousands": thousands, "grouping": [3], "currency": ["", ""],
            "minus": show(-1.0, 0, language)[-2]}  # fmt: skip


def fitting(line: str, room: int) -> str:
    """Return a line with a sign beyond U+FFFF short enough for its room, in pixels; others the converter cuts itself.

    It cuts between the two halves of such a sign, and then draws nothing at all.

    Examples
    --------
    >>> fitting("A long line of letters that is left", 32), fitting("\N{EARTH GLOBE EUROPE-AFRICA}" * 9, 48)
    ('A long line of letters that is left', '🌍🌍…')
    """
    most = room // EM
    whole = len(line) <= most or max(line) <= "\uffff"
    return line if whole else line[: most - 1] + CUT


def rightwards(language: str) -> bool:
    """Tell whether a language is read from left to right."""
    return language not in RIGHT_TO_LEFT


def config(language: str) -> dict[str, Any]:
    """Return the configuration of a chart in the house style."""
    start = "start" if rightwards(language) else "end"
    small = {"labelColor": INK, "titleColor": SOFT, "titleFontWeight": "normal", "labelFontSize": 12,
             "titleFontSize": 12}  # fmt: skip
    return {
        "background": PAPER,
        "font": f"{SCRIPTS[language]}, {FONT}" if language in SCRIPTS else FONT,
        "locale": {"number": numbers(language)},
        "view": {"stroke": None},
        "facet": {"spacing": 28},
        "title": {"anchor": start, "frame": "group", "color": INK, "fontSize": 15, "subtitleColor": SOFT,
                  "subtitleFontSize": 12, "subtitlePadding": 6, "offset": 12, "lineHeight": 19,
                  "subtitleLineHeight": 16},
        "axis": {**small, "labelFlush": False, "gridColor": LINE, "domainColor": LINE, "tickColor": LINE},
        "legend": {**small, "orient": "top", "direction": "horizontal", "columns": 4, "symbolStrokeWidth": 1.5,
                   "labelLimit": LEGEND, "titleLimit": LEGEND_TITLE},
        "header": {"labelColor": INK, "labelFontWeight": "bold", "labelFontSize": 12, "labelAnchor": start,
                   "labelOrient": "top", "title": None},
    }  # fmt: skip
