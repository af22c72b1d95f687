"""Identifiers and design variables that are made of several columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from lfs_migration.matching.keys import Keys
from lfs_migration.matching.nouns import Column, Evidence, Match, Table, Whole
from lfs_migration.matching.targets import Knowledge
from lfs_migration.model.calendars import Calendar


def widths(columns: Sequence[Column]) -> tuple[int, ...]:
    """Return to how many digits each part of an identifier is filled up; 0 for text of several lengths."""
    return tuple(max((len(str(value)) for value in column.values), default=0) for column in columns)


def household(record: str, table: Table, keys: Keys, variable: str) -> Match | None:
    """Return the key of the household in a file."""
    if not keys.columns or any(name not in table.by_name for name in keys.columns):
        return None
    columns = [table.by_name[name] for name in keys.columns]
    evidence = (Evidence("key", 0.97 if keys.home else 0.7, keys.why),)
    several = len(columns) > 1
    return Match(record, variable, keys.columns, evidence[0].value, evidence, widths(columns) if several else ())


def joined(matches: Sequence[Match], table: Table, known: Knowledge) -> list[Match]:
    """Return suggestions with sampling units that are numbered inside their stratum joined with it.

    Two strata with a unit 1 each have two units: where a unit's number occurs in several strata, the unit is named by
    both. Where no column is the stratum, and the units restart inside regions, the regions and urban and rural parts in
    which they are numbered take its place: surveys are stratified so, but only the office's documents can tell.
    """
    found = {match.variable: match for match in matches}
    psu, stratum = known.design.psu, known.design.stratum
    unit = found.get(psu)
    if unit is None or not table.rows:
        return list(matches)
    number = table.by_name[unit.columns[0]].rows
    parents = [stratum] if stratum in found else [name for name in known.places if name in found]
    columns = [table.by_name[found[name].columns[0]] for name in parents]
    needed = _needed(number, columns)
    if not needed:
        return list(matches)
    out = [match for match in matches if match.variable != psu]
    names = tuple(column.name for column in needed)
    whole = (*needed, table.by_name[unit.columns[0]])
    why = Evidence("nesting", 0.9, f"the numbers of {unit.columns[0]} restart within {' and '.join(names)}")
    out.append(replace(unit, columns=(*names, *unit.columns), widths=widths(whole), evidence=(*unit.evidence, why)))
    if stratum not in found:
        note = "no column is the stratum; units are numbered inside these. See the sampling documents"
        told = (Evidence("nesting", 0.6, why.why),)
        several = len(names) > 1
        out.append(Match(unit.record, stratum, names, 0.6, told, widths(needed) if several else (), note=note))
    return out


def _needed(number: Whole, parents: Sequence[Column]) -> list[Column]:
    """Return the parents within which a number restarts: those that are not the same in all rows of the number."""
    needed: list[Column] = []
    group = number
    for parent in parents:
        if _constant(parent.rows, group) < 0.95:
            needed.append(parent)
            group = np.unique(np.stack([group, parent.rows]), axis=1, return_inverse=True)[1].ravel()
    return needed


def _constant(rows: Whole, group: Whole) -> float:
    pairs = np.unique(np.stack([group, rows]), axis=1)[0]
    return float(np.mean(np.unique(pairs, return_counts=True)[1] == 1))


def calendar(column: Column, kind: str, *, buddhist: bool) -> Calendar:
    """Return the calendar of a column of years."""
    return "buddhist" if kind == "year" and column.rows.size and buddhist else "gregorian"
