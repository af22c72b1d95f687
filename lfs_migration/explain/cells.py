"""Finds the figure that is asked for, as ``tables.csv`` names it: codes of dimensions, without those of totals."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lfs_migration.errors import NotFound, near
from lfs_migration.model.results import TOTAL, Cell, Table
from lfs_migration.publish.titles import code_of, distributed, heading
from lfs_migration.text import pick

PAIRS = re.compile(r",(?=\s*\w+\s*=)")
"""Between the codes of two dimensions: a label may hold a comma itself."""
EXTRA = ("shares_of", "statistic")
"""Columns of ``tables.csv`` beside the dimensions that tell figures apart."""


@dataclass(frozen=True)
class Asked:
    """What was asked for.

    Parameters
    ----------
    codes : mapping of dimension to code
    shares_of, statistic : str
        As in ``tables.csv``; empty where they were not given.
    """

    codes: Mapping[str, str]
    shares_of: str = ""
    statistic: str = ""


@dataclass(frozen=True)
class Found:
    """A figure, and the table that it stands in."""

    table: Table
    cell: Cell

    def among(self, tables: Iterable[Table]) -> Found:
        """Return the same figure in other tables."""
        for table in tables:
            if table.indicator.code == self.table.indicator.code and table.dimensions == self.table.dimensions:
                for cell in table.cells:
                    if (cell.keys, cell.statistic) == (self.cell.keys, self.cell.statistic):
                        return Found(table, cell)
        raise NotFound(f"{self.table.indicator.code} is not among the published tables")


def asked(text: str, tables: Sequence[Table]) -> Asked:
    """Return what a text asks for, its labels as codes.

    Raises
    ------
    NotFound
        With near matches, for a dimension or code that no table of the indicator has; for a label of several codes.

    Examples
    --------
    >>> PAIRS.split("destination=Korea, Republic of,sex=1")
    ['destination=Korea, Republic of', 'sex=1']
    """
    pairs = [part.partition("=") for part in PAIRS.split(text) if part.strip()]
    known = list(dict.fromkeys(d for table in tables for d in table.dimensions))
    codes: dict[str, str] = {}
    extra: dict[str, str] = {}
    for name, sign, code in ((name.strip(), sign, code.strip().strip("\"'")) for name, sign, code in pairs):
        if not sign or not code:
            raise NotFound(f"{text!r} is no cell", hint="Write it as dimension=code, with commas between several")
        if name in codes or name in extra:
            raise NotFound(f"{name} stands twice in {text!r}", hint="Give each dimension one code")
        if name in known:
            codes[name] = _code(name, code, tables)
        elif name in EXTRA:
            extra[name] = code
        else:
            one = f"{tables[0].indicator.code} " if tables else ""
            raise NotFound(f"{one}has no dimension {name!r}", hint=near(name, [*known, *EXTRA]))
    return Asked({d: code for d, code in codes.items() if code != TOTAL}, **extra)


def _code(dimension: str, given: str, tables: Sequence[Table]) -> str:
    """Return the code of a dimension that a code or a label in any language means."""
    own = [table for table in tables if dimension in table.dimensions]
    held = dict.fromkeys(code_of(cell, dimension) for table in own for cell in table.cells)
    labels = {code: label for table in own for code, label in table.labels[dimension].items()}
    if given in held or given == TOTAL:
        return given
    said = given.casefold()
    fits = [code for code, label in labels.items() if said in {words.casefold() for words in label.values()}]
    meant = [code for code in fits if code in held] or fits
    if len(meant) > 1:
        raise NotFound(f"{given!r} is the label of several codes of {dimension}", hint=f"Give one: {', '.join(meant)}")
    if meant and meant[0] in held:
        return meant[0]
    if meant or given in labels:
        raise NotFound(
            f"{dimension}={meant[0] if meant else given} is in no table of {own[0].indicator.code}",
            detail="No row of the sample has it, or it is folded into the rest of a coarser category",
            hint=f"There are {', '.join(code for code in held if code != TOTAL)}",
        )
    english = [pick(labels[code]) for code in held if code in labels]
    raise NotFound(f"{dimension} has no code {given!r}", hint=near(given, [*held, *english]))


def found(wanted: Asked, tables: Sequence[Table]) -> Found:
    """Return the figure of an indicator that is asked for: its own one, in its unit, where nothing else is said.

    Raises
    ------
    NotFound
        Saying what would be needed, where no figure, or more than one, is meant.
    """
    code = tables[0].indicator.code
    fits = [Found(table, cell) for table in tables for cell in table.cells if _fits(wanted, table, cell)]
    own = [one for one in fits if one.cell.unit == one.table.indicator.unit]
    chosen = {(distributed(one.table), one.cell.statistic): one for one in reversed(own or fits)}
    if len({statistic for _, statistic in chosen}) == 1 and TOTAL in {_category(one) for one in chosen.values()}:
        return next(iter(reversed(chosen.values())))  # over all categories, whatever the distribution is of
    if len(chosen) == 1:
        return next(iter(chosen.values()))
    if chosen:
        several = " or ".join(f"shares_of={of},statistic={name}" for of, name in reversed(chosen))
        raise NotFound(f"Several figures of {code} are in this cell", hint=f"Add {several}")
    if not wanted.codes:
        raise NotFound(f"{code} has no total", detail=f"It is of {_dimensions(tables)}", hint=_example(tables))
    ways = dict.fromkeys(" and ".join(table.dimensions) for table in tables if table.dimensions)
    raise NotFound(
        f"{code} has no figure of {', '.join(f'{d}={c}' for d, c in wanted.codes.items())}",
        detail="No row of the sample is there, or it is not broken down so",
        hint=f"There are tables by {'; '.join(ways)}",
    )


def _fits(wanted: Asked, table: Table, cell: Cell) -> bool:
    codes = {d: code_of(cell, d) for d in table.dimensions}
    return (
        {d: code for d, code in codes.items() if code != TOTAL} == wanted.codes
        and wanted.shares_of in ("", distributed(table))
        and wanted.statistic in ("", cell.statistic)
    )


def _category(one: Found) -> str:
    of = distributed(one.table)
    return code_of(one.cell, of) if of else ""


def _dimensions(tables: Sequence[Table]) -> str:
    last = dict.fromkeys(table.dimensions[-1] for table in tables if table.dimensions)
    return "; ".join(f"{d} ({heading(next(t for t in tables if d in t.dimensions), d)})" for d in last)


def _example(tables: Sequence[Table]) -> str:
    table = next(table for table in tables if table.cells)
    last = table.dimensions[-1]
    codes = dict.fromkeys(code_of(cell, last) for cell in table.cells)
    return f"Name a category, as {last}={next(iter(codes))}. There are {', '.join(codes)}"
