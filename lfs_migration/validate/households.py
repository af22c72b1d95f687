"""Judges of rules that set the rows of a household against each other, and the rows of a group against their group.

Rules that relate the members of a household are the implicit and explicit edits of I. P. Fellegi and D. Holt,
*A systematic approach to automatic edit and imputation*, Journal of the American Statistical Association 71 (1976),
between records; the United Nations' *Handbook on population and housing census editing* (revision 1, 2010) gives those
that a census or survey of households needs: line numbers, spouses, the ages of parents and children.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from operator import and_

import numpy as np
from numpy.typing import NDArray

from lfs_migration.errors import DataError
from lfs_migration.frames import Records
from lfs_migration.frames.pairs import Groups, Numbers, Pairs, grouped, taken
from lfs_migration.frames.together import NOBODY, SEVERAL
from lfs_migration.model.rules import Constant, Pair, Pointer, Sequence
from lfs_migration.validate.judged import Context, Judged, Rows, Truth
from lfs_migration.validate.shown import SHOWN, Answers, Beside, Told, about, shown, sides

Flags = NDArray[np.bool_]
MOST = 250_000
"""Pairs of one household that are looked at: more, and the household's number is wrong; its rows are then unknown."""


def pair(rule: Pair, context: Context) -> Judged:
    """Judge rows against others of their household.

    A row fails when the check is false with any other row, and is unknown when it is false with none but unknown with
    some. Where it is not known whether the other row is one of those that are meant, it can pass but not fail: it is
    then unknown. So are the rows of a household with so many that its number must be wrong (see :data:`MOST`). Rows
    that no other is set against are not judged.
    """
    records, record = context.records, rule.record
    rows = _about(records, record, rule.when, rule.first)
    meant, groups = records.truth(rule.other, record), context.together.meant(rule.other, record)
    own, among = taken(context.together.household(record), rows), taken(meant, rows) != 0
    number = groups.count(own)
    lost = _lost(own, number, context.together.largest(record))
    failed, unknown = np.zeros(len(rows), dtype=bool), lost.copy()
    wrong: list[NDArray[np.int64]] = []
    for places, one, others in groups.beside(rows, np.where(lost, -1, own) if lost.any() else own, bool(among.any())):
        truth = Pairs(records, record, one, "other", records, record, others).truth(rule.check)
        false, open_ = np.flatnonzero(truth == 0), np.flatnonzero(truth < 0)
        sure = meant[others[false]] > 0
        failed[places[false[sure]]], unknown[places[false[~sure]]], unknown[places[open_]] = True, True, True
        wrong.append(np.stack([one[false[sure]], others[false[sure]]]))
    judged = lost | (number > among)
    names = sides(rule.check, rule.variables, "other", records, record)
    answers = Answers(records, record)
    return _told(_ended(rows, failed, unknown, judged), _partners(wrong, Beside(answers, answers, names)))


def _about(records: Records, record: str, *conditions: str) -> Rows:
    """Return the rows for which all of some conditions are true."""
    return np.flatnonzero(reduce(and_, (about(records, each, record) for each in conditions)))


def _lost(home: Numbers, number: Rows, largest: int) -> Flags:
    """Return which rows cannot be set against others: their household is not known, or has too many of both.

    Parameters
    ----------
    home : integer array of shape (rows,)
        Their households.
    number : integer array of shape (rows,)
        How many they are set against.
    largest : int
        Rows of the largest household.
    """
    lost = home < 0
    if largest**2 > MOST:
        firsts = np.bincount(home + 1)[home + 1]
        lost |= firsts * number > MOST
    return lost


def _ended(rows: Rows, failed: Flags, unknown: Flags, judged: Flags | None = None) -> Judged:
    """Return how some rows ended: one that fails in anything fails, whatever else is not known of it."""
    passed = ~(failed | unknown) if judged is None else judged & ~(failed | unknown)
    return Judged(rows[failed], int(np.count_nonzero(passed)), int(np.count_nonzero(unknown & ~failed)))


