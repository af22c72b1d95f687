"""How high a row must be for its text: programs other than Excel do not find it out when they open a workbook."""

from __future__ import annotations

import math
import unicodedata
from functools import lru_cache

HIGHEST = 408.75
"""Points that a row of Excel's can have; longer text is whole in its cell, and seen when the cell is opened."""
SPACING = {"th": 1.35, "ar": 1.3, "hy": 1.3}
"""Height of a line over the size of its letters, for scripts that are higher than Latin."""
LATIN = 1.25
BOLD = 1.1
"""Width of bold letters over that of others."""
SPARE = 1.04
"""Letters of other fonts than Arial's may be this much wider."""

# Widths of Arial, in units of which a digit has 556.
_GROUPS = {
    191: "'", 222: "ijl", 278: " !,./:;I[\\]ft", 333: "()-`r{}", 355: '"', 389: "*", 469: "^", 500: "Jckvxyzs",
    584: "+<=>~", 260: "|", 611: "FTZ", 667: "&ABEKPSVXY", 722: "CDHNRUw", 778: "GOQ", 833: "Mm", 889: "%", 944: "W",
    1015: "@",
}  # fmt: skip
_DIGIT, _WIDE = 556, 1000
# Of letters of other scripts, by the first that is none of theirs: small ones, and capitals.
_SCRIPTS = ((0x0530, 600, 740), (0x0590, 690, 830), (0x0780, 480, 480), (0x110000, 590, 740))
_LETTERS = {letter: size for size, letters in _GROUPS.items() for letter in letters}


@lru_cache(maxsize=65_536)
def extent(words: str) -> float:
    """Return about how wide a text is in Arial, in digits of the same size.

    Examples
    --------
    >>> extent("1234"), extent("Men"), extent("MEN"), extent("")
    (4.2, 3.6, 4.2, 0.0)
    """
    return round(SPARE * sum(map(_size, words)) / _DIGIT, 1)


@lru_cache(maxsize=4096)
def _size(letter: str) -> int:
    if letter.isascii():
        return _LETTERS.get(letter, _DIGIT)
    if unicodedata.category(letter) in ("Mn", "Cf"):
        return 0
    base = unicodedata.normalize("NFD", letter)[0]
    if base.isascii():
        return _LETTERS.get(base, _DIGIT)
    if unicodedata.east_asian_width(letter) in "WF":
        return _WIDE
    small, capital = next(sizes for end, *sizes in _SCRIPTS if ord(letter) < end)
    return capital if letter.isupper() else small


@lru_cache(maxsize=65_536)
def wrapped(words: str, columns: int, bold: bool = False) -> int:
    r"""Return how many lines a text takes in a cell that is so many digits wide; rather one too many.

    Examples
    --------
    >>> wrapped("one line", 12), wrapped("first\nsecond", 12), wrapped("a sentence of some words", 12)
    (1, 2, 3)
    """
    if "\n" not in words and 2 * len(words) <= columns:
        return 1
    if len(words) > HIGHEST * columns:
        return round(HIGHEST)
    room = (columns - 1) / (BOLD if bold else 1)
    return sum(_lines(line, room) for line in words.split("\n"))


def _lines(line: str, room: float) -> int:
    count, used = 1, 0.0
    for word in line.split(" "):
        size = extent(word)
        if used and used + 0.5 + size > room:
            count, used = count + 1, 0.0
        if size > room:  # a word that is too long goes on wherever the cell ends
            more = math.ceil(size / room) - 1
            count, size = count + more, size - more * room
        used += size + (0.5 if used else 0)
    return count


def height(lines: float, size: float, language: str) -> float:
    """Return the height of a row in points.

    Examples
    --------
    >>> height(2, 12, "en"), height(100, 12, "en")
    (30.0, 408.75)
    """
    return round(min(HIGHEST, lines * size * SPACING.get(language, LATIN)), 2)
