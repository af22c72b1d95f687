"""The tables of the benchmarks, in words that every contestant can read: nothing but the standard library here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, Protocol

Row = tuple[str, str, float, float]
"""Table, cell (its codes joined by ``|``), estimate and standard error."""


class Job(Protocol):
    """A contestant's work on one file, made with the file's path and what else its command line names."""

    def turn(self) -> None:
        """Do the work once, from the loaded file to the finished results."""

    def rows(self) -> Iterator[Row]:
        """Give the results of the last turn."""


@dataclass(frozen=True)
class Table:
    """One table.

    Parameters
    ----------
    name : str
    kind : str
        ``share`` is the mean of a variable of zeros and ones; ``proportion`` a distribution over the categories of one.
    by : tuple of str
    variable : str
        Not needed to count.
    everyone : bool
        Whether the domain is the whole file; else it is the emigrants, the rows where ``abroad`` is 1.
    """

    name: str
    kind: Literal["count", "total", "mean", "share", "proportion", "median"]
    by: tuple[str, ...]
    variable: str = ""
    everyone: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """The variables whose codes name a cell: a distribution has its category last."""
        return (*self.by, self.variable) if self.kind == "proportion" else self.by


PLAN = (
    Table("emigrants by destination", "count", ("destination",)),
    Table("emigrants by destination and sex", "count", ("destination", "sex")),
    Table("emigrants by duration and sex", "count", ("duration", "sex")),
    Table("emigrants by reason and sex", "count", ("reason", "sex")),
    Table("reasons within destination", "proportion", ("destination",), "reason"),
    Table("mean remittance by destination", "mean", ("destination",), "money"),
    Table("median remittance by sex", "median", ("sex",), "money"),
    Table("mean remittance by education", "mean", ("education",), "money"),
    Table("emigration rate by age and sex", "share", ("age", "sex"), "abroad", everyone=True),
    Table("remittances by education and sex", "total", ("education", "sex"), "money"),
    Table("education within age", "proportion", ("age",), "education"),
    Table("emigrants by region and duration", "count", ("region", "duration")),
)
"""Twelve tables, 395 figures."""

SETS = {
    "plan": PLAN,
    "counts": tuple(table for table in PLAN if table.kind == "count"),
    "sums": tuple(table for table in PLAN if table.kind != "median"),
    "median": tuple(table for table in PLAN if table.kind == "median"),
    "cells": (Table("emigrants by destination, age and region", "count", ("destination", "age", "region")),),
    "replicates": (PLAN[0], PLAN[5], Table("reasons within sex", "proportion", ("sex",), "reason")),
}
"""The sets of tables that contestants are asked for, by name."""