def _partners(wrong: list[NDArray[np.int64]], beside: Beside) -> Callable[[int], str]:
    """Return what tells the rows that a row does not go with; the pairs are in the order of their first rows."""
    one, other = np.concatenate(wrong, axis=1) if wrong else np.zeros((2, 0), dtype=np.int64)

    def tell(row: int) -> str:
        start, end = np.searchsorted(one, [row, row + 1])
        return beside.tell(row, other[start:end].tolist())

    return tell


def _told(judged: Judged, tell: Callable[[int], str]) -> Judged:
    return Judged(judged.failed, judged.passed, judged.unknown, Told(judged.failed, tell))


NOBODY_HAS, ITSELF, ALONE, CHECK = 1, 2, 4, 8
"""Why a line number that points to another row is wrong; more than one may hold."""


def pointer(rule: Pointer, context: Context) -> Judged:
    """Judge line numbers that must be those of other rows of the household.

    A line number fails when no row of the household has it, when it is the row's own, when the other row does not point
    back (an empty one does not, where ``mutual`` is asked for), and when the check is false with the other row. It is
    unknown where it is a code of an absent answer, where the household is not known or not in the data, where several
    rows have the line number, and where one that nobody has may be that of a row without a line number. Rows without
    the line number are not judged.
    """
    records = context.records
    filled = records.truth(f"blank({rule.variable})", rule.record) == 0
    rows = np.flatnonzero(about(records, rule.when, rule.record) & filled)
    pointed = _Pointed(rule, context, rows)
    why, unknown = pointed.judged()
    return _told(_ended(rows, why > 0, unknown), lambda row: pointed.told(row, int(why[np.searchsorted(rows, row)])))


