"""Judge of rows that may be of the same person.

Comparing each row with each other one is not possible in a file of a million. Rows are compared inside *blocks* that
agree in some variables (I. P. Fellegi and A. B. Sunter, *A theory for record linkage*, Journal of the American
Statistical Association 64, 1969; P. Christen, *Data matching*, 2012, chapter 4). A block usually loses the
pairs that differ, or have no answer, in its own variables. None is lost here: rows are divided by which variables they
answered, and those of two divisions are blocked on all that both answered; numbers that may lie apart are sorted inside
the block and compared with those near by (M. A. Hernández and S. J. Stolfo, *The merge/purge problem for large
databases*, SIGMOD 1995), with a window as wide as the rule's tolerance.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations_with_replacement
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lfs_migration.engine.totals import numbered
from lfs_migration.errors import DataError
from lfs_migration.frames.pairs import grouped, spread
from lfs_migration.frames.together import Placed
from lfs_migration.model.rules import Duplicate
from lfs_migration.validate.judged import Context, Judged, Rows
from lfs_migration.validate.shown import Answers, Told, about

Floats = NDArray[np.float64]
CANDIDATES = 100_000_000
"""Pairs of near numbers that a rule may compare."""
DIVISIONS = 400
"""Ways in which rows may lack answers: two divisions of each are compared."""
CLOSE = 4
"""Times the number of rows that the numbers of their keys may reach."""
ROUNDING = 1e-9
"""Relative error of two numbers and their difference, as of 1.1 and 1.0, which lie 0.1 apart."""


def duplicate(rule: Duplicate, context: Context) -> Judged:
    """Judge rows that may be of one person.

    A row fails when another one agrees with it in every variable that both answered, which must be at least as many as
    the rule says. It is unknown when it has itself fewer answers, or what must agree is not known of it.

    Raises
    ------
    DataError
        When there is more to compare than can be done in a reasonable time.
    """
    compared = _Compared.of(rule, context)
    partner = _Search(compared, rule).partners()
    judged = about(context.records, rule.when, rule.record)
    truth = np.where(partner >= 0, 0, np.where(compared.usable, 1, -1)).astype(np.int8)
    ended, answers = Judged.of(truth, judged), Answers(context.records, rule.record)
    shown = rule.variables or rule.of

    def tell(row: int) -> str:
        other = int(partner[row])
        theirs = ", ".join(answers.text(name, other) for name in shown)
        return f"{answers.texts(shown, row)}; {answers.place(other)}: {theirs}"

    return Judged(ended.failed, ended.passed, ended.unknown, Told(ended.failed, tell))


@dataclass(frozen=True)
class _Compared:
    """The rows of a rule as numbers.

    Parameters
    ----------
    block : integer array of shape (rows,)
        Of what must agree and be known; -1 where it is not.
    apart : integer array of shape (rows,)
        Rows with the same number are not compared: their household, or themselves.
    exact : mapping of variable to Placed
        Answers that must be the same.
    near : mapping of variable to float array of shape (rows,)
        Numbers that may lie apart; not-a-number where there is no answer.
    answered : integer array of shape (rows,)
        A bit for each variable of the rule, in its order.
    usable : boolean array of shape (rows,)
        Rows that can be compared at all.
    """

    block: Rows
    apart: Rows
    exact: dict[str, Placed]
    near: dict[str, Floats]
    answered: NDArray[Any]
    usable: NDArray[np.bool_]

    @classmethod
    def of(cls, rule: Duplicate, context: Context) -> _Compared:
        records, record = context.records, rule.record
        judged, home = about(records, rule.when, record), context.together.household(record).astype(np.int64)
        block = grouped(records, rule.within, record) if rule.within else home
        if rule.within and not rule.across:
            block = np.where(block < 0, -1, block * (int(home.max(initial=0)) + 1) + home)
        block = np.where(judged & (home >= 0), block, -1)
        near = {name: _finite(records.floats(name, record)) for name in rule.of if rule.tolerance.get(name)}
        exact = {name: Placed.of(records, name, record) for name in rule.of if name not in near}
        answered = np.zeros(len(home), dtype=np.min_scalar_type((1 << len(rule.of)) - 1))
        for bit, name in enumerate(rule.of):
            here = np.left_shift(np.ones(1, dtype=answered.dtype), answered.dtype.type(bit))
            answered |= exact[name].known(here) if name in exact else np.where(np.isnan(near[name]), 0 * here, here)
        enough = np.bitwise_count(answered) >= (rule.least or len(rule.of))
        apart = home if rule.across else np.arange(len(home))
        return cls(block, apart, exact, near, answered, (block >= 0) & enough)


@dataclass
class _Search:
    """Finds for each row the first other one that may be of the same person."""

    compared: _Compared
    rule: Duplicate
    _spent: int = 0
    _best: Rows = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def partners(self) -> Rows:
        """Return the first row that each agrees with, -1 where there is none."""
        compared, of = self.compared, self.rule.of
        none = len(compared.block)
        self._best = np.full(none, none)
        rows = np.flatnonzero(compared.usable)
        divisions, number = numbered(compared.answered[rows].astype(np.int64), 1 << len(of))
        if len(divisions) > DIVISIONS:
            raise DataError(
                f"Answers are missing in {len(divisions)} ways, too many to compare", where=self.rule.id,
                hint=f"Raise `least`, or name fewer variables: {DIVISIONS} can be compared",
            )  # fmt: skip
        members = [rows[number == i] for i in range(len(divisions))] if len(divisions) > 1 else [rows]
        for i, j in combinations_with_replacement(range(len(divisions)), 2):
            common = [name for bit, name in enumerate(of) if divisions[i] & divisions[j] & (1 << bit)]
            if len(common) >= (self.rule.least or len(of)):
                self._compare(members[i], members[j], common)
        return np.where(self._best == none, -1, self._best)

    def _compare(self, one: Rows, two: Rows, names: Sequence[str]) -> None:
        """Compare each row of one division with each of another, in the variables that both answered."""
        one, two, keys = self._alike(one, two, [name for name in names if name in self.compared.exact])
        near = [name for name in names if name in self.compared.near]
        if near:
            self._near(one, two, keys, near)
            return
        self._put(one, _first(self.compared.apart, (two, keys[1]), (one, keys[0])))
        if one is not two:
            self._put(two, _first(self.compared.apart, (one, keys[0]), (two, keys[1])))

    def _alike(self, one: Rows, two: Rows, names: Sequence[str]) -> tuple[Rows, Rows, tuple[Rows, Rows]]:
        """Return the rows of two divisions that have the block and codes of a row of the other, or of another row.

        Those that have not are left out as soon as that is seen: of most rows, after two or three variables.

        Returns
        -------
        one, two : integer arrays
            Rows; the same array where the divisions are the same.
        keys : (integer array, integer array)
            Numbers that are the same for rows of one block with the same codes.
        """
        alone = one is two
        rows, first = (one, len(one)) if alone else (np.concatenate([one, two]), len(one))
        key, size = self.compared.block[rows], int(self.compared.block.max(initial=-1)) + 1
        for name in (None, *names):
            if name is not None:
                placed = self.compared.exact[name]
                if size * len(placed.levels) > CLOSE * len(key):
                    key, size = _renumbered(key, size)
                key, size = key * len(placed.levels) + placed.at(rows), size * len(placed.levels)
            if size > CLOSE * len(key):
                key, size = _renumbered(key, size)
            kept = _meeting(key, size, None if alone else first)
            if not kept.all():
                first, rows, key = int(np.count_nonzero(kept[:first])), rows[kept], key[kept]
        key = _renumbered(key, size)[0]
        return (rows, rows, (key, key)) if alone else (rows[:first], rows[first:], (key[:first], key[first:]))

    def _near(self, one: Rows, two: Rows, keys: tuple[Rows, Rows], names: Sequence[str]) -> None:
        """Compare the rows of each block whose numbers are near each other."""
        windows = [_Window.of(self, one, two, keys, name) for name in names]
        window = min(windows, key=lambda each: each.candidates)
        self._spent += window.candidates
        if self._spent > CANDIDATES:
            raise DataError(
                f"{self._spent:,} pairs of rows are near each other, too many to compare", where=self.rule.id,
                detail=f"{CANDIDATES:,} can be",
                hint="Name more variables under `of` or `within`, give fewer a `tolerance`, or raise `least`",
            )  # fmt: skip
        others = [name for name in names if name != window.name]
        for left, right in window.pairs():
            agree = self.compared.apart[left] != self.compared.apart[right]
            for name in (window.name, *others):
                values = self.compared.near[name]
                agree &= _near(values[left], values[right], self.rule.tolerance[name])
            self._put(left[agree], right[agree])
            self._put(right[agree], left[agree])

    def _put(self, rows: Rows, partners: Rows) -> None:
        there = partners >= 0
        np.minimum.at(self._best, rows[there], partners[there])


def _renumbered(key: Rows, size: int) -> tuple[Rows, int]:
    """Return keys without gaps in their numbers, and how many these are."""
    distinct, position = numbered(key, size)
    return position, len(distinct)


def _meeting(key: Rows, size: int, first: int | None) -> NDArray[np.bool_]:
    """Return which keys another row has: any other, or one of the first rows for the later ones and the reverse."""
    if first is None:
        return (np.bincount(key, minlength=size) > 1)[key]
    early, late = (np.bincount(each, minlength=size) > 0 for each in (key[:first], key[first:]))
    return (early & late)[key]


def _finite(numbers: Floats) -> Floats:
    return np.where(np.isfinite(numbers), numbers, np.nan)


def _near(one: Floats, two: Floats, tolerance: float) -> NDArray[np.bool_]:
    slack = ROUNDING * (np.maximum(np.abs(one), np.abs(two)) + tolerance)
    near: NDArray[np.bool_] = np.abs(one - two) <= tolerance + slack
    return near


def _first(apart: Rows, among: tuple[Rows, Rows], seeking: tuple[Rows, Rows]) -> Rows:
    """Return the first row with the same key that may be compared, -1 where there is none.

    Of each key two rows are enough: the first, and the first that is not of the same household as that one.

    Parameters
    ----------
    apart : integer array
        Rows with the same number are not compared.
    among, seeking : (rows, keys)
        Rows in their order; keys from 0.
    """
    (rows, keys), (own, wanted) = among, seeking
    size = 1 + max(int(keys.max(initial=-1)), int(wanted.max(initial=-1)))
    first, second = np.full(size, -1), np.full(size, -1)
    first[keys[::-1]] = rows[::-1]
    different = apart[rows] != apart[first[keys]]
    second[keys[different][::-1]] = rows[different][::-1]
    found = first[wanted]
    return np.where((found >= 0) & (apart[found] == apart[own]), second[wanted], found)


@dataclass(frozen=True)
class _Window:
    """The rows whose number is near that of a row of the same block.

    Parameters
    ----------
    name : str
        The variable that they are sorted by.
    left, right : integer arrays
        Rows that are compared, and those that they are compared with in the order of blocks and numbers.
    low, high : integer arrays of the shape of ``left``
        The places in ``right``.
    """

    name: str
    left: Rows
    right: Rows
    low: Rows
    high: Rows

    @classmethod
    def of(cls, search: _Search, one: Rows, two: Rows, keys: tuple[Rows, Rows], name: str) -> _Window:
        values, far = search.compared.near[name], search.rule.tolerance[name]
        order = np.lexsort((values[two], keys[1]))
        right, right_key = two[order], keys[1][order]
        left, left_key = (right, right_key) if one is two else (one, keys[0])
        reach = far + 2 * ROUNDING * (np.abs(values[left]) + far)
        levels = np.unique(values[right])
        width = len(levels) + 1
        place = right_key * width + np.searchsorted(levels, values[right])
        low = np.searchsorted(place, left_key * width + np.searchsorted(levels, values[left] - reach))
        high = np.searchsorted(place, left_key * width + np.searchsorted(levels, values[left] + reach, side="right"))
        if one is two:
            low = np.arange(1, len(left) + 1)  # those before have been compared with this one
        return cls(name, left, right, low, np.maximum(low, high))

    @property
    def candidates(self) -> int:
        """How many pairs it has."""
        return int((self.high - self.low).sum())

    def pairs(self) -> Iterator[tuple[Rows, Rows]]:
        """Yield rows and those near them, some millions at a time."""
        for places, at in spread(self.low, self.high - self.low):
            yield self.left[places], self.right[at]
