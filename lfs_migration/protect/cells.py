"""The cells behind the figures of a publication, each once, and the equations between them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from lfs_migration.errors import DataError
from lfs_migration.model.results import Base, Cell, Ref, Table
from lfs_migration.protect.names import Name, Namer, told
from lfs_migration.protect.system import System

EXACT = 1e-9
"""How far parts may be from their whole, relative to it, to be its parts."""


class Sure(IntEnum):
    """How far others than the office can know that cells add up to another."""

    KNOWN = 0
    """From the codebook."""
    CHANCE = 1
    """That they are parts of it; not that it holds nothing else."""
    FOLDED = 2
    """From the notes of a table alone, which say what is in a rest."""


@dataclass
class Cells:
    """The cells of a publication.

    Parameters
    ----------
    names : list of Name
    bases : list of Base
    wholes : mapping of (int, frozenset of int) to Sure
        Number of a whole, and of its parts; and how far others can know it.
    rests : set of int
        Cells that nobody sees: what a subset leaves of a set.
    implied : set of int
        Cells that nobody prints, and that may be sensitive: what a coarser category holds beside those shown of it.
    number : mapping of Name to int
    namers : mapping of survey to Namer
    plain : mapping of (survey, Ref) to Base
        The cells in the words of their tables.
    """

    names: list[Name] = field(default_factory=list)
    bases: list[Base] = field(default_factory=list)
    wholes: dict[tuple[int, frozenset[int]], Sure] = field(default_factory=dict)
    rests: set[int] = field(default_factory=set)
    implied: set[int] = field(default_factory=set)
    number: dict[Name, int] = field(default_factory=dict)
    namers: dict[str, Namer] = field(default_factory=dict)
    plain: dict[tuple[str, Ref], Base] = field(default_factory=dict)

    def name(self, survey: str, ref: Ref) -> Name:
        """Return the name of a cell."""
        return self.namers[survey].name(ref)

    def add(self, ref: Ref, base: Base, table: Table) -> int:
        """Return the number of a cell of a table, which is added when it is new.

        Cells that the codebook tells to be the same rows are one, when their numbers are the same too.

        Raises
        ------
        DataError
            When another table gives it other numbers, in the same words.
        """
        namer = self.namers[table.survey]
        plain, known = namer.plain(ref), self.plain.setdefault((table.survey, ref), base)
        if not same(known, base):
            raise DataError(
                "Two tables give the same cell different numbers", where=f"{table.survey} {table.indicator.code}",
                detail=f"{told(plain)}: {base.n} and {known.n} rows",
                hint="Make the tables from one data set, and with one seed if records have keys",
            )  # fmt: skip
        name = namer.name(ref)
        if name in self.number and not same(self.bases[self.number[name]], base):
            own = plain.conditions | {f"as in {table.indicator.code}"} if plain in self.number else plain.conditions
            name = namer.named[ref] = plain._replace(conditions=own)
        return self.put(name, base)

    def put(self, name: Name, base: Base) -> int:
        """Return the number of a cell, which is added when it is new."""
        if name not in self.number:
            self.number[name] = len(self.names)
            self.names.append(name)
            self.bases.append(base)
        return self.number[name]

    def rest(self, name: Name, base: Base) -> int:
        """Return the number of a cell that nobody sees."""
        cell, new = len(self.names), self.put(name, base)
        if new == cell:
            self.rests.add(cell)
        return new

    def tie(self, whole: int, parts: Iterable[int], sure: Sure = Sure.KNOWN) -> None:
        """Note that cells are the parts of another, if they add up to it.

        Where a coarser dimension, or a fold, holds more than these parts, they do not.

        Parameters
        ----------
        whole : int
        parts : iterable of int
        sure : Sure
        """
        cells = frozenset(parts)
        value, n = sum(self.bases[cell].value for cell in cells), sum(self.bases[cell].n for cell in cells)
        own = self.bases[whole]
        if not cells or cells == {whole} or own.n != n or not near(own.value, value):
            return
        self.wholes[whole, cells] = min(sure, self.wholes.get((whole, cells), sure))

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

    @cached_property
    def apart(self) -> System:
        """The sample as those see it who know the codebook alone.

        Wherever a whole holds nothing else by chance, it has a rest, after the other cells.
        """
        wholes, counts = list[tuple[int, list[int]]](), self.counts
        names = list(counts.names)
        for (whole, parts), sure in self.wholes.items():
            if sure is Sure.CHANCE:
                names.append(f"the rest of {counts.name(whole)}")
            if sure is not Sure.FOLDED:
                wholes.append((whole, sorted(parts) + [len(names) - 1] * (sure is Sure.CHANCE)))
        none = np.zeros(len(names) - len(counts))
        return System.of(np.r_[counts.values, none], wholes, names).other(
            np.r_[counts.values, none], np.r_[np.asarray(counts.least), none]
        )

    def behind(self, survey: str, cell: Cell) -> tuple[int, ...]:
        """Return the numbers of the cells that a figure is made of."""
        names = (self.name(survey, ref) for ref in cell.bases)
        return tuple(self.number[name] for name in names if name in self.number)


def same(one: Base, other: Base) -> bool:
    """Return whether two sums are of the same rows, as far as they tell."""
    return (one.n, one.key) == (other.n, other.key) and near(one.value, other.value)


def near(one: float, other: float) -> bool:
    """Return whether two sums are the same but for rounding."""
    return abs(one - other) <= EXACT * max(abs(one), abs(other))
