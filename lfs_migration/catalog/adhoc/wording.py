"""Takes the text of an ad hoc table apart, without knowing what its names are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NoReturn

from lfs_migration.errors import CatalogError, near

STATISTICS = ("total", "proportion", "mean", "median", "quantile", "ratio", "share")
"""What may be asked of a table; ``quantile`` with its probability, as ``quantile:0.8``."""
CLAUSES = ("of", "where", "per", "over", "by")
"""Words that begin a clause, outside brackets and quotes."""
SHAPE = "WHAT by NAME, NAME where CONDITION"
_TOKEN = re.compile(r"\"[^\"]*\"|'[^']*'|[A-Za-z_]\w*|.", re.DOTALL)
_JOINED = ("per", "over")


@dataclass
class Side:
    """What is tabulated, or what it is set against.

    Parameters
    ----------
    what : str
        A name or an expression.
    of : str
        The record whose rows are meant; empty where the names say it.
    where : str
        Condition on its rows alone.
    """

    what: str = ""
    of: str = ""
    where: str = ""


@dataclass
class Wording:
    """The clauses of a text.

    Parameters
    ----------
    text : str
    first : Side
    second : Side, optional
    joined : str
        ``per`` or ``over``, where there is a second side.
    per : int
        ``per 1000 person``: what the figures are multiplied by.
    by : tuple of str
        Names and expressions of the breakdowns.
    where : str
        Condition on both sides.
    """

    text: str
    first: Side = field(default_factory=Side)
    second: Side | None = None
    joined: str = ""
    per: int = 1
    by: tuple[str, ...] = ()
    where: str = ""


def wording(text: str, place: str = "") -> Wording:
    """Take a text apart.

    Parameters
    ----------
    text : str
    place : str
        ``file:line``, for errors.

    Raises
    ------
    CatalogError
        For a clause without words, or one that stands twice.

    Examples
    --------
    >>> wording("em_dest by em_sex, region where em_age >= 15").by
    ('em_sex', 'region')
    >>> wording("emigrant where em_abroad per 1000 person").second.what
    'person'
    """
    out = Wording(text)
    side = out.first
    for clause, words in _clauses(text, place):
        if not words:
            said = f"after {clause!r}" if clause else "before the first clause"
            _refuse(f"Nothing stands {said}", text, place)
        match clause:
            case "":
                side.what = words
            case "of":
                _once(side.of, clause, text, place)
                side.of = words
            case "per" | "over":
                _once(out.joined, clause, text, place)
                out.joined = clause
                out.per, what = _times(words) if clause == "per" else (1, words)
                side = out.second = Side(what)
            case "by":
                _once(" ".join(out.by), clause, text, place)
                out.by = tuple(_listed(words, text, place))
            case _ if out.by:
                _once(out.where, clause, text, place)
                out.where = words
            case _:
                _once(side.where, clause, text, place)
                side.where = words
    if out.second is None:
        _once(out.first.where and out.where, "where", text, place)
        out.where, out.first.where = out.first.where or out.where, ""
    return out


def statistic_of(given: str, place: str = "") -> tuple[str, float]:
    """Return the name of a statistic, and its probability.

    Raises
    ------
    CatalogError
        With near matches; for a quantile without a probability between 0 and 1.

    Examples
    --------
    >>> statistic_of("quantile:0.8")
    ('quantile', 0.8)
    """
    name, colon, number = given.partition(":")
    if name not in STATISTICS:
        raise CatalogError(f"No statistic {name!r}", where=place, hint=near(name, STATISTICS))
    if name != "quantile":
        if colon:
            raise CatalogError(f"The {name} takes no number", where=place, hint=f"Write {name}")
        return name, 0.5
    if not re.fullmatch(r"0?\.\d+", number) or not float(number):
        raise CatalogError(f"A quantile cannot be at {number!r}" if number else "A quantile of what probability?",
                           where=place, hint="Write it between 0 and 1, as quantile:0.8")  # fmt: skip
    return name, float(number)


def _clauses(text: str, place: str) -> Iterator[tuple[str, str]]:
    """Yield the clauses of a text: the word that begins each, empty for the first, and what follows it."""
    clause, words, depth = "", "", 0
    for token in _TOKEN.findall(text):
        if token in ("'", '"'):
            _refuse(f"A quote {token} is not closed", text, place)
        depth += (token in tuple("([")) - (token in tuple(")]"))
        if depth < 0:
            _refuse("A bracket closes that was not opened", text, place)
        if depth == 0 and token in CLAUSES:
            yield clause, words.strip()
            clause, words = token, ""
        else:
            words += token
    if depth:
        _refuse("A bracket is not closed", text, place)
    yield clause, words.strip()


def _listed(words: str, text: str, place: str) -> Iterator[str]:
    """Yield the names and expressions of a list that commas divide."""
    name, depth = "", 0
    for part in [*_TOKEN.findall(words), ","]:
        depth += (part in tuple("([")) - (part in tuple(")]"))
        if part != "," or depth:
            name += part
        elif name.strip():
            yield name.strip()
            name = ""
        else:
            _refuse("A comma stands without a name before it", text, place)


def _times(words: str) -> tuple[int, str]:
    found = re.fullmatch(r"(\d+)\s+(\S.*)", words, re.DOTALL)
    return (int(found[1]), found[2]) if found and int(found[1]) else (1, words)


def _once(given: str, clause: str, text: str, place: str) -> None:
    if given:
        joined = {"by": "Divide the names by commas", "where": "Join the conditions with 'and'"}
        other = "per and over" if clause in _JOINED else clause
        _refuse(f"{other!r} stands twice", text, place, joined.get(clause, "Keep one"))


def _refuse(title: str, text: str, place: str, hint: str = f"Write: {SHAPE}") -> NoReturn:
    raise CatalogError(title, where=place, detail=f"In {text!r}", hint=hint)
