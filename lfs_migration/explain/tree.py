"""The variables of a figure as a tree of lines."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from lfs_migration.explain.sources import CodeSource, Ingredient, Native

WIDTH, STEP, WORDS = 116, 4, 11


def tree(variables: Iterable[Ingredient], depth: int = 0) -> Iterator[str]:
    """Yield variables, each with what it is made of below it and further in."""
    for one in variables:
        space = " " * (2 + STEP * depth)
        branch = "- " if depth else ""
        roles = f": {', '.join(one.roles)}" if one.roles else ""
        facts = ", ".join(filter(None, [one.record, one.type, one.unit]))
        above = " (see above)" if one.again else f" ({facts})" if facts else ""
        yield f"{space}{branch}{one.name}  {one.label}{above}{roles}"
        indent = len(space) + len(branch) + 2
        for word, text in _facts(one):
            yield from _entry(word, text, indent)
        yield from tree(one.parts, depth + 1)


def _entry(word: str, text: str, indent: int) -> Iterator[str]:
    first = f"{' ' * indent}{word:<{WORDS}}"
    yield from textwrap.wrap(
        text, WIDTH, initial_indent=first, subsequent_indent=" " * len(first), break_long_words=False
    )


def _facts(one: Ingredient) -> Iterator[tuple[str, str]]:
    """Yield what is said of a variable, without what is empty."""
    facts = (
        ("question", " ".join(filter(None, [one.number, one.question]))),
        ("asked if", one.universe),
        ("from", _native(one.native) if one.native else ""),
        ("codes", _codes(one)),
        ("absent", "; ".join(map(_code, one.absent))),
        ("treatment", one.treatment),
        ("derived", one.expression),
        ("in words", one.words),
        ("note", ". ".join(filter(None, [one.note, one.native.note if one.native else ""]))),
        ("defined", f"{one.defined}. Reference: {one.reference}" if one.defined else ""),
    )
    yield from ((word, text) for word, text in facts if text)


def _native(one: Native) -> str:
    labels = f" ({'; '.join(one.labels)})" if one.labels else ""
    columns = f"{', '.join(one.columns)}{labels} of " if one.columns else ""
    detail = f": {one.detail}" if one.detail else ""
    return f"{columns}{one.file}, {one.how}{detail} ({one.where})"


def _codes(one: Ingredient) -> str:
    more = f"; {one.others:,} other native codes are mapped" if one.others else ""
    return "; ".join(map(_code, one.codes)) + more if one.codes else ""


def _code(one: CodeSource) -> str:
    natives = f" <- {', '.join(one.natives)}" if one.natives else " (no native code)"
    return f"{' '.join(filter(None, [one.code, one.label]))}{natives}"
