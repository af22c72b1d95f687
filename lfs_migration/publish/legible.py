"""Text of labels and names on one line, or on a few, so that it says what it says and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lfs_migration.text import RIGHT_TO_LEFT, clean, pick, texts

CHARTS = texts("charts")
"""Words of charts, and of single tables in notebooks, papers and documents."""
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
CUT = "\N{HORIZONTAL ELLIPSIS}"
"""Stands at the end of a text that was cut."""


def said(name: str, language: str = "en", /, **values: str) -> str:
    """Return one of :data:`CHARTS` with its values.

    Examples
    --------
    >>> said("line", "fr", level="95")
    'Trait : intervalle à 95 %'
    """
    return pick(CHARTS[name], language).format(**values)


def legible(text: str) -> str:
    r"""Return text on one line, without signs that cannot be written or that turn the text after them around.

    Examples
    --------
    >>> legible("two\n lines")
    'two lines'
    >>> legible("a\u202eb") == "a\ufffdb"
    True
    """
    return " ".join(_TURNING.sub("\N{REPLACEMENT CHARACTER}", clean(text)).split())


def directed(text: str, language: str) -> str:
    """Return a text that runs in the direction of its language where nothing else says so, as in a picture.

    Examples
    --------
    >>> directed("Men", "en"), len(directed("الرجال", "ar"))
    ('Men', 8)
    """
    isolated = text and language in RIGHT_TO_LEFT
    return f"\N{RIGHT-TO-LEFT ISOLATE}{text}\N{POP DIRECTIONAL ISOLATE}" if isolated else text


def wrapped(text: str, width: int, lines: int) -> list[str]:
    """Return text on lines of so many letters; what does not fit on the last of them is cut.

    Examples
    --------
    >>> wrapped("Went abroad for work or to look for it", 14, 2)
    ['Went abroad', 'for work or t…']
    """
    rest = legible(text)
    out: list[str] = []
    while rest and len(out) < lines - 1 and len(rest) > width:
        space = rest.rfind(" ", 1, width + 1)
        place = space if space > width // 3 else width
        out.append(rest[:place].rstrip())
        rest = rest[place:].lstrip()
    return [*out, rest if len(rest) <= width else rest[: width - 1].rstrip() + CUT]


def unlike(names: Iterable[str]) -> list[str]:
    """Return the names, numbered where two are the same.

    Examples
    --------
    >>> unlike(["Other", "Men", "Other"])
    ['Other', 'Men', 'Other (2)']
    """
    taken: set[str] = set()
    out = []
    for name in names:
        chosen, number = name, 1
        while chosen in taken:
            number += 1
            chosen = f"{name} ({number})"
        taken.add(chosen)
        out.append(chosen)
    return out