class _Pointed:
    """Where the line numbers of some rows point to.

    Parameters
    ----------
    rule : Pointer
    context : Context
    rows : integer array
        In their order.
    """

    def __init__(self, rule: Pointer, context: Context, rows: Rows) -> None:
        self.rule, self.records, self.rows = rule, context.records, rows
        self.home = rule.to or rule.record
        if self.home not in self.records.frames:
            raise DataError(f"There is no {self.home} record", where=rule.id, hint="It is what the line numbers are of")
        if len(context.codebook.records[self.home].key) < 2:
            raise DataError(
                f"The rows of {self.home} have no line number", where=rule.id, hint="Point to another record"
            )
        self.lines = context.together.lines(rule.record, self.home)
        self.number = self.lines.placed(self.records, rule.variable, rule.record)
        self.house, number = self.lines.own[rows], self.number.at(rows)
        there = np.flatnonzero((self.house >= 0) & (number >= 0))
        self.at = np.full(len(rows), SEVERAL, dtype=np.int64)
        self.at[there] = self.lines.row(taken(self.house, there), taken(number, there))
        self.own, self.other = Answers(self.records, rule.record), Answers(self.records, self.home)

    def judged(self) -> tuple[NDArray[np.int8], Flags]:
        """Return for each row the sum of what is wrong, and whether something is not known."""
        rule, records, rows = self.rule, self.records, self.rows
        why = np.zeros(len(rows), dtype=np.int8)
        unknown = self.at == SEVERAL
        if records.parent(rule.record) is not None:
            unknown |= records.link(rule.record)[rows] < 0
        nobody = np.flatnonzero(~unknown & (self.at == NOBODY))
        open_ = self._may_be_another(nobody)
        why[nobody[~open_]] = NOBODY_HAS
        unknown[nobody[open_]] = True
        found = ~unknown & (self.at >= 0)
        itself = found & (self.at == rows) if self.home == rule.record else np.zeros_like(found)
        why[itself] = ITSELF
        left = np.flatnonzero(found & ~itself)
        checks = [(self._back(left), ALONE)] if rule.mutual else []
        pairs = Pairs(records, rule.record, taken(rows, left), "other", records, self.home, taken(self.at, left))
        for truth, reason in [*checks, *([(pairs.truth(rule.check), CHECK)] if rule.check else [])]:
            why[left[truth == 0]] += reason
            unknown[left[truth < 0]] = True
        return why, unknown

    def _may_be_another(self, places: Rows) -> Flags:
        """Return for some of the rows whether the household has another one whose line number is not known."""
        lines, rows, house = self.lines, self.rows[places], self.house[places]
        if not len(lines.nameless):
            return np.zeros(len(places), dtype=bool)
        own = np.isin(rows, lines.nameless) if self.home == self.rule.record else np.zeros(len(places), dtype=bool)
        size = 1 + max(int(house.max(initial=0)), int(lines.theirs.max(initial=0)))
        nameless: Flags = np.bincount(lines.theirs[lines.nameless], minlength=size)[house] > own
        return nameless

    def _back(self, places: Rows) -> Truth:
        """Return whether the row that each of some of the rows points to points back."""
        other, own = self.at[places], self.lines.line.at(taken(self.rows, places))
        blank = self.records.truth(f"blank({self.rule.variable})", self.rule.record)[other] == 1
        back = self.number.at(other)
        truth = np.where((back < 0) | (own < 0), -1, back == own)
        return np.where(blank, 0, truth).astype(np.int8)

    def told(self, row: int, why: int) -> str:
        """Return the line number of a row, and what is wrong with it."""
        own, other = self.own, self.other
        name, at = self.rule.variable, int(self.at[np.searchsorted(self.rows, row)])
        head, said = f"{name} {own.text(name, row)}: ", []
        if why & NOBODY_HAS:
            said.append(f"no {self.home} of the household has this line")
        if why & ITSELF:
            said.append("the row itself")
        if why & ALONE:
            said.append(f"{other.line(at)} has {name} {other.text(name, at)}")
        if why & CHECK:
            variables = tuple(variable for variable in self.rule.variables if variable != name)
            names = sides(self.rule.check, variables, "other", self.records, self.home)
            said.append(Beside(own, other, names).tell(row, [at]))
        return head + "; ".join(said)


def sequence(rule: Sequence, context: Context) -> Judged:
    """Judge the line numbers of each household, which run from 1.

    A row fails when its number is not a whole number above zero, when another row has it too, and when no row has the
    number before it; that is unknown where a row of the household has no number, for it may be the one.
    """
    records, record = context.records, rule.record
    rows = _about(records, record, rule.when)
    home = taken(context.together.household(record), rows)
    number = taken(records.floats(rule.variable, record), rows)
    absent = np.isnan(number)
    whole = (number >= 1) & (number == np.floor(number))
    twice, gap = _astray(home, number, (home >= 0) & whole)
    some = _among(home, absent & (home >= 0))
    wrong = (~absent & ~whole) | twice | (gap & ~some)
    unknown = absent | (home < 0) | (gap & some)
    answers = Answers(records, record)

    def tell(row: int) -> str:
        at = np.searchsorted(rows, row)
        said = "" if whole[at] else "not a line number"
        said = said or ("another row has it too" if twice[at] else f"no {number[at] - 1:g} before it")
        return f"{rule.variable} {answers.text(rule.variable, row)}: {said}"

    return _told(_ended(rows, wrong, unknown), tell)


def _astray(home: Numbers, number: NDArray[np.float64], numbered: Flags) -> tuple[Flags, Flags]:
    """Return which numbers are twice in their household, and which follow none, of the rows that have one."""
    twice, gap = np.zeros(len(home), dtype=bool), np.zeros(len(home), dtype=bool)
    order = np.flatnonzero(numbered)
    own, line = taken(home, order), taken(number, order)
    if not ((own[1:] > own[:-1]) | ((own[1:] == own[:-1]) & (line[1:] >= line[:-1]))).all():
        order = order[np.lexsort((line, own))]
        own, line = home[order], number[order]
    twice[order], gap[order] = _steps(own, line)
    return twice, gap


