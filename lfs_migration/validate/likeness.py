"""Judge of interviews that share more answers than chance explains.

The measure is the largest *percent match* of an interview with any other (N. Kuriakose and M. Robbins, *Don't get
duped: fraud through duplication in public opinion surveys*, Statistical Journal of the IAOS 32, 2016). They take 85 %
as the sign of a copy; K. Simmons, A. Mercer, S. Schwarzer and C. Kennedy, *Evaluating a new proposal for detecting data
falsification in surveys*, in the same volume, show that few questions, few categories and homogeneous groups reach it
honestly. So it is a reason to look at two interviews, and no proof; the number of answers is shown with their share.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lfs_migration.errors import DataError
from lfs_migration.frames import Records
from lfs_migration.frames.pairs import Groups, grouped
from lfs_migration.model.rules import Similar
from lfs_migration.validate.judged import Context, Judged, Rows
from lfs_migration.validate.shown import Answers, Told, about

Codes = NDArray[np.signedinteger]
COMPARISONS = 30_000_000_000
"""Pairs of answers that a rule may compare."""
CELLS = 1 << 20
"""Pairs of rows that are compared at a time; their counts stay in the processor's cache."""


def similar(rule: Similar, context: Context) -> Judged:
    """Judge interviews by the one of their group that they share most answers with.

    Of two interviews the answers are compared that both gave. A row fails when the largest share of equal ones, of at
    least as many as the rule says, is at or above the limit; it is unknown when there is no other row to compare it
    with.

    Raises
    ------
    DataError
        When the groups are too large.
    """
    records, record = context.records, rule.record
    judged = about(records, rule.when, record)
    groups = Groups(np.where(judged, grouped(records, rule.within, record), -1))
    _bounded(rule, groups)
    best = _Best.of(rule, records, groups)
    alike = best.equal >= rule.share * best.common - 1e-9
    truth = np.where(best.partner < 0, -1, np.where(alike, 0, 1)).astype(np.int8)
    ended, answers = Judged.of(truth, judged), Answers(records, record)

    def tell(row: int) -> str:
        return f"{best.equal[row]} of {best.common[row]} answers are those of {answers.place(int(best.partner[row]))}"

    return Judged(ended.failed, ended.passed, ended.unknown, Told(ended.failed, tell))


def _bounded(rule: Similar, groups: Groups) -> None:
    work = int((groups.sizes.astype(float) ** 2).sum() * len(rule.of))
    if work > COMPARISONS:
        raise DataError(
            f"Groups of up to {groups.sizes.max():,} rows are too large to compare each with each", where=rule.id,
            detail=f"{work:,} pairs of answers; {COMPARISONS:,} can be compared",
            hint="Name more variables under `within`, or give a `when`",
        )  # fmt: skip


@dataclass(frozen=True)
class _Best:
    """The row of its group that each shares most answers with.

    Parameters
    ----------
    partner : integer array of shape (rows,)
        The first of the most similar ones; -1 where no row can be compared.
    equal, common : integer arrays of shape (rows,)
        Answers that are equal, and that both gave.
    """

    partner: Rows
    equal: Rows
    common: Rows

    @classmethod
    def of(cls, rule: Similar, records: Records, groups: Groups) -> _Best:
        answers = [_narrow(records.factor(name, rule.record)[0]) for name in rule.of]
        size = len(groups.number)
        best = cls(np.full(size, -1), np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64))
        for left, right in _blocks(groups):
            best._compare(answers, left, right, rule.least)
        return best

    def _compare(self, answers: list[Codes], left: Rows, right: Rows, least: int) -> None:
        """Compare rows with those of their group.

        Parameters
        ----------
        answers : list of integer arrays of shape (rows,)
        left : integer array of shape (groups, some rows of each)
        right : integer array of shape (groups, all rows of each)
        """
        equal, common = _counts(answers, left, right)
        share = np.full(equal.shape, -1.0, dtype=np.float32)
        enough = (common >= least) & (left[:, :, None] != right[:, None, :])
        np.divide(equal, common, out=share, where=enough)
        at = share.argmax(axis=2)[:, :, None]
        some = np.take_along_axis(enough, at, axis=2)[:, :, 0]
        rows = left[some]
        self.partner[rows] = np.take_along_axis(right, at[:, :, 0], axis=1)[some]
        self.equal[rows] = np.take_along_axis(equal, at, axis=2)[:, :, 0][some]
        self.common[rows] = np.take_along_axis(common, at, axis=2)[:, :, 0][some]


def _narrow(codes: Rows) -> Codes:
    """Return codes in as few bytes as hold them."""
    most = int(codes.max(initial=0))
    kind = next(kind for kind in (np.int8, np.int16, np.int32, np.int64) if most <= np.iinfo(kind).max)
    return codes.astype(kind)


def _blocks(groups: Groups) -> Iterator[tuple[Rows, Rows]]:
    """Yield rows and those that they are compared with: groups of one size together, a large one in pieces."""
    for size in np.unique(groups.sizes[groups.sizes > 1]).tolist():
        members = groups.of_size(size)
        together, piece = max(1, CELLS // size**2), max(1, CELLS // size)
        for start in range(0, len(members), together):
            right = members[start : start + together]
            for first in range(0, size, piece):
                yield right[:, first : first + piece], right


def _counts(answers: list[Codes], left: Rows, right: Rows) -> tuple[NDArray[np.uint16], NDArray[np.uint16]]:
    """Return how many answers are equal, and how many both gave, for each pair."""
    shape = (left.shape[0], left.shape[1], right.shape[1])
    equal, common = np.zeros(shape, dtype=np.uint16), np.zeros(shape, dtype=np.uint16)
    held = np.empty(shape, dtype=bool)
    for codes in answers:
        one, other = codes[left][:, :, None], codes[right][:, None, :]
        here, there = one >= 0, other >= 0
        np.equal(one, np.where(there, other, -2), out=held)
        equal += held
        common += np.logical_and(here, there, out=held)
    return equal, common
