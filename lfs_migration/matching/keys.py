"""Structure: which columns identify a household, which number its persons, and which stand beside names.

A key is found by counting, not by its name: columns that all files share and that together name each row of one of
them once. Lines are found the same way: whole numbers 1, 2, 3 within each household.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

import numpy as np

from lfs_migration.matching.nouns import Column, Table, Whole
from lfs_migration.matching.words import concepts, name_concepts
from lfs_migration.model.noun import Value

PLACES = frozenset({"household", "dwelling", "identifier"})
"""What keeps a column in a key though it is the same everywhere."""


@dataclass(frozen=True, eq=False)
class Keys:
    """The columns that identify a household, and what follows from them.

    Parameters
    ----------
    columns : tuple of str
        Empty where none were found.
    home : str
        The file that has each household once; empty where there is none.
    groups : mapping of file to array of int
        The household of each row, as the same number in all files.
    why : str
    """

    columns: tuple[str, ...] = ()
    home: str = ""
    groups: Mapping[str, Whole] = field(default_factory=dict)
    why: str = ""

    def households(self, table: str) -> int:
        """Return how many households a file has."""
        return self._households.get(table, 0)

    @cached_property
    def _households(self) -> dict[str, int]:
        return {table: int(np.unique(groups).size) for table, groups in self.groups.items()}


def household_key(tables: Sequence[Table]) -> Keys:
    """Return the key of the household that files share; of one file alone, the column that its name says."""
    full = [table for table in tables if table.rows]
    if not full:
        return _declared(tables)
    if len(full) == 1:
        return _alone(full[0])
    shared = [c.name for c in full[0].columns if all(c.name in table.by_name for table in full[1:])]
    usable = [name for name in shared if all(_part(table.by_name[name]) for table in full)]
    single = [(table, (name,)) for name in usable for table in full if _unique(table, (name,))]
    several = [(table, _ordered(table, usable)) for table in full if len(usable) > 1 and _unique(table, tuple(usable))]
    for home, columns in [*single, *several]:
        groups = _groups(full, columns)
        if _linked(groups, home.name):
            what = f"{' + '.join(columns)} names each row of {home.name} once and is in all {len(full)} files"
            return Keys(columns, home.name, groups, what)
    return _without_home(full, usable)


def _without_home(full: Sequence[Table], usable: Sequence[str]) -> Keys:
    """Return the key of files none of which has each household once."""
    best = [name for name in usable if PLACES & _says(full[0].by_name[name])]
    if not best:
        return Keys()
    columns = tuple(best)
    return Keys(columns, "", _groups(full, columns), f"{' + '.join(columns)} is in all {len(full)} files, by its name")


def _alone(table: Table) -> Keys:
    """Return the key of a single file: the column that is named as one, and repeats little or not at all."""
    found = []
    for column in table.columns:
        says = _says(column)
        households = len(column.values)
        if "household" in says and says & {"identifier", "number"} and households > 0.2 * table.rows:
            found.append((households, column.name))
    if not found:
        return Keys()
    name = max(found)[1]
    groups = _groups([table], (name,))
    home = table.name if _unique(table, (name,)) else ""
    return Keys((name,), home, groups, f"{name} is named as the household's key")


def _declared(tables: Sequence[Table]) -> Keys:
    """Return the identifying items of a dictionary, which all its records share."""
    if not tables:
        return Keys()
    first, *others = tables
    shared = [c.name for c in first.columns if all(c.name in other.by_name for other in others)]
    if not others or not shared:
        shared = [c.name for c in first.columns if "household" in _says(c) and _says(c) & {"identifier", "number"}]
    home = next((table.name for table in tables if not table.repeats), "") if others else ""
    return Keys(tuple(shared), home, {}, "the dictionary's identifying items" if shared else "")


def _says(column: Column) -> frozenset[str]:
    return name_concepts(column.name) | concepts(column.label)


def _part(column: Column) -> bool:
    """Whether a column can be part of a key: no blanks, no fractions, no names of places, no constant year."""
    if column.blank > 0.001 or not column.values or (column.numeric and not column.whole):
        return False
    if not column.numeric and column.nature == "text" and np.mean([str(v).isascii() for v in column.values]) < 0.5:
        return False
    if len(column.values) == 1:
        return bool(PLACES & _says(column))
    return "weight" not in _says(column)


def _ordered(table: Table, names: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted(names, key=lambda name: table.by_name[name].position))


def _unique(table: Table, columns: tuple[str, ...]) -> bool:
    group = _combined([table], columns)[table.name]
    return bool(np.unique(group).size == group.size) and group.size > 1


def _groups(tables: Sequence[Table], columns: tuple[str, ...]) -> dict[str, Whole]:
    return _combined(tables, columns)


def _combined(tables: Sequence[Table], columns: tuple[str, ...]) -> dict[str, Whole]:
    """Return a number for each combination of values, the same in all tables."""
    total = [np.zeros(table.by_name[columns[0]].rows.size, dtype=np.int64) for table in tables]
    for name in columns:
        codes: dict[str, int] = {}
        for at, table in enumerate(tables):
            column = table.by_name[name]
            own = np.array([codes.setdefault(_plain(v), len(codes) + 1) for v in column.values] + [0], dtype=np.int64)
            total[at] = total[at] * (1 << 20) + own[column.rows]
        flat, inverse = np.unique(np.concatenate(total), return_inverse=True)
        del flat
        total = np.split(inverse.astype(np.int64), np.cumsum([len(part) for part in total])[:-1])
    return {table.name: part for table, part in zip(tables, total, strict=True)}


def _plain(value: Value) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _linked(groups: Mapping[str, Whole], home: str) -> bool:
    """Whether nearly all rows of the other files find their household."""
    own = np.unique(groups[home])
    return all(np.isin(rows, own).mean() > 0.9 for name, rows in groups.items() if name != home)


def numbers_lines(column: Column, group: Whole) -> float:
    """Return the share of households whose rows a column numbers 1, 2, 3 and so on."""
    if not column.whole or column.blank > 0.01:
        return 0.0
    number = column.number
    order = np.lexsort((number, group))
    sorted_group, sorted_number = group[order], number[order]
    first = np.append(True, np.diff(sorted_group) != 0)
    start = np.flatnonzero(first)
    rank = np.arange(group.size) - np.repeat(start, np.diff(np.append(start, group.size))) + 1
    right = sorted_number == rank
    broken = np.unique(sorted_group[~right]).size
    return 1 - broken / max(1, start.size)


def constant_within(column: Column, group: Whole) -> float:
    """Return the share of groups in which a column has one value only."""
    pairs = np.unique(np.stack([group, column.rows]), axis=1)[0]
    _, kinds = np.unique(pairs, return_counts=True)
    return float(np.mean(kinds == 1)) if kinds.size else 0.0


def twins(table: Table) -> dict[str, str]:
    """Return for columns of codes the column of names beside it that says the same in words.

    ``gov`` with names and ``reg`` with codes divide the rows alike: the names are the labels of the codes.
    """
    texts = [
        c for c in table.columns if c.rows.size and not c.numeric and 2 < len(c.values) <= 400 and c.nature == "text"
    ]
    found = {}
    for one, other in [*pairwise(table.columns), *((b, a) for a, b in pairwise(table.columns))]:
        if other in texts and one.numeric and len(one.values) == len(other.values):
            pairs = np.unique(np.stack([one.rows, other.rows]), axis=1).shape[1]
            if pairs == len(one.values):
                found[one.name] = other.name
    return found


def twin_labels(code: Column, names: Column) -> dict[Value, str]:
    """Return the name beside each code."""
    rows = np.stack([code.rows, names.rows])[:, code.rows >= 0]
    pairs = np.unique(rows, axis=1)
    return {code.values[int(a)]: str(names.values[int(b)]) for a, b in pairs.T if b >= 0}