def _among(home: Numbers, rows: Flags) -> Flags:
    """Return which rows are of the household of one of some rows, whose households are known."""
    if not rows.any():
        return np.zeros(len(home), dtype=bool)
    there = np.zeros(int(home.max()) + 2, dtype=bool)  # the last place is that of the number -1
    there[home[rows]] = True
    return there[home]


def _steps(home: Numbers, number: NDArray[np.float64]) -> tuple[Flags, Flags]:
    """Return which numbers, in the order of their households, are there twice, and which follow none.

    A number follows when the one before it is less by one; the first of a household when it is 1.
    """
    if not len(home):
        return np.zeros(0, dtype=bool), np.zeros(0, dtype=bool)
    new = np.concatenate([[True], home[1:] != home[:-1]])
    before = np.where(new, 0.0, np.concatenate([[0.0], number[:-1]]))
    gap = number - before != 1
    if not gap.any():  # nor is any twice: it would follow itself
        return np.zeros(len(home), dtype=bool), gap
    same = np.concatenate([[False], ~new[1:] & (number[1:] == number[:-1])])
    twice = same | np.concatenate([same[1:], [False]])
    first = np.maximum.accumulate(np.where(same, 0, np.arange(len(home))))  # of those with the same number
    return twice, gap[first]


def constant(rule: Constant, context: Context) -> Judged:
    """Judge answers that must be the same in all rows of a group.

    A row fails when its answer is not the most frequent one of its group; where several are, each row that answered
    does. It is unknown where it fails in nothing and an answer, or what makes the group, is not known.
    """
    records, record = context.records, rule.record
    judged = about(records, rule.when, record)
    number = grouped(records, rule.within, record) if rule.within else context.together.household(record)
    number = np.where(judged, number, -1).astype(np.int64)
    unknown, failed = number < 0, np.zeros(len(number), dtype=bool)
    differs: dict[str, Flags] = {}
    for name in rule.of:
        codes = records.factor(name, record)[0]
        unknown |= codes < 0
        differs[name] = _unlike(number, codes)
        failed |= differs[name]
    truth = np.where(failed, 0, np.where(unknown, -1, 1)).astype(np.int8)
    groups, answers = Groups(number), Answers(records, record)

    def tell(row: int) -> str:
        names = [name for name in rule.of if differs[name][row]]
        members = groups.rows(int(number[row]))
        return "; ".join(
            f"{name} {answers.text(name, row)}; {_spread(records, record, name, members)}" for name in names
        )

    return _told(Judged.of(truth, judged), tell)


def _unlike(number: Rows, codes: Rows) -> Flags:
    """Return which known codes are not the single most frequent one of their group."""
    out = np.zeros(len(number), dtype=bool)
    rows = np.flatnonzero((number >= 0) & (codes >= 0))
    if not len(rows):
        return out
    levels = int(codes.max()) + 1
    cells, cell, counts = np.unique(number[rows] * levels + codes[rows], return_inverse=True, return_counts=True)
    group = cells // levels
    most = np.zeros(int(group.max()) + 1, dtype=np.int64)
    np.maximum.at(most, group, counts)
    top = counts == most[group]
    ties = np.bincount(group[top], minlength=len(most)) > 1
    out[rows] = (~top | ties[group])[cell]
    return out


def _spread(records: Records, record: str, name: str, rows: Rows) -> str:
    """Return the answers of a group with their numbers of rows, the most frequent first."""
    codes, levels = records.factor(name, record)
    counts = np.bincount(codes[rows][codes[rows] >= 0], minlength=len(levels))
    best = [code for code in np.argsort(-counts, kind="stable")[:SHOWN].tolist() if counts[code]]
    return "rows of its group: " + ", ".join(f"{counts[code]} with {shown(levels[code])}" for code in best)
