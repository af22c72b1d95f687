"""Which file holds which record of the module."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from lfs_migration.matching.keys import Keys
from lfs_migration.matching.links import Link
from lfs_migration.matching.nouns import RecordMatch, Table
from lfs_migration.matching.records import Fit, Own, own_fit
from lfs_migration.matching.targets import Knowledge

ENOUGH = 1.0
"""Log-odds that a file must bring together to be taken for a record by its columns alone."""

Fits = Mapping[tuple[str, str], tuple[Fit, Own]]


@dataclass(frozen=True)
class Place:
    """A record, its file, and how its columns fit."""

    match: RecordMatch
    fit: Fit
    own: Own


def places(tables: Sequence[Table], known: Knowledge, keys: Keys, linked: Sequence[Link]) -> tuple[Place, ...]:
    """Return the records that are in the files, the household's first.

    The file with each household once is the household's. Another file is the record that its columns resemble most;
    a file whose rows a household question counts is the record that the codebook's rule names, and one with rows for
    nearly all households is the roster, the first of the codebook's records below the household.
    """
    by_name = {table.name: table for table in tables}
    home = by_name.get(keys.home)
    others = [table for table in tables if table is not home]
    fits = _child_fits(others, known, keys, home)
    chosen = _chosen(others, known, keys, linked, fits)
    out = []
    if home is not None:
        fit, own = own_fit(home, known.root, known, keys, frozenset())
        out.append(Place(RecordMatch(known.root, home.name, False, keys.columns, keys.why), fit, own))
    else:
        out += _root_inside(others, chosen, known, keys)
    for record in known.children:
        if record in chosen:
            table = by_name[chosen[record]]
            fit, own = fits[table.name, record]
            out.append(
                Place(RecordMatch(record, table.name, False, keys.columns, _why(record, table, linked)), fit, own)
            )
    return tuple(out)


def _child_fits(others: Sequence[Table], known: Knowledge, keys: Keys, home: Table | None) -> Fits:
    taken = frozenset(home.by_name) if home is not None else frozenset(keys.columns)
    return {
        (table.name, record): own_fit(table, record, known, keys, taken & frozenset(table.by_name))
        for table in others
        for record in known.children
    }


def _chosen(
    others: Sequence[Table], known: Knowledge, keys: Keys, linked: Sequence[Link], fits: Fits
) -> dict[str, str]:
    """Return the file of each record below the household."""
    if not others or not known.children:
        return {}
    strength = np.array([[_strength(t, r, known, keys, linked, fits) for r in known.children] for t in others])
    rows, columns = linear_sum_assignment(-np.maximum(strength, 0))
    pairs = zip(rows.tolist(), columns.tolist(), strict=True)
    return {known.children[c]: others[r].name for r, c in pairs if strength[r, c] > ENOUGH}


def _strength(table: Table, record: str, known: Knowledge, keys: Keys, linked: Sequence[Link], fits: Fits) -> float:
    strength = fits[table.name, record][0].strength
    if any(link.file == table.name and link.counting.record == record for link in linked):
        return strength + 10
    if record == known.children[0]:
        strength += 0.5 * (strength > 0)  # of records that fit alike, the roster is the usual one
    if keys.home and table.rows:
        cover = keys.households(table.name) / max(1, keys.households(keys.home))
        roster = record == known.children[0]
        strength += 3 if roster == (cover > 0.8) else -3
    return strength


def _root_inside(others: Sequence[Table], chosen: Mapping[str, str], known: Knowledge, keys: Keys) -> list[Place]:
    """Return the household as facts repeated on the rows of another record, or as the only record of a file."""
    if not others:
        return []
    first = next((chosen[record] for record in known.children if record in chosen), others[0].name)
    table = next(table for table in others if table.name == first)
    why = f"the file has no household apart: its facts are repeated on the rows of {table.name}"
    fit, own = own_fit(table, known.root, known, keys, frozenset())
    return [Place(RecordMatch(known.root, table.name, bool(chosen), keys.columns, why), fit, own)]


def _why(record: str, table: Table, linked: Sequence[Link]) -> str:
    link = next((one for one in linked if one.file == table.name and one.counting.record == record), None)
    if link is not None:
        return link.evidence().why
    return "its columns resemble it most"
