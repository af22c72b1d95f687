"""Dictionaries in SPSS syntax (.sps): DATA LIST, and the labels and missing values that follow it.

Columns are read as ``name 1-4``, ``name 1-4 (A)`` for text, ``name 1-6 (2)`` for two implied decimals, ``v1 TO v3 1-6``
for three columns of two characters, or without places, one behind another, as ``name (F4.1)``. VARIABLE LABELS, VALUE
LABELS and MISSING VALUES are read. What else the syntax does to the data is not done, and named.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from math import inf
from pathlib import Path

from lfs_migration.errors import ReadError, near
from lfs_migration.model.noun import Value
from lfs_migration.readers.dictionaries.items import Dictionary, Item, Record
from lfs_migration.readers.dictionaries.spss_words import Token, code_of, commands, is_code, joined, parts, said

_PLACES = re.compile(r"(\d+)(?:-(\d+))?")
_NUMBERED = re.compile(r"(.*?)(\d+)")
_FORMAT = re.compile(r"([A-Za-z]+)(\d+)?(?:\.(\d+))?")
_NUMERIC = ("F", "N", "COMMA", "DOT", "E", "PCT", "DOLLAR", "Z")
_HARMLESS = (
    "execute", "save", "xsave", "set", "title", "subtitle", "file", "cache", "list", "formats", "display",
    "frequencies", "descriptives", "preserve", "restore", "new", "get", "dataset", "print", "show", "output",
    "comment", "document", "crosstabs", "variable",
)  # fmt: skip
"""Commands that change no value: they run, save, show or count. Three letters of a word are enough."""
_ONE_LINE = "A row must be one line: write the data again with all columns in one line"


@dataclass
class _Syntax:
    """Columns as they are read, by their names in small letters."""

    path: Path
    items: dict[str, Item] = field(default_factory=dict)
    undone: list[str] = field(default_factory=list)
    listed: bool = False

    def where(self, line: int) -> str:
        return f"{self.path}:{line}"


def from_spss(path: Path, text: str) -> Dictionary:
    r"""Return the dictionary that a syntax file is.

    Parameters
    ----------
    path : Path
        For errors.
    text : str

    Raises
    ------
    ReadError
        With the line: where it has no DATA LIST, or one that is not understood.

    Examples
    --------
    >>> text = "DATA LIST FILE='x.dat' / sex 1 country 2-4 (A).\nVALUE LABELS sex 1 'Man' 2 'Woman'."
    >>> [(item.name, item.start, item.length, item.labels) for item in from_spss(Path("x.sps"), text).records[0].items]
    [('sex', 1, 1, {1: 'Man', 2: 'Woman'}), ('country', 2, 3, {})]
    """
    syntax = _Syntax(path)
    for tokens in commands(path, text):
        _one(syntax, tokens)
    if not syntax.listed:
        raise ReadError("Has no DATA LIST", where=str(path), hint="Give the syntax that reads the data")
    record = Record(path.stem, "", 1, tuple(syntax.items.values()))
    return Dictionary(path, path.stem, "", (), (record,), undone=tuple(syntax.undone))


def _one(syntax: _Syntax, tokens: list[Token]) -> None:
    """Read a command, known by the first letters of its words."""
    first, second = (token.text.lower() for token in (*tokens[:2], *[Token("word", "", 0)] * 2)[:2])
    short = f"{first[:3]} {second[:3]}"
    readers: dict[str, tuple[int, Callable[[_Syntax, list[Token]], None]]] = {
        "dat lis": (2, _data_list),
        "var lab": (2, _variable_labels),
        "val lab": (2, _value_labels),
        "add val": (3, _value_labels),
        "mis val": (2, _missing_values),
    }
    if first.startswith("*"):
        return
    if short in readers:
        skipped, read = readers[short]
        read(syntax, tokens[skipped:])
    elif len(first) < 3 or not any(word.startswith(first) for word in _HARMLESS):
        syntax.undone.append(f"{tokens[0].text.upper()} (line {tokens[0].line})")


def _data_list(syntax: _Syntax, tokens: list[Token]) -> None:
    where = syntax.where(tokens[0].line if tokens else 1)
    if syntax.listed:
        raise ReadError("Has a second DATA LIST", where=where, hint="Keep the one that reads this file")
    syntax.listed = True
    slashes = [at for at, token in enumerate(tokens) if token.text == "/"]
    if not slashes:
        raise ReadError("DATA LIST has no columns", where=where, hint="They stand behind a /")
    _require_fixed(where, [token.text.upper() for token in tokens[: slashes[0]]])
    body = tokens[slashes[0] + 1 :]
    if body and body[0].text.isdigit():
        body = body[1:]
    rest = [at for at, token in enumerate(body) if token.text == "/"]
    if any(body[at + 1 :] for at in rest):
        raise ReadError("Has rows of several lines", where=syntax.where(body[rest[0]].line), hint=_ONE_LINE)
    _columns(syntax, body[: rest[0]] if rest else body)


def _require_fixed(where: str, words: Sequence[str]) -> None:
    if "FREE" in words or "LIST" in words:
        hint = "Declare format: csv, with its delimiter"
        raise ReadError("DATA LIST is not of fixed columns", where=where, hint=hint)
    for key in ("RECORDS", "SKIP"):
        if key in words:
            number = next((word for word in words[words.index(key) + 1 :] if word.isdigit()), "0")
            if int(number) > (key == "RECORDS"):
                raise ReadError(f"DATA LIST has {key}={number}", where=where, hint=_ONE_LINE)


def _columns(syntax: _Syntax, tokens: list[Token]) -> None:
    names: list[Token] = []
    at, after = 0, 1
    while at < len(tokens):
        token = tokens[at]
        if token.text == ",":
            at += 1
            continue
        if token.kind == "word" and not re.fullmatch(r"[-\d]+", token.text):
            names.append(token)
            at += 1
            continue
        span, at = _span(tokens, at)
        form, at = _parenthesis(tokens, at)
        if not names or not (span or form):
            raise _not_understood(syntax, token)
        after = _place(syntax, names, span, form, after)
        names = []
    if names:
        raise ReadError(f"{names[0].text} has no place", where=syntax.where(names[0].line), hint="As in: sex 5-6")


def _span(tokens: list[Token], at: int) -> tuple[str, int]:
    """Return the places at a position, which blanks may part, and the position behind them."""
    text = ""
    while at < len(tokens) and tokens[at].kind == "word" and re.fullmatch(r"[-\d]+", tokens[at].text):
        if text and not (text.endswith("-") or tokens[at].text.startswith("-")):
            break
        text += tokens[at].text
        at += 1
    return text, at


def _parenthesis(tokens: list[Token], at: int) -> tuple[list[str], int]:
    if at >= len(tokens) or tokens[at].text != "(":
        return [], at
    close = next((n for n in range(at, len(tokens)) if tokens[n].text == ")"), len(tokens))
    return [token.text.upper() for token in tokens[at + 1 : close] if token.text != ","], close + 1


def _place(syntax: _Syntax, names: list[Token], span: str, form: list[str], after: int) -> int:
    """Add columns, and return the place behind the last."""
    listed = _spread(syntax, names)
    where = syntax.where(names[0].line)
    kind, width, decimals = _format(form)
    if span:
        match = _PLACES.fullmatch(span)
        if match is None:
            raise ReadError(f"{span!r} is no place", where=where, hint="As in: sex 5-6")
        start, total = int(match[1]), int(match[2] or match[1]) - int(match[1]) + 1
        if total < 1 or total % len(listed):
            detail = f"{total} characters for {len(listed)} columns"
            raise ReadError(f"The places {span} cannot be shared out", where=where, detail=detail)
        width = total // len(listed)
    elif width is None:
        raise ReadError(f"{names[0].text} has no place", where=where, hint="As in: sex 5-6, or: sex (F2.0)")
    else:
        start = after
    for number, name in enumerate(listed):
        if name.lower() in syntax.items:
            raise ReadError(f"Column {name} stands twice", where=where, hint="Rename one of them")
        numeric = kind in _NUMERIC
        syntax.items[name.lower()] = Item(
            name, "", start + number * width, width, numeric=numeric, decimals=decimals, line=names[0].line
        )
    return start + len(listed) * width


def _format(form: list[str]) -> tuple[str, int | None, int]:
    """Return the kind, the width where told, and the decimals of a format: ``(A)``, ``(2)``, ``(F, 2)``, ``(F5.2)``."""
    kind, width, decimals = "F", None, 0
    for part in form:
        match = _FORMAT.fullmatch(part)
        if part.isdigit():
            decimals = int(part)
        elif match is not None:
            kind, width = match[1], int(match[2]) if match[2] else None
            decimals = int(match[3] or 0)
    return kind, width, decimals


def _spread(syntax: _Syntax, names: list[Token]) -> list[str]:
    """Return new names, ``v1 TO v3`` being three."""
    out: list[str] = []
    for before, token in pairwise([Token("word", "", 0), *names]):
        if token.text.upper() == "TO":
            continue
        if before.text.upper() != "TO":
            out.append(token.text)
            continue
        ends = [_NUMBERED.fullmatch(name) for name in (out[-1] if out else "", token.text)]
        low, high = ends
        if low is None or high is None or low[1].lower() != high[1].lower() or int(low[2]) > int(high[2]):
            raise _not_understood(syntax, token)
        out += [f"{low[1]}{number:0{len(low[2])}d}" for number in range(int(low[2]) + 1, int(high[2]) + 1)]
    return out


def _known(syntax: _Syntax, names: list[Token]) -> list[str]:
    """Return keys of columns that there are; ``a TO c`` is those that stand between, ``ALL`` every one."""
    order = list(syntax.items)
    out: list[str] = []
    for before, token in pairwise([Token("word", "", 0), *names]):
        key = token.text.lower()
        if key == "to":
            continue
        if key == "all":
            return order
        if key not in syntax.items:
            hint = near(key, order)
            raise ReadError(f"No column is called {token.text!r}", where=syntax.where(token.line), hint=hint)
        out += order[order.index(out[-1]) + 1 : order.index(key) + 1] if before.text.lower() == "to" and out else [key]
    return out


def _variable_labels(syntax: _Syntax, tokens: list[Token]) -> None:
    words = joined(tokens)
    bare = [token for token in words if token.text not in ("/", ",")]
    for name, label in zip(bare[::2], bare[1::2], strict=False):
        if label.kind != "text":
            raise _not_understood(syntax, label)
        for key in _known(syntax, [name]):
            syntax.items[key] = replace(syntax.items[key], label=said(label).strip())
    if len(bare) % 2:
        raise _not_understood(syntax, bare[-1])


def _value_labels(syntax: _Syntax, tokens: list[Token]) -> None:
    for part in parts(joined(tokens)):
        codes = next((at for at, token in enumerate(part) if is_code(token)), len(part))
        pairs = [token for token in part[codes:] if token.text != ","]
        if not codes or len(pairs) % 2 or any(label.kind != "text" for label in pairs[1::2]):
            raise _not_understood(syntax, part[0])
        for key in _known(syntax, part[:codes]):
            item = syntax.items[key]
            labels = {code_of(code): said(label).strip() for code, label in zip(pairs[::2], pairs[1::2], strict=True)}
            syntax.items[key] = replace(item, labels={**item.labels, **labels})


def _missing_values(syntax: _Syntax, tokens: list[Token]) -> None:
    names: list[Token] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token.text == "(":
            close = next((n for n in range(at, len(tokens)) if tokens[n].text == ")"), len(tokens))
            missing = _missing(syntax, [one for one in tokens[at + 1 : close] if one.text != ","])
            for key in _known(syntax, names):
                syntax.items[key] = replace(syntax.items[key], missing=missing)
            names, at = [], close
        elif token.text not in ("/", ","):
            names.append(token)
        at += 1
    if names:
        raise _not_understood(syntax, names[0])


def _missing(syntax: _Syntax, tokens: list[Token]) -> tuple[Value | tuple[float, float], ...]:
    out: list[Value | tuple[float, float]] = []
    ends = {"lo": -inf, "lowest": -inf, "hi": inf, "highest": inf}
    at = 0
    while at < len(tokens):
        if at + 2 < len(tokens) and tokens[at + 1].text.upper() == "THRU":
            low, high = (ends.get(one.text.lower(), code_of(one)) for one in (tokens[at], tokens[at + 2]))
            if isinstance(low, str) or isinstance(high, str):
                raise _not_understood(syntax, tokens[at])
            out.append((float(low), float(high)))
            at += 3
        elif is_code(tokens[at]):
            out.append(code_of(tokens[at]))
            at += 1
        else:
            raise _not_understood(syntax, tokens[at])
    return tuple(out)


def _not_understood(syntax: _Syntax, token: Token) -> ReadError:
    hint = "Write it as name 1-4 (A), name 'label', or name 1 'label'"
    return ReadError(f"{token.text!r} is not understood here", where=syntax.where(token.line), hint=hint)
