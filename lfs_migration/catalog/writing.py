"""Writes YAML that a person goes on with: comments beside the entries, and text that reads back as what was meant.

Text is put between quotes wherever YAML could take it for something else: ``NO``, ``on``, ``004``, ``010150``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import wrap
from typing import Any

from lfs_migration.errors import CatalogError

_PLAIN = re.compile(r"[A-Za-z_][\w.-]*( [\w.-]+)*", re.ASCII)
_RESERVED = {"yes", "no", "on", "off", "true", "false", "null", "y", "n", "none", "nan", "inf"}
WIDTH = 118
"""Columns of a comment."""


@dataclass(frozen=True)
class Told:
    """A value with comments.

    Parameters
    ----------
    value : mapping, list or scalar
    beside : str
        At the end of its line.
    above : tuple of str
        Lines before it.
    below : tuple of str
        Lines after it, inside it.
    """

    value: Any
    beside: str = ""
    above: tuple[str, ...] = ()
    below: tuple[str, ...] = ()


def yaml_text(data: Mapping[Any, Any], header: Sequence[str] = ()) -> str:
    """Return entries as YAML, under a comment.

    Parameters
    ----------
    data : mapping
        Of scalars, lists and mappings, any of them as :class:`Told`.
    header : sequence of str

    Examples
    --------
    >>> print(yaml_text({"country": "NO", "codes": {"01": Told(1, "men")}}, ["First."]), end="")
    # First.
    country: "NO"
    codes:
      "01": 1  # men
    """
    lines = [*(line for text in header for line in _wrapped(text, 0)), *_entries(data, 0)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def write_country(text: str, path: Path) -> Path:
    """Write a country's file; one that is there already is never touched.

    Raises
    ------
    CatalogError
        When the file is there, or cannot be written.
    """
    return write_new(text, path, "country file", "choose another edition or folder")


def write_new(text: str, path: Path, what: str, otherwise: str) -> Path:
    """Write a file of a person's own; one that is there already is never touched.

    Parameters
    ----------
    text : str
    path : Path
        Its folder is made when it is missing.
    what, otherwise : str
        What the file is, and what to do when it may stay where it is.

    Raises
    ------
    CatalogError
        When the file is there, or cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        hint = f"Move it away, or {otherwise}"
        raise CatalogError(f"The {what} is there already and is not overwritten", where=str(path), hint=hint) from None
    except OSError as error:
        raise CatalogError("Cannot be written", where=str(path), detail=str(error.strerror or error)) from None
    return path


def scalar(value: Any) -> str:
    """Return a value as YAML that strict loading reads back as it is.

    Examples
    --------
    >>> [scalar(value) for value in ("NO", "004", "Armenia", 4, 0.5, True, None)]
    ['"NO"', '"004"', 'Armenia', '4', '0.5', 'true', 'null']
    """
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return format(value, ".17g") if value != int(value) else f"{int(value)}.0"
    text = str(value)
    if _PLAIN.fullmatch(text) and text.lower() not in _RESERVED:
        return text
    return '"' + "".join(_escaped(sign) for sign in text) + '"'


def _escaped(sign: str) -> str:
    if sign in '"\\':
        return f"\\{sign}"
    if unicodedata.category(sign) in ("Cc", "Cf", "Zl", "Zp", "Cs", "Co", "Cn") or sign == "\ufeff":
        return f"\\U{ord(sign):08x}"
    return sign


def _comment(text: str) -> str:
    """Return a comment on one line: a line end in a label must not begin an entry."""
    plain = "".join(" " if unicodedata.category(sign)[0] == "C" or sign in "\u2028\u2029" else sign for sign in text)
    return f"# {plain}" if plain.strip() else "#"


def _wrapped(text: str, depth: int) -> list[str]:
    """Return a comment in lines of the usual width, those after the first set in."""
    plain = _comment(text)
    return wrap(plain, WIDTH - 2 * depth, subsequent_indent="#   ", break_long_words=False, break_on_hyphens=False)


def _entries(data: Mapping[Any, Any], depth: int) -> Iterator[str]:
    indent = "  " * depth
    for key, raw in data.items():
        told = raw if isinstance(raw, Told) else Told(raw)
        yield from (indent + line for text in told.above for line in _wrapped(text, depth))
        name = scalar(key)
        beside = f"  {_comment(told.beside)}" if told.beside else ""
        if isinstance(told.value, Mapping) and told.value:
            yield f"{indent}{name}:{beside}"
            yield from _entries(told.value, depth + 1)
        else:
            yield f"{indent}{name}: {_flow(told.value)}{beside}"
        yield from (f"{indent}  {line}" for text in told.below for line in _wrapped(text, depth + 1))


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{scalar(k)}: {_flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_flow(one) for one in value) + "]"
    return scalar(value)
