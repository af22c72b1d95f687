"""What holds the records of a data set while it is worked on."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from lfs_migration.errors import LfsMigrationError, NotFound, near

Name = Literal["auto", "memory", "duckdb", "spark"]
Kind = Literal["memory", "duckdb", "spark"]

BUDGET = 1 << 30
"""Bytes of survey files, as they are in memory, above which their records leave it."""
SHARE = 16
"""Parts that together hold as much as the budget: a part passes through memory with its copies."""


@dataclass(frozen=True)
class Engine:
    """What holds the records of a data set while it is worked on; the figures are the same with each.

    Parameters
    ----------
    name : str
        ``memory``; ``duckdb``, for files that do not fit in memory; ``spark``, for a cluster; ``auto`` is ``memory``
        within the budget and ``duckdb`` above it.
    memory : int
        The budget in bytes: for the files under ``auto``, and for the work of DuckDB.
    folder : Path, optional
        Where records that are not in memory are put, in a folder that is taken away at the end; the system's temporary
        folder without it. A cluster needs one that all its machines see.
    parts : int, optional
        Number of parts of whole households that records are split into; as many as fit the budget without it.

    Examples
    --------
    >>> Engine.of("duckdb").kind(size=10), Engine().kind(size=10), Engine(memory=5).kind(size=10)
    ('duckdb', 'memory', 'duckdb')
    """

    name: Name = "auto"
    memory: int = BUDGET
    folder: Path | None = None
    parts: int | None = None

    def __post_init__(self) -> None:
        if self.name not in get_args(Name):
            raise NotFound(f"No engine {self.name!r}", hint=near(str(self.name), get_args(Name)))
        for what, number in (("budget", self.memory), ("number of parts", 1 if self.parts is None else self.parts)):
            if number < 1:
                raise LfsMigrationError(f"The {what} of an engine is 1 or more", detail=f"It is {number}")

    @classmethod
    def of(cls, engine: str | Engine) -> Engine:
        """Return an engine from its name.

        Raises
        ------
        NotFound
            With near matches.
        """
        return engine if isinstance(engine, Engine) else cls(engine)  # type: ignore[arg-type]

    def kind(self, size: int) -> Kind:
        """Return what holds files of a size in bytes."""
        if self.name == "auto":
            return "memory" if size <= self.memory else "duckdb"
        return self.name

    def number(self, size: int) -> int:
        """Return the number of parts for files of a size in bytes."""
        return self.parts or max(1, math.ceil(size * SHARE / self.memory))
