"""Stata dictionaries (.dct): which columns of a text file stand where.

Both forms are read: that of ``infix``, whose lines are ``int age 5-6``, and that of ``infile``, whose lines are
``_column(5) int age %2f "Age in years"``. In the second, ``%6.2f`` implies two decimals where the line holds no point.
Rows of several lines are not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lfs_migration.errors import ReadError
from lfs_migration.readers.dictionaries.items import Dictionary, Item, Record

_HEAD = re.compile(r"\s*(?:(infix|infile)\s+)?dictionary\b[^{]*\{", re.IGNORECASE)
_TYPE = r"(?P<type>byte|int|long|float|double|str\d*)\s+"
_NAME = r"(?P<name>[^\W\d]\w*)"
_INFIX = re.compile(rf"\s*(?:{_TYPE})?{_NAME}\s+(?:(?P<of>\d+)\s*:\s*)?(?P<start>\d+)(?:\s*-\s*(?P<end>\d+))?(?!\S)")
_DIRECTIVE = re.compile(
    r"\s*(?:_(?P<key>\w+)(?:\((?P<in>\d+)\))?|(?P<number>\d+)\s+(?P<word>firstlineoffile|lines?)\b)"
)
_LABEL = r"(?:`\"(?P<long>.*?)\"'|\"(?P<label>[^\"]*)\")"
_INFILE = re.compile(
    rf"\s*(?:{_TYPE})?{_NAME}(?:\s*:\s*\w+)?"
    rf"(?:\s*%(?P<width>\d+)(?:\.(?P<decimals>\d+))?(?P<kind>[fgesS]))?(?:\s*{_LABEL})?(?=\s|$)"
)
_ONE_LINE = "A row must be one line: write the data again with all columns in one line"


@dataclass
class _Parts:
    """What was read, and where the next column begins."""

    items: list[Item] = field(default_factory=list)
    place: int = 1
    length: int = 0


def from_stata(path: Path, text: str) -> Dictionary:
    r"""Return the dictionary that a text is.

    Parameters
    ----------
    path : Path
        For errors.
    text : str

    Raises
    ------
    ReadError
        With the line: where it is no dictionary, or asks for what is not done.

    Examples
    --------
    >>> found = from_stata(Path("x.dct"), "infix dictionary {\n str3 country 1-3\n byte sex 4\n}")
    >>> [(item.name, item.start, item.length, item.numeric) for item in found.records[0].items]
    [('country', 1, 3, False), ('sex', 4, 1, True)]
    """
    text = re.sub(r"/\*.*?\*/", lambda found: re.sub(r"[^\n]", " ", found[0]), text, flags=re.DOTALL)
    bare = re.sub(r"(?m)^\s*(?:\*|//).*$", "", text)
    head = _HEAD.match(bare)
    if head is None:
        hint = "It begins with infix dictionary { or infile dictionary {"
        raise ReadError("Is not a Stata dictionary", where=f"{path}:1", hint=hint)
    if "}" not in bare:
        line = text.rstrip().count("\n") + 1
        raise ReadError("Its brace is left open", where=f"{path}:{line}", hint="The file was cut off: copy it again")
    parts = _Parts()
    line = bare.count("\n", 0, head.end()) + 1
    read = _infix if (head[1] or "infile").lower() == "infix" else _infile
    for number, content in enumerate(bare[head.end() : bare.rindex("}")].split("\n"), line):
        read(f"{path}:{number}", number, content, parts)
    record = Record(path.stem, "", 1, tuple(parts.items))
    return Dictionary(path, path.stem, "", (), (record,), length=parts.length)


def _infix(where: str, line: int, content: str, parts: _Parts) -> None:
    for match in _all(where, content, (_DIRECTIVE, _INFIX)):
        if match.re is _DIRECTIVE:
            _obey(where, match, parts)
            continue
        if int(match["of"] or 1) > 1:
            raise ReadError(f"{match['name']} stands in line {match['of']} of a row", where=where, hint=_ONE_LINE)
        start, end = int(match["start"]), int(match["end"] or match["start"])
        parts.items.append(_item(match, start, end - start + 1, line))


def _infile(where: str, line: int, content: str, parts: _Parts) -> None:
    for match in _all(where, content, (_DIRECTIVE, _INFILE)):
        if match.re is _DIRECTIVE:
            _obey(where, match, parts)
            continue
        if not match["width"]:
            hint = "Give its width, as %4f for a number of 4 characters and %4s for a text"
            raise ReadError(f"{match['name']} has no width", where=where, hint=hint)
        width = int(match["width"])
        parts.items.append(_item(match, parts.place, width, line))
        parts.place += width


def _item(match: re.Match[str], start: int, length: int, line: int) -> Item:
    held = match.groupdict()
    alpha = (match["type"] or "").startswith("str") or (held.get("kind") or "") in ("s", "S")
    label = held.get("label") or held.get("long") or ""
    decimals = 0 if alpha else int(held.get("decimals") or 0)
    return Item(match["name"], label.strip(), start, length, numeric=not alpha, decimals=decimals, line=line)


def _all(where: str, content: str, patterns: tuple[re.Pattern[str], ...]) -> Iterator[re.Match[str]]:
    """Give the parts of a line; all of it must be known."""
    at = 0
    while content[at:].strip():
        match = next(filter(None, (pattern.match(content, at) for pattern in patterns)), None)
        if match is None:
            hint = "A line is: type name 1-4, or: _column(1) type name %4f"
            raise ReadError(f"{content[at:].strip()[:40]!r} is no column", where=where, hint=hint)
        yield match
        at = match.end()


def _obey(where: str, match: re.Match[str], parts: _Parts) -> None:
    """Do what a directive says."""
    key = (match["key"] or match["word"]).lower()
    number = int(match["in"] or match["number"] or 1)
    if key in ("column", "col"):
        parts.place = number
    elif key == "skip":
        parts.place += number
    elif key in ("lrecl", "lrec"):
        parts.length = number
    elif key in ("lines", "line", "newline") and (number > 1 or key == "newline"):
        raise ReadError("Has rows of several lines", where=where, hint=_ONE_LINE)
    elif key in ("firstlineoffile", "first") and number > 1:
        raise ReadError("Leaves out lines before the first row", where=where, hint="Delete those lines of the data")
    elif key not in ("lines", "line", "firstlineoffile", "first"):
        raise ReadError(f"_{key} is not known", where=where, hint="Known: _column, _skip, _lrecl, _lines")
