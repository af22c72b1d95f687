"""What a check is given, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lfs_migration.frames import Records
from lfs_migration.frames.together import Together
from lfs_migration.model.codebook import Codebook
from lfs_migration.model.country import Edition
from lfs_migration.model.rules import Rule
from lfs_migration.validate.routing import Routing

Rows = NDArray[np.int64]
Truth = NDArray[np.int8]
"""For each row 1 where something is true, 0 where it is false, -1 where that is unknown."""


@dataclass(frozen=True)
class Context:
    """What a check may look at.

    Parameters
    ----------
    records : Records
        Harmonised.
    codebook : Codebook
    edition : Edition
    before : Records, optional
        Of the round before.
    """

    records: Records
    codebook: Codebook
    edition: Edition
    before: Records | None = None

    @cached_property
    def routes(self) -> Routing:
        """Who is asked what, worked out once for all checks."""
        return Routing(self.records, self.codebook, self.edition)

    @cached_property
    def together(self) -> Together:
        """Which rows are of one household, worked out once for all checks."""
        return Together(self.records)


@dataclass(frozen=True)
class Pattern:
    """What many rows together show that should not be.

    Parameters
    ----------
    value : str
        What was measured, as ``Whipple's index 231 of 640 ages``.
    group : mapping of variable to code
        The rows that were looked at, as those of one interviewer; empty is all.
    variable : str
        What it is about.
    """

    value: str
    group: dict[str, str] = field(default_factory=dict)
    variable: str = ""


@dataclass(frozen=True)
class Judged:
    """How a check ended.

    Parameters
    ----------
    failed : integer array of shape (failures,)
        Rows of the rule's record that fail, in their order, from 0.
    passed, unknown : int
        Rows that pass, and rows for which that is not known; groups of rows for a rule about many together.
    values : sequence of str, optional
        What to show of each row that fails, in place of the answers to the rule's variables.
    patterns : tuple of Pattern
        Groups of rows that fail, for a rule about many together; ``failed`` is then empty.
    """

    failed: Rows
    passed: int
    unknown: int = 0
    values: Sequence[str] | None = None
    patterns: tuple[Pattern, ...] = ()

    @classmethod
    def of(cls, truth: Truth, about: NDArray[np.bool_] | None = None) -> Judged:
        """Return the judgement of rows that pass where something is true and fail where it is false.

        Parameters
        ----------
        truth : array of shape (rows,)
        about : boolean array of shape (rows,), optional
            The rows that are judged; all of them without it.

        Examples
        --------
        >>> judged = Judged.of(np.array([1, 0, -1, 0], dtype=np.int8))
        >>> judged.failed.tolist(), judged.passed, judged.unknown
        ([1, 3], 1, 1)
        """
        wrong, right, open_ = truth == 0, truth == 1, truth < 0
        if about is not None:
            wrong, right, open_ = wrong & about, right & about, open_ & about
        return cls(np.flatnonzero(wrong), int(np.count_nonzero(right)), int(np.count_nonzero(open_)))


Judge = Callable[[Any, Context], Judged]
"""Judges the rows of a rule of one kind."""
Verdict = tuple[Rule, Judged]
"""A rule, and how its check ended."""
