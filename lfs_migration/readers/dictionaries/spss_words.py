"""The words of SPSS syntax: commands, texts in quotes, codes and strokes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from lfs_migration.errors import ReadError
from lfs_migration.model.noun import Value
from lfs_migration.readers.dictionaries.items import value_of

_TOKEN = re.compile(
    r"""(?P<text>'(?:[^'\n]|'')*'|"(?:[^"\n]|"")*")|(?P<sign>[/(),=])|(?P<word>[^\s'"/(),=]+)|(?P<end>\n)|(?P<odd>['"])"""
)
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")


@dataclass(frozen=True)
class Token:
    """A word, a text in quotes or a sign, and the line where it stands."""

    kind: str
    text: str
    line: int


def commands(path: Path, text: str) -> Iterator[list[Token]]:
    """Give the words of each command; a point at the end of a line ends it, and so does an empty line."""
    text = re.sub(r"/\*.*?(?:\*/|$)", lambda found: " " * len(found[0]), text, flags=re.MULTILINE)
    held: list[Token] = []
    for line, content in enumerate(text.split("\n"), 1):
        words = [Token(str(match.lastgroup), match[0], line) for match in _TOKEN.finditer(content)]
        comment = (held or words) and (held or words)[0].text.startswith("*")
        odd = next((word for word in words if word.kind == "odd"), None)
        if odd is not None and not comment:
            raise ReadError("A quote is left open", where=f"{path}:{line}", hint="Close it in the same line")
        ends = not words or (words[-1].kind == "word" and words[-1].text.endswith("."))
        if words and ends:
            words[-1] = replace(words[-1], text=words[-1].text[:-1])
        held += [word for word in words if word.text]
        if ends and held:
            yield held
            held = []
    if held:
        yield held


def parts(tokens: list[Token]) -> Iterator[list[Token]]:
    """Give what stands between strokes."""
    part: list[Token] = []
    for token in [*tokens, Token("sign", "/", 0)]:
        if token.text != "/":
            part.append(token)
        elif part:
            yield part
            part = []


def joined(tokens: list[Token]) -> list[Token]:
    """Return words where texts that a plus joins are one."""
    out: list[Token] = []
    for token in tokens:
        if token.kind == "text" and len(out) > 1 and out[-1].text == "+" and out[-2].kind == "text":
            before = out[-2]
            out[-2:] = [replace(before, text="'" + (said(before) + said(token)).replace("'", "''") + "'")]
        else:
            out.append(token)
    return out


def is_code(token: Token) -> bool:
    """Return whether a token can be the code of an answer."""
    return token.kind == "text" or _NUMBER.fullmatch(token.text) is not None


def code_of(token: Token) -> Value:
    """Return the code that a token is: text in quotes stays text."""
    return said(token) if token.kind == "text" else value_of(token.text)


def said(token: Token) -> str:
    """Return what stands between quotes."""
    quote = token.text[0]
    return token.text[1:-1].replace(quote * 2, quote)
