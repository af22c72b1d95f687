"""The nouns of a benchmark: who takes part in what, under which rules, what became of it, and what was hoped for."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import isnan, nan
from typing import TYPE_CHECKING, Literal

from tables import Row

if TYPE_CHECKING:
    from setting import Setting

OURS = "lfs-migration"
"""The contestant that the others are compared with: the first of each contest."""


@dataclass(frozen=True)
class Contestant:
    """Who takes part.

    Parameters
    ----------
    name : str
    command : sequence of str
        Starts a worker, which loads a file once and does its work for each line it is sent; or is all that is timed.
    version : str
    missing : str
        Why it cannot take part; it then has a line that says so.
    note : str
        What a reader has to know about its numbers.
    environment : mapping of str to str
        Variables of its process beside the usual.
    """

    name: str
    command: Sequence[str] = ()
    version: str = ""
    missing: str = ""
    note: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Contest:
    """The same work for all who take part.

    Parameters
    ----------
    name, title : str
    contestants : sequence of Contestant
        The first of them is ours.
    workers : bool
        Whether they are workers; else whole commands, timed from start to end.
    """

    name: str
    title: str
    contestants: Sequence[Contestant]
    workers: bool = True


@dataclass(frozen=True)
class Aim:
    """What was hoped for in a contest.

    Parameters
    ----------
    contest : str
    limit : float
        Seconds or bytes, or a number of times where ``than`` names another contestant.
    than : str
    way : str
        ``most``: ours, or ours over theirs, is at most the limit. ``faster``: theirs over ours is at least the limit.
    measure : str
    """

    contest: str
    limit: float
    than: str = ""
    way: Literal["most", "faster"] = "most"
    measure: Literal["seconds", "memory"] = "seconds"


@dataclass(frozen=True)
class Subject:
    """A page of the benchmarks: a module each.

    Parameters
    ----------
    name : str
        As on the command line.
    contests : callable
        Gives the contests, from where the files and the peers are.
    aims : sequence of Aim
    """

    name: str
    contests: Callable[[Setting], list[Contest]]
    aims: Sequence[Aim] = ()


@dataclass(frozen=True)
class Rules:
    """How long and how large.

    Parameters
    ----------
    turns : int
        After the first one.
    budget : float
        Seconds that the turns of one contestant may take together; the slow have fewer turns.
    patience : float
        Seconds that one answer may take.
    memory : float
        Bytes of address space that one contestant may take.
    """

    turns: int = 9
    budget: float = 120.0
    patience: float = 900.0
    memory: float = 16e9


@dataclass
class Outcome:
    """What became of a contestant.

    Parameters
    ----------
    contestant : Contestant
    failure : str
        Why it has no numbers.
    first : float
        Seconds of the first turn, which is kept apart: some keep there what they can use again.
    seconds : list of float
        Of the turns after it.
    peak : float
        Largest memory of its process in bytes, the loaded file included.
    rows : list of Row
    """

    contestant: Contestant
    failure: str = ""
    first: float = nan
    seconds: list[float] = field(default_factory=list)
    peak: float = nan
    rows: list[Row] = field(default_factory=list)

    @property
    def median(self) -> float:
        """Seconds of the turns after the first; of the first, where there was no time for others."""
        return statistics.median(self.seconds or [self.first])

    def add(self, seconds: float) -> None:
        """Keep the time of one turn."""
        if isnan(self.first):
            self.first = seconds
        else:
            self.seconds.append(seconds)

    def another(self, rules: Rules) -> bool:
        """Whether there is a turn left, and time for it."""
        if self.failure:
            return False
        if isnan(self.first):
            return True
        return len(self.seconds) < rules.turns and self.first + sum(self.seconds) + self.median <= rules.budget
