"""The records as a picture: a bar a contestant on a logarithmic scale of seconds, drawn as plain SVG."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import ceil, floor, isnan, log10

from contest import OURS
from report import number
from results import Record

WIDTH, LEFT, RIGHT, TOP = 860, 190, 150, 14
ROW, BAR, HEAD, GAP = 22, 14, 26, 14
INK, FAINT, GRID, OURS_COLOUR, COLOUR = "#1f2933", "#616e7c", "#e4e7eb", "#0b7a75", "#a9b8c6"


class Scale:
    """Seconds to the right, a decade as long as the next.

    Parameters
    ----------
    seconds : sequence of float
    """

    def __init__(self, seconds: Sequence[float]) -> None:
        self.first = floor(log10(min(seconds)))
        self.last = max(ceil(log10(max(seconds))), self.first + 1)

    def at(self, seconds: float) -> float:
        """Return where a number of seconds is, in pixels."""
        share = (log10(seconds) - self.first) / (self.last - self.first)
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    @property
    def ticks(self) -> list[float]:
        """The powers of ten."""
        return [10.0**power for power in range(self.first, self.last + 1)]


def drawn(records: Sequence[Record]) -> str:
    """Return the picture of all contests, one below the other on one scale."""
    timed = [record.seconds for record in records if not isnan(record.seconds)]
    scale = Scale(timed or [0.1, 1.0])
    body, top = [], float(TOP)
    for name in dict.fromkeys(record.contest for record in records):
        own = [record for record in records if record.contest == name]
        body += _panel(own, scale, top)
        top += HEAD + ROW * len(own) + GAP
    return "\n".join([*_frame(top + 30), *_grid(scale, top), *body, "</svg>"]) + "\n"


def _frame(height: float) -> list[str]:
    return [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" width="{WIDTH}" '
        f'height="{height:.0f}" font-family="system-ui, sans-serif" font-size="12" fill="{INK}" role="img" '
        'aria-label="Seconds of each contestant in each contest, on a logarithmic scale">',
        f'<rect width="{WIDTH}" height="{height:.0f}" fill="#ffffff"/>',
    ]


def _grid(scale: Scale, bottom: float) -> list[str]:
    lines = []
    for tick in scale.ticks:
        x = scale.at(tick)
        lines.append(f'<line x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{bottom:.1f}" stroke="{GRID}"/>')
        lines.append(_text(x, bottom + 16, f"{tick:g} s", FAINT, "middle"))
    return lines


def _panel(records: Sequence[Record], scale: Scale, top: float) -> list[str]:
    lines = [_text(8, top + 14, records[0].title, INK, weight="600")]
    for place, record in enumerate(records):
        lines += _bar(record, scale, top + HEAD + ROW * place)
    return lines


def _bar(record: Record, scale: Scale, top: float) -> list[str]:
    ours = record.contestant == OURS
    label = _text(LEFT - 8, top + 11, record.contestant, INK, "end", "600" if ours else "400")
    if isnan(record.seconds):
        return [label, _text(LEFT + 6, top + 11, record.note, FAINT)]
    width = max(scale.at(record.seconds) - LEFT, 1)
    said = f"{number(record.seconds)} s" + ("" if ours else f", {number(record.ratio)} times ours")
    return [
        label,
        f'<rect x="{LEFT}" y="{top:.1f}" width="{width:.1f}" height="{BAR}" rx="2" '
        f'fill="{OURS_COLOUR if ours else COLOUR}"/>',
        _text(LEFT + width + 6, top + 11, said, INK if ours else FAINT),
    ]


def _text(x: float, y: float, words: str, colour: str, anchor: str = "start", weight: str = "400") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" text-anchor="{anchor}" font-weight="{weight}">'
        f"{escape(words)}</text>"
    )
