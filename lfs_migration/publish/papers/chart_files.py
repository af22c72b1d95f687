"""Charts as files: SVG and PNG with their text in words, the same bytes each time, without a network."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Mapping
from html import escape
from importlib import import_module
from itertools import count
from typing import Any

from lfs_migration.errors import LfsMigrationError

SCALE = 2.0
"""Pixels of a PNG to a unit of the picture."""
_MARKED = re.compile(r"\b(?:clip|gradient_)\d+\b")
_TEXT = re.compile(r"<text(?P<how>[^>]*)>(?P<lines>(?:<tspan[^>]*>[^<]*</tspan>)+)</text>")
_LINE = re.compile(r'<tspan(?:[^>]* dy="(?P<down>[^"]*)")?[^>]*>(?P<words>[^<]*)</tspan>')
_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def library(name: str = "altair") -> Any:
    """Return a library of the extra ``charts``.

    Raises
    ------
    LfsMigrationError
        Saying how to install it.
    """
    try:
        return import_module(name)
    except ImportError as error:
        raise LfsMigrationError(
            f"Charts need {name}", detail=str(error), hint='Install it: pip install "lfs-migration[charts]"'
        ) from error


def svg(specification: Mapping[str, Any]) -> bytes:
    """Return a Vega-Lite specification as SVG, in which title and description are the chart in words.

    Parameters
    ----------
    specification : mapping
        With a ``description``.

    Raises
    ------
    LfsMigrationError
        When it is no chart, or asks for a file or an address.
    """
    converter = library("vl_convert")
    try:
        made: str = converter.vegalite_to_svg(dict(specification), vl_version=_version(), allowed_base_urls=[])
    except ValueError as error:
        raise LfsMigrationError(
            "The chart could not be drawn", detail=_first(error), hint="Its data must be in it"
        ) from error
    title, text = (escape(words, quote=False) for words in _words(specification))
    start, end = made.split(">", maxsplit=1)
    head = f'{start} role="img" aria-labelledby="title desc">'
    words = f'<title id="title">{title}</title><desc id="desc">{text}</desc>'
    return f"{head}{words}{_TEXT.sub(_apart, _numbered(end))}\n".encode()


def png(specification: Mapping[str, Any]) -> bytes:
    """Return a Vega-Lite specification as PNG with the chart in words as text of the file (Title, Description)."""
    made: bytes = library("vl_convert").svg_to_png(svg(specification).decode(), scale=SCALE)
    header = len(_SIGNATURE) + 25
    texts = zip(("Title", "Description"), _words(specification), strict=True)
    return made[:header] + b"".join(_text(key, words) for key, words in texts) + made[header:]


def _first(error: ValueError) -> str:
    """Return what the converter says, without where in its own code."""
    lines = (line.strip() for line in str(error).splitlines())
    return " ".join(line for line in lines if line and not line.startswith("at "))


def _text(key: str, words: str) -> bytes:
    """Return a chunk of text in UTF-8 (Portable Network Graphics specification, third edition, 11.3.3.4)."""
    body = b"iTXt" + key.encode() + b"\0\0\0\0\0" + words.encode(errors="replace")
    return struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))


def _words(specification: Mapping[str, Any]) -> tuple[str, str]:
    """Return the title and the description of a chart; a chart of other makers may have neither."""
    title = specification.get("title", "")
    text = title.get("text", "") if isinstance(title, Mapping) else title
    line = text if isinstance(text, str) else " ".join(map(str, text))
    return line, str(specification.get("description", "")) or line


def _numbered(made: str) -> str:
    """Return SVG with its names numbered from the start: the converter goes on counting from one chart to the next."""
    known: dict[str, str] = {}
    numbers = count()
    inside = re.compile(r'(?<= id=")[^"]+(?=")|(?<=url\(#)[^)]+(?=\))')

    def name(match: re.Match[str]) -> str:
        old = match[0]
        if not _MARKED.fullmatch(old):
            return old
        if old not in known:
            known[old] = f"part{next(numbers)}"
        return known[old]

    return inside.sub(name, made)


def _apart(match: re.Match[str]) -> str:
    """Return lines of a text as texts of their own: a reader would order letters of two directions across them."""
    out, down = [], 0.0
    for lines in _LINE.finditer(match["lines"]):
        down += float(lines["down"] or 0)
        out.append(f'<text{match["how"]} y="{down:g}">{lines["words"]}</text>')
    return "".join(out)


def _version() -> str:
    """Return the version of Vega-Lite that Altair writes, as the converter names it."""
    written = str(library().SCHEMA_VERSION)
    return ".".join(written.removeprefix("v").split(".")[:2])
