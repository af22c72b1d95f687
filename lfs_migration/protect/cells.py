"""The cells behind the figures of a publication, each once, and the equations between them."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lfs_migration.errors import DataError
from lfs_migration.expr import parse
from lfs_migration.model.results import KNOWN, UNKNOWN, WHERE, Base, Cell, Key, Ref, Table
from lfs_migration.protect.system import System

EXACT = 1e-9
"""How far parts may be from their whole, relative to it, to be its parts."""


class Name(NamedTuple):
    """What is counted or summed, over which rows.

    Parameters
    ----------
    survey, record : str
    conditions : frozenset of str
        All that is true of the rows; two cells with the same are the same, in whatever order they were written.
    value : str
        What is summed; rows are counted where it is empty.
    weights : str
    key : Key
        The code of each dimension.
    """

    survey: str
    record: str
    conditions: frozenset[str]
    value: str
    weights: str
    key: Key

    def within(self, key: Key) -> Name:
        """Return the same with other codes."""
        return self._replace(key=key)


@dataclass
class Cells:
    """The cells of a publication.

    Parameters
    ----------
    names : list of Name
    bases : list of Base
    wholes : list of (int, tuple of int)
        Number of a whole, and of its parts.
    rests : set of int
        Cells that nobody sees: what a subset leaves of a set.
    implied : set of int
        Cells that nobody prints, and that may be sensitive: what a coarser category holds beside those shown of it.
    """

    names: list[Name] = field(default_factory=list)
    bases: list[Base] = field(default_factory=list)
    wholes: dict[tuple[int, frozenset[int]], None] = field(default_factory=dict)
    rests: set[int] = field(default_factory=set)
    implied: set[int] = field(default_factory=set)
    number: dict[Name, int] = field(default_factory=dict)
    dimensions: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, tables: Iterable[Table]) -> Cells:
        """Return the cells behind the figures of some tables.

        Raises
        ------
        DataError
            When two tables give the same cell different numbers.
        """
        tables, out, nested = tuple(tables), cls(), []
        out.dimensions = {name: d for table in tables for name, d in table.variables.items()}
        for table in tables:
            own = [out._add(out.name(table.survey, ref), base, table) for ref, base in table.bases.items()]
            out._add_up(own)
            nested.append((own, table.nesting))
        for own, nesting in nested:
            out._nest(own, nesting)
        out._set_apart()
        return out

    def name(self, survey: str, ref: Ref) -> Name:
        """Return the name of a cell; a condition that a variable has a code is that code of its dimension."""
        name = name_of(survey, ref)
        coded = {text: item for text in name.conditions if (item := _coded(text, self.dimensions))}
        taken = {dimension for dimension, _ in name.key}
        own = {text: item for text, item in coded.items() if item[0] not in taken}
        if len({dimension for dimension, _ in own.values()}) < len(own):
            return name
        return name._replace(conditions=name.conditions - set(own), key=name.key | set(own.values()))

    def _add(self, name: Name, base: Base, table: Table) -> int:
        if name not in self.number:
            self.number[name] = len(self.names)
            self.names.append(name)
            self.bases.append(base)
            return len(self.names) - 1
        known = self.bases[self.number[name]]
        if (known.n, known.key) != (base.n, base.key) or not _same(known.value, base.value):
            raise DataError(
                "Two tables give the same cell different numbers", where=f"{table.survey} {table.indicator.code}",
                detail=f"{told(name)}: {base.n} and {known.n} rows",
                hint="Make the tables from one data set, and with one seed if records have keys",
            )  # fmt: skip
        return self.number[name]

    def _add_up(self, own: Sequence[int]) -> None:
        """Tie the categories of each dimension of a table to their sum."""
        groups: dict[tuple[Name, str], dict[str, int]] = {}
        for cell in own:
            name = self.names[cell]
            for dimension, code in name.key:
                groups.setdefault((name.within(name.key - {(dimension, code)}), dimension), {})[code] = cell
        for (whole, _), codes in groups.items():
            categories = [cell for code, cell in codes.items() if code not in (KNOWN, UNKNOWN)]
            if KNOWN in codes:
                self._tie(codes[KNOWN], categories)
                categories = [codes[KNOWN]]
            if whole in self.number:
                self._tie(self.number[whole], categories + [codes[code] for code in (UNKNOWN,) if code in codes])

    def _nest(self, own: Sequence[int], nesting: Mapping[tuple[str, str], Mapping[str, str]]) -> None:
        """Tie the categories of a dimension to those of a coarser one.

        What a coarser category holds beside those shown of it is a cell as well, which nobody prints and anybody can
        work out: the countries of a sub-region that were folded into the rest of the world.
        """
        for (fine, coarse), inside in nesting.items():
            groups: dict[Name, list[int]] = {}
            for cell in own:
                name = self.names[cell]
                code = dict(name.key).get(fine, "")
                if code in inside:
                    key = name.key - {(fine, code)} | {(coarse, inside[code])}
                    groups.setdefault(name.within(key), []).append(cell)
            for whole, parts in groups.items():
                if whole in self.number:
                    rest = self._implied(self.number[whole], parts, fine)
                    self._tie(self.number[whole], [*parts, *rest])

    def _implied(self, whole: int, parts: Sequence[int], fine: str) -> list[int]:
        """Return the cell that a whole less its parts is; none where they are all of it."""
        base = self.bases[whole]
        n, value = (base.n - sum(self.bases[cell].n for cell in parts),
                    base.value - sum(self.bases[cell].value for cell in parts))  # fmt: skip
        if n <= 0:
            return []
        codes = "+".join(sorted(dict(self.names[cell].key)[fine] for cell in parts))
        name = self.names[whole].within(self.names[whole].key | {(fine, f"not {codes}")})
        if name not in self.number:
            self.number[name] = len(self.names)
            self.names.append(name)
            self.bases.append(Base(max(value, 0.0), n, n))
            self.implied.add(self.number[name])
        return [self.number[name]]

    def _set_apart(self) -> None:
        """Tie a set of rows to each of its subsets that is counted too, and to the rest, which nobody sees."""
        kinds: dict[tuple[str, str, str, str], dict[frozenset[str], list[int]]] = {}
        for cell, name in enumerate(self.names):
            kind = (name.survey, name.record, name.value, name.weights)
            kinds.setdefault(kind, {}).setdefault(name.conditions, []).append(cell)
        for sets in kinds.values():
            for inner, cells in sets.items():
                for outer in _next(inner, sets):
                    for cell in cells:
                        self._set_one_apart(cell, outer, inner - outer)

    def _set_one_apart(self, cell: int, outer: frozenset[str], more: frozenset[str]) -> None:
        name, own = self.names[cell], self.bases[cell]
        whole = self.number.get(name._replace(conditions=outer))
        if whole is None:
            return
        base = self.bases[whole]
        if base.n == own.n:  # they are the same rows
            self._tie(whole, [cell])
            return
        rest = name._replace(conditions=outer | {f"not ({' and '.join(sorted(more))})"})
        if rest not in self.number:
            self.number[rest] = len(self.names)
            self.names.append(rest)
            self.bases.append(Base(max(base.value - own.value, 0.0), base.n - own.n, 0))
            self.rests.add(self.number[rest])
        self._tie(whole, [cell, self.number[rest]])

    def _tie(self, whole: int, parts: Iterable[int]) -> None:
        cells = frozenset(parts)
        sums = sum(self.bases[cell].value for cell in cells), sum(self.bases[cell].n for cell in cells)
        own = self.bases[whole]
        # Where a coarser dimension, or a fold, holds more than these parts, they do not add up to it.
        if cells and cells != {whole} and own.n == sums[1] and _same(own.value, sums[0]):
            self.wholes[whole, cells] = None

    @cached_property
    def signed(self) -> frozenset[int]:
        """The cells of amounts that may be negative: gaps, differences."""
        kinds = {name.value for name, base in zip(self.names, self.bases, strict=True) if base.value < 0}
        return frozenset(cell for cell, name in enumerate(self.names) if name.value in kinds)

    @cached_property
    def amounts(self) -> NDArray[np.float64]:
        """What an attacker looks for in each cell, of shape (cells,): its number or total in the population.

        Of an amount that may be negative nothing bounds what is hidden, and its rows stand for it.
        """
        pairs = enumerate(self.bases)
        return np.array([float(base.n) if cell in self.signed else base.value for cell, base in pairs])

    @cached_property
    def system(self) -> System:
        """The cells as numbers in the population."""
        values = self.amounts
        return System.of(values, [(w, sorted(parts)) for w, parts in self.wholes], [told(name) for name in self.names])

    @cached_property
    def counts(self) -> System:
        """The cells as numbers of rows in the sample; a row that is printed tells that there is one at least."""
        printed = [cell not in self.rests and cell not in self.implied for cell in range(len(self.names))]
        return self.system.other(np.array([float(base.n) for base in self.bases]), np.array(printed, dtype=float))

    def behind(self, survey: str, cell: Cell) -> tuple[int, ...]:
        """Return the numbers of the cells that a figure is made of."""
        names = (self.name(survey, ref) for ref in cell.bases)
        return tuple(self.number[name] for name in names if name in self.number)


def _same(one: float, other: float) -> bool:
    return abs(one - other) <= EXACT * max(abs(one), abs(other))


def _next(inner: frozenset[str], sets: Iterable[frozenset[str]]) -> list[frozenset[str]]:
    """Return the sets of fewer conditions that no other one stands between: the smallest that hold the rows."""
    larger = [outer for outer in sets if outer < inner]
    return [outer for outer in larger if not any(outer < other for other in larger)]


def name_of(survey: str, ref: Ref) -> Name:
    """Return the name of a cell in a publication of several surveys: its conditions are put together, in no order."""
    measure, key = ref
    own = frozenset(item for item in key if item[0] == WHERE)
    texts = [measure.where, *(text for _, text in own)]
    conditions = frozenset(chain(*map(parts_of, texts), (f"known({measure.known})",) if measure.known else ()))
    return Name(survey, measure.record, conditions, measure.value, measure.weights, key - own)


@lru_cache(maxsize=4096)
def parts_of(where: str) -> tuple[str, ...]:
    """Return the conditions that *and* joins.

    Examples
    --------
    >>> parts_of("a == 1 and (b > 2 or c)")
    ('a == 1', 'b > 2 or c')
    """
    if not where:
        return ()
    tree = parse(where).tree
    joined = tree.values if isinstance(tree, ast.BoolOp) and isinstance(tree.op, ast.And) else [tree]
    return tuple(ast.unparse(part) for part in joined)


@lru_cache(maxsize=4096)
def _equal(text: str) -> tuple[str, str] | None:
    """Return the variable and the code of a condition that sets the one equal to the other."""
    match parse(text).tree:
        case ast.Compare(left=ast.Name(id=name), ops=[ast.Eq()], comparators=[ast.Constant(value=code)]):
            return name, str(code)
    return None


def _coded(text: str, dimensions: Mapping[str, str]) -> tuple[str, str] | None:
    """Return the dimension and the code that a condition stands for."""
    if text.startswith(("known(", "not (")):
        return None
    found = _equal(text)
    return (dimensions[found[0]], found[1]) if found and found[0] in dimensions else None


def told(name: Name) -> str:
    """Return a name in words, for messages."""
    what = f"{name.value or 'rows'} of {name.record}"
    where = " and ".join(sorted(name.conditions))
    codes = ", ".join(f"{dimension} {code}" for dimension, code in sorted(name.key))
    return " ".join(filter(None, [what, f"where {where}" if where else "", f"by {codes}" if codes else ""]))
