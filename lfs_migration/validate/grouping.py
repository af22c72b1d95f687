"""The groups of rows that rules about many rows together judge: interviewers, regions, or all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from lfs_migration.engine.totals import numbered
from lfs_migration.frames import Records
from lfs_migration.model.rules import Rule
from lfs_migration.validate.chance import holm
from lfs_migration.validate.judged import Judged, Pattern

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
NONE: Ints = np.empty(0, dtype=np.int64)
"""No row fails by itself where groups are judged."""


@dataclass(frozen=True)
class Groups:
    """Rows by group.

    Parameters
    ----------
    number : integer array of shape (rows,)
        The group of each row, in the order of the codes; -1 for a row that the rule is not about, and for one whose
        group is not known.
    labels : list of mapping of variable to code
        What makes each group.
    """

    number: Ints
    labels: list[dict[str, str]]

    def __len__(self) -> int:
        return len(self.labels)

    def count(self, rows: Mask) -> Ints:
        """Return how many of some rows each group has."""
        if not self._whole:
            rows = rows & (self.number >= 0)
        if len(self) == 1:
            return np.array([np.count_nonzero(rows)], dtype=np.int64)
        return np.bincount(self.number if rows.all() else self.number[rows], minlength=len(self))

    @cached_property
    def _whole(self) -> bool:
        """Whether each row is in some group."""
        return not (self.number < 0).any()


def grouped(rule: Rule, names: Sequence[str], records: Records) -> Groups:
    """Return the rows that a rule is about by the codes of some variables; without any they are one group.

    A row with a blank, or the code of an absent answer, in one of the variables is in no group: whose it is, is not
    known.
    """
    number = (records.truth(rule.when, rule.record) == 1).astype(np.int64) - 1
    labels: list[dict[str, str]] = [{}] if (number == 0).any() else []
    for name in names:
        codes, levels = records.factor(name, rule.record)
        inside = (number >= 0) & (codes >= 0)
        wide = max(len(levels), 1)
        kept, position = numbered(number[inside] * wide + codes[inside], len(labels) * wide)
        number = np.full(len(number), -1, dtype=np.int64)
        number[inside] = position
        labels = [{**labels[key // wide], name: said(levels[key % wide])} for key in kept.tolist()]
    return Groups(number, labels)


@dataclass(frozen=True)
class Shown:
    """What each group shows.

    Parameters
    ----------
    groups : Groups
    words : sequence of str
        What was measured.
    large, outside : boolean arrays of shape (groups,)
        Whether there are rows enough, and whether what they show should not be.
    chance : float array of shape (groups,), optional
        Probability of showing as much by chance.
    """

    groups: Groups
    words: Sequence[str]
    large: Mask
    outside: Mask
    chance: Floats | None = None

    def judged(self, level: float = 0.0, variable: str = "") -> Judged:
        """Return the judgement: small groups are unknown.

        So is, where the probability of accusing any group by chance shall be at most a level, a group that shows what
        should not be, but may do so by chance.
        """
        failed, unknown = self.large & self.outside, ~self.large
        if level and self.chance is not None:
            proved = np.zeros(len(self.large), dtype=np.bool_)
            proved[self.large] = holm(self.chance[self.large]) <= level
            failed, unknown = failed & proved, unknown | (failed & ~proved)
        found = (Pattern(self.words[one], self.groups.labels[one], variable) for one in np.flatnonzero(failed).tolist())
        return Judged(NONE, int((~failed & ~unknown).sum()), int(unknown.sum()), patterns=tuple(found))


def said(number: object) -> str:
    """Return a number or a code as one writes it.

    Examples
    --------
    >>> said(5000000.0), said(12.5), said("004")
    ('5000000', '12.5', '004')
    """
    return f"{number:.15g}" if isinstance(number, float) else str(number)


def percent(share: float) -> str:
    """Return a share as a percentage with at most one decimal.

    Examples
    --------
    >>> percent(0.31), percent(0.0449)
    ('31 %', '4.5 %')
    """
    return f"{100 * share:.1f}".removesuffix(".0") + " %"
