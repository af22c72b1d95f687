"""Recognises the encoding of a text file by the words that it makes.

Almost any bytes decode in a code page of one byte a character, to words or to nonsense. The names of countries in
several languages tell them apart: groups of letters that occur in no name of any of them are nonsense.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from functools import lru_cache
from pathlib import Path

from lfs_migration.errors import ReadError
from lfs_migration.model.codelist import CodeList
from lfs_migration.readers.text import encodings

CODE_PAGES = ("cp1252", "windows-1256", "windows-1251", "cp874", "koi8-r", "armscii-8")
SAMPLE = 1 << 20
"""Bytes looked at."""

_BEYOND = re.compile(r"[^\W\d_]*[^\x00-\x7f][^\W\d_]*")


def guess_encoding(path: Path, areas: CodeList) -> tuple[str | None, tuple[str, ...]]:
    """Return the encoding of a text file, None where it says so itself, and what was guessed, in words.

    Raises
    ------
    ReadError
        When the file cannot be opened.
    """
    try:
        with path.open("rb") as file:
            data = file.read(SAMPLE)
    except OSError as error:
        raise ReadError("Cannot be opened", where=str(path), detail=str(error.strerror or error)) from None
    told = encodings.told(data)
    if told or b"\0" in data[:4096]:
        return ("utf-8" if told == "utf-8" and not data.startswith(codecs.BOM_UTF8) else None), ()
    known = letters(areas)
    best = encodings.guess(encodings.words_of(data), lambda text: sense(text, known), CODE_PAGES).encoding
    return best, (f"not UTF-8; {best} makes the most sense of its letters",)


@lru_cache(maxsize=4)
def letters(areas: CodeList) -> frozenset[str]:
    """Return the pairs of neighbouring letters in the names of countries, in all languages."""
    names = (word.lower() for code in areas.codes.values() for text in code.label.values() for word in text.split())
    return frozenset(name[i : i + 2] for name in names for i in range(len(name) - 1))


def sense(text: str, known: frozenset[str]) -> float:
    """Return the share of letter pairs, in words that are not ASCII, that some language knows.

    Examples
    --------
    >>> sense("Россия", frozenset({"ро", "ос", "сс", "си", "ия"}))
    1.0
    """
    pairs: Counter[bool] = Counter()
    for word, count in Counter(_BEYOND.findall(text)).items():
        # A capital inside a word is rare in any language, and common in text of a wrong code page.
        plain = word[:1].lower() + word[1:]
        for i in range(len(plain) - 1):
            pairs[plain[i : i + 2] in known] += count
    wrong = pairs[False] + 10 * text.count("\ufffd")
    return pairs[True] / (pairs[True] + wrong) if pairs[True] else 0.0
